//! Random materials with their sources, and the sectors that use them.

use super::Generator;
use super::quantities::{ANY, MILD, SHARE, round};
use crate::quantity::{LawText, Num, Path, Quantity, date_text, num};
use crate::world::{Firms, Input, Material, PriceResponse, Recapture, Response, Sector, Source, Use};
use std::collections::BTreeMap;

pub const STAGES: [&str; 4] = ["mining", "separation", "refining", "sintering"];
pub const COUNTRIES: [&str; 4] = ["CN", "AU", "MY", "JP"];

impl Generator {
    /// Raw materials and up to three levels of products.
    pub fn materials(&mut self) {
        let levels = self.count(1, 4);
        for level in 0..levels {
            let count = if level == 0 { self.count(1, 2) } else { self.pick(&[1, 1, 1, 2]) };
            for _ in 0..count {
                let material = self.material(level);
                self.levels.insert(material.name.clone(), level);
                self.world.materials.push(material);
            }
        }
        // The order of the file is no help to whoever needs the topological one.
        if self.chance(0.5) {
            self.world.materials.reverse();
        }
    }

    fn material(&mut self, level: usize) -> Material {
        let name = self.name();
        let path = format!("materials.{name}");
        let dollars = self.between(1.0, 300.0);
        let price = self.price(dollars);
        let price = self.maybe(0.9, price, &format!("{path}.price"), ANY);
        let stock = self.between(0.01, 0.2) * self.span;
        let stock = self.time(stock);
        let headroom = if self.chance(0.15) { num(0.0, "%") } else { self.percent(1.0, 60.0) };
        let headroom = if headroom.value == 0.0 {
            Some(Quantity::Plain(headroom))
        } else {
            self.maybe(0.5, headroom, &format!("{path}.headroom"), ANY)
        };
        let accessible = self.percent(20.0, 90.0);
        let spot = self.percent(2.0, 60.0);
        Material {
            price,
            headroom,
            inventory: self.maybe(0.5, stock, &format!("{path}.inventory"), ANY),
            accessible: self.maybe(0.4, accessible, &format!("{path}.accessible"), SHARE),
            spot_share: self.maybe(0.6, spot, &format!("{path}.spot_share"), SHARE),
            price_response: None,
            sources: self.sources(&path, level),
            name,
        }
    }

    fn sources(&mut self, path: &str, level: usize) -> Vec<Source> {
        let count = self.count(1, 4);
        let names: Vec<String> =
            ["china", "west", "own-2", "east"][..count].iter().map(|n| n.to_string()).collect();
        let shares = self.shares(path, &names);
        let mut sources = Vec::new();
        for (i, (name, share)) in names.into_iter().zip(shares).enumerate() {
            let path = format!("{path}.sources.{name}");
            let process = level > 0 && (i == 0 || self.chance(0.4));
            let headroom = self.percent(0.0, 80.0);
            let days = self.between(0.005, 0.08) * self.span;
            let transit = self.time(days);
            let stages = if level == 0 { &STAGES[..3] } else { &STAGES[1..] };
            sources.push(Source {
                share,
                route: self.route(stages, 0.9),
                headroom: self.maybe(0.3, headroom, &format!("{path}.headroom"), ANY),
                transit: self.maybe(0.35, transit, &format!("{path}.transit"), ANY),
                inputs: if process { self.inputs(&path, level, true) } else { BTreeMap::new() },
                name,
            });
        }
        sources
    }

    /// An ordered route of one to three stages, or none.
    pub fn route(&mut self, stages: &[&str], probability: f64) -> Vec<(String, String)> {
        if !self.chance(probability) {
            return Vec::new();
        }
        let stages = self.some_of(stages);
        stages.into_iter().map(|stage| (stage.to_string(), self.pick(&COUNTRIES).to_string())).collect()
    }

    /// Inputs from lower levels, one of them from the level below.
    pub fn inputs(&mut self, path: &str, level: usize, may_hold_stock: bool) -> BTreeMap<String, Input> {
        let at = |generator: &Self, wanted: &dyn Fn(usize) -> bool| -> Vec<String> {
            let of_level = generator.levels.iter().filter(|(_, level)| wanted(**level));
            of_level.map(|(name, _)| name.clone()).collect()
        };
        let below = at(self, &|other| other + 1 == level);
        let lower = at(self, &|other| other < level);
        let mut names = vec![self.pick(&below)];
        if self.chance(0.6) {
            names.push(self.pick(&lower));
        }
        names.sort();
        names.dedup();
        let mut inputs = BTreeMap::new();
        for name in names {
            let table = self.chance(0.6);
            let tail = if table { ".amount" } else { "" };
            let amount = num(round(self.between(0.05, 1.5)), "");
            let amount = self.quantity(amount, &format!("{path}.inputs.{name}{tail}"), MILD);
            let days = self.between(0.01, 0.15) * self.span;
            let stock = self.time(days);
            let probability = if table && may_hold_stock { 0.8 } else { 0.0 };
            let inventory = self.maybe(probability, stock, &format!("{path}.inputs.{name}.inventory"), ANY);
            inputs.insert(name, Input { amount, table, inventory });
        }
        inputs
    }

    /// Shares that sum to 100 % at every date: flat, over the calendar, or uncertain.
    fn shares(&mut self, path: &str, names: &[String]) -> Vec<Path> {
        let flat = self.parts(names.len());
        let plain = |value: f64| Path::Flat(Quantity::Plain(num(value, "%")));
        if names.len() == 1 {
            return vec![plain(100.0)];
        }
        match self.count(0, 99) {
            0..50 => flat.into_iter().map(plain).collect(),
            50..80 => {
                let mut other = self.parts(names.len());
                if self.chance(0.3) {
                    other = vec![0.0; names.len()];
                    let only = self.count(0, names.len() - 1);
                    other[only] = 100.0;
                }
                let dates = self.dates(2);
                let both = flat.iter().zip(&other);
                let entry = |date: i64, value: f64| (date, Quantity::Plain(num(value, "%")));
                both.map(|(a, b)| Path::Dated(vec![entry(dates[0], *a), entry(dates[1], *b)])).collect()
            }
            80..95 => {
                // Sometimes one of them is certain.
                let certain = if self.chance(0.3) { 0 } else { names.len() };
                let laws = flat.iter().zip(names).enumerate().map(|(i, (value, name))| {
                    if i == certain {
                        return plain(*value);
                    }
                    self.factors.push(format!("{path}.sources.{name}.share"));
                    Path::Flat(self.share_law(*value))
                });
                laws.collect()
            }
            _ => {
                let dates = self.dates(2);
                let mut paths = Vec::new();
                for (value, name) in flat.iter().zip(names) {
                    let points = dates.iter().map(|date| {
                        self.factors.push(format!("{path}.sources.{name}.share.{}", date_text(*date)));
                        (*date, self.share_law(*value))
                    });
                    paths.push(Path::Dated(points.collect()));
                }
                paths
            }
        }
    }

    /// A law of a share of supply whose mean is `value` per cent.
    fn share_law(&mut self, value: f64) -> Quantity {
        let one = |x: f64| vec![num(x, "%")];
        Quantity::Law(if self.chance(0.5) {
            LawText { kind: "uniform", args: vec![("min", one(0.75 * value)), ("max", one(1.25 * value))] }
        } else {
            LawText {
                kind: "beta",
                args: vec![("mean", one(value)), ("sd", one(0.2 * value.min(100.0 - value)))],
            }
        })
    }

    /// Whole per cents that sum to 100, none below 5.
    fn parts(&mut self, count: usize) -> Vec<f64> {
        let mut parts = Vec::new();
        let mut left = 100.0;
        for i in 1..count {
            let most = left - 5.0 * (count - i) as f64;
            let part = self.between(5.0, most.max(6.0)).floor().min(most);
            parts.push(part);
            left -= part;
        }
        parts.push(left);
        parts
    }

    pub fn sectors(&mut self) {
        let count = self.count(1, 3);
        for _ in 0..count {
            let sector = self.sector();
            self.world.sectors.push(sector);
        }
        self.count_uses();
        self.price_responses();
    }

    fn sector(&mut self) -> Sector {
        let name = self.name();
        let path = format!("sectors.{name}");
        let billions = self.between(100.0, 9000.0);
        let value_added = self.money(billions, "/year");
        let materials: Vec<String> = self.world.materials.iter().map(|m| m.name.clone()).collect();
        let mut uses = BTreeMap::new();
        for material in self.some_of(&materials) {
            let path = format!("{path}.uses.{material}");
            uses.insert(material, self.one_use(&path));
        }
        let multiplier = num(round(self.between(1.0, 2.5)), "");
        Sector {
            value_added: self.path(value_added, &format!("{path}.value_added"), MILD),
            uses,
            priority: if self.chance(0.5) { Some(self.count(1, 3) as i64) } else { None },
            multiplier: self.maybe(0.4, multiplier, &format!("{path}.multiplier"), ANY),
            recapture: if self.chance(0.6) { Some(self.recapture(&path)) } else { None },
            firms: if self.chance(0.3) { Some(self.firms()) } else { None },
            name,
        }
    }

    fn one_use(&mut self, path: &str) -> Use {
        let tonnes = self.between(50.0, 9000.0);
        let amount = self.flow(tonnes);
        let exposed = self.percent(5.0, 95.0);
        let exposed = if self.chance(0.08) {
            Quantity::Plain(num(0.0, "%"))
        } else {
            self.quantity(exposed, &format!("{path}.exposed"), SHARE)
        };
        let days = self.between(0.01, 0.25) * self.span;
        let stock = self.time(days);
        let inventory = if self.chance(0.1) {
            Some(Quantity::Plain(num(0.0, "days")))
        } else {
            self.maybe(0.4, stock, &format!("{path}.inventory"), ANY)
        };
        Use {
            amount: self.path(amount, &format!("{path}.amount"), ANY),
            exposed,
            inventory,
            response: self.response(&format!("{path}.response")),
        }
    }

    fn response(&mut self, path: &str) -> Option<Response> {
        match self.count(0, 9) {
            0..4 => None,
            4 => Some(Response::Proportional),
            5..7 => {
                let p = num(round(self.between(0.6, 3.0)), "");
                Some(Response::Power(self.quantity(p, &format!("{path}.power"), MILD)))
            }
            _ => {
                let share = num(round(self.between(0.001, 0.4)), "");
                let sigma = if self.chance(0.15) { 1.0 } else { round(self.between(0.05, 1.6)) };
                let sigma_long = if self.chance(0.15) { sigma } else { round(self.between(0.3, 2.0)) };
                let days = self.between(0.1, 1.0) * self.span;
                let tau = self.time(days);
                let share = self.quantity(share, &format!("{path}.ces.share"), MILD);
                let sigma = if sigma == 1.0 {
                    Quantity::Plain(num(1.0, ""))
                } else {
                    self.quantity(num(sigma, ""), &format!("{path}.ces.sigma"), MILD)
                };
                let sigma_long = Quantity::Plain(num(sigma_long, ""));
                Some(Response::Ces {
                    share,
                    sigma,
                    sigma_long,
                    tau: self.quantity(tau, &format!("{path}.ces.tau"), MILD),
                })
            }
        }
    }

    fn recapture(&mut self, path: &str) -> Recapture {
        let path = format!("{path}.recapture");
        let (share, extra) = (self.percent(10.0, 100.0), self.percent(2.0, 60.0));
        let days = self.between(0.1, 1.0) * self.span;
        let within = self.time(days);
        Recapture {
            share: self.quantity(share, &format!("{path}.share"), SHARE),
            extra_capacity: self.quantity(extra, &format!("{path}.extra_capacity"), SHARE),
            within: self.quantity(within, &format!("{path}.within"), MILD),
        }
    }

    fn firms(&mut self) -> Firms {
        let groups = self.count(2, 5);
        let days = self.between(0.01, 0.3) * self.span;
        let inventory: Num = self.time(days);
        Firms { groups, inventory: Quantity::Law(self.law(&inventory, ANY)) }
    }

    /// About how much of each material is used: by sectors, and by processes from products down.
    fn count_uses(&mut self) {
        let world = &self.world;
        let near = |path: &Path| match path {
            Path::Flat(quantity) => nominal(world, quantity),
            Path::Dated(points) => nominal(world, &points[0].1),
        };
        let mut used: BTreeMap<String, f64> = BTreeMap::new();
        for sector in &world.sectors {
            for (material, one) in &sector.uses {
                *used.entry(material.clone()).or_default() += near(&one.amount) * crate::quantity::YEAR;
            }
        }
        for product in crate::network::raw_to_products(world).iter().rev() {
            let of_product = used.get(product).copied().unwrap_or(0.0);
            for source in &world.material(product).sources {
                for (material, input) in &source.inputs {
                    let amount = nominal(world, &input.amount) * near(&source.share);
                    *used.entry(material.clone()).or_default() += of_product * amount;
                }
            }
        }
        self.used = used;
    }

    /// Prices that respond; without a cap only where something can come in that nothing can stop.
    fn price_responses(&mut self) {
        for index in 0..self.world.materials.len() {
            if !self.chance(0.5) {
                continue;
            }
            let material = self.world.materials[index].clone();
            let path = format!("materials.{}.price_response", material.name);
            let safe = material.sources.iter().any(|source| {
                source.route.is_empty() && source.inputs.is_empty() && matches!(source.share, Path::Flat(_))
            });
            let elasticity = round(self.between(-0.9, -0.2));
            let elasticity = if self.chance(0.2) {
                self.factors.push(format!("{path}.elasticity"));
                let args =
                    vec![("min", vec![num(1.2 * elasticity, "")]), ("max", vec![num(0.8 * elasticity, "")])];
                Quantity::Law(LawText { kind: "uniform", args })
            } else {
                Quantity::Plain(num(elasticity, ""))
            };
            let cap = num(round(self.between(2.0, 15.0)), "");
            let days = self.between(0.05, 0.8) * self.span;
            let half_life = self.time(days);
            let probability = if safe { 0.3 } else { 1.0 };
            let response = PriceResponse {
                elasticity,
                cap: self.maybe(probability, cap, &format!("{path}.cap"), MILD),
                half_life: self.maybe(0.6, half_life, &format!("{path}.half_life"), MILD),
            };
            self.world.materials[index].price_response = Some(response);
        }
    }
}

/// A number near a quantity, in base units: its own, or the first of its law.
fn nominal(world: &crate::world::World, quantity: &Quantity) -> f64 {
    match quantity {
        Quantity::Plain(number) => number.base(&world.money, world.start),
        Quantity::Law(law) => {
            let values: Vec<&Num> = law.args.iter().flat_map(|arg| &arg.1).collect();
            let with_unit = values.iter().find(|value| !value.unit.is_empty()).unwrap_or(&values[0]);
            with_unit.base(&world.money, world.start)
        }
        Quantity::Parameter(name) | Quantity::Scaled(_, name) => {
            let found = world.parameters.iter().find(|(other, _)| other == name);
            let scale = if let Quantity::Scaled(scale, _) = quantity {
                scale.base(&world.money, world.start)
            } else {
                1.0
            };
            scale * nominal(world, &found.expect("a parameter").1)
        }
    }
}
