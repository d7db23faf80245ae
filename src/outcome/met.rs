//! By whom what was needed of a material was met, step by step: sums over trials whose parts add up to the need.

use crate::engine::{Baseline, Flows};
use crate::model::Model;
use crate::plan::{Consumer, Plan, Work};

/// Who meets a part of the need of a material, or why nobody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// The material's sources, each up to its baseline flow.
    Sources,
    /// The same beyond it.
    Headroom,
    /// An option: used as it came from it, or saved by it.
    Option(usize),
    /// The users' own stocks.
    Stocks,
    /// There, but not used, because something else was missing.
    Idle,
    /// Missing.
    Unmet,
}

/// The parts of every material, in the order in which they are stacked.
#[derive(Clone, Debug)]
pub(super) struct Parts {
    /// Material, and who.
    list: Vec<(usize, By)>,
    /// Where the parts of each material start.
    starts: Vec<usize>,
}

impl Parts {
    pub(super) fn new(plan: &Plan) -> Parts {
        let (mut list, mut starts) = (Vec::new(), Vec::new());
        for m in 0..plan.materials.len() {
            starts.push(list.len());
            list.extend([(m, By::Sources), (m, By::Headroom)]);
            let own = (0..plan.options.len()).filter(|&o| plan.options[o].material == m);
            list.extend(own.map(|o| (m, By::Option(o))));
            list.extend([(m, By::Stocks), (m, By::Idle), (m, By::Unmet)]);
        }
        Parts { list, starts }
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The parts of a material with the names of their series.
    pub(super) fn named(&self, model: &Model, m: usize) -> Vec<(usize, String)> {
        let material = &model.materials[m].name;
        let own = self.list.iter().enumerate().filter(|(_, (own, _))| *own == m);
        own.map(|(i, (_, by))| {
            let name = match by {
                By::Sources => "sources".to_owned(),
                By::Headroom => "headroom".to_owned(),
                By::Option(o) => format!("options.{}", model.options[*o].name),
                By::Stocks => "stocks".to_owned(),
                By::Idle => "idle".to_owned(),
                By::Unmet => "unmet".to_owned(),
            };
            (i, format!("met.{material}.{name}"))
        })
        .collect()
    }

    /// Adds a step that was walked; `add` is told the part and the tonnes.
    ///
    /// What a user consumes in a step comes from what it receives in that step first, then from its stock; what all users
    /// receive in a step is one pool of what sources, suppliers and stockpiles deliver in it.
    pub(super) fn step(
        &self,
        plan: &Plan,
        flows: &Flows,
        baseline: &Baseline,
        mut add: impl FnMut(usize, f64),
    ) {
        for (m, material) in plan.materials.iter().enumerate() {
            let (mut at_once, mut stocks, mut idle, mut unmet) = (0.0, 0.0, 0.0, 0.0);
            for e in material.edges.clone() {
                let need = needed(plan, flows, baseline, e);
                let there = need * flows.edges[e].filled;
                let used = flows.edges[e].consumed.min(there);
                let received = flows.edges[e].received.min(used);
                at_once += received;
                stocks += used - received;
                idle += there - used;
                unmet += need - there;
            }
            let used =
                if flows.materials[m].inflow > 0.0 { at_once / flows.materials[m].inflow } else { 0.0 };
            let usual: f64 =
                material.sources.clone().map(|s| flows.sources[s].delivered.min(baseline.source[s])).sum();
            let end = self.starts.get(m + 1).copied().unwrap_or(self.list.len());
            for i in self.starts[m]..end {
                let tonnes = match self.list[i].1 {
                    By::Sources => usual * used,
                    By::Headroom => (flows.materials[m].from_sources - usual).max(0.0) * used,
                    By::Option(o) if matches!(plan.options[o].work, Work::Saving(_)) => {
                        flows.options[o].moved
                    }
                    By::Option(o) => flows.options[o].moved * used,
                    By::Stocks => stocks,
                    By::Idle => idle,
                    By::Unmet => unmet,
                };
                add(i, tonnes);
            }
        }
    }

    /// Adds a step in which nothing happened: all is used as it comes from the sources.
    pub(super) fn quiet(&self, plan: &Plan, baseline: &Baseline, mut add: impl FnMut(usize, f64)) {
        for m in 0..plan.materials.len() {
            add(self.starts[m], baseline.material[m]);
        }
    }
}

/// n of an edge: what counts as need of it (docs/model.md, 5.7).
fn needed(plan: &Plan, flows: &Flows, baseline: &Baseline, e: usize) -> f64 {
    match plan.edges[e].consumer {
        Consumer::Group(_) => flows.edges[e].d,
        Consumer::Process(_) => flows.edges[e].d.min(baseline.edge[e]),
        Consumer::Option(_) => 0.0,
    }
}
