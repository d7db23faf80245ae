//! Past restrictions as a record of how often such things come and how long they last: from a table to base rates, and
//! to entries of a scenario. What it computes with is `statistics::survival`.

mod entries;
mod estimate;
mod group;
mod table;

pub use entries::entries;
pub use estimate::{BaseRate, Duration, estimate};
pub use group::{AtRisk, By, Group, groups};
pub use table::{Restriction, Table, Window, day_alone, read};
