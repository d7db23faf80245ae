//! Parts of a sweep joined: exactly, in any order, and not at all where one is missing or another's.

use std::fs;

use super::Place;

const SWEEP: [&str; 7] =
    ["sweep", "case.toml", "--vary", "materials.m.inventory=0..90 days:10", "--trials", "200", "--quiet"];

fn part(place: &Place, number: usize, of: usize, more: &[&str]) -> String {
    let (shard, out) = (format!("{number}/{of}"), format!("part-{number}-{of}"));
    place.run(&[&SWEEP[..], more, &["--shard", &shard, "--out", &out]].concat()).out();
    out
}

#[test]
fn parts_make_the_whole_in_any_order() {
    let place = Place::new();
    place.run(&[&SWEEP[..], &["--out", "whole"]].concat()).out();
    for of in [1, 3, 7] {
        let parts: Vec<String> = (1..=of).map(|number| part(&place, number, of, &[])).collect();
        let mut turned = parts.clone();
        turned.rotate_left(of / 2);
        turned.reverse();
        let out = format!("merged-{of}");
        let mut command = vec!["merge", "--quiet", "--out", &out];
        command.extend(turned.iter().map(String::as_str));
        let said = place.run(&command).out();
        assert!(said.contains("90 days"), "{said}");
        place.same("whole", &out);
    }
}

#[test]
fn what_is_missing_or_does_not_belong_is_told() {
    let place = Place::new();
    let [a, b] = [1, 2].map(|number| part(&place, number, 3, &[]));
    place.run(&["merge", &a, &b, "--out", "m"]).fails(4, &["shard 3/3 is missing: 3 points"]);
    let c = part(&place, 3, 3, &[]);
    let file = place.files(&b).into_keys().find(|name| name.starts_with("points/")).unwrap();
    fs::remove_file(place.path(&b).join(&file)).unwrap();
    place.run(&["merge", &a, &b, &c, "--out", "m"]).fails(4, &["shard 2/3 lacks 1 of its 3 points"]);
    place.run(&["merge", &a, &a, "--out", "m"]).fails(2, &["overlap", "point 0"]);
    let half = part(&place, 2, 2, &[]);
    place.run(&["merge", &a, &half, "--out", "m"]).fails(2, &["overlap", "point 3"]);
    place.run(&["merge", &a, "nowhere", "--out", "m"]).fails(4, &["nowhere", "study.json"]);
    let other = [&SWEEP[..], &["--seed", "5", "--shard", "2/3", "--out", "other"]].concat();
    place.run(&other).out();
    place.run(&["merge", &a, "other", "--out", "m"]).fails(2, &["different studies", "seed `1` and `5`"]);
    // Another version's part.
    let path = place.path(&c).join("study.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("\"version\": \"", "\"version\": \"9", 1)).unwrap();
    place.run(&["merge", &a, &c, "--out", "m"]).fails(2, &["version"]);
    assert!(!place.path("m").join("summary.json").exists());
}
