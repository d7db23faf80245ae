//! A sweep told: a row a point, its values as they were written, its figures with their errors.

use super::sheet::Sheet;
use super::text::{Style, wrap};
use crate::outcome::Provenance;
use crate::quantity::words;
use crate::study::Results;

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

fn sheet(results: &Results, most: usize) -> Sheet {
    let sweep = results.sweep;
    let paths = sweep.variations.iter().map(|v| v.path.clone());
    let header: Vec<String> = paths.chain(sweep.asked.iter().map(|a| a.text.clone())).collect();
    let mut sheet = Sheet::new(&header, sweep.variations.len());
    for row in results.rows.iter().take(most) {
        let mut cells: Vec<String> = row.texts.clone();
        match &row.figures {
            Err(_) => cells.extend(sweep.asked.iter().map(|_| "failed".to_owned())),
            Ok(figures) => {
                cells.extend(sweep.asked.iter().zip(figures).map(|(asked, figure)| match figure {
                    None => "undefined".to_owned(),
                    Some(e) => {
                        let se = Some(e.se).filter(|se| !se.is_nan());
                        let mark = if e.reliable { "" } else { " (?)" };
                        format!("{}{mark}", words::estimate(e.value, se, &asked.unit))
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
    if doubtful.filter(|e| !e.reliable && !e.se.is_nan()).count() > 0 {
        text.push_str(" (?): too few trials, or too few extreme ones, for an interval that can be trusted.");
    }
    if failed > 0 {
        text.push_str(&format!(" {failed} points failed, since their scenario is wrong."));
    }
    text
}
