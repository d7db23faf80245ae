//! The scenario as written: texts, places, the tree they make together, and the mistakes found in them.
//!
//! Nothing here knows what a key means; that is `model`.

mod diagnostic;
mod files;
mod format;
mod json;
mod load;
mod merge;
mod path;
mod samples;
mod syntax;
mod tree;
mod write;

pub use diagnostic::{Diagnostic, Place, Severity, Sources};
pub use files::{Files, NoFiles};
pub use format::format;
pub use load::{Document, Request, is_overlay, load, split_setting};
pub use merge::{LAWS, is_date, is_remark};
pub use path::nearest;
pub use tree::{Entry, Node, Table, Value, entry_name, parse};
pub use write::{inline, key, quoted};
