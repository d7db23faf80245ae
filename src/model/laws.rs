//! Laws as written: the one key of a table names the law, its parameters are quantities of one dimension or pure numbers.

use super::fields::Fields;
use super::reader::{Provenance, Reader, Scalar};
use crate::quantity::Dimension;
use crate::random::{Law, LawError};
use crate::scenario::{LAWS, Node, Place, Value, nearest};

/// The parametrisations of each law, as the manual lists them.
fn parameters(law: &str) -> &'static str {
    match law {
        "uniform" => "min, max",
        "triangular" | "pert" => "min, mode, max",
        "normal" => "mean, sd; or p5, p95; or median, p90",
        "lognormal" => "median, p90; or median, sigma; or p5, p95; or mean, sd",
        "gamma" => "shape, scale; or mean, sd",
        "weibull" => "shape, scale",
        "exponential" => "mean",
        "beta" => "mean, sd; or shape1, shape2; on low to high",
        "discrete" => "values, weights",
        _ => "values; or file, column",
    }
}

const PURE: [&str; 4] = ["sigma", "shape", "shape1", "shape2"];

/// Reads `{ lognormal = { median = "2 months", p90 = "6 months" } }`: the law in base units, and its dimension.
pub fn read(reader: &mut Reader, node: &Node, path: &str) -> Option<(Law, Option<Dimension>)> {
    let fields = Fields::open(reader, node, path, &Provenance::default())?;
    let mut keys =
        fields.table.entries.iter().filter(|(k, _)| !matches!(k.as_str(), "source" | "note" | "judgement"));
    let Some((name, entry)) = keys.next() else {
        reader.error(
            node.place,
            format!("`{path}` states nothing"),
            "write a quantity, or a law such as { uniform = { min = 1, max = 2 } }",
        );
        return None;
    };
    if let Some((other, entry)) = keys.next() {
        reader.error(
            entry.key,
            format!("`{path}` states more than one thing: `{name}` and `{other}`"),
            "a law is a table with one key; `source`, `note` and `judgement` may stand beside it",
        );
        return None;
    }
    if !LAWS.contains(&name.as_str()) {
        let help = match nearest(name, LAWS.into_iter()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the laws are: {}", LAWS.join(", ")),
        };
        reader.error(entry.key, format!("`{name}` is not a law"), help);
        return None;
    }
    let mut law = Parameters::open(reader, &entry.node, &format!("{path}.{name}"), name)?;
    let built = law.build(reader, name);
    let dimension = law.dimension;
    let failed = law.failed;
    law.fields.finish(reader);
    match built {
        _ if failed => None,
        Some(Ok(built)) => Some((built, dimension.unwrap_or(Some(Dimension::PURE)))),
        Some(Err(why)) => {
            reader.error(entry.node.place, format!("this {name} law is impossible: {why}"), "");
            None
        }
        None => {
            reader.error(
                entry.node.place,
                format!("these are not the parameters of a {name} law"),
                format!("it takes {}", parameters(name)),
            );
            None
        }
    }
}

/// The parameters of a law being read; all that are not pure must share one dimension.
struct Parameters<'n> {
    fields: Fields<'n>,
    dimension: Option<Option<Dimension>>,
    failed: bool,
}

impl<'n> Parameters<'n> {
    fn open(reader: &mut Reader, node: &'n Node, path: &str, law: &str) -> Option<Self> {
        if node.table().is_none() {
            reader.error(
                node.place,
                format!("the parameters of a {law} law are a table, not {}", node.kind()),
                format!("it takes {}", parameters(law)),
            );
            return None;
        }
        let fields = Fields::open(reader, node, path, &Provenance::default())?;
        Some(Parameters { fields, dimension: None, failed: false })
    }

    fn build(&mut self, reader: &mut Reader, law: &str) -> Option<Result<Law, LawError>> {
        let built = match law {
            "uniform" => self.two(reader, "min", "max", Law::uniform)?,
            "triangular" => self.three(reader, Law::triangular)?,
            "pert" => self.three(reader, Law::pert)?,
            "normal" => self
                .two(reader, "mean", "sd", Law::normal)
                .or_else(|| self.two(reader, "p5", "p95", Law::normal_p5_p95))
                .or_else(|| self.two(reader, "median", "p90", Law::normal_median_p90))?,
            "lognormal" => self
                .two(reader, "median", "sigma", Law::lognormal_median_sigma)
                .or_else(|| self.two(reader, "median", "p90", Law::lognormal_median_p90))
                .or_else(|| self.two(reader, "p5", "p95", Law::lognormal_p5_p95))
                .or_else(|| self.two(reader, "mean", "sd", Law::lognormal_mean_sd))?,
            "gamma" => self
                .two(reader, "shape", "scale", Law::gamma)
                .or_else(|| self.two(reader, "mean", "sd", Law::gamma_mean_sd))?,
            "weibull" => self.two(reader, "shape", "scale", Law::weibull)?,
            "exponential" => Law::exponential(self.number(reader, "mean")?),
            "beta" => self.beta(reader)?,
            "discrete" => {
                let values = self.numbers(reader, "values", true)?;
                let weights = self.numbers(reader, "weights", false)?;
                Law::discrete(&values, &weights)
            }
            _ => Law::empirical(&self.numbers(reader, "values", true)?),
        };
        if matches!(law, "normal" | "lognormal" | "gamma" | "weibull" | "exponential" | "beta") {
            let (min, max) = (self.number(reader, "min"), self.number(reader, "max"));
            if min.is_some() || max.is_some() {
                return Some(built.and_then(|law| law.truncated(min, max)));
            }
        }
        Some(built)
    }

    fn two(
        &mut self,
        reader: &mut Reader,
        a: &'static str,
        b: &'static str,
        law: impl Fn(f64, f64) -> Result<Law, LawError>,
    ) -> Option<Result<Law, LawError>> {
        if !(self.fields.table.get(a).is_some() && self.fields.table.get(b).is_some()) {
            return None;
        }
        Some(law(self.number(reader, a)?, self.number(reader, b)?))
    }

    fn three(
        &mut self,
        reader: &mut Reader,
        law: impl Fn(f64, f64, f64) -> Result<Law, LawError>,
    ) -> Option<Result<Law, LawError>> {
        let (min, mode, max) =
            (self.number(reader, "min"), self.number(reader, "mode"), self.number(reader, "max"));
        Some(law(min?, mode?, max?))
    }

    fn beta(&mut self, reader: &mut Reader) -> Option<Result<Law, LawError>> {
        let low = self.number(reader, "low").unwrap_or(0.0);
        let high = self.number(reader, "high").unwrap_or(1.0);
        self.two(reader, "mean", "sd", |mean, sd| Law::beta_mean_sd(mean, sd, low, high))
            .or_else(|| self.two(reader, "shape1", "shape2", |a, b| Law::beta(a, b, low, high)))
    }

    fn number(&mut self, reader: &mut Reader, key: &'static str) -> Option<f64> {
        let node = self.fields.get(key)?;
        let scalar = reader.scalar(node);
        self.checked(reader, scalar, node.place, key)
    }

    fn numbers(&mut self, reader: &mut Reader, key: &'static str, dimensioned: bool) -> Option<Vec<f64>> {
        let node = self.fields.get(key)?;
        let Value::Array(items) = &node.value else {
            reader.error(
                node.place,
                format!("`{key}` is a list, not {}", node.kind()),
                "write it as [1, 2, 3]",
            );
            self.failed = true;
            return None;
        };
        let mut numbers = Vec::with_capacity(items.len());
        for item in items {
            let scalar = reader.scalar(item);
            let name = if dimensioned { key } else { "sigma" };
            numbers.extend(self.checked(reader, scalar, item.place, name));
        }
        (!self.failed).then_some(numbers)
    }

    /// Holds a parameter to the dimension of the others; `sd` of a law of dates is a length of time.
    fn checked(
        &mut self,
        reader: &mut Reader,
        scalar: Option<Scalar>,
        place: Place,
        key: &str,
    ) -> Option<f64> {
        let Some(scalar) = scalar else {
            self.failed = true;
            return None;
        };
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
        self.failed = true;
        None
    }
}
