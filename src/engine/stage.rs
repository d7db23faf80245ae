//! A step of the trials that are walked side by side, stage by stage (docs/model.md, section 5).
//!
//! Each stage is compiled for itself, for each width of registers: all that it calls is inlined into it, and all stages in one
//! would be more than a compiler finds registers for.

use pulp::NullaryFnOnce;

use super::Walk;
use super::flows::Basis;
use super::lane::Lane;
use super::seat::Abreast;
use crate::plan::Plan;

const PREPARE: usize = 0;
const ORDER: usize = 1;
const DELIVER: usize = 2;
const OPERATE: usize = 3;
const BOOK: usize = 4;

struct Stage<'w, 'a, 's, N: Lane, const STAGE: usize> {
    walk: &'w mut Walk<N>,
    plan: &'w Plan,
    abreast: &'a mut Abreast<'s, N>,
}

impl<N: Lane, const STAGE: usize> NullaryFnOnce for Stage<'_, '_, '_, N, STAGE> {
    type Output = ();

    #[inline(always)]
    fn call(self) {
        let Stage { walk, plan, abreast } = self;
        let now = abreast.now;
        if STAGE == PREPARE {
            if !plan.steady {
                walk.set_baseline(plan, now);
                for (used, &now) in walk.used.iter_mut().zip(&walk.baseline.material) {
                    *used += now;
                }
            }
            walk.flows.alert(plan, &mut walk.present, abreast);
            walk.present.pass(abreast.seats, now.t, plan.step);
        }
        let Walk { values, present, baseline, flows, ledger, .. } = walk;
        let running = abreast.running;
        let basis = Basis { plan, values, baseline, passes: &present.passes, now, running };
        match STAGE {
            PREPARE => flows.prepare(&basis),
            ORDER => flows.orders(&basis),
            DELIVER => flows.deliveries(&basis),
            OPERATE => flows.operations(&basis),
            _ => ledger.book(&basis, flows),
        }
    }
}

impl<N: Lane> Walk<N> {
    /// Walks and books a step of each trial.
    pub(super) fn step(&mut self, plan: &Plan, mut abreast: Abreast<N>) {
        self.stage::<PREPARE>(plan, &mut abreast);
        self.stage::<ORDER>(plan, &mut abreast);
        self.stage::<DELIVER>(plan, &mut abreast);
        self.stage::<OPERATE>(plan, &mut abreast);
        self.stage::<BOOK>(plan, &mut abreast);
    }

    #[inline(always)]
    fn stage<const STAGE: usize>(&mut self, plan: &Plan, abreast: &mut Abreast<N>) {
        N::run(self.registers, Stage::<N, STAGE> { walk: self, plan, abreast });
    }
}
