//! What is in a scenario, told before anything is simulated: its quantities and where they come from, what its uncertain
//! entries imply, what may be asked of it.

use std::collections::BTreeSet;

use super::sheet::Sheet;
use crate::model::{Assumption, Model, Provenance, Quantity};
use crate::outcome::Metric;
use crate::quantity::words::{self, Unit};
use crate::scenario::{Document, Node, Value, entry_name, inline, is_remark};

/// How the page is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// For a terminal of so many columns.
    Terminal(usize),
    /// As Markdown.
    Markdown,
}

/// Texts that stand behind quantities, each once, by the number under which the tables refer to it.
#[derive(Default)]
pub(super) struct Notes {
    texts: Vec<String>,
}

impl Notes {
    /// The number of `text`, from 1.
    pub(super) fn number(&mut self, text: &str) -> usize {
        let found = self.texts.iter().position(|t| t == text);
        found.unwrap_or_else(|| {
            self.texts.push(text.to_owned());
            self.texts.len() - 1
        }) + 1
    }

    /// The texts in the order of their numbers.
    pub(super) fn texts(&self) -> &[String] {
        &self.texts
    }
}

/// The contents of a scenario, whose quantities are those of `model` and whose other entries are those of `document`.
/// `cautions` is how `check` shows them, or a list for Markdown; it may be empty.
pub fn contents(
    model: &Model,
    document: &Document,
    metrics: &[Metric],
    cautions: &str,
    page: Page,
) -> String {
    let mut notes = Notes::default();
    let mut out = match page {
        Page::Terminal(_) => format!("{}\n", model.name),
        Page::Markdown => format!("# {}\n", model.name),
    };
    let mut part = |title: &str, remark: String, sheet: Sheet| {
        if sheet.is_empty() {
            return;
        }
        out.push_str(&match page {
            Page::Terminal(width) => {
                let remark = super::text::wrap(&remark, width.min(100));
                let table = sheet.boxed(width);
                [format!("\n{title}"), table, remark]
                    .iter()
                    .filter(|t| !t.is_empty())
                    .fold(String::new(), |all, text| all + text + "\n")
            }
            Page::Markdown => {
                let remark = if remark.is_empty() { remark } else { format!("{remark}\n\n") };
                format!("\n## {title}\n\n{remark}{}", sheet.markdown())
            }
        });
    };
    for (section, title) in SECTIONS {
        let mut sheet = quantities(model, section, &mut notes);
        for (path, written) in others(model, document, section) {
            sheet.add(vec![path, written, String::new(), String::new()]);
        }
        part(title, String::new(), sheet);
    }
    part("What the uncertain entries imply", said_of_implied(), implied(model));
    part("Yearly probabilities over the horizon", String::new(), chances(model));
    part("Metrics", String::new(), metric_names(model, metrics));
    let width = match page {
        Page::Terminal(width) => width.min(100),
        Page::Markdown => usize::MAX,
    };
    out.push_str(&sources(model, &notes, page, width));
    if !cautions.is_empty() {
        let title = if page == Page::Markdown { "\n## Cautions\n\n" } else { "\nCautions\n\n" };
        out.push_str(&format!("{title}{}\n", cautions.trim_end()));
    }
    out
}

/// The sections of a scenario in the order of the manual, with their titles.
pub const SECTIONS: [(&str, &str); 8] = [
    ("scenario", "Scenario"),
    ("economy", "Economy"),
    ("parameters", "Parameters"),
    ("materials", "Materials"),
    ("sectors", "Sectors"),
    ("crises", "Crises"),
    ("controls", "Controls"),
    ("options", "Options"),
];

fn quantities(model: &Model, section: &str, notes: &mut Notes) -> Sheet {
    let mut sheet = Sheet::new(&["path", "as written", "value", "from"], 4);
    for assumption in model.assumptions.iter().filter(|a| a.path.split('.').next() == Some(section)) {
        let from = if assumption.is_setting() { String::new() } else { from(&assumption.provenance, notes) };
        sheet.add(vec![assumption.path.clone(), written(assumption), value(model, assumption), from]);
    }
    sheet
}

/// The entries of a section that are no quantities, each by its path and as it is written: kinds, countries, names.
pub fn others(model: &Model, document: &Document, section: &str) -> Vec<(String, String)> {
    let known: BTreeSet<&str> = model.assumptions.iter().map(|a| a.path.as_str()).collect();
    let mut out = Vec::new();
    if let Some(node) = document.root.table().and_then(|root| root.get(section)) {
        walk(node, section, &known, &mut out);
    }
    out
}

fn walk(node: &Node, path: &str, known: &BTreeSet<&str>, out: &mut Vec<(String, String)>) {
    match &node.value {
        _ if known.contains(path) => {}
        Value::Table(table) => {
            for (key, entry) in table.entries.iter().filter(|(key, _)| !is_remark(key)) {
                // What stands beside its source has the path of the table.
                let path = if key == "value" { path.to_owned() } else { format!("{path}.{key}") };
                walk(&entry.node, &path, known, out);
            }
        }
        Value::Array(items) if items.iter().any(|item| item.table().is_some()) => {
            for (i, item) in items.iter().enumerate() {
                let name = entry_name(item).unwrap_or_else(|| (i + 1).to_string());
                walk(item, &format!("{path}.{name}"), known, out);
            }
        }
        _ => out.push((path.to_owned(), plain(&inline(node)))),
    }
}

/// Without the quotes of a plain string.
fn plain(text: &str) -> String {
    let inner = text.strip_prefix('"').and_then(|t| t.strip_suffix('"')).filter(|t| !t.contains('"'));
    inner.unwrap_or(text).to_owned()
}

/// What the scenario states, on one line, without the quotes of a plain quantity.
pub(super) fn written(assumption: &Assumption) -> String {
    plain(&assumption.written.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What a reference amounts to, the mean of what is uncertain; empty where what is written says it.
fn value(model: &Model, assumption: &Assumption) -> String {
    match (model.implied(assumption), assumption.quantity) {
        (Some(implied), _) => format!("mean {}", model.say(assumption, implied.mean)),
        (None, Quantity::Certain(value)) if assumption.written.contains('$') => model.say(assumption, value),
        _ => String::new(),
    }
}

/// "[1]" for a source, "judgement [2]", "none"; with the number of a note.
fn from(provenance: &Provenance, notes: &mut Notes) -> String {
    let mut said = match (&provenance.source, &provenance.judgement) {
        (Some(source), _) => format!("source [{}]", notes.number(source)),
        (None, Some(why)) => format!("judgement [{}]", notes.number(why)),
        (None, None) => "none".to_owned(),
    };
    if let Some(note) = &provenance.note {
        said.push_str(&format!(", note [{}]", notes.number(note)));
    }
    said
}

fn implied(model: &Model) -> Sheet {
    let mut sheet = Sheet::new(&["path", "drawn", "mean", "median", "5 to 95 %", "99 %"], 2);
    for assumption in &model.assumptions {
        let Some(implied) = model.implied(assumption) else { continue };
        let say = |value: f64| model.say(assumption, value);
        let drawn = match assumption.quantity {
            _ if assumption.spread.is_some() => "over firms",
            Quantity::Uncertain { factor, .. } if !model.factors[factor].once => "afresh",
            _ => "once",
        };
        sheet.add(vec![
            assumption.path.clone(),
            drawn.to_owned(),
            say(implied.mean),
            say(implied.median),
            range(&say(implied.p5), &say(implied.p95)),
            say(implied.p99),
        ]);
    }
    sheet
}

/// "1.2 to 5.4 months": a unit that both ends share is said once.
fn range(low: &str, high: &str) -> String {
    match (low.split_once(' '), high.split_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other => format!("{number} to {high}"),
        _ => format!("{low} to {high}"),
    }
}

fn said_of_implied() -> String {
    "Drawn once a trial, afresh at each event, or spread over a sector's firms. Figures are those of the draws as cut to \
     what the entry can be."
        .to_owned()
}

fn chances(model: &Model) -> Sheet {
    let mut sheet = Sheet::new(&["path", "a year", "over the horizon"], 1);
    for chance in model.chances() {
        sheet.add(vec![chance.path, words::share(chance.yearly), words::share(chance.over_horizon)]);
    }
    sheet
}

fn metric_names(model: &Model, metrics: &[Metric]) -> Sheet {
    let mut sheet = Sheet::new(&["metric", "unit", "what it is"], 3);
    for metric in metrics {
        let unit = match &metric.unit {
            Unit::Money(_) => model.currency.clone(),
            unit => words::unit(unit).to_owned(),
        };
        sheet.add(vec![metric.name.clone(), unit, metric.what.to_owned()]);
    }
    sheet
}

/// How well the scenario is sourced, in a sentence; the paths that have nothing to show; the texts that are referred to.
fn sources(model: &Model, notes: &Notes, page: Page, width: usize) -> String {
    let count = model.sourcing();
    let title = |t: &str| match page {
        Page::Terminal(_) => format!("\n{t}\n"),
        Page::Markdown => format!("\n## {t}\n\n"),
    };
    let sentence = format!(
        "Of {} quantities, {} {} a source, {} {} and {} neither.",
        count.all,
        count.sourced,
        if count.sourced == 1 { "has" } else { "have" },
        count.judged,
        if count.judged == 1 { "is a judgement" } else { "are judgements" },
        count.bare.len()
    );
    let mut out = format!("{}{}\n\n", title("Sources"), super::text::wrap(&sentence, width));
    let mut lines: Vec<String> = Vec::new();
    if !count.bare.is_empty() {
        lines.push(format!("Neither: {}", count.bare.join(", ")));
    }
    lines.extend(notes.texts.iter().enumerate().map(|(i, text)| format!("[{}] {text}", i + 1)));
    for line in lines {
        out.push_str(&match page {
            Page::Terminal(_) => super::text::wrap(&line, width).replace('\n', "\n    ") + "\n",
            Page::Markdown => format!("- {line}\n"),
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_said_once() {
        assert_eq!(range("1.2 months", "5.4 months"), "1.2 to 5.4 months");
        assert_eq!(range("1 month", "5.4 months"), "1 month to 5.4 months");
        assert_eq!(range("0.2", "0.6"), "0.2 to 0.6");
        assert_eq!(range("2027-01-01", "2028-05-01"), "2027-01-01 to 2028-05-01");
    }

    #[test]
    fn a_text_is_listed_once() {
        let mut notes = Notes::default();
        let source = |text: &str| Provenance { source: Some(text.to_owned()), ..Provenance::default() };
        assert_eq!(from(&source("a"), &mut notes), "source [1]");
        assert_eq!(from(&source("b"), &mut notes), "source [2]");
        let noted = Provenance { note: Some("b".to_owned()), ..source("a") };
        assert_eq!(from(&noted, &mut notes), "source [1], note [2]");
        assert_eq!(notes.texts, ["a", "b"]);
    }
}
