//! `shortfall report`: charts and page of a run drawn again from what it has kept; and what `run` and `report` write and
//! print alike.

use std::fs::File;
use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::args::{Changes, Format, Report};
use super::files::{Disk, Folder, Writing, plainly};
use super::input::{self, Input};
use super::simulation::width;
use super::with::{self, Study};
use super::{Context, Failure, json_text, print, remark};
use crate::chart;
use crate::model::Model;
use crate::outcome::{self, Caution, Choice, Given, Known, Outcome, Provenance};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::quantity::words::Language;
use crate::report::{self, Pictured, Style};
use crate::scenario::Files;
use crate::story;

/// Runs the command: every folder is done, and what went wrong with one is told at once.
pub fn report(arguments: &Report, context: &Context) -> Result<(), Failure> {
    let pool = Pool::new(usize::from(arguments.threads)).map_err(Failure::Usage)?;
    let studies = with::read(&arguments.with, context)?;
    let mut failed = Ok(());
    for folder in &arguments.folders {
        if let Err(failure) = again(folder, arguments, &studies, &pool, context) {
            failure.complain();
            failed = match (failed, failure) {
                (Err(Failure::Scenario), _) | (_, Failure::Scenario) => Err(Failure::Scenario),
                _ => Err(Failure::Told),
            };
        }
    }
    failed
}

/// Draws one run again.
fn again(
    path: &Path,
    arguments: &Report,
    studies: &[Study],
    pool: &Pool,
    context: &Context,
) -> Result<(), Failure> {
    let known = known(path)?;
    let input = scenario(path, &known, context)?;
    let model = &input.model;
    let mut plan = Plan::new(model, model.seed);
    choice(path, &known)?.apply(&mut plan, model.seed, model.trials, pool);
    let metrics = outcome::metrics(model, &plan.columns);
    let condition = known.given.as_ref().map(|text| Given::parse(text, &metrics, model).map(|g| (text, g)));
    let condition = condition.transpose().map_err(|why| damaged(path, "summary.json", &why))?;
    let given = condition.as_ref().map(|(_, given)| given);
    let studies = studies.iter().map(|study| study.of(path, &input, &plan, &metrics));
    let studies = studies.collect::<Result<Vec<_>, _>>()?;

    let (trials, of) = outcome::read_trials(open(path, "trials.parquet")?, &plan, &metrics)
        .map_err(|why| damaged(path, "trials.parquet", &why))?;
    same(path, "trials.parquet", &of, &known)?;
    let (timeline, of) = outcome::read_timeline(open(path, "timeline.parquet")?, model, &plan)
        .map_err(|why| damaged(path, "timeline.parquet", &why))?;
    same(path, "timeline.parquet", &of, &known)?;
    let stories = story::read(&text(path, "stories.json")?, model, &metrics)
        .map_err(|why| damaged(path, "stories.json", &why))?;

    let outcome = Outcome::new(metrics, &trials, condition.as_ref().map(|(t, g)| (t.as_str(), g)), pool);
    let drivers = outcome::drivers(model, &plan, &trials, &outcome, given, pool);
    let language = arguments.lang.language();
    let settling = outcome::settling(&trials, &outcome, given, pool);
    let mut charts = report::readable_charts(&Pictured {
        model,
        outcome: &outcome,
        timeline: &timeline,
        convergence: &settling,
        provenance: &known.provenance,
        language,
    });
    charts.extend(report::study_charts(model, &studies, language));
    let page = report::Report {
        model,
        outcome: &outcome,
        timeline: &timeline,
        drivers: &drivers,
        stories: &stories,
        studies: &studies,
        charts: &charts,
        provenance: &known.provenance,
        cautions: &known.cautions,
        language,
    };
    let (folder, never) = (Folder::of(path, &known.provenance.fingerprint), AtomicBool::new(false));
    let mut files = folder.open(&never)?;
    write(&mut files, &page, arguments.png, pool)?;
    // Not closed as a whole, which would take out the results themselves.
    files.close_charts();
    say(arguments.format, model, &outcome, &known.provenance, &known.cautions, language, (context, pool))?;
    if !context.quiet {
        remark(&format!("report in {}\n", path.join("report.html").display()));
    }
    Ok(())
}

/// What the folder says of its run; a run that is not there as a whole is refused.
fn known(path: &Path) -> Result<Known, Failure> {
    let refuse = |why: String| Err(Failure::File(format!("`{}` {why}", path.display())));
    if !path.is_dir() {
        return refuse("is no folder; name one that `shortfall run` has written".to_owned());
    }
    if !path.join("summary.json").exists() {
        return refuse("holds no run: there is no summary.json in it".to_owned());
    }
    let summary = text(path, "summary.json")?;
    if outcome::is_exact(&summary) {
        return refuse(
            "holds an exact answer, which has no trials to draw; run it without --exact".to_owned(),
        );
    }
    let known = outcome::read_summary(&summary).map_err(|why| damaged(path, "summary.json", &why))?;
    let Provenance { version, command, trials, .. } = &known.provenance;
    let own = env!("CARGO_PKG_VERSION");
    if version != own {
        return refuse(format!(
            "was written by version {version}, and this is {own}: run it again\n{command}"
        ));
    }
    if known.done < *trials {
        return refuse(format!(
            "is of a run that was stopped after {} of {trials} trials, without timeline and stories: run it again\n{command}",
            known.done
        ));
    }
    let missing: Vec<&str> = ["trials.parquet", "timeline.parquet", "stories.json"]
        .into_iter()
        .filter(|name| !path.join(name).exists())
        .collect();
    match missing.len() {
        0 => Ok(known),
        3 => refuse(format!(
            "holds only the summary of a run: {} are missing; run it again with --results all\n{command}",
            missing.join(", ")
        )),
        _ => refuse(format!("is not whole: {} is missing; run it again\n{command}", missing.join(" and "))),
    }
}

/// The scenario that was run.
fn scenario(path: &Path, known: &Known, context: &Context) -> Result<Input, Failure> {
    let file = path.join("scenario.toml");
    let resolved = text(path, "scenario.toml")?;
    let input = input::read(&file.display().to_string(), &Changes::default(), context)?;
    let given = known.given.iter().map(|given| format!("given {given}"));
    let settings: Vec<String> = given.chain(known.until.iter().cloned()).collect();
    let (model, of) = (&input.model, &known.provenance);
    let own = Provenance::new(&model.name, &resolved, model.seed, model.trials, &settings, String::new())
        .sampled(choice(path, known)?);
    if own.fingerprint != of.fingerprint {
        return Err(Failure::File(format!(
            "`{}` is not what was run: it has another fingerprint than summary.json; run it again\n{}",
            file.display(),
            of.command
        )));
    }
    Ok(input)
}

/// How its trials were chosen.
fn choice(path: &Path, known: &Known) -> Result<Choice, Failure> {
    let name = &known.provenance.sampling;
    let unknown = || damaged(path, "summary.json", &format!("`{name}` is no sampling that is known here"));
    Choice::parse(name).ok_or_else(unknown)
}

fn same(path: &Path, name: &str, of: &Provenance, known: &Known) -> Result<(), Failure> {
    if of.fingerprint == known.provenance.fingerprint {
        return Ok(());
    }
    let why = "it is of another run than summary.json: their fingerprints differ";
    Err(damaged(path, name, why))
}

fn damaged(path: &Path, name: &str, why: &str) -> Failure {
    Failure::File(format!("`{}` cannot be read: {why}", path.join(name).display()))
}

fn open(path: &Path, name: &str) -> Result<File, Failure> {
    File::open(path.join(name)).map_err(|error| damaged(path, name, &plainly(&error)))
}

fn text(path: &Path, name: &str) -> Result<String, Failure> {
    Disk.read(&path.join(name)).map_err(|why| damaged(path, name, &why))
}

/// Writes charts and page; with `png` the charts as PNG too.
pub fn write(files: &mut Writing, page: &report::Report, png: bool, pool: &Pool) -> Result<(), Failure> {
    for (name, svg) in page.charts {
        files.text(&format!("charts/{name}"), &report::plain(svg))?;
    }
    if png {
        for ((name, _), png) in page.charts.iter().zip(pool.map(page.charts, |(_, svg)| chart::png(svg))) {
            files.bytes(&format!("charts/{}.png", name.trim_end_matches(".svg")), &png)?;
        }
    }
    files.text("report.html", &page.html())?;
    files.text("report.md", &page.markdown())
}

/// Prints the summary.
pub fn say(
    format: Format,
    model: &Model,
    outcome: &Outcome,
    provenance: &Provenance,
    cautions: &[Caution],
    language: Language,
    (context, pool): (&Context, &Pool),
) -> Result<(), Failure> {
    match format {
        Format::Text => {
            let style = Style { width: width(), colour: context.colour_out };
            print(&report::terminal(model, outcome, provenance, cautions, style, language))
        }
        Format::Markdown => print(&report::markdown(model, outcome, provenance, cautions, language)),
        Format::Json => print(&json_text(&outcome::summary(outcome, provenance, cautions, pool))),
    }
}
