//! Scenario discovery: in which combinations of inputs what is target about happens.

use super::rank::Input;
use crate::parallel::Pool;
use crate::random::Factor;
use crate::statistics::{Estimate, Limits, Peeled, Prim, Sample};

/// Boxes that are looked for at most.
const BOXES: usize = 3;
/// A restriction that chance would give as often as this is dropped.
const SIGNIFICANT: f64 = 0.05;
/// The least share of the trials that a box holds.
const LEAST: f64 = 0.01;

/// A box of inputs.
#[derive(Clone, Debug)]
pub struct Boxed {
    /// What it restricts: the input, its limits, and the quasi-p-value of the restriction.
    pub restricts: Vec<(usize, Limits, f64)>,
    /// Share of the cases that lie in it.
    pub coverage: Estimate,
    /// Share of its trials that are cases.
    pub density: Estimate,
    /// Share of all trials that lie in it.
    pub mass: Estimate,
    /// The boxes on the way to it, in the trials in which it was looked for.
    pub path: Vec<Passed>,
}

/// A box on the way to another.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub struct Passed {
    /// How many inputs it restricts.
    pub restricted: usize,
    /// Share of the cases that lie in it.
    pub coverage: f64,
    /// Share of its trials that are cases.
    pub density: f64,
    /// Share of all trials that lie in it.
    pub mass: f64,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Discovery {
    /// Trials in all; about half of them are looked into for boxes, the others judge them.
    pub trials: usize,
    /// How frequent the cases are.
    pub cases: Estimate,
    /// The boxes, each among the trials that lie in none before it.
    pub boxes: Vec<Boxed>,
    /// Share of the cases that lie in any box.
    pub covered: Estimate,
}

/// Looks for boxes of `inputs` in which trials are `cases`.
///
/// A box is looked for in one half of the trials, drawn by `keys`, and judged in the other, so that what chance has put into
/// it does not count. (Even numbers against odd ones would not do: in a Sobol' sequence they fill different halves.) Of the boxes on the way of peeling the one is taken whose coverage and density have the
/// greatest harmonic mean; it is pasted, and restrictions that are not significant are dropped.
///
/// # Errors
/// In words, where there are too few cases or only cases.
pub fn discover(inputs: &[Input], cases: &[bool], keys: Factor, pool: &Pool) -> Result<Discovery, String> {
    let n = cases.len();
    let hits = cases.iter().filter(|case| **case).count();
    if hits < 40 || n - hits < 40 {
        return Err(format!(
            "{hits} of {n} trials are cases; at least 40 must be, and 40 must not: run more (--trials) or move the \
             threshold (--above)"
        ));
    }
    let columns = || inputs.iter().map(|i| i.values.as_slice()).collect::<Vec<_>>();
    let searched: Vec<bool> = (0..n as u64).map(|t| keys.uniform(t, 0) < 0.5).collect();
    let judged = searched.iter().map(|searched| !searched).collect();
    let mut search = Prim::new(columns(), cases, searched, pool);
    let mut judge = Prim::new(columns(), cases, judged, pool);
    let none = vec![Limits::NONE; inputs.len()];
    let (all, all_judged) = (search.boxed(none.clone()), judge.boxed(none.clone()));
    let mut boxes = Vec::new();
    let mut covered = 0;
    while boxes.len() < BOXES {
        let Some(found) = one(&search, all.hits, (all.inside as f64 * LEAST) as usize) else { break };
        let judged = judge.boxed(found.0.limits.clone());
        let rest = judge.boxed(none.clone());
        let density = share(judged.hits, judged.inside);
        // No denser, beyond doubt, than what is left anyway: that is none.
        if !(density.low > rest.density()) || (judged.hits as f64) < 0.05 * all_judged.hits as f64 {
            break;
        }
        covered += judged.hits;
        let limits = found.0.limits.iter().enumerate().filter(|(_, l)| l.restrict());
        boxes.push(Boxed {
            restricts: limits.map(|(d, l)| (d, *l, judge.quasi_p(&judged, d))).collect(),
            coverage: share(judged.hits, all_judged.hits),
            density,
            mass: share(judged.inside, all_judged.inside),
            path: found.1,
        });
        search.close(&found.0.limits);
        judge.close(&found.0.limits);
    }
    Ok(Discovery { trials: n, cases: share(hits, n), boxes, covered: share(covered, all_judged.hits) })
}

/// The next box, and the way to it; none where nothing can be peeled.
fn one(search: &Prim, hits: usize, least: usize) -> Option<(Peeled, Vec<Passed>)> {
    let path = search.peel(least.max(20));
    let inside = path.first()?.inside as f64;
    let restricted = |b: &Peeled| b.limits.iter().filter(|l| l.restrict()).count();
    let told = |b: &Peeled| Passed {
        restricted: restricted(b),
        coverage: b.hits as f64 / hits as f64,
        density: b.density(),
        mass: b.inside as f64 / inside,
    };
    let balance = |b: &Peeled| {
        let Passed { coverage, density, .. } = told(b);
        coverage * density / (coverage + density)
    };
    // Of several that are as good the widest.
    let best =
        path.iter().filter(|b| b.hits > 0).reduce(|a, b| if balance(b) > balance(a) { b } else { a })?;
    let mut found = search.paste(best.clone());
    // The least significant restriction goes first: the others may need it less or more then.
    loop {
        let weak = (0..found.limits.len())
            .filter(|&d| found.limits[d].restrict())
            .map(|d| (d, search.quasi_p(&found, d)))
            .filter(|(_, p)| *p > SIGNIFICANT)
            .max_by(|a, b| a.1.total_cmp(&b.1));
        let Some((d, _)) = weak else { break };
        found.limits[d] = Limits::NONE;
        found = search.boxed(found.limits);
    }
    (restricted(&found) > 0).then(|| (found, path.iter().map(told).collect()))
}

fn share(hits: usize, of: usize) -> Estimate {
    let flags: Vec<f64> = (0..of).map(|i| f64::from(u8::from(i < hits))).collect();
    let nothing = Estimate { value: f64::NAN, se: f64::NAN, low: f64::NAN, high: f64::NAN, reliable: false };
    Sample::new(&flags).positive().unwrap_or(nothing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_that_alternates_is_halved_by_chance() {
        // Van der Corput's sequence: even numbers lie below a half, odd ones above it.
        let values: Vec<f64> = (0..4096u32).map(|t| f64::from(t.reverse_bits()) / 4_294_967_296.0).collect();
        let cases: Vec<bool> = values.iter().map(|x| *x > 0.9).collect();
        let input = Input { name: "x".to_owned(), values, factor: None };
        let pool = Pool::new(1).unwrap();
        let found = discover(&[input], &cases, Factor::new(1, "discover"), &pool).unwrap();
        assert_eq!(found.boxes.len(), 1);
        assert!(found.boxes[0].coverage.value > 0.9 && found.boxes[0].density.value > 0.9, "{found:?}");
        assert!((found.boxes[0].restricts[0].1.low - 0.9).abs() < 0.02);
    }
}
