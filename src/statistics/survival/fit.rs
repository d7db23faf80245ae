//! Maximum likelihood for durations of which some are censored or seen late, with intervals by profile likelihood.

use argmin::core::{CostFunction, Error, Executor};
use argmin::solver::brent::{BrentOpt, BrentRoot};

use super::family::Shaped;
use super::{CHI_SQUARED, Family, Spell};

/// A parameter with its 95 % interval by profile likelihood.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profiled {
    /// The maximum-likelihood estimate.
    pub value: f64,
    /// Lower end; 0 where the data set none.
    pub low: f64,
    /// Upper end; infinite where the data set none.
    pub high: f64,
}

/// A family fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fit {
    /// Which.
    pub family: Family,
    /// The median.
    pub median: Profiled,
    /// The shape, where it has one.
    pub shape: Option<Profiled>,
    /// The greatest log-likelihood.
    pub log_likelihood: f64,
    /// Akaike's criterion, 2 parameters - 2 log-likelihood: less is better, a difference below 2 says little.
    pub aic: f64,
}

/// Fits a family; none where the spells do not determine it: none that ended, or for a shape fewer than two different
/// lengths at which any did, or no greatest likelihood within reach.
pub fn fit(family: Family, spells: &[Spell]) -> Option<Fit> {
    let mut ends: Vec<f64> = spells.iter().filter(|s| s.ended).map(|s| s.length).collect();
    ends.sort_unstable_by(f64::total_cmp);
    ends.dedup();
    let likelihood = Likelihood::new(family, spells)?;
    let (low, high) = likelihood.shapes;
    if family == Family::Exponential {
        let (median, greatest) = (!ends.is_empty()).then(|| likelihood.best_median(low))?;
        let at = |m: f64| likelihood.at(&Shaped::new(family, 1.0), m);
        let median = likelihood.interval(median, likelihood.medians, greatest, at);
        return Some(Fit {
            family,
            median,
            shape: None,
            log_likelihood: greatest,
            aic: 2.0 - 2.0 * greatest,
        });
    }
    if ends.len() < 2 {
        return None;
    }
    let (shape, greatest) = maximum(likelihood.shapes, OUTER, |s| likelihood.best_median(s).1);
    // At the end of what is looked at there is no maximum, only more of the same beyond.
    let margin = 1e-3 * (high - low);
    if shape < low + margin || shape > high - margin {
        return None;
    }
    let median = likelihood.best_median(shape).0;
    let median =
        likelihood.interval(median, likelihood.medians, greatest, |m| likelihood.best_shape(m, shape).1);
    let shape = likelihood.interval(shape, likelihood.shapes, greatest, |s| likelihood.best_median(s).1);
    Some(Fit { family, median, shape: Some(shape), log_likelihood: greatest, aic: 4.0 - 2.0 * greatest })
}

/// The mean that spells of which none has ended exceed with 95 % confidence, under a constant chance of ending: the time
/// they were seen over -ln 0.05; none where one has ended.
pub fn least_mean(spells: &[Spell]) -> Option<f64> {
    let seen: f64 = spells.iter().map(|s| s.length - s.entry).sum();
    (!spells.is_empty() && spells.iter().all(|s| !s.ended)).then(|| seen / -libm::log(0.05))
}

/// The log-likelihood of spells under a family, by the logarithms of median and shape.
struct Likelihood<'s> {
    family: Family,
    spells: &'s [Spell],
    /// Where the logarithm of the median is looked for.
    medians: (f64, f64),
    /// Where that of the shape is.
    shapes: (f64, f64),
}

impl<'s> Likelihood<'s> {
    fn new(family: Family, spells: &'s [Spell]) -> Option<Likelihood<'s>> {
        let lengths = || spells.iter().map(|s| s.length);
        let (least, most) = (lengths().reduce(f64::min)?, lengths().reduce(f64::max)?);
        let total: f64 = lengths().sum();
        // A median is hardly a thousandth of the shortest; with one end among many spells it is far beyond the longest.
        let medians = (libm::log(least / 1e3), libm::log(1e3 * most + 1e3 * total));
        let (low, high) = family.shapes();
        let known = least > 0.0 && most.is_finite();
        known.then(|| Likelihood { family, spells, medians, shapes: (libm::log(low), libm::log(high)) })
    }

    fn at(&self, shaped: &Shaped, log_median: f64) -> f64 {
        let median = libm::exp(log_median);
        let one = |s: &Spell| {
            let told = if s.ended {
                shaped.log_density(s.length, median)
            } else {
                shaped.log_survival(s.length, median)
            };
            if s.entry > 0.0 { told - shaped.log_survival(s.entry, median) } else { told }
        };
        self.spells.iter().map(one).sum()
    }

    /// The best median under a shape, and the log-likelihood there.
    fn best_median(&self, log_shape: f64) -> (f64, f64) {
        let shaped = Shaped::new(self.family, libm::exp(log_shape));
        maximum(self.medians, INNER, |m| self.at(&shaped, m))
    }

    /// The best shape under a median, likewise, looked for around `near`.
    fn best_shape(&self, log_median: f64, near: f64) -> (f64, f64) {
        let (low, high) = ((near - 3.0).max(self.shapes.0), (near + 3.0).min(self.shapes.1));
        maximum((low, high), INNER, |s| self.at(&Shaped::new(self.family, libm::exp(s)), log_median))
    }

    /// The interval around the best value of a parameter, of which `profile` is the log-likelihood.
    fn interval(
        &self,
        best: f64,
        (low, high): (f64, f64),
        greatest: f64,
        profile: impl Fn(f64) -> f64,
    ) -> Profiled {
        let excess = |x: f64| 2.0 * (greatest - profile(x)) - CHI_SQUARED;
        let end = |far: f64| (excess(far) > 0.0).then(|| root(best, far, excess));
        Profiled {
            value: libm::exp(best),
            low: end(low).map_or(0.0, libm::exp),
            high: end(high).map_or(f64::INFINITY, libm::exp),
        }
    }
}

/// Log-likelihoods below this are all the same to a search; differences of infinities would be no numbers.
const LEAST: f64 = -1e15;

struct Cost<F>(F);

impl<F: Fn(f64) -> f64> CostFunction for Cost<F> {
    type Param = f64;
    type Output = f64;

    fn cost(&self, x: &f64) -> Result<f64, Error> {
        Ok((self.0)(*x))
    }
}

/// How finely a maximum is looked for: how many intervals bracket it before Brent's search, and the tolerance of that. A
/// profile is flat where it is greatest, so that an inner tolerance of 1e-5 leaves an error of 1e-10 a spell.
#[derive(Clone, Copy)]
struct Search {
    grid: usize,
    tolerance: f64,
}

const OUTER: Search = Search { grid: 16, tolerance: 1e-6 };
const INNER: Search = Search { grid: 8, tolerance: 1e-5 };

/// Where `f` is greatest between two ends, and how great: the best of a grid, then Brent's search around it.
fn maximum((low, high): (f64, f64), search: Search, f: impl Fn(f64) -> f64) -> (f64, f64) {
    // What overflows is beyond anything likely.
    let f = |x: f64| Some(f(x)).filter(|y| y.is_finite()).map_or(LEAST, |y| y.max(LEAST));
    let grid = search.grid;
    let point = |i: usize| low + (high - low) * i as f64 / grid as f64;
    let mut best = (0, f64::NEG_INFINITY);
    for i in 0..=grid {
        let value = f(point(i));
        if value > best.1 {
            best = (i, value);
        }
    }
    let around = (point(best.0.saturating_sub(1)), point((best.0 + 1).min(grid)));
    let solver = BrentOpt::new(around.0, around.1).set_tolerance(search.tolerance, search.tolerance);
    let run = Executor::new(Cost(|x: f64| -f(x)), solver).configure(|s| s.max_iters(200)).timer(false).run();
    let found = run.ok().and_then(|result| result.state.best_param).map(|x| (x, f(x)));
    found.filter(|(_, value)| *value >= best.1).unwrap_or((point(best.0), best.1))
}

/// Where `f`, which is below 0 at `inside` and above at `far`, crosses 0, by Brent's method.
fn root(inside: f64, far: f64, f: impl Fn(f64) -> f64) -> f64 {
    let f = |x: f64| Some(f(x)).filter(|y| y.is_finite()).map_or(-LEAST, |y| y.min(-LEAST));
    // Steps that double find a bracket near the maximum, where the curve is smooth.
    let (mut near, mut step) = (inside, 0.05 * (far - inside).signum());
    while (far - near - step) * step > 0.0 && f(near + step) < 0.0 {
        near += step;
        step *= 2.0;
    }
    let beyond = if (far - near - step) * step > 0.0 { near + step } else { far };
    let solver = BrentRoot::new(near.min(beyond), near.max(beyond), 1e-6);
    let run = Executor::new(Cost(f), solver).configure(|s| s.max_iters(200)).timer(false).run();
    run.ok().and_then(|result| result.state.best_param).unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(length: f64, ended: bool) -> Spell {
        Spell { entry: 0.0, length, ended }
    }

    #[test]
    fn the_exponential_law_is_total_time_over_ends() {
        let spells: Vec<Spell> =
            [2.0, 5.0, 1.0, 8.0].iter().map(|t| spell(*t, true)).chain([spell(24.0, false)]).collect();
        let fit = fit(Family::Exponential, &spells).unwrap();
        let mean = fit.median.value / std::f64::consts::LN_2;
        assert!((mean - 10.0).abs() < 1e-3, "{mean}");
        assert!((fit.log_likelihood - (-4.0 * libm::log(10.0) - 4.0)).abs() < 1e-9);
        // 2 (ln L(10) - ln L(m)) = 8 (ln(m / 10) + 10 / m - 1) is 3.8415 at the ends.
        for end in [fit.median.low, fit.median.high].map(|m| m / std::f64::consts::LN_2) {
            assert!((8.0 * (libm::log(end / 10.0) + 10.0 / end - 1.0) - CHI_SQUARED).abs() < 1e-3, "{end}");
        }
    }

    #[test]
    fn the_fits_of_the_textbook() {
        // 6-MP (Freireich et al. 1963): R, survreg(Surv(t, d) ~ 1): Weibull log-likelihood -41.66, scale 0.739,
        // intercept 3.52; lognormal: -41.58 (to two digits).
        let ended = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0];
        let censored = [6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0];
        let spells: Vec<Spell> =
            ended.iter().map(|t| spell(*t, true)).chain(censored.iter().map(|t| spell(*t, false))).collect();
        let weibull = fit(Family::Weibull, &spells).unwrap();
        let shape = weibull.shape.unwrap();
        assert!((shape.value - 1.354).abs() < 2e-3, "{shape:?}");
        let scale = weibull.median.value / libm::pow(std::f64::consts::LN_2, 1.0 / shape.value);
        assert!((libm::log(scale) - 3.519).abs() < 2e-3, "{scale}");
        assert!((weibull.log_likelihood + 41.66).abs() < 0.02, "{weibull:?}");
    }

    #[test]
    fn a_lognormal_law_without_censoring_has_closed_estimates() {
        let logs = [0.3, 1.1, 0.7, 1.9, 1.0f64];
        let spells: Vec<Spell> = logs.iter().map(|l| spell(libm::exp(*l), true)).collect();
        let fit = fit(Family::Lognormal, &spells).unwrap();
        let mean = logs.iter().sum::<f64>() / 5.0;
        let sigma = (logs.iter().map(|l| (l - mean) * (l - mean)).sum::<f64>() / 5.0).sqrt();
        assert!((libm::log(fit.median.value) - mean).abs() < 1e-4);
        assert!((fit.shape.unwrap().value / sigma - 1.0).abs() < 1e-4);
    }

    #[test]
    fn spells_seen_late_do_not_make_them_long() {
        // Without a memory, what was seen of a spell is all that counts.
        let late: Vec<Spell> =
            [1.0, 3.0, 8.0].iter().map(|t| Spell { entry: 100.0, length: 100.0 + t, ended: true }).collect();
        let mean = fit(Family::Exponential, &late).unwrap().median.value / std::f64::consts::LN_2;
        assert!((mean - 4.0).abs() < 1e-3, "{mean}");
    }

    #[test]
    fn what_is_not_determined_is_not_fitted() {
        assert_eq!(fit(Family::Exponential, &[spell(3.0, false)]), None);
        assert_eq!(fit(Family::Exponential, &[]), None);
        for family in [Family::Weibull, Family::Lognormal, Family::Gamma] {
            assert_eq!(fit(family, &[spell(3.0, true), spell(3.0, true)]), None);
            assert_eq!(fit(family, &[spell(3.0, true), spell(9.0, false)]), None);
        }
        assert_eq!(least_mean(&[spell(30.0, false), spell(60.0, false)]), Some(90.0 / -libm::log(0.05)));
        assert_eq!(least_mean(&[spell(30.0, true)]), None);
    }
}
