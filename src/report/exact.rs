//! An exact answer in words: a sentence, the table, what to beware of, how it was found.

use super::sheet::Sheet;
use super::text::{Style, length, wrap};
use crate::model::Model;
use crate::outcome::{Caution, Exact, Metric, Provenance, told};
use crate::quantity::words::{Language, Unit};
use crate::statistics::{Distribution, Estimate};

/// What is told.
#[derive(Clone, Copy, Debug)]
pub struct Exactly<'a> {
    /// Of which scenario.
    pub model: &'a Model,
    /// The answer.
    pub exact: &'a Exact,
    /// Where it comes from.
    pub provenance: &'a Provenance,
    /// What to beware of.
    pub cautions: &'a [Caution],
}

/// From this width on, the median and the expected shortfall stand beside the others.
const WIDE: usize = 110;
/// The order in which a reader wants the groups of metrics.
const GROUPS: [&str; 7] = ["cost.", "gdp.", "shortfall.", "price.", "sectors.", "options.", "controls."];

impl Exactly<'_> {
    /// For a terminal.
    pub fn terminal(&self, style: Style, language: Language) -> String {
        let (bold, yellow, dim, plain) =
            if style.colour { ("\x1b[1m", "\x1b[33m", "\x1b[2m", "\x1b[0m") } else { ("", "", "", "") };
        let width = style.width.min(100);
        let mut out = format!(
            "{bold}{}{plain}\n\n{}\n\n{dim}{}{plain}\n{}\n",
            self.model.name,
            wrap(&self.headline(language), width),
            self.sums(language),
            self.sheet(style.width >= WIDE, language).boxed(style.width)
        );
        let word = language.pick("caution:", "注意：");
        for caution in told(self.cautions, language) {
            out.push_str(&format!("\n{}\n", wrap(&format!("{yellow}{word}{plain} {caution}"), width)));
        }
        out.push_str(&format!("\n{dim}{}{plain}\n", wrap(&self.method(language), width)));
        out
    }

    /// In Markdown.
    pub fn markdown(&self, language: Language) -> String {
        let mut out =
            format!("# {}\n\n{}\n\n{}:\n\n", self.model.name, self.headline(language), self.sums(language));
        out.push_str(&self.sheet(true, language).markdown());
        if !self.cautions.is_empty() {
            out.push_str(language.pick("\n**Cautions**\n\n", "\n**注意事項**\n\n"));
            told(self.cautions, language).iter().for_each(|c| out.push_str(&format!("- {c}\n")));
        }
        out.push_str(&format!("\n{}\n\n```\n{}\n```\n", self.method(language), self.provenance.command));
        out
    }

    /// The answer in two sentences.
    fn headline(&self, language: Language) -> String {
        let unit = Unit::Money(self.model.currency.clone());
        let Some(total) = self.exact.distribution("cost.total") else { return String::new() };
        let figure = |e: Option<Estimate>| self.figure(e, &unit, language);
        let mean = figure(total.mean());
        let horizon = length(self.model.horizon, language);
        if total.constant().is_some() {
            return match language {
                Language::English => format!("Over {horizon} this costs {mean}, whatever happens."),
                Language::Japanese => format!("{horizon}間の費用は、何が起きても{mean}である。"),
            };
        }
        let given = match (self.exact.given, language) {
            (false, _) => "",
            (true, Language::English) => "Given that any control acts: ",
            (true, Language::Japanese) => "いずれかの輸出規制が発動する場合、",
        };
        let (tail, worst) = (figure(total.quantile(0.95)), figure(total.cvar(0.95)));
        let any = self.exact.distribution("shortfall.any").and_then(Distribution::mean);
        let any = self.figure(any, &Unit::Share, language);
        match language {
            Language::English => format!(
                "{given}Over {horizon} this costs {mean} on average. With 5 % it costs {tail} or more, and then {worst} on \
                 average. Something is short with {any}."
            ),
            Language::Japanese => format!(
                "{given}{horizon}間の費用は平均{mean}である。5％の確率で{tail}以上となり、その平均は{worst}である。{any}の確率で\
                 何らかの不足が生じる。"
            ),
        }
    }

    /// In which currency the sums of the table are.
    fn sums(&self, language: Language) -> String {
        match language {
            Language::English => format!("sums in {}", self.model.currency),
            Language::Japanese => {
                format!("金額の単位：{}", language.unit(&Unit::Money(self.model.currency.clone())))
            }
        }
    }

    /// Six digits, fewer where they are zeros.
    fn figure(&self, estimate: Option<Estimate>, unit: &Unit, language: Language) -> String {
        let Some(e) = estimate else { return language.undefined().to_owned() };
        if let Some(off) = doubtful(&e) {
            return language.estimate(e.value, Some(off), unit);
        }
        language.resolved(e.value, e.value.abs() * 1e-5, unit)
    }

    /// The same for a cell of the table: sums without their currency.
    fn cell(&self, estimate: Option<Estimate>, unit: &Unit, language: Language) -> String {
        match (estimate, unit) {
            (Some(e), Unit::Money(_)) if doubtful(&e).is_some() => {
                language.short_estimate(e.value, doubtful(&e), unit)
            }
            (Some(e), Unit::Money(_)) => {
                let near = e.value.abs() * 1e-5;
                let [short, ..] = language.short_interval(e.value, e.value - near, e.value + near, unit);
                without_zeros(&short)
            }
            _ => self.figure(estimate, unit, language),
        }
    }

    fn sheet(&self, wide: bool, language: Language) -> Sheet {
        let certain =
            self.exact.distributions.iter().all(|own| own.mean().is_none() || own.constant().is_some());
        if certain {
            return self.certain(language);
        }
        let mut header = vec![language.pick("metric", "指標"), language.pick("mean", "平均")];
        if wide {
            header.push("P50");
        }
        header.push("P95");
        if wide {
            header.push("CVaR95");
        }
        header.push(language.pick("P(> 0)", "正の確率"));
        let mut sheet = Sheet::new(&header, 1);
        let all = || self.exact.metrics.iter().zip(&self.exact.distributions);
        for group in GROUPS {
            for (metric, own) in all().filter(|(metric, _)| metric.name.starts_with(group)) {
                if own.mean().is_some() && own.constant() != Some(at_rest(metric)) {
                    sheet.add(self.line(metric, own, wide, language));
                }
            }
        }
        sheet
    }

    /// The table where nothing is left to chance.
    fn certain(&self, language: Language) -> Sheet {
        let header = [language.pick("metric", "指標"), language.pick("whatever happens", "確定値")];
        let mut sheet = Sheet::new(&header, 1);
        let all = || self.exact.metrics.iter().zip(&self.exact.distributions);
        for group in GROUPS {
            for (metric, own) in all().filter(|(metric, _)| metric.name.starts_with(group)) {
                if own.mean().is_some() && own.constant() != Some(at_rest(metric)) {
                    let figure = self.cell(own.mean(), &metric.unit, language);
                    sheet.add(vec![metric.name.clone(), figure]);
                }
            }
        }
        sheet
    }

    fn line(&self, metric: &Metric, own: &Distribution, wide: bool, language: Language) -> Vec<String> {
        let figure = |e: Option<Estimate>| self.cell(e, &metric.unit, language);
        let share = |x: Estimate| self.figure(Some(x), &Unit::Share, language);
        let defined = own.defined_share();
        let mut mean = figure(own.mean());
        if defined.value < 1.0 - 1e-9 {
            mean.push_str(&match language {
                Language::English => format!(", in {}", share(defined)),
                Language::Japanese => format!("、{}で定義", share(defined)),
            });
        }
        // Of activity it is the lower end that hurts, and it says so.
        let activity = metric.name.ends_with(".worst_activity");
        let (level, named) = if activity { (0.05, "P5: ") } else { (0.95, "") };
        let mut line = vec![metric.name.clone(), mean];
        if wide {
            line.push(figure(own.quantile(0.5)));
        }
        line.push(format!("{named}{}", figure(own.quantile(level))));
        if wide {
            line.push(if activity { String::new() } else { figure(own.cvar(0.95)) });
        }
        line.push(own.positive().map_or(String::new(), share));
        line
    }

    /// How it was found, and how sure it is.
    fn method(&self, language: Language) -> String {
        let Exact { walked, dimensions, .. } = self.exact;
        let walked = language.count(*walked as f64);
        let fingerprint = &self.provenance.fingerprint[..8];
        match (language, dimensions) {
            (Language::English, 0) => {
                let s = if self.exact.walked == 1 { "" } else { "s" };
                format!("exact: all that can happen, in {walked} evaluation{s}; fingerprint {fingerprint}")
            }
            (Language::English, 1) => format!(
                "exact to a millionth: all that can happen, integrated over what varies smoothly, in {walked} evaluations; \
                 fingerprint {fingerprint}"
            ),
            (Language::English, n) => format!(
                "all that can happen, integrated over {n} things that vary smoothly, in {walked} evaluations: means to a \
                 millionth, other figures to ± what stands behind them; fingerprint {fingerprint}"
            ),
            (Language::Japanese, 0) => {
                format!(
                    "厳密解：起こりうるすべての場合を{walked}回の計算で数え上げた。フィンガープリント{fingerprint}"
                )
            }
            (Language::Japanese, 1) => format!(
                "百万分の1まで正確な解：起こりうるすべての場合と積分、計算{walked}回。フィンガープリント{fingerprint}"
            ),
            (Language::Japanese, n) => format!(
                "起こりうるすべての場合と{n}重積分、計算{walked}回。平均は百万分の1まで、他の値は±の範囲で正確である。フィンガープリント{fingerprint}"
            ),
        }
    }
}

/// By how much a figure may be wrong, where that shows in six digits.
fn doubtful(e: &Estimate) -> Option<f64> {
    let off = (e.high - e.value).max(e.value - e.low);
    (off > 5e-6 * e.value.abs().max(f64::MIN_POSITIVE)).then_some(off)
}

/// "660 bn" of "660.000 bn".
fn without_zeros(text: &str) -> String {
    let end = text.find(|c: char| !(c.is_ascii_digit() || ".,-".contains(c))).unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let number =
        if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    format!("{number}{suffix}")
}

/// What a metric is where nothing happens.
fn at_rest(metric: &Metric) -> f64 {
    if metric.name.ends_with(".worst_activity") || metric.unit == Unit::Multiple { 1.0 } else { 0.0 }
}
