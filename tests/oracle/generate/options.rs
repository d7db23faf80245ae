//! Random options of the four kinds.

use super::Generator;
use super::quantities::{ANY, MILD, Nature, SHARE, round};
use super::supply::STAGES;
use crate::quantity::{YEAR, num};
use crate::world::{Capacity, Kind, Mitigation, Supplier};
use std::collections::BTreeMap;

const AFRESH: Nature = Nature { afresh: true, ..ANY };

impl Generator {
    pub fn options(&mut self) {
        let count = self.pick(&[0, 1, 2, 3, 4, 5, 6]);
        for _ in 0..count {
            let option = self.option();
            self.world.options.push(option);
        }
    }

    fn option(&mut self) -> Mitigation {
        let name = self.name();
        let path = format!("options.{name}");
        let kind = match self.count(0, 9) {
            0..4 => self.supplier(&path),
            4..6 => self.stockpile(&path),
            6..8 => self.thrifting(&path),
            _ => self.substitution(&path),
        };
        let standing = !matches!(kind, Kind::Stockpile { .. }) && self.chance(0.35);
        let part = self.between(-0.2, 0.6);
        let available_from =
            if self.chance(0.5) { Some(self.date(part, &format!("{path}.available_from"))) } else { None };
        let (lead, ramp) = (self.between(0.005, 0.2) * self.span, self.between(0.02, 0.4) * self.span);
        let (lead, ramp) = (self.time(lead), self.time(ramp));
        let success = self.percent(30.0, 95.0);
        let success = self.maybe(0.5, success, &format!("{path}.success"), SHARE);
        let (capex, fixed) = (self.between(1.0, 90.0), self.between(0.1, 9.0));
        let (capex, fixed) = (self.money(capex, ""), self.money(fixed, "/year"));
        Mitigation {
            standing,
            available_from,
            lead_time: self.maybe(0.7, lead, &format!("{path}.lead_time"), AFRESH),
            ramp: self.maybe(0.5, ramp, &format!("{path}.ramp"), ANY),
            success,
            capex: self.maybe(0.4, capex, &format!("{path}.capex"), ANY),
            fixed_cost: self.maybe(0.4, fixed, &format!("{path}.fixed_cost"), ANY),
            permanent: !standing && self.chance(0.25),
            enabled: !self.chance(0.06),
            kind,
            name,
        }
    }

    fn any_material(&mut self) -> String {
        let names: Vec<String> = self.world.materials.iter().map(|material| material.name.clone()).collect();
        self.pick(&names)
    }

    /// About how many tonnes a year of a material are used.
    fn use_of(&self, material: &str) -> f64 {
        self.used.get(material).copied().unwrap_or(0.0).max(1.0)
    }

    fn supplier(&mut self, path: &str) -> Kind {
        let material = self.any_material();
        let tonnes = self.between(0.05, 0.7) * self.use_of(&material);
        let capacity = if self.chance(0.25) {
            let feed = self.flow(2.0 * tonnes);
            let (collection, recovery) = (self.percent(30.0, 99.0), self.percent(50.0, 99.0));
            Capacity::Recycling {
                feed: self.quantity(feed, &format!("{path}.feed"), ANY),
                collection: self.maybe(0.8, collection, &format!("{path}.collection"), SHARE),
                recovery: self.maybe(0.8, recovery, &format!("{path}.recovery"), SHARE),
            }
        } else {
            let flow = self.flow(tonnes);
            Capacity::Flow(self.path(flow, &format!("{path}.capacity"), ANY))
        };
        let level = self.levels[&material];
        let premium = self.percent(5.0, 150.0);
        let inputs =
            if level > 0 && self.chance(0.5) { self.inputs(path, level, false) } else { BTreeMap::new() };
        Kind::Supplier(Supplier {
            capacity,
            route: self.route(&STAGES, 0.7),
            premium: self.maybe(0.7, premium, &format!("{path}.premium"), ANY),
            inputs,
            material,
        })
    }

    fn stockpile(&mut self, path: &str) -> Kind {
        let material = self.any_material();
        let days = self.between(0.03, 0.4) * self.span;
        let tonnes = days / YEAR * self.use_of(&material);
        let size = if self.chance(0.6) { self.time(days) } else { self.mass(tonnes) };
        let a_year = self.use_of(&material);
        let rate = |generator: &mut Self, low: f64, high: f64, tail: &str| {
            if generator.chance(0.35) {
                return None;
            }
            let number = if generator.chance(0.5) {
                generator.percent(100.0 * low, 100.0 * high)
            } else {
                let part = generator.between(low, high);
                generator.flow(part * a_year)
            };
            let nature = if number.unit.contains('/') { ANY } else { SHARE };
            Some(generator.quantity(number, &format!("{path}.{tail}"), nature))
        };
        let max_release = rate(self, 0.1, 1.0, "max_release");
        let refill = rate(self, 0.02, 0.4, "refill");
        let holding = self.percent(1.0, 12.0);
        Kind::Stockpile {
            size: self.quantity(size, &format!("{path}.size"), ANY),
            max_release,
            refill,
            holding_cost: self.maybe(0.6, holding, &format!("{path}.holding_cost"), SHARE),
            material,
        }
    }

    /// Sectors and processes with what they consume.
    fn places(&self) -> Vec<(String, Vec<String>)> {
        let sectors = self.world.sectors.iter();
        let mut places: Vec<(String, Vec<String>)> = sectors
            .map(|sector| (format!("sectors.{}", sector.name), sector.uses.keys().cloned().collect()))
            .collect();
        for material in &self.world.materials {
            for source in material.sources.iter().filter(|source| !source.inputs.is_empty()) {
                let place = format!("materials.{}.sources.{}", material.name, source.name);
                places.push((place, source.inputs.keys().cloned().collect()));
            }
        }
        places
    }

    fn thrifting(&mut self, path: &str) -> Kind {
        let places = self.places();
        let (place, materials) = self.pick(&places);
        let most = self.percent(5.0, 70.0);
        let dollars = self.between(5.0, 90.0);
        let cost = self.price(dollars);
        Kind::Thrifting {
            place,
            material: self.pick(&materials),
            max_share: self.quantity(most, &format!("{path}.max_share"), SHARE),
            cost: self.maybe(0.7, cost, &format!("{path}.cost"), ANY),
        }
    }

    fn substitution(&mut self, path: &str) -> Kind {
        let mut places = self.places();
        places.retain(|(_, materials)| materials.len() > 1);
        if places.is_empty() {
            return self.thrifting(path);
        }
        let (place, materials) = self.pick(&places);
        let from = self.pick(&materials);
        let others: Vec<String> = materials.into_iter().filter(|material| *material != from).collect();
        let most = self.percent(5.0, 70.0);
        let ratio = num(round(self.between(0.3, 2.0)), "");
        let dollars = self.between(5.0, 90.0);
        let cost = self.price(dollars);
        Kind::Substitution {
            place,
            from,
            to: self.pick(&others),
            max_share: self.quantity(most, &format!("{path}.max_share"), SHARE),
            ratio: self.quantity(ratio, &format!("{path}.ratio"), MILD),
            cost: self.maybe(0.7, cost, &format!("{path}.cost"), ANY),
        }
    }
}
