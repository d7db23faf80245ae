//! A report as one HTML file that needs nothing else: no network, no fonts of the machine, no scripts to be read.
//!
//! Everything that comes from a scenario is escaped by maud; the only markup that passes as it is are the charts, whose
//! texts plotters has escaped. A content policy allows the file's own style and script, by their hashes, and nothing else.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest, Sha256};

use super::Report;
use super::block::{Block, Cell, Figure, Grid, Section};
use crate::quantity::words::Language;
use crate::statistics::Estimate;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");
/// The fonts of the charts, which are those of the page.
const FONTS: [(u16, &[u8]); 2] = [
    (400, include_bytes!("../../../assets/fonts/Inter-Regular.otf")),
    (700, include_bytes!("../../../assets/fonts/Inter-Bold.otf")),
];

/// The page.
pub fn page(report: &Report) -> String {
    let sections = report.sections();
    let language = report.language;
    let style = style();
    let policy = format!(
        "default-src 'none'; style-src '{}'; script-src '{}'; font-src data:; img-src data:; base-uri 'none'; \
         form-action 'none'",
        hash(&style),
        hash(SCRIPT)
    );
    let page = html! {
        (DOCTYPE)
        html lang=(language.code()) {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="generator" content=(format!("shortfall {}", report.provenance.version));
                title { (report.model.name) }
                style { (PreEscaped(style)) }
            }
            body {
                a.skip href="#answer" { (language.pick("Skip to the answer", "結論へ移動")) }
                header {
                    p.kind { (language.pick("Supply disruption risk report", "供給途絶リスク報告書")) }
                    h1 { (report.model.name) }
                    p.facts { (facts(report)) }
                    button.theme type="button" hidden { (language.pick("Dark", "暗い配色")) }
                }
                nav aria-label=(language.pick("Contents", "目次")) {
                    ol { @for section in &sections { li { a href=(format!("#{}", section.id)) { (section.title) } } } }
                }
                main {
                    @for section in &sections { (set_section(section, language)) }
                }
                footer { p { (footer(report)) } }
                script { (PreEscaped(SCRIPT)) }
            }
        }
    };
    page.into_string() + "\n"
}

/// The style with the fonts in it.
fn style() -> String {
    let mut style = String::new();
    for (weight, font) in FONTS {
        style.push_str(&format!(
            "@font-face{{font-family:\"Inter\";font-weight:{weight};src:url(data:font/otf;base64,{}) format(\"opentype\")}}\n",
            base64(font)
        ));
    }
    style + STYLE
}

/// A source of the content policy: the hash of a style or a script.
fn hash(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let byte = |i: usize| u32::from(three.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= three.len() { char::from(letter) } else { '=' });
        }
    }
    out
}

/// Below the title: when, how long, what was run.
fn facts(report: &Report) -> String {
    let (model, language) = (report.model, report.language);
    let from = language.date(model.start, 0.0);
    let span = super::super::text::length(model.horizon, language);
    let trials = super::labels::trials(report.outcome.trials.1, language);
    let given = report.outcome.given.as_ref();
    match language {
        Language::Japanese => {
            let given = given.map_or(String::new(), |g| format!("、条件：{g}"));
            format!("{from}からの{span}、{trials}、シード{}{given}", report.provenance.seed)
        }
        _ => {
            let given = given.map_or(String::new(), |g| format!(", given {g}"));
            format!("{span} from {from}, {trials}, seed {}{given}", report.provenance.seed)
        }
    }
}

fn footer(report: &Report) -> String {
    let of = report.provenance;
    let short = &of.fingerprint[..of.fingerprint.len().min(16)];
    match report.language {
        Language::Japanese => format!("shortfall {}により作成。フィンガープリント {short}", of.version),
        _ => format!("Made by shortfall {}, fingerprint {short}", of.version),
    }
}

fn set_section(section: &Section, language: Language) -> Markup {
    let heading = format!("{}-heading", section.id);
    html! {
        section id=(section.id) aria-labelledby=(heading) tabindex="-1" {
            h2 id=(heading) { (section.title) }
            @for (block, id) in section.blocks.iter().zip(ids(section)) { (set(block, &id, language)) }
        }
    }
}

/// What the pictures of each block are called by: the section, from its second block of pictures on with a number.
fn ids(section: &Section) -> Vec<String> {
    let mut pictured = 0;
    let id = |block: &Block| {
        pictured += usize::from(matches!(block, Block::Figures(..)));
        if pictured < 2 { section.id.to_owned() } else { format!("{}-{pictured}", section.id) }
    };
    section.blocks.iter().map(id).collect()
}

fn set(block: &Block, id: &str, language: Language) -> Markup {
    html! {
        @match block {
            Block::Text(text) => p { (spoken(text)) },
            Block::Lead(text) => p.lead { (spoken(text)) },
            Block::Heading(text) => h3 { (text) },
            Block::Items(items) => ul { @for item in items { li { (spoken(item)) } } },
            Block::Numbered(items) => ol.notes {
                @for (i, item) in items.iter().enumerate() { li id=(format!("note-{}", i + 1)) { (linked(item)) } }
            },
            Block::Grid(grid) => (table(grid, language)),
            Block::Figures(label, figures) => (switch(label, figures, id, language)),
            Block::Command(command) => pre tabindex="0" { code { (command) } },
            Block::More(title, blocks) => details {
                summary { (title) }
                @for block in blocks { (set(block, id, language)) }
            },
        }
    }
}

/// A text whose parts between backticks are code.
fn spoken(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    // An odd backtick is one of the text itself.
    let paired = parts.len() % 2 == 1;
    html! {
        @if paired {
            @for (i, part) in parts.iter().enumerate() {
                @if i % 2 == 1 { code { (part) } } @else { (glued(part)) }
            }
        } @else { (glued(text)) }
    }
}

/// A text that is not broken within "14.6 % ± 0.4 %" nor within a date.
fn glued(text: &str) -> Markup {
    let text = text.replace(" %", "\u{a0}%").replace(" ±", "\u{a0}±").replace("± ", "±\u{a0}");
    let mut parts: Vec<(bool, &str)> = Vec::new();
    let (mut start, mut at) = (0, 0);
    while let Some(ahead) = text.get(at..) {
        let Some(found) = ahead.find(|c: char| c.is_ascii_digit()) else { break };
        let from = at + found;
        let digits =
            text[from..].find(|c: char| !c.is_ascii_digit() && c != '-').map_or(text.len(), |n| from + n);
        if is_date(&text[from..digits]) {
            parts.extend([(false, &text[start..from]), (true, &text[from..digits])]);
            start = digits;
        }
        at = digits;
    }
    parts.push((false, &text[start..]));
    html! {
        @for (date, part) in parts {
            @if date { span.date { (part) } } @else { (part) }
        }
    }
}

/// Whether it is as "2026-01-06".
fn is_date(text: &str) -> bool {
    text.len() == 10
        && text.bytes().enumerate().all(|(i, b)| if i == 4 || i == 7 { b == b'-' } else { b != b'-' })
}

/// A text whose addresses can be followed.
fn linked(text: &str) -> Markup {
    let ends = |c: char| c.is_whitespace() || "<>\"'`（）、。".contains(c);
    let mut rest = text;
    let mut parts = Vec::new();
    while let Some(at) = rest.find("https://") {
        let length = rest[at..].find(ends).unwrap_or(rest.len() - at);
        let address = rest[at..at + length].trim_end_matches(['.', ',', ';', ')']);
        parts.push((&rest[..at], address));
        rest = &rest[at + address.len()..];
    }
    html! {
        @for (before, address) in parts { (before) a href=(address) rel="noreferrer" { (address) } }
        (rest)
    }
}

fn table(grid: &Grid, language: Language) -> Markup {
    let headless = grid.header.iter().all(String::is_empty);
    html! {
        div.table data-long[grid.long] {
            @if grid.long {
                label.search hidden {
                    (language.pick("Search", "検索")) " "
                    input type="search" autocomplete="off";
                    output aria-live="polite" {}
                }
            }
            div.scroll role="region" tabindex="0" aria-label=(grid.caption) {
                table {
                    caption { (grid.caption) }
                    @if !headless {
                        thead { tr {
                            @for (i, name) in grid.header.iter().enumerate() {
                                // A column of remarks needs no name, and a head without one would be read out as such.
                                @if name.is_empty() { td {} }
                                @else { th scope="col" class=[grid.numbers.contains(&i).then_some("n")] { (name) } }
                            }
                        } }
                    }
                    tbody {
                        @for row in &grid.rows { tr {
                            @for (i, cell) in row.iter().enumerate() { (set_cell(cell, i, grid.numbers.contains(&i))) }
                        } }
                    }
                }
            }
        }
    }
}

fn set_cell(cell: &Cell, i: usize, number: bool) -> Markup {
    let key = cell.key.map(|key| key.to_string());
    let class = match (number, cell.weak) {
        (true, true) => Some("n weak"),
        (true, false) => Some("n"),
        (false, true) => Some("weak"),
        (false, false) => None,
    };
    let inside = html! {
        @if let Some(e) = &cell.drawn { (whisker(e)) " " }
        @if cell.code { code { (breakable(&cell.text)) } } @else { (glued(&cell.text)) }
        @if let Some(range) = &cell.range { " " span.range { (range) } }
        @for note in &cell.notes { " " a href=(format!("#note-{note}")) { "[" (note) "]" } }
    };
    html! {
        @if i == 0 { th scope="row" data-key=[key] class=[class] { (inside) } }
        @else { td data-key=[key] class=[class] { (inside) } }
    }
}

/// A long name may be broken after its points.
fn breakable(name: &str) -> Markup {
    let parts: Vec<&str> = name.split_inclusive(['.', '_']).collect();
    html! { @for (i, part) in parts.iter().enumerate() { @if i > 0 { wbr; } (part) } }
}

/// A correlation from -1 to 1 with its interval, as a little picture that says no more than its row.
fn whisker(e: &Estimate) -> Markup {
    let x = |value: f64| format!("{:.1}", 50.0 + 48.0 * value.clamp(-1.0, 1.0));
    let known = e.low.is_finite() && e.high.is_finite();
    html! {
        svg.whisker width="100" height="14" viewBox="0 0 100 14" aria-hidden="true" {
            line x1="2" x2="98" y1="7" y2="7" stroke="#DFE3E8" {}
            line x1="50" x2="50" y1="1" y2="13" stroke="#5A626C" {}
            line x1="50" x2=(x(e.value)) y1="7" y2="7" stroke="#8FB8DF" stroke-width="6" {}
            @if known { line x1=(x(e.low)) x2=(x(e.high)) y1="7" y2="7" stroke="#1F2933" stroke-width="1.5" {} }
        }
    }
}

fn switch(label: &str, figures: &[Figure], id: &str, language: Language) -> Markup {
    html! {
        div.figures data-switch=[(figures.len() > 1).then_some(label)] {
            @for (i, figure) in figures.iter().enumerate() {
                figure id=(format!("{id}-{}", i + 1)) data-name=(figure.name) {
                    div.chart tabindex="0" role="group" aria-label=(figure.name) { (PreEscaped(named(&figure.svg))) }
                    figcaption { (figure.caption) }
                    @if let Some(data) = &figure.data {
                        details.data {
                            summary { (language.pick("The figures of this chart", "この図の数値")) }
                            (table(data, language))
                        }
                    }
                }
            }
        }
    }
}

/// A chart whose title and description are its name for a screen reader, instead of a label under the mouse.
fn named(svg: &str) -> String {
    let cut = |svg: &str, tag: &str| -> Option<(String, String)> {
        let (open, close) = (format!("<{tag}>"), format!("</{tag}>"));
        let (start, end) = (svg.find(&open)?, svg.find(&close)?);
        let text = svg.get(start + open.len()..end)?.to_owned();
        Some((text, format!("{}{}", &svg[..start], svg[end + close.len()..].trim_start_matches('\n'))))
    };
    let Some((title, rest)) = cut(svg, "title") else { return svg.to_owned() };
    let (description, rest) = cut(&rest, "desc").unwrap_or((String::new(), rest));
    // Escaped as text already; in an attribute quotation marks are to be escaped too.
    let label = format!("{title}. {description}").replace('"', "&quot;");
    rest.replacen("<svg ", &format!("<svg aria-label=\"{label}\" "), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_as_in_the_standard() {
        let coded = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
        for (i, coded) in coded.into_iter().enumerate() {
            assert_eq!(base64(&b"foobar"[..i]), coded);
        }
    }

    #[test]
    fn what_comes_from_outside_is_text() {
        let nasty = "</script><script>alert(1)</script> & \"x\" 'y' `a<b`";
        let text = spoken(nasty).into_string();
        assert!(!text.contains("<script") && text.contains("<code>a&lt;b</code>"), "{text}");
        let text = linked("see https://x.org/a?b=1&c=\"onclick (https://y.org).").into_string();
        assert!(
            text.contains("href=\"https://x.org/a?b=1&amp;c=\"") && text.contains("href=\"https://y.org\""),
            "{text}"
        );
        assert_eq!(
            glued("5 % on 2026-01-06, 1-2").into_string(),
            "5\u{a0}% on <span class=\"date\">2026-01-06</span>, 1-2"
        );
        let svg = "<svg width=\"1\"><title>a \"b\" &lt;c</title>\n<desc>d</desc>\n<rect/></svg>";
        assert_eq!(named(svg), "<svg aria-label=\"a &quot;b&quot; &lt;c. d\" width=\"1\"><rect/></svg>");
    }
}
