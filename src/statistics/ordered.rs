//! The values of a sample in ascending order: each for itself, or once with how many trials have it.

use super::Column;

/// Equal values that are fewer stand each for itself: a count takes as much room.
const SEVERAL: usize = 4;

/// Values in ascending order, without NaN and negative zero. It is a function of the values alone, however they came.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ordered {
    values: Vec<f64>,
    /// Those that stand for several: the index in `values`, and how many there are up to and including it.
    several: Vec<(usize, usize)>,
}

impl Ordered {
    /// Each value for itself, in this order.
    pub(super) fn plain(values: Vec<f64>) -> Ordered {
        Ordered { values, several: Vec::new() }
    }

    /// Of different values in ascending order, with how often each is there.
    pub(super) fn counted(counted: impl Iterator<Item = (f64, usize)>) -> Ordered {
        let mut ordered = Ordered::default();
        counted.for_each(|(value, count)| ordered.push(value, count));
        ordered
    }

    /// Of the numbers of a column, in those trials alone that are `kept`, where only some count; and how many trials these are.
    pub(super) fn of(column: &Column, kept: Option<&[bool]>) -> (Ordered, usize) {
        let (mut single, mut common) = (Vec::new(), Vec::new());
        let trials = column.each(kept, |x, times| match times {
            1 => single.push(x),
            _ => common.push((x, times)),
        });
        (Ordered::new(single, common), trials)
    }

    /// Of values, and of further ones with how often each is there, in any order.
    pub(super) fn new(mut single: Vec<f64>, mut common: Vec<(f64, usize)>) -> Ordered {
        single.sort_unstable_by(f64::total_cmp);
        if common.is_empty() && !single.windows(SEVERAL).any(|equal| equal[0] == equal[SEVERAL - 1]) {
            return Ordered::plain(single);
        }
        common.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut common = common.chunk_by(|a, b| a.0 == b.0).map(|equal| {
            let count: usize = equal.iter().map(|(_, count)| count).sum();
            (equal[0].0, count)
        });
        let mut ordered = Ordered::default();
        let mut next = common.next();
        for equal in single.chunk_by(|a, b| a == b) {
            let (value, mut count) = (equal[0], equal.len());
            while let Some((other, times)) = next.filter(|(other, _)| *other <= value) {
                if other == value {
                    count += times;
                } else {
                    ordered.push(other, times);
                }
                next = common.next();
            }
            ordered.push(value, count);
        }
        next.into_iter().chain(common).for_each(|(value, count)| ordered.push(value, count));
        ordered.values.shrink_to_fit();
        ordered
    }

    /// A value behind all others, so often.
    fn push(&mut self, value: f64, count: usize) {
        if count < SEVERAL {
            self.values.extend(std::iter::repeat_n(value, count));
        } else {
            let all = self.len() + count;
            self.several.push((self.values.len(), all));
            self.values.push(value);
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.count(self.values.len())
    }

    /// The one of index `i`, which is less than there are.
    pub(super) fn at(&self, i: usize) -> f64 {
        self.values[self.place(i)]
    }

    /// How many are less than `x`.
    pub(super) fn below(&self, x: f64) -> usize {
        self.count(self.values.partition_point(|&value| value < x))
    }

    /// How many are `x` or less.
    pub(super) fn up_to(&self, x: f64) -> usize {
        self.count(self.values.partition_point(|&value| value <= x))
    }

    /// The values, of which one may stand for several.
    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    /// The ones of index at least `first`, where no two that are equal stand on both sides of it: each with how many it
    /// stands for.
    pub(super) fn from(&self, first: usize) -> impl Iterator<Item = (f64, f64)> + Clone + use<'_> {
        let start = if first < self.len() { self.place(first) } else { self.values.len() };
        let skipped = self.several.partition_point(|(i, _)| *i < start);
        let mut several = self.several[skipped..].iter().peekable();
        let mut before = first;
        self.values[start..].iter().zip(start..).map(move |(value, i)| {
            let all = several.next_if(|(own, _)| *own == i).map_or(before + 1, |(_, all)| *all);
            let count = all - before;
            before = all;
            (*value, count as f64)
        })
    }

    /// Where the one of index `i` stands in `values`; behind them where there are not as many.
    fn place(&self, i: usize) -> usize {
        let skipped = self.several.partition_point(|(_, all)| *all <= i);
        let (place, all) = self.before(skipped);
        let place = place + (i - all);
        self.several.get(skipped).map_or(place, |(own, _)| place.min(*own))
    }

    /// How many the first `few` of `values` stand for.
    fn count(&self, few: usize) -> usize {
        let (place, all) = self.before(self.several.partition_point(|(i, _)| *i < few));
        all + (few - place)
    }

    /// Behind the first `several` of those that stand for several: how many of `values`, and how many these stand for.
    fn before(&self, several: usize) -> (usize, usize) {
        several.checked_sub(1).map_or((0, 0), |last| (self.several[last].0 + 1, self.several[last].1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;

    /// Some of them once, some twice, some often.
    fn values(n: u64) -> Vec<f64> {
        let factor = Factor::new(3, "ordered");
        let u = |i: u64, k: u32| factor.uniform(i, k);
        let one = |i: u64| match (u(i, 0) * 4.0) as u32 {
            0 => 0.0,
            1 => u(i, 1),
            2 => (u(i, 1) * 1000.0).floor() / 1000.0,
            _ => (u(i, 1) * 3.0).floor() - 1.0,
        };
        (0..n).map(one).collect()
    }

    #[test]
    fn it_is_the_sorted_values_whatever_stands_for_several() {
        for n in [0, 1, 2, 10, 600, 5000] {
            let values = values(n);
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let (ordered, trials) = Ordered::of(&Column::from(values.as_slice()), None);
            assert_eq!((trials, ordered.len()), (values.len(), values.len()));
            assert!(n < 600 || ordered.values().len() < values.len());
            for (i, x) in sorted.iter().enumerate() {
                assert_eq!(ordered.at(i), *x);
            }
            for x in sorted.iter().flat_map(|x| [*x, x - 1e-4, x + 1e-4]) {
                assert_eq!(ordered.below(x), sorted.partition_point(|y| *y < x));
                assert_eq!(ordered.up_to(x), sorted.partition_point(|y| *y <= x));
            }
            for first in
                (0..=sorted.len()).filter(|i| *i == 0 || *i == sorted.len() || sorted[i - 1] < sorted[*i])
            {
                let again: Vec<f64> = ordered
                    .from(first)
                    .flat_map(|(x, count)| std::iter::repeat_n(x, count as usize))
                    .collect();
                assert_eq!(again, sorted[first..]);
            }
        }
    }

    #[test]
    fn it_depends_on_the_values_alone() {
        let values = values(3000);
        let whole = Ordered::new(values.clone(), Vec::new());
        assert_eq!(Ordered::of(&Column::from(values.as_slice()), None).0, whole);
        let (zeros, others): (Vec<f64>, Vec<f64>) = values.iter().partition(|x| **x == 0.0);
        for parts in [vec![zeros.len()], vec![2, 1, zeros.len() - 3], vec![1; zeros.len()]] {
            let parts = parts.into_iter().map(|count| (0.0, count)).collect();
            assert_eq!(Ordered::new(others.clone(), parts), whole);
        }
        let mut reversed = values.clone();
        reversed.reverse();
        assert_eq!(Ordered::of(&reversed.into_iter().collect(), None).0, whole);
    }

    #[test]
    fn equal_values_are_one() {
        let (ordered, _) = Ordered::of(&Column::from(&[7.0; 100_000][..]), None);
        assert_eq!((ordered.values(), ordered.len()), (&[7.0][..], 100_000));
        assert_eq!((ordered.at(0), ordered.at(99_999)), (7.0, 7.0));
        assert_eq!(ordered.from(0).collect::<Vec<_>>(), [(7.0, 100_000.0)]);
    }
}
