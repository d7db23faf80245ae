//! A trial told: as sentences, as text for a terminal or in Markdown, and as a chart.

mod happened;
mod japanese;
mod japanese_events;
mod picture;
mod words;

pub use picture::trial_chart;

use super::Style;
use super::sheet::Sheet;
use super::text::{length, wrap};
use crate::model::Model;
use crate::outcome::Provenance;
use crate::quantity::words::{Language, Unit};
use crate::story::{Balance, Story};

/// The sentences of a story, by what they are about. They stand in `stories.json` too.
#[derive(Clone, Debug, PartialEq)]
pub struct Sentences {
    /// Why this trial.
    pub reason: String,
    /// The trial in a sentence or two.
    pub headline: String,
    /// What happened, in order.
    pub happened: Vec<String>,
    /// What the sectors lost, and why.
    pub sectors: Vec<String>,
    /// What became of the materials.
    pub materials: Vec<String>,
    /// What became of the options.
    pub options: Vec<String>,
    /// Which draws were unusual.
    pub draws: Vec<String>,
}

/// Puts a story into sentences.
pub fn sentences(model: &Model, story: &Story, language: Language) -> Sentences {
    if language == Language::Japanese {
        return japanese::sentences(model, story);
    }
    Sentences {
        reason: words::reason(story),
        headline: words::headline(model, story),
        happened: happened::happened(model, story),
        sectors: words::sectors(model, story),
        materials: words::materials(model, story),
        options: words::options(model, story),
        draws: words::draws(model, story),
    }
}

/// A part of a page.
enum Block {
    Heading(String),
    Text(String),
    Items(Vec<String>),
    Grid(Sheet),
}

fn page(model: &Model, story: &Story, language: Language) -> Vec<Block> {
    let told = sentences(model, story, language);
    let pick = |english: &'static str, japanese: &'static str| language.pick(english, japanese);
    let mut page = vec![Block::Text(told.reason), Block::Text(told.headline)];
    let mut section = |heading: &str, blocks: Vec<Block>| {
        page.push(Block::Heading(heading.to_owned()));
        page.extend(blocks);
    };
    if !told.happened.is_empty() {
        section(pick("What happened", "経過"), vec![Block::Items(told.happened)]);
    }
    let mut cost: Vec<Block> = costs(model, story, language).map(Block::Grid).into_iter().collect();
    let hurt = story.acted || story.short;
    if hurt && !told.sectors.is_empty() {
        cost.push(Block::Items(told.sectors));
    }
    if !cost.is_empty() {
        section(pick("What it cost, and why", "費用とその理由"), cost);
    }
    if !told.materials.is_empty() {
        section(pick("Where the materials came from", "物資の出所"), vec![Block::Items(told.materials)]);
        for m in story.materials.iter().filter(|m| m.alerted || m.worst.is_some()) {
            let span = length(model.horizon, language);
            page.push(Block::Text(match language {
                Language::English => format!("{} over {span}, in t:", m.material),
                Language::Japanese => format!("{}の{span}間の収支（トン）：", m.material),
            }));
            page.push(Block::Grid(balance(&m.balance, language)));
            if !m.balance.adds_up() {
                page.push(Block::Text(
                    pick(
                        "These sums do not add up: please report this scenario.",
                        "この収支は合わない。このシナリオを報告されたい。",
                    )
                    .to_owned(),
                ));
            }
        }
    }
    if !told.options.is_empty() {
        page.push(Block::Heading(pick("What was done about it", "講じられた対策").to_owned()));
        page.push(Block::Items(told.options));
    }
    let mut draws = told.draws.into_iter();
    page.push(Block::Heading(pick("What was unusual", "珍しい値").to_owned()));
    page.extend(draws.next().map(Block::Text));
    page.push(Block::Items(draws.collect()));
    page.retain(|block| !matches!(block, Block::Items(items) if items.is_empty()));
    page
}

fn costs(model: &Model, story: &Story, language: Language) -> Option<Sheet> {
    let components = words::components(&story.costs);
    if components.is_empty() {
        return None;
    }
    let money = Unit::Money(model.currency.clone());
    let total = story.costs.total;
    let of = |cost: f64| if total == 0.0 { String::new() } else { language.share(cost / total) };
    let header = language.pick(["cost", "amount", "share"], ["費用", "金額", "構成比"]);
    let mut sheet = Sheet::new(&header, 1);
    for (name, japanese, cost) in components {
        sheet.add(vec![language.pick(name, japanese).to_owned(), language.figure(cost, &money), of(cost)]);
    }
    let all = language.pick("in all", "合計").to_owned();
    sheet.add(vec![all, language.figure(total, &money), of(total)]);
    Some(sheet)
}

/// A balance as a table: the need and how it was met, then the users' stocks, then the stockpiles.
fn balance(b: &Balance, language: Language) -> Sheet {
    let pick = |english: &'static str, japanese: &'static str| language.pick(english, japanese).to_owned();
    let of = |english: &str, option: &str, japanese: &str| match language {
        Language::English => format!("{english} “{option}”"),
        Language::Japanese => format!("「{option}」{japanese}"),
    };
    let mut rows: Vec<(String, f64)> = vec![(pick("met from sources", "供給元から"), b.from_sources)];
    rows.extend(b.from_suppliers.iter().map(|p| (of("met from", &p.option, "から"), p.tonnes)));
    rows.extend(
        b.from_stockpiles.iter().map(|p| (of("met from the stockpile", &p.option, "（備蓄）から"), p.tonnes)),
    );
    rows.push((pick("met from users' own stocks", "需要家の在庫から"), b.from_stocks));
    rows.extend(
        b.saved.iter().map(|p| (of("saved or replaced by", &p.option, "による節約・代替"), p.tonnes)),
    );
    rows.push((pick("there, but idle for want of something else", "他の不足による遊休"), b.idle));
    rows.push((pick("not met", "不足"), b.unmet));
    let parts = rows.len();
    rows.push((pick("= the need", "＝必要量"), b.need));
    let beyond = pick("− used beyond the need", "−必要量を超える使用");
    rows.push((pick("users' stocks at the start", "期首の需要家在庫"), b.stock_before));
    rows.push((pick("+ received", "＋受入"), b.received));
    rows.push((pick("− used for the need", "−必要量への使用"), b.consumed - b.beyond_need));
    rows.push((beyond.clone(), b.beyond_need));
    rows.push((pick("= users' stocks at the end", "＝期末の需要家在庫"), b.stock_after));
    let moved = b.stockpiles.iter().filter(|p| p.released > 0.0);
    for pile in moved {
        let name = &pile.option;
        let (start, end) = match language {
            Language::English => (format!("“{name}” at the start"), format!("= “{name}” at the end")),
            Language::Japanese => (format!("期首の「{name}」"), format!("＝期末の「{name}」")),
        };
        rows.push((start, pile.before));
        rows.push((pick("+ refilled", "＋補充"), pile.refilled));
        rows.push((pick("− released", "−放出"), pile.released));
        rows.push((end, pile.after));
    }
    let figures = language.column(&rows.iter().map(|row| row.1).collect::<Vec<_>>());
    // Parts that would show as nothing are left out; the sums stay in full.
    let shows = |(i, (row, figure)): &(usize, ((String, f64), String))| {
        (*i >= parts && row.0 != beyond) || figure.chars().any(|c| ('1'..='9').contains(&c))
    };
    let rows = rows.into_iter().zip(figures).enumerate().filter(shows).map(|(_, row)| row);
    let mut sheet = Sheet::new(&language.pick(["balance", "t"], ["収支", "トン"]), 1);
    rows.for_each(|((name, _), figure)| sheet.add(vec![name, figure]));
    sheet
}

/// The story for a terminal.
pub fn story_terminal(
    model: &Model,
    story: &Story,
    provenance: &Provenance,
    style: Style,
    language: Language,
) -> String {
    let (bold, dim, plain) = if style.colour { ("\x1b[1m", "\x1b[2m", "\x1b[0m") } else { ("", "", "") };
    let width = style.width.min(100);
    let trial = language.pick(": trial ", "：試行");
    let mut out = format!("{bold}{}{trial}{}{plain}\n", model.name, story.pick.trial);
    for block in page(model, story, language) {
        out.push('\n');
        match block {
            Block::Heading(text) => out.push_str(&format!("{bold}{text}{plain}\n")),
            Block::Text(text) => out.push_str(&format!("{}\n", wrap(&text, width))),
            Block::Items(items) => {
                for item in items {
                    out.push_str(&format!("- {}\n", wrap(&item, width - 2).replace('\n', "\n  ")));
                }
            }
            Block::Grid(sheet) => out.push_str(&format!("{}\n", sheet.boxed(style.width))),
        }
    }
    out.push_str(&format!(
        "\n{dim}{} {}{} {}{plain}\n",
        language.pick("seed", "シード"),
        provenance.seed,
        language.pick("; fingerprint", "、フィンガープリント"),
        &provenance.fingerprint[..8]
    ));
    out
}

/// The story in Markdown.
pub fn story_markdown(model: &Model, story: &Story, provenance: &Provenance, language: Language) -> String {
    let trial = language.pick(": trial ", "：試行");
    let mut out = format!("# {}{trial}{}\n", model.name, story.pick.trial);
    for block in page(model, story, language) {
        out.push('\n');
        match block {
            Block::Heading(text) => out.push_str(&format!("## {text}\n")),
            Block::Text(text) => out.push_str(&format!("{text}\n")),
            Block::Items(items) => items.iter().for_each(|item| out.push_str(&format!("- {item}\n"))),
            Block::Grid(sheet) => out.push_str(&sheet.markdown()),
        }
    }
    let (seed, version) = (provenance.seed, &provenance.version);
    let (fingerprint, command) = (&provenance.fingerprint[..16], &provenance.command);
    let of = match language {
        Language::English => {
            format!("Seed {seed}, version {version}, fingerprint `{fingerprint}`. Tell it again with:")
        }
        Language::Japanese => format!(
            "シード{seed}、バージョン{version}、フィンガープリント`{fingerprint}`。再現するコマンド："
        ),
    };
    out.push_str(&format!("\n{of}\n\n```\n{command}\n```\n"));
    out
}

/// "a", "a and b", "a, b and c".
fn list<T: AsRef<str>>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}
