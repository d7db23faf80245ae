//! `shortfall submit`: a study in shards on an engine that is there. What runs is the engine's own job, which anybody can read,
//! and start without this program.

mod engines;
mod kubernetes;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process;

use clap::Parser;

use super::args::{Arguments, Command, Divided, Engine, Submit};
use super::files::write_whole;
use super::manifest::{Division, Kind, Parts};
use super::merge;
use super::run::{self, Ready};
use super::sensitivity::{self, shards};
use super::simulation::{self, quoted};
use super::status::ranges;
use super::{Context, Failure, input, print, remark, sweep};
use crate::parallel::Pool;
use crate::study::StudyFile;

/// What an engine is to do.
pub struct Job {
    /// The divided study.
    pub division: Division,
    /// The numbers of the shards that are missing, of so many.
    pub missing: Vec<u64>,
    pub of: u64,
    /// This program.
    pub program: PathBuf,
    pub threads: u16,
    /// Of this machine.
    pub cores: u64,
    pub at_once: Option<u64>,
    /// Further words for the engine.
    pub options: Vec<String>,
    /// Bytes of memory that a shard needs.
    pub memory: u64,
    pub image: String,
    pub claim: String,
}

/// A job as an engine reads it.
pub struct Written {
    /// Files by their names within `job/` of the folder.
    pub files: Vec<(&'static str, String)>,
    /// What starts it, one after the other.
    pub commands: Vec<Vec<String>>,
}

impl Job {
    /// The folder of the parts.
    pub fn folder(&self) -> &Path {
        &self.division.path
    }

    /// A file of the job.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder().join("job").join(name)
    }

    /// By what engines call it.
    pub fn name(&self) -> String {
        let manifest = &self.division.manifest;
        format!("shortfall-{}-{}", simulation::plain(&manifest.stem), &manifest.fingerprint[..8])
    }
}

/// Runs the command.
pub fn submit(arguments: &Submit, context: &Context) -> Result<(), Failure> {
    let job = job(arguments, context)?;
    let shown = quoted(&job.folder().display().to_string());
    if job.missing.is_empty() {
        remark(&format!("all {} shards are there\nnext:  shortfall merge {shown} --out DIR\n", job.of));
        return Ok(());
    }
    let written = match arguments.engine {
        Engine::Hyperqueue => engines::hyperqueue(&job),
        Engine::Slurm => engines::slurm(&job),
        Engine::Parallel => engines::parallel(&job),
        Engine::Kubernetes => kubernetes::job(&job)?,
    };
    if arguments.dry_run {
        return print(&shown_job(&job, &written));
    }
    job.division.sign()?.sweep();
    for (name, text) in &written.files {
        write_whole(&job.file(name), text)?;
    }
    if !context.quiet {
        remark(&format!("shards {} of {} in {shown}\n", ranges(&job.missing), job.of));
    }
    let started = written.commands.iter().try_for_each(|command| start(command));
    if arguments.engine == Engine::Parallel {
        return ended(&job, started, context);
    }
    started?;
    if !context.quiet {
        remark(&format!("next:  shortfall status {shown}\n"));
    }
    Ok(())
}

/// The job as text.
fn shown_job(job: &Job, written: &Written) -> String {
    let mut text = String::new();
    for (name, content) in &written.files {
        text.push_str(&format!("# {}\n{content}\n", job.file(name).display()));
    }
    text.push_str("# what starts it\n");
    for command in &written.commands {
        let words: Vec<String> = command.iter().map(|word| quoted(word)).collect();
        text.push_str(&format!("{}\n", words.join(" ")));
    }
    text
}

/// Runs a command of the engine to its end.
fn start(command: &[String]) -> Result<(), Failure> {
    let Some((program, words)) = command.split_first() else { return Ok(()) };
    match process::Command::new(program).args(words).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(Failure::File(format!("`{program}` ended with {status}; what is there stays"))),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(Failure::Usage(format!(
            "there is no `{program}` here: submit where the engine is installed, or see with --dry-run what it would run"
        ))),
        Err(error) => Err(Failure::File(format!("`{program}` cannot be started: {error}"))),
    }
}

/// What to say once an engine that runs in the foreground has ended.
fn ended(job: &Job, started: Result<(), Failure>, context: &Context) -> Result<(), Failure> {
    if let Err(Failure::Usage(why)) = started {
        return Err(Failure::Usage(why));
    }
    let shown = quoted(&job.folder().display().to_string());
    let left = merge::missing(&[Parts::read(job.folder())?], context)?.missing;
    if left.is_empty() {
        if !context.quiet {
            remark(&format!("all {} shards are there\nnext:  shortfall merge {shown} --out DIR\n", job.of));
        }
        return Ok(());
    }
    Err(Failure::File(format!(
        "{} of {} shards are missing: {}; `shortfall submit {shown} --engine parallel` goes on",
        left.len(),
        job.of,
        ranges(&left)
    )))
}

/// The job that is asked for.
fn job(arguments: &Submit, context: &Context) -> Result<Job, Failure> {
    let (division, memory) = match divided(&arguments.study)? {
        What::Folder(path) => {
            let parts = Parts::read(&path)?;
            let known = parts.manifest.shards;
            let asked = arguments.shards.or(known);
            if asked != known {
                return Err(Failure::Usage(format!(
                    "`{}` is divided into {} shards; leave out --shards",
                    path.display(),
                    known.map_or("no".to_owned(), |n| n.to_string())
                )));
            }
            if arguments.out.is_some() {
                return Err(Failure::Usage(
                    "a folder that is submitted again keeps its parts; leave out --out".to_owned(),
                ));
            }
            again(&parts, arguments, context)?
        }
        What::Command(command) => fresh(*command, arguments, context)?,
    };
    let of = division.manifest.shards.unwrap_or(1);
    let there = Parts::read(&division.path)
        .ok()
        .filter(|parts| parts.manifest.fingerprint == division.manifest.fingerprint);
    let missing = match there {
        Some(parts) => merge::missing(&[parts], context)?.missing,
        None => (1..=of).collect(),
    };
    let program = std::env::current_exe()
        .map_err(|error| Failure::File(format!("this program cannot be found: {error}")))?;
    Ok(Job {
        division: Division { path: absolute(&division.path)?, ..division },
        missing,
        of,
        program,
        threads: arguments.threads,
        cores: Pool::new(0).map_or(1, |pool| pool.threads()) as u64,
        at_once: arguments.at_once,
        options: arguments.option.clone(),
        memory,
        image: arguments.image.clone().unwrap_or_else(|| format!("shortfall:{}", env!("CARGO_PKG_VERSION"))),
        claim: arguments.claim.clone(),
    })
}

/// What STUDY names.
enum What {
    Folder(PathBuf),
    Command(Box<Command>),
}

/// Reads STUDY.
fn divided(words: &[String]) -> Result<What, Failure> {
    let commands = ["run", "sweep", "sensitivity"];
    let words: Vec<&str> = match words {
        [first, ..] if commands.contains(&first.as_str()) => words.iter().map(String::as_str).collect(),
        [path] if Path::new(path).is_dir() => return Ok(What::Folder(PathBuf::from(path))),
        [file] => {
            let (name, text) = input::text(file)?;
            let study = StudyFile::read(&name, &text).is_some();
            vec![if study { "sweep" } else { "run" }, file]
        }
        _ => {
            let why = "write a file, a folder, or after -- a command: -- run case.toml --trials 1e9";
            return Err(Failure::Usage(why.to_owned()));
        }
    };
    let parsed = Arguments::try_parse_from(std::iter::once("shortfall").chain(words));
    let parsed = parsed.map_err(|error| {
        let text = error.render().to_string();
        Failure::Usage(text.trim_start_matches("error: ").trim_end().to_owned())
    })?;
    Ok(What::Command(Box::new(parsed.command)))
}

/// A study, divided, and the bytes of memory that a shard of it needs.
type Sized = (Division, u64);

/// A study that is submitted for the first time.
fn fresh(mut command: Command, arguments: &Submit, context: &Context) -> Result<Sized, Failure> {
    let own = match &mut command {
        Command::Run(run) => (&mut run.divided, &mut run.target, &run.file),
        Command::Sweep(sweep) => (&mut sweep.divided, &mut sweep.target, &sweep.file),
        Command::Sensitivity(study) => (&mut study.divided, &mut study.target, &study.file),
        _ => return Err(other()),
    };
    let (Divided { shard, plan }, target, file) = own;
    if shard.is_some() || *plan || target.force || file == "-" {
        let why = "--shard, --plan, --force and standard input do not go with submit, which divides the study itself";
        return Err(Failure::Usage(why.to_owned()));
    }
    let out = arguments.out.clone().or(target.out.take());
    let one = Pool::new(usize::from(arguments.threads)).map_err(Failure::Usage)?;
    match command {
        Command::Run(run) => {
            let settings = run.chosen.sized(&run.sampled).settings();
            let mut ready = Ready::new(&run, input::read(&run.file, &settings, context)?)?;
            run::shards::divisible(&ready)?;
            let of = arguments.shards.unwrap_or_else(|| run::shards::foretell(&mut ready, None, &one).shards);
            let memory = run::shards::memory(&ready, of, arguments.threads);
            Ok((run::shards::division(&ready, out.as_deref(), of), memory))
        }
        Command::Sweep(asked) => {
            let study = sweep::study(&asked, context)?;
            let of = match arguments.shards {
                Some(of) => of,
                None => sweep::foretell(&study, None)?.shards,
            };
            Ok((sweep::division(&study, out.as_deref(), of), study.memory(of)))
        }
        Command::Sensitivity(asked) => {
            let study = sensitivity::Study::new(&asked, context)?;
            shards::divisible(&study, &asked)?;
            let of =
                arguments.shards.unwrap_or_else(|| shards::foretell(&study, asked.method, None, &one).shards);
            let memory = shards::memory(&study, asked.method, of);
            Ok((shards::division(&study, &asked, out.as_deref(), of), memory))
        }
        _ => Err(other()),
    }
}

fn other() -> Failure {
    Failure::Usage("run, sweep and sensitivity can be submitted".to_owned())
}

/// A study of which a folder holds parts.
fn again(parts: &Parts, arguments: &Submit, context: &Context) -> Result<Sized, Failure> {
    let division = Division {
        path: parts.path.clone(),
        claim: parts.claim()?,
        manifest: parts.manifest.clone(),
        scenario: parts.scenario.clone(),
    };
    let of = parts.manifest.shards.unwrap_or(1);
    let memory = match &parts.manifest.study {
        Kind::Run { arguments: asked, .. } => {
            run::shards::memory(&merge::ready(parts, asked, context)?, of, arguments.threads)
        }
        Kind::Sweep { .. } => {
            let pool = Pool::new(0).map_err(Failure::Usage)?;
            merge::sweep(parts, pool, context)?.memory(of)
        }
        Kind::Sensitivity { arguments: asked } => {
            shards::memory(&shards::of(asked, parts, context)?, asked.method, of)
        }
    };
    Ok((division, memory))
}

/// A path that holds wherever the engine starts a process.
fn absolute(path: &Path) -> Result<PathBuf, Failure> {
    std::path::absolute(path)
        .map_err(|error| Failure::File(format!("`{}` cannot be found: {error}", path.display())))
}
