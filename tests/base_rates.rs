//! Whether base rates are recovered from synthetic histories with a known truth, and whether their 95 % intervals cover it.
//!
//! Seeds are fixed. Each coverage is of 500 histories: its standard error is 1 %, and the limits below, 3.3 of them from
//! 95 %, are left by chance once in a thousand where the interval is exact.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "all of this is a test")]

use shortfall::history::{self, AtRisk, By};
use shortfall::random::{Factor, Law};
use shortfall::scenario::Sources;
use shortfall::statistics::survival::{Family, Spell, fit};

const HISTORIES: u64 = 500;

/// Forty spells: a third of them seen late, those longer than a time of their own censored (about three in ten).
fn spells(law: &Law, median: f64, factor: &Factor, history: u64) -> Vec<Spell> {
    (0..40)
        .map(|i| {
            let u = |k: u32| factor.uniform(history, 3 * i + k);
            let entry = if i % 3 == 0 { 0.5 * median * u(1) } else { 0.0 };
            let length = law.longer_than(u(0), entry);
            let seen_until = entry + 4.0 * median * u(2);
            Spell { entry, length: length.min(seen_until), ended: length <= seen_until }
        })
        .collect()
}

fn covers(family: Family, shape: f64) {
    let median = 100.0;
    let law = family.law(median, shape).unwrap();
    let factor = Factor::new(1, &format!("base rates {family:?} {shape}"));
    let (mut hits, mut shape_hits, mut fitted, mut bias, mut shape_bias, mut ended) =
        (0u32, 0u32, 0u32, 0.0, 0.0, 0);
    for history in 0..HISTORIES {
        let spells = spells(&law, median, &factor, history);
        ended += spells.iter().filter(|s| s.ended).count();
        let Some(fit) = fit(family, &spells) else { continue };
        fitted += 1;
        hits += u32::from(fit.median.low <= median && median <= fit.median.high);
        bias += libm::log(fit.median.value / median);
        if let Some(s) = fit.shape {
            shape_hits += u32::from(s.low <= shape && shape <= s.high);
            shape_bias += libm::log(s.value / shape);
        }
    }
    let n = f64::from(fitted);
    let (cover, shape_cover) = (f64::from(hits) / n, f64::from(shape_hits) / n);
    println!(
        "{family:?} {shape}: {fitted} fitted, {:.1} of 40 ended; median covered {cover:.3}, bias {:+.3}; shape covered \
         {shape_cover:.3}, bias {:+.3}",
        ended as f64 / HISTORIES as f64,
        bias / n,
        shape_bias / n
    );
    assert_eq!(u64::from(fitted), HISTORIES);
    assert!((0.918..=0.982).contains(&cover), "median: {cover}");
    assert!((bias / n).abs() < 0.05, "median: {}", bias / n);
    if family != Family::Exponential {
        assert!((0.918..=0.982).contains(&shape_cover), "shape: {shape_cover}");
        assert!((shape_bias / n).abs() < 0.08, "shape: {}", shape_bias / n);
    }
}

#[test]
fn exponential_durations_are_recovered() {
    covers(Family::Exponential, 1.0);
}

#[test]
fn weibull_durations_are_recovered() {
    covers(Family::Weibull, 1.5);
}

#[test]
fn lognormal_durations_are_recovered() {
    covers(Family::Lognormal, 0.8);
}

#[test]
fn gamma_durations_are_recovered() {
    covers(Family::Gamma, 2.0);
}

/// A table of one control that alternates between open times of a constant hazard and times in force, over 40 years.
fn table(rate: f64, lasts: &Law, factor: &Factor, history: u64) -> String {
    let mut text = String::from("# from: 1980-01-01\n# until: 2020-01-01\nstart,end,country,material\n");
    let begin = jiff::civil::date(1980, 1, 1);
    let all = 14_610.0;
    let day = |t: f64| begin + jiff::Span::new().days(t as i64);
    let (mut t, mut i) = (0.0, 0);
    loop {
        t += -libm::log(factor.uniform(history, i)) / rate * 365.25;
        // Dates are whole days: at least one passes.
        let end = t + lasts.quantile(factor.uniform(history, i + 1)) + 1.0;
        i += 2;
        if t >= all - 1.0 {
            return text;
        }
        let ends = if end < all { day(end).to_string() } else { "open".to_owned() };
        text.push_str(&format!("{},{ends},XX,metal\n", day(t)));
        t = end + 1.0;
    }
}

#[test]
fn onsets_are_recovered_from_the_table_on() {
    let (rate, mean) = (0.4, 400.0);
    let lasts = Law::exponential(mean).unwrap();
    let factor = Factor::new(1, "base rates of tables");
    let (mut covered, mut sum, mut best, mut means) = (0u32, 0.0, 0u32, 0.0);
    for history in 0..HISTORIES {
        let mut sources = Sources::default();
        let source = sources.add("synthetic.csv", table(rate, &lasts, &factor, history));
        let read = history::read(&sources, source, None, None).unwrap();
        let group = history::groups(&read, By::Both, AtRisk::Open).remove(0);
        let base = history::estimate(group);
        let found = base.rate.unwrap();
        covered += u32::from(found.low <= rate && rate <= found.high);
        // Onsets per time at risk, over all histories.
        sum += found.value * found.time;
        best += u32::from(base.durations.first().unwrap().fit.family == Family::Exponential);
        means += base.durations.iter().find(|d| d.fit.family == Family::Exponential).unwrap().law.mean();
    }
    let n = HISTORIES as f64;
    let cover = f64::from(covered) / n;
    println!(
        "rate covered {cover:.3}; {:.2} onsets on average; exponential chosen in {best}; mean {:.0}",
        sum / n,
        means / n
    );
    // Garwood's interval covers in at least 95 %, and less than 99 % where about 11 events are expected.
    assert!((0.93..=0.995).contains(&cover), "{cover}");
    // 40 years of cycles of 2.5 years open and 1.1 in force.
    assert!((sum / n - 40.0 / (2.5 + 401.0 / 365.25)).abs() < 0.8, "{}", sum / n);
    // A mean of about 11 spells of a mean of 401: within 4 % over 500 histories, and up to 4 % for the bias of 1 / n.
    assert!((means / n / 401.0 - 1.0).abs() < 0.1, "{}", means / n);
    // AIC takes the simpler law in most histories where it is the truth.
    assert!(f64::from(best) > 0.6 * n, "{best}");
}

#[test]
fn spells_before_the_observation_are_seen_late() {
    let text = "start,end,country,material\n2000-01-01,2010-01-01,XX,m\n2012-01-01,,XX,m\n";
    let mut sources = Sources::default();
    let source = sources.add("t.csv", text);
    let day = |y: i16| Some(jiff::civil::date(y, 1, 1));
    let read = history::read(&sources, source, day(2005), day(2015)).unwrap();
    let group = history::groups(&read, By::All, AtRisk::Open).remove(0);
    assert_eq!((group.onsets, group.on_top, group.at_risk), (1, 0, 730.0));
    let late = Spell { entry: 1827.0, length: 3653.0, ended: true };
    let open = Spell { entry: 0.0, length: 1096.0, ended: false };
    assert_eq!(group.spells, [late, open]);
    assert_eq!(group.since, day(2012));
}
