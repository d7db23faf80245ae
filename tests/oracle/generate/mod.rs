//! Random worlds from a seed: valid scenarios that use everything the model has, alone and in pairs.

mod options;
mod quantities;
mod supply;
mod threats;

use crate::quantity::{Money, Num, day_number, num};
use crate::world::World;
use rand::rngs::Xoshiro256PlusPlus;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use std::collections::BTreeMap;

/// The state of a generator: the world so far, and what is known of it.
struct Generator {
    rng: Xoshiro256PlusPlus,
    world: World,
    /// The horizon in days.
    span: f64,
    /// All times are whole steps, so that much happens at the same instant and at the bounds of steps.
    whole: bool,
    /// Paths of the uncertain quantities that are drawn once a trial.
    factors: Vec<String>,
    /// The parameters: name, about what value, whether it is more than 0 in every draw.
    about: Vec<(String, Num, bool)>,
    /// The level of each material: 0 for raw ones, more than the level of everything it is made of.
    levels: BTreeMap<String, usize>,
    /// About how much of each material is used a year, in tonnes.
    used: BTreeMap<String, f64>,
    /// Names not yet given to anything.
    names: Vec<&'static str>,
}

/// The world of a seed.
pub fn world(seed: u64) -> World {
    let mut rng = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut names = NAMES.to_vec();
    names.shuffle(&mut rng);
    let mut generator = Generator {
        world: frame(seed, &mut rng),
        rng,
        span: 0.0,
        whole: false,
        factors: Vec::new(),
        about: Vec::new(),
        levels: BTreeMap::new(),
        used: BTreeMap::new(),
        names,
    };
    generator.span = generator.world.horizon.base(&generator.world.money, generator.world.start);
    generator.whole = generator.chance(0.25);
    generator.economy();
    generator.materials();
    generator.sectors();
    generator.threats();
    generator.options();
    generator.correlations();
    generator.world
}

const NAMES: [&str; 40] = [
    "zinc",
    "ash",
    "quartz",
    "bauxite",
    "ore",
    "magnet",
    "chip",
    "alloy",
    "film",
    "resin",
    "motor",
    "yard",
    "lamp",
    "dye",
    "valve",
    "turbine",
    "cable",
    "pump",
    "glass",
    "wafer",
    "wire",
    "gear",
    "mill",
    "kiln",
    "press",
    "foil",
    "tube",
    "bolt",
    "seal",
    "belt",
    "north-bay",
    "up-stream",
    "x1",
    "b-2",
    "lens",
    "disc",
    "bead",
    "coil",
    "drum",
    "fin",
];

/// The frame of a scenario: its time, its money, nothing in it.
fn frame(seed: u64, rng: &mut Xoshiro256PlusPlus) -> World {
    let step = [Some("day"), Some("week"), None, Some("month")][rng.random_range(0..4)];
    let start = day_number(2026, 1, 1) + rng.random_range(0..800);
    let (currency, rates) = match rng.random_range(0..3) {
        0 => ("JPY", vec![("USD", 157.0), ("EUR", 182.5)]),
        1 => ("USD", vec![("JPY", 0.0064)]),
        _ => ("EUR", vec![("USD", 0.86), ("JPY", 0.0055)]),
    };
    let rates = rates.into_iter().map(|(name, rate)| (name.to_string(), rate)).collect();
    let mut world = World {
        name: format!("world {seed}"),
        seed: rng.random_range(0..1_000_000),
        start,
        horizon: num(1.0, "days"),
        step,
        money: Money { currency: currency.to_string(), rates },
        gdp: None,
        discount_rate: None,
        parameters: Vec::new(),
        correlations: Vec::new(),
        materials: Vec::new(),
        sectors: Vec::new(),
        crises: Vec::new(),
        controls: Vec::new(),
        options: Vec::new(),
    };
    let steps = if rng.random_bool(0.03) { rng.random_range(1..4) } else { rng.random_range(20..=120) };
    let days = world.step_days() * f64::from(steps);
    world.horizon = match rng.random_range(0..4) {
        0 => num((days / crate::quantity::MONTH).round().max(1.0), "months"),
        1 if days > 300.0 => num((days / 365.25 * 2.0).ceil() / 2.0, "years"),
        2 => num((days / 7.0).ceil(), "weeks"),
        _ => num(days.round(), "days"),
    };
    world
}

impl Generator {
    fn chance(&mut self, probability: f64) -> bool {
        self.rng.random_bool(probability)
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        self.rng.random_range(low..high)
    }

    fn count(&mut self, low: usize, high: usize) -> usize {
        self.rng.random_range(low..=high)
    }

    fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.rng.random_range(0..items.len())].clone()
    }

    /// Some of the items, at least one, in their order.
    fn some_of<T: Clone>(&mut self, items: &[T]) -> Vec<T> {
        let sure = self.rng.random_range(0..items.len());
        let mut chosen = Vec::new();
        for (i, item) in items.iter().enumerate() {
            if i == sure || self.chance(0.4) {
                chosen.push(item.clone());
            }
        }
        chosen
    }

    fn name(&mut self) -> String {
        self.names.pop().expect("there are names enough").to_string()
    }

    fn economy(&mut self) {
        if self.chance(0.7) {
            let gdp = num(600.0, "trillion JPY/year");
            self.world.gdp = Some(self.quantity(gdp, "economy.gdp", quantities::MILD));
        }
        if self.chance(0.5) {
            let rate = num(3.0, "%");
            self.world.discount_rate = Some(self.quantity(rate, "economy.discount_rate", quantities::MILD));
        }
    }

    /// Rank correlations between what is drawn once a trial: pairs and chains.
    fn correlations(&mut self) {
        let mut factors = self.factors.clone();
        for option in self.world.options.iter().filter(|option| !option.enabled) {
            factors.retain(|path| !path.starts_with(&format!("options.{}.", option.name)));
        }
        factors.shuffle(&mut self.rng);
        if factors.len() < 2 || !self.chance(0.6) {
            return;
        }
        let length = self.count(2, 4.min(factors.len()));
        for i in 1..length {
            let rho = (self.between(-0.6, 0.6) * 100.0).round() / 100.0;
            let pair = if self.chance(0.5) { (i - 1, i) } else { (i, i - 1) };
            self.world.correlations.push((factors[pair.0].clone(), factors[pair.1].clone(), rho));
        }
    }
}
