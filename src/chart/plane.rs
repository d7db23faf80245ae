//! Two axes of numbers and what lies between them: the ground of lines and of points.

use crate::quantity::words::{Language, Unit};

use super::font;
use super::frame::{self, EDGE, LINE, NOTE, SMALL, WIDTH};
use super::paper::Paper;
use super::ticks::{Map, Ticks, round_ticks, widen};

/// What an axis shows.
#[derive(Clone, Debug)]
pub struct Axis {
    /// "total cost"; may be empty.
    pub name: String,
    /// The unit of all values.
    pub unit: Unit,
    /// Whether equal steps are equal factors; values that are not above zero are then left out.
    pub log: bool,
}

impl Axis {
    /// A plain axis.
    pub fn new(name: &str, unit: Unit) -> Axis {
        Axis { name: name.to_owned(), unit, log: false }
    }

    /// The same in equal factors.
    pub fn log(self) -> Axis {
        Axis { log: true, ..self }
    }

    fn has(&self, value: f64) -> bool {
        value.is_finite() && (!self.log || value > 0.0)
    }

    fn scaled(&self, value: f64) -> f64 {
        if self.log { libm::log10(value) } else { value }
    }

    /// The range of what is shown of `values`, scaled; None if nothing is.
    fn range(&self, values: &[f64], margins: bool) -> Option<(f64, f64)> {
        let shown = values.iter().copied().filter(|value| self.has(*value)).map(|value| self.scaled(value));
        let (lo, hi) = shown.fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(v), hi.max(v)));
        if lo > hi {
            return None;
        }
        if self.log {
            return Some(if hi - lo < 1e-9 { (lo - 0.5, hi + 0.5) } else { (lo, hi) });
        }
        let zeros = lo == 0.0 && hi == 0.0;
        // An axis that shows zero, unless the values are far from it and hardly move.
        let far = lo.abs().min(hi.abs()) > 0.6 * lo.abs().max(hi.abs()) && lo.signum() == hi.signum();
        let (lo, hi) = if zeros {
            (0.0, 1.0)
        } else if far {
            widen(lo, hi)
        } else {
            (lo.min(0.0), hi.max(0.0))
        };
        let margin = if margins { 0.05 * (hi - lo) } else { 0.0 };
        let below = if lo == 0.0 { 0.0 } else { margin };
        let above = if hi == 0.0 { 0.0 } else { margin };
        Some((lo - below, hi + above))
    }

    /// Ticks within a scaled range: powers of ten, or where they are too few 1, 2 and 5 times them.
    fn log_ticks(&self, lo: f64, hi: f64, language: Language) -> Ticks {
        let wide = libm::floor(hi + 1e-9) - libm::ceil(lo - 1e-9) >= 2.0;
        let every = (((hi - lo) / 6.0).ceil() as i32).max(1);
        let (first, last) = (libm::floor(lo) as i32, libm::ceil(hi) as i32);
        let mut marks = Vec::new();
        for power in (first..=last).filter(|power| !wide || power.rem_euclid(every) == 0) {
            for digit in if wide { &["1"][..] } else { &["1", "2", "5"] } {
                // Parsed, because a product of powers of ten is not round.
                let value: f64 = format!("{digit}e{power}").parse().unwrap_or(f64::NAN);
                let at = libm::log10(value);
                if at >= lo - 1e-9 && at <= hi + 1e-9 {
                    marks.push((at, language.short(value, &self.unit)));
                }
            }
        }
        let title = if matches!(self.unit, Unit::Money(_)) {
            super::ticks::unit_title(&self.unit, language)
        } else {
            String::new()
        };
        Ticks { marks, title }
    }
}

/// Two axes and the places on them.
pub(super) struct Plane<'a> {
    pub x: Map,
    pub y: Map,
    across: &'a Axis,
    up: &'a Axis,
    vertical: Ticks,
    top: f64,
}

/// Above the plot stands the name of its vertical axis.
const CAPTION: f64 = LINE + 8.0;

impl<'a> Plane<'a> {
    /// The plane that shows all values, its plot `height` high; None if there are none.
    pub(super) fn new(
        (across, xs): (&'a Axis, &[f64]),
        (up, ys): (&'a Axis, &[f64]),
        (top, height): (f64, f64),
        language: Language,
    ) -> Option<Plane<'a>> {
        let (x0, x1) = across.range(xs, false)?;
        let (y0, y1) = up.range(ys, true)?;
        let vertical =
            if up.log { up.log_ticks(y0, y1, language) } else { round_ticks(y0, y1, 5, &up.unit, language) };
        let left = EDGE + frame::label_room(&vertical, SMALL) + 8.0;
        let from = top + CAPTION;
        let x = Map { lo: x0, hi: x1, from: left, to: WIDTH - 24.0 };
        let y = Map { lo: y0, hi: y1, from: from + height, to: from };
        Some(Plane { x, y, across, up, vertical, top })
    }

    /// Where the sheet ends.
    pub(super) fn bottom(&self) -> f64 {
        self.y.from + 48.0
    }

    pub(super) fn shows(&self, x: f64, y: f64) -> bool {
        self.across.has(x) && self.up.has(y)
    }

    pub(super) fn across(&self, x: f64) -> f64 {
        self.x.at(self.across.scaled(x))
    }

    pub(super) fn up(&self, y: f64) -> f64 {
        // What is too small for a log axis lies on its end.
        if self.up.has(y) { self.y.at(self.up.scaled(y)) } else { self.y.from }
    }

    pub(super) fn at(&self, x: f64, y: f64) -> (f64, f64) {
        (self.across(x), self.up(y))
    }

    /// Grid, axes and their names.
    pub(super) fn draw(&self, paper: &Paper<'_>) {
        let language = paper.language;
        let title = frame::axis_title(&self.up.name, &self.vertical.title, language);
        let title = font::cut(&title, WIDTH - 2.0 * EDGE, SMALL, false);
        paper.text(EDGE, self.top + SMALL, &title, NOTE);
        frame::horizontal_grid(paper, &self.vertical, &self.y, self.x.from, self.x.to, SMALL);
        let ticks = if self.across.log {
            self.across.log_ticks(self.x.lo, self.x.hi, language)
        } else {
            frame::fitting_ticks(&self.x, &self.across.unit, SMALL, language)
        };
        frame::horizontal_axis(paper, &ticks.marks, &self.x, self.y.from, SMALL);
        let title = frame::axis_title(&self.across.name, &ticks.title, language);
        frame::horizontal_title(paper, &title, self.x.to, self.y.from + 40.0);
    }
}
