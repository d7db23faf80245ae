//! One trial's flows, step by step (section 5, 1 to 6): every step is walked, every quantity looked up by name.

use crate::draws::Draws;
use crate::events::{History, average_pass};
use crate::network::{Consumer, Edge, Spans, edges_of, groups, inputs, makers, raw_to_products, touching};
use crate::quantity::Quantity;
use crate::world::{Capacity, Kind, Mitigation, Source, Supplier, World};
use std::collections::BTreeMap;

/// What one edge saw in a step, in tonnes.
#[derive(Clone, Copy, Debug, Default)]
pub struct EdgeRecord {
    /// d: the need at normal activity.
    pub demand: f64,
    /// o: what the edge wishes to receive.
    pub wish: f64,
    /// The part of the wish for this step's use: min(d w, o).
    pub wish_to_use: f64,
    /// n: the need that counts for the shortfall.
    pub need: f64,
    pub before: f64,
    pub received: f64,
    pub filled: f64,
    pub consumed: f64,
    pub after: f64,
}

/// What one group of a sector's firms did in a step.
#[derive(Clone, Copy, Debug, Default)]
pub struct GroupRecord {
    /// Value added at normal activity in the step.
    pub normal: f64,
    pub wanted: f64,
    /// r: what the worst-filled material allows.
    pub allowed: f64,
    pub activity: f64,
    pub lost: f64,
    pub recaptured: f64,
    pub backlog: f64,
}

/// Everything that happened in a step. Keys: materials, (material, source), options, edges, groups.
#[derive(Clone, Debug, Default)]
pub struct Record {
    pub start: f64,
    pub days: f64,
    pub touched: BTreeMap<String, bool>,
    pub availability: BTreeMap<String, f64>,
    /// B of each material, and what each baseline edge needs of it.
    pub baseline: BTreeMap<String, f64>,
    pub baseline_edges: BTreeMap<Edge, f64>,
    /// D, W and the sum of the edges' wishes.
    pub demand: BTreeMap<String, f64>,
    pub wanted: BTreeMap<String, f64>,
    pub wishes: BTreeMap<String, f64>,
    pub base_flow: BTreeMap<(String, String), f64>,
    /// What processes and options with inputs were ordered to deliver.
    pub orders: BTreeMap<Consumer, f64>,
    pub import_orders: BTreeMap<(String, String), f64>,
    pub source_deliveries: BTreeMap<(String, String), f64>,
    /// What suppliers delivered, stockpiles released, savings planned to save or replace.
    pub option_deliveries: BTreeMap<String, f64>,
    pub refill_wishes: BTreeMap<String, f64>,
    pub refilled: BTreeMap<String, f64>,
    pub levels: BTreeMap<String, f64>,
    pub inflow: BTreeMap<String, f64>,
    pub edges: BTreeMap<Edge, EdgeRecord>,
    pub groups: BTreeMap<Consumer, GroupRecord>,
    pub multiples: BTreeMap<String, f64>,
    /// What costs are multiplied by.
    pub discount: f64,
    /// Cost components, not discounted.
    pub costs: BTreeMap<&'static str, f64>,
    pub option_costs: BTreeMap<String, f64>,
    /// Lost output and indirect loss, not discounted.
    pub sector_loss: BTreeMap<String, f64>,
    pub total_loss: f64,
    pub marks: Vec<&'static str>,
}

/// What is planned to be saved of one use: (option, share of the use).
pub type Savings = BTreeMap<(String, String), Vec<(String, f64)>>;

/// A trial on its way through the steps.
pub struct Run<'w> {
    pub world: &'w World,
    pub draws: &'w Draws<'w>,
    pub histories: &'w BTreeMap<String, History>,
    pub alerts: &'w BTreeMap<String, Spans>,
    pub days: f64,
    /// What deliveries are changed by, as a share of them; 0 but where it is asked how well posed a world is.
    pub noise: f64,
    pub stock: BTreeMap<Edge, f64>,
    pub target: BTreeMap<Edge, f64>,
    pub level: BTreeMap<String, f64>,
    pub backlog: BTreeMap<Consumer, f64>,
    pub multiple: BTreeMap<String, f64>,
    /// From when an option that has started is available.
    pub available: BTreeMap<String, f64>,
    /// When a material's present alert began.
    pub alert_began: BTreeMap<String, f64>,
    /// The first moment of availability of options that have ever been available.
    pub first_available: BTreeMap<String, f64>,
}

/// The place of a consumer in a scenario, as options name it.
pub fn place(consumer: &Consumer) -> String {
    match consumer {
        Consumer::Group(sector, _) => format!("sectors.{sector}"),
        Consumer::Process(material, source) => format!("materials.{material}.sources.{source}"),
        Consumer::Option(option) => format!("options.{option}"),
    }
}

impl<'w> Run<'w> {
    /// The state at the start of a trial.
    pub fn new(
        world: &'w World,
        draws: &'w Draws<'w>,
        histories: &'w BTreeMap<String, History>,
        alerts: &'w BTreeMap<String, Spans>,
    ) -> Self {
        let mut run = Run {
            world,
            draws,
            histories,
            alerts,
            days: world.step_days(),
            noise: 0.0,
            stock: BTreeMap::new(),
            target: BTreeMap::new(),
            level: BTreeMap::new(),
            backlog: BTreeMap::new(),
            multiple: BTreeMap::new(),
            available: BTreeMap::new(),
            alert_began: BTreeMap::new(),
            first_available: BTreeMap::new(),
        };
        for option in world.enabled().filter(|option| option.standing) {
            let from = run.available_from(option) + run.lead_time(option);
            run.available.insert(option.name.clone(), from);
        }
        let mut first = Record { start: 0.0, days: run.days, ..Record::default() };
        run.availabilities(&mut first);
        run.baseline(&mut first);
        for material in &world.materials {
            for edge in edges_of(world, &material.name) {
                let target = run.first_target(&edge, &first);
                run.stock.insert(edge.clone(), target);
                run.target.insert(edge, target);
            }
        }
        for option in world.enabled() {
            if let Kind::Stockpile { material, size, .. } = &option.kind {
                let size = run.amount_of_use(
                    size,
                    &format!("options.{}.size", option.name),
                    first.baseline[material],
                );
                run.level.insert(option.name.clone(), size);
            }
        }
        run
    }

    /// Accessible x inventory x the edge's baseline use in the first step; zero for an option's edge.
    fn first_target(&self, edge: &Edge, first: &Record) -> f64 {
        let (material, consumer) = edge;
        let general = &self.world.material(material).inventory;
        let general = self.draws.amount_or(general, &format!("materials.{material}.inventory"), 0.0);
        let inventory = match consumer {
            Consumer::Option(_) => return 0.0,
            Consumer::Process(product, source) => {
                let own = &inputs(self.world, consumer)[material].inventory;
                let path = format!("materials.{product}.sources.{source}.inputs.{material}.inventory");
                self.draws.amount_or(own, &path, general)
            }
            Consumer::Group(name, group) => {
                let sector = self.world.sectors.iter().find(|sector| sector.name == *name).expect("a sector");
                match &sector.firms {
                    Some(firms) => self.firms_inventory(&firms.inventory, *group, firms.groups),
                    None => {
                        let path = format!("sectors.{name}.uses.{material}.inventory");
                        self.draws.amount_or(&sector.uses[material].inventory, &path, general)
                    }
                }
            }
        };
        let path = format!("materials.{material}.accessible");
        let accessible = self.draws.share_or(&self.world.material(material).accessible, &path, 1.0);
        accessible * inventory * first.baseline_edges.get(edge).copied().unwrap_or(0.0) / self.days
    }

    /// The (i - 1/2)/groups quantile of the law of inventory, of the i-th group.
    fn firms_inventory(&self, inventory: &Quantity, group: usize, groups: usize) -> f64 {
        let value = match inventory {
            Quantity::Law(law) => self.draws.law(law).quantile((group as f64 + 0.5) / groups as f64),
            other => self.draws.once(other, ""),
        };
        value.max(0.0)
    }

    /// A mass, or a time or a share of the use of one step (a time counts in days of that use). Such a share may exceed
    /// 100 %, like headroom: it is of a rate, not of a whole.
    fn amount_of_use(&self, quantity: &Quantity, path: &str, use_in_step: f64) -> f64 {
        let value = self.draws.amount(quantity, path);
        match self.world.dimension(quantity) {
            "mass" => value,
            "time" => value * use_in_step / self.days,
            "mass rate" => value * self.days,
            "share" => value * use_in_step,
            other => panic!("no amount of use: {other}"),
        }
    }

    fn available_from(&self, option: &Mitigation) -> f64 {
        let path = format!("options.{}.available_from", option.name);
        option.available_from.as_ref().map_or(0.0, |date| self.draws.once(date, &path))
    }

    /// The option's lead time, drawn afresh.
    fn lead_time(&self, option: &Mitigation) -> f64 {
        let path = format!("options.{}.lead_time", option.name);
        option.lead_time.as_ref().map_or(0.0, |time| self.draws.afresh(time, &path).max(0.0))
    }

    /// No alert covers the instant, and no edge's stock is below its target.
    fn at_rest(&self, material: &str, instant: f64) -> bool {
        let on_alert = self.alerts[material].iter().any(|(start, end)| *start <= instant && instant < *end);
        let below = |edge: &Edge| self.stock[edge] < self.target[edge] * (1.0 - 1e-9);
        !on_alert && !edges_of(self.world, material).iter().any(below)
    }

    /// Alerts begin and end; contingent options start and go back to idle.
    fn wake(&mut self, record: &mut Record) {
        let (from, to) = (record.start, record.start + record.days);
        for material in &self.world.materials {
            let alert = touching(&self.alerts[&material.name], from, to);
            record.touched.insert(material.name.clone(), alert.is_some());
            let began = alert.map(|(start, _)| start.max(from));
            let rest = self.at_rest(&material.name, from);
            if rest {
                self.alert_began.remove(&material.name);
            }
            if let Some(began) = began {
                self.alert_began.entry(material.name.clone()).or_insert(began);
            }
            for option in self.world.enabled().filter(|o| !o.standing && o.material() == material.name) {
                if rest && !option.permanent && self.available.remove(&option.name).is_some() {
                    record.marks.push("an option went back to idle");
                }
                if let Some(began) = began
                    && !self.available.contains_key(&option.name)
                {
                    let from = self.available_from(option).max(began + self.lead_time(option));
                    self.available.insert(option.name.clone(), from);
                }
            }
        }
    }

    /// The exact time-average of each option's ramp; 0 for one that failed.
    fn availabilities(&mut self, record: &mut Record) {
        for option in self.world.enabled() {
            let mut average = 0.0;
            if let Some(from) = self.available.get(&option.name).copied()
                && self.works(option)
            {
                let ramp = self.draws.amount_or(&option.ramp, &format!("options.{}.ramp", option.name), 0.0);
                average = average_ramp(from, ramp, record.start, record.start + record.days);
                if average > 0.0 {
                    self.first_available.entry(option.name.clone()).or_insert(from);
                }
            }
            record.availability.insert(option.name.clone(), average);
        }
    }

    fn works(&self, option: &Mitigation) -> bool {
        let path = format!("options.{}.success", option.name);
        match &option.success {
            Some(success) => self.draws.single(&path) < self.draws.share(success, &path),
            None => true,
        }
    }

    /// What options plan to save: max_share x availability each, in the order of the file, together at most all.
    fn savings(&self, record: &Record) -> Savings {
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
    fn demand(&self, edge: &Edge, order: f64, middle: f64, savings: &Savings) -> f64 {
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
    fn shares(&self, material: &str, middle: f64) -> BTreeMap<String, f64> {
        let sources = &self.world.material(material).sources;
        let share = |source: &Source| {
            let path = format!("materials.{material}.sources.{}.share", source.name);
            self.draws.on_day(&source.share, &path, 0.0, 1.0, middle)
        };
        let total: f64 = sources.iter().map(share).sum();
        sources.iter().map(|source| (source.name.clone(), share(source) / total)).collect()
    }

    /// Capacity x availability in the step, before any block.
    fn capacity(&self, option: &Mitigation, supplier: &Supplier, record: &Record) -> f64 {
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
    fn pass(&self, material: &str, route: &[(String, String)], transit: f64, record: &Record) -> f64 {
        let hitting = self.world.controls.iter().filter(|control| control.hits(material, route));
        let histories: Vec<&History> = hitting.map(|control| &self.histories[&control.name]).collect();
        let from = record.start - transit;
        average_pass(&histories, from, from + record.days)
    }

    /// The standing suppliers of a material, in the order of the file.
    fn standing(&self, material: &str) -> Vec<(&'w Mitigation, &'w Supplier)> {
        let standing = self.world.enabled().filter(|option| option.standing);
        let suppliers = standing.filter_map(|option| option.supplier().map(|supplier| (option, supplier)));
        suppliers.filter(|(_, supplier)| supplier.material == material).collect()
    }

    /// B of every material, from products to raw: nothing saved, nothing blocked.
    fn baseline(&self, record: &mut Record) {
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

    /// One whole step.
    pub fn step(&mut self, number: usize) -> Record {
        let mut record = Record { start: number as f64 * self.days, days: self.days, ..Record::default() };
        self.wake(&mut record);
        self.availabilities(&mut record);
        let savings = self.savings(&record);
        self.baseline(&mut record);
        self.wanted_activity(&mut record);
        for material in raw_to_products(self.world).into_iter().rev() {
            self.order(&material, &savings, &mut record);
        }
        for material in raw_to_products(self.world) {
            self.deliver(&material, &mut record);
            self.allocate(&material, &mut record);
        }
        self.produce(&mut record);
        self.keep_account(&savings, &mut record);
        record
    }

    /// What is ordered from whom for one material.
    fn order(&mut self, material: &str, savings: &Savings, record: &mut Record) {
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

    fn stockpiles(&self, material: &str) -> Vec<String> {
        let of_it = |option: &&Mitigation| matches!(&option.kind, Kind::Stockpile { material: m, .. } if m == material);
        self.world.enabled().filter(of_it).map(|option| option.name.clone()).collect()
    }

    /// What stockpiles want back, in a step no part of which is on alert.
    fn refill_wishes(&self, material: &str, record: &mut Record) {
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

    /// B of a material in the first step.
    fn first_baseline(&self, material: &str) -> f64 {
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

    /// Standing supply, in the order of the file, together at most W: its sum.
    fn order_standing(&self, material: &str, wanted: f64, record: &mut Record) -> f64 {
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

    fn headroom(&self, material: &str, source: &Source) -> f64 {
        let general = &self.world.material(material).headroom;
        let general = self.draws.amount_or(general, &format!("materials.{material}.headroom"), 0.1);
        let path = format!("materials.{material}.sources.{}.headroom", source.name);
        self.draws.amount_or(&source.headroom, &path, general)
    }

    /// Orders from the sources of a material, which still wants `missing`: their sum.
    fn order_sources(&self, material: &str, missing: f64, record: &mut Record) -> f64 {
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
    fn dispatch(
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
    fn deliver(&mut self, material: &str, record: &mut Record) {
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
    fn deliver_imports(&self, material: &str, supplied: f64, record: &mut Record) -> f64 {
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

/// The time-average over [start, end) of a ramp from 0 at `from` to 1 at `from + ramp`.
pub fn average_ramp(from: f64, ramp: f64, start: f64, end: f64) -> f64 {
    let mut points = vec![start, end];
    points.extend([from, from + ramp].into_iter().filter(|day| start < *day && *day < end));
    points.sort_by(f64::total_cmp);
    let height = |day: f64| {
        if day < from {
            0.0
        } else if day >= from + ramp {
            1.0
        } else {
            (day - from) / ramp
        }
    };
    // The ramp is linear between the points, so that the middle of each piece is its mean.
    let piece = |pair: &[f64]| (pair[1] - pair[0]) * height(0.5 * (pair[0] + pair[1]));
    points.windows(2).map(piece).sum::<f64>() / (end - start)
}

#[test]
fn ramps_are_averaged_exactly() {
    assert_eq!(average_ramp(3.0, 0.0, 0.0, 4.0), 0.25);
    assert_eq!(average_ramp(0.0, 8.0, 0.0, 4.0), 0.25);
    assert_eq!(average_ramp(2.0, 4.0, 0.0, 8.0), 0.5);
    assert_eq!(average_ramp(9.0, 4.0, 0.0, 8.0), 0.0);
}
