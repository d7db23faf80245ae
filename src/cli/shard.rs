//! Which part of the work a process does: as the user says, or as the engine that started it says in its environment.

use std::ops::Range;

use super::args::{Number, Shard};
use super::files::Folder;
use super::simulation::quoted;
use super::{Context, Failure, remark};
use crate::study::Stored;

/// Where an engine says which element of an array it has started, and whether that counts from 0 by nature. An engine that runs
/// within another comes first: HyperQueue has workers that are Slurm's jobs.
const VARIABLES: [(&str, bool); 4] = [
    ("HQ_TASK_ID", false),
    ("SLURM_ARRAY_TASK_ID", false),
    ("JOB_COMPLETION_INDEX", true),
    ("AWS_BATCH_JOB_ARRAY_INDEX", true),
];

impl Shard {
    /// Its number, from 1, and of how many. Where the engine gives it, that is told.
    pub fn number(self, context: &Context) -> Result<(u64, u64), Failure> {
        let from_zero = match self.which {
            Number::Given(number) => return Ok((number, self.of)),
            Number::Engine { from_zero } => from_zero,
        };
        let (number, said) =
            of_engine(self.of, from_zero, |name| std::env::var(name).ok()).map_err(Failure::Usage)?;
        if !context.quiet {
            remark(&format!("{said}: shard {number}/{}\n", self.of));
        }
        Ok((number, self.of))
    }
}

/// Whether a part is there, and whole: the trials in `range` of what has this fingerprint.
pub fn there(folder: &Folder, name: &str, fingerprint: &str, range: &Range<u64>) -> bool {
    let part = folder.part(name).and_then(|bytes| Stored::decode(&bytes));
    part.is_some_and(|part| {
        let ends = (part.from, part.from + part.trials);
        part.key == fingerprint && ends == (range.start, range.end)
    })
}

/// Says that a part is there, and what to do with it.
pub fn done((number, of): (u64, u64), folder: &Folder, context: &Context) {
    if !context.quiet {
        let shown = quoted(&folder.path().display().to_string());
        remark(&format!("shard {number}/{of} is in {shown}\n"));
        remark(&format!(
            "next:  shortfall merge {shown} --out DIR, once all shards are done (`shortfall status {shown}`)\n"
        ));
    }
}

/// The number from 1 of the part among `of` that the environment names, and in which words.
fn of_engine(
    of: u64,
    from_zero: bool,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<(u64, String), String> {
    let known = VARIABLES.iter().find_map(|&(name, zero)| Some((name, zero, variable(name)?)));
    let Some((name, zero, text)) = known else {
        let names = VARIABLES.map(|(name, _)| name).join(", ");
        return Err(format!(
            "no engine says which part this is: none of {names} is set; name it, as in --shard 1/{of}"
        ));
    };
    let said = format!("{name} is {text}");
    let index: u64 = text.trim().parse().map_err(|_| format!("{said}, which is no whole number"))?;
    // Slurm tells the least index of the array; of a part of one that is asked for again, too.
    let least = (name == "SLURM_ARRAY_TASK_ID").then(|| variable("SLURM_ARRAY_TASK_MIN")).flatten();
    let zero = zero || from_zero || least.is_some_and(|least| least.trim() == "0");
    let number = if zero { index.checked_add(1) } else { Some(index) };
    match number {
        Some(number @ 1..) if number <= of => Ok((number, said)),
        Some(0) => Err(format!(
            "{said}, and shards count from 1: start an array from 1 to {of}, or write --shard auto0/{of}"
        )),
        _ => Err(format!(
            "{said}, and there are {of} shards{}",
            if zero { ", the first of which is 0" } else { "" }
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(pairs: &[(&str, &str)], of: u64, from_zero: bool) -> Result<u64, String> {
        let variable = |name: &str| pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        of_engine(of, from_zero, variable).map(|(number, _)| number)
    }

    #[test]
    fn each_engine_counts_in_its_own_way() {
        assert_eq!(of(&[("HQ_TASK_ID", "3")], 12, false), Ok(3));
        assert_eq!(of(&[("HQ_TASK_ID", "3")], 12, true), Ok(4));
        assert_eq!(of(&[("HQ_TASK_ID", "12")], 12, false), Ok(12));
        assert_eq!(of(&[("JOB_COMPLETION_INDEX", "0")], 12, false), Ok(1));
        assert_eq!(of(&[("JOB_COMPLETION_INDEX", "11")], 12, true), Ok(12));
        assert_eq!(of(&[("AWS_BATCH_JOB_ARRAY_INDEX", "0")], 2, false), Ok(1));
        let slurm =
            |id, least| of(&[("SLURM_ARRAY_TASK_ID", id), ("SLURM_ARRAY_TASK_MIN", least)], 12, false);
        assert_eq!(
            (slurm("3", "1"), slurm("3", "0"), slurm("0", "0"), slurm("12", "1")),
            (Ok(3), Ok(4), Ok(1), Ok(12))
        );
        // Some shards again, by the numbers that `merge --missing` gives.
        assert_eq!(slurm("7", "3"), Ok(7));
        // A worker of HyperQueue that is Slurm's job.
        assert_eq!(of(&[("SLURM_ARRAY_TASK_ID", "1"), ("HQ_TASK_ID", "5")], 12, false), Ok(5));
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        let error = |pairs: &[(&str, &str)], zero| of(pairs, 12, zero).unwrap_err();
        assert!(error(&[], false).contains("HQ_TASK_ID"));
        assert!(error(&[("HQ_TASK_ID", "0")], false).contains("auto0/12"));
        assert!(error(&[("HQ_TASK_ID", "13")], false).contains("12 shards"));
        assert!(error(&[("JOB_COMPLETION_INDEX", "12")], false).contains("the first of which is 0"));
        assert!(error(&[("HQ_TASK_ID", "x")], false).contains("no whole number"));
        assert!(error(&[("HQ_TASK_ID", "18446744073709551615")], true).contains("12 shards"));
    }
}
