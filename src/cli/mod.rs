//! The command line: the only place that touches files, clock, environment and terminal, and that owns exit codes.

mod args;
mod base_rates;
mod compare;
mod exact;
mod explain;
mod files;
mod fmt;
mod foretell;
mod input;
mod manifest;
mod manual;
mod merge;
mod new;
mod progress;
mod report;
mod run;
mod search;
mod sensitivity;
mod shard;
mod show;
mod simulation;
mod solve;
mod status;
mod study;
mod submit;
mod sweep;
mod verify;
mod with;

pub use files::Disk;

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;

use args::{Arguments, Colour, Command};

/// Why a command did not succeed; each has its exit code.
#[derive(Debug)]
enum Failure {
    /// 2: the command line makes no sense.
    Usage(String),
    /// 3: the scenario is wrong. The mistakes have been shown.
    Scenario,
    /// 4: a file could not be read or written.
    File(String),
    /// 4 too, and it has been told already.
    Told,
    /// 5: all is done, but a stated requirement was missed.
    Requirement(Vec<String>),
    /// 130: interrupted; what was known has been written.
    Interrupted,
    /// 130 too: interrupted, with what is known so far in words.
    Paused(String),
    /// 130 too: interrupted while writing; these were left out, whole.
    Unwritten(Vec<String>),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Scenario => 3,
            Failure::File(_) | Failure::Told => 4,
            Failure::Requirement(_) => 5,
            Failure::Interrupted | Failure::Paused(_) | Failure::Unwritten(_) => 130,
        }
    }

    /// Tells it on standard error.
    fn complain(&self) {
        match self {
            Failure::Usage(why) | Failure::File(why) | Failure::Paused(why) => complain(why),
            Failure::Requirement(missed) => missed.iter().for_each(|why| complain(why)),
            Failure::Interrupted => complain("interrupted; the figures are those of the trials done"),
            Failure::Unwritten(left) => {
                complain(&format!("interrupted while writing; left out: {}", left.join(", ")));
            }
            Failure::Scenario | Failure::Told => {}
        }
    }
}

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // A panic is a fault of the program, not of its user: it says so and has an exit code of its own.
    match std::panic::catch_unwind(|| dispatch(&arguments)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(failure)) => {
            failure.complain();
            ExitCode::from(failure.code())
        }
        Err(_) => {
            complain(
                "this is a fault of shortfall itself; please report it with the scenario and the command",
            );
            ExitCode::from(1)
        }
    }
}

fn dispatch(arguments: &Arguments) -> Result<(), Failure> {
    let colour = |terminal: bool| match arguments.color {
        Colour::Always => true,
        Colour::Never => false,
        Colour::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty()),
    };
    let context = Context {
        colour_out: colour(std::io::stdout().is_terminal()),
        colour_err: colour(std::io::stderr().is_terminal()),
        quiet: arguments.quiet,
    };
    match &arguments.command {
        Command::New(new) => new::new(new, &context),
        Command::Check(check) => input::check(check, &context),
        Command::Fmt(fmt) => fmt::fmt(fmt, &context),
        Command::Show(show) => show::show(show, &context),
        Command::Run(run) => run::run(run, &context),
        Command::Explain(explain) => explain::explain(explain, &context),
        Command::Report(report) => report::report(report, &context),
        Command::Sweep(sweep) => sweep::sweep(sweep, &context),
        Command::Sensitivity(study) => sensitivity::sensitivity(study, &context),
        Command::Compare(study) => compare::compare(study, &context),
        Command::Merge(merge) => merge::merge(merge, &context),
        Command::Submit(submit) => submit::submit(submit, &context),
        Command::Status(status) => status::status(status, &context),
        Command::Solve(solve) => solve::solve(solve, &context),
        Command::Schema => print(&crate::model::format::schema_text()),
        Command::Completions(completions) => manual::completions(completions),
        Command::Man(man) => manual::man(man, &context),
        Command::Verify(verify) => verify::verify(verify, &context),
        Command::BaseRates(rates) => base_rates::base_rates(rates, &context),
    }
}

/// What every command needs to know of its surroundings.
#[derive(Clone, Copy, Debug)]
struct Context {
    colour_out: bool,
    colour_err: bool,
    quiet: bool,
}

fn complain(why: &str) {
    // Nobody is left to tell where standard error is closed.
    let _ = writeln!(std::io::stderr(), "error: {why}");
}

/// Writes results to standard output; a reader that has gone away is no failure.
fn print(text: &str) -> Result<(), Failure> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::File(format!("standard output cannot be written: {}", files::plainly(&error))))
        }
        _ => Ok(()),
    }
}

/// JSON as people read it, with a line break at its end.
fn json_text(value: &impl serde::Serialize) -> String {
    format!("{}\n", serde_json::to_string_pretty(value).unwrap_or_default())
}

/// Writes a remark to standard error.
fn remark(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
