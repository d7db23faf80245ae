//! A trial told: as sentences, as text for a terminal or in Markdown, and as a chart.

mod happened;
mod picture;
mod words;

pub use picture::trial_chart;

use super::Style;
use super::sheet::Sheet;
use super::text::wrap;
use crate::model::Model;
use crate::outcome::Provenance;
use crate::quantity::words::{Unit, column, figure, share};
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
pub fn sentences(model: &Model, story: &Story) -> Sentences {
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

fn page(model: &Model, story: &Story) -> Vec<Block> {
    let told = sentences(model, story);
    let mut page = vec![Block::Text(told.reason), Block::Text(told.headline)];
    let mut section = |heading: &str, blocks: Vec<Block>| {
        page.push(Block::Heading(heading.to_owned()));
        page.extend(blocks);
    };
    if !told.happened.is_empty() {
        section("What happened", vec![Block::Items(told.happened)]);
    }
    let mut cost: Vec<Block> = costs(model, story).map(Block::Grid).into_iter().collect();
    let hurt = story.acted || story.short;
    if hurt && !told.sectors.is_empty() {
        cost.push(Block::Items(told.sectors));
    }
    if !cost.is_empty() {
        section("What it cost, and why", cost);
    }
    if !told.materials.is_empty() {
        section("Where the materials came from", vec![Block::Items(told.materials)]);
        for m in story.materials.iter().filter(|m| m.alerted || m.worst.is_some()) {
            page.push(Block::Text(format!("{} over {}, in t:", m.material, words::span(model))));
            page.push(Block::Grid(balance(&m.balance)));
            if !m.balance.adds_up() {
                page.push(Block::Text("These sums do not add up: please report this scenario.".to_owned()));
            }
        }
    }
    if !told.options.is_empty() {
        page.push(Block::Heading("What was done about it".to_owned()));
        page.push(Block::Items(told.options));
    }
    let mut draws = told.draws.into_iter();
    page.push(Block::Heading("What was unusual".to_owned()));
    page.extend(draws.next().map(Block::Text));
    page.push(Block::Items(draws.collect()));
    page.retain(|block| !matches!(block, Block::Items(items) if items.is_empty()));
    page
}

fn costs(model: &Model, story: &Story) -> Option<Sheet> {
    let components = words::components(&story.costs);
    if components.is_empty() {
        return None;
    }
    let money = Unit::Money(model.currency.clone());
    let total = story.costs.total;
    let of = |cost: f64| if total == 0.0 { String::new() } else { share(cost / total) };
    let mut sheet = Sheet::new(&["cost", "amount", "share"], 1);
    for (name, cost) in components {
        sheet.add(vec![name.to_owned(), figure(cost, &money), of(cost)]);
    }
    sheet.add(vec!["in all".to_owned(), figure(total, &money), of(total)]);
    Some(sheet)
}

/// A balance as a table: the need and how it was met, then the users' stocks, then the stockpiles.
fn balance(b: &Balance) -> Sheet {
    let mut rows: Vec<(String, f64)> = vec![("met from sources".to_owned(), b.from_sources)];
    rows.extend(b.from_suppliers.iter().map(|p| (format!("met from “{}”", p.option), p.tonnes)));
    rows.extend(
        b.from_stockpiles.iter().map(|p| (format!("met from the stockpile “{}”", p.option), p.tonnes)),
    );
    rows.push(("met from users' own stocks".to_owned(), b.from_stocks));
    rows.extend(b.saved.iter().map(|p| (format!("saved or replaced by “{}”", p.option), p.tonnes)));
    rows.push(("there, but idle for want of something else".to_owned(), b.idle));
    rows.push(("not met".to_owned(), b.unmet));
    let parts = rows.len();
    rows.push(("= the need".to_owned(), b.need));
    let stocks = [
        ("users' stocks at the start", b.stock_before),
        ("+ received", b.received),
        ("− used for the need", b.consumed - b.beyond_need),
        ("− used beyond the need", b.beyond_need),
        ("= users' stocks at the end", b.stock_after),
    ];
    rows.extend(stocks.map(|(name, tonnes)| (name.to_owned(), tonnes)));
    let moved = b.stockpiles.iter().filter(|p| p.released > 0.0);
    for pile in moved {
        rows.push((format!("“{}” at the start", pile.option), pile.before));
        rows.push(("+ refilled".to_owned(), pile.refilled));
        rows.push(("− released".to_owned(), pile.released));
        rows.push((format!("= “{}” at the end", pile.option), pile.after));
    }
    let figures = column(&rows.iter().map(|row| row.1).collect::<Vec<_>>());
    // Parts that would show as nothing are left out; the sums stay in full.
    let shows = |(i, (row, figure)): &(usize, ((String, f64), String))| {
        (*i >= parts && row.0 != "− used beyond the need") || figure.chars().any(|c| ('1'..='9').contains(&c))
    };
    let rows = rows.into_iter().zip(figures).enumerate().filter(shows).map(|(_, row)| row);
    let mut sheet = Sheet::new(&["balance", "t"], 1);
    rows.for_each(|((name, _), figure)| sheet.add(vec![name, figure]));
    sheet
}

/// The story for a terminal.
pub fn story_terminal(model: &Model, story: &Story, provenance: &Provenance, style: Style) -> String {
    let (bold, dim, plain) = if style.colour { ("\x1b[1m", "\x1b[2m", "\x1b[0m") } else { ("", "", "") };
    let width = style.width.min(100);
    let mut out = format!("{bold}{}: trial {}{plain}\n", model.name, story.pick.trial);
    for block in page(model, story) {
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
        "\n{dim}seed {}; fingerprint {}{plain}\n",
        provenance.seed,
        &provenance.fingerprint[..8]
    ));
    out
}

/// The story in Markdown.
pub fn story_markdown(model: &Model, story: &Story, provenance: &Provenance) -> String {
    let mut out = format!("# {}: trial {}\n", model.name, story.pick.trial);
    for block in page(model, story) {
        out.push('\n');
        match block {
            Block::Heading(text) => out.push_str(&format!("## {text}\n")),
            Block::Text(text) => out.push_str(&format!("{text}\n")),
            Block::Items(items) => items.iter().for_each(|item| out.push_str(&format!("- {item}\n"))),
            Block::Grid(sheet) => out.push_str(&sheet.markdown()),
        }
    }
    out.push_str(&format!(
        "\nSeed {}, version {}, fingerprint `{}`. Tell it again with:\n\n```\n{}\n```\n",
        provenance.seed,
        provenance.version,
        &provenance.fingerprint[..16],
        provenance.command
    ));
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
