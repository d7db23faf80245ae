//! Draws every chart with data of every shape, and holds what must be true of each picture: well-formed, named, the
//! same bytes twice, all text on the sheet and none over another. The pictures are left in cargo's scratch folder.

#![allow(clippy::unwrap_used, reason = "all of this is a test")]

use plotters::style::{FontDesc, FontFamily, FontStyle};
use roxmltree::{Document, Node};
use shortfall::chart::{
    ExceedanceData, ExceedancePoint, FanData, FanPanel, HistogramData, PartKind, RegimePanel, StackData,
    StackPanel, StackPart, TrialData, TrialPanel, TrialRow, exceedance, fan, histogram, stack, trial,
};
use shortfall::quantity::words::{Language, Unit};

#[path = "../common/mod.rs"]
mod common;
mod met;
mod runs;
mod studies;

const LANGUAGES: [Language; 2] = [Language::English, Language::Japanese];

fn yen() -> Unit {
    Unit::Money("JPY".to_owned())
}

/// Numbers in (0, 1) spread evenly: the golden-ratio sequence.
fn even(n: usize) -> impl Iterator<Item = f64> {
    (1..=n).map(|i| (i as f64 * 0.618_033_988_749_894_9).fract())
}

/// A lognormal sample by the inverse of a logistic approximation of the normal law; its shape is all that matters.
fn lognormal(n: usize, median: f64, sigma: f64) -> Vec<f64> {
    even(n).map(|u| median * libm::exp(sigma * libm::log(u / (1.0 - u)) / 1.702)).collect()
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

fn quantile(values: &[f64], p: f64) -> f64 {
    values[((p * values.len() as f64).ceil() as usize).clamp(1, values.len()) - 1]
}

fn histogram_of(title: &str, values: Vec<f64>, unit: Unit, bins: usize) -> HistogramData {
    let values = sorted(values);
    let nonzero: Vec<f64> = values.iter().copied().filter(|v| *v != 0.0).collect();
    let (mut lo, mut hi) = (0.0, 0.0);
    if !nonzero.is_empty() {
        (lo, hi) = (nonzero[0].min(0.0), quantile(&nonzero, 0.995));
        if nonzero[0] == nonzero[nonzero.len() - 1] {
            lo = hi;
        }
    }
    let edges: Vec<f64> = (0..=bins).map(|i| lo + (hi - lo) * i as f64 / bins as f64).collect();
    let mut counts = vec![0.0; bins];
    for value in &nonzero {
        if hi > lo && *value <= hi {
            counts[(((value - lo) / (hi - lo) * bins as f64) as usize).min(bins - 1)] += 1.0;
        } else if hi == lo {
            counts[0] += 1.0;
        }
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let mut marks: Vec<(String, f64)> = [("P5", 0.05), ("P50", 0.5), ("P95", 0.95), ("P99", 0.99)]
        .map(|(name, p)| (name.to_owned(), quantile(&values, p)))
        .to_vec();
    marks.push(("mean".to_owned(), mean));
    HistogramData {
        language: Language::English,
        title: title.to_owned(),
        subtitle: format!(
            "{} trials, seed 1; the highest 0.5 % of the trials with a loss are not drawn",
            shortfall::quantity::words::count(values.len() as f64)
        ),
        axis: "total cost".to_owned(),
        unit,
        edges,
        counts,
        trials: values.len() as f64,
        zero_share: 1.0 - nonzero.len() as f64 / values.len() as f64,
        marks,
    }
}

/// The empirical curve at up to 400 of its points, with a Wilson interval.
fn exceedance_of(title: &str, values: Vec<f64>, unit: Unit) -> ExceedanceData {
    let values = sorted(values);
    let n = values.len() as f64;
    let mut at: Vec<f64> = values.clone();
    at.dedup();
    let keep = (at.len() / 300).max(1);
    let last = at.len() - 1;
    let tail = last.saturating_sub(100);
    let mut points = Vec::new();
    if values[0] > 0.0 && at.len() == 1 {
        points.push(ExceedancePoint { value: values[0], probability: 1.0, low: 1.0 - 3.0 / n, high: 1.0 });
    }
    for (_, value) in at.iter().enumerate().filter(|(i, _)| i % keep == 0 || *i >= tail) {
        let above = values.len() - values.partition_point(|v| v <= value);
        let p = above as f64 / n;
        let z2 = 1.96 * 1.96;
        let half = 1.96 * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
        let interval = |sign: f64| ((p + z2 / (2.0 * n) + sign * half) / (1.0 + z2 / n)).clamp(0.0, 1.0);
        points.push(ExceedancePoint {
            value: *value,
            probability: p,
            low: interval(-1.0),
            high: interval(1.0),
        });
    }
    ExceedanceData {
        language: Language::English,
        title: title.to_owned(),
        subtitle: format!(
            "{} trials, seed 1; the band holds the true curve with 95 % confidence at each point",
            shortfall::quantity::words::count(n)
        ),
        axis: "total cost".to_owned(),
        unit,
        points,
        quantiles: Vec::new(),
        published: Vec::new(),
    }
}

/// A disruption that begins on day 40, with some spread, and is over by `end`.
fn panel(name: &str, days: &[f64], scale: f64, end: f64, unit: Unit) -> FanPanel {
    let level = |factor: f64, delay: f64| -> Vec<f64> {
        let rise = |day: f64| ((day - 40.0 - delay) / 60.0).clamp(0.0, 1.0);
        let fall = |day: f64| ((end - day + 20.0 * factor) / (0.4 * end)).clamp(0.0, 1.0);
        days.iter()
            .map(|day| scale * factor * rise(*day) * fall(*day) * (1.0 + 0.06 * libm::sin(day / 60.0)))
            .collect()
    };
    FanPanel {
        name: name.to_owned(),
        axis: "shortfall, t per week".to_owned(),
        unit,
        days: days.to_vec(),
        p5: level(0.05, 90.0),
        p25: level(0.4, 50.0),
        p50: level(0.8, 30.0),
        p75: level(1.2, 10.0),
        p95: level(2.0, 0.0),
        mean: level(0.95, 20.0),
        baseline: None,
    }
}

fn weeks(n: usize) -> Vec<f64> {
    (0..n).map(|i| 7.0 * i as f64 + 3.5).collect()
}

fn fan_of(title: &str, panels: Vec<FanPanel>) -> FanData {
    FanData {
        language: Language::English,
        title: title.to_owned(),
        subtitle: "16,384 trials, seed 1".to_owned(),
        start: jiff::civil::date(2026, 11, 10),
        panels,
        regimes: Vec::new(),
    }
}

/// A control of `n` regimes whose probabilities rise and fall.
fn regimes(name: &str, days: &[f64], n: usize, most: f64) -> RegimePanel {
    let last = days.last().copied().unwrap_or(1.0).max(1.0);
    let share = |i: usize| -> Vec<f64> {
        days.iter().map(|day| most * (i + 1) as f64 / n as f64 * (day / last) * (1.2 - day / last)).collect()
    };
    let regimes = (0..n).map(|i| (format!("regime {i} of {name}"), share(i)));
    RegimePanel { name: name.to_owned(), days: days.to_vec(), regimes: regimes.collect() }
}

const LONG: &str = "Total cost to the motor-vehicle, electronics and wind-turbine industries of a simultaneous \
                    licence stop for seven medium and heavy rare earths, with and without allied stockpiles";
const NASTY: &str = "<script>\"R&D\" 'costs' > 0</script> 重希土類の供給途絶による損失（兆円）";

fn histograms() -> Vec<(&'static str, HistogramData)> {
    let mostly_zero =
        even(20_000).zip(lognormal(20_000, 4e11, 0.8)).map(|(u, v)| if u < 0.97 { 0.0 } else { v });
    let mixed = lognormal(5_000, 1e9, 0.5).into_iter().map(|v| v - 1.2e9).collect();
    let mut weighted = histogram_of("Uneven bins", lognormal(5_000, 100.0, 0.5), Unit::Days, 10);
    weighted.edges = vec![0.0, 20.0, 40.0, 60.0, 80.0, 100.0, 150.0, 200.0, 300.0, 400.0, 600.0];
    let mut close = histogram_of("Marks side by side", lognormal(5_000, 6.6e11, 0.02), yen(), 30);
    close.marks.extend([
        ("P25".to_owned(), 6.58e11),
        ("P75".to_owned(), 6.63e11),
        ("P99.9".to_owned(), 7.1e11),
    ]);
    let mut nothing = histogram_of("No trials", vec![1.0], yen(), 1);
    (nothing.counts, nothing.edges, nothing.trials) = (vec![], vec![], 0.0);
    let mut broken = histogram_of("Not a number", lognormal(500, 1.0, 0.5), Unit::Multiple, 20);
    broken.edges[3] = f64::NAN;
    broken.marks.push(("P1".to_owned(), f64::NAN));
    let mut far = histogram_of("A mark far beyond the bars", lognormal(5_000, 1e9, 0.5), yen(), 40);
    far.marks.push(("P99.99".to_owned(), 2e10));
    vec![
        ("lognormal", histogram_of("Total cost", lognormal(100_000, 5e11, 0.8), yen(), 60)),
        ("zeros97", histogram_of("Total cost of heavy rare earths", mostly_zero.collect(), yen(), 40)),
        (
            "zeros20",
            histogram_of(
                "Total cost",
                even(9_000)
                    .zip(lognormal(9_000, 3e12, 0.6))
                    .map(|(u, v)| if u < 0.1 { 0.0 } else { v })
                    .collect(),
                Unit::Money("USD".to_owned()),
                12,
            ),
        ),
        ("constant", histogram_of("Total cost", vec![6.6e11; 10_000], yen(), 40)),
        ("all_zero", histogram_of("Total cost", vec![0.0; 10_000], yen(), 40)),
        ("one_trial", histogram_of("One trial", vec![123.4], Unit::Tonnes, 10)),
        ("negative", histogram_of("Saving over doing nothing", mixed, Unit::Money("EUR".to_owned()), 50)),
        ("tiny", histogram_of("Tiny", lognormal(3_000, 3e-7, 0.4), Unit::Tonnes, 30)),
        ("huge", histogram_of("Huge", lognormal(3_000, 4e22, 0.4), yen(), 30)),
        ("share", histogram_of("Share of need", even(4_000).map(|u| u * 0.3).collect(), Unit::Share, 30)),
        ("many_bins", histogram_of("Three hundred bins", lognormal(90_000, 900.0, 0.3), Unit::Days, 300)),
        ("uneven", weighted),
        ("close", close),
        ("far", far),
        ("nothing", nothing),
        ("not_a_number", broken),
        ("long", histogram_of(LONG, lognormal(5_000, 5e11, 0.3), yen(), 40)),
        ("nasty", histogram_of(NASTY, lognormal(5_000, 5e11, 1.4), Unit::Money("<&>".to_owned()), 40)),
    ]
}

fn with_published(published: &[(&str, f64)]) -> ExceedanceData {
    let published = published.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
    ExceedanceData { published, ..exceedance_of("Total cost", lognormal(10_000, 5e11, 0.6), yen()) }
}

fn exceedances() -> Vec<(&'static str, ExceedanceData)> {
    let zeros = |share: f64, n: usize| -> Vec<f64> {
        even(n).zip(lognormal(n, 4e11, 0.7)).map(|(u, v)| if u < share { 0.0 } else { v }).collect()
    };
    let negative = lognormal(5_000, 1e9, 0.5).into_iter().map(|v| v - 1.2e9).collect();
    let mut empty = exceedance_of("No trials", vec![1.0], yen());
    empty.points.clear();
    vec![
        ("always", exceedance_of("Total cost", lognormal(100_000, 5e11, 0.6), yen())),
        ("rarely", exceedance_of("Total cost", zeros(0.97, 100_000), yen())),
        ("just12", exceedance_of("A start close to a level", zeros(0.88, 20_000), yen())),
        ("constant", exceedance_of("Total cost", vec![6.6e11; 10_000], yen())),
        ("all_zero", exceedance_of("Total cost", vec![0.0; 10_000], yen())),
        ("one_trial", exceedance_of("One trial", vec![123.4], Unit::Tonnes)),
        ("few", exceedance_of("Thirty trials", lognormal(30, 2e12, 0.5), Unit::Money("USD".to_owned()))),
        ("negative", exceedance_of("Saving over doing nothing", negative, Unit::Money("EUR".to_owned()))),
        ("million", exceedance_of("A million trials", lognormal(1_000_000, 9.0, 0.9), Unit::Multiple)),
        ("tiny", exceedance_of("Tiny", lognormal(5_000, 3e-7, 0.4), Unit::Tonnes)),
        ("huge", exceedance_of("Huge", lognormal(5_000, 4e22, 0.4), yen())),
        ("share", exceedance_of("Share of need", even(5_000).map(|u| u * 0.9).collect(), Unit::Share)),
        ("days", exceedance_of(LONG, lognormal(5_000, 400.0, 0.7), Unit::Days)),
        ("nasty", exceedance_of(NASTY, lognormal(5_000, 5e11, 0.3), yen())),
        ("nothing", empty),
        ("published", with_published(&[("published", 6.6e11)])),
        ("published_far", with_published(&[("published mean", 6.6e13), (NASTY, 1e9), ("and P95", 6.5e13)])),
    ]
}

fn fans() -> Vec<(&'static str, FanData)> {
    let names = [
        "dysprosium",
        "terbium",
        "gallium",
        "germanium",
        "antimony",
        "graphite, spherical and coated, for lithium-ion cells",
        "重希土",
        "tungsten",
        "samarium <Sm> & gadolinium",
        "yttrium",
    ];
    let five_years = weeks(260);
    let many = |n: usize| -> Vec<FanPanel> {
        let scales = [3.2, 0.4, 9.0, 18_000.0, 250.0, 1.2e6, 1e-3, 47.0, 0.0, 5.5];
        let panels = names.iter().zip(scales).take(n);
        panels
            .zip(0..)
            .map(|((name, scale), i)| {
                panel(name, &five_years, scale, 500.0 + 120.0 * f64::from(i), Unit::Tonnes)
            })
            .collect()
    };
    let daily: Vec<f64> = (0..30).map(f64::from).collect();
    let mut month = panel("dysprosium", &daily, 1.0, 300.0, Unit::Share);
    for (series, factor) in [
        (&mut month.p95, 0.9),
        (&mut month.p75, 0.6),
        (&mut month.p50, 0.4),
        (&mut month.mean, 0.45),
        (&mut month.p25, 0.2),
        (&mut month.p5, 0.05),
    ] {
        *series = daily.iter().map(|day| factor * day / 30.0).collect();
    }
    month.axis = "shortfall, share of need".to_owned();
    let mut decades = panel("stock", &weeks(1565), 12_000.0, 9_000.0, Unit::Tonnes);
    decades.baseline = Some(("need in a year".to_owned(), 16_000.0));
    let mut below = panel("saving", &weeks(52), 1e9, 300.0, yen());
    below.p25.iter_mut().for_each(|value| *value *= -1.0);
    below.p5 = below.p25.iter().map(|value| 2.0 * value - 1e8).collect();
    let mut gaps = panel("gaps", &weeks(52), 3.0, 300.0, Unit::Tonnes);
    gaps.p50[20] = f64::NAN;
    gaps.p5[30] = f64::NAN;
    gaps.mean[10..14].fill(f64::NAN);
    let mut activity = panel("activity", &five_years, 1.0, 600.0, Unit::Share);
    for series in [
        &mut activity.p5,
        &mut activity.p25,
        &mut activity.p50,
        &mut activity.p75,
        &mut activity.p95,
        &mut activity.mean,
    ] {
        series.iter_mut().for_each(|value| *value = 1.0 - 0.05 * *value);
    }
    (activity.p5, activity.p95) = (activity.p95.clone(), activity.p5.clone());
    (activity.p25, activity.p75) = (activity.p75.clone(), activity.p25.clone());
    vec![
        (
            "five_years",
            fan_of(
                "Shortfall of dysprosium",
                vec![panel("dysprosium", &five_years, 3.2, 900.0, Unit::Tonnes)],
            ),
        ),
        ("month", fan_of("Thirty days", vec![month])),
        ("thirty_years", fan_of("Thirty years", vec![decades])),
        ("negative", fan_of("Saving over doing nothing", vec![below])),
        ("gaps", fan_of("With gaps", vec![gaps])),
        ("activity", fan_of("Activity of the motor-vehicle industry", vec![activity])),
        (
            "zero",
            fan_of("Nothing is ever short", vec![panel("tungsten", &five_years, 0.0, 900.0, Unit::Tonnes)]),
        ),
        ("one_step", fan_of("One step", vec![panel("tungsten", &[120.0], 5.0, 900.0, Unit::Tonnes)])),
        ("two", fan_of("Two materials", many(2))),
        ("five", fan_of("Five materials", many(5))),
        ("ten", fan_of("Shortfall by material", many(10))),
        ("long", fan_of(LONG, vec![panel(LONG, &five_years, 3.2, 900.0, Unit::Tonnes)])),
        ("nasty", fan_of(NASTY, many(3))),
        ("nothing", fan_of("No series", vec![])),
        (
            "regimes",
            FanData {
                regimes: vec![
                    regimes("CN: export licences", &five_years, 3, 0.3),
                    regimes(NASTY, &five_years, 1, 1e-3),
                    regimes("never", &five_years, 2, 0.0),
                    regimes("many", &five_years, 6, 0.4),
                ],
                ..fan_of("Shortfall and regimes", vec![panel("Dy", &five_years, 3.2, 900.0, Unit::Tonnes)])
            },
        ),
        (
            "regimes_of_five",
            FanData {
                regimes: vec![regimes("CN: export licences", &five_years, 3, 0.3)],
                ..fan_of("Five materials", many(5))
            },
        ),
    ]
}

/// The rectangle that a text covers, in the units of the picture.
#[derive(Debug)]
struct Area {
    text: String,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

fn number(node: &Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap_or_else(|| panic!("{name} is missing")).parse().unwrap()
}

fn area(node: &Node<'_, '_>) -> Area {
    let text = node.text().unwrap().trim().to_owned();
    let (x, y, size) = (number(node, "x"), number(node, "y"), number(node, "font-size"));
    assert!(node.attribute("dy").is_none() && node.attribute("transform").is_none());
    let style =
        if node.attribute("font-weight") == Some("bold") { FontStyle::Bold } else { FontStyle::Normal };
    // Japanese comes from another font, one em a character.
    let foreign = text.chars().filter(|c| *c > '\u{3000}').count() as f64;
    let own: String = text.chars().filter(|c| *c <= '\u{3000}').collect();
    // The font's own em: plotters takes the size for the height from descender to ascender, 3408/2816 of it.
    let font = FontDesc::new(FontFamily::Name("Inter"), size * 3408.0 / 2816.0, style);
    let width = f64::from(font.layout_box(&own).unwrap().1.0) + foreign * size;
    let left = match node.attribute("text-anchor") {
        Some("end") => x - width,
        Some("middle") => x - width / 2.0,
        _ => x,
    };
    // Ascenders and descenders of Inter's letters.
    Area { text, left, right: left + width, top: y - 0.76 * size, bottom: y + 0.2 * size }
}

fn inspect(name: &str, picture: &str, title: &str) {
    let document = Document::parse(picture).unwrap_or_else(|error| panic!("{name}: {error}"));
    let root = document.root_element();
    assert_eq!(root.attribute("role"), Some("img"), "{name}");
    let svg = "http://www.w3.org/2000/svg";
    assert_eq!(root.tag_name().namespace(), Some(svg));
    let named = root.children().find(|node| node.is_element()).unwrap();
    assert_eq!((named.tag_name().name(), named.text()), ("title", Some(title)), "{name}");
    assert!(root.children().any(|node| node.has_tag_name((svg, "desc"))), "{name}");
    let view: Vec<f64> = root.attribute("viewBox").unwrap().split(' ').map(|n| n.parse().unwrap()).collect();
    let (width, height) = (view[2], view[3]);
    assert!((width / height - number(&root, "width") / number(&root, "height")).abs() < 1e-9);
    let texts: Vec<Area> =
        root.descendants().filter(|node| node.has_tag_name((svg, "text"))).map(|node| area(&node)).collect();
    assert!(!texts.is_empty(), "{name}");
    for (i, a) in texts.iter().enumerate() {
        let inside = a.left >= 0.0 && a.right <= width && a.top >= 0.0 && a.bottom <= height;
        assert!(inside, "{name}: off the sheet: {a:?}");
        for b in &texts[i + 1..] {
            let apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
            assert!(apart, "{name}: {:?} at {a:?} meets {:?} at {b:?}", a.text, b.text);
        }
    }
    shapes_are_on_the_sheet(name, &root, width, height);
}

fn shapes_are_on_the_sheet(name: &str, root: &Node<'_, '_>, width: f64, height: f64) {
    for points in root.descendants().filter_map(|node| node.attribute("points")) {
        for point in points.split_whitespace() {
            let (x, y) = point.split_once(',').unwrap();
            let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
            assert!((0.0..=width).contains(&x) && (0.0..=height).contains(&y), "{name}: {point}");
        }
    }
}

/// The same chart in both languages.
fn both(name: &str, title: &str, draw: impl Fn(Language) -> String) {
    for language in LANGUAGES {
        keep(&format!("{name}-{}", language.code()), || draw(language), title);
    }
}

fn keep(name: &str, draw: impl Fn() -> String, title: &str) {
    let picture = draw();
    assert_eq!(picture, draw(), "{name} differs from itself");
    std::fs::write(format!("{}/{name}.svg", env!("CARGO_TARGET_TMPDIR")), &picture).unwrap();
    inspect(name, &picture, title);
    assert!(picture.len() < 150_000, "{name} has {} bytes", picture.len());
}

#[test]
fn histograms_are_sound() {
    for (name, data) in histograms() {
        both(&format!("histogram-{name}"), &data.title, |language| {
            histogram(&HistogramData { language, ..data.clone() })
        });
    }
}

#[test]
fn exceedance_curves_are_sound() {
    for (name, data) in exceedances() {
        both(&format!("exceedance-{name}"), &data.title, |language| {
            exceedance(&ExceedanceData { language, ..data.clone() })
        });
    }
}

#[test]
fn fans_are_sound() {
    for (name, data) in fans() {
        both(&format!("fan-{name}"), &data.title, |language| fan(&FanData { language, ..data.clone() }));
    }
}

/// Many scales, spreads and shares of zeros in every unit, without looking at them one by one.
#[test]
fn all_scales_are_sound() {
    let usd = Unit::Money("USD".to_owned());
    let units = [yen(), usd, Unit::Tonnes, Unit::Share, Unit::Days, Unit::Count, Unit::Multiple];
    let dials = even(400).zip(even(800).skip(400)).zip(even(1200).skip(800));
    for (i, ((scale, spread), zeros)) in dials.enumerate() {
        let unit = units[i % units.len()].clone();
        let median = libm::pow(10.0, 24.0 * scale - 8.0);
        let sample = even(300).zip(lognormal(300, median, 2.0 * spread * spread));
        let sample: Vec<f64> = sample.map(|(u, v)| if u < zeros - 0.4 { 0.0 } else { v }).collect();
        let name = format!("{i}: median {median}, spread {spread}, zeros {zeros}");
        let data = histogram_of("Spread", sample.clone(), unit.clone(), 5 + i % 40);
        inspect(&name, &histogram(&data), "Spread");
        let data = exceedance_of("Probability", sample, unit.clone());
        inspect(&name, &exceedance(&data), "Probability");
        let days: Vec<f64> = (0..40).map(|k| (1.0 + 30.0 * spread * 40.0) * f64::from(k)).collect();
        let panels = vec![panel("one", &days, median, days[39] * zeros, unit); 1 + i % 3];
        inspect(&name, &fan(&fan_of("Time", panels)), "Time");
    }
}

#[test]
fn stacks_are_sound() {
    let days = weeks(120);
    let wave = |scale: f64, shift: f64| -> Vec<f64> {
        days.iter().map(|day| scale * (1.0 + libm::sin(day / 90.0 + shift))).collect()
    };
    let kinds = [
        PartKind::Usual,
        PartKind::More,
        PartKind::Own(0),
        PartKind::Own(1),
        PartKind::Own(2),
        PartKind::Own(3),
        PartKind::Stored,
        PartKind::Idle,
        PartKind::Missing,
    ];
    let panel_of = |name: &str, scale: f64, usual: f64| StackPanel {
        name: name.to_owned(),
        unit: Unit::Tonnes,
        days: days.clone(),
        parts: kinds
            .into_iter()
            .enumerate()
            .map(|(i, kind)| StackPart {
                name: if i == 3 { NASTY.to_owned() } else { format!("part {i}") },
                kind,
                values: wave(if i == 0 { usual } else { scale }, i as f64),
            })
            .collect(),
    };
    let one_day = StackPanel {
        days: vec![3.5],
        parts: vec![StackPart { name: "one".to_owned(), kind: PartKind::Usual, values: vec![2.0] }],
        ..panel_of("one day", 1.0, 1.0)
    };
    for (name, panels) in [
        ("one", vec![panel_of("gallium, t per week", 1.0, 3.0)]),
        ("above_zero", vec![panel_of(NASTY, 0.01, 0.0)]),
        ("three", vec![panel_of("tiny", 1e-9, 3e-8), panel_of(LONG, 1e9, 3e12), panel_of("zero", 0.0, 0.0)]),
        ("one_day", vec![one_day]),
        ("zero", vec![panel_of("zero", 0.0, 0.0)]),
        ("nothing", vec![]),
    ] {
        let data = StackData {
            language: Language::English,
            title: "By whom the need is met".to_owned(),
            subtitle: "16,384 trials, seed 1".to_owned(),
            start: jiff::civil::date(2026, 11, 10),
            panels,
        };
        both(&format!("stack-{name}"), &data.title, |language| {
            stack(&StackData { language, ..data.clone() })
        });
    }
}

#[test]
fn trials_are_sound() {
    let days: Vec<f64> = (0..260).map(|k| 7.0 * (f64::from(k) + 0.5)).collect();
    let wave = |scale: f64| -> Vec<f64> { even(260).map(|u| scale * (1.0 - u) * u).collect() };
    let long = "a material with a name that is much too long for the heading of its panel";
    for (name, scale, panels, rows) in
        [("plain", 4000.0, 2, 1), ("empty", 0.0, 1, 0), ("tiny", 1e-9, 3, 3), ("huge", 3e15, 1, 2)]
    {
        let panel = |i: usize| TrialPanel {
            name: if i == 2 { long.to_owned() } else { format!("metal {i}, t per week") },
            unit: Unit::Tonnes,
            area: (i != 1).then(|| ("shortfall".to_owned(), wave(scale / 2.0))),
            lines: ["inflow", "need", "users' stocks"].map(|n| (n.to_owned(), wave(scale))).to_vec(),
        };
        let stays = vec![
            (-300.0, 20.0, 1, "licensing".to_owned()),
            (20.0, 21.0, 3, "ban".to_owned()),
            (400.0, 900.0, 2, "quota".to_owned()),
            (1700.0, 1820.0, 3, "a regime with a name that does not fit".to_owned()),
        ];
        let row = |i: usize| TrialRow { name: format!("CN: control {i}"), regimes: 3, stays: stays.clone() };
        let data = TrialData {
            language: Language::English,
            title: "Trial 7: 日本".to_owned(),
            subtitle: "total cost 660 billion yen; seed 1".to_owned(),
            start: jiff::civil::date(2026, 11, 10),
            days: days.clone(),
            span: (0.0, 1820.0),
            panels: (0..panels).map(panel).collect(),
            rows: (0..rows).map(row).collect(),
        };
        both(&format!("trial-{name}"), &data.title, |language| {
            trial(&TrialData { language, ..data.clone() })
        });
    }
}
