//! A sweep told: a row a point, its values as they were written, its figures with their errors.

use super::sheet::Sheet;
use super::table::{share_of, short, spread};
use super::text::{Style, wrap};
use crate::outcome::Provenance;
use crate::quantity::words::{self, Language, Unit};
use crate::study::{Asked, Results, Trend};

/// So many points are told on a terminal; the table holds all.
const TOLD: usize = 50;
/// Of a design so many entries are named, those that explain most.
const FOREMOST: usize = 3;

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

fn sheet(results: &Results, most: usize) -> Sheet {
    let sweep = results.sweep;
    let paths = sweep.variations.iter().map(|v| short(&v.path));
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
            " `{}` changes nothing that is asked: another entry may override it, or nothing may depend on it.",
            short(path)
        ));
    }
    if !results.sweep.is_grid() || results.sweep.variations.len() > 2 {
        text.push_str(&foremost(results));
    }
    if failed > 0 {
        text.push_str(&format!(" {failed} of them failed, since their scenario is wrong."));
    }
    text
}

/// Which entry of a design explains most of the first figure.
fn foremost(results: &Results) -> String {
    let trends = results.trends(0);
    let told = |trend: &Trend| {
        let path = short(&results.sweep.variations[trend.variation].path);
        Some(format!("`{path}` {}", share_of(&trend.share)?))
    };
    let all: Vec<String> = trends.iter().filter_map(told).take(FOREMOST).collect();
    match (results.sweep.asked.first(), all.is_empty()) {
        (Some(asked), false) => format!(
            " Of the variance of {} between the points the mean along each entry explains: {}{}.",
            asked.text,
            all.join(", "),
            if results.sweep.is_grid() { "" } else { " (95 % intervals)" }
        ),
        _ => String::new(),
    }
}
