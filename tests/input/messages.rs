//! Each file of tests/broken has one mistake; beside it stands, to the letter, what `shortfall check` says of it.
//!
//! Those that begin with `caution-` run, and are told of something to look at.
//!
//! A first comment `# shortfall check ARGUMENTS` gives further arguments. `SHORTFALL_RENEW=1` writes the messages anew,
//! to be read before they are committed.

use std::path::{Path, PathBuf};
use std::process::Command;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/broken")
}

/// What the command prints, on standard output and then on standard error, and its exit code.
fn check(file: &str, arguments: &[String]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_shortfall"))
        .args(["check", file])
        .args(arguments)
        .current_dir(folder())
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    (text.concat(), output.status.code().unwrap())
}

/// The arguments in the comment at a file's start, as a shell would split them.
fn arguments(text: &str) -> Vec<String> {
    let line = text.lines().find_map(|line| line.strip_prefix("# shortfall check "));
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.unwrap_or("").chars() {
        match c {
            '\'' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.into_iter().filter(|word| !word.is_empty()).collect()
}

fn names() -> Vec<String> {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let scenarios = files.filter(|path| path.extension().is_some_and(|end| end == "toml"));
    let mut names: Vec<_> =
        scenarios.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect();
    names.retain(|name| name != "base");
    names.sort();
    names
}

#[test]
fn what_they_break_is_right() {
    let (text, code) = check("base.toml", &[]);
    assert!(code == 0 && text.starts_with("base.toml: no mistakes;"), "{text}");
}

#[test]
fn every_mistake_has_its_message() {
    let renew = std::env::var_os("SHORTFALL_RENEW").is_some();
    let mut wrong = Vec::new();
    for name in names() {
        let file = format!("{name}.toml");
        let bytes = std::fs::read(folder().join(&file)).unwrap();
        let (text, code) = check(&file, &arguments(&String::from_utf8_lossy(&bytes)));
        let expected = folder().join(format!("{name}.txt"));
        if renew {
            std::fs::write(&expected, &text).unwrap();
        }
        let caution = name.starts_with("caution-");
        let told_once = text.matches("error: ").count() == usize::from(!caution)
            && text.matches("caution[").count() == usize::from(caution);
        let unread = code == 4 && text.lines().count() == 1;
        let counted = code == 3 && text.ends_with(&format!("\n{file}: 1 error\n"));
        let cautioned = caution && code == 0 && text.contains(&format!("\n{file}: 1 caution; "));
        if !told_once
            || !(unread || counted || cautioned)
            || std::fs::read_to_string(&expected).ok() != Some(text.clone())
        {
            wrong.push(format!("{name} (exit code {code})\n{text}"));
        }
    }
    assert!(wrong.is_empty(), "{} of these are told otherwise:\n\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn no_message_is_left_without_its_mistake() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let messages = files.filter(|path| path.extension().is_some_and(|end| end == "txt"));
    for message in messages {
        assert!(message.with_extension("toml").exists(), "{}", message.display());
    }
    assert!(names().len() >= 80);
}
