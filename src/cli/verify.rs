//! `shortfall verify`: published figures against simulated ones.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::args::{Format, Verify};
use super::input::{self, Input, Wrong};
use super::search::{self, Found};
use super::{Context, Failure, json_text, print, remark, simulation};
use crate::outcome::{self, Certainty, Finding, Query, Verdict};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::quantity::words;
use crate::report::{self, Held, Style};
use crate::statistics::Sample;

/// What came of all files.
#[derive(Default)]
struct Tally {
    held: Vec<Held>,
    /// Scenarios that state no published figure.
    silent: Vec<String>,
    /// Files that are wrong, and files that could not be read.
    wrong: Vec<String>,
    unread: Vec<String>,
}

/// Runs the command.
pub fn verify(arguments: &Verify, context: &Context) -> Result<(), Failure> {
    let mut found = Found::default();
    for argument in &arguments.files {
        search::scenarios(argument, &mut found)?;
    }
    let changes = arguments.sampled.settings();
    let pool = arguments.sampled.pool()?;
    let stop = simulation::interrupt();
    let mut tally = Tally::default();
    for file in &found.scenarios {
        match input::load(file, &changes) {
            Ok(input) if input.model.expectations.is_empty() => tally.silent.push(file.clone()),
            Ok(input) => {
                let findings = findings(&input, &pool, &stop, context)?;
                tally.held.extend(findings.into_iter().map(|finding| Held { file: file.clone(), finding }));
            }
            Err(Wrong::Mistakes(sources, mistakes)) => {
                input::show(file, &sources, &mistakes, context);
                tally.wrong.push(file.clone());
            }
            Err(Wrong::Failure(failure)) => {
                failure.complain();
                tally.unread.push(file.clone());
            }
        }
        if stop.load(Ordering::Relaxed) {
            break;
        }
    }
    say(arguments, context, &tally, &found)?;
    match () {
        () if stop.load(Ordering::Relaxed) => Err(Failure::Interrupted),
        () if !tally.wrong.is_empty() => Err(Failure::Scenario),
        () if !tally.unread.is_empty() => Err(Failure::Told),
        () => match missed(&tally.held) {
            missed if missed.is_empty() => Ok(()),
            missed => Err(Failure::Requirement(missed)),
        },
    }
}

/// Simulates a scenario and holds its published figures against the outcome; none of them where it is interrupted.
fn findings(
    input: &Input,
    pool: &Pool,
    stop: &AtomicBool,
    context: &Context,
) -> Result<Vec<Finding>, Failure> {
    let model = &input.model;
    let plan = Plan::new(model, model.seed);
    let metrics = outcome::metrics(model, &plan.columns);
    simulation::fits_in_memory(model.trials, plan.columns.len())?;
    let (trials, line) = simulation::trials(model, &plan, pool, stop, context);
    line.clear();
    if (trials.count as u64) < trials.asked {
        return Ok(Vec::new());
    }
    let parsed = model.expectations.iter().map(|e| {
        // A metric that nobody knows has been told of when the file was read.
        Query::parse(&e.metric, &metrics, model).ok().map(|query| (e, query))
    });
    let asked: Vec<_> = parsed.flatten().collect();
    // Several figures of one metric share what is sorted for them.
    let mut columns: Vec<usize> = asked.iter().map(|(_, query)| metrics[query.metric].column).collect();
    columns.sort_unstable();
    columns.dedup();
    let samples: BTreeMap<usize, Sample> =
        columns.iter().copied().zip(pool.map(&columns, |&c| trials.columns[c].sample())).collect();
    let held = asked.into_iter().map(|(expectation, query)| {
        let metric = &metrics[query.metric];
        let censored = metric.censored.map(|column| trials.columns[column].sample());
        let estimate = query.estimate(&samples[&metric.column], censored.as_ref());
        let unit = query.unit(&metric.unit).clone();
        Finding::new(expectation.clone(), &query, unit, estimate, trials.count)
    });
    Ok(held.collect())
}

fn say(arguments: &Verify, context: &Context, tally: &Tally, found: &Found) -> Result<(), Failure> {
    if !context.quiet {
        let list = |files: &[String], what: &str| {
            files.iter().for_each(|file| remark(&format!("{file}: {what}\n")));
        };
        list(&found.overlays, "skipped: no scenario of its own, to be laid on others");
        list(&tally.silent, "states no expectations: nothing to hold it against");
    }
    if arguments.format == Format::Json {
        let value = json(tally, found);
        return print(&json_text(&value));
    }
    if tally.held.is_empty() && (!tally.wrong.is_empty() || !tally.unread.is_empty()) {
        return Ok(());
    }
    if tally.held.is_empty() {
        return print("No published figure to hold anything against: [[expectations]] states them.\n");
    }
    match arguments.format {
        Format::Markdown => print(&report::verification_markdown(&tally.held)),
        _ => {
            let style = Style { width: simulation::width(), colour: context.colour_out };
            print(&report::verification(&tally.held, style))
        }
    }
}

fn json(tally: &Tally, found: &Found) -> serde_json::Value {
    let of = |calibrated: bool, verdicts: &[Verdict]| {
        let held = tally.held.iter().filter(|h| h.finding.expectation.calibrated == calibrated);
        held.filter(|h| verdicts.contains(&h.finding.verdict)).count()
    };
    let count = |calibrated: bool| {
        json!({
            "met": of(calibrated, &[Verdict::Met, Verdict::MetAfterAll]),
            "known_misses": of(calibrated, &[Verdict::KnownMiss]),
            "missed": of(calibrated, &[Verdict::Missed]),
        })
    };
    json!({
        "expectations": tally.held.iter().map(entry).collect::<Vec<_>>(),
        "check": count(false),
        "calibrated": count(true),
        "without_expectations": tally.silent,
        "skipped": found.overlays,
        "wrong": tally.wrong,
        "unread": tally.unread,
    })
}

fn entry(held: &Held) -> serde_json::Value {
    let finding = &held.finding;
    let e = &finding.expectation;
    let enough = match finding.certainty {
        Certainty::Open(trials) => trials,
        _ => None,
    };
    json!({
        "file": held.file,
        "metric": e.metric,
        "role": if e.calibrated { "calibrated" } else { "check" },
        "published": e.published,
        "value": e.value,
        "low": e.low,
        "high": e.high,
        "simulated": finding.simulated,
        "trials": finding.trials,
        "verdict": finding.verdict,
        "settled": finding.certainty == Certainty::Settled,
        "trials_to_settle": enough,
        "known_miss": e.known_miss,
        "note": e.note,
        "source": e.source,
    })
}

/// What lets the command end with 5, a line each.
fn missed(held: &[Held]) -> Vec<String> {
    let told = |h: &Held| {
        let e = &h.finding.expectation;
        let found = words::figure(h.finding.simulated.value, &h.finding.unit);
        format!("{}: {} is {found}, published: {}", h.file, e.metric, e.published)
    };
    held.iter().filter(|h| h.finding.fails()).map(told).collect()
}
