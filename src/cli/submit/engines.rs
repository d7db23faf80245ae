//! The jobs of engines that start a command for each shard: GNU parallel, HyperQueue, Slurm.

use super::{Job, Written};
use crate::cli::simulation::quoted;
use crate::cli::status::ranges;

/// One shard, as a shell script: what no repetition can help (2, 3) ends at once; a file system that fails (4), and a process that
/// was killed, are tried again.
fn shard(job: &Job) -> (&'static str, String) {
    let text = format!(
        r#"#!/bin/sh
# One shard of {name}: sh shard.sh 3/{of}, or auto/{of} where an engine gives the number.
for pause in 5 60 0; do
  {program} {command} {folder} --shard "$1" --threads {threads} --quiet && exit 0
  code=$?
  # 4: a file could not be read or written. 137: killed. Nothing else gets better by itself.
  case $code in 4|137) ;; *) exit $code ;; esac
  sleep $pause
done
exit $code
"#,
        name = job.name(),
        of = job.of,
        program = quoted(&job.program.display().to_string()),
        command = job.division.manifest.study.words().join(" "),
        folder = quoted(&job.folder().display().to_string()),
        threads = job.threads,
    );
    ("shard.sh", text)
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// GNU parallel: a job a shard, three times where it is killed; all end where one says that none can succeed.
pub fn parallel(job: &Job) -> Written {
    let script = quoted(&job.file("shard.sh").display().to_string());
    let each = format!(
        "sh {script} {{}}/{}; code=$?; case $code in 2|3) kill -TERM $PARALLEL_PID;; esac; exit $code",
        job.of
    );
    let jobs = job.at_once.unwrap_or((job.cores / u64::from(job.threads)).max(1));
    let log = job.file("joblog").display().to_string();
    let list = job.file("shards").display().to_string();
    let mut command = words(&["parallel", "--will-cite", "--ungroup", "--jobs"]);
    command.extend([jobs.to_string(), "--retries".to_owned(), "3".to_owned(), "--joblog".to_owned(), log]);
    command.extend(job.options.iter().cloned());
    command.extend([each, "::::".to_owned(), list]);
    let numbers: String = job.missing.iter().map(|number| format!("{number}\n")).collect();
    Written { files: vec![shard(job), ("shards", numbers)], commands: vec![command] }
}

/// HyperQueue: an array of tasks; what a lost worker had is started again elsewhere.
pub fn hyperqueue(job: &Job) -> Written {
    let mut command = words(&["hq", "submit", "--name"]);
    command.extend([job.name(), "--array".to_owned(), ranges(&job.missing)]);
    command.extend(["--cpus".to_owned(), job.threads.to_string()]);
    command.extend(words(&["--crash-limit", "10", "--stdout", "none", "--stderr"]));
    command.push(job.file("%{TASK_ID}.err").display().to_string());
    command.extend(job.options.iter().cloned());
    command.extend(words(&["--", "sh"]));
    command.extend([job.file("shard.sh").display().to_string(), format!("auto/{}", job.of)]);
    Written { files: vec![shard(job)], commands: vec![command] }
}

/// Slurm: an array, whose elements are queued again where a node fails.
pub fn slurm(job: &Job) -> Written {
    let array = ranges(&job.missing);
    let most = job.at_once.map_or(String::new(), |most| format!("%{most}"));
    let log = job.file("%a.log").display().to_string();
    let script = quoted(&job.file("shard.sh").display().to_string());
    let text = format!(
        r#"#!/bin/sh
#SBATCH --job-name={name}
#SBATCH --array={array}{most}
#SBATCH --ntasks=1
#SBATCH --cpus-per-task={threads}
#SBATCH --mem={memory}M
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={log}
exec sh {script} auto/{of}
"#,
        name = job.name(),
        threads = job.threads,
        memory = job.memory.div_ceil(1_000_000),
        of = job.of,
    );
    let mut command = words(&["sbatch"]);
    command.extend(job.options.iter().cloned());
    command.push(job.file("slurm.sh").display().to_string());
    Written { files: vec![shard(job), ("slurm.sh", text)], commands: vec![command] }
}
