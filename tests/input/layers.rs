//! A scenario taken apart into files that extend each other is the scenario again, and a mistake points into the file
//! that made it, however the files are laid on each other.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use shortfall::model;
use shortfall::scenario::{self, Document, Files, Request};

use super::fuzz::{Dice, SCENARIOS};

struct Shelf(BTreeMap<PathBuf, String>);

impl Files for Shelf {
    fn read(&self, path: &Path) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }
}

/// How files are laid on each other.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    /// Each extends the next.
    Chain,
    /// The first extends all others, in a list.
    List,
    /// The first extends two, and both of them extend the last.
    Diamond,
    /// The first is the scenario, all others are overlays.
    Overlays,
}

/// The files of a scenario, uppermost first, and how they are laid on each other.
struct Layers {
    shape: Shape,
    files: Vec<(String, toml::Table)>,
}

impl Layers {
    /// Takes a scenario apart: each thing goes into one file, and sometimes a stale version of it into the lowest.
    fn of(text: &str, dice: &mut Dice) -> Layers {
        let whole: toml::Table = text.parse().unwrap();
        let shape = *dice.pick(&[Shape::Chain, Shape::List, Shape::Diamond, Shape::Overlays]);
        let count = if shape == Shape::Diamond { 4 } else { 2 + dice.below(4) };
        let folders = ["", "cases/", "cases/deep/"];
        let mut files: Vec<(String, toml::Table)> = (0..count)
            .map(|i| {
                // The first is where it is run; the others anywhere.
                let folder = if i == 0 { "" } else { *dice.pick(&folders) };
                (format!("{folder}layer-{i}.toml"), toml::Table::new())
            })
            .collect();
        let lowest = if shape == Shape::Overlays { 0 } else { count - 1 };
        for (section, value) in whole {
            // Expectations are not inherited, and lists without names are not merged.
            let toml::Value::Table(things) = value else {
                let top = if shape == Shape::Overlays { count - 1 } else { 0 };
                files[top].1.insert(section, value);
                continue;
            };
            for (name, thing) in things {
                let at = dice.below(count);
                if dice.below(3) == 0
                    && at != lowest
                    && let Some(stale) = stale(&thing)
                {
                    insert(&mut files[lowest].1, &section, &name, stale);
                }
                insert(&mut files[at].1, &section, &name, thing);
            }
        }
        Layers { shape, files }
    }

    /// What the file `i` extends.
    fn bases(&self, i: usize) -> Vec<usize> {
        let count = self.files.len();
        match self.shape {
            Shape::Chain => (i + 1..count).take(1).collect(),
            // A later one lies on an earlier one.
            Shape::List if i == 0 => (1..count).rev().collect(),
            Shape::Diamond if i == 0 => vec![2, 1],
            Shape::Diamond if i < 3 => vec![3],
            _ => Vec::new(),
        }
    }

    fn texts(&self) -> Vec<(PathBuf, String)> {
        let text = |i: usize| {
            let (name, table) = &self.files[i];
            let up = "../".repeat(name.matches('/').count());
            let mut bases: Vec<_> =
                self.bases(i).iter().map(|&b| format!("\"{up}{}\"", self.files[b].0)).collect();
            let extends = match bases.len() {
                0 => String::new(),
                1 => format!("extends = {}\n", bases.remove(0)),
                _ => format!("extends = [{}]\n", bases.join(", ")),
            };
            (PathBuf::from(name), extends + &table.to_string())
        };
        (0..self.files.len()).map(text).collect()
    }

    fn load(
        &self,
        texts: &[(PathBuf, String)],
    ) -> Result<Document, (scenario::Sources, Vec<scenario::Diagnostic>)> {
        let overlays = match self.shape {
            Shape::Overlays => texts[1..].iter().map(|(name, _)| name.clone()).collect(),
            _ => Vec::new(),
        };
        let request = Request {
            name: texts[0].0.to_str().unwrap().to_owned(),
            text: texts[0].1.clone(),
            overlays,
            settings: Vec::new(),
        };
        scenario::load(&request, &Shelf(texts.iter().cloned().collect()))
    }
}

fn insert(file: &mut toml::Table, section: &str, name: &str, thing: toml::Value) {
    let section = file.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
    section.as_table_mut().unwrap().insert(name.to_owned(), thing);
}

/// Another version of a value, which what is laid on top replaces as a whole.
fn stale(thing: &toml::Value) -> Option<toml::Value> {
    match thing {
        toml::Value::String(text) if !text.contains('$') => Some(toml::Value::String("1 day".to_owned())),
        toml::Value::Integer(n) => Some(toml::Value::Integer(n + 1)),
        _ => None,
    }
}

/// The text of a tree with its keys in order, so that two trees that differ in that alone are the same.
fn sorted(value: &toml::Value) -> String {
    match value {
        toml::Value::Table(table) => {
            let mut entries: Vec<_> = table.iter().map(|(k, v)| format!("{k:?}={}", sorted(v))).collect();
            entries.sort();
            format!("{{{}}}", entries.join(","))
        }
        toml::Value::Array(items) => format!("[{}]", items.iter().map(sorted).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}

#[test]
fn layers_make_the_scenario_again() {
    let mut shapes = [0; 4];
    for seed in 0..400 {
        let mut dice = Dice::new(seed);
        let text = *dice.pick(&SCENARIOS);
        let layers = Layers::of(text, &mut dice);
        shapes[layers.shape as usize] += 1;
        let texts = layers.texts();
        let document =
            layers.load(&texts).unwrap_or_else(|(s, d)| panic!("seed {seed}: {}", s.render(&d, false)));
        let resolved = document.to_toml();
        let (now, then): (toml::Table, toml::Table) = (resolved.parse().unwrap(), text.parse().unwrap());
        let (now, then) = (sorted(&now.into()), sorted(&then.into()));
        assert!(now == then, "seed {seed}, {:?}\n{texts:#?}\n{resolved}", layers.shape);
        let read = model::read(&document);
        assert!(
            read.is_ok(),
            "seed {seed}: {}",
            document.sources.render(&read.err().unwrap_or_default(), false)
        );
        let alone = Request {
            name: "alone.toml".to_owned(),
            text: resolved.clone(),
            overlays: Vec::new(),
            settings: Vec::new(),
        };
        let alone = scenario::load(&alone, &Shelf(BTreeMap::new())).unwrap();
        assert_eq!(alone.to_toml(), resolved, "seed {seed}");
    }
    assert!(shapes.iter().all(|&n| n > 60), "{shapes:?}");
}

#[test]
fn a_mistake_points_into_the_file_that_made_it() {
    for seed in 0..300 {
        let mut dice = Dice::new(seed + 1000);
        let text = *dice.pick(&SCENARIOS);
        let layers = Layers::of(text, &mut dice);
        let mut texts = layers.texts();
        let at = dice.below(texts.len());
        let mistakes = [
            ("[sectors.new]\nvalue_addde = \"1 JPY/year\"\n", "value_addde"),
            ("[options.new]\nkind = \"stokpile\"\n", "\"stokpile\""),
            ("[crises.new]\nannual_probability = \"160%\"\n", "\"160%\""),
            ("[materials.new]\ninventory = \"sixty days\"\n", "\"sixty days\""),
            ("[materials.new\n", ""),
        ];
        let (mistake, underlined) = *dice.pick(&mistakes);
        texts[at].1 = format!("{}\n{mistake}", texts[at].1);
        let (sources, diagnostics) = match layers.load(&texts) {
            Ok(document) => {
                let mut mistakes = model::read(&document).unwrap_err();
                document.add_paths(&mut mistakes);
                (document.sources, mistakes)
            }
            Err(mistakes) => mistakes,
        };
        let shown = sources.render(&diagnostics, false);
        let name = texts[at].0.to_str().unwrap();
        let found = diagnostics.iter().filter_map(|d| Some((d.place?, d))).any(|(place, d)| {
            let right_path = d.path.as_deref().is_none_or(|path| path.contains(".new"));
            sources.name(place.source) == name && sources.at(place) == underlined && right_path
        });
        assert!(found, "seed {seed}: nothing points at `{underlined}` in {name}:\n{shown}");
        let elsewhere = diagnostics.iter().filter_map(|d| d.place).any(|p| sources.name(p.source) != name);
        assert!(!elsewhere, "seed {seed}: something points elsewhere than {name}:\n{shown}");
    }
}

#[test]
fn circles_and_missing_files_are_told_where_they_are_named() {
    let load = |files: &[(&str, &str)]| {
        let request = Request {
            name: files[0].0.to_owned(),
            text: files[0].1.to_owned(),
            overlays: Vec::new(),
            settings: Vec::new(),
        };
        let shelf = Shelf(files.iter().map(|(n, t)| (PathBuf::from(n), (*t).to_owned())).collect());
        let (sources, mistakes) = scenario::load(&request, &shelf).unwrap_err();
        sources.render(&mistakes, false)
    };
    // A file may not extend itself, by whatever name.
    let own = load(&[("cases/a.toml", "extends = \"../cases/./a.toml\"\n")]);
    assert!(own.contains("in a circle: cases/a.toml -> ../cases/./a.toml"), "{own}");
    // Two mistakes in two files are both told.
    let two = load(&[
        ("a.toml", "extends = [\"b.toml\", \"c.toml\", \"none.toml\"]\n"),
        ("b.toml", "extends = \"lost.toml\"\n"),
        ("c.toml", "x = \n"),
    ]);
    for wanted in
        ["b.toml:1:11", "`lost.toml` cannot be read", "c.toml:1:1", "`x` has no value", "`none.toml` cannot"]
    {
        assert!(two.contains(wanted), "no `{wanted}` in\n{two}");
    }
}
