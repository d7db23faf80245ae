//! The line where a figure on a grid crosses a level: marching squares, linear between neighbours.

use std::collections::BTreeMap;

/// A side between two neighbouring places of the grid: the lower or left one, and whether it goes to the right.
type Edge = (usize, usize, bool);

/// Lines between the places of a grid above `level` and the others, as points (column, row) with a fraction of the way to
/// the next place; `values` by row and column. A closed line ends where it begins. Between four places of which two opposite
/// ones are above, the mean of the four decides which are joined. Where a value is not a number, no line is drawn.
pub(super) fn contour(values: &[Vec<f64>], level: f64) -> Vec<Vec<(f64, f64)>> {
    let at = |row: usize, column: usize| values.get(row).and_then(|row| row.get(column)).copied();
    let mut joined: BTreeMap<Edge, Vec<Edge>> = BTreeMap::new();
    let widest = values.iter().map(Vec::len).max().unwrap_or(0);
    for row in 0..values.len().saturating_sub(1) {
        for column in 0..widest.saturating_sub(1) {
            let corners = [(row, column), (row, column + 1), (row + 1, column + 1), (row + 1, column)];
            let square = corners.map(|(r, c)| at(r, c).filter(|value| value.is_finite()));
            let [Some(a), Some(b), Some(c), Some(d)] = square else { continue };
            for [from, to] in segments([a, b, c, d], level) {
                let edges = [
                    (row, column, true),
                    (row, column + 1, false),
                    (row + 1, column, true),
                    (row, column, false),
                ];
                joined.entry(edges[from]).or_default().push(edges[to]);
                joined.entry(edges[to]).or_default().push(edges[from]);
            }
        }
    }
    let place = |(row, column, right): Edge| {
        let (next, from) = (if right { at(row, column + 1) } else { at(row + 1, column) }, at(row, column));
        let (from, next) = (from.unwrap_or(level), next.unwrap_or(level));
        // Halves, so that the difference of two huge numbers is finite.
        let share = ((level / 2.0 - from / 2.0) / (next / 2.0 - from / 2.0)).clamp(0.0, 1.0);
        let (along, up) = if right { (share, 0.0) } else { (0.0, share) };
        (column as f64 + along, row as f64 + up)
    };
    // Lines that end at the border first; what is left is closed.
    let ends: Vec<Edge> = joined.iter().filter(|(_, next)| next.len() == 1).map(|(edge, _)| *edge).collect();
    let all: Vec<Edge> = joined.keys().copied().collect();
    let mut lines = Vec::new();
    for start in ends.into_iter().chain(all) {
        let mut line = vec![place(start)];
        let mut here = start;
        while let Some(next) = joined.get_mut(&here).and_then(Vec::pop) {
            if let Some(back) = joined.get_mut(&next) {
                back.retain(|edge| *edge != here);
            }
            line.push(place(next));
            here = next;
        }
        if line.len() > 1 {
            lines.push(line);
        }
    }
    lines
}

/// Which sides of a square (bottom, right, top, left) are joined; its corners go round from the lower left.
fn segments(corners: [f64; 4], level: f64) -> Vec<[usize; 2]> {
    let above = corners.map(|value| value > level);
    let crossed: Vec<usize> = (0..4).filter(|&side| above[side] != above[(side + 1) % 4]).collect();
    match crossed[..] {
        [from, to] => vec![[from, to]],
        [_, _, _, _] => {
            let middle = corners.iter().map(|value| value / 4.0).sum::<f64>() > level;
            // The lower left corner is cut off from the middle, or the lower right one is.
            if above[0] == middle { vec![[0, 1], [2, 3]] } else { vec![[3, 0], [1, 2]] }
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plane_is_crossed_along_a_straight_line() {
        // x + 2 y = 3.5 on five columns and four rows.
        let values: Vec<Vec<f64>> =
            (0..4).map(|y| (0..5).map(|x| f64::from(x) + 2.0 * f64::from(y)).collect()).collect();
        let lines = contour(&values, 3.5);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].iter().all(|(x, y)| (x + 2.0 * y - 3.5).abs() < 1e-12), "{lines:?}");
        let (first, last) = (lines[0][0], lines[0][lines[0].len() - 1]);
        assert_eq!((first, last), ((3.5, 0.0), (0.0, 1.75)));
    }

    #[test]
    fn a_hill_has_a_closed_line_and_a_level_beyond_all_has_none() {
        let hill = |x: i32, y: i32| 10.0 - f64::from((x - 3) * (x - 3) + (y - 3) * (y - 3));
        let values: Vec<Vec<f64>> = (0..7).map(|y| (0..7).map(|x| hill(x, y)).collect()).collect();
        let lines = contour(&values, 5.5);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0][0], lines[0][lines[0].len() - 1]);
        for (x, y) in &lines[0] {
            let radius = ((x - 3.0) * (x - 3.0) + (y - 3.0) * (y - 3.0)).sqrt();
            assert!((radius - 4.5f64.sqrt()).abs() < 0.15, "{radius}");
        }
        assert!(contour(&values, 10.0).is_empty() && contour(&values, -99.0).is_empty());
        assert!(contour(&[], 0.0).is_empty() && contour(&[vec![1.0]], 0.0).is_empty());
    }

    #[test]
    fn saddles_are_joined_by_their_middle_and_gaps_are_left_out() {
        let saddle = |most: f64| contour(&[vec![most, 0.0], vec![0.0, most]], 1.0);
        // The middle is above: the two low corners are cut off; else the high ones.
        assert_eq!(saddle(4.0), [[(0.0, 0.75), (0.25, 1.0)], [(0.75, 0.0), (1.0, 0.25)]]);
        let low = saddle(1.5);
        assert_eq!(low.len(), 2);
        assert!(
            low.iter().all(|line| {
                let near = |corner: f64| {
                    line.iter().all(|(x, y)| (x - corner).abs() <= 0.34 && (y - corner).abs() <= 0.34)
                };
                near(0.0) || near(1.0)
            }),
            "{low:?}"
        );
        assert!(contour(&[vec![0.0, 2.0], vec![0.0, f64::NAN]], 1.0).is_empty());
        let huge = contour(&[vec![-1e308, 1e308], vec![-1e308, 1e308]], 0.0);
        assert_eq!(huge, [[(0.5, 0.0), (0.5, 1.0)]]);
    }
}
