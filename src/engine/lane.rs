//! Numbers side by side: the flows of a trial are computed over a type that is either one number or eight of as many
//! trials, by the same text. Every operation of the eight is that of the one, so that their bits are the same.

use std::array::from_fn;
use std::fmt::Debug;
use std::ops::{Add, AddAssign, BitAnd, BitOr, Div, Mul, Not, Sub, SubAssign};

use crate::plan::{Scalar, Series};

/// Yes or no, for each trial.
pub trait Mask:
    Copy + Debug + PartialEq + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self>
{
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

impl Mask for bool {
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
}

/// How many trials are walked side by side: as many numbers as the widest registers hold.
const SIDE: usize = 8;

/// A number for each of eight trials.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(align(64))]
pub struct Pack([f64; SIDE]);

/// Yes (all bits) or no (none) for each of eight trials.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(align(64))]
pub struct PackMask([u64; SIDE]);

macro_rules! each_of {
    ($trait:ident, $method:ident, $type:ident, $op:tt) => {
        impl $trait for $type {
            type Output = $type;
            #[inline(always)]
            fn $method(self, other: $type) -> $type {
                $type(from_fn(|i| self.0[i] $op other.0[i]))
            }
        }
    };
}

each_of!(Add, add, Pack, +);
each_of!(Sub, sub, Pack, -);
each_of!(Mul, mul, Pack, *);
each_of!(Div, div, Pack, /);
each_of!(BitAnd, bitand, PackMask, &);
each_of!(BitOr, bitor, PackMask, |);

impl Not for PackMask {
    type Output = PackMask;
    #[inline(always)]
    fn not(self) -> PackMask {
        PackMask(self.0.map(|bits| !bits))
    }
}

impl AddAssign for Pack {
    #[inline(always)]
    fn add_assign(&mut self, other: Pack) {
        *self = *self + other;
    }
}

impl SubAssign for Pack {
    #[inline(always)]
    fn sub_assign(&mut self, other: Pack) {
        *self = *self - other;
    }
}

#[inline(always)]
fn bits(flag: bool) -> u64 {
    if flag { u64::MAX } else { 0 }
}

impl Mask for PackMask {
    #[inline(always)]
    fn of(flag: bool) -> PackMask {
        PackMask([bits(flag); SIDE])
    }
    #[inline(always)]
    fn any(self) -> bool {
        self.0.iter().fold(0, |all, bits| all | bits) != 0
    }
    #[inline(always)]
    fn get(self, lane: usize) -> bool {
        self.0[lane] != 0
    }
    #[inline(always)]
    fn set(&mut self, lane: usize, flag: bool) {
        self.0[lane] = bits(flag);
    }
}

impl Lane for Pack {
    const WIDTH: usize = SIDE;
    type Mask = PackMask;
    type Steps = [u32; SIDE];

    #[inline(always)]
    fn of(value: f64) -> Pack {
        Pack([value; SIDE])
    }
    #[inline(always)]
    fn get(self, lane: usize) -> f64 {
        self.0[lane]
    }
    #[inline(always)]
    fn set(&mut self, lane: usize, value: f64) {
        self.0[lane] = value;
    }
    #[inline(always)]
    fn each(mut value: impl FnMut(usize) -> f64) -> Pack {
        // Not `from_fn`, which would not be compiled for the registers of whoever calls this.
        let mut each = [0.0; SIDE];
        for (lane, own) in each.iter_mut().enumerate() {
            *own = value(lane);
        }
        Pack(each)
    }
    #[inline(always)]
    fn step(k: [u32; SIDE], lane: usize) -> usize {
        k[lane] as usize
    }
    #[inline(always)]
    fn steps(mut step: impl FnMut(usize) -> usize) -> [u32; SIDE] {
        from_fn(|lane| step(lane) as u32)
    }
    #[inline(always)]
    fn lt(self, other: Pack) -> PackMask {
        PackMask(from_fn(|i| bits(self.0[i] < other.0[i])))
    }
    #[inline(always)]
    fn le(self, other: Pack) -> PackMask {
        PackMask(from_fn(|i| bits(self.0[i] <= other.0[i])))
    }
    #[inline(always)]
    fn is_nan(self) -> PackMask {
        PackMask(from_fn(|i| bits(self.0[i].is_nan())))
    }
    #[inline(always)]
    fn select(mask: PackMask, a: Pack, b: Pack) -> Pack {
        Pack(from_fn(|i| {
            let mask = mask.0[i];
            f64::from_bits((a.0[i].to_bits() & mask) | (b.0[i].to_bits() & !mask))
        }))
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

    #[test]
    fn eight_are_eight_times_one() {
        let a = [0.0, -0.0, 1.5, -3.0, f64::NAN, f64::INFINITY, 1e-300, 7.0];
        for turn in 0..SIDE {
            let b: [f64; SIDE] = from_fn(|i| a[(i + turn) % SIDE]);
            let (pa, pb) = (Pack(a), Pack(b));
            for i in 0..SIDE {
                let (x, y) = (a[i], b[i]);
                // What is not a number has no bits of its own.
                let same = |pack: Pack, one: f64| {
                    let eighth = pack.get(i);
                    let alike = eighth.to_bits() == one.to_bits() || (eighth.is_nan() && one.is_nan());
                    assert!(alike, "{x} {y}: {eighth} against {one}");
                };
                same(pa + pb, x + y);
                same(pa - pb, x - y);
                same(pa * pb, x * y);
                same(pa / pb, x / y);
                same(Lane::min(pa, pb), Lane::min(x, y));
                same(Lane::max(pa, pb), Lane::max(x, y));
                same(Pack::select(pa.lt(pb), pa, pb), if x < y { x } else { y });
                assert_eq!(pa.le(pb).get(i), x <= y);
                assert_eq!((!pa.gt(pb)).get(i), !(x > y));
                assert_eq!(pa.is_nan().get(i), x.is_nan());
            }
        }
        assert!(PackMask::of(true).any() && !PackMask::of(false).any());
    }
}
