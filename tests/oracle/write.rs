//! A world as the text of a scenario file.

use crate::quantity::{LawText, Num, Path, Quantity, date_text};
use crate::world::{
    Blocks, Capacity, Cause, Control, Input, Kind, Material, Mitigation, Onset, Regime, Response, Sector,
    Source, Supplier, Target, World,
};
use std::collections::BTreeMap;
use std::fmt::Write;

/// The text of the file being written; it gives every seventh quantity a source of its own.
struct Writer {
    text: String,
    written: usize,
}

/// The scenario of a world, in the format of the example.
pub fn toml(world: &World) -> String {
    let mut writer = Writer { text: String::new(), written: 0 };
    writer.head(world);
    for material in &world.materials {
        writer.material(material);
    }
    for sector in &world.sectors {
        writer.sector(sector);
    }
    for crisis in &world.crises {
        writer.table(&format!("crises.{}", crisis.name));
        writer.path("annual_probability", &crisis.annual_probability);
    }
    for control in &world.controls {
        writer.control(control);
    }
    for option in &world.options {
        writer.option(option);
    }
    writer.text
}

fn number(num: &Num) -> String {
    match num.unit.as_str() {
        "" => format!("{:?}", num.value),
        "%" => format!("\"{}%\"", num.value),
        "date" => date_text(num.value as i64),
        unit => format!("\"{} {unit}\"", num.value),
    }
}

fn law(law: &LawText) -> String {
    let list = |values: &Vec<Num>| values.iter().map(number).collect::<Vec<_>>().join(", ");
    let args = law.args.iter().map(|(name, values)| {
        if ["values", "weights"].contains(name) {
            format!("{name} = [{}]", list(values))
        } else {
            format!("{name} = {}", list(values))
        }
    });
    format!("{} = {{ {} }}", law.kind, args.collect::<Vec<_>>().join(", "))
}

/// A quantity without a source.
fn bare(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Plain(num) => number(num),
        Quantity::Law(text) => format!("{{ {} }}", law(text)),
        Quantity::Parameter(name) => format!("\"${name}\""),
        Quantity::Scaled(scale, name) if scale.unit == "%" => format!("\"{}% * ${name}\"", scale.value),
        Quantity::Scaled(scale, name) => format!("\"{} * ${name}\"", scale.value),
    }
}

fn quoted(names: &[String]) -> String {
    format!("[{}]", names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", "))
}

fn route(route: &[(String, String)]) -> String {
    let stages = route.iter().map(|(stage, country)| format!("{stage} = \"{country}\""));
    format!("{{ {} }}", stages.collect::<Vec<_>>().join(", "))
}

impl Writer {
    fn line(&mut self, key: &str, value: &str) {
        writeln!(self.text, "{key} = {value}").expect("a string can be written to");
    }

    fn table(&mut self, name: &str) {
        writeln!(self.text, "\n[{name}]").expect("a string can be written to");
    }

    fn entry(&mut self, name: &str) {
        writeln!(self.text, "\n[[{name}]]").expect("a string can be written to");
    }

    /// A quantity, now and then with a source.
    fn value(&mut self, quantity: &Quantity) -> String {
        self.written += 1;
        if !self.written.is_multiple_of(7) {
            return bare(quantity);
        }
        match quantity {
            Quantity::Law(text) => format!("{{ {}, source = \"made up\", note = \"a law\" }}", law(text)),
            other => format!("{{ value = {}, source = \"made up\" }}", bare(other)),
        }
    }

    fn quantity(&mut self, key: &str, quantity: &Quantity) {
        let value = self.value(quantity);
        self.line(key, &value);
    }

    fn maybe(&mut self, key: &str, quantity: &Option<Quantity>) {
        if let Some(quantity) = quantity {
            self.quantity(key, quantity);
        }
    }

    fn path_value(&mut self, path: &Path) -> String {
        match path {
            Path::Flat(quantity) => self.value(quantity),
            Path::Dated(points) => {
                let points: Vec<String> = points
                    .iter()
                    .map(|(date, q)| format!("{} = {}", date_text(*date), self.value(q)))
                    .collect();
                format!("{{ {} }}", points.join(", "))
            }
        }
    }

    fn path(&mut self, key: &str, path: &Path) {
        let value = self.path_value(path);
        self.line(key, &value);
    }

    fn head(&mut self, world: &World) {
        self.table("scenario");
        self.line("name", &format!("\"{}\"", world.name));
        self.line("start", &date_text(world.start));
        self.line("horizon", &number(&world.horizon));
        if let Some(step) = world.step {
            self.line("step", &format!("\"{step}\""));
        }
        self.line("currency", &format!("\"{}\"", world.money.currency));
        self.line("trials", "10");
        self.line("seed", &world.seed.to_string());
        self.table("economy");
        self.maybe("gdp", &world.gdp);
        let rates = world
            .money
            .rates
            .iter()
            .map(|(name, rate)| format!("{name} = \"{rate} {}\"", world.money.currency));
        let rates = format!("{{ {} }}", rates.collect::<Vec<_>>().join(", "));
        self.line("exchange_rates", &rates);
        self.maybe("discount_rate", &world.discount_rate);
        if !world.parameters.is_empty() {
            self.table("parameters");
        }
        for (name, quantity) in &world.parameters {
            self.quantity(name, quantity);
        }
        for (a, b, rho) in &world.correlations {
            self.entry("correlations");
            self.line("between", &quoted(&[a.clone(), b.clone()]));
            self.line("rho", &format!("{rho:?}"));
        }
    }

    fn material(&mut self, material: &Material) {
        let name = format!("materials.{}", material.name);
        self.table(&name);
        self.maybe("price", &material.price);
        self.maybe("headroom", &material.headroom);
        self.maybe("inventory", &material.inventory);
        self.maybe("accessible", &material.accessible);
        self.maybe("spot_share", &material.spot_share);
        if let Some(response) = &material.price_response {
            let mut parts = vec![format!("elasticity = {}", self.value(&response.elasticity))];
            for (key, quantity) in [("cap", &response.cap), ("half_life", &response.half_life)] {
                if let Some(quantity) = quantity {
                    parts.push(format!("{key} = {}", self.value(quantity)));
                }
            }
            self.line("price_response", &format!("{{ {} }}", parts.join(", ")));
        }
        for source in &material.sources {
            self.source(&format!("{name}.sources"), source);
        }
    }

    fn source(&mut self, name: &str, source: &Source) {
        self.entry(name);
        self.line("name", &format!("\"{}\"", source.name));
        self.path("share", &source.share);
        if !source.route.is_empty() {
            self.line("route", &route(&source.route));
        }
        self.maybe("headroom", &source.headroom);
        self.maybe("transit", &source.transit);
        self.inputs(&source.inputs);
    }

    fn inputs(&mut self, inputs: &BTreeMap<String, Input>) {
        if inputs.is_empty() {
            return;
        }
        let mut parts = Vec::new();
        for (material, input) in inputs {
            let amount = self.value(&input.amount);
            parts.push(match (&input.inventory, input.table) {
                (_, false) => format!("{material} = {amount}"),
                (None, true) => format!("{material} = {{ amount = {amount} }}"),
                (Some(inventory), true) => {
                    format!("{material} = {{ amount = {amount}, inventory = {} }}", self.value(inventory))
                }
            });
        }
        self.line("inputs", &format!("{{ {} }}", parts.join(", ")));
    }

    fn sector(&mut self, sector: &Sector) {
        let name = format!("sectors.{}", sector.name);
        self.table(&name);
        self.path("value_added", &sector.value_added);
        if let Some(priority) = sector.priority {
            self.line("priority", &priority.to_string());
        }
        self.maybe("multiplier", &sector.multiplier);
        if let Some(recapture) = &sector.recapture {
            let share = self.value(&recapture.share);
            let extra = self.value(&recapture.extra_capacity);
            let within = self.value(&recapture.within);
            self.line(
                "recapture",
                &format!("{{ share = {share}, extra_capacity = {extra}, within = {within} }}"),
            );
        }
        if let Some(firms) = &sector.firms {
            let inventory = bare(&firms.inventory);
            self.line("firms", &format!("{{ groups = {}, inventory = {inventory} }}", firms.groups));
        }
        for (material, used) in &sector.uses {
            self.table(&format!("{name}.uses.{material}"));
            self.path("amount", &used.amount);
            self.quantity("exposed", &used.exposed);
            self.maybe("inventory", &used.inventory);
            match &used.response {
                None => {}
                Some(Response::Proportional) => self.line("response", "\"proportional\""),
                Some(Response::Power(p)) => {
                    let p = self.value(p);
                    self.line("response", &format!("{{ power = {p} }}"));
                }
                Some(Response::Ces { share, sigma, sigma_long, tau }) => {
                    let parts =
                        [("share", share), ("sigma", sigma), ("sigma_long", sigma_long), ("tau", tau)];
                    let parts: Vec<String> = parts
                        .iter()
                        .map(|(key, quantity)| format!("{key} = {}", self.value(quantity)))
                        .collect();
                    self.line("response", &format!("{{ ces = {{ {} }} }}", parts.join(", ")));
                }
            }
        }
    }

    fn control(&mut self, control: &Control) {
        let name = format!("controls.{}", control.name);
        self.table(&name);
        self.line("country", &format!("\"{}\"", control.country));
        self.line("materials", &quoted(&control.materials));
        if let Some(stages) = &control.stages {
            self.line("stages", &quoted(stages));
        }
        if let Some(initial) = &control.initial {
            self.line("initial", &format!("\"{initial}\""));
        }
        self.maybe("elapsed", &control.elapsed);
        for onset in &control.onsets {
            self.entry(&format!("{name}.onsets"));
            self.onset(onset);
        }
        for regime in &control.regimes {
            self.entry(&format!("{name}.regimes"));
            self.regime(regime);
        }
    }

    fn onset(&mut self, onset: &Onset) {
        if let Some(name) = &onset.name {
            self.line("name", &format!("\"{name}\""));
        }
        match &onset.cause {
            Cause::Annual { probability, during } => {
                self.path("annual_probability", probability);
                if let Some(during) = during {
                    self.line("while", &quoted(during));
                }
            }
            Cause::At { date, probability } => {
                self.line("at", &date_text(*date));
                self.maybe("probability", probability);
            }
            Cause::Crisis { crisis, probability, delay } => {
                self.line("crisis", &format!("\"{crisis}\""));
                self.maybe("probability", probability);
                self.maybe("delay", delay);
            }
            Cause::Follows { control, regime, probability, delay } => {
                self.line("follows", &format!("\"{control}\""));
                if let Some(regime) = regime {
                    self.line("regime", &format!("\"{regime}\""));
                }
                self.maybe("probability", probability);
                self.maybe("delay", delay);
            }
        }
        if let Some(target) = &onset.enters {
            self.target("enters", target);
        }
        if onset.milder {
            self.line("milder", "true");
        }
    }

    fn target(&mut self, key: &str, target: &Target) {
        let value = match target {
            Target::One(regime) => format!("\"{regime}\""),
            Target::Table(entries) => {
                let entries = entries.iter().map(|(regime, p)| format!("{regime} = {}", bare(p)));
                format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
            }
        };
        self.line(key, &value);
    }

    fn regime(&mut self, regime: &Regime) {
        self.line("name", &format!("\"{}\"", regime.name));
        self.maybe("approval_delay", &regime.approval_delay);
        match &regime.blocks {
            None => {}
            Some(Blocks::Flat(blocks)) => self.quantity("blocks", blocks),
            Some(Blocks::Profile(entries)) => {
                let entries: Vec<String> =
                    entries.iter().map(|(time, q)| format!("{} = {}", number(time), self.value(q))).collect();
                self.line("blocks", &format!("{{ {} }}", entries.join(", ")));
            }
        }
        self.maybe("lasts", &regime.lasts);
        if let Some(target) = &regime.then {
            self.target("then", target);
        }
    }

    fn option(&mut self, option: &Mitigation) {
        self.table(&format!("options.{}", option.name));
        match &option.kind {
            Kind::Supplier(supplier) => self.supplier(supplier),
            Kind::Stockpile { material, size, max_release, refill, holding_cost } => {
                self.line("kind", "\"stockpile\"");
                self.line("material", &format!("\"{material}\""));
                self.quantity("size", size);
                self.maybe("max_release", max_release);
                self.maybe("refill", refill);
                self.maybe("holding_cost", holding_cost);
            }
            Kind::Thrifting { place, material, max_share, cost } => {
                self.line("kind", "\"thrifting\"");
                self.line("in", &format!("\"{place}\""));
                self.line("material", &format!("\"{material}\""));
                self.quantity("max_share", max_share);
                self.maybe("cost", cost);
            }
            Kind::Substitution { place, from, to, max_share, ratio, cost } => {
                self.line("kind", "\"substitution\"");
                self.line("in", &format!("\"{place}\""));
                self.line("from", &format!("\"{from}\""));
                self.line("to", &format!("\"{to}\""));
                self.quantity("max_share", max_share);
                self.quantity("ratio", ratio);
                self.maybe("cost", cost);
            }
        }
        if option.standing {
            self.line("mode", "\"standing\"");
        }
        self.maybe("available_from", &option.available_from);
        self.maybe("lead_time", &option.lead_time);
        self.maybe("ramp", &option.ramp);
        self.maybe("success", &option.success);
        self.maybe("capex", &option.capex);
        self.maybe("fixed_cost", &option.fixed_cost);
        if option.permanent {
            self.line("permanent", "true");
        }
        if !option.enabled {
            self.line("enabled", "false");
        }
    }

    fn supplier(&mut self, supplier: &Supplier) {
        self.line("kind", "\"supplier\"");
        self.line("material", &format!("\"{}\"", supplier.material));
        match &supplier.capacity {
            Capacity::Flow(capacity) => self.path("capacity", capacity),
            Capacity::Recycling { feed, collection, recovery } => {
                self.quantity("feed", feed);
                self.maybe("collection", collection);
                self.maybe("recovery", recovery);
            }
        }
        if !supplier.route.is_empty() {
            self.line("route", &route(&supplier.route));
        }
        self.maybe("premium", &supplier.premium);
        self.inputs(&supplier.inputs);
    }
}
