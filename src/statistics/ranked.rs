//! A column in ascending order with its ties: what ranks, slices and distribution functions are read from.

use std::ops::Range;

/// The trials in ascending order of their values. It holds no NaN: of those who have one nothing can be ranked.
#[derive(Clone, Debug)]
pub struct Ranked {
    order: Vec<u32>,
    /// Where each group of equal values ends, as a position in `order`.
    ends: Vec<u32>,
}

impl Ranked {
    /// Ranks a `column` without NaN, of up to 2^32 trials.
    pub fn new(column: &[f64]) -> Ranked {
        let mut keyed: Vec<(f64, u32)> = column.iter().zip(0..).map(|(x, i)| (x + 0.0, i)).collect();
        // The number of the trial settles ties, so that the order is one and the same.
        keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let last = |i: usize| keyed.get(i + 1).is_none_or(|next| next.0 != keyed[i].0);
        let ends = (0..keyed.len()).filter(|&i| last(i)).map(|i| i as u32 + 1).collect();
        Ranked { order: keyed.into_iter().map(|(_, i)| i).collect(), ends }
    }

    /// Number of trials.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether there are no trials.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// How many different values there are.
    pub fn distinct(&self) -> usize {
        self.ends.len()
    }

    /// The trials in ascending order of their values.
    pub fn order(&self) -> &[u32] {
        &self.order
    }

    /// The groups of equal values in ascending order, as positions in [`Ranked::order`].
    pub fn groups(&self) -> impl Iterator<Item = Range<usize>> + '_ {
        let starts = std::iter::once(0).chain(self.ends.iter().map(|&end| end as usize));
        starts.zip(&self.ends).map(|(start, &end)| start..end as usize)
    }

    /// The rank of each trial, from 1; equal values have the mean of their ranks.
    pub fn midranks(&self) -> Vec<f64> {
        let mut ranks = vec![0.0; self.len()];
        for group in self.groups() {
            let rank = (group.start + group.end + 1) as f64 / 2.0;
            self.order[group].iter().for_each(|&i| ranks[i as usize] = rank);
        }
        ranks
    }

    /// The slice of each trial, at most `most` slices of about as many trials, equal values in the same one; and how many
    /// there are. Where there are no more values than slices, each value is one.
    pub fn slices(&self, most: usize) -> (Vec<u8>, usize) {
        let most = most.clamp(1, 255);
        let mut slices = vec![0; self.len()];
        let (mut count, mut last) = (0, None);
        for (g, group) in self.groups().enumerate() {
            let wanted = if self.distinct() <= most { g } else { group.start * most / self.len() };
            if last != Some(wanted) {
                last = Some(wanted);
                count += 1;
            }
            self.order[group].iter().for_each(|&i| slices[i as usize] = (count - 1) as u8);
        }
        (slices, count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_values_share_their_ranks() {
        let ranked = Ranked::new(&[3.0, 1.0, 3.0, 2.0, -0.0, 0.0]);
        assert_eq!(ranked.midranks(), [5.5, 3.0, 5.5, 4.0, 1.5, 1.5]);
        assert_eq!((ranked.len(), ranked.distinct()), (6, 4));
        assert_eq!(ranked.groups().collect::<Vec<_>>(), [0..2, 2..3, 3..4, 4..6]);
        assert!(Ranked::new(&[]).is_empty());
    }

    #[test]
    fn slices_are_of_equal_size_and_keep_equal_values_together() {
        let column: Vec<f64> = (0..1000).map(|i| f64::from((i * 7) % 1000)).collect();
        let (slices, count) = Ranked::new(&column).slices(10);
        assert_eq!(count, 10);
        assert!((0..10).all(|s| slices.iter().filter(|&&t| t == s).count() == 100));
        // Three values, most of them zero: a slice each.
        let (slices, count) = Ranked::new(&[0.0, 0.0, 0.0, 0.0, 1.0, 2.0]).slices(10);
        assert_eq!((slices, count), (vec![0, 0, 0, 0, 1, 2], 3));
        // More values than slices, but most are equal: no empty slice has a number.
        let column: Vec<f64> = (0..100).map(|i| if i < 80 { 0.0 } else { f64::from(i) }).collect();
        let (slices, count) = Ranked::new(&column).slices(10);
        assert_eq!(count, 3);
        assert_eq!(slices.iter().filter(|&&s| s == 0).count(), 80);
    }
}
