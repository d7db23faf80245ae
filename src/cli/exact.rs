//! `shortfall run --exact`: all that can happen in a small scenario, with its probability, in place of trials.

use std::path::PathBuf;

use super::args::{Format, Results, Run};
use super::files::Folder;
use super::input::{self, Input};
use super::run::{Questions, missed, number, on_scenario, questions};
use super::simulation::{self, interrupt, quoted, width};
use super::{Context, Failure, json_text, print, remark};
use crate::outcome::{self, Given, Provenance, Query, Refusal};
use crate::plan::Plan;
use crate::report::{self, Style};

/// Runs the command.
pub fn exact(arguments: &Run, context: &Context) -> Result<(), Failure> {
    let input = input::read(&arguments.file, &arguments.sampled.changes, context)?;
    let plan = Plan::new(&input.model, input.model.seed);
    let metrics = outcome::metrics(&input.model, &plan.columns);
    let questions = questions(arguments, &metrics, &input)?;
    let given = acting(&questions)?;
    let provenance = provenance(arguments, &input, given);
    let pool = arguments.sampled.pool()?;
    let stop = interrupt();
    let answer = outcome::exact(&input.model, &plan, &pool, &stop).map_err(|refusal| match refusal {
        Refusal::Stopped => Failure::Paused("interrupted; nothing is known yet".to_owned()),
        _ => Failure::Usage(refusal.to_string()),
    })?;
    let answer = if given {
        let never =
            || Failure::Usage("no control ever acts, so nothing can be said given that one does".to_owned());
        answer.given_any_control().ok_or_else(never)?
    } else {
        answer
    };
    // Only where there is an answer.
    let folder = match arguments.results {
        Some(Results::None) => None,
        _ => Some(claim(arguments, &input, &provenance)?),
    };
    let cautions = on_scenario(&input, None);
    let summary = answer.summary(&provenance, &cautions, &pool);
    if let Some(folder) = &folder {
        let mut files = folder.open(&stop)?;
        files.text("scenario.toml", &input.document.to_toml())?;
        files.text("summary.json", &json_text(&summary))?;
        files.close();
    }
    let value = |query: &Query| answer.estimate(query).map_or(f64::NAN, |e| e.value);
    let language = arguments.lang.language();
    if questions.print.is_empty() {
        let told = report::Exactly {
            model: &input.model,
            exact: &answer,
            provenance: &provenance,
            cautions: &cautions,
        };
        match arguments.format {
            Format::Text => {
                let style = Style { width: width(), colour: context.colour_out };
                print(&told.terminal(style, language))?;
            }
            Format::Markdown => print(&told.markdown(language))?,
            Format::Json => print(&json_text(&summary))?,
        }
    } else {
        print(&questions.print.iter().map(|q| format!("{}\n", number(value(q)))).collect::<String>())?;
    }
    if !context.quiet {
        if !questions.print.is_empty() {
            let told = outcome::told(&cautions, language);
            told.iter().for_each(|caution| remark(&format!("caution: {caution}\n")));
        } else if let Some(folder) = &folder {
            remark(&format!("results in {}\n", folder.path().display()));
        }
    }
    match missed(&questions.require, &metrics, value) {
        missed if missed.is_empty() => Ok(()),
        missed => Err(Failure::Requirement(missed)),
    }
}

/// Whether it is all on the condition that some control acts; any other one is refused.
fn acting(questions: &Questions) -> Result<bool, Failure> {
    match &questions.given {
        None => Ok(false),
        Some((_, Given::AnyControl)) => Ok(true),
        Some((text, _)) => Err(Failure::Usage(format!(
            "--exact knows no condition but --given 'any control'; leave out --exact, or --given '{text}'"
        ))),
    }
}

fn provenance(arguments: &Run, input: &Input, given: bool) -> Provenance {
    let mut command = arguments.sampled.command("run", input);
    command.push("--exact".to_owned());
    let condition = given.then_some("any control");
    if let Some(condition) = condition {
        command.extend(["--given".to_owned(), quoted(condition)]);
    }
    let provenance = simulation::provenance(input, condition, &["exact".to_owned()], &command);
    Provenance { sampling: "exact".to_owned(), ..provenance }
}

/// The folder asked for, or output/SCENARIO/exact.
fn claim(arguments: &Run, input: &Input, provenance: &Provenance) -> Result<Folder, Failure> {
    let default = || PathBuf::from("output").join(&input.stem).join("exact");
    let wanted = arguments.target.out.clone().unwrap_or_else(default);
    Folder::claim(&wanted, &provenance.fingerprint, arguments.target.force)
}
