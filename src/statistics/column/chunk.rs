//! A chunk of a column: as many values as are kept together, in whatever way is shortest.

/// Values that are kept together.
pub(super) const CHUNK: usize = 512;
/// So many of them are looked at to find one that is common.
const PROBES: usize = 16;
/// A value is common where it is this many of a chunk; fewer would save little.
const COMMON: usize = CHUNK / 8;

/// The values of a full chunk. Two are equal where their bits are: of no numbers and zeros too.
#[derive(Clone, Debug)]
pub(super) enum Chunk {
    /// Each for itself.
    Each(Box<[f64]>),
    /// A common value; the bits of the others' places, a word for 64 of them, and behind these the others themselves.
    /// Nothing where there are no others.
    Common(f64, Box<[u64]>),
    /// The number of different values, these values, and for each place which of them it is.
    Few(Box<[u64]>),
}

/// Words of a chunk's places.
const PLACES: usize = CHUNK / 64;
/// More different values than this are not few.
const FEW: usize = 16;

/// Words of a chunk of so many different values: their number, they themselves, and for each place which it is.
fn words(few: usize) -> usize {
    1 + few + PLACES * width(few)
}

/// Bits that say which of so many values it is.
fn width(few: usize) -> usize {
    match few {
        ..=2 => 1,
        3..=4 => 2,
        _ => 4,
    }
}

impl Chunk {
    /// Of the values of a chunk: whatever is shortest.
    pub(super) fn new(values: &[f64]) -> Chunk {
        let Some(common) = frequent(values) else { return Chunk::Each(values.into()) };
        let mut places = [0; PLACES];
        for (word, values) in places.iter_mut().zip(values.chunks_exact(64)) {
            let bit = |(i, x): (usize, &f64)| u64::from(x.to_bits() != common) << i;
            *word = values.iter().enumerate().map(bit).fold(0, |word, bit| word | bit);
        }
        let others = places.iter().map(|word| word.count_ones() as usize).sum::<usize>();
        if others == 0 {
            return Chunk::Common(f64::from_bits(common), Box::default());
        }
        let by_common = if CHUNK - others < COMMON { CHUNK } else { PLACES + others };
        let others = || ones(&places).map(|i| values[i].to_bits());
        if let Some(few) = few(common, others())
            && words(few.len()) < by_common
        {
            return Chunk::of_few(&few, values);
        }
        if by_common == CHUNK {
            return Chunk::Each(values.into());
        }
        let mut words = Vec::with_capacity(by_common);
        words.extend(places);
        words.extend(others());
        Chunk::Common(f64::from_bits(common), words.into())
    }

    fn of_few(few: &[u64], values: &[f64]) -> Chunk {
        let (width, mut words) = (width(few.len()), Vec::with_capacity(words(few.len())));
        words.push(few.len() as u64);
        words.extend(few);
        words.extend(values.chunks(64 / width).map(|values| {
            let which =
                |x: &f64| few.iter().position(|known| *known == x.to_bits()).unwrap_or_default() as u64;
            values.iter().enumerate().fold(0, |word, (i, x)| word | which(x) << (i * width))
        }));
        Chunk::Few(words.into())
    }

    /// The places of the others and they themselves, where there is a common value.
    fn others(words: &[u64]) -> impl Iterator<Item = (usize, f64)> + '_ {
        let (places, others) = words.split_at(words.len().min(PLACES));
        ones(places).zip(others.iter().map(|bits| f64::from_bits(*bits)))
    }

    /// A few values, and which of them each place is.
    fn codes(words: &[u64]) -> (&[u64], impl Iterator<Item = usize> + '_) {
        let (few, codes) = words[1..].split_at(words[0] as usize);
        let width = width(few.len());
        let own = move |word: &u64| {
            let word = *word;
            (0..64 / width).map(move |i| (word >> (i * width)) as usize & ((1 << width) - 1))
        };
        (few, codes.iter().flat_map(own))
    }

    /// Lays its values out in `room`.
    pub(super) fn lay_out(&self, room: &mut [f64; CHUNK]) {
        match self {
            Chunk::Each(values) => room.copy_from_slice(values),
            Chunk::Common(common, words) => {
                room.fill(*common);
                Chunk::others(words).for_each(|(i, x)| room[i] = x);
            }
            Chunk::Few(words) => {
                let (few, codes) = Chunk::codes(words);
                room.iter_mut().zip(codes).for_each(|(x, code)| *x = f64::from_bits(few[code]));
            }
        }
    }

    pub(super) fn get(&self, i: usize) -> f64 {
        match self {
            Chunk::Each(values) => values[i],
            Chunk::Common(common, words) => {
                let (word, bit) = (i / 64, 1u64 << (i % 64));
                if words.get(word).is_none_or(|places| places & bit == 0) {
                    return *common;
                }
                let before = words[..word].iter().map(|places| places.count_ones()).sum::<u32>();
                f64::from_bits(words[PLACES + (before + (words[word] & (bit - 1)).count_ones()) as usize])
            }
            Chunk::Few(words) => {
                let (few, codes) = words[1..].split_at(words[0] as usize);
                let (width, first) = (width(few.len()), i * width(few.len()));
                f64::from_bits(few[(codes[first / 64] >> (first % 64)) as usize & ((1 << width) - 1)])
            }
        }
    }

    /// Its values with how many places have them; the same value may come again.
    pub(super) fn each(&self, mut value: impl FnMut(f64, usize)) {
        match self {
            Chunk::Each(values) => values.iter().for_each(|x| value(*x, 1)),
            Chunk::Common(common, words) => {
                let others = &words[words.len().min(PLACES)..];
                others.iter().for_each(|bits| value(f64::from_bits(*bits), 1));
                value(*common, CHUNK - others.len());
            }
            Chunk::Few(words) => {
                let (few, codes) = Chunk::codes(words);
                let mut times = [0; FEW];
                codes.for_each(|code| times[code] += 1);
                few.iter().zip(times).for_each(|(bits, times)| value(f64::from_bits(*bits), times));
            }
        }
    }

    /// The same of those places alone that are `kept`.
    pub(super) fn each_of(&self, kept: &[bool], mut value: impl FnMut(f64, usize)) {
        match self {
            Chunk::Each(values) => {
                values.iter().zip(kept).filter(|(_, kept)| **kept).for_each(|(x, _)| value(*x, 1));
            }
            Chunk::Common(common, words) => {
                let mut others = 0;
                for (_, x) in Chunk::others(words).filter(|(i, _)| kept[*i]) {
                    value(x, 1);
                    others += 1;
                }
                value(*common, number_of(kept) - others);
            }
            Chunk::Few(words) => {
                let (few, codes) = Chunk::codes(words);
                let mut times = [0; FEW];
                codes.zip(kept).for_each(|(code, kept)| times[code] += usize::from(*kept));
                few.iter().zip(times).for_each(|(bits, times)| value(f64::from_bits(*bits), times));
            }
        }
    }
}

/// The places of the ones, in order.
fn ones(words: &[u64]) -> impl Iterator<Item = usize> + '_ {
    words.iter().enumerate().flat_map(|(w, word)| Ones(*word).map(move |i| 64 * w + i))
}

/// The places of the ones in a word, the lowest first.
struct Ones(u64);

impl Iterator for Ones {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let place = (self.0 != 0).then(|| self.0.trailing_zeros() as usize);
        self.0 &= self.0.wrapping_sub(1);
        place
    }
}

/// The value, as bits, that is the most frequent of a few of a chunk; none where no two of these are equal.
fn frequent(values: &[f64]) -> Option<u64> {
    let probes: [u64; PROBES] = std::array::from_fn(|i| values[i * (CHUNK / PROBES)].to_bits());
    let mut found = (0, 1);
    for bits in probes {
        let times = probes.iter().filter(|probe| **probe == bits).count();
        if times > found.1 {
            found = (bits, times);
        }
    }
    (found.1 > 1).then_some(found.0)
}

/// The different values, as bits, of a common one and others; none where they are not few.
fn few(common: u64, others: impl Iterator<Item = u64>) -> Option<Vec<u64>> {
    let mut few = Vec::with_capacity(FEW);
    few.push(common);
    for bits in others {
        if few.contains(&bits) {
            continue;
        }
        if few.len() == FEW {
            return None;
        }
        few.push(bits);
    }
    Some(few)
}

/// How many of these are kept.
pub fn number_of(kept: &[bool]) -> usize {
    kept.iter().map(|kept| usize::from(*kept)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Factor;

    #[test]
    fn what_is_mostly_equal_or_one_of_a_few_is_small() {
        let factor = Factor::new(2, "chunk");
        let u = |i: usize| factor.uniform(i as u64, 0);
        let size = |f: &dyn Fn(usize) -> f64| match Chunk::new(&(0..CHUNK).map(f).collect::<Vec<f64>>()) {
            Chunk::Each(values) => values.len(),
            Chunk::Common(_, words) | Chunk::Few(words) => words.len(),
        };
        assert_eq!([size(&|_| 0.0), size(&|_| f64::NAN), size(&u)], [0, 0, CHUNK]);
        // A bit for each place, and the others themselves, down to an eighth that is equal.
        for others in [20, 200, 448] {
            assert_eq!(size(&|i| if i * 151 % CHUNK < others { u(i) } else { 7.0 }), PLACES + others);
        }
        assert_eq!(size(&|i| if i * 151 % CHUNK < 470 { u(i) } else { 7.0 }), CHUNK);
        // Of two values a bit tells which, of three two bits, of sixteen four; and seventeen are not few.
        let of = |few: usize| size(&|i| (u(i) * few as f64).floor());
        assert_eq!([of(2), of(3), of(16)], [1 + 2 + 8, 1 + 3 + 16, 1 + 16 + 32]);
        assert!(of(17) > 400);
        // Two zeros differ, and of few others the places are shorter.
        assert_eq!(size(&|i| if i % 2 == 0 { 0.0 } else { -0.0 }), 1 + 2 + 8);
        assert_eq!(size(&|i| if i % 300 == 1 { 1.0 } else { 0.0 }), PLACES + 2);
    }
}
