//! What a trial adds up to: physical measures, value, costs (docs/model.md, 5.8 to 7), and the row of figures they make.

use super::baseline::Baseline;
use super::events::Events;
use super::flows::{Flows, TOLERANCE};
use crate::plan::{Plan, Scalar, Work};
use crate::quantity::YEAR;

/// Costs by component, in the scenario's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Costs {
    /// Lost output, net of what was made up.
    pub lost_output: f64,
    /// Lost output elsewhere.
    pub indirect: f64,
    /// Higher prices.
    pub price: f64,
    /// Premiums of suppliers.
    pub premiums: f64,
    /// Capex, fixed, holding and saving costs.
    pub options: f64,
}

impl Costs {
    /// Their sum.
    pub fn total(&self) -> f64 {
        self.lost_output + self.indirect + self.price + self.premiums + self.options
    }

    fn add(&mut self, other: &Costs, weight: f64) {
        self.lost_output += other.lost_output * weight;
        self.indirect += other.indirect * weight;
        self.price += other.price * weight;
        self.premiums += other.premiums * weight;
        self.options += other.options * weight;
    }
}

#[derive(Clone, Debug, Default)]
struct MaterialSums {
    tonnes: f64,
    peak: f64,
    short_steps: f64,
    /// End of the last step in trouble, as a number of steps; 0 where there was none.
    trouble: usize,
    short: bool,
    price_peak: f64,
    price_excess: f64,
}

#[derive(Clone, Debug, Default)]
struct SectorSums {
    lost: f64,
    worst: f64,
    first_loss: f64,
}

#[derive(Clone, Debug, Default)]
struct OptionSums {
    delivered: f64,
    cost: f64,
    started: f64,
}

/// The accounts of one trial; reused from trial to trial.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// The present step's costs, before discounting.
    pub step: Costs,
    /// The present step's costs of each option, before discounting.
    pub option_step: Vec<f64>,
    /// The present price multiple of each material.
    pub multiple: Vec<f64>,
    materials: Vec<MaterialSums>,
    sectors: Vec<SectorSums>,
    options: Vec<OptionSums>,
    costs: Costs,
    /// Direct and indirect loss of each step, not discounted.
    losses: Vec<f64>,
    discount: Vec<f64>,
    /// Sums of `discount` before each step.
    discounted: Vec<f64>,
    rate: f64,
}

impl Ledger {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Ledger {
        Ledger {
            step: Costs::default(),
            option_step: vec![0.0; plan.options.len()],
            multiple: vec![1.0; plan.materials.len()],
            materials: vec![MaterialSums::default(); plan.materials.len()],
            sectors: vec![SectorSums::default(); plan.sectors.len()],
            options: vec![OptionSums::default(); plan.options.len()],
            costs: Costs::default(),
            losses: vec![0.0; plan.steps],
            discount: vec![1.0; plan.steps],
            discounted: (0..=plan.steps).map(|k| k as f64).collect(),
            rate: 0.0,
        }
    }

    /// Opens the accounts of a trial.
    pub fn open(&mut self, plan: &Plan, values: &[f64]) {
        for sums in &mut self.materials {
            *sums = MaterialSums { price_peak: 1.0, ..MaterialSums::default() };
        }
        for sums in &mut self.sectors {
            *sums = SectorSums { lost: 0.0, worst: 1.0, first_loss: f64::NAN };
        }
        for sums in &mut self.options {
            *sums = OptionSums { delivered: 0.0, cost: 0.0, started: f64::NAN };
        }
        self.costs = Costs::default();
        self.multiple.fill(1.0);
        self.losses.fill(0.0);
        let rate = value(values, plan.discount_rate);
        if rate != self.rate {
            self.rate = rate;
            let log = -libm::log1p(rate) / YEAR;
            let mut sum = 0.0;
            for (k, factor) in self.discount.iter_mut().enumerate() {
                *factor = libm::exp(log * (k as f64 + 0.5) * plan.step);
                self.discounted[k] = sum;
                sum += *factor;
            }
            self.discounted[plan.steps] = sum;
        }
    }

    /// Books step `k`.
    pub fn book(&mut self, plan: &Plan, values: &[f64], flows: &Flows, baseline: &Baseline, k: usize) {
        self.step = Costs::default();
        self.option_step.fill(0.0);
        self.shortfalls(plan, flows, k);
        self.output(plan, values, flows, k);
        self.prices(plan, values, flows, baseline);
        self.options(plan, values, flows, k);
        self.costs.add(&self.step, self.discount[k]);
        for (sums, cost) in self.options.iter_mut().zip(&self.option_step) {
            sums.cost += cost * self.discount[k];
        }
    }

    fn shortfalls(&mut self, plan: &Plan, flows: &Flows, k: usize) {
        for (m, (sums, material)) in self.materials.iter_mut().zip(&plan.materials).enumerate() {
            let (need, short) = (flows.need[m], flows.shortfall[m]);
            let low = |e: usize| flows.stock[e] < flows.target[e] * (1.0 - TOLERANCE);
            let is_short = short > TOLERANCE * need;
            if is_short {
                sums.short = true;
                sums.tonnes += short;
                sums.peak = sums.peak.max(short / need);
                if short > (0.01 + TOLERANCE) * need {
                    sums.short_steps += 1.0;
                }
            }
            if is_short || material.edges.clone().any(low) {
                sums.trouble = k + 1;
            }
        }
    }

    fn output(&mut self, plan: &Plan, values: &[f64], flows: &Flows, k: usize) {
        for (sums, sector) in self.sectors.iter_mut().zip(&plan.sectors) {
            let (mut lost, mut made_up, mut activity, mut va) = (0.0, 0.0, 0.0, 0.0);
            for g in sector.groups.clone() {
                lost += flows.lost[g];
                made_up += flows.recaptured[g];
                activity += flows.activity[g];
                va += flows.value_added[g];
            }
            sums.worst = sums.worst.min(activity / sector.groups.len() as f64);
            let net = lost - made_up;
            if net == 0.0 {
                continue;
            }
            sums.lost += net;
            if sums.first_loss.is_nan() && lost > TOLERANCE * va {
                sums.first_loss = k as f64 * plan.step;
            }
            let indirect = (value(values, sector.multiplier) - 1.0) * net;
            self.step.lost_output += net;
            self.step.indirect += indirect;
            self.losses[k] += net + indirect;
        }
    }

    fn prices(&mut self, plan: &Plan, values: &[f64], flows: &Flows, baseline: &Baseline) {
        for (m, material) in plan.materials.iter().enumerate() {
            let Some((elasticity, cap, half_life)) = material.price_response else { continue };
            let wanted = flows.demand[m].min(flows.wishes[m]);
            // What is asked for can be rounding alone, where users are well stocked; nothing is scarce then.
            let asked = wanted > TOLERANCE * baseline.material[m];
            let ratio = if asked { flows.inflow[m] / wanted } else { 1.0 };
            let q = if ratio > 1.0 - super::signal::SNAP { 1.0 } else { ratio };
            let mut multiple = if q < 1.0 { libm::pow(q, 1.0 / value(values, elasticity)) } else { 1.0 };
            if let Some(cap) = cap {
                multiple = multiple.min(value(values, cap));
            }
            if let Some(half_life) = half_life
                && self.multiple[m] > 1.0
            {
                let kept = libm::exp2(-plan.step / value(values, half_life));
                multiple = multiple.max(1.0 + (self.multiple[m] - 1.0) * kept);
            }
            self.multiple[m] = multiple;
            if multiple > 1.0 {
                let excess = multiple - 1.0;
                let sums = &mut self.materials[m];
                sums.price_peak = sums.price_peak.max(multiple);
                sums.price_excess += excess;
                let bought = value(values, material.spot_share) * flows.from_sources[m];
                // Where nothing is bought nothing is paid, however high the price.
                if bought > 0.0 {
                    self.step.price += bought * value(values, material.price) * excess;
                }
            }
        }
    }

    fn options(&mut self, plan: &Plan, values: &[f64], flows: &Flows, k: usize) {
        let (t, h) = (k as f64 * plan.step, plan.step);
        for (o, option) in plan.options.iter().enumerate() {
            let moved = flows.option[o];
            let price = value(values, plan.materials[option.material].price);
            let sums = &mut self.options[o];
            sums.delivered += moved;
            let mut cost = 0.0;
            if sums.started.is_nan() && flows.available[o] > 0.0 {
                sums.started = flows.available_at[o].max(0.0);
                if flows.available_at[o] >= 0.0 {
                    cost += value(values, option.capex);
                }
            }
            match &option.work {
                Work::Supply(supply) => {
                    let premium = moved * price * value(values, supply.premium);
                    self.step.premiums += premium;
                    self.option_step[o] += premium;
                }
                Work::Pile(pile) => {
                    cost += flows.level[o] * price * value(values, pile.holding_cost) * h / YEAR;
                }
                Work::Saving(per_tonne) => cost += moved * value(values, *per_tonne),
            }
            let from = value(values, option.available_from);
            cost += value(values, option.fixed_cost) * (t + h - from.max(t)).max(0.0);
            self.step.options += cost;
            self.option_step[o] += cost;
        }
    }

    /// Books the steps from `from` up to `to` as plain repetitions of the baseline, in which nothing happens but that
    /// stockpiles are held, plants kept ready, and prices sink back.
    pub fn book_quiet(
        &mut self,
        plan: &Plan,
        values: &[f64],
        flows: &Flows,
        from: usize,
        to: usize,
        mut inflow: impl FnMut(usize, usize) -> f64,
    ) {
        let h = plan.step;
        let held = self.discounted[to] - self.discounted[from];
        for (o, option) in plan.options.iter().enumerate() {
            let mut cost = 0.0;
            if let Work::Pile(pile) = &option.work {
                let price = value(values, plan.materials[option.material].price);
                cost += flows.size[o] * price * value(values, pile.holding_cost) * h / YEAR * held;
            }
            let fixed = value(values, option.fixed_cost);
            if fixed > 0.0 {
                let begins = value(values, option.available_from) / h;
                let partial = begins.max(from as f64).min(to as f64);
                let whole = partial.ceil() as usize;
                cost += fixed * h * (self.discounted[to] - self.discounted[whole]);
                if whole > from && (whole as f64) > partial {
                    cost += fixed * h * (whole as f64 - partial) * self.discount[whole - 1];
                }
            }
            self.options[o].cost += cost;
            self.costs.options += cost;
        }
        for (m, material) in plan.materials.iter().enumerate() {
            if self.multiple[m] <= 1.0 {
                continue;
            }
            let kept = match material.price_response {
                Some((_, _, Some(half_life))) => libm::exp2(-h / value(values, half_life)),
                _ => 0.0,
            };
            let per_tonne = value(values, material.spot_share) * value(values, material.price);
            for k in from..to {
                let excess = (self.multiple[m] - 1.0) * kept;
                self.multiple[m] = 1.0 + excess;
                self.materials[m].price_excess += excess;
                self.costs.price += per_tonne * inflow(m, k) * excess * self.discount[k];
            }
        }
    }

    /// Whether the trial was short of anything, so that its shares need the baseline use of the whole horizon.
    pub fn any_short(&self) -> bool {
        self.materials.iter().any(|m| m.short)
    }

    /// Writes the trial's figures into `row`, laid out as `plan.columns`. `baseline_use` is that of each material over
    /// the horizon, `first_alert` when its first alert began.
    pub fn close(
        &self,
        plan: &Plan,
        values: &[f64],
        events: &Events,
        baseline_use: &[f64],
        first_alert: impl Fn(usize) -> Option<f64>,
        row: &mut [f64],
    ) {
        let columns = &plan.columns;
        row[0] = f64::from(u8::from(self.any_short()));
        row[1] = f64::from(u8::from(events.acted));
        for (m, sums) in self.materials.iter().enumerate() {
            let at = columns.materials[m];
            let share = if sums.tonnes > 0.0 { sums.tonnes / baseline_use[m] } else { 0.0 };
            row[at..at + 4].copy_from_slice(&[sums.tonnes, share, sums.peak, sums.short_steps * plan.step]);
            (row[at + 4], row[at + 5]) = match first_alert(m) {
                None => (f64::NAN, f64::NAN),
                Some(first) => {
                    let end = sums.trouble as f64 * plan.step;
                    ((end - first).max(0.0), f64::from(u8::from(sums.trouble == plan.steps)))
                }
            };
            if plan.materials[m].price_response.is_some() {
                row[at + 6] = sums.price_peak;
                row[at + 7] = 1.0 + sums.price_excess / plan.steps as f64;
            }
        }
        for (sums, &at) in self.sectors.iter().zip(&columns.sectors) {
            row[at..at + 3].copy_from_slice(&[sums.lost, sums.worst, sums.first_loss]);
        }
        for (c, &at) in columns.controls.iter().enumerate() {
            row[at] = f64::from(events.onsets[c]);
            row[at + 1..at + 1 + events.times[c].len()].copy_from_slice(&events.times[c]);
        }
        for (sums, &at) in self.options.iter().zip(&columns.options) {
            row[at..at + 3].copy_from_slice(&[sums.delivered, sums.cost, sums.started]);
        }
        let c = &self.costs;
        row[columns.costs..columns.costs + 6].copy_from_slice(&[
            c.total(),
            c.lost_output,
            c.indirect,
            c.price,
            c.premiums,
            c.options,
        ]);
        if let (Some(at), Some(gdp)) = (columns.gdp, plan.gdp) {
            let gdp = value(values, gdp);
            row[at] = self.losses.iter().sum::<f64>() / gdp;
            row[at + 1] = worst_year(&self.losses, plan.step) / gdp;
        }
    }
}

fn value(values: &[f64], scalar: Scalar) -> f64 {
    values[scalar.0 as usize]
}

/// The greatest sum of `losses` (one a step of `h` days, spread evenly over it) in any window of a year, or in all where
/// that is less. The greatest window begins or ends where a step does.
fn worst_year(losses: &[f64], h: f64) -> f64 {
    let window = YEAR / h;
    let n = losses.len();
    let total: f64 = losses.iter().sum();
    if window >= n as f64 {
        return total;
    }
    let whole = window.floor() as usize;
    let part = window - whole as f64;
    let mut sum: f64 = losses[..whole].iter().sum();
    let mut worst = f64::NEG_INFINITY;
    for begin in 0..=n - whole {
        // From `begin` on, with a part of the step after it; and up to its end, with a part of the step before it.
        if begin + whole < n {
            worst = worst.max(sum + part * losses[begin + whole]);
        }
        if begin > 0 {
            worst = worst.max(sum + part * losses[begin - 1]);
        }
        if part == 0.0 {
            worst = worst.max(sum);
        }
        if begin + whole < n {
            sum += losses[begin + whole] - losses[begin];
        }
    }
    worst
}

/// Baseline use of each material over the whole grid.
pub fn baseline_use(plan: &Plan, values: &[f64], flows: &Flows, baseline: &mut Baseline, sums: &mut [f64]) {
    if plan.steady {
        for (sum, use_) in sums.iter_mut().zip(&baseline.material) {
            *sum = use_ * plan.steps as f64;
        }
        return;
    }
    sums.fill(0.0);
    for k in 0..plan.steps {
        baseline.set(plan, values, &flows.available_at, &flows.works, k);
        for (sum, use_) in sums.iter_mut().zip(&baseline.material) {
            *sum += use_;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_year_is_found_wherever_it_lies() {
        let h = 7.0;
        let mut losses = vec![0.0; 261];
        losses[100..113].fill(10.0);
        assert!((worst_year(&losses, h) - 130.0).abs() < 1e-9);
        losses.fill(1.0);
        assert!((worst_year(&losses, h) - YEAR / 7.0).abs() < 1e-9);
        losses.fill(0.0);
        losses[0] = 5.0;
        losses[52] = 7.0;
        // 52 whole weeks and 0.18 of one more: both ends cannot be had in full.
        assert!((worst_year(&losses, h) - (7.0 + 5.0 * (YEAR / 7.0 - 52.0))).abs() < 1e-9);
        assert_eq!(worst_year(&[3.0; 10], h), 30.0);
    }

    #[test]
    fn the_worst_year_agrees_with_trying_every_window() {
        let losses: Vec<f64> = (0..150).map(|i| f64::from((i * 7919) % 101) - 20.0).collect();
        let h = 7.0;
        let cumulative = |x: f64| -> f64 {
            let k = (x as usize).min(losses.len());
            losses[..k].iter().sum::<f64>() + losses.get(k).map_or(0.0, |l| l * (x - k as f64))
        };
        let n = 200_000;
        let room = 150.0 - YEAR / h;
        let tried = (0..=n)
            .map(|i| room * f64::from(i) / f64::from(n))
            .map(|x| cumulative(x + YEAR / h) - cumulative(x))
            .fold(f64::NEG_INFINITY, f64::max);
        let found = worst_year(&losses, h);
        assert!(found >= tried - 1e-9 && found - tried < 0.2, "{found} {tried}");
    }
}
