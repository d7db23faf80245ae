//! A run that goes on until it has enough trials, as far as its parts reach: it is looked at as the run itself would have been.

use std::sync::atomic::AtomicBool;

use super::trials::{Piece, whole};
use crate::cli::Failure;
use crate::cli::run::Ready;
use crate::engine::Cuts;
use crate::outcome::{self, Goal, Metric, Stopping, Trials};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::study;

/// What the parts have come to.
pub enum Round {
    /// The run ends with these trials.
    Enough(Trials, Stopping),
    /// It is looked at again after so many trials, which are not all there.
    Open(u64),
}

/// Looks at a run in `pieces`, which are in the order of their trials, for its goals.
pub fn reached(
    pieces: &[Piece],
    ready: &Ready,
    goals: (&[Metric], Vec<Goal>),
    pool: &Pool,
) -> Result<Round, Failure> {
    let plan = &ready.plan;
    let covered =
        pieces.iter().fold(
            0,
            |covered, piece| {
                if piece.ends.from > covered { covered } else { piece.ends.to.max(covered) }
            },
        );
    let held = Trials::none(plan, 0);
    let mut source =
        Source { plan, pieces: pieces.iter(), before: (0, held.cuts.clone()), held, failed: None };
    let batches = (ready.input.model.trials, ready.most());
    let (mut trials, stopping) = outcome::until_by(plan, goals, batches, pool, |trials| {
        if trials.asked <= covered {
            source.hand_on(trials);
        }
    });
    if let Some(failure) = source.failed {
        return Err(failure);
    }
    if (trials.count as u64) < trials.asked {
        return Ok(Round::Open(trials.asked));
    }
    trials.cuts = source.cuts(trials.count as u64, pool);
    Ok(Round::Enough(trials, stopping))
}

/// The parts, one read after the other.
struct Source<'p> {
    plan: &'p Plan,
    pieces: std::slice::Iter<'p, Piece>,
    /// What has been read.
    held: Trials,
    /// The first trial of the last part, and the cuts in all before it.
    before: (u64, Cuts),
    failed: Option<Failure>,
}

impl Source<'_> {
    /// Adds the trials up to those that are asked for.
    fn hand_on(&mut self, trials: &mut Trials) {
        let asked = trials.asked as usize;
        while self.held.count < asked {
            let Some(piece) = self.pieces.next() else { return };
            self.before = (piece.ends.from, self.held.cuts.clone());
            if let Err(failure) = self.append(piece) {
                self.failed = Some(failure);
                return;
            }
        }
        for (column, held) in trials.columns.iter_mut().zip(&self.held.columns) {
            column.extend(held.range(trials.count..asked));
        }
        trials.count = asked;
        trials.weigh(self.plan);
    }

    fn append(&mut self, piece: &Piece) -> Result<(), Failure> {
        let Some(part) = whole(&piece.path)? else {
            let why = format!("`{}` is torn; the command that made it makes it again", piece.path.display());
            return Err(Failure::File(why));
        };
        let failed = |why: String| Failure::Usage(format!("`{}`: {why}", piece.path.display()));
        study::append(&mut self.held, part).map_err(failed)
    }

    /// The cuts in the first `count` trials: of the last part, which may reach further, they are counted again.
    fn cuts(self, count: u64, pool: &Pool) -> Cuts {
        if self.held.count as u64 == count {
            return self.held.cuts;
        }
        let (from, mut cuts) = self.before;
        let never = AtomicBool::new(false);
        if let Some(again) = outcome::run_part(self.plan, from..count, pool, &never, |_| {}) {
            cuts.add(&again.cuts);
        }
        cuts
    }
}
