//! A study of sensitivity told: what each method has found, in words, tables and a chart.

mod boxes;
mod chart;
mod ranks;
mod shares;
mod tornado;

pub use chart::sensitivity_chart;

use super::sheet::Sheet;
use super::table::interval;
use super::told::Told;
use crate::model::Model;
use crate::quantity::words::{Language, Unit};
use crate::statistics::Estimate;
use crate::study::Response;
use crate::study::sensitivity::{Found, Group, HOW_BAD, Target, WHAT_HAPPENS};

/// Rows of a table and of a chart; all are in design.parquet and summary.json.
const ROWS: usize = 20;

/// What a study has found, in words. `given` is the condition on the trials, if there was one; where boxes were looked for,
/// what makes a trial a case.
pub fn sensitivity(
    model: &Model,
    found: &Found,
    target: &Target,
    given: Option<&str>,
    language: Language,
) -> Told {
    let about = About { model, target, language };
    let title = |english: &str, japanese: &str| match language {
        Language::English => format!("{}: {english} {}", model.name, target.text),
        Language::Japanese => format!("{}：{}{japanese}", model.name, target.text),
    };
    match found {
        Found::Tornado(t) => Told { title: title("what moves", "を動かす前提"), ..about.tornado(t) },
        Found::Morris(m) => {
            Told { title: title("which entries matter for", "に効く項目"), ..about.morris(m) }
        }
        Found::Sobol(s) => {
            Told { title: title("what explains the variance behind", "の分散の要因"), ..about.sobol(s) }
        }
        Found::Rank(r) => {
            let given = given.map_or(String::new(), |g| match language {
                Language::English => format!(", given {g}"),
                Language::Japanese => format!("（条件：{g}）"),
            });
            Told { title: title("what goes with", "と連動するもの") + &given, ..about.rank(r) }
        }
        Found::Discover(d, inputs) => {
            let cases = given.unwrap_or_default();
            let title = match language {
                Language::English => format!("{}: where {cases}", model.name),
                Language::Japanese => format!("{}：{cases}となる条件", model.name),
            };
            Told { title, ..about.discover(d, inputs, cases) }
        }
    }
}

/// What all methods tell of: a figure of a scenario, in a language.
struct About<'a> {
    model: &'a Model,
    target: &'a Target,
    language: Language,
}

/// A coefficient or an index: two decimals, with a true minus sign.
pub fn coefficient(value: f64) -> String {
    let text = format!("{:.2}", value.abs());
    if value < 0.0 && text != "0.00" { format!("−{text}") } else { text }
}

fn told(answer: Vec<String>, sheets: Vec<(String, Sheet)>, notes: Vec<String>, run: String) -> Told {
    Told { title: String::new(), answer, sheets, notes, run }
}

impl About<'_> {
    fn pick<'t>(&self, english: &'t str, japanese: &'t str) -> &'t str {
        self.language.pick(english, japanese)
    }

    fn figure(&self, estimate: &Estimate, unit: &Unit) -> String {
        let se = Some(estimate.se).filter(|se| !se.is_nan());
        self.language.estimate(estimate.value, se, unit)
    }

    fn interval(&self, estimate: &Estimate, unit: &Unit) -> String {
        interval(Some(*estimate), unit, self.language)
    }

    /// With its sign: "+1.2 tn (0.9 to 1.4)".
    fn signed(&self, estimate: &Estimate, unit: &Unit) -> String {
        let plus = if estimate.value > 0.0 { "+" } else { "" };
        format!("{plus}{}", self.interval(estimate, unit))
    }

    /// What a factor is called: the path of an entry as it is, what stands for many in words.
    fn name(&self, group: &Group) -> String {
        match group.name.as_str() {
            WHAT_HAPPENS => self.pick(WHAT_HAPPENS, "何が起きるか").to_owned(),
            HOW_BAD => self.pick(HOW_BAD, "どれほど悪いか").to_owned(),
            name => name.to_owned(),
        }
    }

    /// "0.42 (0.38 to 0.45)": an index is a share, but may lie a little outside by chance.
    fn index(&self, estimate: &Estimate) -> String {
        let word = coefficient;
        if estimate.value.is_nan() {
            return self.language.undefined().to_owned();
        }
        let (value, low, high) = (word(estimate.value), word(estimate.low), word(estimate.high));
        match self.language {
            Language::English => format!("{value} ({low} to {high})"),
            Language::Japanese => format!("{value}（{low}〜{high}）"),
        }
    }

    /// What a table leaves out.
    fn rest(&self, all: usize) -> Option<String> {
        let more = self.language.count(all.saturating_sub(ROWS) as f64);
        (all > ROWS).then(|| match self.language {
            Language::English => format!("{more} further rows are in design.parquet and summary.json."),
            Language::Japanese => format!("ほか{more}行はdesign.parquetとsummary.jsonにある。"),
        })
    }

    /// What of a metric was looked at, in a sentence; none for the metric itself.
    fn looked_at(&self, response: Response) -> Option<String> {
        let metric = &self.target.metric;
        let limit = |x: f64| self.language.figure(x, &metric.unit);
        let name = &metric.name;
        match (response, self.language) {
            (Response::Value, _) => None,
            (Response::Above(x), Language::English) => {
                Some(format!("Looked at: whether {name} is above {} in a trial.", limit(x)))
            }
            (Response::Above(x), Language::Japanese) => {
                Some(format!("対象は、試行の{name}が{}を超えるか否かである。", limit(x)))
            }
            (Response::Excess(x), Language::English) => {
                Some(format!("Looked at: by how much {name} exceeds {} in a trial.", limit(x)))
            }
            (Response::Excess(x), Language::Japanese) => {
                Some(format!("対象は、試行の{name}が{}を超える額である。", limit(x)))
            }
        }
    }
}
