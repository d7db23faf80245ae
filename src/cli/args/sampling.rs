//! Arguments on how the random numbers of a run are chosen, and when it has enough of them.

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use super::{Sampled, trials, whole};
use crate::cli::remark;
use crate::cli::simulation::quoted;
use crate::outcome::{Choice, Scheme};
use crate::plan::Plan;

/// How the uniforms of the trials are chosen.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct Chosen {
    /// How the random numbers of the trials are chosen: each trial on its own, or more evenly than that, as Latin hypercubes
    /// or as scrambled Sobol' points, for smaller errors with as many trials (docs/accuracy.md).
    #[arg(long, value_name = "HOW", default_value = "random")]
    pub sampling: Evenness,
    /// Make something happen in most trials, and weigh them by how seldom that is, where the world without events is the same
    /// in every trial and most see none: smaller errors of rare losses with as many trials (docs/accuracy.md).
    #[arg(long, value_name = "WHETHER", default_value = "off")]
    pub rare: Rarity,
    /// Draw what is not known (what is drawn once a trial) OUTER times, and for each draw the events INNER times, so that
    /// doubt is told from chance. In place of --trials.
    #[arg(long, value_name = "OUTERxINNER", value_parser = nested, conflicts_with_all = ["trials", "sampling"])]
    pub nested: Option<(u64, u64)>,
}

/// How evenly uniforms are chosen.
#[derive(Clone, Copy, Debug, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Evenness {
    /// Each trial on its own.
    Random,
    /// Latin hypercubes.
    Lhs,
    /// Scrambled Sobol' points.
    Sobol,
}

/// Whether rare events are made to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
pub enum Rarity {
    /// Where it can be done and is of use.
    Auto,
    /// Never: all trials count alike.
    Off,
}

/// When a run has enough trials.
#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct Enough {
    /// Run batches of --trials until a figure is known well enough: until half its 95 % interval is within a share of it or
    /// an amount, such as 'cost.total.cvar99 ±1%' or 'cost.total.mean +-5 billion JPY'. Repeatable: all of them.
    #[arg(long, value_name = "GOAL", conflicts_with_all = ["nested", "given"])]
    pub until: Vec<String>,
    /// Run no more trials than these [default: 100 times --trials].
    #[arg(long, value_name = "N", requires = "until", value_parser = trials)]
    pub max_trials: Option<u64>,
}

impl Enough {
    /// The most trials of a run in batches of `batch`.
    pub fn most(&self, batch: u64) -> u64 {
        if self.until.is_empty() { batch } else { self.max_trials.unwrap_or(batch.saturating_mul(100)) }
    }

    /// Its words in the canonical command, which say what the results depend on.
    pub fn words(&self, batch: u64) -> Vec<String> {
        if self.until.is_empty() {
            return Vec::new();
        }
        let goals = self.until.iter().map(|goal| format!("--until {}", quoted(goal.trim())));
        goals.chain([format!("--max-trials {}", self.most(batch))]).collect()
    }
}

impl Chosen {
    /// What is asked for.
    fn scheme(&self) -> Scheme {
        match (self.nested, self.sampling) {
            (Some((outer, inner)), _) => Scheme::Nested { outer, inner },
            (None, Evenness::Random) => Scheme::Random,
            (None, Evenness::Lhs) => Scheme::Hypercubes,
            (None, Evenness::Sobol) => Scheme::Sobol,
        }
    }

    /// What becomes of it in a run of `trials` trials of `plan`; says where --rare is left alone, and why.
    pub fn choice(&self, plan: &Plan, trials: u64) -> Choice {
        let scheme = self.scheme();
        let against = || Choice::against(scheme, plan, trials);
        match (self.rare == Rarity::Auto).then(against) {
            None => scheme.into(),
            Some(None) => Choice { scheme, rare: true },
            Some(Some(why)) => {
                remark(&format!("--rare auto changes nothing here: {why}\n"));
                scheme.into()
            }
        }
    }

    /// With as many trials as a nested run has.
    pub fn sized(&self, sampled: &Sampled) -> Sampled {
        let trials = self.nested.map(|(outer, inner)| outer * inner).or(sampled.trials);
        Sampled { trials, ..sampled.clone() }
    }
}

/// The words of the canonical command for a run of so many `trials`: these and their number.
pub fn chosen_words(choice: Choice, trials: u64) -> String {
    let scheme = match choice.scheme {
        Scheme::Random => format!("--trials {trials}"),
        Scheme::Nested { outer, inner } => format!("--nested {outer}x{inner}"),
        even => format!("--trials {trials} --sampling {even}"),
    };
    if choice.rare { scheme + " --rare auto" } else { scheme }
}

/// OUTERxINNER.
fn nested(text: &str) -> Result<(u64, u64), String> {
    let wrong = || "write two whole numbers, such as 200x1000".to_owned();
    let (outer, inner) = text.split_once(['x', 'X', '×']).ok_or_else(wrong)?;
    let number = |digits: &str| whole(digits.trim()).ok().filter(|n| *n > 0).ok_or_else(wrong);
    let (outer, inner) = (number(outer)?, number(inner)?);
    match outer.checked_mul(inner) {
        _ if outer < 4 => {
            Err("at least 4 draws of what is not known are needed to tell their spread".to_owned())
        }
        Some(all) if all <= 1_000_000_000_000 => Ok((outer, inner)),
        _ => Err("together there may be up to 1e12 trials".to_owned()),
    }
}
