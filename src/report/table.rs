//! The table of metrics: one line each, every figure with its uncertainty.

use comfy_table::{
    CellAlignment, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, presets,
};

use crate::outcome::{Metric, Outcome};
use crate::quantity::words::{Language, Unit};
use crate::statistics::{Estimate, Sample};

/// Lines above and below, and under the header: none between rows.
pub const STYLE: TableStyle = presets::UTF8_HORIZONTAL_ONLY.row_separator(LineStyle::none());

/// The lines of the table, and how many metrics it leaves out because nothing happens to them in any trial.
pub struct Lines {
    pub header: Vec<&'static str>,
    pub lines: Vec<Vec<String>>,
    pub left_out: usize,
}

/// The order in which a reader wants the groups of metrics.
const GROUPS: [&str; 7] = ["cost.", "gdp.", "shortfall.", "price.", "sectors.", "options.", "controls."];

/// From this width on, every column fits beside the others on one line.
const WIDE: usize = 132;

/// Picks and words the metrics; where there is little room, without the median and the intervals of the tail.
pub fn lines(outcome: &Outcome, width: usize, language: Language) -> Lines {
    let constant = outcome.samples.iter().all(|s| s.min() == s.max());
    let metric = language.pick("metric", "指標");
    let mean = language.pick("mean ± std. error", "平均±標準誤差");
    let chance = language.pick("P(> 0)", "正の確率");
    let header = if constant {
        let every = language.pick("in every trial", "すべての試行");
        let only = language.pick("in this trial", "この試行");
        vec![metric, if outcome.trials.1 == 1 { only } else { every }]
    } else if width >= WIDE {
        vec![metric, mean, "P50", language.pick("P95 (95 % interval)", "P95（95％信頼区間）"), chance]
    } else {
        vec![metric, mean, "P95", chance]
    };
    let mut rows: Vec<(usize, Vec<String>)> = Vec::new();
    let mut left_out = 0;
    for (metric, sample) in outcome.metrics.iter().zip(&outcome.samples) {
        let group = GROUPS.iter().position(|g| metric.name.starts_with(g)).unwrap_or(GROUPS.len());
        match sample.min() {
            None => left_out += 1,
            Some(value) if [value, sample.max().unwrap_or(value)] == [at_rest(metric); 2] => left_out += 1,
            Some(value) if constant => {
                rows.push((group, vec![metric.name.clone(), language.figure(value, &metric.unit)]));
            }
            Some(_) => rows.push((group, line(metric, sample, width >= WIDE, language))),
        }
    }
    rows.sort_by_key(|(group, _)| *group);
    Lines { header, lines: rows.into_iter().map(|(_, line)| line).collect(), left_out }
}

/// What a metric is where nothing happens.
fn at_rest(metric: &Metric) -> f64 {
    if metric.name.ends_with(".worst_activity") || metric.unit == Unit::Multiple { 1.0 } else { 0.0 }
}

fn line(metric: &Metric, sample: &Sample, wide: bool, language: Language) -> Vec<String> {
    let mean = sample.mean().map_or(language.undefined().to_owned(), |m| spread(&m, &metric.unit, language));
    let note = if sample.defined() < sample.trials() {
        {
            let share = language.share(sample.defined_share().value);
            match language {
                Language::English => format!(", in {share}"),
                Language::Japanese => format!("、{share}で定義"),
            }
        }
    } else {
        String::new()
    };
    let sometimes = sample.positive().filter(|p| p.value < 1.0);
    let mean = format!("{mean}{note}");
    // Of activity it is the lower end that hurts, and it says so.
    let (level, named) = if metric.name.ends_with(".worst_activity") { (0.05, "P5: ") } else { (0.95, "") };
    let tail = sample.quantile(level);
    if !wide {
        let tail =
            tail.map_or(String::new(), |q| format!("{named}{}", language.short(q.value, &metric.unit)));
        let chance = sometimes.map_or(String::new(), |p| language.share(p.value));
        return vec![metric.name.clone(), mean, tail, chance];
    }
    vec![
        metric.name.clone(),
        mean,
        sample.quantile(0.5).map_or(String::new(), |q| language.short(q.value, &metric.unit)),
        format!("{named}{}", interval(tail, &metric.unit, language)),
        sometimes.map_or(String::new(), |p| spread(&p, &Unit::Share, language)),
    ]
}

/// "540 ± 60 bn": an estimate with its standard error, the currency left to what stands above it.
pub fn spread(estimate: &Estimate, unit: &Unit, language: Language) -> String {
    let se = (!estimate.se.is_nan()).then_some(estimate.se);
    let text = language.short_estimate(estimate.value, se, unit);
    match text.split_once(" ± ") {
        // "540 bn ± 60 bn" says the same as "540 ± 60 bn".
        Some((value, error)) if suffix(value) == suffix(error) => {
            format!("{} ± {error}", without_suffix(value))
        }
        _ => text,
    }
}

/// The first of several entries that vary together, and how many there are besides.
pub fn short(path: &str) -> String {
    match path.split_once(" & ") {
        Some((first, rest)) => format!("{first} & {} more", rest.split(" & ").count()),
        None => path.to_owned(),
    }
}

/// A share with its interval, both within 0 and 1: "62 % (55 to 69 %)"; none where it is not a number.
pub fn share_of(estimate: &Estimate) -> Option<String> {
    if estimate.value.is_nan() {
        return None;
    }
    let within = |x: f64| Language::English.share(x.clamp(0.0, 1.0));
    let (low, high) = (estimate.low, estimate.high);
    let interval = if low.is_nan() || high.is_nan() {
        String::new()
    } else {
        format!(" ({} to {})", within(low), within(high))
    };
    Some(within(estimate.value) + &interval)
}

pub fn interval(estimate: Option<Estimate>, unit: &Unit, language: Language) -> String {
    let Some(e) = estimate else { return String::new() };
    let figure = language.short(e.value, unit);
    if e.low.is_nan() || e.high.is_nan() {
        return figure + language.pick(" (too few trials)", "（試行数不足）");
    }
    if e.low == e.high {
        return figure;
    }
    let flag = if e.reliable { "" } else { language.pick(", too few trials", "、試行数不足") };
    let [figure, low, high] = language.short_interval(e.value, e.low, e.high, unit);
    match language {
        Language::English => format!("{figure} ({low} to {high}{flag})"),
        Language::Japanese => format!("{figure}（{low}〜{high}{flag}）"),
    }
}

/// What follows the number in a text: " bn", " %", " months".
fn suffix(text: &str) -> &str {
    &text[without_suffix(text).len()..]
}

fn without_suffix(text: &str) -> &str {
    let end = text.rfind(|c: char| c.is_ascii_digit()).map_or(text.len(), |i| i + 1);
    &text[..end]
}

/// As a table for a terminal of `width` columns: one line a metric where they fit.
pub fn boxed(lines: &Lines, width: usize) -> String {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width.clamp(60, 400) as u16);
    table.set_header(lines.header.clone());
    for line in &lines.lines {
        table.add_row(line.clone());
    }
    if let Some(names) = table.column_mut(0) {
        names.set_constraint(ColumnConstraint::ContentWidth);
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
    let rule: Vec<String> = lines
        .header
        .iter()
        .enumerate()
        .map(|(i, _)| if i == 0 { "---" } else { "---:" }.to_owned())
        .collect();
    let mut out = row(&header);
    out.push_str(&row(&rule));
    lines.lines.iter().for_each(|line| out.push_str(&row(line)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_is_named_once() {
        let yen = Unit::Money("JPY".to_owned());
        let e = |value, se, low, high| Estimate { value, se, low, high, reliable: true };
        assert_eq!(spread(&e(540e9, 60e9, 0.0, 0.0), &yen, Language::English), "540 ± 60 bn");
        assert_eq!(
            interval(Some(e(2.27e12, 0.0, 1.82e12, 2.79e12)), &yen, Language::English),
            "2.27 tn (1.82 to 2.79)"
        );
        assert_eq!(
            interval(Some(e(1.1e12, 0.0, 0.9e12, 1.3e12)), &yen, Language::English),
            "1.10 tn (0.90 to 1.30)"
        );
        assert_eq!(
            interval(Some(e(0.0038, 0.0, 0.003, 0.0046)), &Unit::Share, Language::English),
            "0.38 % (0.30 to 0.46)"
        );
    }
}
