//! A scenario as plain structs by name, in the order of the file, with its quantities as written.

use crate::quantity::{Money, Num, Path, Quantity};
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub struct World {
    pub name: String,
    pub seed: u64,
    /// Day number of the start.
    pub start: i64,
    pub horizon: Num,
    /// `day`, `week` or `month`; `None` leaves the default.
    pub step: Option<&'static str>,
    pub money: Money,
    pub gdp: Option<Quantity>,
    pub discount_rate: Option<Quantity>,
    pub parameters: Vec<(String, Quantity)>,
    pub correlations: Vec<(String, String, f64)>,
    pub materials: Vec<Material>,
    pub sectors: Vec<Sector>,
    pub crises: Vec<Crisis>,
    pub controls: Vec<Control>,
    pub options: Vec<Mitigation>,
}

#[derive(Clone, Debug)]
pub struct Material {
    pub name: String,
    pub price: Option<Quantity>,
    pub headroom: Option<Quantity>,
    pub inventory: Option<Quantity>,
    pub accessible: Option<Quantity>,
    pub spot_share: Option<Quantity>,
    pub price_response: Option<PriceResponse>,
    pub sources: Vec<Source>,
}

#[derive(Clone, Debug)]
pub struct PriceResponse {
    pub elasticity: Quantity,
    pub cap: Option<Quantity>,
    pub half_life: Option<Quantity>,
}

#[derive(Clone, Debug)]
pub struct Source {
    pub name: String,
    pub share: Path,
    pub route: Vec<(String, String)>,
    pub headroom: Option<Quantity>,
    pub transit: Option<Quantity>,
    pub inputs: BTreeMap<String, Input>,
}

#[derive(Clone, Debug)]
pub struct Input {
    pub amount: Quantity,
    /// Written as a table: `{ amount = …, inventory = … }`; else the bare amount.
    pub table: bool,
    pub inventory: Option<Quantity>,
}

#[derive(Clone, Debug)]
pub struct Sector {
    pub name: String,
    pub value_added: Path,
    pub uses: BTreeMap<String, Use>,
    pub priority: Option<i64>,
    pub multiplier: Option<Quantity>,
    pub recapture: Option<Recapture>,
    pub firms: Option<Firms>,
}

#[derive(Clone, Debug)]
pub struct Use {
    pub amount: Path,
    pub exposed: Quantity,
    pub inventory: Option<Quantity>,
    pub response: Option<Response>,
}

#[derive(Clone, Debug)]
pub enum Response {
    Proportional,
    Power(Quantity),
    Ces { share: Quantity, sigma: Quantity, sigma_long: Quantity, tau: Quantity },
}

#[derive(Clone, Debug)]
pub struct Recapture {
    pub share: Quantity,
    pub extra_capacity: Quantity,
    pub within: Quantity,
}

#[derive(Clone, Debug)]
pub struct Firms {
    pub groups: usize,
    pub inventory: Quantity,
}

#[derive(Clone, Debug)]
pub struct Crisis {
    pub name: String,
    pub annual_probability: Path,
}

#[derive(Clone, Debug)]
pub struct Control {
    pub name: String,
    pub country: String,
    pub materials: Vec<String>,
    pub stages: Option<Vec<String>>,
    pub initial: Option<String>,
    pub elapsed: Option<Quantity>,
    pub onsets: Vec<Onset>,
    pub regimes: Vec<Regime>,
}

#[derive(Clone, Debug)]
pub struct Onset {
    pub name: Option<String>,
    pub cause: Cause,
    pub enters: Option<Target>,
    pub milder: bool,
}

#[derive(Clone, Debug)]
pub enum Cause {
    Annual {
        probability: Path,
        during: Option<Vec<String>>,
    },
    At {
        date: i64,
        probability: Option<Quantity>,
    },
    Crisis {
        crisis: String,
        probability: Option<Quantity>,
        delay: Option<Quantity>,
    },
    Follows {
        control: String,
        regime: Option<String>,
        probability: Option<Quantity>,
        delay: Option<Quantity>,
    },
}

/// Where an onset or the end of a sojourn leads: one regime (or `open`), or regime -> probability.
#[derive(Clone, Debug)]
pub enum Target {
    One(String),
    Table(Vec<(String, Quantity)>),
}

#[derive(Clone, Debug)]
pub struct Regime {
    pub name: String,
    pub blocks: Option<Blocks>,
    pub approval_delay: Option<Quantity>,
    pub lasts: Option<Quantity>,
    pub then: Option<Target>,
}

#[derive(Clone, Debug)]
pub enum Blocks {
    Flat(Quantity),
    Profile(Vec<(Num, Quantity)>),
}

#[derive(Clone, Debug)]
pub struct Mitigation {
    pub name: String,
    pub kind: Kind,
    pub standing: bool,
    pub available_from: Option<Quantity>,
    pub lead_time: Option<Quantity>,
    pub ramp: Option<Quantity>,
    pub success: Option<Quantity>,
    pub capex: Option<Quantity>,
    pub fixed_cost: Option<Quantity>,
    pub permanent: bool,
    pub enabled: bool,
}

#[derive(Clone, Debug)]
pub enum Kind {
    Supplier(Supplier),
    Stockpile {
        material: String,
        size: Quantity,
        max_release: Option<Quantity>,
        refill: Option<Quantity>,
        holding_cost: Option<Quantity>,
    },
    Thrifting {
        place: String,
        material: String,
        max_share: Quantity,
        cost: Option<Quantity>,
    },
    Substitution {
        place: String,
        from: String,
        to: String,
        max_share: Quantity,
        ratio: Quantity,
        cost: Option<Quantity>,
    },
}

#[derive(Clone, Debug)]
pub struct Supplier {
    pub material: String,
    pub capacity: Capacity,
    pub route: Vec<(String, String)>,
    pub premium: Option<Quantity>,
    pub inputs: BTreeMap<String, Input>,
}

#[derive(Clone, Debug)]
pub enum Capacity {
    Flow(Path),
    Recycling { feed: Quantity, collection: Option<Quantity>, recovery: Option<Quantity> },
}

impl World {
    /// The step in days.
    pub fn step_days(&self) -> f64 {
        match self.step {
            Some("day") => 1.0,
            Some("month") => crate::quantity::MONTH,
            _ => crate::quantity::WEEK,
        }
    }

    /// K = ceil(horizon / step - 10^-9).
    pub fn step_count(&self) -> usize {
        (self.horizon.base(&self.money, self.start) / self.step_days() - 1e-9).ceil() as usize
    }

    /// The end of the last step, in days.
    pub fn end(&self) -> f64 {
        self.step_count() as f64 * self.step_days()
    }

    pub fn material(&self, name: &str) -> &Material {
        self.materials.iter().find(|material| material.name == name).expect("a material of the world")
    }

    /// What kind of quantity it is, by its unit: `mass`, `time`, `mass rate`, `share` or something else.
    pub fn dimension(&self, quantity: &Quantity) -> &'static str {
        let unit = match quantity {
            Quantity::Plain(number) => number.unit.as_str(),
            // A law's first parameter may be a shape, its last ones carry the unit.
            Quantity::Law(law) => {
                law.args.iter().map(|arg| arg.1[0].unit.as_str()).find(|u| !u.is_empty()).unwrap_or("")
            }
            Quantity::Parameter(name) | Quantity::Scaled(_, name) => {
                let found = self.parameters.iter().find(|(other, _)| other == name);
                return self.dimension(&found.expect("a parameter of the world").1);
            }
        };
        match unit {
            "" | "%" => "share",
            "t" | "kg" => "mass",
            "days" | "weeks" | "months" | "years" => "time",
            rate if rate.starts_with("t/") || rate.starts_with("kg/") => "mass rate",
            _ => "other",
        }
    }

    /// The options that are not switched off, in the order of the file.
    pub fn enabled(&self) -> impl Iterator<Item = &Mitigation> {
        self.options.iter().filter(|option| option.enabled)
    }
}

impl Onset {
    /// Its name: as given, or `annual`, the date, the crisis, `after-CONTROL`.
    pub fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| match &self.cause {
            Cause::Annual { .. } => "annual".to_string(),
            Cause::At { date, .. } => crate::quantity::date_text(*date),
            Cause::Crisis { crisis, .. } => crisis.clone(),
            Cause::Follows { control, .. } => format!("after-{control}"),
        })
    }
}

impl Control {
    /// Whether it hits what carries `material` along `route`.
    pub fn hits(&self, material: &str, route: &[(String, String)]) -> bool {
        let stage_counts = |stage: &String| self.stages.as_ref().is_none_or(|stages| stages.contains(stage));
        self.materials.iter().any(|name| name == material)
            && route.iter().any(|(stage, country)| *country == self.country && stage_counts(stage))
    }

    /// The rank of a regime by harshness: 0 for `open`, then in the order of the file.
    pub fn rank(&self, regime: &str) -> usize {
        if regime == "open" {
            return 0;
        }
        1 + self.regimes.iter().position(|r| r.name == regime).expect("a regime of the control")
    }
}

impl Mitigation {
    pub fn supplier(&self) -> Option<&Supplier> {
        if let Kind::Supplier(supplier) = &self.kind { Some(supplier) } else { None }
    }

    /// The material it belongs to: whose alert starts it.
    pub fn material(&self) -> &str {
        match &self.kind {
            Kind::Supplier(supplier) => &supplier.material,
            Kind::Stockpile { material, .. } | Kind::Thrifting { material, .. } => material,
            Kind::Substitution { from, .. } => from,
        }
    }
}
