//! How the texts of files are had.

use std::path::Path;
use std::{fs, io};

/// How the texts of files are had: from the disk, or from wherever a program keeps them.
pub trait Files {
    /// The text of the file at `path`, or in words why there is none.
    fn read(&self, path: &Path) -> Result<String, String>;
}

/// The files of the disk.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> Result<String, String> {
        decoded(fs::read(path).map_err(|error| plainly(&error))?)
    }
}

/// No files: for a scenario whose text stands alone.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, path: &Path) -> Result<String, String> {
        Err(format!("`{}` is not here: this text stands alone", path.display()))
    }
}

/// The text in a file's bytes.
///
/// # Errors
///
/// Says in words that it is no UTF-8.
pub fn decoded(bytes: Vec<u8>) -> Result<String, String> {
    let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8 text".to_owned())?;
    // Editors on Windows put a mark at the start that is no part of the text.
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// An error of the system in its own words, without its number.
pub fn plainly(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
