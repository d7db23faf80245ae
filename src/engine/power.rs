//! Powers of shares, for one trial or for several side by side: without a branch, so that they take no longer for many.

use super::lane::{Lane, SHIFT};

/// `base` to the power `exponent`, for a share from 0 to 1 and a positive exponent; within 2e-16 of the true value, and in
/// proportion to it within 3e-16 (1 + |ln of it|).
///
/// It is exp(exponent ln base); the error of the logarithm, which the exponent multiplies, is a small part of a result
/// that is small where it matters: y |ln y| is at most 0.37.
#[inline(always)]
pub fn power<N: Lane>(base: N, exponent: N) -> N {
    let (zero, one) = (N::of(0.0), N::of(1.0));
    // Below the least normal number, whatever the exponent, nothing would come of it but nothing.
    let some = N::of(f64::MIN_POSITIVE).le(base);
    let power = exp(exponent * ln(base));
    N::select(one.le(base), one, N::select(some, power, zero))
}

/// The natural logarithm of positive normal numbers: the method of FreeBSD's e_log.c (Sun Microsystems, 1993), within one
/// unit in the last place.
#[inline(always)]
fn ln<N: Lane>(x: N) -> N {
    let n = N::of;
    let (f, k) = x.fraction();
    let s = f / (n(2.0) + f);
    let z = s * s;
    let w = z * z;
    let even = w
        * (n(3.999_999_999_940_942e-1)
            + w * (n(2.222_219_843_214_978_4e-1) + w * n(1.531_383_769_920_937_3e-1)));
    let odd = z
        * (n(6.666_666_666_666_735e-1)
            + w * (n(2.857_142_874_366_239e-1)
                + w * (n(1.818_357_216_161_805e-1) + w * n(1.479_819_860_511_658_6e-1))));
    let half = n(0.5) * f * f;
    s * (half + even + odd) + k * n(LN2.1) - half + f + k * n(LN2.0)
}

/// The exponential of numbers up to 709: the method of FreeBSD's e_exp.c (Sun Microsystems, 1993), within one unit in the
/// last place; 0 below -700.
#[inline(always)]
fn exp<N: Lane>(x: N) -> N {
    let n = N::of;
    // k ln 2 + r, with r at most half of ln 2.
    let shifted = x * n(std::f64::consts::LOG2_E) + n(SHIFT);
    let k = shifted - n(SHIFT);
    let (high, low) = (x - k * n(LN2.0), k * n(LN2.1));
    let r = high - low;
    let t = r * r;
    let c = r - t
        * (n(1.666_666_666_666_660_2e-1)
            + t * (n(-2.777_777_777_701_559_3e-3)
                + t * (n(6.613_756_321_437_934e-5)
                    + t * (n(-1.653_390_220_546_525_2e-6) + t * n(4.138_136_797_057_238_5e-8)))));
    let y = n(1.0) - (low - r * c / (n(2.0) - c) - high);
    N::select(n(-700.0).lt(x), y.doubled(shifted), n(0.0))
}

/// ln 2 in two parts, of which the first has 32 zero bits at its end.
const LN2: (f64, f64) = (6.931_471_803_691_238_e-1, 1.908_214_929_270_587_7e-10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_are_those_of_libm() {
        let mut worst: f64 = 0.0;
        for i in 0..=20_000 {
            let base = f64::from(i) / 20_000.0;
            for exponent in [0.05, 0.4, 1.0, 1.5, 2.1, 3.0, 17.3] {
                let (ours, theirs) = (power(base, exponent), libm::pow(base, exponent));
                assert!((0.0..=1.0).contains(&ours));
                worst = worst.max((ours - theirs).abs());
                // As of a price, which is one over it.
                let size = if i == 0 { 0.0 } else { exponent * libm::log(base).abs() };
                assert!((ours - theirs).abs() <= 3e-16 * (1.0 + size) * theirs, "{base} {exponent}");
            }
        }
        assert!(worst <= 2e-16, "{worst}");
        for (base, exponent) in [(1e-300, 0.01), (f64::MIN_POSITIVE, 0.5), (1e-5, 2.0), (0.3, 40.0)] {
            let (ours, theirs): (f64, f64) = (power(base, exponent), libm::pow(base, exponent));
            assert!((ours - theirs).abs() <= 1e-13 * theirs, "{base} {exponent}: {ours} {theirs}");
        }
        assert_eq!(power(0.0, 0.5), 0.0);
        assert_eq!(power(1.0, 0.5), 1.0);
        assert_eq!(power(1e-310, 1.0), 0.0);
        assert_eq!(power(1e-200, 100.0), 0.0);
    }

    #[test]
    fn logarithms_and_exponentials_are_those_of_libm() {
        for i in 1..200_000 {
            let x = f64::from(i) * 1e-5;
            assert!((ln(x) - libm::log(x)).abs() <= 2.3e-16 * libm::log(x).abs().max(1e-3), "ln {x}");
            let y = -f64::from(i) * 3.5e-3;
            for y in [y, -y] {
                assert!((exp(y) - libm::exp(y)).abs() <= 2.3e-16 * libm::exp(y), "exp {y}");
            }
        }
    }
}
