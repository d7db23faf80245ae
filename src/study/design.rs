//! The points of a study: which entry has which value at each.

use super::variation::{Values, Variation};
use crate::random::{SOBOL_DIMENSIONS, SOBOL_POINTS, latin_hypercube, sobol};

/// The most points of a study.
pub const MOST_POINTS: usize = 1_000_000;

/// How points are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Every combination of the values, the last variation running fastest.
    Grid,
    /// So many points of a Latin hypercube over the ranges.
    LatinHypercube(usize),
    /// So many Sobol' points, scrambled, over the ranges.
    Sobol(usize),
}

impl Design {
    /// Reads `grid`, `lhs:200` or `sobol:256`.
    ///
    /// # Errors
    /// In words, where it is none of them.
    pub fn parse(text: &str) -> Result<Design, String> {
        let wrong = || format!("`{text}` is not a design; write grid, lhs:200 or sobol:256");
        let (name, count) = match text.trim().split_once(':') {
            None if text.trim() == "grid" => return Ok(Design::Grid),
            None => return Err(wrong()),
            Some((name, count)) => (name.trim(), count.trim().replace('_', "")),
        };
        let count = count.parse().ok().filter(|n| (1..=MOST_POINTS).contains(n)).ok_or_else(wrong)?;
        match name {
            "lhs" => Ok(Design::LatinHypercube(count)),
            "sobol" if count <= SOBOL_POINTS => Ok(Design::Sobol(count)),
            "sobol" => Err(format!("there are at most {SOBOL_POINTS} Sobol' points")),
            _ => Err(wrong()),
        }
    }

    /// The points that it chooses, each a value for every variation, as scenarios have them.
    ///
    /// # Errors
    /// All that is wrong with it, in words.
    pub fn points(self, variations: &[Variation], seed: u64) -> Result<Vec<Vec<String>>, Vec<String>> {
        let mut wrong: Vec<String> = Vec::new();
        let mut paths: Vec<&str> = Vec::new();
        for variation in variations {
            for path in variation.path.split(" & ") {
                if paths.contains(&path) {
                    wrong.push(format!("`{path}` is varied twice"));
                }
                paths.push(path);
            }
            wrong.extend(self.unfit(variation));
        }
        let all = match self {
            Design::Grid => {
                variations.iter().map(Variation::many).try_fold(1usize, |all, n| all.checked_mul(n))
            }
            Design::LatinHypercube(n) | Design::Sobol(n) => Some(n),
        };
        if all.is_none_or(|n| n > MOST_POINTS) {
            wrong.push(format!("these are too many points; a study has at most {MOST_POINTS}"));
        }
        if matches!(self, Design::Sobol(_)) && variations.len() > SOBOL_DIMENSIONS {
            wrong.push(format!("Sobol' points have at most {SOBOL_DIMENSIONS} entries"));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(match self {
            Design::Grid => grid(variations),
            Design::LatinHypercube(n) => {
                let columns: Vec<_> = variations.iter().map(|v| latin_hypercube(seed, &v.path, n)).collect();
                (0..n).map(|i| variations.iter().zip(&columns).map(|(v, c)| v.at(c[i])).collect()).collect()
            }
            Design::Sobol(n) => {
                let point = |i| variations.iter().enumerate().map(|(d, v)| v.at(sobol(seed, i, d))).collect();
                (0..n).map(point).collect()
            }
        })
    }

    /// Why it cannot use a variation, if so.
    fn unfit(self, variation: &Variation) -> Option<String> {
        let path = &variation.path;
        match (self, &variation.values) {
            (Design::Grid, Values::Range(range)) if range.count.is_none() => {
                Some(format!("`{path}`: a range says how many values a grid has, as in A..B:12"))
            }
            (Design::Grid, _) => None,
            (_, Values::List(_)) => Some(format!("`{path}`: a design fills ranges A..B, and this is a list")),
            (_, Values::Range(range)) if range.count.is_some() => {
                Some(format!("`{path}`: the design says how many points; write A..B without :N"))
            }
            _ => None,
        }
    }
}

impl Variation {
    /// How many values it has in a grid.
    fn many(&self) -> usize {
        match &self.values {
            Values::List(list) => list.len(),
            Values::Range(range) => range.count.unwrap_or(1),
        }
    }

    /// The value at `share` of the way; of a list there is no such way, and its first is as good.
    fn at(&self, share: f64) -> String {
        match &self.values {
            Values::List(list) => list.first().cloned().unwrap_or_default(),
            Values::Range(range) => range.say(range.near(share)),
        }
    }
}

fn grid(variations: &[Variation]) -> Vec<Vec<String>> {
    let mut points = vec![Vec::new()];
    for variation in variations {
        let values = match &variation.values {
            Values::List(list) => list.clone(),
            Values::Range(range) => range.grid().unwrap_or_default(),
        };
        let with = |point: &Vec<String>, value: &String| {
            let mut point = point.clone();
            point.push(value.clone());
            point
        };
        points = points.iter().flat_map(|point| values.iter().map(move |value| with(point, value))).collect();
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(design: &str, variations: &[&str]) -> Result<Vec<Vec<String>>, Vec<String>> {
        let variations: Vec<_> = variations.iter().map(|v| Variation::parse(v).unwrap()).collect();
        Design::parse(design).unwrap().points(&variations, 1)
    }

    #[test]
    fn a_grid_has_every_combination_and_the_last_runs_fastest() {
        let found = points("grid", &["a=1..3:3", "b=x,y"]).unwrap();
        assert_eq!(
            found.iter().map(|p| p.join(" ")).collect::<Vec<_>>(),
            ["1 x", "1 y", "2 x", "2 y", "3 x", "3 y"]
        );
    }

    #[test]
    fn designs_fill_ranges_and_a_longer_sobol_sequence_begins_with_a_shorter_one() {
        let vary = ["a=0..10 days", "b=log:1..100"];
        let (short, long) = (points("sobol:8", &vary).unwrap(), points("sobol:16", &vary).unwrap());
        assert_eq!(short[..], long[..8]);
        let cube = points("lhs:10", &vary).unwrap();
        let mut days: Vec<usize> = cube
            .iter()
            .map(|p| p[0].strip_suffix(" days").unwrap().parse::<f64>().unwrap() as usize)
            .collect();
        days.sort_unstable();
        assert_eq!(days, (0..10).collect::<Vec<_>>());
        let below_ten = cube.iter().filter(|p| p[1].parse::<f64>().unwrap() < 10.0).count();
        assert_eq!(below_ten, 5, "half of a range that grows by factors");
    }

    #[test]
    fn all_that_is_wrong_is_told() {
        assert_eq!(points("grid", &["a=1..3", "a=1..3"]).unwrap_err().len(), 3);
        assert_eq!(points("lhs:5", &["a=1..3:4", "b=1,2"]).unwrap_err().len(), 2);
        assert_eq!(points("grid", &["a=1..3:2000", "b=1..3:2000"]).unwrap_err().len(), 1);
        for text in ["lhs", "lhs:0", "halton:5", "sobol:100000", "lhs:x"] {
            assert!(Design::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn an_entry_that_varies_with_others_does_not_vary_again() {
        let wrong = points("grid", &["a.b & c=1,2", "c=3,4"]).unwrap_err();
        assert_eq!(wrong, ["`c` is varied twice"]);
        assert_eq!(points("grid", &["a & a=1,2"]).unwrap_err(), ["`a` is varied twice"]);
    }
}
