//! What surprises experts in scenarios that are not wrong: cautions with the figure that surprises and what would do.
//!
//! Each has a name, by which docs/cautions.md explains it. None looks at sources and judgements: who has a reason for a
//! figure may still not know what it implies.

mod laws;
mod money;
mod reach;
mod responses;
mod stocks;
mod times;

use super::reader::Reader;
use super::{Assumption, Model};
use crate::quantity::words;

/// Adds the cautions of a model that is right.
pub fn all(reader: &mut Reader, model: &Model) {
    laws::cautions(reader, model);
    times::cautions(reader, model);
    stocks::cautions(reader, model);
    responses::cautions(reader, model);
    money::cautions(reader, model);
}

/// The quantities that have a say in the model: those of options that are not enabled have none.
fn stated(model: &Model) -> impl Iterator<Item = &Assumption> {
    model.assumptions.iter().filter(|assumption| {
        let mut path = assumption.path.split('.');
        path.next() != Some("options")
            || path.next().is_some_and(|name| model.options.iter().any(|option| option.name == name))
    })
}

/// The horizon as its author wrote it.
fn horizon(model: &Model) -> String {
    let written = model.assumptions.iter().find(|a| a.path == "scenario.horizon");
    written.map_or_else(|| words::days(model.horizon), |a| model.say(a, model.horizon))
}

#[cfg(test)]
mod tests;
