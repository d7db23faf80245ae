//! What is asked of a study of sensitivity, read before anything is run.

use crate::cli::args::{Method, Sensitivity};
use crate::cli::files::Disk;
use crate::cli::input::{self, Input};
use crate::cli::simulation::quoted;
use crate::cli::{Context, Failure};
use crate::outcome::{Given, Metric, Provenance, Query};
use crate::plan::Plan;
use crate::study::sensitivity::{self as study, Decides, Group, Source, Target};
use crate::study::{Range, Response, Values, Variant, Variation};

/// Flags that a method has no use for: who gives one expects something of it.
pub fn misplaced(arguments: &Sensitivity) -> Vec<String> {
    let method = arguments.method;
    let flags = [
        ("--range", arguments.range.is_empty(), &[Method::Tornado][..], "tornado"),
        ("--group", arguments.group.is_empty(), &[Method::Sobol, Method::Morris], "sobol and morris"),
        ("--given", arguments.given.is_none(), &[Method::Rank], "rank"),
        ("--above", arguments.above.is_none(), &[Method::Discover], "discover"),
    ];
    let wrong = flags.into_iter().filter(|(_, none, methods, _)| !none && !methods.contains(&method));
    wrong.map(|(flag, _, _, named)| format!("{flag} is for --method {named}")).collect()
}

/// The figure that is looked at.
pub fn target(
    arguments: &Sensitivity,
    input: &Input,
    metrics: &[Metric],
    wrong: &mut Vec<String>,
) -> Option<Target> {
    let query = match Query::parse(&arguments.metric, metrics, &input.model) {
        Ok(query) => query,
        Err(why) => {
            wrong.push(why);
            return None;
        }
    };
    // Refused before hours of simulation rather than after them.
    if let Err(why) = Response::new(&query, &[0.0]) {
        wrong.push(format!("`{}`: {why}", arguments.metric));
    }
    let metric = metrics[query.metric].clone();
    Some(Target {
        text: arguments.metric.trim().to_owned(),
        unit: query.unit(&metric.unit).clone(),
        query,
        metric,
        trials: input.model.trials,
    })
}

/// The factors of a method: as named, or each source alone. Screening moves what is drawn once a trial.
pub fn groups(arguments: &Sensitivity, sources: &[Source], plan: &Plan) -> Result<Vec<Group>, Vec<String>> {
    let named = study::named(&arguments.group, sources, plan)?;
    let all = if named.is_empty() { study::single(sources, plan) } else { named };
    let once = |group: &Group| group.members.iter().all(|&m| sources[m].decides == Decides::Entry);
    let wanted: Vec<Group> = match (arguments.method, arguments.group.is_empty()) {
        (Method::Morris, true) => all.into_iter().filter(once).collect(),
        (Method::Morris, false) => {
            let other = |g: &Group| {
                format!("`{}` has what is drawn at events; morris moves what is drawn once", g.name)
            };
            let wrong: Vec<String> = all.iter().filter(|g| !once(g)).map(other).collect();
            if !wrong.is_empty() {
                return Err(wrong);
            }
            all
        }
        _ => all,
    };
    let simulates = !matches!(arguments.method, Method::Rank | Method::Discover);
    if wanted.is_empty() && simulates && arguments.range.is_empty() {
        return Err(vec![
            "nothing in this scenario is uncertain in a way that this method can look at".to_owned(),
        ]);
    }
    Ok(wanted)
}

/// The condition on the trials, or what makes a trial a case.
pub fn given(
    arguments: &Sensitivity,
    input: &Input,
    metrics: &[Metric],
    target: Option<&Target>,
    wrong: &mut Vec<String>,
) -> Option<(String, Given)> {
    let text = match arguments.method {
        Method::Discover => match (&arguments.above, target) {
            (Some(text), _) => text.clone(),
            (None, target) => format!("{} > p90", target?.metric.name),
        },
        _ => arguments.given.clone()?,
    };
    match Given::parse(&text, metrics, &input.model) {
        Ok(given) => Some((text, given)),
        Err(why) => {
            wrong.push(why);
            None
        }
    }
}

/// An entry, its ends as written, and the scenario with each.
pub type Held = (String, [String; 2], [Plan; 2]);

/// A user's range: the entry, its ends as written, and the scenario with each.
pub fn range(text: &str, input: &Input, context: &Context) -> Result<Result<Held, String>, Failure> {
    let variation = match Variation::parse(text) {
        Ok(variation) => variation,
        Err(why) => return Ok(Err(why)),
    };
    let Values::Range(range @ Range { count: None, log: false, .. }) = &variation.values else {
        return Ok(Err(format!("`{text}` is not a range of two ends; write PATH=LO..HI")));
    };
    let ends = [range.say(range.from), range.say(range.to)];
    let mut plans = Vec::new();
    for end in &ends {
        let settings = variation.settings(end);
        match Variant::new(&input.document, &[], ("--range", &settings), &Disk) {
            Ok(variant) => plans.push(variant.plan),
            Err((sources, mistakes)) => {
                input::show(&input.file, &sources, &mistakes, context);
                return Err(Failure::Scenario);
            }
        }
    }
    match <[Plan; 2]>::try_from(plans) {
        Ok(plans) => Ok(Ok((variation.path, ends, plans))),
        Err(_) => Ok(Err(format!("`{text}` has no two ends"))),
    }
}

/// Where the results come from.
pub fn provenance(arguments: &Sensitivity, input: &Input, given: Option<&(String, Given)>) -> Provenance {
    let model = &input.model;
    let mut words = vec![
        format!("--method {}", arguments.method.name()),
        format!("--metric {}", quoted(&arguments.metric)),
    ];
    for (flag, texts) in [("--range", &arguments.range), ("--group", &arguments.group)] {
        words.extend(texts.iter().map(|text| format!("{flag} {}", quoted(text))));
    }
    if let Some((text, _)) = given {
        let flag = if arguments.method == Method::Discover { "--above" } else { "--given" };
        words.push(format!("{flag} {}", quoted(text)));
    }
    let settings: Vec<String> = words.iter().map(|word| format!("sensitivity {word}")).collect();
    let mut command = arguments.sampled.command("sensitivity", input);
    command.extend(words);
    command.push(format!("--trials {} --seed {}", model.trials, model.seed));
    let resolved = input.document.to_toml();
    Provenance::new(&model.name, &resolved, model.seed, model.trials, &settings, command.join(" "))
}
