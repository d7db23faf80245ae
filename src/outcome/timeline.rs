//! What happens when: quantile bands over the steps, from the first trials of a run, replayed.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::met::Parts;
use crate::engine::{Baseline, Events, Flows, Ledger, Observer, Worker};
use crate::model::Model;
use crate::parallel::Pool;
use crate::plan::{Plan, Work};
use crate::quantity::words::Unit;
use crate::statistics::{BAND_LEVELS, Band, Column};

/// From how many trials the bands are taken at most.
pub const MOST_TRIALS: u64 = 16_384;

/// Values that are held at a time, in little room where many are equal; more series than fit are walked in several passes.
const HELD: usize = 1 << 26;

const BLOCK: u64 = 256;

/// What a series shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Inflow(usize),
    Stock(usize),
    Shortfall(usize),
    Activity(usize),
    Pile(usize),
}

/// A quantity over time.
#[derive(Clone, Debug)]
pub struct Series {
    /// `shortfall.dysprosium`, `inflow.…`, `stock.…`, `stockpile.…`, `activity.…`; and by whom what was needed was met, as
    /// means alone: `met.dysprosium.sources`, `….headroom`, `….options.OPTION`, `….stocks`, `….idle`, `….unmet`.
    pub name: String,
    /// What it measures; flows are per step.
    pub unit: Unit,
    /// Over the trials, by step.
    pub bands: Vec<Band>,
}

/// Bands of all series over the steps.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// From how many trials.
    pub trials: usize,
    /// Middle of each step, in days.
    pub days: Vec<f64>,
    /// By material, sector and stockpile, then by part of what was met.
    pub series: Vec<Series>,
    /// By control and regime: the probability of being in it at the middle of each step.
    pub regimes: Vec<Vec<Vec<f64>>>,
}

impl Timeline {
    /// The bands of a series.
    pub fn bands(&self, name: &str) -> Option<&Series> {
        self.series.iter().find(|s| s.name == name)
    }
}

/// Replays the first trials of a run of `count` and takes the bands.
pub fn timeline(model: &Model, plan: &Plan, count: u64, pool: &Pool) -> Timeline {
    let trials = count.min(MOST_TRIALS) as usize;
    // Bands are of trials that count alike, so where those of the run do not they are of as many others.
    let alike = plan.rare.map(|_| plan.alike());
    let plan = alike.as_ref().unwrap_or(plan);
    let shown = shown(model, plan);
    let per_pass = (HELD / (trials * plan.steps).max(1)).clamp(1, shown.len().max(1));
    let mut series = Vec::with_capacity(shown.len());
    let parts = Parts::new(plan);
    let mut totals = None;
    for pass in shown.chunks(per_pass) {
        let kinds: Vec<Shown> = pass.iter().map(|(kind, ..)| *kind).collect();
        let (cells, counts) = replay(plan, &kinds, &parts, (trials, count), pool);
        let bands = pool.map(&cells, |cell| Band::of(&cell.to_vec()));
        for (i, (_, name, unit)) in pass.iter().enumerate() {
            let own = bands[i * plan.steps..(i + 1) * plan.steps].iter().flatten().cloned().collect();
            series.push(Series { name: name.clone(), unit: unit.clone(), bands: own });
        }
        totals.get_or_insert(counts);
    }
    let totals = totals.unwrap_or_default();
    series.extend(met(model, plan, &parts, &totals.met, trials));
    let mut counts = totals.regimes.chunks(plan.steps.max(1));
    let share = |counts: &[u32]| counts.iter().map(|&n| f64::from(n) / trials.max(1) as f64).collect();
    let regimes = model
        .controls
        .iter()
        .map(|c| c.regimes.iter().filter_map(|_| counts.next().map(share)).collect())
        .collect();
    let days = (0..plan.steps).map(|k| (k as f64 + 0.5) * plan.step).collect();
    Timeline { trials, days, series, regimes }
}

/// By whom what was needed was met: means over the trials, which have no quantiles.
fn met(model: &Model, plan: &Plan, parts: &Parts, sums: &[f64], trials: usize) -> Vec<Series> {
    let mean = |sum: &f64| Band { mean: sum / trials as f64, quantiles: [f64::NAN; BAND_LEVELS.len()] };
    let named = model.written.materials.iter().flat_map(|&m| parts.named(model, m));
    let own = |i: usize| sums.get(i * plan.steps..(i + 1) * plan.steps).unwrap_or_default();
    named
        .map(|(i, name)| Series { name, unit: Unit::Tonnes, bands: own(i).iter().map(mean).collect() })
        .collect()
}

fn shown(model: &Model, plan: &Plan) -> Vec<(Shown, String, Unit)> {
    let mut shown = Vec::new();
    for (m, material) in model.written.materials.iter().map(|&m| (m, &model.materials[m])) {
        let name = |what: &str| format!("{what}.{}", material.name);
        shown.push((Shown::Inflow(m), name("inflow"), Unit::Tonnes));
        shown.push((Shown::Stock(m), name("stock"), Unit::Tonnes));
        shown.push((Shown::Shortfall(m), name("shortfall"), Unit::Tonnes));
    }
    for (o, option) in model.options.iter().enumerate() {
        if matches!(plan.options[o].work, Work::Pile(_)) {
            shown.push((Shown::Pile(o), format!("stockpile.{}", option.name), Unit::Tonnes));
        }
    }
    for (j, sector) in model.written.sectors.iter().map(|&j| (j, &model.sectors[j])) {
        shown.push((Shown::Activity(j), format!("activity.{}", sector.name), Unit::Share));
    }
    shown
}

/// Sums over the trials, by step.
#[derive(Default)]
struct Totals {
    /// How many trials are in each regime.
    regimes: Vec<u32>,
    /// What was met, by part.
    met: Vec<f64>,
}

/// The values of some series, by series and step; and what is summed over the trials.
fn replay(
    plan: &Plan,
    kinds: &[Shown],
    parts: &Parts,
    (trials, count): (usize, u64),
    pool: &Pool,
) -> (Vec<Column>, Totals) {
    let steps = plan.steps;
    let mut regimes_at = Vec::with_capacity(plan.controls.len());
    let mut regimes = 0;
    for control in &plan.controls {
        regimes_at.push(regimes);
        regimes += control.regimes.len();
    }
    let mut cells = vec![Column::default(); kinds.len() * steps];
    let empty = || Totals { regimes: vec![0; regimes * steps], met: vec![0.0; parts.len() * steps] };
    let mut totals = empty();
    let work = |(worker, row): &mut (Worker, Vec<f64>), own: Range<u64>| {
        let n = (own.end - own.start) as usize;
        let mut watcher = Watcher {
            plan,
            kinds,
            parts,
            regimes_at: &regimes_at,
            trials: n,
            at: 0,
            values: vec![0.0; kinds.len() * steps * n],
            totals: empty(),
        };
        for (at, i) in own.enumerate() {
            watcher.at = at;
            worker.trial(plan.sampling.standing(i, trials as u64, count), row, &mut watcher);
        }
        (watcher.values, watcher.totals)
    };
    let fold = |own: Range<u64>, (block, more): (Vec<f64>, Totals)| {
        let n = (own.end - own.start) as usize;
        cells.iter_mut().zip(block.chunks_exact(n)).for_each(|(cell, own)| cell.extend_from_slice(own));
        totals.regimes.iter_mut().zip(more.regimes).for_each(|(sum, n)| *sum += n);
        totals.met.iter_mut().zip(more.met).for_each(|(sum, part)| *sum += part);
    };
    let state = || (Worker::new(plan), vec![0.0; plan.columns.len()]);
    pool.blocks(0..trials as u64, BLOCK, &AtomicBool::new(false), state, work, fold);
    (cells, totals)
}

struct Watcher<'a> {
    plan: &'a Plan,
    kinds: &'a [Shown],
    parts: &'a Parts,
    /// Where the regimes of each control start among all regimes.
    regimes_at: &'a [usize],
    /// Trials of the block, and which one is being walked.
    trials: usize,
    at: usize,
    values: Vec<f64>,
    totals: Totals,
}

impl Watcher<'_> {
    fn put(&mut self, series: usize, k: usize, value: f64) {
        self.values[(series * self.plan.steps + k) * self.trials + self.at] = value;
    }
}

impl Observer for Watcher<'_> {
    const EVERY_STEP: bool = false;
    const QUIET: bool = true;

    fn events(&mut self, events: &Events) {
        let (steps, h) = (self.plan.steps, self.plan.step);
        for visit in &events.visits {
            // Steps whose middle lies in [start, end).
            let first = (visit.start / h - 0.5).ceil().max(0.0) as usize;
            let past = (visit.end / h - 0.5).ceil().max(0.0) as usize;
            let own = (self.regimes_at[visit.control] + visit.state - 1) * steps;
            for count in &mut self.totals.regimes[own + first.min(steps)..own + past.min(steps)] {
                *count += 1;
            }
        }
    }

    fn step(&mut self, k: usize, flows: &Flows, _: &Ledger, baseline: &Baseline) {
        for (i, kind) in self.kinds.iter().enumerate() {
            let value = match *kind {
                Shown::Inflow(m) => flows.materials[m].inflow,
                Shown::Stock(m) => self.plan.materials[m].edges.clone().map(|e| flows.edges[e].stock).sum(),
                Shown::Shortfall(m) => flows.materials[m].shortfall,
                Shown::Pile(o) => flows.options[o].level,
                Shown::Activity(j) => {
                    let groups = self.plan.sectors[j].groups.clone();
                    let n = groups.len() as f64;
                    groups.map(|g| flows.groups[g].activity).sum::<f64>() / n
                }
            };
            self.put(i, k, value);
        }
        let met = &mut self.totals.met;
        self.parts.step(self.plan, flows, baseline, |part, tonnes| met[part * self.plan.steps + k] += tonnes);
    }

    fn quiet(&mut self, from: usize, to: usize, flows: &Flows, baseline: &Baseline) {
        for (i, kind) in self.kinds.iter().enumerate() {
            let value = match *kind {
                Shown::Inflow(m) => baseline.material[m],
                Shown::Stock(m) => self.plan.materials[m].edges.clone().map(|e| flows.edges[e].stock).sum(),
                Shown::Shortfall(_) => 0.0,
                Shown::Pile(o) => flows.options[o].level,
                Shown::Activity(_) => 1.0,
            };
            (from..to).for_each(|k| self.put(i, k, value));
        }
        let met = &mut self.totals.met;
        self.parts.quiet(self.plan, baseline, |part, tonnes| {
            let cells = &mut met[part * self.plan.steps + from..part * self.plan.steps + to];
            cells.iter_mut().for_each(|sum| *sum += tonnes);
        });
    }
}
