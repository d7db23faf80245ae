//! The report of a run: one page that a board reads, as HTML that needs nothing else and as Markdown for a pull request.
//! What stands in it is the same in both; it is put together as data first and set afterwards.

mod assumptions;
mod block;
mod figures;
mod html;
mod impact;
mod labels;
mod markdown;
mod origin;
mod pictures;
mod studies;

use crate::model::Model;
use crate::outcome::{Caution, Drivers, Outcome, Provenance, Timeline};
use crate::quantity::words::Language;
use crate::story::Story;
use crate::study::Kept;
use block::Section;
pub use studies::study_charts;

/// All that a report tells.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// The scenario.
    pub model: &'a Model,
    /// What came out.
    pub outcome: &'a Outcome,
    /// When.
    pub timeline: &'a Timeline,
    /// What goes with the cost.
    pub drivers: &'a Drivers,
    /// Trials told, by what they stand for: `typical`, `bad`, `worst`.
    pub stories: &'a [(String, Story)],
    /// Results of studies of the same scenario, whose charts are among those of the run.
    pub studies: &'a [Kept],
    /// File name (without folder) and SVG text.
    pub charts: &'a [(String, String)],
    /// Where it comes from.
    pub provenance: &'a Provenance,
    /// What to beware of.
    pub cautions: &'a [Caution],
    /// In which language.
    pub language: Language,
}

impl Report<'_> {
    /// The sections in the order in which they are read.
    fn sections(&self) -> Vec<Section> {
        let all = [
            figures::answer(self),
            figures::headline(self),
            figures::exceedance(self),
            impact::timeline(self),
            impact::hit(self),
            impact::cost(self),
            studies::measures(self),
            assumptions::drivers(self),
            origin::stories(self),
            assumptions::table(self),
            origin::cautions(self),
            origin::provenance(self),
        ];
        all.into_iter().filter(|section| !section.blocks.is_empty()).collect()
    }

    /// One of two words, by the language.
    fn pick<'t>(&self, english: &'t str, japanese: &'t str) -> &'t str {
        self.language.pick(english, japanese)
    }

    /// `report.html`.
    pub fn html(&self) -> String {
        html::page(self)
    }

    /// `report.md`.
    pub fn markdown(&self) -> String {
        markdown::page(self)
    }
}
