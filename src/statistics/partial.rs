//! Partial rank correlation: what an input has to say of an output once all other inputs are known.

use super::Estimate;
use super::intervals::Z;
use crate::parallel::Pool;

/// Trials whose products are summed at a time; it fixes the order of addition.
const BLOCK: usize = 4096;

/// Correlations of every pair among `columns` of as many values each; NaN with a column that does not vary.
pub fn correlations(columns: &[&[f64]], pool: &Pool) -> Vec<Vec<f64>> {
    let n = columns.first().map_or(0, |c| c.len());
    let means: Vec<f64> =
        pool.map(columns, |c| c.chunks(BLOCK).map(|b| b.iter().sum::<f64>()).sum::<f64>() / n as f64);
    let width = columns.len();
    let blocks = pool.indices(n.div_ceil(BLOCK), |b| {
        let own = b * BLOCK..n.min((b + 1) * BLOCK);
        let centred: Vec<Vec<f64>> =
            columns.iter().zip(&means).map(|(c, m)| c[own.clone()].iter().map(|x| x - m).collect()).collect();
        let mut products = vec![0.0; width * width];
        for i in 0..width {
            for j in 0..=i {
                products[i * width + j] = dot(&centred[i], &centred[j]);
            }
        }
        products
    });
    let mut sums = vec![0.0; width * width];
    for block in blocks {
        sums.iter_mut().zip(block).for_each(|(sum, own)| *sum += own);
    }
    let product = |i: usize, j: usize| sums[i.max(j) * width + i.min(j)];
    let correlation = |i: usize, j: usize| match (product(i, i) * product(j, j)).sqrt() {
        scale if !(scale > 0.0) => f64::NAN,
        _ if i == j => 1.0,
        scale => product(i, j) / scale,
    };
    (0..width).map(|i| (0..width).map(|j| correlation(i, j)).collect()).collect()
}

/// Four sums side by side, added in a fixed order.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (a4, b4) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = a4.remainder().iter().zip(b4.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a4.zip(b4) {
        for k in 0..4 {
            sums[k] += x[k] * y[k];
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// The partial correlation of each input with the output, which is the last row of `correlations`: what is left of the
/// correlation when what all other inputs explain is taken out of both. None for an input that does not vary or that the
/// inputs before it determine.
///
/// The interval is Fisher's, with as many degrees of freedom less as there are other inputs (Fisher, "The distribution
/// of the partial correlation coefficient", Metron 3, 1924), and for ranks with the variance of Bonett and Wright
/// ("Sample size requirements for estimating Pearson, Kendall and Spearman correlations", Psychometrika 65, 2000).
/// `trials` is the number of values in each column.
pub fn partial(correlations: &[Vec<f64>], trials: usize) -> Vec<Option<Estimate>> {
    let Some(output) = correlations.len().checked_sub(1) else { return Vec::new() };
    let mut kept: Vec<usize> = (0..output).filter(|&i| !correlations[i][i].is_nan()).collect();
    if correlations[output][output].is_nan() {
        return vec![None; output];
    }
    kept = independent(correlations, &kept);
    kept.push(output);
    let matrix: Vec<Vec<f64>> =
        kept.iter().map(|&i| kept.iter().map(|&j| correlations[i][j]).collect()).collect();
    let inverse = inverse(matrix);
    let mut found = vec![None; output];
    let last = kept.len() - 1;
    for (k, &input) in kept[..last].iter().enumerate() {
        let value = match &inverse {
            Some(p) => (-p[k][last] / (p[k][k] * p[last][last]).sqrt()).clamp(-1.0, 1.0),
            // The inputs determine the ranks of the output: nothing is left to compare.
            None => f64::NAN,
        };
        found[input] = Some(correlation(value, trials, last - 1));
    }
    found
}

/// A rank correlation of `trials` pairs, `others` further inputs having been taken out, with its interval.
fn correlation(value: f64, trials: usize, others: usize) -> Estimate {
    let freedom = trials as f64 - 3.0 - others as f64;
    if value.is_nan() || !(freedom > 0.0) {
        return Estimate::new(value, f64::NAN, (f64::NAN, f64::NAN), false);
    }
    if value.abs() >= 1.0 {
        return Estimate::new(value, 0.0, (value, value), trials >= 100);
    }
    let error = ((1.0 + value * value / 2.0) / freedom).sqrt();
    let z = libm::atanh(value);
    let interval = (libm::tanh(z - Z * error), libm::tanh(z + Z * error));
    Estimate::new(value, error * (1.0 - value * value), interval, freedom >= 100.0)
}

/// Those among `wanted` that no combination of the ones before determines, by a Cholesky factorisation as far as it goes.
fn independent(correlations: &[Vec<f64>], wanted: &[usize]) -> Vec<usize> {
    let mut kept: Vec<usize> = Vec::new();
    let mut rows: Vec<Vec<f64>> = Vec::new();
    for &i in wanted {
        let mut row: Vec<f64> = Vec::with_capacity(kept.len() + 1);
        for (k, &j) in kept.iter().enumerate() {
            let known: f64 = row.iter().zip(&rows[k]).map(|(a, b)| a * b).sum();
            row.push((correlations[i][j] - known) / rows[k][k]);
        }
        let left = 1.0 - row.iter().map(|x| x * x).sum::<f64>();
        if left > 1e-9 {
            row.push(left.sqrt());
            rows.push(row);
            kept.push(i);
        }
    }
    kept
}

/// The inverse of a symmetric positive definite matrix by Gauss and Jordan; none where it is singular.
fn inverse(mut matrix: Vec<Vec<f64>>) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    for (i, row) in matrix.iter_mut().enumerate() {
        row.extend((0..n).map(|j| if i == j { 1.0 } else { 0.0 }));
    }
    for k in 0..n {
        let pivot = matrix[k][k];
        if !(pivot > 1e-12) {
            return None;
        }
        matrix[k].iter_mut().for_each(|x| *x /= pivot);
        let row = matrix[k].clone();
        for (_, other) in matrix.iter_mut().enumerate().filter(|(i, _)| *i != k) {
            let factor = other[k];
            other.iter_mut().zip(&row).for_each(|(x, p)| *x -= factor * p);
        }
    }
    Some(matrix.into_iter().map(|row| row[n..].to_vec()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Factor, normal};
    use crate::statistics::Ranks;

    fn normals(name: &str, n: u64) -> Vec<f64> {
        let factor = Factor::new(3, name);
        (0..n).map(|t| normal::quantile(factor.uniform(t, 0))).collect()
    }

    fn found(columns: &[Vec<f64>], threads: usize) -> Vec<Option<Estimate>> {
        let ranks: Vec<Vec<f64>> = columns.iter().map(|c| Ranks::new(c).scores().to_vec()).collect();
        let columns: Vec<&[f64]> = ranks.iter().map(Vec::as_slice).collect();
        partial(&correlations(&columns, &Pool::new(threads).unwrap()), columns[0].len())
    }

    #[test]
    fn one_input_alone_has_its_plain_rank_correlation() {
        // By hand: ranks 1 2 3 4 5 against 2 1 4 3 5, 1 - 6 * 4 / (5 * 24).
        let found = found(&[vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![20.0, 10.0, 40.0, 30.0, 50.0]], 1);
        assert!((found[0].unwrap().value - 0.8).abs() < 1e-12);
    }

    #[test]
    fn two_inputs_as_the_formula_of_three_correlations_says() {
        let x = normals("x", 2_000);
        let e = normals("e", 2_000);
        let z: Vec<f64> = x.iter().zip(&e).map(|(x, e)| x + e).collect();
        let y: Vec<f64> =
            x.iter().zip(&z).zip(normals("f", 2_000)).map(|((x, z), f)| z - 0.5 * x + f).collect();
        let ranks: Vec<Vec<f64>> = [&x, &z, &y].iter().map(|c| Ranks::new(c).scores().to_vec()).collect();
        let views: Vec<&[f64]> = ranks.iter().map(Vec::as_slice).collect();
        let r = correlations(&views, &Pool::new(2).unwrap());
        let expected =
            (r[0][2] - r[0][1] * r[1][2]) / ((1.0 - r[0][1] * r[0][1]) * (1.0 - r[1][2] * r[1][2])).sqrt();
        let all = found(&[x, z, y], 2);
        assert!((all[0].unwrap().value - expected).abs() < 1e-12);
        // Alone, x goes with y (through z); with z known, it goes against it.
        assert!(r[0][2] > 0.2 && expected < -0.2);
    }

    #[test]
    fn intervals_cover() {
        // Of 400 runs, 5 % miss; more than 34 or fewer than 8 with a probability of 1e-3. Ranks of normals: the partial
        // correlation of ranks is nearly that of the normals, 6 / pi asin(r / 2) of a plain one.
        let mut missed = 0;
        for run in 0..400 {
            let column = |name: &str| normals(&format!("{name} {run}"), 300);
            let (x, noise) = (column("x"), column("noise"));
            let y: Vec<f64> = x.iter().zip(&noise).map(|(x, e)| 0.6 * x + 0.8 * e).collect();
            let r = found(&[x, y], 1)[0].unwrap();
            let exact = 6.0 / std::f64::consts::PI * libm::asin(0.3);
            missed += usize::from(!(r.low <= exact && exact <= r.high));
        }
        assert!((8..=34).contains(&missed), "{missed}");
    }

    #[test]
    fn what_others_determine_or_what_stands_still_has_none() {
        let x = normals("x", 500);
        let y: Vec<f64> = x.iter().zip(normals("y", 500)).map(|(x, e)| x + e).collect();
        let twice: Vec<f64> = x.iter().map(|x| 2.0 * x).collect();
        let all = found(&[x.clone(), twice, vec![1.0; 500], y], 1);
        assert!(all[0].is_some() && all[1].is_none() && all[2].is_none());
        let still = found(&[x.clone(), vec![0.0; 500]], 1);
        assert_eq!(still, [None]);
        // An output that is an input.
        let same = found(&[x.clone(), x], 1)[0].unwrap();
        assert!(same.value.is_nan() || same.value == 1.0);
    }

    #[test]
    fn any_number_of_threads_gives_the_same_bits() {
        let columns: Vec<Vec<f64>> = (0..4).map(|i| normals(&format!("c {i}"), 10_001)).collect();
        assert_eq!(found(&columns, 1), found(&columns, 2));
        assert_eq!(found(&columns, 1), found(&columns, 7));
    }
}
