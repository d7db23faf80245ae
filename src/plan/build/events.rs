//! The tables of the event process.

use super::Builder;
use crate::model::{self, Curve, Enters, Quantity};
use crate::plan::{Chances, Control, Crisis, Hazard, Lasts, Onset, Regime, Trigger};

impl Builder<'_> {
    fn hazard(&mut self, curve: &Curve) -> usize {
        let knots = curve.knots.iter().map(|&(day, q)| (day, self.scalar(q))).collect();
        self.hazards.push(Hazard { knots });
        self.hazards.len() - 1
    }

    fn chances(&mut self, enters: &Enters, path: &str) -> Chances {
        let certain = match enters.states[..] {
            [] => Some(0),
            [(state, Quantity::Certain(1.0))] => Some(state),
            _ => None,
        };
        let states = enters.states.iter().map(|&(state, q)| (state, self.scalar(q))).collect();
        Chances { states, address: self.address(path), certain }
    }

    pub fn events(&mut self) -> (Vec<Control>, Vec<Onset>, Vec<Crisis>) {
        let model = self.model;
        let mut crises: Vec<Crisis> = Vec::new();
        for crisis in &model.crises {
            let hazard = self.hazard(&crisis.annual_probability);
            let clock = self.address(&format!("crises.{}.clock", crisis.name));
            crises.push(Crisis { hazard, clock, followers: Vec::new() });
        }
        let mut controls: Vec<Control> = Vec::new();
        for control in &model.controls {
            let elapsed = self.scalar(control.elapsed);
            let regimes = control.regimes.iter().map(|r| self.regime(&control.name, r)).collect();
            let (clocks, followers) = (Vec::new(), Vec::new());
            controls.push(Control { initial: control.initial, elapsed, regimes, clocks, followers });
        }
        let mut onsets = Vec::new();
        for (c, control) in model.controls.iter().enumerate() {
            for onset in &control.onsets {
                let index = onsets.len();
                match &onset.trigger {
                    model::Trigger::Crisis { crisis, .. } => crises[*crisis].followers.push(index),
                    model::Trigger::Follows { control, state, .. } => {
                        controls[*control].followers.push((index, *state));
                    }
                    model::Trigger::Annual { .. } => controls[c].clocks.push(index),
                    model::Trigger::At { .. } => {}
                }
                onsets.push(self.onset(c, &control.name, onset, control.regimes.len()));
            }
        }
        (controls, onsets, crises)
    }

    fn regime(&mut self, control: &str, regime: &model::Regime) -> Regime {
        let path = format!("controls.{control}.regimes.{}", regime.name);
        Regime {
            blocks: regime.blocks.iter().map(|&(from, q)| (from, self.draw(q))).collect(),
            approval_delay: self.draw(regime.approval_delay),
            lasts: match regime.lasts {
                model::Lasts::Forever => Lasts::Forever,
                model::Lasts::For(q) => Lasts::For(self.draw(q)),
                model::Lasts::Until(q) => Lasts::Until(self.draw(q)),
            },
            then: self.chances(&regime.then, &format!("{path}.then")),
        }
    }

    fn onset(&mut self, c: usize, control: &str, onset: &model::Onset, regimes: usize) -> Onset {
        let path = format!("controls.{control}.onsets.{}", onset.name);
        let (trigger, probability, delay) = match &onset.trigger {
            model::Trigger::Annual { probability, during } => {
                let hazard = self.hazard(probability);
                let clock = self.address(&format!("{path}.clock"));
                let during = (0..=regimes).map(|state| during.contains(&state)).collect();
                (Trigger::Annual { hazard, clock, during }, Quantity::ONE, Quantity::ZERO)
            }
            model::Trigger::At { day, probability } => {
                (Trigger::At(self.scalar(*day)), *probability, Quantity::ZERO)
            }
            model::Trigger::Crisis { probability, delay, .. } => (Trigger::Caused, *probability, *delay),
            model::Trigger::Follows { probability, delay, .. } => (Trigger::Caused, *probability, *delay),
        };
        Onset {
            control: c,
            trigger,
            probability: self.scalar(probability),
            fires: self.address(&format!("{path}.fires")),
            delay: self.draw(delay),
            enters: self.chances(&onset.enters, &format!("{path}.enters")),
            milder: onset.milder,
        }
    }
}
