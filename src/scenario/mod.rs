//! The scenario as written: texts, places, the tree they make together, and the mistakes found in them.
//!
//! Nothing here knows what a key means; that is `model`.

mod diagnostic;
mod load;
mod path;
mod tree;

pub use diagnostic::{Diagnostic, Place, Severity, Sources};
pub use load::{Document, Files, LAWS, Request, load};
pub use path::nearest;
pub use tree::{Entry, Node, Table, Value, entry_name};
