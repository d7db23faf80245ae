//! A factor's uniforms of one trial as a generator of the `rand` family, for whatever draws in sequence: resampling,
//! generated data, the samplers of `rand_distr`. The model itself never draws in sequence.

use std::convert::Infallible;

use rand::TryRng;

use super::{Factor, philox4x32};

/// The random words of a factor in one trial, from occurrence 0 on.
///
/// ```
/// use rand::RngExt;
/// use shortfall::random::{Factor, Stream};
///
/// let factor = Factor::new(1, "resampling");
/// let mut stream = Stream::new(factor, 7);
/// let again = Stream::new(factor, 7).random::<f64>();
/// assert_eq!(stream.random::<f64>(), again);
/// ```
#[derive(Clone, Debug)]
pub struct Stream {
    factor: Factor,
    trial: u64,
    block: u32,
    words: [u32; 4],
    used: usize,
}

impl Stream {
    /// The stream of `factor` in `trial`.
    pub fn new(factor: Factor, trial: u64) -> Stream {
        Stream { factor, trial, block: 0, words: [0; 4], used: 4 }
    }

    fn word(&mut self) -> u32 {
        if self.used == 4 {
            let counter = [self.trial as u32, (self.trial >> 32) as u32, self.block, 0];
            self.words = philox4x32(counter, self.factor.key);
            self.block = self.block.wrapping_add(1);
            self.used = 0;
        }
        self.used += 1;
        self.words[self.used - 1]
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.word())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let low = u64::from(self.word());
        Ok(u64::from(self.word()) << 32 | low)
    }

    fn try_fill_bytes(&mut self, dst: &mut [u8]) -> Result<(), Infallible> {
        for chunk in dst.chunks_mut(4) {
            chunk.copy_from_slice(&self.word().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::Rng;

    #[test]
    fn a_stream_is_the_factors_own_words() {
        let factor = Factor::new(5, "a");
        let mut stream = Stream::new(factor, 11);
        for occurrence in 0..9 {
            let bits = stream.next_u64();
            let u = ((bits >> 12) as f64 + 0.5) / (1u64 << 52) as f64;
            assert_eq!(u, factor.uniform(11, occurrence));
        }
    }

    #[test]
    fn the_generator_is_the_one_of_an_independent_crate() {
        let (seed, stream) = (0x0123_4567_89ab_cdef_u64, 0xfeed_beef_u64);
        let key = [seed as u32, (seed >> 32) as u32];
        let mut theirs = rand_philox::Philox::new(key, u128::from(stream) << 64);
        for block in 0..50u32 {
            let ours = philox4x32([block, 0, stream as u32, (stream >> 32) as u32], key);
            let words: [u32; 4] = std::array::from_fn(|_| theirs.next_u32());
            assert_eq!(ours, words, "block {block}");
        }
    }
}
