//! Holds the code to the table of floors in ARCHITECTURE.md, and to what that page says is deliberately absent.

#![allow(clippy::unwrap_used, reason = "all of this is a test")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A row of the table.
#[derive(Debug)]
struct Module {
    floor: usize,
    name: String,
    packages: BTreeSet<String>,
}

/// Words that stand in some modules alone (true) or in all but some (false).
const ABSENCES: [(&[&str], bool, &[&str]); 5] = [
    (
        &["std::fs", "std::env", "std::io", "std::net", "std::process", "std::time", "::now(", "std::{"],
        true,
        &["cli"],
    ),
    (&["println!", "eprintln!", "print!", "eprint!", "dbg!", "process::exit"], true, &["cli"]),
    (
        &["philox4x32", "RandomState", "DefaultHasher", "getrandom", "thread_rng", "rand::rng"],
        true,
        &["random"],
    ),
    (
        &["std::thread", "thread_local!", "Mutex", "RwLock", "mpsc", "par_iter", "into_par_iter"],
        true,
        &["parallel"],
    ),
    (&["crate::engine", "crate::plan", "crate::parallel", "crate::random"], false, &["chart", "report"]),
];
const NEVER_FAILS: [&str; 7] =
    ["Result<", "panic!", "unreachable!", "todo!", "unimplemented!", ".unwrap()", ".expect("];
const NO_NAMES: [&str; 6] = ["String", "str", "\"", "words", "Measure", "Dimension"];

fn table(page: &str) -> Vec<Module> {
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>();
    let row = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let floor = cells.get(1)?.parse().ok()?;
        let packages = names(cells[4]).iter().map(|p| p.replace('-', "_")).collect();
        Some(Module { floor, name: names(cells[2]).pop()?, packages })
    };
    page.lines().filter_map(row).collect()
}

/// What stands after each `word` in the code, where it is a word of its own.
fn after<'c>(code: &'c str, word: &str) -> Vec<&'c str> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let open = |side: Option<char>, of: Option<char>| !(of.is_some_and(part) && side.is_some_and(part));
    code.match_indices(word)
        .filter(|(at, _)| {
            let (before, behind) = (&code[..*at], &code[at + word.len()..]);
            open(before.chars().next_back(), word.chars().next())
                && open(behind.chars().next(), word.chars().next_back())
        })
        .map(|(at, _)| &code[at + word.len()..])
        .collect()
}

/// The code without comments and without its tests, which stand last.
fn code(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap();
    code.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

/// The packages that the code names: in a path, or in a `use` of the package as a whole.
fn named(code: &str, packages: &BTreeSet<String>) -> BTreeSet<String> {
    let path = |p: &&String| {
        let rest = after(code, p);
        let used =
            after(code, &format!("use {p}")).iter().any(|r| r.starts_with(';') || r.starts_with(" as "));
        used || rest.iter().any(|r| r.starts_with("::"))
    };
    packages.iter().filter(path).cloned().collect()
}

/// How one file of `module` offends.
fn offences(
    ladder: &[Module],
    packages: &BTreeSet<String>,
    module: &Module,
    file: &str,
    text: &str,
) -> Vec<String> {
    let code = code(text);
    let mut offences = Vec::new();
    let mut offend = |what: String| offences.push(format!("{file}: {what}"));
    for rest in after(&code, "crate::") {
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let target = ladder.iter().find(|m| m.name == name);
        match target {
            Some(target) if target.floor < module.floor || target.name == module.name => {}
            Some(_) => offend(format!("`{name}` is not below `{}`", module.name)),
            None => offend(format!("`crate::{name}` is no module of the table; write a `use` for each")),
        }
    }
    if file.ends_with(&format!("{}/mod.rs", module.name)) && code.contains("super::") {
        offend("`super` is the root of the crate here; write `crate`".to_owned());
    }
    for package in named(&code, packages).difference(&module.packages) {
        offend(format!("`{package}` may not be named in `{}`", module.name));
    }
    let never = [(&NEVER_FAILS[..], false, &["plan", "engine"][..]), (&NO_NAMES, false, &["engine"])];
    for (words, only, modules) in ABSENCES.iter().chain(&never) {
        if modules.contains(&module.name.as_str()) != *only {
            let found = words.iter().filter(|w| !after(&code, w).is_empty());
            found.for_each(|word| offend(format!("`{word}` has no place in `{}`", module.name)));
        }
    }
    offences
}

/// Every file of a module, by its path.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else if entry.extension().is_some_and(|e| e == "rs") && !entry.ends_with("tests.rs") {
            found.push((entry.to_str().unwrap().to_owned(), fs::read_to_string(&entry).unwrap()));
        }
    }
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn ladder() -> Vec<Module> {
    table(&fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap())
}

fn packages() -> BTreeSet<String> {
    let manifest: toml::Table = fs::read_to_string(root().join("Cargo.toml")).unwrap().parse().unwrap();
    manifest["dependencies"].as_table().unwrap().keys().map(|name| name.replace('-', "_")).collect()
}

#[test]
fn the_table_and_the_crate_list_the_same_modules_in_the_same_order() {
    let ladder = ladder();
    let library = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let listed: Vec<&str> =
        library.lines().filter_map(|l| l.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert_eq!(ladder.iter().map(|m| m.name.as_str()).collect::<Vec<_>>(), listed);
    assert!(ladder.iter().enumerate().all(|(i, m)| m.floor == i), "{ladder:#?}");
    assert!(!library.lines().any(|l| l.starts_with("mod ") || l.starts_with("use ")));
}

#[test]
fn no_module_reaches_up_and_packages_stay_where_they_belong() {
    let (ladder, packages) = (ladder(), packages());
    for module in &ladder {
        let files = files(&root().join("src").join(&module.name));
        assert!(!files.is_empty(), "`{}` has no files", module.name);
        let offences: Vec<String> =
            files.iter().flat_map(|(file, text)| offences(&ladder, &packages, module, file, text)).collect();
        assert!(offences.is_empty(), "\n{}", offences.join("\n"));
        let named: BTreeSet<String> =
            files.iter().flat_map(|(_, text)| named(&code(text), &packages)).collect();
        assert_eq!(named, module.packages, "left: what `{}` names; right: what the table says", module.name);
    }
    let used: BTreeSet<String> = ladder.iter().flat_map(|m| m.packages.clone()).collect();
    assert_eq!(used, packages, "left: the table; right: Cargo.toml");
    let main = fs::read_to_string(root().join("src/main.rs")).unwrap();
    assert!(code(&main).trim().lines().count() < 10, "the binary is a call of `cli` and nothing else");
}

#[test]
fn tests_stand_last() {
    for (file, text) in files(&root().join("src")) {
        if let Some((_, tests)) = text.split_once("#[cfg(test)]\n") {
            let whole = tests == "mod tests;\n"
                || tests.starts_with("mod tests {\n")
                    && tests.find("\n}").is_some_and(|at| at + 3 == tests.len());
            assert!(whole, "{file}: something stands behind the tests");
        }
    }
}

#[test]
fn every_offence_is_found() {
    let page = "| 0 | `low` | a | |\n| 1 | `mid` | b | `rayon`, `two-words` |\n| 2 | `engine` | c | |\n| 3 | `top` | d | |\n";
    let ladder = table(page);
    assert_eq!(ladder.len(), 4);
    let packages = ["rayon", "serde", "two_words"].map(str::to_owned).into();
    let found = |module: usize, text: &str| {
        offences(&ladder, &packages, &ladder[module], &format!("src/{}/mod.rs", ladder[module].name), text)
            .len()
    };
    for (module, text) in [
        (0, "use crate::mid::Thing;"),
        (0, "fn f() { crate::top::g() }"),
        (1, "use crate::{low, top};"),
        (1, "use super::low;"),
        (1, "use crate::unknown::Thing;"),
        (0, "use rayon::prelude::*;"),
        (1, "use serde as s;"),
        (1, "let x = serde::to_string(y);"),
        (0, "two_words::call();"),
        (1, "use std::fs;"),
        (1, "let now = Timestamp::now();"),
        (1, "fn f() { println!() }"),
        (1, "std::thread::spawn(f);"),
        (1, "let s = RandomState::new();"),
        (2, "fn f() -> Result<(), Error> {}"),
        (2, "x.unwrap();"),
        (2, "name: &str,"),
        (2, "let x = \"\";"),
        (1, "// fine\nuse crate::top::x; // not fine"),
    ] {
        assert_eq!(found(module, text), 1, "{text}");
    }
    for (module, text) in [
        (1, "use crate::low::Thing;"),
        (1, "use crate::mid::own;"),
        (1, "use rayon::prelude::*; two_words::call();"),
        (0, "my_rayon::x(); self.serde(1); // serde::y, std::fs"),
        (2, "let string = Strings; structure"),
        (0, "fn f() {}\n#[cfg(test)]\nmod tests { use crate::top::x; }"),
    ] {
        assert_eq!(found(module, text), 0, "{text}");
    }
}
