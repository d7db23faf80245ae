//! A study told: a sentence with the answer, tables, what to beware of; for a terminal or as Markdown.

use super::sheet::Sheet;
use super::text::{Style, wrap};
use crate::outcome::Provenance;
use crate::quantity::words::Language;

/// What a study has to say.
pub struct Told {
    /// What it is called.
    pub title: String,
    /// The answer, in a paragraph each.
    pub answer: Vec<String>,
    /// Tables, each under a line of its own that may be empty.
    pub sheets: Vec<(String, Sheet)>,
    /// What to know of the tables, and to beware of.
    pub notes: Vec<String>,
    /// What was run: "50,000 trials of each of 40 points".
    pub run: String,
}

impl Told {
    /// For a terminal.
    pub fn terminal(&self, provenance: &Provenance, style: Style) -> String {
        let (bold, dim, plain) = if style.colour { ("\x1b[1m", "\x1b[2m", "\x1b[0m") } else { ("", "", "") };
        let width = style.width.min(100);
        let mut out = format!("{bold}{}{plain}\n", self.title);
        for paragraph in &self.answer {
            out.push_str(&format!("\n{}\n", wrap(paragraph, width)));
        }
        for (heading, sheet) in self.sheets.iter().filter(|(_, sheet)| !sheet.is_empty()) {
            out.push('\n');
            if !heading.is_empty() {
                out.push_str(&format!("{dim}{heading}{plain}\n"));
            }
            out.push_str(&format!("{}\n", sheet.boxed(style.width)));
        }
        for note in &self.notes {
            out.push_str(&format!("\n{}\n", wrap(note, width)));
        }
        let fingerprint = &provenance.fingerprint[..8];
        out.push_str(&format!(
            "\n{dim}{}, seed {}; fingerprint {fingerprint}{plain}\n",
            self.run, provenance.seed
        ));
        out
    }

    /// For a pull request or a note.
    pub fn markdown(&self, provenance: &Provenance) -> String {
        let mut out = format!("# {}\n", self.title);
        for paragraph in &self.answer {
            out.push_str(&format!("\n{paragraph}\n"));
        }
        for (heading, sheet) in self.sheets.iter().filter(|(_, sheet)| !sheet.is_empty()) {
            if !heading.is_empty() {
                out.push_str(&format!("\n**{heading}**\n"));
            }
            out.push_str(&format!("\n{}", sheet.markdown()));
        }
        for note in &self.notes {
            out.push_str(&format!("\n{note}\n"));
        }
        out.push_str(&format!(
            "\n{}, seed {}, version {}, fingerprint `{}`. Run again with:\n\n```\n{}\n```\n",
            self.run,
            provenance.seed,
            provenance.version,
            &provenance.fingerprint[..16],
            provenance.command
        ));
        out
    }
}

/// "1 trial", "2,000 trials".
pub fn trials(n: u64, language: Language) -> String {
    let count = language.count(n as f64);
    match language {
        Language::English if n == 1 => "1 trial".to_owned(),
        Language::English => format!("{count} trials"),
        Language::Japanese => format!("{count}回の試行"),
    }
}
