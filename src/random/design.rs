//! Points that fill a cube more evenly than independent uniforms do: Latin hypercubes and Sobol' points.

use super::{Factor, below_one};

/// The most coordinates of a Sobol' point, and the most points.
pub const SOBOL_DIMENSIONS: usize = sobol_burley::NUM_DIMENSIONS as usize;
/// The most Sobol' points.
pub const SOBOL_POINTS: usize = 1 << 16;

/// One coordinate of the `n` points of a Latin hypercube: one uniform in each of `n` equal intervals, in an order of the
/// coordinate's own (McKay, Beckman and Conover, Technometrics 21, 1979). `name` tells the coordinates apart.
pub fn latin_hypercube(seed: u64, name: &str, n: usize) -> Vec<f64> {
    let factor = Factor::new(seed, &format!("latin hypercube {name}"));
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|&a, &b| factor.uniform(a as u64, 0).total_cmp(&factor.uniform(b as u64, 0)));
    let mut points = vec![0.0; n];
    for (interval, &point) in order.iter().enumerate() {
        points[point] = (interval as f64 + factor.uniform(point as u64, 1)) / n as f64;
    }
    points
}

/// A coordinate of a Sobol' point with Owen's scrambling (Burley, J. Computer Graphics Techniques 9, 2020), with 24 bits:
/// at least 0, less than 1. The first points of a longer sequence are those of a shorter one. `index` is below
/// [`SOBOL_POINTS`], `dimension` below [`SOBOL_DIMENSIONS`].
pub fn sobol(seed: u64, index: usize, dimension: usize) -> f64 {
    // One scrambling a seed.
    let scrambling = (Factor::new(seed, "sobol").uniform(0, 0) * f64::from(u32::MAX)) as u32;
    f64::from(sobol_burley::sample(index as u32, dimension as u32, scrambling))
}

/// A coordinate of point `index` of scrambling number `scrambling`: its first 24 bits are those of a scrambled Sobol' point,
/// the others those of the uniform `own`. Strictly between 0 and 1.
#[inline]
pub fn sobol_with(seed: u64, scrambling: u64, index: u32, coordinate: u8, own: f64) -> f64 {
    const RESOLUTION: f64 = (1u32 << 24) as f64;
    let key = mixed(mixed(seed as u32, (seed >> 32) as u32), scrambling as u32);
    let first = f64::from(sobol_burley::sample(index, u32::from(coordinate), key)) * RESOLUTION;
    below_one((first.floor() + own) / RESOLUTION)
}

/// A permutation of the numbers below `count`, which is at least 1: a Feistel network over as many bits as they have, whose
/// halves may differ by a bit, six rounds; applied again until it leads to one of them.
#[inline]
pub(super) fn permuted(index: u32, count: u32, keys: [u32; 4]) -> u32 {
    let bits = (u32::BITS - (count - 1).leading_zeros()).max(2);
    let low_bits = bits / 2;
    let (low_mask, high_mask) = ((1u32 << low_bits) - 1, (1u32 << (bits - low_bits)) - 1);
    let mut place = index;
    loop {
        let (mut low, mut high) = (place & low_mask, place >> low_bits);
        for pair in [[keys[0], keys[1]], [keys[2], keys[3]], [!keys[0], !keys[2]]] {
            high ^= mixed(low, pair[0]) & high_mask;
            low ^= mixed(high, pair[1]) & low_mask;
        }
        place = high << low_bits | low;
        if place < count {
            return place;
        }
    }
}

/// 32 bits that depend on all bits of both: the finaliser of MurmurHash3 on their sum, twice.
#[inline]
fn mixed(x: u32, key: u32) -> u32 {
    let stir = |mut h: u32| {
        h = (h ^ (h >> 16)).wrapping_mul(0x85eb_ca6b);
        h = (h ^ (h >> 13)).wrapping_mul(0xc2b2_ae35);
        h ^ (h >> 16)
    };
    stir(stir(key).wrapping_add(x))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_interval_holds_one_point() {
        let strata = |points: &[f64]| {
            let mut strata: Vec<usize> = points.iter().map(|u| (u * points.len() as f64) as usize).collect();
            strata.sort_unstable();
            strata
        };
        let a = latin_hypercube(1, "a", 200);
        assert_eq!(strata(&a), (0..200).collect::<Vec<_>>());
        assert_eq!(a, latin_hypercube(1, "a", 200));
        assert_ne!(a, latin_hypercube(1, "b", 200));
        assert_ne!(a, latin_hypercube(2, "a", 200));
        // The order is no run upwards: the rank correlation of 200 points in random order is within 4 / sqrt(200).
        let mean: f64 = a.iter().enumerate().map(|(i, u)| (i as f64 / 200.0 - 0.5) * (u - 0.5)).sum();
        assert!((12.0 * mean / 200.0).abs() < 0.29);
        // Owen's scrambling keeps the first 2^k points of each coordinate in different intervals, and pairs in boxes.
        for dimension in [0, 1, 7, 200] {
            let points: Vec<f64> = (0..256).map(|i| sobol(3, i, dimension)).collect();
            assert_eq!(strata(&points), (0..256).collect::<Vec<_>>());
        }
        let mut boxes: Vec<usize> = (0..256)
            .map(|i| (sobol(3, i, 0) * 16.0) as usize * 16 + (sobol(3, i, 1) * 16.0) as usize)
            .collect();
        boxes.sort_unstable();
        assert_eq!(boxes, (0..256).collect::<Vec<_>>());
        assert_ne!(sobol(3, 0, 0), sobol(4, 0, 0));
    }

    #[test]
    fn permutations_hit_each_number_once_and_differ() {
        for count in [1, 2, 3, 5, 64, 100, 1250, 4096] {
            let of = |keys: [u32; 4]| (0..count).map(|i| permuted(i, count, keys)).collect::<Vec<u32>>();
            let (a, b) = (of([1, 2, 3, 4]), of([5, 2, 3, 4]));
            let mut sorted = a.clone();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..count).collect::<Vec<_>>(), "{count}");
            assert!(count < 64 || (a != b && a != sorted), "{count}");
        }
        // Where one of 20 goes is even over 20,000 keys: within 4.9 standard errors of 1,000, which chance exceeds with 1e-6.
        for index in [0, 7, 19] {
            let mut hits = [0; 20];
            (0..20_000).for_each(|n| {
                hits[permuted(index, 20, crate::random::philox4x32([n, 0, 0, 1], [1, 2])) as usize] += 1
            });
            assert!(hits.iter().all(|n| (n - 1000i32).abs() < 151), "{hits:?}");
        }
    }
}
