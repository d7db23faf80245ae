//! Draws the gallery: `cargo run --release --example gallery` writes docs/gallery.md and its pictures anew.
//!
//! It is also how the library is used without the command line: read a scenario, run it, draw.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use shortfall::chart::{
    Axis, Bar, BarRow, BarsData, HeatData, Line, LinePoint, LinesData, ScatterData, ScatterPoint, bars, heat,
    lines, scatter,
};
use shortfall::cli::Disk;
use shortfall::model::{self, Model};
use shortfall::outcome::{self, Outcome, Provenance};
use shortfall::parallel::Pool;
use shortfall::plan::Plan;
use shortfall::quantity::words::{Language, Unit};
use shortfall::report::{self, Pictured};
use shortfall::scenario::{self, Request};
use shortfall::statistics::Sample;
use shortfall::story::{Pick, tell};
use shortfall::study::{Asked, Design, Results, Row, Sweep, Variation};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const RUN_TRIALS: u64 = 10_000;
const POINT_TRIALS: u64 = 2_000;
const GALLIUM: &str = "scenarios/japan-gallium.toml";
const STOCKS: &str = "options.state-stockpile-gallium.size";
const HEADROOM: &str = "materials.gallium.headroom";
const ENGLISH: Language = Language::English;

fn read(file: &str, overlays: &[&str], settings: &[String]) -> Result<Model> {
    let request = Request {
        name: file.to_owned(),
        text: fs::read_to_string(file)?,
        overlays: overlays.iter().map(PathBuf::from).collect(),
        settings: settings.to_vec(),
    };
    let document = scenario::load(&request, &Disk).map_err(|(sources, d)| sources.render(&d, false))?;
    Ok(model::read(&document).map_err(|d| document.sources.render(&d, false))?.0)
}

/// The columns of some metrics over the first trials.
fn columns(model: &Model, metrics: &[&str], pool: &Pool) -> Result<Vec<Vec<f64>>> {
    let plan = Plan::new(model, model.seed);
    let run = outcome::run(&plan, POINT_TRIALS, pool, &AtomicBool::new(false), |_| {});
    let all = outcome::metrics(model, &plan.columns);
    let column = |name: &&str| -> Result<Vec<f64>> {
        let metric = all.iter().find(|m| m.name == **name).ok_or_else(|| format!("no metric {name}"))?;
        Ok(run.columns[metric.column].to_vec())
    };
    metrics.iter().map(column).collect()
}

/// The total cost under some settings.
fn cost(settings: &[String], pool: &Pool) -> Result<Sample> {
    Ok(Sample::new(&columns(&read(GALLIUM, &[], settings)?, &["cost.total"], pool)?[0]))
}

/// The charts of a run and of one of its trials.
fn run_charts(file: &str, language: Language, pool: &Pool) -> Result<Vec<(String, String)>> {
    let model = read(file, &[], &[])?;
    let plan = Plan::new(&model, model.seed);
    let run = outcome::run(&plan, RUN_TRIALS, pool, &AtomicBool::new(false), |_| {});
    let metrics = outcome::metrics(&model, &plan.columns);
    let total = metrics.iter().find(|m| m.name == "cost.total").ok_or("no total cost")?.column;
    let convergence = outcome::convergence(&run.columns[total], None, &run.design(), pool);
    let worst =
        (0..run.count).max_by(|a, b| run.columns[total].get(*a).total_cmp(&run.columns[total].get(*b)));
    let outcome = Outcome::new(metrics, &run, None, pool);
    let timeline = outcome::timeline(&model, &plan, RUN_TRIALS, pool);
    let provenance = Provenance::new(&model.name, "", model.seed, RUN_TRIALS, &[], String::new());
    let mut out = report::charts(&Pictured {
        model: &model,
        outcome: &outcome,
        timeline: &timeline,
        convergence: &convergence,
        provenance: &provenance,
        language,
    });
    let (story, course) = tell(&model, &plan, Pick::number(worst.unwrap_or_default() as u64));
    out.push(("trial.svg".to_owned(), report::trial_chart(&model, &story, &course, &provenance, language)));
    Ok(out)
}

fn yen() -> Unit {
    Unit::Money("JPY".to_owned())
}

const SUBTITLE: &str = "Japan: gallium and germanium; 2,000 trials at each point, the same random numbers";

fn sweep(pool: &Pool) -> Result<String> {
    let (mut mean, mut tail) = (Vec::new(), Vec::new());
    for days in (0..=360).step_by(45) {
        let sample = cost(&[format!("{STOCKS}={days} days")], pool)?;
        for (points, estimate) in [(&mut mean, sample.mean()), (&mut tail, sample.cvar(0.95))] {
            let e = estimate.ok_or("no trials")?;
            points.push(LinePoint { x: f64::from(days), y: e.value, low: e.low, high: e.high });
        }
    }
    let line = |name: &str, points| Line { name: name.to_owned(), points };
    Ok(lines(&LinesData {
        language: ENGLISH,
        title: "A sweep: the cost over the size of the state's stockpile of gallium".to_owned(),
        subtitle: format!("{SUBTITLE}; bands: 95 % confidence"),
        x: Axis::new("stockpile of gallium, days of use", Unit::Count),
        y: Axis::new("total cost", yen()),
        lines: vec![line("mean", mean), line("mean of the worst 5 % (CVaR 95)", tail)],
        levels: Vec::new(),
        places: vec![("as it is".to_owned(), 60.0)],
    }))
}

fn map(pool: &Pool) -> Result<String> {
    let (days, spare) = ([0, 30, 60, 90, 180, 360], [0, 5, 10, 20, 40]);
    let mut values = Vec::new();
    for headroom in spare {
        let mut row = Vec::new();
        for size in days {
            let settings = [format!("{STOCKS}={size} days"), format!("{HEADROOM}={headroom}%")];
            row.push(cost(&settings, pool)?.mean().ok_or("no trials")?.value);
        }
        values.push(row);
    }
    Ok(heat(&HeatData {
        language: ENGLISH,
        title: "A sweep in two directions: the mean cost".to_owned(),
        subtitle: SUBTITLE.to_owned(),
        x: ("stockpile of gallium".to_owned(), days.iter().map(|d| format!("{d} days")).collect()),
        y: ("headroom of other suppliers".to_owned(), spare.iter().map(|s| format!("{s} %")).collect()),
        value: "mean total cost".to_owned(),
        unit: yen(),
        values,
    }))
}

/// What a sweep draws of a design.
fn design(pool: &Pool) -> Result<String> {
    let text = fs::read_to_string(GALLIUM)?;
    let request = Request { name: GALLIUM.to_owned(), text, overlays: Vec::new(), settings: Vec::new() };
    let document = scenario::load(&request, &Disk).map_err(|(sources, d)| sources.render(&d, false))?;
    let model = Model { trials: 200, ..read(GALLIUM, &[], &[])? };
    let plan = Plan::new(&model, model.seed);
    let entries =
        [format!("{STOCKS}=0..360 days"), format!("{HEADROOM}=0..40%"), "parameters.trigger=2%..30%".into()];
    let vary: Vec<Variation> =
        entries.iter().map(|text| Variation::parse(text)).collect::<std::result::Result<_, _>>()?;
    let sampled = Design::Sobol(256);
    let points = sampled.points(&vary, model.seed).map_err(|wrong| wrong.join(", "))?;
    let asked = Asked::parse("cost.total.mean", &outcome::metrics(&model, &plan.columns), &model)?;
    let sweep = Sweep::new(document, model, vary, sampled, points, vec![asked], &Disk);
    let missing: Vec<_> = (0..sweep.points.len()).filter_map(|point| sweep.missing(point, None)).collect();
    let mut rows = Vec::new();
    sweep.simulate(
        &missing,
        (&Disk, pool, &AtomicBool::new(false)),
        |_| {},
        |point, stored| {
            let (texts, inputs) = (sweep.points[point].clone(), sweep.inputs(point));
            rows.push(Row { texts, inputs, figures: Ok(sweep.figures(stored)) });
        },
    );
    let provenance =
        Provenance::new(&sweep.model.name, "", sweep.model.seed, sweep.model.trials, &[], String::new());
    let charts = report::sweep_charts(&Results { sweep: &sweep, rows }, &provenance, None);
    charts.into_iter().next().map(|(_, svg)| svg).ok_or_else(|| "no chart".into())
}

/// One assumption after the other at a low and at a high value.
fn tornado(pool: &Pool) -> Result<String> {
    let base = cost(&[], pool)?.mean().ok_or("no trials")?.value;
    let inputs = [
        ("exposure", "parameters.exposure", "0.5", "2"),
        ("stocks that can be used", "parameters.accessible", "20%", "80%"),
        ("crises a year", "parameters.trigger", "2%", "30%"),
        ("escalation a year", "parameters.escalation", "3%", "35%"),
        ("headroom for gallium", HEADROOM, "0%", "40%"),
        ("stockpile of gallium", STOCKS, "0 days", "180 days"),
    ];
    let mut rows = Vec::new();
    for (name, path, low, high) in inputs {
        let mut own = Vec::new();
        for (kind, value) in [low, high].into_iter().enumerate() {
            let e = cost(&[format!("{path}={value}")], pool)?.mean().ok_or("no trials")?;
            let label = value.to_owned();
            own.push(Bar { from: base, to: e.value, interval: Some((e.low, e.high)), kind, label });
        }
        rows.push(BarRow { name: name.to_owned(), bars: own });
    }
    let reach = |row: &BarRow| row.bars.iter().map(|bar| (bar.to - base).abs()).fold(0.0, f64::max);
    rows.sort_by(|a, b| reach(b).total_cmp(&reach(a)));
    Ok(bars(&BarsData {
        language: ENGLISH,
        title: "A tornado: one assumption after the other, low and high".to_owned(),
        subtitle: format!("{SUBTITLE}; whiskers: 95 % confidence"),
        axis: "mean total cost".to_owned(),
        unit: yen(),
        rows,
        kinds: vec!["low".to_owned(), "high".to_owned()],
        base: Some((format!("as in the scenario: {}", ENGLISH.money(base, "JPY")), base)),
        in_line: true,
        joined: false,
    }))
}

/// What measures avoid against what they cost, in the same trials.
fn measures(pool: &Pool) -> Result<String> {
    let metrics = ["cost.total", "cost.options", "cost.premiums"];
    let base = columns(&read("scenarios/japan-gallium-unaided.toml", &[], &[])?, &metrics, pool)?;
    let paid = |c: &[Vec<f64>], i: usize| c[1][i] + c[2][i];
    let mut points = Vec::new();
    for (name, overlay) in [
        ("60 days in reserve", "reserves-60-days-gallium"),
        ("180 days in reserve", "reserves-180-days-gallium"),
        ("companies' stocks", "company-stocks-gallium"),
        ("recycling", "gallium-recycling"),
        ("Kazakhstan", "kazakhstan-gallium"),
        ("Wagerup", "wagerup"),
    ] {
        let overlay = format!("scenarios/measures/{overlay}.toml");
        let own = columns(&read("scenarios/japan-gallium-unaided.toml", &[&overlay], &[])?, &metrics, pool)?;
        let trials = 0..base[0].len();
        let cost = trials.clone().map(|i| paid(&own, i) - paid(&base, i)).collect::<Vec<_>>();
        let loss = |c: &[Vec<f64>], i: usize| c[0][i] - paid(c, i);
        let avoided = trials.map(|i| loss(&base, i) - loss(&own, i)).collect::<Vec<_>>();
        let [x, y] = [cost, avoided].map(|column| Sample::new(&column).mean());
        let (x, y) = (x.ok_or("no trials")?, y.ok_or("no trials")?);
        points.push(ScatterPoint {
            name: name.to_owned(),
            x: x.value,
            y: y.value,
            x_interval: Some((x.low, x.high)),
            y_interval: Some((y.low, y.high)),
            efficient: false,
        });
    }
    let best: Vec<bool> = points
        .iter()
        .map(|p| !points.iter().any(|q| q.x <= p.x && q.y >= p.y && (q.x < p.x || q.y > p.y)))
        .collect();
    points.iter_mut().zip(best).for_each(|(point, best)| point.efficient = best);
    Ok(scatter(&ScatterData {
        language: ENGLISH,
        title: "Measures: what they avoid and what they cost".to_owned(),
        subtitle: format!("{SUBTITLE}; against doing nothing; crosses: 95 % confidence"),
        x: Axis::new("cost of the measure, mean", yen()),
        y: Axis::new("avoided loss, mean", yen()),
        points,
        even: Some("avoids what it costs".to_owned()),
        frontier: Some("efficient: no other avoids more for less".to_owned()),
    }))
}

/// What a chart of a run shows, by its file.
const TOLD: [(&str, &str); 11] = [
    ("histogram", "How the total cost is spread, with its mean and quantiles."),
    ("exceedance", "How probable a higher cost is, with the confidence band; published figures are marked."),
    ("cost", "Where the cost comes from: means with their standard errors, one on top of the other."),
    ("cost-sectors", "What each sector loses."),
    ("convergence", "How the estimate settled as trials were added."),
    ("shortfall", "What is missing of each material over time, and the probability of each regime beneath."),
    ("timeline-inflow", "What flows in."),
    ("timeline-stocks", "What users and stockpiles hold."),
    ("timeline-activity", "How far each sector is held back."),
    (
        "met",
        "By whom the need is met: usual sources, their headroom, each option, stocks; and what is unmet.",
    ),
    ("trial", "One trial, here the worst: `shortfall explain --worst cost.total`."),
];

fn main() -> Result<()> {
    let pool = Pool::new(0)?;
    let folder = Path::new("docs/images/gallery");
    fs::create_dir_all(folder)?;
    let mut page = "# Gallery\n\nEvery picture here is drawn from simulated trials by `cargo run --release --example \
                    gallery`. A run leaves those of the first\npart in `charts/`, as SVG, and with `--png` as PNG too. \
                    Colours are told apart by colour-blind readers, and in grey.\n"
        .to_owned();
    let show = |page: &mut String, name: &str, told: &str, svg: &str| -> Result<()> {
        fs::write(folder.join(format!("{name}.svg")), svg)?;
        write!(page, "\n{told}\n\n![{told}](images/gallery/{name}.svg)\n")?;
        Ok(())
    };
    page += &format!("\n## A run\n\n`shortfall run {GALLIUM} --trials 1e4`\n");
    for (file, svg) in run_charts(GALLIUM, ENGLISH, &pool)? {
        let name = file.trim_end_matches(".svg");
        let told = TOLD.iter().find(|(own, _)| *own == name).map_or(name, |(_, told)| told);
        show(&mut page, name, told, &svg)?;
    }
    page += "\n## The same in Japanese\n\nEvery chart has both languages.\n";
    for (file, svg) in run_charts(GALLIUM, Language::Japanese, &pool)? {
        let name = file.trim_end_matches(".svg");
        if ["exceedance", "cost", "met"].contains(&name) {
            let told = TOLD.iter().find(|(own, _)| *own == name).map_or(name, |(_, told)| told);
            show(&mut page, &format!("{name}-ja"), told, &svg)?;
        }
    }
    page += "\n## Charts of several runs\n\nDrawn with the functions of `shortfall::chart`; \
             [examples/gallery.rs](../examples/gallery.rs) shows how.\n";
    show(&mut page, "lines", "Lines with their bands.", &sweep(&pool)?)?;
    show(&mut page, "heat", "A heat map.", &map(&pool)?)?;
    show(
        &mut page,
        "clouds",
        "Points of a design with their mean, what explains most first.",
        &design(&pool)?,
    )?;
    show(&mut page, "bars", "Bars with their intervals.", &tornado(&pool)?)?;
    show(
        &mut page,
        "points",
        "Points with their intervals, and the efficient ones joined.",
        &measures(&pool)?,
    )?;
    fs::write("docs/gallery.md", page)?;
    Ok(())
}
