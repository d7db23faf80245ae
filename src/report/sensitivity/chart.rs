//! The chart of each method of sensitivity.

use super::{About, ROWS};
use crate::chart::{Axis, Bar, BarRow, BarsData, ScatterData, ScatterPoint, bars, scatter};
use crate::model::Model;
use crate::outcome::Provenance;
use crate::quantity::words::{Language, Unit};
use crate::report::told::trials;
use crate::statistics::Estimate;
use crate::study::sensitivity::{
    self as study, Discovery, Effect, Found, Ranked, Ranking, Screening, Share, Sobol, Target, Tornado,
};

/// File name (without folder) and SVG text of the chart.
pub fn sensitivity_chart(
    model: &Model,
    found: &Found,
    target: &Target,
    provenance: &Provenance,
    language: Language,
) -> (&'static str, String) {
    let about = Pictured { about: About { model, target, language }, provenance };
    match found {
        Found::Tornado(t) => ("tornado.svg", about.tornado(t)),
        Found::Morris(m) => ("morris.svg", about.morris(m)),
        Found::Sobol(s) => ("sobol.svg", about.sobol(s)),
        Found::Rank(r) => ("rank.svg", about.rank(r)),
        Found::Discover(d, _) => ("discover.svg", about.peeling(d)),
    }
}

/// What all charts of bars say.
struct Pictured<'a> {
    about: About<'a>,
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

impl Pictured<'_> {
    fn trials(&self, n: u64) -> String {
        trials(n, self.about.language)
    }

    /// "2,000 trials, seed 1; lines: 95 % intervals".
    fn subtitle(&self, run: &str, lines: &str) -> String {
        let seed = self.provenance.seed;
        match self.about.language {
            Language::English => format!("{run}, seed {seed}; {lines}"),
            Language::Japanese => format!("{run}、シード{seed}。{lines}"),
        }
    }

    fn title(&self, title: &str) -> String {
        format!("{title}{}{}", self.about.pick(": ", "："), self.about.model.name)
    }

    fn data(&self, title: &str, run: &str, axis: &str, unit: Unit, rows: Vec<BarRow>) -> BarsData {
        BarsData {
            language: self.about.language,
            title: self.title(title),
            subtitle: self.subtitle(run, self.about.pick("lines: 95 % intervals", "線：95％信頼区間")),
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
        let About { model, target, language } = self.about;
        let base = found.base.value;
        let end = |b: &study::Bar, i: usize| {
            let d = &b.moves[i].difference;
            let moved = Estimate { value: base + d.value, low: base + d.low, high: base + d.high, ..*d };
            Bar { from: base, ..bar(&moved, i, b.ends[i].say(model)) }
        };
        let row = |b: &study::Bar| BarRow { name: b.path.clone(), bars: vec![end(b, 0), end(b, 1)] };
        let rows = found.bars.iter().take(ROWS).map(row).collect();
        let title = self.about.pick("What moves", "結果を動かす前提");
        let mut data = self.data(title, &self.trials(found.trials), &target.text, target.unit.clone(), rows);
        data.kinds = [("held low", "下端に固定"), ("held high", "上端に固定")]
            .map(|(english, japanese)| self.about.pick(english, japanese).to_owned())
            .into();
        data.in_line = true;
        let as_is = language.short(base, &target.unit);
        data.base = Some((format!("{}{as_is}", self.about.pick("as it is: ", "現状：")), base));
        bars(&data)
    }

    fn morris(&self, found: &Screening) -> String {
        let (unit, language) = (self.about.effect_unit(found), self.about.language);
        let row = |e: &Effect| BarRow {
            name: e.group.name.clone(),
            bars: vec![
                bar(&e.strength, 0, language.short(e.strength.value, &unit)),
                bar(&e.spread, 1, language.short(e.spread.value, &unit)),
            ],
        };
        let rows = found.effects.iter().take(ROWS).map(row).collect();
        let n = language.count(found.trajectories as f64);
        let run = match language {
            Language::English => format!("{n} trajectories"),
            Language::Japanese => format!("{n}本の経路"),
        };
        let title = self.about.pick("Elementary effects", "基本効果");
        let axis = self.about.pick("effect", "効果");
        let mut data = self.data(title, &run, axis, unit.clone(), rows);
        // Where the second is far longer, the effect depends on other entries, or on the events.
        data.kinds = [
            ("mean of the size (mu*)", "大きさの平均（mu*）"),
            ("how much it differs (sigma)", "ばらつき（sigma）"),
        ]
        .map(|(english, japanese)| self.about.pick(english, japanese).to_owned())
        .into();
        bars(&data)
    }

    fn sobol(&self, found: &Sobol) -> String {
        let label = |e: &Estimate| self.about.language.share(e.value.max(0.0));
        let row = |share: &Share| BarRow {
            name: self.about.name(&share.group),
            bars: vec![
                bar(&share.indices.first, 0, label(&share.indices.first)),
                bar(&share.indices.total, 1, label(&share.indices.total)),
            ],
        };
        let rows = found.split.iter().chain(&found.shares).take(ROWS).map(row).collect();
        let run = self.of(&self.about.target.text, found.trials);
        let title = self.about.pick("What explains the variance", "分散の要因");
        let mut data = self.data(title, &run, self.about.pick("share", "割合"), Unit::Share, rows);
        data.kinds = [("alone", "単独"), ("with all others", "他との組合せを含む")]
            .map(|(english, japanese)| self.about.pick(english, japanese).to_owned())
            .into();
        bars(&data)
    }

    /// "cost.total.mean, 2,000 trials".
    fn of(&self, what: &str, n: u64) -> String {
        format!("{what}{}{}", self.about.pick(", ", "、"), self.trials(n))
    }

    fn rank(&self, found: &Ranking) -> String {
        let language = self.about.language;
        let row = |i: &Ranked| BarRow {
            name: i.name.clone(),
            bars: vec![bar(&i.pawn.median, 0, language.number(i.pawn.median.value))],
        };
        let rows = found.inputs.iter().take(ROWS).map(row).collect();
        let run = self.of(&self.about.target.metric.name, found.trials as u64);
        let title = self.about.pick("What it goes with", "結果と連動するもの");
        let axis = self.about.pick("PAWN index", "PAWN指標");
        let mut data = self.data(title, &run, axis, Unit::Count, rows);
        let noise = language.number(found.threshold);
        data.base = Some((format!("{}{noise}", self.about.pick("noise: ", "誤差の範囲：")), found.threshold));
        bars(&data)
    }

    /// Coverage against density on the way to the first box, and where each box ended.
    fn peeling(&self, found: &Discovery) -> String {
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
            let name = format!("{}{}", self.about.pick("box ", "領域"), b + 1);
            points.push(ScatterPoint {
                x_interval: Some((own.coverage.low, own.coverage.high)),
                y_interval: Some((own.density.low, own.density.high)),
                ..plain(name, own.coverage.value, own.density.value, true)
            });
        }
        let most = way.iter().map(|p| p.restricted).max().unwrap_or(0);
        let lines = match self.about.language {
            Language::English => {
                format!("small: on the way to box 1, 0 to {most} inputs restricted; crosses: 95 % intervals")
            }
            Language::Japanese => {
                format!("小さな点：領域1への途中（限定する入力は0〜{most}個）、十字：95％信頼区間")
            }
        };
        scatter(&ScatterData {
            language: self.about.language,
            title: self.title(self.about.pick("Boxes", "領域")),
            subtitle: self.subtitle(&self.trials(found.trials as u64), &lines),
            x: Axis::new(self.about.pick("coverage", "被覆率"), Unit::Share),
            y: Axis::new(self.about.pick("density", "密度"), Unit::Share),
            points,
            even: None,
            frontier: None,
        })
    }
}
