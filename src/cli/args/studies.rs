//! The arguments of studies: many runs, on the same random numbers.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

use super::{Divided, Format, Results, Sampled, Target};

pub(super) const VALUES: &str = "\
PATH=A..B:N are N values from A to B in equal steps, ends included, and PATH=log:A..B:N in equal factors; A..B are numbers \
with a unit (0..180 days:7) or dates. PATH=A,B,C is a list. Several --vary make a grid of all combinations. A path may lead \
into a law: controls.ban.regimes.ban.lasts.mean. Entries that move together are joined: 'PATH & PATH=VALUES'. \
`shortfall show FILE` lists the paths.
--design lhs:200 or sobol:256 fills ranges A..B (without :N) with so many points instead; they depend on the seed alone.
Every finished point is safe on disk. The same command goes on where a killed one stopped, and ends with the same files; \
more trials or other values continue with what is there.";

#[derive(Debug, Args)]
pub struct Sweep {
    /// The scenario file, or a study file that names it; `-` reads from standard input.
    #[arg(value_name = "FILE")]
    pub file: String,
    /// An entry and its values: PATH=A..B:N, PATH=log:A..B:N or PATH=A,B,C. Repeatable.
    #[arg(long, value_name = "PATH=VALUES")]
    pub vary: Vec<String>,
    /// How points are chosen: grid, lhs:N (Latin hypercube) or sobol:N [default: grid].
    #[arg(long, value_name = "DESIGN")]
    pub design: Option<String>,
    /// A figure that is asked at every point. Repeatable [default: cost.total.mean, cost.total.cvar95,
    /// shortfall.any.mean and the mean time_short of the first material].
    #[arg(long, value_name = "METRIC.STATISTIC")]
    pub metric: Vec<String>,
    /// Draw where this is crossed, such as 'cost.total.mean > 500 billion JPY'.
    #[arg(long, value_name = "METRIC.STATISTIC > VALUE")]
    pub threshold: Option<String>,
    #[command(flatten)]
    pub sampled: Sampled,
    #[command(flatten)]
    pub divided: Divided,
    #[command(flatten)]
    pub target: Target,
    /// How the table is printed.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Format,
}

pub(super) const SOLUTION: &str = "\
All runs share their random numbers. The figure is first looked at in five places of the range, from which it has to rise \
or fall throughout; then the place where it meets the target is found by Brent's method. The interval holds the places at \
which the 95 % interval of the figure holds the target.";

#[derive(Debug, Args)]
pub struct Solve {
    /// The scenario file; `-` reads it from standard input.
    #[arg(value_name = "FILE")]
    pub file: String,
    /// The entry that is looked for, and between what: PATH=LO..HI, or PATH=log:LO..HI.
    #[arg(long, value_name = "PATH=LO..HI")]
    pub vary: String,
    /// What is to be met, such as 'cost.total.cvar95 <= 500 billion JPY'.
    #[arg(long, value_name = "METRIC.STATISTIC <= VALUE")]
    pub target: String,
    #[command(flatten)]
    pub sampled: Sampled,
    /// Print the answer alone: its value, and the ends of its interval, one a line, in base units.
    #[arg(long, conflicts_with = "format")]
    pub print: bool,
    /// How the answer is printed.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Format,
}

pub(super) const METHODS: &str = "\
tornado: each uncertain entry held at its 10 % and 90 % points, the figure paired with the scenario's own.
morris: elementary effects of the entries that are drawn once a trial; --trials is the number of trajectories.
sobol: first-order and total indices of every entry and every chance of an event, and of what happens against how bad it is; \
it runs the scenario once for each of them.
rank: rank correlations and PAWN over the trials of one run; given the folder of a run, it simulates nothing.
discover: boxes of inputs in which a loss is above a threshold (PRIM); also from the folder of a run.
Of a metric morris and sobol look at its value for .mean, at whether it is above for .p95, .positive and .above(VALUE), at by \
how much for .cvar95.";

#[derive(Clone, Debug, Args, Serialize, Deserialize)]
pub struct Sensitivity {
    /// The scenario file, or the folder of a run; `-` reads a scenario from standard input.
    #[arg(value_name = "FILE|DIR")]
    pub file: String,
    /// How it is looked for.
    #[arg(long, value_name = "METHOD")]
    pub method: Method,
    /// The figure that is looked at.
    #[arg(long, value_name = "METRIC.STATISTIC", default_value = "cost.total.mean")]
    pub metric: String,
    /// tornado: hold this entry, certain or not, at these ends instead. Repeatable.
    #[arg(long, value_name = "PATH=LO..HI")]
    pub range: Vec<String>,
    /// sobol, morris: look at these entries and chances as one factor, and at no others. Repeatable.
    #[arg(long, value_name = "NAME=PATH,PATH")]
    pub group: Vec<String>,
    /// rank: look at those trials alone that meet a condition: 'any control', 'METRIC > VALUE' or 'METRIC > p95'.
    #[arg(long, value_name = "CONDITION")]
    pub given: Option<String>,
    /// discover: what is looked for, such as 'cost.total > 500 billion JPY' [default: the metric above its p90].
    #[arg(long, value_name = "CONDITION")]
    pub above: Option<String>,
    #[command(flatten)]
    pub sampled: Sampled,
    #[command(flatten)]
    #[serde(skip)]
    pub target: Target,
    #[command(flatten)]
    #[serde(skip)]
    pub divided: Divided,
    /// What is written: nothing; summary.json with scenario.toml; or design.parquet and the chart too.
    #[arg(long, value_name = "WHAT", default_value = "all")]
    pub results: Results,
    /// How the result is printed.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    Tornado,
    Morris,
    Sobol,
    Rank,
    Discover,
}

impl Method {
    /// As it is written.
    pub fn name(self) -> &'static str {
        match self {
            Method::Tornado => "tornado",
            Method::Morris => "morris",
            Method::Sobol => "sobol",
            Method::Rank => "rank",
            Method::Discover => "discover",
        }
    }
}

pub(super) const ALTERNATIVES: &str = "\
The first file is the base: all others, and it with each change, are held against it, trial by trial on the same random \
numbers and with its seed and number of trials. --measure lays a file on the base alone; --overlay and --set change all \
sides. With several changes each is an alternative of its own; --subsets makes all combinations of up to six of them.
Loss avoided is counted without what options cost (cost.options), which is the cost of the measure.";

#[derive(Debug, Args)]
pub struct Compare {
    /// Scenario files, the base first.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<String>,
    /// The base without this option. Repeatable.
    #[arg(long, value_name = "options.NAME")]
    pub without: Vec<String>,
    /// The base with this option, which is not enabled in it. Repeatable.
    #[arg(long, value_name = "options.NAME")]
    pub with: Vec<String>,
    /// The base with this file laid on top, such as one of scenarios/measures. Repeatable.
    #[arg(long, value_name = "FILE")]
    pub measure: Vec<PathBuf>,
    /// All combinations of what --without, --with and --measure name, up to six of them.
    #[arg(long)]
    pub subsets: bool,
    /// A figure to compare. Repeatable [default: the mean of every metric, p95 and cvar95 of cost.total].
    #[arg(long, value_name = "METRIC.STATISTIC")]
    pub metric: Vec<String>,
    #[command(flatten)]
    pub sampled: Sampled,
    #[command(flatten)]
    pub target: Target,
    /// What is written: nothing; summary.json with scenario.toml; or comparison.md, design.parquet and charts too.
    #[arg(long, value_name = "WHAT", default_value = "all")]
    pub results: Results,
    /// How the comparison is printed.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Format,
}
