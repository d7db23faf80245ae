//! A sweep that is killed at random moments and started again ends with the bytes of one that was left alone.

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use shortfall::random::Factor;

use super::Place;

const SWEEP: [&str; 11] = [
    "sweep",
    "case.toml",
    "--vary",
    "materials.m.inventory=0..90 days:8",
    "--vary",
    "controls.c.regimes.ban.lasts.mean=30..90 days:5",
    "--trials",
    "1500",
    "--quiet",
    "--threshold",
    "cost.total.mean > 40",
];

/// How often it is killed: `SHORTFALL_KILLS`, or a few times.
fn kills() -> usize {
    std::env::var("SHORTFALL_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(8)
}

#[test]
fn whatever_the_moment_the_end_is_the_same() {
    let place = Place::new();
    let whole = [&SWEEP[..], &["--out", "whole"]].concat();
    let begun = std::time::Instant::now();
    place.run(&whole).out();
    let length = begun.elapsed();
    let moment = Factor::new(1, "moment");
    let (mut killed, mut round) = (0, 0);
    while killed < kills() {
        let name = format!("killed-{round}");
        let broken = [&SWEEP[..], &["--out", &name]].concat();
        // Up to five times each, anywhere from before the first point to after the last.
        for _ in 0..5 {
            let mut child =
                place.command(&broken).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
            std::thread::sleep(Duration::from_secs_f64(
                moment.uniform(killed as u64, 0) * length.as_secs_f64(),
            ));
            child.kill().unwrap();
            child.wait().unwrap();
            killed += 1;
        }
        place.run(&broken).out();
        place.same("whole", &name);
        fs::remove_dir_all(place.path(&name)).unwrap();
        round += 1;
    }
}

#[test]
fn a_point_that_is_torn_is_done_again() {
    let place = Place::new();
    let whole = [&SWEEP[..], &["--out", "whole"]].concat();
    place.run(&whole).out();
    fs::create_dir(place.path("torn")).unwrap();
    for (i, (name, bytes)) in place.files("whole").into_iter().enumerate() {
        let path = place.path("torn").join(&name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let torn = name.starts_with("points/") && i % 3 == 0;
        fs::write(path, if torn { &bytes[..bytes.len() / 2] } else { &bytes[..] }).unwrap();
    }
    place.run(&[&SWEEP[..], &["--out", "torn"]].concat()).out();
    place.same("whole", "torn");
}
