//! The scenario as meant: materials, sectors, crises, controls and options with everything resolved (names to indices,
//! texts to numbers in base units) and everything checked.
//!
//! A [`Model`] that exists is right: `plan` and `engine` cannot fail on it. It holds no text that would still need
//! reading, and nothing of how a trial is walked.

mod assumptions;
mod controls;
mod correlations;
mod economy;
mod expectations;
mod fields;
pub mod format;
mod implied;
mod kind;
mod laws;
mod materials;
mod matrix;
mod options;
mod parameters;
mod reader;
mod sectors;
mod structure;
mod surprises;
mod units;
mod verify;

pub use assumptions::{Assumption, Factor, Provenance};
pub use controls::{Control, Crisis, Enters, Lasts, Onset, Regime, State, Trigger};
pub use correlations::Correlation;
pub use economy::{Economy, Step};
pub use expectations::Expectation;
pub use implied::{Chance, Implied, Sourcing};
pub use kind::Kind;
pub use materials::{Input, Material, PriceResponse, Source};
pub use options::{Measure, Mode, Opt, Pile, Rate, Saving, Size, Supply, User};
pub use sectors::{Firms, Recapture, Response, Sector, Use};
pub use units::WrittenUnit;
pub use verify::passes as control_hits;

use jiff::civil::Date;

use crate::scenario::{Diagnostic, Document};

/// A number in base units: certain, or a factor that is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Quantity {
    /// Known.
    Certain(f64),
    /// `scale` times the draw of a factor, cut to the range.
    Uncertain {
        /// Index into [`Model::factors`].
        factor: usize,
        /// The pure number it is multiplied by.
        scale: f64,
        /// The least it can be.
        low: f64,
        /// The most it can be.
        high: f64,
    },
}

impl Quantity {
    /// Zero.
    pub const ZERO: Quantity = Quantity::Certain(0.0);
    /// Stands in for a quantity that is wrong, so that reading can go on. No model that exists holds one.
    const WRONG: Quantity = Quantity::Certain(f64::NAN);
    /// One, or 100 %.
    pub const ONE: Quantity = Quantity::Certain(1.0);

    /// The value, where it is certain.
    pub fn certain(self) -> Option<f64> {
        match self {
            Quantity::Certain(value) => Some(value),
            Quantity::Uncertain { .. } => None,
        }
    }

    /// Whether it is known to be zero.
    pub fn is_zero(self) -> bool {
        self.certain() == Some(0.0)
    }
}

/// A quantity over the calendar: linear between its knots, constant outside them.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Days from the start, ascending, and the value there. At least one.
    pub knots: Vec<(f64, Quantity)>,
}

impl Curve {
    /// The same at all times.
    pub fn constant(value: Quantity) -> Self {
        Curve { knots: vec![(0.0, value)] }
    }

    /// The value at day `t`, each knot's quantity being valued by `value`.
    pub fn at(&self, t: f64, value: impl Fn(Quantity) -> f64) -> f64 {
        let after = self.knots.partition_point(|(day, _)| *day <= t);
        if after == 0 {
            return value(self.knots[0].1);
        }
        let (d0, q0) = self.knots[after - 1];
        match self.knots.get(after) {
            None => value(q0),
            Some(&(d1, q1)) => {
                let (v0, v1) = (value(q0), value(q1));
                v0 + (v1 - v0) * ((t - d0) / (d1 - d0))
            }
        }
    }
}

/// The order in which a file names things that are kept by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Written {
    /// Indices of materials.
    pub materials: Vec<usize>,
    /// Indices of sectors.
    pub sectors: Vec<usize>,
}

/// A scenario that is right.
#[derive(Clone, Debug)]
pub struct Model {
    /// What the scenario calls itself.
    pub name: String,
    /// Day 0.
    pub start: Date,
    /// Days simulated; the grid may reach a little further.
    pub horizon: f64,
    /// The grid.
    pub step: Step,
    /// The currency of every sum, as three capital letters.
    pub currency: String,
    /// What one unit of another currency is worth.
    pub rates: Vec<(String, f64)>,
    /// Trials asked for by the file.
    pub trials: u64,
    /// Seed asked for by the file.
    pub seed: u64,
    /// GDP and discounting.
    pub economy: Economy,
    /// Every uncertain entry.
    pub factors: Vec<Factor>,
    /// Rank correlations between once-a-trial factors.
    pub correlations: Vec<Correlation>,
    /// The order of the file, for whoever shows things to its author.
    pub written: Written,
    /// Materials by name.
    pub materials: Vec<Material>,
    /// Materials from raw to finished: each after everything it is made of.
    pub order: Vec<usize>,
    /// Sectors by name.
    pub sectors: Vec<Sector>,
    /// Crises by name.
    pub crises: Vec<Crisis>,
    /// Controls in the order of the file.
    pub controls: Vec<Control>,
    /// Options in the order of the file, those that are not enabled left out.
    pub options: Vec<Opt>,
    /// Published figures to hold this scenario against.
    pub expectations: Vec<Expectation>,
    /// Every quantity that the scenario states, with where it comes from.
    pub assumptions: Vec<Assumption>,
}

impl Model {
    /// The number of steps: ceil(horizon / step - 10^-9).
    pub fn steps(&self) -> usize {
        (self.horizon / self.step.days() - 1e-9).ceil().max(1.0) as usize
    }
}

/// Reads the meaning of a document: the model with its cautions, or all mistakes (and cautions) at once.
pub fn read(document: &Document) -> Result<(Model, Vec<Diagnostic>), Vec<Diagnostic>> {
    reader::read(document)
}
