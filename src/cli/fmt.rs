//! `shortfall fmt`: scenario files in one shape, written in place or compared with what they are.

use std::fs;
use std::path::Path;

use similar::{ChangeTag, TextDiff};

use super::args::Fmt;
use super::files::{plainly, replace};
use super::input::text;
use super::{Context, Failure, print, remark};
use crate::scenario;

/// Runs the command.
pub fn fmt(arguments: &Fmt, context: &Context) -> Result<(), Failure> {
    let (mut wrong, mut told) = (false, false);
    let mut unshaped = Vec::new();
    for file in &arguments.files {
        let (name, text) = match text(file) {
            Ok(read) => read,
            Err(failure) => {
                failure.complain();
                told = true;
                continue;
            }
        };
        let shaped = match scenario::format(&name, &text) {
            Ok(shaped) => shaped,
            Err((sources, mistakes)) => {
                remark(&sources.render(&mistakes, context.colour_err));
                remark(&format!("{file}: left as it is\n"));
                wrong = true;
                continue;
            }
        };
        if arguments.check {
            if shaped != text {
                print(&difference(&name, &text, &shaped, context.colour_out))?;
                unshaped.push(file.as_str());
            }
        } else if file == "-" {
            print(&shaped)?;
        } else if shaped != text {
            if let Err(failure) = write(Path::new(&name), &shaped) {
                failure.complain();
                told = true;
                continue;
            }
            if !context.quiet {
                remark(&format!("{name}: rewritten\n"));
            }
        }
    }
    match (wrong, told) {
        (true, _) => Err(Failure::Scenario),
        (_, true) => Err(Failure::Told),
        _ if unshaped.is_empty() => Ok(()),
        _ => Err(Failure::Requirement(vec![format!(
            "not in shape: {}; `shortfall fmt` without --check rewrites",
            unshaped.join(", ")
        )])),
    }
}

/// Puts a text in a file's place, through links and with the file's permissions.
fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |why: &str| Failure::File(format!("`{}` cannot be written: {why}", path.display()));
    let real = fs::canonicalize(path).map_err(|e| failed(&plainly(&e)))?;
    let permissions = fs::metadata(&real).map_err(|e| failed(&plainly(&e)))?.permissions();
    if permissions.readonly() {
        return Err(failed("it is read-only"));
    }
    replace(&real, text, Some(permissions)).map_err(|e| failed(&plainly(&e)))
}

/// What would change, as `diff -u` shows it.
fn difference(name: &str, before: &str, after: &str, colour: bool) -> String {
    let diff = TextDiff::from_lines(before, after);
    let mut out = format!("--- {name}\n+++ {name} in shape\n");
    for hunk in diff.unified_diff().iter_hunks() {
        out.push_str(&format!("{}\n", hunk.header()));
        for change in hunk.iter_changes() {
            let (sign, paint) = match change.tag() {
                ChangeTag::Delete => ('-', "\u{1b}[31m"),
                ChangeTag::Insert => ('+', "\u{1b}[32m"),
                ChangeTag::Equal => (' ', ""),
            };
            let line = change.value().trim_end_matches(['\n', '\r']);
            let (on, off) = if colour && !paint.is_empty() { (paint, "\u{1b}[0m") } else { ("", "") };
            out.push_str(&format!("{on}{sign}{line}{off}\n"));
        }
    }
    out
}
