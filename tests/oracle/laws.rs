//! The laws of section 2 by their distribution and quantile functions, from statrs' special functions and bisection.

use statrs::function::{beta::beta_reg, gamma::gamma_lr};
use std::collections::BTreeMap;

/// A law in base units.
#[derive(Clone, Debug)]
pub enum Law {
    Uniform {
        min: f64,
        max: f64,
    },
    Triangular {
        min: f64,
        mode: f64,
        max: f64,
    },
    Normal {
        mean: f64,
        sd: f64,
    },
    LogNormal {
        mu: f64,
        sigma: f64,
    },
    Gamma {
        shape: f64,
        scale: f64,
    },
    Weibull {
        shape: f64,
        scale: f64,
    },
    Beta {
        a: f64,
        b: f64,
        low: f64,
        high: f64,
    },
    /// Values in ascending order with their cumulative weights, the last of which is 1.
    Steps(Vec<(f64, f64)>),
    /// The law conditioned on a range.
    Within {
        law: Box<Law>,
        min: f64,
        max: f64,
    },
}

/// The standard normal distribution function.
pub fn phi(z: f64) -> f64 {
    0.5 * libm::erfc(-z / std::f64::consts::SQRT_2)
}

/// The standard normal quantile, by bisection on the side where the tail is small.
pub fn score(u: f64) -> f64 {
    if u > 0.5 {
        return -score(1.0 - u);
    }
    bisect(-40.0, 0.0, |z| phi(z) >= u)
}

/// The least x of the bracket at which `reached` holds, where it holds from some x on.
fn bisect(mut low: f64, mut high: f64, reached: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..400 {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

impl Law {
    /// The law `kind` with its parameters in base units.
    pub fn new(kind: &str, args: &BTreeMap<&str, Vec<f64>>) -> Law {
        let has = |name: &str| args.contains_key(name);
        let arg = |name: &str| args[name][0];
        let z90 = score(0.9);
        let z95 = score(0.95);
        let square = |x: f64| x * x;
        let law = match kind {
            "uniform" => return Law::Uniform { min: arg("min"), max: arg("max") },
            "triangular" => return Law::Triangular { min: arg("min"), mode: arg("mode"), max: arg("max") },
            "pert" => {
                let (min, mode, max) = (arg("min"), arg("mode"), arg("max"));
                let (a, b) = (1.0 + 4.0 * (mode - min) / (max - min), 1.0 + 4.0 * (max - mode) / (max - min));
                return Law::Beta { a, b, low: min, high: max };
            }
            "discrete" => return Law::steps(&args["values"], &args["weights"]),
            "empirical" => return Law::steps(&args["values"], &vec![1.0; args["values"].len()]),
            "normal" if has("mean") => Law::Normal { mean: arg("mean"), sd: arg("sd") },
            "normal" if has("p5") => Law::Normal {
                mean: 0.5 * (arg("p5") + arg("p95")),
                sd: (arg("p95") - arg("p5")) / (2.0 * z95),
            },
            "normal" => Law::Normal { mean: arg("median"), sd: (arg("p90") - arg("median")) / z90 },
            "lognormal" if has("mean") => {
                let variance = libm::log1p(square(arg("sd") / arg("mean")));
                Law::LogNormal { mu: libm::log(arg("mean")) - 0.5 * variance, sigma: variance.sqrt() }
            }
            "lognormal" if has("p5") => Law::LogNormal {
                mu: 0.5 * (libm::log(arg("p5")) + libm::log(arg("p95"))),
                sigma: libm::log(arg("p95") / arg("p5")) / (2.0 * z95),
            },
            "lognormal" if has("p90") => Law::LogNormal {
                mu: libm::log(arg("median")),
                sigma: libm::log(arg("p90") / arg("median")) / z90,
            },
            "lognormal" => Law::LogNormal { mu: libm::log(arg("median")), sigma: arg("sigma") },
            "gamma" if has("mean") => {
                Law::Gamma { shape: square(arg("mean") / arg("sd")), scale: square(arg("sd")) / arg("mean") }
            }
            "gamma" => Law::Gamma { shape: arg("shape"), scale: arg("scale") },
            "weibull" => Law::Weibull { shape: arg("shape"), scale: arg("scale") },
            "exponential" => Law::Weibull { shape: 1.0, scale: arg("mean") },
            "beta" => {
                let (low, high) =
                    (args.get("low").map_or(0.0, |v| v[0]), args.get("high").map_or(1.0, |v| v[0]));
                let (a, b) = if has("mean") {
                    let (mean, sd) = ((arg("mean") - low) / (high - low), arg("sd") / (high - low));
                    let total = mean * (1.0 - mean) / square(sd) - 1.0;
                    (mean * total, (1.0 - mean) * total)
                } else {
                    (arg("shape1"), arg("shape2"))
                };
                Law::Beta { a, b, low, high }
            }
            other => panic!("no such law: {other}"),
        };
        if !has("min") && !has("max") {
            return law;
        }
        let bound = |name: &str, without: f64| args.get(name).map_or(without, |v| v[0]);
        Law::Within {
            law: Box::new(law),
            min: bound("min", f64::NEG_INFINITY),
            max: bound("max", f64::INFINITY),
        }
    }

    fn steps(values: &[f64], weights: &[f64]) -> Law {
        let mut pairs: Vec<(f64, f64)> = values.iter().copied().zip(weights.iter().copied()).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        for pair in &mut pairs {
            sum += pair.1;
            pair.1 = sum / total;
        }
        Law::Steps(pairs)
    }

    /// P(X <= x).
    pub fn cdf(&self, x: f64) -> f64 {
        match self {
            Law::Uniform { min, max } => ((x - min) / (max - min)).clamp(0.0, 1.0),
            Law::Triangular { min, mode, max } => {
                if x <= *min {
                    0.0
                } else if x >= *max {
                    1.0
                } else if x <= *mode {
                    (x - min) * (x - min) / ((max - min) * (mode - min))
                } else {
                    1.0 - (max - x) * (max - x) / ((max - min) * (max - mode))
                }
            }
            Law::Normal { mean, sd } => phi((x - mean) / sd),
            Law::LogNormal { mu, sigma } => {
                if x <= 0.0 {
                    0.0
                } else {
                    phi((libm::log(x) - mu) / sigma)
                }
            }
            Law::Gamma { shape, scale } => {
                if x <= 0.0 {
                    0.0
                } else if x == f64::INFINITY {
                    1.0
                } else {
                    gamma_lr(*shape, x / scale)
                }
            }
            Law::Weibull { shape, scale } => {
                if x <= 0.0 {
                    0.0
                } else {
                    -libm::expm1(-libm::pow(x / scale, *shape))
                }
            }
            Law::Beta { a, b, low, high } => beta_reg(*a, *b, ((x - low) / (high - low)).clamp(0.0, 1.0)),
            Law::Steps(pairs) => {
                pairs.iter().filter(|pair| pair.0 <= x).map(|pair| pair.1).fold(0.0, f64::max)
            }
            Law::Within { law, min, max } => {
                let (below, above) = (law.cdf(*min), law.cdf(*max));
                ((law.cdf(x) - below) / (above - below)).clamp(0.0, 1.0)
            }
        }
    }

    /// The inverse of the distribution function at `u`.
    pub fn quantile(&self, u: f64) -> f64 {
        match self {
            Law::Uniform { min, max } => min + u * (max - min),
            Law::Triangular { min, mode, max } => {
                if u <= (mode - min) / (max - min) {
                    min + (u * (max - min) * (mode - min)).sqrt()
                } else {
                    max - ((1.0 - u) * (max - min) * (max - mode)).sqrt()
                }
            }
            Law::Normal { mean, sd } => mean + sd * score(u),
            Law::LogNormal { mu, sigma } => libm::exp(mu + sigma * score(u)),
            Law::Weibull { shape, scale } => scale * libm::pow(-libm::log1p(-u), 1.0 / shape),
            Law::Gamma { shape, scale } => {
                let mut high = shape * scale;
                while self.cdf(high) < u {
                    high *= 2.0;
                }
                bisect(0.0, high, |x| self.cdf(x) >= u)
            }
            Law::Beta { low, high, .. } => bisect(*low, *high, |x| self.cdf(x) >= u),
            Law::Steps(pairs) => {
                pairs.iter().find(|pair| pair.1 >= u).or(pairs.last()).expect("a law of steps has values").0
            }
            Law::Within { law, min, max } => {
                let (below, above) = (law.cdf(*min), law.cdf(*max));
                law.quantile(below + u * (above - below)).clamp(*min, *max)
            }
        }
    }

    /// The quantile at `u` of the law on the condition of being longer than `elapsed`.
    pub fn longer_than(&self, u: f64, elapsed: f64) -> f64 {
        let passed = self.cdf(elapsed);
        self.quantile(passed + u * (1.0 - passed)).max(elapsed)
    }
}

#[test]
fn quantiles_invert_the_distribution_functions() {
    let args = |pairs: &[(&'static str, f64)]| -> BTreeMap<&str, Vec<f64>> {
        pairs.iter().map(|(name, value)| (*name, vec![*value])).collect()
    };
    let laws = [
        Law::new("uniform", &args(&[("min", 2.0), ("max", 5.0)])),
        Law::new("triangular", &args(&[("min", 2.0), ("mode", 3.0), ("max", 7.0)])),
        Law::new("pert", &args(&[("min", 2.0), ("mode", 3.0), ("max", 7.0)])),
        Law::new("normal", &args(&[("p5", -1.0), ("p95", 4.0)])),
        Law::new("lognormal", &args(&[("median", 2.0), ("p90", 6.0), ("max", 9.0)])),
        Law::new("gamma", &args(&[("mean", 3.0), ("sd", 2.0)])),
        Law::new("gamma", &args(&[("shape", 0.5), ("scale", 4.0), ("min", 1.0)])),
        Law::new("weibull", &args(&[("shape", 1.3), ("scale", 4.0)])),
        Law::new("beta", &args(&[("mean", 4.0), ("sd", 1.0), ("low", 2.0), ("high", 9.0)])),
    ];
    for law in &laws {
        for i in 1..40 {
            let u = f64::from(i) / 40.0;
            assert!((law.cdf(law.quantile(u)) - u).abs() < 1e-12, "{law:?} at {u}");
            assert!(law.longer_than(u, law.quantile(0.3)) > law.quantile(0.3));
        }
    }
    assert!((laws[3].quantile(0.95) - 4.0).abs() < 1e-12);
    let full = Law::new("lognormal", &args(&[("median", 2.0), ("p90", 6.0)]));
    assert!((full.quantile(0.9) - 6.0).abs() < 1e-12);
    let steps = Law::steps(&[5.0, 1.0], &[1.0, 3.0]);
    assert_eq!((steps.quantile(0.75), steps.quantile(0.76), steps.longer_than(0.01, 1.0)), (1.0, 5.0, 5.0));
}
