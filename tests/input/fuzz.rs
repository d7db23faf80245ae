//! Nothing that can be written into a scenario crashes its reading, and what reads clean can be simulated.
//!
//! The example with everything in it, and two smaller scenarios, are mutilated, by a fixed seed; `SHORTFALL_LONG=N` runs N mutilations from another
//! seed each, and saves what went wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::Instant;

use shortfall::engine::{Nobody, Worker};
use shortfall::model::{self, Kind};
use shortfall::plan::Plan;
use shortfall::scenario::{self, Files, Node, Request, Sources, Value, entry_name};

const EXAMPLE: &str = include_str!("../data/example.toml");
pub const SCENARIOS: [&str; 3] =
    [EXAMPLE, include_str!("../broken/base.toml"), include_str!("../../src/cli/templates/chain.toml")];

/// How long anything may take. Reading takes milliseconds and walking two trials less than a second; the rest allows
/// for a busy machine, and is not allowed to a long campaign.
fn seconds() -> f64 {
    if std::env::var_os("SHORTFALL_LONG").is_some() { 2.0 } else { 20.0 }
}

/// Files in memory: the example, whatever its name, and a CSV.
struct Shelf;

impl Files for Shelf {
    fn read(&self, path: &Path) -> Result<String, String> {
        match path.extension().and_then(|end| end.to_str()) {
            Some("toml") => Ok(EXAMPLE.to_owned()),
            Some("csv") => Ok("a,b\n1,2\n3 days,\n\"x".to_owned()),
            _ => Err("no such file".to_owned()),
        }
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014).
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Values that a scenario may well be given, by mistake or by malice.
const VALUES: [&str; 62] = [
    "0",
    "1",
    "-1",
    "0.5",
    "1e308",
    "-1e308",
    "1e-308",
    "nan",
    "inf",
    "-inf",
    "9223372036854775807",
    "-9223372036854775808",
    "true",
    "false",
    "\"\"",
    "\"0%\"",
    "\"100%\"",
    "\"50%\"",
    "\"1e-9%\"",
    "\"150%\"",
    "\"0 days\"",
    "\"1 day\"",
    "\"1e300 days\"",
    "\"1e6 years\"",
    "\"1e-6 days\"",
    "\"0 t/year\"",
    "\"1e15 t/year\"",
    "\"1e-15 t/year\"",
    "\"1 t\"",
    "\"1e15 t\"",
    "\"0 USD/kg\"",
    "\"1e15 USD/kg\"",
    "\"1e24 JPY\"",
    "\"1e24 JPY/year\"",
    "\"5 XXX\"",
    "\"$accessible_stock\"",
    "\"$passthrough\"",
    "\"1e300 * $passthrough\"",
    "\"0 * $passthrough\"",
    "\"$nothing\"",
    "\"$\"",
    "\"5 %%\"",
    "\"open\"",
    "\"ban\"",
    "\"licensing\"",
    "\"CN\"",
    "\"dysprosium\"",
    "\"magnets\"",
    "\"standing\"",
    "\"contingent\"",
    "\"day\"",
    "\"month\"",
    "2026-01-01",
    "9999-12-31",
    "0001-01-01",
    "\"2030-06-01\"",
    "[]",
    "{}",
    "{ lognormal = { median = \"1 day\", sigma = 9 } }",
    "{ uniform = { min = 0, max = 1 } }",
    "{ 2026-01-01 = \"0%\", 2030-01-01 = \"100%\" }",
    "{ empirical = { file = \"x.csv\", column = \"b\" } }",
];

/// One mutilation of a text.
pub fn mutilate(text: &str, dice: &mut Dice) -> String {
    if text.is_empty() {
        return spoil(text, dice);
    }
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = dice.below(lines.len());
    let other = dice.below(lines.len());
    match dice.below(12) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(other, lines[at].clone()),
        2 => lines.swap(at, other),
        3..=6 => {
            if let Some((key, _)) = lines[at].split_once('=') {
                lines[at] = format!("{key}= {}", dice.pick(&VALUES));
            }
        }
        7 => lines[at] = exchange_quoted(&lines[at], dice),
        8 => lines[at] = exchange_number(&lines[at], dice),
        9 => {
            if let (Some((key, _)), Some((_, value))) =
                (lines[at].split_once('='), lines[other].split_once('='))
            {
                lines[at] = format!("{key}={value}");
            }
        }
        10 => lines[at] = spoil(&lines[at], dice),
        _ => {
            let mut end = dice.below(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            return text[..end].to_owned();
        }
    }
    lines.join(if dice.below(20) == 0 { "\r\n" } else { "\n" })
}

/// Puts a value from the list in place of one between quotes.
fn exchange_quoted(line: &str, dice: &mut Dice) -> String {
    let quotes: Vec<usize> = line.match_indices('"').map(|(i, _)| i).collect();
    let pair = 2 * dice.below(quotes.len() / 2);
    match quotes.get(pair..pair + 2) {
        Some(&[from, to]) => format!("{}{}{}", &line[..from], dice.pick(&VALUES), &line[to + 1..]),
        _ => line.to_owned(),
    }
}

/// Puts an extreme number in place of one.
fn exchange_number(line: &str, dice: &mut Dice) -> String {
    const NUMBERS: [&str; 14] = [
        "0", "-0", "1", "-1", "0.0001", "99999", "1e9", "1e18", "1e-18", "1e300", "100", "2", "1e5", "1e-300",
    ];
    let starts: Vec<usize> = line.match_indices(|c: char| c.is_ascii_digit()).map(|(i, _)| i).collect();
    if starts.is_empty() {
        return line.to_owned();
    }
    let from = *dice.pick(&starts);
    let length = line[from..].find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(line.len() - from);
    format!("{}{}{}", &line[..from], dice.pick(&NUMBERS), &line[from + length..])
}

/// Takes out, doubles or replaces a character.
fn spoil(line: &str, dice: &mut Dice) -> String {
    const STRANGE: [char; 14] =
        ['\0', '"', '\'', '[', ']', '{', '}', '=', '.', '$', '\u{feff}', '日', '\u{1F4A5}', '\\'];
    let mut chars: Vec<char> = line.chars().collect();
    let at = dice.below(chars.len());
    match dice.below(3) {
        0 if !chars.is_empty() => drop(chars.remove(at)),
        1 if !chars.is_empty() => chars.insert(at, chars[at]),
        _ => chars.insert(at, *dice.pick(&STRANGE)),
    }
    chars.into_iter().collect()
}

/// Every path in a scenario, as `--set` takes it.
fn paths(node: &Node, path: &str, into: &mut Vec<String>) {
    let mut child = |name: &str, node: &Node| {
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        paths(node, &path, into);
        into.push(path);
    };
    match &node.value {
        Value::Table(table) => table.entries.iter().for_each(|(key, entry)| child(key, &entry.node)),
        Value::Array(items) => {
            items.iter().for_each(|item| child(&entry_name(item).unwrap_or_default(), item));
        }
        _ => {}
    }
}

/// What came of a scenario.
#[derive(Clone, Debug, PartialEq)]
enum End {
    /// It was refused, with messages.
    Refused,
    /// Two trials were walked.
    Ran,
    /// Neither, in words.
    Trouble(String),
}

/// What is wrong with how a scenario fared, if anything.
fn trouble(text: &str, settings: &[String]) -> Option<String> {
    match fate(text, settings) {
        End::Trouble(what) => Some(what),
        _ => None,
    }
}

/// Reads a scenario as the command line would, shows its mistakes or walks two trials.
fn fate(text: &str, settings: &[String]) -> End {
    let begun = Instant::now();
    let work = || {
        let name = "fuzz.toml".to_owned();
        let request =
            Request { name, text: text.to_owned(), overlays: Vec::new(), settings: settings.to_vec() };
        let show = |sources: &Sources, diagnostics: &[scenario::Diagnostic]| {
            assert!(sources.render(diagnostics, false).len() > 20 && sources.to_json(diagnostics).is_array());
            for place in diagnostics.iter().filter_map(|d| d.place) {
                let text = sources.text(place.source);
                assert!(
                    place.start <= place.end && text.get(place.start..place.end).is_some(),
                    "{diagnostics:?}"
                );
            }
            if diagnostics.is_empty() {
                End::Trouble("refused without a word".to_owned())
            } else {
                End::Refused
            }
        };
        let document = match scenario::load(&request, &Shelf) {
            Ok(document) => document,
            Err((sources, mistakes)) => return show(&sources, &mistakes),
        };
        match model::read(&document) {
            Ok((model, _)) => simulate(&model),
            Err(mistakes) => show(&document.sources, &mistakes),
        }
    };
    let outcome = catch_unwind(AssertUnwindSafe(work));
    let seconds = begun.elapsed().as_secs_f64();
    match outcome {
        Err(panic) => {
            let message = panic.downcast_ref::<String>().cloned();
            End::Trouble(format!("panic: {}", message.unwrap_or_else(|| "without a text".to_owned())))
        }
        Ok(end) if seconds <= self::seconds() => end,
        Ok(_) => End::Trouble(format!("{seconds:.1} s")),
    }
}

fn simulate(model: &model::Model) -> End {
    let plan = Plan::new(model, model.seed);
    let mut worker = Worker::new(&plan);
    let mut row = vec![0.0; plan.columns.len()];
    for trial in 0..2 {
        worker.trial(trial, &mut row, &mut Nobody);
        let total = row[plan.columns.costs];
        if !total.is_finite() {
            let costs = &row[plan.columns.costs..plan.columns.costs + 6];
            return End::Trouble(format!("costs of trial {trial} are {costs:?}"));
        }
    }
    End::Ran
}

/// Fails with all that went wrong; a long campaign saves each case.
fn report(troubles: &[(String, String)]) {
    if let (Some(folder), false) = (std::env::var_os("SHORTFALL_CASES"), troubles.is_empty()) {
        for (i, (text, _)) in troubles.iter().enumerate() {
            std::fs::write(Path::new(&folder).join(format!("case-{i}.toml")), text).unwrap();
        }
    }
    let shown: Vec<_> = troubles.iter().take(10).map(|(_, what)| what.as_str()).collect();
    assert!(troubles.is_empty(), "{} cases:\n{}", troubles.len(), shown.join("\n"));
}

fn rounds(usual: u64) -> (u64, u64) {
    match std::env::var("SHORTFALL_LONG").ok().and_then(|n| n.parse().ok()) {
        Some(long) => (long, 1_000_000),
        None => (usual, 0),
    }
}

#[test]
fn mutilated_scenarios_are_refused_or_run() {
    let (count, first) = rounds(2000);
    let mut troubles = Vec::new();
    let mut ran = 0;
    for seed in first..first + count {
        let mut dice = Dice(seed);
        let mut text = (*dice.pick(&SCENARIOS)).to_owned();
        for _ in 0..=dice.below(3) {
            text = mutilate(&text, &mut dice);
        }
        match fate(&text, &[]) {
            End::Trouble(what) => troubles.push((text, format!("seed {seed}: {what}"))),
            End::Ran => ran += 1,
            End::Refused => {}
        }
    }
    report(&troubles);
    // The test is of both ends: neither is rare.
    assert!(count / 10 < ran && ran < count * 9 / 10, "{ran} of {count} ran");
    println!("{ran} of {count} ran");
}

#[test]
fn random_settings_are_refused_or_run() {
    let (count, first) = rounds(2000);
    let request = Request {
        name: "example.toml".to_owned(),
        text: EXAMPLE.to_owned(),
        overlays: Vec::new(),
        settings: Vec::new(),
    };
    let document = scenario::load(&request, &Shelf).unwrap();
    let mut known = Vec::new();
    paths(&document.root, "", &mut known);
    let mut troubles = Vec::new();
    for seed in first..first + count {
        let mut dice = Dice(!seed);
        let settings: Vec<String> = (0..=dice.below(2))
            .map(|_| {
                let path = dice.pick(&known).clone();
                let path = if dice.below(8) == 0 { spoil(&path, &mut dice) } else { path };
                format!("{path}={}", dice.pick(&VALUES))
            })
            .collect();
        if let Some(what) = trouble(EXAMPLE, &settings) {
            let text = settings.join("\n");
            troubles.push((text.clone(), format!("{text}: {what}")));
        }
    }
    report(&troubles);
}

#[test]
fn a_file_may_end_anywhere() {
    let ends = (0..EXAMPLE.len()).step_by(7).filter(|end| EXAMPLE.is_char_boundary(*end));
    let troubles: Vec<_> = ends
        .filter_map(|end| {
            let what = trouble(&EXAMPLE[..end], &[])?;
            Some((EXAMPLE[..end].to_owned(), format!("at byte {end}: {what}")))
        })
        .collect();
    report(&troubles);
}

#[test]
fn monsters_are_refused_quickly() {
    let frame = "[scenario]\nstart = 2026-01-01\nhorizon = \"1 year\"\ncurrency = \"JPY\"\n";
    let source = "[[materials.m.sources]]\nname = \"a\"\nshare = \"100%\"\n";
    let monsters = [
        format!("x = {}", "[".repeat(100_000)),
        format!("x = {}", "{a=".repeat(100_000)),
        format!("{}x = 1", "a.".repeat(100_000)),
        format!("[{}x]", "a.".repeat(100_000)),
        "[a]\n".repeat(100_000),
        "=\n".repeat(100_000),
        "\0".repeat(100_000),
        format!("x = \"{}\"", "y".repeat(10_000_000)),
        format!(
            "{frame}{source}inventory = {{ empirical = {{ values = [{}] }} }}",
            "\"1 day\",".repeat(100_000)
        ),
        format!(
            "{frame}{source}\n[parameters]\n{}",
            (0..2000).map(|i| format!("p{i} = \"$p{}\"\n", i + 1)).collect::<String>()
        ),
        format!(
            "{frame}{}",
            (0..3000)
                .map(|i| format!("[[materials.m{i}.sources]]\nname=\"a\"\nshare=1\n"))
                .collect::<String>()
        ),
    ];
    let troubles: Vec<_> = monsters
        .iter()
        .enumerate()
        .filter_map(|(i, text)| Some((text.clone(), format!("monster {i}: {}", trouble(text, &[])?))))
        .collect();
    report(&troubles);
    let deep = format!("{}x=1", "a.".repeat(100_000));
    assert_eq!(trouble(EXAMPLE, &[deep]), None);
}

/// Values at the ends of what a kind of quantity may be, and between.
fn extremes(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Share | Kind::Probability => &["0%", "100%", "1e-12%", "99.9999999999%", "50%"],
        Kind::AnnualProbability => &["0%", "99.99999%", "1e-12%", "50%"],
        Kind::Ratio => &["0", "1", "1e9", "1e-12", "0.3"],
        Kind::Multiplier => &["1", "1e9", "1.5"],
        Kind::Positive => &["1e-9", "1e9", "1", "0.5"],
        Kind::Elasticity => &["-1e-9", "-1e9", "-1", "-0.3"],
        Kind::Duration => &["0 days", "1e7 days", "1e-9 days", "1 day", "3 months"],
        Kind::Day => &["2026-01-01", "2026-01-02", "2029-06-15", "9999-12-31", "1900-01-01"],
        Kind::Mass => &["0 t", "1e18 t", "1e-9 t", "5 t"],
        Kind::MassRate => &["0 t/day", "1e18 t/day", "1e-12 t/day", "5 t/day"],
        Kind::Money => &["0 JPY", "1e27 JPY", "1 JPY"],
        Kind::MoneyRate => &["0 JPY/day", "1e27 JPY/day", "1e-9 JPY/day"],
        Kind::Price => &["0 JPY/t", "1e21 JPY/t", "1e-9 JPY/t"],
    }
}

#[test]
fn extremes_within_their_range_run() {
    let (count, first) = rounds(1000);
    let scenarios = SCENARIOS.map(|text| {
        let name = "fuzz.toml".to_owned();
        let request = Request { name, text: text.to_owned(), overlays: Vec::new(), settings: Vec::new() };
        let (model, _) = model::read(&scenario::load(&request, &Shelf).unwrap()).unwrap();
        let stated = model.assumptions.into_iter().filter_map(|a| Some((a.path, a.kind?)));
        // Shares of supply must sum, and one of a hundred combinations would.
        (text, stated.filter(|(path, _)| !path.contains(".share")).collect::<Vec<_>>())
    });
    let mut troubles = Vec::new();
    let mut ran = 0;
    for seed in first..first + count {
        let mut dice = Dice(seed.wrapping_mul(3));
        let (text, stated) = dice.pick(&scenarios);
        let settings: Vec<String> = (0..=dice.below(8))
            .map(|_| {
                let (path, kind) = dice.pick(stated);
                format!("{path}='{}'", dice.pick(extremes(*kind)))
            })
            .collect();
        match fate(text, &settings) {
            End::Trouble(what) => troubles.push((settings.join("\n"), format!("{settings:?}: {what}"))),
            End::Ran => ran += 1,
            End::Refused => {}
        }
    }
    report(&troubles);
    assert!(ran > count / 2, "{ran} of {count} ran");
}

#[test]
fn a_price_without_a_cap_stays_finite() {
    for elasticity in ["-0.01", "-0.001", "-1e-9"] {
        let setting = format!("materials.neodymium.price_response={{ elasticity = {elasticity} }}");
        // The ban of magnets and neodymium is in force from the start.
        let ban = "controls.magnets.initial=ban".to_owned();
        assert_eq!(fate(EXAMPLE, &[setting, ban]), End::Ran);
    }
}
