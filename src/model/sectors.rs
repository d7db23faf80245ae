//! Sectors: the industries that stop without the materials.

use super::fields::Fields;
use super::kind::Kind;
use super::reader::{Provenance, Reader};
use super::structure::Names;
use super::{Curve, Quantity, laws};
use crate::quantity::Dimension;
use crate::scenario::{Node, Place};

/// An industry.
#[derive(Clone, Debug)]
pub struct Sector {
    /// Its name.
    pub name: String,
    /// Per day.
    pub value_added: Curve,
    /// What it needs.
    pub uses: Vec<Use>,
    /// 1 is served first.
    pub priority: i64,
    /// Total lost value added per direct.
    pub multiplier: Quantity,
    /// How lost output is made up.
    pub recapture: Recapture,
    /// Its groups of firms.
    pub firms: Option<Firms>,
    /// Where it stands in the file.
    pub place: Place,
}

/// What a sector needs of a material.
#[derive(Clone, Debug)]
pub struct Use {
    /// Index of the material.
    pub material: usize,
    /// Tonnes per day.
    pub amount: Curve,
    /// The share of the value added that stops without this material at all.
    pub exposed: Quantity,
    /// What it holds, in days of its baseline use, if it states so.
    pub inventory: Option<Quantity>,
    /// How activity falls as the material is missing.
    pub response: Response,
}

/// Activity as a function of the filled share f of a use (docs/model.md, section 5.6).
#[derive(Clone, Copy, Debug)]
pub enum Response {
    /// 1 - exposed (1 - f).
    Proportional,
    /// 1 - exposed (1 - f)^p.
    Power(Quantity),
    /// Constant elasticity of substitution, which rises with time.
    Ces {
        /// The material's share.
        share: Quantity,
        /// The elasticity at first.
        sigma: Quantity,
        /// The elasticity in the long run.
        sigma_long: Quantity,
        /// Days in which it moves there.
        tau: Quantity,
    },
}

/// How lost output is made up.
#[derive(Clone, Copy, Debug)]
pub struct Recapture {
    /// The share of it that can be.
    pub share: Quantity,
    /// How far activity can go beyond normal.
    pub extra_capacity: Quantity,
    /// Days in which what is not made up yet fades.
    pub within: Quantity,
}

/// Equal groups of firms that hold different stocks.
#[derive(Clone, Debug, PartialEq)]
pub struct Firms {
    /// Days of baseline use that each group holds.
    pub inventories: Vec<f64>,
}

/// Reads `[sectors.NAME]`.
pub fn sector(reader: &mut Reader, name: &str, node: &Node, key: Place, names: &Names) -> Option<Sector> {
    let path = format!("sectors.{name}");
    let mut fields = Fields::open(reader, node, &path, &names.provenance.sectors)?;
    let value_added = fields.required_curve(reader, "value_added", Kind::MoneyRate);
    let mut uses: Vec<Use> = Vec::new();
    let provenance = match fields.get("uses") {
        Some(node) => reader.provenance(node, &fields.provenance),
        None => {
            fields.missing(reader, "uses", &format!("write [{path}.uses.MATERIAL] with amount and exposed"));
            Provenance::default()
        }
    };
    if let Some(node) = fields.table.get("uses").filter(|n| n.table().is_some_and(|t| t.entries.is_empty())) {
        let help = format!("write [{path}.uses.MATERIAL] with amount and exposed");
        reader.error(node.place, format!("`{path}` uses nothing"), help);
    }
    for (material, node, key) in fields.named(reader, "uses") {
        let Some(index) = names.material(reader, material, key) else { continue };
        uses.extend(use_of(reader, index, material, node, &path, &provenance));
    }
    uses.sort_by_key(|use_| use_.material);
    let priority = fields.whole(reader, "priority", 1, 1000).unwrap_or(1);
    let multiplier = fields.quantity_or(reader, "multiplier", Kind::Multiplier, 1.0);
    let recapture = recapture(reader, &mut fields);
    let firms = firms(reader, &mut fields);
    if firms.is_some() {
        for (used, _) in fields.table.get("uses").and_then(Node::table).into_iter().flat_map(|t| &t.entries) {
            let keys = ["sectors", name, "uses", used.as_str(), "inventory"];
            if let Some(place) = reader.find_place(&keys) {
                let help = "the law of `firms` holds for every material: take one of the two out";
                reader.caution(
                    "inventory-beside-firms",
                    keys.join("."),
                    place,
                    format!("`firms` stands in place of this inventory of `{used}`"),
                    help,
                );
            }
        }
    }
    fields.finish(reader);
    let name = name.to_owned();
    Some(Sector { name, value_added, uses, priority, multiplier, recapture, firms, place: key })
}

fn use_of(
    reader: &mut Reader,
    material: usize,
    name: &str,
    node: &Node,
    sector: &str,
    provenance: &Provenance,
) -> Option<Use> {
    let mut fields = Fields::open(reader, node, &format!("{sector}.uses.{name}"), provenance)?;
    let amount = fields.required_curve(reader, "amount", Kind::MassRate);
    let exposed = fields.required(reader, "exposed", Kind::Share);
    let inventory = fields.quantity(reader, "inventory", Kind::Duration);
    let response = match fields.get("response") {
        Some(node) => response(reader, node, &fields).unwrap_or(Response::Proportional),
        None => Response::Proportional,
    };
    fields.finish(reader);
    Some(Use { material, amount, exposed, inventory, response })
}

fn response(reader: &mut Reader, node: &Node, outer: &Fields) -> Option<Response> {
    if node.text() == Some("proportional") {
        return Some(Response::Proportional);
    }
    let help = "write \"proportional\", { power = 1.5 } or { ces = { share, sigma, sigma_long, tau } }";
    if node.table().is_none() {
        reader.error(node.place, "this is not a response", help);
        return None;
    }
    let path = outer.at("response");
    let mut fields = Fields::open(reader, node, &path, &outer.provenance)?;
    let power = fields.quantity(reader, "power", Kind::Positive);
    let ces = fields.get("ces").and_then(|node| {
        let mut ces = Fields::open(reader, node, &format!("{path}.ces"), &fields.provenance)?;
        let share = ces.required(reader, "share", Kind::Share);
        let sigma = ces.required(reader, "sigma", Kind::Positive);
        let sigma_long = ces.quantity(reader, "sigma_long", Kind::Positive).unwrap_or(sigma);
        let tau = ces.quantity_or(reader, "tau", Kind::Duration, 0.0);
        ces.finish(reader);
        Some(Response::Ces { share, sigma, sigma_long, tau })
    });
    let both = fields.has("power") == fields.has("ces");
    let before = reader.diagnostics.len();
    fields.finish(reader);
    if both && reader.diagnostics.len() == before {
        reader.error(node.place, "a response is one of two", help);
        return None;
    }
    power.map(Response::Power).or(ces)
}

fn recapture(reader: &mut Reader, fields: &mut Fields) -> Recapture {
    let none = Recapture { share: Quantity::ZERO, extra_capacity: Quantity::ZERO, within: Quantity::ZERO };
    let path = fields.at("recapture");
    let Some(node) = fields.get("recapture") else { return none };
    let Some(mut inner) = Fields::open(reader, node, &path, &fields.provenance) else { return none };
    let share = inner.quantity_or(reader, "share", Kind::Share, 1.0);
    let extra_capacity = inner.required(reader, "extra_capacity", Kind::Ratio);
    let within = inner.required(reader, "within", Kind::Duration);
    inner.finish(reader);
    Recapture { share, extra_capacity, within }
}

fn firms(reader: &mut Reader, fields: &mut Fields) -> Option<Firms> {
    let path = fields.at("firms");
    let node = fields.get("firms")?;
    let mut inner = Fields::open(reader, node, &path, &fields.provenance)?;
    let groups = match inner.whole(reader, "groups", 1, 1000) {
        Some(groups) => groups as usize,
        None => {
            inner.missing(reader, "groups", "a whole number, such as 5");
            1
        }
    };
    let inventory_path = inner.at("inventory");
    let inventories = match inner.get("inventory") {
        Some(node) => inventories(reader, node, &inventory_path, groups, &inner.provenance),
        None => {
            inner.missing(
                reader,
                "inventory",
                "the law over the firms, such as { lognormal = { median = \"40 days\", sigma = 0.6 } }",
            );
            None
        }
    };
    inner.finish(reader);
    Some(Firms { inventories: inventories.unwrap_or_else(|| vec![0.0; groups]) })
}

/// The (i - 1/2)/groups quantiles of the law over firms: nothing is drawn.
fn inventories(
    reader: &mut Reader,
    node: &Node,
    path: &str,
    groups: usize,
    provenance: &Provenance,
) -> Option<Vec<f64>> {
    let (inner, provenance) = reader.unwrap(node, path, provenance)?;
    let (values, quantity, spread) = if inner.table().is_some() {
        let (law, dimension) = laws::read(reader, inner, path)?;
        if dimension != Some(Dimension::TIME) {
            reader.error(
                inner.place,
                "the firms' inventory is not a length of time",
                format!("write {}", Kind::Duration.wanted()),
            );
            return None;
        }
        let quantile = |i: usize| law.quantile((i as f64 + 0.5) / groups as f64).max(0.0);
        let values: Vec<f64> = (0..groups).map(quantile).collect();
        (values, Quantity::Certain(law.mean_within(0.0, f64::INFINITY)), Some(law))
    } else {
        if inner.text().is_some_and(|t| t.contains('$')) {
            reader.error(
                inner.place,
                "the firms' inventory is spread over the firms, not drawn, so it cannot be a parameter",
                "write the law here",
            );
            return None;
        }
        let scalar = reader.scalar(inner)?;
        if scalar.dimension != Some(Dimension::TIME) || scalar.value < 0.0 {
            reader.error(
                inner.place,
                "the firms' inventory is not a length of time",
                format!("write {}", Kind::Duration.wanted()),
            );
            return None;
        }
        (vec![scalar.value; groups], Quantity::Certain(scalar.value), None)
    };
    reader.assume(path, inner, Some(Kind::Duration), Some(Dimension::TIME), quantity, provenance);
    reader.assumptions.iter_mut().last().into_iter().for_each(|a| a.spread = spread.clone());
    Some(values)
}
