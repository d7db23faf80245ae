//! PRIM: boxes of inputs in which an outcome is much more frequent than elsewhere.
//!
//! Friedman and Fisher, "Bump hunting in high-dimensional data", Statistics and Computing 9 (1999): a box that holds all
//! trials is peeled a little at a time, each time on the side that raises the frequency most for what it takes away, and
//! then pasted to where that raises it again. What restricts the box by chance alone is found by the quasi-p-values of
//! Bryant and Lempert, "Thinking inside the box", Technological Forecasting and Social Change 77 (2010).

use super::Ranks;
use super::intervals::binomial_at_least;
use crate::parallel::Pool;

/// Share of the box that a peel takes away, and a paste adds.
const PEEL: f64 = 0.05;

/// The range of an input in which a box lies; infinite where it does not restrict it. Both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Limits {
    /// At least.
    pub low: f64,
    /// At most.
    pub high: f64,
}

impl Limits {
    /// No restriction.
    pub const NONE: Limits = Limits { low: f64::NEG_INFINITY, high: f64::INFINITY };

    /// Whether a value is within.
    pub fn hold(&self, x: f64) -> bool {
        self.low <= x && x <= self.high
    }

    /// Whether it restricts anything.
    pub fn restrict(&self) -> bool {
        *self != Limits::NONE
    }
}

/// A box on the way from all trials to the densest.
#[derive(Clone, Debug, PartialEq)]
pub struct Peeled {
    /// By input.
    pub limits: Vec<Limits>,
    /// Trials within.
    pub inside: usize,
    /// Trials within that have the outcome.
    pub hits: usize,
}

impl Peeled {
    /// Share of its trials that have the outcome.
    pub fn density(&self) -> f64 {
        self.hits as f64 / self.inside as f64
    }
}

/// A search among trials.
#[derive(Debug)]
pub struct Prim<'a> {
    inputs: Vec<&'a [f64]>,
    outcome: &'a [bool],
    /// Trials that are still searched.
    open: Vec<bool>,
    ranked: Vec<Vec<u32>>,
    pool: &'a Pool,
}

impl<'a> Prim<'a> {
    /// Of `inputs` (a column each, without NaN) and the `outcome` in the same trials, of which those that are `open` are
    /// searched.
    pub fn new(inputs: Vec<&'a [f64]>, outcome: &'a [bool], open: Vec<bool>, pool: &'a Pool) -> Prim<'a> {
        let ranked = pool.map(&inputs, |column| Ranks::new(column).order().to_vec());
        Prim { inputs, outcome, open, ranked, pool }
    }

    /// Takes the trials within a box out of the search.
    pub fn close(&mut self, limits: &[Limits]) {
        for t in 0..self.open.len() {
            self.open[t] = self.open[t] && !self.within(t, limits, None);
        }
    }

    /// Peels from all open trials down to `least` of them; the boxes on the way, the widest first. It ends where no peel
    /// raises the frequency.
    pub fn peel(&self, least: usize) -> Vec<Peeled> {
        let mut sorted: Vec<Vec<u32>> = self
            .pool
            .map(&self.ranked, |own| own.iter().copied().filter(|&t| self.open[t as usize]).collect());
        let inside = self.open.iter().filter(|open| **open).count();
        let hits = self.open.iter().zip(self.outcome).filter(|(open, hit)| **open && **hit).count();
        let mut path = vec![Peeled { limits: vec![Limits::NONE; self.inputs.len()], inside, hits }];
        let mut gone = vec![false; self.open.len()];
        while let Some(last) = path.last() {
            let best = (0..self.inputs.len())
                .flat_map(|d| [self.cut(&sorted[d], d, false), self.cut(&sorted[d], d, true)])
                .flatten()
                .filter(|cut| last.inside - cut.taken >= least.max(1))
                .filter(|cut| cut.gain(last) > 0.0)
                // Among equals the first input.
                .fold(None, |best: Option<Cut>, cut| match best {
                    Some(best) if best.gain(last) >= cut.gain(last) => Some(best),
                    _ => Some(cut),
                });
            let Some(cut) = best else { break };
            let own = &sorted[cut.input];
            let taken = if cut.upper { &own[own.len() - cut.taken..] } else { &own[..cut.taken] };
            taken.iter().for_each(|&t| gone[t as usize] = true);
            let mut next = Peeled {
                limits: last.limits.clone(),
                inside: last.inside - cut.taken,
                hits: last.hits - cut.hits,
            };
            let limits = &mut next.limits[cut.input];
            if cut.upper {
                limits.high = cut.end;
            } else {
                limits.low = cut.end;
            }
            sorted =
                self.pool.map(&sorted, |own| own.iter().copied().filter(|&t| !gone[t as usize]).collect());
            path.push(next);
        }
        path
    }

    /// What peeling a box, whose trials `sorted` holds in the order of input `d`, at an end of it would take away.
    fn cut(&self, sorted: &[u32], d: usize, upper: bool) -> Option<Cut> {
        let n = sorted.len();
        if n == 0 {
            return None;
        }
        let value = |i: usize| self.inputs[d][sorted[i] as usize];
        let share = ((n as f64 * PEEL) as usize).max(1);
        // Equal values go together: those beyond the quantile, or where there are none, all that are equal to the end.
        let taken = if upper {
            let edge = value(n - share.min(n));
            let beyond = n - sorted.partition_point(|&t| self.inputs[d][t as usize] <= edge);
            if beyond > 0 {
                beyond
            } else {
                n - sorted.partition_point(|&t| self.inputs[d][t as usize] < edge)
            }
        } else {
            let edge = value(share.min(n) - 1);
            let beyond = sorted.partition_point(|&t| self.inputs[d][t as usize] < edge);
            if beyond > 0 { beyond } else { sorted.partition_point(|&t| self.inputs[d][t as usize] <= edge) }
        };
        if taken >= n {
            return None;
        }
        let (own, end) = if upper {
            (&sorted[n - taken..], value(n - taken - 1))
        } else {
            (&sorted[..taken], value(taken))
        };
        let hits = own.iter().filter(|&&t| self.outcome[t as usize]).count();
        Some(Cut { input: d, upper, taken, hits, end })
    }

    /// Widens a box where that raises the frequency.
    pub fn paste(&self, mut found: Peeled) -> Peeled {
        loop {
            let mut best: Option<Peeled> = None;
            for (d, upper) in (0..self.inputs.len()).flat_map(|d| [(d, false), (d, true)]) {
                let Some(wider) = self.widened(&found, d, upper) else { continue };
                if wider.density() > best.as_ref().map_or(found.density(), Peeled::density) {
                    best = Some(wider);
                }
            }
            match best {
                Some(wider) => found = wider,
                None => return found,
            }
        }
    }

    fn widened(&self, found: &Peeled, d: usize, upper: bool) -> Option<Peeled> {
        let limits = found.limits[d];
        let edge = if upper { limits.high } else { limits.low };
        if edge.is_infinite() {
            return None;
        }
        let beyond = |t: usize| {
            let x = self.inputs[d][t];
            let outside = if upper { x > limits.high } else { x < limits.low };
            outside && self.open[t] && self.within(t, &found.limits, Some(d))
        };
        let mut near: Vec<usize> =
            self.ranked[d].iter().map(|&t| t as usize).filter(|&t| beyond(t)).collect();
        if !upper {
            near.reverse();
        }
        let share = ((found.inside as f64 * PEEL) as usize).max(1).min(near.len());
        let end = self.inputs[d][*near.get(share.checked_sub(1)?)?];
        let added: Vec<usize> = near
            .into_iter()
            .take_while(|&t| if upper { self.inputs[d][t] <= end } else { self.inputs[d][t] >= end })
            .collect();
        let hits = added.iter().filter(|&&t| self.outcome[t]).count();
        let mut wider = Peeled {
            limits: found.limits.clone(),
            inside: found.inside + added.len(),
            hits: found.hits + hits,
        };
        let own = &mut wider.limits[d];
        if upper {
            own.high = end;
        } else {
            own.low = end;
        }
        Some(wider)
    }

    /// The box with these limits.
    pub fn boxed(&self, limits: Vec<Limits>) -> Peeled {
        let inside = (0..self.open.len()).filter(|&t| self.open[t] && self.within(t, &limits, None));
        let (inside, hits) = inside.fold((0, 0), |(n, hits), t| (n + 1, hits + usize::from(self.outcome[t])));
        Peeled { limits, inside, hits }
    }

    /// The quasi-p-value of a box's restriction of input `d`: the probability to find as many hits among so many trials
    /// if they were as frequent as in the box without that restriction.
    pub fn quasi_p(&self, found: &Peeled, d: usize) -> f64 {
        let mut limits = found.limits.clone();
        limits[d] = Limits::NONE;
        let without = self.boxed(limits);
        binomial_at_least(found.hits, found.inside, without.density())
    }

    fn within(&self, t: usize, limits: &[Limits], but: Option<usize>) -> bool {
        limits
            .iter()
            .enumerate()
            .all(|(d, own)| Some(d) == but || !own.restrict() || own.hold(self.inputs[d][t]))
    }
}

/// What a peel takes away.
#[derive(Clone, Copy, Debug)]
struct Cut {
    input: usize,
    upper: bool,
    taken: usize,
    hits: usize,
    /// The new end of the box.
    end: f64,
}

impl Cut {
    /// How much the frequency rises, for each trial given up: so an input of few values, of which a peel takes many
    /// trials at once, has the same chance (Kwakkel and Jaxa-Rozen, Environmental Modelling & Software 79, 2016).
    fn gain(&self, from: &Peeled) -> f64 {
        let left = (from.hits - self.hits) as f64 / (from.inside - self.taken) as f64;
        (left - from.density()) / self.taken as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;

    fn uniforms(name: &str, n: u64) -> Vec<f64> {
        let factor = Factor::new(5, name);
        (0..n).map(|t| factor.uniform(t, 0)).collect()
    }

    #[test]
    fn a_planted_box_is_found() {
        let n = 20_000;
        let inputs: Vec<Vec<f64>> = (0..5).map(|i| uniforms(&format!("x{i}"), n)).collect();
        let inside = |t: usize| inputs[1][t] > 0.7 && inputs[3][t] < 0.4;
        let noise = uniforms("noise", n);
        let outcome: Vec<bool> = (0..n as usize).map(|t| inside(t) || noise[t] < 0.02).collect();
        let pool = Pool::new(2).unwrap();
        let prim =
            Prim::new(inputs.iter().map(Vec::as_slice).collect(), &outcome, vec![true; n as usize], &pool);
        let path = prim.peel(1_000);
        assert!(path.windows(2).all(|w| w[1].inside < w[0].inside && w[1].density() > w[0].density()));
        // The box holds 12 % of the trials.
        let found = path.iter().rfind(|b| b.inside >= 2_400).unwrap().clone();
        let found = prim.paste(found);
        assert!(found.density() > 0.9, "{found:?}");
        assert!((found.limits[1].low - 0.7).abs() < 0.03 && (found.limits[3].high - 0.4).abs() < 0.03);
        assert_eq!(prim.boxed(found.limits.clone()), found);
        for d in [1, 3] {
            assert!(prim.quasi_p(&found, d) < 1e-12);
        }
        // A restriction that chance put there.
        let mut idle = found.limits.clone();
        idle[0] = Limits { low: 0.02, high: f64::INFINITY };
        let idle = prim.boxed(idle);
        assert!(prim.quasi_p(&idle, 0) > 0.05);
    }

    #[test]
    fn an_event_is_peeled_as_a_whole() {
        // An indicator that is 1 in 3 % of the trials, and decides: no peel of 5 % could cut to it.
        let n = 10_000;
        let event: Vec<f64> = uniforms("event", n).iter().map(|u| f64::from(u8::from(*u < 0.03))).collect();
        let other = uniforms("other", n);
        let outcome: Vec<bool> = event.iter().map(|e| *e > 0.5).collect();
        let pool = Pool::new(1).unwrap();
        let prim = Prim::new(vec![&event, &other], &outcome, vec![true; n as usize], &pool);
        let path = prim.peel(100);
        assert_eq!(path.len(), 2);
        assert_eq!(path[1].limits[0], Limits { low: 1.0, high: f64::INFINITY });
        assert_eq!((path[1].inside, path[1].density()), (path[1].hits, 1.0));
    }

    #[test]
    fn a_paste_gives_back_what_was_cut_too_far() {
        let x: Vec<f64> = (0..1_000).map(f64::from).collect();
        let outcome: Vec<bool> = x.iter().map(|x| (300.0..700.0).contains(x) && *x != 450.0).collect();
        let pool = Pool::new(1).unwrap();
        let prim = Prim::new(vec![&x], &outcome, vec![true; 1_000], &pool);
        let narrow = prim.boxed(vec![Limits { low: 400.0, high: 600.0 }]);
        let wide = prim.paste(narrow.clone());
        assert!(wide.density() > narrow.density() && wide.inside > narrow.inside);
        assert!(wide.limits[0].low >= 290.0 && wide.limits[0].high <= 710.0, "{wide:?}");
    }

    #[test]
    fn without_an_effect_nothing_is_taken_for_one() {
        let n = 4_000;
        let inputs: Vec<Vec<f64>> = (0..3).map(|i| uniforms(&format!("z{i}"), n)).collect();
        let outcome: Vec<bool> = uniforms("w", n).iter().map(|u| *u < 0.2).collect();
        let pool = Pool::new(2).unwrap();
        let mut prim =
            Prim::new(inputs.iter().map(Vec::as_slice).collect(), &outcome, vec![true; n as usize], &pool);
        let path = prim.peel(400);
        assert!(path.last().unwrap().density() < 0.35);
        prim.close(&path[0].limits);
        assert_eq!(prim.peel(1)[0].inside, 0);
    }
}
