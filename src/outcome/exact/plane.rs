//! Integration over a use of a uniform after which there is another one to be integrated over: at the nodes of Gauss and Kronrod,
//! each of them a line of its own; cells are halved where the two rules differ most.

use std::collections::BTreeSet;

use super::line::{cells, smooth};
use super::tree::{Leaf, Line, Tree, Walker};
use super::{Mixture, Part, Refusal, Scales};

/// By so much, for all of a line, the two rules may differ: as a share of the mean size of a figure and of its square, and in the
/// probability that it is defined. Other probabilities follow; their bounds are what they are.
const DIFFER: f64 = 2e-7;
/// Cells are not halved below this share of a line.
const LEAST: f64 = 1e-9;
/// In cells below this share of a line fewer nodes will do.
const NARROW: f64 = 1e-3;
/// No node stands for more than this share of a cell's probability.
const NODE: f64 = 0.45;

/// A node on (-1, 1), its weight in the finer rule and in the coarser one; all but 0 stand for both sides.
type Node = (f64, f64, f64);

/// Kronrod's rule with 15 points and Gauss's with seven among them (Piessens et al., QUADPACK, 1983).
const WIDE: [Node; 8] = [
    (0.0, 0.209_482_141_084_727_82, 0.417_959_183_673_469_4),
    (0.207_784_955_007_898_48, 0.204_432_940_075_298_9, 0.0),
    (0.405_845_151_377_397_2, 0.190_350_578_064_785_4, 0.381_830_050_505_118_9),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
    (0.741_531_185_599_394_3, 0.140_653_259_715_525_92, 0.279_705_391_489_276_64),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_17, 0.0),
    (0.949_107_912_342_758_5, 0.063_092_092_629_978_54, 0.129_484_966_168_869_7),
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_224, 0.0),
];

/// Gauss's rule with three points, and the middle alone.
const SLIM: [Node; 2] =
    [(0.0, 0.888_888_888_888_889, 2.0), (0.774_596_669_241_483_4, 0.555_555_555_555_555_6, 0.0)];

/// What comes of a tree.
pub(super) fn integrate(walker: &mut Walker, tree: &Tree, scales: &Scales) -> Result<Mixture, Refusal> {
    let mut out = Mixture::new(walker.columns());
    out.parts.extend(tree.leaves.iter().map(|leaf| Part::atom(1.0, leaf)));
    for line in &tree.lines {
        let cells = cells(line);
        let number = cells.len();
        for cell in cells {
            out.append(over(walker, line, (cell, number), scales)?);
        }
    }
    Ok(out)
}

/// What comes of a line in one of its cells, of which there are so many.
pub(super) fn over(
    walker: &mut Walker,
    line: &Line,
    (cell, number): ((f64, f64), usize),
    scales: &Scales,
) -> Result<Mixture, Refusal> {
    let mut out = Mixture::new(walker.columns());
    if smooth(walker, line, cell, scales, &mut out)? {
        return Ok(out);
    }
    // What is allowed for all of the line is dealt out by size and by number.
    let share = 0.5 * (cell.1 - cell.0) / line.upto + 0.5 / number as f64;
    let allowed = DIFFER * share;
    let mut parts = Vec::new();
    let mut open = vec![cell];
    loop {
        for (from, to) in open.drain(..) {
            for cell in split(walker, line, (from, to), scales)? {
                parts.push(Block::new(walker, line, cell, scales)?);
            }
        }
        let total: f64 = parts.iter().map(|block: &Block| block.differ).sum();
        let wide = |block: &&Block| block.to - block.from > LEAST * line.upto;
        let worst = parts.iter().filter(wide).map(|block| block.differ).fold(0.0, f64::max);
        if total <= allowed || worst == 0.0 {
            break;
        }
        let at = parts.iter().position(|block| block.differ == worst).unwrap_or(0);
        let block = parts.swap_remove(at);
        let middle = 0.5 * (block.from + block.to);
        open.extend([(block.from, middle), (middle, block.to)]);
    }
    parts.sort_by(|a, b| a.from.total_cmp(&b.from));
    close(parts, line.chance / line.upto, &mut out);
    Ok(out)
}

/// Splits a cell where figures jump or have a kink, whatever comes after. There the rules would need ever smaller cells, each of
/// them with a line at each node; to find such a place takes a few trials.
fn split(
    walker: &mut Walker,
    line: &Line,
    cell: (f64, f64),
    scales: &Scales,
) -> Result<Vec<(f64, f64)>, Refusal> {
    let (mut done, mut open) = (Vec::new(), vec![(cell, 0)]);
    while let Some(((from, to), depth)) = open.pop() {
        let found = if depth < DEEPEST { kink(walker, line, (from, to), scales)? } else { None };
        match found {
            Some(at) => open.extend([((at, to), depth + 1), ((from, at), depth + 1)]),
            None => done.push((from, to)),
        }
    }
    Ok(done)
}

/// So often a cell is split for that.
const DEEPEST: usize = 4;

/// Where second differences are greatest, found by halving; none where they go as they would for what is smooth.
fn kink(
    walker: &mut Walker,
    line: &Line,
    (from, to): (f64, f64),
    scales: &Scales,
) -> Result<Option<f64>, Refusal> {
    let inset = 1e-5 * (to - from);
    let (mut low, mut high) = (from + inset, to - inset);
    let mut at = |share: f64, low: f64, high: f64| probe(walker, line, low + share * (high - low));
    let mut nodes = Vec::with_capacity(5);
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        nodes.push(at(share, low, high)?);
    }
    let mut greatest = 0.0;
    for i in 0..40 {
        let bend = |n: usize| bends([&nodes[n], &nodes[n + 1], &nodes[n + 2]], scales);
        let bends = [bend(0), bend(1), bend(2)];
        greatest = bends.into_iter().fold(0.0, f64::max);
        // A kink has shown by then; a jump has to be found more exactly.
        if greatest == 0.0 || (i == 20 && greatest <= JUMP) {
            break;
        }
        let first = bends.iter().position(|b| *b == greatest).unwrap_or(0);
        let quarter = 0.25 * (high - low);
        low += first as f64 * quarter;
        high = low + 2.0 * quarter;
        nodes.drain(..first);
        nodes.truncate(3);
        nodes.insert(1, at(0.25, low, high)?);
        nodes.insert(3, at(0.75, low, high)?);
    }
    let middle = 0.5 * (low + high);
    let inside = from + 2.0 * inset < middle && middle < to - 2.0 * inset;
    Ok((greatest > KINK && inside).then_some(middle))
}

/// A second difference, as a share of a figure's mean size, that is more than this within 10^-6 of a cell is a kink ...
const KINK: f64 = 1e-10;
/// ... and one that is more than this a jump.
const JUMP: f64 = 1e-4;
/// Where the lines that follow are looked at.
const PROBES: [f64; 3] = [0.2, 0.5, 0.9];

/// The figures of a few trials that come of a line at one of its uniforms.
fn probe(walker: &mut Walker, line: &Line, uniform: f64) -> Result<Vec<Leaf>, Refusal> {
    let mut tree = walker.at(line, uniform)?;
    for next in std::mem::take(&mut tree.lines) {
        for share in PROBES {
            tree.leaves.extend(walker.at(&next, next.upto * share)?.leaves);
        }
    }
    Ok(tree.leaves)
}

/// The greatest second difference of a figure, as a share of its mean size.
fn bends([a, b, c]: [&Vec<Leaf>; 3], scales: &Scales) -> f64 {
    let alike = |x: &Vec<Leaf>| x.len() == a.len() && x.iter().zip(a).all(|(x, a)| x.key == a.key);
    if !alike(b) || !alike(c) {
        return f64::INFINITY;
    }
    let mut most = 0.0f64;
    for ((a, b), c) in a.iter().zip(b).zip(c) {
        for (column, scale) in scales.mean.iter().enumerate().filter(|(_, scale)| **scale > 0.0) {
            let [a, b, c] = [a, b, c].map(|leaf| leaf.row[column]);
            most = match [a, b, c].iter().filter(|x| x.is_nan()).count() {
                0 => most.max((a - 2.0 * b + c).abs() / scale),
                3 => most,
                _ => f64::INFINITY,
            };
        }
    }
    most
}

/// A cell, integrated over.
struct Block {
    from: f64,
    to: f64,
    mixture: Mixture,
    /// By how much the rules differ in each of the figures of `figures`.
    differences: Vec<f64>,
    /// Of which columns values that hold for a whole line are other ones from node to node, by column.
    moving: Vec<bool>,
    /// The greatest of the differences, as a share of what may be.
    differ: f64,
}

impl Block {
    fn new(
        walker: &mut Walker,
        line: &Line,
        (from, to): (f64, f64),
        scales: &Scales,
    ) -> Result<Block, Refusal> {
        let (middle, half) = (0.5 * (from + to), 0.5 * (to - from));
        let mut mixture = Mixture::new(walker.columns());
        let mut differences = vec![0.0; scales.mean.len() * FIGURES];
        let mut atoms: Option<Vec<BTreeSet<u64>>> = None;
        let mut moving = vec![false; scales.mean.len()];
        let rule = if to - from > NARROW * line.upto { &WIDE[..] } else { &SLIM[..] };
        for &(x, fine, rough) in rule {
            for side in if x == 0.0 { &[0.0][..] } else { &[-1.0, 1.0] } {
                let tree = walker.at(line, middle + side * x * half)?;
                let mut own = integrate(walker, &tree, scales)?;
                let weight = line.chance / line.upto * half;
                let here: Vec<_> = (0..moving.len()).map(|c| own.atoms(c)).collect();
                let first = atoms.get_or_insert_with(|| here.clone());
                moving.iter_mut().zip(first.iter().zip(&here)).for_each(|(moves, (a, b))| *moves |= a != b);
                for (sum, figure) in differences.iter_mut().zip(figures(&own, scales)) {
                    *sum += weight * (fine - rough) * figure;
                }
                own.scale(weight * fine);
                mixture.append(own);
            }
        }
        let share = |(own, c): (&[f64], usize)| {
            let parts = [(own[0], 1.0), (own[1], scales.mean[c]), (own[2], scales.square[c])];
            parts
                .map(|(d, scale)| if d == 0.0 { 0.0 } else { d.abs() / scale })
                .into_iter()
                .fold(0.0, f64::max)
        };
        let differ = differences.chunks(FIGURES).zip(0..).map(share).fold(0.0, f64::max);
        Ok(Block { from, to, mixture, differences, moving, differ })
    }
}

/// Adds up blocks, and by how much their rules differ.
fn close(blocks: Vec<Block>, density: f64, out: &mut Mixture) {
    let mut levels = vec![[0.0; super::LEVELS]; out.bounds.len()];
    let mut widest = vec![0.0f64; out.bounds.len()];
    for block in blocks {
        out.append(block.mixture);
        let weight = density * (block.to - block.from);
        for (c, own) in block.differences.chunks(FIGURES).enumerate() {
            out.bounds[c].first += own[1].abs();
            out.bounds[c].second += own[2].abs();
            levels[c].iter_mut().zip(&own[3..]).for_each(|(sum, d)| *sum += d.abs());
            if block.moving[c] {
                widest[c] = widest[c].max(NODE * weight);
            }
        }
    }
    // Between the levels that were looked at a probability may be off by as much again, and where nodes stand for single values by
    // what one of them stands for.
    for (bounds, (levels, widest)) in out.bounds.iter_mut().zip(levels.iter().zip(widest)) {
        bounds.zero += levels[0];
        bounds.mass += widest + 2.0 * levels.iter().copied().fold(0.0, f64::max);
    }
}

/// How many figures of a column the rules are compared by.
const FIGURES: usize = 3 + super::LEVELS;

/// What the rules are compared by, column by column: the probability that it is defined, the integrals of its value and of the
/// square, and the probabilities of values up to some levels.
fn figures(mixture: &Mixture, scales: &Scales) -> Vec<f64> {
    let mut out = Vec::new();
    for (c, levels) in scales.levels.iter().enumerate() {
        let mut sums = [0.0; 3];
        let mut below = [0.0; super::LEVELS];
        for part in &mixture.parts {
            let piece = part.piece(c);
            for (sum, own) in sums.iter_mut().zip(piece.moments()) {
                *sum += own;
            }
            for (sum, level) in below.iter_mut().zip(levels) {
                *sum += piece.up_to(*level);
            }
        }
        out.extend(sums);
        out.extend(below);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_exact_for_powers() {
        for (rule, fine, rough) in [(&WIDE[..], 22, 13), (&SLIM[..], 5, 1)] {
            for power in (0..=fine).step_by(2) {
                let sum = |pick: fn(&Node) -> f64| -> f64 {
                    let sides = |node: &Node| if node.0 == 0.0 { 1.0 } else { 2.0 };
                    rule.iter()
                        .map(|node| sides(node) * pick(node) * libm::pow(node.0, f64::from(power)))
                        .sum()
                };
                let exact = 2.0 / f64::from(power + 1);
                assert!((sum(|node| node.1) - exact).abs() < 1e-15, "{power}");
                if power <= rough {
                    assert!((sum(|node| node.2) - exact).abs() < 1e-15, "{power}");
                }
            }
        }
    }
}
