//! Numbers side by side: the flows of a trial are computed over a type that is either one number or many of as many
//! trials, by the same text. Every operation of the many is that of the one, so that their bits are the same.

mod pack;
mod pair;

use std::fmt::Debug;
use std::ops::{Add, AddAssign, BitAnd, BitOr, Div, Mul, Not, Sub, SubAssign};

use pulp::{Arch, NullaryFnOnce};

pub use pack::Pack;
pub use pair::Pair;

use crate::plan::{Scalar, Series};

/// Yes or no, for each trial.
pub trait Mask:
    Copy + Debug + PartialEq + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self>
{
    /// For how many trials.
    const WIDTH: usize;
    /// The same for all.
    fn of(flag: bool) -> Self;
    /// Whether it holds for some.
    fn any(self) -> bool;
    /// Whether it holds for trial `lane`.
    fn get(self, lane: usize) -> bool;
    /// Says of trial `lane` whether it holds.
    fn set(&mut self, lane: usize, flag: bool);
}

/// A number for each trial.
pub trait Lane:
    Copy
    + Debug
    + Default
    + PartialEq
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + AddAssign
    + SubAssign
{
    /// How many trials.
    const WIDTH: usize;
    /// What comparisons give.
    type Mask: Mask;
    /// A step for each trial.
    type Steps: Copy + Debug;

    /// Runs something that computes over such numbers, compiled for these registers.
    fn run<F: NullaryFnOnce<Output = ()>>(registers: Arch, f: F);
    /// The same for all.
    fn of(value: f64) -> Self;
    /// That of trial `lane`.
    fn get(self, lane: usize) -> f64;
    /// Sets that of trial `lane`.
    fn set(&mut self, lane: usize, value: f64);
    /// One by one.
    fn each(value: impl FnMut(usize) -> f64) -> Self;
    /// The step `k` of trial `lane`.
    fn step(k: Self::Steps, lane: usize) -> usize;
    /// Steps, one by one.
    fn steps(step: impl FnMut(usize) -> usize) -> Self::Steps;
    /// Less than.
    fn lt(self, other: Self) -> Self::Mask;
    /// At most.
    fn le(self, other: Self) -> Self::Mask;
    /// Whether it is not a number.
    fn is_nan(self) -> Self::Mask;
    /// `a` where the mask holds, else `b`.
    fn select(mask: Self::Mask, a: Self, b: Self) -> Self;

    /// Of positive normal numbers 2^k (1 + f), with 1 + f between the square roots of 1/2 and 2: f and k.
    fn fraction(self) -> (Self, Self);
    /// Times 2^k, where `shifted` is `SHIFT` + k; for what stays a normal number.
    fn doubled(self, shifted: Self) -> Self;

    /// More than.
    #[inline(always)]
    fn gt(self, other: Self) -> Self::Mask {
        other.lt(self)
    }

    /// The lesser one; `other` where one is not a number.
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self::select(self.lt(other), self, other)
    }

    /// The greater one; `other` where one is not a number.
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self::select(other.lt(self), self, other)
    }

    /// Entry `k` of a table, each trial its own.
    #[inline(always)]
    fn gather(table: &[f64], k: Self::Steps) -> Self {
        Self::each(|lane| table[Self::step(k, lane)])
    }

    /// `value` of the trials that the mask names, else `self`.
    #[inline(always)]
    fn replaced(self, mask: Self::Mask, mut value: impl FnMut(usize) -> f64) -> Self {
        Self::each(|lane| if mask.get(lane) { value(lane) } else { self.get(lane) })
    }
}

/// 2^52 + 2^51: a number between -2^31 and 2^31 that is added to it leaves its integer in the lowest bits.
pub const SHIFT: f64 = 6_755_399_441_055_744.0;
/// The bits of the square root of 1/2, without the lower half.
const ROOT: u64 = 0x3fe6_a09e_0000_0000;
const ONE: u64 = 0x3ff0_0000_0000_0000;

#[inline(always)]
fn fraction(x: f64) -> f64 {
    let bits = x.to_bits().wrapping_add(ONE - ROOT);
    f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + ROOT) - 1.0
}

#[inline(always)]
fn exponent(x: f64) -> f64 {
    let bits = x.to_bits().wrapping_add(ONE - ROOT);
    f64::from_bits(SHIFT.to_bits() + (bits >> 52)) - SHIFT - 1023.0
}

#[inline(always)]
fn doubled(x: f64, shifted: f64) -> f64 {
    f64::from_bits(x.to_bits().wrapping_add(shifted.to_bits() << 52))
}

impl Mask for bool {
    const WIDTH: usize = 1;
    #[inline(always)]
    fn of(flag: bool) -> bool {
        flag
    }
    #[inline(always)]
    fn any(self) -> bool {
        self
    }
    #[inline(always)]
    fn get(self, _: usize) -> bool {
        self
    }
    #[inline(always)]
    fn set(&mut self, _: usize, flag: bool) {
        *self = flag;
    }
}

impl Lane for f64 {
    const WIDTH: usize = 1;
    type Mask = bool;
    type Steps = usize;

    #[inline(always)]
    fn run<F: NullaryFnOnce<Output = ()>>(_: Arch, f: F) {
        f.call();
    }
    #[inline(always)]
    fn of(value: f64) -> f64 {
        value
    }
    #[inline(always)]
    fn get(self, _: usize) -> f64 {
        self
    }
    #[inline(always)]
    fn set(&mut self, _: usize, value: f64) {
        *self = value;
    }
    #[inline(always)]
    fn each(mut value: impl FnMut(usize) -> f64) -> f64 {
        value(0)
    }
    #[inline(always)]
    fn step(k: usize, _: usize) -> usize {
        k
    }
    #[inline(always)]
    fn steps(mut step: impl FnMut(usize) -> usize) -> usize {
        step(0)
    }
    #[inline(always)]
    fn lt(self, other: f64) -> bool {
        self < other
    }
    #[inline(always)]
    fn le(self, other: f64) -> bool {
        self <= other
    }
    #[inline(always)]
    fn is_nan(self) -> bool {
        self.is_nan()
    }
    #[inline(always)]
    fn select(mask: bool, a: f64, b: f64) -> f64 {
        if mask { a } else { b }
    }
    #[inline(always)]
    fn fraction(self) -> (f64, f64) {
        (fraction(self), exponent(self))
    }
    #[inline(always)]
    fn doubled(self, shifted: f64) -> f64 {
        doubled(self, shifted)
    }
}

/// The step that each trial is at.
#[derive(Clone, Copy, Debug)]
pub struct Now<N: Lane> {
    /// Its number.
    pub k: N::Steps,
    /// The same, to compute with.
    pub number: N,
    /// The day on which it begins.
    pub t: N,
}

impl<N: Lane> Now<N> {
    /// Steps `k` of `h` days.
    #[inline(always)]
    pub fn at(k: N::Steps, h: f64) -> Self {
        let number = N::each(|lane| N::step(k, lane) as f64);
        Now { k, number, t: number * N::of(h) }
    }
}

/// The value of a scalar.
#[inline(always)]
pub fn value<N: Lane>(values: &[N], scalar: Scalar) -> N {
    values[scalar.0 as usize]
}

/// A quantity in steps `k`.
#[inline(always)]
pub fn series<N: Lane>(series: &Series, k: N::Steps, values: &[N]) -> N {
    match series {
        Series::Constant(scalar) => value(values, *scalar),
        Series::Table(table) => N::gather(table, k),
        Series::Knots(steps) => N::each(|lane| {
            let (before, after, way) = steps[N::step(k, lane)];
            let (a, b) = (value(values, before).get(lane), value(values, after).get(lane));
            a + (b - a) * way
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every operation on `N::WIDTH` numbers is that on one.
    fn are_so_many_times_one<N: Lane>() {
        let list = [0.0, -0.0, 1.5, -3.0, f64::NAN, f64::INFINITY, 1e-300, 7.0, 0.3];
        for turn in 0..list.len() {
            let one = |i: usize| (list[i % list.len()], list[(i + turn) % list.len()]);
            let (a, b) = (N::each(|i| one(i).0), N::each(|i| one(i).1));
            for i in 0..N::WIDTH {
                let (x, y) = one(i);
                // What is not a number has no bits of its own.
                let same = |all: N, one: f64| {
                    let own = all.get(i);
                    let alike = own.to_bits() == one.to_bits() || (own.is_nan() && one.is_nan());
                    assert!(alike, "{x} {y}: {own} against {one}");
                };
                same(a + b, x + y);
                same(a - b, x - y);
                same(a * b, x * y);
                same(a / b, x / y);
                same(Lane::min(a, b), Lane::min(x, y));
                same(Lane::max(a, b), Lane::max(x, y));
                same(N::select(a.lt(b), a, b), if x < y { x } else { y });
                assert_eq!(a.le(b).get(i), x <= y);
                assert_eq!((!a.gt(b)).get(i), !(x > y));
                assert_eq!(a.is_nan().get(i), x.is_nan());
                same(a.fraction().0, x.fraction().0);
                same(a.fraction().1, x.fraction().1);
                same(a.doubled(N::of(SHIFT + 3.0)), x.doubled(SHIFT + 3.0));
                let (mut set, mut mask) = (a, a.lt(b));
                set.set(i, 42.0);
                mask.set(i, !mask.get(i));
                same(set, 42.0);
                assert!(
                    mask.get(i) != (x < y)
                        && (0..N::WIDTH).all(|j| j == i || set.get(j).to_bits() == a.get(j).to_bits())
                );
            }
            let k = N::steps(|lane| lane % 3);
            assert_eq!(N::gather(&[5.0, 6.0, 7.0], k).get(N::WIDTH - 1), [5.0, 6.0, 7.0][(N::WIDTH - 1) % 3]);
        }
        assert!(N::Mask::of(true).any() && !N::Mask::of(false).any());
        for lane in 0..N::WIDTH {
            let mut mask = N::Mask::of(false);
            mask.set(lane, true);
            assert!(mask.any());
        }
    }

    #[test]
    fn many_are_so_many_times_one() {
        are_so_many_times_one::<f64>();
        are_so_many_times_one::<Pack>();
        are_so_many_times_one::<Pair<Pack>>();
    }
}
