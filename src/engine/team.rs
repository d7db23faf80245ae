//! Many trials at once: sixteen are walked side by side, each at its own step, and whoever is done makes room for the next.

use std::ops::Range;

use pulp::NullaryFnOnce;

use super::lane::{Lane, Mask, Now, Pack, Pair};
use super::quiet::Quiet;
use super::seat::Abreast;
use super::{Alone, Cuts, Seat, Walk, wakes};
use crate::plan::Plan;

/// Walks trials of a plan side by side, for their figures alone.
///
/// Each has the bits of [`Worker::trial`](super::Worker::trial), whichever others it is walked with: what a trial needs is
/// in its own seat and its own lane, and the operations of a lane are those of a single number.
#[derive(Clone, Debug)]
pub struct Team<'p> {
    plan: &'p Plan,
    seats: Vec<Seat>,
    walk: Walk<Side>,
    alone: Alone,
    quiet: Option<Quiet>,
}

/// How many are walked side by side: twice as many as the widest registers hold, so that something is left to be computed
/// while the one half waits for what it needs next.
type Side = Pair<Pack>;

/// Where the trials that are walked side by side stand.
#[derive(Clone, Copy, Debug)]
struct Places {
    /// Whether there is one.
    running: <Side as Lane>::Mask,
    /// The step that each is at.
    k: [u32; Side::WIDTH],
    /// Its row among those that are asked for.
    row: [usize; Side::WIDTH],
}

impl Places {
    fn none() -> Places {
        Places { running: Mask::of(false), k: [0; Side::WIDTH], row: [0; Side::WIDTH] }
    }

    #[inline(always)]
    fn now(&self, plan: &Plan) -> Now<Side> {
        Now::at(Side::steps(|lane| self.k[lane] as usize), plan.step)
    }

    /// The trials that run, where `mask` holds.
    #[inline(always)]
    fn lanes(&self, mask: <Side as Lane>::Mask) -> impl Iterator<Item = usize> + use<> {
        let these = self.running & mask;
        (0..Side::WIDTH).filter(move |&lane| these.get(lane))
    }
}

impl<'p> Team<'p> {
    /// A team on `plan`.
    pub fn new(plan: &'p Plan) -> Team<'p> {
        Team {
            plan,
            seats: vec![Seat::new(plan); Side::WIDTH],
            walk: Walk::new(plan),
            alone: Alone::new(plan),
            quiet: Quiet::new(plan),
        }
    }

    /// What was counted since the last call.
    pub fn take_cuts(&mut self) -> Cuts {
        let mut cuts = Cuts::new(self.plan);
        self.seats.iter_mut().for_each(|seat| cuts.add(&seat.take_cuts(self.plan)));
        cuts
    }

    /// Runs `trials` and writes their figures into `rows`, one after the other, each laid out as the plan's columns.
    pub fn trials(&mut self, trials: Range<u64>, rows: &mut [f64]) {
        let registers = self.walk.registers;
        let run = Run { team: self, trials, rows };
        Side::run(registers, run);
    }

    #[inline(always)]
    fn run(&mut self, mut trials: Range<u64>, rows: &mut [f64]) {
        let plan = self.plan;
        let width = plan.columns.len();
        let mut rows = rows.chunks_exact_mut(width).collect::<Vec<_>>();
        let mut places = Places::none();
        let first = trials.start;
        loop {
            self.admit(&mut places, &mut trials, first, &mut rows);
            if !plan.always_busy {
                self.skip_quiet(&mut places);
            }
            let mut now = places.now(plan);
            let ended = places.running & Side::of(plan.steps as f64).le(now.number);
            if ended.any() {
                for lane in places.lanes(ended) {
                    let Team { walk, seats, alone, quiet, .. } = self;
                    let row = &mut *rows[places.row[lane]];
                    walk.close(plan, lane, &seats[lane], alone, row);
                    if let Some(quiet) = quiet {
                        quiet.learn(&seats[lane].events, row);
                    }
                    places.running.set(lane, false);
                    places.k[lane] = 0;
                }
                if !trials.is_empty() {
                    continue;
                }
                now = places.now(plan);
            }
            if !places.running.any() {
                break;
            }
            self.walk.step(plan, Abreast { seats: &mut self.seats, running: places.running, now });
            for (lane, k) in places.k.iter_mut().enumerate() {
                *k += u32::from(places.running.get(lane));
            }
        }
    }

    /// Fills the empty places with the next trials.
    fn admit(&mut self, places: &mut Places, trials: &mut Range<u64>, first: u64, rows: &mut [&mut [f64]]) {
        if trials.is_empty() || !(!places.running).any() {
            return;
        }
        let mut new = <Side as Lane>::Mask::of(false);
        for lane in 0..Side::WIDTH {
            if places.running.get(lane) {
                continue;
            }
            let Some(trial) = self.seated(lane, trials, first, rows) else { break };
            self.walk.admit(self.plan, lane, &mut self.seats[lane]);
            places.running.set(lane, true);
            (places.row[lane], places.k[lane]) = ((trial - first) as usize, 0);
            new.set(lane, true);
        }
        if new.any() {
            // The others' baselines are set again to what they are.
            self.walk.set_baseline(self.plan, places.now(self.plan));
        }
        for lane in places.lanes(new) {
            self.walk.begin(self.plan, lane, &self.seats[lane]);
        }
    }

    /// The next of `trials` that has to be walked, in its seat; writes the rows of those in which nothing happens.
    fn seated(
        &mut self,
        lane: usize,
        trials: &mut Range<u64>,
        first: u64,
        rows: &mut [&mut [f64]],
    ) -> Option<u64> {
        let Team { plan, seats, quiet, .. } = self;
        for trial in trials {
            let row = &mut rows[(trial - first) as usize];
            if let Some(known) = quiet.as_ref().and_then(|quiet| quiet.known(plan, trial)) {
                row.copy_from_slice(known);
                continue;
            }
            seats[lane].take(plan, trial, |address| plan.once(address, trial));
            match quiet.as_ref().and_then(|quiet| quiet.found(&seats[lane].events)) {
                Some(found) => row.copy_from_slice(found),
                None => return Some(trial),
            }
        }
        None
    }

    /// Takes those at rest to the step in which something comes, or to the end.
    #[inline(always)]
    fn skip_quiet(&mut self, places: &mut Places) {
        let plan = self.plan;
        let rest = self.walk.flows.at_rest(plan, places.now(plan).t) & places.running;
        if !rest.any() {
            return;
        }
        for lane in places.lanes(rest) {
            let Team { walk, seats, alone, .. } = self;
            let k = places.k[lane] as usize;
            let next = wakes(plan, &mut seats[lane], k);
            if next > k {
                walk.skip(plan, lane, &seats[lane], alone, (k, next));
                places.k[lane] = next as u32;
            }
        }
    }
}

/// What is compiled for each width of registers: all of it, which is why everything it calls in a step is inlined.
struct Run<'t, 'p> {
    team: &'t mut Team<'p>,
    trials: Range<u64>,
    rows: &'t mut [f64],
}

impl NullaryFnOnce for Run<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        self.team.run(self.trials, self.rows);
    }
}

#[cfg(test)]
mod tests {
    use pulp::Arch;

    use super::*;
    use crate::model;
    use crate::scenario::{self, NoFiles, Request};

    /// What this processor has beyond the registers that all of its kind have.
    fn wider() -> Vec<Arch> {
        #[cfg(target_arch = "x86_64")]
        {
            use pulp::x86::{V3, V4};
            [V3::try_new().map(Arch::V3), V4::try_new().map(Arch::V4)].into_iter().flatten().collect()
        }
        #[cfg(not(target_arch = "x86_64"))]
        vec![Arch::new()]
    }

    /// What is compiled for wider registers, where this processor has them, gives the bits of what is compiled for none.
    #[test]
    fn every_width_of_registers_gives_the_same_bits() {
        for text in [include_str!("../../tests/data/example.toml"), include_str!("../../benches/weekly.toml")]
        {
            let request =
                Request { name: "x".into(), text: text.to_owned(), overlays: vec![], settings: vec![] };
            let (model, _) = model::read(&scenario::load(&request, &NoFiles).unwrap()).unwrap();
            let plan = Plan::new(&model, model.seed);
            let rows = |registers: Arch| {
                let mut rows = vec![0.0; 100 * plan.columns.len()];
                let mut team = Team::new(&plan);
                team.walk.registers = registers;
                team.trials(0..100, &mut rows);
                rows.into_iter().map(|x| if x.is_nan() { 0 } else { x.to_bits() }).collect::<Vec<u64>>()
            };
            let plain = rows(Arch::Scalar);
            for registers in wider() {
                assert_eq!(rows(registers), plain, "{registers:?}");
            }
        }
    }
}
