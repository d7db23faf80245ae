//! Ctrl-C: the run ends soon, with what is known so far, and says that this is only a part.

#![cfg(unix)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{Place, said};

#[test]
fn an_interrupted_run_leaves_marked_results() {
    let place = Place::new();
    // Far more than any machine does in the time of this test.
    let slow = ["--trials", "2e6", "--set", "scenario.horizon=20 years", "--set", "scenario.step=day"];
    let mut command = place.command(&[&["run", "case", "--out", "here", "--csv"], &slow[..]].concat());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let claimed = Instant::now();
    while !place.path("here/.fingerprint").exists() {
        assert!(claimed.elapsed() < Duration::from_secs(60), "the run has not begun");
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(child.try_wait().unwrap(), None, "the run is over before it was interrupted");
    let interrupted = Instant::now();
    let kill = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    let said = said(child.wait_with_output().unwrap());
    assert_eq!(said.code, 130, "{said:?}");
    assert!(interrupted.elapsed() < Duration::from_secs(60), "took {:?} to end", interrupted.elapsed());
    assert!(said.err.contains("interrupted"), "{said:?}");
    let summary = place.summary("here");
    let done = summary["trials"].as_u64().unwrap();
    assert_eq!(summary["partial"]["asked"], 2_000_000);
    assert_eq!(summary["partial"]["done"], done);
    assert!(done > 0 && done < 2_000_000);
    // The trials are kept; what would take a replay is not begun.
    assert_eq!(place.names("here"), ["scenario.toml", "summary.json", "trials.csv", "trials.parquet"]);
    assert_eq!(place.read("here/trials.csv").lines().count() as u64, 1 + done);

    // What was done are the first trials, as if no more had been asked for.
    let same = ["run", "case", "--out", "same", "--results", "summary", "-q"];
    let trials = done.to_string();
    place.run(&[&same[..], &slow[2..], &["--trials", &trials]].concat()).out();
    assert_eq!(place.summary("same")["metrics"], summary["metrics"]);
}
