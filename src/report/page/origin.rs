//! Trials told, what to beware of, and where the figures come from.

use super::super::charts::step_name;
use super::super::story::sentences;
use super::Report;
use super::block::{Block, Cell, Grid, Section};
use crate::outcome::told;
use crate::quantity::words::Language;
use crate::story::Story;

/// What happened in a story is told in so many sentences at most; the rest is in the folder of the run.
const MOST: usize = 40;

pub fn stories(report: &Report) -> Section {
    let mut blocks = Vec::new();
    let mut told: Vec<(u64, &str)> = Vec::new();
    for (kind, story) in report.stories {
        let title = match kind.as_str() {
            "typical" => report.pick("A typical trial", "典型的な試行"),
            "bad" => report.pick("A bad trial", "悪い試行"),
            "worst" => report.pick("The worst trial", "最悪の試行"),
            other => other,
        };
        blocks.push(Block::Heading(title.to_owned()));
        if let Some((_, earlier)) = told.iter().find(|(trial, _)| *trial == story.pick.trial) {
            blocks.push(Block::Text(match report.language {
                Language::Japanese => format!("「{earlier}」と同じ試行{}である。", story.pick.trial),
                _ => format!("It is the same trial {} as “{earlier}”.", story.pick.trial),
            }));
            continue;
        }
        told.push((story.pick.trial, title));
        tell(report, story, &mut blocks);
    }
    Section {
        id: "stories", title: report.pick("Three trials told", "三つの試行の経過").to_owned(), blocks
    }
}

fn tell(report: &Report, story: &Story, blocks: &mut Vec<Block>) {
    let mut told = sentences(report.model, story, report.language);
    blocks.push(Block::Text(told.headline));
    blocks.push(Block::Text(told.reason));
    if told.happened.len() > MOST {
        let more = told.happened.len() - MOST;
        told.happened.truncate(MOST);
        told.happened.push(match report.language {
            Language::Japanese => format!(
                "（ほか{more}件。`shortfall explain --trial {}`ですべてを見られる。）",
                story.pick.trial
            ),
            _ => format!("({more} further ones: `shortfall explain --trial {}`.)", story.pick.trial),
        });
    }
    let mut rest = Vec::new();
    for items in [told.happened, told.sectors] {
        if !items.is_empty() {
            blocks.push(Block::Items(items));
        }
    }
    for items in [told.materials, told.options, told.draws] {
        if !items.is_empty() {
            rest.push(Block::Items(items));
        }
    }
    if !rest.is_empty() {
        let more = report.pick("Materials, options and unusual draws", "物資・対策・珍しい値");
        blocks.push(Block::More(more.to_owned(), rest));
    }
}

pub fn cautions(report: &Report) -> Section {
    let told = told(report.cautions, report.language);
    let blocks = match told.is_empty() {
        true => vec![Block::Text(
            report
                .pick("There is nothing to beware of in this run.", "この実行に注意事項はない。")
                .to_owned(),
        )],
        false => vec![Block::Items(told)],
    };
    Section { id: "cautions", title: report.pick("What to beware of", "注意事項").to_owned(), blocks }
}

pub fn provenance(report: &Report) -> Section {
    let (of, model, language) = (report.provenance, report.model, report.language);
    let mut grid = Grid::new(report.pick("Where the figures come from", "結果の来歴"), &["", ""], 0..0);
    let mut row = |name: &str, text: Cell| grid.add(vec![Cell::text(name), text]);
    row(report.pick("scenario", "シナリオ"), Cell::text(&of.scenario));
    row(report.pick("program", "プログラム"), Cell::text(format!("shortfall {}", of.version)));
    row(report.pick("fingerprint", "フィンガープリント"), Cell::code(&of.fingerprint));
    row(report.pick("seed", "シード"), Cell::text(of.seed.to_string()));
    row(report.pick("trials", "試行数"), Cell::text(language.count(report.outcome.trials.0 as f64)));
    if let Some(given) = &report.outcome.given {
        let n = language.count(report.outcome.trials.1 as f64);
        row(report.pick("under the condition", "条件"), Cell::code(given));
        row(report.pick("trials that meet it", "条件を満たす試行数"), Cell::text(n));
    }
    row(report.pick("sampling", "標本抽出"), Cell::text(&of.sampling));
    let end = language.date(model.start, model.horizon);
    let span = format!("{}{}{end}", language.date(model.start, 0.0), language.pick(" to ", "〜"));
    row(report.pick("time", "対象期間"), Cell::text(span));
    let step = step_name(model, language);
    let steps = match language {
        Language::Japanese => format!("{}期（1期は1{step}）", model.steps()),
        _ => format!("{} of one {step}", model.steps()),
    };
    row(report.pick("steps", "計算の刻み"), Cell::text(steps));
    let again =
        report.pick("The same run again, to the last bit:", "同じ実行の再現（ビット単位で一致する）：");
    Section {
        id: "provenance",
        title: report.pick("Where this comes from", "来歴").to_owned(),
        blocks: vec![Block::Grid(grid), Block::Text(again.to_owned()), Block::Command(of.command.clone())],
    }
}
