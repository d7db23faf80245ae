//! Arguments on work that is divided among many processes, whoever starts them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Format, Plain};

/// Which part of the work is done.
#[derive(Clone, Debug, Default, Args)]
pub struct Divided {
    /// Do one of N parts alone, such as 2/7, on any machine; `shortfall merge` joins them, to the bytes of the whole. auto/N
    /// takes the part from HQ_TASK_ID, SLURM_ARRAY_TASK_ID, JOB_COMPLETION_INDEX or AWS_BATCH_JOB_ARRAY_INDEX (auto0/N: of an
    /// array that counts from 0). A part that is there already is not done again.
    #[arg(long, value_name = "I/N", value_parser = shard, conflicts_with = "force")]
    pub shard: Option<Shard>,
    /// Only foretell, from a short pilot, how long a part takes and how much memory; without --shard propose how many parts.
    #[arg(long)]
    pub plan: bool,
}

impl Divided {
    /// Whether anything but the whole is asked for.
    pub fn asked(&self) -> bool {
        self.shard.is_some() || self.plan
    }
}

/// A part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which.
    pub which: Number,
    /// Of how many.
    pub of: u64,
}

/// Who says which part it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// The user: 1 is the first.
    Given(u64),
    /// The engine that starts the process. `from_zero`: the user says that its array counts from 0.
    Engine { from_zero: bool },
}

/// More parts than anybody has use for.
const MOST: u64 = 1_000_000;

/// `2/7`, `auto/7`, `auto0/7`.
pub(super) fn shard(text: &str) -> Result<Shard, String> {
    let wrong = || "write I/N with I from 1 to N, such as 2/7, or auto/N".to_owned();
    let (which, of) = text.split_once('/').ok_or_else(wrong)?;
    let of = of.parse().ok().filter(|n| (1..=MOST).contains(n)).ok_or_else(wrong)?;
    let which = match which {
        "auto" => Number::Engine { from_zero: false },
        "auto0" => Number::Engine { from_zero: true },
        number => Number::Given(number.parse().ok().filter(|i| (1..=of).contains(i)).ok_or_else(wrong)?),
    };
    Ok(Shard { which, of })
}

#[derive(Debug, Args)]
pub struct Merge {
    /// The folders of all parts, in any order; one, where all wrote into the same.
    #[arg(required = true, value_name = "DIR")]
    pub folders: Vec<PathBuf>,
    /// Folder for the results.
    #[arg(long, value_name = "DIR", required_unless_present = "missing")]
    pub out: Option<PathBuf>,
    /// Replace what is in the folder, also another scenario's results.
    #[arg(long)]
    pub force: bool,
    /// Join nothing: print the numbers of the shards that are missing, one a line.
    #[arg(long, conflicts_with_all = ["out", "force", "format"])]
    pub missing: bool,
    /// How the results are printed [default: as the study was asked for].
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
}

pub(in crate::cli) const STUDIES: &str = "\
STUDY is a scenario's file (a run of it), a study file (a sweep), or after -- a command with all its flags:
  shortfall submit --engine slurm --shards 8 -- run case.toml --trials 1e7 --sampling sobol
or the folder of a study that was submitted before: what is missing there is submitted again.
The folder holds the scenario as it was submitted, so that its file may change meanwhile. A shard that ends with 2 or 3 is not \
tried again, one that ends with 4, is killed or lost is (docs/scale.md).";

#[derive(Debug, Args)]
pub struct Submit {
    /// What is run: a file, a folder, or after -- a command.
    #[arg(required = true, value_name = "STUDY")]
    pub study: Vec<String>,
    /// What runs the shards.
    #[arg(long, value_name = "ENGINE")]
    pub engine: Engine,
    /// Into how many shards it is divided; a folder knows it [default: as many as --plan proposes].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MOST))]
    pub shards: Option<u64>,
    /// Folder for the parts, which all machines have to see [default: output/SCENARIO/COMMAND-SEED-shards].
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Threads of each shard; engines are asked for as many cores.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub threads: u16,
    /// No more shards at once than these [default: parallel: as many as there are cores; else as the engine likes].
    #[arg(long, value_name = "N")]
    pub at_once: Option<u64>,
    /// A further word for the engine's own command, such as --option=--partition=short. Repeatable.
    #[arg(long, value_name = "WORD", allow_hyphen_values = true)]
    pub option: Vec<String>,
    /// kubernetes: the image with shortfall in it (Containerfile) [default: shortfall:VERSION].
    #[arg(long, value_name = "IMAGE")]
    pub image: Option<String>,
    /// kubernetes: the PersistentVolumeClaim for the parts.
    #[arg(long, value_name = "CLAIM", default_value = "shortfall")]
    pub claim: String,
    /// Start nothing and write nothing: print the job.
    #[arg(long)]
    pub dry_run: bool,
}

/// What runs the shards of a study.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Engine {
    /// HyperQueue: `hq` and workers on any machines.
    Hyperqueue,
    /// An array of Slurm.
    Slurm,
    /// An indexed job.
    Kubernetes,
    /// GNU parallel, on this machine or others.
    Parallel,
}

#[derive(Debug, Args)]
pub struct Status {
    /// The folder of the parts.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
    /// How it is printed.
    #[arg(long, default_value = "text", value_name = "FORMAT")]
    pub format: Plain,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_are_read_as_people_and_engines_count_them() {
        let number = |i, of| Ok(Shard { which: Number::Given(i), of });
        assert_eq!((shard("2/7"), shard("7/7")), (number(2, 7), number(7, 7)));
        assert_eq!(shard("auto/9"), Ok(Shard { which: Number::Engine { from_zero: false }, of: 9 }));
        assert_eq!(shard("auto0/9"), Ok(Shard { which: Number::Engine { from_zero: true }, of: 9 }));
        for wrong in ["0/7", "8/7", "2", "2/0", "a/3", "2/1000001", "auto", "auto/0", "-1/3", ""] {
            assert!(shard(wrong).is_err(), "{wrong}");
        }
    }
}
