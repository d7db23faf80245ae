//! The rate of a clock over time, and when the clock strikes: the integrated rate inverted.

use crate::plan;
use crate::quantity::YEAR;

/// A rate a day over time.
#[derive(Clone, Debug)]
pub enum Rate {
    /// The same at all times.
    Constant(f64),
    /// -ln(1 - p(t)) a year, p linear between knots of (day, p), constant outside.
    Path(Vec<(f64, f64)>),
}

impl Rate {
    /// Sets it to the rate of a hazard under the values of a trial; a path keeps its room.
    pub fn set(&mut self, hazard: &plan::Hazard, values: &[f64]) {
        if let [(_, p)] = hazard.knots[..] {
            *self = Rate::Constant(per_day(values[p.0 as usize]));
            return;
        }
        let mut path = if let Rate::Path(path) = self { std::mem::take(path) } else { Vec::new() };
        path.clear();
        path.extend(hazard.knots.iter().map(|&(day, p)| (day, values[p.0 as usize])));
        *self = Rate::Path(path);
    }

    /// The rate, integrated from day `from` to day `to`; 0 where that is not later.
    pub fn integrated(&self, from: f64, to: f64) -> f64 {
        let to = to.max(from);
        match self {
            Rate::Constant(rate) => rate * (to - from),
            Rate::Path(knots) => {
                let mut sum = 0.0;
                let (mut day, mut p) = (from, probability(knots, from));
                for &(next, then) in knots.iter().filter(|knot| from < knot.0 && knot.0 < to) {
                    sum += integral(next - day, p, then);
                    (day, p) = (next, then);
                }
                sum + integral(to - day, p, probability(knots, to))
            }
        }
    }

    /// When a clock that starts at day `from` strikes, `exponential` being a standard exponential draw; infinite if
    /// never.
    pub fn strikes(&self, from: f64, exponential: f64) -> f64 {
        match self {
            Rate::Constant(rate) if *rate > 0.0 => from + exponential / rate,
            Rate::Constant(_) => f64::INFINITY,
            Rate::Path(knots) => strikes_on_path(knots, from, exponential),
        }
    }
}

fn per_day(p: f64) -> f64 {
    -libm::log1p(-p) / YEAR
}

fn strikes_on_path(knots: &[(f64, f64)], from: f64, mut rest: f64) -> f64 {
    let mut at = from;
    let last = knots[knots.len() - 1];
    loop {
        let next = knots.partition_point(|k| k.0 <= at);
        if next == knots.len() {
            let rate = per_day(last.1);
            return if rate > 0.0 { at + rest / rate } else { f64::INFINITY };
        }
        let end = knots[next];
        let p = probability(knots, at);
        let total = integral(end.0 - at, p, end.1);
        if total >= rest {
            return at + invert(end.0 - at, p, end.1, rest);
        }
        rest -= total;
        at = end.0;
    }
}

/// The annual probability at day `at`.
fn probability(knots: &[(f64, f64)], at: f64) -> f64 {
    let next = knots.partition_point(|k| k.0 <= at);
    if next == 0 || next == knots.len() {
        return knots[next.min(knots.len() - 1)].1;
    }
    let (begin, end) = (knots[next - 1], knots[next]);
    begin.1 + (end.1 - begin.1) * ((at - begin.0) / (end.0 - begin.0))
}

/// The integral of the rate over `days` in which the annual probability goes from `p0` to `p1` in a line.
fn integral(days: f64, p0: f64, p1: f64) -> f64 {
    let (q0, q1) = (1.0 - p0, 1.0 - p1);
    if (q1 - q0).abs() > 1e-3 * q0 {
        let f = |q: f64| q * libm::log(q) - q;
        return days / YEAR * (f(q0) - f(q1)) / (q1 - q0);
    }
    // The closed form cancels where p hardly changes; five Gauss-Legendre points are exact there.
    const POINTS: [(f64, f64); 5] = [
        (0.0, 0.568_888_888_888_888_9),
        (-0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
        (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
        (-0.906_179_845_938_664, 0.236_926_885_056_189_08),
        (0.906_179_845_938_664, 0.236_926_885_056_189_08),
    ];
    let sum: f64 = POINTS.iter().map(|(x, w)| w * per_day(p0 + (p1 - p0) * 0.5 * (1.0 + x))).sum();
    0.5 * days * sum
}

/// How many of `days` pass until the integral reaches `target`: Newton's method, kept between its bounds by bisection.
fn invert(days: f64, p0: f64, p1: f64, target: f64) -> f64 {
    let p = |x: f64| p0 + (p1 - p0) * (x / days);
    let (mut low, mut high) = (0.0, days);
    let mut x = 0.5 * days;
    for _ in 0..100 {
        let excess = integral(x, p0, p(x)) - target;
        if excess > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let rate = per_day(p(x));
        let newton = x - excess / rate;
        let next = if rate > 0.0 && low < newton && newton < high { newton } else { 0.5 * (low + high) };
        if (next - x).abs() <= 1e-14 * days {
            return next;
        }
        x = next;
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_one_value_is_a_constant_rate() {
        let constant = Rate::Constant(per_day(0.2));
        let path = Rate::Path(vec![(100.0, 0.2), (1000.0, 0.2)]);
        for e in [0.01, 0.3, 2.0, 9.0] {
            assert!((constant.strikes(50.0, e) - path.strikes(50.0, e)).abs() < 1e-8);
        }
        assert_eq!(Rate::Constant(0.0).strikes(0.0, 1.0), f64::INFINITY);
    }

    #[test]
    fn a_clock_strikes_where_the_integrated_rate_reaches_its_draw() {
        let path = Rate::Path(vec![(0.0, 0.02), (400.0, 0.5), (900.0, 0.5), (1500.0, 0.01)]);
        for rate in [path, Rate::Constant(per_day(0.2)), Rate::Path(vec![(100.0, 0.3), (200.0, 0.3)])] {
            for (from, to) in
                [(-50.0, -10.0), (0.0, 300.0), (20.0, 1400.0), (950.0, 3000.0), (1600.0, 1700.0)]
            {
                let reached = rate.strikes(from, rate.integrated(from, to));
                assert!((reached - to).abs() < 1e-8 * to.abs().max(1.0), "{from} {to}: {reached}");
            }
            assert_eq!(rate.integrated(500.0, 400.0), 0.0);
        }
    }

    #[test]
    fn the_integral_up_to_the_strike_is_the_draw() {
        let knots = vec![(0.0, 0.02), (400.0, 0.5), (900.0, 0.5), (1500.0, 0.01)];
        let p = |t: f64| {
            let i = knots.partition_point(|k: &(f64, f64)| k.0 <= t);
            if i == 0 || i == knots.len() {
                return knots[i.min(knots.len() - 1)].1;
            }
            let (a, b) = (knots[i - 1], knots[i]);
            a.1 + (b.1 - a.1) * (t - a.0) / (b.0 - a.0)
        };
        let rate = Rate::Path(knots.clone());
        for e in [0.01, 0.2, 0.9, 2.0] {
            let end = rate.strikes(0.0, e);
            assert!((rate.integrated(0.0, end) - e).abs() < 1e-12, "{e}");
        }
        assert_eq!(Rate::Constant(0.25).integrated(0.0, 8.0), 2.0);
        for (from, e) in [(-50.0, 0.2), (10.0, 0.5), (350.0, 1.0), (1400.0, 0.001)] {
            let end = rate.strikes(from, e);
            let n = 400_000;
            let dt = (end - from) / n as f64;
            let sum: f64 = (0..n).map(|i| per_day(p(from + (i as f64 + 0.5) * dt)) * dt).sum();
            assert!((sum - e).abs() < 1e-7 * e.max(0.01), "{from} {e}: {sum}");
        }
    }
}
