//! Twice as many numbers.

use std::ops::{Add, AddAssign, BitAnd, BitOr, Div, Mul, Not, Sub, SubAssign};

use pulp::{Arch, NullaryFnOnce};

use super::{Lane, Mask};

/// The numbers of one half of the trials, and those of the other: what is computed for both at once is looked up once, and
/// neither half waits for the other's results.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pair<T>(T, T);

macro_rules! both {
    ($($trait:ident $method:ident),*) => {$(
        impl<T: $trait<Output = T>> $trait for Pair<T> {
            type Output = Pair<T>;
            #[inline(always)]
            fn $method(self, other: Pair<T>) -> Pair<T> {
                Pair(self.0.$method(other.0), self.1.$method(other.1))
            }
        }
    )*};
}

both!(Add add, Sub sub, Mul mul, Div div, BitAnd bitand, BitOr bitor);

impl<T: Not<Output = T>> Not for Pair<T> {
    type Output = Pair<T>;
    #[inline(always)]
    fn not(self) -> Pair<T> {
        Pair(!self.0, !self.1)
    }
}

impl<T: AddAssign> AddAssign for Pair<T> {
    #[inline(always)]
    fn add_assign(&mut self, other: Pair<T>) {
        self.0 += other.0;
        self.1 += other.1;
    }
}

impl<T: SubAssign> SubAssign for Pair<T> {
    #[inline(always)]
    fn sub_assign(&mut self, other: Pair<T>) {
        self.0 -= other.0;
        self.1 -= other.1;
    }
}

impl<M: Mask> Mask for Pair<M> {
    const WIDTH: usize = 2 * M::WIDTH;
    #[inline(always)]
    fn of(flag: bool) -> Pair<M> {
        Pair(M::of(flag), M::of(flag))
    }
    #[inline(always)]
    fn any(self) -> bool {
        (self.0 | self.1).any()
    }
    #[inline(always)]
    fn get(self, lane: usize) -> bool {
        if lane < M::WIDTH { self.0.get(lane) } else { self.1.get(lane - M::WIDTH) }
    }
    #[inline(always)]
    fn set(&mut self, lane: usize, flag: bool) {
        if lane < M::WIDTH { self.0.set(lane, flag) } else { self.1.set(lane - M::WIDTH, flag) }
    }
}

impl<N: Lane> Lane for Pair<N> {
    const WIDTH: usize = 2 * N::WIDTH;
    type Mask = Pair<N::Mask>;
    type Steps = Pair<N::Steps>;

    #[inline(always)]
    fn fraction(self) -> (Self, Self) {
        let (a, b) = self.0.fraction();
        let (c, d) = self.1.fraction();
        (Pair(a, c), Pair(b, d))
    }
    #[inline(always)]
    fn doubled(self, o: Self) -> Self {
        Pair(self.0.doubled(o.0), self.1.doubled(o.1))
    }
    #[inline(always)]
    fn run<F: NullaryFnOnce<Output = ()>>(registers: Arch, f: F) {
        N::run(registers, f);
    }
    #[inline(always)]
    fn of(value: f64) -> Pair<N> {
        Pair(N::of(value), N::of(value))
    }
    #[inline(always)]
    fn get(self, lane: usize) -> f64 {
        if lane < N::WIDTH { self.0.get(lane) } else { self.1.get(lane - N::WIDTH) }
    }
    #[inline(always)]
    fn set(&mut self, lane: usize, value: f64) {
        if lane < N::WIDTH { self.0.set(lane, value) } else { self.1.set(lane - N::WIDTH, value) }
    }
    #[inline(always)]
    fn each(mut value: impl FnMut(usize) -> f64) -> Pair<N> {
        let first = N::each(&mut value);
        Pair(first, N::each(|lane| value(N::WIDTH + lane)))
    }
    #[inline(always)]
    fn step(k: Pair<N::Steps>, lane: usize) -> usize {
        if lane < N::WIDTH { N::step(k.0, lane) } else { N::step(k.1, lane - N::WIDTH) }
    }
    #[inline(always)]
    fn steps(mut step: impl FnMut(usize) -> usize) -> Pair<N::Steps> {
        let first = N::steps(&mut step);
        Pair(first, N::steps(|lane| step(N::WIDTH + lane)))
    }
    #[inline(always)]
    fn lt(self, other: Pair<N>) -> Pair<N::Mask> {
        Pair(self.0.lt(other.0), self.1.lt(other.1))
    }
    #[inline(always)]
    fn le(self, other: Pair<N>) -> Pair<N::Mask> {
        Pair(self.0.le(other.0), self.1.le(other.1))
    }
    #[inline(always)]
    fn is_nan(self) -> Pair<N::Mask> {
        Pair(self.0.is_nan(), self.1.is_nan())
    }
    #[inline(always)]
    fn select(mask: Pair<N::Mask>, a: Pair<N>, b: Pair<N>) -> Pair<N> {
        Pair(N::select(mask.0, a.0, b.0), N::select(mask.1, a.1, b.1))
    }
}
