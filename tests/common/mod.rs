//! What several test programs need.

#![allow(dead_code, reason = "each of them takes what it needs")]

use std::path::Path;

use shortfall::model::{self, Model};
use shortfall::scenario::{self, Files, Request};

/// The disk.
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<String, String> {
        std::fs::read_to_string(path).map_err(|e| e.to_string())
    }
}

/// The model of a file with some settings; it must be right.
pub fn model_with(file: &str, settings: &[&str]) -> Model {
    model_of(file, &Disk.read(Path::new(file)).unwrap(), settings)
}

/// The model of a text that goes by the name of `file`.
pub fn model_of(file: &str, text: &str, settings: &[&str]) -> Model {
    let settings = settings.iter().map(|s| (*s).to_owned()).collect();
    let request = Request { name: file.to_owned(), text: text.to_owned(), overlays: Vec::new(), settings };
    let document = scenario::load(&request, &Disk)
        .unwrap_or_else(|(sources, mistakes)| panic!("{}", sources.render(&mistakes, false)));
    model::read(&document)
        .unwrap_or_else(|mistakes| panic!("{}", document.sources.render(&mistakes, false)))
        .0
}
