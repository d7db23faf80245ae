//! The one place that turns numbers into text, as a board reads them: "660 billion yen ± 3 billion".
//!
//! Digits are rounded to what is known. Nothing here is meant to be read back by a program.

mod dates;

pub use dates::{Date, date, date_ticks, epoch_date, epoch_day};

use super::measure::Dimension;

/// What a number measures, and so how it is written. Values are in base units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unit {
    /// An amount of the currency with this ISO 4217 code.
    Money(String),
    /// Metric tonnes.
    Tonnes,
    /// A share or probability as a fraction: 0.12 is written "12 %".
    Share,
    /// A time in days.
    Days,
    /// A number of things.
    Count,
    /// A multiple of a reference: 2.4 is written "2.4×".
    Multiple,
}

/// The unit as it is written in results; the code of a currency.
pub fn unit(unit: &Unit) -> &str {
    match unit {
        Unit::Money(code) => code,
        Unit::Tonnes => "t",
        Unit::Share => "share",
        Unit::Days => "days",
        Unit::Count => "count",
        Unit::Multiple => "multiple",
    }
}

impl Unit {
    /// The dimension of a quantity in this unit.
    pub fn dimension(&self) -> Dimension {
        match self {
            Unit::Money(_) => Dimension::MONEY,
            Unit::Tonnes => Dimension::MASS,
            Unit::Days => Dimension::TIME,
            Unit::Share | Unit::Count | Unit::Multiple => Dimension::PURE,
        }
    }
}

/// Days in a year, as in the whole model.
const YEAR: f64 = 365.25;
/// Days in a twelfth of a year.
const MONTH: f64 = YEAR / 12.0;

/// Currencies that readers know by name: code, one, many.
const CURRENCIES: [(&str, &str, &str); 5] = [
    ("JPY", "yen", "yen"),
    ("USD", "US dollar", "US dollars"),
    ("EUR", "euro", "euros"),
    ("GBP", "pound", "pounds"),
    ("CNY", "yuan", "yuan"),
];

/// Steps of large amounts: the power of ten, in words, short.
const STEPS: [(i32, &str, &str); 3] =
    [(12, " trillion", " tn"), (9, " billion", " bn"), (6, " million", " mn")];

/// `amount` of the currency `code`: "660 billion yen".
pub fn money(amount: f64, code: &str) -> String {
    figure(amount, &Unit::Money(code.to_owned()))
}

/// `fraction` in per cent: "0.11 %", "12 %", "below 0.01 %".
pub fn share(fraction: f64) -> String {
    figure(fraction, &Unit::Share)
}

/// `mass` in tonnes: "18,835 t", "0.53 t".
pub fn tonnes(mass: f64) -> String {
    figure(mass, &Unit::Tonnes)
}

/// `time` in days: "45 days", from 100 days on "4.2 months", from two years on "2.5 years".
pub fn days(time: f64) -> String {
    figure(time, &Unit::Days)
}

/// A number of things: "1,234"; a mean of such numbers: "2.4".
pub fn count(number: f64) -> String {
    figure(number, &Unit::Count)
}

/// A multiple: "2.4×".
pub fn multiple(ratio: f64) -> String {
    figure(ratio, &Unit::Multiple)
}

/// A plain number with three significant digits, whole numbers in full: "0.143", "18,835".
pub fn number(value: f64) -> String {
    exceptional(value).map_or_else(|| usual(value, 3), str::to_owned)
}

/// `value` in full words, with the usual number of digits: three for money, two for the rest, whole numbers in full.
pub fn figure(value: f64, unit: &Unit) -> String {
    plain(value, unit, Form::Full)
}

/// `value` in the short form of labels, without the currency: "660 bn".
pub fn short(value: f64, unit: &Unit) -> String {
    plain(value, unit, Form::Short)
}

/// Numbers that stand below each other to be added up: all to the same place, five digits of the greatest.
pub fn column(values: &[f64]) -> Vec<String> {
    let greatest =
        values.iter().copied().filter(|v| v.is_finite()).fold(0.0, |most: f64, v| most.max(v.abs()));
    let place = (exponent(greatest, 5) - 4).min(0);
    let word = |value: f64| exceptional(value).map_or_else(|| digits(value, place), str::to_owned);
    values.iter().map(|value| word(*value)).collect()
}

/// The same beside an axis that goes up to `greatest`: times are in the axis's unit, so 45 days are "1.5 months".
pub fn short_beside(value: f64, greatest: f64, unit: &Unit) -> String {
    if *unit == Unit::Days && value.is_finite() {
        let scale = Scale::at(greatest, 0, unit);
        return scale.attach(&usual(value / scale.factor, 2), Form::Short);
    }
    short(value, unit)
}

/// `value` in full words, with so many digits more than usual that a difference of `resolution` shows, up to nine:
/// 0.1151 % beside an end of a band at 0.115 %.
pub fn resolved(value: f64, resolution: f64, unit: &Unit) -> String {
    if !value.is_finite() || !(resolution > 0.0) {
        return figure(value, unit);
    }
    let scale = Scale::of(value, 3, unit);
    let shown = value / scale.factor;
    let usual = (exponent(shown, 3) - 2).min(0);
    let place = exponent(resolution / scale.factor, 1).clamp(exponent(shown, 9) - 8, usual);
    scale.attach(&trim(digits(shown, place)), Form::Full)
}

/// `value` with its standard error, both rounded to what the error supports: "660 billion yen ± 3 billion".
///
/// The error has one significant digit, or two if the first is a 1. The value ends at the same place, but has two to
/// four significant digits (more only before the decimal point). Without an error this is [`figure`].
pub fn estimate(value: f64, se: Option<f64>, unit: &Unit) -> String {
    estimate_as(value, se, unit, Form::Full)
}

/// The same in the short form of labels, without the currency: "660 bn ± 3 bn".
pub fn short_estimate(value: f64, se: Option<f64>, unit: &Unit) -> String {
    estimate_as(value, se, unit, Form::Short)
}

fn estimate_as(value: f64, se: Option<f64>, unit: &Unit, form: Form) -> String {
    let Some(se) = se.filter(|_| value.is_finite()) else { return plain(value, unit, form) };
    if !se.is_finite() || se <= 0.0 {
        let error = if se == 0.0 { "0" } else { "undefined" };
        return format!("{} ± {error}", plain(value, unit, form));
    }
    let scale = Scale::of(if value == 0.0 { se } else { value }, 4, unit);
    let (value, se) = (value / scale.factor, se / scale.factor);
    let last = last_place(se);
    let place = if value == 0.0 {
        last
    } else {
        let (most, least) = (exponent(value, 4) - 3, exponent(value, 2) - 1);
        last.max(most.min(0)).min(least)
    };
    let text = digits(value, place);
    format!("{} ± {}", scale.attach(&text, form), scale.attach_error(&digits(se, last), form))
}

/// The power of ten of the last digit of the standard error `se` worth showing.
fn last_place(se: f64) -> i32 {
    let first = exponent(se, 1);
    if format!("{:.1e}", se).starts_with('1') { exponent(se, 2) - 1 } else { first }
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Full,
    Short,
}

fn plain(value: f64, unit: &Unit, form: Form) -> String {
    if let Some(word) = exceptional(value) {
        return word.to_owned();
    }
    if *unit == Unit::Share
        && let Some(words) = nearly(value)
    {
        return words;
    }
    let significant = if matches!(unit, Unit::Money(_)) { 3 } else { 2 };
    let scale = Scale::of(value, significant, unit);
    let shown = value / scale.factor;
    // Near 100 % it is the distance from it that matters: 99.6 % is not 100 %.
    if *unit == Unit::Share && shown > 50.0 && shown < 100.0 {
        let place = exponent(100.0 - shown, significant) - significant + 1;
        return scale.attach(&trim(digits(shown, place.min(0))), form);
    }
    scale.attach(&usual(shown, significant), form)
}

/// `shown` with so many significant digits, whole numbers in full.
fn usual(shown: f64, significant: i32) -> String {
    let place = exponent(shown, significant) - significant + 1;
    trim(digits(shown, place.min(0)))
}

fn exceptional(value: f64) -> Option<&'static str> {
    if value.is_nan() {
        Some("undefined")
    } else if value.is_infinite() {
        Some(if value > 0.0 { "infinite" } else { "minus infinite" })
    } else {
        None
    }
}

/// Shares that are almost, but not quite, nothing or everything.
fn nearly(share: f64) -> Option<String> {
    let least = 1e-4;
    if share > 0.0 && share < least {
        Some("below 0.01 %".to_owned())
    } else if share < 0.0 && share > -least {
        Some("above −0.01 %".to_owned())
    } else if share < 1.0 && share > 1.0 - least {
        Some("above 99.99 %".to_owned())
    } else {
        None
    }
}

/// How a value of some size is written: divided by `factor`, followed by words.
struct Scale {
    factor: f64,
    /// The step of large amounts, in words and short, each with a leading space.
    step: (&'static str, &'static str),
    /// What follows the number 1, and what follows others, with their leading space.
    one: String,
    many: String,
    money: bool,
}

impl Scale {
    /// The scale for `value` once it is rounded to `significant` digits.
    fn of(value: f64, significant: i32, unit: &Unit) -> Scale {
        Self::at(value, exponent(value, significant), unit)
    }

    fn at(value: f64, exponent: i32, unit: &Unit) -> Scale {
        let simple = |factor: f64, one: &str, many: &str| Scale {
            factor,
            step: ("", ""),
            one: one.to_owned(),
            many: many.to_owned(),
            money: false,
        };
        match unit {
            Unit::Money(code) => {
                let (one, many) = currency(code);
                let step = STEPS.iter().find(|(power, ..)| exponent >= *power);
                let (power, word, short) = step.copied().unwrap_or((0, "", ""));
                // After "billion" the currency is always in the plural.
                let one = if power == 0 { one } else { many };
                Scale {
                    factor: ten_to(power),
                    step: (word, short),
                    one: format!(" {one}"),
                    many: format!(" {many}"),
                    money: true,
                }
            }
            Unit::Tonnes => simple(1.0, " t", " t"),
            Unit::Share => simple(0.01, " %", " %"),
            Unit::Days if value.abs() >= 2.0 * YEAR => simple(YEAR, " year", " years"),
            Unit::Days if value.abs() >= 100.0 => simple(MONTH, " month", " months"),
            Unit::Days => simple(1.0, " day", " days"),
            Unit::Count => simple(1.0, "", ""),
            Unit::Multiple => simple(1.0, "×", "×"),
        }
    }

    fn attach(&self, text: &str, form: Form) -> String {
        let name = if text == "1" { &self.one } else { &self.many };
        match form {
            Form::Full => format!("{text}{}{name}", self.step.0),
            Form::Short if self.money => format!("{text}{}", self.step.1),
            Form::Short => format!("{text}{name}"),
        }
    }

    /// The same for the error beside a value that has named the currency already.
    fn attach_error(&self, text: &str, form: Form) -> String {
        if self.money && form == Form::Full {
            format!("{text}{}", self.step.0)
        } else {
            self.attach(text, form)
        }
    }
}

fn currency(code: &str) -> (&str, &str) {
    let known = CURRENCIES.iter().find(|(known, ..)| *known == code);
    known.map_or((code, code), |(_, one, many)| (one, many))
}

/// An axis on which all labels have the same scale: "0", "0.5 bn", "1.0 bn".
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Base units in one unit as shown: 10⁹ where labels are in billions, 365.25 where they are in years.
    pub factor: f64,
    /// What the numbers are, for the axis's title: "yen", "t", "years"; empty where the labels say so themselves.
    pub title: String,
    suffix: &'static str,
}

impl Axis {
    /// The axis for values of up to `greatest` in absolute value, in base units.
    pub fn new(greatest: f64, unit: &Unit) -> Axis {
        let greatest = if greatest.is_finite() { greatest.abs() } else { 0.0 };
        // From 2 bn on in billions: below that, labels in millions need fewer decimals.
        let scale = Scale::at(greatest, exponent(greatest / 2.0, 4), unit);
        let (title, suffix) = match unit {
            Unit::Money(_) => (scale.many.trim(), scale.step.1),
            Unit::Share => ("", " %"),
            Unit::Multiple => ("", "×"),
            _ => (scale.many.trim(), ""),
        };
        Axis { factor: scale.factor, title: title.to_owned(), suffix }
    }

    /// The label of the tick at `shown` (in units of `factor`) among ticks `step` apart.
    pub fn label(&self, shown: f64, step: f64) -> String {
        if let Some(word) = exceptional(shown) {
            return word.to_owned();
        }
        // Steps are 1, 2, 2.5 or 5 times a power of ten: one more digit tells whether they need it.
        let first = exponent(step, 2);
        let finer = (step / ten_to(first) * 10.0).round() % 10.0 != 0.0;
        let text = digits(shown, (first - i32::from(finer)).min(0));
        if shown.abs() < step / 2.0 { "0".to_owned() } else { format!("{text}{}", self.suffix) }
    }
}

/// The power of ten of the first digit of `value` once it is rounded to `significant` digits; 0 for zero.
fn exponent(value: f64, significant: i32) -> i32 {
    let places = usize::try_from(significant - 1).unwrap_or(0);
    let text = format!("{value:.places$e}");
    text.split('e').nth(1).and_then(|power| power.parse().ok()).unwrap_or(0)
}

/// Ten to the `power`, correctly rounded.
fn ten_to(power: i32) -> f64 {
    format!("1e{power}").parse().unwrap_or(f64::INFINITY)
}

/// `value` rounded to the decimal place 10^`place`, with thousands separated by commas and a true minus sign;
/// in scientific notation where that would be a row of zeros.
fn digits(value: f64, place: i32) -> String {
    let first = exponent(value, 1);
    if value != 0.0 && (first >= 15 || (place < -6 && first < -3)) {
        let places = usize::try_from(first - place).unwrap_or(0).min(3);
        return trim(format!("{:.places$}", value / ten_to(first))).replace('-', "−") + &format!("e{first}");
    }
    let value = if place > 0 { (value / ten_to(place)).round() * ten_to(place) } else { value };
    let places = usize::try_from(-place).unwrap_or(0);
    let text = format!("{:.places$}", value.abs());
    let (whole, fraction) = text.split_once('.').map_or((text.as_str(), None), |(w, f)| (w, Some(f)));
    let minus = value < 0.0 && text.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0');
    let mut out = String::from(if minus { "−" } else { "" });
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Without the zeros that end a decimal fraction.
fn trim(text: String) -> String {
    if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
