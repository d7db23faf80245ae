//! A run, or a scenario before it, told: on the terminal, in Markdown, in charts. Nothing here computes; it arranges what
//! `outcome` and `model` hold.

mod charts;
mod contents;
mod sheet;
mod story;
mod table;
mod text;

pub use charts::charts;
pub use contents::{Page, SECTIONS, contents, others};
pub use story::{Sentences, sentences, story_markdown, story_terminal, trial_chart};
pub use text::{Style, headline, markdown, terminal};
