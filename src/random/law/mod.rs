//! Probability laws, each of them sampled only through its quantile function.
//!
//! A law is immutable and was checked when it was built: using it cannot fail. Values are plain numbers; whoever
//! builds a law decides on their unit. The bits of every quantile are the same on every processor.

mod beta;
mod discrete;
mod error;
mod exponential;
mod family;
mod gamma;
mod lognormal;
mod normal;
mod pert;
mod range;
mod triangular;
mod uniform;
mod weibull;

pub use error::LawError;

use beta::Beta;
use discrete::Discrete;
use error::require;
use exponential::Exponential;
use family::Family;
use gamma::Gamma;
use lognormal::Lognormal;
use normal::Normal;
use pert::Pert;
use range::Range;
use triangular::Triangular;
use uniform::Uniform;
use weibull::Weibull;

/// The law of an uncertain quantity.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    kind: Kind,
    truncation: Option<Truncation>,
}

#[derive(Clone, Debug, PartialEq)]
enum Kind {
    Uniform(Uniform),
    Triangular(Triangular),
    Pert(Pert),
    Normal(Normal),
    Lognormal(Lognormal),
    Gamma(Gamma),
    Weibull(Weibull),
    Exponential(Exponential),
    Beta(Beta),
    Discrete(Discrete),
}

/// The range a law was cut to, and the moments of what is left of it.
#[derive(Clone, Debug, PartialEq)]
struct Truncation {
    range: Range,
    mean: f64,
    sd: f64,
}

/// Less than this much of a law is not worth truncating to: another law was meant.
const LEAST_MASS: f64 = 1e-9;

/// Evaluates an expression with the family of a law, whichever it is.
macro_rules! with_family {
    ($law:expr, $family:ident => $value:expr) => {
        match &$law.kind {
            Kind::Uniform($family) => $value,
            Kind::Triangular($family) => $value,
            Kind::Pert($family) => $value,
            Kind::Normal($family) => $value,
            Kind::Lognormal($family) => $value,
            Kind::Gamma($family) => $value,
            Kind::Weibull($family) => $value,
            Kind::Exponential($family) => $value,
            Kind::Beta($family) => $value,
            Kind::Discrete($family) => $value,
        }
    };
}

/// Constructors. Each fails, with advice, on parameters that are not finite or that no such law has.
impl Law {
    /// Equally likely everywhere between `min` and `max`.
    pub fn uniform(min: f64, max: f64) -> Result<Law, LawError> {
        Law::of(Kind::Uniform(Uniform::new(min, max)?))
    }

    /// A density that rises linearly from `min` to `mode` and falls linearly to `max`; `mode` may be either end.
    pub fn triangular(min: f64, mode: f64, max: f64) -> Result<Law, LawError> {
        Law::of(Kind::Triangular(Triangular::new(min, mode, max)?))
    }

    /// PERT: a beta law on `min` to `max` with the mean (min + 4 mode + max) / 6; `mode` may be either end.
    pub fn pert(min: f64, mode: f64, max: f64) -> Result<Law, LawError> {
        Law::of(Kind::Pert(Pert::new(min, mode, max)?))
    }

    /// Normal, by its mean and standard deviation.
    pub fn normal(mean: f64, sd: f64) -> Result<Law, LawError> {
        Law::of(Kind::Normal(Normal::new(mean, sd)?))
    }

    /// Normal, by its 5 % and 95 % quantiles.
    pub fn normal_p5_p95(p5: f64, p95: f64) -> Result<Law, LawError> {
        Law::of(Kind::Normal(Normal::from_p5_p95(p5, p95)?))
    }

    /// Normal, by its median and 90 % quantile.
    pub fn normal_median_p90(median: f64, p90: f64) -> Result<Law, LawError> {
        Law::of(Kind::Normal(Normal::from_median_p90(median, p90)?))
    }

    /// Lognormal, by its median and the standard deviation `sigma` of its logarithm (at most 10).
    pub fn lognormal_median_sigma(median: f64, sigma: f64) -> Result<Law, LawError> {
        Law::of(Kind::Lognormal(Lognormal::new(median, sigma)?))
    }

    /// Lognormal, by its median and 90 % quantile.
    pub fn lognormal_median_p90(median: f64, p90: f64) -> Result<Law, LawError> {
        Law::of(Kind::Lognormal(Lognormal::from_median_p90(median, p90)?))
    }

    /// Lognormal, by its 5 % and 95 % quantiles.
    pub fn lognormal_p5_p95(p5: f64, p95: f64) -> Result<Law, LawError> {
        Law::of(Kind::Lognormal(Lognormal::from_p5_p95(p5, p95)?))
    }

    /// Lognormal, by its own mean and standard deviation (not those of its logarithm).
    pub fn lognormal_mean_sd(mean: f64, sd: f64) -> Result<Law, LawError> {
        Law::of(Kind::Lognormal(Lognormal::from_mean_sd(mean, sd)?))
    }

    /// Gamma, by its shape (0.01 to 1e6) and scale; its mean is their product.
    pub fn gamma(shape: f64, scale: f64) -> Result<Law, LawError> {
        Law::of(Kind::Gamma(Gamma::new(shape, scale)?))
    }

    /// Gamma, by its mean and standard deviation (0.001 to 10 times the mean).
    pub fn gamma_mean_sd(mean: f64, sd: f64) -> Result<Law, LawError> {
        Law::of(Kind::Gamma(Gamma::from_mean_sd(mean, sd)?))
    }

    /// Weibull, by its shape (0.05 to 1000) and scale: P(X > x) = exp(-(x / scale)^shape).
    pub fn weibull(shape: f64, scale: f64) -> Result<Law, LawError> {
        Law::of(Kind::Weibull(Weibull::new(shape, scale)?))
    }

    /// Exponential, by its mean.
    pub fn exponential(mean: f64) -> Result<Law, LawError> {
        Law::of(Kind::Exponential(Exponential::new(mean)?))
    }

    /// Beta on `low` to `high`, by its two shapes (0.01 to 1e6): the density is proportional to
    /// (x - low)^(shape1 - 1) (high - x)^(shape2 - 1).
    pub fn beta(shape1: f64, shape2: f64, low: f64, high: f64) -> Result<Law, LawError> {
        Law::of(Kind::Beta(Beta::new(shape1, shape2, low, high)?))
    }

    /// Beta on `low` to `high`, by its mean and standard deviation.
    pub fn beta_mean_sd(mean: f64, sd: f64, low: f64, high: f64) -> Result<Law, LawError> {
        Law::of(Kind::Beta(Beta::from_mean_sd(mean, sd, low, high)?))
    }

    /// One of `values`, each as likely as its weight is large. The quantile u is the smallest value whose
    /// cumulative weight reaches u.
    pub fn discrete(values: &[f64], weights: &[f64]) -> Result<Law, LawError> {
        Law::of(Kind::Discrete(Discrete::weighted(values, weights)?))
    }

    /// One of `values`, all equally likely: the inverse of the empirical distribution function.
    pub fn empirical(values: &[f64]) -> Result<Law, LawError> {
        Law::of(Kind::Discrete(Discrete::empirical(values)?))
    }

    /// This law on the condition that it lies between `min` and `max`, or on one side of one of them.
    ///
    /// Only for normal, lognormal, gamma, weibull, exponential and beta. An error if the range is empty or holds less
    /// than 1e-9 of the law. A law that is truncated already is truncated to what both ranges have in common.
    pub fn truncated(self, min: Option<f64>, max: Option<f64>) -> Result<Law, LawError> {
        require(
            !matches!(self.kind, Kind::Uniform(_) | Kind::Triangular(_) | Kind::Pert(_) | Kind::Discrete(_)),
            "only normal, lognormal, gamma, weibull, exponential and beta can be truncated; \
             give the law itself other bounds",
        )?;
        let (low, high) = self.support();
        let [min, max] = [min.unwrap_or(low), max.unwrap_or(high)];
        require(min < max, "min must be below max")?;
        if min <= low && high <= max {
            return Ok(self);
        }
        let range = with_family!(self, family => Range::new(family, min.max(low), max.min(high)));
        require(
            range.mass() >= LEAST_MASS,
            "less than a billionth of the law lies between min and max; widen them or choose another law",
        )?;
        let (mean, sd) = with_family!(self, family => range.moments(family));
        Ok(Law { kind: self.kind, truncation: Some(Truncation { range, mean, sd }) })
    }

    /// The last check: parameters each of which is finite may still overflow together.
    fn of(kind: Kind) -> Result<Law, LawError> {
        let law = Law { kind, truncation: None };
        require(
            law.mean().is_finite() && law.sd().is_finite(),
            "the values are too large: mean and sd must be finite; choose another unit",
        )?;
        Ok(law)
    }
}

impl Law {
    /// The value below which the law lies with probability `u`, for `u` in (0, 1).
    #[inline]
    pub fn quantile(&self, u: f64) -> f64 {
        match &self.truncation {
            None => with_family!(self, family => family.quantile(u)),
            Some(cut) => with_family!(self, family => cut.range.quantile(family, u, 1.0 - u)),
        }
    }

    /// The value above which the law lies with probability `s`, for `s` in (0, 1): `quantile(1 - s)`, but exact
    /// where `1 - s` would round.
    #[inline]
    pub fn quantile_upper(&self, s: f64) -> f64 {
        match &self.truncation {
            None => with_family!(self, family => family.quantile_upper(s)),
            Some(cut) => with_family!(self, family => cut.range.quantile(family, 1.0 - s, s)),
        }
    }

    /// P(X <= x), with a small relative error in the lower tail.
    pub fn cdf(&self, x: f64) -> f64 {
        match &self.truncation {
            None => with_family!(self, family => family.cdf(x)),
            Some(cut) => with_family!(self, family => cut.range.cdf(family, x)),
        }
    }

    /// P(X > x), with a small relative error in the upper tail.
    pub fn sf(&self, x: f64) -> f64 {
        match &self.truncation {
            None => with_family!(self, family => family.sf(x)),
            Some(cut) => with_family!(self, family => cut.range.sf(family, x)),
        }
    }

    /// The quantile `u` of this law on the condition that it exceeds `elapsed`, exact far in the tail.
    ///
    /// Never below `elapsed`, and `elapsed` itself where nothing of the law is left above it (less than 1e-290).
    pub fn longer_than(&self, u: f64, elapsed: f64) -> f64 {
        let (low, high) = self.support();
        if elapsed < low {
            return self.quantile(u);
        }
        if elapsed >= high {
            return elapsed;
        }
        let beyond = match &self.truncation {
            None => with_family!(self, family => family.longer_than(u, elapsed)),
            Some(_) => with_family!(self, family => Range::new(family, elapsed, high).longer_than(family, u)),
        };
        beyond.max(elapsed)
    }

    /// The mean, of the law as truncated.
    pub fn mean(&self) -> f64 {
        match &self.truncation {
            None => with_family!(self, family => family.mean()),
            Some(cut) => cut.mean,
        }
    }

    /// The mean of what is drawn and then cut to `low` to `high`, of the law as truncated: values beyond an end count as
    /// that end. The ends may be infinite.
    pub fn mean_within(&self, low: f64, high: f64) -> f64 {
        let (min, max) = self.support();
        if low <= min && max <= high {
            return self.mean();
        }
        if min >= high || max <= low {
            return if min >= high { high } else { low };
        }
        if let Kind::Discrete(discrete) = &self.kind {
            return discrete.average(|x| x.clamp(low, high));
        }
        let (a, b) = (min.max(low), max.min(high));
        let inside = with_family!(self, family => Range::new(family, a, b).moments(family).0);
        // An infinite end has no mass beyond it.
        let beyond = |mass: f64, end: f64| if mass > 0.0 { mass * end } else { 0.0 };
        let (below, above) = (self.cdf(a), self.sf(b));
        beyond(below, a) + beyond(above, b) + (1.0 - below - above) * inside
    }

    /// How much of the law, as it was before it was truncated, lies in the range it was truncated to; 1 where it was
    /// not.
    pub fn kept(&self) -> f64 {
        self.truncation.as_ref().map_or(1.0, |cut| cut.range.mass())
    }

    /// The standard deviation, of the law as truncated.
    pub fn sd(&self) -> f64 {
        match &self.truncation {
            None => with_family!(self, family => family.sd()),
            Some(cut) => cut.sd,
        }
    }

    /// The least and the greatest value the law can take; infinite where there is no bound.
    pub fn support(&self) -> (f64, f64) {
        match &self.truncation {
            None => with_family!(self, family => family.support()),
            Some(cut) => cut.range.bounds(),
        }
    }

    /// Of a law on finitely many values, `discrete` or `empirical`: the probability up to and including each of them, at which
    /// its quantile function jumps; the last is 1. None of any other law.
    pub fn cumulative(&self) -> Option<&[f64]> {
        match &self.kind {
            Kind::Discrete(discrete) => Some(discrete.cumulative()),
            _ => None,
        }
    }

    /// The name of the law as scenarios write it, `lognormal` for instance.
    pub fn name(&self) -> &'static str {
        with_family!(self, family => family.name())
    }
}
