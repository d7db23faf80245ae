//! Which parts of the model a world uses, and an account of what parts and pairs of parts a set of worlds covers.

use crate::quantity::{LawText, Path, Quantity};
use crate::simulate::Outcome;
use crate::world::{Blocks, Capacity, Cause, Kind, Response, Target, World};
use std::collections::{BTreeMap, BTreeSet};

/// The parts that a world contains.
pub fn of_world(world: &World) -> BTreeSet<&'static str> {
    let mut found = Found { world, parts: BTreeSet::new() };
    found.parts.insert(match world.step {
        Some("day") => "step: day",
        Some("month") => "step: month",
        _ => "step: week",
    });
    found.mark(!world.correlations.is_empty(), "correlations");
    found.mark(world.discount_rate.is_some(), "discount rate");
    found.mark(world.gdp.is_some(), "gdp");
    found.mark(world.controls.len() > 1, "several controls");
    found.mark(world.controls.is_empty(), "no control");
    found.mark(!world.crises.is_empty(), "crises");
    found.supply();
    found.demand();
    found.threats();
    found.options();
    found.parts
}

struct Found<'w> {
    world: &'w World,
    parts: BTreeSet<&'static str>,
}

impl Found<'_> {
    fn mark(&mut self, holds: bool, part: &'static str) {
        if holds {
            self.parts.insert(part);
        }
    }

    fn quantity(&mut self, quantity: &Option<Quantity>, part: &'static str) {
        self.mark(quantity.is_some(), part);
        if let Some(quantity) = quantity {
            self.sort(quantity);
        }
    }

    fn path(&mut self, path: &Path, part: &'static str) {
        match path {
            Path::Flat(quantity) => self.sort(quantity),
            Path::Dated(points) => {
                self.mark(true, part);
                points.iter().for_each(|(_, quantity)| self.sort(quantity));
            }
        }
    }

    /// How a quantity is written.
    fn sort(&mut self, quantity: &Quantity) {
        match quantity {
            Quantity::Plain(_) => {}
            Quantity::Parameter(name) | Quantity::Scaled(_, name) => {
                let scaled = matches!(quantity, Quantity::Scaled(..));
                self.mark(true, if scaled { "a scaled parameter" } else { "a parameter" });
                let found = self.world.parameters.iter().find(|(other, _)| other == name);
                if let Quantity::Law(law) = &found.expect("a parameter").1 {
                    self.law(law);
                }
            }
            Quantity::Law(law) => self.law(law),
        }
    }

    fn law(&mut self, law: &LawText) {
        let has = |name: &str| law.args.iter().any(|arg| arg.0 == name);
        let part = match law.kind {
            "uniform" => "law: uniform",
            "triangular" => "law: triangular",
            "pert" => "law: pert",
            "normal" if has("mean") => "law: normal mean sd",
            "normal" if has("p5") => "law: normal p5 p95",
            "normal" => "law: normal median p90",
            "lognormal" if has("mean") => "law: lognormal mean sd",
            "lognormal" if has("p5") => "law: lognormal p5 p95",
            "lognormal" if has("p90") => "law: lognormal median p90",
            "lognormal" => "law: lognormal median sigma",
            "gamma" if has("mean") => "law: gamma mean sd",
            "gamma" => "law: gamma shape scale",
            "weibull" => "law: weibull",
            "exponential" => "law: exponential",
            "beta" if has("mean") && has("low") => "law: beta mean sd low high",
            "beta" if has("mean") => "law: beta mean sd",
            "beta" if has("low") => "law: beta shapes low high",
            "beta" => "law: beta shapes",
            "discrete" => "law: discrete",
            _ => "law: empirical",
        };
        self.parts.insert(part);
        let cut = !["uniform", "triangular", "pert"].contains(&law.kind) && (has("min") || has("max"));
        self.mark(cut, "law: truncated");
    }

    fn supply(&mut self) {
        let world = self.world;
        self.mark(world.materials.len() == 1, "one material");
        for material in &world.materials {
            self.quantity(&material.price, "price");
            self.quantity(&material.headroom, "headroom of a material");
            self.quantity(&material.inventory, "inventory of a material");
            self.quantity(&material.accessible, "accessible");
            self.quantity(&material.spot_share, "spot share");
            if let Some(response) = &material.price_response {
                self.mark(true, "price response");
                self.mark(response.cap.is_none(), "price response without cap");
                self.quantity(&response.half_life, "half-life of the price");
                self.sort(&response.elasticity);
            }
            let processes = material.sources.iter().filter(|source| !source.inputs.is_empty()).count();
            self.mark(processes > 1, "several processes");
            self.mark(processes > 0 && processes < material.sources.len(), "processes beside imports");
            for source in &material.sources {
                self.path(&source.share, "share over the calendar");
                if let Path::Flat(Quantity::Law(_)) = source.share {
                    self.mark(true, "uncertain shares");
                }
                self.mark(source.route.is_empty(), "a source without route");
                self.quantity(&source.headroom, "headroom of a source");
                self.quantity(&source.transit, "transit");
                for input in source.inputs.values() {
                    self.mark(true, "a process");
                    self.mark(source.inputs.len() > 1, "a process with several inputs");
                    self.sort(&input.amount);
                    self.quantity(&input.inventory, "inventory of an input");
                }
            }
        }
    }

    fn demand(&mut self) {
        let world = self.world;
        self.mark(world.sectors.len() > 1, "several sectors");
        for sector in &world.sectors {
            self.path(&sector.value_added, "value added over the calendar");
            self.mark(sector.priority.is_some(), "priority");
            self.quantity(&sector.multiplier, "multiplier");
            if let Some(recapture) = &sector.recapture {
                self.mark(true, "recapture");
                for quantity in [&recapture.share, &recapture.extra_capacity, &recapture.within] {
                    self.sort(quantity);
                }
            }
            if let Some(firms) = &sector.firms {
                self.mark(true, "firms");
                self.sort(&firms.inventory);
            }
            self.mark(sector.uses.len() > 1, "a sector with several uses");
            for used in sector.uses.values() {
                self.path(&used.amount, "amount over the calendar");
                self.sort(&used.exposed);
                self.mark(matches!(&used.exposed, Quantity::Plain(n) if n.value == 0.0), "not exposed");
                self.quantity(&used.inventory, "inventory of a use");
                match &used.response {
                    None | Some(Response::Proportional) => self.mark(true, "response: proportional"),
                    Some(Response::Power(p)) => {
                        self.mark(true, "response: power");
                        self.sort(p);
                    }
                    Some(Response::Ces { sigma, .. }) => {
                        self.mark(true, "response: ces");
                        self.mark(*sigma == crate::quantity::plain(1.0, ""), "response: ces at sigma 1");
                    }
                }
            }
        }
    }

    fn threats(&mut self) {
        let world = self.world;
        for crisis in &world.crises {
            self.path(&crisis.annual_probability, "a crisis over the calendar");
        }
        for control in &world.controls {
            self.mark(control.stages.is_some(), "stages");
            self.mark(control.initial.is_some(), "initial");
            self.quantity(&control.elapsed, "elapsed");
            for onset in &control.onsets {
                match &onset.cause {
                    Cause::Annual { probability, during } => {
                        self.mark(true, "onset: annual");
                        self.path(probability, "onset: annual over the calendar");
                        self.mark(during.is_some(), "onset: while");
                    }
                    Cause::At { probability, .. } => {
                        self.mark(true, "onset: at a date");
                        self.quantity(probability, "onset: at a date with probability");
                    }
                    Cause::Crisis { probability, delay, .. } => {
                        self.mark(true, "onset: crisis");
                        self.quantity(probability, "onset: crisis with probability");
                        self.quantity(delay, "onset: crisis with delay");
                    }
                    Cause::Follows { regime, probability, delay, .. } => {
                        self.mark(true, "onset: follows");
                        self.mark(regime.is_some(), "onset: follows a regime");
                        self.quantity(probability, "onset: follows with probability");
                        self.quantity(delay, "onset: follows with delay");
                    }
                }
                self.mark(onset.milder, "onset: milder");
                self.mark(matches!(onset.enters, Some(Target::Table(_))), "onset: enters table");
            }
            for regime in &control.regimes {
                self.quantity(&regime.approval_delay, "approval delay");
                self.quantity(&regime.lasts, "a sojourn");
                self.mark(regime.lasts.is_none(), "a sojourn for ever");
                self.mark(
                    matches!(&regime.lasts, Some(Quantity::Plain(n)) if n.unit == "date"),
                    "a sojourn to a date",
                );
                self.mark(regime.then.is_some(), "then");
                match &regime.blocks {
                    None => {}
                    Some(Blocks::Flat(blocks)) => self.quantity(&Some(blocks.clone()), "blocks"),
                    Some(Blocks::Profile(entries)) => {
                        self.mark(true, "a profile");
                        entries.iter().for_each(|(_, blocks)| self.sort(blocks));
                    }
                }
            }
        }
    }

    fn options(&mut self) {
        let world = self.world;
        self.mark(world.enabled().count() > 2, "many options");
        self.mark(world.enabled().count() < world.options.len(), "an option that is off");
        for option in world.enabled() {
            match &option.kind {
                Kind::Supplier(supplier) => {
                    let part = match (option.standing, supplier.inputs.is_empty()) {
                        (true, true) => "supplier: standing",
                        (true, false) => "supplier: standing with inputs",
                        (false, true) => "supplier: contingent",
                        (false, false) => "supplier: contingent with inputs",
                    };
                    self.mark(true, part);
                    self.mark(!supplier.route.is_empty(), "supplier with a route");
                    self.quantity(&supplier.premium, "premium");
                    match &supplier.capacity {
                        Capacity::Flow(path) => self.path(path, "capacity over the calendar"),
                        Capacity::Recycling { .. } => self.mark(true, "supplier: recycling"),
                    }
                }
                Kind::Stockpile { size, max_release, refill, holding_cost, .. } => {
                    let by_mass = world.dimension(size) == "mass";
                    self.mark(true, if by_mass { "stockpile by mass" } else { "stockpile by time" });
                    for (rate, of_mass, of_share) in [
                        (max_release, "stockpile: release by mass", "stockpile: release by share"),
                        (refill, "stockpile: refill by mass", "stockpile: refill by share"),
                    ] {
                        if let Some(rate) = rate {
                            let mass = world.dimension(rate) == "mass rate";
                            self.mark(true, if mass { of_mass } else { of_share });
                        }
                    }
                    self.quantity(holding_cost, "holding cost");
                }
                Kind::Thrifting { place, .. } => {
                    let process = place.starts_with("materials");
                    self.mark(true, if process { "thrifting in a process" } else { "thrifting in a sector" });
                }
                Kind::Substitution { place, .. } => {
                    let process = place.starts_with("materials");
                    self.mark(
                        true,
                        if process { "substitution in a process" } else { "substitution in a sector" },
                    );
                }
            }
            let saving = matches!(option.kind, Kind::Thrifting { .. } | Kind::Substitution { .. });
            self.mark(saving && option.standing, "a standing saving");
            self.mark(option.permanent, "permanent");
            self.quantity(&option.available_from, "available from");
            self.mark(matches!(option.available_from, Some(Quantity::Law(_))), "available from, uncertain");
            self.quantity(&option.lead_time, "lead time");
            self.quantity(&option.ramp, "ramp");
            self.quantity(&option.success, "success");
            self.quantity(&option.capex, "capex");
            self.quantity(&option.fixed_cost, "fixed cost");
        }
    }
}

/// What happened in a trial, beyond what its events noted.
pub fn of_outcome(world: &World, outcome: &Outcome) -> BTreeSet<&'static str> {
    let mut parts: BTreeSet<&'static str> = outcome.marks.iter().copied().collect();
    let mut mark = |holds: bool, part: &'static str| {
        if holds {
            parts.insert(part);
        }
    };
    mark(outcome.metrics["shortfall.any"] == Some(1.0), "happened: a shortfall");
    for record in &outcome.records {
        mark(record.refilled.values().any(|amount| *amount > 0.0), "happened: a refill");
        mark(record.groups.values().any(|group| group.recaptured > 0.0), "happened: a recapture");
        mark(record.multiples.values().any(|multiple| *multiple > 1.0), "happened: a spot price above 1");
        let more =
            |key: &(String, String)| record.source_deliveries[key] > record.base_flow[key] * (1.0 + 1e-9);
        mark(record.base_flow.keys().any(more), "happened: headroom used");
        let extra =
            |key: &(String, String)| record.source_deliveries[key] > record.import_orders[key] * (1.0 + 1e-9);
        mark(record.import_orders.keys().any(extra), "happened: imports stand in for processes");
        for option in world.enabled() {
            let delivered = record.option_deliveries[&option.name] > 0.0;
            mark(delivered && matches!(option.kind, Kind::Stockpile { .. }), "happened: a release");
            mark(delivered && !option.standing && option.supplier().is_some(), "happened: contingent supply");
        }
    }
    parts
}

/// How often each part and each pair of parts was met.
#[derive(Default)]
pub struct Coverage {
    parts: BTreeMap<&'static str, usize>,
    pairs: BTreeMap<(&'static str, &'static str), usize>,
    worlds: usize,
}

impl Coverage {
    pub fn add(&mut self, parts: &BTreeSet<&'static str>) {
        self.worlds += 1;
        for (i, a) in parts.iter().enumerate() {
            *self.parts.entry(a).or_default() += 1;
            for b in parts.iter().skip(i + 1) {
                *self.pairs.entry((a, b)).or_default() += 1;
            }
        }
    }

    /// The share of all pairs of parts that were met together.
    pub fn pair_share(&self) -> f64 {
        let n = self.parts.len();
        self.pairs.len() as f64 / (n * (n - 1) / 2) as f64
    }

    /// How many different parts were met.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    pub fn report(&self) -> String {
        let mut text = format!(
            "{} worlds met {} parts and {} pairs of parts, {:.1} % of all pairs\n",
            self.worlds,
            self.parts.len(),
            self.pairs.len(),
            100.0 * self.pair_share()
        );
        for (part, count) in &self.parts {
            text.push_str(&format!("{count:6} {part}\n"));
        }
        let names: Vec<&&str> = self.parts.keys().collect();
        for (i, a) in names.iter().enumerate() {
            for b in &names[i + 1..] {
                if !self.pairs.contains_key(&(**a, **b)) {
                    text.push_str(&format!("never together: {a} + {b}\n"));
                }
            }
        }
        text
    }
}
