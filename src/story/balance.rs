//! Where each material came from and where it went in a trial, in tonnes over the horizon: sums that add up.

use serde::{Deserialize, Serialize};

use super::watch::Sums;
use crate::model::Model;
use crate::plan::{Plan, Work};

/// A part of a balance that belongs to an option.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The option.
    pub option: String,
    /// Tonnes.
    pub tonnes: f64,
}

/// What went through a stockpile: before + refilled = released + after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pile {
    /// The option.
    pub option: String,
    /// What it held at the start.
    pub before: f64,
    /// What went back into it.
    pub refilled: f64,
    /// What it released.
    pub released: f64,
    /// What it held in the end.
    pub after: f64,
}

/// The balance of a material over the horizon, in tonnes.
///
/// `need` = `from_sources` + `from_suppliers` + `from_stockpiles` + `from_stocks` + `saved` + `idle` + `unmet`;
/// `stock_before` + `received` = `consumed` + `stock_after`;
/// `inflow` = `received` + what the stockpiles took back;
/// `consumed` = the first four parts of the need + `beyond_need`.
///
/// What a user consumes in a step comes from what it receives in that step first, then from its stock; what all users
/// receive in a step is one pool of what sources, suppliers and stockpiles deliver in it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Balance {
    /// What was needed at normal activity (docs/model.md, 5.7), had nothing been saved.
    pub need: f64,
    /// Used for it as it came from the material's sources.
    pub from_sources: f64,
    /// Used for it as it came from suppliers that are options.
    pub from_suppliers: Vec<Part>,
    /// Used for it as it came from stockpiles.
    pub from_stockpiles: Vec<Part>,
    /// Used for it out of the users' own stocks.
    pub from_stocks: f64,
    /// Not used, because it was saved or replaced.
    pub saved: Vec<Part>,
    /// There, but not used, because something else was missing.
    pub idle: f64,
    /// Missing.
    pub unmet: f64,
    /// All deliveries.
    pub inflow: f64,
    /// The users' stocks at the start.
    pub stock_before: f64,
    /// What the users received.
    pub received: f64,
    /// What they consumed.
    pub consumed: f64,
    /// Of it, what was not for the need: in making up for what was lost, in filling stocks further down, in plants that
    /// are options.
    pub beyond_need: f64,
    /// The users' stocks at the end.
    pub stock_after: f64,
    /// Stockpiles.
    pub stockpiles: Vec<Pile>,
    /// By how much the worst of the sums misses, as a share of its size: rounding alone.
    pub gap: f64,
}

impl Balance {
    /// Whether its sums hold but for rounding.
    pub fn adds_up(&self) -> bool {
        self.gap < 1e-9
    }
}

/// The balance of material `m` from what was summed over the steps.
pub fn balance(model: &Model, plan: &Plan, sums: &Sums, m: usize) -> Balance {
    let part = |o: usize, tonnes: f64| Part { option: model.options[o].name.clone(), tonnes };
    let own = |wanted: fn(&Work) -> bool| {
        let of = |o: &usize| plan.options[*o].material == m && wanted(&plan.options[*o].work);
        (0..plan.options.len()).filter(of).collect::<Vec<_>>()
    };
    let piles = own(|w| matches!(w, Work::Pile(_)));
    let used = |options: Vec<usize>| options.into_iter().map(|o| part(o, sums.used_from_option[o])).collect();
    let saved: Vec<Part> =
        own(|w| matches!(w, Work::Saving(_))).into_iter().map(|o| part(o, sums.moved[o])).collect();
    let of = &sums.materials[m];
    let mut balance = Balance {
        need: of.need + saved.iter().map(|p| p.tonnes).sum::<f64>(),
        from_sources: of.from_sources,
        from_suppliers: used(own(|w| matches!(w, Work::Supply(_)))),
        from_stockpiles: used(piles.clone()),
        from_stocks: of.from_stocks,
        saved,
        idle: of.idle,
        unmet: of.unmet,
        inflow: of.inflow,
        stock_before: of.stock_before,
        received: of.received,
        consumed: of.consumed,
        beyond_need: of.beyond_need,
        stock_after: of.stock_after,
        stockpiles: Vec::new(),
        gap: 0.0,
    };
    for o in piles {
        balance.stockpiles.push(Pile {
            option: model.options[o].name.clone(),
            before: sums.level_before[o],
            refilled: sums.refilled[o],
            released: sums.moved[o],
            after: sums.level_after[o],
        });
    }
    balance.gap = gap(&balance);
    balance
}

fn gap(b: &Balance) -> f64 {
    let sum = |parts: &[Part]| parts.iter().map(|p| p.tonnes).sum::<f64>();
    let used = b.from_sources + sum(&b.from_suppliers) + sum(&b.from_stockpiles) + b.from_stocks;
    let refilled: f64 = b.stockpiles.iter().map(|p| p.refilled).sum();
    let mut sides = vec![
        (b.need, used + sum(&b.saved) + b.idle + b.unmet),
        (b.stock_before + b.received, b.consumed + b.stock_after),
        (b.inflow, b.received + refilled),
        (b.consumed, used + b.beyond_need),
    ];
    sides.extend(b.stockpiles.iter().map(|p| (p.before + p.refilled, p.released + p.after)));
    let miss = |(left, right): &(f64, f64)| {
        let size = left.abs().max(right.abs());
        if size > 0.0 { (left - right).abs() / size } else { 0.0 }
    };
    sides.iter().map(miss).fold(0.0, f64::max)
}
