//! Integration over one use of a uniform: figures that vary smoothly with it are kept as parabolas on ever smaller cells, until
//! they are as near as wanted; what jumps is hemmed in until nearly nothing of the probability is left.

use std::sync::Arc;

use super::Refusal;
use super::tree::{Leaf, Line, Tree, Walker};
use super::{Mixture, Part, Scales};

/// Parabolas are as near as this share of a value, or of the mean of its size over all trials; where it is integrated over the line as
/// a whole, as the second number.
pub(super) const SHARE: [f64; 2] = [5e-8, 3e-7];
/// In an inner line a cell may also add no more than this share of the mean to its error: far out in a tail parabolas need not be near.
const LITTLE: f64 = 1e-9;
/// By what a value may then be off, as far as quantiles up to 99.9 % are asked for.
pub(super) const FAR: f64 = 1e-5;
/// Probabilities along a cell are as near as this.
const CHANCE: f64 = 1e-9;
/// A cell of less probability than this is given up as a jump, and counted; likewise.
const JUMP: [f64; 2] = [1e-12, 1e-10];
/// Kinks that are nearer to each other than this share of a line are left to be found.
const NARROW: f64 = 1e-11;
/// Into so many equal cells a range is cut at first, besides its kinks.
const FIRST: usize = 8;
/// The ends of a cell are looked at so near, as a share of it: figures may jump there.
const INSET: f64 = 1e-9;

/// A cell of a line, and what can come of it at its start, at its quarters, and at its end.
struct Cell {
    from: f64,
    to: f64,
    nodes: [Arc<Tree>; 5],
}

/// The cells with which to begin: between kinks, and no larger than an eighth of the whole.
pub(super) fn cells(line: &Line) -> Vec<(f64, f64)> {
    let mut ends: Vec<f64> = (0..=FIRST).map(|i| line.upto * i as f64 / FIRST as f64).collect();
    ends.extend(line.kinks.iter().filter(|u| 0.0 < **u && **u < line.upto));
    ends.sort_unstable_by(f64::total_cmp);
    let mut kept: Vec<f64> = vec![0.0];
    for end in ends {
        if end - kept[kept.len() - 1] > NARROW * line.upto {
            kept.push(end);
        }
    }
    if let Some(last) = kept.last_mut() {
        *last = line.upto;
    }
    kept.windows(2).map(|pair| (pair[0], pair[1])).collect()
}

/// What comes of a line in one of its cells, where nothing else has to be integrated over; `None` where something has.
pub(super) fn smooth(
    walker: &mut Walker,
    line: &Line,
    (from, to): (f64, f64),
    scales: &Scales,
    out: &mut Mixture,
) -> Result<bool, Refusal> {
    let at = |walker: &mut Walker, u: f64| walker.at(line, u).map(Arc::new);
    let inset = (to - from) * INSET;
    let quarter = |i: f64| from + 0.25 * i * (to - from);
    let mut nodes = Vec::with_capacity(5);
    for u in [from + inset, quarter(1.0), quarter(2.0), quarter(3.0), to - inset] {
        nodes.push(at(walker, u.clamp(1e-300, 1.0 - f64::EPSILON / 2.0))?);
    }
    let Ok(nodes) = <[Arc<Tree>; 5]>::try_from(nodes) else { return Ok(false) };
    let mut open = vec![Cell { from, to, nodes }];
    let mut own = Mixture::new(out.bounds.len());
    let inner = usize::from(line.inner());
    while let Some(cell) = open.pop() {
        if cell.nodes.iter().any(|tree| !tree.lines.is_empty()) {
            return Ok(false);
        }
        let weight = line.chance / line.upto * (cell.to - cell.from);
        if let Some(errors) =
            cell.errors(scales, SHARE[inner], if line.inner() { LITTLE / weight } else { 0.0 })
        {
            cell.accept(weight, errors, &mut own);
        } else if weight < JUMP[inner] || cell.to - cell.from < 1e-15 {
            cell.give_up(weight, &mut own);
        } else {
            let middle = 0.5 * (cell.from + cell.to);
            let eighth = |i: f64| cell.from + 0.125 * i * (cell.to - cell.from);
            let mut new = Vec::with_capacity(4);
            for i in [1.0, 3.0, 5.0, 7.0] {
                new.push(at(walker, eighth(i))?);
            }
            let [a, q, m, r, b] = cell.nodes;
            let half = |list: [&Arc<Tree>; 5]| list.map(Arc::clone);
            let left = half([&a, &new[0], &q, &new[1], &m]);
            let right = half([&m, &new[2], &r, &new[3], &b]);
            open.push(Cell { from: middle, to: cell.to, nodes: right });
            open.push(Cell { from: cell.from, to: middle, nodes: left });
        }
    }
    out.append(own);
    Ok(true)
}

/// The parabola through the values at 0, 1/2 and 1, at 1/4 and at 3/4.
fn quarters(a: f64, m: f64, b: f64) -> [f64; 2] {
    [0.375 * a + 0.75 * m - 0.125 * b, -0.125 * a + 0.75 * m + 0.375 * b]
}

impl Cell {
    fn leaves(&self, l: usize) -> [&Leaf; 5] {
        [0, 1, 2, 3, 4].map(|i| &self.nodes[i].leaves[l])
    }

    /// By how much the parabolas through start, middle and end of the cell miss its quarters: per column, and in probabilities;
    /// `None` where that is too much, or where trials go otherwise.
    fn errors(&self, scales: &Scales, near: f64, far: f64) -> Option<(Vec<f64>, f64)> {
        let first = &self.nodes[0].leaves;
        let alike = |tree: &Arc<Tree>| {
            tree.leaves.len() == first.len() && tree.leaves.iter().zip(first).all(|(a, b)| a.key == b.key)
        };
        if !self.nodes[1..].iter().all(alike) {
            return None;
        }
        let (mut sums, mut missed) = (vec![0.0; scales.mean.len()], 0.0);
        for l in 0..first.len() {
            let leaves = self.leaves(l);
            let [a, q, m, r, b] = leaves.map(|leaf| leaf.chance);
            let [left, right] = quarters(a, m, b);
            let off = (left - q).abs().max((right - r).abs());
            if off > CHANCE {
                return None;
            }
            missed += off;
            let chance = a.max(m).max(b);
            for (c, sum) in sums.iter_mut().enumerate() {
                let [a, q, m, r, b] = leaves.map(|leaf| leaf.row[c]);
                let undefined = [a, q, m, r, b].iter().filter(|x| x.is_nan()).count();
                match undefined {
                    0 => {}
                    5 => continue,
                    _ => return None,
                }
                if a == q && a == m && a == r && a == b {
                    *sum += off * a.abs();
                    continue;
                }
                let [left, right] = quarters(a, m, b);
                let error = (left - q).abs().max((right - r).abs());
                let size = a.abs().max(m.abs()).max(b.abs());
                if !(error <= (near * size.max(scales.mean[c])).max(far * scales.mean[c])) {
                    return None;
                }
                *sum += chance * error + off * size;
            }
        }
        Some((sums, missed))
    }

    fn accept(&self, weight: f64, (errors, missed): (Vec<f64>, f64), out: &mut Mixture) {
        for l in 0..self.nodes[0].leaves.len() {
            let leaves = self.leaves(l);
            let constant =
                leaves.iter().all(|leaf| leaf.chance == leaves[0].chance && same(&leaf.row, &leaves[0].row));
            if constant {
                out.parts.push(Part::atom(weight, leaves[2]));
                continue;
            }
            for [a, m, b] in [[0, 1, 2], [2, 3, 4]] {
                out.parts.push(Part::stretch(0.5 * weight, [leaves[a], leaves[m], leaves[b]]));
            }
        }
        for (c, (bounds, error)) in out.bounds.iter_mut().zip(errors).enumerate() {
            bounds.along += weight * error;
            let most = self.nodes.iter().flat_map(|tree| &tree.leaves).map(|leaf| leaf.row[c].abs());
            bounds.second += 2.0 * weight * error * most.fold(0.0, f64::max);
        }
        out.mass += weight * missed;
    }

    /// What is left around a jump counts as its middle.
    fn give_up(&self, weight: f64, out: &mut Mixture) {
        out.parts.extend(self.nodes[2].leaves.iter().map(|leaf| Part::atom(weight, leaf)));
        for (c, bounds) in out.bounds.iter_mut().enumerate() {
            let all = || self.nodes.iter().flat_map(|tree| &tree.leaves).map(|leaf| leaf.row[c]);
            // f64::max and f64::min leave out what is no number.
            let (low, high) = (all().fold(0.0, f64::min), all().fold(0.0, f64::max));
            bounds.first += weight * (high - low);
            bounds.second += weight * high.abs().max(low.abs()) * high.abs().max(low.abs());
        }
        out.mass += weight;
    }
}

fn same(a: &[f64], b: &[f64]) -> bool {
    a.iter().zip(b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
}
