//! The chart of a trial: which quantities go into which panel.

use crate::chart::{TrialData, TrialPanel, TrialRow, trial};
use crate::model::Model;
use crate::outcome::Provenance;
use crate::quantity::words::{Language, Unit};
use crate::report::charts::step_name;
use crate::story::{Course, MaterialStory, Story};

/// More materials and more sectors than these are not drawn.
const MOST: usize = 3;

/// The chart of a trial as SVG: inflow, need and shortfall of the materials that it hit most, their stocks, the activity
/// of the sectors that lost most, and the regimes.
pub fn trial_chart(
    model: &Model,
    story: &Story,
    course: &Course,
    provenance: &Provenance,
    language: Language,
) -> String {
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
            name: match language {
                Language::English => format!("{name}, t per {}", model.step.name()),
                Language::Japanese => format!("{name}（トン／{}）", step_name(model, language)),
            },
            unit: Unit::Tonnes,
            area: Some((language.pick("shortfall", "不足").to_owned(), of(format!("shortfall.{name}")))),
            lines: vec![
                (language.pick("inflow", "流入").to_owned(), of(format!("inflow.{name}"))),
                (language.pick("need", "必要").to_owned(), of(format!("need.{name}"))),
            ],
        });
        let mut lines =
            vec![(language.pick("users' stocks", "需要家の在庫").to_owned(), of(format!("stock.{name}")))];
        let piles = m.balance.stockpiles.iter().take(MOST - 1);
        lines.extend(piles.map(|p| (p.option.clone(), of(format!("stockpile.{}", p.option)))));
        // What is below a billionth of what flows is rounding.
        let flows = of(format!("inflow.{name}")).into_iter().fold(0.0, f64::max);
        if lines.iter().any(|(_, values)| values.iter().any(|v| *v > 1e-9 * flows)) {
            panels.push(TrialPanel {
                name: format!("{name}{}", language.pick(", t held", "の保有量（トン）")),
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
        name: language.pick("activity", "操業度").to_owned(),
        unit: Unit::Share,
        area: None,
        lines: lines.collect(),
    });
    let mut left_out = Vec::new();
    for (n, english, japanese) in [(materials.len(), "materials", "物資"), (sectors.len(), "sectors", "部門")]
    {
        if n > MOST {
            left_out.push(match language {
                Language::English => format!("{MOST} of {n} {english}"),
                Language::Japanese => format!("{japanese}{n}件のうち{MOST}件"),
            });
        }
    }
    let left_out = match language {
        _ if left_out.is_empty() => String::new(),
        Language::English => format!("; drawn: the most affected, {}", left_out.join(", ")),
        Language::Japanese => format!("、影響の大きい順に{}を表示", left_out.join("、")),
    };
    let end = course.days.len() as f64 * model.step.days();
    trial(&TrialData {
        language,
        title: match language {
            Language::English => format!("Trial {}: {}", story.pick.trial, model.name),
            Language::Japanese => format!("試行{}：{}", story.pick.trial, model.name),
        },
        subtitle: {
            let cost = language.money(story.costs.total, &model.currency);
            let seed = provenance.seed;
            match language {
                Language::English => format!("total cost {cost}; seed {seed}{left_out}"),
                Language::Japanese => format!("費用の合計{cost}、シード{seed}{left_out}"),
            }
        },
        start: model.start,
        days: course.days.clone(),
        span: (0.0, end),
        panels,
        rows: rows(model, course, language),
    })
}

fn rows(model: &Model, course: &Course, language: Language) -> Vec<TrialRow> {
    let row = |control: &crate::model::Control| TrialRow {
        name: format!("{}{}{}", control.country, language.pick(": ", "："), control.name),
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
