//! Integration over a use of a uniform after which there is another one to be integrated over: at the nodes of Gauss and Kronrod,
//! each of them a line of its own; cells are halved where the two rules differ most.

use super::line::{cells, smooth};
use super::tree::{Line, Tree, Walker};
use super::{Mixture, Part, Refusal, Scales};

/// By so much, for all of a line, the two rules may differ: as a share of the mean size of a figure and of its square, and in
/// probabilities.
const DIFFER: f64 = 2e-7;
/// Cells are not halved below this share of a line.
const LEAST: f64 = 1e-9;

/// Nodes and weights of Kronrod's rule with 15 points on (-1, 1), and those of Gauss's with 7 among them (Piessens et al.,
/// QUADPACK, 1983); the nodes lie on both sides of 0.
const RULE: [(f64, f64, f64); 8] = [
    (0.0, 0.209_482_141_084_727_83, 0.417_959_183_673_469_4),
    (0.207_784_955_007_898_47, 0.204_432_940_075_298_9, 0.0),
    (0.405_845_151_377_397_17, 0.190_350_578_064_785_4, 0.381_830_050_505_118_93),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
    (0.741_531_185_599_394_4, 0.140_653_259_715_525_92, 0.279_705_391_489_276_64),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_18, 0.0),
    (0.949_107_912_342_758_5, 0.063_092_092_629_978_55, 0.129_484_966_168_869_7),
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_224, 0.0),
];

/// What comes of a tree.
pub(super) fn integrate(walker: &mut Walker, tree: &Tree, scales: &Scales) -> Result<Mixture, Refusal> {
    let mut out = Mixture::new(walker.columns());
    out.parts.extend(tree.leaves.iter().map(|leaf| Part::atom(1.0, leaf)));
    for line in &tree.lines {
        for cell in cells(line) {
            out.append(over(walker, line, cell, scales)?);
        }
    }
    Ok(out)
}

/// What comes of a line in one of its cells.
pub(super) fn over(
    walker: &mut Walker,
    line: &Line,
    cell: (f64, f64),
    scales: &Scales,
) -> Result<Mixture, Refusal> {
    let mut out = Mixture::new(walker.columns());
    if smooth(walker, line, cell, scales, &mut out)? {
        return Ok(out);
    }
    let allowed = DIFFER * (cell.1 - cell.0) / line.upto;
    let mut parts = vec![Block::new(walker, line, cell, scales)?];
    loop {
        let total: f64 = parts.iter().map(|block| block.differ).sum();
        let wide = |block: &&Block| block.to - block.from > LEAST * line.upto;
        let worst = parts.iter().filter(wide).map(|block| block.differ).fold(0.0, f64::max);
        if total <= allowed || worst == 0.0 {
            break;
        }
        let at = parts.iter().position(|block| block.differ == worst).unwrap_or(0);
        let block = parts.swap_remove(at);
        let middle = 0.5 * (block.from + block.to);
        for half in [(block.from, middle), (middle, block.to)] {
            parts.push(Block::new(walker, line, half, scales)?);
        }
    }
    parts.sort_by(|a, b| a.from.total_cmp(&b.from));
    for block in parts {
        block.close(&mut out);
    }
    Ok(out)
}

/// A cell, integrated over.
struct Block {
    from: f64,
    to: f64,
    mixture: Mixture,
    /// By how much the rules differ in each of the figures of `figures`.
    differences: Vec<f64>,
    /// The greatest of them, as a share of what may be.
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
        let mut differences = vec![0.0; scales.mean.len() * (3 + super::LEVELS)];
        for (x, kronrod, gauss) in RULE {
            for side in if x == 0.0 { &[0.0][..] } else { &[-1.0, 1.0] } {
                let tree = walker.at(line, middle + side * x * half)?;
                let mut own = integrate(walker, &tree, scales)?;
                let weight = line.chance / line.upto * half;
                for (sum, figure) in differences.iter_mut().zip(figures(&own, scales)) {
                    *sum += weight * (kronrod - gauss) * figure;
                }
                own.scale(weight * kronrod);
                mixture.append(own);
            }
        }
        let width = 3 + super::LEVELS;
        let share = |(i, difference): (usize, &f64)| {
            let scale = match i % width {
                1 => scales.mean[i / width],
                2 => scales.square[i / width],
                _ => 1.0,
            };
            if *difference == 0.0 { 0.0 } else { difference.abs() / scale }
        };
        let differ = differences.iter().enumerate().map(share).fold(0.0, f64::max);
        Ok(Block { from, to, mixture, differences, differ })
    }

    fn close(self, out: &mut Mixture) {
        out.append(self.mixture);
        let width = 3 + super::LEVELS;
        for (bounds, own) in out.bounds.iter_mut().zip(self.differences.chunks(width)) {
            bounds.first += own[1].abs();
            bounds.second += own[2].abs();
            bounds.mass += own[3..].iter().map(|d| d.abs()).fold(own[0].abs(), f64::max);
        }
    }
}

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
        for power in 0..=22 {
            let sum = |pick: &dyn Fn(&(f64, f64, f64)) -> f64| -> f64 {
                let at = |node: &(f64, f64, f64)| {
                    let both =
                        if node.0 == 0.0 { 1.0 } else { 1.0 + if power % 2 == 0 { 1.0 } else { -1.0 } };
                    both * pick(node) * libm::pow(node.0, f64::from(power))
                };
                RULE.iter().map(at).sum()
            };
            let exact = if power % 2 == 0 { 2.0 / f64::from(power + 1) } else { 0.0 };
            assert!((sum(&|n| n.1) - exact).abs() < 1e-15, "{power}");
            if power <= 13 {
                assert!((sum(&|n| n.2) - exact).abs() < 1e-15, "{power}");
            }
        }
    }
}
