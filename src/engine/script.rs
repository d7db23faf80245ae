//! Uniforms that are prescribed one by one, in place of those of a trial's number, and what was asked for.

use crate::plan::Address;

/// What an uncertain entry is given where nothing is prescribed.
const DEFAULT: f64 = 0.5;

/// A uniform that is prescribed: for this use of this address.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prescribed {
    /// Whose.
    pub address: Address,
    /// The n-th use, from 0.
    pub occurrence: u32,
    /// The uniform, between 0 and 1.
    pub uniform: f64,
}

/// A use of a uniform in a trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ask {
    /// What was given.
    pub given: Prescribed,
    /// The day of the event that asked; minus infinity before the start.
    pub day: f64,
}

/// The uniforms of one trial, and what it asked for at its events, in order.
#[derive(Clone, Debug, Default)]
pub struct Script {
    prescribed: Vec<Prescribed>,
    asked: Vec<Ask>,
}

impl Script {
    /// Prescribes the uniforms of the next trial; all others are one half.
    pub fn prescribe(&mut self, uniforms: &[Prescribed]) {
        self.prescribed.clear();
        self.prescribed.extend_from_slice(uniforms);
        self.asked.clear();
    }

    /// What the events and options of the trial asked for, in order. Once-a-trial draws, and whether an option works, are not
    /// noted: every trial asks for them.
    pub fn asked(&self) -> &[Ask] {
        &self.asked
    }

    /// The uniform of a use.
    pub fn uniform(&self, address: Address, occurrence: u32) -> f64 {
        uniform_in(&self.prescribed, address, occurrence)
    }

    /// The same, noted.
    pub(super) fn ask(&mut self, address: Address, occurrence: u32, day: f64) -> f64 {
        let uniform = self.uniform(address, occurrence);
        self.asked.push(Ask { given: Prescribed { address, occurrence, uniform }, day });
        uniform
    }
}

/// The uniform of a use among those that are `prescribed`; one half where it is not among them.
pub fn uniform_in(prescribed: &[Prescribed], address: Address, occurrence: u32) -> f64 {
    let found = prescribed.iter().find(|p| p.address == address && p.occurrence == occurrence);
    found.map_or(DEFAULT, |p| p.uniform)
}
