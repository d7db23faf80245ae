//! Shares a hundred times too large, and sectors larger than the economy.

use super::super::reader::{Reader, last};
use super::super::structure::per_cent;
use super::super::{Assumption, Model};
use crate::quantity::{YEAR, words};

/// Shares that may exceed 100 %, the value from which on somebody should look, and whether it is looked at also where
/// the analyst wrote a per cent sign.
const RATIOS: [(&str, f64, bool); 7] = [
    ("discount_rate", 0.3, true),
    ("holding_cost", 1.0, true),
    ("headroom", 3.0, false),
    ("extra_capacity", 3.0, false),
    ("premium", 10.0, false),
    ("refill", 3.0, false),
    ("max_release", 5.0, false),
];

pub fn cautions(reader: &mut Reader, model: &Model) {
    super::stated(model).for_each(|assumption| ratio(reader, model, assumption));
    gdp(reader, model);
}

/// `discount_rate = 2`, which is 200 %.
fn ratio(reader: &mut Reader, model: &Model, assumption: &Assumption) {
    let key = last(&assumption.path);
    let Some((_, most, always)) = RATIOS.iter().find(|(known, ..)| *known == key) else { return };
    let pure = assumption.kind.is_some_and(|kind| kind == super::super::Kind::Ratio);
    let written_so = assumption.unit.as_ref().is_some_and(|unit| unit.text == "%");
    let value = model.mean(assumption.quantity);
    // What a material is made of may have any name.
    let named = assumption.path.contains(".inputs.");
    if !pure || named || value < *most || written_so && !always {
        return;
    }
    let a_year = if matches!(key, "discount_rate" | "holding_cost") { " a year" } else { "" };
    let message = format!("`{}` is {}{a_year}", assumption.path, per_cent(value));
    let help = if written_so {
        "that is far from what is usual: look at it again".to_owned()
    } else {
        format!("a number without a unit is a share of 1: did you mean \"{}%\"?", words::number(value))
    };
    reader.caution("per-cent-forgotten", &assumption.path, assumption.place, message, help);
}

fn gdp(reader: &mut Reader, model: &Model) {
    let Some(gdp) = model.economy.gdp.map(|gdp| model.mean(gdp)) else { return };
    let sectors = model.sectors.iter().map(|s| s.value_added.at(0.0, |q| model.mean(q)) * YEAR);
    let sum: f64 = sectors.sum();
    if sum > gdp {
        let message = format!(
            "the sectors add value of {} a year, more than the gdp of {}",
            words::money(sum, &model.currency),
            words::money(gdp, &model.currency)
        );
        let help = "value added is what a sector adds, not its sales; compare units and currencies";
        reader.caution("more-than-gdp", "economy.gdp", reader.locate(&["economy", "gdp"]), message, help);
    }
}
