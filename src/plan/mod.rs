//! How to walk a scenario: dense, immutable tables made once from a model and a seed.
//!
//! No names and no units are left here, and nothing can fail. Everything that a trial needs is reached by index: a
//! scalar by its number, a random address by its number, an edge of the material graph by its number. Who looks for
//! what a number means looks into the model (same order of materials, sectors, controls, options) or into [`Column`].

mod build;
mod columns;
mod events;
mod flows;
mod rare;
mod sampling;
mod scalars;

pub use columns::{Column, Columns};
pub use events::{Chances, Control, Crisis, Draw, Hazard, Lasts, Onset, Regime, Trigger};
pub use flows::{
    Channel, Consumer, Edge, Group, Material, Opt, Pile, Rate, Response, Saving, Sector, Source, Supply, Work,
};
pub use rare::{Busy, Rare};
pub use sampling::{Coordinates, Sampling};
pub use scalars::{Address, Copula, Cut, Once, Scalar, Scalars, Series};

use crate::model::Model;
use crate::random::{Factor, Law};

/// A scenario laid out for walking.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Number of steps, K.
    pub steps: usize,
    /// Days in a step, h.
    pub step: f64,
    /// All once-a-trial quantities.
    pub scalars: Scalars,
    /// Where the uniforms of events and of once-a-trial factors come from.
    pub addresses: Vec<Factor>,
    /// Laws of what is drawn afresh at events.
    pub laws: Vec<Law>,
    /// The model's factor that each of `laws` belongs to.
    pub law_factors: Vec<usize>,
    /// In the order of the model.
    pub materials: Vec<Material>,
    /// Material indices from raw to finished.
    pub order: Vec<usize>,
    /// Sources of all materials, material by material.
    pub sources: Vec<Source>,
    /// Edges of all materials, material by material, by priority within one.
    pub edges: Vec<Edge>,
    /// Groups of firms, sector by sector.
    pub groups: Vec<Group>,
    /// In the order of the model.
    pub sectors: Vec<Sector>,
    /// In the order of the model.
    pub options: Vec<Opt>,
    /// What passes: one for each set of controls and transit that some source or supplier has.
    pub channels: Vec<Channel>,
    /// In the order of the model.
    pub controls: Vec<Control>,
    /// All onsets, in the order of the file.
    pub onsets: Vec<Onset>,
    /// In the order of the model.
    pub crises: Vec<Crisis>,
    /// Rates of clocks and crises.
    pub hazards: Vec<Hazard>,
    /// One year's GDP.
    pub gdp: Option<Scalar>,
    /// A year.
    pub discount_rate: Scalar,
    /// The columns of a trial's results.
    pub columns: Columns,
    /// Whether anything runs whatever happens, so that no step is a plain repetition of the baseline.
    pub always_busy: bool,
    /// Whether the baseline flows are the same in every step.
    pub steady: bool,
    /// How the uniforms of trials are chosen.
    pub sampling: Sampling,
    /// Whether something is made to happen in most of them.
    pub rare: Option<Rare>,
}

impl Plan {
    /// Lays a model out under a seed.
    pub fn new(model: &Model, seed: u64) -> Plan {
        build::plan(model, seed)
    }

    /// What trial number `trial` draws once: into `draws`, by `scalars.draws`. `scores` is working space, so that nothing
    /// is allocated.
    pub fn draw(&self, trial: u64, draws: &mut [f64], scores: &mut Vec<f64>) {
        self.scalars.draw(|address| self.once(address, trial), draws, scores);
    }

    /// Where the grid ends: K h, in days.
    pub fn end(&self) -> f64 {
        self.steps as f64 * self.step
    }
}
