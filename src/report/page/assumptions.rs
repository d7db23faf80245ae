//! Which assumptions matter, and the table of them all with where they come from.

use super::super::contents::{Notes, written};
use super::super::sensitivity::coefficient;
use super::super::text::estimate;
use super::Report;
use super::block::{Block, Cell, Grid, Section, interval, range};
use super::labels::trials;
use crate::model::{Assumption, Quantity};
use crate::outcome::{Driver, Moves};
use crate::quantity::words::{Language, Unit};

pub fn drivers(report: &Report) -> Section {
    let drivers = report.drivers;
    let (entries, events): (Vec<&Driver>, Vec<&Driver>) =
        drivers.list.iter().partition(|d| matches!(d.moves, Moves::Entry(_)));
    let mut blocks = super::studies::assumptions(report);
    if !blocks.is_empty() && !drivers.list.is_empty() {
        let title = report.pick("In the trials of this run", "この実行の試行では");
        blocks.push(Block::Heading(title.to_owned()));
    }
    let n = trials(drivers.trials, report.language);
    if !entries.is_empty() {
        blocks.push(Block::Text(match report.language {
            Language::Japanese => format!(
                "次の表は、試行ごとに一度引かれる不確かな数量が費用の合計とどれほど連動するかを示す（スピアマンの順位相関、{n}）。右の2列は、その数量が下位・上位の5分の1にある試行での費用の平均である。"
            ),
            _ => format!(
                "How each uncertain entry that is drawn once a trial goes with the total cost: Spearman's rank correlation over {n}, and the mean cost where the entry is in its lowest and in its highest fifth."
            ),
        }));
        let caption = report.pick(
            "Uncertain entries by their rank correlation with the total cost",
            "不確かな数量と費用の合計との順位相関",
        );
        blocks.push(Block::Grid(grid(report, caption, report.pick("entry", "数量"), &entries)));
    }
    if !events.is_empty() {
        blocks.push(Block::Text(
            report
                .pick(
                    "What is drawn afresh at each event, such as how long a control lasts, has no one value in a trial. What came of it does: how often and how long each control acted, and how that goes with the cost.",
                    "規制の長さのように出来事のたびに引かれる数量は、試行に一つの値を持たない。代わりに、各規制が何回・どれだけの期間発動したかと費用との連動を示す。",
                )
                .to_owned(),
        ));
        let caption = report.pick(
            "What the controls did, by its rank correlation with the total cost",
            "輸出規制の発動と費用の合計との順位相関",
        );
        blocks.push(Block::Grid(grid(report, caption, report.pick("what happened", "出来事"), &events)));
    }
    Section {
        id: "drivers",
        title: report.pick("Which assumptions matter", "どの前提が結果を左右するか").to_owned(),
        blocks,
    }
}

fn grid(report: &Report, caption: &str, name: &str, drivers: &[&Driver]) -> Grid {
    let language = report.language;
    let header = [
        name,
        report.pick("rank correlation", "順位相関"),
        report.pick("95 % interval", "95％信頼区間"),
        report.pick("mean cost, lowest fifth", "下位5分の1での費用の平均"),
        report.pick("mean cost, highest fifth", "上位5分の1での費用の平均"),
    ];
    let mut grid = Grid::new(caption, &header, 1..5);
    grid.long = drivers.len() > 8;
    let money = Unit::Money(report.model.currency.clone());
    for driver in drivers {
        let (Moves::Entry(path) | Moves::Event(path)) = &driver.moves;
        let e = driver.correlation;
        let mut shown = Cell::figure(coefficient(e.value), e.value);
        shown.drawn = Some(e);
        grid.add(vec![
            Cell::code(path),
            shown,
            interval(&e, &coefficient, language),
            Cell::figure(estimate(&driver.lowest, &money, language), driver.lowest.value),
            Cell::figure(estimate(&driver.highest, &money, language), driver.highest.value),
        ]);
    }
    grid
}

pub fn table(report: &Report) -> Section {
    let (model, language) = (report.model, report.language);
    let mut notes = Notes::default();
    let header = [
        report.pick("entry", "項目"),
        report.pick("as written", "記述"),
        report.pick("value or mean", "値・平均"),
        report.pick("5 to 95 %", "5〜95％"),
        report.pick("from", "根拠"),
    ];
    let mut grid = Grid::new(
        report.pick("Every assumption, with where it comes from", "前提の一覧と根拠"),
        &header,
        2..4,
    );
    grid.long = true;
    for assumption in model.assumptions.iter().filter(|a| !a.is_setting()) {
        let implied = model.implied(assumption);
        let (value, spread) = match (&implied, assumption.quantity) {
            (Some(implied), _) => {
                let say = |x: f64| model.say(assumption, x);
                let width = range(&say(implied.p5), &say(implied.p95), language);
                (Cell::figure(say(implied.mean), implied.mean), Cell::figure(width, implied.p5))
            }
            (None, Quantity::Certain(value)) => {
                (Cell::figure(model.say(assumption, value), value), Cell::default())
            }
            (None, Quantity::Uncertain { .. }) => (Cell::default(), Cell::default()),
        };
        let from = from(report, assumption, &mut notes);
        grid.add(vec![Cell::code(&assumption.path), Cell::text(written(assumption)), value, spread, from]);
    }
    let mut blocks = vec![Block::Text(sourcing(report))];
    blocks.push(Block::Grid(grid));
    if !notes.texts().is_empty() {
        let title = report.pick("Sources, judgements and notes", "出典・判断・注記");
        blocks.push(Block::Heading(title.to_owned()));
        blocks.push(Block::Numbered(notes.texts().to_vec()));
    }
    Section {
        id: "assumptions", title: report.pick("Every assumption", "前提の一覧").to_owned(), blocks
    }
}

/// How well the scenario is sourced.
pub fn sourcing(report: &Report) -> String {
    let count = report.model.sourcing();
    let bare = count.bare.len();
    match report.language {
        Language::Japanese => format!(
            "{}個の数量のうち、{}個に出典が、{}個に判断の根拠があり、{bare}個にはいずれもない。",
            count.all, count.sourced, count.judged
        ),
        _ => format!(
            "Of {} quantities, {} {} a source, {} {} and {bare} {} neither.",
            count.all,
            count.sourced,
            if count.sourced == 1 { "has" } else { "have" },
            count.judged,
            if count.judged == 1 { "is a judgement" } else { "are judgements" },
            if bare == 1 { "has" } else { "have" }
        ),
    }
}

fn from(report: &Report, assumption: &Assumption, notes: &mut Notes) -> Cell {
    let of = &assumption.provenance;
    let mut cell = match (&of.source, &of.judgement) {
        (Some(source), _) => {
            Cell { notes: vec![notes.number(source)], ..Cell::text(report.pick("source", "出典")) }
        }
        (None, Some(why)) => {
            Cell { notes: vec![notes.number(why)], ..Cell::text(report.pick("judgement", "判断")) }
        }
        (None, None) => Cell::text(report.pick("none", "なし")).weak(true),
    };
    cell.notes.extend(of.note.as_ref().map(|note| notes.number(note)));
    cell
}
