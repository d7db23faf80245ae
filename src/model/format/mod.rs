//! The scenario format as data: every table and key, with its unit, default, range and an example.
//!
//! It is the one place for whoever tells somebody else about the format: the JSON Schema ([`schema`]) and the tables of
//! docs/scenario.md are made from it. The reader does not read through it; the tests beside hold the two together, in
//! both directions.

mod events;
mod frame;
mod options;
mod pattern;
mod schema;
mod supply;
mod text;

pub use schema::schema;
pub use text::schema_text;

use super::kind::Kind;

/// A table of the format.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// Its dotted path, in which `*` stands for a name; empty for the top level.
    pub path: &'static str,
    /// How it is written, such as `[[controls.NAME.regimes]]`; empty for the top level.
    pub written: &'static str,
    /// What it is, in a sentence.
    pub what: &'static str,
    /// What its `kind` may be; empty where it has none.
    pub kinds: &'static [&'static str],
    /// Keys of which exactly one stands in a table (of the kinds that know them).
    pub one_of: &'static [&'static str],
    /// Whether `source`, `note` and `judgement` may stand in it.
    pub remarks: bool,
    /// Its keys, in the order in which they are best told.
    pub keys: &'static [Key],
}

/// A key of a table.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name; `*` where any name may stand.
    pub name: &'static str,
    /// What may be written.
    pub form: Form,
    /// What holds where it is missing.
    pub absent: Absent,
    /// A value as TOML, which fits tests/data/every-key.toml.
    pub example: &'static str,
    /// What it is, in a sentence.
    pub what: &'static str,
    /// The kinds to which it belongs; empty for all.
    pub kinds: &'static [&'static str],
    /// The keys of [`Table::one_of`] beside which it may stand; empty for all.
    pub with: &'static [&'static str],
}

/// What may be written for a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    /// A quantity of one of these kinds, drawn once a trial where it is uncertain.
    Quantity(&'static [Kind]),
    /// Likewise, drawn afresh at each occurrence.
    Afresh(&'static [Kind]),
    /// A quantity that may vary with the calendar.
    Path(Kind),
    /// A quantity that may vary with the time since entry, drawn afresh.
    Profile(Kind),
    /// A quantity of any dimension.
    Any,
    /// A quantity or law that is not drawn, and so no parameter.
    Spread(Kind),
    /// A length of time that is certain.
    Certain(Kind),
    /// What one unit of a currency is worth.
    Rate,
    /// A number or quantity of a metric's unit.
    Figure,
    /// A list of two such: the least and the most.
    Band,
    /// A number between -1 and 1, neither included.
    Correlation,
    /// A whole number, with the least and the most it may be.
    Whole(i64, i64),
    /// True or false.
    Flag,
    /// A day of the calendar.
    Date,
    /// A text of three capital letters.
    Currency,
    /// Any text.
    Text,
    /// A text that names something: what it names.
    Name(&'static str),
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// A list of texts (or one alone): what each is.
    Texts(&'static str),
    /// A table, listed at its own path.
    Table,
    /// A table of tables by name.
    Named,
    /// A list of tables.
    List,
    /// A name, or a table, listed at its own path: what it names.
    NameOrTable(&'static str),
    /// One of these texts, or a table.
    ChoiceOrTable(&'static [&'static str]),
    /// A quantity, or a table.
    QuantityOrTable(Kind),
}

/// What holds where a key is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Absent {
    /// Nothing: it must be there.
    Mistake,
    /// It is one of [`Table::one_of`], of which one must be there.
    OneOf,
    /// This value, as TOML.
    Is(&'static str),
    /// This, in words.
    Means(&'static str),
}

/// Everything that a scenario may hold, from the frame to the options.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    [frame::TABLES, supply::TABLES, events::TABLES, options::TABLES].into_iter().flatten()
}

/// The table at a path of the format.
pub fn table(path: &str) -> Option<&'static Table> {
    tables().find(|table| table.path == path)
}

/// What says where a figure comes from; it may stand in any table that has [`Table::remarks`], and beside a `value`.
pub const REMARKS: [(&str, &str); 3] = [
    (
        "source",
        "Where the figures come from: publisher, title, date. Holds for every quantity in the table that has none of its own.",
    ),
    ("note", "A remark, which travels with the figures into the report."),
    ("judgement", "Why somebody's judgement stands in place of a source."),
];

/// A law of probability: its name and what it is.
pub const LAWS: [(&str, &str); 11] = [
    ("uniform", "Anything between two ends, equally likely."),
    ("triangular", "A most likely value, falling off in straight lines to both ends."),
    ("pert", "A most likely value between two ends, with smooth flanks: a beta law on them (shape 4)."),
    ("normal", "The bell curve."),
    ("lognormal", "Above zero, with a long upper tail: the logarithm is normal."),
    ("gamma", "Above zero, with a lighter upper tail than the lognormal's."),
    ("weibull", "Durations whose end grows more likely (shape above 1) or less likely (below 1) with time."),
    ("exponential", "Durations that forget how long they have lasted already."),
    ("beta", "A share between 0 and 1, or between `low` and `high`."),
    ("discrete", "One of a list of values, each with its weight."),
    ("empirical", "Observed values, equally likely: a list, or a column of a CSV file."),
];

/// The ways to state a law, each as the names of its parameters; what may stand beside them.
pub fn law_forms(law: &str) -> (Vec<&'static [&'static str]>, &'static [&'static str]) {
    let mut forms = super::laws::forms(law).to_vec();
    if law == "empirical" {
        forms.push(&["file", "column"]);
    }
    (forms, super::laws::beside(law))
}

const fn key(
    name: &'static str,
    form: Form,
    absent: Absent,
    example: &'static str,
    what: &'static str,
) -> Key {
    Key { name, form, absent, example, what, kinds: &[], with: &[] }
}

impl Key {
    /// Belongs to these kinds alone.
    const fn of(self, kinds: &'static [&'static str]) -> Key {
        Key { kinds, ..self }
    }

    /// May stand beside these keys alone.
    const fn beside(self, with: &'static [&'static str]) -> Key {
        Key { with, ..self }
    }

    /// Its type and unit, in words.
    pub fn type_in_words(&self) -> String {
        let wanted = |kind: Kind| kind.wanted().split(", such as").next().unwrap_or("").to_owned();
        let any = |kinds: &[Kind]| kinds.iter().map(|k| wanted(*k)).collect::<Vec<_>>().join(", or ");
        match self.form {
            Form::Quantity(kinds) => any(kinds),
            Form::Afresh(kinds) => format!("{}; drawn afresh each time", any(kinds)),
            Form::Path(kind) => format!("{}; may vary with the calendar", wanted(kind)),
            Form::Profile(kind) => {
                format!("{}; may vary with the time since entry; drawn afresh each time", wanted(kind))
            }
            Form::Any => "a quantity of any unit".to_owned(),
            Form::Spread(kind) => format!("{}, or a law over the firms; not a parameter", wanted(kind)),
            Form::Certain(kind) => format!("{}; not uncertain", wanted(kind)),
            Form::Rate => "a sum of money in the scenario's currency".to_owned(),
            Form::Figure => "a number in the metric's unit".to_owned(),
            Form::Band => "a list of two numbers in the metric's unit".to_owned(),
            Form::Correlation => "a number between -1 and 1".to_owned(),
            Form::Whole(low, i64::MAX) => format!("a whole number from {low}"),
            Form::Whole(low, high) if high > 1_000_000 => format!("a whole number from {low} to {high:e}"),
            Form::Whole(low, high) => format!("a whole number from {low} to {high}"),
            Form::Flag => "true or false".to_owned(),
            Form::Date => "a date".to_owned(),
            Form::Currency => "three capital letters".to_owned(),
            Form::Text => "a text".to_owned(),
            Form::Name(what) => format!("the name of {what}"),
            Form::Choice(texts) => in_quotes(texts),
            Form::Texts(what) => format!("a list of {what}"),
            Form::Table => "a table".to_owned(),
            Form::Named => "a table of named tables".to_owned(),
            Form::List => "a list of tables".to_owned(),
            Form::NameOrTable(what) => format!("the name of {what}, or a table"),
            Form::ChoiceOrTable(texts) => format!("{}, or a table", in_quotes(texts)),
            Form::QuantityOrTable(kind) => format!("{}, or a table", wanted(kind)),
        }
    }
}

fn in_quotes(texts: &[&str]) -> String {
    let quoted: Vec<_> = texts.iter().map(|text| format!("\"{text}\"")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests;
