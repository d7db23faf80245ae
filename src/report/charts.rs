//! The charts of a run: which figures go into which picture.

use crate::chart::{
    ExceedanceData, ExceedancePoint, FanData, FanPanel, HistogramData, exceedance, fan, histogram,
};
use crate::model::Model;
use crate::outcome::{Outcome, Provenance, Timeline};
use crate::quantity::words::{self, Language, Unit};
use crate::statistics::Sample;

/// File name (without folder) and SVG text of every chart of a run.
pub fn charts(
    model: &Model,
    outcome: &Outcome,
    timeline: &Timeline,
    provenance: &Provenance,
) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let run = format!("{}, seed {}", trials(outcome.trials.1), provenance.seed);
    let given = outcome.given.as_ref().map_or(String::new(), |g| format!(", given {g}"));
    if let Some(total) = outcome.sample("cost.total") {
        let unit = Unit::Money(model.currency.clone());
        out.push(("histogram.svg".to_owned(), cost_histogram(model, total, &unit, &format!("{run}{given}"))));
        out.push((
            "exceedance.svg".to_owned(),
            cost_exceedance(model, total, &unit, &format!("{run}{given}")),
        ));
    }
    out.push(("shortfall.svg".to_owned(), shortfall_fan(model, timeline, provenance)));
    out
}

fn trials(n: usize) -> String {
    if n == 1 { "1 trial".to_owned() } else { format!("{} trials", words::count(n as f64)) }
}

fn cost_histogram(model: &Model, total: &Sample, unit: &Unit, run: &str) -> String {
    let bins = total.histogram(50);
    let mut cut = Vec::new();
    if bins.below > 0 {
        cut.push(format!("{} further left", words::count(bins.below as f64)));
    }
    if bins.above > 0 {
        cut.push(format!("{} further right", words::count(bins.above as f64)));
    }
    let cut = if cut.is_empty() { String::new() } else { format!("; not drawn: {}", cut.join(", ")) };
    let mut marks: Vec<(String, f64)> = [0.05, 0.5, 0.95, 0.99]
        .into_iter()
        .filter_map(|p| Some((format!("P{}", (p * 100.0) as u32), total.quantile(p)?.value)))
        .collect();
    marks.extend(total.mean().map(|m| ("mean".to_owned(), m.value)));
    let mut edges = bins.edges.clone();
    if let (true, Some(value)) = (total.min() == total.max(), total.max()) {
        marks.retain(|(name, _)| name == "mean");
        if value != 0.0 {
            // All trials are alike: one narrow bar around what they are.
            edges = vec![value - 0.01 * value.abs(), value + 0.01 * value.abs()];
        }
    }
    histogram(&HistogramData {
        language: Language::English,
        title: format!("Total cost: {}", model.name),
        subtitle: format!("{run}{cut}"),
        axis: "total cost".to_owned(),
        unit: unit.clone(),
        edges,
        counts: bins.counts.iter().map(|&n| n as f64).collect(),
        trials: bins.defined as f64,
        zero_share: bins.zeros as f64 / bins.defined.max(1) as f64,
        marks,
    })
}

fn cost_exceedance(model: &Model, total: &Sample, unit: &Unit, run: &str) -> String {
    let mut points: Vec<ExceedancePoint> = total
        .exceedance(200)
        .iter()
        .map(|p| ExceedancePoint { value: p.value, probability: p.probability, low: p.low, high: p.high })
        .collect();
    if let (Some(first), Some(positive)) = (points.first_mut(), total.positive())
        && first.value == 0.0
    {
        // At zero the curve says how probable any loss is, not that every trial has at least none.
        *first = ExceedancePoint {
            value: 0.0,
            probability: positive.value,
            low: positive.low,
            high: positive.high,
        };
    }
    if let [only] = points[..] {
        points.push(ExceedancePoint { probability: 0.0, low: 0.0, high: 0.0, ..only });
    }
    exceedance(&ExceedanceData {
        language: Language::English,
        title: format!("Probability that the cost is higher: {}", model.name),
        subtitle: format!("{run}; band: 95 % confidence"),
        axis: "total cost".to_owned(),
        unit: unit.clone(),
        points,
        published: Vec::new(),
    })
}

fn shortfall_fan(model: &Model, timeline: &Timeline, provenance: &Provenance) -> String {
    let step = model.step.name();
    let panels = model.written.materials.iter().map(|&m| &model.materials[m]).filter_map(|material| {
        let series = timeline.bands(&format!("shortfall.{}", material.name))?;
        let level = |i: usize| series.bands.iter().map(|b| b.quantiles[i]).collect();
        Some(FanPanel {
            name: material.name.clone(),
            axis: format!("shortfall, t per {step}"),
            unit: series.unit.clone(),
            days: timeline.days.clone(),
            p5: level(0),
            p25: level(1),
            p50: level(2),
            p75: level(3),
            p95: level(4),
            mean: series.bands.iter().map(|b| b.mean).collect(),
            baseline: None,
        })
    });
    fan(&FanData {
        language: Language::English,
        title: format!("Shortfall over time: {}", model.name),
        subtitle: format!("first {}, seed {}", trials(timeline.trials), provenance.seed),
        start: model.start,
        panels: panels.collect(),
        regimes: Vec::new(),
    })
}
