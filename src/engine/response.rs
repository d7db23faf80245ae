//! How a sector's activity follows the filled share of a material, and the inverse (docs/model.md, 5.6).

use super::power::power;
use crate::plan::{Response, Scalar};

/// A response under the values of a trial, at one moment.
#[derive(Clone, Copy, Debug)]
pub enum Curve {
    /// 1 - exposed (1 - f).
    Proportional,
    /// 1 - exposed (1 - f)^p.
    Power(f64),
    /// Share and elasticity.
    Ces(f64, f64),
}

impl Curve {
    /// The response `days` after its material's alert began (0 where there is none).
    #[inline]
    pub fn new(response: Response, value: impl Fn(Scalar) -> f64, days: f64) -> Curve {
        match response {
            Response::Proportional => Curve::Proportional,
            Response::Power(p) => Curve::Power(value(p)),
            Response::Ces(share, sigma, long, tau) => {
                let (sigma, long, tau) = (value(sigma), value(long), value(tau));
                let moved = if days <= 0.0 {
                    0.0
                } else if tau > 0.0 {
                    -libm::expm1(-days / tau)
                } else {
                    1.0
                };
                Curve::Ces(value(share), sigma + (long - sigma) * moved)
            }
        }
    }

    /// Activity, relative to normal, at filled share `f`.
    #[inline]
    pub fn activity(self, exposed: f64, f: f64) -> f64 {
        match self {
            Curve::Proportional => 1.0 - exposed * (1.0 - f),
            Curve::Power(p) => 1.0 - exposed * power(1.0 - f, p),
            Curve::Ces(share, sigma) => 1.0 - exposed * (1.0 - ces(share, sigma, f)),
        }
    }

    /// The filled share at which activity is `r`; 0 where even nothing gives more than that.
    pub fn filled(self, exposed: f64, r: f64) -> f64 {
        let missing = (1.0 - r) / exposed;
        if missing >= 1.0 {
            return 0.0;
        }
        match self {
            Curve::Proportional => 1.0 - missing,
            Curve::Power(p) => 1.0 - power(missing, 1.0 / p),
            Curve::Ces(share, sigma) => ces_inverse(share, sigma, 1.0 - missing),
        }
    }
}

/// [(1 - share) + share f^rho]^(1/rho), rho = (sigma - 1)/sigma; f^share at sigma = 1. Written through logarithms, so that
/// it is exactly 1 at f = 1 and neither overflows nor cancels at small sigma.
fn ces(share: f64, sigma: f64, f: f64) -> f64 {
    let rho = (sigma - 1.0) / sigma;
    if f <= 0.0 {
        return if rho > 0.0 {
            libm::pow(1.0 - share, 1.0 / rho)
        } else if share > 0.0 {
            0.0
        } else {
            1.0
        };
    }
    let log_f = libm::log(f);
    if rho.abs() < 1e-12 {
        return libm::exp(share * log_f);
    }
    libm::exp(log_mean(share, rho * log_f) / rho)
}

/// ln((1 - share) + share e^x).
fn log_mean(share: f64, x: f64) -> f64 {
    if x > 1.0 {
        x + libm::log(share + (1.0 - share) * libm::exp(-x))
    } else {
        libm::log1p(share * libm::expm1(x))
    }
}

/// The f at which `ces` is y; 0 where every f gives more.
fn ces_inverse(share: f64, sigma: f64, y: f64) -> f64 {
    if y <= 0.0 || share <= 0.0 {
        return 0.0;
    }
    let rho = (sigma - 1.0) / sigma;
    let log_y = libm::log(y);
    if rho.abs() < 1e-12 {
        return libm::exp(log_y / share);
    }
    // f^rho = 1 + (y^rho - 1)/share
    let x = rho * log_y;
    let log_inside = if x > 30.0 {
        x + libm::log((1.0 - libm::exp(-x) * (1.0 - share)) / share)
    } else {
        let inside = libm::expm1(x) / share;
        if inside <= -1.0 {
            return 0.0;
        }
        libm::log1p(inside)
    };
    libm::exp(log_inside / rho)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ces_gives_the_published_unit_values() {
        // Input cost share, availability, sigma, output ratio.
        let table = [
            (0.0001, 0.2, 0.05, 0.3248),
            (0.0001, 0.2, 0.1, 0.5562),
            (0.0001, 0.4, 0.2, 0.9991),
            (0.0001, 0.6, 0.05, 0.9502),
            (0.001, 0.2, 0.05, 0.2877),
            (0.001, 0.2, 0.5, 0.9960),
            (0.001, 0.4, 0.1, 0.8398),
            (0.001, 0.6, 0.2, 0.9983),
        ];
        for (share, f, sigma, y) in table {
            assert!((ces(share, sigma, f) - y).abs() < 5e-5, "{share} {f} {sigma}: {}", ces(share, sigma, f));
        }
    }

    #[test]
    fn every_response_is_one_at_one_and_inverts() {
        let curves = [
            Curve::Proportional,
            Curve::Power(1.5),
            Curve::Power(0.4),
            Curve::Ces(0.001, 0.05),
            Curve::Ces(0.2, 0.01),
            Curve::Ces(0.3, 1.0),
            Curve::Ces(0.3, 2.5),
            Curve::Ces(0.3, 1.0 + 1e-13),
        ];
        for curve in curves {
            for exposed in [0.2, 1.0] {
                assert_eq!(curve.activity(exposed, 1.0), 1.0, "{curve:?}");
                for f in [0.01, 0.3, 0.5, 0.9, 0.999] {
                    let r = curve.activity(exposed, f);
                    if r < 0.999 {
                        assert!((curve.filled(exposed, r) - f).abs() < 1e-7, "{curve:?} {exposed} {f}");
                    }
                }
            }
        }
        assert_eq!(Curve::Proportional.filled(0.3, 0.5), 0.0);
        assert_eq!(Curve::Ces(0.3, 2.5).filled(1.0, 0.1), 0.0);
    }
}
