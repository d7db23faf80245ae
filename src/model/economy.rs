//! The frame of a scenario: its calendar and grid, GDP, exchange rates, correlations, and the published figures that it
//! is held against.

use jiff::civil::Date;

use super::Quantity;
use super::fields::Fields;
use super::kind::Kind;
use super::reader::{Factor, Provenance, Reader};
use crate::quantity::{Dimension, MONTH, Measure, WEEK, YEAR};
use crate::scenario::{Node, Place, Value, nearest};

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

/// A group of once-a-trial factors with given rank correlations.
#[derive(Clone, Debug, PartialEq)]
pub struct Correlation {
    /// Indices into `Model::factors`, in the order in which the file first names them.
    pub factors: Vec<usize>,
    /// Lower-triangular Cholesky factor, by rows, of the normal scores' correlation matrix.
    pub cholesky: Vec<Vec<f64>>,
}

/// A published figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Expectation {
    /// `METRIC.STATISTIC`.
    pub metric: String,
    /// The least that agrees with it, in base units.
    pub low: f64,
    /// The most that agrees with it.
    pub high: f64,
    /// The dimension in which it is written.
    pub dimension: Dimension,
    /// Where it was published.
    pub source: String,
    /// Whether the inputs were fitted to it.
    pub calibrated: bool,
    /// Where it stands.
    pub place: Place,
}

/// `[scenario]` as read.
pub struct Frame {
    pub name: String,
    pub horizon: f64,
    pub step: Step,
    pub trials: u64,
    pub seed: u64,
}

/// Reads `[scenario]`; sets the reader's calendar and currency.
pub fn frame(reader: &mut Reader, node: &Node) -> Option<Frame> {
    let mut fields = Fields::open(reader, node, "scenario", &Provenance::default())?;
    match fields.get("start").map(|n| (n, &n.value)) {
        Some((_, Value::Date(date))) => reader.start = *date,
        Some((node, Value::String(text))) if text.parse::<Date>().is_ok() => {
            let _ = node;
            reader.start = text.parse().unwrap_or(Date::ZERO);
        }
        Some((node, _)) => reader.error(node.place, "`start` is a date", "write it as 2026-01-01"),
        None => fields.missing(reader, "start", Kind::Day.wanted()),
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
        None if fields.table.get("currency").is_none() => {
            fields.missing(reader, "currency", "such as \"JPY\"")
        }
        None => {}
    }
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
    Some(Frame { name, horizon, step, trials, seed })
}

fn horizon(reader: &mut Reader, fields: &mut Fields, step: Step) -> f64 {
    let place = fields.get("horizon").map_or(fields.place, |n| n.place);
    let quantity = fields.required(reader, "horizon", Kind::Duration);
    let Some(days) = quantity.certain() else {
        reader.error(
            place,
            "the horizon cannot be uncertain",
            "write one length of time, such as \"5 years\"",
        );
        return step.days();
    };
    if fields.table.get("horizon").is_some() {
        if days <= 0.0 {
            reader.error(
                place,
                "the horizon must be longer than nothing",
                "write a length of time, such as \"5 years\"",
            );
        } else if days > 200.0 * YEAR || days / step.days() > 100_000.0 {
            reader.error(
                place,
                "the horizon is too long: at most 200 years and 100,000 steps",
                "shorten it, or take a longer step",
            );
            return step.days();
        }
    }
    days.max(1e-6)
}

/// Reads the exchange rates of `[economy]` into the reader: everything else needs them, the parameters too.
pub fn rates(reader: &mut Reader, node: Option<&Node>) {
    let Some(rates) = node.and_then(Node::table).and_then(|t| t.get("exchange_rates")) else { return };
    let provenance = node.map_or_else(Provenance::default, |n| reader.provenance(n, &Provenance::default()));
    exchange_rates(reader, rates, &provenance);
}

/// Reads `[economy]` but for its exchange rates.
pub fn economy(reader: &mut Reader, node: Option<&Node>) -> Economy {
    let none = Economy { gdp: None, discount_rate: Quantity::ZERO };
    let Some(node) = node else { return none };
    let Some(mut fields) = Fields::open(reader, node, "economy", &Provenance::default()) else { return none };
    fields.get("exchange_rates");
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

fn exchange_rates(reader: &mut Reader, node: &Node, provenance: &Provenance) {
    let Some(fields) = Fields::open(reader, node, "economy.exchange_rates", provenance) else { return };
    let own = reader.currency.clone();
    for (code, entry) in &fields.table.entries {
        if matches!(code.as_str(), "source" | "note" | "judgement") {
            continue;
        }
        let path = fields.at(code);
        let Some((value, provenance)) = reader.unwrap(&entry.node, &path, &fields.provenance) else {
            continue;
        };
        let rate = match value.text().map(Measure::parse) {
            Some(Ok(m)) if m.dimension == Dimension::MONEY && m.currency.as_deref() == Some(&own) => m.value,
            _ => f64::NAN,
        };
        if !(rate > 0.0) || !crate::quantity::is_currency(code) {
            reader.error(
                value.place,
                format!("this is not an exchange rate from `{code}` to {own}"),
                format!("write what one unit is worth, such as USD = \"157 {own}\""),
            );
            continue;
        }
        reader.rates.insert(code.clone(), rate);
        reader.assumptions.push(super::Assumption {
            path,
            written: reader.document.sources.at(value.place).to_owned(),
            kind: Some(Kind::Money),
            quantity: Quantity::Certain(rate),
            provenance,
        });
    }
}

/// Reads `[[correlations]]` into groups with their Cholesky factors.
pub fn correlations(reader: &mut Reader, items: &[&Node]) -> Vec<Correlation> {
    let mut pairs: Vec<(usize, usize, f64, Place)> = Vec::new();
    for (i, node) in items.iter().enumerate() {
        let path = format!("correlations.{}", i + 1);
        let Some(mut fields) = Fields::open(reader, node, &path, &Provenance::default()) else { continue };
        let rho = match fields.one_number(reader, "rho") {
            Some((rho, place)) if !(-1.0 < rho && rho < 1.0) => {
                reader.error(
                    place,
                    format!("a rank correlation of {rho} is impossible"),
                    "write a number between -1 and 1",
                );
                None
            }
            Some((rho, _)) => Some(rho),
            None => None,
        };
        let names = fields.texts(reader, "between").unwrap_or_default();
        if names.len() != 2 {
            let place = fields.table.get("between").map_or(fields.place, |n| n.place);
            reader.error(
                place,
                "a correlation is between two factors",
                "write between = [\"parameters.a\", \"parameters.b\"]",
            );
            continue;
        }
        let found: Vec<_> = names.iter().filter_map(|(name, place)| factor(reader, name, *place)).collect();
        fields.finish(reader);
        if let (&[a, b], Some(rho)) = (&found[..], rho) {
            let same = |p: &(usize, usize, f64, Place)| (p.0, p.1) == (a, b) || (p.0, p.1) == (b, a);
            if a == b {
                reader.error(
                    node.place,
                    "a factor is always fully correlated with itself",
                    "name two factors",
                );
            } else if pairs.iter().any(same) {
                reader.error(
                    node.place,
                    "this pair of factors is correlated already",
                    "leave one of the two",
                );
            } else {
                pairs.push((a, b, rho, node.place));
            }
        }
    }
    group(reader, &pairs)
}

fn factor(reader: &mut Reader, name: &str, place: Place) -> Option<usize> {
    let once = |f: &&Factor| f.once;
    if let Some(i) = reader.factors.iter().position(|f| f.path == name) {
        if reader.factors[i].once {
            return Some(i);
        }
        reader.error(
            place,
            format!("`{name}` is drawn afresh at each event and cannot be correlated"),
            "only quantities that are drawn once a trial can",
        );
        return None;
    }
    let help = match nearest(name, reader.factors.iter().filter(once).map(|f| f.path.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "name an uncertain entry by its path, such as `parameters.accessible_stock`".to_owned(),
    };
    reader.error(place, format!("there is no uncertain entry `{name}`"), help);
    None
}

fn group(reader: &mut Reader, pairs: &[(usize, usize, f64, Place)]) -> Vec<Correlation> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &(a, b, ..) in pairs {
        let (with_a, with_b) =
            (groups.iter().position(|g| g.contains(&a)), groups.iter().position(|g| g.contains(&b)));
        match (with_a, with_b) {
            (Some(i), Some(j)) if i != j => {
                let (low, high) = (i.min(j), i.max(j));
                let moved = groups.remove(high);
                groups[low].extend(moved);
            }
            (Some(i), None) => groups[i].push(b),
            (None, Some(j)) => groups[j].push(a),
            (None, None) => groups.push(vec![a, b]),
            _ => {}
        }
    }
    let mut out = Vec::new();
    for factors in groups {
        let n = factors.len();
        let mut matrix = vec![vec![0.0; n]; n];
        let mut place = pairs[0].3;
        (0..n).for_each(|i| matrix[i][i] = 1.0);
        for &(a, b, rho, at) in pairs {
            let index = |f: usize| factors.iter().position(|&x| x == f);
            if let (Some(i), Some(j)) = (index(a), index(b)) {
                // Spearman's rho to the normal scores' correlation (Pearson 1907).
                let r = 2.0 * libm::sin(std::f64::consts::PI * rho / 6.0);
                matrix[i][j] = r;
                matrix[j][i] = r;
                place = at;
            }
        }
        match cholesky(&matrix) {
            Some(cholesky) => out.push(Correlation { factors, cholesky }),
            None => not_positive_definite(reader, &factors, &matrix, place),
        }
    }
    out
}

/// The lower-triangular square root of a correlation matrix; none if it is not positive definite.
fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = matrix.len();
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            if i == j {
                let rest = matrix[i][i] - dot;
                if !(rest > 1e-12) {
                    return None;
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = (matrix[i][j] - dot) / lower[j][j];
            }
        }
    }
    Some(lower)
}

/// Names the factor at which the matrix fails, and the nearest valid matrix: the largest common shrinking of the
/// correlations towards zero that is positive definite.
fn not_positive_definite(reader: &mut Reader, factors: &[usize], matrix: &[Vec<f64>], place: Place) {
    let n = matrix.len();
    let leading = |m: usize| matrix[..m].iter().map(|row| row[..m].to_vec()).collect::<Vec<_>>();
    let culprit = (1..=n).find(|&m| cholesky(&leading(m)).is_none()).unwrap_or(n);
    let shrunk = |s: f64| {
        let mut m = matrix.to_vec();
        for (i, row) in m.iter_mut().enumerate() {
            for (j, r) in row.iter_mut().enumerate() {
                if i != j {
                    *r *= s;
                }
            }
        }
        m
    };
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if cholesky(&shrunk(middle)).is_some() { low = middle } else { high = middle }
    }
    let names: Vec<_> = factors[..culprit].iter().map(|&f| reader.factors[f].path.clone()).collect();
    let valid = shrunk(low * 0.999);
    let mut suggestions = Vec::new();
    for i in 0..n {
        for j in 0..i {
            if matrix[i][j] != 0.0 {
                let rho = 6.0 / std::f64::consts::PI * libm::asin(valid[i][j] / 2.0);
                let (a, b) = (&reader.factors[factors[j]].path, &reader.factors[factors[i]].path);
                suggestions.push(format!("{a} and {b}: {:.3}", (rho * 1000.0).trunc() / 1000.0));
            }
        }
    }
    reader.error(
        place,
        format!("these correlations contradict each other: {}", names.join(", ")),
        format!("the matrix is not positive definite; nearest valid: {}", suggestions.join("; ")),
    );
}

/// Reads `[[expectations]]`.
pub fn expectations(reader: &mut Reader, items: &[&Node]) -> Vec<Expectation> {
    let mut out = Vec::new();
    for (i, node) in items.iter().enumerate() {
        let path = format!("expectations.{}", i + 1);
        let Some(mut fields) = Fields::open(reader, node, &path, &Provenance::default()) else { continue };
        let metric = match fields.text(reader, "metric") {
            Some((metric, _)) => metric.to_owned(),
            None => {
                fields.missing(reader, "metric", "a metric with its statistic, such as \"cost.total.mean\"");
                String::new()
            }
        };
        let source = fields.table.get("source").and_then(Node::text).unwrap_or("").to_owned();
        if source.is_empty() {
            fields.missing(reader, "source", "where the figure was published");
        }
        let calibrated = match fields.text(reader, "role") {
            Some(("calibrated", _)) => true,
            Some(("check", _)) => false,
            Some((other, place)) => {
                reader.error(
                    place,
                    format!("`{other}` is not a role"),
                    "write \"calibrated\" where the inputs were fitted to the figure, else \"check\"",
                );
                false
            }
            None => {
                fields.missing(
                    reader,
                    "role",
                    "\"calibrated\" where the inputs were fitted to the figure, else \"check\"",
                );
                false
            }
        };
        if let Some((low, high, dimension)) = band(reader, &mut fields) {
            out.push(Expectation { metric, low, high, dimension, source, calibrated, place: node.place });
        }
        fields.finish(reader);
    }
    out
}

fn band(reader: &mut Reader, fields: &mut Fields) -> Option<(f64, f64, Dimension)> {
    let number = |reader: &mut Reader, node: &Node| {
        reader.scalar(node).map(|s| (s.value, s.dimension.unwrap_or_default()))
    };
    let between = fields.get("between");
    let value = fields.get("value");
    let tolerance = fields.get("tolerance");
    let (low, high, place) = match (between, value, tolerance) {
        (Some(Node { value: Value::Array(ends), place }), None, None) if ends.len() == 2 => {
            (number(reader, &ends[0])?, number(reader, &ends[1])?, *place)
        }
        (None, Some(value), Some(tolerance)) => {
            let (value, within) = (number(reader, value)?, number(reader, tolerance)?);
            // A tolerance without a unit beside a value with one is a share of the value.
            let within = if within.1 == value.1 && within.1 != Dimension::PURE {
                within.0
            } else if within.1 == Dimension::PURE && value.1 != Dimension::PURE {
                within.0 * value.0.abs()
            } else {
                within.0
            };
            ((value.0 - within, value.1), (value.0 + within, value.1), tolerance.place)
        }
        _ => {
            reader.error(
                fields.place,
                "an expectation states its band in one of two ways",
                "write `value` and `tolerance`, or between = [\"0.1%\", \"20%\"]",
            );
            return None;
        }
    };
    if low.1 != high.1 {
        reader.error(place, "the two ends have different units", "give both the same unit");
        return None;
    }
    if !(low.0 <= high.0) {
        reader.error(
            place,
            "the band is empty: its lower end is above its upper end",
            "write the smaller number first",
        );
        return None;
    }
    Some((low.0, high.0, low.1))
}

impl Fields<'_> {
    /// A plain number, if it is there.
    fn one_number(&mut self, reader: &mut Reader, key: &'static str) -> Option<(f64, Place)> {
        let Some(node) = self.get(key) else {
            self.missing(reader, key, "a number");
            return None;
        };
        match reader.scalar(node) {
            Some(scalar) if scalar.dimension == Some(Dimension::PURE) => Some((scalar.value, node.place)),
            Some(_) => {
                reader.error(node.place, format!("`{key}` is a number without a unit"), "");
                None
            }
            None => None,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cholesky_times_itself_is_the_matrix() {
        let matrix = vec![vec![1.0, 0.5, -0.2], vec![0.5, 1.0, 0.3], vec![-0.2, 0.3, 1.0]];
        let lower = cholesky(&matrix).unwrap();
        for i in 0..3 {
            for j in 0..3 {
                let product: f64 = (0..3).map(|k| lower[i][k] * lower[j][k]).sum();
                assert!((product - matrix[i][j]).abs() < 1e-15);
            }
        }
        assert!(cholesky(&[vec![1.0, 0.9, -0.9], vec![0.9, 1.0, 0.9], vec![-0.9, 0.9, 1.0]]).is_none());
    }
}
