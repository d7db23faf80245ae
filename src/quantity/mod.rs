//! Quantities and the words for them.

pub mod words;
