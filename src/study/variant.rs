//! A scenario with some of its entries changed, ready to be walked.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use crate::model::{self, Model};
use crate::outcome::{self, Task};
use crate::parallel::Pool;
use crate::plan::Plan;
use crate::scenario::{Diagnostic, Document, Files, Sources};

/// A variant of a scenario: the changed scenario as meant, and how to walk it.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The changed scenario.
    pub model: Model,
    /// How to walk it.
    pub plan: Plan,
}

impl Variant {
    /// The scenario of `document` with further files laid on top and entries set (`PATH=VALUE`, and what says so, such as
    /// "--vary").
    ///
    /// # Errors
    /// All mistakes of the changes and of the scenario that they make, with the texts they point into.
    pub fn new(
        document: &Document,
        overlays: &[PathBuf],
        settings: (&str, &[String]),
        files: &dyn Files,
    ) -> Result<Variant, (Sources, Vec<Diagnostic>)> {
        let changed = document.with(overlays, settings, files)?;
        match model::read(&changed) {
            Ok((model, _)) => Ok(Variant { plan: Plan::new(&model, model.seed), model }),
            Err(mut mistakes) => {
                changed.add_paths(&mut mistakes);
                Err((changed.sources, mistakes))
            }
        }
    }

    /// Some columns of the plan in some trials, each in trial order; none where `stop` was raised before all were run.
    pub fn columns(
        &self,
        trials: Range<u64>,
        columns: &[usize],
        pool: &Pool,
        stop: &AtomicBool,
    ) -> Option<Vec<Vec<f64>>> {
        let task = Task { plan: &self.plan, trials, columns: columns.to_vec() };
        let mut found = None;
        outcome::run_tasks(&[task], pool, stop, |_| {}, |_, columns| found = Some(columns));
        found
    }
}

#[cfg(test)]
mod tests {

    use super::*;
    use crate::scenario::{self, NoFiles, Request};
    use crate::statistics::paired;

    fn document(settings: &[String]) -> Document {
        let text = include_str!("../../scenarios/first-steps.toml").to_owned();
        let request = Request { name: "x".into(), text, overlays: vec![], settings: settings.to_vec() };
        scenario::load(&request, &NoFiles).unwrap()
    }

    #[test]
    fn variants_are_what_settings_of_a_load_are_and_share_their_random_numbers() {
        let pool = Pool::new(2).unwrap();
        let never = AtomicBool::new(false);
        let base = document(&[]);
        let shorter = ["controls.ban.regimes.ban.lasts=3 months".to_owned()];
        let variant = Variant::new(&base, &[], ("--set", &shorter), &NoFiles).unwrap();
        let (loaded, _) = model::read(&document(&shorter)).unwrap();
        let loaded = Variant { plan: Plan::new(&loaded, loaded.seed), model: loaded };
        let costs =
            |v: &Variant| v.columns(0..2000, &[v.plan.columns.costs], &pool, &never).unwrap().remove(0);
        assert_eq!(costs(&variant), costs(&loaded));
        let unchanged = Variant::new(&base, &[], ("--set", &[]), &NoFiles).unwrap();
        let (before, after) = (costs(&unchanged), costs(&variant));
        // The same trials lose, half as much again.
        let found = paired(&before, &after).unwrap();
        assert!(found.difference.value > 0.0 && found.variance_ratio > 10.0, "{found:?}");
        assert!(before.iter().zip(&after).all(|(b, a)| (a - 1.5 * b).abs() <= 1e-9 * a));
    }

    #[test]
    fn a_wrong_variant_tells_all_its_mistakes() {
        let wrong = ["scenario.horizon=3 t".to_owned(), "scenario.stepp=day".to_owned()];
        let (sources, mistakes) = Variant::new(&document(&[]), &[], ("--set", &wrong), &NoFiles).unwrap_err();
        assert_eq!(mistakes.len(), 2, "{}", sources.render(&mistakes, false));
        let nowhere = ["nothing".to_owned(), "options.none.size=3 days".to_owned()];
        let (sources, mistakes) =
            Variant::new(&document(&[]), &[], ("--set", &nowhere), &NoFiles).unwrap_err();
        assert_eq!(mistakes.len(), 2, "{}", sources.render(&mistakes, false));
    }
}
