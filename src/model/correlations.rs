//! Rank correlations between factors, as the Cholesky factors of groups of them.

use super::fields::Fields;
use super::reader::{Factor, Provenance, Reader};
use crate::quantity::Dimension;
use crate::scenario::{Node, Place, nearest};

/// A group of once-a-trial factors with given rank correlations.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    /// Indices into `Model::factors`, in the order in which the file first names them.
    pub factors: Vec<usize>,
    /// Lower-triangular Cholesky factor, by rows, of the normal scores' correlation matrix.
    pub cholesky: Vec<Vec<f64>>,
}

/// Reads `[[correlations]]` into groups with their Cholesky factors.
pub fn correlations(reader: &mut Reader, items: &[&Node]) -> Vec<Correlation> {
    let mut pairs: Vec<(usize, usize, f64, Place)> = Vec::new();
    for (i, node) in items.iter().enumerate() {
        let path = format!("correlations.{}", i + 1);
        let Some(mut fields) = Fields::open(reader, node, &path, &Provenance::default()) else { continue };
        let rho = match fields.one_number(reader, "rho") {
            Some((rho, place)) if !(-1.0 < rho && rho < 1.0) => {
                let message = format!("a rank correlation of {rho} is impossible");
                reader.error(place, message, "write a number between -1 and 1, neither of them included");
                None
            }
            rho => rho,
        };
        let example = "[\"parameters.a\", \"parameters.b\"]";
        fields.missing(reader, "between", example);
        let names = fields.texts(reader, "between");
        let place = fields.table.get("between").map_or(fields.place, |n| n.place);
        fields.finish(reader);
        let Some(names) = names else { continue };
        if names.len() != 2 {
            let help = format!("write between = {example}");
            reader.error(place, "a correlation is between two factors", help);
            continue;
        }
        let found: Vec<_> = names.iter().filter_map(|(name, place)| factor(reader, name, *place)).collect();
        if let (&[a, b], Some((rho, at))) = (&found[..], rho) {
            let same = |p: &(usize, usize, f64, Place)| (p.0, p.1) == (a, b) || (p.0, p.1) == (b, a);
            if a == b {
                let message = "a factor is always fully correlated with itself";
                reader.error(place, message, "name two factors");
            } else if pairs.iter().any(same) {
                let message = "this pair of factors is correlated already";
                reader.error(place, message, "leave one of the two");
            } else {
                pairs.push((a, b, rho, at));
            }
        }
    }
    group(reader, &pairs)
}

fn factor(reader: &mut Reader, name: &str, place: Place) -> Option<usize> {
    let once = |f: &&Factor| f.once;
    if let Some(i) = reader.factors.iter().position(|f| f.path == name) {
        if reader.factors[i].once {
            return Some(i);
        }
        reader.error(
            place,
            format!("`{name}` is drawn afresh at each event and cannot be correlated"),
            "only quantities that are drawn once a trial can",
        );
        return None;
    }
    if reader.wrong.iter().any(|wrong| wrong == name) {
        return None;
    }
    let help = match nearest(name, reader.factors.iter().filter(once).map(|f| f.path.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name an uncertain entry by its path, such as `parameters.accessible_stock`".to_owned(),
    };
    reader.error(place, format!("there is no uncertain entry `{name}`"), help);
    None
}

fn group(reader: &mut Reader, pairs: &[(usize, usize, f64, Place)]) -> Vec<Correlation> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &(a, b, ..) in pairs {
        let (with_a, with_b) =
            (groups.iter().position(|g| g.contains(&a)), groups.iter().position(|g| g.contains(&b)));
        match (with_a, with_b) {
            (Some(i), Some(j)) if i != j => {
                let (low, high) = (i.min(j), i.max(j));
                let moved = groups.remove(high);
                groups[low].extend(moved);
            }
            (Some(i), None) => groups[i].push(b),
            (None, Some(j)) => groups[j].push(a),
            (None, None) => groups.push(vec![a, b]),
            _ => {}
        }
    }
    let mut out = Vec::new();
    for factors in groups {
        let n = factors.len();
        let mut matrix = vec![vec![0.0; n]; n];
        let mut place = pairs[0].3;
        (0..n).for_each(|i| matrix[i][i] = 1.0);
        for &(a, b, rho, at) in pairs {
            let index = |f: usize| factors.iter().position(|&x| x == f);
            if let (Some(i), Some(j)) = (index(a), index(b)) {
                // Spearman's rho to the normal scores' correlation (Pearson 1907).
                let r = 2.0 * libm::sin(std::f64::consts::PI * rho / 6.0);
                matrix[i][j] = r;
                matrix[j][i] = r;
                place = at;
            }
        }
        match cholesky(&matrix) {
            Some(cholesky) => out.push(Correlation { factors, cholesky }),
            None => not_positive_definite(reader, &factors, &matrix, place),
        }
    }
    out
}

/// The lower-triangular square root of a correlation matrix; none if it is not positive definite.
fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            if i == j {
                let rest = matrix[i][i] - dot;
                if !(rest > 1e-12) {
                    return None;
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = (matrix[i][j] - dot) / lower[j][j];
            }
        }
    }
    Some(lower)
}

/// Names the factor at which the matrix fails, and the nearest valid matrix: the largest common shrinking of the
/// correlations towards zero that is positive definite.
fn not_positive_definite(reader: &mut Reader, factors: &[usize], matrix: &[Vec<f64>], place: Place) {
    let n = matrix.len();
    let leading = |m: usize| matrix[..m].iter().map(|row| row[..m].to_vec()).collect::<Vec<_>>();
    let culprit = (1..=n).find(|&m| cholesky(&leading(m)).is_none()).unwrap_or(n);
    let shrunk = |s: f64| {
        let mut m = matrix.to_vec();
        for (i, row) in m.iter_mut().enumerate() {
            for (j, r) in row.iter_mut().enumerate() {
                if i != j {
                    *r *= s;
                }
            }
        }
        m
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if cholesky(&shrunk(middle)).is_some() { low = middle } else { high = middle }
    }
    let names: Vec<_> = factors[..culprit].iter().map(|&f| reader.factors[f].path.clone()).collect();
    let valid = shrunk(low * 0.999);
    let mut suggestions = Vec::new();
    for i in 0..n {
        for j in 0..i {
            if matrix[i][j] != 0.0 {
                let rho = 6.0 / std::f64::consts::PI * libm::asin(valid[i][j] / 2.0);
                let (a, b) = (&reader.factors[factors[j]].path, &reader.factors[factors[i]].path);
                suggestions.push(format!("{a} and {b}: {:.3}", (rho * 1000.0).trunc() / 1000.0));
            }
        }
    }
    reader.error(
        place,
        format!("these correlations contradict each other: {}", names.join(", ")),
        format!("the matrix is not positive definite; nearest valid: {}", suggestions.join("; ")),
    );
}

impl Fields<'_> {
    /// A plain number, if it is there.
    fn one_number(&mut self, reader: &mut Reader, key: &'static str) -> Option<(f64, Place)> {
        let Some(node) = self.get(key) else {
            self.missing(reader, key, "a number");
            return None;
        };
        match reader.scalar(node) {
            Some(scalar) if scalar.dimension == Some(Dimension::PURE) => Some((scalar.value, node.place)),
            Some(_) => {
                let help = "write a plain number, such as 0.5";
                reader.error(node.place, format!("`{key}` is a number without a unit"), help);
                None
            }
            None => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cholesky_times_itself_is_the_matrix() {
        let matrix = vec![vec![1.0, 0.5, -0.2], vec![0.5, 1.0, 0.3], vec![-0.2, 0.3, 1.0]];
        let lower = cholesky(&matrix).unwrap();
        for i in 0..3 {
            for j in 0..3 {
                let product: f64 = (0..3).map(|k| lower[i][k] * lower[j][k]).sum();
                assert!((product - matrix[i][j]).abs() < 1e-15);
            }
        }
        assert!(cholesky(&[vec![1.0, 0.9, -0.9], vec![0.9, 1.0, 0.9], vec![-0.9, 0.9, 1.0]]).is_none());
    }
}
