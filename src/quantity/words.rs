//! The one place that turns numbers into text, as a board reads them: "660 billion yen ± 3 billion".
//!
//! Digits are rounded to what is known. Nothing here is meant to be read back by a program.

mod dates;
mod language;

pub use dates::{Date, epoch_date, epoch_day};
pub use language::Language;

use super::measure::Dimension;
use Language::English;
use language::Kind;

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

/// The unit as it is written in results; the code of a currency.
pub fn unit(unit: &Unit) -> &str {
    English.unit(unit)
}

/// [`Language::money`] in English: "660 billion yen".
pub fn money(amount: f64, code: &str) -> String {
    English.money(amount, code)
}

/// [`Language::share`] in English: "0.11 %", "12 %", "below 0.01 %".
pub fn share(fraction: f64) -> String {
    English.share(fraction)
}

/// [`Language::tonnes`] in English: "18,835 t", "0.53 t".
pub fn tonnes(mass: f64) -> String {
    English.tonnes(mass)
}

/// [`Language::days`] in English: "45 days", from 100 days on "4.2 months", from two years on "2.5 years".
pub fn days(time: f64) -> String {
    English.days(time)
}

/// [`Language::count`] in English: "1,234"; a mean of such numbers: "2.4".
pub fn count(number: f64) -> String {
    English.count(number)
}

/// [`Language::multiple`] in English: "2.4×".
pub fn multiple(ratio: f64) -> String {
    English.multiple(ratio)
}

/// [`Language::number`] in English: "0.143", "18,835".
pub fn number(value: f64) -> String {
    English.number(value)
}

/// [`Language::figure`] in English.
pub fn figure(value: f64, unit: &Unit) -> String {
    English.figure(value, unit)
}

/// [`Language::short`] in English: "660 bn".
pub fn short(value: f64, unit: &Unit) -> String {
    English.short(value, unit)
}

/// [`Language::column`] in English.
pub fn column(values: &[f64]) -> Vec<String> {
    English.column(values)
}

/// [`Language::short_beside`] in English.
pub fn short_beside(value: f64, greatest: f64, unit: &Unit) -> String {
    English.short_beside(value, greatest, unit)
}

/// [`Language::resolved`] in English.
pub fn resolved(value: f64, resolution: f64, unit: &Unit) -> String {
    English.resolved(value, resolution, unit)
}

/// [`Language::estimate`] in English: "660 billion yen ± 3 billion".
pub fn estimate(value: f64, se: Option<f64>, unit: &Unit) -> String {
    English.estimate(value, se, unit)
}

/// [`Language::short_estimate`] in English: "660 bn ± 3 bn".
pub fn short_estimate(value: f64, se: Option<f64>, unit: &Unit) -> String {
    English.short_estimate(value, se, unit)
}

/// [`Language::date`] in English: "2026-11-10".
pub fn date(start: Date, offset: f64) -> String {
    English.date(start, offset)
}

/// [`Language::date_ticks`] in English.
pub fn date_ticks(start: Date, from: f64, to: f64, columns: usize) -> Vec<(f64, String)> {
    English.date_ticks(start, from, to, columns)
}

impl Language {
    /// `amount` of the currency `code`: "660 billion yen", "6,600億円".
    pub fn money(self, amount: f64, code: &str) -> String {
        self.figure(amount, &Unit::Money(code.to_owned()))
    }

    /// `fraction` in per cent: "0.11 %", "12 %", "below 0.01 %"; "12％", "0.01％未満".
    pub fn share(self, fraction: f64) -> String {
        self.figure(fraction, &Unit::Share)
    }

    /// `mass` in tonnes: "18,835 t", "0.53 t"; "18,835トン".
    pub fn tonnes(self, mass: f64) -> String {
        self.figure(mass, &Unit::Tonnes)
    }

    /// `time` in days: "45 days", from 100 days on "4.2 months", from two years on "2.5 years"; "45日", "4.2か月", "2.5年".
    pub fn days(self, time: f64) -> String {
        self.figure(time, &Unit::Days)
    }

    /// A number of things: "1,234"; a mean of such numbers: "2.4".
    pub fn count(self, number: f64) -> String {
        self.figure(number, &Unit::Count)
    }

    /// A multiple: "2.4×", "2.4倍".
    pub fn multiple(self, ratio: f64) -> String {
        self.figure(ratio, &Unit::Multiple)
    }

    /// A plain number with three significant digits, whole numbers in full: "0.143", "18,835".
    pub fn number(self, value: f64) -> String {
        self.exceptional(value).map_or_else(|| trim(digits(value, place(value, 3).min(0))), str::to_owned)
    }

    /// `value` in full words, with the usual number of digits: three for money, two for the rest, whole numbers in
    /// full (but not those of 億 and 兆: "6,600億円").
    pub fn figure(self, value: f64, unit: &Unit) -> String {
        plain(value, unit, Form::Full, self)
    }

    /// `value` in the short form of labels, without the currency: "660 bn", "6,600億".
    pub fn short(self, value: f64, unit: &Unit) -> String {
        plain(value, unit, Form::Short, self)
    }

    /// Numbers that stand below each other to be added up: all to the same place, five digits of the greatest.
    pub fn column(self, values: &[f64]) -> Vec<String> {
        let greatest =
            values.iter().copied().filter(|v| v.is_finite()).fold(0.0, |most: f64, v| most.max(v.abs()));
        let place = place(greatest, 5).min(0);
        let word = |value: f64| self.exceptional(value).map_or_else(|| digits(value, place), str::to_owned);
        values.iter().map(|value| word(*value)).collect()
    }

    /// [`Language::short`] beside an axis that goes up to `greatest`: times are in the axis's unit, so 45 days are "1.5 months".
    pub fn short_beside(self, value: f64, greatest: f64, unit: &Unit) -> String {
        if *unit == Unit::Days && value.is_finite() {
            let scale = Scale::at(greatest, 0, unit, self);
            return scale.attach(&scale.usual(value / scale.factor, 2), Form::Short);
        }
        self.short(value, unit)
    }

    /// `value` in full words, with so many digits more than usual that a difference of `resolution` shows, up to nine:
    /// 0.1151 % beside an end of a band at 0.115 %.
    pub fn resolved(self, value: f64, resolution: f64, unit: &Unit) -> String {
        if !value.is_finite() || !(resolution > 0.0) {
            return self.figure(value, unit);
        }
        let scale = Scale::of(value, 3, unit, self);
        let shown = value / scale.factor;
        let place = exponent(resolution / scale.factor, 1).clamp(place(shown, 9), scale.place(shown, 3));
        scale.attach(&trim(digits(shown, place)), Form::Full)
    }

    /// `value` in the short form, and the ends of its interval without what follows the number, all on one scale and to the
    /// digits that tell the ends apart: "7.02 tn", "6.95", "7.11".
    pub fn short_interval(self, value: f64, low: f64, high: f64, unit: &Unit) -> [String; 3] {
        if ![value, low, high].iter().all(|x| x.is_finite()) || low >= high {
            return [value, low, high].map(|x| self.short(x, unit));
        }
        let scale = Scale::of(if value == 0.0 { low.abs().max(high.abs()) } else { value }, 3, unit, self);
        let most = low.abs().max(high.abs()) / scale.factor;
        let coarsest = scale.place(most, 2);
        let finest = place(most, 6).min(coarsest);
        let last = place((high - low) / scale.factor, 2).clamp(finest, coarsest);
        let text = |x: f64| digits(x / scale.factor, last);
        [scale.attach(&text(value), Form::Short), text(low), text(high)]
    }

    /// `value` with its standard error, both rounded to what the error supports: "660 billion yen ± 3 billion",
    /// "6,600億円 ± 30億円".
    ///
    /// The error has one significant digit, or two if the first is a 1. The value ends at the same place, but has two to
    /// four significant digits (more only before the decimal point). Without an error this is [`Language::figure`].
    pub fn estimate(self, value: f64, se: Option<f64>, unit: &Unit) -> String {
        estimate_as(value, se, unit, Form::Full, self)
    }

    /// The same in the short form of labels, without the currency: "660 bn ± 3 bn", "6,600億 ± 30億".
    pub fn short_estimate(self, value: f64, se: Option<f64>, unit: &Unit) -> String {
        estimate_as(value, se, unit, Form::Short, self)
    }
}

fn estimate_as(value: f64, se: Option<f64>, unit: &Unit, form: Form, language: Language) -> String {
    let Some(se) = se.filter(|_| value.is_finite()) else { return plain(value, unit, form, language) };
    if !se.is_finite() || se <= 0.0 {
        let error = if se == 0.0 { "0" } else { language.undefined() };
        return format!("{} ± {error}", plain(value, unit, form, language));
    }
    let first = Scale::of(if value == 0.0 { se } else { value }, 4, unit, language);
    // On the scale of what is said in the end: 999 billion ± 20 billion is 1.00 trillion ± 0.02 trillion.
    let step = ten_to(estimate_place(value / first.factor, se / first.factor));
    let rounded = (value / first.factor / step).round() * step;
    let scale = match rounded == 0.0 {
        true => first,
        false => Scale::at(value, exponent(rounded, 4) + exponent(first.factor, 1), unit, language),
    };
    let (value, se) = (value / scale.factor, se / scale.factor);
    let text = digits(value, estimate_place(value, se));
    format!("{} ± {}", scale.attach(&text, form), scale.attach_error(&digits(se, last_place(se)), form))
}

/// The power of ten of the last digit of a value with the standard error `se`.
fn estimate_place(value: f64, se: f64) -> i32 {
    let last = last_place(se);
    if value == 0.0 {
        return last;
    }
    let (most, least) = (exponent(value, 4) - 3, exponent(value, 2) - 1);
    last.max(most.min(0)).min(least)
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

fn plain(value: f64, unit: &Unit, form: Form, language: Language) -> String {
    if let Some(word) = language.exceptional(value) {
        return word.to_owned();
    }
    if *unit == Unit::Share
        && let Some(words) = language.nearly(value)
    {
        return words.to_owned();
    }
    let significant = if matches!(unit, Unit::Money(_)) { 3 } else { 2 };
    let scale = Scale::of(value, significant, unit, language);
    let shown = value / scale.factor;
    // Near 100 % it is the distance from it that matters: 99.6 % is not 100 %.
    if *unit == Unit::Share && shown > 50.0 && shown < 100.0 {
        let place = place(100.0 - shown, significant);
        return scale.attach(&trim(digits(shown, place.min(0))), form);
    }
    scale.attach(&scale.usual(shown, significant), form)
}

/// The power of ten of the last of so many `significant` digits of `value`.
fn place(value: f64, significant: i32) -> i32 {
    exponent(value, significant) - significant + 1
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
    language: Language,
}

impl Scale {
    /// The scale for `value` once it is rounded to `significant` digits.
    fn of(value: f64, significant: i32, unit: &Unit, language: Language) -> Scale {
        Self::at(value, exponent(value, significant), unit, language)
    }

    fn at(value: f64, exponent: i32, unit: &Unit, language: Language) -> Scale {
        let simple = |factor: f64, kind: Kind| {
            let (one, many) = language.follows(kind);
            let (one, many) = (one.to_owned(), many.to_owned());
            Scale { factor, step: ("", ""), one, many, money: false, language }
        };
        match unit {
            Unit::Money(code) => {
                let (one, many) = language.currency(code);
                let step = language.steps().iter().find(|(power, ..)| exponent >= *power);
                let (power, word, short) = step.copied().unwrap_or((0, "", ""));
                // After "billion" the currency is always in the plural.
                let one = if power == 0 { one } else { many };
                Scale {
                    factor: ten_to(power),
                    step: (word, short),
                    one: language.after(one),
                    many: language.after(many),
                    money: true,
                    language,
                }
            }
            Unit::Tonnes => simple(1.0, Kind::Tonnes),
            Unit::Share => simple(0.01, Kind::Percent),
            Unit::Days if value.abs() >= 2.0 * YEAR => simple(YEAR, Kind::Years),
            Unit::Days if value.abs() >= 100.0 => simple(MONTH, Kind::Months),
            Unit::Days => simple(1.0, Kind::Days),
            Unit::Count => simple(1.0, Kind::Nothing),
            Unit::Multiple => simple(1.0, Kind::Times),
        }
    }

    /// The place to which `shown` is usually rounded. English steps are a thousand wide and whole numbers are in
    /// full; those of Japanese are ten thousand wide, and the fourth digit of 6,604億円 is no better known than that of
    /// 660.4 billion.
    fn place(&self, shown: f64, significant: i32) -> i32 {
        let place = place(shown, significant);
        let coarse = self.language == Language::Japanese && self.money && self.factor > 1.0;
        if coarse { place } else { place.min(0) }
    }

    /// `shown` with so many significant digits, whole numbers in full.
    fn usual(&self, shown: f64, significant: i32) -> String {
        trim(digits(shown, self.place(shown, significant)))
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
        if self.money && form == Form::Full && self.language == English {
            format!("{text}{}", self.step.0)
        } else {
            self.attach(text, form)
        }
    }
}

/// An axis on which all labels have the same scale: "0", "0.5 bn", "1.0 bn".
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Base units in one unit as shown: 10⁹ where labels are in billions, 365.25 where they are in years.
    pub factor: f64,
    /// What the numbers are, for the axis's title: "yen", "t", "years"; empty where the labels say so themselves.
    pub title: String,
    suffix: &'static str,
    language: Language,
}

impl Axis {
    /// The axis for values of up to `greatest` in absolute value, in base units.
    pub fn new(greatest: f64, unit: &Unit, language: Language) -> Axis {
        let greatest = if greatest.is_finite() { greatest.abs() } else { 0.0 };
        // From 2 bn on in billions: below that, labels in millions need fewer decimals. 20,000億 is 2兆 to everybody.
        let scale = Scale::at(greatest, exponent(greatest / language.pick(2.0, 1.0), 4), unit, language);
        let (title, suffix) = match unit {
            Unit::Money(_) => (scale.many.trim(), scale.step.1),
            Unit::Share => ("", language.follows(Kind::Percent).1),
            Unit::Multiple => ("", language.follows(Kind::Times).1),
            _ => (scale.many.trim(), ""),
        };
        Axis { factor: scale.factor, title: title.to_owned(), suffix, language }
    }

    /// The label of the tick at `shown` (in units of `factor`) among ticks `step` apart.
    pub fn label(&self, shown: f64, step: f64) -> String {
        if let Some(word) = self.language.exceptional(shown) {
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
