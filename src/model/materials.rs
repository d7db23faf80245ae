//! Materials, where they come from, and what they are made of.

use super::fields::Fields;
use super::kind::Kind;
use super::reader::{Drawn, Reader};
use super::structure::Names;
use super::{Curve, Quantity};
use crate::scenario::{Node, Place, Value, is_remark};

/// A material.
#[derive(Clone, Debug)]
pub struct Material {
    /// Its name.
    pub name: String,
    /// Per tonne.
    pub price: Quantity,
    /// How far an unblocked source can go beyond its baseline flow.
    pub headroom: Quantity,
    /// What each user holds, in days of its baseline use.
    pub inventory: Quantity,
    /// The share of that which can really be used.
    pub accessible: Quantity,
    /// The share of the sources' inflow that is bought at the spot price.
    pub spot_share: Quantity,
    /// How the spot price answers to scarcity.
    pub price_response: Option<PriceResponse>,
    /// Where it comes from, by name.
    pub sources: Vec<Source>,
    /// Where it stands in the file.
    pub place: Place,
}

/// How the spot price of a material answers to scarcity (docs/model.md, section 6).
#[derive(Clone, Copy, Debug)]
pub struct PriceResponse {
    /// Of demand with respect to price; below 0.
    pub elasticity: Quantity,
    /// The greatest multiple; in a model that exists always some, 10^9 where the scenario states none.
    pub cap: Option<Quantity>,
    /// In which what the multiple has above 1 halves at the fastest, in days.
    pub half_life: Option<Quantity>,
}

/// A source of a material: imports, or a domestic process that consumes other materials.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// Its share of the material's supply.
    pub share: Curve,
    /// Where that stands.
    pub share_place: Place,
    /// Stage and country, in order.
    pub route: Vec<(String, String)>,
    /// Days under way.
    pub transit: Quantity,
    /// Its own headroom, if it states one.
    pub headroom: Option<Quantity>,
    /// What it is made of; empty for imports.
    pub inputs: Vec<Input>,
    /// Where it stands in the file.
    pub place: Place,
}

/// What one tonne of a product needs.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// Index of the material.
    pub material: usize,
    /// Tonnes per tonne.
    pub amount: Quantity,
    /// What the process holds of it, in days of its baseline use, if it states so.
    pub inventory: Option<Quantity>,
    /// Where it stands in the file.
    pub place: Place,
}

/// Reads `[materials.NAME]`.
pub fn material(reader: &mut Reader, name: &str, node: &Node, key: Place, names: &Names) -> Option<Material> {
    let path = format!("materials.{name}");
    let mut fields = Fields::open(reader, node, &path, &names.provenance.materials)?;
    let price = fields.quantity_or(reader, "price", Kind::Price, 0.0);
    let headroom = fields.quantity_or(reader, "headroom", Kind::Ratio, 0.1);
    let inventory = fields.quantity_or(reader, "inventory", Kind::Duration, 0.0);
    let accessible = fields.quantity_or(reader, "accessible", Kind::Share, 1.0);
    let spot_share = fields.quantity_or(reader, "spot_share", Kind::Share, 1.0);
    let price_response = fields.get("price_response").and_then(|node| {
        let mut response = Fields::open(reader, node, &format!("{path}.price_response"), &fields.provenance)?;
        let elasticity = response.required(reader, "elasticity", Kind::Elasticity);
        let cap = response.quantity(reader, "cap", Kind::Multiplier);
        let half_life = response.quantity(reader, "half_life", Kind::Duration);
        response.finish(reader);
        Some(PriceResponse { elasticity, cap, half_life })
    });
    let mut sources: Vec<Source> = Vec::new();
    for (i, node) in fields.list(reader, "sources").into_iter().enumerate() {
        if let Some(source) = source(reader, node, &path, i, &fields, names) {
            if let Some(first) = sources.iter().find(|s| s.name == source.name && !s.name.is_empty()) {
                let message = format!("a second source named `{}`", source.name);
                reader.second(
                    source.place,
                    first.place,
                    message,
                    "give each source of a material its own name",
                );
            }
            sources.push(source);
        }
    }
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    let wanted = format!("write [[{path}.sources]] with name and share");
    fields.missing(reader, "sources", &wanted);
    if let Some(Node { value: Value::Array(items), place }) = fields.table.get("sources")
        && items.is_empty()
    {
        reader.error(*place, format!("`{path}` has no source"), wanted);
    }
    fields.finish(reader);
    let name = name.to_owned();
    let place = key;
    Some(Material {
        name,
        price,
        headroom,
        inventory,
        accessible,
        spot_share,
        price_response,
        sources,
        place,
    })
}

fn source(
    reader: &mut Reader,
    node: &Node,
    material: &str,
    index: usize,
    outer: &Fields,
    names: &Names,
) -> Option<Source> {
    let name = node.table().and_then(|t| t.get("name")).and_then(Node::text);
    let path = format!("{material}.sources.{}", name.map_or((index + 1).to_string(), str::to_owned));
    let mut fields = Fields::open(reader, node, &path, &outer.provenance)?;
    let name = fields.name(reader, "china");
    let place = fields.table.get("name").map_or(node.place, |n| n.place);
    let share = fields.required_curve(reader, "share", Kind::Share);
    let share_place = fields.table.get("share").map_or(place, |n| n.place);
    let route = route(reader, &mut fields);
    let transit = fields.quantity_or(reader, "transit", Kind::Duration, 0.0);
    let headroom = fields.quantity(reader, "headroom", Kind::Ratio);
    let inputs = inputs(reader, &mut fields, names, true);
    fields.finish(reader);
    Some(Source { name, share, share_place, route, transit, headroom, inputs, place })
}

/// Reads `route`, an ordered table of stage -> country.
pub fn route(reader: &mut Reader, fields: &mut Fields) -> Vec<(String, String)> {
    let path = fields.at("route");
    let Some(node) = fields.get("route") else { return Vec::new() };
    let Some(table) = node.table() else {
        reader.error(
            node.place,
            format!("`{path}` is a table of stage -> country"),
            "write route = { mining = \"AU\", separation = \"CN\" }",
        );
        return Vec::new();
    };
    let mut route = Vec::new();
    for (stage, entry) in &table.entries {
        reader.name(stage, entry.key);
        match entry.node.text() {
            Some(country) => route.push((stage.clone(), country.to_owned())),
            None => {
                reader.error(entry.node.place, "a country is a text", "write it in quotes, such as \"CN\"")
            }
        }
    }
    route
}

/// Reads `inputs`: material -> amount, or `{ amount, inventory }` where the consumer can hold stock.
pub fn inputs(reader: &mut Reader, fields: &mut Fields, names: &Names, stocked: bool) -> Vec<Input> {
    let path = fields.at("inputs");
    let Some(node) = fields.get("inputs") else { return Vec::new() };
    let Some(table) = Fields::open(reader, node, &path, &fields.provenance) else { return Vec::new() };
    let mut inputs = Vec::new();
    for (name, entry) in &table.table.entries {
        if is_remark(name) {
            continue;
        }
        let Some(material) = names.material(reader, name, entry.key) else { continue };
        let path = format!("{path}.{name}");
        let has = |key| entry.node.table().is_some_and(|t| t.get(key).is_some());
        if has("amount") || has("inventory") {
            let Some(mut input) = Fields::open(reader, &entry.node, &path, &table.provenance) else {
                continue;
            };
            let amount = input.required(reader, "amount", Kind::Ratio);
            let inventory = if stocked { input.quantity(reader, "inventory", Kind::Duration) } else { None };
            input.finish_with(reader, |key| {
                (key == "inventory").then(|| {
                    "only a source with inputs holds a stock of them; an option holds none".to_owned()
                })
            });
            inputs.push(Input { material, amount, inventory, place: entry.key });
        } else if let Some((_, amount)) =
            reader.quantity(&entry.node, &path, &[Kind::Ratio], Drawn::Once, &table.provenance)
        {
            inputs.push(Input { material, amount, inventory: None, place: entry.key });
        }
    }
    inputs.sort_by_key(|input| input.material);
    inputs
}
