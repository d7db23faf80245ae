//! The metrics of one trial by name, as interface.md lists them; `None` where undefined.

use crate::draws::Draws;
use crate::flows::Record;
use crate::network::{Consumer, groups};
use crate::quantity::YEAR;
use crate::simulate::Outcome;
use crate::world::{Sector, World};
use std::collections::BTreeMap;

type Metrics = BTreeMap<String, Option<f64>>;

/// The shortfall of a material in a step and the sum of what is needed.
pub fn shortfall(record: &Record, material: &str) -> (f64, f64) {
    let edges = record.edges.iter().filter(|(edge, _)| edge.0 == material);
    edges.fold((0.0, 0.0), |sum, (_, edge)| (sum.0 + edge.need * (1.0 - edge.filled), sum.1 + edge.need))
}

/// All metrics of a trial.
pub fn measure(world: &World, draws: &Draws, outcome: &Outcome) -> Metrics {
    let mut metrics = Metrics::new();
    for material in &world.materials {
        of_material(&material.name, material.price_response.is_some(), outcome, &mut metrics);
    }
    let short = |record: &Record| world.materials.iter().any(|material| is_short(record, &material.name));
    let any = outcome.records.iter().any(short);
    metrics.insert("shortfall.any".into(), Some(f64::from(u8::from(any))));
    let acts = |history: &crate::events::History| {
        history.intervals.iter().any(|span| span.blocked > 0.0 && span.end > 0.0 && span.start < world.end())
    };
    let acted = outcome.histories.values().any(acts);
    metrics.insert("any control".into(), Some(f64::from(u8::from(acted))));
    for sector in &world.sectors {
        of_sector(world, sector, outcome, &mut metrics);
    }
    of_controls(world, outcome, &mut metrics);
    of_options(world, outcome, &mut metrics);
    of_costs(world, draws, outcome, &mut metrics);
    metrics
}

/// More than 10^-9 of the sum of n is unmet.
fn is_short(record: &Record, material: &str) -> bool {
    let (missing, need) = shortfall(record, material);
    missing > 1e-9 * need
}

fn of_material(name: &str, priced: bool, outcome: &Outcome, metrics: &mut Metrics) {
    let days = outcome.records[0].days;
    let steps = || outcome.records.iter().map(|record| shortfall(record, name));
    let tonnes: f64 = steps().map(|(missing, _)| missing).sum();
    let used: f64 = outcome.records.iter().map(|record| record.baseline[name]).sum();
    let share = |(missing, need): (f64, f64)| if need > 0.0 { missing / need } else { 0.0 };
    let mut put = |tail: &str, value| metrics.insert(format!("shortfall.{name}.{tail}"), value);
    put("tonnes", Some(tonnes));
    put("share", Some(if used > 0.0 { tonnes / used } else { 0.0 }));
    put("peak", Some(steps().map(share).fold(0.0, f64::max)));
    put("time_short", Some(days * steps().filter(|step| share(*step) > 0.01 + 1e-9).count() as f64));
    let below = |record: &Record| {
        let mut edges = record.edges.iter().filter(|(edge, _)| edge.0 == name);
        edges.any(|(edge, account)| account.after < outcome.targets[edge] * (1.0 - 1e-9))
    };
    let first_alert = outcome.alerts[name].first().map(|span| span.0);
    let end = days * outcome.records.len() as f64;
    let recovery = first_alert.filter(|start| *start < end).map(|start| {
        let mut troubled =
            outcome.records.iter().rev().filter(|record| is_short(record, name) || below(record));
        troubled.next().map_or(0.0, |record| (record.start + days - start).max(0.0))
    });
    put("recovery", recovery);
    let held = outcome.records.last().is_some_and(|record| is_short(record, name) || below(record));
    put("recovery censored", recovery.map(|_| f64::from(u8::from(held))));
    if !priced {
        return;
    }
    let multiples = || outcome.records.iter().map(|record| record.multiples[name]);
    metrics.insert(format!("price.{name}.peak"), Some(multiples().fold(1.0, f64::max)));
    let mean = multiples().sum::<f64>() / outcome.records.len() as f64;
    metrics.insert(format!("price.{name}.mean"), Some(mean));
}

fn of_sector(world: &World, sector: &Sector, outcome: &Outcome, metrics: &mut Metrics) {
    let count = groups(world, &sector.name);
    let each = |record: &Record, part: fn(&crate::flows::GroupRecord) -> f64| -> f64 {
        (0..count).map(|group| part(&record.groups[&Consumer::Group(sector.name.clone(), group)])).sum()
    };
    let path = format!("sectors.{}", sector.name);
    let lost: f64 = outcome.records.iter().map(|record| record.sector_loss[&sector.name]).sum();
    metrics.insert(format!("{path}.lost"), Some(lost));
    let activity = outcome.records.iter().map(|record| each(record, |group| group.activity) / count as f64);
    metrics.insert(format!("{path}.worst_activity"), Some(activity.fold(f64::INFINITY, f64::min)));
    let first = outcome.records.iter().find(|r| each(r, |g| g.lost) > 1e-9 * each(r, |g| g.normal));
    metrics.insert(format!("{path}.first_loss"), first.map(|record| record.start));
}

fn of_controls(world: &World, outcome: &Outcome, metrics: &mut Metrics) {
    for control in &world.controls {
        let history = &outcome.histories[&control.name];
        let path = format!("controls.{}", control.name);
        metrics.insert(format!("{path}.onsets"), Some(history.onsets as f64));
        for regime in control.regimes.iter().map(|regime| regime.name.as_str()) {
            let visits = history.visits.iter().filter(|visit| visit.0 == regime);
            let time = visits.map(|(_, from, to)| to - from.max(0.0)).sum();
            metrics.insert(format!("{path}.time.{regime}"), Some(time));
        }
    }
}

fn of_options(world: &World, outcome: &Outcome, metrics: &mut Metrics) {
    for option in world.enabled() {
        let name = &option.name;
        let delivered = outcome.records.iter().map(|record| record.option_deliveries[name]).sum();
        let cost = outcome.records.iter().map(|record| record.option_costs[name] * record.discount).sum();
        let started = outcome.first_available.get(name).map(|day| day.max(0.0));
        metrics.insert(format!("options.{name}.delivered"), Some(delivered));
        metrics.insert(format!("options.{name}.cost"), Some(cost));
        metrics.insert(format!("options.{name}.started"), started);
    }
}

fn of_costs(world: &World, draws: &Draws, outcome: &Outcome, metrics: &mut Metrics) {
    let mut total = 0.0;
    for component in ["lost_output", "indirect", "price", "premiums", "options"] {
        let sum: f64 = outcome.records.iter().map(|record| record.costs[component] * record.discount).sum();
        total += sum;
        metrics.insert(format!("cost.{component}"), Some(sum));
    }
    metrics.insert("cost.total".into(), Some(total));
    if let Some(gdp) = &world.gdp {
        let one_year = draws.amount(gdp, "economy.gdp") * YEAR;
        let losses: Vec<f64> = outcome.records.iter().map(|record| record.total_loss).collect();
        metrics.insert("gdp.share".into(), Some(losses.iter().sum::<f64>() / one_year));
        let worst = worst_window(&losses, outcome.records[0].days, YEAR);
        metrics.insert("gdp.worst_year".into(), Some(worst / one_year));
    }
}

/// The greatest loss in a window of `length` days within the horizon (all of it, if that is shorter), each step's loss
/// being spread evenly over the step. It is reached where a window begins or ends with a step.
fn worst_window(losses: &[f64], days: f64, length: f64) -> f64 {
    let end = days * losses.len() as f64;
    if end <= length {
        return losses.iter().sum();
    }
    let within = |from: f64| -> f64 {
        let overlap = |i: usize| {
            let start = days * i as f64;
            ((start + days).min(from + length) - start.max(from)).max(0.0)
        };
        losses.iter().enumerate().map(|(i, loss)| loss * overlap(i) / days).sum()
    };
    let edges = (0..=losses.len()).map(|i| days * i as f64);
    let starts =
        edges.flat_map(|edge| [edge, edge - length]).filter(|from| *from >= 0.0 && from + length <= end);
    starts.map(within).fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn the_worst_window_may_begin_or_end_with_a_step() {
    assert_eq!(worst_window(&[1.0, 5.0, 4.0, 1.0], 2.0, 3.0), 7.0);
    assert_eq!(worst_window(&[1.0, 4.0, 5.0, 1.0], 2.0, 3.0), 7.0);
    assert_eq!(worst_window(&[1.0, 4.0], 2.0, 30.0), 5.0);
}
