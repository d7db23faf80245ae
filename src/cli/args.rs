//! The arguments of the command line, as written.

mod sampling;
mod shards;
mod studies;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::quantity::words::Language;

pub use sampling::{Chosen, Enough, chosen_words};
use shards::STUDIES;
pub use shards::{Divided, Engine, Merge, Number, Shard, Status, Submit};
use studies::{ALTERNATIVES, METHODS, SOLUTION, VALUES};
pub use studies::{Compare, Method, Sensitivity, Solve, Sweep};

/// Monte Carlo simulator of supply disruptions: how much will be missing, for how long, what it costs, how sure we are.
#[derive(Debug, Parser)]
#[command(name = "shortfall", version, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
    /// Colour in the output.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// No progress and no remarks on standard error.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done; 1 an internal fault; 2 wrong usage; 3 the scenario is wrong; 4 a file could not be read or written; \
5 done, but a stated requirement was missed; 130 interrupted. Of a shard (--shard) only what ended with 4 or was killed is \
worth trying again.

First steps: `shortfall new my-case`, `shortfall check my-case.toml`, `shortfall run my-case.toml`.";

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Colour {
    /// Where it goes to a terminal and NO_COLOR is not set.
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a commented starter scenario that runs at once.
    New(New),
    /// Read and judge scenarios, simulate nothing: every mistake at once, with its line and what would do.
    Check(Check),
    /// Put scenario files into one shape: spacing, alignment, blank lines, quotes; comments and meaning stay.
    Fmt(Fmt),
    /// What is in a scenario: every path with its value, every uncertain entry with its range, every metric.
    Show(Show),
    /// Simulate; a summary on the terminal, results in the output folder.
    Run(Run),
    /// The story of one trial: what happened when, what it cost and why, and balances that add up.
    #[command(after_help = SELECTIONS)]
    Explain(Explain),
    /// Draw charts and page of runs again from their results, without simulating.
    Report(Report),
    /// The scenario at every point of a design, on the same random numbers at each.
    #[command(after_help = VALUES)]
    Sweep(Sweep),
    /// Where a figure meets a target: break-even and calibration, with its Monte Carlo interval.
    #[command(after_help = SOLUTION)]
    Solve(Solve),
    /// Join the parts of a run or a study that were made by --shard, exactly.
    Merge(Merge),
    /// Run a study in shards on an engine that is there: HyperQueue, Slurm, Kubernetes or GNU parallel.
    #[command(after_help = STUDIES)]
    Submit(Submit),
    /// How far a divided study has come: shards that are done, begun and missing, time left.
    Status(Status),
    /// Which assumption matters: at the ends of each, by screening, by variance, in what was run, in which combinations.
    #[command(after_help = METHODS)]
    Sensitivity(Sensitivity),
    /// Scenarios, measures and options side by side, paired trial by trial: what each avoids, costs, and whether it pays.
    #[command(after_help = ALTERNATIVES)]
    Compare(Compare),
    /// Hold published figures against simulated ones; exits with 5 where one is missed.
    Verify(Verify),
    /// Annual probability and duration law of restrictions, from a table of past ones.
    BaseRates(BaseRates),
    /// The scenario format as a JSON Schema, by which editors complete and check while you type.
    Schema,
    /// A script for your shell that completes commands and flags.
    Completions(Completions),
    /// Manual pages.
    Man(Man),
}

#[derive(Debug, Args)]
pub struct Completions {
    /// Whose script.
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct Man {
    /// The command whose page is printed; none for that of `shortfall` itself.
    #[arg(conflicts_with = "out")]
    pub topic: Option<String>,
    /// Write the pages of all commands into this folder.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct New {
    /// Name of the scenario; the file is NAME.toml.
    pub name: Option<String>,
    /// Which starter; `list` shows them.
    #[arg(long, default_value = "one-material")]
    pub template: String,
    /// Replace the file if it is there already.
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct Check {
    /// Scenario files; `-` reads one from standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    #[command(flatten)]
    pub changes: Changes,
    /// How mistakes are shown; json is for editors and CI (docs/checking.md).
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Plain,
}

#[derive(Debug, Args)]
pub struct Fmt {
    /// Scenario files, rewritten in place; `-` reads standard input and writes standard output.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// Write no file: print what would change, and exit with 5 if anything would.
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct Show {
    /// The scenario file; `-` reads it from standard input.
    #[arg(value_name = "FILE")]
    pub file: String,
    #[command(flatten)]
    pub changes: Changes,
    /// Print the scenario with `extends`, overlays and --set resolved, as a file that runs alone.
    #[arg(long)]
    pub resolved: bool,
    /// How it is shown.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Format,
}

/// Changes to a scenario.
#[derive(Clone, Debug, Default, PartialEq, Args, Serialize, Deserialize)]
pub struct Changes {
    /// Set one entry: a path, =, and a TOML value or plain text, such as
    /// --set 'options.state-stockpile.size=60 days'. Repeatable.
    #[arg(long, value_name = "PATH=VALUE")]
    pub set: Vec<String>,
    /// Lay a further file on top. Repeatable; in order, before --set.
    #[arg(long, value_name = "FILE")]
    pub overlay: Vec<PathBuf>,
}

/// Which scenario is simulated, how often and by how many.
#[derive(Clone, Debug, PartialEq, Args, Serialize, Deserialize)]
pub struct Sampled {
    #[command(flatten)]
    pub changes: Changes,
    /// How many trials a run has (`1e6`, `1_000_000`); else what the scenario says.
    #[arg(long, value_name = "N", value_parser = trials)]
    pub trials: Option<u64>,
    /// Seed of all randomness; else what the scenario says.
    #[arg(long, value_name = "N", value_parser = seed)]
    pub seed: Option<u64>,
    /// How many threads, up to 256; 0 for one a core. Results do not depend on it.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=256))]
    #[serde(skip)]
    pub threads: u16,
}

/// Where results go.
#[derive(Clone, Debug, Default, Args)]
pub struct Target {
    /// Folder for the results [default: output/SCENARIO/COMMAND-SEED].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace what is in the folder, also another scenario's results.
    #[arg(long)]
    pub force: bool,
}

#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct Run {
    /// The scenario file; `-` reads it from standard input.
    #[arg(value_name = "FILE")]
    pub file: String,
    #[command(flatten)]
    pub sampled: Sampled,
    #[command(flatten)]
    pub chosen: Chosen,
    #[command(flatten)]
    pub enough: Enough,
    /// No random numbers: all that can happen in a small scenario, with its probability, and integrals over what varies smoothly,
    /// to a millionth; refused, with the reason, where it does not apply (docs/accuracy.md). Writes summary.json and
    /// scenario.toml. Of conditions only --given 'any control'.
    #[arg(long, conflicts_with_all = [
        "trials", "seed", "sampling", "rare", "nested", "until", "max_trials", "sketch", "csv", "png", "shard", "plan",
    ])]
    pub exact: bool,
    /// Statistics on the trials alone that meet a condition: 'any control', 'METRIC > VALUE' or 'METRIC > p95'.
    #[arg(long, value_name = "CONDITION")]
    pub given: Option<String>,
    #[command(flatten)]
    #[serde(skip)]
    pub target: Target,
    #[command(flatten)]
    #[serde(skip)]
    pub divided: Divided,
    /// What is written: nothing; summary.json with scenario.toml; or trials.parquet, timeline.parquet, stories.json, charts and
    /// the report too [default: all; summary where trials are counted in bins].
    #[arg(long, value_name = "WHAT")]
    pub results: Option<Results>,
    /// Hold no trials, but count their figures in narrow bins, in constant memory: quantiles are within 0.1 % of themselves. Runs
    /// of more than 16,777,216 trials always do (docs/accuracy.md).
    #[arg(long)]
    pub sketch: bool,
    /// Write trials.csv and timeline.csv beside the Parquet files.
    #[arg(long)]
    pub csv: bool,
    /// Draw each chart as a PNG too, at twice its size in pixels.
    #[arg(long)]
    pub png: bool,
    /// Print these figures alone, METRIC.STATISTIC, one a line, in base units. Write FILE before it.
    #[arg(long, value_name = "METRIC.STATISTIC", num_args = 1.., conflicts_with = "format")]
    pub print: Vec<String>,
    /// Require something of a figure, such as 'shortfall.any.mean < 5%'; exit with 5 if it is missed. Repeatable.
    #[arg(long, value_name = "REQUIREMENT")]
    pub require: Vec<String>,
    /// How the summary is printed.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Format,
    /// Language of what people read: summary, page and charts. Data files are the same in either.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub lang: Lang,
}

#[derive(Debug, Args)]
pub struct Report {
    /// Folders of runs.
    #[arg(required = true, value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Show the results of `compare` or `sensitivity` in this folder too, which must be of the scenario of the run.
    /// Repeatable.
    #[arg(long, value_name = "DIR")]
    pub with: Vec<PathBuf>,
    /// How the summary is printed.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Format,
    /// Language of what people read: summary, page and charts. Data files are the same in either.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub lang: Lang,
    /// Draw the charts as PNG too.
    #[arg(long)]
    pub png: bool,
    /// How many threads, up to 256; 0 for one a core. Results do not depend on it.
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=256))]
    pub threads: u16,
}

const SELECTIONS: &str = "\
The trial is that of `shortfall run` with the same --trials, --seed, --sampling, --nested, --set, --overlay and \
--given, to the last bit. Of several that are as good the one with the lowest number is told.
--at METRIC=pNN: the trial whose value of the metric is that quantile.
--worst METRIC: the trial with the highest value; of worst_activity and first_loss the lowest.
--typical: the trial nearest to the medians, in ranks: the distance in cost.total, plus the mean distance in whether any \
control acted, shortfall.any, each shortfall.MATERIAL.share and each sectors.SECTOR.lost. Where nothing happens in most \
trials, nothing happens in it.";

#[derive(Debug, Args)]
pub struct Explain {
    /// The scenario file; `-` reads it from standard input.
    #[arg(value_name = "FILE")]
    pub file: String,
    #[command(flatten)]
    pub which: Which,
    #[command(flatten)]
    pub sampled: Sampled,
    #[command(flatten)]
    pub chosen: Chosen,
    /// Look among those trials alone that meet a condition: 'any control', 'METRIC > VALUE' or 'METRIC > p95'.
    #[arg(long, value_name = "CONDITION")]
    pub given: Option<String>,
    #[command(flatten)]
    pub target: Target,
    /// What is written: nothing, trial-N.json with trial-N.md, or the chart trial-N.svg too.
    #[arg(long, value_name = "WHAT", default_value = "all")]
    pub results: Results,
    /// Draw the chart as trial-N.png too, at twice its size in pixels.
    #[arg(long)]
    pub png: bool,
    /// How the story is printed.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Format,
    /// Language of the story and its chart. The JSON is the same in either.
    #[arg(long, value_name = "LANG", default_value = "en")]
    pub lang: Lang,
}

#[derive(Debug, Args)]
pub struct Verify {
    /// Scenario files, and folders that are searched for them to the bottom; `-` reads one from standard input.
    #[arg(required = true, value_name = "FILE|DIR")]
    pub files: Vec<String>,
    #[command(flatten)]
    pub sampled: Sampled,
    /// How the table is printed.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Format,
}

/// Which trial is told.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Which {
    /// The trial with this number; the first one is 0.
    #[arg(long, value_name = "N", value_parser = whole)]
    pub trial: Option<u64>,
    /// The trial at a quantile of a metric, such as cost.total=p99.
    #[arg(long, value_name = "METRIC=pNN")]
    pub at: Option<String>,
    /// The trial with the worst value of a metric, such as cost.total.
    #[arg(long, value_name = "METRIC")]
    pub worst: Option<String>,
    /// The trial nearest to the medians.
    #[arg(long)]
    pub typical: bool,
}

#[derive(Debug, Args)]
pub struct BaseRates {
    /// A CSV file with the columns start, end, country and material; `-` reads it from standard input.
    #[arg(value_name = "FILE")]
    pub file: String,
    /// What is estimated together.
    #[arg(long, default_value = "both", value_name = "WHAT")]
    pub by: By,
    /// First day of the observation [default: what the table says, else its first start].
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Last day of the observation [default: what the table says, else its last end].
    #[arg(long, value_name = "DATE")]
    pub until: Option<String>,
    /// When a new restriction can come: while none of the group is in force, or at any time.
    #[arg(long, default_value = "open", value_name = "WHEN")]
    pub at_risk: AtRisk,
    /// How the estimates are printed; `toml` for the entries alone.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Told,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    /// Each country, all its materials together.
    Country,
    /// Each material, all countries together.
    Material,
    /// Each material of each country.
    Both,
    /// Everything together.
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AtRisk {
    /// The rate of leaving the open state, as an onset's `annual_probability` is meant.
    Open,
    /// The rate of all onsets, also of those that come on top of one in force.
    Always,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Told {
    Text,
    Toml,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Results {
    None,
    Summary,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English.
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// As the words know it.
    pub fn language(self) -> Language {
        match self {
            Lang::En => Language::English,
            Lang::Ja => Language::Japanese,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    Text,
    Json,
    Markdown,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Plain {
    Text,
    Json,
}

/// A whole number, also as `1e6` or `1_000_000`.
fn whole(text: &str) -> Result<u64, String> {
    let plain = text.replace('_', "");
    if let Ok(number) = plain.parse() {
        return Ok(number);
    }
    match plain.parse::<f64>() {
        Ok(number) if (0.0..=9e15).contains(&number) && number.fract() == 0.0 => Ok(number as u64),
        _ => Err("write a whole number, such as 100_000 or 1e6".to_owned()),
    }
}

/// A seed: what a whole number of TOML can hold.
fn seed(text: &str) -> Result<u64, String> {
    let seed = whole(text)?;
    if i64::try_from(seed).is_ok() { Ok(seed) } else { Err(format!("write a number up to {}", i64::MAX)) }
}

/// A number of trials.
fn trials(text: &str) -> Result<u64, String> {
    match whole(text)? {
        n @ 1..=1_000_000_000_000 => Ok(n),
        _ => Err("write a number from 1 to 1e12".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn whole_numbers_are_read_as_people_write_them() {
        assert_eq!(whole("1e6"), Ok(1_000_000));
        assert_eq!(whole("1_000"), Ok(1000));
        assert_eq!(whole("18446744073709551615"), Ok(u64::MAX));
        assert!(
            whole("1.5").is_err()
                && whole("-1").is_err()
                && whole("many").is_err()
                && whole("1e300").is_err()
        );
    }
}
