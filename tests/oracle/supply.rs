//! Orders from products down, deliveries from raw materials up (section 5, 3 and 4).

use crate::flows::{EdgeRecord, Record, Run, Savings};
use crate::network::{Consumer, edges_of, inputs, makers};
use crate::world::{Kind, Mitigation, Source};

impl Run<'_> {
    /// What is ordered from whom for one material.
    pub fn order(&mut self, material: &str, savings: &Savings, record: &mut Record) {
        let middle = record.start + 0.5 * record.days;
        let (mut demand, mut wishes) = (0.0, 0.0);
        for edge in edges_of(self.world, material) {
            let order = record.orders.get(&edge.1).copied().unwrap_or(0.0);
            let d = self.demand(&edge, order, middle, savings);
            let w = record.groups.get(&edge.1).map_or(1.0, |group| group.wanted);
            let before = self.stock[&edge];
            let wish = (d * w + self.target[&edge] - before).max(0.0);
            let need = match &edge.1 {
                Consumer::Group(..) => d,
                Consumer::Process(..) => d.min(record.baseline_edges[&edge]),
                Consumer::Option(_) => 0.0,
            };
            demand += d;
            wishes += wish;
            let wish_to_use = wish.min(d * w);
            let known = EdgeRecord { demand: d, wish, wish_to_use, need, before, ..EdgeRecord::default() };
            record.edges.insert(edge, known);
        }
        self.refill_wishes(material, record);
        let back: f64 = self.stockpiles(material).iter().map(|name| record.refill_wishes[name]).sum();
        let wanted = wishes + back;
        record.demand.insert(material.to_string(), demand);
        record.wishes.insert(material.to_string(), wishes);
        record.wanted.insert(material.to_string(), wanted);
        let ordered = self.order_standing(material, wanted, record);
        let ordered = ordered + self.order_sources(material, wanted - ordered, record);
        // Suppliers without inputs and stockpiles are dispatched when it is known what is delivered; their orders
        // only count before the orders of those with inputs that come later.
        for (name, amount, with_inputs) in self.dispatch(material, ordered, true, record) {
            if with_inputs {
                record.orders.insert(Consumer::Option(name), amount);
            }
        }
    }

    pub fn stockpiles(&self, material: &str) -> Vec<String> {
        let of_it = |option: &&Mitigation| matches!(&option.kind, Kind::Stockpile { material: m, .. } if m == material);
        self.world.enabled().filter(of_it).map(|option| option.name.clone()).collect()
    }

    /// What stockpiles want back, in a step no part of which is on alert.
    pub fn refill_wishes(&self, material: &str, record: &mut Record) {
        let baseline = record.baseline[material];
        let first = self.first_baseline(material);
        for option in self.world.enabled() {
            let Kind::Stockpile { material: own, size, refill, .. } = &option.kind else { continue };
            if own != material {
                continue;
            }
            let path = format!("options.{}", option.name);
            let full = self.amount_of_use(size, &format!("{path}.size"), first);
            let rate = match refill {
                Some(refill) => self.amount_of_use(refill, &format!("{path}.refill"), baseline),
                None => 0.1 * baseline,
            };
            let missing = (full - self.level[&option.name]).max(0.0);
            let wish = if record.touched[material] { 0.0 } else { rate.min(missing) };
            record.refill_wishes.insert(option.name.clone(), wish);
        }
    }

    /// Standing supply, in the order of the file, together at most W: its sum.
    pub fn order_standing(&self, material: &str, wanted: f64, record: &mut Record) -> f64 {
        let mut sum = 0.0;
        for (option, supplier) in self.standing(material) {
            let able =
                self.capacity(option, supplier, record) * self.pass(material, &supplier.route, 0.0, record);
            let order = able.min(wanted - sum).max(0.0);
            sum += order;
            if supplier.inputs.is_empty() {
                record.option_deliveries.insert(option.name.clone(), order);
            } else {
                record.orders.insert(Consumer::Option(option.name.clone()), order);
            }
        }
        sum
    }

    pub fn headroom(&self, material: &str, source: &Source) -> f64 {
        let general = &self.world.material(material).headroom;
        let general = self.draws.amount_or(general, &format!("materials.{material}.headroom"), 0.1);
        let path = format!("materials.{material}.sources.{}.headroom", source.name);
        self.draws.amount_or(&source.headroom, &path, general)
    }

    /// Orders from the sources of a material, which still wants `missing`: their sum.
    pub fn order_sources(&self, material: &str, missing: f64, record: &mut Record) -> f64 {
        let middle = record.start + 0.5 * record.days;
        let capacities = self.standing(material).into_iter();
        let capacity: f64 =
            capacities.map(|(option, supplier)| self.capacity(option, supplier, record)).sum();
        let shares = self.shares(material, middle);
        let sources = &self.world.material(material).sources;
        let (mut flow, mut room) = (0.0, 0.0);
        let mut bases = Vec::new();
        for source in sources {
            let path = format!("materials.{material}.sources.{}.transit", source.name);
            let transit = self.draws.amount_or(&source.transit, &path, 0.0);
            let pass = self.pass(material, &source.route, transit, record);
            let base = shares[&source.name] * (record.baseline[material] - capacity).max(0.0) * pass;
            flow += base;
            room += base * self.headroom(material, source);
            bases.push(base);
        }
        let mut sum = 0.0;
        for (source, base) in sources.iter().zip(bases) {
            let order = if missing <= 0.0 {
                0.0
            } else if missing <= flow {
                base * missing / flow
            } else if room > 0.0 {
                let theta = f64::min(1.0, (missing - flow) / room);
                base * (1.0 + theta * self.headroom(material, source))
            } else {
                base
            };
            sum += order;
            let key = (material.to_string(), source.name.clone());
            record.base_flow.insert(key.clone(), base);
            if source.inputs.is_empty() {
                record.import_orders.insert(key, order);
            } else {
                record.orders.insert(Consumer::Process(material.to_string(), source.name.clone()), order);
            }
        }
        sum
    }

    /// What contingent options take on of what is missing, in the order of the file: (option, amount, has inputs).
    /// Without `all`, those with inputs are left out: they have delivered already.
    pub fn dispatch(
        &self,
        material: &str,
        supplied: f64,
        all: bool,
        record: &Record,
    ) -> Vec<(String, f64, bool)> {
        let wanted = record.wanted[material];
        let modest = wanted.min(record.demand[material]);
        let mut sum = supplied;
        let mut dispatched = Vec::new();
        for option in self.world.enabled().filter(|option| !option.standing && option.material() == material)
        {
            let (limit, goal, with_inputs) = match &option.kind {
                Kind::Supplier(supplier) => {
                    let pass = self.pass(material, &supplier.route, 0.0, record);
                    let goal = if record.touched[material] { wanted } else { modest };
                    (self.capacity(option, supplier, record) * pass, goal, !supplier.inputs.is_empty())
                }
                Kind::Stockpile { max_release, .. } => {
                    let baseline = record.baseline[material];
                    let path = format!("options.{}.max_release", option.name);
                    let release = max_release
                        .as_ref()
                        .map_or(baseline, |most| self.amount_of_use(most, &path, baseline));
                    let able = release * record.availability[&option.name];
                    (able.min(self.level[&option.name]), modest, false)
                }
                _ => continue,
            };
            if with_inputs && !all {
                continue;
            }
            let amount = limit.min((goal - sum).max(0.0));
            sum += amount;
            dispatched.push((option.name.clone(), amount, with_inputs));
        }
        dispatched
    }

    /// What comes in of one material, its inputs having been allocated already.
    pub fn deliver(&mut self, material: &str, record: &mut Record) {
        let mut inflow = 0.0;
        for (option, supplier) in self.standing(material) {
            if supplier.inputs.is_empty() {
                inflow += record.option_deliveries[&option.name];
            }
        }
        for maker in makers(self.world, material) {
            let worst = inputs(self.world, &maker)
                .keys()
                .map(|input| record.edges[&(input.clone(), maker.clone())].filled)
                .fold(1.0, f64::min);
            let delivered = record.orders[&maker] * worst;
            inflow += delivered;
            for input in inputs(self.world, &maker).keys() {
                let edge = record.edges.get_mut(&(input.clone(), maker.clone())).expect("an edge");
                edge.consumed = edge.demand * worst;
            }
            match maker {
                Consumer::Process(product, source) => {
                    record.source_deliveries.insert((product, source), delivered);
                }
                Consumer::Option(name) => {
                    record.option_deliveries.insert(name, delivered);
                }
                Consumer::Group(..) => unreachable!("sectors make no materials"),
            }
        }
        inflow += self.deliver_imports(material, inflow, record);
        for (name, amount, _) in self.dispatch(material, inflow, false, record) {
            inflow += amount;
            if let Some(level) = self.level.get_mut(&name) {
                *level = (*level - amount).max(0.0);
            }
            record.option_deliveries.insert(name, amount);
        }
        record.inflow.insert(material.to_string(), inflow);
    }

    /// Imports deliver what was ordered and more, within their headroom, where W is unmet: their sum.
    pub fn deliver_imports(&self, material: &str, supplied: f64, record: &mut Record) -> f64 {
        let sources = self.world.material(material).sources.iter().filter(|source| source.inputs.is_empty());
        let rooms: Vec<(String, f64, f64)> = sources
            .map(|source| {
                let key = (material.to_string(), source.name.clone());
                let order = record.import_orders[&key];
                let most = record.base_flow[&key] * (1.0 + self.headroom(material, source));
                (source.name.clone(), order, (most - order).max(0.0))
            })
            .collect();
        let ordered: f64 = rooms.iter().map(|room| room.1).sum();
        let room: f64 = rooms.iter().map(|room| room.2).sum();
        let unmet = (record.wanted[material] - supplied - ordered).max(0.0);
        let part = if room > 0.0 { f64::min(1.0, unmet / room) } else { 0.0 };
        let mut sum = 0.0;
        for (source, order, room) in rooms {
            let delivered = order + room * part;
            sum += delivered;
            record.source_deliveries.insert((material.to_string(), source), delivered);
        }
        sum
    }
}
