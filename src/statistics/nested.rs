//! Two kinds of uncertainty told apart: what is not known, which the trials of a group share, and chance, which they do not.

use super::bands::BAND_LEVELS;
use super::groups::Groups;
use super::intervals::student_upper;
use super::sample::rank;
use super::{Estimate, Sample};

/// How much of a metric's spread is doubt.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Doubt {
    /// The share of its variance that lies between the groups: that of the mean given what is not known.
    pub share: Estimate,
    /// The mean given what is not known: its quantiles at [`BAND_LEVELS`], those of the groups' means drawn together by as
    /// much as the chance that is left in them has spread them.
    pub means: [f64; 5],
}

/// Number, mean and sum of squared deviations of the values of a group.
#[derive(Clone, Copy, Default)]
struct Group {
    n: f64,
    mean: f64,
    squares: f64,
}

impl Sample {
    /// How much of the spread is what the trials of a group share. None where trials do not go together, where fewer than
    /// four groups have two values or more, or where all values are equal.
    pub fn doubt(&self) -> Option<Doubt> {
        let groups = self.groups.as_ref()?;
        let own = moments(self.values.values(), groups, self.moments_mean());
        let all = own.iter().fold(Sums::default(), |sums, group| sums.with(group, 1.0));
        let share = all.share()?;
        // What leaving out one group changes tells the error (Efron and Stein, Annals of Statistics 9, 1981).
        let n = own.len() as f64;
        let left: Vec<f64> = own.iter().map(|group| all.with(group, -1.0).share()).collect::<Option<_>>()?;
        let mean = left.iter().sum::<f64>() / n;
        let se = ((n - 1.0) / n * left.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>()).sqrt();
        let reach = student_upper(n - 1.0) * se;
        let interval = ((share - reach).clamp(0.0, 1.0), (share + reach).clamp(0.0, 1.0));
        let mut means: Vec<f64> = own.iter().map(|g| g.mean).collect();
        let noise = own.iter().map(|g| g.squares / (g.n - 1.0) / g.n).sum::<f64>() / n;
        draw_together(&mut means, noise);
        means.sort_unstable_by(f64::total_cmp);
        Some(Doubt {
            share: Estimate::new(share, se, interval, own.len() >= 20),
            means: BAND_LEVELS.map(|p| means[rank(means.len(), p) - 1] + self.moments_mean()),
        })
    }

    /// The probability of at least `value`, over what is not known: its 5 % and 95 % quantiles over the groups, drawn together
    /// likewise.
    pub fn doubt_at(&self, value: f64) -> Option<(f64, f64)> {
        let groups = self.groups.as_ref()?;
        let first = self.values.values().partition_point(|&x| x < value);
        let mut shares = groups.shares(first);
        if shares.is_empty() {
            return None;
        }
        let n = self.defined() as f64 / shares.len() as f64;
        if n > 1.0 {
            let noise = shares.iter().map(|p| p * (1.0 - p) / (n - 1.0)).sum::<f64>() / shares.len() as f64;
            draw_together(&mut shares, noise);
        }
        shares.sort_unstable_by(f64::total_cmp);
        let at = |p: f64| shares[rank(shares.len(), p) - 1];
        Some((at(0.05), at(0.95)))
    }
}

/// Draws values towards their mean until their variance is less by that of the `noise` in them; not beyond it.
fn draw_together(values: &mut [f64], noise: f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    let scale = if variance > noise { (1.0 - noise / variance).sqrt() } else { 0.0 };
    values.iter_mut().for_each(|x| *x = mean + (*x - mean) * scale);
}

/// Of the groups with two values or more; means are counted from `centre`.
fn moments(values: &[f64], groups: &Groups, centre: f64) -> Vec<Group> {
    let mut own = vec![Group::default(); groups.count()];
    for (i, x) in values.iter().enumerate() {
        let group = &mut own[groups.group(i)];
        group.n += 1.0;
        let delta = x - centre - group.mean;
        group.mean += delta / group.n;
        group.squares += delta * (x - centre - group.mean);
    }
    own.retain(|group| group.n >= 2.0);
    own
}

/// What the shares of variance are made of, summed over groups.
#[derive(Clone, Copy, Default)]
struct Sums {
    count: f64,
    n: f64,
    n_squared: f64,
    sum: f64,
    of_means: f64,
    within: f64,
}

impl Sums {
    /// With a group added (`sign` 1) or taken out (-1).
    fn with(self, group: &Group, sign: f64) -> Sums {
        Sums {
            count: self.count + sign,
            n: self.n + sign * group.n,
            n_squared: self.n_squared + sign * group.n * group.n,
            sum: self.sum + sign * group.n * group.mean,
            of_means: self.of_means + sign * group.n * group.mean * group.mean,
            within: self.within + sign * group.squares,
        }
    }

    /// The share of the variance between groups: one-way analysis of variance with random effects and groups of unequal
    /// size (Searle, Casella and McCulloch, Variance Components, 1992, section 3.6), not below 0.
    fn share(self) -> Option<f64> {
        if self.count < 3.0 {
            return None;
        }
        let between = (self.of_means - self.sum * self.sum / self.n) / (self.count - 1.0);
        let within = self.within / (self.n - self.count);
        let size = (self.n - self.n_squared / self.n) / (self.count - 1.0);
        let variance = ((between - within) / size).max(0.0);
        (variance + within > 0.0).then(|| variance / (variance + within))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Factor, normal};
    use crate::statistics::{Column, Design};

    /// `outer` groups of `inner` values: a normal doubt of variance `doubt`, and chance of variance 1.
    fn nested(outer: usize, inner: usize, doubt: f64, seed: u64) -> Sample {
        let (a, b) = (Factor::new(seed, "doubt"), Factor::new(seed, "chance"));
        let normal = |f: &Factor, t: usize| normal::quantile(f.uniform(t as u64, 0));
        let value = |t: usize| doubt.sqrt() * normal(&a, t / inner) + normal(&b, t);
        let column: Vec<f64> = (0..outer * inner).map(value).collect();
        Sample::of(&Column::from(&column[..]), None, &Design { together: inner as u64, weights: None })
    }

    #[test]
    fn the_share_of_doubt_is_found_and_its_interval_covers() {
        // 3 of 4 parts are doubt. Of 300 runs about 5 % miss; more than 9 % (27) with a probability below 1e-2.
        let found: Vec<Doubt> = (0..300).map(|seed| nested(60, 50, 3.0, seed).doubt().unwrap()).collect();
        let mean = found.iter().map(|d| d.share.value).sum::<f64>() / 300.0;
        assert!((mean - 0.75).abs() < 0.01, "{mean}");
        let missed = found.iter().filter(|d| !(d.share.low <= 0.75 && 0.75 <= d.share.high)).count();
        assert!(missed <= 27, "{missed}");
        // The 57th of 60 normal values is 1.554 standard deviations, here sqrt(3), on average (Blom's approximation).
        let upper = found.iter().map(|d| d.means[4]).sum::<f64>() / 300.0;
        assert!((upper - 1.554 * 3.0f64.sqrt()).abs() < 0.06, "{upper}");
    }

    #[test]
    fn without_doubt_there_is_none() {
        let sample = nested(200, 50, 0.0, 1);
        assert!(sample.doubt().unwrap().share.value < 0.01);
        let (low, high) = sample.doubt_at(0.0).unwrap();
        // Half, without the noise of 50 trials, which alone would spread it from 0.38 to 0.62.
        assert!((low - 0.5).abs() < 0.06 && (high - 0.5).abs() < 0.06, "{low} {high}");
        assert_eq!(Sample::new(&[1.0, 2.0]).doubt(), None);
        let constant = Column::from(&[5.0; 40][..]);
        assert_eq!(Sample::of(&constant, None, &Design { together: 4, weights: None }).doubt(), None);
    }
}
