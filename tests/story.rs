//! Stories of single trials: they are those of their run, their sums add up, and their sentences are true in every edge
//! case.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::sync::atomic::AtomicBool;

use shortfall::model::Model;
use shortfall::outcome::{self, Given, Outcome, Trials};
use shortfall::parallel::Pool;
use shortfall::plan::{Column, Plan};
use shortfall::quantity::words::Language;
use shortfall::report::{Sentences, sentences};
use shortfall::statistics::Sample;
use shortfall::story::{Event, Pick, Story, Wanted, What, choose, tell};

use common::{model_of, model_with};

const OTHERS: [&str; 4] = [
    "tests/data/example.toml",
    "benches/weekly.toml",
    "src/cli/templates/chain.toml",
    "src/cli/templates/one-material.toml",
];

/// All scenarios that are shipped, and some others.
fn files() -> Vec<String> {
    let entries =
        std::fs::read_dir("scenarios").unwrap().map(|e| e.unwrap().path().to_str().unwrap().to_owned());
    let mut files: Vec<String> = entries.filter(|path| path.ends_with(".toml")).collect();
    files.sort();
    assert!(files.len() > 2);
    files.extend(OTHERS.map(str::to_owned));
    files
}

fn run(plan: &Plan, count: u64) -> (Trials, Pool) {
    let pool = Pool::new(2).unwrap();
    (outcome::run(plan, count, &pool, &AtomicBool::new(false), |_| {}), pool)
}

fn near(a: f64, b: f64, scale: f64, what: &str) {
    assert!((a - b).abs() <= 1e-9 * scale.abs().max(1e-6), "{what}: {a} against {b}");
}

#[test]
fn the_trial_told_is_that_of_the_run_to_the_last_bit_and_its_sums_add_up() {
    for file in files() {
        let file = file.as_str();
        let model = model_with(file, &[]);
        let plan = Plan::new(&model, model.seed);
        let (trials, _) = run(&plan, 150);
        let metrics = outcome::metrics(&model, &plan.columns);
        for trial in 0..150 {
            let (story, course) = tell(&model, &plan, Pick::number(trial));
            for metric in &metrics {
                let of_run = trials.columns[metric.column].get(trial as usize) + 0.0;
                let told = story.metrics[&metric.name].as_f64();
                let bits = (!of_run.is_nan()).then(|| of_run.to_bits());
                assert_eq!(told.map(f64::to_bits), bits, "{file} trial {trial} {}", metric.name);
            }
            adds_up(&story, file);
            assert!(course.series.iter().all(|line| line.values.len() == plan.steps), "{file}");
            // What happened within a step comes after all that has its own day in it.
            let when = |e: &Event| if e.exact { e.day } else { e.day + plan.step };
            assert!(story.events.windows(2).all(|pair| when(&pair[0]) <= when(&pair[1])), "{file}");
            reads_well(&sentences(&model, &story, Language::English), file);
            reads_well_in_japanese(&sentences(&model, &story, Language::Japanese), file);
        }
    }
}

fn adds_up(story: &Story, file: &str) {
    for m in &story.materials {
        let b = &m.balance;
        assert!(b.adds_up() && b.gap < 1e-9, "{file} trial {} {}: {b:?}", story.pick.trial, m.material);
        near(b.unmet, m.short_tonnes, b.need, "what is unmet");
        let released: f64 = b.stockpiles.iter().map(|p| p.released).sum();
        assert!(b.from_stockpiles.iter().map(|p| p.tonnes).sum::<f64>() <= released * (1.0 + 1e-9));
        let parts = [b.from_sources, b.from_stocks, b.idle, b.unmet, b.beyond_need];
        assert!(parts.iter().all(|part| *part >= -1e-9 * b.need.max(1.0)), "{file}: {b:?}");
    }
    for s in &story.sectors {
        let gross: f64 = s.for_want_of.iter().map(|m| m.lost).sum();
        near(gross - s.made_up, s.lost, gross.max(1.0), "what a sector lost");
    }
    let c = &story.costs;
    near(c.lost_output + c.indirect + c.price + c.premiums + c.options, c.total, c.total, "the costs");
}

/// What no sentence may look like, whatever happened.
fn reads_well(told: &Sentences, file: &str) {
    let groups = [&told.happened, &told.sectors, &told.materials, &told.options, &told.draws];
    for text in groups.into_iter().flatten().chain([&told.reason, &told.headline]) {
        let starts =
            text.starts_with(['“', '`', '(']) || text.chars().next().is_some_and(char::is_alphanumeric);
        assert!(starts && text.ends_with(['.', ':', ')']), "{file}: {text}");
        for bad in ["  ", " ,", "..", "undefined", "NaN", "“”", " and .", " for .", "infinite", "minus"] {
            assert!(!text.contains(bad), "{file}: `{bad}` in: {text}");
        }
    }
}

/// The same of Japanese sentences; those of both languages tell of the same things.
fn reads_well_in_japanese(told: &Sentences, file: &str) {
    let groups = [&told.happened, &told.sectors, &told.materials, &told.options, &told.draws];
    for text in groups.into_iter().flatten().chain([&told.reason, &told.headline]) {
        assert!(text.ends_with(['。', '）']), "{file}: {text}");
        for bad in
            ["  ", "、、", "。。", "、。", "「」", "算出不能", "無限", " the ", " of ", "です。", "ません"]
        {
            assert!(!text.contains(bad), "{file}: `{bad}` in: {text}");
        }
    }
}

#[test]
fn what_is_picked_is_what_was_asked_for() {
    for file in ["tests/data/example.toml", "scenarios/japan-rare-earths-uncertain.toml"] {
        let model = model_with(file, &[]);
        let plan = Plan::new(&model, 3);
        let (trials, pool) = run(&plan, 700);
        let metrics = outcome::metrics(&model, &plan.columns);
        let given = Given::parse("cost.total > 1 billion JPY", &metrics, &model).unwrap();
        for condition in [None, Some(("cost", &given))] {
            let outcome = Outcome::new(metrics.clone(), &trials, condition, &pool);
            let total = metrics.iter().position(|m| m.name == "cost.total").unwrap();
            let costs = &trials.columns[plan.columns.costs];
            let given = condition.map(|c| c.1);
            let pick = |wanted| choose(wanted, &plan, &trials, &outcome, given).unwrap();
            let worst = pick(Wanted::Worst(total));
            assert_eq!(costs.get(worst.trial as usize), outcome.samples[total].max().unwrap());
            assert_eq!(worst.among.unwrap().cost_as_much, 1);
            let at = pick(Wanted::At(total, 0.95));
            assert_eq!(costs.get(at.trial as usize), outcome.samples[total].quantile(0.95).unwrap().value);
            assert_eq!(
                pick(Wanted::Typical).trial as usize,
                typical_by_hand(&plan, &trials, given, &outcome)
            );
        }
    }
}

/// The definition in docs/explain.md, written down plainly: every trial is looked at.
fn typical_by_hand(plan: &Plan, trials: &Trials, given: Option<&Given>, outcome: &Outcome) -> usize {
    let mask = given.map_or(vec![true; trials.count], |g| g.holds(&outcome.metrics, &trials.columns));
    let ranks = |column: &[f64]| -> Vec<f64> {
        let own: Vec<f64> = column.iter().zip(&mask).filter(|(_, keep)| **keep).map(|(x, _)| *x).collect();
        let rank = |x: f64| {
            let (below, same) =
                (own.iter().filter(|y| **y < x).count(), own.iter().filter(|y| **y == x).count());
            (2 * below + same) as f64 / (2 * own.len()) as f64
        };
        let median = rank(Sample::new(&own).quantile(0.5).unwrap().value);
        column.iter().map(|x| (rank(*x) - median).abs()).collect()
    };
    let main =
        |c: &Column| matches!(c, Column::AnyControl | Column::AnyShort | Column::Share(_) | Column::Lost(_));
    let others: Vec<Vec<f64>> = (0..plan.columns.len())
        .filter(|c| main(&plan.columns.list[*c]))
        .map(|c| ranks(&trials.columns[c].to_vec()))
        .collect();
    let cost = ranks(&trials.columns[plan.columns.costs].to_vec());
    let distance = |i: usize| cost[i] + others.iter().map(|o| o[i]).sum::<f64>() / others.len() as f64;
    let counted: Vec<usize> = (0..trials.count).filter(|i| mask[*i]).collect();
    let least = counted.iter().map(|&i| distance(i)).fold(f64::INFINITY, f64::min);
    counted.into_iter().find(|&i| distance(i) <= least + 1e-12).unwrap()
}

const BASE: &str = r#"
[scenario]
start = 2026-01-01
horizon = "52 weeks"
currency = "JPY"
[materials.metal]
price = "100 JPY/t"
inventory = "4 weeks"
[[materials.metal.sources]]
name = "abroad"
share = "100%"
headroom = "20%"
route = { mining = "CN" }
[sectors.mills]
value_added = "52.17857142857143 billion JPY/year"
uses.metal = { amount = "36525 t/year", exposed = "100%" }
[controls.ban]
country = "CN"
materials = ["metal"]
[[controls.ban.onsets]]
name = "date"
at = 2026-02-26
[[controls.ban.regimes]]
name = "quota"
blocks = "50%"
lasts = "8 weeks"
"#;

fn story_of(text: &str, settings: &[&str]) -> (Story, Sentences) {
    let model: Model = model_of("case", text, settings);
    let plan = Plan::new(&model, 1);
    let (story, _) = tell(&model, &plan, Pick::number(0));
    adds_up(&story, "case");
    let told = sentences(&model, &story, Language::English);
    reads_well(&told, "case");
    (story, told)
}

/// That some sentence has all these words.
fn says(sentences: &[String], words: &str) {
    assert!(sentences.iter().any(|s| s.contains(words)), "no `{words}` in {sentences:#?}");
}

fn never_says(sentences: &[String], words: &str) {
    assert!(sentences.iter().all(|s| !s.contains(words)), "`{words}` in {sentences:#?}");
}

#[test]
fn a_plain_story_is_told_by_hand() {
    // 700 t a week; a quota leaves half of it, and a fifth more of that by headroom: 280 t a week are missing for 8 weeks.
    // 4 weeks of stocks, 2,800 t, bridge that. 2 weeks of stocks last 5 weeks; in the 3 weeks left 840 t are missing, and
    // of 1 billion yen a week 40 % are lost.
    let (story, told) = story_of(BASE, &[]);
    assert!(!story.short);
    says(
        &told.happened,
        "On 2026-02-26 CN's control “ban” enters “quota” (onset “date”) and stops 50 % of what it hits.",
    );
    says(&told.happened, "On 2026-04-23 CN's control “ban” is lifted after 56 days.");
    says(&told.sectors, "No sector loses output.");
    says(&told.materials, "The need for metal is met throughout.");
    assert!(told.headline.contains("but nothing is ever short. It costs nothing."), "{}", told.headline);
    let (story, told) = story_of(BASE, &["materials.metal.inventory=2 weeks"]);
    near(story.materials[0].short_tonnes, 840.0, 840.0, "missing");
    near(story.sectors[0].lost, 1.2e9, 1.2e9, "lost");
    near(story.materials[0].balance.from_stocks, 1400.0, 1400.0, "from stocks");
    says(
        &told.happened,
        "In the week from 2026-04-02 the need for metal is, for the first time, not met in full.",
    );
    says(&told.happened, "In the week from 2026-04-02 mills begins to lose output.");
    says(&told.happened, "From 2026-04-23 on mills loses no more output.");
    says(&told.sectors, "mills loses 1.2 billion yen of value added for want of metal.");
    says(&told.sectors, "it works at 60 % of normal");
    assert_eq!(
        told.headline,
        "In this trial the control “ban” acts, and there is not enough metal: in the worst week, 40 % of the need is \
         missing. It costs 1.2 billion yen, all of it lost output."
    );
}

#[test]
fn nothing_happens_and_says_so() {
    let never = "controls.ban.onsets.date.probability=0%";
    let (story, told) = story_of(BASE, &[never]);
    assert!(story.events.is_empty() && !story.acted);
    assert_eq!(
        told.headline,
        "Nothing happens in this trial: no control stops anything, and nothing is short. It costs nothing."
    );
    assert!(told.materials.is_empty() && told.options.is_empty());
    // An option that is kept ready costs all the same.
    let keep = "options.plant={ kind = \"supplier\", material = \"metal\", capacity = \"10 t/year\", route = {}, fixed_cost = \"1 billion JPY/year\" }";
    let (_, told) = story_of(BASE, &[never, keep]);
    assert!(
        told.headline.ends_with("It costs 997 million yen all the same, all of it for the options."),
        "{}",
        told.headline
    );
    says(&told.options, "“plant” is not called on; to keep it costs");
}

#[test]
fn a_typical_trial_of_a_quiet_run_is_quiet() {
    let model = model_of("case", BASE, &["controls.ban.onsets.date.probability=20%"]);
    let plan = Plan::new(&model, 1);
    let (trials, pool) = run(&plan, 300);
    let outcome = Outcome::new(outcome::metrics(&model, &plan.columns), &trials, None, &pool);
    let pick = choose(Wanted::Typical, &plan, &trials, &outcome, None).unwrap();
    let (story, _) = tell(&model, &plan, pick);
    let told = sentences(&model, &story, Language::English);
    assert!(told.reason.contains("Nothing is short in any of them."), "{}", told.reason);
    assert!(told.headline.starts_with("Nothing happens"));
}

#[test]
fn escalation_and_the_end_of_the_horizon() {
    let text = format!(
        "{BASE}[[controls.ban.regimes]]\nname = \"stop\"\nblocks = \"100%\"\nlasts = \"8 weeks\"\n\
         [[controls.ban.onsets]]\nname = \"again\"\nat = 2026-03-26\nenters = \"stop\"\n"
    );
    let (story, told) = story_of(&text, &["controls.ban.regimes.stop.lasts=5 years"]);
    says(
        &told.happened,
        "goes from “quota” to the harsher “stop” (onset “again”) and stops all of what it hits.",
    );
    says(&told.happened, "When the simulation ends, on 2026-12-31, CN's control “ban” is still in “stop”.");
    never_says(&told.happened, "is lifted");
    never_says(&told.happened, "recovered");
    says(&told.sectors, "It stands still in its worst week");
    says(&told.sectors, "it still loses output when the simulation ends.");
    says(&told.materials, "When the simulation ends, metal has not recovered.");
    assert!(story.sectors[0].unrecovered);
    // Back to the milder one.
    let (_, told) = story_of(&text, &["controls.ban.regimes.stop.then={ quota = 1 }"]);
    says(&told.happened, "goes from “stop” to the milder “quota” and stops 50 % of what it hits.");
}

#[test]
fn in_force_from_the_start_and_overlapping() {
    let start = ["controls.ban.initial=quota", "controls.ban.elapsed=2 weeks"];
    let (story, told) = story_of(BASE, &start);
    says(
        &told.happened,
        "At the start CN's control “ban” is in “quota” already; it stops 50 % of what it hits.",
    );
    // The onset into the regime in force would have no effect; when it comes the control is open again.
    let enters = story.events.iter().filter(|e| matches!(e.what, What::Enters { .. })).count();
    assert_eq!(enters, 2);
    let other = "\n[controls.levy]\ncountry = \"CN\"\nmaterials = [\"metal\"]\n[[controls.levy.onsets]]\nfollows = \"ban\"\ndelay = \"2 weeks\"\n[[controls.levy.regimes]]\nname = \"levy\"\nblocks = { \"0 days\" = \"0%\", \"1 week\" = \"40%\", \"2 weeks\" = \"20%\" }\nlasts = \"5 weeks\"\n";
    let (_, told) = story_of(&format!("{BASE}{other}"), &[]);
    says(
        &told.happened,
        "CN's control “levy”, following the control “ban”, enters “levy” and stops nothing for now.",
    );
    says(&told.happened, "still in “levy”, tightens: it now stops 40 % of what it hits.");
    says(&told.happened, "still in “levy”, eases: it now stops 20 % of what it hits.");
    assert!(told.headline.contains("the controls “ban” and “levy” act"), "{}", told.headline);
}

#[test]
fn options_that_come_late_fail_or_are_not_needed() {
    let option = |name: &str, more: &str| {
        format!(
            "options.{name}={{ kind = \"supplier\", material = \"metal\", capacity = \"365250 t/year\", route = {{}}, {more} }}"
        )
    };
    let settings = [
        option("late", "lead_time = \"9 months\""),
        option("never", "lead_time = \"5 years\""),
        option("broken", "success = \"0%\", lead_time = \"2 weeks\""),
        option("works", "lead_time = \"4 weeks\""),
        option("spare", "lead_time = \"4 weeks\""),
        "materials.metal.inventory=2 weeks".to_owned(),
    ];
    let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
    let (story, told) = story_of(BASE, &settings);
    says(&told.options, "“late” would be available from 2026-11-26; nothing calls for it any more by then.");
    says(&told.options, "“never” would be available from 2031-02-26, after the simulation ends.");
    says(&told.options, "“broken” should be available from 2026-03-12, but in this trial it does not work.");
    says(&told.options, "“works” is available from 2026-03-26 and delivers");
    says(&told.options, "“spare” is available from 2026-03-26, but nothing is asked of it.");
    says(&told.happened, "On 2026-03-26 the options “works” and “spare” become available.");
    assert!(story.materials[0].balance.from_suppliers.iter().any(|p| p.option == "works" && p.tonnes > 0.0));
}

#[test]
fn no_stocks_no_losses_and_prices_alone() {
    let (_, told) = story_of(BASE, &["materials.metal.inventory=0 days"]);
    never_says(&told.happened, "run out of stocks");
    never_says(&told.happened, "runs out of them");
    never_says(&told.happened, "recovered");
    says(&told.materials, "until nothing is short any more it takes");
    // The cause first, though the week of the loss begins before the day of the ban.
    let later = ["materials.metal.inventory=0 days", "controls.ban.onsets.date.at=2026-03-02"];
    let order = story_of(BASE, &later).1.happened;
    assert!(
        order[0].contains("2026-03-02") && order.last().unwrap().contains("no more output"),
        "{order:#?}"
    );
    says(&told.happened, "In the week from 2026-02-26 mills begins to lose output.");
    // Not exposed: short, but nothing is lost.
    let (_, told) =
        story_of(BASE, &["materials.metal.inventory=0 days", "sectors.mills.uses.metal.exposed=0%"]);
    says(&told.sectors, "No sector loses output.");
    assert!(told.headline.ends_with("is missing. It costs nothing."), "{}", told.headline);
    // Stocks keep everything going, but what is bought costs more: elasticity -1: 1 / 60 % of the price.
    let price = "materials.metal.price_response={ elasticity = -1, cap = 5 }";
    let (story, told) = story_of(BASE, &[price, "materials.metal.spot_share=100%"]);
    assert!(story.costs.price > 0.0 && story.costs.price == story.costs.total);
    says(&told.materials, "Its spot price is highest in the week from");
    assert!(told.headline.contains("all the same, all of it higher prices"), "{}", told.headline);
}

#[test]
fn unusual_draws_are_judged_by_their_laws() {
    let model = model_with("tests/data/example.toml", &[]);
    let plan = Plan::new(&model, model.seed);
    let (mut made, mut unusual) = (0, 0);
    for trial in 0..600 {
        let (story, _) = tell(&model, &plan, Pick::number(trial));
        made += story.draws.made;
        unusual += story.draws.unusual.len();
        assert!(story.draws.unusual.iter().all(|d| d.as_low.min(d.as_high) < 0.05));
    }
    // All laws there are continuous: one draw in ten. Some 9,000 draws, nearly independent: four standard errors are
    // 0.013, a false alarm in 16,000 seeds (there is but this one).
    let share = unusual as f64 / made as f64;
    assert!(made > 5000 && (share - 0.1).abs() < 0.013, "{share} of {made}");
}
