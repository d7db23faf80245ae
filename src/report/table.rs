//! The table of metrics: one line each, every figure with its uncertainty.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::outcome::{Metric, Outcome};
use crate::quantity::words::{self, Unit};
use crate::statistics::{Estimate, Sample};

/// The lines of the table, and how many metrics it leaves out because they are zero or undefined in every trial.
pub struct Lines {
    pub header: Vec<&'static str>,
    pub lines: Vec<Vec<String>>,
    pub left_out: usize,
}

/// Picks and words the metrics.
pub fn lines(outcome: &Outcome) -> Lines {
    let constant = outcome.samples.iter().all(|s| s.min() == s.max());
    let header = if constant {
        vec!["metric", "in every trial"]
    } else {
        vec!["metric", "mean ± standard error", "P50", "P95 (95 % interval)", "CVaR95 (95 % interval)", "P(> 0)"]
    };
    let mut lines = Vec::new();
    let mut left_out = 0;
    for (metric, sample) in outcome.metrics.iter().zip(&outcome.samples) {
        if sample.defined() == 0 || (sample.min() == Some(0.0) && sample.max() == Some(0.0)) {
            left_out += 1;
        } else if constant {
            lines.push(vec![metric.name.clone(), words::figure(sample.values()[0], &metric.unit)]);
        } else {
            lines.push(line(metric, sample));
        }
    }
    Lines { header, lines, left_out }
}

fn line(metric: &Metric, sample: &Sample) -> Vec<String> {
    let mean = sample.mean().map_or("undefined".to_owned(), |m| spread(&m, &metric.unit));
    let note = if sample.defined() < sample.trials() {
        format!(" (in {})", words::share(sample.defined_share().value))
    } else {
        String::new()
    };
    let positive = sample.positive().map_or(String::new(), |p| words::estimate(p.value, Some(p.se), &Unit::Share));
    vec![
        metric.name.clone(),
        format!("{mean}{note}"),
        sample.quantile(0.5).map_or(String::new(), |q| words::figure(q.value, &metric.unit)),
        interval(sample.quantile(0.95), &metric.unit),
        interval(sample.cvar(0.95), &metric.unit),
        positive,
    ]
}

fn spread(estimate: &Estimate, unit: &Unit) -> String {
    let se = (!estimate.se.is_nan()).then_some(estimate.se);
    words::estimate(estimate.value, se, unit)
}

fn interval(estimate: Option<Estimate>, unit: &Unit) -> String {
    let Some(e) = estimate else { return String::new() };
    let figure = words::figure(e.value, unit);
    if e.low.is_nan() || e.high.is_nan() {
        return format!("{figure} (too few trials)");
    }
    if e.low == e.high {
        return figure;
    }
    let flag = if e.reliable { "" } else { ", too few trials" };
    format!("{figure} ({} to {}{flag})", words::short(e.low, unit), words::short(e.high, unit))
}

/// As a table for a terminal of `width` columns.
pub fn boxed(lines: &Lines, width: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.clamp(60, 400) as u16);
    table.set_header(lines.header.clone());
    for line in &lines.lines {
        table.add_row(line.clone());
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table.to_string()
}

/// As a Markdown table.
pub fn markdown(lines: &Lines) -> String {
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let header: Vec<String> = lines.header.iter().map(|h| (*h).to_owned()).collect();
    let rule: Vec<String> = lines.header.iter().enumerate().map(|(i, _)| if i == 0 { "---" } else { "---:" }.to_owned()).collect();
    let mut out = row(&header);
    out.push_str(&row(&rule));
    lines.lines.iter().for_each(|line| out.push_str(&row(line)));
    out
}
