//! From the command line to a model: reading, changing, judging; and `shortfall check`.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::args::{Changes, Check, Plain};
use super::files::{Disk, decoded, plainly};
use super::{Context, Failure, json_text, print, remark};
use crate::model::{self, Model};
use crate::outcome::{self, Query};
use crate::plan::Plan;
use crate::quantity::Dimension;
use crate::scenario::{self, Diagnostic, Document, Files, Place, Request, Severity, Sources};

/// A scenario that was read and is right.
pub struct Input {
    /// As written.
    pub document: Document,
    /// As meant.
    pub model: Model,
    /// What to beware of.
    pub cautions: Vec<Diagnostic>,
    /// The name of its file without folder; `-` for standard input.
    pub file: String,
    /// The name of its file without folder and ending, or of the scenario if it came from standard input.
    pub stem: String,
}

/// What went wrong on the way to a model.
pub(super) enum Wrong {
    Failure(Failure),
    Mistakes(Sources, Vec<Diagnostic>),
}

/// Reads a scenario; its mistakes are shown on standard error.
pub fn read(file: &str, changes: &Changes, context: &Context) -> Result<Input, Failure> {
    match load(file, changes) {
        Ok(input) => Ok(input),
        Err(Wrong::Failure(failure)) => Err(failure),
        Err(Wrong::Mistakes(sources, mistakes)) => {
            show(file, &sources, &mistakes, context);
            Err(Failure::Scenario)
        }
    }
}

/// Shows the mistakes of a file on standard error.
pub(super) fn show(file: &str, sources: &Sources, mistakes: &[Diagnostic], context: &Context) {
    remark(&sources.render(mistakes, context.colour_err));
    remark(&format!("{}\n", verdict(file, mistakes)));
}

pub(super) fn load(file: &str, changes: &Changes) -> Result<Input, Wrong> {
    let (name, text) = text(file).map_err(Wrong::Failure)?;
    for overlay in &changes.overlay {
        if let Err(why) = Disk.read(overlay) {
            let message = format!("`{}` cannot be read: {why}", overlay.display());
            return Err(Wrong::Failure(Failure::File(message)));
        }
    }
    let request = Request { name, text, overlays: changes.overlay.clone(), settings: changes.set.clone() };
    let document = scenario::load(&request, &Disk).map_err(|(s, d)| Wrong::Mistakes(s, d))?;
    let mistakes = |mut mistakes: Vec<Diagnostic>| {
        document.add_paths(&mut mistakes);
        Wrong::Mistakes(document.sources.clone(), mistakes)
    };
    let (model, mut cautions) = model::read(&document).map_err(mistakes)?;
    document.add_paths(&mut cautions);
    let unknown = unknown_metrics(&model);
    if !unknown.is_empty() {
        return Err(mistakes(unknown));
    }
    let stem = match file {
        "-" => slug(&model.name),
        _ => Path::new(&request.name)
            .file_stem()
            .map_or_else(|| slug(&model.name), |s| s.to_string_lossy().into_owned()),
    };
    let file = match (file, Path::new(&request.name).file_name()) {
        ("-", _) | (_, None) => "-".to_owned(),
        (_, Some(name)) => name.to_string_lossy().into_owned(),
    };
    Ok(Input { document, model, cautions, file, stem })
}

/// Expectations of something that no run tells, or in a unit that it does not have.
fn unknown_metrics(model: &Model) -> Vec<Diagnostic> {
    if model.expectations.is_empty() {
        return Vec::new();
    }
    let metrics = outcome::metrics(model, &Plan::new(model, model.seed).columns);
    let judge = |e: &model::Expectation| {
        let query = match Query::parse(&e.metric, &metrics, model) {
            Ok(query) => query,
            Err(why) => return Some(Diagnostic::error(e.place, why)),
        };
        let wanted = query.unit(&metrics[query.metric].unit).dimension();
        // A bare number is in base units.
        (e.dimension != wanted && e.dimension != Dimension::PURE).then(|| {
            let message = format!("`{}` is {wanted}, and is held against {}", e.metric, e.dimension);
            Diagnostic::error(e.place, message).help("give the figure in the unit of its metric")
        })
    };
    model.expectations.iter().filter_map(judge).collect()
}

/// The text of a scenario and the name by which messages call it. A name without its `.toml` will do.
pub fn text(file: &str) -> Result<(String, String), Failure> {
    if file == "-" {
        let mut bytes = Vec::new();
        let read = std::io::stdin().read_to_end(&mut bytes).map_err(|error| plainly(&error));
        return match read.and_then(|_| decoded(bytes)) {
            Ok(text) => Ok(("<stdin>".to_owned(), text)),
            Err(why) => Err(Failure::File(format!("standard input cannot be read: {why}"))),
        };
    }
    let given = PathBuf::from(file);
    let with_ending = PathBuf::from(format!("{file}.toml"));
    let path = if !given.exists() && with_ending.exists() { with_ending } else { given };
    match Disk.read(&path) {
        Ok(text) => Ok((path.display().to_string(), text)),
        Err(why) => Err(Failure::File(format!("`{file}` cannot be read: {why}"))),
    }
}

/// A name as a folder: lower-case letters, digits and hyphens.
fn slug(name: &str) -> String {
    let words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    if words.is_empty() { "scenario".to_owned() } else { words.join("-") }
}

/// "3 errors and 1 caution in x.toml".
fn verdict(file: &str, diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let cautions = diagnostics.len() - errors;
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let parts = match (errors, cautions) {
        (0, 0) => "no mistakes".to_owned(),
        (0, c) => count(c, "caution"),
        (e, 0) => count(e, "error"),
        (e, c) => format!("{} and {}", count(e, "error"), count(c, "caution")),
    };
    format!("{file}: {parts}")
}

/// `shortfall check`: every file, every mistake.
pub fn check(arguments: &Check, context: &Context) -> Result<(), Failure> {
    let (mut wrong, mut unread) = (false, false);
    let mut all = Vec::new();
    for file in &arguments.files {
        let (sources, diagnostics, model) = match load(file, &arguments.changes) {
            Ok(input) => (input.document.sources, input.cautions, Some(input.model)),
            Err(Wrong::Mistakes(sources, diagnostics)) => (sources, diagnostics, None),
            Err(Wrong::Failure(failure)) => {
                unread = true;
                match (arguments.format, failure) {
                    (Plain::Json, Failure::File(why)) => {
                        // A file that cannot be read has no text to point into.
                        let mut nowhere = Diagnostic::error(Place { source: 0, start: 0, end: 0 }, why);
                        nowhere.place = None;
                        all.extend(entries(file, &Sources::default(), &[nowhere]));
                    }
                    (_, failure) => failure.complain(),
                }
                continue;
            }
        };
        wrong |= model.is_none();
        match arguments.format {
            Plain::Json => all.extend(entries(file, &sources, &diagnostics)),
            Plain::Text => {
                let mut text = sources.render(&diagnostics, context.colour_out);
                text.push_str(&verdict(file, &diagnostics));
                if let Some(model) = &model {
                    text.push_str(&format!("; {}", contents(model)));
                }
                text.push('\n');
                print(&text)?;
            }
        }
    }
    if arguments.format == Plain::Json {
        print(&json_text(&all))?;
    }
    match (wrong, unread) {
        (true, _) => Err(Failure::Scenario),
        (false, true) => Err(Failure::Told),
        (false, false) => Ok(()),
    }
}

/// The diagnostics of one scenario, each with the name by which the command line called it.
fn entries(file: &str, sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<serde_json::Value> {
    let serde_json::Value::Array(mut entries) = sources.to_json(diagnostics) else { return Vec::new() };
    for entry in &mut entries {
        entry["scenario"] = serde_json::json!(file);
        if entry["file"].is_null() {
            entry["file"] = serde_json::json!(file);
        }
    }
    entries
}

/// What a scenario has, in a line.
fn contents(model: &Model) -> String {
    let count = |n: usize, one: &str, many: &str| format!("{n} {}", if n == 1 { one } else { many });
    [
        count(model.materials.len(), "material", "materials"),
        count(model.sectors.len(), "sector", "sectors"),
        count(model.controls.len(), "control", "controls"),
        count(model.options.len(), "option", "options"),
        count(model.factors.len(), "uncertain entry", "uncertain entries"),
        count(model.steps(), "step", "steps"),
    ]
    .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_folders() {
        assert_eq!(slug("Japan: rare earths, 2026"), "japan-rare-earths-2026");
        assert_eq!(slug("  /../ "), "scenario");
        assert_eq!(slug("日本"), "日本");
    }
}
