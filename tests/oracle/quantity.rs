//! Quantities as they are written in a scenario: a number with its unit, a law, a parameter, a path over the calendar.

use std::collections::BTreeMap;

/// Days in a week, a month and a year (section 2).
pub const WEEK: f64 = 7.0;
pub const MONTH: f64 = 30.4375;
pub const YEAR: f64 = 365.25;

/// A number with its unit as written: `("400", "t/year")`. Unit `date`: the value is a day number, see [`date_text`].
#[derive(Clone, Debug, PartialEq)]
pub struct Num {
    pub value: f64,
    pub unit: String,
}

/// An uncertain quantity: the law's name and its parameters; `values` and `weights` have several numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct LawText {
    pub kind: &'static str,
    pub args: Vec<(&'static str, Vec<Num>)>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    Plain(Num),
    Law(LawText),
    /// `"$name"`
    Parameter(String),
    /// `"25% * $name"`: the scale is a pure number.
    Scaled(Num, String),
}

/// A quantity that may vary with the calendar: day numbers and values.
#[derive(Clone, Debug, PartialEq)]
pub enum Path {
    Flat(Quantity),
    Dated(Vec<(i64, Quantity)>),
}

/// What units are converted with: one unit of each currency in the scenario's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Money {
    pub currency: String,
    pub rates: BTreeMap<String, f64>,
}

pub fn num(value: f64, unit: &str) -> Num {
    Num { value, unit: unit.to_string() }
}

pub fn plain(value: f64, unit: &str) -> Quantity {
    Quantity::Plain(num(value, unit))
}

impl Num {
    /// The value in base units: days, tonnes, the scenario's currency, fractions; a date in days from `start`.
    pub fn base(&self, money: &Money, start: i64) -> f64 {
        if self.unit == "date" { self.value - start as f64 } else { self.value * factor(&self.unit, money) }
    }
}

/// How many base units one of `unit` is: `USD/kg` is the dollar's rate times 1000.
fn factor(unit: &str, money: &Money) -> f64 {
    let mut parts = unit.split('/');
    let words = |text: &str| text.split_whitespace().map(|word| word_factor(word, money)).product::<f64>();
    let top = words(parts.next().unwrap_or(""));
    parts.fold(top, |value, below| value / words(below))
}

fn word_factor(word: &str, money: &Money) -> f64 {
    match word {
        "%" => 0.01,
        "t" | "day" | "days" => 1.0,
        "kg" => 0.001,
        "week" | "weeks" => WEEK,
        "month" | "months" => MONTH,
        "year" | "years" => YEAR,
        "million" => 1e6,
        "billion" => 1e9,
        "trillion" => 1e12,
        currency if currency == money.currency => 1.0,
        currency => *money.rates.get(currency).unwrap_or_else(|| panic!("no such unit: {currency}")),
    }
}

/// The day number (days since 1970-01-01) of a date of the Gregorian calendar.
pub fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let leap = |y: i64| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    let lengths = |y: i64| [31, if leap(y) { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let years: i64 = (1970..year).map(|y| if leap(y) { 366 } else { 365 }).sum();
    years + lengths(year)[..(month - 1) as usize].iter().sum::<i64>() + day - 1
}

/// The date of a day number as it is written: `2026-01-31`.
pub fn date_text(number: i64) -> String {
    let (mut year, mut month) = (1970, 1);
    while day_number(year + 1, 1, 1) <= number {
        year += 1;
    }
    while month < 12 && day_number(year, month + 1, 1) <= number {
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", number - day_number(year, month, 1) + 1)
}

#[test]
fn dates_are_counted_in_days() {
    assert_eq!(day_number(1970, 1, 1), 0);
    assert_eq!(day_number(2000, 3, 1) - day_number(2000, 2, 28), 2);
    assert_eq!(day_number(2026, 1, 1), 20454);
    for number in 19000..23000 {
        let text = date_text(number);
        let part = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
        assert_eq!(day_number(part(0..4), part(5..7), part(8..10)), number);
    }
}

#[test]
fn units_are_converted() {
    let money = Money { currency: "JPY".into(), rates: BTreeMap::from([("USD".into(), 157.0)]) };
    assert_eq!(num(300.0, "USD/kg").base(&money, 0), 300.0 * 157_000.0);
    assert!((num(2640.0, "billion JPY/year").base(&money, 0) * MONTH - 220e9).abs() < 1e-3);
    assert_eq!(num(400.0, "t/year").base(&money, 0) * 365.25, 400.0);
    assert_eq!(num(20460.0, "date").base(&money, 20454), 6.0);
}
