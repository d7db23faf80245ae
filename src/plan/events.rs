//! Tables of the event process: clocks, chances, sojourns.

use super::scalars::{Address, Scalar};

/// The rate of a clock over time, from annual probabilities (docs/model.md, section 3): -ln(1 - p) a year.
#[derive(Clone, Debug)]
pub struct Hazard {
    /// Day and annual probability; linear between, constant outside.
    pub knots: Vec<(f64, Scalar)>,
}

/// Something drawn at an event, or known already.
#[derive(Clone, Copy, Debug)]
pub enum Draw {
    /// A once-a-trial quantity.
    Known(Scalar),
    /// Drawn afresh.
    Afresh {
        /// Its uniforms.
        address: Address,
        /// Index into `Plan::laws`.
        law: u32,
        /// It is cut to this range.
        low: f64,
        /// It is cut to this range.
        high: f64,
    },
}

/// A distribution over the states of a control.
#[derive(Clone, Debug)]
pub struct Chances {
    /// States above open, ascending, with their probabilities; the rest is open.
    pub states: Vec<(usize, Scalar)>,
    /// The uniforms that choose.
    pub address: Address,
    /// The state, where nothing is left to chance.
    pub certain: Option<usize>,
}

/// What sets an onset off.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// A clock with this hazard, in the states flagged.
    Annual {
        /// Index into `Plan::hazards`.
        hazard: usize,
        /// The clock's uniforms.
        clock: Address,
        /// By state.
        during: Vec<bool>,
    },
    /// A day.
    At(Scalar),
    /// Something else, which knows its followers.
    Caused,
}

/// An onset.
#[derive(Clone, Debug)]
pub struct Onset {
    /// Its control.
    pub control: usize,
    /// When.
    pub trigger: Trigger,
    /// That it fires.
    pub probability: Scalar,
    /// The uniforms that decide it.
    pub fires: Address,
    /// Days after its cause.
    pub delay: Draw,
    /// Where to.
    pub enters: Chances,
    /// Whether it takes effect also where it leads to something milder.
    pub milder: bool,
}

/// How long a regime lasts.
#[derive(Clone, Copy, Debug)]
pub enum Lasts {
    /// Until something else happens.
    Forever,
    /// Days.
    For(Draw),
    /// To a day.
    Until(Draw),
}

/// A regime.
#[derive(Clone, Debug)]
pub struct Regime {
    /// Blocked share, from days since entry (after the delay) on.
    pub blocks: Vec<(f64, Draw)>,
    /// Days in which everything is blocked.
    pub approval_delay: Draw,
    /// Its sojourn.
    pub lasts: Lasts,
    /// What follows.
    pub then: Chances,
}

/// A control.
#[derive(Clone, Debug)]
pub struct Control {
    /// The state at the start; 0 is open.
    pub initial: usize,
    /// Days for which it has lasted.
    pub elapsed: Scalar,
    /// From mild to harsh; state s is `regimes[s - 1]`.
    pub regimes: Vec<Regime>,
    /// Its onsets that have clocks, as indices into `Plan::onsets`.
    pub clocks: Vec<usize>,
    /// Onsets that follow an entry of it into the state (none: into any regime).
    pub followers: Vec<(usize, Option<usize>)>,
}

/// A crisis.
#[derive(Clone, Debug)]
pub struct Crisis {
    /// Index into `Plan::hazards`.
    pub hazard: usize,
    /// The uniforms of its clock.
    pub clock: Address,
    /// Onsets that it causes.
    pub followers: Vec<usize>,
}
