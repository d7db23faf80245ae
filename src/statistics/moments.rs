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

    /// Adds `x` so many times; the product's own error is found exactly too.
    pub(super) fn add_times(&mut self, x: f64, times: f64) {
        let product = x * times;
        self.add(product);
        if times != 1.0 {
            self.low += x.mul_add(times, -product);
        }
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
    /// Of values.
    pub(super) fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        Moments::counted(values.map(|x| (x, 1.0)), 0.0)
    }

    /// Of values, each as often as it says, and so many further zeros, in two passes.
    pub(super) fn counted(values: impl Iterator<Item = (f64, f64)> + Clone, zeros: f64) -> Self {
        let (mut n, mut sum) = (zeros, Sum::default());
        for (x, count) in values.clone() {
            n += count;
            sum.add_times(x, count);
        }
        let mean = sum.over(n);
        let (mut squares, mut cubes) = (Sum::default(), Sum::default());
        for (x, count) in values {
            let d = x - mean;
            squares.add_times(d * d, count);
            cubes.add_times(d * d * d, count);
        }
        squares.add_times(mean * mean, zeros);
        cubes.add_times(-mean * mean * mean, zeros);
        Moments { n, mean, second: squares.over(n), third: cubes.over(n) }
    }

    /// Moments that are known.
    pub(super) fn known(n: f64, mean: f64, second: f64, third: f64) -> Self {
        Moments { n, mean, second, third }
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
                let moments = Moments::of(std::iter::repeat_n(x, n));
                assert_eq!(moments.mean, x);
                assert_eq!(moments.mean_square(), 0.0);
            }
        }
    }

    #[test]
    fn a_small_spread_on_a_large_level_is_found() {
        let values = [1e15 + 1.0, 1e15 + 2.0, 1e15 + 3.0, 1e15 + 10.0];
        let moments = Moments::of(values.into_iter());
        assert_eq!(moments.mean, 1e15 + 4.0);
        assert_eq!(moments.sd(), (50.0f64 / 3.0).sqrt());
        assert_eq!(moments.skewness(), (180.0 / 4.0) / (12.5 * 12.5f64.sqrt()));
    }

    #[test]
    fn zeros_count_like_values() {
        let with = Moments::of([3.0, 0.0, 5.0, 0.0, 0.0].into_iter());
        let apart = Moments::counted([(3.0, 1.0), (5.0, 1.0)].into_iter(), 3.0);
        assert_eq!((with.n, with.mean), (apart.n, apart.mean));
        assert!((with.sd() - apart.sd()).abs() < 1e-15);
        assert!((with.skewness() - apart.skewness()).abs() < 1e-15);
    }

    #[test]
    fn a_value_that_is_there_often_is_added_often() {
        let often = [(0.1, 70_001.0), (0.3, 3.0), (1e9 / 3.0, 12.0), (-7.7, 1.0)];
        let apart = often.iter().flat_map(|(x, count)| std::iter::repeat_n(*x, *count as usize));
        let (a, b) = (Moments::counted(often.into_iter(), 0.0), Moments::of(apart));
        assert_eq!((a.n, a.mean), (b.n, b.mean));
        assert_eq!((a.sd(), a.skewness()), (b.sd(), b.skewness()));
    }

    #[test]
    fn infinite_values_do_not_become_numbers() {
        assert_eq!(Moments::of([1.0, f64::INFINITY].into_iter()).mean, f64::INFINITY);
        assert!(Moments::of([f64::NEG_INFINITY, f64::INFINITY].into_iter()).mean.is_nan());
    }
}
