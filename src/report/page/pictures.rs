//! The pictures that the page has beyond the charts of the run: the exceedance curve of each metric, the fan of each
//! material, with the figures by which they are read off.

use super::Report;
use super::block::{Cell, Figure, Grid, interval};
use super::labels::what;
use crate::chart::{ExceedanceData, FanData, exceedance, fan};
use crate::outcome::Metric;
use crate::quantity::words::{Language, Unit};
use crate::report::charts::{exceeded, panel, quantiles};
use crate::statistics::{Estimate, Sample};

/// Points of an exceedance curve that is drawn, and of one that stands in figures.
const DRAWN: usize = 120;
const POINTS: usize = 60;
/// Rows of a fan's figures at most: what is longer is thinned.
const ROWS: usize = 120;
/// More pictures of one kind than these are not made.
const MOST: usize = 12;

/// "Source: shortfall 0.1.0, seed 1, 2,000 trials."
pub fn source(report: &Report, trials: usize) -> String {
    let Report { provenance, language, .. } = report;
    let run = super::labels::trials(trials, *language);
    match language {
        Language::Japanese => {
            format!("出所：shortfall {}、シード{}、{run}。", provenance.version, provenance.seed)
        }
        Language::English => {
            format!("Source: shortfall {}, seed {}, {run}.", provenance.version, provenance.seed)
        }
    }
}

/// The charts of the run whose file begins so, in their order; `name` has a word for each by the rest of its file name.
/// They are drawn from so many trials.
pub fn files(
    report: &Report,
    file: &str,
    trials: usize,
    name: impl Fn(&str) -> String,
    caption: &str,
) -> Vec<Figure> {
    let own = report.charts.iter().filter_map(|(own, svg)| {
        let rest = own.strip_prefix(file).filter(|rest| rest.starts_with(['.', '-']))?;
        let rest = rest.trim_start_matches('-').trim_end_matches(".svg");
        Some(Figure {
            name: name(rest),
            svg: svg.clone(),
            caption: format!("{caption} {}", source(report, trials)),
            data: None,
            file: Some(own.clone()),
        })
    });
    own.collect()
}

/// The curve of the total cost, then those of the other metrics that a reader may ask for.
pub fn curves(report: &Report) -> Vec<Figure> {
    let outcome = report.outcome;
    let caption = if outcome.nested {
        report.pick(
            "Probability (log scale) of a greater value; the band holds 90 % of the curves that what is not known may give.",
            "その値を超える確率（対数目盛）。帯は、未知の量がとりうる曲線の90％を含む。",
        )
    } else {
        report.pick(
            "Probability (log scale) of a greater value; the band is the 95 % confidence interval.",
            "その値を超える確率（対数目盛）。帯は95％信頼区間。",
        )
    };
    let title = report.pick("Total cost", "費用の合計").to_owned();
    let mut figures = files(report, "exceedance", outcome.trials.1, |_| title.clone(), caption);
    for figure in &mut figures {
        let total = outcome.metrics.iter().zip(&outcome.samples).find(|(m, _)| m.name == "cost.total");
        figure.data = total.map(|(metric, sample)| points(report, metric, sample));
    }
    let asked = |m: &Metric| {
        let name = m.name.as_str();
        name == "gdp.share"
            || (name.starts_with("shortfall.") && name.ends_with(".share"))
            || (name.starts_with("sectors.") && name.ends_with(".lost"))
    };
    let own = outcome.metrics.iter().zip(&outcome.samples);
    let own = own.filter(|(m, s)| asked(m) && s.min() < s.max());
    figures.extend(own.take(MOST).map(|(metric, sample)| curve(report, metric, sample, caption)));
    figures
}

fn curve(report: &Report, metric: &Metric, sample: &Sample, caption: &str) -> Figure {
    let axis = what(metric, report.language);
    let svg = exceedance(&ExceedanceData {
        language: report.language,
        title: metric.name.clone(),
        subtitle: axis.clone(),
        axis: String::new(),
        unit: metric.unit.clone(),
        points: exceeded(sample, DRAWN, report.outcome.nested),
        quantiles: quantiles(sample),
        published: Vec::new(),
    });
    Figure {
        name: metric.name.clone(),
        svg,
        caption: format!("{caption} {}", source(report, report.outcome.trials.1)),
        data: Some(self::points(report, metric, sample)),
        file: None,
    }
}

/// A curve in figures.
fn points(report: &Report, metric: &Metric, sample: &Sample) -> Grid {
    let language = report.language;
    let header = [
        report.pick("at least", "この値以上"),
        report.pick("probability", "確率"),
        report.pick("95 % interval", "95％信頼区間"),
    ];
    let caption = match language {
        Language::Japanese => format!("{}の超過確率", metric.name),
        Language::English => format!("Probability of {} of at least a value", metric.name),
    };
    let mut grid = Grid::new(caption, &header, 0..3);
    for point in sample.exceedance(POINTS) {
        let (value, low, high) = (point.probability, point.low, point.high);
        let e = Estimate { value, se: f64::NAN, low, high, reliable: true };
        grid.add(vec![
            Cell::figure(language.figure(point.value, &metric.unit), point.value),
            Cell::figure(language.share(value), value),
            interval(&e, &|p| language.resolved(p, high - low, &Unit::Share), language),
        ]);
    }
    grid
}

/// The fans of the run, then that of each material where there are several.
pub fn fans(report: &Report, step: &str) -> Vec<Figure> {
    let caption = match report.language {
        Language::Japanese => {
            format!("{step}ごとの推移。濃い帯は試行の50％、薄い帯は90％を含む。線は中央値と平均。")
        }
        Language::English => {
            format!(
                "By {step}. The dark band holds 50 % of the trials, the light one 90 %; lines: median and mean."
            )
        }
    };
    let model = report.model;
    let several = model.materials.len() > 1;
    let name = |rest: &str| {
        let word = match rest {
            "inflow" => report.pick("Inflow", "流入量"),
            "stocks" => report.pick("Stocks", "在庫"),
            "activity" => report.pick("Activity of sectors", "産業部門の操業度"),
            "" if several => report.pick("Shortfall of all materials", "全物資の不足量"),
            "" => report.pick("Shortfall", "不足量"),
            other => other,
        };
        word.to_owned()
    };
    let mut figures = files(report, "shortfall", report.timeline.trials, name, &caption);
    let rest = files(report, "timeline", report.timeline.trials, name, &caption);
    let materials = model.written.materials.iter().map(|&m| model.materials[m].name.as_str());
    if several {
        figures.extend(materials.take(MOST).filter_map(|m| material(report, m, step, &caption)));
    } else if let (Some(first), Some(name)) = (figures.first_mut(), materials.clone().next()) {
        first.data = bands(report, name);
    }
    figures.extend(rest);
    figures
}

fn material(report: &Report, name: &str, step: &str, caption: &str) -> Option<Figure> {
    let (language, timeline) = (report.language, report.timeline);
    let axis = match language {
        Language::Japanese => format!("不足量（トン／{step}）"),
        Language::English => format!("shortfall, t per {step}"),
    };
    let panel = panel(timeline, "shortfall", name, &axis)?;
    let title = match language {
        Language::Japanese => format!("{name}の不足量"),
        Language::English => format!("Shortfall of {name}"),
    };
    let trials = super::labels::trials(timeline.trials, language);
    let svg = fan(&FanData {
        language,
        title: title.clone(),
        subtitle: match language {
            Language::Japanese => format!("最初の{trials}"),
            Language::English => format!("first {trials}"),
        },
        start: report.model.start,
        panels: vec![panel],
        regimes: Vec::new(),
    });
    let caption = format!("{caption} {}", source(report, timeline.trials));
    Some(Figure { name: title, svg, caption, data: bands(report, name), file: None })
}

/// The shortfall of a material over time, in figures.
fn bands(report: &Report, material: &str) -> Option<Grid> {
    let series = report.timeline.bands(&format!("shortfall.{material}"))?;
    let language = report.language;
    let header = [report.pick("from", "日付"), report.pick("mean", "平均"), "P5", "P25", "P50", "P75", "P95"];
    let caption = match language {
        Language::Japanese => format!("{material}の不足量"),
        Language::English => format!("Shortfall of {material}"),
    };
    let mut grid = Grid::new(caption, &header, 1..7);
    let every = series.bands.len().div_ceil(ROWS).max(1);
    let step = report.model.step.days();
    for (k, band) in series.bands.iter().enumerate().step_by(every) {
        let date = language.date(report.model.start, k as f64 * step);
        let mut row = vec![Cell::figure(date, report.timeline.days[k])];
        row.push(Cell::figure(language.figure(band.mean, &series.unit), band.mean));
        row.extend(band.quantiles.iter().map(|q| Cell::figure(language.figure(*q, &series.unit), *q)));
        grid.add(row);
    }
    Some(grid)
}
