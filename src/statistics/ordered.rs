//! The values of a sample in ascending order: each for itself, or each different one with how often it is there.

/// Values in ascending order.
#[derive(Clone, Debug)]
pub(super) struct Ordered {
    /// All, or all that differ.
    values: Vec<f64>,
    /// Where each stands for several: how many there are up to and including each.
    upto: Option<Vec<u64>>,
}

impl Ordered {
    /// Each value for itself.
    pub(super) fn all(values: Vec<f64>) -> Ordered {
        Ordered { values, upto: None }
    }

    /// Different values, and how often each is there.
    pub(super) fn counted(counted: impl Iterator<Item = (f64, u64)>) -> Ordered {
        let mut all = 0;
        let (values, upto) = counted
            .map(|(value, count)| {
                all += count;
                (value, all)
            })
            .unzip();
        Ordered { values, upto: Some(upto) }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        match &self.upto {
            None => self.values.len(),
            Some(upto) => upto.last().map_or(0, |n| *n as usize),
        }
    }

    /// The one of index `i`, which is less than there are.
    pub(super) fn at(&self, i: usize) -> f64 {
        match &self.upto {
            None => self.values[i],
            Some(upto) => self.values[upto.partition_point(|n| *n <= i as u64)],
        }
    }

    /// How many are less than `x`.
    pub(super) fn below(&self, x: f64) -> usize {
        self.count(self.values.partition_point(|&value| value < x))
    }

    /// How many are `x` or less.
    pub(super) fn up_to(&self, x: f64) -> usize {
        self.count(self.values.partition_point(|&value| value <= x))
    }

    /// All, or all that differ.
    pub(super) fn values(&self) -> &[f64] {
        &self.values
    }

    /// The ones of index at least `first`, where no two that are equal stand on both sides of it: each with how many it
    /// stands for.
    pub(super) fn from(&self, first: usize) -> impl ExactSizeIterator<Item = (f64, f64)> + Clone + use<'_> {
        let skipped = match &self.upto {
            None => first,
            Some(upto) => upto.partition_point(|n| *n <= first as u64),
        };
        (skipped..self.values.len()).map(|i| (self.values[i], self.times(i)))
    }

    /// Whether each stands for itself.
    pub(super) fn is_plain(&self) -> bool {
        self.upto.is_none()
    }

    /// How many the first `different` ones stand for.
    fn count(&self, different: usize) -> usize {
        match &self.upto {
            None => different,
            Some(upto) => different.checked_sub(1).map_or(0, |last| upto[last] as usize),
        }
    }

    fn times(&self, i: usize) -> f64 {
        (self.count(i + 1) - self.count(i)) as f64
    }
}
