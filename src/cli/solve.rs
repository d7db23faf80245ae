//! `shortfall solve`: where a figure meets a target.

use super::args::Solve;
use super::{Context, Failure};

/// Runs the command.
pub fn solve(arguments: &Solve, context: &Context) -> Result<(), Failure> {
    let _ = (arguments, context);
    Ok(())
}
