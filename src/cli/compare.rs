//! `shortfall compare`: scenarios, measures and options side by side, paired trial by trial.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use serde_json::{Map, Value, json};

use super::args::{Compare, Format, Results};
use super::files::{Disk, Folder};
use super::input::{self, Input, Wrong};
use super::progress::StudyLine;
use super::simulation::{self, interrupt, quoted, width};
use super::{Context, Failure, json_text, print, remark};
use crate::model::Model;
use crate::outcome::{self, Provenance};
use crate::plan::Plan;
use crate::quantity::words::{self, Language};
use crate::report::{self, Style};
use crate::scenario::{Files, Node, nearest};
use crate::study::{self, Alternative, Asked, Comparison, Points, Side, Variant};

/// The most changes of which all combinations are made.
const MOST: usize = 6;

/// A change of the base.
struct Change {
    /// "without state-stockpile", "caremag".
    name: String,
    overlay: Option<PathBuf>,
    setting: Option<String>,
}

/// Runs the command.
pub fn compare(arguments: &Compare, context: &Context) -> Result<(), Failure> {
    let base = input::read(&arguments.files[0], &arguments.sampled.settings(), context)?;
    let changes = changes(arguments, &base)?;
    let asked = asked(arguments, &base)?;
    let (alternatives, texts) = alternatives(arguments, &base, &changes, context)?;
    let trials = base.model.trials;
    simulation::fits_in_memory(trials, 3 * (asked.len() + 2))?;
    let provenance = provenance(arguments, &base, texts);
    let folder = match arguments.results {
        Results::None => None,
        _ => Some(arguments.target.claim("compare", &base, &provenance)?),
    };
    let pool = arguments.sampled.pool()?;
    let stop = interrupt();
    let line = StudyLine::new(trials * alternatives.len() as u64, alternatives.len(), context);
    let mut done = 0;
    let found = study::compare(&alternatives, asked, trials, (&pool, &stop), |n| {
        done += n;
        line.advance(n, (done / trials.max(1)) as usize);
    });
    line.clear();
    let Some(found) = found else {
        return Err(Failure::Paused("interrupted; nothing is known before all sides are run".to_owned()));
    };
    let done = Done { base, found, provenance };
    let written = folder.as_ref().map(|folder| done.write(folder, arguments.results, &stop));
    done.say(arguments, context, folder.as_ref().filter(|_| matches!(written, Some(Ok(_)))))?;
    match written.transpose()?.unwrap_or_default() {
        left if left.is_empty() => Ok(()),
        left => Err(Failure::Unwritten(left)),
    }
}

/// What is changed of the base; all mistakes at once.
fn changes(arguments: &Compare, base: &Input) -> Result<Vec<Change>, Failure> {
    let mut wrong = Vec::new();
    let mut changes = Vec::new();
    let written =
        |name: &str| base.document.root.table().and_then(|t| t.get("options")?.table()?.get(name)).is_some();
    let names: Vec<&str> = base
        .document
        .root
        .table()
        .and_then(|t| t.get("options").and_then(Node::table))
        .map(|options| options.entries.keys().map(String::as_str).collect())
        .unwrap_or_default();
    let mut option = |text: &String, enabled: bool, flag: &str| {
        let name = text.strip_prefix("options.").unwrap_or(text);
        let acts = base.model.options.iter().any(|o| o.name == name);
        if !written(name) {
            let help = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `options.{near}`?"),
                None if names.is_empty() => "the scenario has no options".to_owned(),
                None => format!("there are: {}", names.join(", ")),
            };
            wrong.push(format!("{flag}: there is no option `{name}`; {help}"));
        } else if acts == enabled {
            let (state, other) = if enabled { ("enabled", "--without") } else { ("not enabled", "--with") };
            wrong.push(format!("{flag}: `options.{name}` is {state} already; did you mean {other}?"));
        } else {
            let word = if enabled { "with" } else { "without" };
            changes.push(Change {
                name: format!("{word} {name}"),
                overlay: None,
                setting: Some(format!("options.{}.enabled={enabled}", crate::scenario::key(name))),
            });
        }
    };
    arguments.without.iter().for_each(|text| option(text, false, "--without"));
    arguments.with.iter().for_each(|text| option(text, true, "--with"));
    let mut unread = Vec::new();
    for path in &arguments.measure {
        if let Err(why) = Disk.read(path) {
            unread.push(format!("`{}` cannot be read: {why}", path.display()));
        }
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        changes.push(Change { name, overlay: Some(path.clone()), setting: None });
    }
    if arguments.subsets && changes.len() > MOST {
        wrong.push(format!(
            "--subsets makes all combinations of up to {MOST} changes, and {} are named",
            changes.len()
        ));
    }
    if arguments.subsets && changes.is_empty() && wrong.is_empty() {
        wrong.push(
            "--subsets needs changes to combine: --measure FILE, --without or --with options.NAME".to_owned(),
        );
    }
    if changes.is_empty() && arguments.files.len() < 2 && wrong.is_empty() {
        wrong.push(
            "nothing to compare it with: name a second FILE, --measure FILE, --without or --with options.NAME".to_owned(),
        );
    }
    match (wrong.is_empty(), unread.is_empty()) {
        (false, _) => {
            Err(Failure::Usage(wrong.into_iter().chain(unread).collect::<Vec<_>>().join("\nerror: ")))
        }
        (true, false) => Err(Failure::File(unread.join("\nerror: "))),
        (true, true) => Ok(changes),
    }
}

/// The figures that are compared.
fn asked(arguments: &Compare, base: &Input) -> Result<Vec<Asked>, Failure> {
    let metrics = outcome::metrics(&base.model, &Plan::new(&base.model, base.model.seed).columns);
    if arguments.metric.is_empty() {
        return Ok(study::usual(&metrics));
    }
    let parsed = arguments.metric.iter().map(|text| Asked::parse(text, &metrics, &base.model));
    let (asked, wrong): (Vec<_>, Vec<_>) = parsed.partition(Result::is_ok);
    let wrong: Vec<String> = wrong.into_iter().filter_map(Result::err).collect();
    if wrong.is_empty() {
        Ok(asked.into_iter().flatten().collect())
    } else {
        Err(Failure::Usage(wrong.join("\nerror: ")))
    }
}

/// The base, the other files, and the base with its changes: each alone, or in all combinations. With them the resolved
/// scenarios of all but the base.
fn alternatives(
    arguments: &Compare,
    base: &Input,
    changes: &[Change],
    context: &Context,
) -> Result<(Vec<Alternative>, Vec<String>), Failure> {
    let plan = |model: &Model| Plan::new(model, base.model.seed);
    let own = Variant { plan: plan(&base.model), model: base.model.clone() };
    let mut all = vec![Alternative { name: base.stem.clone(), variant: own }];
    let mut texts = Vec::new();
    let mut failed = None;
    for file in &arguments.files[1..] {
        // Its own seed and number of trials would tear the pairs apart.
        match input::load(file, &arguments.sampled.settings()) {
            Ok(other) if other.model.currency != base.model.currency => {
                let why = format!(
                    "`{}` counts in {}, `{}` in {}: they cannot be compared",
                    other.file, other.model.currency, base.file, base.model.currency
                );
                return Err(Failure::Usage(why));
            }
            Ok(other) => {
                if other.model.horizon != base.model.horizon && !context.quiet {
                    remark(&format!("caution: {} has another horizon than {}\n", other.file, base.file));
                }
                texts.push(other.document.to_toml());
                let variant = Variant { plan: plan(&other.model), model: other.model };
                all.push(Alternative { name: other.stem, variant });
            }
            Err(Wrong::Failure(failure)) => {
                failure.complain();
                failed.get_or_insert(Failure::Told);
            }
            Err(Wrong::Mistakes(sources, mistakes)) => {
                input::show(file, &sources, &mistakes, context);
                failed = Some(Failure::Scenario);
            }
        }
    }
    let sets: Vec<Vec<usize>> = if arguments.subsets {
        let mut sets: Vec<Vec<usize>> = (1..1usize << changes.len())
            .map(|bits| (0..changes.len()).filter(|c| bits >> c & 1 == 1).collect())
            .collect();
        sets.sort_by_key(Vec::len);
        sets
    } else {
        (0..changes.len()).map(|c| vec![c]).collect()
    };
    for set in sets {
        let own = || set.iter().map(|&c| &changes[c]);
        let name = own().map(|c| c.name.as_str()).collect::<Vec<_>>().join(" + ");
        let overlays: Vec<PathBuf> = own().filter_map(|c| c.overlay.clone()).collect();
        let settings: Vec<String> = own().filter_map(|c| c.setting.clone()).collect();
        let settings = ("--with/--without", &settings[..]);
        match Variant::new(&base.document, &overlays, settings, &Disk) {
            Ok(Variant { model, .. }) => {
                let document = base.document.with(&overlays, settings, &Disk);
                texts.extend(document.map(|document| document.to_toml()));
                all.push(Alternative { name, variant: Variant { plan: plan(&model), model } });
            }
            Err((sources, mistakes)) => {
                input::show(&name, &sources, &mistakes, context);
                failed = Some(Failure::Scenario);
            }
        }
    }
    let mut names: Vec<&str> = all.iter().map(|a| a.name.as_str()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Failure::Usage(format!(
            "two alternatives are called `{}`; rename one of the files",
            twice[0]
        )));
    }
    failed.map_or(Ok((all, texts)), Err)
}

/// Where it all comes from: every side has its say in the fingerprint.
fn provenance(arguments: &Compare, base: &Input, texts: Vec<String>) -> Provenance {
    let model = &base.model;
    let mut words: Vec<String> = Vec::new();
    let name = |path: &Path| quoted(&path.file_name().unwrap_or_default().to_string_lossy());
    words.extend(arguments.files[1..].iter().map(|file| name(Path::new(file))));
    words.extend(arguments.without.iter().map(|text| format!("--without {}", quoted(text))));
    words.extend(arguments.with.iter().map(|text| format!("--with {}", quoted(text))));
    words.extend(arguments.measure.iter().map(|path| format!("--measure {}", name(path))));
    words.extend(arguments.metric.iter().map(|text| format!("--metric {}", quoted(text))));
    words.extend(arguments.subsets.then(|| "--subsets".to_owned()));
    let mut settings: Vec<String> = words.iter().map(|word| format!("compare {word}")).collect();
    // A file of the same name may say something else tomorrow.
    settings.extend(texts);
    let mut command = arguments.sampled.command("compare", base);
    command.extend(words);
    command.push(format!("--trials {} --seed {}", model.trials, model.seed));
    let resolved = base.document.to_toml();
    Provenance::new(&model.name, &resolved, model.seed, model.trials, &settings, command.join(" "))
}

/// A comparison that has been made.
struct Done {
    base: Input,
    found: Comparison,
    provenance: Provenance,
}

impl Done {
    fn write(&self, folder: &Folder, results: Results, stop: &AtomicBool) -> Result<Vec<String>, Failure> {
        let (model, found) = (&self.base.model, &self.found);
        let mut files = folder.open(stop)?;
        files.text("scenario.toml", &self.base.document.to_toml())?;
        if results == Results::All {
            files.pieces("design.parquet", points(model, found).table(&self.provenance).parquet())?;
            files.text("comparison.md", &report::comparison_page(model, found, &self.provenance))?;
            for (name, svg) in report::comparison_charts(model, found, &self.provenance, Language::English) {
                files.text(&format!("charts/{name}"), &svg)?;
            }
        }
        files.text("summary.json", &self.summary())?;
        Ok(files.close())
    }

    fn say(&self, arguments: &Compare, context: &Context, folder: Option<&Folder>) -> Result<(), Failure> {
        let told = report::comparison(&self.base.model, &self.found);
        match arguments.format {
            Format::Text => {
                let style = Style { width: width(), colour: context.colour_out };
                print(&told.terminal(&self.provenance, style))?;
            }
            Format::Markdown => {
                print(&report::comparison_page(&self.base.model, &self.found, &self.provenance))?;
            }
            Format::Json => print(&self.summary())?,
        }
        if let (Some(folder), false) = (folder, context.quiet) {
            remark(&format!("results in {}\n", folder.path().display()));
        }
        Ok(())
    }

    fn summary(&self) -> String {
        let found = &self.found;
        let mut top = match serde_json::to_value(&self.provenance) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        };
        let alternatives: Vec<Value> =
            found.sides.iter().map(|side| alternative(side, &found.figures)).collect();
        top.insert("run_fingerprint".to_owned(), json!(self.base.fingerprint()));
        top.insert("currency".to_owned(), json!(self.base.model.currency));
        top.insert("alternatives".to_owned(), alternatives.into());
        json_text(&Value::Object(top))
    }
}

fn alternative(side: &Side, asked: &[Asked]) -> Value {
    let figures: Map<String, Value> = asked
        .iter()
        .zip(&side.figures)
        .map(|(asked, (value, apart))| {
            let unit = words::unit(&asked.unit);
            (asked.text.clone(), json!({ "unit": unit, "value": value, "against_base": apart }))
        })
        .collect();
    let worth = side.worth.as_ref().map(|w| {
        json!({
            "loss_avoided": w.avoided,
            "tail_avoided": w.tail,
            "cost": w.cost,
            "avoided_per_cost": w.ratio,
            "pays": w.pays,
            "net": w.net,
        })
    });
    json!({
        "name": side.name,
        "loss": side.loss,
        "tail": side.tail,
        "cost": side.cost,
        "efficient": side.efficient,
        "worth": worth,
        "figures": figures,
    })
}

/// `design.parquet`: a row an alternative.
fn points(model: &Model, found: &Comparison) -> Points {
    let mut points = Points::default();
    let currency = model.currency.as_str();
    let sides = &found.sides;
    points.texts("alternative", "its name; the base first", sides.iter().map(|s| s.name.clone()).collect());
    let own =
        |of: fn(&Side) -> crate::statistics::Estimate| sides.iter().map(|s| Some(of(s))).collect::<Vec<_>>();
    points.estimates("loss", currency, "expected loss, without what options cost", &own(|s| s.loss));
    points.estimates("tail", currency, "expected shortfall (CVaR95) of the loss", &own(|s| s.tail));
    points.estimates("cost", currency, "expected cost of options", &own(|s| s.cost));
    points.flags(
        "efficient",
        "whether it is on the efficient frontier",
        sides.iter().map(|s| s.efficient).collect(),
    );
    let worth = |of: fn(&study::Worth) -> Option<crate::statistics::Estimate>| {
        sides.iter().map(|s| s.worth.as_ref().and_then(of)).collect::<Vec<_>>()
    };
    points.estimates("loss_avoided", currency, "against the base", &worth(|w| Some(w.avoided.difference)));
    points.estimates("tail_avoided", currency, "against the base", &worth(|w| Some(w.tail.difference)));
    points.estimates("cost_added", currency, "against the base", &worth(|w| Some(w.cost.difference)));
    points.estimates("avoided_per_cost", "multiple", "loss avoided per cost added", &worth(|w| w.ratio));
    points.estimates(
        "pays",
        "share",
        "trials in which the loss avoided exceeds the cost",
        &worth(|w| Some(w.pays)),
    );
    for (f, asked) in found.figures.iter().enumerate() {
        let values: Vec<_> = sides.iter().map(|s| s.figures[f].0).collect();
        points.estimates(&asked.text, words::unit(&asked.unit), "estimate", &values);
    }
    points
}
