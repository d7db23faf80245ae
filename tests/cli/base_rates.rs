//! Base rates from a table of past restrictions: what is estimated, what is refused, and that the entries are right.

use super::{Place, repository, shows_what_is_printed};

fn table() -> String {
    repository("scenarios/data/restrictions.csv")
}

fn json(place: &Place, arguments: &[&str]) -> serde_json::Value {
    let out = place.run(&[&["base-rates", "--format", "json", "-q"], arguments].concat()).out();
    serde_json::from_str(&out).unwrap()
}

fn group<'v>(value: &'v serde_json::Value, material: &str) -> &'v serde_json::Value {
    let groups = value["groups"].as_array().unwrap();
    groups.iter().find(|g| g["materials"] == serde_json::json!([material])).unwrap()
}

#[test]
fn the_page_shows_what_is_printed() {
    shows_what_is_printed("docs/base-rates.md");
}

#[test]
fn the_shipped_table_gives_the_figures_worked_out_by_hand() {
    // Rare earths: 2 onsets in the 12.8 control-free years 2008 to mid 2010 and 2015 to April 2025; Garwood's interval of
    // 2 is 0.2422 to 7.2247, over 12.8: 0.019 to 0.56.
    let value = json(&Place::empty(), &[&table()]);
    let earths = group(&value, "rare earths");
    assert_eq!((&earths["onsets"], &earths["came_on_top"]), (&2.into(), &2.into()));
    let years = earths["years_at_risk"].as_f64().unwrap();
    assert!((years - 12.75).abs() < 0.02, "{years}");
    let rate = |key: &str| earths["rate"][key].as_f64().unwrap();
    assert!((rate("per_year") - 0.157).abs() < 5e-4 && (rate("low") - 0.019).abs() < 5e-5);
    assert!((rate("high") - 0.567).abs() < 5e-4);
    assert_eq!((&earths["restrictions"], &earths["ended"]), (&4.into(), &3.into()));
    // Exponential: 1644 (July 2010 to January 2015, middle to middle), 64 and 29 days ended, 452 days open: over 3 ends.
    let laws = earths["durations"].as_array().unwrap();
    let exponential = laws.iter().find(|l| l["law"] == "exponential").unwrap();
    let mean = exponential["mean_days"].as_f64().unwrap();
    assert!((mean - (1645.0 + 64.0 + 29.0 + 452.0) / 3.0).abs() < 0.5, "{mean}");
    // Magnets were never lifted: no law, only how long at least.
    let magnets = group(&value, "magnets");
    assert_eq!(magnets["durations"], serde_json::json!([]));
    assert!((magnets["least_mean_days"].as_f64().unwrap() - 452.0 / libm::log(20.0)).abs() < 1e-6);
}

#[test]
fn all_onsets_count_where_they_are_asked_for() {
    let value =
        json(&Place::empty(), &[&table(), "--by", "country", "--at-risk", "always", "--from", "2023-08-01"]);
    let group = &value["groups"][0];
    assert_eq!((&group["onsets"], &group["came_on_top"]), (&8.into(), &0.into()));
    assert!((group["years_at_risk"].as_f64().unwrap() - 1064.0 / 365.25).abs() < 1e-12);
}

/// A scenario around the entries: every material that they name, from the country they name, used by one sector.
fn around(entries: &str, materials: &[String]) -> String {
    let mut text = String::from(
        "[scenario]\nstart = 2026-07-01\nhorizon = \"60 years\"\ncurrency = \"JPY\"\n\n[sectors.industry]\nvalue_added = \"1 trillion JPY/year\"\n",
    );
    for m in materials {
        text.push_str(&format!("uses.{m} = {{ amount = \"100 t/year\", exposed = \"10%\" }}\n"));
    }
    for m in materials {
        text.push_str(&format!(
            "\n[[materials.{m}.sources]]\nname = \"home\"\nshare = \"50%\"\n\n[[materials.{m}.sources]]\nname = \"abroad\"\nshare = \"50%\"\nroute = {{ refining = \"CN\" }}\n"
        ));
    }
    format!("{text}\n{entries}")
}

#[test]
fn the_entries_check_clean_and_run() {
    let place = Place::empty();
    for by in ["both", "material", "country", "all"] {
        let entries = place.run(&["base-rates", &table(), "--by", by, "--format", "toml", "-q"]).out();
        let value = json(&place, &[&table(), "--by", by]);
        let mut materials: Vec<String> = value["groups"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|g| g["materials"].as_array().unwrap())
            .map(|m| m.as_str().unwrap().replace(' ', "-"))
            .collect();
        materials.sort();
        materials.dedup();
        place.write("pasted.toml", &around(&entries, &materials));
        let check = place.run(&["check", "pasted.toml"]);
        assert_eq!(check.code, 0, "{by}:\n{}{}", check.out, check.err);
        // Sixty years, as long as these are watched here, make most things certain; that is all there is to say.
        let codes = check.out.lines().filter(|line| line.starts_with("caution["));
        let other: Vec<&str> = codes.filter(|line| !line.starts_with("caution[nearly-certain]")).collect();
        assert!(other.is_empty(), "{by}:\n{}", check.out);
        let shown = place.run(&["show", "pasted.toml"]).out();
        assert!(shown.contains("Chinese export controls"), "the source travels along");
        place.run(&["run", "pasted.toml", "--trials", "100", "--results", "none", "-q"]).out();
    }
}

#[test]
fn every_mistake_has_its_line() {
    let place = Place::empty();
    place.write(
        "bad.csv",
        "# until: 2026-01-01\n\
         Start,End,Country,Material\n\
         2010-13-01,,CN,x\n\
         2012-01-01,2011-01-01,CN,x\n\
         01/02/2010,,CN,x\n\
         2015-01-01,2016-01-01,,\n\
         2015-01-01,2016-01-01,CN,x,y\n\
         2015-01-01,until later,CN,x\n\
         2015,2015,CN,x\n\
         2018-01-01,,CN,x\n\
         2018-01-01,,CN,x\n",
    );
    let said = place.run(&["base-rates", "bad.csv"]);
    said.fails(3, &["bad.csv:3:", "bad.csv:4:", "bad.csv:5:", "bad.csv:6:", "bad.csv:7:", "bad.csv:8:"]);
    said.fails(3, &["bad.csv:9:", "bad.csv:11:", "`01/02/2010` is not a date", "twice", "has no country"]);
    assert!(said.err.ends_with("bad.csv: 9 errors\n"), "{}", said.err);

    place.write("columns.csv", "begin,end,country,materials\n2010-01-01,,CN,x\n");
    place.run(&["base-rates", "columns.csv"]).fails(3, &["no column `start`", "the one called `materials`"]);
    place.write("open.csv", "start,end,country,material\n2010-01-01,,CN,x\n");
    place.run(&["base-rates", "open.csv"]).fails(3, &["have not ended", "--until DATE"]);
    place.write("empty.csv", "");
    place.run(&["base-rates", "empty.csv"]).fails(3, &["the table is empty"]);
    place.run(&["base-rates", "nowhere.csv"]).fails(4, &["`nowhere.csv` cannot be read"]);
    place.run(&["base-rates", "open.csv", "--until", "2010"]).fails(2, &["--until: `2010` is no single day"]);
}

#[test]
fn tables_are_read_as_people_write_them() {
    let place = Place::empty();
    let plain = "start,end,country,material\n2010-03-01,2011-03-01,CN,x\n2015-01-01,open,CN,x; y\n";
    place.write("plain.csv", plain);
    place.write(
        "other.csv",
        &format!(
            "\u{feff}# a remark\r\n{}",
            plain
                .replace("; ", "+")
                .replace(',', ";")
                .replace('+', "; ")
                .replace("x; y", "\"x; y\"")
                .replace("material", " Material ")
                .replace('\n', "\r\n")
        ),
    );
    let run = |file: &str| {
        let mut value = json(&place, &[file, "--until", "2020-01-01"]);
        value["table"] = serde_json::Value::Null;
        for group in value["groups"].as_array_mut().unwrap() {
            group["entries"] = serde_json::Value::Null;
        }
        value
    };
    assert_eq!(run("plain.csv"), run("other.csv"));
    let said = place.run(&["base-rates", "plain.csv", "--until", "2020-01-01"]);
    assert!(said.err.contains("taken to begin with the first start"), "{}", said.err);
    let x = run("plain.csv");
    // The start that opens the observation is not counted: it did not come out of a time that was observed.
    assert_eq!(x["groups"][0]["onsets"], 1);
}
