//! Regular expressions for quantities as text, made from the units that `quantity` knows. They are for editors: whatever
//! the reader takes matches; not all that matches is right.

use super::Kind;
use crate::quantity::{Dimension, scales, units};

/// What a text that states a quantity of one of `kinds` looks like, or one that refers to a parameter.
pub fn quantity(kinds: &[Kind]) -> String {
    let mut forms: Vec<String> = kinds.iter().map(|kind| plain(*kind)).collect();
    forms.push(REFERENCE.to_owned());
    forms.dedup();
    whole(&forms)
}

/// Likewise where no parameter may stand.
pub fn certain(kinds: &[Kind]) -> String {
    whole(&kinds.iter().map(|kind| plain(*kind)).collect::<Vec<_>>())
}

/// What a text that states a quantity of any dimension looks like.
pub fn any() -> String {
    whole(&[DATE.to_owned(), format!("[+-]?{NUMBER}.*"), REFERENCE.to_owned()])
}

/// A day of the calendar.
pub const DATE: &str = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
/// A key of a profile: a length of time.
pub fn time() -> String {
    certain(&[Kind::Duration])
}

const NUMBER: &str = r"([0-9_]+\.?[0-9_]*|\.[0-9_]+)([eE][+-]?[0-9_]+)?";
const CURRENCY: &str = "[A-Z]{3}";
/// "$name", or pure numbers times it.
const REFERENCE: &str = r"([^*$]*\*\s*)*\$[^*$]+(\*[^*$]*)*";

fn whole(forms: &[String]) -> String {
    format!(r"^\s*({})\s*$", forms.join("|"))
}

fn plain(kind: Kind) -> String {
    let (time, mass) = (one_of(units(Dimension::TIME)), one_of(units(Dimension::MASS)));
    let per = |a: &str, b: &str| format!(r"{a}\s*/\s*{b}");
    let unit = match kind.dimension() {
        None => return DATE.to_owned(),
        Some(Dimension::TIME) => time,
        Some(Dimension::MASS) => mass,
        Some(Dimension::MASS_RATE) => per(&mass, &time),
        Some(Dimension::MONEY) => CURRENCY.to_owned(),
        Some(Dimension::MONEY_RATE) => per(CURRENCY, &time),
        Some(Dimension::PRICE) => per(CURRENCY, &mass),
        Some(_) => format!("({}|{}|{})?", per(&mass, &mass), per(&time, &time), per(CURRENCY, CURRENCY)),
    };
    let scale = one_of(scales());
    let sign = if kind.range().0 < 0.0 { "[+-]?" } else { r"\+?" };
    format!(r"{sign}{NUMBER}\s*(%|{scale}(?![A-Za-z]))?\s*{unit}")
}

fn one_of(words: impl Iterator<Item = &'static str>) -> String {
    format!("({})", words.collect::<Vec<_>>().join("|"))
}
