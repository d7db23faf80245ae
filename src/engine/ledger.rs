//! What a trial adds up to: physical measures, value, costs (docs/model.md, 5.8 to 7), and the row of figures they make.

use super::flows::{Basis, Flows, TOLERANCE};
use super::lane::{Lane, Mask, Now, value};
use super::losses::Losses;
use super::power::power;
use super::seat::Seat;
use crate::plan::{Material, Plan, Work};
use crate::quantity::YEAR;

/// Costs by component, in the scenario's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Costs<N: Lane = f64> {
    /// Lost output, net of what was made up.
    pub lost_output: N,
    /// Lost output elsewhere.
    pub indirect: N,
    /// Higher prices.
    pub price: N,
    /// Premiums of suppliers.
    pub premiums: N,
    /// Capex, fixed, holding and saving costs.
    pub options: N,
}

impl<N: Lane> Costs<N> {
    fn parts(&mut self) -> [&mut N; 5] {
        [&mut self.lost_output, &mut self.indirect, &mut self.price, &mut self.premiums, &mut self.options]
    }

    #[inline(always)]
    fn add(&mut self, other: &Costs<N>, weight: N) {
        self.lost_output += other.lost_output * weight;
        self.indirect += other.indirect * weight;
        self.price += other.price * weight;
        self.premiums += other.premiums * weight;
        self.options += other.options * weight;
    }

    fn of_lane(&self, lane: usize) -> Costs {
        Costs {
            lost_output: self.lost_output.get(lane),
            indirect: self.indirect.get(lane),
            price: self.price.get(lane),
            premiums: self.premiums.get(lane),
            options: self.options.get(lane),
        }
    }
}

impl Costs {
    /// Their sum.
    pub fn total(&self) -> f64 {
        self.lost_output + self.indirect + self.price + self.premiums + self.options
    }
}

/// What is left of an excess price after a step, of which half is left after `half_life` days.
fn kept_of_excess(plan: &Plan, half_life: f64) -> f64 {
    libm::exp2(-plan.step / half_life)
}

/// What a material adds up to.
#[derive(Clone, Copy, Debug)]
struct MaterialSums<N> {
    tonnes: N,
    peak: N,
    short_steps: N,
    /// End of the last step in trouble, as a number of steps; 0 where there was none.
    trouble: N,
    price_peak: N,
    price_excess: N,
    /// What is left of its excess price after a step.
    kept: N,
}

#[derive(Clone, Copy, Debug)]
struct SectorSums<N> {
    lost: N,
    worst: N,
    first_loss: N,
}

#[derive(Clone, Copy, Debug)]
struct OptionSums<N> {
    delivered: N,
    cost: N,
    started: N,
}

/// What is discounted by, at a rate.
#[derive(Clone, Debug)]
struct Discount {
    rate: f64,
    factors: Vec<f64>,
    /// Sums of `factors` before each step.
    sums: Vec<f64>,
}

impl Discount {
    fn new(plan: &Plan, rate: f64) -> Discount {
        let sums = (0..=plan.steps).map(|k| k as f64).collect();
        let mut discount = Discount { rate: 0.0, factors: vec![1.0; plan.steps], sums };
        discount.set(rate, plan.step);
        discount
    }

    fn set(&mut self, rate: f64, h: f64) {
        if rate == self.rate {
            return;
        }
        self.rate = rate;
        let log = -libm::log1p(rate) / YEAR;
        let mut sum = 0.0;
        for (k, factor) in self.factors.iter_mut().enumerate() {
            *factor = libm::exp(log * (k as f64 + 0.5) * h);
            self.sums[k] = sum;
            sum += *factor;
        }
        self.sums[self.factors.len()] = sum;
    }
}

/// The accounts of the trials that are walked side by side; reused from trial to trial.
#[derive(Clone, Debug)]
pub struct Ledger<N: Lane = f64> {
    /// The present step's costs, before discounting.
    pub step: Costs<N>,
    /// The present step's costs of each option, before discounting.
    pub option_step: Vec<N>,
    /// The present price multiple of each material.
    pub multiple: Vec<N>,
    materials: Vec<MaterialSums<N>>,
    sectors: Vec<SectorSums<N>>,
    options: Vec<OptionSums<N>>,
    costs: Costs<N>,
    /// Direct and indirect loss, not discounted, of each trial.
    losses: Vec<Losses>,
    /// Of each trial, or of all.
    discounts: Vec<Discount>,
    /// The discount factor of the present step.
    factor: N,
}

impl<N: Lane> Ledger<N> {
    /// For trials of `plan`.
    pub fn new(plan: &Plan) -> Self {
        let (zero, one) = (N::of(0.0), N::of(1.0));
        let material = |material: &Material| {
            let half_life = material.price_response.and_then(|(_, _, half_life)| half_life);
            let kept = half_life.and_then(|half_life| plan.scalars.certain(half_life));
            MaterialSums {
                tonnes: zero,
                peak: zero,
                short_steps: zero,
                trouble: zero,
                price_peak: one,
                price_excess: zero,
                kept: N::of(kept.map_or(0.0, |half_life| kept_of_excess(plan, half_life))),
            }
        };
        let sector = SectorSums { lost: zero, worst: one, first_loss: zero };
        let option = OptionSums { delivered: zero, cost: zero, started: zero };
        Ledger {
            step: Costs::default(),
            option_step: vec![zero; plan.options.len()],
            multiple: vec![one; plan.materials.len()],
            materials: plan.materials.iter().map(material).collect(),
            sectors: vec![sector; plan.sectors.len()],
            options: vec![option; plan.options.len()],
            costs: Costs::default(),
            losses: vec![Losses::new(plan.steps); N::WIDTH],
            discounts: match plan.scalars.certain(plan.discount_rate) {
                Some(rate) => vec![Discount::new(plan, rate)],
                None => vec![Discount::new(plan, 0.0); N::WIDTH],
            },
            factor: one,
        }
    }

    /// Opens the accounts of a trial.
    pub fn open(&mut self, plan: &Plan, lane: usize, values: &[f64]) {
        let zero = |sum: &mut N| sum.set(lane, 0.0);
        for (sums, material) in self.materials.iter_mut().zip(&plan.materials) {
            let MaterialSums { tonnes, peak, short_steps, trouble, price_peak, price_excess, kept } = sums;
            [tonnes, peak, short_steps, trouble, price_excess].into_iter().for_each(zero);
            price_peak.set(lane, 1.0);
            if let Some((_, _, Some(half_life))) = material.price_response
                && plan.scalars.certain(half_life).is_none()
            {
                kept.set(lane, kept_of_excess(plan, values[half_life.0 as usize]));
            }
        }
        for SectorSums { lost, worst, first_loss } in &mut self.sectors {
            lost.set(lane, 0.0);
            worst.set(lane, 1.0);
            first_loss.set(lane, f64::NAN);
        }
        for OptionSums { delivered, cost, started } in &mut self.options {
            delivered.set(lane, 0.0);
            cost.set(lane, 0.0);
            started.set(lane, f64::NAN);
        }
        self.costs.parts().into_iter().for_each(zero);
        self.multiple.iter_mut().for_each(|multiple| multiple.set(lane, 1.0));
        self.losses[lane].clear();
        if let Some(discount) = self.discounts.get_mut(lane) {
            discount.set(values[plan.discount_rate.0 as usize], plan.step);
        }
    }

    /// Books a step.
    #[inline(always)]
    pub fn book(&mut self, basis: &Basis<N>, flows: &Flows<N>) {
        let Basis { plan, values, now, .. } = *basis;
        self.step = Costs::default();
        self.factor = match &self.discounts[..] {
            [all] if all.rate == 0.0 => N::of(1.0),
            [all] => N::gather(&all.factors, now.k),
            own => N::each(|lane| own[lane].factors[N::step(now.k, lane)]),
        };
        self.shortfalls(flows, now);
        self.output(basis, flows);
        self.prices(basis, flows);
        self.options(plan, values, flows, now.t);
        self.costs.add(&self.step, self.factor);
        for (sums, &cost) in self.options.iter_mut().zip(&self.option_step) {
            sums.cost += cost * self.factor;
        }
    }

    #[inline(always)]
    fn shortfalls(&mut self, flows: &Flows<N>, now: Now<N>) {
        let (zero, one) = (N::of(0.0), N::of(1.0));
        let end = now.number + one;
        for (sums, flow) in self.materials.iter_mut().zip(&flows.materials) {
            let (need, short) = (flow.need, flow.shortfall);
            let is_short = (N::of(TOLERANCE) * need).lt(short);
            if is_short.any() {
                sums.tonnes += N::select(is_short, short, zero);
                sums.peak = sums.peak.max(N::select(is_short, short / need, zero));
                let counts = (N::of(0.01 + TOLERANCE) * need).lt(short);
                sums.short_steps += N::select(counts, one, zero);
            }
            sums.trouble = N::select(is_short | flow.below, end, sums.trouble);
        }
    }

    #[inline(always)]
    fn output(&mut self, basis: &Basis<N>, flows: &Flows<N>) {
        let Basis { plan, values, now, running, .. } = *basis;
        let zero = N::of(0.0);
        let (mut all, mut lossy) = (zero, N::Mask::of(false));
        for (sums, sector) in self.sectors.iter_mut().zip(&plan.sectors) {
            let (mut lost, mut made_up, mut activity, mut va) = (zero, zero, zero, zero);
            for g in sector.groups.clone() {
                lost += flows.groups[g].lost;
                made_up += flows.groups[g].recaptured;
                activity += flows.groups[g].activity;
                va += flows.groups[g].value_added;
            }
            sums.worst = sums.worst.min(activity / N::of(sector.groups.len() as f64));
            let net = lost - made_up;
            let some = net.lt(zero) | zero.lt(net);
            if !some.any() {
                continue;
            }
            sums.lost += net;
            let begins = some & sums.first_loss.is_nan() & (N::of(TOLERANCE) * va).lt(lost);
            sums.first_loss = N::select(begins, now.t, sums.first_loss);
            let indirect = (value(values, sector.multiplier) - N::of(1.0)) * net;
            self.step.lost_output += net;
            self.step.indirect += indirect;
            all += net + indirect;
            lossy = lossy | some;
        }
        // Where there is no trial any more the step is anywhere.
        let lossy = lossy & running;
        if lossy.any() {
            for (lane, losses) in self.losses.iter_mut().enumerate().filter(|(lane, _)| lossy.get(*lane)) {
                losses.book(N::step(now.k, lane), all.get(lane));
            }
        }
    }

    #[inline(always)]
    fn prices(&mut self, basis: &Basis<N>, flows: &Flows<N>) {
        let Basis { plan, values, baseline, .. } = *basis;
        let (zero, one) = (N::of(0.0), N::of(1.0));
        for (m, material) in plan.materials.iter().enumerate() {
            let Some((elasticity, cap, half_life)) = material.price_response else { continue };
            let wanted = flows.materials[m].demand.min(flows.materials[m].wishes);
            // What is asked for can be rounding alone, where users are well stocked; nothing is scarce then.
            let asked = (N::of(TOLERANCE) * baseline.material[m]).lt(wanted);
            let asked = asked & flows.materials[m].inflow.lt(wanted);
            if !(asked | one.lt(self.multiple[m])).any() {
                continue;
            }
            let ratio = N::select(asked, flows.materials[m].inflow / wanted, one);
            let scarce = ratio.le(N::of(1.0 - super::signal::SNAP));
            let mut multiple = one;
            if scarce.any() {
                // The elasticity is negative.
                let risen = one / power(ratio, N::of(-1.0) / value(values, elasticity));
                multiple = N::select(scarce, risen, one);
            }
            if let Some(cap) = cap {
                multiple = multiple.min(value(values, cap));
            }
            let sums = &mut self.materials[m];
            if half_life.is_some() {
                let fading = one + (self.multiple[m] - one) * sums.kept;
                multiple = N::select(one.lt(self.multiple[m]), multiple.max(fading), multiple);
            }
            self.multiple[m] = multiple;
            let dearer = one.lt(multiple);
            let excess = N::select(dearer, multiple - one, zero);
            sums.price_peak = sums.price_peak.max(multiple);
            sums.price_excess += excess;
            let bought = value(values, material.spot_share) * flows.materials[m].from_sources;
            // Where nothing is bought nothing is paid, however high the price.
            let paid = bought * value(values, material.price) * excess;
            self.step.price += N::select(dearer & zero.lt(bought), paid, zero);
        }
    }

    #[inline(always)]
    fn options(&mut self, plan: &Plan, values: &[N], flows: &Flows<N>, t: N) {
        let (zero, h) = (N::of(0.0), plan.step);
        for (o, option) in plan.options.iter().enumerate() {
            let moved = flows.options[o].moved;
            let price = value(values, plan.materials[option.material].price);
            let sums = &mut self.options[o];
            sums.delivered += moved;
            let mut cost = zero;
            let starts = sums.started.is_nan() & zero.lt(flows.options[o].available);
            if starts.any() {
                let at = flows.options[o].available_at;
                sums.started = N::select(starts, at.max(zero), sums.started);
                cost += N::select(starts & zero.le(at), value(values, option.capex), zero);
            }
            let mut premium = zero;
            match &option.work {
                Work::Supply(supply) => premium = moved * price * value(values, supply.premium),
                Work::Pile(pile) => {
                    cost += flows.options[o].level * price * value(values, pile.holding_cost) * N::of(h)
                        / N::of(YEAR);
                }
                Work::Saving(per_tonne) => cost += moved * value(values, *per_tonne),
            }
            let from = value(values, option.available_from);
            cost += value(values, option.fixed_cost) * (t + N::of(h) - from.max(t)).max(zero);
            self.step.premiums += premium;
            self.step.options += cost;
            self.option_step[o] = premium + cost;
        }
    }

    /// Books the steps from `from` up to `to` of a trial as plain repetitions of the baseline, in which nothing happens
    /// but that stockpiles are held, plants kept ready, and prices sink back.
    pub fn book_quiet(
        &mut self,
        plan: &Plan,
        lane: usize,
        flows: &Flows<N>,
        seat: &Seat,
        (from, to): (usize, usize),
        mut inflow: impl FnMut(usize, usize) -> f64,
    ) {
        let h = plan.step;
        let value = |scalar: crate::plan::Scalar| seat.values[scalar.0 as usize];
        let add = |sum: &mut N, more: f64| sum.set(lane, sum.get(lane) + more);
        let Discount { factors, sums: discounted, .. } =
            if let [all] = &self.discounts[..] { all } else { &self.discounts[lane] };
        let held = discounted[to] - discounted[from];
        for (o, option) in plan.options.iter().enumerate() {
            let mut cost = 0.0;
            if let Work::Pile(pile) = &option.work {
                let price = value(plan.materials[option.material].price);
                cost += flows.options[o].size.get(lane) * price * value(pile.holding_cost) * h / YEAR * held;
            }
            let fixed = value(option.fixed_cost);
            if fixed > 0.0 {
                let begins = value(option.available_from) / h;
                let partial = begins.max(from as f64).min(to as f64);
                let whole = partial.ceil() as usize;
                cost += fixed * h * (discounted[to] - discounted[whole]);
                if whole > from && (whole as f64) > partial {
                    cost += fixed * h * (whole as f64 - partial) * factors[whole - 1];
                }
            }
            add(&mut self.options[o].cost, cost);
            add(&mut self.costs.options, cost);
        }
        for (m, material) in plan.materials.iter().enumerate() {
            if self.multiple[m].get(lane) <= 1.0 {
                continue;
            }
            let kept = self.materials[m].kept.get(lane);
            let per_tonne = value(material.spot_share) * value(material.price);
            for (k, factor) in factors.iter().enumerate().take(to).skip(from) {
                let excess = (self.multiple[m].get(lane) - 1.0) * kept;
                self.multiple[m].set(lane, 1.0 + excess);
                add(&mut self.materials[m].price_excess, excess);
                add(&mut self.costs.price, per_tonne * inflow(m, k) * excess * factor);
            }
        }
    }

    /// Whether the trial was short of anything, so that its shares need the baseline use of the whole horizon.
    pub fn any_short(&self, lane: usize) -> bool {
        self.materials.iter().any(|m| m.tonnes.get(lane) > 0.0)
    }

    /// Writes the trial's figures into `row`, laid out as `plan.columns`. `baseline_use` is that of each material over
    /// the horizon.
    pub fn close(&self, plan: &Plan, lane: usize, seat: &Seat, baseline_use: &[f64], row: &mut [f64]) {
        let (columns, events) = (&plan.columns, &seat.events);
        row[0] = f64::from(u8::from(self.any_short(lane)));
        row[1] = f64::from(u8::from(events.acted));
        for (m, sums) in self.materials.iter().enumerate() {
            let at = columns.materials[m];
            let tonnes = sums.tonnes.get(lane);
            let share = if tonnes > 0.0 { tonnes / baseline_use[m] } else { 0.0 };
            let time = sums.short_steps.get(lane) * plan.step;
            row[at..at + 4].copy_from_slice(&[tonnes, share, sums.peak.get(lane), time]);
            let trouble = sums.trouble.get(lane);
            (row[at + 4], row[at + 5]) = match seat.signals.alerts[m].first() {
                None => (f64::NAN, f64::NAN),
                Some(first) => {
                    let open = trouble == plan.steps as f64;
                    ((trouble * plan.step - first).max(0.0), f64::from(u8::from(open)))
                }
            };
            if plan.materials[m].price_response.is_some() {
                row[at + 6] = sums.price_peak.get(lane);
                row[at + 7] = 1.0 + sums.price_excess.get(lane) / plan.steps as f64;
            }
        }
        for (sums, &at) in self.sectors.iter().zip(&columns.sectors) {
            let SectorSums { lost, worst, first_loss } = sums;
            row[at..at + 3].copy_from_slice(&[lost.get(lane), worst.get(lane), first_loss.get(lane)]);
        }
        for (c, &at) in columns.controls.iter().enumerate() {
            row[at] = f64::from(events.onsets[c]);
            row[at + 1..at + 1 + events.times[c].len()].copy_from_slice(&events.times[c]);
        }
        for (sums, &at) in self.options.iter().zip(&columns.options) {
            let OptionSums { delivered, cost, started } = sums;
            row[at..at + 3].copy_from_slice(&[delivered.get(lane), cost.get(lane), started.get(lane)]);
        }
        let c = self.costs.of_lane(lane);
        row[columns.costs..columns.costs + 6].copy_from_slice(&[
            c.total(),
            c.lost_output,
            c.indirect,
            c.price,
            c.premiums,
            c.options,
        ]);
        if let (Some(at), Some(gdp)) = (columns.gdp, plan.gdp) {
            let gdp = seat.values[gdp.0 as usize];
            let losses = &self.losses[lane];
            (row[at], row[at + 1]) = (losses.total() / gdp, losses.worst_year(plan.step) / gdp);
        }
        if let Some(at) = columns.chance {
            row[at] = events.first.chance();
        }
    }
}
