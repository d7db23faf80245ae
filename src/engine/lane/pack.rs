//! Eight numbers: as many as the widest registers hold.

use std::array::from_fn;
use std::ops::{Add, AddAssign, BitAnd, BitOr, Div, Mul, Not, Sub, SubAssign};

use pulp::{Arch, NullaryFnOnce};

use super::{Lane, Mask, doubled, exponent, fraction};

/// As many numbers as the widest registers hold.
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
    const WIDTH: usize = SIDE;
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
    fn run<F: NullaryFnOnce<Output = ()>>(registers: Arch, f: F) {
        // The same operations on every processor. Where code is built to be debugged, one set of registers will do: each
        // takes as long again to compile.
        if cfg!(debug_assertions) { f.call() } else { registers.dispatch(f) }
    }
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
    #[inline(always)]
    fn fraction(self) -> (Pack, Pack) {
        (Pack(from_fn(|i| fraction(self.0[i]))), Pack(from_fn(|i| exponent(self.0[i]))))
    }
    #[inline(always)]
    fn doubled(self, shifted: Pack) -> Pack {
        Pack(from_fn(|i| doubled(self.0[i], shifted.0[i])))
    }
}
