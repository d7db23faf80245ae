//! Trials as bytes, to be kept, taken up again and joined: those of a point of a sweep, or a range of those of a run. Columns by
//! name, with a checksum over everything.
//!
//! ```text
//! shortfall trials 1 LF
//! {"key":…,"about":{…},"from":…,"trials":…,"counts":[…],"columns":[…],"sketches":…} LF
//! a column: 0 and the values, or 1, how many runs, and for each run its length and its value; all little-endian
//! so many bytes of sketches
//! SHA-256 of what stands before it
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::statistics::Column;

const MAGIC: &str = "shortfall trials 1\n";
const CHECKSUM: usize = 32;

/// Trials in a row.
#[derive(Clone, Debug, Default)]
pub struct Stored {
    /// What they are trials of: a hash of everything that they depend on. Of a point their number is no part of it.
    pub key: String,
    /// The same for people, by name: the scenario, the seed and so on.
    pub about: BTreeMap<String, String>,
    /// The number of the first.
    pub from: u64,
    /// How many.
    pub trials: u64,
    /// What was counted in them, as whoever keeps them lays it out.
    pub counts: Vec<u64>,
    /// Columns by name, in the order of the names, with one value a trial.
    pub columns: Vec<(String, Column)>,
    /// In place of them, what was counted in bins, as bytes.
    pub sketches: Vec<u8>,
}

/// What stands before the values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// What they are trials of.
    pub key: String,
    /// The same for people.
    pub about: BTreeMap<String, String>,
    /// The number of the first.
    pub from: u64,
    /// How many.
    pub trials: u64,
    counts: Vec<u64>,
    columns: Vec<String>,
    sketches: usize,
}

impl Stored {
    /// The bytes in which it is kept.
    pub fn encode(&self) -> Vec<u8> {
        let columns = self.columns.iter().map(|(name, _)| name.clone()).collect();
        let header = Header {
            key: self.key.clone(),
            about: self.about.clone(),
            from: self.from,
            trials: self.trials,
            counts: self.counts.clone(),
            columns,
            sketches: self.sketches.len(),
        };
        let mut bytes = MAGIC.as_bytes().to_vec();
        bytes.extend(serde_json::to_vec(&header).unwrap_or_default());
        bytes.push(b'\n');
        for (_, values) in &self.columns {
            put(values, &mut bytes);
        }
        bytes.extend(&self.sketches);
        let checksum = Sha256::digest(&bytes);
        bytes.extend(checksum);
        bytes
    }

    /// What bytes hold; none where they are not whole, or not what [`Stored::encode`] made.
    pub fn decode(bytes: &[u8]) -> Option<Stored> {
        let (body, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
        if Sha256::digest(body).as_slice() != checksum {
            return None;
        }
        let (header, mut bytes) = split(body)?;
        let Header { key, about, from, trials, counts, columns: names, sketches: length } = header;
        let count = usize::try_from(trials).ok()?;
        let mut columns = Vec::with_capacity(names.len());
        for name in names {
            columns.push((name, take(&mut bytes, count)?));
        }
        let sketches = bytes.to_vec();
        (sketches.len() == length).then_some(Stored { key, about, from, trials, counts, columns, sketches })
    }

    /// What stands before the values, from the first bytes of what is kept; nothing is said of what comes after. None where
    /// these are not its first bytes, or too few.
    pub fn header(bytes: &[u8]) -> Option<Header> {
        split(bytes).map(|(header, _)| header)
    }

    /// A column by its name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|(known, _)| known == name).map(|(_, values)| values)
    }
}

/// So many bytes do columns take where they are kept.
pub fn packed(columns: &[Column]) -> usize {
    let mut bytes = Vec::new();
    columns.iter().for_each(|values| put(values, &mut bytes));
    bytes.len()
}

fn split(bytes: &[u8]) -> Option<(Header, &[u8])> {
    let rest = bytes.strip_prefix(MAGIC.as_bytes())?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    Some((serde_json::from_slice(&rest[..end]).ok()?, &rest[end + 1..]))
}

/// Writes a column: in runs of equal values where that is shorter, as where nothing happens in most trials.
fn put(values: &Column, bytes: &mut Vec<u8>) {
    let values = values.to_vec();
    let runs = || values.chunk_by(|a, b| a.to_bits() == b.to_bits());
    let count = runs().count();
    if 4 + 12 * count < 8 * values.len() {
        bytes.push(1);
        bytes.extend((count as u32).to_le_bytes());
        for run in runs() {
            bytes.extend((run.len() as u32).to_le_bytes());
            bytes.extend(run[0].to_le_bytes());
        }
    } else {
        bytes.push(0);
        values.iter().for_each(|value| bytes.extend(value.to_le_bytes()));
    }
}

fn take(bytes: &mut &[u8], count: usize) -> Option<Column> {
    let [kind] = part(bytes)?;
    let mut values = Column::default();
    if kind == 0 {
        for _ in 0..count {
            values.push(f64::from_le_bytes(part(bytes)?));
        }
    } else {
        for _ in 0..u32::from_le_bytes(part(bytes)?) {
            let length = u32::from_le_bytes(part(bytes)?) as usize;
            let value = f64::from_le_bytes(part(bytes)?);
            if values.len() + length > count {
                return None;
            }
            values.extend(std::iter::repeat_n(value, length));
        }
    }
    (values.len() == count).then_some(values)
}

fn part<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (first, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Stored {
        let few = (0..100).map(|i| f64::from(u8::from(i == 40))).collect();
        let many = (0..100).map(|i| f64::from(i) / 7.0 - 3.0).collect();
        let odd = [f64::NAN, -0.0, f64::INFINITY].into_iter().cycle().take(100).collect();
        let columns = vec![("a".to_owned(), few), ("b".to_owned(), many), ("c".to_owned(), odd)];
        let about = [("seed".to_owned(), "7".to_owned())].into();
        Stored {
            key: "k".to_owned(),
            about,
            from: 300,
            trials: 100,
            counts: vec![2, 0],
            columns,
            sketches: vec![1, 2],
        }
    }

    #[test]
    fn what_is_kept_is_found_again_to_the_last_bit() {
        let bytes = stored().encode();
        let again = Stored::decode(&bytes).unwrap();
        assert_eq!((again.key.as_str(), again.from, again.trials), ("k", 300, 100));
        assert_eq!((again.about["seed"].as_str(), again.counts.clone()), ("7", vec![2, 0]));
        let header = Stored::header(&bytes[..200]).unwrap();
        assert_eq!((header.key.as_str(), header.from, header.trials), ("k", 300, 100));
        assert!(Stored::header(&bytes[..40]).is_none());
        for ((name, values), (known, expected)) in again.columns.iter().zip(&stored().columns) {
            assert_eq!(name, known);
            assert!(values.iter().zip(expected.iter()).all(|(a, b)| a.to_bits() == b.to_bits()));
            assert_eq!(values.len(), 100);
        }
        assert!(again.column("b").is_some() && again.column("d").is_none());
        // Mostly zeros: three runs, not 800 bytes.
        let zeros = Stored { columns: vec![stored().columns.swap_remove(0)], ..stored() };
        assert!(zeros.encode().len() < 200);
        let nothing = Stored { trials: 0, columns: vec![("a".to_owned(), Column::default())], ..stored() };
        assert_eq!(Stored::decode(&nothing.encode()).unwrap().columns[0].1.len(), 0);
    }

    #[test]
    fn every_torn_or_changed_byte_is_noticed() {
        let bytes = stored().encode();
        for end in 0..bytes.len() {
            assert!(Stored::decode(&bytes[..end]).is_none(), "{end}");
        }
        for at in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[at] ^= 4;
            assert!(Stored::decode(&changed).is_none(), "{at}");
        }
    }
}
