//! One trial's flows, step by step (section 5, 1 to 6): every step is walked, every quantity looked up by name.

use crate::draws::Draws;
use crate::events::History;
use crate::network::{Consumer, Edge, Spans, edges_of, inputs, raw_to_products};
use crate::quantity::Quantity;
use crate::world::{Kind, World};
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
    pub fn first_target(&self, edge: &Edge, first: &Record) -> f64 {
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
    pub fn firms_inventory(&self, inventory: &Quantity, group: usize, groups: usize) -> f64 {
        let value = match inventory {
            Quantity::Law(law) => self.draws.law(law).quantile((group as f64 + 0.5) / groups as f64),
            other => self.draws.once(other, ""),
        };
        value.max(0.0)
    }

    /// A mass, or a time or a share of the use of one step (a time counts in days of that use). Such a share may exceed
    /// 100 %, like headroom: it is of a rate, not of a whole.
    pub fn amount_of_use(&self, quantity: &Quantity, path: &str, use_in_step: f64) -> f64 {
        let value = self.draws.amount(quantity, path);
        match self.world.dimension(quantity) {
            "mass" => value,
            "time" => value * use_in_step / self.days,
            "mass rate" => value * self.days,
            "share" => value * use_in_step,
            other => panic!("no amount of use: {other}"),
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
}
