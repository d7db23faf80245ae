//! Stocks against controls, steps and headroom.

use super::super::options::{Measure, Size};
use super::super::reader::Reader;
use super::super::structure::per_cent;
use super::super::{Assumption, Model, Quantity};
use super::{reach, times};
use crate::quantity::{YEAR, words};

/// What a user of a material can really draw on.
struct Stock {
    /// Index of the material.
    material: usize,
    /// The path of the entry that states it.
    path: String,
    /// Days of the user's own use; the least and the mean over its firms.
    least: f64,
    mean: f64,
    /// The user's use of the material, in tonnes per day.
    weight: f64,
}

pub fn cautions(reader: &mut Reader, model: &Model) {
    let stocks = stocks(model);
    let mut told: Vec<&str> = Vec::new();
    for stock in &stocks {
        let Some(assumption) = stated(model, &stock.path) else { continue };
        if told.contains(&stock.path.as_str()) {
            continue;
        }
        told.push(&stock.path);
        times::step(reader, model, assumption, stock.least);
        outlasts(reader, model, stock, assumption);
    }
    for option in &model.options {
        if let Measure::Stockpile(pile) = &option.measure
            && let Size::Days(size) = pile.size
            && let Some(assumption) = stated(model, &format!("options.{}.size", option.name))
        {
            times::step(reader, model, assumption, model.mean(size));
        }
    }
    let uses = reach::uses(model);
    for (m, used) in uses.iter().enumerate() {
        rebuilt(reader, model, m, *used, &stocks);
    }
}

fn stated<'m>(model: &'m Model, path: &str) -> Option<&'m Assumption> {
    model.assumptions.iter().find(|a| a.path == path)
}

/// The stocks of all users, in the order of the model.
fn stocks(model: &Model) -> Vec<Stock> {
    let uses = reach::uses(model);
    let mut out = Vec::new();
    let mut add = |material: usize, path: Option<String>, days: &[f64], weight: f64| {
        let of = &model.materials[material];
        let accessible = model.mean(of.accessible);
        let path = path.unwrap_or_else(|| format!("materials.{}.inventory", of.name));
        let least = accessible * days.iter().copied().fold(f64::INFINITY, f64::min);
        let mean = accessible * days.iter().sum::<f64>() / days.len().max(1) as f64;
        out.push(Stock { material, path, least, mean, weight });
    };
    let days = |own: Option<Quantity>, m: usize| [model.mean(own.unwrap_or(model.materials[m].inventory))];
    for sector in &model.sectors {
        for used in &sector.uses {
            let weight = used.amount.at(0.0, |q| model.mean(q));
            let (m, material) = (used.material, &model.materials[used.material].name);
            if let Some(firms) = &sector.firms {
                let path = format!("sectors.{}.firms.inventory", sector.name);
                add(m, Some(path), &firms.inventories, weight);
            } else {
                let path = format!("sectors.{}.uses.{material}.inventory", sector.name);
                add(m, used.inventory.map(|_| path), &days(used.inventory, m), weight);
            }
        }
    }
    for (product, of) in model.materials.iter().enumerate() {
        for source in &of.sources {
            let made = uses[product] * source.share.at(0.0, |q| model.mean(q));
            for input in &source.inputs {
                let material = &model.materials[input.material].name;
                let path =
                    format!("materials.{}.sources.{}.inputs.{material}.inventory", of.name, source.name);
                let weight = made * model.mean(input.amount);
                let own = input.inventory.map(|_| path);
                add(input.material, own, &days(input.inventory, input.material), weight);
            }
        }
    }
    out
}

/// A stock that no single control can exhaust.
fn outlasts(reader: &mut Reader, model: &Model, stock: &Stock, assumption: &Assumption) {
    let hit = model.controls.iter().filter(|c| reach::alerted(model, c)[stock.material]);
    let Some((longest, name)) =
        hit.map(|c| (reach::longest(model, c), &c.name)).max_by(|a, b| a.0.total_cmp(&b.0))
    else {
        return;
    };
    if stock.least < longest || longest <= 0.0 {
        return;
    }
    let material = &model.materials[stock.material].name;
    let message = format!(
        "`{}` covers {}, which outlasts every control of `{material}`: the longest, `{name}`, takes {}",
        stock.path,
        words::days(stock.least),
        words::days(longest)
    );
    let help = "no single control can make its users short (its regimes one after another, each at its 95 % point); \
                if part of the stock cannot be used, say so with `accessible`";
    reader.caution("outlasts-every-control", &stock.path, assumption.place, message, help);
}

/// Stocks for whose rebuilding nothing is left over.
fn rebuilt(reader: &mut Reader, model: &Model, m: usize, used: f64, stocks: &[Stock]) {
    let material = &model.materials[m];
    let refilled = model.options.iter().any(|option| match &option.measure {
        Measure::Supplier(supply) => supply.material == m,
        Measure::Saving(saving) => saving.from == m,
        Measure::Stockpile(_) => false,
    });
    // What is drawn on once need not be rebuilt.
    let visits: usize =
        model.controls.iter().filter(|c| reach::alerted(model, c)[m]).map(reach::visits).sum();
    if refilled || visits < 2 || used <= 0.0 {
        return;
    }
    let held: f64 = stocks.iter().filter(|s| s.material == m).map(|s| s.weight * s.mean).sum();
    let piled: f64 = model
        .options
        .iter()
        .filter_map(|option| match &option.measure {
            Measure::Stockpile(pile) if pile.material == m => Some(match pile.size {
                Size::Days(days) => model.mean(days) * used,
                Size::Tonnes(tonnes) => model.mean(tonnes),
            }),
            _ => None,
        })
        .sum();
    let days = (held + piled) / used;
    let headroom: f64 = material
        .sources
        .iter()
        .map(|s| s.share.at(0.0, |q| model.mean(q)) * model.mean(s.headroom.unwrap_or(material.headroom)))
        .sum();
    // Also where there is no headroom: what is divided by nothing takes for ever.
    if days <= 0.0 || days / headroom <= model.horizon {
        return;
    }
    let name = &material.name;
    let message = if headroom <= 0.0 {
        format!(
            "the stocks of `{name}`, {} of use, can never be rebuilt: none of its sources has headroom",
            words::days(days)
        )
    } else {
        format!(
            "the stocks of `{name}`, {} of use, take {} to rebuild with a headroom of {}, longer than the horizon of {}",
            words::days(days),
            if days / headroom < 1000.0 * YEAR {
                words::days(days / headroom)
            } else {
                "for ever".to_owned()
            },
            per_cent(headroom),
            super::horizon(model)
        )
    };
    let help = "a second control finds what the first one left, recovery is never reached and contingent options stay \
                on: give its sources `headroom`, or state the stocks as 0 if a second control is not to find them";
    let place = reader.locate(&["materials", name, "headroom"]);
    reader.caution("never-rebuilt", format!("materials.{name}.headroom"), place, message, help);
}
