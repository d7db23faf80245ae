//! What samples say, held against definitions, tables and pins.

use super::*;
use crate::random::Factor;

/// Zeros but for every tenth value.
fn mostly_zero(n: usize) -> Vec<f64> {
    let factor = Factor::new(1, "mostly zero");
    let draw = |i: usize| factor.uniform(i as u64, 0);
    (0..n).map(|i| if i % 10 == 3 { -libm::log(draw(i)) } else { 0.0 }).collect()
}

fn all_figures(sample: &Sample) -> Vec<Estimate> {
    let levels = [0.01, 0.5, 0.9, 0.99, 0.999];
    let tails = levels.iter().flat_map(|&p| [sample.quantile(p), sample.cvar(p)]);
    let shares = [sample.positive(), sample.above(5.0), Some(sample.defined_share())];
    [sample.mean(), sample.sd()].into_iter().chain(tails).chain(shares).flatten().collect()
}

#[test]
fn nothing_defined_nothing_said() {
    for column in [&[][..], &[f64::NAN; 4]] {
        let sample = Sample::new(column);
        assert_eq!((sample.trials(), sample.defined()), (column.len(), 0));
        assert_eq!((sample.min(), sample.max(), sample.skewness()), (None, None, None));
        assert_eq!((sample.mean(), sample.sd(), sample.positive()), (None, None, None));
        assert_eq!((sample.quantile(0.5), sample.cvar(0.5)), (None, None));
    }
    assert!(Sample::new(&[]).defined_share().value.is_nan());
    assert_eq!(Sample::new(&[f64::NAN; 4]).defined_share().value, 0.0);
}

#[test]
fn one_value_has_no_error() {
    let sample = Sample::new(&[f64::NAN, 7.0]);
    let mean = sample.mean().unwrap();
    assert_eq!((mean.value, mean.reliable), (7.0, false));
    assert!(mean.se.is_nan() && mean.low.is_nan() && mean.high.is_nan());
    assert_eq!((sample.sd(), sample.skewness()), (None, None));
    assert_eq!(sample.quantile(0.3).unwrap().value, 7.0);
    assert_eq!(sample.cvar(0.99).unwrap().value, 7.0);
    assert_eq!(sample.defined_share().value, 0.5);
}

#[test]
fn constant_columns_have_intervals_without_width() {
    for x in [0.0, 1e12 + 0.1, -3.7e15, 0.1] {
        let sample = Sample::new(&[x; 1003]);
        for figure in [sample.mean(), sample.quantile(0.9), sample.cvar(0.9), sample.cvar(0.987)] {
            let expected = Estimate { value: x, se: 0.0, low: x, high: x, reliable: true };
            assert_eq!(figure, Some(expected));
        }
        assert_eq!(sample.sd().map(|sd| (sd.value, sd.se, sd.low, sd.high)), Some((0.0, 0.0, 0.0, 0.0)));
        assert_eq!(sample.skewness(), None);
    }
}

#[test]
fn figures_of_a_small_column() {
    let sample = Sample::new(&[4.0, 1.0, f64::NAN, 3.0, 2.0, 10.0]);
    assert_eq!(
        (sample.trials(), sample.defined(), sample.values.values()),
        (6, 5, &[1.0, 2.0, 3.0, 4.0, 10.0][..])
    );
    assert_eq!((sample.min(), sample.max()), (Some(1.0), Some(10.0)));
    let mean = sample.mean().unwrap();
    assert_eq!(mean.value, 4.0);
    assert!((mean.se - (50.0f64 / 4.0 / 5.0).sqrt()).abs() < 1e-15);
    assert_eq!(sample.sd().unwrap().value, 12.5f64.sqrt());
    assert_eq!(sample.above(3.0).unwrap().value, 0.4);
    let quantiles = [0.2, 0.2001, 0.4, 0.6, 0.8, 0.81].map(|p| sample.quantile(p).unwrap().value);
    assert_eq!(quantiles, [1.0, 2.0, 2.0, 3.0, 4.0, 10.0]);
    // The worst half: 10, 4 and half of 3.
    assert!((sample.cvar(0.5).unwrap().value - 15.5 / 2.5).abs() < 1e-14);
    assert!((sample.cvar(0.6).unwrap().value - 7.0).abs() < 1e-14);
    assert_eq!(sample.cvar(0.9).unwrap().value, 10.0);
    for p in [0.0, 1.0, -0.1, 1.5, f64::NAN] {
        assert_eq!((sample.quantile(p), sample.cvar(p)), (None, None));
    }
}

/// Mean and standard deviation (divisor n - 1), straight from their definitions.
fn by_definition(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let squares: f64 = values.iter().map(|x| (x - mean) * (x - mean)).sum();
    (mean, (squares / (n - 1.0)).sqrt())
}

#[test]
fn the_standard_deviation_has_the_error_of_the_mean_of_squares() {
    let values: Vec<f64> = (0..400).map(|i| f64::from((i * 7919) % 401) * 0.25 + 3.0).collect();
    let found = Sample::new(&values).sd().unwrap();
    let (mean, sd) = by_definition(&values);
    let squares: Vec<f64> = values.iter().map(|x| (x - mean) * (x - mean)).collect();
    let (_, spread) = by_definition(&squares);
    // The derivative of the root: d sd = d variance / (2 sd).
    let se = spread / 20.0 / (2.0 * sd);
    assert!((found.value - sd).abs() < 1e-12 && (found.se - se).abs() < 1e-12, "{found:?} {sd} {se}");
    // Of squares so little skewed the interval is the symmetric one, but for a few per cent of its width.
    let half = 1.966 * se;
    assert!((found.low - (sd - half)).abs() < 0.1 * half && (found.high - (sd + half)).abs() < 0.1 * half);
    let (low, high) = mean_interval(&Moments::of(squares.iter().copied()));
    let freedom = 400.0 / 399.0;
    assert!((found.low - (low * freedom).sqrt()).abs() < 1e-12);
    assert!((found.high - (high * freedom).sqrt()).abs() < 1e-12);
    assert!(Sample::new(&[1.0, 3.0]).sd().is_some() && Sample::new(&[1.0, 3.0]).skewness() == Some(0.0));
}

#[test]
fn expected_shortfall_has_the_error_of_the_mean_excess() {
    let values: Vec<f64> = (1..=500).map(|i| f64::from(i * i)).collect();
    let found = Sample::new(&values).cvar(0.9).unwrap();
    let quantile = 450.0 * 450.0;
    let excess: Vec<f64> = values.iter().map(|x| (x - quantile).max(0.0)).collect();
    let (mean, sd) = by_definition(&excess);
    assert!((found.value - (quantile + 10.0 * mean)).abs() < 1e-7, "{found:?}");
    assert!((found.se - 10.0 * sd / 500f64.sqrt()).abs() < 1e-9, "{found:?}");
    // Where less than one trial lies beyond the level nothing is known of what lies there...
    let beyond = Sample::new(&values).cvar(0.9999).unwrap();
    assert!(beyond.se.is_nan() && beyond.low.is_nan() && beyond.high.is_nan());
    assert_eq!((beyond.value, beyond.reliable), (250_000.0, false));
    // ... and where one whole trial does, something is.
    assert!(Sample::new(&values).cvar(0.998).unwrap().se.is_finite());
    // A loss may be a gain: where some values are below 0, intervals may be too.
    let shifted: Vec<f64> = values.iter().map(|x| x - 250_000.0).collect();
    assert!(Sample::new(&shifted).cvar(0.5).unwrap().low < 0.0);
}

#[test]
fn a_mean_is_reliable_from_a_hundred_trials_twenty_of_them_different() {
    let different = |n: usize, k: usize| {
        // As many above the common value as below it, so that nothing is skewed.
        let column: Vec<f64> = (0..n).map(|i| if i >= k { 5.0 } else { 5.0 + [1.0, -1.0][i % 2] }).collect();
        Sample::new(&column).mean().unwrap().reliable
    };
    assert!(different(100, 20) && !different(99, 20) && !different(100, 18) && !different(100, 19));
    assert!(different(1000, 20) && !different(1000, 18) && different(100, 0));
    // One in n: the skewness is nearly the root of n, and five times its square more than n.
    let skewed = |n: usize, k: usize| {
        let column: Vec<f64> = (0..n).map(|i| if i < k { 1.0 } else { 0.0 }).collect();
        let sample = Sample::new(&column);
        let skewness = sample.skewness().unwrap();
        let calm = 5.0 * skewness * skewness <= n as f64;
        assert_eq!(sample.mean().unwrap().reliable, calm && k >= 20, "{k} of {n}");
        calm
    };
    assert!(!skewed(400, 4) && skewed(400, 20) && skewed(400, 40));
}

#[test]
fn levels_in_decimals_hit_their_ranks() {
    let sample = Sample::new(&(1..=1000).map(f64::from).collect::<Vec<_>>());
    for i in 1..1000 {
        for p in [i as f64 / 1000.0, i as f64 / 10.0 / 100.0] {
            assert_eq!(sample.quantile(p).unwrap().value, i as f64);
            let mean_beyond = (i as f64 + 1001.0) / 2.0;
            assert!((sample.cvar(p).unwrap().value - mean_beyond).abs() < 1e-9, "{p}");
        }
    }
}

#[test]
fn quantile_intervals_end_at_exact_ranks() {
    // Conover, Practical Nonparametric Statistics: for the median of 100 values, ranks 40 and 61.
    let sample = Sample::new(&(1..=100).map(f64::from).collect::<Vec<_>>());
    let median = sample.quantile(0.5).unwrap();
    assert_eq!((median.low, median.high, median.reliable), (40.0, 61.0, true));
    // 100 values seldom hold the 99 % quantile between two of them.
    let tail = sample.quantile(0.99).unwrap();
    assert_eq!((tail.high, tail.reliable), (100.0, false));
    assert!(tail.se.is_nan());
}

#[test]
fn figures_lie_in_their_intervals_and_scale_with_the_column() {
    for column in [mostly_zero(5), mostly_zero(999), mostly_zero(40_000)] {
        // A power of two scales every rounding along.
        let scaled: Vec<f64> = column.iter().map(|x| x * 1_099_511_627_776.0).collect();
        let (plain, large) = (all_figures(&Sample::new(&column)), all_figures(&Sample::new(&scaled)));
        for figure in &plain {
            assert!(!(figure.low > figure.value || figure.value > figure.high), "{figure:?}");
            assert!(figure.low.is_nan() || figure.low >= 0.0, "{figure:?}");
        }
        for (a, b) in plain.iter().zip(&large).take(plain.len() - 3) {
            assert_eq!(
                (a.value * 1_099_511_627_776.0, a.low.to_bits()),
                (b.value, (b.low / 1_099_511_627_776.0).to_bits())
            );
        }
    }
}

#[test]
fn the_order_of_trials_makes_no_difference() {
    let column = mostly_zero(10_007);
    let mut reversed = column.clone();
    reversed.reverse();
    assert_eq!(all_figures(&Sample::new(&column)), all_figures(&Sample::new(&reversed)));
}

/// A slice, a column, what a condition keeps of a longer one, parts joined, and each value for itself: the same bits.
#[test]
fn the_form_of_the_values_makes_no_difference() {
    let factor = Factor::new(4, "form");
    let u = |i: usize, k: u32| factor.uniform(i as u64, k);
    let value = |i: usize| match (6.0 * u(i, 0)) as u32 {
        0 | 1 => 0.1,
        2 => f64::NAN,
        3 => (7.0 * u(i, 1)).floor() - 2.0,
        4 => (900.0 * u(i, 1)).floor() / 10.0,
        _ => -libm::log(u(i, 1)),
    };
    for n in [3, 700, 5000] {
        let values: Vec<f64> = (0..n).map(value).collect();
        let told = |sample: &Sample| {
            let drawn = (sample.histogram(12), sample.exceedance(60));
            format!("{:?} {:?} {:?} {drawn:?}", all_figures(sample), sample.skewness(), sample.max())
        };
        let slice = told(&Sample::new(&values));
        assert_eq!(told(&Column::from(&values[..]).sample()), slice);
        let longer: Column = values.iter().flat_map(|x| [0.1, *x, 77.0]).collect();
        let kept: Vec<bool> = (0..3 * n).map(|i| i % 3 == 1).collect();
        assert_eq!(told(&Sample::of(&longer, Some(&kept), &Design::default())), slice);
        let mut joined = Column::default();
        values.chunks(n / 3).for_each(|part| joined.append(Column::from(part)));
        assert_eq!(told(&joined.sample()), slice);

        // Each for itself: all that is read off the order is the same, sums to the last digit but one.
        let mut sorted: Vec<f64> = values.iter().filter(|x| !x.is_nan()).copied().collect();
        sorted.sort_unstable_by(f64::total_cmp);
        let plain = Sample::plain(Ordered::plain(sorted), n);
        let counted = Sample::new(&values);
        assert!(n < 700 || counted.values.values().len() < plain.values.values().len());
        assert_eq!(plain.histogram(12), counted.histogram(12));
        assert_eq!(plain.exceedance(60), counted.exceedance(60));
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-14 * b.abs() || a.is_nan() && b.is_nan();
        for (a, b) in all_figures(&plain).iter().zip(&all_figures(&counted)) {
            assert!(near(a.value, b.value) && near(a.se, b.se), "{a:?} {b:?}");
            assert!(near(a.low, b.low) && near(a.high, b.high) && a.reliable == b.reliable, "{a:?} {b:?}");
        }
    }
}

#[test]
fn negative_zeros_and_infinities_do_no_harm() {
    let sample = Sample::new(&[-0.0, 0.0, -0.0, -1.0]);
    assert!(sample.values.values().iter().all(|x| x.to_bits() != (-0.0f64).to_bits()));
    let sample = Sample::new(&[-0.0; 50]);
    for figure in all_figures(&sample) {
        for x in [figure.value, figure.se, figure.low, figure.high] {
            assert_ne!(x.to_bits(), (-0.0f64).to_bits());
        }
    }
    let mut infinite = mostly_zero(500);
    infinite[7] = f64::INFINITY;
    let sample = Sample::new(&infinite);
    assert_eq!(sample.mean().map(|mean| (mean.value, mean.reliable)), Some((f64::INFINITY, false)));
    assert!(sample.quantile(0.9).unwrap().high.is_finite());
    assert!(all_figures(&sample).len() > 10);
}

#[test]
fn a_tail_needs_ten_trials_beyond() {
    assert_eq!([0.9, 0.95, 0.99, 0.999, 0.01, 0.5].map(trials_for_tail), [100, 200, 1000, 10_000, 1000, 20]);
    let reliable = |n: usize, p: f64| {
        let column: Vec<f64> = (0..n).map(|i| (i * i) as f64).collect();
        Sample::new(&column).cvar(p).unwrap().reliable
    };
    assert!(reliable(1000, 0.99) && !reliable(999, 0.99));
    assert!(reliable(100, 0.9) && !reliable(99, 0.9));
}

#[test]
fn figures_are_pinned() {
    // The output contract: the same bytes on every machine.
    let sample = Sample::new(&mostly_zero(2000));
    let text = |figure: Option<Estimate>| serde_json::to_string(&figure.unwrap()).unwrap();
    assert_eq!(
        text(sample.mean()),
        r#"{"value":0.10632522384930122,"se":0.010244519261080675,"low":0.08804294381012426,"high":0.12890445230076084,"reliable":true}"#
    );
    assert_eq!(
        text(sample.cvar(0.99)),
        r#"{"value":3.4525469190857496,"se":0.31764849132779477,"low":2.959371694130186,"high":4.4641601869150325,"reliable":true}"#
    );
    assert_eq!(
        text(sample.quantile(0.99)),
        r#"{"value":2.433117673462427,"se":0.2574424370566905,"low":2.0721224560426967,"high":3.081278265489363,"reliable":true}"#
    );
    assert_eq!(
        text(sample.positive()),
        r#"{"value":0.1,"se":0.00670820393249937,"low":0.08760922541834984,"high":0.11392441240665252,"reliable":true}"#
    );
}

#[test]
fn estimates_serialize_what_is_unknown_as_null() {
    let mean = Sample::new(&[2.5]).mean().unwrap();
    let json = serde_json::to_string(&mean).unwrap();
    assert_eq!(json, r#"{"value":2.5,"se":null,"low":null,"high":null,"reliable":false}"#);
}
