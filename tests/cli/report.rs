//! The page of a run: what stands in it, that it is drawn again to the last byte, and what is refused.

use std::fs;
use std::path::Path;

use super::{Place, repository};

/// Shipped scenarios, and the one that has nearly everything.
fn scenarios() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(repository("scenarios"))
        .unwrap()
        .map(|e| format!("scenarios/{}", e.unwrap().file_name().to_str().unwrap()))
        .filter(|name| name.ends_with(".toml"))
        .collect();
    names.sort();
    names.push("tests/data/example.toml".to_owned());
    assert!(names.len() > 20);
    names
}

#[test]
fn what_is_drawn_again_is_what_was_drawn() {
    let place = Place::empty();
    for (i, name) in scenarios().iter().enumerate() {
        let file = repository(name);
        let lang = ["en", "ja"][i % 2];
        let given = if i % 3 == 2 { &["--given", "cost.total > 0"][..] } else { &[] };
        let base = ["run", &file, "--trials", "60", "--out", "run", "--force", "-q", "--lang", lang];
        let run = place.run(&[&base, given].concat());
        let first = place.files("run");
        for kept in ["report.html", "report.md", "charts/exceedance.svg"] {
            assert!(first.contains_key(kept), "{name} leaves no {kept}: {run:?}");
        }
        fs::remove_file(place.path("run/report.html")).unwrap();
        fs::remove_dir_all(place.path("run/charts")).unwrap();
        let again = place.run(&["report", "run", "-q", "--lang", lang]);
        assert_eq!(again.out, run.out, "{name}");
        let second = place.files("run");
        let differ: Vec<&String> = first.keys().filter(|k| first.get(*k) != second.get(*k)).collect();
        assert!(differ.is_empty() && first.len() == second.len(), "{name}: {differ:?} {again:?}");
    }
}

/// A page without its style, script and pictures, one element a line.
fn bare(page: &str) -> String {
    let mut rest = page;
    let mut out = String::new();
    for (open, close) in [("<style>", "</style>"), ("<script>", "</script>"), ("content=\"default-src", "\"")]
    {
        assert!(rest.contains(open) && rest.contains(close), "no {open}");
    }
    let cuts = [
        ("<style>", "</style>"),
        ("<script>", "</script>"),
        ("<svg ", "</svg>"),
        ("content=\"default-src", "form-action 'none'\""),
    ];
    loop {
        let next = cuts.iter().filter_map(|(o, c)| Some((rest.find(o)?, *c))).min();
        let Some((at, close)) = next else { break };
        out.push_str(&rest[..at]);
        out.push('…');
        rest = &rest[at + rest[at..].find(close).unwrap() + close.len()..];
    }
    out.push_str(rest);
    let lines = ["<section", "<h2", "<h3", "<p", "<li", "<tr", "<figure", "<table", "<details", "</section"];
    lines.iter().fold(out, |text, line| text.replace(line, &format!("\n{line}")))
}

#[test]
fn three_scenarios_have_these_pages() {
    let folder = Path::new(&repository("tests/page/golden")).to_owned();
    let renew = std::env::var_os("SHORTFALL_RENEW").is_some();
    let mut wrong = Vec::new();
    for (name, lang) in [
        ("scenarios/first-steps", "en"),
        ("scenarios/japan-rare-earths-660bn", "ja"),
        ("tests/data/example", "en"),
        ("tests/data/example", "ja"),
    ] {
        let place = Place::empty();
        let file = repository(&format!("{name}.toml"));
        place.run(&["run", &file, "--trials", "200", "--out", "run", "-q", "--lang", lang]).out();
        let stem = name.rsplit('/').next().unwrap();
        let pages = [
            (format!("{stem}-{lang}.html"), bare(&place.read("run/report.html"))),
            (format!("{stem}-{lang}.md"), place.read("run/report.md")),
        ];
        for (file, page) in pages {
            if renew {
                fs::create_dir_all(&folder).unwrap();
                fs::write(folder.join(&file), &page).unwrap();
            }
            if fs::read_to_string(folder.join(&file)).unwrap_or_default() != page {
                wrong.push(file);
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "SHORTFALL_RENEW=1 cargo test --test cli report renews them, to be read: {wrong:?}"
    );
}

#[test]
fn what_a_scenario_says_is_text() {
    let place = Place::new();
    let nasty = "</script><script>alert(1)</script><!-- & \"x\" 'y' <img src=x onerror=alert(2)> | `z` *a*";
    let table = format!(
        "[scenario]\nname = '''{nasty}'''\n[parameters]\nodd = {{ value = \"1\", source = '''{nasty}''', note = '''{nasty}''' }}\n"
    );
    place.write("nasty.toml", &table);
    place.run(&["run", "case", "--overlay", "nasty.toml", "--trials", "200", "--out", "run", "-q"]).out();
    let page = place.read("run/report.html");
    assert_eq!(page.matches("<script").count(), 1, "the page's own and no other");
    assert!(!page.contains("<img") && !page.contains("<!--") && page.contains("&lt;img src=x"), "{page}");
    let brief = place.read("run/report.md");
    assert!(!brief.contains("<img") && !brief.contains("<script") && brief.contains("&lt;script"), "{brief}");
    // The content policy names the hashes of what stands in the page, and nothing that would let anything else in.
    let policy =
        page.split("Content-Security-Policy\" content=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains('*'), "{policy}");
    assert!(!page.contains(" style=\"") && !page.contains(" onclick="), "inline styles would be blocked");
}

#[test]
fn folders_without_a_whole_run_are_refused() {
    let place = Place::new();
    let run = |out: &str, more: &[&str]| {
        let base = ["run", "case", "--trials", "300", "--out", out, "-q"];
        place.run(&[&base, more].concat()).out()
    };
    place.run(&["report", "nowhere"]).fails(4, &["`nowhere` is no folder"]);
    place.write("empty/thesis.txt", "years of work");
    place.run(&["report", "empty"]).fails(4, &["holds no run", "summary.json"]);
    run("brief", &["--results", "summary"]);
    place.run(&["report", "brief"]).fails(4, &["holds only the summary", "trials.parquet", "--results all"]);

    run("short", &[]);
    let whole = fs::read(place.path("short/trials.parquet")).unwrap();
    fs::write(place.path("short/trials.parquet"), &whole[..whole.len() / 2]).unwrap();
    place.run(&["report", "short"]).fails(4, &["short/trials.parquet` cannot be read"]);
    run("other", &["--seed", "5"]);
    fs::copy(place.path("other/trials.parquet"), place.path("short/trials.parquet")).unwrap();
    place.run(&["report", "short"]).fails(4, &["another run", "fingerprints"]);
    fs::remove_file(place.path("short/trials.parquet")).unwrap();
    place.run(&["report", "short"]).fails(4, &["not whole", "trials.parquet"]);

    run("changed", &[]);
    let scenario = place.read("changed/scenario.toml");
    place.write("changed/scenario.toml", &format!("{scenario}# changed since\n"));
    place.run(&["report", "changed"]).fails(4, &["scenario.toml` is not what was run"]);
    place.write("changed/scenario.toml", &scenario.replacen("[scenario]", "[scenari]", 1));
    place.run(&["report", "changed"]).fails(3, &["scenari"]);
    place.write("changed/scenario.toml", &scenario);
    let summary = place.read("changed/summary.json");
    let version = format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"));
    place.write("changed/summary.json", &summary.replacen(&version, "\"version\": \"99.0.0\"", 1));
    place.run(&["report", "changed"]).fails(4, &["version 99.0.0", "shortfall run case.toml"]);
    place.write("changed/summary.json", "{");
    place.run(&["report", "changed"]).fails(4, &["changed/summary.json` cannot be read"]);

    // One that fails does not keep the others from being done.
    run("good", &[]);
    fs::remove_file(place.path("good/report.html")).unwrap();
    let both = place.run(&["report", "nowhere", "good", "-q"]);
    assert_eq!((both.code, both.out.is_empty()), (4, false), "{both:?}");
    assert!(place.path("good/report.html").exists());
}

#[test]
fn languages_change_what_is_read_and_no_data() {
    let place = Place::new();
    for lang in ["en", "ja"] {
        place.run(&["run", "case", "--trials", "500", "--out", lang, "-q", "--lang", lang]).out();
    }
    let (english, japanese) = (place.files("en"), place.files("ja"));
    for (name, bytes) in &english {
        let read = name.starts_with("charts/") || name.starts_with("report.");
        assert_eq!(japanese[name] != *bytes, read, "{name}");
    }
    let page = place.read("ja/report.html");
    assert!(page.contains("<html lang=\"ja\">") && page.contains("結論") && page.contains("円"));
    let text = place.run(&["report", "en", "-q", "--lang", "ja"]).out();
    assert!(text.contains("指標") && text.contains("試行"), "{text}");
    assert_eq!(place.read("en/report.html"), page);
    let story =
        place.run(&["explain", "case", "--worst", "cost.total", "--trials", "500", "--lang", "ja", "-q"]);
    let story = story.out();
    assert!(story.contains("経過") && story.contains("輸出規制") && !story.contains("the "), "{story}");
    let json = place.run(&["report", "en", "-q", "--format", "json"]).out();
    assert_eq!(json, place.read("en/summary.json"));
}
