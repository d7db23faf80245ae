//! Options: what can be done about it.

use super::fields::Fields;
use super::kind::Kind;
use super::materials::{Input, inputs, route};
use super::reader::{Drawn, Reader};
use super::structure::Names;
use super::{Curve, Quantity};
use crate::scenario::{Node, Place};

/// An option that is enabled.
#[derive(Clone, Debug)]
pub struct Opt {
    /// Its name.
    pub name: String,
    /// What it does.
    pub measure: Measure,
    /// When it runs.
    pub mode: Mode,
    /// Day from which it may run.
    pub available_from: Quantity,
    /// Days from the alert (or from `available_from`, if standing) to availability.
    pub lead_time: Quantity,
    /// Days from zero to full.
    pub ramp: Quantity,
    /// Probability that it works at all.
    pub success: Quantity,
    /// Paid once, when it first becomes available.
    pub capex: Quantity,
    /// Per day from `available_from`.
    pub fixed_cost: Quantity,
    /// Whether, once started by an alert, it never stops.
    pub permanent: bool,
    /// Where it stands in the file.
    pub place: Place,
}

/// When an option runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It starts with an alert.
    Contingent,
    /// It runs whatever happens.
    Standing,
}

/// What an option does.
#[derive(Clone, Debug)]
pub enum Measure {
    /// Another source, or recycling.
    Supplier(Supply),
    /// A reserve.
    Stockpile(Pile),
    /// Using less, or something else.
    Saving(Saving),
}

/// A supplier.
#[derive(Clone, Debug)]
pub struct Supply {
    /// Index of the material.
    pub material: usize,
    /// Tonnes per day: a path, times pure numbers (collection, recovery).
    pub capacity: Curve,
    /// What the capacity is multiplied by.
    pub yields: [Quantity; 2],
    /// Stage and country.
    pub route: Vec<(String, String)>,
    /// Over the price, as a share of it.
    pub premium: Quantity,
    /// What it is made of.
    pub inputs: Vec<Input>,
}

/// A stockpile.
#[derive(Clone, Debug)]
pub struct Pile {
    /// Index of the material.
    pub material: usize,
    /// How much it holds when full.
    pub size: Size,
    /// How fast it can be drawn down.
    pub max_release: Rate,
    /// How fast it is filled again.
    pub refill: Rate,
    /// Share of its value a year.
    pub holding_cost: Quantity,
}

/// How much a stockpile holds.
#[derive(Clone, Copy, Debug)]
pub enum Size {
    /// Days of the first step's baseline use.
    Days(Quantity),
    /// Tonnes.
    Tonnes(Quantity),
}

/// How fast a stockpile moves.
#[derive(Clone, Copy, Debug)]
pub enum Rate {
    /// Share of the step's baseline use.
    Share(Quantity),
    /// Tonnes per day.
    Tonnes(Quantity),
}

/// Thrifting or substitution.
#[derive(Clone, Debug)]
pub struct Saving {
    /// Whose use.
    pub user: User,
    /// Index of the material that is saved.
    pub from: usize,
    /// The material that takes its place, and its tonnes per tonne.
    pub to: Option<(usize, Quantity)>,
    /// Of the use.
    pub max_share: Quantity,
    /// Per tonne saved.
    pub cost: Quantity,
}

/// A user whose use can be saved on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    /// Index of a sector.
    Sector(usize),
    /// Indices of a material and of its source.
    Process(usize, usize),
}

impl Opt {
    /// The material whose alert starts it.
    pub fn material(&self) -> usize {
        match &self.measure {
            Measure::Supplier(supply) => supply.material,
            Measure::Stockpile(pile) => pile.material,
            Measure::Saving(saving) => saving.from,
        }
    }
}

const SUPPLIER: [&str; 8] =
    ["capacity", "feed", "collection", "recovery", "route", "premium", "inputs", "material"];
const STOCKPILE: [&str; 5] = ["size", "max_release", "refill", "holding_cost", "material"];
const THRIFTING: [&str; 4] = ["in", "material", "max_share", "cost"];
const SUBSTITUTION: [&str; 6] = ["in", "from", "to", "max_share", "ratio", "cost"];

const COMMON: [&str; 9] =
    ["mode", "available_from", "lead_time", "ramp", "success", "capex", "fixed_cost", "permanent", "enabled"];

fn elsewhere(kind: &str, key: &str) -> Option<String> {
    let kinds: [(&str, &[&str]); 4] = [
        ("supplier", &SUPPLIER),
        ("stockpile", &STOCKPILE),
        ("thrifting", &THRIFTING),
        ("substitution", &SUBSTITUTION),
    ];
    let of: Vec<_> = kinds.iter().filter(|(_, keys)| keys.contains(&key)).map(|(k, _)| *k).collect();
    (!of.is_empty())
        .then(|| format!("`{key}` belongs to kind = \"{}\"; this is a \"{kind}\"", of.join("\" or \"")))
}

/// Reads `[options.NAME]`; gives it with whether it is enabled.
pub fn option(
    reader: &mut Reader,
    name: &str,
    node: &Node,
    key: Place,
    names: &Names,
) -> Option<(Opt, bool)> {
    let mut fields = Fields::open(reader, node, &format!("options.{name}"), &names.provenance.options)?;
    let kind = match fields.text(reader, "kind") {
        Some((kind, place)) => {
            let kinds = ["supplier", "stockpile", "thrifting", "substitution"];
            reader.find(kind, place, "kind of option", kinds.into_iter()).map(|i| kinds[i])
        }
        None => {
            fields.missing(reader, "kind", "\"supplier\", \"stockpile\", \"thrifting\" or \"substitution\"");
            [&SUPPLIER[..], &STOCKPILE, &THRIFTING, &SUBSTITUTION, &COMMON]
                .iter()
                .for_each(|k| fields.allow(k));
            fields.finish(reader);
            return None;
        }
    }?;
    let measure = match kind {
        "supplier" => supplier(reader, &mut fields, names).map(Measure::Supplier),
        "stockpile" => stockpile(reader, &mut fields, names).map(Measure::Stockpile),
        _ => saving(reader, &mut fields, names, kind == "substitution").map(Measure::Saving),
    };
    let mode = mode(reader, &mut fields, kind);
    let opt = Opt {
        name: name.to_owned(),
        measure: Measure::Stockpile(Pile::none()),
        mode,
        available_from: fields.quantity_or(reader, "available_from", Kind::Day, 0.0),
        lead_time: fields
            .one_of(reader, "lead_time", &[Kind::Duration], Drawn::Afresh)
            .map_or(Quantity::ZERO, |(_, lead)| lead),
        ramp: fields.quantity_or(reader, "ramp", Kind::Duration, 0.0),
        success: fields.quantity_or(reader, "success", Kind::Probability, 1.0),
        capex: fields.quantity_or(reader, "capex", Kind::Money, 0.0),
        fixed_cost: fields.quantity_or(reader, "fixed_cost", Kind::MoneyRate, 0.0),
        permanent: fields.flag(reader, "permanent", false),
        place: key,
    };
    let enabled = fields.flag(reader, "enabled", true);
    fields.finish_with(reader, |key| elsewhere(kind, key));
    Some((Opt { measure: measure?, ..opt }, enabled))
}

impl Pile {
    fn none() -> Self {
        let zero = Quantity::ZERO;
        Pile {
            material: 0,
            size: Size::Tonnes(zero),
            max_release: Rate::Share(zero),
            refill: Rate::Share(zero),
            holding_cost: zero,
        }
    }
}

fn mode(reader: &mut Reader, fields: &mut Fields, kind: &str) -> Mode {
    match fields.text(reader, "mode") {
        None | Some(("contingent", _)) => Mode::Contingent,
        Some(("standing", place)) => {
            if kind == "stockpile" {
                reader.error(
                    place,
                    "a stockpile cannot be standing",
                    "it is released when something is missing: leave `mode` out",
                );
            }
            Mode::Standing
        }
        Some((other, place)) => {
            reader.error(place, format!("`{other}` is not a mode"), "write \"contingent\" or \"standing\"");
            Mode::Contingent
        }
    }
}

fn named_material(
    reader: &mut Reader,
    fields: &mut Fields,
    key: &'static str,
    names: &Names,
) -> Option<usize> {
    match fields.text(reader, key) {
        Some((name, place)) => names.material(reader, name, place),
        None => {
            fields.missing(reader, key, "the name of a material");
            None
        }
    }
}

fn supplier(reader: &mut Reader, fields: &mut Fields, names: &Names) -> Option<Supply> {
    let material = named_material(reader, fields, "material", names);
    let capacity = fields.curve(reader, "capacity", Kind::MassRate);
    let feed = fields.curve(reader, "feed", Kind::MassRate);
    let collection = fields.quantity_or(reader, "collection", Kind::Share, 1.0);
    let recovery = fields.quantity_or(reader, "recovery", Kind::Share, 1.0);
    let place = |key: &str| fields.table.entries.get(key).map(|entry| entry.key);
    let yields = place("collection").or(place("recovery"));
    match (place("capacity"), place("feed")) {
        (None, None) => {
            let wanted = format!("{}; or `feed` with `collection` and `recovery`", Kind::MassRate.wanted());
            fields.missing(reader, "capacity", &wanted);
        }
        (Some(_), Some(place)) => {
            let help = "write `capacity`, or `feed` with `collection` and `recovery`";
            reader.error(place, format!("`{}` states both a capacity and a feed", fields.path), help);
        }
        (Some(_), None) => {
            if let Some(place) = yields {
                let help = "`collection` and `recovery` go with `feed`; `capacity` is what comes out";
                reader.error(place, format!("`{}` states a capacity and a yield", fields.path), help);
            }
        }
        (None, Some(_)) => {}
    }
    let route = route(reader, fields);
    let premium = fields.quantity_or(reader, "premium", Kind::Ratio, 0.0);
    let inputs = inputs(reader, fields, names, false);
    let capacity = capacity.or(feed)?;
    Some(Supply { material: material?, capacity, yields: [collection, recovery], route, premium, inputs })
}

fn stockpile(reader: &mut Reader, fields: &mut Fields, names: &Names) -> Option<Pile> {
    let material = named_material(reader, fields, "material", names);
    fields.missing(reader, "size", "a time of use, such as \"60 days\", or a mass, such as \"40 t\"");
    let size =
        fields.one_of(reader, "size", &[Kind::Duration, Kind::Mass], Drawn::Once).map(
            |(kind, q)| match kind {
                Kind::Duration => Size::Days(q),
                _ => Size::Tonnes(q),
            },
        );
    let mut rate = |reader: &mut Reader, key, default: f64| match fields.one_of(
        reader,
        key,
        &[Kind::Ratio, Kind::MassRate],
        Drawn::Once,
    ) {
        Some((Kind::MassRate, q)) => Rate::Tonnes(q),
        Some((_, q)) => Rate::Share(q),
        None => Rate::Share(Quantity::Certain(default)),
    };
    let max_release = rate(reader, "max_release", 1.0);
    let refill = rate(reader, "refill", 0.1);
    let holding_cost = fields.quantity_or(reader, "holding_cost", Kind::Ratio, 0.0);
    Some(Pile { material: material?, size: size?, max_release, refill, holding_cost })
}

fn saving(reader: &mut Reader, fields: &mut Fields, names: &Names, replaces: bool) -> Option<Saving> {
    let user = match fields.text(reader, "in") {
        Some((path, place)) => names.user(reader, path, place),
        None => {
            fields.missing(reader, "in", "a sector or a process, such as \"sectors.automotive\"");
            None
        }
    };
    let from = named_material(reader, fields, if replaces { "from" } else { "material" }, names);
    let to = if replaces {
        let to = named_material(reader, fields, "to", names);
        let ratio = fields.required(reader, "ratio", Kind::Ratio);
        if let (Some(from), Some(to), Some(node)) = (from, to, fields.table.get("to"))
            && from == to
        {
            reader.error(
                node.place,
                "a material cannot substitute itself",
                "use kind = \"thrifting\" to save on it",
            );
        }
        Some((to?, ratio))
    } else {
        None
    };
    let max_share = fields.required(reader, "max_share", Kind::Share);
    let cost = fields.quantity_or(reader, "cost", Kind::Price, 0.0);
    Some(Saving { user: user?, from: from?, to, max_share, cost })
}
