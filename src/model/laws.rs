//! Laws as written: the one key of a table names the law, its parameters are quantities of one dimension or pure numbers.

use super::fields::Fields;
use super::reader::{Provenance, Reader, Scalar};
use crate::quantity::Dimension;
use crate::random::{Law, LawError};
use crate::scenario::{LAWS, Node, Place, Value, is_date, is_remark, nearest};

/// The parametrisations of each law, as the manual lists them.
pub fn forms(law: &str) -> &'static [&'static [&'static str]] {
    match law {
        "uniform" => &[&["min", "max"]],
        "triangular" | "pert" => &[&["min", "mode", "max"]],
        "normal" => &[&["mean", "sd"], &["p5", "p95"], &["median", "p90"]],
        "lognormal" => &[&["median", "p90"], &["median", "sigma"], &["p5", "p95"], &["mean", "sd"]],
        "gamma" => &[&["shape", "scale"], &["mean", "sd"]],
        "weibull" => &[&["shape", "scale"]],
        "exponential" => &[&["mean"]],
        "beta" => &[&["mean", "sd"], &["shape1", "shape2"]],
        "discrete" => &[&["values", "weights"]],
        // Those of a file have been put in its place.
        _ => &[&["values"]],
    }
}

/// What may stand beside the parameters of a law.
pub fn beside(law: &str) -> &'static [&'static str] {
    match law {
        "beta" => &["low", "high", "min", "max"],
        "normal" | "lognormal" | "gamma" | "weibull" | "exponential" => &["min", "max"],
        _ => &[],
    }
}

/// What a law takes, in words.
fn takes(law: &str) -> String {
    let forms: Vec<_> = forms(law).iter().map(|form| form.join(", ")).collect();
    let file = if law == "empirical" { "; or file, column" } else { "" };
    let beside = match beside(law) {
        [] => String::new(),
        keys => format!(" (and {}, if you like)", keys.join(", ")),
    };
    format!("it takes {}{file}{beside}", forms.join("; or "))
}

pub const PURE: [&str; 5] = ["sigma", "shape", "shape1", "shape2", "weights"];

/// Reads `{ lognormal = { median = "2 months", p90 = "6 months" } }`: the law in base units, and its dimension.
pub fn read(reader: &mut Reader, node: &Node, path: &str) -> Option<(Law, Option<Dimension>)> {
    let fields = Fields::open(reader, node, path, &Provenance::default())?;
    let mut keys = fields.table.entries.iter().filter(|(k, _)| !is_remark(k));
    let Some((name, entry)) = keys.next() else {
        let help = "write a quantity, or a law such as { uniform = { min = 1, max = 2 } }";
        reader.error(node.place, format!("`{path}` states nothing"), help);
        return None;
    };
    if !LAWS.contains(&name.as_str()) {
        not_a_law(reader, name, entry.key, path);
        return None;
    }
    if let Some((other, entry)) = keys.next() {
        reader.error(
            entry.key,
            format!("`{path}` states more than one thing: `{name}` and `{other}`"),
            "a law is a table with one key; `source`, `note` and `judgement` may stand beside it",
        );
        return None;
    }
    let law = Parameters::open(reader, &entry.node, &format!("{path}.{name}"), name)?;
    law.read(reader)
}

fn not_a_law(reader: &mut Reader, name: &str, place: Place, path: &str) {
    let key = super::reader::last(path);
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        let varies = if is_date(name) { "with the calendar" } else { "with time" };
        let help = "write one quantity, or a law";
        reader.error(place, format!("`{key}` cannot vary {varies}"), help);
        return;
    }
    let help = match nearest(name, LAWS.into_iter()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("the laws are: {}", LAWS.join(", ")),
    };
    reader.error(place, format!("`{name}` is not a law"), help);
}

/// The parameters of a law being read; all that are not pure must share one dimension.
struct Parameters<'n> {
    law: &'n str,
    fields: Fields<'n>,
    dimension: Option<Option<Dimension>>,
}

impl<'n> Parameters<'n> {
    fn open(reader: &mut Reader, node: &'n Node, path: &str, law: &'n str) -> Option<Self> {
        if node.table().is_none() {
            let message = format!("the parameters of a {law} law are a table, not {}", node.kind());
            reader.error(node.place, message, takes(law));
            return None;
        }
        let fields = Fields::open(reader, node, path, &Provenance::default())?;
        Some(Parameters { law, fields, dimension: None })
    }

    fn read(mut self, reader: &mut Reader) -> Option<(Law, Option<Dimension>)> {
        let (table, place) = (self.fields.table, self.fields.place);
        let form = self.form(reader)?;
        let built = self.build(reader, form);
        let dimension = self.dimension.unwrap_or(Some(Dimension::PURE));
        match built? {
            Ok(law) => Some((law, dimension)),
            Err(why) => {
                // The message names the parameter that it blames first.
                let why = why.to_string();
                let mut words = why.split(|c: char| !c.is_ascii_alphanumeric());
                let place = words.find_map(|word| table.get(word)).map_or(place, |node| node.place);
                reader.error(
                    place,
                    format!("no {} law has such parameters: {why}", self.law),
                    takes(self.law),
                );
                None
            }
        }
    }

    /// The parametrisation that is given.
    fn form(&mut self, reader: &mut Reader) -> Option<&'static [&'static str]> {
        let (forms, beside) = (forms(self.law), beside(self.law));
        let known = |key: &str| forms.iter().any(|f| f.contains(&key)) || beside.contains(&key);
        let keys = self.fields.table.entries.iter().filter(|(key, _)| !is_remark(key));
        if let Some((key, entry)) = keys.clone().find(|(key, _)| !known(key)) {
            let all: Vec<_> = forms.iter().flat_map(|f| f.iter()).chain(beside).copied().collect();
            let help = match nearest(key, all.into_iter()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => takes(self.law),
            };
            reader.error(entry.key, format!("a {} law has no parameter `{key}`", self.law), help);
            return None;
        }
        // A key that stands beside every form may itself be a parameter, as min and max of a uniform law are.
        let given: Vec<&str> = keys.map(|(key, _)| key.as_str()).filter(|k| !beside.contains(k)).collect();
        let fits = |form: &&&[&str]| form.len() == given.len() && form.iter().all(|key| given.contains(key));
        if let Some(form) = forms.iter().find(fits) {
            return Some(form);
        }
        let part = |form: &&&[&str]| given.iter().all(|key| form.contains(key));
        let lacking: Vec<String> = forms
            .iter()
            .filter(part)
            .map(|form| {
                form.iter().filter(|k| !given.contains(k)).copied().collect::<Vec<_>>().join("` and `")
            })
            .collect();
        let message = if lacking.is_empty() {
            format!("`{}` do not go together in a {} law", given.join("`, `"), self.law)
        } else {
            format!("this {} law lacks `{}`", self.law, lacking.join("`, or `"))
        };
        reader.error(self.fields.place, message, takes(self.law));
        None
    }

    fn build(&mut self, reader: &mut Reader, form: &[&'static str]) -> Option<Result<Law, LawError>> {
        if form.contains(&"values") {
            let values = self.numbers(reader, "values")?;
            if !form.contains(&"weights") {
                return Some(Law::empirical(&values));
            }
            let weights = self.numbers(reader, "weights")?;
            return Some(Law::discrete(&values, &weights));
        }
        let given: Vec<Option<f64>> = form.iter().map(|key| self.number(reader, key)).collect();
        let given: Vec<f64> = given.into_iter().collect::<Option<_>>()?;
        let mut extra = [None; 4];
        for (value, key) in extra.iter_mut().zip(["low", "high", "min", "max"]) {
            if beside(self.law).contains(&key) && self.fields.has(key) {
                *value = Some(self.number(reader, key)?);
            }
        }
        let [low, high, min, max] = extra;
        let (low, high) = (low.unwrap_or(0.0), high.unwrap_or(1.0));
        let law = match (self.law, form[0], &given[..]) {
            ("uniform", _, &[a, b]) => Law::uniform(a, b),
            ("triangular", _, &[a, b, c]) => Law::triangular(a, b, c),
            ("pert", _, &[a, b, c]) => Law::pert(a, b, c),
            ("normal", "mean", &[a, b]) => Law::normal(a, b),
            ("normal", "p5", &[a, b]) => Law::normal_p5_p95(a, b),
            ("normal", _, &[a, b]) => Law::normal_median_p90(a, b),
            ("lognormal", "median", &[a, b]) if form[1] == "sigma" => Law::lognormal_median_sigma(a, b),
            ("lognormal", "median", &[a, b]) => Law::lognormal_median_p90(a, b),
            ("lognormal", "p5", &[a, b]) => Law::lognormal_p5_p95(a, b),
            ("lognormal", _, &[a, b]) => Law::lognormal_mean_sd(a, b),
            ("gamma", "shape", &[a, b]) => Law::gamma(a, b),
            ("gamma", _, &[a, b]) => Law::gamma_mean_sd(a, b),
            ("weibull", _, &[a, b]) => Law::weibull(a, b),
            ("exponential", _, &[a]) => Law::exponential(a),
            ("beta", "mean", &[a, b]) => Law::beta_mean_sd(a, b, low, high),
            ("beta", _, &[a, b]) => Law::beta(a, b, low, high),
            _ => return None,
        };
        if min.is_none() && max.is_none() {
            return Some(law);
        }
        Some(law.and_then(|law| law.truncated(min, max)))
    }

    fn number(&mut self, reader: &mut Reader, key: &'static str) -> Option<f64> {
        let node = self.fields.get(key)?;
        if node.text().is_some_and(|text| text.contains('$')) {
            let help = "scale the whole law instead: make it a parameter and write \"120% * $name\" where it is used";
            reader.error(node.place, "a parameter of a law cannot itself be a `$` parameter", help);
            return None;
        }
        let scalar = reader.scalar(node)?;
        self.checked(reader, scalar, node.place, key)
    }

    fn numbers(&mut self, reader: &mut Reader, key: &'static str) -> Option<Vec<f64>> {
        let node = self.fields.get(key)?;
        let Value::Array(items) = &node.value else {
            let message = format!("`{key}` is a list, not {}", node.kind());
            reader.error(node.place, message, "write it as [1, 2, 3]");
            return None;
        };
        // The first mistake will do: a column of a file may hold a thousand of them.
        let mut numbers = Vec::with_capacity(items.len());
        for item in items {
            let scalar = reader.scalar(item)?;
            numbers.push(self.checked(reader, scalar, item.place, key)?);
        }
        Some(numbers)
    }

    /// Holds a parameter to the dimension of the others; `sd` of a law of dates is a length of time.
    fn checked(&mut self, reader: &mut Reader, scalar: Scalar, place: Place, key: &str) -> Option<f64> {
        let wanted = if PURE.contains(&key) {
            Some(Dimension::PURE)
        } else if key == "sd" && self.dimension == Some(None) {
            Some(Dimension::TIME)
        } else {
            *self.dimension.get_or_insert(scalar.dimension)
        };
        if scalar.dimension == wanted {
            return Some(scalar.value);
        }
        let words = |d: Option<Dimension>| d.map_or("a date".to_owned(), |d| d.to_string());
        reader.error(
            place,
            format!("`{key}` is {}, where {} is wanted", words(scalar.dimension), words(wanted)),
            "give all parameters of a law the same unit; sigma, shapes and weights are pure numbers",
        );
        None
    }
}
