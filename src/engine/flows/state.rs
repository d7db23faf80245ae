//! State and flows of a step, of each thing in the plan: what is read and written together stands together.

use crate::engine::lane::{Lane, Mask};

/// Of a material; tonnes in the step, except where said.
#[derive(Clone, Copy, Debug)]
pub struct MaterialFlow<N: Lane = f64> {
    /// Deliveries, from sources and options.
    pub inflow: N,
    /// The part of it that comes from sources.
    pub from_sources: N,
    /// The need n.
    pub need: N,
    /// What is missing of it.
    pub shortfall: N,
    /// D: what edges need at normal activity.
    pub demand: N,
    /// Sum of the edges' wishes.
    pub wishes: N,
    /// W: with what stockpiles want back.
    pub wanted: N,
    /// Whether an alert touches the step.
    pub touched: N::Mask,
    /// Whether some stock is below its target at the end of the step.
    pub below: N::Mask,
    /// Since when its trouble lasts (not a number while it is at rest).
    pub since: N,
}

/// Of an edge; tonnes, except where said.
#[derive(Clone, Copy, Debug)]
pub struct EdgeFlow<N: Lane = f64> {
    /// Stock at the end of the step.
    pub stock: N,
    /// Its target.
    pub target: N,
    /// What it received.
    pub received: N,
    /// What it consumed.
    pub consumed: N,
    /// f: its filled share.
    pub filled: N,
    /// d: what it needs at normal activity.
    pub d: N,
    /// Its wish o, and its first-round share min(d w, o).
    pub(super) wish: N,
    pub(super) first: N,
    /// The activity that it allows its group.
    pub(super) answer: N,
}

/// Of a source; tonnes in the step.
#[derive(Clone, Copy, Debug)]
pub struct SourceFlow<N: Lane = f64> {
    /// Ordered from it.
    pub ordered: N,
    /// Delivered by it.
    pub delivered: N,
    /// Its base flow, as far as that passes.
    pub(super) base: N,
}

/// Of an option; tonnes, except where said.
#[derive(Clone, Copy, Debug)]
pub struct OptionFlow<N: Lane = f64> {
    /// Delivered, released or saved in the step.
    pub moved: N,
    /// Availability, averaged over the step.
    pub available: N,
    /// The day it is (or was) available from; not a number while it is idle.
    pub available_at: N,
    /// Whether it works at all.
    pub works: N::Mask,
    /// Level of a stockpile at the end of the step.
    pub level: N,
    /// Its size.
    pub size: N,
    /// What went back into it.
    pub refilled: N,
    /// What it could deliver or release in the step, whatever its level.
    pub(super) most: N,
    /// What has been ordered.
    pub(super) ordered: N,
}

/// Of a group; currency in the step, except where said.
#[derive(Clone, Copy, Debug)]
pub struct GroupFlow<N: Lane = f64> {
    /// a: its activity.
    pub activity: N,
    /// Its backlog at the end of the step.
    pub backlog: N,
    /// Its value added at normal activity.
    pub value_added: N,
    /// Lost.
    pub lost: N,
    /// Recaptured.
    pub recaptured: N,
    /// Activity wanted.
    pub(super) w: N,
}

impl<N: Lane> MaterialFlow<N> {
    pub(super) fn new() -> Self {
        let zero = N::of(0.0);
        MaterialFlow {
            inflow: zero,
            from_sources: zero,
            need: zero,
            shortfall: zero,
            demand: zero,
            wishes: zero,
            wanted: zero,
            touched: N::Mask::of(false),
            below: N::Mask::of(false),
            since: N::of(f64::NAN),
        }
    }
}

impl<N: Lane> EdgeFlow<N> {
    pub(super) fn new() -> Self {
        let (zero, one) = (N::of(0.0), N::of(1.0));
        EdgeFlow {
            stock: zero,
            target: zero,
            received: zero,
            consumed: zero,
            filled: one,
            d: zero,
            wish: zero,
            first: zero,
            answer: one,
        }
    }

    /// Uses up so much of what is there, and keeps the rest.
    #[inline(always)]
    pub(super) fn consume(&mut self, used: N, there: N) {
        self.consumed = used.min(there);
        self.stock = (there - self.consumed).max(N::of(0.0));
    }
}

impl<N: Lane> SourceFlow<N> {
    pub(super) fn new() -> Self {
        let zero = N::of(0.0);
        SourceFlow { ordered: zero, delivered: zero, base: zero }
    }
}

impl<N: Lane> OptionFlow<N> {
    pub(super) fn new() -> Self {
        let zero = N::of(0.0);
        OptionFlow {
            moved: zero,
            available: zero,
            available_at: N::of(f64::NAN),
            works: N::Mask::of(true),
            level: zero,
            size: zero,
            refilled: zero,
            most: zero,
            ordered: zero,
        }
    }
}

impl<N: Lane> GroupFlow<N> {
    pub(super) fn new() -> Self {
        let (zero, one) = (N::of(0.0), N::of(1.0));
        GroupFlow { activity: one, backlog: zero, value_added: zero, lost: zero, recaptured: zero, w: one }
    }
}
