//! The first events of a trial, where it is settled beforehand that something happens, or that nothing does
//! ([`crate::plan::Rare`]).

use super::hazard::Rate;
use crate::plan::{Address, Plan, Scalar, Trigger};

/// Something that may set a world without regimes in motion, and whose uniforms decide it.
#[derive(Clone, Copy, Debug)]
pub enum Setting {
    /// A clock with this hazard.
    Clock(usize, Address),
    /// A day, with this probability.
    Day(Scalar, Scalar, Address),
}

impl Setting {
    /// Where its uniforms come from.
    pub fn address(self) -> Address {
        let (Setting::Clock(_, address) | Setting::Day(_, _, address)) = self;
        address
    }

    /// The probability that it fires within the grid, under the values of a trial.
    pub fn chance(self, plan: &Plan, values: &[f64], rates: &[Rate]) -> f64 {
        match self {
            Setting::Clock(hazard, _) => -libm::expm1(-rates[hazard].integrated(0.0, plan.end())),
            Setting::Day(day, probability, _) => {
                let (day, probability) = (values[day.0 as usize], values[probability.0 as usize]);
                match day < plan.end() {
                    true if probability > 1.0 => 1.0,
                    true => probability,
                    // Also where it is not known yet.
                    false => 0.0 * day,
                }
            }
        }
    }
}

/// All of these, in the order in which their uniforms are used.
pub fn settings(plan: &Plan) -> impl Iterator<Item = Setting> {
    let crises = plan.crises.iter().map(|crisis| Setting::Clock(crisis.hazard, crisis.clock));
    let days = plan.onsets.iter().filter_map(|onset| match onset.trigger {
        Trigger::At(day) => Some(Setting::Day(day, onset.probability, onset.fires)),
        _ => None,
    });
    let clocks = plan.controls.iter().flat_map(|control| &control.clocks);
    let clocks = clocks.filter_map(|&onset| match &plan.onsets[onset].trigger {
        Trigger::Annual { hazard, clock, during } if during[0] => Some(Setting::Clock(*hazard, *clock)),
        _ => None,
    });
    crises.chain(days).chain(clocks)
}

/// Everything that may set a world without regimes in motion, in the order in which its uniforms are used.
#[derive(Clone, Debug, Default)]
pub struct First {
    /// Of each: the probability that it fires within the grid, and that it or any later one does.
    chances: Vec<(f64, f64)>,
    next: usize,
    settled: Settled,
}

/// What is settled beforehand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Settled {
    /// Nothing.
    #[default]
    Open,
    /// That nothing happens.
    Nothing,
    /// That something happens, and nothing has so far.
    Something,
}

impl First {
    /// Takes up trial number `trial` of a plan under its once-a-trial values.
    pub fn open(&mut self, plan: &Plan, values: &[f64], rates: &[Rate], trial: u64) {
        if plan.rare.is_none() {
            return;
        }
        self.next = 0;
        self.chances.clear();
        self.chances.extend(settings(plan).map(|setting| (setting.chance(plan, values, rates), 0.0)));
        let mut any = 0.0;
        for (own, or_later) in self.chances.iter_mut().rev() {
            any += *own * (1.0 - any);
            *or_later = any;
        }
        self.settled = if plan.without_events(trial) { Settled::Nothing } else { Settled::Something };
    }

    /// The probability that anything happens.
    pub fn chance(&self) -> f64 {
        self.chances.first().map_or(0.0, |(_, any)| *any)
    }

    /// What becomes of the uniform of the next one of them: that of one that fires, which is below its probability to do so, or
    /// none where it does not fire. Where nothing is settled it stays as it is.
    ///
    /// Of those before the first that fires, each fires with the probability that it does so given that it or a later one
    /// does; the later ones are free.
    pub fn uniform(&mut self, u: f64) -> Option<f64> {
        match self.settled {
            Settled::Open => Some(u),
            Settled::Nothing => None,
            Settled::Something => {
                let (own, or_later) = self.chances[self.next];
                self.next += 1;
                let chance = if or_later > 0.0 { own / or_later } else { 0.0 };
                if u < chance {
                    self.settled = Settled::Open;
                    Some(u / chance * own)
                } else {
                    None
                }
            }
        }
    }
}
