//! What a figure has to do with each entry of a design: its mean along the entry, and what that explains.

use std::ops::Range;

use super::results::Results;
use crate::random::Factor;
use crate::statistics::{Estimate, Ranks, Sample, explained};

/// Points whose mean is taken together, at least; and how many such means there are at most.
const TOGETHER: usize = 25;
const MEANS: usize = 20;

/// A figure along an entry.
#[derive(Clone, Debug)]
pub struct Trend {
    /// Which entry.
    pub variation: usize,
    /// The share of the variance between the points that the mean along this entry explains; not a number where there are
    /// too few points, or the figure is the same at all.
    pub share: Estimate,
    /// The mean over neighbouring points with its 95 % interval, and the middle one of them (an index into the rows): over
    /// those of each value where there are few values, else over as many in each part, none where there are fewer than 50
    /// points.
    pub means: Vec<(usize, Estimate)>,
}

impl Results<'_> {
    /// Answer number `asked` along each entry that is a number, that which explains most first. The points of a grid are no
    /// sample: of them nothing has an error or an interval.
    pub fn trends(&self, asked: usize) -> Vec<Trend> {
        let known: Vec<(usize, f64)> = (0..self.rows.len())
            .filter_map(|row| Some((row, self.figure(row, asked)?.value)))
            .filter(|(_, value)| !value.is_nan())
            .collect();
        let values: Vec<f64> = known.iter().map(|(_, value)| *value).collect();
        let columns: Vec<(usize, Ranks)> = (0..self.sweep.variations.len())
            .filter_map(|v| {
                let column: Vec<f64> = known.iter().map(|(row, _)| self.rows[*row].inputs[v]).collect();
                column.iter().all(|x| !x.is_nan()).then(|| (v, Ranks::new(&column)))
            })
            .collect();
        let ranks: Vec<&Ranks> = columns.iter().map(|(_, ranks)| ranks).collect();
        let keys = Factor::new(self.sweep.model.seed, "sweep.explained");
        let shares = match known.is_empty() {
            true => Vec::new(),
            false if self.sweep.is_grid() => ranks.iter().map(|ranks| between(ranks, &values)).collect(),
            false => explained(&ranks, &values, keys).shares,
        };
        let mut trends: Vec<Trend> = columns
            .iter()
            .zip(shares)
            .map(|((variation, ranks), share)| Trend {
                variation: *variation,
                share,
                means: means(ranks, &known),
            })
            .map(|trend| if self.sweep.is_grid() { trend.without_errors() } else { trend })
            .collect();
        let weight =
            |trend: &Trend| if trend.share.value.is_nan() { f64::NEG_INFINITY } else { trend.share.value };
        trends.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        trends
    }
}

impl Trend {
    fn without_errors(mut self) -> Trend {
        self.means.iter_mut().for_each(|(_, mean)| *mean = plain(mean.value));
        self
    }
}

/// A number without an error.
fn plain(value: f64) -> Estimate {
    let unknown = f64::NAN;
    Estimate { value, se: unknown, low: unknown, high: unknown, reliable: false }
}

/// The share of the variance of all points of a grid that lies between the values of an entry: the correlation ratio.
fn between(ranks: &Ranks, values: &[f64]) -> Estimate {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let (mut between, mut all) = (0.0, 0.0);
    for group in ranks.groups() {
        let own: Vec<f64> = ranks.order()[group].iter().map(|&i| values[i as usize] - mean).collect();
        let sum: f64 = own.iter().sum();
        between += sum * sum / own.len() as f64;
        all += own.iter().map(|d| d * d).sum::<f64>();
    }
    plain(if ranks.distinct() > 1 && all > 0.0 { between / all } else { f64::NAN })
}

/// The means of the figure over the points of each value of an entry, or over equal parts of them.
fn means(ranks: &Ranks, known: &[(usize, f64)]) -> Vec<(usize, Estimate)> {
    let (order, n) = (ranks.order(), ranks.order().len());
    let parts = (n / TOGETHER).min(MEANS);
    let ranges: Vec<Range<usize>> = match ranks.distinct() {
        few if few <= MEANS && few < n => ranks.groups().collect(),
        _ if parts < 2 => return Vec::new(),
        _ => (0..parts).map(|k| k * n / parts..(k + 1) * n / parts).collect(),
    };
    let part = |range: Range<usize>| {
        let own = &order[range];
        let values: Vec<f64> = own.iter().map(|&i| known[i as usize].1).collect();
        Some((known[own[own.len() / 2] as usize].0, Sample::new(&values).mean()?))
    };
    ranges.into_iter().filter_map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::metrics;
    use crate::plan::Plan;
    use crate::scenario::{self, NoFiles, Request};
    use crate::study::{Asked, Design, Row, Sweep, Variation};

    #[test]
    fn what_matters_comes_first_and_the_mean_follows_it() {
        let text = include_str!("../../scenarios/first-steps.toml").to_owned();
        let request = Request { name: "x".into(), text, overlays: vec![], settings: vec![] };
        let document = scenario::load(&request, &NoFiles).unwrap();
        let (model, _) = crate::model::read(&document).unwrap();
        let variations: Vec<Variation> =
            ["a=0..1", "b=log:1..100 t", "c=0..1"].iter().map(|v| Variation::parse(v).unwrap()).collect();
        let design = Design::LatinHypercube(240);
        let points = design.points(&variations, 1).unwrap();
        let asked =
            Asked::parse("cost.total.mean", &metrics(&model, &Plan::new(&model, 1).columns), &model).unwrap();
        let sweep = Sweep::new(document, model, variations, design, points, vec![asked], &NoFiles);
        // y = b + a / 10 at the points, but for one that failed and one where it is undefined.
        let row = |point: usize| {
            let inputs = sweep.inputs(point);
            let value = libm::log(inputs[1]) + 0.1 * inputs[0];
            let figure = Estimate { value, se: 0.0, low: value, high: value, reliable: true };
            let figures = match point {
                7 => Err("wrong".to_owned()),
                9 => Ok(vec![None]),
                _ => Ok(vec![Some(figure)]),
            };
            Row { texts: sweep.points[point].clone(), inputs, figures }
        };
        let results = Results { sweep: &sweep, rows: (0..240).map(row).collect() };
        let trends = results.trends(0);
        assert_eq!(trends[0].variation, 1);
        assert!(trends[0].share.value > 0.95 && trends[1].share.value < 0.2, "{trends:?}");
        assert_eq!(trends[0].means.len(), 9);
        for (row, mean) in &trends[0].means {
            // Nine means over a range of ln 100: the middle point is off the mean by little, and a adds a twentieth.
            let expected = libm::log(results.rows[*row].inputs[1]) + 0.05;
            assert!((mean.value - expected).abs() < 0.15, "{mean:?} {expected}");
            assert!(mean.low < mean.value && mean.value < mean.high);
        }
        let few = Results { sweep: &sweep, rows: results.rows[..5].to_vec() };
        assert!(few.trends(0).iter().all(|t| t.means.is_empty() && t.share.value.is_nan()));
        let none = Results { sweep: &sweep, rows: results.rows[7..8].to_vec() };
        assert!(none.trends(0).is_empty());
    }

    #[test]
    fn a_grid_is_split_exactly() {
        // y = i + 3 j on three by two points: variances 2/3 and 9/4.
        let column = |of: &dyn Fn(i32, i32) -> i32| -> Vec<f64> {
            (0..3).flat_map(|i| (0..2).map(move |j| (i, j))).map(|(i, j)| f64::from(of(i, j))).collect()
        };
        let values = column(&|i, j| i + 3 * j);
        let share = |of: &dyn Fn(i32, i32) -> i32| between(&Ranks::new(&column(of)), &values).value;
        let all = 2.0 / 3.0 + 9.0 / 4.0;
        assert!((share(&|i, _| i) - 2.0 / 3.0 / all).abs() < 1e-12);
        assert!((share(&|_, j| j) - 9.0 / 4.0 / all).abs() < 1e-12);
        assert!(share(&|_, _| 1).is_nan());
    }
}
