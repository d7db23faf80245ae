//! How the texts of files are had.

use std::path::Path;

/// How the texts of files are had: from the disk, or from wherever a program keeps them.
pub trait Files {
    /// The text of the file at `path`, or in words why there is none.
    fn read(&self, path: &Path) -> Result<String, String>;
}

/// No files: for a scenario whose text stands alone.
#[derive(Clone, Copy, Debug)]
pub struct NoFiles;

impl Files for NoFiles {
    fn read(&self, path: &Path) -> Result<String, String> {
        Err(format!("`{}` is not here: this text stands alone", path.display()))
    }
}
