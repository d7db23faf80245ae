//! A run told: on the terminal, in Markdown, in charts. Nothing here computes; it arranges what `outcome` holds.

mod charts;
mod table;
mod text;

pub use charts::charts;
pub use table::STYLE;
pub use text::{Style, headline, markdown, terminal};
