//! Running many trials of a plan: one column a figure, in trial order.

use std::ops::Range;
use std::sync::atomic::AtomicBool;

use super::caution::{Known, Seen};
use crate::engine::{Cuts, Team};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::statistics::{Column, Design};

/// Trials in a block. It decides nothing but how work is dealt out.
const BLOCK: u64 = 512;

/// The results of trials 0 to `count`.
#[derive(Clone, Debug)]
pub struct Trials {
    /// How many were run.
    pub count: usize,
    /// How many were asked for.
    pub asked: u64,
    /// By column of the plan, in trial order.
    pub columns: Vec<Column>,
    /// How often draws were cut.
    pub cuts: Cuts,
    /// How much each counts; nothing where all count alike.
    pub weights: Option<Vec<f64>>,
    /// So many in a row were chosen together, independently of all others.
    pub together: u64,
    /// Whether these share what is drawn once a trial.
    pub nested: bool,
}

impl Trials {
    /// How they go together.
    pub fn design(&self) -> Design<'_> {
        Design { together: self.together, weights: self.weights.as_deref() }
    }
}

/// How far a run has come.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Trials done.
    pub done: u64,
    /// Of.
    pub of: u64,
    /// The present estimate of the mean total cost.
    pub mean: f64,
    /// Its standard error.
    pub se: f64,
}

impl Trials {
    /// None so far, of `asked`.
    pub fn none(plan: &Plan, asked: u64) -> Trials {
        Trials {
            count: 0,
            asked,
            columns: vec![Column::default(); plan.columns.len()],
            cuts: Cuts::new(plan),
            weights: None,
            together: plan.together(),
            nested: plan.sampling.is_nested(),
        }
    }

    /// What there is to know of all of them.
    pub fn seen(&self) -> Seen<'_> {
        Seen { trials: self.count, cuts: &self.cuts, columns: Known::Held(&self.columns) }
    }

    /// At most `most` trials that count alike and draw independently: for each, the trial whose draws it has and the one whose
    /// figures. Of those that share what is not known there is one, as the others would only seem to confirm it; of weighted
    /// ones as many have the figures of the world without events as there are plain trials that see none.
    pub fn alike(&self, most: usize) -> Vec<(usize, usize)> {
        let block = self.together.max(1) as usize;
        let Some(weights) = &self.weights else {
            let every = if self.nested { block } else { 1 };
            return (0..self.count).step_by(every).take(most).map(|t| (t, t)).collect();
        };
        let (mut before, mut out) = (0.0f64, Vec::new());
        for t in (0..self.count).filter(|t| t % block > 0).take(most) {
            let after = before + weights[t];
            let happens = (after + 0.5).floor() > (before + 0.5).floor();
            out.push((t, if happens { t } else { t - t % block }));
            before = after;
        }
        out
    }

    /// Runs the trials up to those asked for; raises of `stop` end it after the running blocks.
    pub fn complete(&mut self, plan: &Plan, pool: &Pool, stop: &AtomicBool, progress: impl FnMut(Progress)) {
        self.walk(plan, pool, stop, progress);
        self.weigh(plan);
    }

    /// Says how much each trial counts, where they do not count alike; all columns from the first trial on are there.
    pub fn weigh(&mut self, plan: &Plan) {
        self.weights =
            plan.columns.chance.map(|chance| weights(self.columns[chance].to_vec(), self.together));
    }

    fn walk(&mut self, plan: &Plan, pool: &Pool, stop: &AtomicBool, mut progress: impl FnMut(Progress)) {
        let Trials { count, asked, columns, cuts, .. } = self;
        let mut seen = Running::of(&columns[plan.columns.costs]);
        let work = |walker: &mut Walker, trials: Range<u64>| {
            let columns = walker.columns(trials);
            (Running::of(&columns[plan.columns.costs]), columns, walker.take_cuts())
        };
        let fold = |trials: Range<u64>, (costs, block, own): (Running, Vec<Column>, Cuts)| {
            cuts.add(&own);
            seen.add(costs);
            columns.iter_mut().zip(block).for_each(|(column, own)| column.append(own));
            progress(Progress { done: trials.end, of: *asked, mean: seen.mean, se: seen.error() });
        };
        let done = pool.blocks(*count as u64..*asked, BLOCK, stop, || Walker::new(plan), work, fold);
        *count = done as usize;
    }
}

/// The running mean of the total cost, for the progress line alone.
#[derive(Clone, Copy, Debug)]
struct Running {
    n: f64,
    mean: f64,
    /// Sum of the squared deviations.
    squares: f64,
}

impl Running {
    fn of(values: &Column) -> Running {
        let n = values.len() as f64;
        let mean = if n > 0.0 { values.iter().fold(0.0, |sum, x| sum + x) / n } else { 0.0 };
        let squares = values.iter().fold(0.0, |sum, x| sum + (x - mean) * (x - mean));
        Running { n, mean, squares }
    }

    /// That of both (Chan, Golub and LeVeque, "Algorithms for computing the sample variance", The American Statistician 37,
    /// 1983).
    fn add(&mut self, other: Running) {
        let n = self.n + other.n;
        if n > 0.0 {
            let delta = other.mean - self.mean;
            self.mean += delta * other.n / n;
            self.squares += other.squares + delta * delta * self.n * other.n / n;
            self.n = n;
        }
    }

    /// Its standard error; not a number of fewer than two.
    fn error(&self) -> f64 {
        if self.n > 1.0 { (self.squares / (self.n - 1.0) / self.n).sqrt() } else { f64::NAN }
    }
}

/// Runs `count` trials of `plan`; raises of `stop` end it after the running blocks.
pub fn run(
    plan: &Plan,
    count: u64,
    pool: &Pool,
    stop: &AtomicBool,
    progress: impl FnMut(Progress),
) -> Trials {
    let mut trials = Trials::none(plan, count);
    trials.complete(plan, pool, stop, progress);
    trials
}

/// How much trials count of which the first of each `block` is the world without events, and the others have events with
/// these `chances` ([`crate::plan::Rare`]).
fn weights(chances: Vec<f64>, block: u64) -> Vec<f64> {
    let mut weights = chances;
    for block in weights.chunks_mut(block as usize) {
        if let [first, others @ ..] = block {
            *first = others.iter().map(|chance| 1.0 - chance).sum();
        }
    }
    weights
}

/// Runs the trials in `range` alone, of a run that has all those before and behind them too: its columns begin with the first
/// of them, and are not weighed. None where `stop` was raised.
pub fn run_part(
    plan: &Plan,
    range: Range<u64>,
    pool: &Pool,
    stop: &AtomicBool,
    progress: impl FnMut(Progress),
) -> Option<Trials> {
    let mut part = Trials { count: range.start as usize, asked: range.end, ..Trials::none(plan, 0) };
    part.walk(plan, pool, stop, progress);
    (part.count as u64 == range.end).then_some(part)
}

/// A team, and room for what it finds.
pub(super) struct Walker<'p> {
    plan: &'p Plan,
    team: Team<'p>,
    /// A row a trial.
    rows: Vec<f64>,
    /// Columns that are told apart at a time.
    some: Vec<f64>,
}

impl<'p> Walker<'p> {
    /// Columns that are told apart at a time: as many as stand in a line of the cache.
    const TOGETHER: usize = 8;

    /// It has walked no trial.
    pub(super) fn new(plan: &'p Plan) -> Self {
        Walker { plan, team: Team::new(plan), rows: Vec::new(), some: Vec::new() }
    }

    /// All columns of some trials, a row a trial.
    fn rows(&mut self, trials: Range<u64>) -> &[f64] {
        let width = self.plan.columns.len();
        self.rows.resize((trials.end - trials.start) as usize * width, 0.0);
        self.team.trials(trials, &mut self.rows);
        &self.rows
    }

    /// All columns of some trials.
    pub(super) fn columns(&mut self, trials: Range<u64>) -> Vec<Column> {
        let (width, count) = (self.plan.columns.len(), (trials.end - trials.start) as usize);
        self.rows(trials);
        self.some.resize(Self::TOGETHER * count, 0.0);
        let mut columns = Vec::with_capacity(width);
        for first in (0..width).step_by(Self::TOGETHER) {
            let own = first..width.min(first + Self::TOGETHER);
            for (t, row) in self.rows.chunks_exact(width).enumerate() {
                row[own.clone()].iter().enumerate().for_each(|(c, x)| self.some[c * count + t] = *x);
            }
            columns.extend((0..own.len()).map(|c| Column::from(&self.some[c * count..(c + 1) * count])));
        }
        columns
    }

    /// How often draws were cut in the trials that it has walked since it was asked last.
    pub(super) fn take_cuts(&mut self) -> Cuts {
        self.team.take_cuts()
    }
}

/// The columns of some trials, walked once more.
pub(super) fn again(plan: &Plan, trials: Range<usize>, pool: &Pool) -> Vec<Column> {
    let mut columns = vec![Column::default(); plan.columns.len()];
    let never = AtomicBool::new(false);
    let work = |walker: &mut Walker, trials: Range<u64>| walker.columns(trials);
    let fold = |_: Range<u64>, block: Vec<Column>| {
        columns.iter_mut().zip(block).for_each(|(column, own)| column.append(own));
    };
    pool.blocks(trials.start as u64..trials.end as u64, BLOCK, &never, || Walker::new(plan), work, fold);
    columns
}

/// What is asked of one of several plans: some of its columns, in some trials.
#[derive(Clone, Debug)]
pub struct Task<'p> {
    /// The plan.
    pub plan: &'p Plan,
    /// Which trials, by their numbers.
    pub trials: Range<u64>,
    /// Which columns, by their numbers; the same may stand there twice.
    pub columns: Vec<usize>,
}

/// Does several tasks, cut into blocks that keep all threads busy however short each task is. `done` is told of each task
/// that is done, in order, with its columns in trial order, and `progress` of trials. Gives how many tasks were done: all,
/// or less where `stop` was raised; what a task had done by then is lost.
pub fn run_tasks<'p>(
    tasks: &[Task<'p>],
    pool: &Pool,
    stop: &AtomicBool,
    mut progress: impl FnMut(u64),
    mut done: impl FnMut(usize, Vec<Vec<f64>>),
) -> usize {
    let cut = |t: usize| {
        let Range { start, end } = tasks[t].trials.clone();
        // A task without trials is done in one block that is empty.
        let blocks = (end - start).div_ceil(BLOCK).max(1);
        (0..blocks).map(move |b| (t, start + b * BLOCK..end.min(start + (b + 1) * BLOCK)))
    };
    let blocks: Vec<(usize, Range<u64>)> = (0..tasks.len()).flat_map(cut).collect();
    let work = |own: &mut Option<(usize, Walker<'p>)>, block: Range<u64>| {
        let (t, trials) = blocks[block.start as usize].clone();
        let task = &tasks[t];
        let mut walker = match own.take() {
            Some((last, walker)) if last == t => walker,
            _ => Walker::new(task.plan),
        };
        let rows = walker.rows(trials);
        let column = |&c: &usize| rows.iter().skip(c).step_by(task.plan.columns.len()).copied().collect();
        let columns = task.columns.iter().map(column).collect::<Vec<Vec<f64>>>();
        *own = Some((t, walker));
        columns
    };
    let mut columns: Vec<Vec<f64>> = Vec::new();
    let mut count = 0;
    pool.blocks(
        0..blocks.len() as u64,
        1,
        stop,
        || None,
        work,
        |block, own| {
            let (t, trials) = &blocks[block.start as usize];
            if columns.is_empty() {
                columns = own;
            } else {
                columns.iter_mut().zip(own).for_each(|(column, own)| column.extend(own));
            }
            progress(trials.end - trials.start);
            if trials.end == tasks[*t].trials.end {
                count += 1;
                done(*t, std::mem::take(&mut columns));
            }
        },
    );
    count
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::model;
    use crate::scenario::{self, NoFiles, Request};

    #[test]
    fn a_running_mean_is_that_of_all_at_once() {
        let values: Vec<f64> = (0..1000).map(|i| f64::from((i * 7919) % 1009) + 1e6).collect();
        let mut parts = Running::of(&Column::default());
        assert!(parts.error().is_nan());
        values.chunks(77).for_each(|part| parts.add(Running::of(&Column::from(part))));
        let whole = Running::of(&Column::from(&values[..]));
        let mean = values.iter().sum::<f64>() / 1000.0;
        let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
        for running in [parts, whole] {
            assert!((running.mean - mean).abs() < 1e-8 && running.n == 1000.0);
            assert!((running.error() - (squares / 999.0 / 1000.0).sqrt()).abs() < 1e-9);
        }
    }

    #[test]
    fn tasks_give_what_runs_give_for_any_number_of_threads() {
        let text = include_str!("../../scenarios/first-steps.toml").to_owned();
        let request = Request { name: "x".into(), text, overlays: vec![], settings: vec![] };
        let (model, _) = model::read(&scenario::load(&request, &NoFiles).unwrap()).unwrap();
        let plan = Plan::new(&model, model.seed);
        let never = AtomicBool::new(false);
        for threads in [1, 3] {
            let pool = Pool::new(threads).unwrap();
            let whole = run(&plan, 1500, &pool, &never, |_| {});
            let costs = plan.columns.costs;
            let task = |trials: Range<u64>, columns: &[usize]| Task {
                plan: &plan,
                trials,
                columns: columns.to_vec(),
            };
            let tasks = [task(0..1500, &[costs, 0]), task(7..7, &[costs]), task(600..1500, &[0, costs])];
            let (mut trials, mut seen) = (0, Vec::new());
            let count =
                run_tasks(&tasks, &pool, &never, |n| trials += n, |t, columns| seen.push((t, columns)));
            assert_eq!((count, trials), (3, 2400));
            let part = |c: usize, from: usize| whole.columns[c].to_vec().split_off(from);
            assert_eq!(seen[0], (0, vec![part(costs, 0), part(0, 0)]));
            assert_eq!(seen[1], (1, vec![Vec::new()]));
            assert_eq!(seen[2], (2, vec![part(0, 600), part(costs, 600)]));
            assert!(whole.columns[costs].greatest() > Some(0.0));
        }
    }
}
