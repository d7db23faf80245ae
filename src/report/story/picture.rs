//! The chart of a trial: which quantities go into which panel.

use crate::chart::{TrialData, TrialPanel, TrialRow, trial};
use crate::model::Model;
use crate::outcome::Provenance;
use crate::quantity::words::{self, Language, Unit};
use crate::story::{Course, MaterialStory, Story};

/// More materials and more sectors than these are not drawn.
const MOST: usize = 3;

/// The chart of a trial as SVG: inflow, need and shortfall of the materials that it hit most, their stocks, the activity
/// of the sectors that lost most, and the regimes.
pub fn trial_chart(model: &Model, story: &Story, course: &Course, provenance: &Provenance) -> String {
    let of = |name: String| course.line(&name).map(<[f64]>::to_vec).unwrap_or_default();
    let mut panels = Vec::new();
    let mut materials: Vec<&MaterialStory> = story.materials.iter().collect();
    let hit = |m: &MaterialStory| (m.alerted || m.worst.is_some(), m.short_share);
    // A stable sort: those that were hit alike stay in the order of the file.
    materials.sort_by(|a, b| hit(b).0.cmp(&hit(a).0).then(hit(b).1.total_cmp(&hit(a).1)));
    if materials.first().is_some_and(|m| hit(m).0) {
        materials.retain(|m| hit(m).0);
    }
    for m in materials.iter().take(MOST) {
        let name = &m.material;
        panels.push(TrialPanel {
            name: format!("{name}, t per {}", model.step.name()),
            unit: Unit::Tonnes,
            area: Some(("shortfall".to_owned(), of(format!("shortfall.{name}")))),
            lines: vec![
                ("inflow".to_owned(), of(format!("inflow.{name}"))),
                ("need".to_owned(), of(format!("need.{name}"))),
            ],
        });
        let mut lines = vec![("users' stocks".to_owned(), of(format!("stock.{name}")))];
        let piles = m.balance.stockpiles.iter().take(MOST - 1);
        lines.extend(piles.map(|p| (p.option.clone(), of(format!("stockpile.{}", p.option)))));
        if lines.iter().any(|(_, values)| values.iter().any(|v| *v > 0.0)) {
            panels.push(TrialPanel {
                name: format!("{name}, t held"),
                unit: Unit::Tonnes,
                area: None,
                lines,
            });
        }
    }
    let mut sectors: Vec<_> = story.sectors.iter().collect();
    sectors.sort_by(|a, b| b.lost.total_cmp(&a.lost));
    let lines = sectors.iter().take(MOST).map(|s| (s.sector.clone(), of(format!("activity.{}", s.sector))));
    panels.push(TrialPanel {
        name: "activity".to_owned(),
        unit: Unit::Share,
        area: None,
        lines: lines.collect(),
    });
    let mut left_out = Vec::new();
    for (n, what) in [(materials.len(), "materials"), (sectors.len(), "sectors")] {
        if n > MOST {
            left_out.push(format!("{MOST} of {n} {what}"));
        }
    }
    let left_out = if left_out.is_empty() {
        String::new()
    } else {
        format!("; drawn: the most affected, {}", left_out.join(", "))
    };
    let end = course.days.len() as f64 * model.step.days();
    trial(&TrialData {
        language: Language::English,
        title: format!("Trial {}: {}", story.pick.trial, model.name),
        subtitle: format!(
            "total cost {}; seed {}{left_out}",
            words::money(story.costs.total, &model.currency),
            provenance.seed
        ),
        start: model.start,
        days: course.days.clone(),
        span: (0.0, end),
        panels,
        rows: rows(model, course),
    })
}

fn rows(model: &Model, course: &Course) -> Vec<TrialRow> {
    let row = |control: &crate::model::Control| TrialRow {
        name: format!("{}: {}", control.country, control.name),
        regimes: control.regimes.len(),
        stays: course
            .regimes
            .iter()
            .filter(|stay| stay.control == control.name)
            .map(|stay| (stay.from, stay.to, stay.harshness, stay.regime.clone()))
            .collect(),
    };
    model.controls.iter().map(row).collect()
}
