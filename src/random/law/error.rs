//! What is wrong with the parameters of a law.

use std::borrow::Cow;
use std::fmt;

/// No law has such parameters. The message says in a lower-case fragment what is wrong and what would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LawError(Cow<'static, str>);

impl LawError {
    pub(super) fn new(message: impl Into<Cow<'static, str>>) -> Self {
        LawError(message.into())
    }
}

impl fmt::Display for LawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LawError {}

/// An error with this message unless the condition, which no NaN fulfils, holds.
pub(super) fn require(condition: bool, message: &'static str) -> Result<(), LawError> {
    if condition { Ok(()) } else { Err(LawError::new(message)) }
}

/// An error that names the first parameter that is infinite or not a number.
pub(super) fn require_finite(parameters: &[(&str, f64)]) -> Result<(), LawError> {
    match parameters.iter().find(|(_, value)| !value.is_finite()) {
        Some((name, _)) => Err(LawError::new(format!("{name} must be a finite number"))),
        None => Ok(()),
    }
}
