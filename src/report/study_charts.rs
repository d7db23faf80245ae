//! The charts of a sweep: of a grid lines and maps, of a design that fills ranges the points with their mean.

use std::collections::BTreeMap;

use super::table::{share_of, short};
use crate::chart::{
    Axis, CloudData, CloudPanel, Crossed, HeatData, Line, LinePoint, LinesData, cloud, heat_crossed, lines,
};
use crate::outcome::Provenance;
use crate::quantity::number_and_unit;
use crate::quantity::words::{self, Language, Unit};
use crate::statistics::Estimate;
use crate::study::{Asked, Results, Trend, Values, base_unit};

/// A level of one of the questions that is drawn where it is crossed.
#[derive(Clone, Debug)]
pub struct Level {
    /// Which question.
    pub asked: usize,
    /// As written: "cost.total.mean > 500 billion JPY".
    pub name: String,
    /// In the unit of the question.
    pub value: f64,
}

impl Level {
    /// What stands behind the comparison: "500 billion JPY".
    fn short(&self) -> &str {
        self.name.rsplit(['<', '>']).next().unwrap_or_default().trim_start_matches('=').trim()
    }
}

/// The most lines that a picture tells apart.
const LINES: usize = 6;
/// From so many values each, two entries make a map.
const MAP: usize = 3;
/// The most entries of a design that are drawn, and the most dots in all panels together.
const PANELS: usize = 5;
const DOTS: usize = 1_500;

/// File name and SVG text of the charts. Of a grid over one or two entries: lines over an entry that is a number, and a map
/// of two with several values each. Of a larger one, and of a design that fills ranges: the points over each entry with their
/// mean, the entries that explain most first.
pub fn sweep_charts(
    results: &Results,
    provenance: &Provenance,
    level: Option<&Level>,
) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let grid = Grid::new(results);
    for (a, asked) in results.sweep.asked.iter().enumerate() {
        let level = level.filter(|level| level.asked == a);
        let name: String =
            asked.text.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '-' }).collect();
        if let Some(grid) = &grid {
            if let Some(svg) = in_lines(grid, provenance, (a, asked), level) {
                out.push((format!("{name}.svg"), svg));
            }
            if let Some(svg) = as_map(grid, provenance, (a, asked), level) {
                out.push((format!("{name}-map.svg"), svg));
            }
        } else if let Some(svg) = in_clouds(results, provenance, (a, asked), level) {
            out.push((format!("{name}.svg"), svg));
        }
    }
    out
}

/// An entry that varies: its values as written, in order, and as numbers where all of them are.
struct Varied {
    path: String,
    texts: Vec<String>,
    numbers: Option<(Vec<f64>, Axis)>,
}

impl Varied {
    /// Whether its values are numbers that rise, or that fall.
    fn ordered(&self) -> bool {
        let Some((values, _)) = &self.numbers else { return false };
        values.is_sorted_by(|a, b| a < b) || values.is_sorted_by(|a, b| a > b)
    }
}

/// A grid over one or two entries.
struct Grid<'r> {
    results: &'r Results<'r>,
    axes: Vec<Varied>,
    rows: BTreeMap<Vec<&'r str>, usize>,
}

impl<'r> Grid<'r> {
    /// None of another design.
    fn new(results: &'r Results<'r>) -> Option<Grid<'r>> {
        let sweep = results.sweep;
        if !(sweep.is_grid() && (1..=2).contains(&sweep.variations.len())) {
            return None;
        }
        let mut rows = BTreeMap::new();
        for (at, row) in results.rows.iter().enumerate() {
            rows.entry(row.texts.iter().map(String::as_str).collect()).or_insert(at);
        }
        let varied = |v: usize| {
            let mut first: BTreeMap<&str, usize> = BTreeMap::new();
            for (at, row) in results.rows.iter().enumerate() {
                first.entry(&row.texts[v]).or_insert(at);
            }
            let mut first: Vec<usize> = first.into_values().collect();
            first.sort_unstable();
            let numbers = axis(results, v, &first).filter(|(values, _)| values.len() > 1);
            let texts = first.iter().map(|&row| results.rows[row].texts[v].clone()).collect();
            Varied { path: short(&sweep.variations[v].path), texts, numbers }
        };
        Some(Grid { results, axes: (0..sweep.variations.len()).map(varied).collect(), rows })
    }

    /// The figure at a place.
    fn figure(&self, at: &[&str], asked: usize) -> Option<Estimate> {
        self.results.figure(*self.rows.get(at)?, asked)
    }
}

/// The values of an entry in these rows as numbers on an axis: in base units where a reader knows them, else as they are
/// written; none where they are not all numbers.
fn axis(results: &Results, v: usize, rows: &[usize]) -> Option<(Vec<f64>, Axis)> {
    let variation = &results.sweep.variations[v];
    let (path, currency) = (&short(&variation.path), &results.sweep.model.currency);
    let text = |row: &usize| results.rows[*row].texts[v].as_str();
    let first = text(rows.first()?);
    let log = matches!(&variation.values, Values::Range(range) if range.log);
    let unit = match base_unit(first, currency)?.as_str() {
        "days" => Some(Unit::Days),
        "t" => Some(Unit::Tonnes),
        "number" if first.contains('%') => Some(Unit::Share),
        "number" => Some(Unit::Count),
        unit if unit == currency => Some(Unit::Money(currency.clone())),
        _ => None,
    };
    let date = || {
        let begins = first.starts_with(|c: char| c.is_ascii_digit());
        begins && first.parse::<f64>().is_err() && first.matches('-').count() == 2
    };
    let written = |text: &str| number_and_unit(text).ok().map(|(number, unit)| (number, unit.to_owned()));
    let based = |row: &usize| Some(results.rows[*row].inputs[v]).filter(|x| x.is_finite());
    let (values, axis): (Option<Vec<f64>>, Axis) = match unit {
        Some(unit) => (rows.iter().map(based).collect(), Axis::new(path, unit)),
        None if date() => {
            let axis = Axis::new(&format!("{path}, days from the start"), Unit::Count);
            (rows.iter().map(based).collect(), axis)
        }
        None => {
            let (_, unit) = written(first)?;
            let same = |row| written(text(row)).filter(|(_, own)| *own == unit).map(|(number, _)| number);
            (rows.iter().map(same).collect(), Axis::new(&format!("{path}, {unit}"), Unit::Count))
        }
    };
    values.map(|values| (values, if log { axis.log() } else { axis }))
}

fn in_lines(
    grid: &Grid,
    provenance: &Provenance,
    (a, asked): (usize, &Asked),
    level: Option<&Level>,
) -> Option<String> {
    let axes = &grid.axes;
    // Along the entry with more values, a line for each of the other's.
    let along = (0..axes.len())
        .filter(|v| axes[*v].numbers.is_some())
        .max_by_key(|v| (axes[*v].texts.len(), usize::MAX - v))?;
    let (values, x) = axes[along].numbers.clone()?;
    let other = axes.len() == 2;
    let names: Vec<String> = if other { axes[1 - along].texts.clone() } else { vec![asked.text.clone()] };
    if names.len() > LINES {
        return None;
    }
    let line = |name: &String| {
        let mut points: Vec<LinePoint> = axes[along]
            .texts
            .iter()
            .zip(&values)
            .map(|(text, &x)| {
                let at: Vec<&str> = match (other, along) {
                    (false, _) => vec![text],
                    (true, 0) => vec![text, name],
                    (true, _) => vec![name, text],
                };
                let nan = f64::NAN;
                grid.figure(&at, a).map_or(LinePoint { x, y: nan, low: nan, high: nan }, |e| {
                    let (low, high) =
                        if e.low.is_nan() || e.high.is_nan() { (e.value, e.value) } else { (e.low, e.high) };
                    LinePoint { x, y: e.value, low, high }
                })
            })
            .collect();
        points.sort_by(|a, b| a.x.total_cmp(&b.x));
        let name = if other { format!("{} = {name}", tail(&axes[1 - along].path)) } else { name.clone() };
        Line { name, points }
    };
    Some(lines(&LinesData {
        language: Language::English,
        title: format!("{}: {}", asked.text, provenance.scenario),
        subtitle: format!("{}; bands are 95 % intervals", run(provenance)),
        x,
        y: Axis::new(&asked.text, asked.unit.clone()),
        lines: names.iter().map(line).collect(),
        levels: levels(level),
        places: Vec::new(),
    }))
}

fn as_map(
    grid: &Grid,
    provenance: &Provenance,
    (a, asked): (usize, &Asked),
    level: Option<&Level>,
) -> Option<String> {
    let [first, second] = &grid.axes[..] else { return None };
    if first.texts.len() < MAP || second.texts.len() < MAP {
        return None;
    }
    // The longer one lies along the page.
    let swapped = second.texts.len() < first.texts.len();
    let (x, y) = if swapped { (first, second) } else { (second, first) };
    let cell = |x: &String, y: &String| {
        let at: [&str; 2] = if swapped { [x, y] } else { [y, x] };
        grid.figure(&at, a).map_or(f64::NAN, |e| e.value)
    };
    let subtitle = match level {
        Some(level) => format!("{}; the line parts {}", run(provenance), level.name),
        None => run(provenance),
    };
    let data = HeatData {
        language: Language::English,
        title: format!("{}: {}", asked.text, provenance.scenario),
        subtitle,
        x: (x.path.clone(), x.texts.clone()),
        y: (y.path.clone(), y.texts.clone()),
        value: asked.text.clone(),
        unit: asked.unit.clone(),
        values: y.texts.iter().map(|y| x.texts.iter().map(|x| cell(x, y)).collect()).collect(),
    };
    let between = x.ordered() && y.ordered();
    Some(heat_crossed(&data, level.map(|level| Crossed { level: level.value, between })))
}

/// The points of a design over each entry, with their mean.
fn in_clouds(
    results: &Results,
    provenance: &Provenance,
    (a, asked): (usize, &Asked),
    level: Option<&Level>,
) -> Option<String> {
    let known: Vec<usize> = (0..results.rows.len()).filter(|row| results.figure(*row, a).is_some()).collect();
    let trends = results.trends(a);
    let every = (known.len() * trends.len().min(PANELS)).div_ceil(DOTS).max(1);
    let drawn: Vec<usize> = known.iter().copied().step_by(every).collect();
    let panel = |trend: &Trend| {
        let middles: Vec<usize> = trend.means.iter().map(|(row, _)| *row).collect();
        let all: Vec<usize> = drawn.iter().chain(&middles).copied().collect();
        let (xs, x) = axis(results, trend.variation, &all)?;
        let (xs, middles) = xs.split_at(drawn.len());
        let value = |row: &usize| results.figure(*row, a).map_or(f64::NAN, |e| e.value);
        let means = trend.means.iter().zip(middles);
        Some(CloudPanel {
            x,
            note: share_of(&trend.share)
                .map_or(String::new(), |share| format!("explains {share} of the variance")),
            points: xs.iter().copied().zip(drawn.iter().map(value)).collect(),
            mean: means.map(|((_, e), &x)| LinePoint { x, y: e.value, low: e.low, high: e.high }).collect(),
        })
    };
    let panels: Vec<CloudPanel> = trends.iter().filter_map(panel).take(PANELS).collect();
    if panels.is_empty() {
        return None;
    }
    let mut subtitle = format!("{} points of {}", words::count(known.len() as f64), run(provenance));
    if every > 1 {
        subtitle.push_str(&format!(", {} of them drawn", words::count(drawn.len() as f64)));
    }
    if trends.iter().any(|trend| !trend.means.is_empty()) {
        subtitle.push_str("; line: mean of the points there");
        if !results.sweep.is_grid() {
            subtitle.push_str(", band: its 95 % interval");
        }
    }
    if trends.len() > panels.len() {
        subtitle.push_str(&format!("; {} further entries explain less", trends.len() - panels.len()));
    }
    Some(cloud(&CloudData {
        language: Language::English,
        title: format!("{}: {}", asked.text, provenance.scenario),
        subtitle,
        y: Axis::new(&asked.text, asked.unit.clone()),
        panels,
        levels: levels(level),
    }))
}

fn levels(level: Option<&Level>) -> Vec<(String, f64)> {
    level.map(|level| (level.short().to_owned(), level.value)).into_iter().collect()
}

fn run(provenance: &Provenance) -> String {
    format!("{} trials a point, seed {}", words::count(provenance.trials as f64), provenance.seed)
}

/// The last two names of a path.
fn tail(path: &str) -> &str {
    path.rmatch_indices('.').nth(1).map_or(path, |(at, _)| &path[at + 1..])
}
