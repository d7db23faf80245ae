//! A scenario at every point of a design, on the same random numbers at each.

use std::sync::atomic::AtomicBool;

use sha2::{Digest, Sha256};

use super::asked::{self, Asked};
use super::design::Design;
use super::store::Stored;
use super::variant::Variant;
use super::variation::{Variation, base_value};
use crate::model::Model;
use crate::outcome::{self, Task};
use crate::parallel::Pool;
use crate::scenario::{Document, Files};
use crate::statistics::{Column, Estimate, Sample};

/// A study: where it starts from, its points, and what is asked at each.
#[derive(Clone, Debug)]
pub struct Sweep {
    /// The scenario that is varied.
    pub document: Document,
    /// The same as meant.
    pub model: Model,
    /// What varies.
    pub variations: Vec<Variation>,
    /// How the points are chosen.
    pub design: Design,
    /// The points, each a value for every variation.
    pub points: Vec<Vec<String>>,
    /// What is asked at each.
    pub asked: Vec<Asked>,
    /// How many trials each point has.
    pub trials: u64,
    /// A hash of the scenario, the seed and the version: what the trials of all points rest on.
    base: String,
}

/// Why the scenario of a point is wrong.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// The mistakes, in a line.
    pub message: String,
    /// Each mistake with its place, as rustc would show it.
    pub shown: Vec<String>,
}

/// What a point still needs.
#[derive(Clone, Debug)]
pub struct Missing {
    /// Which point.
    pub point: usize,
    /// The trials that it has already; their columns are continued.
    kept: Stored,
}

impl Sweep {
    /// A study of `document`, which reads as `model`.
    pub fn new(
        document: Document,
        model: Model,
        variations: Vec<Variation>,
        design: Design,
        points: Vec<Vec<String>>,
        asked: Vec<Asked>,
        files: &dyn Files,
    ) -> Sweep {
        // The number of trials is no part of it: more of them begin with fewer.
        let one = document.with(&[], ("--trials", &["scenario.trials=1".to_owned()]), files);
        let resolved = one.unwrap_or_else(|_| document.clone()).to_toml();
        let base = digest([env!("CARGO_PKG_VERSION"), &model.seed.to_string(), &resolved]);
        Sweep { trials: model.trials, document, model, variations, design, points, asked, base }
    }

    /// A hash of the scenario, the seed, the version and what varies. Studies that agree in it can take up each other's
    /// points.
    pub fn identity(&self) -> String {
        let paths = self.variations.iter().map(|v| v.path.as_str());
        digest([self.base.as_str(), "sweep"].into_iter().chain(paths))
    }

    /// Whether its points are all combinations of values.
    pub fn is_grid(&self) -> bool {
        self.design == Design::Grid
    }

    /// The settings that make a point.
    pub fn settings(&self, point: usize) -> Vec<String> {
        let values = self.variations.iter().zip(&self.points[point]);
        values.flat_map(|(variation, value)| variation.settings(value)).collect()
    }

    /// A hash of everything that the trials of a point depend on, but for their number.
    pub fn key(&self, point: usize) -> String {
        let settings = self.settings(point);
        digest([self.base.as_str()].into_iter().chain(settings.iter().map(String::as_str)))
    }

    /// The values of a point in base units; NaN of what is no number.
    pub fn inputs(&self, point: usize) -> Vec<f64> {
        let Model { currency, rates, start, .. } = &self.model;
        self.points[point].iter().map(|text| base_value(text, currency, rates, *start)).collect()
    }

    /// The scenario of a point.
    ///
    /// # Errors
    /// Where it is wrong.
    pub fn variant(&self, point: usize, files: &dyn Files) -> Result<Variant, Wrong> {
        Variant::new(&self.document, &[], ("--vary", &self.settings(point)), files).map_err(
            |(sources, mistakes)| {
                let messages: Vec<&str> = mistakes.iter().map(|m| m.message.as_str()).collect();
                let shown = mistakes.iter().map(|m| sources.render(std::slice::from_ref(m), false)).collect();
                Wrong { message: messages.join("; "), shown }
            },
        )
    }

    /// Reads the scenarios of all points: why each is wrong, where it is.
    pub fn judge(&self, files: &(dyn Files + Sync), pool: &Pool) -> Vec<Option<Wrong>> {
        pool.indices(self.points.len(), |point| self.variant(point, files).err())
    }

    /// What a point still needs, given what is kept of it; none where that is enough.
    pub fn missing(&self, point: usize, kept: Option<Stored>) -> Option<Missing> {
        let key = self.key(point);
        let mut names: Vec<String> = self.asked.iter().flat_map(Asked::columns).collect();
        let kept = kept.filter(|kept| kept.key == key);
        let whole = kept.as_ref().is_some_and(|kept| names.iter().all(|name| kept.column(name).is_some()));
        match kept {
            Some(kept) if whole && kept.trials >= self.trials => None,
            Some(kept) if whole => Some(Missing { point, kept }),
            // A metric that was not asked for before: all trials are run again, and what was known stays known.
            kept => {
                names.extend(kept.into_iter().flat_map(|kept| kept.columns).map(|(name, _)| name));
                names.sort();
                names.dedup();
                let columns = names.into_iter().map(|name| (name, Column::default())).collect();
                Some(Missing { point, kept: Stored { key, columns, ..Stored::default() } })
            }
        }
    }

    /// How many trials a point still needs.
    pub fn trials_of(&self, missing: &Missing) -> u64 {
        self.trials - missing.kept.trials
    }

    /// Runs what is missing and hands on each point that is whole, in order; a raised `stop` ends it between blocks.
    /// Points whose scenario is wrong are left out. Gives whether it came to the end.
    pub fn simulate(
        &self,
        missing: &[Missing],
        (files, pool, stop): (&(dyn Files + Sync), &Pool, &AtomicBool),
        progress: impl FnMut(u64),
        mut done: impl FnMut(usize, &Stored),
    ) -> bool {
        let variants = pool.map(missing, |m| {
            let variant = self.variant(m.point, files).ok()?;
            let metrics = outcome::metrics(&variant.model, &variant.plan.columns);
            let columns: Vec<Option<usize>> =
                m.kept.columns.iter().map(|(name, _)| asked::column(&metrics, name)).collect();
            Some((variant, columns))
        });
        let todo: Vec<(&Missing, &Variant, &[Option<usize>])> = missing
            .iter()
            .zip(&variants)
            .filter_map(|(m, known)| {
                known.as_ref().map(|(variant, columns)| (m, variant, columns.as_slice()))
            })
            .collect();
        let mut tasks = Vec::with_capacity(todo.len());
        for &(missing, variant, columns) in &todo {
            let columns = columns.iter().flatten().copied().collect();
            tasks.push(Task { plan: &variant.plan, trials: missing.kept.trials..self.trials, columns });
        }
        let count = outcome::run_tasks(&tasks, pool, stop, progress, |t, own| {
            let (missing, _, columns) = &todo[t];
            let mut own = own.into_iter();
            let mut whole = missing.kept.clone();
            for ((_, values), column) in whole.columns.iter_mut().zip(*columns) {
                match column.and_then(|_| own.next()) {
                    Some(own) => values.extend(own),
                    // A metric that this point does not have.
                    None => values.extend(std::iter::repeat_n(f64::NAN, self.trials as usize - values.len())),
                }
            }
            whole.trials = self.trials;
            done(missing.point, &whole);
        });
        count == todo.len()
    }

    /// What the trials of a point say to each question; none where undefined.
    pub fn figures(&self, stored: &Stored) -> Vec<Option<Estimate>> {
        let trials = self.trials as usize;
        let sample = |name: &str| {
            let column = stored.column(name).filter(|column| column.len() >= trials)?;
            Some(column.first(trials).sample())
        };
        let mut samples: Vec<(&str, Sample)> = Vec::new();
        for asked in &self.asked {
            if samples.iter().all(|(name, _)| *name != asked.metric) {
                samples.push((&asked.metric, sample(&asked.metric).unwrap_or_else(|| Sample::new(&[]))));
            }
        }
        let estimate = |asked: &Asked| {
            let (_, own) = samples.iter().find(|(name, _)| *name == asked.metric)?;
            let censored = sample(&format!("{}{}", asked.metric, asked::CENSORED));
            asked.estimate(own, censored.as_ref())
        };
        self.asked.iter().map(estimate).collect()
    }
}

/// SHA-256 of texts, in hex.
fn digest<'t>(parts: impl IntoIterator<Item = &'t str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
