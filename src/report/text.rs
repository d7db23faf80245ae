//! A run in words: one sentence with the answer, the table, what to beware of.

use unicode_width::UnicodeWidthChar;

use super::charts::step_name;
use super::table;
use crate::model::Model;
use crate::outcome::{Caution, Outcome, Provenance, told};
use crate::quantity::words::{Language, Unit};
use crate::quantity::{MONTH, WEEK, YEAR};
use crate::statistics::{Estimate, Sample};

/// How text is set.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether colour may be used.
    pub colour: bool,
}

/// The answer in a sentence or three, as a board reads it.
pub fn headline(model: &Model, outcome: &Outcome, language: Language) -> String {
    let Some(total) = outcome.sample("cost.total").filter(|s| s.defined() > 0) else {
        return language.pick("There is no trial to speak of.", "対象となる試行がない。").to_owned();
    };
    let unit = Unit::Money(model.currency.clone());
    let of_gdp = outcome.sample("gdp.share").map_or(String::new(), |g| of_gdp(outcome, g, language));
    let horizon = length(model.horizon, language);
    if let Some(cost) = total.min().filter(|_| total.min() == total.max()) {
        let cost = language.figure(cost, &unit);
        let once = total.defined() == 1;
        return match language {
            Language::English => {
                let when = if once { "in the one trial that was run" } else { "in every trial" };
                format!("Over {horizon} this costs {cost}{of_gdp}, {when}.")
            }
            Language::Japanese => {
                let when = if once { "ただ1回の試行" } else { "すべての試行" };
                format!("{when}において、{horizon}間の費用は{cost}である{of_gdp}。")
            }
        };
    }
    let given = outcome.given.as_ref();
    let mut text = given.map_or(String::new(), |g| match language {
        Language::English => format!("Given {g}: "),
        Language::Japanese => format!("条件「{g}」の下では、"),
    });
    if let Some(mean) = total.mean() {
        let cost = estimate(&mean, &unit, language);
        text.push_str(&match language {
            Language::English => format!("Over {horizon} this costs {cost} on average{of_gdp}."),
            Language::Japanese => format!("{horizon}間の費用は平均{cost}である{of_gdp}。"),
        });
    }
    if let Some(p95) = total.quantile(0.95) {
        let p95 = language.figure(p95.value, &unit);
        let worst = total.cvar(0.95).map(|cvar| language.figure(cvar.value, &unit));
        text.push_str(&match (language, worst) {
            (Language::English, None) => format!(" In one trial out of 20 it costs {p95} or more."),
            (Language::English, Some(worst)) => {
                format!(" In one trial out of 20 it costs {p95} or more, in those {worst} on average.")
            }
            (Language::Japanese, None) => format!("20回に1回の試行では{p95}以上となる。"),
            (Language::Japanese, Some(worst)) => {
                format!("20回に1回の試行では{p95}以上となり、その平均は{worst}である。")
            }
        });
    }
    if let Some(any) = outcome.sample("shortfall.any").and_then(Sample::mean) {
        let chance = estimate(&any, &Unit::Share, language);
        text.push_str(&match language {
            Language::English => format!(" Something is short in {chance} of the trials."),
            Language::Japanese => format!("試行の{chance}で何らかの不足が生じる。"),
        });
    }
    text.push_str(&doubt(outcome, total, &unit, language).unwrap_or_default());
    text
}

/// How much of the spread is what is not known, where the run tells it from chance.
fn doubt(outcome: &Outcome, total: &Sample, unit: &Unit, language: Language) -> Option<String> {
    let doubt = total.doubt().filter(|_| outcome.nested)?;
    let share = estimate(&doubt.share, &Unit::Share, language);
    let [low, .., high] = doubt.means.map(|mean| language.figure(mean, unit));
    Some(match language {
        Language::English => format!(
            " Of the variance {share} is what is not known, the rest is chance: if all but chance were known, the average would \
             lie between {low} and {high} with 90 %."
        ),
        Language::Japanese => format!(
            "分散の{share}は知識の不足により、残りは偶然による。偶然以外がすべて分かれば、平均は90％の確率で{low}から{high}の間となる。"
        ),
    })
}

/// ", 0.11 % of GDP", or where costs are not lost output alone, what that is.
fn of_gdp(outcome: &Outcome, gdp: &Sample, language: Language) -> String {
    let mean = |s: &Sample| s.mean().map_or(f64::NAN, |m| m.value);
    let share = language.share(mean(gdp));
    let part = |name: &str| outcome.sample(name).map_or(0.0, mean);
    let total = part("cost.total");
    let output = part("cost.lost_output") + part("cost.indirect");
    match (language, (total - output).abs() <= 1e-9 * total.abs()) {
        (Language::English, true) => format!(", {share} of one year's GDP"),
        (Language::English, false) => format!(" (of which lost output is {share} of one year's GDP)"),
        (Language::Japanese, true) => format!("（1年分のGDPの{share}）"),
        (Language::Japanese, false) => format!("（うち生産の減少は1年分のGDPの{share}）"),
    }
}

/// "660 billion yen ± 3 billion"; without its error where none is known.
pub(super) fn estimate(e: &Estimate, unit: &Unit, language: Language) -> String {
    language.estimate(e.value, Some(e.se).filter(|se| !se.is_nan()), unit)
}

/// A length of time as it would be said: "5 years", "3 months", "26 weeks"; 「5年」, 「3か月」.
pub(super) fn length(days: f64, language: Language) -> String {
    let units = [(YEAR, "year", "年"), (MONTH, "month", "か月"), (WEEK, "week", "週"), (1.0, "day", "日")];
    for (unit, name, japanese) in units {
        let n = days / unit;
        if (n - n.round()).abs() < 1e-9 && n >= 0.5 {
            let s = if n.round() == 1.0 { "" } else { "s" };
            return match language {
                Language::English => format!("{} {name}{s}", n.round()),
                Language::Japanese => format!("{}{japanese}", n.round()),
            };
        }
    }
    language.days(days)
}

/// The summary for a terminal.
pub fn terminal(
    model: &Model,
    outcome: &Outcome,
    provenance: &Provenance,
    cautions: &[Caution],
    style: Style,
    language: Language,
) -> String {
    let (bold, yellow, dim, plain) =
        if style.colour { ("\x1b[1m", "\x1b[33m", "\x1b[2m", "\x1b[0m") } else { ("", "", "", "") };
    let lines = table::lines(outcome, style.width, language);
    let width = style.width.min(100);
    let mut out =
        format!("{bold}{}{plain}\n\n{}\n\n", model.name, wrap(&headline(model, outcome, language), width));
    let unit = Unit::Money(model.currency.clone());
    let sums = match language {
        Language::English => format!("sums in {}", model.currency),
        Language::Japanese => format!("金額の単位：{}", language.unit(&unit)),
    };
    out.push_str(&format!("{dim}{sums}{plain}\n{}\n", table::boxed(&lines, style.width)));
    if lines.left_out > 0 {
        let (n, s, verb) = match lines.left_out {
            1 => (1, "", "is"),
            n => (n, "s", "are"),
        };
        let text = match language {
            Language::English => format!("{n} further metric{s} {verb} zero or undefined in every trial"),
            Language::Japanese => format!("ほか{n}個の指標は、すべての試行で0または算出不能である"),
        };
        out.push_str(&format!("{dim}{text}{plain}\n"));
    }
    if let Some(text) = acted(model, outcome, language) {
        out.push_str(&format!("\n{}\n", wrap(&text, width)));
    }
    let word = language.pick("caution:", "注意：");
    for caution in told(cautions, language) {
        out.push_str(&format!("\n{}\n", wrap(&format!("{yellow}{word}{plain} {caution}"), width)));
    }
    let (counted, asked) = (language.count(outcome.trials.1 as f64), language.count(outcome.asked as f64));
    let step = step_name(model, language);
    let run = match language {
        Language::English => format!(
            "{counted} of {asked} trials, seed {}, {} steps of one {step}; fingerprint",
            provenance.seed,
            model.steps()
        ),
        Language::Japanese => format!(
            "試行{asked}回中{counted}回、シード{}、{}期（1期は1{step}）、フィンガープリント",
            provenance.seed,
            model.steps()
        ),
    };
    out.push_str(&format!("\n{dim}{run} {}{plain}\n", &provenance.fingerprint[..8]));
    out
}

/// How often any control acts, and what it costs then; none where that is always or never.
fn acted(model: &Model, outcome: &Outcome, language: Language) -> Option<String> {
    let acted = outcome.any_control.filter(|p| p.value > 0.0 && p.value < 1.0)?;
    let chance = estimate(&acted, &Unit::Share, language);
    let cost = outcome
        .acted_cost
        .map(|c| language.estimate(c.value, Some(c.se), &Unit::Money(model.currency.clone())));
    Some(match (language, cost) {
        (Language::English, None) => format!("Some control acts in {chance} of the trials."),
        (Language::English, Some(cost)) => {
            format!("Some control acts in {chance} of the trials; given that, it costs {cost} on average.")
        }
        (Language::Japanese, None) => format!("試行の{chance}でいずれかの輸出規制が発動する。"),
        (Language::Japanese, Some(cost)) => {
            format!("試行の{chance}でいずれかの輸出規制が発動し、その場合の費用は平均{cost}である。")
        }
    })
}

/// The summary in Markdown, for a pull request or a note.
pub fn markdown(
    model: &Model,
    outcome: &Outcome,
    provenance: &Provenance,
    cautions: &[Caution],
    language: Language,
) -> String {
    let lines = table::lines(outcome, usize::MAX, language);
    let mut out = format!("# {}\n\n{}\n\n", model.name, headline(model, outcome, language));
    out.push_str(&table::markdown(&lines));
    if !cautions.is_empty() {
        out.push_str(language.pick("\n**Cautions**\n\n", "\n**注意事項**\n\n"));
        told(cautions, language).iter().for_each(|c| out.push_str(&format!("- {c}\n")));
    }
    let trials = language.count(outcome.trials.1 as f64);
    let (seed, version, command) = (provenance.seed, &provenance.version, &provenance.command);
    let fingerprint = &provenance.fingerprint[..16];
    out.push_str(&match language {
        Language::English => format!(
            "\n{trials} trials, seed {seed}, version {version}, fingerprint `{fingerprint}`. Run again with:\n"
        ),
        Language::Japanese => format!(
            "\n試行{trials}回、シード{seed}、バージョン{version}、フィンガープリント`{fingerprint}`。再実行：\n"
        ),
    });
    out.push_str(&format!("\n```\n{command}\n```\n"));
    out
}

/// Breaks a paragraph at spaces into lines of at most `width` characters, but not within "14.6 % ± 0.4 %".
pub(super) fn wrap(text: &str, width: usize) -> String {
    let mut out = String::new();
    let mut column = 0;
    let glued = text.replace(" %", "\u{a0}%").replace(" ± ", "\u{a0}±\u{a0}");
    for word in glued.split(' ').filter(|word| !word.is_empty()) {
        let length = columns(word);
        if column > 0 && column + 1 + length > width.max(40) {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        column = put(&mut out, word, column, width.max(40));
    }
    out.replace('\u{a0}', " ")
}

/// Writes a word that begins in `column`, and gives the column where it ends. What is longer than a line, such as a
/// Japanese sentence, is broken between its wide characters, but not before what ends a clause.
fn put(out: &mut String, word: &str, column: usize, width: usize) -> usize {
    let mut at = column;
    for c in word.chars() {
        let own = columns(c.encode_utf8(&mut [0; 4]));
        if own == 2 && at + own > width && !"、。）」％年月日円".contains(c) {
            out.push('\n');
            at = 0;
        }
        out.push(c);
        at += own;
    }
    at
}

/// How many columns of a terminal a text takes: two for a wide character.
fn columns(text: &str) -> usize {
    text.chars().filter_map(UnicodeWidthChar::width).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_as_people_say_them() {
        assert_eq!(length(1826.25, Language::English), "5 years");
        assert_eq!(length(365.25, Language::English), "1 year");
        assert_eq!(length(91.3125, Language::English), "3 months");
        assert_eq!(length(1827.0, Language::English), "261 weeks");
        assert_eq!(length(10.0, Language::English), "10 days");
        assert_eq!(length(1826.25, Language::Japanese), "5年");
        assert_eq!(length(91.3125, Language::Japanese), "3か月");
    }

    #[test]
    fn lines_break_between_words_but_not_within_a_figure() {
        let text = "Something is really short in 14.6 % ± 0.4 % of all trials";
        let lines: Vec<String> = wrap(text, 40).lines().map(str::to_owned).collect();
        assert_eq!(lines, ["Something is really short in", "14.6 % ± 0.4 % of all trials"]);
        let text = "五年間の費用は平均で五千億円である。二十回に一回の試行では二兆円以上となる。";
        let lines: Vec<String> = wrap(text, 40).lines().map(str::to_owned).collect();
        assert_eq!(lines.concat(), text);
        assert!(lines.len() > 1 && lines.iter().all(|line| columns(line) <= 42), "{lines:?}");
    }
}
