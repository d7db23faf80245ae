//! Base rates told: for each group its onsets, its durations under each law, and what to beware of.

use comfy_table::{CellAlignment, Table};

use super::table::STYLE;
use super::text::{Style, wrap};
use crate::history::{BaseRate, Duration};
use crate::quantity::YEAR;
use crate::quantity::words::{self, Unit};
use crate::statistics::survival::Profiled;

/// The estimates of one group, without its entries.
pub fn base_rate(base: &BaseRate, style: Style) -> String {
    let (bold, yellow, plain) = if style.colour { ("\x1b[1m", "\x1b[33m", "\x1b[0m") } else { ("", "", "") };
    let group = &base.group;
    let width = style.width.min(110);
    let title = format!("{}: {}", group.countries.join(", "), group.materials.join(", "));
    let mut out = format!("{bold}{}{plain}\n\n", wrap(&title, width));
    out.push_str(&format!("{}\n", wrap(&onsets(base), width)));
    let (all, ended) = (group.spells.len(), base.ended());
    let s = if all == 1 { "" } else { "s" };
    let mut lasted = format!("{all} restriction{s}, {ended} of them ended.");
    if let Some(days) = base.least_mean {
        lasted.push_str(&format!(
            " They last more than {} on average (95 %, under a constant chance of ending).",
            words::days(days)
        ));
    }
    out.push_str(&format!("{}\n", wrap(&lasted, width)));
    if !base.durations.is_empty() {
        out.push_str(&format!("{}\n", laws(base)));
    }
    for caution in base.cautions() {
        out.push_str(&format!("{}\n", wrap(&format!("{yellow}caution:{plain} {caution}"), width)));
    }
    out
}

fn onsets(base: &BaseRate) -> String {
    let group = &base.group;
    let s = if group.onsets == 1 { "" } else { "s" };
    let mut text =
        format!("{} onset{s} in {} years at risk", group.onsets, one_decimal(group.at_risk / YEAR));
    if let Some(rate) = &base.rate {
        let chance = words::share(rate.chance());
        text.push_str(&format!(
            ": {} a year (95 % interval {} to {}), an annual probability of {chance}",
            two(rate.value),
            two(rate.low),
            two(rate.high)
        ));
    }
    text + "."
}

fn laws(base: &BaseRate) -> Table {
    let mut table = Table::new();
    table.load_style(STYLE);
    table.set_header([
        "law",
        "median (95 %)",
        "shape (95 %)",
        "mean",
        "AIC",
        "from Kaplan-Meier",
        "within its interval",
    ]);
    for d in &base.durations {
        table.add_row(law(d));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn law(d: &Duration) -> [String; 7] {
    let shape = d.fit.shape.map_or(String::new(), |s| interval(&s, &two));
    [
        d.fit.family.name().to_owned(),
        interval(&d.fit.median, &words::days),
        shape,
        words::days(d.law.mean()),
        format!("{:.1}", d.fit.aic),
        words::figure(d.distance, &Unit::Share),
        format!("{} of {}", d.within.0, d.within.1),
    ]
}

fn interval(p: &Profiled, word: &dyn Fn(f64) -> String) -> String {
    match p.high.is_finite() {
        true => format!("{} ({} to {})", word(p.value), word(p.low), word(p.high)),
        false => format!("{} ({} or more)", word(p.value), word(p.low)),
    }
}

fn one_decimal(years: f64) -> String {
    format!("{years:.1}")
}

/// Two significant digits, more before the point.
fn two(value: f64) -> String {
    words::count(value)
}
