//! Prices, costs and the account of one step (section 5, 9, and section 6).

use crate::flows::{Record, Run, Savings, place};
use crate::network::{Consumer, groups};
use crate::quantity::YEAR;
use crate::world::{Kind, Material, Mitigation, PriceResponse};

impl Run<'_> {
    /// Prices, costs and losses, once the flows of the step are known.
    pub fn keep_account(&mut self, savings: &Savings, record: &mut Record) {
        let middle = record.start + 0.5 * record.days;
        let rate = self
            .world
            .discount_rate
            .as_ref()
            .map_or(0.0, |rate| self.draws.once(rate, "economy.discount_rate"));
        record.discount = libm::pow(1.0 + rate, -middle / YEAR);
        for component in ["lost_output", "indirect", "price", "premiums", "options"] {
            record.costs.insert(component, 0.0);
        }
        self.losses(record);
        for material in &self.world.materials {
            let multiple = self.spot_multiple(material, record);
            self.multiple.insert(material.name.clone(), multiple);
            record.multiples.insert(material.name.clone(), multiple);
            let path = format!("materials.{}.spot_share", material.name);
            let spot_share = self.draws.share_or(&material.spot_share, &path, SPOT_SHARE);
            let delivered = record.source_deliveries.iter().filter(|(key, _)| key.0 == material.name);
            let from_sources: f64 = delivered.map(|(_, amount)| amount).sum();
            let extra = spot_share * from_sources * self.price(&material.name) * (multiple - 1.0);
            *record.costs.get_mut("price").expect("a component") += extra;
        }
        for option in self.world.enabled() {
            let (premium, other) = self.option_costs(option, savings, record);
            *record.costs.get_mut("premiums").expect("a component") += premium;
            *record.costs.get_mut("options").expect("a component") += other;
            record.option_costs.insert(option.name.clone(), premium + other);
        }
    }

    fn losses(&self, record: &mut Record) {
        for sector in &self.world.sectors {
            let keys = (0..groups(self.world, &sector.name)).map(|i| Consumer::Group(sector.name.clone(), i));
            let net: f64 = keys.map(|key| record.groups[&key].lost - record.groups[&key].recaptured).sum();
            let path = format!("sectors.{}.multiplier", sector.name);
            let multiplier = self.draws.amount_or(&sector.multiplier, &path, 1.0).max(1.0);
            let indirect = (multiplier - 1.0) * net;
            *record.costs.get_mut("lost_output").expect("a component") += net;
            *record.costs.get_mut("indirect").expect("a component") += indirect;
            record.sector_loss.insert(sector.name.clone(), net);
            record.total_loss += net + indirect;
        }
    }

    fn price(&self, material: &str) -> f64 {
        let price = &self.world.material(material).price;
        self.draws.amount_or(price, &format!("materials.{material}.price"), 0.0)
    }

    /// min(cap, q^(1/elasticity)), falling no faster than its half-life allows.
    fn spot_multiple(&self, material: &Material, record: &Record) -> f64 {
        let Some(PriceResponse { elasticity, cap, half_life }) = &material.price_response else { return 1.0 };
        let path = format!("materials.{}.price_response", material.name);
        let asked = record.demand[&material.name].min(record.wishes[&material.name]);
        // Not more than a rounding of the baseline use: nothing is scarce.
        let nothing = asked <= 1e-9 * record.baseline[&material.name];
        let mut q = if nothing { 1.0 } else { f64::min(1.0, record.inflow[&material.name] / asked) };
        if q > 1.0 - 1e-12 {
            q = 1.0;
        }
        let elasticity = self.draws.once(elasticity, &format!("{path}.elasticity"));
        let cap = self.draws.amount_or(cap, &format!("{path}.cap"), f64::INFINITY);
        let multiple = cap.min(libm::pow(q, 1.0 / elasticity));
        let before = self.multiple.get(&material.name).copied().unwrap_or(1.0);
        match half_life {
            None => multiple,
            Some(half_life) => {
                let half_life = self.draws.amount(half_life, &format!("{path}.half_life"));
                multiple.max(1.0 + (before - 1.0) * libm::exp2(-record.days / half_life))
            }
        }
    }

    /// What an option costs in the step, undiscounted: (premium, everything else). Notes what a saving planned to save.
    fn option_costs(&self, option: &Mitigation, savings: &Savings, record: &mut Record) -> (f64, f64) {
        let path = format!("options.{}", option.name);
        let (from, to) = (record.start, record.start + record.days);
        let mut other = 0.0;
        // In the step in which it first becomes available, and not if that was before the start.
        if let Some(first) = self.first_available.get(&option.name)
            && (*first >= from || from == 0.0 && *first >= 0.0)
            && *first < to
        {
            other += self.draws.amount_or(&option.capex, &format!("{path}.capex"), 0.0);
        }
        let since = option.available_from.as_ref();
        let since = since.map_or(0.0, |date| self.draws.once(date, &format!("{path}.available_from")));
        let running = (to - since.max(from)).max(0.0);
        other += self.draws.amount_or(&option.fixed_cost, &format!("{path}.fixed_cost"), 0.0) * running;
        match &option.kind {
            Kind::Supplier(supplier) => {
                let premium = self.draws.amount_or(&supplier.premium, &format!("{path}.premium"), 0.0);
                let delivered = record.option_deliveries[&option.name];
                return (delivered * self.price(&supplier.material) * premium, other);
            }
            Kind::Stockpile { material, holding_cost, .. } => {
                let holding = self.draws.amount_or(holding_cost, &format!("{path}.holding_cost"), 0.0);
                other += holding * record.levels[&option.name] * self.price(material) * record.days / YEAR;
            }
            Kind::Thrifting { place, material, cost, .. }
            | Kind::Substitution { place, from: material, cost, .. } => {
                let planned = self.planned_saving(option, place, material, savings, record);
                record.option_deliveries.insert(option.name.clone(), planned);
                other += planned * self.draws.amount_or(cost, &format!("{path}.cost"), 0.0);
            }
        }
        (0.0, other)
    }

    /// Use x saved for a sector, order x amount x saved for a process.
    fn planned_saving(
        &self,
        option: &Mitigation,
        here: &str,
        material: &str,
        savings: &Savings,
        record: &Record,
    ) -> f64 {
        let all = &savings[&(here.to_string(), material.to_string())];
        let share = all.iter().find(|(name, _)| *name == option.name).expect("a planned saving").1;
        let middle = record.start + 0.5 * record.days;
        let consumers =
            record.edges.keys().filter(|(of, consumer)| of == material && place(consumer) == here);
        let used = consumers.map(|(_, consumer)| {
            let order = record.orders.get(consumer).copied().unwrap_or(0.0);
            self.plain_use(consumer, material, order, middle)
        });
        used.sum::<f64>() * share
    }
}

/// The spot share where none is stated: a share's default.
const SPOT_SHARE: f64 = 1.0;
