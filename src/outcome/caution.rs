//! What to beware of in a run: typed, with advice that knows what was run.

use serde::{Deserialize, Serialize};

use super::summary::Outcome;
use crate::engine::Cuts;
use crate::model::{Model, control_hits};
use crate::plan::Plan;
use crate::quantity::words::{self, Language};
use crate::statistics::{self, trials_for_tail};

/// Something to beware of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Caution {
    /// Something about the scenario itself, whatever the run.
    Scenario {
        /// Its name in docs/cautions.md.
        code: String,
        /// The path of the entry it is about.
        path: String,
        /// Its file and line.
        at: String,
        /// What surprises.
        message: String,
        /// What would do.
        help: String,
    },
    /// There are too few trials to say anything of the spread.
    FewTrials {
        /// Trials that there are.
        trials: usize,
    },
    /// A tail figure rests on too few trials.
    ThinTail {
        /// The figure.
        figure: String,
        /// Trials that there are.
        trials: usize,
        /// Trials that would do.
        enough: usize,
    },
    /// Nothing, or nearly nothing, happened in the trials.
    RareLoss {
        /// The share of trials with a loss.
        share: f64,
        /// Trials with a loss.
        losses: usize,
    },
    /// A control hits no source and no option.
    HitsNothing {
        /// The control.
        control: String,
    },
    /// A control never acted in any trial.
    NeverActed {
        /// The control.
        control: String,
    },
    /// An option was never available in any trial.
    NeverStarted {
        /// The option.
        option: String,
    },
    /// Draws or products left their range and were cut there.
    Cut {
        /// The path of the quantity.
        path: String,
        /// How often.
        times: u64,
        /// Whether that counts trials (otherwise events).
        of_trials: bool,
    },
    /// The events of some trials were ended early.
    TooManyEvents {
        /// How many trials.
        trials: u64,
    },
    /// The run was stopped.
    Partial {
        /// Trials done.
        done: usize,
        /// Trials asked for.
        asked: u64,
    },
    /// Hardly any trial met the condition.
    ThinCondition {
        /// The condition.
        given: String,
        /// Trials that met it.
        trials: usize,
    },
}

impl Caution {
    /// In words, with advice. What `check` says of the scenario itself is in English in either language.
    pub fn words(&self, language: Language) -> String {
        match language {
            Language::English => self.english(),
            Language::Japanese => self.japanese(),
        }
    }

    fn english(&self) -> String {
        let count = |n: usize| words::count(n as f64);
        match self {
            Caution::Scenario { at, message, help, .. } => format!("{message} ({at}); {help}"),
            Caution::FewTrials { trials } => format!(
                "{} {} little of the spread; run at least 1,000 (--trials 1000)",
                count(*trials),
                if *trials == 1 { "trial says" } else { "trials say" }
            ),
            Caution::ThinTail { figure, trials, enough } => format!(
                "{figure} rests on too few of {} trials; run at least {} (--trials {enough})",
                count(*trials),
                count(*enough)
            ),
            Caution::RareLoss { losses, share } => format!(
                "only {} trials ({}) have any loss; means and tails hang on them: run more trials, or look at \
                 them alone with --given 'cost.total > 0'",
                count(*losses),
                words::share(*share)
            ),
            Caution::HitsNothing { control } => format!(
                "the control `{control}` hits nothing: no source or option of its materials has a route through its \
                 country at its stages; compare `route` with `country` and `stages`"
            ),
            Caution::NeverActed { control } => format!(
                "the control `{control}` never acted in any trial; if that is not meant, look at its onsets and dates"
            ),
            Caution::NeverStarted { option } => format!(
                "the option `{option}` was never available in any trial; compare its lead time and `available_from` \
                 with how long alerts last, or make it `standing`"
            ),
            Caution::Cut { path, times, of_trials } => format!(
                "`{path}` left its range and was cut there {} {}; narrow its law (min, max) if that is not meant",
                words::count(*times as f64),
                match (*of_trials, *times) {
                    (true, 1) => "time (in one trial)",
                    (true, _) => "times (in as many trials)",
                    (false, 1) => "time",
                    (false, _) => "times",
                }
            ),
            Caution::TooManyEvents { trials } => format!(
                "in {} trials more than 100,000 events happened and the rest was left out; look for sojourns or clocks \
                 of almost no length",
                words::count(*trials as f64)
            ),
            Caution::Partial { done, asked } => format!(
                "stopped after {} of {} trials; the figures are those of the trials done",
                count(*done),
                words::count(*asked as f64)
            ),
            Caution::ThinCondition { given, trials } => {
                format!("only {} trials meet `{given}`; run more", count(*trials))
            }
        }
    }

    fn japanese(&self) -> String {
        let count = |n: usize| Language::Japanese.count(n as f64);
        match self {
            Caution::Scenario { at, message, help, .. } => format!("{message}（{at}）：{help}"),
            Caution::FewTrials { trials } => format!(
                "{}回の試行では散らばりについてほとんど何も言えない。1,000回以上（--trials 1000）を実行すること",
                count(*trials)
            ),
            Caution::ThinTail { figure, trials, enough } => format!(
                "{figure}は試行{}回では回数が足りない。少なくとも{}回（--trials {enough}）を実行すること",
                count(*trials),
                count(*enough)
            ),
            Caution::RareLoss { losses, share } => format!(
                "損失のある試行は{}回（{}）しかなく、平均も裾もそれらに左右される。試行を増やすか、\
                 --given 'cost.total > 0' でそれらだけを見ること",
                count(*losses),
                Language::Japanese.share(*share)
            ),
            Caution::HitsNothing { control } => format!(
                "輸出規制`{control}`は何にも当たらない。対象物資の供給元・対策のいずれも、その国をその工程で通らない。\
                 `route`を`country`・`stages`と見比べること"
            ),
            Caution::NeverActed { control } => format!(
                "輸出規制`{control}`はどの試行でも発動しなかった。意図と異なる場合は、発動の条件と日付を確かめること"
            ),
            Caution::NeverStarted { option } => format!(
                "対策`{option}`はどの試行でも利用可能にならなかった。準備期間・`available_from`を警報の長さと見比べるか、\
                 `standing`にすること"
            ),
            Caution::Cut { path, times, of_trials } => format!(
                "`{path}`は{}{}、範囲の端に丸められた。意図と異なる場合は分布を狭めること（min、max）",
                Language::Japanese.count(*times as f64),
                if *of_trials { "回の試行で範囲を外れ" } else { "回範囲を外れ" }
            ),
            Caution::TooManyEvents { trials } => format!(
                "{}回の試行で出来事が10万件を超え、残りを省いた。ほぼ長さのない滞在や時計がないか確かめること",
                Language::Japanese.count(*trials as f64)
            ),
            Caution::Partial { done, asked } => format!(
                "{}回のうち{}回の試行で中断された。数値は完了した試行のものである",
                Language::Japanese.count(*asked as f64),
                count(*done)
            ),
            Caution::ThinCondition { given, trials } => {
                format!("条件`{given}`を満たす試行は{}回しかない。試行を増やすこと", count(*trials))
            }
        }
    }
}

/// Cautions in words. Of those on the scenario itself that are of one kind the first stands for all: `check` shows each.
pub fn told(cautions: &[Caution], language: Language) -> Vec<String> {
    let code = |caution: &Caution| match caution {
        Caution::Scenario { code, .. } => Some(code.clone()),
        _ => None,
    };
    let mut out = Vec::new();
    for (i, caution) in cautions.iter().enumerate() {
        let own = code(caution);
        let alike =
            |others: &[Caution]| others.iter().filter(|other| own.is_some() && code(other) == own).count();
        if alike(&cautions[..i]) > 0 {
            continue;
        }
        let more = match alike(&cautions[i + 1..]) {
            0 => String::new(),
            n => match language {
                Language::English => {
                    format!(" (and {} more of this kind: shortfall check)", words::count(n as f64))
                }
                Language::Japanese => {
                    format!("（同種のものがほかに{}件ある：shortfall check）", language.count(n as f64))
                }
            },
        };
        out.push(caution.words(language) + &more);
    }
    out
}

/// What there is to know of all trials of a run, whether they count or not.
#[derive(Debug)]
pub struct Seen<'t> {
    /// How many were walked.
    pub trials: usize,
    /// How often draws were cut.
    pub cuts: &'t Cuts,
    pub(super) columns: Known<'t>,
}

/// What is known of columns.
#[derive(Debug)]
pub(super) enum Known<'t> {
    /// They themselves.
    Held(&'t [statistics::Column]),
    /// The greatest value of each; none where it is undefined in all trials.
    Greatest(&'t [Option<f64>]),
}

impl Seen<'_> {
    /// The greatest value of a column of the plan; none where it is undefined in all trials.
    pub fn greatest(&self, column: usize) -> Option<f64> {
        match self.columns {
            Known::Held(columns) => columns[column].greatest(),
            Known::Greatest(greatest) => greatest[column],
        }
    }
}

/// All that is to be said of a run.
pub fn cautions(model: &Model, plan: &Plan, seen: &Seen, outcome: &Outcome) -> Vec<Caution> {
    let mut out = Vec::new();
    if outcome.partial() {
        out.push(Caution::Partial { done: outcome.trials.0, asked: outcome.asked });
    }
    if let Some(given) = &outcome.given
        && outcome.trials.1 < 100
    {
        out.push(Caution::ThinCondition { given: given.clone(), trials: outcome.trials.1 });
    }
    if seen.cuts.overruns > 0 {
        out.push(Caution::TooManyEvents { trials: seen.cuts.overruns });
    }
    controls(model, plan, seen, &mut out);
    for (option, &at) in model.options.iter().zip(&plan.columns.options) {
        let free = option.success.certain() == Some(0.0);
        if !free && seen.greatest(at + 2).is_none() {
            out.push(Caution::NeverStarted { option: option.name.clone() });
        }
    }
    cut(model, plan, seen.cuts, &mut out);
    tails(outcome, &mut out);
    out
}

fn controls(model: &Model, plan: &Plan, seen: &Seen, out: &mut Vec<Caution>) {
    for (control, &at) in model.controls.iter().zip(&plan.columns.controls) {
        let materials = control.materials.iter().map(|&m| (m, &model.materials[m]));
        let sources = materials.flat_map(|(_, m)| m.sources.iter().map(|s| &s.route));
        let options = model.options.iter().filter_map(|o| match &o.measure {
            crate::model::Measure::Supplier(s) if control.materials.contains(&s.material) => Some(&s.route),
            _ => None,
        });
        if !sources.chain(options).any(|route| control_hits(control, route)) {
            out.push(Caution::HitsNothing { control: control.name.clone() });
            continue;
        }
        let mut regimes = at + 1..at + 1 + control.regimes.len();
        if seen.trials > 0 && regimes.all(|time| seen.greatest(time) == Some(0.0)) {
            out.push(Caution::NeverActed { control: control.name.clone() });
        }
    }
}

fn cut(model: &Model, plan: &Plan, cuts: &Cuts, out: &mut Vec<Caution>) {
    for (cut, &times) in plan.scalars.cuts.iter().zip(&cuts.scalars) {
        if times > 0 {
            out.push(Caution::Cut { path: cut.path.clone(), times, of_trials: true });
        }
    }
    // The plan's laws are the model's factors that are drawn afresh, in the order in which they are met there.
    for (&factor, &times) in plan.law_factors.iter().zip(&cuts.laws) {
        if times > 0 {
            out.push(Caution::Cut { path: model.factors[factor].path.clone(), times, of_trials: false });
        }
    }
}

fn tails(outcome: &Outcome, out: &mut Vec<Caution>) {
    let Some(total) = outcome.sample("cost.total") else { return };
    // One trial cannot tell whether the next would be the same.
    let varies = total.min() < total.max() || total.defined() == 1;
    if !varies {
        return;
    }
    if total.defined() < 100 {
        out.push(Caution::FewTrials { trials: total.defined() });
        return;
    }
    let losses = total.trials_above(0.0);
    let share = total.positive().map_or(0.0, |share| share.value);
    if losses < 100 && share < 0.1 {
        out.push(Caution::RareLoss { share, losses });
    }
    for (figure, level) in [("cost.total.p99", 0.99), ("cost.total.p99.9", 0.999)] {
        let enough = trials_for_tail(level);
        if total.defined() < enough {
            // Under a condition, only a share of all trials counts.
            let counted = outcome.trials.1.max(1) as f64 / outcome.trials.0.max(1) as f64;
            let enough = (enough as f64 / counted).ceil() as usize;
            out.push(Caution::ThinTail { figure: figure.to_owned(), trials: total.defined(), enough });
            break;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_a_kind_stands_for_all() {
        let caution = |code: &str, path: &str| Caution::Scenario {
            code: code.to_owned(),
            path: path.to_owned(),
            at: "x.toml:1".to_owned(),
            message: path.to_owned(),
            help: "help".to_owned(),
        };
        let few = Caution::FewTrials { trials: 5 };
        let all = [caution("a", "one"), caution("b", "two"), caution("a", "three"), few.clone(), few];
        let told = told(&all, Language::English);
        assert_eq!(told.len(), 4, "{told:#?}");
        assert_eq!(told[0], "one (x.toml:1); help (and 1 more of this kind: shortfall check)");
        assert_eq!(told[1], "two (x.toml:1); help");
    }
}
