//! Rank correlations between factors, as the Cholesky factors of groups of them.

use std::f64::consts::PI;

use super::fields::Fields;
use super::matrix::{self, Matrix};
use super::reader::{Factor, Provenance, Reader};
use crate::quantity::Dimension;
use crate::scenario::{Diagnostic, Node, Place, nearest};

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
        (0..n).for_each(|i| matrix[i][i] = 1.0);
        for &(a, b, rho, _) in pairs {
            let index = |f: usize| factors.iter().position(|&x| x == f);
            if let (Some(i), Some(j)) = (index(a), index(b)) {
                matrix[i][j] = score(rho);
                matrix[j][i] = score(rho);
            }
        }
        match matrix::cholesky(&matrix) {
            Some(cholesky) => out.push(Correlation { factors, cholesky }),
            None => not_positive_definite(reader, &factors, &matrix, pairs),
        }
    }
    out
}

/// Notes which factors contradict each other, and beside each rho what the nearest valid matrix has there.
fn not_positive_definite(
    reader: &mut Reader,
    factors: &[usize],
    matrix: &Matrix,
    pairs: &[(usize, usize, f64, Place)],
) {
    let index = |f: usize| factors.iter().position(|&x| x == f).unwrap_or(0);
    let culprits = matrix::culprits(matrix);
    // Rounded to three digits they must still be valid.
    let rho = |r: f64| (6.0 / PI * libm::asin(r / 2.0) * 1000.0).round() / 1000.0;
    let rounded = |m: Matrix| m.iter().map(|row| row.iter().map(|&r| rho(r)).collect()).collect::<Matrix>();
    let valid =
        |m: &Matrix| matrix::cholesky(&m.iter().map(|row| row.iter().map(|&r| score(r)).collect()).collect());
    let floors = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3];
    let suggested = floors.iter().map(|&floor| rounded(matrix::nearest(matrix, floor)));
    let suggested = suggested.into_iter().find(|m| valid(m).is_some());
    let labels: Vec<(Place, String)> = pairs
        .iter()
        .filter(|(a, ..)| factors.contains(a))
        .filter_map(|&(a, b, stated, place)| {
            let (i, j) = (index(a), index(b));
            let among = culprits.contains(&i) && culprits.contains(&j);
            let near = suggested.as_ref().map(|m| m[i][j]).filter(|near| (near - stated).abs() > 5e-4);
            match near {
                Some(near) => Some((place, format!("nearest valid: {near}"))),
                None => among.then(|| (place, String::new())),
            }
        })
        .collect();
    let names: Vec<_> = culprits.iter().map(|&i| reader.factors[factors[i]].path.clone()).collect();
    let message = format!("these correlations contradict each other: {}", names.join(", "));
    let Some(((place, label), others)) = labels.split_last() else { return };
    let mut mistake = Diagnostic::error(*place, message).label(label.clone()).help(
        "their matrix is not positive definite: what some of them imply, another denies (a pair that is not stated has \
         0); beside each stands its value in the nearest matrix that is",
    );
    mistake.others = others.to_vec();
    reader.diagnostics.push(mistake);
}

/// Spearman's rho to the normal scores' correlation (Pearson 1907).
fn score(rho: f64) -> f64 {
    2.0 * libm::sin(PI * rho / 6.0)
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
