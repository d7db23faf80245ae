//! Random crises and controls: four kinds of onsets, regimes with delays, profiles and sojourns.

use super::Generator;
use super::quantities::{ANY, MILD, Nature, SHARE, round};
use super::supply::{COUNTRIES, STAGES};
use crate::quantity::{Num, Path, Quantity, YEAR, num};
use crate::world::{Blocks, Cause, Control, Crisis, Onset, Regime, Target};

const AFRESH: Nature = Nature { afresh: true, ..ANY };

impl Generator {
    pub fn threats(&mut self) {
        let crises = self.pick(&[0, 1, 1, 2]);
        for _ in 0..crises {
            let name = self.name();
            let annual_probability = self.annual_probability(&format!("crises.{name}.annual_probability"));
            self.world.crises.push(Crisis { name, annual_probability });
        }
        let controls = self.pick(&[0, 1, 1, 2, 2, 3, 3]);
        for _ in 0..controls {
            let control = self.control();
            self.world.controls.push(control);
        }
    }

    /// A probability a year that gives about one event in the horizon.
    fn annual_probability(&mut self, path: &str) -> Path {
        let events = self.between(0.3, 3.0);
        let p = -libm::expm1(-events * YEAR / self.span);
        let percent = (p * 100.0).round().clamp(3.0, 97.0);
        self.path(num(percent, "%"), path, SHARE)
    }

    fn control(&mut self) -> Control {
        let name = self.name();
        let path = format!("controls.{name}");
        let (country, materials, stages) = self.what_it_hits();
        let names = ["licensing", "quota", "ban-2", "embargo"];
        let count = self.count(1, 3);
        let regimes: Vec<String> = names[..count].iter().map(|name| name.to_string()).collect();
        let regimes: Vec<Regime> = (0..count).map(|i| self.regime(&path, &regimes, i)).collect();
        let mut control = Control {
            name,
            country,
            materials,
            stages,
            initial: None,
            elapsed: None,
            onsets: Vec::new(),
            regimes,
        };
        if self.chance(0.3) {
            self.initial(&mut control);
        }
        let onsets = self.count(if control.initial.is_some() { 0 } else { 1 }, 4);
        for _ in 0..onsets {
            self.onset(&mut control);
        }
        self.lead_everywhere(&mut control);
        control
    }

    /// Every regime must be led to: those that are not get an onset of their own.
    fn lead_everywhere(&mut self, control: &mut Control) {
        let named = |target: &Target| -> Vec<String> {
            match target {
                Target::One(regime) => vec![regime.clone()],
                Target::Table(entries) => entries.iter().map(|(regime, _)| regime.clone()).collect(),
            }
        };
        let first = Target::One(control.regimes[0].name.clone());
        let onsets = control.onsets.iter().map(|onset| onset.enters.clone().unwrap_or(first.clone()));
        let mut led: Vec<String> = onsets.flat_map(|target| named(&target)).collect();
        led.extend(control.initial.clone());
        let regimes = control.regimes.clone();
        loop {
            let reached = |name: &String, led: &[String]| led.contains(name);
            let from = regimes.iter().filter(|regime| reached(&regime.name, &led));
            let next: Vec<String> = from.filter_map(|regime| regime.then.as_ref()).flat_map(named).collect();
            let new: Vec<String> = next.into_iter().filter(|name| !led.contains(name)).collect();
            led.extend(new.iter().cloned());
            if !new.is_empty() {
                continue;
            }
            let Some(missing) = regimes.iter().find(|regime| !led.contains(&regime.name)) else { return };
            let name = format!("to-{}", missing.name);
            let path = format!("controls.{}.onsets.{name}", control.name);
            let cause = self.annual(control, &path);
            let enters = Some(Target::One(missing.name.clone()));
            control.onsets.push(Onset { name: Some(name), cause, enters, milder: false });
            led.push(missing.name.clone());
        }
    }

    /// A country and materials that some route joins, and perhaps the stages.
    fn what_it_hits(&mut self) -> (String, Vec<String>, Option<Vec<String>>) {
        let mut passes = Vec::new();
        for material in &self.world.materials {
            for source in &material.sources {
                for (stage, country) in &source.route {
                    passes.push((material.name.clone(), stage.clone(), country.clone()));
                }
            }
        }
        let all: Vec<String> = self.world.materials.iter().map(|material| material.name.clone()).collect();
        if passes.is_empty() {
            return (self.pick(&COUNTRIES).to_string(), self.some_of(&all), None);
        }
        let (material, stage, country) = self.pick(&passes);
        let mut materials = if self.chance(0.6) { self.some_of(&all) } else { Vec::new() };
        materials.retain(|other| *other != material);
        materials.push(material);
        let mut stages = vec![stage];
        for other in STAGES {
            if passes.iter().any(|pass| pass.1 == other) && other != stages[0] && self.chance(0.3) {
                stages.push(other.to_string());
            }
        }
        let stages = self.chance(0.5).then_some(stages);
        (country, materials, stages)
    }

    fn regime(&mut self, path: &str, names: &[String], index: usize) -> Regime {
        let path = format!("{path}.regimes.{}", names[index]);
        let days = self.between(0.005, 0.1) * self.span;
        let delay = self.time(days);
        let lasts = self.lasts();
        let ends_on_a_date = matches!(&lasts, Some(Quantity::Plain(number)) if number.unit == "date");
        // A sojourn that may be over at once leads on to something harsher or to open, so that nothing goes in a circle.
        let from = if ends_on_a_date { index + 1 } else { 0 };
        let then = if lasts.is_some() && self.chance(0.6) { Some(self.table(&names[from..])) } else { None };
        Regime {
            name: names[index].clone(),
            blocks: self.blocks(&format!("{path}.blocks")),
            approval_delay: self.maybe(0.3, delay, &format!("{path}.approval_delay"), AFRESH),
            lasts,
            then,
        }
    }

    fn lasts(&mut self) -> Option<Quantity> {
        let days = self.between(0.03, 0.35) * self.span;
        let time = self.time(days);
        match self.count(0, 19) {
            10.. if self.whole => Some(Quantity::Plain(time)),
            0..2 => None,
            2..4 => {
                let part = self.between(0.05, 0.9);
                let day = self.day(part).max(self.world.start + 1);
                Some(Quantity::Plain(num(day as f64, "date")))
            }
            4..8 => Some(Quantity::Plain(time)),
            8..10 => Some(self.parameter(time, MILD)),
            _ => Some(Quantity::Law(self.law(&time, Nature { positive: true, ..AFRESH }))),
        }
    }

    fn blocks(&mut self, path: &str) -> Option<Blocks> {
        let nature = Nature { share: true, ..AFRESH };
        match self.count(0, 9) {
            0..2 => None,
            2..6 => {
                let blocked = if self.chance(0.15) { num(0.0, "%") } else { self.percent(10.0, 100.0) };
                Some(Blocks::Flat(self.quantity(blocked, path, nature)))
            }
            _ => {
                let count = self.count(2, 4);
                let mut days = if self.chance(0.8) { 0.0 } else { 0.03 * self.span };
                let mut entries: Vec<(Num, Quantity)> = Vec::new();
                for _ in 0..count {
                    let time = if days == 0.0 { num(0.0, "days") } else { self.time(days) };
                    let blocked = if self.chance(0.15) { num(0.0, "%") } else { self.percent(10.0, 100.0) };
                    let dotted = format!("{path}.{} {}", time.value, time.unit);
                    let blocked = self.quantity(blocked, &dotted, nature);
                    let least = if self.whole { 1.5 * self.world.step_days() } else { 0.1 };
                    let more = (self.between(0.02, 0.12) * self.span).max(least);
                    days = time.base(&self.world.money, self.world.start) + more;
                    entries.push((time, blocked));
                }
                Some(Blocks::Profile(entries))
            }
        }
    }

    /// Regime -> probability over some of the names, in any order; with `open` named, or as the rest.
    fn table(&mut self, names: &[String]) -> Target {
        let mut entries: Vec<(String, Quantity)> = Vec::new();
        let mut left: f64 = 1.0;
        if !names.is_empty() {
            for name in self.some_of(names) {
                let p = (self.between(0.1, 1.0) * left * 100.0).floor().max(1.0) / 100.0;
                left = ((left - p) * 100.0).round() / 100.0;
                if left < 0.0 || p <= 0.0 {
                    break;
                }
                entries.push((name, Quantity::Plain(num(p, ""))));
            }
        }
        if entries.len() == 1 && self.chance(0.15) {
            let about = num(self.between(20.0, 80.0).round(), "%");
            entries[0].1 = self.parameter(about, SHARE);
            return Target::Table(entries);
        }
        if entries.is_empty() || self.chance(0.5) && left > 0.0 {
            entries.push(("open".to_string(), Quantity::Plain(num(left, ""))));
        }
        if self.chance(0.5) {
            entries.reverse();
        }
        Target::Table(entries)
    }

    /// A control that is in force at the start, perhaps for some time already.
    fn initial(&mut self, control: &mut Control) {
        let index = self.count(0, control.regimes.len() - 1);
        let regime = control.regimes[index].clone();
        control.initial = Some(regime.name.clone());
        if !self.chance(0.7) {
            return;
        }
        let base = |number: &Num| number.base(&self.world.money, self.world.start);
        let of_law = |law: &crate::quantity::LawText| {
            let values = law.args.iter().flat_map(|arg| &arg.1).filter(|number| !number.unit.is_empty());
            values.map(base).fold(f64::INFINITY, f64::min) * 1.15
        };
        // A certain parameter is certain: it must not be shorter. An uncertain one may be.
        let certain = |name: &String| {
            let mut scales = 1.0;
            let mut name = name;
            loop {
                match self.world.parameters.iter().find(|(other, _)| other == name) {
                    Some((_, Quantity::Plain(number))) => return Some(scales * base(number)),
                    Some((_, Quantity::Scaled(scale, other))) => {
                        scales *= base(scale);
                        name = other;
                    }
                    _ => return None,
                }
            }
        };
        let days = match &regime.lasts {
            Some(Quantity::Plain(number)) if number.unit != "date" => {
                0.6 * number.base(&self.world.money, self.world.start)
            }
            Some(Quantity::Law(law)) => of_law(law),
            Some(Quantity::Parameter(name)) if certain(name).is_some() => 0.6 * certain(name).unwrap_or(0.0),
            Some(Quantity::Scaled(scale, name)) if certain(name).is_some() => {
                0.6 * base(scale) * certain(name).unwrap_or(0.0)
            }
            _ => self.between(0.05, 0.3) * self.span,
        };
        let elapsed = if self.whole { num(days.floor(), "days") } else { self.time(days) };
        control.elapsed = Some(Quantity::Plain(elapsed));
    }

    fn onset(&mut self, control: &mut Control) {
        let kinds: Vec<usize> = (0..10)
            .filter(|kind| match kind {
                4..6 => !self.world.crises.is_empty(),
                6..8 => !self.world.controls.is_empty(),
                _ => true,
            })
            .collect();
        let kind = self.pick(&kinds);
        // The name comes before the cause, since the paths of uncertain entries contain it.
        let crisis = if !(4..6).contains(&kind) {
            None
        } else {
            let names: Vec<String> = self.world.crises.iter().map(|crisis| crisis.name.clone()).collect();
            Some(self.pick(&names))
        };
        let followed = if !(6..8).contains(&kind) {
            None
        } else {
            let names: Vec<String> = self.world.controls.iter().map(|control| control.name.clone()).collect();
            Some(self.pick(&names))
        };
        let part = if self.chance(0.1) { 0.0 } else { self.between(0.0, 1.0) };
        let date = self.day(part);
        let default = match (kind, &crisis, &followed) {
            (_, Some(crisis), _) => crisis.clone(),
            (_, _, Some(control)) => format!("after-{control}"),
            (0..4, ..) => "annual".to_string(),
            _ => crate::quantity::date_text(date),
        };
        let taken = control.onsets.iter().any(|onset| onset.name() == default);
        let name = (taken || self.chance(0.3)).then(|| format!("o{}", control.onsets.len() + 1));
        let path = format!("controls.{}.onsets.{}", control.name, name.as_ref().unwrap_or(&default));
        let probability = self.percent(20.0, 95.0);
        let stated = if kind < 4 { 0.0 } else { 0.7 };
        let probability = self.maybe(stated, probability, &format!("{path}.probability"), SHARE);
        let days = self.between(0.005, 0.1) * self.span;
        let delay = self.time(days);
        let delayed = if self.whole { 0.25 } else { 0.5 };
        let delay = self.maybe(delayed, delay, &format!("{path}.delay"), AFRESH);
        let cause = match (crisis, followed) {
            (Some(crisis), _) => Cause::Crisis { crisis, probability, delay },
            (_, Some(name)) => {
                let other = self.world.controls.iter().find(|other| other.name == name).expect("a control");
                let regimes: Vec<String> = other.regimes.iter().map(|regime| regime.name.clone()).collect();
                let regime = self.chance(0.5).then(|| self.pick(&regimes));
                Cause::Follows { control: name, regime, probability, delay }
            }
            _ if kind < 4 => self.annual(control, &path),
            _ => Cause::At { date, probability },
        };
        let names: Vec<String> = control.regimes.iter().map(|regime| regime.name.clone()).collect();
        let (enters, milder) = match self.count(0, 9) {
            0..3 => (None, false),
            3..6 => (Some(Target::One(self.pick(&names))), self.chance(0.2)),
            6 => (Some(Target::One("open".to_string())), true),
            _ => (Some(self.table(&names)), self.chance(0.3)),
        };
        control.onsets.push(Onset { name, cause, enters, milder });
    }

    fn annual(&mut self, control: &Control, path: &str) -> Cause {
        let mut regimes: Vec<String> = control.regimes.iter().map(|regime| regime.name.clone()).collect();
        regimes.insert(0, "open".to_string());
        let during = self.chance(0.4).then(|| self.some_of(&regimes));
        let probability = self.annual_probability(&format!("{path}.annual_probability"));
        Cause::Annual { probability, during }
    }
}

/// Keeps the rounding of made-up numbers in one place for this module's tests.
#[test]
fn rounding_keeps_three_digits() {
    assert_eq!(round(1234.5), 1230.0);
    assert_eq!(round(0.012345), 0.0123);
}
