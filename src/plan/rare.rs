//! Worlds in which seldom anything happens: where the world without events is the same in every trial, it is walked once,
//! and all other trials are of worlds in which something happens.

use super::{Column, Consumer, Opt, Plan, Sampling, Scalar, Series, Trigger, Work};

/// How the trials of a plan are divided between the world without events and those with events.
///
/// The first of every `block` trials is the world without events; in the others at least one event is made to happen, each
/// with the probability that it is the first to do so. A trial of the latter counts as much as the probability P of any event
/// under its once-a-trial draws, which stands in [`Column::Chance`]; the first one of the block counts 1 - P of each of the
/// others.
///
/// A mean over the block is unbiased: `E[X] = E[P E[X | events] + (1 - P) x]`, x being the result without events. Its variance
/// is no more than that of as many plain trials: with `s = X - x`, which is 0 without events, that of a trial is
/// `Var(P s | events) = E[P² E[s² | events]] - E[s]² <= E[P E[s² | events]] - E[s]² = Var(s)`, as `P <= 1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rare {
    /// Trials in a row that make up a whole, 2 or more.
    pub block: u64,
}

/// Why the world without events is not known to be the same in every trial, or there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// There is nothing that may happen.
    Eventless,
    /// A control is in a regime at the start.
    Begun,
    /// Something is sure to happen.
    Sure,
    /// Something costs or delivers while nothing happens, and is not certain.
    Standing,
}

impl Plan {
    /// Why nothing can be made to happen by [`Plan::make_rare`], if so.
    pub fn busy(&self) -> Option<Busy> {
        let idle = || !self.always_busy && self.options.iter().all(|option| self.costs_are_certain(option));
        let certain = |o: &Opt| self.is(o.success, 1.0);
        let known = || self.scalars.all_certain() && self.options.iter().all(certain);
        let sure = |onset: &super::Onset| {
            matches!(onset.trigger, Trigger::At(_))
                && self.scalars.certain(onset.probability).is_some_and(|p| p >= 1.0)
        };
        if self.controls.iter().any(|control| control.initial > 0) {
            Some(Busy::Begun)
        } else if self.crises.is_empty() && self.onsets.is_empty() {
            Some(Busy::Eventless)
        } else if self.onsets.iter().any(sure) {
            Some(Busy::Sure)
        } else if !(idle() || known()) {
            Some(Busy::Standing)
        } else {
            None
        }
    }

    /// Whether it is known what an option costs while nothing happens.
    fn costs_are_certain(&self, option: &Opt) -> bool {
        let known = |scalar| self.scalars.certain(scalar).is_some();
        let fixed = self.is(option.fixed_cost, 0.0)
            || known(option.fixed_cost) && known(option.available_from) && known(self.discount_rate);
        let held = match &option.work {
            Work::Pile(pile) => {
                let (in_days, size) = pile.size;
                self.is(pile.holding_cost, 0.0)
                    || known(pile.holding_cost)
                        && known(size)
                        && known(self.materials[option.material].price)
                        && known(self.discount_rate)
                        && (!in_days || self.use_is_certain(option.material))
            }
            Work::Supply(_) | Work::Saving(_) => true,
        };
        !option.standing && fixed && held
    }

    /// Whether it is known how much of a material is used while nothing happens.
    fn use_is_certain(&self, material: usize) -> bool {
        let edges = &self.edges[self.materials[material].edges.clone()];
        edges.iter().all(|edge| match edge.consumer {
            // An option that is not standing uses nothing then.
            Consumer::Option(_) => true,
            Consumer::Group(_) => self.series_is_certain(&edge.amount),
            Consumer::Process(source) => {
                let made = self.materials.iter().position(|m| m.sources.contains(&source));
                self.series_is_certain(&edge.amount)
                    && self.series_is_certain(&self.sources[source].share)
                    && made
                        .is_some_and(|made| !self.materials[made].scaled_shares && self.use_is_certain(made))
            }
        })
    }

    fn series_is_certain(&self, series: &Series) -> bool {
        let known = |scalar: &Scalar| self.scalars.certain(*scalar).is_some();
        match series {
            Series::Constant(scalar) => known(scalar),
            Series::Table(_) => true,
            Series::Knots(knots) => knots.iter().all(|(before, after, _)| known(before) && known(after)),
        }
    }

    fn is(&self, scalar: Scalar, value: f64) -> bool {
        self.scalars.certain(scalar) == Some(value)
    }

    /// Makes something happen in all trials but the first of every `block`. Only for plans that are not [`Busy`].
    pub fn make_rare(&mut self, block: u64) {
        self.rare = Some(Rare { block: block.max(2) });
        self.columns.chance = Some(self.columns.list.len());
        self.columns.list.push(Column::Chance);
    }

    /// The same, with trials that count alike and are chosen independently.
    pub fn alike(&self) -> Plan {
        Plan { rare: None, sampling: Sampling::Random, ..self.clone() }
    }

    /// Whether trial number `trial` is the world without events.
    pub fn without_events(&self, trial: u64) -> bool {
        self.rare.is_some_and(|rare| trial.is_multiple_of(rare.block))
    }

    /// How many trials in a row are chosen together, independently of all others.
    pub fn together(&self) -> u64 {
        self.rare.map_or(self.sampling.together(), |rare| rare.block)
    }
}
