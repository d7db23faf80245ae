//! What is asked of a run, read before its first trial so that a mistake costs nothing.

use crate::cli::Failure;
use crate::cli::args::{Results, Run, chosen_words};
use crate::cli::input::Input;
use crate::cli::simulation::{self, quoted};
use crate::outcome::{Choice, Given, Goal, Metric, Provenance, Query, Requirement};

/// What is asked of the run, read before it starts so that a mistake costs nothing.
pub struct Questions {
    pub print: Vec<Query>,
    pub require: Vec<Requirement>,
    pub given: Option<(String, Given)>,
    pub goals: Vec<Goal>,
}

/// Refuses what needs the trials themselves.
pub fn countable(arguments: &Run, questions: &Questions, choice: Choice) -> Result<(), Failure> {
    let by_quantile = questions.given.as_ref().is_some_and(|(_, given)| !given.of_one());
    let wrong = [
        (arguments.png, "--png draws the charts of held ones"),
        (choice != Choice::default(), "--sampling, --nested and --rare tell errors from groups of them"),
        (!arguments.enough.until.is_empty(), "--until looks at them again and again"),
        (by_quantile, "a quantile in --given is known only after the last of them"),
    ];
    let told: Vec<&str> = wrong.into_iter().filter(|(wrong, _)| *wrong).map(|(_, why)| why).collect();
    if told.is_empty() {
        return Ok(());
    }
    let why = if arguments.sketch { "--sketch" } else { "a run of more than 16,777,216 trials" };
    Err(Failure::Usage(format!(
        "{why} counts its trials in bins and does not hold them: {}",
        told.join("; ")
    )))
}

/// Refuses --png where no chart is drawn.
pub fn only_with_charts(png: bool, results: Results) -> Result<(), Failure> {
    if png && results != Results::All {
        return Err(Failure::Usage(
            "--png draws the charts of --results all; leave out --results".to_owned(),
        ));
    }
    Ok(())
}

/// Reads them.
pub fn questions(arguments: &Run, metrics: &[Metric], input: &Input) -> Result<Questions, Failure> {
    let model = &input.model;
    let mut wrong = Vec::new();
    let mut keep = |result: Result<Query, String>| match result {
        Ok(query) => Some(query),
        Err(why) => {
            wrong.push(why);
            None
        }
    };
    let print = arguments.print.iter().filter_map(|t| keep(Query::parse(t, metrics, model))).collect();
    let mut require = Vec::new();
    for text in &arguments.require {
        match Requirement::parse(text, metrics, model) {
            Ok(requirement) => require.push(requirement),
            Err(why) => wrong.push(why),
        }
    }
    let given = match &arguments.given {
        None => None,
        Some(text) => match Given::parse(text, metrics, model) {
            Ok(given) => Some((text.clone(), given)),
            Err(why) => {
                wrong.push(why);
                None
            }
        },
    };
    let mut goals = Vec::new();
    for text in &arguments.enough.until {
        match Goal::parse(text, metrics, model) {
            Ok(goal) => goals.push(goal),
            Err(why) => wrong.push(why),
        }
    }
    if wrong.is_empty() {
        Ok(Questions { print, require, given, goals })
    } else {
        Err(Failure::Usage(wrong.join("\nerror: ")))
    }
}

pub fn provenance(arguments: &Run, input: &Input, questions: &Questions, choice: Choice) -> Provenance {
    let model = &input.model;
    let given = questions.given.as_ref().map(|(text, _)| text.as_str());
    let mut command = arguments.sampled.command("run", input);
    command.push(format!("{} --seed {}", chosen_words(choice, model.trials), model.seed));
    let mut settings = arguments.enough.words(model.trials);
    settings.extend(arguments.sketch.then(|| "--sketch".to_owned()));
    command.extend(settings.iter().cloned());
    if let Some(given) = given {
        command.extend(["--given".to_owned(), quoted(given)]);
    }
    simulation::provenance(input, given, &settings, &command).sampled(choice)
}
