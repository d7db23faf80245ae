//! The progress line: only where standard error is a terminal.

use std::io::IsTerminal;
use std::ops::Range;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Context;
use crate::outcome::Progress;
use crate::quantity::words::{self, Unit};

/// A line that tells how far a run has come.
pub struct Line {
    bar: ProgressBar,
    unit: Unit,
    /// The number of the first trial.
    from: u64,
}

impl Line {
    /// For the trials in a range; draws nothing where nobody would see it.
    pub fn new(trials: Range<u64>, unit: Unit, context: &Context) -> Line {
        let visible = std::io::stderr().is_terminal() && !context.quiet;
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(trials.end - trials.start), target);
        let template = "{bar:24} {human_pos} of {human_len} trials, {eta} left; {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        if visible {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Line { bar, unit, from: trials.start }
    }

    /// One that nobody sees.
    pub fn hidden() -> Line {
        Line { bar: ProgressBar::hidden(), unit: Unit::Count, from: 0 }
    }

    /// Moves on.
    pub fn set(&self, progress: Progress) {
        self.bar.set_position(progress.done - self.from);
        if !self.bar.is_hidden() {
            let se = Some(progress.se).filter(|se| !se.is_nan());
            let speed = words::count(self.bar.per_sec().round());
            let mean = words::estimate(progress.mean, se, &self.unit);
            self.bar.set_message(format!("{speed} a second; mean cost {mean}"));
        }
    }

    /// Says what else is being done.
    pub fn note(&self, what: &'static str) {
        self.bar.set_message(what);
    }

    /// Goes away.
    pub fn clear(self) {
        self.bar.finish_and_clear();
    }
}

/// A line that tells how far a study has come.
pub struct StudyLine {
    bar: ProgressBar,
    points: usize,
}

impl StudyLine {
    /// For `trials` that are still to be run, of `points` points.
    pub fn new(trials: u64, points: usize, context: &Context) -> StudyLine {
        let visible = std::io::stderr().is_terminal() && !context.quiet;
        let target = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(trials), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {msg}, {eta} left") {
            bar.set_style(style);
        }
        if visible {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        StudyLine { bar, points }
    }

    /// So many further trials are done, and so many points in all.
    pub fn advance(&self, trials: u64, done: usize) {
        self.bar.inc(trials);
        if !self.bar.is_hidden() {
            let speed = words::count(self.bar.per_sec().round());
            self.bar.set_message(format!("{done} of {} points, {speed} trials a second", self.points));
        }
    }

    /// Goes away.
    pub fn clear(self) {
        self.bar.finish_and_clear();
    }
}

/// A line that tells where a search is looking.
pub struct Looking {
    bar: ProgressBar,
}

impl Looking {
    /// Draws nothing where nobody would see it.
    pub fn new(context: &Context) -> Looking {
        let visible = std::io::stderr().is_terminal() && !context.quiet;
        let bar = if visible { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        if visible {
            bar.enable_steady_tick(Duration::from_millis(200));
        }
        Looking { bar }
    }

    /// Is looking at this value.
    pub fn at(&self, value: &str) {
        self.bar.inc(1);
        self.bar.set_message(format!("{} values looked at; now {value}", self.bar.position()));
    }

    /// Goes away.
    pub fn clear(self) {
        self.bar.finish_and_clear();
    }
}
