//! What a page is made of, before it is HTML or Markdown: sections of texts, lists, tables and pictures.

use std::ops::Range;

use crate::quantity::words::Language;
use crate::statistics::Estimate;

/// A part of a page, with its heading.
pub struct Section {
    /// By which it is linked to.
    pub id: &'static str,
    pub title: String,
    pub blocks: Vec<Block>,
}

/// A part of a section. Texts may hold `code` between backticks.
pub enum Block {
    /// A paragraph.
    Text(String),
    /// The paragraph that a hurried reader reads.
    Lead(String),
    Heading(String),
    Items(Vec<String>),
    /// Items that others refer to by their number, from 1.
    Numbered(Vec<String>),
    Grid(Grid),
    /// Pictures of which one is looked at; the text is what one chooses by.
    Figures(String, Vec<Figure>),
    /// A command line.
    Command(String),
    /// What is only for who asks for it: left out of Markdown, folded away on the page.
    More(String, Vec<Block>),
}

/// A picture with what it says.
pub struct Figure {
    /// What is chosen by it, where there are several.
    pub name: String,
    /// As SVG.
    pub svg: String,
    /// Below it: how to read it, unit and source.
    pub caption: String,
    /// Its figures, in the order of its horizontal axis.
    pub data: Option<Grid>,
    /// Its file among the charts of the run; none where it is on the page alone.
    pub file: Option<String>,
}

/// A table.
pub struct Grid {
    /// What it is, for who cannot see it.
    pub caption: String,
    pub header: Vec<String>,
    /// The columns of figures, which stand to the right.
    pub numbers: Range<usize>,
    pub rows: Vec<Vec<Cell>>,
    /// Whether it is long enough to be sorted and searched.
    pub long: bool,
}

/// A cell of a table.
#[derive(Clone, Default)]
pub struct Cell {
    pub text: String,
    /// The interval of a figure, behind it; on a line of its own where there is little room.
    pub range: Option<String>,
    /// By what it is sorted, where its text does not say.
    pub key: Option<f64>,
    /// Whether it is a name as a file or a command has it.
    pub code: bool,
    /// Whether it calls for attention: what has no source, an interval that cannot be trusted.
    pub weak: bool,
    /// Numbers of notes below.
    pub notes: Vec<usize>,
    /// A correlation, which is drawn too.
    pub drawn: Option<Estimate>,
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        Cell { text: text.into(), ..Cell::default() }
    }

    pub fn code(text: impl Into<String>) -> Cell {
        Cell { code: true, ..Cell::text(text) }
    }

    /// A figure: its words, and by what it is sorted.
    pub fn figure(text: impl Into<String>, key: f64) -> Cell {
        Cell { key: Some(key), ..Cell::text(text) }
    }

    pub fn weak(self, weak: bool) -> Cell {
        Cell { weak, ..self }
    }
}

impl Grid {
    /// An empty table; the columns `numbers` are set to the right.
    pub fn new(caption: impl Into<String>, header: &[&str], numbers: Range<usize>) -> Grid {
        let header = header.iter().map(|h| (*h).to_owned()).collect();
        Grid { caption: caption.into(), header, numbers, rows: Vec::new(), long: false }
    }

    pub fn add(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }
}

/// "640 billion to 680 billion yen", with a word where it rests on too few trials.
pub fn interval(e: &Estimate, say: &dyn Fn(f64) -> String, language: Language) -> Cell {
    if e.low.is_nan() || e.high.is_nan() {
        return Cell::text(language.pick("too few trials", "試行数不足")).weak(true);
    }
    let (low, high) = (say(e.low), say(e.high));
    let text = range(&low, &high, language);
    let flag = if e.reliable { "" } else { language.pick(" (too few trials)", "（試行数不足）") };
    Cell::figure(text + flag, e.low).weak(!e.reliable)
}

/// "1.2 to 5.4 months": a unit that both ends share is said once.
pub fn range(low: &str, high: &str, language: Language) -> String {
    if low == high {
        return low.to_owned();
    }
    let to = language.pick(" to ", "〜");
    let split = |text: &str| {
        let end = text.rfind(|c: char| c.is_ascii_digit()).map_or(text.len(), |i| i + 1);
        (text[..end].to_owned(), text[end..].to_owned())
    };
    let ((number, unit), (_, other)) = (split(low), split(high));
    if unit == other && !unit.is_empty() { format!("{number}{to}{high}") } else { format!("{low}{to}{high}") }
}
