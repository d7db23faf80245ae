//! Tables of the flows: who consumes what, from where, and what can be done about it.

use std::ops::Range;

use super::events::Draw;
use super::scalars::{Address, Scalar, Series};

/// A material.
#[derive(Clone, Debug)]
pub struct Material {
    /// Per tonne.
    pub price: Scalar,
    /// Of each user's inventory.
    pub accessible: Scalar,
    /// Of the sources' inflow.
    pub spot_share: Scalar,
    /// Elasticity, cap, half-life in days.
    pub price_response: Option<(Scalar, Option<Scalar>, Option<Scalar>)>,
    /// Its sources.
    pub sources: Range<usize>,
    /// Whether some share is uncertain, so that each trial's shares are scaled to sum to 1.
    pub scaled_shares: bool,
    /// Its edges.
    pub edges: Range<usize>,
    /// Its edges by priority: consecutive ranges, best first.
    pub classes: Vec<Range<usize>>,
    /// Standing suppliers, in the order of the file.
    pub standing: Vec<usize>,
    /// Contingent suppliers and stockpiles, in the order of the file.
    pub contingent: Vec<usize>,
    /// Stockpiles, in the order of the file.
    pub piles: Vec<usize>,
    /// Options that start with its alert, in the order of the file.
    pub alerted_options: Vec<usize>,
    /// What alerts it: a control, and the transits of the sources that it hits on the way.
    pub alerts: Vec<(usize, Vec<Scalar>)>,
}

/// A source.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its share.
    pub share: Series,
    /// How far beyond its baseline flow it can go.
    pub headroom: Scalar,
    /// What passes; none where no control hits it.
    pub channel: Option<usize>,
    /// The edges of its inputs; empty for imports.
    pub inputs: Vec<usize>,
}

/// Who consumes along an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consumer {
    /// A group of firms.
    Group(usize),
    /// A source that is a process.
    Process(usize),
    /// An option with inputs.
    Option(usize),
}

/// A consumer of a material.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Of what.
    pub material: usize,
    /// Who.
    pub consumer: Consumer,
    /// A group's tonnes per day; for others tonnes per tonne of product.
    pub amount: Series,
    /// Days of baseline use held; none for options.
    pub inventory: Option<Scalar>,
    /// What is saved on it, in the order of the file.
    pub savings: Vec<Saving>,
}

/// A saving at work on an edge.
#[derive(Clone, Copy, Debug)]
pub struct Saving {
    /// The option.
    pub option: usize,
    /// Of the use.
    pub max_share: Scalar,
    /// The edge that takes its place, and its tonnes per tonne.
    pub to: Option<(usize, Scalar)>,
}

/// How activity follows the filled share.
#[derive(Clone, Copy, Debug)]
pub enum Response {
    /// 1 - exposed (1 - f).
    Proportional,
    /// 1 - exposed (1 - f)^p.
    Power(Scalar),
    /// Share, sigma, sigma in the long run, tau in days.
    Ces(Scalar, Scalar, Scalar, Scalar),
}

/// A group of firms of a sector.
#[derive(Clone, Debug)]
pub struct Group {
    /// Its sector.
    pub sector: usize,
    /// Its edges, with what is exposed and how activity follows.
    pub uses: Vec<(usize, Scalar, Response)>,
}

/// A sector.
#[derive(Clone, Debug)]
pub struct Sector {
    /// Of each of its groups, per day.
    pub value_added: Series,
    /// Its groups.
    pub groups: Range<usize>,
    /// Total lost value added per direct.
    pub multiplier: Scalar,
    /// Share, extra capacity, within (days).
    pub recapture: (Scalar, Scalar, Scalar),
}

/// An option.
#[derive(Clone, Debug)]
pub struct Opt {
    /// The material whose alert starts it.
    pub material: usize,
    /// Whether it runs whatever happens.
    pub standing: bool,
    /// Whether it never stops once started.
    pub permanent: bool,
    /// Day.
    pub available_from: Scalar,
    /// Days.
    pub lead_time: Draw,
    /// Days.
    pub ramp: Scalar,
    /// Probability that it works.
    pub success: Scalar,
    /// The uniform that decides it: address and occurrence.
    pub works: (Address, u32),
    /// Paid once.
    pub capex: Scalar,
    /// Per day.
    pub fixed_cost: Scalar,
    /// What it does.
    pub work: Work,
}

/// What an option does.
#[derive(Clone, Debug)]
pub enum Work {
    /// Delivers.
    Supply(Supply),
    /// Releases.
    Pile(Pile),
    /// Saves; per tonne saved.
    Saving(Scalar),
}

/// A supplier.
#[derive(Clone, Debug)]
pub struct Supply {
    /// Tonnes per day.
    pub capacity: Series,
    /// What the capacity is multiplied by.
    pub yields: [Scalar; 2],
    /// Over the price, as a share of it.
    pub premium: Scalar,
    /// What passes; none where no control hits it.
    pub channel: Option<usize>,
    /// The edges of its inputs.
    pub inputs: Vec<usize>,
}

/// A stockpile.
#[derive(Clone, Debug)]
pub struct Pile {
    /// Days of the first step's baseline use (true) or tonnes, when full.
    pub size: (bool, Scalar),
    /// How fast it is drawn down.
    pub max_release: Rate,
    /// How fast it is filled again.
    pub refill: Rate,
    /// Share of its value a year.
    pub holding_cost: Scalar,
}

/// How fast a stockpile moves.
#[derive(Clone, Copy, Debug)]
pub enum Rate {
    /// Share of the step's baseline use.
    Share(Scalar),
    /// Tonnes per day.
    Tonnes(Scalar),
}

/// What passes: the product of what some controls let through, some days ago.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// The controls.
    pub controls: Vec<usize>,
    /// Days under way.
    pub transit: Scalar,
}
