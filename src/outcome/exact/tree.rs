//! The outcomes of a trial as a tree: at each use of a uniform that decides between outcomes it branches, with their exact
//! probabilities, down to trials of which nothing is left to chance, or to a use over which has to be integrated.

use std::sync::Arc;

use super::roles::{Roles, Use};
use super::{Budget, DIMENSIONS, Refusal};
use crate::engine::{Ask, Nobody, Prescribed, Script, Worker, uniform_in};
use crate::plan::{Address, Plan};

/// A uniform that is so near to where outcomes change is not told which one it had: laws include that end, chances do not.
const NEAR: f64 = 1e-12;

/// Which outcome each use had: address, occurrence, outcome.
pub(super) type Key = Vec<(u32, u32, u32)>;

/// A trial in which nothing is left to chance.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// How it came about: the same for trials that differ only in what varies smoothly.
    pub key: Key,
    /// Its probability.
    pub chance: f64,
    /// Its figures.
    pub row: Arc<[f64]>,
}

/// A use over which has to be integrated, and all that was decided before it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    path: Vec<Prescribed>,
    /// Over what has to be integrated, up to this use.
    over: Vec<Address>,
    /// The use.
    pub ask: Ask,
    /// The uniform goes from 0 to this.
    pub upto: f64,
    /// The probability that a trial gets there, with the uniform in that range.
    pub chance: f64,
    /// The uniforms at which kinks are expected, ascending.
    pub kinks: Vec<f64>,
}

impl Line {
    /// Whether it is integrated over something before it.
    pub fn inner(&self) -> bool {
        self.over.len() > 1
    }
}

/// What can come of a trial of which some uniforms are prescribed.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub leaves: Vec<Leaf>,
    pub lines: Vec<Line>,
}

/// Walks trials with prescribed uniforms, up to a bound.
#[derive(Debug)]
pub(super) struct Walker<'p> {
    roles: &'p Roles<'p>,
    plan: &'p Plan,
    worker: Worker<'p>,
    row: Vec<f64>,
    budget: &'p Budget<'p>,
}

struct Branch {
    path: Vec<Prescribed>,
    key: Key,
    chance: f64,
}

impl<'p> Walker<'p> {
    /// On `plan`.
    pub fn new(plan: &'p Plan, roles: &'p Roles<'p>, budget: &'p Budget<'p>) -> Walker<'p> {
        let mut worker = Worker::new(plan);
        worker.seat.events.script = Some(Box::new(Script::default()));
        Walker { roles, plan, worker, row: vec![0.0; plan.columns.len()], budget }
    }

    /// All that can come of a trial.
    ///
    /// # Errors
    /// Where that takes more trials than allowed.
    pub fn tree(&mut self) -> Result<Tree, Refusal> {
        self.grown(Vec::new(), &[])
    }

    /// The same where these uniforms are prescribed, and where it was integrated `over` some already.
    fn grown(&mut self, prescribed: Vec<Prescribed>, over: &[Address]) -> Result<Tree, Refusal> {
        let mut tree = Tree::default();
        let mut branches = vec![Branch { path: prescribed, key: Vec::new(), chance: 1.0 }];
        while let Some(branch) = branches.pop() {
            self.follow(branch, over, &mut branches, &mut tree)?;
        }
        Ok(tree)
    }

    /// What can come of a line at one of its uniforms.
    pub fn at(&mut self, line: &Line, uniform: f64) -> Result<Tree, Refusal> {
        let mut path = line.path.clone();
        path.push(Prescribed { uniform, ..line.ask.given });
        self.grown(path, &line.over)
    }

    /// Walks a branch to its end, and leaves those that turn off from it for later.
    fn follow(
        &mut self,
        mut branch: Branch,
        over: &[Address],
        later: &mut Vec<Branch>,
        tree: &mut Tree,
    ) -> Result<(), Refusal> {
        for ask in self.walk(&branch.path)? {
            let Ask { given, .. } = ask;
            let known = |p: &Prescribed| (p.address, p.occurrence) == (given.address, given.occurrence);
            if branch.path.iter().any(known) {
                continue;
            }
            let mut turn = |branch: &Branch, outcome: usize, (from, to): (f64, f64)| {
                let mut path = branch.path.clone();
                path.push(Prescribed { uniform: 0.5 * (from + to), ..given });
                let mut key = branch.key.clone();
                key.push((given.address.0, given.occurrence, outcome as u32));
                later.push(Branch { path, key, chance: branch.chance * (to - from) });
            };
            match self.roles.decides(&ask, &self.worker.seat) {
                Use::Outcomes(ends) if ends.len() < 2 => {}
                Use::Outcomes(ends) => {
                    let own = ends.partition_point(|end| *end <= given.uniform).min(ends.len() - 1);
                    let edge = ends.iter().any(|end| (end - given.uniform).abs() < NEAR);
                    let range = |j: usize| (if j == 0 { 0.0 } else { ends[j - 1] }, ends[j]);
                    (0..ends.len()).filter(|j| edge || *j != own).for_each(|j| turn(&branch, j, range(j)));
                    if edge {
                        return Ok(());
                    }
                    let (from, to) = range(own);
                    branch.path.push(given);
                    branch.key.push((given.address.0, given.occurrence, own as u32));
                    branch.chance *= to - from;
                }
                Use::Smooth(upto) => {
                    if upto < 1.0 {
                        turn(&branch, 1, (upto, 1.0));
                    }
                    let over: Vec<Address> = over.iter().copied().chain([given.address]).collect();
                    if over.len() > DIMENSIONS {
                        return Err(Refusal::Dimensions(over.iter().map(|a| self.roles.path(*a)).collect()));
                    }
                    let kinks = self.roles.kinks(&ask, &self.worker.seat);
                    let chance = branch.chance * upto;
                    tree.lines.push(Line { path: branch.path, over, ask, upto, chance, kinks });
                    return Ok(());
                }
            }
        }
        tree.leaves.push(Leaf { key: branch.key, chance: branch.chance, row: self.row.as_slice().into() });
        Ok(())
    }

    /// Walks a trial with these uniforms and gives what it asked for.
    fn walk(&mut self, path: &[Prescribed]) -> Result<Vec<Ask>, Refusal> {
        self.budget.spend()?;
        if let Some(script) = &mut self.worker.seat.events.script {
            script.prescribe(path);
        }
        let once = |address: Address| uniform_in(path, address, 0);
        self.worker.trial_at(0, once, &mut self.row, &mut Nobody);
        if self.worker.seat.events.overrun {
            return Err(Refusal::Events);
        }
        let mut asks = self.roles.first(&self.worker.seat, |address, n| uniform_in(path, address, n));
        asks.extend(self.worker.seat.events.script.iter().flat_map(|script| script.asked()));
        Ok(asks)
    }

    /// How many figures a trial has.
    pub fn columns(&self) -> usize {
        self.plan.columns.len()
    }
}
