//! The charts of studies over data of every shape: lines, heat maps, clouds, bars and points.

use shortfall::chart::{
    Axis, Bar, BarRow, BarsData, CloudData, CloudPanel, Crossed, HeatData, Line, LinePoint, LinesData,
    ScatterData, ScatterPoint, bars, cloud, heat, heat_crossed, lines, scatter,
};
use shortfall::quantity::words::{Language, Unit};

use super::{LONG, NASTY, both, even, yen};

const SUBTITLE: &str = "10,000 trials at each point, seed 1; bands: 95 % confidence";
const EN: Language = Language::English;

fn line(name: &str, xs: &[f64], f: impl Fn(f64) -> f64, spread: f64) -> Line {
    let point = |x: f64| LinePoint { x, y: f(x), low: f(x) * (1.0 - spread), high: f(x) * (1.0 + spread) };
    Line { name: name.to_owned(), points: xs.iter().copied().map(point).collect() }
}

fn lines_of(title: &str, x: Axis, y: Axis, lines: Vec<Line>) -> LinesData {
    let (title, subtitle) = (title.to_owned(), SUBTITLE.to_owned());
    LinesData { language: EN, title, subtitle, x, y, lines, levels: Vec::new(), places: Vec::new() }
}

fn many_lines() -> Vec<(&'static str, LinesData)> {
    let tenths: Vec<f64> = (0..=10).map(|i| f64::from(i) / 10.0).collect();
    let decades: Vec<f64> = (0..60).map(|i| libm::pow(10.0, f64::from(i) / 10.0)).collect();
    let share = || Axis::new("China's share of supply", Unit::Share);
    let cost = || Axis::new("total cost", yen());
    let trials = || Axis::new("trials", Unit::Count).log();
    let settle = |x: f64| 6.6e11 * (1.0 + libm::sin(x) / x.sqrt());
    let mut gaps = line("with gaps", &tenths, |x| 1e12 * x, 0.1);
    gaps.points[4].y = f64::NAN;
    gaps.points[6].y = f64::NAN;
    gaps.points[9].low = f64::NAN;
    let eight = (0..8).map(|i| {
        line(&format!("measure {i} with a rather long name"), &tenths, move |x| 1e11 * f64::from(i) * x, 0.05)
    });
    let mean_and_tail =
        vec![line("mean", &tenths, |x| 1e12 * x * x, 0.08), line("CVaR 95 %", &tenths, |x| 4e12 * x, 0.15)];
    let mut data = vec![
        ("sweep", lines_of("Total cost by dependence", share(), cost(), mean_and_tail)),
        ("convergence", lines_of("Mean", trials(), cost(), vec![line("mean", &decades, settle, 0.2)])),
        (
            "short_log",
            lines_of("One decade", trials(), cost(), vec![line("", &decades[20..29], settle, 0.2)]),
        ),
        ("eight", lines_of("Eight lines", share(), cost(), eight.collect())),
        ("gaps", lines_of("Gaps", share(), cost(), vec![gaps])),
        ("one_point", lines_of("One point", share(), cost(), vec![line("", &[0.3], |_| 5.0, 0.2)])),
        ("zero", lines_of("All zero", share(), cost(), vec![line("", &tenths, |_| 0.0, 0.0)])),
        ("log_log", lines_of("Both", trials(), cost().log(), vec![line("", &decades, |x| x * x, 0.5)])),
        ("negative", lines_of(LONG, share(), cost(), vec![line(LONG, &tenths, |x| -1e30 * x, 0.1); 2])),
        (
            "nasty",
            lines_of(NASTY, Axis::new(NASTY, yen()), cost(), vec![line(NASTY, &tenths, |x| x, 0.1); 3]),
        ),
        ("nothing", lines_of("Nothing", share(), cost(), vec![])),
    ];
    data[0].1.levels = vec![("published".to_owned(), 6.6e11), ("target".to_owned(), 6.9e11)];
    data[0].1.places =
        vec![("as in the scenario".to_owned(), 0.6), ("2010".to_owned(), 0.93), (LONG.to_owned(), 0.95)];
    data
}

#[test]
fn lines_are_sound() {
    for (name, data) in many_lines() {
        both(&format!("lines-{name}"), &data.title, |language| {
            lines(&LinesData { language, ..data.clone() })
        });
    }
}

fn heat_of(
    title: &str,
    columns: usize,
    rows: usize,
    unit: Unit,
    f: impl Fn(usize, usize) -> f64,
) -> HeatData {
    HeatData {
        language: EN,
        title: title.to_owned(),
        subtitle: SUBTITLE.to_owned(),
        x: ("stockpile".to_owned(), (0..columns).map(|i| format!("{} days", 30 * i)).collect()),
        y: ("annual probability".to_owned(), (0..rows).map(|i| format!("{i} %")).collect()),
        value: "mean total cost".to_owned(),
        unit,
        values: (0..rows).map(|j| (0..columns).map(|i| f(i, j)).collect()).collect(),
    }
}

#[test]
fn heat_maps_are_sound() {
    let slope = |i: usize, j: usize| 1e11 * (j * j) as f64 / (1.0 + i as f64);
    let mut nasty = heat_of(NASTY, 3, 3, yen(), slope);
    (nasty.x.0, nasty.y.0, nasty.value) = (NASTY.to_owned(), LONG.to_owned(), LONG.to_owned());
    nasty.x.1[1] = NASTY.to_owned();
    nasty.y.1[2] = NASTY.to_owned();
    nasty.values[1][1] = f64::NAN;
    for (name, data) in [
        ("small", heat_of("Cost", 5, 5, yen(), slope)),
        ("fine", heat_of("Fine", 40, 30, Unit::Share, |i, j| (i * j) as f64 / 1200.0)),
        ("wide", heat_of("Wide", 14, 2, Unit::Days, |i, j| (i + j) as f64 * 40.0)),
        ("one", heat_of("One cell", 1, 1, Unit::Tonnes, |_, _| 3.0)),
        ("zero", heat_of("All zero", 4, 4, yen(), |_, _| 0.0)),
        ("huge", heat_of("Huge", 6, 4, yen(), |i, j| 1e30 * (i + j) as f64 - 2e30)),
        ("undefined", heat_of("Undefined", 2, 2, yen(), |_, _| f64::NAN)),
        ("nothing", heat_of("Nothing", 0, 0, yen(), |_, _| 0.0)),
        ("nasty", nasty),
    ] {
        both(&format!("heat-{name}"), &data.title, |language| heat(&HeatData { language, ..data.clone() }));
    }
}

fn bar(from: f64, to: f64, half: f64, kind: usize, label: &str) -> Bar {
    let interval = (half > 0.0).then_some((to - half, to + half));
    Bar { from, to, interval, kind, label: label.to_owned() }
}

fn bars_of(title: &str, unit: Unit, rows: Vec<(String, Vec<Bar>)>) -> BarsData {
    BarsData {
        language: EN,
        title: title.to_owned(),
        subtitle: SUBTITLE.to_owned(),
        axis: "mean total cost".to_owned(),
        unit,
        rows: rows.into_iter().map(|(name, bars)| BarRow { name, bars }).collect(),
        kinds: Vec::new(),
        base: None,
        in_line: false,
        joined: false,
    }
}

#[test]
fn bars_are_sound() {
    let names = [
        "controls.ban.regimes.ban.lasts",
        "materials.dysprosium.price",
        "中国の輸出規制の年間確率",
        LONG,
        NASTY,
    ];
    let base = 6.6e11;
    let tornado = |scale: f64| {
        let rows = names.iter().zip(1..).map(|(name, i)| {
            let size = scale / f64::from(i);
            let low = bar(base, base - size, 0.1 * size, 0, "P5: 30 days");
            let high = bar(base, base + 1.4 * size, 0.1 * size, 1, "P95: 2.4 years");
            ((*name).to_owned(), vec![low, high])
        });
        let mut data = bars_of("Tornado", yen(), rows.collect());
        data.kinds = vec!["input at its 5 % quantile".to_owned(), "input at its 95 % quantile".to_owned()];
        data.base = Some(("as in the scenario: 660 billion yen".to_owned(), base));
        data.in_line = true;
        data
    };
    let sobol = names.iter().zip(even(5)).map(|(name, u)| {
        let total = bar(0.0, u, 0.05, 1, &format!("{u:.2}"));
        ((*name).to_owned(), vec![bar(0.0, 0.7 * u, 0.05, 0, &format!("{:.2}", 0.7 * u)), total])
    });
    let mut sobol = bars_of("Sobol' indices", Unit::Share, sobol.collect());
    sobol.kinds = vec!["alone".to_owned(), "with all others".to_owned(), LONG.to_owned()];
    let parts = [("lost output", 3e11), ("elsewhere", 2e11), ("higher prices", -0.6e11), ("premiums", 0.0)];
    let mut sum = 0.0;
    let mut rows = Vec::new();
    for (name, part) in parts {
        rows.push((name.to_owned(), vec![bar(sum, sum + part, 1e10, 0, "300 bn ± 3 bn")]));
        sum += part;
    }
    rows.push(("total".to_owned(), vec![bar(0.0, sum, 1e10, 2, "440 bn ± 3 bn")]));
    let mut waterfall = bars_of("Where the cost comes from", yen(), rows);
    waterfall.joined = true;
    let one = |to: f64| vec![("one".to_owned(), vec![bar(0.0, to, 0.0, 0, "")])];
    for (name, data) in [
        ("tornado", tornado(4e11)),
        ("tornado_narrow", tornado(1e3)),
        ("sobol", sobol),
        ("waterfall", waterfall),
        ("one", bars_of("One", yen(), one(5.0))),
        ("zero", bars_of("Zero", yen(), one(0.0))),
        ("undefined", bars_of("Undefined", yen(), one(f64::NAN))),
        ("huge", bars_of(LONG, yen(), one(-1e300))),
        ("nothing", bars_of(NASTY, yen(), vec![])),
    ] {
        both(&format!("bars-{name}"), &data.title, |language| bars(&BarsData { language, ..data.clone() }));
    }
}

fn points_of(title: &str, points: Vec<ScatterPoint>) -> ScatterData {
    ScatterData {
        language: EN,
        title: title.to_owned(),
        subtitle: "10,000 trials, seed 1; crosses: 95 % confidence".to_owned(),
        x: Axis::new("cost of the measure", yen()),
        y: Axis::new("avoided loss", yen()),
        points,
        even: Some("avoids what it costs".to_owned()),
        frontier: Some("efficient: nothing avoids more for less".to_owned()),
    }
}

#[test]
fn points_are_sound() {
    let names =
        ["60 days", "180 days", "recycling", "Lynas", "deep-sea mining", NASTY, LONG, "磁石のリサイクル"];
    let spread = |n: usize, wide: f64| -> Vec<ScatterPoint> {
        let points = even(n).zip(even(3 * n).skip(n)).enumerate().map(|(i, (u, v))| {
            let (x, y) = (1e11 * (0.5 + wide * (u - 0.5)), 3e11 * (0.5 + wide * (v - 0.5)));
            ScatterPoint {
                name: names[i % names.len()].to_owned(),
                x,
                y,
                x_interval: (i % 2 == 0).then_some((x * 0.9, x * 1.1)),
                y_interval: Some((y - 2e10, y + 2e10)),
                efficient: i % 3 == 0,
            }
        });
        points.collect()
    };
    let mut odd = spread(4, 1.0);
    odd[0].x = f64::NAN;
    odd[1].y = -4e11;
    odd[2].y_interval = Some((f64::NAN, f64::NAN));
    let mut zero = spread(2, 1.0);
    zero.iter_mut().for_each(|p| (p.x, p.y, p.x_interval, p.y_interval) = (0.0, 0.0, None, None));
    for (name, data) in [
        ("eight", points_of("Measures", spread(8, 1.0))),
        ("crowded", points_of("Crowded", spread(24, 0.1))),
        ("one", points_of("One", spread(1, 1.0))),
        ("odd", points_of("Odd", odd)),
        ("zero", points_of("Zero", zero)),
        ("nasty", points_of(NASTY, spread(5, 1.0))),
        ("nothing", points_of("Nothing", vec![])),
        ("log", ScatterData { x: Axis::new("cost", yen()).log(), ..points_of("Log", spread(9, 1.0)) }),
    ] {
        both(&format!("points-{name}"), &data.title, |language| {
            scatter(&ScatterData { language, ..data.clone() })
        });
    }
}

/// The corners of the orange lines of a picture, in units of its view box.
fn orange(svg: &str) -> Vec<Vec<(f64, f64)>> {
    let lines =
        svg.split("<polyline").skip(1).filter(|line| line.split("/>").next().unwrap().contains("#C84C09"));
    let corners = |line: &str| {
        let points = line.split("points=\"").nth(1).unwrap().split('"').next().unwrap().trim();
        let corner = |text: &str| {
            let (x, y) = text.split_once(',').unwrap();
            (x.parse().unwrap(), y.parse().unwrap())
        };
        points.split_whitespace().map(corner).collect()
    };
    lines.map(corners).collect()
}

#[test]
fn a_level_is_crossed_along_a_smooth_line_between_numbers_and_along_cells_between_names() {
    let plane = heat_of("Plane", 6, 5, yen(), |i, j| 1e11 * (i as f64 + 2.0 * j as f64));
    let cross = |data: &HeatData, between: bool, level: f64| {
        both("heat-crossed", &data.title, |language| {
            heat_crossed(&HeatData { language, ..data.clone() }, Some(Crossed { level, between }))
        });
        orange(&heat_crossed(data, Some(Crossed { level, between })))
    };
    let smooth = cross(&plane, true, 3.5e11);
    assert_eq!(smooth.len(), 1, "{smooth:?}");
    // A straight line, from border to border: two corners, for what lies on the way adds nothing.
    assert_eq!(smooth[0].len(), 2, "{smooth:?}");
    assert!(cross(&plane, false, 3.5e11).len() > 4);
    assert!(cross(&plane, true, 99e11).is_empty());
    // A hole in the data is a hole in the line, and a single row has nothing between.
    let mut holed = plane.clone();
    holed.values[1][2] = f64::NAN;
    assert_eq!(cross(&holed, true, 3.5e11).len(), 2);
    assert!(cross(&heat_of("Row", 6, 1, yen(), |i, _| i as f64), true, 2.5).is_empty());
    let hill = heat_of("Hill", 7, 7, yen(), |i, j| {
        9.0 - ((i as f64 - 3.0) * (i as f64 - 3.0)) - (j as f64 - 3.0) * (j as f64 - 3.0)
    });
    let closed = cross(&hill, true, 4.5);
    assert_eq!(closed.len(), 1);
    assert_eq!(closed[0][0], closed[0][closed[0].len() - 1]);
}

#[test]
fn clouds_are_sound() {
    let panel = |x: Axis, n: usize, f: &dyn Fn(f64) -> f64| CloudPanel {
        x,
        note: "explains 62 % (55 % to 69 %) of the variance".to_owned(),
        points: even(n).zip(even(3 * n).skip(n)).map(|(u, v)| (180.0 * u, f(u) * (0.5 + v))).collect(),
        mean: (0..10)
            .map(|k| f64::from(k) / 10.0 + 0.05)
            .map(|u| LinePoint { x: 180.0 * u, y: f(u), low: 0.9 * f(u), high: 1.1 * f(u) })
            .collect(),
    };
    let of = |title: &str, panels: Vec<CloudPanel>| CloudData {
        language: EN,
        title: title.to_owned(),
        subtitle: SUBTITLE.to_owned(),
        y: Axis::new("mean total cost", yen()),
        panels,
        levels: vec![("1 trillion JPY".to_owned(), 1e12)],
    };
    let days = || Axis::new("options.state-stockpile.size", Unit::Days);
    let slope = |u: f64| 1e12 * (1.2 - u);
    let mut odd = panel(Axis::new(LONG, Unit::Days), 40, &slope);
    odd.points[3].1 = f64::NAN;
    odd.points[4] = (f64::INFINITY, 0.0);
    odd.mean[2].low = f64::NAN;
    odd.mean[5].y = f64::NAN;
    odd.note = NASTY.to_owned();
    let bare = CloudPanel { mean: vec![], note: String::new(), ..panel(days(), 5, &slope) };
    let same = CloudPanel { points: vec![(7.0, 0.0); 3], mean: vec![], note: String::new(), x: days() };
    let empty = CloudPanel { points: vec![], ..same.clone() };
    let log = panel(Axis::new("factor", Unit::Count).log(), 60, &slope);
    for (name, data) in [
        ("two", of("Cost", vec![panel(days(), 200, &slope), panel(days(), 200, &|_| 1e11)])),
        ("many", of("Many", (0..5).map(|_| panel(days(), 300, &slope)).collect())),
        ("odd", of("Odd", vec![odd, bare, same.clone(), empty.clone(), log])),
        ("nasty", of(NASTY, vec![panel(Axis::new(NASTY, yen()), 30, &slope)])),
        ("same", CloudData { levels: vec![], ..of("Same", vec![same]) }),
        ("nothing", of("Nothing", vec![])),
        ("empty", of("Empty", vec![empty])),
    ] {
        both(&format!("clouds-{name}"), &data.title, |language| {
            cloud(&CloudData { language, ..data.clone() })
        });
    }
}
