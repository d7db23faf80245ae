//! Options that answer to more, or to less, than their author may think.

use super::super::Model;
use super::super::options::{Measure, Mode, Opt};
use super::super::reader::Reader;
use super::super::structure::per_cent;
use super::reach;

/// A share of supply that hardly anybody would miss.
const LITTLE: f64 = 0.01;

pub fn cautions(reader: &mut Reader, model: &Model) {
    for option in &model.options {
        set_off(reader, model, option);
        priced(reader, model, option);
    }
    for material in &model.materials {
        let path = ["materials", &material.name, "price_response"];
        if material.price.is_zero() && material.price_response.is_some() {
            no_price(reader, &path, &material.name);
        }
    }
}

/// A saving, or something that is paid for at once, which starts with any alert however small.
fn set_off(reader: &mut Reader, model: &Model, option: &Opt) {
    let at_once = matches!(option.measure, Measure::Saving(_)) || !option.capex.is_zero();
    if option.mode != Mode::Contingent || !at_once {
        return;
    }
    let m = option.material();
    let mut least: Option<(reach::Taken, &str, &str)> = None;
    for control in &model.controls {
        for regime in &control.regimes {
            let Some(taken) = reach::taken(model, control, regime).into_iter().nth(m) else { continue };
            let little = taken.share > 0.0 && (taken.share < LITTLE || taken.share <= taken.spare);
            if little && least.as_ref().is_none_or(|(other, ..)| taken.share < other.share) {
                least = Some((taken, &control.name, &regime.name));
            }
        }
    }
    let Some((taken, control, regime)) = least else { return };
    let (material, name) = (&model.materials[m].name, &option.name);
    let made_up = if taken.share <= taken.spare {
        format!(", which the headroom of its other sources ({}) makes up for", per_cent(round(taken.spare)))
    } else {
        String::new()
    };
    let message = format!(
        "`options.{name}` starts in full with the regime `{regime}` of `controls.{control}`, which takes {} of \
         `{material}`{made_up}",
        per_cent(round(taken.share))
    );
    let help = "an alert is the same whatever its size, and what starts with it is paid for: leave the material out of \
                that control, or give that regime blocks = 0, if it should not count as an alert";
    let place = option.place;
    reader.caution("set-off-by-little", format!("options.{name}"), place, message, help);
}

/// Four digits say it.
fn round(share: f64) -> f64 {
    (share * 1e4).round() / 1e4
}

/// Shares of a price that is nothing.
fn priced(reader: &mut Reader, model: &Model, option: &Opt) {
    let (m, key, share) = match &option.measure {
        Measure::Supplier(supply) => (supply.material, "premium", supply.premium),
        Measure::Stockpile(pile) => (pile.material, "holding_cost", pile.holding_cost),
        Measure::Saving(_) => return,
    };
    let material = &model.materials[m];
    if material.price.is_zero() && !share.is_zero() {
        no_price(reader, &["options", &option.name, key], &material.name);
    }
}

fn no_price(reader: &mut Reader, path: &[&str], material: &str) {
    let place = reader.locate(path);
    let path = path.join(".");
    let message = format!("`{path}` costs nothing: it is a share of the price of `{material}`, which is 0");
    let help = format!("state materials.{material}.price, such as \"260 USD/kg\"");
    reader.caution("share-of-no-price", &path, place, message, help);
}
