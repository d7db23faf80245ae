//! Runs in parts: whatever the division, the order and the folders, the whole to the last byte; and nothing where a part is
//! missing, torn or another's.

use std::fs;

use super::Place;

/// Does a part of a run of `case.toml`.
fn part(place: &Place, shard: &str, more: &[&str], out: &str) {
    place.run(&[&["run", "case", "--quiet", "--shard", shard, "--out", out], more].concat()).out();
}

fn merge(place: &Place, folders: &[&str], out: &str) {
    place.run(&[&["merge", "--quiet", "--out", out], folders].concat()).out();
}

/// That two folders hold the same bytes.
fn same(place: &Place, a: &str, b: &str) {
    let (a, b) = (place.files(a), place.files(b));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>());
    assert!(a.contains_key("summary.json"));
    for (name, bytes) in &a {
        assert!(*bytes == b[name], "{name} differs");
    }
}

#[test]
fn parts_make_the_whole_whatever_the_sampling() {
    let place = Place::new();
    let ways: [&[&str]; 6] = [
        &["--trials", "1003", "--csv", "--set", "scenario.name=Another name"],
        &["--trials", "1003", "--sampling", "lhs", "--given", "any control"],
        &["--trials", "1003", "--sampling", "sobol", "--seed", "9"],
        &["--nested", "17x59", "--lang", "ja"],
        &[
            "--trials",
            "1003",
            "--rare",
            "auto",
            "--set",
            "controls.export-ban.onsets.annual.annual_probability=2%",
        ],
        &["--trials", "200_003", "--sketch", "--given", "any control"],
    ];
    for (w, way) in ways.into_iter().enumerate() {
        let [whole, parts, merged] = ["whole", "parts", "merged"].map(|name| format!("{name}-{w}"));
        let single = [&["run", "case", "--quiet", "--out", &whole], way].concat();
        let said = place.run(&single).out();
        // Out of order, with other numbers of threads, of which none divides the trials.
        for (number, threads) in [(5, "1"), (2, "2"), (7, "3"), (1, "1"), (6, "1"), (3, "2"), (4, "1")] {
            part(&place, &format!("{number}/7"), &[way, &["--threads", threads]].concat(), &parts);
        }
        let told = place.run(&["merge", "--quiet", &parts, "--out", &merged]).out();
        assert_eq!(said, told);
        same(&place, &whole, &merged);
    }
}

#[test]
fn parts_of_several_divisions_and_folders_make_the_whole() {
    let place = Place::new();
    let way = ["--trials", "1000", "--results", "summary"];
    place.run(&[&["run", "case", "--quiet", "--out", "whole"], &way[..]].concat()).out();
    part(&place, "1/2", &way, "a");
    part(&place, "3/4", &way, "b");
    part(&place, "8/8", &way, "c");
    let lacking = place.run(&["merge", "c", "a", "b", "--out", "m"]);
    lacking.fails(4, &["trials 750 to 874 are missing"]);
    place.run(&["merge", "c", "a", "b", "--missing"]).fails(2, &["several divisions"]);
    part(&place, "7/8", &way, "c");
    merge(&place, &["c", "a", "b"], "m");
    same(&place, "whole", "m");
    // More shards than trials: some have none.
    for number in 1..=5 {
        part(&place, &format!("{number}/5"), &["--trials", "3", "--results", "summary"], "few");
    }
    merge(&place, &["few"], "three");
    assert_eq!(place.summary("three")["trials"], 3);
}

#[test]
fn what_the_user_asked_for_is_asked_of_the_merged_run() {
    let place = Place::new();
    let way = ["--trials", "200", "--require", "cost.total.mean < 1 USD", "--print", "cost.total.mean"];
    let whole = place.run(&[&["run", "case", "--quiet", "--results", "none"], &way[..]].concat());
    assert_eq!(whole.code, 5);
    part(&place, "1/2", &way, "p");
    part(&place, "2/2", &way, "p");
    let merged = place.run(&["merge", "p", "--out", "m", "--quiet"]);
    assert_eq!((merged.code, &merged.out, &merged.err), (5, &whole.out, &whole.err));
}

#[test]
fn a_part_that_is_there_is_not_done_again() {
    let place = Place::new();
    let shard = |more: &[&str]| {
        let all = [&["run", "case", "--trials", "600", "--shard", "2/3", "--out", "p"], more].concat();
        let said = place.run(&all);
        assert_eq!((said.code, said.out.as_str()), (0, ""));
        said.err
    };
    assert!(shard(&[]).contains("next:  shortfall merge p --out DIR"));
    let file = place.path("p/parts/2-of-3.part");
    let (bytes, written) = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap().modified().unwrap());
    assert!(shard(&[]).contains("there already"));
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written);
    // Torn at the end, in the header, changed within, or empty: done again, to the same bytes.
    let mut changed = bytes.clone();
    changed[bytes.len() / 2] ^= 1;
    for torn in [&bytes[..bytes.len() - 1], &bytes[..30], &changed, &[]] {
        fs::write(&file, torn).unwrap();
        assert!(!shard(&[]).contains("there already"));
        assert!(fs::read(&file).unwrap() == bytes);
    }
    // Nothing but the part, its study and the claim is left behind.
    assert_eq!(place.names("p"), ["parts/2-of-3.part", "scenario.toml", "study.json"]);
}

#[test]
fn many_begin_at_once_in_a_folder_that_is_not_there() {
    let place = Place::new();
    let begin = |shard: usize| {
        // Each twice: an engine may have lost sight of the first.
        let shard = format!("{}/8", shard / 2 + 1);
        let words =
            ["run", "case", "--trials", "800", "--quiet", "--threads", "1", "--shard", &shard, "--out", "p"];
        place.command(&words).spawn().unwrap()
    };
    let children: Vec<_> = (0..16).map(begin).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    assert_eq!(place.names("p").len(), 10);
    place.run(&["run", "case", "--trials", "800", "--quiet", "--out", "whole"]).out();
    merge(&place, &["p"], "m");
    same(&place, "whole", "m");
}

#[test]
fn the_folder_knows_its_run() {
    let place = Place::new();
    let way = ["--trials", "600", "--sampling", "lhs"];
    place.run(&[&["run", "case", "--quiet", "--out", "whole"], &way[..]].concat()).out();
    part(&place, "1/3", &way, "p");
    // The scenario has gone, or is another one by now: the parts have their own.
    fs::remove_file(place.path("case.toml")).unwrap();
    place.run(&["run", "p", "--shard", "3/3", "--quiet"]).out();
    place.run(&["run", "p", "--shard", "2/3", "--quiet", "--out", "q"]).out();
    merge(&place, &["q", "p"], "m");
    same(&place, "whole", "m");
    place.run(&["run", "p", "--shard", "3/3", "--trials", "5"]).fails(2, &["knows its run"]);
    place.run(&["run", "p", "--shard", "3/4"]).fails(2, &["divided into 3 shards", "into 4 shards"]);
    place.run(&["run", "m", "--shard", "3/4"]).fails(4, &["no parts", "study.json"]);
}

#[test]
fn engines_say_which_part_it_is() {
    let place = Place::new();
    let with = |shard: &str, variables: &[(&str, &str)]| {
        let mut command = place.command(&["run", "case", "--trials", "400", "--out", "p", "--shard", shard]);
        for name in ["HQ_TASK_ID", "SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "JOB_COMPLETION_INDEX"] {
            command.env_remove(name);
        }
        command.env_remove("AWS_BATCH_JOB_ARRAY_INDEX");
        super::said(command.envs(variables.iter().copied()).output().unwrap())
    };
    let told = |shard: &str, variables: &[(&str, &str)], words: &str| {
        let said = with(shard, variables);
        assert_eq!(said.code, 0, "{said:?}");
        assert!(said.err.contains(words), "{}", said.err);
    };
    told("auto/4", &[("HQ_TASK_ID", "1")], "HQ_TASK_ID is 1: shard 1/4");
    told("auto/4", &[("JOB_COMPLETION_INDEX", "1")], "JOB_COMPLETION_INDEX is 1: shard 2/4");
    told("auto/4", &[("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_MIN", "1")], "shard 3/4");
    told("auto0/4", &[("AWS_BATCH_JOB_ARRAY_INDEX", "3")], "AWS_BATCH_JOB_ARRAY_INDEX is 3: shard 4/4");
    merge(&place, &["p"], "m");
    with("auto/4", &[]).fails(2, &["SLURM_ARRAY_TASK_ID", "--shard 1/4"]);
    with("auto/4", &[("HQ_TASK_ID", "0")]).fails(2, &["HQ_TASK_ID is 0", "auto0/4"]);
    with("auto/4", &[("HQ_TASK_ID", "5")]).fails(2, &["there are 4 shards"]);
}

#[test]
fn what_is_missing_is_told_before_anything_is_written() {
    let place = Place::new();
    let way = ["--trials", "1000"];
    for shard in ["2/5", "5/5"] {
        part(&place, shard, &way, "p");
    }
    let said = place.run(&["merge", "p", "--out", "m"]);
    said.fails(4, &["shard 1/5 is missing: trials 0 to 199", "shard 3/5", "shard 4/5"]);
    assert!(!said.err.contains("shard 2/5"));
    assert_eq!(place.run(&["merge", "p", "--missing"]).out(), "1\n3\n4\n");
    for shard in ["1/5", "3/5", "4/5"] {
        part(&place, shard, &way, "q");
    }
    assert_eq!(place.run(&["merge", "p", "q", "--missing"]).out(), "");
    // A part whose end is torn has its header still.
    let file = place.path("q/parts/3-of-5.part");
    let bytes = fs::read(&file).unwrap();
    fs::write(&file, &bytes[..bytes.len() / 2]).unwrap();
    place.run(&["merge", "p", "q", "--out", "m"]).fails(4, &["3-of-5.part` is torn", "trials 400 to 599"]);
    fs::write(&file, b"").unwrap();
    place.run(&["merge", "p", "q", "--out", "m"]).fails(4, &["shard 3/5 is missing"]);
    assert!(!place.path("m").exists());
    fs::write(&file, bytes).unwrap();
    merge(&place, &["p", "q"], "m");
}

#[test]
fn parts_of_other_runs_are_refused() {
    let place = Place::new();
    let way = ["--trials", "400"];
    part(&place, "1/2", &way, "a");
    let other = |more: &[&str], out: &str, words: &[&str]| {
        part(&place, "2/2", more, out);
        place.run(&["merge", "a", out, "--out", "m"]).fails(2, words);
    };
    other(&["--trials", "400", "--seed", "5"], "seed", &["different studies", "seed `1` and `5`"]);
    other(&["--trials", "401"], "trials", &["trials `400` and `401`"]);
    other(&["--trials", "400", "--sampling", "lhs"], "lhs", &["sampling `random` and `lhs`"]);
    other(&["--trials", "400", "--set", "scenario.name=x"], "set", &["different studies"]);
    other(
        &["--trials", "400", "--given", "any control"],
        "given",
        &["arguments.given `null` and `any control`"],
    );
    part(&place, "1/2", &way, "twin");
    part(&place, "2/2", &way, "twin");
    place.run(&["merge", "a", "twin", "--out", "m"]).fails(2, &["overlap: trials 0 to 199, and 0 to 199"]);
    // Another version's part, and one that was put into another's folder.
    let text = place.read("twin/study.json");
    place.write("twin/study.json", &text.replacen("\"version\": \"", "\"version\": \"9", 1));
    place.run(&["merge", "a", "twin", "--out", "m"]).fails(2, &["version"]);
    place.write("twin/study.json", &text);
    fs::copy(place.path("seed/parts/2-of-2.part"), place.path("a/parts/2-of-2.part")).unwrap();
    place.run(&["merge", "a", "--out", "m"]).fails(2, &["no part of the run", "seed 5"]);
    place.run(&["merge", "nowhere", "--out", "m"]).fails(4, &["nowhere", "study.json"]);
    assert!(!place.path("m").exists());
}

/// A run that goes on until it has enough trials: its shards are done in rounds, as many as it wants, and it ends where the run
/// alone does, whichever shard that lies in.
#[test]
fn a_run_until_it_is_sure_enough_is_done_in_rounds() {
    let place = Place::new();
    let goal = ["--trials", "200", "--until", "cost.total.mean +-12%", "--max-trials", "20_000"];
    let whole = [&["run", "case", "--quiet", "--out", "whole"], &goal[..]].concat();
    let said = place.run(&whole).out();
    let trials = place.summary("whole")["trials"].as_u64().unwrap();
    assert!(trials > 800, "{trials}");
    let missing = |folder: &str| -> Vec<u64> {
        let told = place.run(&["merge", folder, "--missing"]).out();
        told.lines().map(|line| line.parse().unwrap()).collect()
    };
    let (mut rounds, mut done) = (0, 0);
    part(&place, "1/37", &goal, "parts");
    loop {
        let wanted = missing("parts");
        if wanted.is_empty() {
            break;
        }
        place.run(&["merge", "parts", "--out", "m"]).fails(4, &["not sure enough so far", "is missing"]);
        assert!(!place.path("m").exists());
        for number in &wanted {
            part(&place, &format!("{number}/37"), &goal, "parts");
        }
        (rounds, done) = (rounds + 1, done + wanted.len());
    }
    // No more than what it takes: 20,000 / 37 trials each.
    assert!(rounds > 1 && (done + 1) as u64 <= trials.div_ceil(540) + 1, "{rounds} rounds, {done} shards");
    let status = place.run(&["status", "parts", "--format", "json"]).out();
    let status: serde_json::Value = serde_json::from_str(&status).unwrap();
    assert_eq!(status["done"].as_u64().unwrap() + status["later"].as_u64().unwrap(), 37);
    let told = place.run(&["merge", "--quiet", "parts", "--out", "merged"]).out();
    assert_eq!(said, told);
    same(&place, "whole", "merged");
    // Where the bound comes first, the exit code says so, of both.
    let bound =
        ["--trials", "100", "--until", "cost.total.p99 ±0.1%", "--max-trials", "450", "--results", "summary"];
    assert_eq!(place.run(&[&["run", "case", "-q", "--out", "w"], &bound[..]].concat()).code, 5);
    (1..=3).for_each(|number| part(&place, &format!("{number}/3"), &bound, "b"));
    assert_eq!(place.run(&["merge", "-q", "b", "--out", "mb"]).code, 5);
    same(&place, "w", "mb");
}

#[test]
fn parts_go_nowhere_else_and_keep_to_their_division() {
    let place = Place::new();
    part(&place, "1/2", &["--trials", "400"], "p");
    let refused = |more: &[&str], words: &[&str]| {
        let all = [&["run", "case", "--trials", "400", "--out", "p", "--shard"], more].concat();
        place.run(&all).fails(2, words);
    };
    refused(&["2/3"], &["divided into 2 shards", "divided into 3 shards"]);
    refused(&["2/2", "--seed", "2"], &["another study"]);
    refused(&["2/2", "--force"], &["--force"]);
    refused(&["3/2"], &["I from 1 to N"]);
    place.write("mine/thesis.txt", "years of work");
    let mine = ["run", "case", "--trials", "400", "--out", "mine", "--shard", "1/2"];
    place.run(&mine).fails(2, &["thesis.txt"]);
    // Where nobody says where, all parts go into one folder.
    for shard in ["1/2", "2/2"] {
        place.run(&["run", "case", "--trials", "400", "--quiet", "--shard", shard]).out();
    }
    merge(&place, &["output/case/run-1-shards"], "m");
}

#[test]
fn what_it_takes_is_foretold() {
    let place = Place::new();
    let plan = |more: &[&str]| {
        let all =
            [&["run", "case", "--plan", "--quiet", "--format", "json", "--threads", "1"], more].concat();
        serde_json::from_str::<serde_json::Value>(&place.run(&all).out()).unwrap()
    };
    let known = plan(&["--trials", "1e9", "--shard", "3/50"]);
    assert_eq!((known["shards"].as_u64(), known["trials_a_shard"].as_u64()), (Some(50), Some(20_000_000)));
    let ratio = known["seconds_a_shard"].as_f64().unwrap() * known["speed"].as_f64().unwrap() / 2e7;
    assert!((ratio - 1.0).abs() < 1e-9);
    // A small run is one shard; a large one shards of about a minute, unless the memory is short.
    assert_eq!(plan(&["--trials", "1000"])["shards"], 1);
    let large = plan(&["--trials", "1e9"]);
    let seconds = large["seconds_a_shard"].as_f64().unwrap();
    assert!(large["shards"].as_u64().unwrap() > 10 && seconds <= 61.0, "{large}");
    let held = plan(&["--trials", "1e7", "--shard", "1/10"]);
    assert_eq!(held["bytes_a_shard"].as_f64().unwrap() % 16e6, 0.0, "{held}");
    let text = place.run(&["run", "case", "--plan", "--trials", "1e9", "--quiet"]).out();
    for word in ["pilot", "shards", "merge", "of memory"] {
        assert!(text.contains(word), "{text}");
    }
    // What is counted in bins takes little room, however long the run is.
    let counted = plan(&["--trials", "1e12", "--shard", "1/10000"]);
    for bytes in ["bytes_a_shard", "disk_bytes_a_shard", "merge_memory_bytes"] {
        assert!(counted[bytes].as_f64().unwrap() < 1e9, "{counted}");
    }
    // Nothing is written.
    assert_eq!(place.names(""), ["case.toml", "shortfall.schema.json"]);
}

/// Submits a run of `case.toml` in four shards, with more arguments.
fn submit(place: &Place, engine: &str, more: &[&str]) -> super::Said {
    let study = ["--shards", "4", "--out", "p", "--", "run", "case", "--trials", "400", "--sampling", "lhs"];
    place.run(&[&["submit", "--engine", engine], more, &study].concat())
}

#[test]
fn jobs_are_shown_as_their_engines_read_them() {
    let place = Place::new();
    let shown = |engine: &str, more: &[&str], words: &[&str]| {
        let text = submit(&place, engine, &[&["--dry-run"], more].concat()).out();
        for word in words {
            assert!(text.contains(word), "no `{word}` in:\n{text}");
        }
    };
    shown("slurm", &["--at-once", "2"], &["#SBATCH --array=1-4%2", "--requeue", "auto/4", "sbatch "]);
    shown(
        "slurm",
        &["--option=--partition=short", "--threads", "8"],
        &["--partition=short", "cpus-per-task=8"],
    );
    shown("hyperqueue", &[], &["hq submit", "--array 1-4", "--cpus 1", "auto/4"]);
    shown("parallel", &[], &["parallel ", "--retries 3", "kill -TERM $PARALLEL_PID"]);
    shown(
        "kubernetes",
        &[],
        &["completions: 4", "values: [2, 3]", "backoffLimitPerIndex: 3", "kubectl apply"],
    );
    // A long run is counted, and takes little memory.
    let long = [
        "submit",
        "--engine",
        "slurm",
        "--shards",
        "4",
        "--dry-run",
        "--",
        "run",
        "case",
        "--trials",
        "1e10",
    ];
    let text = place.run(&long).out();
    let memory = text.split("--mem=").nth(1).unwrap().split('M').next().unwrap();
    assert!((100..1000).contains(&memory.parse::<u64>().unwrap()), "{text}");
    // A dry run leaves nothing behind.
    assert_eq!(place.names(""), ["case.toml", "shortfall.schema.json"]);
    // Of what is there already, only the rest.
    let way = ["--trials", "400", "--sampling", "lhs"];
    part(&place, "2/4", &way, "p");
    shown("slurm", &[], &["--array=1,3-4"]);
    let again = place.run(&["submit", "p", "--engine", "slurm", "--dry-run"]).out();
    assert!(again.contains("--array=1,3-4"), "{again}");
    place.run(&["submit", "p", "--engine", "slurm", "--shards", "5"]).fails(2, &["divided into 4 shards"]);
}

#[test]
fn what_cannot_be_submitted_is_refused() {
    let place = Place::new();
    let refused = |study: &[&str], words: &[&str]| {
        place
            .run(&[&["submit", "--engine", "parallel", "--out", "p", "--shards", "2"], study].concat())
            .fails(2, words);
    };
    refused(&["--", "run", "case", "--shard", "1/2"], &["--shard"]);
    refused(&["--", "run", "case", "--trails", "9"], &["--trails"]);
    refused(&["--", "run", "-"], &["standard input"]);
    refused(&["case", "other"], &["-- run case.toml"]);
    place.run(&["submit", "--engine", "parallel", "nowhere"]).fails(4, &["nowhere"]);
    let mut command = place.command(&["submit", "--engine", "slurm", "--shards", "2", "--out", "p", "case"]);
    super::said(command.env("PATH", "").output().unwrap()).fails(2, &["no `sbatch` here", "--dry-run"]);
    assert!(!place.path("m").exists());
}

#[test]
fn status_tells_what_is_done_and_what_is_missing() {
    let place = Place::new();
    let way = ["--trials", "600"];
    for shard in ["1/6", "4/6", "5/6"] {
        part(&place, shard, &way, "p");
    }
    place.write("p/parts/2-of-6.begun", "");
    let text = place.run(&["status", "p"]).out();
    for word in ["3 of 6", "missing  2-3,6", "begun    2;", "shortfall submit p"] {
        assert!(text.contains(word), "{text}");
    }
    let json = place.run(&["status", "p", "--format", "json"]).out();
    let told: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&told["done"], &told["missing"]), (&3.into(), &serde_json::json!([2, 3, 6])));
    assert_eq!(told["begun"][0]["shard"], 2);
    assert!(told["seconds_left"].as_f64().unwrap() >= 0.0);
    for shard in ["2/6", "3/6", "6/6"] {
        part(&place, shard, &way, "p");
    }
    let text = place.run(&["status", "p"]).out();
    assert!(text.contains("6 of 6") && text.contains("merge p --out DIR"), "{text}");
    place.run(&["status", "nowhere"]).fails(4, &["no parts"]);
}

/// Whether GNU parallel is here; says so where it is not.
fn parallel() -> bool {
    let said = std::process::Command::new("parallel").arg("--version").output();
    let here = said.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains("GNU parallel"));
    if !here {
        eprintln!("left out: there is no GNU parallel here");
    }
    here
}

#[test]
fn gnu_parallel_gives_the_bytes_of_one_process() {
    if !parallel() {
        return;
    }
    let place = Place::new();
    place.run(&["run", "case", "--quiet", "--out", "whole", "--trials", "400", "--sampling", "lhs"]).out();
    let said = submit(&place, "parallel", &[]);
    assert!(said.code == 0 && said.err.contains("all shards that are wanted are there"), "{said:?}");
    merge(&place, &["p"], "m");
    same(&place, "whole", "m");
    // A study of sensitivity, by the same way.
    let asked = ["sensitivity", "case", "--method", "tornado", "--trials", "150"];
    let whole = place.run(&[&asked[..], &["--quiet", "--out", "bars"]].concat()).out();
    let flags = ["submit", "--engine", "parallel", "--shards", "3", "--out", "pieces", "--quiet", "--"];
    place.run(&[&flags[..], &asked].concat()).out();
    assert_eq!(place.run(&["merge", "pieces", "--out", "joined", "--quiet"]).out(), whole);
    same(&place, "bars", "joined");
    // Again: nothing is left to do. With a part gone, only that is.
    assert!(submit(&place, "parallel", &[]).err.contains("all shards that are wanted are there"));
    fs::remove_file(place.path("p/parts/3-of-4.part")).unwrap();
    let said = place.run(&["submit", "p", "--engine", "parallel"]);
    assert!(said.code == 0 && said.err.contains("shards 3 of 4"), "{said:?}");
    merge(&place, &["p"], "n");
    same(&place, "m", "n");
}

#[test]
fn studies_of_sensitivity_are_divided_too() {
    let place = Place::empty();
    place.run(&["new", "case", "--template", "chain", "--quiet"]).out();
    for (method, more) in [
        ("tornado", &["--trials", "203"][..]),
        ("morris", &["--trials", "101", "--metric", "cost.total.p95"]),
        ("sobol", &["--trials", "203", "--metric", "cost.total.cvar95"]),
    ] {
        let [whole, parts, merged] = ["whole", "parts", "merged"].map(|name| format!("{name}-{method}"));
        let asked = [&["sensitivity", "case", "--method", method, "--quiet"], more].concat();
        let said = place.run(&[&asked[..], &["--out", &whole]].concat()).out();
        for shard in ["3/4", "1/4", "4/4"] {
            place.run(&[&asked[..], &["--shard", shard, "--out", &parts]].concat()).out();
        }
        place.run(&["merge", &parts, "--out", &merged]).fails(4, &["shard 2/4 is missing"]);
        // By the folder alone; and once more, which does nothing.
        place.run(&["sensitivity", &parts, "--method", method, "--shard", "2/4", "--quiet"]).out();
        let again = place.run(&["sensitivity", &parts, "--method", method, "--shard", "2/4"]);
        assert!(again.err.contains("there already"), "{again:?}");
        assert_eq!(place.run(&["merge", "--quiet", &parts, "--out", &merged]).out(), said);
        same(&place, &whole, &merged);
    }
    let rank = ["sensitivity", "case", "--method", "rank", "--shard", "1/4", "--trials", "100"];
    place.run(&rank).fails(2, &["shortfall run --shard"]);
    place.run(&["run", "parts-sobol", "--shard", "1/4"]).fails(2, &["parts of a sensitivity"]);
}

#[test]
fn a_sweep_in_one_folder_is_told_and_joined() {
    let place = Place::new();
    let asked = ["sweep", "case", "--quiet", "--trials", "100", "--vary", "scenario.seed=1,2,3,4,5,6,7"];
    place.run(&[&asked[..], &["--out", "whole"]].concat()).out();
    for shard in ["3/3", "1/3"] {
        place.run(&[&asked[..], &["--shard", shard, "--out", "p"]].concat()).out();
    }
    assert_eq!(place.run(&["merge", "p", "--missing"]).out(), "2\n");
    let text = place.run(&["status", "p"]).out();
    assert!(text.contains("2 of 3") && text.contains("missing  2"), "{text}");
    place.run(&["merge", "p", "--out", "m"]).fails(4, &["shard 2/3 is missing: 2 points"]);
    place.run(&["sweep", "p", "--shard", "2/3", "--trials", "5"]).fails(2, &["knows its sweep"]);
    place.run(&["sweep", "p", "--shard", "2/3", "--quiet"]).out();
    merge(&place, &["p"], "m");
    same(&place, "whole", "m");
    let plan =
        place.run(&["sweep", "case", "--plan", "--vary", "scenario.seed=1,2,3", "--trials", "100"]).out();
    assert!(plan.contains("in all   300 trials") && plan.contains("shard    1 of up to 300"), "{plan}");
}
