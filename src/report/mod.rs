//! A run, a scenario before it, or a record of the past, told: on the terminal, in Markdown, in charts. Nothing here
//! computes; it arranges what `outcome`, `model` and `history` hold.

mod base_rates;
mod charts;
mod comparison;
mod contents;
mod exact;
mod page;
mod sensitivity;
mod sheet;
mod solution;
mod story;
mod study;
mod study_charts;
mod table;
mod text;
mod told;
mod verification;

pub use base_rates::base_rate;
pub use charts::{Pictured, charts, plain, readable_charts};
pub use comparison::{comparison, comparison_charts, comparison_page};
pub use contents::{Page, SECTIONS, contents, others};
pub use exact::Exactly;
pub use page::{Report, study_charts};
pub use sensitivity::{sensitivity, sensitivity_chart};
pub use solution::{Answer, looked, solution, solution_markdown};
pub use story::{Sentences, sentences, story_markdown, story_terminal, trial_chart};
pub use study::{sweep, sweep_markdown};
pub use study_charts::{Level, sweep_charts};
pub use text::{Style, headline, markdown, terminal};
pub use told::Told;
pub use verification::{Held, verification, verification_markdown};
