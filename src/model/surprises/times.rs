//! Times and probabilities against the horizon and the step.

use super::super::controls::Trigger;
use super::super::kind::Kind;
use super::super::reader::{Reader, last};
use super::super::{Assumption, Model, Quantity};
use crate::quantity::{YEAR, words};

/// From this probability over the horizon on, a yearly one may have been meant otherwise.
const NEARLY_CERTAIN: f64 = 0.985;
/// Fewer trials than this in which something happens say little of it.
const FEW: f64 = 100.0;

pub fn cautions(reader: &mut Reader, model: &Model) {
    chances(reader, model);
    dated(reader, model);
    for assumption in super::stated(model).filter(|a| a.kind == Some(Kind::Duration)) {
        beyond(reader, model, assumption);
        if last(&assumption.path) == "lasts" {
            step(reader, model, assumption, model.mean(assumption.quantity));
        }
    }
    crises(reader, model);
}

fn chances(reader: &mut Reader, model: &Model) {
    for chance in model.chances() {
        let Some(assumption) = model.assumptions.iter().find(|a| a.path.starts_with(&chance.path)) else {
            continue;
        };
        let (path, place) = (&chance.path, assumption.place);
        let yearly = words::share(chance.yearly);
        let over = words::share(chance.over_horizon);
        if chance.over_horizon >= NEARLY_CERTAIN {
            let alone = -libm::expm1(libm::log1p(-chance.yearly) * YEAR / model.horizon);
            let message = format!(
                "`{path}` of {yearly} a year means {over} over the horizon of {}",
                super::horizon(model)
            );
            let help = format!(
                "it is a probability a year: {yearly} over the whole horizon would be {} a year",
                words::share(alone)
            );
            reader.caution("nearly-certain", path, place, message, help);
        }
        rare(reader, model, assumption, path, chance.over_horizon);
    }
}

/// Something that happens in too few of the trials that the scenario asks for.
fn rare(reader: &mut Reader, model: &Model, assumption: &Assumption, path: &str, chance: f64) {
    let expected = chance * model.trials as f64;
    // With fewer trials than 100, there is more to say than this.
    if !(chance > 0.0 && chance < 0.1 && expected < FEW && model.trials >= 100) {
        return;
    }
    let message = format!(
        "what `{path}` sets off happens in about {} of {} trials",
        if expected < 1.0 { "none".to_owned() } else { words::count(expected.round()) },
        words::count(model.trials as f64)
    );
    let help = format!(
        "means and tails would hang on those few: run at least {} trials, or look at them alone with --given",
        words::count((FEW / chance).ceil())
    );
    reader.caution("too-rare-for-trials", path, assumption.place, message, help);
}

fn dated(reader: &mut Reader, model: &Model) {
    for control in &model.controls {
        for onset in &control.onsets {
            let Trigger::At { probability, .. } = onset.trigger else { continue };
            let path = format!("controls.{}.onsets.{}.probability", control.name, onset.name);
            if let Some(assumption) = model.assumptions.iter().find(|a| a.path == path) {
                rare(reader, model, assumption, &path, model.mean(probability));
            }
        }
    }
}

/// A time that is longer than what is simulated.
fn beyond(reader: &mut Reader, model: &Model, assumption: &Assumption) {
    let path = &assumption.path;
    let help = match last(path) {
        "lasts" => {
            "what such a regime does after the horizon is not counted: lengthen `scenario.horizon`, or read costs as \
             those of the horizon alone"
        }
        "approval_delay" => "nothing is approved within the horizon then: lengthen it, or shorten the delay",
        "delay" => "what it sets off may come after the horizon, unseen: lengthen it, or shorten the delay",
        "lead_time" => {
            "what is available only after the horizon does nothing: lengthen it, or leave the option out"
        }
        "ramp" => "it is never at full strength within the horizon: lengthen it, or shorten the ramp",
        "transit" => "what left before a control arrives until the end: compare the unit",
        _ => return,
    };
    let within = super::horizon(model);
    let message = match model.implied(assumption) {
        None => match assumption.quantity {
            Quantity::Certain(days) if days > model.horizon => {
                format!("`{path}` of {} is longer than the horizon of {within}", model.say(assumption, days))
            }
            _ => return,
        },
        Some(implied) if implied.mean >= model.horizon => format!(
            "`{path}` is {} on average, longer than the horizon of {within}",
            model.say(assumption, implied.mean)
        ),
        Some(implied) if implied.p95 > model.horizon => format!(
            "{} of the draws of `{path}` are longer than the horizon of {within}",
            words::share(longer(model, assumption.quantity))
        ),
        Some(_) => return,
    };
    reader.caution("beyond-horizon", path, assumption.place, message, help);
}

/// The share of draws above the horizon.
fn longer(model: &Model, quantity: Quantity) -> f64 {
    match quantity {
        Quantity::Uncertain { factor, scale, .. } if scale > 0.0 => {
            model.factors[factor].law.sf(model.horizon / scale)
        }
        _ => 0.0,
    }
}

/// A time of `days` that one step is longer than.
pub fn step(reader: &mut Reader, model: &Model, assumption: &Assumption, days: f64) {
    if !(days > 0.0 && days < model.step.days()) {
        return;
    }
    let mean = if model.implied(assumption).is_some() { " on average" } else { "" };
    let message = format!(
        "`{}` is {}{mean}, shorter than the step of one {}",
        assumption.path,
        words::days(days),
        model.step.name()
    );
    let finer = if days >= 7.0 { "step = \"week\"" } else { "step = \"day\"" };
    let help = format!(
        "a step averages what happens within it, which blurs peaks and first days: write {finer} in [scenario]"
    );
    if model.step.days() > 1.0 {
        reader.caution("step-too-long", &assumption.path, assumption.place, message, help);
    }
}

fn crises(reader: &mut Reader, model: &Model) {
    for (index, crisis) in model.crises.iter().enumerate() {
        let mut onsets = model.controls.iter().flat_map(|control| &control.onsets);
        if !onsets.any(|o| matches!(o.trigger, Trigger::Crisis { crisis, .. } if crisis == index)) {
            let path = format!("crises.{}", crisis.name);
            let message =
                format!("no control follows the crisis `{}`, which blocks nothing by itself", crisis.name);
            let help =
                format!("add an onset to a control: [[controls.NAME.onsets]] crisis = \"{}\"", crisis.name);
            reader.caution(
                "crisis-without-effect",
                &path,
                reader.locate(&["crises", &crisis.name]),
                message,
                help,
            );
        }
    }
}
