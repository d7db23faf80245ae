//! A trial as numbers by name, and the first difference between two of them.

use crate::metrics::shortfall;
use crate::network::Consumer;
use crate::simulate::Outcome;
use crate::world::{Response, World};
use std::collections::BTreeMap;

/// A trial: series by name, one value a step, and metrics by name.
///
/// Series, with M a material, E = `M <- CONSUMER` an edge, O an option, G = `SECTOR#GROUP` (groups from 1), C a control:
/// `inflow M`, `baseline M`, `need M`, `shortfall M`, `multiple M`; `received E`, `consumed E`, `stock E` (after);
/// `delivered O`, `level O`; `activity G`, `lost G`, `recaptured G`; `cost COMPONENT` and
/// `cost of O` (not discounted).
#[derive(Clone, Debug, Default)]
pub struct Trace {
    pub series: BTreeMap<String, Vec<f64>>,
    pub metrics: BTreeMap<String, Option<f64>>,
}

/// A consumer as series name it.
pub fn consumer_name(consumer: &Consumer) -> String {
    match consumer {
        Consumer::Group(sector, group) => format!("{sector}#{}", group + 1),
        Consumer::Process(material, source) => format!("{material}/{source}"),
        Consumer::Option(option) => option.clone(),
    }
}

/// The oracle's trace of a trial, and the scale of each series and metric: differences are judged by it.
pub fn of_outcome(outcome: &Outcome) -> (Trace, BTreeMap<String, f64>) {
    let mut trace = Trace { metrics: outcome.metrics.clone(), ..Trace::default() };
    let mut scales: BTreeMap<String, f64> = BTreeMap::new();
    let materials: Vec<&String> = outcome.records[0].baseline.keys().collect();
    let mut tonnes: BTreeMap<&String, f64> = BTreeMap::new();
    for material in &materials {
        let used = outcome.records.iter().map(|record| record.baseline[*material]).fold(0.0, f64::max);
        let held = outcome.targets.iter().filter(|(edge, _)| edge.0 == **material);
        tonnes.insert(material, held.map(|(_, target)| *target).fold(used, f64::max));
    }
    let most = tonnes.values().copied().fold(0.0, f64::max);
    let record_money =
        |record: &crate::flows::Record| record.groups.values().map(|group| group.normal).sum::<f64>();
    let costs = |record: &crate::flows::Record| record.costs.values().map(|cost| cost.abs()).sum::<f64>();
    let money = outcome.records.iter().map(|r| record_money(r) + costs(r)).fold(0.0, f64::max);
    let mut put = |name: String, value: f64, scale: f64| {
        trace.series.entry(name.clone()).or_default().push(value);
        scales.insert(name, scale);
    };
    for record in &outcome.records {
        for material in &materials {
            let scale = tonnes[*material];
            let (missing, need) = shortfall(record, material);
            put(format!("inflow {material}"), record.inflow[*material], scale);
            put(format!("baseline {material}"), record.baseline[*material], scale);
            put(format!("need {material}"), need, scale);
            put(format!("shortfall {material}"), missing, scale);
            put(format!("multiple {material}"), record.multiples[*material], record.multiples[*material]);
        }
        for ((material, consumer), edge) in &record.edges {
            let name = format!("{material} <- {}", consumer_name(consumer));
            let scale = tonnes[material];
            put(format!("received {name}"), edge.received, scale);
            put(format!("consumed {name}"), edge.consumed, scale);
            put(format!("stock {name}"), edge.after, scale);
        }
        for (option, delivered) in &record.option_deliveries {
            put(format!("delivered {option}"), *delivered, most);
        }
        for (option, level) in &record.levels {
            put(format!("level {option}"), *level, most.max(*level));
        }
        for (group, account) in &record.groups {
            let name = consumer_name(group);
            put(format!("activity {name}"), account.activity, 1.0);
            put(format!("lost {name}"), account.lost, account.normal);
            put(format!("recaptured {name}"), account.recaptured, account.normal);
        }
        for (option, cost) in &record.option_costs {
            put(format!("cost of {option}"), *cost, money);
        }
        for (component, cost) in &record.costs {
            put(format!("cost {component}"), *cost, money);
        }
    }
    let steps = outcome.records.len() as f64;
    for name in outcome.metrics.keys() {
        let scale = match name.split('.').collect::<Vec<_>>().as_slice() {
            [.., "lost"] | ["cost", _] | ["options", _, "cost"] => money * steps,
            [.., "tonnes" | "delivered"] => most * steps,
            [.., "recovery" | "time_short" | "first_loss" | "started"] | [.., "time", _] => {
                steps * outcome.records[0].days
            }
            _ => 1.0,
        };
        scales.insert(name.clone(), scale);
    }
    (trace, scales)
}

/// How far two values may lie apart, in parts of their scale: 1e-9, and 1e-7 where a response is inverted.
pub fn tolerance(world: &World) -> f64 {
    if let Ok(text) = std::env::var("ORACLE_TOLERANCE") {
        return text.parse().expect("a tolerance");
    }
    let uses = world.sectors.iter().flat_map(|sector| sector.uses.values());
    let mut responses = uses.filter_map(|used| used.response.as_ref());
    if responses.any(|response| !matches!(response, Response::Proportional)) { 1e-7 } else { 1e-9 }
}

/// The first difference in time, then by name, told with what the oracle has: `None` where they agree.
pub fn first_difference(world: &World, outcome: &Outcome, other: &Trace) -> Option<String> {
    let (own, scales) = of_outcome(outcome);
    let tolerance = tolerance(world);
    let near = |name: &str, a: f64, b: f64| {
        let scale = scales[name].abs().max(a.abs()).max(b.abs());
        (a - b).abs() <= tolerance * scale || a == b
    };
    if let Some(name) = own.series.keys().find(|name| !other.series.contains_key(*name)) {
        return Some(format!("the engine has no series {name:?}"));
    }
    if let Some(name) = own.metrics.keys().find(|name| !other.metrics.contains_key(*name)) {
        return Some(format!("the engine has no metric {name:?}"));
    }
    for step in 0..outcome.records.len() {
        let mut lines = Vec::new();
        for (name, values) in &own.series {
            let (a, b) = (values[step], other.series[name].get(step).copied().unwrap_or(f64::NAN));
            if !near(name, a, b) {
                lines.push(format!("  {name}: oracle {a:?}, engine {b:?}"));
            }
        }
        if !lines.is_empty() {
            let start = outcome.records[step].start;
            return Some(format!("step {step}, from day {start}:\n{}", lines.join("\n")));
        }
    }
    let mut lines = Vec::new();
    for (name, value) in &own.metrics {
        let same = match (value, other.metrics[name]) {
            (None, None) => true,
            (Some(a), Some(b)) => near(name, *a, b),
            _ => false,
        };
        if !same {
            lines.push(format!("  {name}: oracle {value:?}, engine {:?}", other.metrics[name]));
        }
    }
    (!lines.is_empty()).then(|| format!("metrics:\n{}", lines.join("\n")))
}
