//! What a run says: its metrics by name, their statistics, what to beware of, and where it all comes from.

mod caution;
mod convergence;
mod drivers;
mod exact;
mod finding;
mod kept;
mod met;
mod metric;
mod pilot;
mod provenance;
mod query;
mod scheme;
mod summary;
mod table;
mod tables;
mod timeline;
mod trials;
mod until;

pub use caution::{Caution, cautions, told};
pub use convergence::{Settling, convergence, settling};
pub use drivers::{Driver, Drivers, MOST_RANKED, Moves, drivers};
pub use exact::{Exact, Refusal, exact};
pub use finding::{Certainty, Finding, Verdict};
pub use kept::{Known, is_exact, read_summary, read_timeline, read_trials};
pub use metric::{Metric, metrics};
pub use pilot::influence;
pub use provenance::Provenance;
pub use query::{Comparison, Given, Query, Requirement, Statistic};
pub use scheme::Scheme;
use summary::summary_top;
pub use summary::{CVAR_LEVELS, Outcome, QUANTILES, summary};
pub use table::{Column, Kind, Pieces, Table, Values};
pub use tables::{draws, timeline_table, trials_table};
pub use timeline::{MOST_TRIALS, Series, Timeline, timeline};
pub use trials::{Progress, Task, Trials, run, run_tasks};
pub use until::{Goal, Look, Stopping, until};
