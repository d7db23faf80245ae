//! A run in parts: each the trials of a range of numbers, which depend on nothing but their numbers and the run as a whole; and
//! parts put together to the run.

use std::collections::BTreeMap;
use std::ops::Range;

use super::store::Stored;
use crate::engine::Cuts;
use crate::outcome::{Counted, Provenance, Trials};
use crate::plan::Plan;
use crate::statistics::Column;

/// The trials of shard `number` (from 1) of `of`, of `all`: shards differ by one trial at most, and those of every division make
/// up the whole.
pub fn shard(all: u64, (number, of): (u64, u64)) -> Range<u64> {
    let end = |n: u64| (u128::from(all) * u128::from(n) / u128::from(of)) as u64;
    end(number - 1)..end(number)
}

/// A part as it is kept: `trials` are those in `range`, by the columns of their plan.
pub fn part(trials: Trials, range: Range<u64>, provenance: &Provenance) -> Stored {
    let counts = counts(&trials.cuts);
    Stored { counts, ..columns(trials.columns, range, provenance) }
}

/// A part whose trials were counted in bins.
pub fn counted(counted: &Counted, range: Range<u64>, provenance: &Provenance) -> Stored {
    let none = columns(Vec::new(), range, provenance);
    Stored { counts: counts(&counted.cuts), sketches: counted.encode(), ..none }
}

fn counts(cuts: &Cuts) -> Vec<u64> {
    [cuts.scalars.as_slice(), &cuts.laws, &[cuts.overruns]].concat()
}

/// What [`counts`] laid out, where it is of such a plan as `like`.
fn cuts(counts: &[u64], like: &Cuts) -> Option<Cuts> {
    let (scalars, laws) = (like.scalars.len(), like.laws.len());
    let (overruns, others) = counts.split_last()?;
    let (own, more) = others.split_at_checked(scalars)?;
    (more.len() == laws).then(|| Cuts { scalars: own.to_vec(), laws: more.to_vec(), overruns: *overruns })
}

/// A part of any study: what it says of the trials in `range`, in columns.
pub fn columns(columns: Vec<Column>, range: Range<u64>, provenance: &Provenance) -> Stored {
    let columns = columns.into_iter().enumerate().map(|(c, values)| (c.to_string(), values));
    Stored {
        key: provenance.fingerprint.clone(),
        about: about(provenance),
        from: range.start,
        trials: range.end - range.start,
        counts: Vec::new(),
        columns: columns.collect(),
        sketches: Vec::new(),
    }
}

/// What a part says of where it comes from.
fn about(provenance: &Provenance) -> BTreeMap<String, String> {
    let Provenance { scenario, version, seed, trials, sampling, .. } = provenance;
    let facts = [
        ("scenario", scenario.clone()),
        ("version", version.clone()),
        ("seed", seed.to_string()),
        ("trials", trials.to_string()),
        ("sampling", sampling.clone()),
    ];
    facts.map(|(name, fact)| (name.to_owned(), fact)).into()
}

/// Puts the next part behind the `trials` that are there.
///
/// # Errors
/// In words, where it is not what comes next, or not laid out as the run.
pub fn append(trials: &mut Trials, part: Stored) -> Result<(), String> {
    let next = trials.count as u64;
    if part.from != next {
        return Err(format!("it begins with trial {}, and {next} comes next", part.from));
    }
    let named = part.columns.iter().enumerate().all(|(c, (name, _))| *name == c.to_string());
    let own = cuts(&part.counts, &trials.cuts).filter(|_| part.columns.len() == trials.columns.len());
    let Some(own) = own.filter(|_| named) else {
        return Err("its columns are not those of the run".to_owned());
    };
    trials.cuts.add(&own);
    for (column, (_, values)) in trials.columns.iter_mut().zip(part.columns) {
        column.append(values);
    }
    trials.count += part.trials as usize;
    Ok(())
}

/// Adds the next part to what was `counted` so far in a run of `plan`.
///
/// # Errors
/// In words, where it is not what comes next, or not counted as the run is.
pub fn add(counted: &mut Counted, part: &Stored, plan: &Plan) -> Result<(), String> {
    if part.from != counted.count {
        return Err(format!("it begins with trial {}, and {} comes next", part.from, counted.count));
    }
    let own = cuts(&part.counts, &counted.cuts)
        .and_then(|cuts| Counted::decode(&part.sketches, part.trials, cuts, plan))
        .ok_or("its columns are not those of the run")?;
    counted.merge(&own);
    Ok(())
}

/// Where a part begins and ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ends {
    /// The first trial.
    pub from: u64,
    /// The one behind the last.
    pub to: u64,
}

/// What keeps parts from making up the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Gap {
    /// No part has these trials.
    Missing(Ends),
    /// These two parts, by their places in the list, have trials in common.
    Overlap(usize, usize),
}

/// Everything that keeps `parts`, in the order of their beginnings, from making up `all` trials.
pub fn tiled(parts: &[Ends], all: u64) -> Vec<Gap> {
    let mut gaps = Vec::new();
    // How far it is covered, and by which part.
    let (mut covered, mut by) = (0, 0);
    for (p, part) in parts.iter().enumerate() {
        if part.from > covered {
            gaps.push(Gap::Missing(Ends { from: covered, to: part.from }));
        } else if part.from < covered && part.from < part.to {
            gaps.push(Gap::Overlap(by, p));
        }
        if part.to > covered {
            (covered, by) = (part.to, p);
        }
    }
    if covered < all {
        gaps.push(Gap::Missing(Ends { from: covered, to: all }));
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_make_up_the_whole_in_every_division() {
        for (all, of) in [(10, 3), (7, 7), (2, 5), (1_000_000_000_000, 999_983), (u64::MAX, 1_000_000)] {
            let ends = |n| shard(all, (n, of));
            assert_eq!((ends(1).start, ends(of).end), (0, all));
            let sizes: Vec<u64> = (1..=of).map(|n| ends(n).end - ends(n).start).collect();
            assert!((1..of).all(|n| ends(n).end == ends(n + 1).start));
            assert!(sizes.iter().all(|size| size.abs_diff(all / of) <= 1));
        }
    }

    #[test]
    fn gaps_and_overlaps_are_found() {
        let parts =
            |ends: &[(u64, u64)]| ends.iter().map(|&(from, to)| Ends { from, to }).collect::<Vec<_>>();
        let missing = |from, to| Gap::Missing(Ends { from, to });
        assert_eq!(tiled(&parts(&[(0, 3), (3, 3), (3, 10)]), 10), []);
        assert_eq!(tiled(&parts(&[(2, 3), (5, 6)]), 10), [missing(0, 2), missing(3, 5), missing(6, 10)]);
        assert_eq!(tiled(&parts(&[]), 4), [missing(0, 4)]);
        assert_eq!(tiled(&parts(&[(0, 5), (1, 2), (4, 10)]), 10), [Gap::Overlap(0, 1), Gap::Overlap(0, 2)]);
        assert_eq!(tiled(&parts(&[(0, 5), (0, 5)]), 10), [Gap::Overlap(0, 1), missing(5, 10)]);
    }
}
