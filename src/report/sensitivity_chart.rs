//! The chart of each method of sensitivity.

use super::sensitivity::ROWS;
use super::told::trials;
use crate::chart::{Axis, Bar, BarRow, BarsData, ScatterData, ScatterPoint, bars, scatter};
use crate::model::Model;
use crate::outcome::Provenance;
use crate::quantity::words::{self, Language, Unit};
use crate::statistics::Estimate;
use crate::study::Response;
use crate::study::sensitivity::{
    self as study, Discovery, Effect, Found, Ranked, Ranking, Screening, Share, Sobol, Target, Tornado,
};

/// File name (without folder) and SVG text of the chart.
pub fn sensitivity_chart(
    model: &Model,
    found: &Found,
    target: &Target,
    provenance: &Provenance,
) -> (&'static str, String) {
    let about = About { model, target, provenance };
    match found {
        Found::Tornado(t) => ("tornado.svg", about.tornado(t)),
        Found::Morris(m) => ("morris.svg", about.morris(m)),
        Found::Sobol(s) => ("sobol.svg", about.sobol(s)),
        Found::Rank(r) => ("rank.svg", about.rank(r)),
        Found::Discover(d, _) => ("discover.svg", peeling(model, d, provenance)),
    }
}

/// What all charts of bars say.
struct About<'a> {
    model: &'a Model,
    target: &'a Target,
    provenance: &'a Provenance,
}

/// A bar from zero with its interval.
fn bar(estimate: &Estimate, kind: usize, label: String) -> Bar {
    let interval = Some((estimate.low, estimate.high));
    Bar {
        from: 0.0,
        to: estimate.value,
        interval: interval.filter(|(low, high)| low.is_finite() && high.is_finite()),
        kind,
        label,
    }
}

impl About<'_> {
    fn data(&self, title: &str, run: &str, axis: &str, unit: Unit, rows: Vec<BarRow>) -> BarsData {
        BarsData {
            language: Language::English,
            title: format!("{title}: {}", self.model.name),
            subtitle: format!("{run}, seed {}; lines: 95 % intervals", self.provenance.seed),
            axis: axis.to_owned(),
            unit,
            rows,
            kinds: Vec::new(),
            base: None,
            in_line: false,
            joined: false,
        }
    }

    fn tornado(&self, found: &Tornado) -> String {
        let base = found.base.value;
        let end = |b: &study::Bar, i: usize| {
            let d = &b.moves[i].difference;
            let moved = Estimate { value: base + d.value, low: base + d.low, high: base + d.high, ..*d };
            Bar { from: base, ..bar(&moved, i, b.ends[i].say(self.model)) }
        };
        let row = |b: &study::Bar| BarRow { name: b.path.clone(), bars: vec![end(b, 0), end(b, 1)] };
        let rows = found.bars.iter().take(ROWS).map(row).collect();
        let (title, unit) = ("What moves", self.target.unit.clone());
        let mut data = self.data(title, &trials(found.trials), &self.target.text, unit, rows);
        data.kinds = vec!["held low".to_owned(), "held high".to_owned()];
        data.in_line = true;
        data.base = Some((format!("as it is: {}", words::short(base, &self.target.unit)), base));
        bars(&data)
    }

    fn morris(&self, found: &Screening) -> String {
        let unit = match found.response {
            Response::Above(_) => Unit::Share,
            _ => self.target.metric.unit.clone(),
        };
        let row = |e: &Effect| BarRow {
            name: e.group.name.clone(),
            bars: vec![bar(&e.strength, 0, words::short(e.strength.value, &unit))],
        };
        let rows = found.effects.iter().take(ROWS).map(row).collect();
        let run = format!("{} trajectories", words::count(found.trajectories as f64));
        bars(&self.data("Elementary effects", &run, "mean absolute effect", unit.clone(), rows))
    }

    fn sobol(&self, found: &Sobol) -> String {
        let label = |e: &Estimate| words::share(e.value.max(0.0));
        let row = |share: &Share| BarRow {
            name: share.group.name.clone(),
            bars: vec![
                bar(&share.indices.first, 0, label(&share.indices.first)),
                bar(&share.indices.total, 1, label(&share.indices.total)),
            ],
        };
        let rows = found.split.iter().chain(&found.shares).take(ROWS).map(row).collect();
        let run = format!("{}, {}", self.target.text, trials(found.trials));
        let mut data = self.data("What explains the variance", &run, "share", Unit::Share, rows);
        data.kinds = vec!["alone".to_owned(), "with all others".to_owned()];
        bars(&data)
    }

    fn rank(&self, found: &Ranking) -> String {
        let row = |i: &Ranked| BarRow {
            name: i.name.clone(),
            bars: vec![bar(&i.pawn.median, 0, words::number(i.pawn.median.value))],
        };
        let rows = found.inputs.iter().take(ROWS).map(row).collect();
        let run = format!("{}, {}", self.target.metric.name, trials(found.trials as u64));
        let mut data = self.data("What it goes with", &run, "PAWN index", Unit::Count, rows);
        data.base = Some((format!("noise: {}", words::number(found.threshold)), found.threshold));
        bars(&data)
    }
}

/// Coverage against density on the way to the first box, and where each box ended.
fn peeling(model: &Model, found: &Discovery, provenance: &Provenance) -> String {
    let plain = |name: String, x: f64, y: f64, efficient: bool| ScatterPoint {
        name,
        x,
        y,
        x_interval: None,
        y_interval: None,
        efficient,
    };
    let way = found.boxes.first().map(|b| b.path.as_slice()).unwrap_or_default();
    let passed = |p: &study::Passed| plain(String::new(), p.coverage, p.density, false);
    let mut points: Vec<ScatterPoint> = way.iter().map(passed).collect();
    for (b, own) in found.boxes.iter().enumerate() {
        points.push(ScatterPoint {
            x_interval: Some((own.coverage.low, own.coverage.high)),
            y_interval: Some((own.density.low, own.density.high)),
            ..plain(format!("box {}", b + 1), own.coverage.value, own.density.value, true)
        });
    }
    scatter(&ScatterData {
        language: Language::English,
        title: format!("Boxes: {}", model.name),
        subtitle: format!(
            "{}, seed {}; small: on the way to box 1; crosses: 95 % intervals",
            trials(found.trials as u64),
            provenance.seed
        ),
        x: Axis::new("coverage", Unit::Share),
        y: Axis::new("density", Unit::Share),
        points,
        even: None,
        frontier: None,
    })
}
