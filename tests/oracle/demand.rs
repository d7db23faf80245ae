//! What is needed and what could come: uses, savings, shares, capacities, the baseline (section 5, 3).

use crate::events::{History, average_pass};
use crate::flows::{Record, Run, Savings, place};
use crate::network::{Consumer, Edge, edges_of, groups, inputs, raw_to_products};
use crate::options::average_ramp;
use crate::world::{Capacity, Kind, Mitigation, Source, Supplier};
use std::collections::BTreeMap;

impl<'w> Run<'w> {
    /// What options plan to save: max_share x availability each, in the order of the file, together at most all.
    pub fn savings(&self, record: &Record) -> Savings {
        let mut savings = Savings::new();
        for option in self.world.enabled() {
            let (place, material, max_share) = match &option.kind {
                Kind::Thrifting { place, material, max_share, .. } => (place, material, max_share),
                Kind::Substitution { place, from, max_share, .. } => (place, from, max_share),
                _ => continue,
            };
            let most = self.draws.share(max_share, &format!("options.{}.max_share", option.name));
            let planned = savings.entry((place.clone(), material.clone())).or_default();
            let before: f64 = planned.iter().map(|(_, share)| share).sum();
            let share = f64::min(most * record.availability[&option.name], 1.0 - before);
            planned.push((option.name.clone(), share.max(0.0)));
        }
        savings
    }

    /// What a consumer needs of a material in the step with nothing saved; `order` is what a process or option delivers.
    pub fn plain_use(&self, consumer: &Consumer, material: &str, order: f64, middle: f64) -> f64 {
        match consumer {
            Consumer::Group(name, _) => {
                let sector = self.world.sectors.iter().find(|sector| sector.name == *name).expect("a sector");
                let Some(used) = sector.uses.get(material) else { return 0.0 };
                let path = format!("sectors.{name}.uses.{material}.amount");
                let rate = self.draws.on_day(&used.amount, &path, 0.0, f64::INFINITY, middle);
                rate * self.days / groups(self.world, name) as f64
            }
            maker => {
                let Some(input) = inputs(self.world, maker).get(material) else { return 0.0 };
                let tail = if input.table { ".amount" } else { "" };
                let path = format!("{}.inputs.{material}{tail}", place(maker));
                order * self.draws.amount(&input.amount, &path)
            }
        }
    }

    /// d: the plain use x (1 - saved), plus what substitution adds.
    pub fn demand(&self, edge: &Edge, order: f64, middle: f64, savings: &Savings) -> f64 {
        let (material, consumer) = edge;
        let here = place(consumer);
        let saved: f64 = savings
            .get(&(here.clone(), material.clone()))
            .iter()
            .flat_map(|all| all.iter())
            .map(|s| s.1)
            .sum();
        let mut demand = self.plain_use(consumer, material, order, middle) * (1.0 - saved).max(0.0);
        for option in self.world.enabled() {
            let Kind::Substitution { place, from, to, ratio, .. } = &option.kind else { continue };
            if *place == here && to == material {
                let all = &savings[&(here.clone(), from.clone())];
                let share = all.iter().find(|(name, _)| *name == option.name).expect("a planned saving").1;
                let ratio = self.draws.amount(ratio, &format!("options.{}.ratio", option.name));
                demand += self.plain_use(consumer, from, order, middle) * share * ratio;
            }
        }
        demand
    }

    /// The share of each source of a material in the middle of a step; the shares sum to 1.
    pub fn shares(&self, material: &str, middle: f64) -> BTreeMap<String, f64> {
        let sources = &self.world.material(material).sources;
        let share = |source: &Source| {
            let path = format!("materials.{material}.sources.{}.share", source.name);
            self.draws.on_day(&source.share, &path, 0.0, 1.0, middle)
        };
        let total: f64 = sources.iter().map(share).sum();
        sources.iter().map(|source| (source.name.clone(), share(source) / total)).collect()
    }

    /// Capacity x availability in the step, before any block.
    pub fn capacity(&self, option: &Mitigation, supplier: &Supplier, record: &Record) -> f64 {
        let path = format!("options.{}", option.name);
        let rate = match &supplier.capacity {
            Capacity::Flow(capacity) => {
                let middle = record.start + 0.5 * record.days;
                self.draws.on_day(capacity, &format!("{path}.capacity"), 0.0, f64::INFINITY, middle)
            }
            Capacity::Recycling { feed, collection, recovery } => {
                self.draws.amount(feed, &format!("{path}.feed"))
                    * self.draws.share_or(collection, &format!("{path}.collection"), 1.0)
                    * self.draws.share_or(recovery, &format!("{path}.recovery"), 1.0)
            }
        };
        rate * record.days * record.availability[&option.name]
    }

    /// The time-average of the product of (1 - blocked) over the controls that hit a route, `transit` days ago.
    pub fn pass(&self, material: &str, route: &[(String, String)], transit: f64, record: &Record) -> f64 {
        let hitting = self.world.controls.iter().filter(|control| control.hits(material, route));
        let histories: Vec<&History> = hitting.map(|control| &self.histories[&control.name]).collect();
        let from = record.start - transit;
        average_pass(&histories, from, from + record.days)
    }

    /// The standing suppliers of a material, in the order of the file.
    pub fn standing(&self, material: &str) -> Vec<(&'w Mitigation, &'w Supplier)> {
        let standing = self.world.enabled().filter(|option| option.standing);
        let suppliers = standing.filter_map(|option| option.supplier().map(|supplier| (option, supplier)));
        suppliers.filter(|(_, supplier)| supplier.material == material).collect()
    }

    /// B of every material, from products to raw: nothing saved, nothing blocked.
    pub fn baseline(&self, record: &mut Record) {
        let middle = record.start + 0.5 * record.days;
        let mut orders: BTreeMap<Consumer, f64> = BTreeMap::new();
        for material in raw_to_products(self.world).into_iter().rev() {
            let mut total = 0.0;
            for edge in edges_of(self.world, &material) {
                let order = orders.get(&edge.1).copied().unwrap_or(0.0);
                let used = self.plain_use(&edge.1, &material, order, middle);
                total += used;
                record.baseline_edges.insert(edge, used);
            }
            let mut capacity = 0.0;
            for (option, supplier) in self.standing(&material) {
                let own = self.capacity(option, supplier, record);
                orders.insert(Consumer::Option(option.name.clone()), own.min((total - capacity).max(0.0)));
                capacity += own;
            }
            for (source, share) in self.shares(&material, middle) {
                let flow = share * (total - capacity).max(0.0);
                orders.insert(Consumer::Process(material.clone(), source), flow);
            }
            record.baseline.insert(material, total);
        }
    }

    /// B of a material in the first step.
    pub fn first_baseline(&self, material: &str) -> f64 {
        let mut first = Record { days: self.days, ..Record::default() };
        for option in self.world.enabled() {
            let mut availability = 0.0;
            if option.standing && self.works(option) {
                let ramp = self.draws.amount_or(&option.ramp, &format!("options.{}.ramp", option.name), 0.0);
                availability = average_ramp(self.available[&option.name], ramp, 0.0, self.days);
            }
            first.availability.insert(option.name.clone(), availability);
        }
        self.baseline(&mut first);
        first.baseline[material]
    }
}
