//! The standard normal distribution: its quantile, distribution and survival functions.

use std::f64::consts::FRAC_1_SQRT_2;

/// The standard normal quantile at `u`, with a relative error of about 1e-16 for every `u` in (0, 1).
///
/// -inf at 0, inf at 1. Algorithm AS 241, PPND16 (Wichura, Applied Statistics 37, 1988, 477-484).
#[inline]
pub fn quantile(u: f64) -> f64 {
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return q * ratio(&CENTRE, r);
    }
    let tail = if q < 0.0 { u } else { 1.0 - u };
    if tail <= 0.0 {
        return if q < 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    let r = (-libm::log(tail)).sqrt();
    let z = if r <= 5.0 { ratio(&MIDDLE, r - 1.6) } else { ratio(&FAR, r - 5.0) };
    if q < 0.0 { -z } else { z }
}

/// P(Z <= x) of the standard normal, accurate in the lower tail.
pub fn cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
}

/// P(Z > x) of the standard normal, accurate in the upper tail.
pub fn sf(x: f64) -> f64 {
    0.5 * libm::erfc(x * FRAC_1_SQRT_2)
}

/// Numerator and denominator of a rational approximation, from the highest power down.
type Rational = [[f64; 8]; 2];

#[inline]
fn ratio([numerator, denominator]: &Rational, r: f64) -> f64 {
    let value = |coefficients: &[f64; 8]| coefficients.iter().fold(0.0, |sum, c| sum * r + c);
    value(numerator) / value(denominator)
}

#[allow(clippy::excessive_precision, reason = "as published")]
const CENTRE: Rational = [
    [
        2.509_080_928_730_122_672_7e3,
        3.343_057_558_358_812_810_5e4,
        6.726_577_092_700_870_085_3e4,
        4.592_195_393_154_987_145_7e4,
        1.373_169_376_550_946_112_5e4,
        1.971_590_950_306_551_442_7e3,
        1.331_416_678_917_843_774_5e2,
        3.387_132_872_796_366_608_0,
    ],
    [
        5.226_495_278_852_854_561_0e3,
        2.872_908_573_572_194_267_4e4,
        3.930_789_580_009_271_061_0e4,
        2.121_379_430_158_659_586_7e4,
        5.394_196_021_424_751_107_7e3,
        6.871_870_074_920_579_083_0e2,
        4.231_333_070_160_091_125_2e1,
        1.0,
    ],
];

#[allow(clippy::excessive_precision, reason = "as published")]
const MIDDLE: Rational = [
    [
        7.745_450_142_783_414_076_40e-4,
        2.272_384_498_926_918_458_33e-2,
        2.417_807_251_774_506_117_70e-1,
        1.270_458_252_452_368_382_58,
        3.647_848_324_763_204_605_04,
        5.769_497_221_460_691_405_50,
        4.630_337_846_156_545_295_90,
        1.423_437_110_749_683_577_34,
    ],
    [
        1.050_750_071_644_416_843_24e-9,
        5.475_938_084_995_344_946_00e-4,
        1.519_866_656_361_645_719_66e-2,
        1.481_039_764_274_800_745_90e-1,
        6.897_673_349_851_000_045_50e-1,
        1.676_384_830_183_803_849_40,
        2.053_191_626_637_758_821_87,
        1.0,
    ],
];

#[allow(clippy::excessive_precision, reason = "as published")]
const FAR: Rational = [
    [
        2.010_334_399_292_288_132_65e-7,
        2.711_555_568_743_487_578_15e-5,
        1.242_660_947_388_078_438_60e-3,
        2.653_218_952_657_612_309_30e-2,
        2.965_605_718_285_048_912_30e-1,
        1.784_826_539_917_291_335_80,
        5.463_784_911_164_114_369_90,
        6.657_904_643_501_103_777_20,
    ],
    [
        2.044_263_103_389_939_785_64e-15,
        1.421_511_758_316_445_888_70e-7,
        1.846_318_317_510_054_681_80e-5,
        7.868_691_311_456_132_591_00e-4,
        1.487_536_129_085_061_485_25e-2,
        1.369_298_809_227_358_053_10e-1,
        5.998_322_065_558_879_376_90e-1,
        1.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::super::tests::close;
    use super::*;

    #[test]
    fn quantiles_are_those_of_mpmath() {
        let reference = [
            (1.1102230246251565e-16, -8.209536151601387),
            (1e-30, -11.464024688443615),
            (1e-12, -7.034483825301132),
            (1e-05, -4.264890793922825),
            (0.01, -2.326347874040841),
            (0.07, -1.4757910281791706),
            (0.2, -0.8416212335729142),
            (0.45, -0.12566134685507402),
            (0.8, 0.8416212335729144),
            (0.95, 1.6448536269514722),
        ];
        for (u, z) in reference {
            assert!(close(quantile(u), z, 1e-15), "quantile({u}) = {} for {z}", quantile(u));
            assert!(close(cdf(z), u, 2e-14), "cdf({z}) = {} for {u}", cdf(z));
        }
        assert_eq!(quantile(0.5), 0.0);
        assert_eq!((quantile(0.0), quantile(1.0)), (f64::NEG_INFINITY, f64::INFINITY));
    }

    #[test]
    fn the_tails_mirror_each_other() {
        for x in [-37.0, -8.3, -1.0, 0.0, 0.3, 5.1] {
            assert_eq!(cdf(x), sf(-x));
            assert_eq!(quantile(cdf(-1.7)), -quantile(sf(-1.7)));
        }
        // Mills' ratio far out: sf(x) ~ density / x (1 - 1/x^2 + 3/x^4).
        let x: f64 = 30.0;
        let density = libm::exp(-450.0) / (2.0 * std::f64::consts::PI).sqrt();
        assert!(close(sf(x), density / x * (1.0 - 1.0 / 900.0 + 3.0 / 810_000.0), 1e-7));
    }
}
