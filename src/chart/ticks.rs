//! Round numbers for axes, and the map from values to places.

use crate::quantity::words::{Axis, Language, Unit};

/// A linear map from values to pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Map {
    pub lo: f64,
    pub hi: f64,
    /// The pixel of `lo` and that of `hi`.
    pub from: f64,
    pub to: f64,
}

impl Map {
    /// The place of `value`; what is outside of the range is put on its end.
    pub(super) fn at(&self, value: f64) -> f64 {
        // Halves, so that the difference of two huge numbers is finite.
        let share = (value / 2.0 - self.lo / 2.0) / (self.hi / 2.0 - self.lo / 2.0);
        self.from + share.clamp(0.0, 1.0) * (self.to - self.from)
    }
}

/// A range that shows something even if all values are equal.
pub(super) fn widen(lo: f64, hi: f64) -> (f64, f64) {
    let size = lo.abs().max(hi.abs());
    if hi - lo > 1e-6 * size {
        (lo, hi)
    } else if size > 0.0 {
        (lo - 0.5 * size, hi + 0.5 * size)
    } else {
        (-1.0, 1.0)
    }
}

/// Ticks of an axis: values in base units, with labels.
#[derive(Debug, Default)]
pub(super) struct Ticks {
    pub marks: Vec<(f64, String)>,
    /// What the labels leave unsaid: "yen".
    pub title: String,
}

/// What stands for the unit in an axis's title: "yen"; empty where labels say it themselves.
pub(super) fn unit_title(unit: &Unit, language: Language) -> String {
    Axis::new(0.0, unit, language).title
}

/// At most `most` round values within `lo` to `hi`.
pub(super) fn round_ticks(lo: f64, hi: f64, most: usize, unit: &Unit, language: Language) -> Ticks {
    let axis = Axis::new(lo.abs().max(hi.abs()), unit, language);
    let (from, to) = (lo / axis.factor, hi / axis.factor);
    let Some(step) = round_step(to - from, most) else { return Ticks::default() };
    let (first, last) = ((from / step - 1e-9).ceil(), (to / step + 1e-9).floor());
    let mut marks = Vec::new();
    let mut i = first;
    while i <= last && marks.len() <= most {
        let shown = i * step;
        marks.push((shown * axis.factor, axis.label(shown, step)));
        i += 1.0;
    }
    Ticks { marks, title: axis.title }
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that divides `length` into fewer than `most` steps.
fn round_step(length: f64, most: usize) -> Option<f64> {
    let least = length / most.max(2) as f64;
    if !(least.is_finite() && least > 0.0) {
        return None;
    }
    let power = libm::floor(libm::log10(least)) as i32;
    // Parsed, because a product of powers of ten is not round.
    let candidates =
        (power - 1..=power + 1).flat_map(|power| ["1", "2", "2.5", "5"].map(|m| format!("{m}e{power}")));
    candidates.filter_map(|text| text.parse().ok()).find(|step| *step >= least * (1.0 - 1e-9))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(lo: f64, hi: f64, most: usize) -> Vec<String> {
        round_ticks(lo, hi, most, &Unit::Count, Language::English)
            .marks
            .into_iter()
            .map(|(_, label)| label)
            .collect()
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(labels(0.0, 1.0, 5), ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(0.0, 100.0, 4), ["0", "25", "50", "75", "100"]);
        assert_eq!(labels(-3.0, 7.0, 5), ["−2", "0", "2", "4", "6"]);
        assert_eq!(labels(1e-12, 3e-12, 4).len(), 5);
        assert_eq!(labels(0.0, 0.0, 4), Vec::<String>::new());
        assert_eq!(labels(f64::NAN, 1.0, 4), Vec::<String>::new());
        assert_eq!(labels(0.0, 3e300, 4).len(), 4);
    }

    #[test]
    fn years_are_round_in_years() {
        let ticks = round_ticks(0.0, 3652.5, 6, &Unit::Days, Language::English);
        let labels: Vec<_> = ticks.marks.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(labels, ["0", "2", "4", "6", "8", "10"]);
        assert_eq!(ticks.marks[1].0, 730.5);
        assert_eq!(ticks.title, "years");
    }

    #[test]
    fn a_point_gets_a_range() {
        assert_eq!(widen(0.0, 0.0), (-1.0, 1.0));
        assert_eq!(widen(6.0, 6.0), (3.0, 9.0));
        assert_eq!(widen(-6.0, -6.0), (-9.0, -3.0));
        assert_eq!(widen(0.0, 6.0), (0.0, 6.0));
    }

    #[test]
    fn what_is_outside_lands_on_the_edge() {
        let map = Map { lo: 0.0, hi: 10.0, from: 50.0, to: 150.0 };
        assert_eq!([map.at(-1.0), map.at(2.0), map.at(11.0)], [50.0, 70.0, 150.0]);
        let huge = Map { lo: -1.5e308, hi: 1.5e308, from: 0.0, to: 1.0 };
        assert_eq!(huge.at(0.0), 0.5);
    }
}
