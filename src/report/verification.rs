//! Published figures beside simulated ones: one table over all scenarios, what to know of single figures, the count.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table};

use super::table::STYLE;
use super::text::{Style, wrap};
use crate::outcome::{Certainty, Finding, Verdict};
use crate::quantity::words;

/// A finding and the file it is about, as the user named it.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The file.
    pub file: String,
    /// What was found.
    pub finding: Finding,
}

const HEADER: [&str; 6] = ["scenario", "metric", "published", "simulated", "verdict", "role"];

/// The table, the remarks, the sources and the count, for a terminal.
pub fn verification(held: &[Held], style: Style) -> String {
    let (bold, dim, plain) = if style.colour { ("\x1b[1m", "\x1b[2m", "\x1b[0m") } else { ("", "", "") };
    let sources = sources(held);
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_content_arrangement(ContentArrangement::Dynamic).set_width(style.width.clamp(60, 400) as u16);
    table.set_header(HEADER);
    for one in held {
        table.add_row(row(one, &sources));
    }
    if let Some(metric) = table.column_mut(1) {
        metric.set_constraint(ColumnConstraint::ContentWidth);
    }
    for column in [2, 3] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let width = style.width.min(110);
    let mut out = format!("{table}\n");
    for remark in held.iter().flat_map(remarks) {
        out.push_str(&format!("\n{}\n", wrap(&remark, width)));
    }
    out.push('\n');
    for (i, source) in sources.iter().enumerate() {
        out.push_str(&format!("{dim}{}{plain}\n", wrap(&format!("[{}] {source}", i + 1), width)));
    }
    out.push_str(&format!("\n{bold}{}{plain}\n", count(held).join("\n")));
    out
}

/// The same in Markdown.
pub fn verification_markdown(held: &[Held]) -> String {
    let sources = sources(held);
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|c| c.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let mut out = line(&HEADER.map(str::to_owned));
    out.push_str("| --- | --- | ---: | ---: | --- | --- |\n");
    held.iter().for_each(|one| out.push_str(&line(&row(one, &sources))));
    for remark in held.iter().flat_map(remarks) {
        out.push_str(&format!("\n- {remark}"));
    }
    out.push_str("\n\n");
    for (i, source) in sources.iter().enumerate() {
        out.push_str(&format!("{}. {source}\n", i + 1));
    }
    out.push_str(&format!("\n{}\n", count(held).join("  \n")));
    out
}

fn row(one: &Held, sources: &[&str]) -> [String; 6] {
    let e = &one.finding.expectation;
    let source = sources.iter().position(|s| *s == e.source).map_or(0, |i| i + 1);
    [
        stem(&one.file).to_owned(),
        e.metric.clone(),
        format!("{} [{source}]", e.published),
        simulated(&one.finding),
        verdict(&one.finding).to_owned(),
        if e.calibrated { "calibrated" } else { "check" }.to_owned(),
    ]
}

/// The name of a file without its folder and ending.
fn stem(file: &str) -> &str {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// The simulated figure with its standard error; where there is none, with the digits that tell it from its band.
fn simulated(finding: &Finding) -> String {
    let figure = &finding.simulated;
    if figure.se > 0.0 {
        return words::estimate(figure.value, Some(figure.se), &finding.unit);
    }
    let value = words::resolved(figure.value, finding.distance(), &finding.unit);
    if figure.se == 0.0 { format!("{value} ± 0") } else { value }
}

fn verdict(finding: &Finding) -> &'static str {
    let open = matches!(finding.certainty, Certainty::Open(_));
    match (finding.verdict, open) {
        (Verdict::Met, false) => "met",
        (Verdict::Met, true) => "met, not sure",
        (Verdict::Missed, false) => "MISS",
        (Verdict::Missed, true) => "MISS, not sure",
        (Verdict::KnownMiss, _) => "miss (known)",
        (Verdict::MetAfterAll, _) => "met (known miss)",
    }
}

/// What to know of a figure beside its line.
fn remarks(one: &Held) -> Vec<String> {
    let finding = &one.finding;
    let e = &finding.expectation;
    let name = format!("{}, {}", stem(&one.file), e.metric);
    let mut out = Vec::new();
    if finding.simulated.value.is_nan() {
        out.push(format!("{name}: undefined in every trial, so that there is nothing to hold against it."));
    }
    match (&finding.verdict, &e.known_miss) {
        (Verdict::KnownMiss, Some(why)) => out.push(format!("{name}: known to be missed: {why}")),
        (Verdict::MetAfterAll, Some(why)) => out.push(format!(
            "{name}: is met now, though the scenario says that it is missed ({why}): take `known_miss` out."
        )),
        _ => {}
    }
    let what = match finding.verdict {
        Verdict::Missed | Verdict::KnownMiss => "the miss lies",
        Verdict::Met | Verdict::MetAfterAll => "an end of its band lies",
    };
    let over = format!("{name}: {what} within Monte Carlo error");
    match finding.certainty {
        // An interval that is wholly on one side of the band was still called open: it cannot be trusted.
        Certainty::Open(Some(n)) if !finding.simulated.reliable => out.push(format!(
            "{name}: {} trials are too few for this figure's interval; run at least {} (--trials {n}).",
            words::count(finding.trials as f64),
            words::count(n as f64)
        )),
        Certainty::Open(Some(n)) => {
            out.push(format!("{over}; about {} trials would decide (--trials {n}).", words::count(n as f64)))
        }
        Certainty::Open(None) => {
            out.push(format!("{over}, and so near that no number of trials would decide."))
        }
        Certainty::Unknown => {
            out.push(format!("{name}: no standard error of this statistic is known."));
        }
        Certainty::Settled => {}
    }
    out.extend(e.note.as_ref().map(|note| format!("{name}: {note}")));
    out
}

/// The sources, each once, in the order in which they are first named.
fn sources(held: &[Held]) -> Vec<&str> {
    let mut sources: Vec<&str> = Vec::new();
    for one in held {
        let source = one.finding.expectation.source.as_str();
        if !sources.contains(&source) {
            sources.push(source);
        }
    }
    sources
}

/// How many are met, checks and calibrated figures apart.
fn count(held: &[Held]) -> Vec<String> {
    let line = |calibrated: bool, name: &str, what: &str| {
        let all: Vec<Verdict> = held
            .iter()
            .filter(|h| h.finding.expectation.calibrated == calibrated)
            .map(|h| h.finding.verdict)
            .collect();
        let of = |verdicts: &[Verdict]| all.iter().filter(|v| verdicts.contains(v)).count();
        if all.is_empty() {
            return format!("{name}: none{what}");
        }
        let mut text = format!("{name}: {} of {} met", of(&[Verdict::Met, Verdict::MetAfterAll]), all.len());
        match of(&[Verdict::KnownMiss]) {
            0 => {}
            1 => text.push_str(", 1 a known miss"),
            n => text.push_str(&format!(", {n} known misses")),
        }
        match of(&[Verdict::Missed]) {
            0 => {}
            n => text.push_str(&format!(", {n} MISSED")),
        }
        text + what
    };
    vec![
        line(false, "checks", " (nothing was fitted to them)"),
        line(true, "calibrated", " (the inputs were fitted to them: that they are met proves nothing)"),
    ]
}
