//! A sweep told: a row a point, its values as they were written, its figures with their errors.

use super::sheet::Sheet;
use super::table::spread;
use super::text::{Style, wrap};
use crate::chart::{Axis, HeatData, Line, LinePoint, LinesData, heat_crossed, lines};
use crate::outcome::Provenance;
use crate::quantity::number_and_unit;
use crate::quantity::words::{self, Language, Unit};
use crate::study::{Asked, Results, Values, base_unit};

/// So many points are told on a terminal; the table holds all.
const TOLD: usize = 50;

/// For a terminal.
pub fn sweep(results: &Results, provenance: &Provenance, style: Style) -> String {
    let mut out = format!("{}\n", sheet(results, TOLD).boxed(style.width));
    let rows = results.rows.len();
    if rows > TOLD {
        out.push_str(&format!("and {} more points, in design.parquet\n", rows - TOLD));
    }
    out.push_str(&format!("\n{}\n", wrap(&told(results, provenance), style.width.min(110))));
    out
}

/// As a page.
pub fn sweep_markdown(results: &Results, provenance: &Provenance) -> String {
    let name = &provenance.scenario;
    let table = sheet(results, usize::MAX).markdown();
    format!(
        "# {name}: a sweep\n\n{}\n\n```console\n{}\n```\n\n{table}",
        told(results, provenance),
        provenance.command
    )
}

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

/// File name and SVG text of the charts of a grid over one or two entries: lines over an entry that is a number, and a map
/// of two with several values each. Of other designs there are none.
pub fn sweep_charts(
    results: &Results,
    provenance: &Provenance,
    level: Option<&Level>,
) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let Some(axes) = axes(results) else { return out };
    for (a, asked) in results.sweep.asked.iter().enumerate() {
        let level = level.filter(|level| level.asked == a);
        let name: String =
            asked.text.chars().map(|c| if c.is_alphanumeric() || c == '.' { c } else { '-' }).collect();
        if let Some(svg) = in_lines(results, provenance, &axes, (a, asked), level) {
            out.push((format!("{name}.svg"), svg));
        }
        if let Some(svg) = as_map(results, provenance, &axes, (a, asked), level) {
            out.push((format!("{name}-map.svg"), svg));
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

/// The entries of a grid over one or two; none of another.
fn axes(results: &Results) -> Option<Vec<Varied>> {
    let sweep = results.sweep;
    let all = |v: usize| {
        let mut texts: Vec<String> = Vec::new();
        for row in &results.rows {
            if !texts.contains(&row.texts[v]) {
                texts.push(row.texts[v].clone());
            }
        }
        texts
    };
    let varied: Vec<Vec<String>> = (0..sweep.variations.len().min(3)).map(all).collect();
    let grid = sweep.is_grid() && (1..=2).contains(&varied.len());
    grid.then(|| {
        let of = |(v, texts): (usize, Vec<String>)| Varied {
            path: sweep.variations[v].path.clone(),
            numbers: numbers(results, v, &texts),
            texts,
        };
        varied.into_iter().enumerate().map(of).collect()
    })
}

/// The values of an entry as numbers on an axis: in base units where a reader knows them, else as they are written.
fn numbers(results: &Results, v: usize, texts: &[String]) -> Option<(Vec<f64>, Axis)> {
    let path = &results.sweep.variations[v].path;
    let currency = &results.sweep.model.currency;
    let first = texts.first()?;
    let log = matches!(&results.sweep.variations[v].values, Values::Range(range) if range.log);
    let unit = match base_unit(first, currency)?.as_str() {
        "days" => Some(Unit::Days),
        "t" => Some(Unit::Tonnes),
        "number" if first.contains('%') => Some(Unit::Share),
        "number" => Some(Unit::Count),
        unit if unit == currency => Some(Unit::Money(currency.clone())),
        _ => None,
    };
    let based = |text: &String| {
        let row = results.rows.iter().find(|row| row.texts[v] == *text)?;
        Some(row.inputs[v]).filter(|x| x.is_finite())
    };
    let written = |text: &String| number_and_unit(text).ok().map(|(number, _)| number);
    let (values, axis): (Option<Vec<f64>>, Axis) = match unit {
        Some(unit) => (texts.iter().map(based).collect(), Axis::new(path, unit)),
        None if first.parse::<f64>().is_err()
            && first.starts_with(|c: char| c.is_ascii_digit())
            && first.matches('-').count() == 2 =>
        {
            (
                texts.iter().map(based).collect(),
                Axis::new(&format!("{path}, days from the start"), Unit::Count),
            )
        }
        None => {
            let unit = number_and_unit(first).ok()?.1;
            let same = texts.iter().all(|text| number_and_unit(text).is_ok_and(|(_, u)| u == unit));
            same.then_some(())?;
            (texts.iter().map(written).collect(), Axis::new(&format!("{path}, {unit}"), Unit::Count))
        }
    };
    let axis = if log { axis.log() } else { axis };
    values.filter(|values| values.len() > 1).map(|values| (values, axis))
}

/// The figure at a place of the grid.
fn place(results: &Results, at: &[&str], asked: usize) -> Option<crate::statistics::Estimate> {
    let row = results.rows.iter().position(|row| row.texts.iter().zip(at).all(|(text, at)| text == at))?;
    results.figure(row, asked)
}

fn in_lines(
    results: &Results,
    provenance: &Provenance,
    axes: &[Varied],
    (a, asked): (usize, &Asked),
    level: Option<&Level>,
) -> Option<String> {
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
                place(results, &at, a).map_or(LinePoint { x, y: nan, low: nan, high: nan }, |e| {
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
        levels: level.map(|level| (level.short().to_owned(), level.value)).into_iter().collect(),
        places: Vec::new(),
    }))
}

fn as_map(
    results: &Results,
    provenance: &Provenance,
    axes: &[Varied],
    (a, asked): (usize, &Asked),
    level: Option<&Level>,
) -> Option<String> {
    let [first, second] = axes else { return None };
    if first.texts.len() < MAP || second.texts.len() < MAP {
        return None;
    }
    // The longer one lies along the page.
    let swapped = second.texts.len() < first.texts.len();
    let (x, y) = if swapped { (first, second) } else { (second, first) };
    let cell = |x: &String, y: &String| {
        let at: [&str; 2] = if swapped { [x, y] } else { [y, x] };
        place(results, &at, a).map_or(f64::NAN, |e| e.value)
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
    Some(heat_crossed(&data, level.map(|level| level.value)))
}

fn run(provenance: &Provenance) -> String {
    format!("{} trials a point, seed {}", words::count(provenance.trials as f64), provenance.seed)
}

/// The last two names of a path.
fn tail(path: &str) -> &str {
    path.rmatch_indices('.').nth(1).map_or(path, |(at, _)| &path[at + 1..])
}

fn sheet(results: &Results, most: usize) -> Sheet {
    let sweep = results.sweep;
    let paths = sweep.variations.iter().map(|v| v.path.clone());
    let asked = |a: &Asked| match &a.unit {
        Unit::Money(code) => format!("{}, {code}", a.text),
        _ => a.text.clone(),
    };
    let header: Vec<String> = paths.chain(sweep.asked.iter().map(asked)).collect();
    let mut sheet = Sheet::new(&header, sweep.variations.len());
    for row in results.rows.iter().take(most) {
        let mut cells: Vec<String> = row.texts.clone();
        match &row.figures {
            Err(_) => cells.extend(sweep.asked.iter().map(|_| "failed".to_owned())),
            Ok(figures) => {
                cells.extend(sweep.asked.iter().zip(figures).map(|(asked, figure)| match figure {
                    None => "undefined".to_owned(),
                    Some(e) => {
                        let mark = if e.reliable || !(e.se > 0.0) { "" } else { " (?)" };
                        format!("{}{mark}", spread(e, &asked.unit, Language::English))
                    }
                }))
            }
        }
        sheet.add(cells);
    }
    sheet
}

fn told(results: &Results, provenance: &Provenance) -> String {
    let points = results.rows.len();
    let failed = results.failed().len();
    let trials = words::count(provenance.trials as f64);
    let mut text = format!(
        "{} points of {trials} trials each, seed {}: the same trials at every point, so that differences between points are \
         surer than ± says, which is the standard error of each figure alone.",
        words::count(points as f64),
        provenance.seed
    );
    let doubtful = results.rows.iter().flat_map(|row| row.figures.iter().flatten().flatten());
    if doubtful.filter(|e| !e.reliable && e.se > 0.0).count() > 0 {
        text.push_str(" (?): too few trials, or too few extreme ones, for an interval that can be trusted.");
    }
    for path in results.idle() {
        text.push_str(&format!(
            " `{path}` changes nothing that is asked: another entry may override it, or nothing may depend on it."
        ));
    }
    if failed > 0 {
        text.push_str(&format!(" {failed} of them failed, since their scenario is wrong."));
    }
    text
}
