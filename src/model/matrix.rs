//! Correlation matrices: their square root, and what is nearest to one that is impossible.

/// A square matrix by rows.
pub type Matrix = Vec<Vec<f64>>;

/// The lower-triangular square root of a correlation matrix; none if it is not positive definite.
pub fn cholesky(matrix: &Matrix) -> Option<Matrix> {
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

/// A smallest set of rows that contradict each other: without any one of them the others would do.
pub fn culprits(matrix: &Matrix) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..matrix.len()).collect();
    for row in 0..matrix.len() {
        let without: Vec<usize> = rows.iter().copied().filter(|&r| r != row).collect();
        if cholesky(&part(matrix, &without)).is_none() {
            rows = without;
        }
    }
    rows
}

fn part(matrix: &Matrix, rows: &[usize]) -> Matrix {
    rows.iter().map(|&i| rows.iter().map(|&j| matrix[i][j]).collect()).collect()
}

/// The nearest correlation matrix in the Frobenius norm that is positive definite and zero wherever this one is
/// (Higham 2002, alternating projections with Dykstra's correction). Its least eigenvalue is about `floor`.
pub fn nearest(matrix: &Matrix, floor: f64) -> Matrix {
    let n = matrix.len();
    let mut y = matrix.clone();
    let mut correction = vec![vec![0.0; n]; n];
    for _ in 0..(10_000_000 / (n * n * n).max(1)).clamp(1, 1000) {
        let r = combined(&y, &correction, -1.0);
        let x = lifted(&r, floor);
        correction = combined(&x, &r, -1.0);
        let before = y;
        y = x;
        for (i, row) in y.iter_mut().enumerate() {
            for (j, value) in row.iter_mut().enumerate() {
                if i == j {
                    *value = 1.0;
                } else if matrix[i][j] == 0.0 {
                    *value = 0.0;
                }
            }
        }
        let moved = combined(&y, &before, -1.0).iter().flatten().fold(0.0f64, |m, d| m.max(d.abs()));
        if moved < 1e-9 {
            break;
        }
    }
    // Where the projections have not quite arrived, a little shrinking does the rest.
    let shrunk = |s: f64| {
        let entry = |i: usize, j: usize| if i == j { 1.0 } else { s * y[i][j] };
        (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect::<Matrix>()
    };
    (0..=100).map(|k| shrunk(1.0 - f64::from(k) / 100.0)).find(|m| cholesky(m).is_some()).unwrap_or(y)
}

/// a + s b.
fn combined(a: &Matrix, b: &Matrix, s: f64) -> Matrix {
    a.iter().zip(b).map(|(a, b)| a.iter().zip(b).map(|(a, b)| a + s * b).collect()).collect()
}

/// The nearest symmetric matrix without an eigenvalue below `floor`.
fn lifted(matrix: &Matrix, floor: f64) -> Matrix {
    let (values, vectors) = eigen(matrix);
    let n = matrix.len();
    let entry = |i: usize, j: usize| {
        (0..n).map(|k| vectors[i][k] * values[k].max(floor) * vectors[j][k]).sum::<f64>()
    };
    (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect()
}

/// Eigenvalues, and eigenvectors in columns, of a symmetric matrix (Jacobi's cyclic rotations).
fn eigen(matrix: &Matrix) -> (Vec<f64>, Matrix) {
    let n = matrix.len();
    let mut a = matrix.clone();
    let mut v: Matrix = (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for _ in 0..30 {
        let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|(i, j)| a[i][j] * a[i][j]).sum();
        if off < 1e-24 {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                if a[p][q].abs() > 1e-300 {
                    rotate(&mut a, &mut v, p, q);
                }
            }
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), v)
}

/// One rotation that makes the entry (p, q) zero.
fn rotate(a: &mut Matrix, v: &mut Matrix, p: usize, q: usize) {
    let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for row in a.iter_mut().chain(v.iter_mut()) {
        let (x, y) = (row[p], row[q]);
        row[p] = c * x - s * y;
        row[q] = s * x + c * y;
    }
    // p is above q.
    let (upper, lower) = a.split_at_mut(q);
    for (x, y) in upper[p].iter_mut().zip(&mut lower[0]) {
        (*x, *y) = (c * *x - s * *y, s * *x + c * *y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(n: usize, pairs: &[(usize, usize, f64)]) -> Matrix {
        let mut matrix: Matrix =
            (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        for &(i, j, r) in pairs {
            matrix[i][j] = r;
            matrix[j][i] = r;
        }
        matrix
    }

    #[test]
    fn cholesky_times_itself_is_the_matrix() {
        let matrix = of(3, &[(0, 1, 0.5), (0, 2, -0.2), (1, 2, 0.3)]);
        let lower = cholesky(&matrix).unwrap();
        for i in 0..3 {
            for j in 0..3 {
                let product: f64 = (0..3).map(|k| lower[i][k] * lower[j][k]).sum();
                assert!((product - matrix[i][j]).abs() < 1e-15);
            }
        }
        assert!(cholesky(&of(3, &[(0, 1, 0.9), (0, 2, -0.9), (1, 2, 0.9)])).is_none());
    }

    #[test]
    fn culprits_are_those_that_contradict() {
        let matrix = of(5, &[(0, 1, 0.3), (1, 2, 0.9), (2, 3, 0.9), (1, 3, -0.5), (3, 4, 0.2)]);
        assert_eq!(culprits(&matrix), [1, 2, 3]);
    }

    #[test]
    fn eigenvalues_rebuild_the_matrix() {
        let matrix = of(4, &[(0, 1, 0.7), (0, 3, -0.4), (1, 2, 0.1), (2, 3, 0.9)]);
        let rebuilt = lifted(&matrix, -10.0);
        let worst =
            combined(&rebuilt, &matrix, -1.0).into_iter().flatten().fold(0.0f64, |m, d| m.max(d.abs()));
        assert!(worst < 1e-12, "{worst}");
    }

    #[test]
    fn the_nearest_matrix_is_highams() {
        // Higham (2002), section 4: the nearest correlation matrix to the tridiagonal (1, 1, 0), (1, 1, 1), (0, 1, 1) has
        // 0.7607 beside the diagonal and 0.1573 in the corner. A corner of 1e-12 is one that need not stay zero.
        let near = nearest(&of(3, &[(0, 1, 1.0), (1, 2, 1.0), (0, 2, 1e-12)]), 1e-6);
        assert!((near[0][1] - 0.7607).abs() < 1e-3 && (near[0][2] - 0.1573).abs() < 1e-3, "{near:?}");
        // With the corner held at zero: 1 / sqrt(2).
        let near = nearest(&of(3, &[(0, 1, 1.0), (1, 2, 1.0)]), 1e-6);
        assert!((near[0][1] - 0.5f64.sqrt()).abs() < 1e-3 && near[0][2] == 0.0, "{near:?}");
    }

    #[test]
    fn the_nearest_is_valid_and_what_is_valid_is_its_own_nearest() {
        let good = of(3, &[(0, 1, 0.5), (0, 2, -0.2), (1, 2, 0.3)]);
        let near = nearest(&good, 1e-3);
        assert!(combined(&near, &good, -1.0).iter().flatten().all(|d| d.abs() < 1e-9));
        for n in 3..12 {
            let pairs: Vec<_> = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).collect();
            let bad: Vec<_> =
                pairs.iter().map(|&(i, j)| (i, j, if (i * j) % 3 == 0 { 0.9 } else { -0.9 })).collect();
            let near = nearest(&of(n, &bad), 1e-2);
            assert!(cholesky(&near).is_some() && (0..n).all(|i| near[i][i] == 1.0));
        }
    }
}
