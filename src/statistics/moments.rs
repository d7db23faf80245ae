//! Sums and central moments without loss of digits, in a fixed order.

/// A sum carried in two doubles, good to twice the working precision.
///
/// The error of each addition is found exactly (TwoSum; Knuth, The Art of Computer Programming 2, 4.2.2) and summed
/// beside it (Ogita, Rump and Oishi, "Accurate sum and dot product", SIAM J. Sci. Comput. 26, 2005).
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    pub(super) fn add(&mut self, x: f64) {
        let sum = self.high + x;
        let part = sum - self.high;
        self.low += (self.high - (sum - part)) + (x - part);
        self.high = sum;
    }

    /// The sum divided by `n`; the mean of equal values is exactly that value.
    pub(super) fn over(&self, n: f64) -> f64 {
        let quotient = self.high / n;
        let rest = (-quotient).mul_add(n, self.high) + self.low;
        if rest.is_finite() { quotient + rest / n } else { quotient }
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut sum = Sum::default();
        for x in values {
            sum.add(x);
        }
        sum
    }
}

/// Number, mean and central moments of a set of values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moments {
    /// How many values.
    pub(super) n: f64,
    pub(super) mean: f64,
    /// Mean of (x - mean)^2.
    second: f64,
    /// Mean of (x - mean)^3.
    third: f64,
}

impl Moments {
    /// Of `values` and as many further zeros as `zeros` says, in two passes.
    pub(super) fn of(values: impl ExactSizeIterator<Item = f64> + Clone, zeros: usize) -> Self {
        let n = (values.len() + zeros) as f64;
        let mean = values.clone().collect::<Sum>().over(n);
        let mut squares = Sum::default();
        let mut cubes = Sum::default();
        for x in values {
            let d = x - mean;
            squares.add(d * d);
            cubes.add(d * d * d);
        }
        let zeros = zeros as f64;
        squares.add(zeros * mean * mean);
        cubes.add(-zeros * mean * mean * mean);
        Moments { n, mean, second: squares.over(n), third: cubes.over(n) }
    }

    /// Moments that are known.
    pub(super) fn known(n: f64, mean: f64, second: f64, third: f64) -> Self {
        Moments { n, mean, second, third }
    }

    /// Of values, each as often as it says, and so many further zeros, in two passes.
    pub(super) fn counted(values: impl Iterator<Item = (f64, f64)> + Clone, zeros: f64) -> Self {
        let n = zeros + values.clone().map(|(_, count)| count).sum::<f64>();
        let mean = values.clone().map(|(x, count)| count * x).collect::<Sum>().over(n);
        let power = |p: fn(f64) -> f64| {
            let own = values.clone().map(|(x, count)| count * p(x - mean));
            own.chain([zeros * p(-mean)]).collect::<Sum>().over(n)
        };
        Moments { n, mean, second: power(|d| d * d), third: power(|d| d * d * d) }
    }

    /// Of values with their weights; `n` is the number of values.
    pub(super) fn weighted(values: impl ExactSizeIterator<Item = (f64, f64)> + Clone) -> Self {
        let n = values.len() as f64;
        let all = values.clone().map(|(_, w)| w).collect::<Sum>().over(1.0);
        let mean = values.clone().map(|(x, w)| w * x).collect::<Sum>().over(all);
        let power =
            |p: fn(f64) -> f64| values.clone().map(|(x, w)| w * p(x - mean)).collect::<Sum>().over(all);
        Moments { n, mean, second: power(|d| d * d), third: power(|d| d * d * d) }
    }

    /// Mean of the squared deviations, with divisor n.
    pub(super) fn mean_square(&self) -> f64 {
        self.second
    }

    /// Standard deviation with divisor n - 1: NaN of a single value.
    pub(super) fn sd(&self) -> f64 {
        if self.n > 1.0 { (self.second * self.n / (self.n - 1.0)).sqrt() } else { f64::NAN }
    }

    /// Third central moment over the 3/2 power of the second; at most sqrt(n) in size, NaN where all values are equal.
    pub(super) fn skewness(&self) -> f64 {
        self.third / (self.second * self.second.sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_keep_what_cancels() {
        let sum: Sum = [1e15, 0.125, -1e15, 1e-3, 1e17, -1e17].into_iter().collect();
        assert_eq!(sum.over(1.0), 0.126);
    }

    #[test]
    fn equal_values_have_no_spread() {
        for x in [0.1, 1e12 / 3.0, -7.7e14, 1e-300, 1e15 + 0.3] {
            for n in [1, 2, 3, 7, 1000, 99_991] {
                let moments = Moments::of(std::iter::repeat_n(x, n), 0);
                assert_eq!(moments.mean, x);
                assert_eq!(moments.mean_square(), 0.0);
            }
        }
    }

    #[test]
    fn a_small_spread_on_a_large_level_is_found() {
        let values = [1e15 + 1.0, 1e15 + 2.0, 1e15 + 3.0, 1e15 + 10.0];
        let moments = Moments::of(values.into_iter(), 0);
        assert_eq!(moments.mean, 1e15 + 4.0);
        assert_eq!(moments.sd(), (50.0f64 / 3.0).sqrt());
        assert_eq!(moments.skewness(), (180.0 / 4.0) / (12.5 * 12.5f64.sqrt()));
    }

    #[test]
    fn zeros_count_like_values() {
        let with = Moments::of([3.0, 0.0, 5.0, 0.0, 0.0].into_iter(), 0);
        let apart = Moments::of([3.0, 5.0].into_iter(), 3);
        assert_eq!((with.n, with.mean), (apart.n, apart.mean));
        assert!((with.sd() - apart.sd()).abs() < 1e-15);
        assert!((with.skewness() - apart.skewness()).abs() < 1e-15);
    }

    #[test]
    fn infinite_values_do_not_become_numbers() {
        assert_eq!(Moments::of([1.0, f64::INFINITY].into_iter(), 0).mean, f64::INFINITY);
        assert!(Moments::of([f64::NEG_INFINITY, f64::INFINITY].into_iter(), 0).mean.is_nan());
    }
}
