//! What happened in a trial, in order: crises, controls, alerts, options, stocks, losses, recoveries.

use serde::{Deserialize, Serialize};

use super::parts::run_outs;
use super::watch::Watch;
use crate::engine::Cause;
use crate::model::{Model, Trigger};
use crate::plan::Plan;
use crate::quantity::words::date;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Days from the start; below 0 where it happened before.
    pub day: f64,
    /// The date.
    pub date: String,
    /// Whether it happened then, or within the step that begins then.
    pub exact: bool,
    /// What it was.
    #[serde(flatten)]
    pub what: What,
}

/// Why a control entered a regime.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "because", rename_all = "snake_case")]
pub enum Because {
    /// It was in it at the start.
    Start,
    /// The regime before it ended.
    Sequel,
    /// A clock struck.
    Clock {
        /// The onset.
        onset: String,
    },
    /// A date came.
    Date {
        /// The onset.
        onset: String,
    },
    /// A crisis.
    Crisis {
        /// The crisis.
        crisis: String,
    },
    /// Another control.
    Control {
        /// The control.
        follows: String,
    },
}

/// What can happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What {
    /// A crisis breaks out.
    Crisis {
        /// The crisis.
        crisis: String,
    },
    /// A control enters a regime.
    Enters {
        /// The control.
        control: String,
        /// Whose.
        country: String,
        /// The regime.
        regime: String,
        /// The regime it was in until then; none for open.
        from: Option<String>,
        /// Whether the new one stands later in the list, or none where it comes from open.
        harsher: Option<bool>,
        /// The share of the flow that it stops at first.
        blocks: f64,
        /// Whether that is so until its approval delay is over.
        awaiting_approval: bool,
        /// Why.
        #[serde(flatten)]
        because: Because,
    },
    /// A control stops another share of the flow, in the same regime.
    Blocks {
        /// The control.
        control: String,
        /// Whose.
        country: String,
        /// The regime.
        regime: String,
        /// The share from now on.
        blocks: f64,
        /// The share until now.
        before: f64,
    },
    /// A control is lifted.
    Opens {
        /// The control.
        control: String,
        /// Whose.
        country: String,
        /// Days since it was last open; since the entry into the first regime where it never was.
        after: f64,
    },
    /// An alert on a material begins.
    Alert {
        /// The material.
        material: String,
    },
    /// An option becomes available.
    Available {
        /// The option.
        option: String,
        /// Whether it was before, and went idle in between.
        again: bool,
    },
    /// An option should become available, but does not work in this trial.
    Fails {
        /// The option.
        option: String,
    },
    /// The first users of a material that hold stocks run out of them.
    StocksOut {
        /// The material.
        material: String,
        /// How many run out in the same step.
        users: usize,
        /// How many hold stocks.
        of: usize,
    },
    /// The last of them run out as well.
    LastStocksOut {
        /// The material.
        material: String,
    },
    /// A stockpile runs empty.
    PileEmpty {
        /// The option.
        option: String,
    },
    /// The need for a material is not met, for the first time.
    Short {
        /// The material.
        material: String,
    },
    /// A sector loses output, for the first time.
    Loss {
        /// The sector.
        sector: String,
    },
    /// The need for a material is met again, from here to the end.
    Met {
        /// The material.
        material: String,
    },
    /// A sector loses no more output, from here to the end.
    Normal {
        /// The sector.
        sector: String,
    },
    /// A material has recovered: nothing is short and its users' stocks, if they hold any, are full again.
    Recovered {
        /// The material.
        material: String,
    },
    /// The horizon ends while a control is in force.
    InForce {
        /// The control.
        control: String,
        /// Whose.
        country: String,
        /// The regime.
        regime: String,
    },
}

impl What {
    /// At the same moment, causes come before their effects.
    fn rank(&self) -> usize {
        match self {
            What::Crisis { .. } => 0,
            What::Opens { .. } | What::Enters { .. } | What::Blocks { .. } => 1,
            What::Alert { .. } => 2,
            What::Available { .. } | What::Fails { .. } => 3,
            What::PileEmpty { .. } => 4,
            What::StocksOut { .. } => 5,
            What::LastStocksOut { .. } => 6,
            What::Short { .. } => 7,
            What::Loss { .. } => 8,
            What::Met { .. } => 9,
            What::Normal { .. } => 10,
            What::Recovered { .. } => 11,
            What::InForce { .. } => 12,
        }
    }
}

/// All events of a trial.
pub fn events(model: &Model, plan: &Plan, watch: &Watch, row: &[f64]) -> Vec<Event> {
    let mut all: Vec<(f64, bool, What)> = Vec::new();
    for &(crisis, day) in &watch.crises {
        all.push((day, true, What::Crisis { crisis: model.crises[crisis].name.clone() }));
    }
    for c in 0..model.controls.len() {
        control(model, plan, watch, c, &mut all);
    }
    for m in 0..model.materials.len() {
        material(model, plan, watch, m, row, &mut all);
    }
    for (sector, notes) in model.sectors.iter().zip(&watch.sectors) {
        let Some(spell) = notes.loss else { continue };
        all.push((spell.first as f64 * plan.step, false, What::Loss { sector: sector.name.clone() }));
        if spell.last + 1 < plan.steps {
            let end = (spell.last + 1) as f64 * plan.step;
            all.push((end, true, What::Normal { sector: sector.name.clone() }));
        }
    }
    for o in 0..model.options.len() {
        option(model, plan, watch, o, &mut all);
    }
    // What is known by its step alone comes after all that happened in that step: effects after their causes. A stable
    // sort: what is equal stays in the order of the file.
    let when = |day: f64, exact: bool| if exact { day } else { day + plan.step };
    all.sort_by(|a, b| {
        let times = when(a.0, a.1).total_cmp(&when(b.0, b.1));
        times.then(a.1.cmp(&b.1)).then(a.2.rank().cmp(&b.2.rank()))
    });
    let event = |(day, exact, what)| Event {
        day,
        date: date(model.start, day),
        exact: exact || plan.step == 1.0,
        what,
    };
    all.into_iter().map(event).collect()
}

fn control(model: &Model, plan: &Plan, watch: &Watch, c: usize, all: &mut Vec<(f64, bool, What)>) {
    let control = &model.controls[c];
    let (name, country) = (|| control.name.clone(), || control.country.clone());
    let regime = |state: usize| control.regimes[state - 1].name.clone();
    let visits: Vec<_> = watch.visits.iter().filter(|v| v.control == c).collect();
    let mut since = 0.0;
    for (i, visit) in visits.iter().enumerate() {
        let before = i.checked_sub(1).map(|i| visits[i]).filter(|before| before.end == visit.start);
        if before.is_none() {
            since = visit.start;
        }
        let within = |v: &&crate::engine::Interval| visit.start <= v.start && v.end <= visit.end;
        let stretches: Vec<_> = watch.intervals[c].iter().filter(within).collect();
        // From when on which share is stopped: at entry nothing, unless a stretch begins there.
        let mut levels = vec![(visit.start, 0.0)];
        for stretch in stretches {
            levels.push((stretch.start, stretch.blocked));
            levels.push((stretch.end, 0.0));
        }
        // Of several at one moment the last one holds; what changes nothing is no change.
        let mut changes: Vec<(f64, f64)> = Vec::new();
        for (day, share) in levels {
            changes.retain(|(at, _)| *at < day);
            if changes.last().is_none_or(|(_, was)| *was != share) {
                changes.push((day, share));
            }
        }
        // What it stopped on the day of the start is what matters of a regime that has lasted already.
        let at_start = changes.iter().rposition(|(day, _)| *day <= visit.start.max(0.0)).unwrap_or(0);
        all.push((
            visit.start.max(0.0),
            true,
            What::Enters {
                control: name(),
                country: country(),
                regime: regime(visit.state),
                from: before.map(|before| regime(before.state)),
                harsher: before.map(|before| visit.state > before.state),
                blocks: changes[at_start].1,
                awaiting_approval: changes[at_start].1 == 1.0 && has_delay(&control.regimes[visit.state - 1]),
                because: because(model, visit.cause),
            },
        ));
        for pair in changes[at_start..].windows(2) {
            let (day, blocks) = pair[1];
            if day < visit.end.min(plan.end()) {
                let before = pair[0].1;
                let (control, country, regime) = (name(), country(), regime(visit.state));
                all.push((day, true, What::Blocks { control, country, regime, blocks, before }));
            }
        }
        let next = visits.get(i + 1).filter(|next| next.start == visit.end);
        if visit.end >= plan.end() {
            let (control, country, regime) = (name(), country(), regime(visit.state));
            all.push((plan.end(), true, What::InForce { control, country, regime }));
        } else if next.is_none() {
            let after = visit.end - since;
            all.push((visit.end, true, What::Opens { control: name(), country: country(), after }));
        }
    }
}

/// Whether all being stopped can only mean that approvals are awaited.
fn has_delay(regime: &crate::model::Regime) -> bool {
    let all = regime.blocks.iter().any(|(_, share)| share.certain() == Some(1.0));
    !regime.approval_delay.is_zero() && !all
}

fn because(model: &Model, cause: Cause) -> Because {
    let index = match cause {
        Cause::Start => return Because::Start,
        Cause::Sequel => return Because::Sequel,
        Cause::Onset(index) => index,
    };
    // The plan's onsets are those of all controls, in the order of the file.
    let Some(onset) = model.controls.iter().flat_map(|c| &c.onsets).nth(index) else {
        return Because::Sequel;
    };
    match &onset.trigger {
        Trigger::Annual { .. } => Because::Clock { onset: onset.name.clone() },
        Trigger::At { .. } => Because::Date { onset: onset.name.clone() },
        Trigger::Crisis { crisis, .. } => Because::Crisis { crisis: model.crises[*crisis].name.clone() },
        Trigger::Follows { control, .. } => {
            Because::Control { follows: model.controls[*control].name.clone() }
        }
    }
}

fn material(
    model: &Model,
    plan: &Plan,
    watch: &Watch,
    m: usize,
    row: &[f64],
    all: &mut Vec<(f64, bool, What)>,
) {
    let name = || model.materials[m].name.clone();
    let (notes, h) = (&watch.materials[m], plan.step);
    for &(began, _) in &notes.alerts {
        all.push((began, true, What::Alert { material: name() }));
    }
    let (of, out) = run_outs(plan, watch, m);
    if let (Some(&first), Some(&last)) = (out.first(), out.last()) {
        let users = out.iter().filter(|k| **k == first).count();
        all.push((first as f64 * h, false, What::StocksOut { material: name(), users, of }));
        if out.len() == of && last > first {
            all.push((last as f64 * h, false, What::LastStocksOut { material: name() }));
        }
    }
    if let Some(spell) = notes.short {
        all.push((spell.first as f64 * h, false, What::Short { material: name() }));
        if spell.last + 1 < plan.steps {
            all.push(((spell.last + 1) as f64 * h, true, What::Met { material: name() }));
        }
    }
    let at = plan.columns.materials[m];
    let (recovery, censored) = (row[at + 4], row[at + 5] > 0.0);
    if let (Some((first, _)), true) = (notes.alerts.first(), recovery > 0.0 && !censored && of > 0) {
        all.push((first + recovery, true, What::Recovered { material: name() }));
    }
}

fn option(model: &Model, plan: &Plan, watch: &Watch, o: usize, all: &mut Vec<(f64, bool, What)>) {
    let (notes, standing) = (&watch.options[o], plan.options[o].standing);
    let name = || model.options[o].name.clone();
    for (i, &day) in notes.starts.iter().enumerate() {
        // What stands ready from the first day on is no event.
        if !standing || day > 0.0 {
            all.push((day, true, What::Available { option: name(), again: i > 0 }));
        }
    }
    if let Some(due) = notes.failed {
        all.push((due, true, What::Fails { option: name() }));
    }
    if let Some(k) = notes.empty {
        all.push((k as f64 * plan.step, false, What::PileEmpty { option: name() }));
    }
}
