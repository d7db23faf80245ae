//! What controls take from materials, directly and through what these are made of, and how much of each is used.

use super::super::controls::{Control, Lasts, Regime, Trigger};
use super::super::implied::implied;
use super::super::verify::passes;
use super::super::{Model, Quantity};

/// The greatest share of each material's supply at the start that a regime takes (means where uncertain), through its
/// inputs too; and what the sources that are left can add within their headroom.
pub struct Taken {
    pub share: f64,
    pub spare: f64,
}

/// By material, what `regime` of `control` takes.
pub fn taken(model: &Model, control: &Control, regime: &Regime) -> Vec<Taken> {
    let most = regime.blocks.iter().map(|(_, q)| model.mean(*q)).fold(0.0, f64::max);
    let blocked = if regime.approval_delay.is_zero() { most } else { 1.0 };
    let mut out: Vec<Taken> = model.materials.iter().map(|_| Taken { share: 0.0, spare: 0.0 }).collect();
    for &m in &model.order {
        let material = &model.materials[m];
        let (mut lost, mut spare) = (0.0, 0.0);
        for source in &material.sources {
            let hit = control.materials.contains(&m) && passes(control, &source.route);
            let direct = if hit { blocked } else { 0.0 };
            let gone = source.inputs.iter().map(|i| out[i.material].share).fold(direct, f64::max);
            let share = source.share.at(0.0, |q| model.mean(q));
            lost += share * gone;
            spare += share * (1.0 - gone) * model.mean(source.headroom.unwrap_or(material.headroom));
        }
        out[m] = Taken { share: lost, spare };
    }
    out
}

/// By material, whether `control` alerts it.
pub fn alerted(model: &Model, control: &Control) -> Vec<bool> {
    let mut out = vec![false; model.materials.len()];
    for regime in &control.regimes {
        taken(model, control, regime).iter().zip(&mut out).for_each(|(t, alerted)| *alerted |= t.share > 0.0);
    }
    out
}

/// How long the regimes of a control that block anything take one after another, each at its 95 % point; infinite
/// where one has no end.
pub fn longest(model: &Model, control: &Control) -> f64 {
    let late = |q: Quantity| implied(q, &model.factors).map_or(model.mean(q), |i| i.p95);
    let blocks = |r: &&Regime| !r.approval_delay.is_zero() || r.blocks.iter().any(|(_, q)| !q.is_zero());
    let lasts = |regime: &Regime| match regime.lasts {
        Lasts::Forever => f64::INFINITY,
        Lasts::For(days) => late(days),
        Lasts::Until(day) => late(day).max(0.0),
    };
    control.regimes.iter().filter(blocks).map(lasts).sum()
}

/// How often a control can come, as far as it matters: at most twice.
pub fn visits(control: &Control) -> usize {
    let of = |trigger: &Trigger| match trigger {
        Trigger::Annual { .. } | Trigger::Crisis { .. } => 2,
        Trigger::At { .. } | Trigger::Follows { .. } => 1,
    };
    let onsets: usize = control.onsets.iter().map(|onset| of(&onset.trigger)).sum();
    (onsets + usize::from(control.initial != 0)).min(2)
}

/// By material, its use in tonnes per day at the start, where nothing is blocked.
pub fn uses(model: &Model) -> Vec<f64> {
    let mut uses = vec![0.0; model.materials.len()];
    for used in model.sectors.iter().flat_map(|sector| &sector.uses) {
        uses[used.material] += used.amount.at(0.0, |q| model.mean(q));
    }
    for &m in model.order.iter().rev() {
        for source in &model.materials[m].sources {
            let made = uses[m] * source.share.at(0.0, |q| model.mean(q));
            for input in &source.inputs {
                uses[input.material] += made * model.mean(input.amount);
            }
        }
    }
    uses
}
