//! A number with its unit: `"400 t/year"`, `"660 billion JPY"`, `"12%"`. Knows nothing of exchange rates: the currency
//! that a text names is handed on as it stands.

use std::fmt;

use super::{MONTH, WEEK, YEAR};

/// The powers of time, mass and money in a unit; all zero is a pure number or share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Dimension {
    /// Power of days.
    pub time: i8,
    /// Power of tonnes.
    pub mass: i8,
    /// Power of the currency.
    pub money: i8,
}

impl Dimension {
    /// A number without a unit.
    pub const PURE: Dimension = Dimension::of(0, 0, 0);
    /// A length of time.
    pub const TIME: Dimension = Dimension::of(1, 0, 0);
    /// A mass.
    pub const MASS: Dimension = Dimension::of(0, 1, 0);
    /// A sum of money.
    pub const MONEY: Dimension = Dimension::of(0, 0, 1);
    /// Mass per time.
    pub const MASS_RATE: Dimension = Dimension::of(-1, 1, 0);
    /// Money per time.
    pub const MONEY_RATE: Dimension = Dimension::of(-1, 0, 1);
    /// Money per mass.
    pub const PRICE: Dimension = Dimension::of(0, -1, 1);

    const fn of(time: i8, mass: i8, money: i8) -> Self {
        Dimension { time, mass, money }
    }

    fn per(self, other: Dimension) -> Self {
        Dimension::of(self.time - other.time, self.mass - other.mass, self.money - other.money)
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match *self {
            Dimension::PURE => "a number without a unit",
            Dimension::TIME => "a length of time",
            Dimension::MASS => "a mass",
            Dimension::MONEY => "a sum of money",
            Dimension::MASS_RATE => "a mass per time",
            Dimension::MONEY_RATE => "a sum of money per time",
            Dimension::PRICE => "a sum of money per mass",
            _ => "an unusual combination of units",
        })
    }
}

/// A number in base units (days, tonnes, the named currency), with its dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// The number, in days, tonnes and units of `currency`, or products of them.
    pub value: f64,
    /// What it measures.
    pub dimension: Dimension,
    /// The currency it names, as three capital letters; none where no money is in it.
    pub currency: Option<String>,
}

/// Why a text is not a quantity.
#[derive(Clone, Debug, PartialEq)]
pub enum MeasureError {
    /// It does not start with a number.
    NoNumber,
    /// The number is not finite.
    NotFinite,
    /// A comma inside the number: it could be a decimal point or a separator of thousands.
    Comma,
    /// A word that is no unit; with the nearest one that is.
    UnknownUnit(String, Option<&'static str>),
    /// Two currencies in one quantity.
    TwoCurrencies,
}

impl fmt::Display for MeasureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MeasureError::NoNumber => write!(f, "it does not start with a number"),
            MeasureError::NotFinite => write!(f, "the number is not finite"),
            MeasureError::Comma => {
                write!(f, "a comma in a number is ambiguous: write `1.5`, or `18_835` for thousands")
            }
            MeasureError::UnknownUnit(unit, Some(near)) => {
                write!(f, "`{unit}` is not a unit; did you mean `{near}`?")
            }
            MeasureError::UnknownUnit(unit, None) => write!(
                f,
                "`{unit}` is not a unit; known are day, week, month, year, g, kg, t, kt, Mt, %, \
                 currencies as three capital letters, and thousand to trillion"
            ),
            MeasureError::TwoCurrencies => write!(f, "it names two currencies"),
        }
    }
}

const UNITS: &[(&str, f64, Dimension)] = &[
    ("hour", 1.0 / 24.0, Dimension::TIME),
    ("hours", 1.0 / 24.0, Dimension::TIME),
    ("h", 1.0 / 24.0, Dimension::TIME),
    ("day", 1.0, Dimension::TIME),
    ("days", 1.0, Dimension::TIME),
    ("d", 1.0, Dimension::TIME),
    ("week", WEEK, Dimension::TIME),
    ("weeks", WEEK, Dimension::TIME),
    ("month", MONTH, Dimension::TIME),
    ("months", MONTH, Dimension::TIME),
    ("year", YEAR, Dimension::TIME),
    ("years", YEAR, Dimension::TIME),
    ("yr", YEAR, Dimension::TIME),
    ("y", YEAR, Dimension::TIME),
    ("g", 1e-6, Dimension::MASS),
    ("kg", 1e-3, Dimension::MASS),
    ("t", 1.0, Dimension::MASS),
    ("tonne", 1.0, Dimension::MASS),
    ("tonnes", 1.0, Dimension::MASS),
    ("kt", 1e3, Dimension::MASS),
    ("Mt", 1e6, Dimension::MASS),
];

const SCALES: &[(&str, f64)] =
    &[("thousand", 1e3), ("million", 1e6), ("billion", 1e9), ("trillion", 1e12), ("bn", 1e9), ("tn", 1e12)];

/// The units of one dimension, by every name that they have.
pub fn units(dimension: Dimension) -> impl Iterator<Item = &'static str> {
    UNITS.iter().filter(move |(.., d)| *d == dimension).map(|(name, ..)| *name)
}

/// The words that may stand between a number and its unit.
pub fn scales() -> impl Iterator<Item = &'static str> {
    SCALES.iter().map(|(name, _)| *name)
}

impl Measure {
    /// A number without a unit.
    pub fn pure(value: f64) -> Self {
        Measure { value, dimension: Dimension::PURE, currency: None }
    }

    /// Reads a number, an optional scale (`%`, `billion`), and units joined by `/`.
    pub fn parse(text: &str) -> Result<Measure, MeasureError> {
        let text = text.trim();
        let (number, rest) = split_number(text)?;
        let mut measure = Measure::pure(number);
        let mut rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('%') {
            measure.value /= 100.0;
            rest = after.trim_start();
        } else {
            let (word, after) = split_word(rest);
            if let Some((_, scale)) = SCALES.iter().find(|(name, _)| *name == word) {
                measure.value *= scale;
                rest = after.trim_start();
            }
        }
        let mut parts = rest.split('/').map(str::trim);
        if let Some(first) = parts.next()
            && !first.is_empty()
        {
            measure.multiply(first, false)?;
        }
        for part in parts {
            measure.multiply(part, true)?;
        }
        if !measure.value.is_finite() {
            return Err(MeasureError::NotFinite);
        }
        Ok(measure)
    }

    fn multiply(&mut self, unit: &str, inverse: bool) -> Result<(), MeasureError> {
        if is_currency(unit) {
            if self.currency.as_ref().is_some_and(|c| c != unit) {
                return Err(MeasureError::TwoCurrencies);
            }
            self.currency = Some(unit.to_owned());
            self.apply(1.0, Dimension::MONEY, inverse);
            return Ok(());
        }
        match UNITS.iter().find(|(name, ..)| *name == unit) {
            Some(&(_, size, dimension)) => {
                self.apply(size, dimension, inverse);
                Ok(())
            }
            None => Err(MeasureError::UnknownUnit(unit.to_owned(), nearest_unit(unit))),
        }
    }

    fn apply(&mut self, size: f64, dimension: Dimension, inverse: bool) {
        if inverse {
            self.value /= size;
            self.dimension = self.dimension.per(dimension);
        } else {
            self.value *= size;
            self.dimension = self.dimension.per(Dimension::PURE.per(dimension));
        }
    }
}

/// Whether a word is written as a currency: three capital letters.
pub fn is_currency(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase())
}

fn nearest_unit(word: &str) -> Option<&'static str> {
    let names = UNITS.iter().map(|u| u.0).chain(SCALES.iter().map(|s| s.0)).filter(|n| n.len() > 2);
    names
        .map(|name| (strsim::damerau_levenshtein(&word.to_lowercase(), name), name))
        .filter(|(distance, name)| *distance <= 2 && *distance < name.len() - 1)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Splits a quantity into its number and the text of its unit: "1.5e3 EUR/t" is 1500 and "EUR/t".
///
/// # Errors
/// Where it does not begin with a finite number.
pub fn number_and_unit(text: &str) -> Result<(f64, &str), MeasureError> {
    split_number(text.trim()).map(|(number, unit)| (number, unit.trim()))
}

fn split_number(text: &str) -> Result<(f64, &str), MeasureError> {
    let bytes = text.as_bytes();
    let digits = |mut i: usize| {
        while i < bytes.len() && (bytes[i].is_ascii_digit() || bytes[i] == b'_') {
            i += 1;
        }
        i
    };
    let start = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let mut end = digits(start);
    if bytes.get(end) == Some(&b'.') {
        end = digits(end + 1);
    }
    if bytes.get(end) == Some(&b',') {
        return Err(MeasureError::Comma);
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > end + 1 + sign {
            end = exponent;
        }
    }
    let number: f64 = text[..end].replace('_', "").parse().map_err(|_| MeasureError::NoNumber)?;
    if number.is_finite() { Ok((number, &text[end..])) } else { Err(MeasureError::NotFinite) }
}

fn split_word(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(text: &str) -> (f64, Dimension) {
        let measure = Measure::parse(text).unwrap();
        (measure.value, measure.dimension)
    }

    #[test]
    fn reads_what_the_manual_writes() {
        assert_eq!(base("400 t/year"), (400.0 / YEAR, Dimension::MASS_RATE));
        assert_eq!(base("300 USD/kg"), (300.0 / 1e-3, Dimension::PRICE));
        assert_eq!(base("660 billion JPY"), (660e9, Dimension::MONEY));
        assert_eq!(base("0.5 billion JPY/year"), (0.5e9 / YEAR, Dimension::MONEY_RATE));
        assert_eq!(base("45 days"), (45.0, Dimension::TIME));
        assert_eq!(base("1.3 years"), (1.3 * YEAR, Dimension::TIME));
        assert_eq!(base("12%"), (0.12, Dimension::PURE));
        assert_eq!(base("18_835 t / year"), (18835.0 / YEAR, Dimension::MASS_RATE));
        assert_eq!(base("1e6"), (1e6, Dimension::PURE));
        assert_eq!(base("15.7 million JPY/t"), (15.7e6, Dimension::PRICE));
        assert_eq!(Measure::parse("157 JPY").unwrap().currency.as_deref(), Some("JPY"));
    }

    #[test]
    fn refuses_what_is_no_quantity() {
        assert_eq!(Measure::parse("many days"), Err(MeasureError::NoNumber));
        assert_eq!(Measure::parse(""), Err(MeasureError::NoNumber));
        assert_eq!(Measure::parse("1,5 t"), Err(MeasureError::Comma));
        assert_eq!(Measure::parse("1e999 t"), Err(MeasureError::NotFinite));
        assert_eq!(Measure::parse("5 JPY/USD"), Err(MeasureError::TwoCurrencies));
        assert_eq!(Measure::parse("5 mnths"), Err(MeasureError::UnknownUnit("mnths".into(), Some("months"))));
        assert_eq!(
            Measure::parse("5 days ago").unwrap_err(),
            MeasureError::UnknownUnit("days ago".into(), None)
        );
        assert_eq!(Measure::parse("5 t/").unwrap_err(), MeasureError::UnknownUnit(String::new(), None));
    }
}
