//! The metrics of a scenario: the one table of their names, units and columns.

use crate::model::Model;
use crate::plan::{Column, Columns};
use crate::quantity::words::Unit;

/// A figure that every trial has, by name.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// Its dotted name.
    pub name: String,
    /// What it measures.
    pub unit: Unit,
    /// What it is, in a few words.
    pub what: &'static str,
    /// Its column.
    pub column: usize,
    /// The column that says whether it had not ended at the horizon, where it can.
    pub censored: Option<usize>,
}

/// All metrics of a scenario; those of materials and sectors in the order of the file.
pub fn metrics(model: &Model, columns: &Columns) -> Vec<Metric> {
    let rank = |written: &[usize], index: usize| written.iter().position(|&i| i == index).unwrap_or(index);
    let mut order: Vec<usize> = (0..columns.len()).collect();
    // A stable sort within each family of columns, which stand together.
    order.sort_by_key(|&column| match columns.list[column] {
        Column::AnyShort | Column::AnyControl => (0, 0),
        Column::Tonnes(m)
        | Column::Share(m)
        | Column::Peak(m)
        | Column::TimeShort(m)
        | Column::Recovery(m)
        | Column::RecoveryCensored(m)
        | Column::PricePeak(m)
        | Column::PriceMean(m) => (1, rank(&model.written.materials, m)),
        Column::Lost(j) | Column::WorstActivity(j) | Column::FirstLoss(j) => {
            (2, rank(&model.written.sectors, j))
        }
        _ => (3, 0),
    });
    let mut metrics = Vec::new();
    for column in order {
        let kind = columns.list[column];
        let Some((name, unit, what)) = describe(model, kind) else { continue };
        let censored = matches!(kind, Column::Recovery(_)).then_some(column + 1);
        metrics.push(Metric { name, unit, what, column, censored });
    }
    metrics
}

fn describe(model: &Model, column: Column) -> Option<(String, Unit, &'static str)> {
    let money = || Unit::Money(model.currency.clone());
    let material = |m: usize, what: &str| format!("shortfall.{}.{what}", model.materials[m].name);
    let price = |m: usize, what: &str| format!("price.{}.{what}", model.materials[m].name);
    let sector = |j: usize, what: &str| format!("sectors.{}.{what}", model.sectors[j].name);
    let option = |o: usize, what: &str| format!("options.{}.{what}", model.options[o].name);
    let cost = |what: &str| format!("cost.{what}");
    Some(match column {
        Column::AnyShort => ("shortfall.any".to_owned(), Unit::Share, "1 where anything is short"),
        Column::AnyControl | Column::RecoveryCensored(_) | Column::Chance => return None,
        Column::Tonnes(m) => (material(m, "tonnes"), Unit::Tonnes, "need that is not met"),
        Column::Share(m) => (material(m, "share"), Unit::Share, "of baseline use over the horizon"),
        Column::Peak(m) => (material(m, "peak"), Unit::Share, "the worst step's unmet share of its need"),
        Column::TimeShort(m) => (material(m, "time_short"), Unit::Days, "in steps more than 1 % short"),
        Column::Recovery(m) => (material(m, "recovery"), Unit::Days, "from the first alert to recovery"),
        Column::PricePeak(m) => (price(m, "peak"), Unit::Multiple, "highest spot price"),
        Column::PriceMean(m) => (price(m, "mean"), Unit::Multiple, "mean spot price over time"),
        Column::Lost(j) => (sector(j, "lost"), money(), "net lost value added"),
        Column::WorstActivity(j) => (sector(j, "worst_activity"), Unit::Share, "least activity in any step"),
        Column::FirstLoss(j) => (sector(j, "first_loss"), Unit::Days, "day of the first loss"),
        Column::Onsets(c) => {
            (format!("controls.{}.onsets", model.controls[c].name), Unit::Count, "entries from open")
        }
        Column::Time(c, r) => {
            let control = &model.controls[c];
            let name = format!("controls.{}.time.{}", control.name, control.regimes[r].name);
            (name, Unit::Days, "time in the regime")
        }
        Column::Delivered(o) => (option(o, "delivered"), Unit::Tonnes, "delivered, released or saved"),
        Column::OptionCost(o) => (option(o, "cost"), money(), "what it cost"),
        Column::Started(o) => (option(o, "started"), Unit::Days, "first day available"),
        Column::CostTotal => (cost("total"), money(), "all costs"),
        Column::CostLostOutput => (cost("lost_output"), money(), "lost output, net of what is made up"),
        Column::CostIndirect => (cost("indirect"), money(), "lost output elsewhere"),
        Column::CostPrice => (cost("price"), money(), "higher prices"),
        Column::CostPremiums => (cost("premiums"), money(), "premiums to alternative suppliers"),
        Column::CostOptions => (cost("options"), money(), "capex, fixed, holding and saving costs"),
        Column::GdpShare => ("gdp.share".to_owned(), Unit::Share, "lost output over one year's GDP"),
        Column::GdpWorstYear => ("gdp.worst_year".to_owned(), Unit::Share, "the same in the worst 12 months"),
    })
}
