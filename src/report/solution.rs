//! Where a figure meets a target, told: the answer with its interval, and what was looked at on the way.

use super::sheet::Sheet;
use super::table::short;
use super::text::{Style, wrap};
use crate::outcome::{Comparison, Provenance};
use crate::quantity::words;
use crate::statistics::Estimate;
use crate::study::{Asked, Look, Range, Solution, Unit};

/// What was asked, and what was found.
#[derive(Clone, Copy, Debug)]
pub struct Answer<'a> {
    /// The entry that was looked for.
    pub path: &'a str,
    /// Between what.
    pub range: &'a Range,
    /// The target as written.
    pub target: &'a str,
    /// How the figure is to compare; none where it is to be met exactly.
    pub comparison: Option<Comparison>,
    /// The figure.
    pub asked: &'a Asked,
    /// Where it is met.
    pub solution: &'a Solution,
    /// Of the search.
    pub provenance: &'a Provenance,
}

/// So many of the places looked at are told.
const TOLD: usize = 5;

/// For a terminal.
pub fn solution(answer: &Answer, style: Style) -> String {
    let (bold, plain) = if style.colour { ("\x1b[1m", "\x1b[0m") } else { ("", "") };
    let width = style.width.min(110);
    let mut out =
        format!("{bold}{}{plain}\n\n{}\n", wrap(&headline(answer), width), sheet(answer).boxed(style.width));
    out.push_str(&format!("\n{}\n", wrap(&remarks(answer), width)));
    out
}

/// As a page.
pub fn solution_markdown(answer: &Answer) -> String {
    format!(
        "**{}**\n\n{}\n\n```console\n{}\n```\n\n{}",
        headline(answer),
        remarks(answer),
        answer.provenance.command,
        sheet(answer).markdown()
    )
}

/// A figure at a place: "660 billion yen ± 3 billion at 60 days".
pub fn looked(range: &Range, asked: &Asked, look: &Look) -> String {
    format!("{} at {}", figure(asked, &look.figure), range.say(look.at))
}

fn figure(asked: &Asked, figure: &Estimate) -> String {
    words::estimate(figure.value, Some(figure.se).filter(|se| !se.is_nan()), &asked.unit)
}

fn headline(answer: &Answer) -> String {
    let Answer { path, range, target, comparison, solution, .. } = answer;
    let value = |at: f64| said(range, solution, at);
    let met = match comparison {
        None => format!("`{target}` is met where `{path}` is {}", value(solution.at)),
        Some(comparison) => {
            let below = matches!(comparison, Comparison::Less | Comparison::AtMost);
            let side = if below == solution.rises { "up to" } else { "from" };
            let on = if side == "from" { " on" } else { "" };
            format!("`{target}` holds {side} {}{on} of `{path}`", value(solution.at))
        }
    };
    let interval = match (solution.low, solution.high) {
        (Some(low), Some(high)) if low == high => String::new(),
        (Some(low), Some(high)) => format!(" (95 % interval {} to {})", value(low), value(high)),
        (Some(low), None) => {
            format!(" (95 % interval from {}, its upper end lies beyond the range)", value(low))
        }
        (None, Some(high)) => {
            format!(" (95 % interval up to {}, its lower end lies beyond the range)", value(high))
        }
        (None, None) => {
            " (its 95 % interval is not known, or reaches over both ends of the range)".to_owned()
        }
    };
    format!("{met}{interval}.")
}

/// A value with as many digits as its interval supports.
fn said(range: &Range, solution: &Solution, at: f64) -> String {
    if range.unit == Unit::Day {
        return range.say(at);
    }
    let whole = (range.to - range.from).abs();
    let (low, high) = (solution.low.unwrap_or(range.from), solution.high.unwrap_or(range.to));
    // Without an interval the search itself is sure to about a millionth of the range.
    let resolution = if low == high { whole * 1e-4 } else { (high - low).abs() / 2.0 };
    let decimals = (0.0 - power_of_ten(resolution)).clamp(0.0, 12.0) as usize;
    range.say(format!("{at:.decimals$}").parse().unwrap_or(at))
}

/// The power of ten of a number above zero.
fn power_of_ten(value: f64) -> f64 {
    let text = format!("{value:e}");
    text.rsplit('e').next().and_then(|power| power.parse().ok()).unwrap_or(0.0)
}

fn remarks(answer: &Answer) -> String {
    let Answer { asked, solution, provenance, .. } = answer;
    let mut text = format!(
        "There {} is {}. {} trials at each of {} values, seed {}, with the same random numbers.",
        asked.text,
        figure(asked, &solution.figure),
        words::count(provenance.trials as f64),
        solution.looks.len(),
        provenance.seed
    );
    if solution.jumps {
        text.push_str(
            " The figure jumps over the target there: on one side it is met, on the other it is missed.",
        );
    }
    if !solution.figure.reliable && solution.figure.se > 0.0 {
        text.push_str(
            " The interval rests on too few trials, or on a few extreme ones: ask for more with --trials.",
        );
    }
    text
}

/// The places from which the search began, and where it ended.
fn sheet(answer: &Answer) -> Sheet {
    let looks = &answer.solution.looks;
    let (first, last) = (looks.first().map_or(0.0, |l| l.at), looks.last().map_or(0.0, |l| l.at));
    let mut sheet = Sheet::new(&[&short(answer.path), &answer.asked.text], 1);
    for i in 0..TOLD {
        let share = i as f64 / (TOLD - 1) as f64;
        let at = if answer.range.from <= answer.range.to {
            answer.range.at(share)
        } else {
            answer.range.at(1.0 - share)
        };
        if let Some(look) = looks.iter().find(|l| l.at == at && (first..=last).contains(&l.at)) {
            sheet.add(vec![answer.range.say(look.at), figure(answer.asked, &look.figure)]);
        }
    }
    sheet
}
