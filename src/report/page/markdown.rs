//! A report as Markdown: the same content, short, for a pull request.

use super::Report;
use super::block::{Block, Cell, Grid, Section};

/// More rows of a table are not read there; the page has them.
const MOST: usize = 20;

/// The page.
pub fn page(report: &Report) -> String {
    let mut out = format!("# {}\n", escaped(&report.model.name));
    for section in report.sections().iter().filter(|s| s.id != "assumptions") {
        out.push_str(&set_section(section, report));
    }
    let sourcing = super::assumptions::sourcing(report);
    out.push_str(&format!(
        "\n{}\n",
        report
            .pick(
                "The page, with every assumption and all charts, is `report.html`.",
                "前提の一覧とすべての図は`report.html`にある。"
            )
            .to_owned()
            + " "
            + &sourcing
    ));
    out
}

fn set_section(section: &Section, report: &Report) -> String {
    let mut out = format!("\n## {}\n", escaped(&section.title));
    // What happened in the trials step by step is on the page.
    let short = |block: &&Block| !(section.id == "stories" && matches!(block, Block::Items(_)));
    for block in section.blocks.iter().filter(short) {
        out.push_str(&set(block, report));
    }
    out
}

fn set(block: &Block, report: &Report) -> String {
    match block {
        Block::Text(text) => format!("\n{}\n", escaped(text)),
        Block::Lead(text) => format!("\n**{}**\n", escaped(text)),
        Block::Heading(text) => format!("\n### {}\n", escaped(text)),
        Block::Items(items) => {
            let lines: Vec<String> = items.iter().map(|item| format!("- {}\n", escaped(item))).collect();
            format!("\n{}", lines.concat())
        }
        Block::Numbered(items) => {
            let line = |(i, item): (usize, &String)| format!("{}. {}\n", i + 1, escaped(item));
            let lines: Vec<String> = items.iter().enumerate().map(line).collect();
            format!("\n{}", lines.concat())
        }
        Block::Grid(grid) => table(grid, report),
        Block::Figures(_, figures) => {
            let first = figures.iter().find_map(|f| Some((&f.name, f.file.as_ref()?)));
            first.map_or(String::new(), |(name, file)| format!("\n![{}](charts/{file})\n", escaped(name)))
        }
        Block::Command(command) => format!("\n```console\n{command}\n```\n"),
        Block::More(..) => String::new(),
    }
}

fn table(grid: &Grid, report: &Report) -> String {
    let row = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let rule = |i: usize| if grid.numbers.contains(&i) { "---:" } else { "---" }.to_owned();
    let mut out = format!(
        "\n*{}*\n\n{}",
        escaped(&grid.caption),
        row(grid.header.iter().map(|h| escaped(h)).collect())
    );
    out.push_str(&row((0..grid.header.len()).map(rule).collect()));
    for line in grid.rows.iter().take(MOST) {
        out.push_str(&row(line.iter().map(cell).collect()));
    }
    if grid.rows.len() > MOST {
        let more = report.language.count((grid.rows.len() - MOST) as f64);
        out.push_str(&match report.language {
            crate::quantity::words::Language::Japanese => format!("\nほか{more}行は`report.html`にある。\n"),
            _ => format!("\n{more} further rows are in `report.html`.\n"),
        });
    }
    out
}

fn cell(cell: &Cell) -> String {
    let range = cell.range.as_ref().map_or(String::new(), |range| format!(" {range}"));
    let text = (cell.text.clone() + &range).replace(['\n', '\r'], " ");
    if cell.code && !text.is_empty() && !text.contains(['`', '|']) {
        format!("`{text}`")
    } else {
        escaped(&text).replace('|', "\\|")
    }
}

/// A text that says in Markdown what it says: no markup but the code between its backticks.
fn escaped(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // Runs of backticks pair in ways of their own: none of them is left to.
    let paired = parts.len() % 2 == 1 && !text.contains("``");
    let plain = |part: &str| {
        let mut out = String::new();
        for c in part.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '\\' | '*' | '_' | '[' | ']' | '#' | '`' | '~' => out.extend(['\\', c]),
                '\n' | '\r' => out.push(' '),
                c => out.push(c),
            }
        }
        out
    };
    if !paired {
        return plain(text);
    }
    let part = |(i, part): (usize, &&str)| if i % 2 == 1 { format!("`{part}`") } else { plain(part) };
    parts.iter().enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_from_outside_is_text() {
        assert_eq!(escaped("<b>a*b</b> `x*y` [z](u)"), "&lt;b&gt;a\\*b&lt;/b&gt; `x*y` \\[z\\](u)");
        assert_eq!(escaped("one ` only <i>"), "one \\` only &lt;i&gt;");
        assert_eq!(escaped("```<img>`"), "\\`\\`\\`&lt;img&gt;\\`");
        assert_eq!(cell(&Cell::code("a|b")), "a\\|b");
        assert_eq!(cell(&Cell::text("a|b\nc")), "a\\|b c");
    }
}
