//! A run in words: one sentence with the answer, the table, what to beware of.

use super::table;
use crate::model::Model;
use crate::outcome::{Caution, Outcome, Provenance, told};
use crate::quantity::words::{self, Unit};
use crate::quantity::{MONTH, WEEK, YEAR};
use crate::statistics::Sample;

/// How text is set.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether colour may be used.
    pub colour: bool,
}

/// The answer in a sentence or three, as a board reads it.
pub fn headline(model: &Model, outcome: &Outcome) -> String {
    let Some(total) = outcome.sample("cost.total").filter(|s| s.defined() > 0) else {
        return "There is no trial to speak of.".to_owned();
    };
    let unit = Unit::Money(model.currency.clone());
    let gdp = outcome.sample("gdp.share");
    let horizon = length(model.horizon);
    if total.min() == total.max() {
        let cost = words::figure(total.values()[0], &unit);
        let of_gdp = gdp.map_or(String::new(), |g| of_gdp(outcome, g));
        let when = if total.defined() == 1 { "in the one trial that was run" } else { "in every trial" };
        return format!("Over {horizon} this costs {cost}{of_gdp}, {when}.");
    }
    let mut text = String::new();
    let given = outcome.given.as_ref().map_or(String::new(), |g| format!(" Given {g}:"));
    if let Some(mean) = total.mean() {
        let of_gdp = gdp.map_or(String::new(), |g| of_gdp(outcome, g));
        let cost = words::estimate(mean.value, Some(mean.se).filter(|se| !se.is_nan()), &unit);
        text =
            format!("{given} Over {horizon} this costs {cost} on average{of_gdp}.").trim_start().to_owned();
    }
    if let Some(p95) = total.quantile(0.95) {
        text.push_str(&format!(
            " In one trial out of 20 it costs {} or more",
            words::figure(p95.value, &unit)
        ));
        if let Some(cvar) = total.cvar(0.95) {
            text.push_str(&format!(", in those {} on average", words::figure(cvar.value, &unit)));
        }
        text.push('.');
    }
    if let Some(any) = outcome.sample("shortfall.any").and_then(|s| s.mean()) {
        let chance = words::estimate(any.value, Some(any.se).filter(|se| !se.is_nan()), &Unit::Share);
        text.push_str(&format!(" Something is short in {chance} of the trials."));
    }
    text
}

/// ", 0.11 % of GDP", or where costs are not lost output alone, what that is.
fn of_gdp(outcome: &Outcome, gdp: &Sample) -> String {
    let mean = |s: &Sample| s.mean().map_or(f64::NAN, |m| m.value);
    let share = words::share(mean(gdp));
    let part = |name: &str| outcome.sample(name).map_or(0.0, mean);
    let total = part("cost.total");
    let output = part("cost.lost_output") + part("cost.indirect");
    if (total - output).abs() <= 1e-9 * total.abs() {
        format!(", {share} of one year's GDP")
    } else {
        format!(" (of which lost output is {share} of one year's GDP)")
    }
}

/// A length of time as it would be said: "5 years", "3 months", "26 weeks".
pub(super) fn length(days: f64) -> String {
    for (unit, name) in [(YEAR, "year"), (MONTH, "month"), (WEEK, "week"), (1.0, "day")] {
        let n = days / unit;
        if (n - n.round()).abs() < 1e-9 && n >= 0.5 {
            let s = if n.round() == 1.0 { "" } else { "s" };
            return format!("{} {name}{s}", n.round());
        }
    }
    words::days(days)
}

/// The summary for a terminal.
pub fn terminal(
    model: &Model,
    outcome: &Outcome,
    provenance: &Provenance,
    cautions: &[Caution],
    style: Style,
) -> String {
    let (bold, yellow, dim, plain) =
        if style.colour { ("\x1b[1m", "\x1b[33m", "\x1b[2m", "\x1b[0m") } else { ("", "", "", "") };
    let lines = table::lines(outcome, style.width);
    let mut out = format!(
        "{bold}{}{plain}\n\n{}\n\n",
        model.name,
        wrap(&headline(model, outcome), style.width.min(100))
    );
    out.push_str(&format!("{dim}sums in {}{plain}\n", model.currency));
    out.push_str(&table::boxed(&lines, style.width));
    out.push('\n');
    if lines.left_out > 0 {
        let (n, s, verb) = match lines.left_out {
            1 => (1, "", "is"),
            n => (n, "s", "are"),
        };
        out.push_str(&format!("{dim}{n} further metric{s} {verb} zero or undefined in every trial{plain}\n"));
    }
    if let Some(acted) = outcome.any_control.filter(|p| p.value > 0.0 && p.value < 1.0) {
        let chance = words::estimate(acted.value, Some(acted.se), &Unit::Share);
        let total = outcome.metrics.iter().position(|m| m.name == "cost.total");
        let cost = total.and_then(|i| outcome.acted.get(i)).and_then(Sample::mean);
        let unit = Unit::Money(model.currency.clone());
        let cost = cost.map_or(String::new(), |c| {
            format!("; given that, it costs {} on average", words::estimate(c.value, Some(c.se), &unit))
        });
        out.push_str(&format!(
            "\n{}\n",
            wrap(&format!("Some control acts in {chance} of the trials{cost}."), style.width.min(100))
        ));
    }
    for caution in told(cautions) {
        out.push('\n');
        out.push_str(&wrap(&format!("{yellow}caution:{plain} {caution}"), style.width.min(100)));
        out.push('\n');
    }
    let run = format!(
        "{} of {} trials, seed {}, {} steps of one {}",
        words::count(outcome.trials.1 as f64),
        words::count(outcome.asked as f64),
        provenance.seed,
        model.steps(),
        model.step.name(),
    );
    out.push_str(&format!("\n{dim}{run}; fingerprint {}{plain}\n", &provenance.fingerprint[..8]));
    out
}

/// The summary in Markdown, for a pull request or a note.
pub fn markdown(model: &Model, outcome: &Outcome, provenance: &Provenance, cautions: &[Caution]) -> String {
    let lines = table::lines(outcome, usize::MAX);
    let mut out = format!("# {}\n\n{}\n\n", model.name, headline(model, outcome));
    out.push_str(&table::markdown(&lines));
    if !cautions.is_empty() {
        out.push_str("\n**Cautions**\n\n");
        told(cautions).iter().for_each(|c| out.push_str(&format!("- {c}\n")));
    }
    out.push_str(&format!(
        "\n{} trials, seed {}, version {}, fingerprint `{}`. Run again with:\n\n```\n{}\n```\n",
        words::count(outcome.trials.1 as f64),
        provenance.seed,
        provenance.version,
        &provenance.fingerprint[..16],
        provenance.command
    ));
    out
}

/// Breaks a paragraph at spaces into lines of at most `width` characters, but not within "14.6 % ± 0.4 %".
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    let glued = text.replace(" %", "\u{a0}%").replace(" ± ", "\u{a0}±\u{a0}");
    for word in glued.split(' ').filter(|word| !word.is_empty()) {
        let length = word.chars().filter(|c| !c.is_control()).count();
        if column > 0 && column + 1 + length > width.max(40) {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out.replace('\u{a0}', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_as_people_say_them() {
        assert_eq!(length(1826.25), "5 years");
        assert_eq!(length(365.25), "1 year");
        assert_eq!(length(91.3125), "3 months");
        assert_eq!(length(1827.0), "261 weeks");
        assert_eq!(length(10.0), "10 days");
    }

    #[test]
    fn lines_break_between_words_but_not_within_a_figure() {
        let text = "Something is really short in 14.6 % ± 0.4 % of all trials";
        let lines: Vec<String> = wrap(text, 40).lines().map(str::to_owned).collect();
        assert_eq!(lines, ["Something is really short in", "14.6 % ± 0.4 % of all trials"]);
    }
}
