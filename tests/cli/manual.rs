//! What editors, shells and `man` are told: schema, completions, manual pages.

use super::{Place, repository};

#[test]
fn the_schema_is_the_shipped_one() {
    let printed = Place::empty().run(&["schema"]).out();
    assert_eq!(printed, std::fs::read_to_string(repository("scenarios/schema.json")).unwrap());
}

#[test]
fn a_starter_names_the_schema_that_lies_beside_it() {
    let place = Place::new();
    let text = place.read("case.toml");
    let named = text.lines().next().unwrap().strip_prefix("#:schema ").unwrap();
    let schema = place.run(&["schema"]).out();
    assert_eq!(place.read(named), schema);
    place.write(named, "of an older version");
    let second = place.run(&["new", "second"]);
    assert!(second.err.contains("renew it: shortfall schema > shortfall.schema.json"), "{second:?}");
    assert_eq!(place.read(named), "of an older version");
    place.run(&["new", "second", "--force"]).out();
    assert_eq!(place.read(named), schema);
    let third = place.run(&["new", "third"]);
    assert!(!third.err.contains("renew"), "{third:?}");
}

#[test]
fn every_shell_has_its_completions() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = Place::empty().run(&["completions", shell]).out();
        for word in ["shortfall", "completions", "overlay"] {
            assert!(script.contains(word), "{shell}: no {word}");
        }
    }
    Place::empty().run(&["completions", "cmd"]).fails(2, &["bash", "powershell"]);
}

#[test]
fn every_command_has_its_page() {
    let place = Place::empty();
    assert!(place.run(&["man", "--out", "pages"]).err.contains("man pages/shortfall.1"));
    let pages = place.names("pages");
    let help = place.run(&["--help"]).out();
    let commands =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let commands: Vec<&str> = commands
        .filter_map(|line| line.strip_prefix("  ").filter(|l| !l.starts_with(' '))?.split_whitespace().next())
        .filter(|command| *command != "help")
        .collect();
    assert!(commands.contains(&"run") && commands.len() >= 7, "{help}");
    assert_eq!(pages.len(), commands.len() + 1);
    for command in commands {
        let page = place.read(&format!("pages/shortfall-{command}.1"));
        assert!(
            page.contains(".SH SYNOPSIS")
                && page.contains(&format!("shortfall {}", command.replace('-', "\\-"))),
            "{page}"
        );
        assert_eq!(page, place.run(&["man", command]).out());
    }
    assert_eq!(place.read("pages/shortfall.1"), place.run(&["man"]).out());
    place.run(&["man", "runn"]).fails(2, &["there is no command `runn`", "did you mean `run`?"]);
}
