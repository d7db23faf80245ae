//! What each uniform of a trial decides: into which outcomes it falls, with which probabilities, or over which range it has to
//! be integrated.

use crate::engine::{Ask, Prescribed, Seat};
use crate::model::Model;
use crate::plan::{Address, Chances, Draw, Lasts, Plan, Trigger};
use crate::random::Law;

/// What the uniforms of an address are for.
#[derive(Clone, Copy, Debug)]
enum Role {
    /// The clock of a crisis.
    Crisis(usize),
    /// The clock of an onset.
    Clock(usize),
    /// Whether an onset fires.
    Fires(usize),
    /// Where an onset leads.
    Enters(usize),
    /// What follows a regime of a control.
    Then(usize, usize),
    /// A quantity that is drawn afresh, by its law; of a sojourn, with its control and the state.
    Drawn(usize, Option<(usize, usize)>),
    /// A quantity that is drawn once a trial.
    Once(usize),
    /// Whether an option works.
    Works(usize),
}

/// What a use of a uniform decides in the trial that made it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Use {
    /// One of several outcomes: the upper ends of their ranges of the uniform, ascending; the last is 1.
    Outcomes(Vec<f64>),
    /// Everything varies with it up to this bound; from there on nothing does (a clock does not strike within the horizon).
    Smooth(f64),
}

/// The roles of all addresses of a plan, and their names in its model.
#[derive(Debug)]
pub(super) struct Roles<'p> {
    plan: &'p Plan,
    model: &'p Model,
    by_address: Vec<Option<Role>>,
}

impl<'p> Roles<'p> {
    pub(super) fn new(model: &'p Model, plan: &'p Plan) -> Roles<'p> {
        let mut roles = Roles { plan, model, by_address: vec![None; plan.addresses.len()] };
        for (d, once) in plan.scalars.draws.iter().enumerate() {
            roles.set(once.address, Role::Once(d));
        }
        for (x, crisis) in plan.crises.iter().enumerate() {
            roles.set(crisis.clock, Role::Crisis(x));
        }
        for (o, onset) in plan.onsets.iter().enumerate() {
            if let Trigger::Annual { clock, .. } = onset.trigger {
                roles.set(clock, Role::Clock(o));
            }
            roles.set(onset.fires, Role::Fires(o));
            roles.set(onset.enters.address, Role::Enters(o));
            roles.drawn(onset.delay, None);
        }
        for (c, control) in plan.controls.iter().enumerate() {
            for (r, regime) in control.regimes.iter().enumerate() {
                roles.set(regime.then.address, Role::Then(c, r));
                roles.drawn(regime.approval_delay, None);
                regime.blocks.iter().for_each(|&(_, share)| roles.drawn(share, None));
                match regime.lasts {
                    Lasts::Forever => {}
                    Lasts::For(draw) => roles.drawn(draw, Some((c, r + 1))),
                    Lasts::Until(day) => roles.drawn(day, None),
                }
            }
        }
        for (o, option) in plan.options.iter().enumerate() {
            roles.set(option.works.0, Role::Works(o));
            roles.drawn(option.lead_time, None);
        }
        roles
    }

    fn set(&mut self, address: Address, role: Role) {
        self.by_address[address.0 as usize] = Some(role);
    }

    fn drawn(&mut self, draw: Draw, sojourn: Option<(usize, usize)>) {
        if let Draw::Afresh { address, law, .. } = draw {
            self.set(address, Role::Drawn(law as usize, sojourn));
        }
    }

    /// What every trial asks for before its events, in the order in which one can depend on another: once-a-trial draws, then
    /// which options work.
    pub(super) fn first(&self, seat: &Seat, uniform: impl Fn(Address, u32) -> f64) -> Vec<Ask> {
        let ask = |address, occurrence| Ask {
            given: Prescribed { address, occurrence, uniform: uniform(address, occurrence) },
            day: f64::NEG_INFINITY,
        };
        let mut asks: Vec<Ask> = self.plan.scalars.draws.iter().map(|once| ask(once.address, 0)).collect();
        let open = |chance: f64| 0.0 < chance && chance < 1.0;
        let options = self.plan.options.iter().filter(|o| open(seat.values[o.success.0 as usize]));
        asks.extend(options.map(|option| ask(option.works.0, option.works.1)));
        asks
    }

    /// What a use decides in the trial in `seat`.
    pub(super) fn decides(&self, ask: &Ask, seat: &Seat) -> Use {
        let plan = self.plan;
        let value = |scalar: crate::plan::Scalar| seat.values[scalar.0 as usize];
        let from = ask.day.max(0.0);
        let strikes = |hazard: usize| match seat.strikes_within(hazard, from, plan.end()) {
            chance if chance > 0.0 => Use::Smooth(chance.min(1.0)),
            _ => Use::Outcomes(vec![1.0]),
        };
        // What has no role here is integrated over, whatever it is for.
        let Some(role) = self.role(ask.given.address) else { return Use::Smooth(1.0) };
        match role {
            Role::Crisis(x) => strikes(plan.crises[x].hazard),
            Role::Clock(o) => match plan.onsets[o].trigger {
                Trigger::Annual { hazard, .. } => strikes(hazard),
                _ => Use::Outcomes(vec![1.0]),
            },
            Role::Fires(o) => either(value(plan.onsets[o].probability)),
            Role::Works(o) => either(value(plan.options[o].success)),
            Role::Enters(o) => chosen(&plan.onsets[o].enters, &seat.values),
            Role::Then(c, r) => chosen(&plan.controls[c].regimes[r].then, &seat.values),
            Role::Once(d) => {
                let joined = plan.scalars.copulas.iter().any(|copula| copula.draws.contains(&d));
                if joined { Use::Smooth(1.0) } else { of_law(&plan.scalars.draws[d].law, 0.0) }
            }
            Role::Drawn(law, sojourn) => {
                // Only the state at the start has lasted for some time already.
                let begun = sojourn
                    .filter(|&(c, state)| ask.day == f64::NEG_INFINITY && plan.controls[c].initial == state);
                of_law(&plan.laws[law], begun.map_or(0.0, |(c, _)| value(plan.controls[c].elapsed)))
            }
        }
    }

    fn role(&self, address: Address) -> Option<Role> {
        self.by_address[address.0 as usize]
    }

    /// The path of what a use decides, as the scenario and its uniforms know it.
    pub(super) fn path(&self, address: Address) -> String {
        let model = self.model;
        let onset = |o: usize| {
            let mut all = model.controls.iter().flat_map(|c| c.onsets.iter().map(move |onset| (c, onset)));
            all.nth(o)
                .map_or(String::new(), |(c, onset)| format!("controls.{}.onsets.{}", c.name, onset.name))
        };
        let Some(role) = self.role(address) else { return "something without a name".to_owned() };
        match role {
            Role::Crisis(x) => format!("crises.{}.clock", model.crises[x].name),
            Role::Clock(o) => format!("{}.clock", onset(o)),
            Role::Fires(o) => format!("{}.fires", onset(o)),
            Role::Enters(o) => format!("{}.enters", onset(o)),
            Role::Then(c, r) => {
                let control = &model.controls[c];
                format!("controls.{}.regimes.{}.then", control.name, control.regimes[r].name)
            }
            Role::Drawn(law, _) => model.factors[self.plan.law_factors[law]].path.clone(),
            Role::Once(d) => {
                model.factors.iter().filter(|f| f.once).nth(d).map_or(String::new(), |f| f.path.clone())
            }
            Role::Works(o) => format!("options.{}.success", model.options[o].name),
        }
    }

    /// The uniforms at which a sojourn that begins on `day` ends, or a clock that starts then strikes, exactly where a step of
    /// the grid ends: there the figures of a trial have their kinks. Empty where a use is for something else.
    pub(super) fn kinks(&self, ask: &Ask, seat: &Seat) -> Vec<f64> {
        let plan = self.plan;
        let from = ask.day.max(0.0);
        let first = (from / plan.step) as usize + 1;
        let ends = (first..=plan.steps).take(MOST_KINKS).map(|k| k as f64 * plan.step);
        let Some(role) = self.role(ask.given.address) else { return Vec::new() };
        match role {
            Role::Crisis(x) => ends.map(|t| seat.strikes_within(plan.crises[x].hazard, from, t)).collect(),
            Role::Clock(o) => match plan.onsets[o].trigger {
                Trigger::Annual { hazard, .. } => {
                    ends.map(|t| seat.strikes_within(hazard, from, t)).collect()
                }
                _ => Vec::new(),
            },
            Role::Drawn(law, Some((c, state))) => {
                let law = &plan.laws[law];
                let begun = ask.day == f64::NEG_INFINITY && plan.controls[c].initial == state;
                let elapsed = if begun { seat.values[plan.controls[c].elapsed.0 as usize] } else { 0.0 };
                let left = law.sf(elapsed);
                if elapsed > 0.0 && left > 0.0 {
                    ends.map(|t| 1.0 - law.sf(t + elapsed) / left).collect()
                } else {
                    ends.map(|t| law.cdf(t - from)).collect()
                }
            }
            _ => Vec::new(),
        }
    }
}

/// On longer grids the steps are found by halving alone.
const MOST_KINKS: usize = 2000;

fn either(chance: f64) -> Use {
    if 0.0 < chance && chance < 1.0 { Use::Outcomes(vec![chance, 1.0]) } else { Use::Outcomes(vec![1.0]) }
}

/// The same sums as the engine's, in the same order.
fn chosen(chances: &Chances, values: &[f64]) -> Use {
    let named: f64 = chances.states.iter().map(|(_, p)| values[p.0 as usize]).sum();
    let mut ends = vec![(1.0 - named).max(0.0)];
    for &(_, p) in &chances.states {
        ends.push(ends[ends.len() - 1] + values[p.0 as usize]);
    }
    // What is left over by rounding belongs to the last state.
    ends.pop();
    ends.push(1.0);
    Use::Outcomes(cleaned(ends))
}

/// A law, of what has lasted `elapsed` already.
fn of_law(law: &Law, elapsed: f64) -> Use {
    let Some(cumulative) = law.cumulative() else { return Use::Smooth(1.0) };
    if elapsed <= 0.0 || elapsed < law.support().0 {
        return Use::Outcomes(cleaned(cumulative.to_vec()));
    }
    if elapsed >= law.support().1 {
        return Use::Outcomes(vec![1.0]);
    }
    let below = law.cdf(elapsed);
    let ends = cumulative.iter().filter(|c| **c > below).map(|c| (c - below) / (1.0 - below));
    Use::Outcomes(cleaned(ends.collect()))
}

/// Without ranges that hold nothing.
fn cleaned(ends: Vec<f64>) -> Vec<f64> {
    let mut out: Vec<f64> = Vec::new();
    for end in ends.into_iter().map(|end| end.min(1.0)) {
        if end > out.last().copied().unwrap_or(0.0) {
            out.push(end);
        }
    }
    out
}
