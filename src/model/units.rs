//! The unit in which the analyst wrote a quantity, so that what follows from it can be said in the same one.

use jiff::civil::Date;

use super::reader::Reader;
use super::{Assumption, Factor, Model};
use crate::quantity::words;
use crate::quantity::{Dimension, Measure, YEAR};
use crate::scenario::{Node, Value, is_date, is_remark};

/// A unit as written: "t/year", "billion JPY", "%".
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenUnit {
    /// Its text.
    pub text: String,
    /// One of it in base units: days, tonnes, the scenario's currency, shares as fractions.
    pub base: f64,
}

impl WrittenUnit {
    /// A value in base units as a number of this unit: "2.7 months", "12 %".
    pub fn say(&self, value: f64) -> String {
        let number = words::number(value / self.base);
        let plural = match self.text.as_str() {
            "hour" | "day" | "week" | "month" | "year" if number != "1" => format!("{}s", self.text),
            "hours" | "days" | "weeks" | "months" | "years" if number == "1" => {
                self.text.trim_end_matches('s').to_owned()
            }
            text => text.to_owned(),
        };
        format!("{number} {plural}")
    }
}

impl Reader<'_> {
    /// The parameter to which a quantity refers, as it was stated.
    pub fn parameter_of(&self, node: &Node) -> Option<&Assumption> {
        let name = node.text()?.split('*').find_map(|part| part.trim().strip_prefix('$'))?.trim();
        let path = format!("parameters.{name}");
        self.assumptions.iter().find(|a| a.path == path)
    }

    /// The unit of the first number that `node` states with one; of a parameter, that of the parameter.
    pub fn unit_of(&self, node: &Node) -> Option<WrittenUnit> {
        match &node.value {
            Value::String(text) if text.contains('$') => self.parameter_of(node)?.unit.clone(),
            Value::String(text) if !is_date(text) => {
                let unit = without_number(text.trim());
                let one = Measure::parse(&format!("1 {unit}")).ok().filter(|_| !unit.is_empty())?;
                let rate = one.currency.and_then(|code| self.rates.get(&code)).copied().unwrap_or(1.0);
                let base = match one.dimension.money {
                    1 => one.value * rate,
                    -1 => one.value / rate,
                    _ => one.value,
                };
                Some(WrittenUnit { text: unit.to_owned(), base })
            }
            Value::Array(items) => items.iter().find_map(|item| self.unit_of(item)),
            Value::Table(table) => {
                let stated = table.entries.iter().filter(|(key, _)| !is_remark(key));
                stated.map(|(_, entry)| &entry.node).find_map(|node| self.unit_of(node))
            }
            _ => None,
        }
    }
}

/// What follows the number at the start of a text: "1.5e3 EUR" leaves "EUR".
fn without_number(text: &str) -> &str {
    let mut end = 0;
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    while let Some(byte) = bytes.get(end) {
        match byte {
            b'0'..=b'9' | b'.' | b'_' | b'+' | b'-' => end += 1,
            b'e' | b'E' if end > 0 && (digit(end + 1) || digit(end + 2)) => end += 2,
            _ => break,
        }
    }
    text[end..].trim()
}

/// A value in base units as a reader says it, where no unit was written.
fn say(value: f64, dimension: Option<Dimension>, currency: &str, start: Date) -> String {
    match dimension {
        None => words::date(start, value),
        Some(Dimension::TIME) => words::days(value),
        Some(Dimension::MASS) => words::tonnes(value),
        Some(Dimension::MONEY) => words::money(value, currency),
        Some(Dimension::MASS_RATE) => format!("{}/year", words::tonnes(value * YEAR)),
        Some(Dimension::MONEY_RATE) => format!("{}/year", words::money(value * YEAR, currency)),
        Some(Dimension::PRICE) => format!("{}/t", words::money(value, currency)),
        Some(_) => words::number(value),
    }
}

impl Model {
    /// A value in base units, in the unit in which the assumption is stated.
    pub fn say(&self, assumption: &Assumption, value: f64) -> String {
        if let Some(unit) = &assumption.unit {
            return unit.say(value);
        }
        say(value, assumption.dimension, &self.currency, self.start)
    }

    /// The same for a draw of a factor.
    pub fn say_factor(&self, factor: &Factor, value: f64) -> String {
        match self.assumptions.iter().find(|a| a.path == factor.path).and_then(|a| a.unit.as_ref()) {
            Some(unit) => unit.say(value),
            None => say(value, factor.dimension, &self.currency, self.start),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_is_what_follows_the_number() {
        for (text, unit) in [
            ("400 t/year", "t/year"),
            ("12%", "%"),
            ("1.5e3 EUR", "EUR"),
            ("2 EUR", "EUR"),
            ("18_835.5 t", "t"),
            ("-3", ""),
        ] {
            assert_eq!(without_number(text), unit, "{text}");
        }
    }

    #[test]
    fn times_are_said_in_the_singular_and_the_plural() {
        let months = WrittenUnit { text: "months".to_owned(), base: 30.4375 };
        assert_eq!(months.say(30.4375), "1 month");
        assert_eq!(months.say(2.7 * 30.4375), "2.7 months");
        let year = WrittenUnit { text: "year".to_owned(), base: 365.25 };
        assert_eq!(year.say(3652.5), "10 years");
        assert_eq!(WrittenUnit { text: "%".to_owned(), base: 0.01 }.say(0.1234), "12.3 %");
    }
}
