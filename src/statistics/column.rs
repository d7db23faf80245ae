//! The values of one metric in trial order, each to the bit, in little room: where many are equal, as where nothing happens in
//! most trials, that value is kept once.

mod chunk;

use std::ops::Range;

pub use chunk::number_of;
use chunk::{CHUNK, Chunk};

use super::{Design, Sample};

/// A column: one value a trial, in trial order. Chunks of 512 are closed as soon as they are full, so that it depends on the
/// values alone how they are kept, and not on how they came.
#[derive(Clone, Debug, Default)]
pub struct Column {
    closed: Vec<Chunk>,
    /// Fewer than make a chunk.
    open: Vec<f64>,
}

impl Column {
    /// How many values it has.
    pub fn len(&self) -> usize {
        self.closed.len() * CHUNK + self.open.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One more value.
    pub fn push(&mut self, value: f64) {
        self.open.push(value);
        self.close();
    }

    /// Closes the chunk that is open, where it is full.
    fn close(&mut self) {
        if self.open.len() == CHUNK {
            self.closed.push(Chunk::new(&self.open));
            self.open.clear();
        }
    }

    /// More values.
    pub fn extend_from_slice(&mut self, mut values: &[f64]) {
        while !values.is_empty() {
            let (own, more) = values.split_at(values.len().min(CHUNK - self.open.len()));
            self.open.extend_from_slice(own);
            self.close();
            values = more;
        }
    }

    /// The values of another behind its own.
    pub fn append(&mut self, mut other: Column) {
        if self.open.is_empty() {
            self.closed.append(&mut other.closed);
            self.open = other.open;
        } else {
            self.extend(other.iter());
        }
    }

    /// The value of trial `i`, which is less than there are.
    pub fn get(&self, i: usize) -> f64 {
        match self.closed.get(i / CHUNK) {
            Some(chunk) => chunk.get(i % CHUNK),
            None => self.open[i - self.closed.len() * CHUNK],
        }
    }

    /// All values, in trial order.
    pub fn iter(&self) -> Iter<'_> {
        self.range(0..self.len())
    }

    /// Those of some trials, of which there are as many.
    pub fn range(&self, trials: Range<usize>) -> Iter<'_> {
        let left = trials.len();
        let mut iter =
            Iter { column: self, chunk: trials.start / CHUNK, own: [0.0; CHUNK], at: 0, end: 0, left };
        iter.turn(trials.start % CHUNK);
        iter
    }

    /// The first `count` values, of which there are as many.
    pub fn first(&self, count: usize) -> Column {
        let chunks = (count / CHUNK).min(self.closed.len());
        let closed = self.closed[..chunks].to_vec();
        Column { closed, open: self.range(chunks * CHUNK..count).collect() }
    }

    /// All values.
    pub fn to_vec(&self) -> Vec<f64> {
        self.iter().collect()
    }

    /// The greatest value; none where none is a number.
    pub fn greatest(&self) -> Option<f64> {
        let mut greatest = None;
        self.each(None, |x, _| greatest = Some(greatest.map_or(x, |y: f64| y.max(x))));
        greatest
    }

    /// The sample of trials that are each on their own.
    pub fn sample(&self) -> Sample {
        Sample::of(self, None, &Design::default())
    }

    /// All values that are numbers with how many trials have them, in any order, the same value in several parts: of those
    /// trials alone that are `kept`, where only some count. No negative zero is among them. Gives the number of trials.
    pub(super) fn each(&self, kept: Option<&[bool]>, mut number: impl FnMut(f64, usize)) -> usize {
        let mut each = |x: f64, times: usize| {
            if !x.is_nan() && times > 0 {
                // Adding zero turns -0.0 into 0.0.
                number(x + 0.0, times);
            }
        };
        let Some(kept) = kept else {
            self.closed.iter().for_each(|chunk| chunk.each(&mut each));
            self.open.iter().for_each(|x| each(*x, 1));
            return self.len();
        };
        let (closed, open) = kept.split_at(self.closed.len() * CHUNK);
        self.closed.iter().zip(closed.chunks(CHUNK)).for_each(|(chunk, kept)| chunk.each_of(kept, &mut each));
        self.open.iter().zip(open).filter(|(_, kept)| **kept).for_each(|(x, _)| each(*x, 1));
        number_of(kept)
    }
}

impl Extend<f64> for Column {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        values.into_iter().for_each(|x| self.push(x));
    }
}

impl FromIterator<f64> for Column {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut column = Column::default();
        column.extend(values);
        column
    }
}

impl From<&[f64]> for Column {
    fn from(values: &[f64]) -> Self {
        let chunks = values.chunks_exact(CHUNK);
        let open = chunks.remainder().to_vec();
        Column { closed: chunks.map(Chunk::new).collect(), open }
    }
}

impl<'c> IntoIterator for &'c Column {
    type Item = f64;
    type IntoIter = Iter<'c>;

    fn into_iter(self) -> Iter<'c> {
        self.iter()
    }
}

/// Values of a column in trial order, laid out a chunk at a time.
#[derive(Clone, Debug)]
pub struct Iter<'c> {
    column: &'c Column,
    /// The one that comes next.
    chunk: usize,
    own: [f64; CHUNK],
    at: usize,
    end: usize,
    /// How many are to come, laid out or not.
    left: usize,
}

impl Iter<'_> {
    /// Lays out the next chunk, to begin with the value of index `at`.
    fn turn(&mut self, at: usize) {
        match self.column.closed.get(self.chunk) {
            Some(chunk) => chunk.lay_out(&mut self.own),
            None => self.own[..self.column.open.len()].copy_from_slice(&self.column.open),
        }
        self.chunk += 1;
        (self.at, self.end) = (at, CHUNK.min(at + self.left));
    }
}

impl Iterator for Iter<'_> {
    type Item = f64;

    #[inline]
    fn next(&mut self) -> Option<f64> {
        if self.at == self.end {
            if self.left == 0 {
                return None;
            }
            self.turn(0);
        }
        let value = self.own[self.at];
        self.at += 1;
        self.left -= 1;
        Some(value)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }

    fn fold<B, F: FnMut(B, f64) -> B>(mut self, init: B, mut f: F) -> B {
        let mut all = init;
        loop {
            for x in &self.own[self.at..self.end] {
                all = f(all, *x);
            }
            self.left -= self.end - self.at;
            if self.left == 0 {
                return all;
            }
            self.turn(0);
        }
    }
}

impl ExactSizeIterator for Iter<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;

    /// Columns of every kind: constant, mostly constant, with several common values, without, with what is no number.
    fn columns(n: usize) -> Vec<Vec<f64>> {
        let factor = Factor::new(11, "column");
        let u = |i: usize, k: u32| factor.uniform(i as u64, k);
        let rare = |i: usize, share: f64| if u(i, 0) < share { -libm::log(u(i, 1)) } else { 0.0 };
        let odd = [f64::NAN, -f64::NAN, -0.0, 0.0, f64::INFINITY, f64::NEG_INFINITY, 5e-324, f64::MAX];
        let all = |f: &dyn Fn(usize) -> f64| (0..n).map(f).collect::<Vec<f64>>();
        let shares = [0.001, 0.1, 0.5, 0.8, 0.87, 0.88, 0.9, 1.0];
        let mut columns: Vec<Vec<f64>> = shares.iter().map(|share| all(&|i| rare(i, *share))).collect();
        columns.extend([
            all(&|_| 0.0),
            all(&|_| f64::NAN),
            all(&|i| [-0.0, 0.0][usize::from(u(i, 0) < 0.1)]),
            all(&|i| if u(i, 0) < 0.7 { f64::NAN } else { u(i, 1) }),
            all(&|i| odd[(u(i, 0) * 8.0) as usize]),
            all(&|i| (u(i, 0) * 2.0).floor()),
            all(&|i| (u(i, 0) * 3.0).floor()),
            all(&|i| (u(i, 0) * 16.0).floor()),
            all(&|i| (u(i, 0) * 17.0).floor()),
            all(&|i| if (i / CHUNK).is_multiple_of(2) { 1.0 } else { rare(i, 0.3) }),
            all(&|i| f64::from_bits(0x7ff0_0000_0000_0001 + (i % 3) as u64)),
        ]);
        columns
    }

    fn bits(values: impl IntoIterator<Item = f64>) -> Vec<u64> {
        values.into_iter().map(f64::to_bits).collect()
    }

    #[test]
    fn what_is_put_in_comes_out_to_the_bit() {
        for n in [0, 1, 63, 64, 511, 512, 513, 1023, 1024, 1025, 5000] {
            for values in columns(n) {
                let column = Column::from(values.as_slice());
                assert_eq!((column.len(), column.is_empty()), (n, n == 0));
                assert_eq!(bits(&column), bits(values.clone()));
                assert_eq!(bits(column.to_vec()), bits(values.clone()));
                assert_eq!(bits((0..n).map(|i| column.get(i))), bits(values.clone()));
                let mut one_by_one = Vec::new();
                for x in &column {
                    one_by_one.push(x);
                }
                assert_eq!(bits(one_by_one), bits(values.clone()));
                for range in
                    [0..n, n / 3..n, 0..n / 2, n / 3..n / 2, n / 2..n / 2, n..n, n / 2..(n / 2 + 1).min(n)]
                {
                    assert_eq!(column.range(range.clone()).len(), range.len());
                    assert_eq!(bits(column.range(range.clone())), bits(values[range].to_vec()));
                }
                for count in [0, n / 3, n] {
                    assert_eq!(bits(&column.first(count)), bits(values[..count].to_vec()));
                }
                let numbers = values.iter().filter(|x| !x.is_nan()).copied();
                assert_eq!(column.greatest(), numbers.reduce(f64::max));
            }
        }
    }

    #[test]
    fn how_it_came_makes_no_difference() {
        for values in columns(3000) {
            let whole = format!("{:?}", Column::from(values.as_slice()));
            assert_eq!(format!("{:?}", values.iter().copied().collect::<Column>()), whole);
            for cuts in [vec![1], vec![512], vec![700, 1024, 1025], vec![0, 1536, 3000], vec![511, 513, 2600]]
            {
                let mut column = Column::default();
                let mut from = 0;
                for to in cuts.into_iter().chain([3000]) {
                    match to % 2 {
                        0 => column.append(Column::from(&values[from..to])),
                        _ => column.extend_from_slice(&values[from..to]),
                    }
                    from = to;
                }
                assert_eq!(format!("{column:?}"), whole);
            }
        }
    }

    #[test]
    fn each_value_is_counted_once_a_trial() {
        for values in columns(2100) {
            let column = Column::from(values.as_slice());
            let kept: Vec<bool> = (0..values.len()).map(|i| i % 3 > 0 && !(600..1100).contains(&i)).collect();
            for kept in [None, Some(kept.as_slice())] {
                let counts = |i: usize| kept.is_none_or(|kept| kept[i]);
                let mut wanted: Vec<f64> =
                    (0..values.len()).filter(|i| counts(*i)).map(|i| values[i] + 0.0).collect();
                let trials = wanted.len();
                wanted.retain(|x| !x.is_nan());
                wanted.sort_unstable_by(f64::total_cmp);
                let mut found = Vec::new();
                let own = column.each(kept, |x, times| found.extend(std::iter::repeat_n(x, times)));
                found.sort_unstable_by(f64::total_cmp);
                assert_eq!((own, bits(found)), (trials, bits(wanted)));
            }
        }
    }
}
