//! The frame of a scenario: its calendar and grid, GDP, exchange rates.

use super::Quantity;
use super::fields::Fields;
use super::kind::Kind;
use super::reader::{Factor, Reader};
use crate::quantity::{Dimension, MONTH, Measure, WEEK, YEAR};
use crate::scenario::{Value, is_date, is_remark};

/// The grid on which flows are accounted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// 1 day.
    Day,
    /// 7 days.
    Week,
    /// 30.4375 days.
    Month,
}

impl Step {
    /// Its length in days.
    pub fn days(self) -> f64 {
        match self {
            Step::Day => 1.0,
            Step::Week => WEEK,
            Step::Month => MONTH,
        }
    }

    /// Its name in a scenario.
    pub fn name(self) -> &'static str {
        match self {
            Step::Day => "day",
            Step::Week => "week",
            Step::Month => "month",
        }
    }
}

/// GDP and discounting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Economy {
    /// One year's GDP, in the scenario's currency.
    pub gdp: Option<Quantity>,
    /// A year.
    pub discount_rate: Quantity,
}

/// `[scenario]` as read.
pub struct Frame {
    pub name: String,
    pub horizon: f64,
    pub step: Step,
    pub trials: u64,
    pub seed: u64,
}

/// The years in which a scenario may start; any other is a slip of the pen.
const YEARS: std::ops::Range<i16> = 1900..2200;

/// Reads day 0 and the currency, which every other quantity needs.
pub fn calendar(reader: &mut Reader, fields: &mut Fields) {
    fields.missing(reader, "start", Kind::Day.wanted());
    if let Some(node) = fields.get("start") {
        let date = match &node.value {
            Value::Date(date) => Some(*date),
            Value::String(text) if is_date(text) => text.parse().ok(),
            _ => None,
        };
        match date {
            Some(date) if YEARS.contains(&date.year()) => reader.start = Some(date),
            Some(date) => {
                let message = format!("a scenario cannot start in the year {}", date.year());
                reader.error(node.place, message, "write a date from 1900 to 2199, such as 2026-01-01");
            }
            None => reader.error(node.place, "`start` is a date", "write it as 2026-01-01"),
        }
    }
    match fields.text(reader, "currency") {
        Some((code, place)) if !crate::quantity::is_currency(code) => {
            reader.error(
                place,
                format!("`{code}` is not a currency"),
                "write three capital letters, such as \"JPY\"",
            );
        }
        Some((code, _)) => reader.currency = code.to_owned(),
        None => fields.missing(reader, "currency", "three capital letters, such as \"JPY\""),
    }
}

/// Reads the rest of `[scenario]`; sets the reader's horizon.
pub fn frame(reader: &mut Reader, mut fields: Fields) -> Frame {
    let step = match fields.text(reader, "step") {
        None | Some(("week", _)) => Step::Week,
        Some(("day", _)) => Step::Day,
        Some(("month", _)) => Step::Month,
        Some((other, place)) => {
            reader.error(place, format!("`{other}` is not a step"), "write \"day\", \"week\" or \"month\"");
            Step::Week
        }
    };
    let horizon = horizon(reader, &mut fields, step);
    let name = fields.text(reader, "name").map_or("scenario", |t| t.0).to_owned();
    let trials = fields.whole(reader, "trials", 1, 1_000_000_000_000).unwrap_or(10_000) as u64;
    let seed = fields.whole(reader, "seed", 0, i64::MAX).unwrap_or(1) as u64;
    fields.finish(reader);
    reader.horizon = horizon;
    Frame { name, horizon, step, trials, seed }
}

fn horizon(reader: &mut Reader, fields: &mut Fields, step: Step) -> f64 {
    let place = fields.get("horizon").map_or(fields.place, |n| n.place);
    fields.missing(reader, "horizon", "a length of time, such as \"5 years\"");
    let quantity = fields.quantity(reader, "horizon", Kind::Duration).unwrap_or(Quantity::WRONG);
    let Some(days) = quantity.certain() else {
        reader.error(
            place,
            "the horizon cannot be uncertain",
            "write one length of time, such as \"5 years\"",
        );
        return f64::NAN;
    };
    if days <= 0.0 {
        let help = "write a length of time, such as \"5 years\"";
        reader.error(place, "the horizon must be longer than nothing", help);
        return f64::NAN;
    }
    if days > 200.0 * YEAR || days / step.days() > 100_000.0 {
        let help = "shorten it, or take a longer step";
        reader.error(place, "the horizon is too long: at most 200 years and 100,000 steps", help);
        return f64::NAN;
    }
    days
}

/// Reads `[economy]`, whose exchange rates are known by now.
pub fn economy(reader: &mut Reader, fields: Option<Fields>) -> Economy {
    let none = Economy { gdp: None, discount_rate: Quantity::ZERO };
    let Some(mut fields) = fields else { return none };
    let gdp = fields.quantity(reader, "gdp", Kind::MoneyRate).map(|q| match q {
        Quantity::Certain(v) => Quantity::Certain(v * YEAR),
        Quantity::Uncertain { factor, scale, low, high } => {
            Quantity::Uncertain { factor, scale: scale * YEAR, low, high }
        }
    });
    if let (Some(Quantity::Certain(0.0)), Some(node)) = (gdp, fields.table.get("gdp")) {
        reader.error(
            node.place,
            "gdp must be above 0",
            "write one year's GDP, such as \"609 trillion JPY/year\"",
        );
    }
    let discount_rate = fields.quantity_or(reader, "discount_rate", Kind::Ratio, 0.0);
    fields.finish(reader);
    Economy { gdp, discount_rate }
}

/// Reads the exchange rates, which every sum of money needs.
pub fn exchange_rates(reader: &mut Reader, economy: &mut Fields) {
    let Some(node) = economy.get("exchange_rates") else { return };
    let opened = Fields::open(reader, node, "economy.exchange_rates", &economy.provenance);
    let Some(fields) = opened else { return };
    let own = reader.currency.clone();
    for (code, entry) in &fields.table.entries {
        if is_remark(code) {
            continue;
        }
        if !crate::quantity::is_currency(code) {
            let help = format!("write three capital letters, such as USD = \"157 {own}\"");
            reader.error(entry.key, format!("`{code}` is not a currency"), help);
            continue;
        }
        // Stands in where the rate is wrong.
        reader.rates.insert(code.clone(), 1.0);
        let path = fields.at(code);
        let Some((value, provenance)) = reader.unwrap(&entry.node, &path, &fields.provenance) else {
            continue;
        };
        let rate = match value.text().map(Measure::parse) {
            Some(Ok(m)) if m.dimension == Dimension::MONEY && m.currency.as_deref() == Some(&own) => m.value,
            _ => f64::NAN,
        };
        if own.is_empty() {
            continue;
        }
        if !(1e-12..=1e12).contains(&rate) || *code == own && rate != 1.0 {
            let message = format!("this is not an exchange rate from {code} to {own}");
            let help = format!("write what 1 {code} is worth in {own}, such as {code} = \"157 {own}\"");
            reader.error(value.place, message, help);
            continue;
        }
        reader.rates.insert(code.clone(), rate);
        reader.assume(
            &path,
            value,
            Some(Kind::Money),
            Some(Dimension::MONEY),
            Quantity::Certain(rate),
            provenance,
        );
    }
}

/// What a factor is expected to be, in base units: the implied mean of its law times `scale`, within its range.
pub fn implied_mean(quantity: Quantity, factors: &[Factor]) -> f64 {
    match quantity {
        Quantity::Certain(value) => value,
        Quantity::Uncertain { factor, scale, low, high } => {
            (factors[factor].law.mean() * scale).clamp(low, high)
        }
    }
}
