//! Restrictions that are estimated together: when they came, for how long one could have come, how long they lasted.

use jiff::civil::Date;

use super::table::{Restriction, Table, Window};
use crate::statistics::survival::Spell;

/// What is put together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Each country, all its materials together.
    Country,
    /// Each material, all countries together.
    Material,
    /// Each material of each country.
    Both,
    /// Everything.
    All,
}

/// When a new restriction counts as an onset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtRisk {
    /// While none of the group is in force: the clock of an onset that leaves the open state.
    Open,
    /// At any time.
    Always,
}

/// A group of restrictions.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The countries in it, in the order of the table.
    pub countries: Vec<String>,
    /// The materials in it, likewise; those it was grouped by alone where it was.
    pub materials: Vec<String>,
    /// How long each lasted, in days, in the order of the table.
    pub spells: Vec<Spell>,
    /// How many came when one could count.
    pub onsets: usize,
    /// How many came while another of the group was in force, and were not counted for that.
    pub on_top: usize,
    /// How long one could have come, in days.
    pub at_risk: f64,
    /// Since when the group is in force, where it is at the end of the observation.
    pub since: Option<Date>,
    /// How many rest on a month or year alone.
    pub about: usize,
}

/// The groups of a table in the order in which they first come in it, those without any restriction in the window left
/// out.
pub fn groups(table: &Table, by: By, at_risk: AtRisk) -> Vec<Group> {
    let window = &table.window;
    let seen = |r: &&Restriction| r.start < window.until && r.end.is_none_or(|end| end > window.from);
    let all: Vec<&Restriction> = table.restrictions.iter().filter(seen).collect();
    let mut keys: Vec<(Option<&str>, Option<&str>)> = Vec::new();
    for r in &all {
        let country = matches!(by, By::Country | By::Both).then_some(r.country.as_str());
        let materials: Vec<Option<&str>> = match by {
            By::Material | By::Both => r.materials.iter().map(|m| Some(m.as_str())).collect(),
            By::Country | By::All => vec![None],
        };
        for material in materials {
            if !keys.contains(&(country, material)) {
                keys.push((country, material));
            }
        }
    }
    let member = |r: &Restriction, (country, material): (Option<&str>, Option<&str>)| {
        country.is_none_or(|c| c == r.country) && material.is_none_or(|m| r.materials.iter().any(|o| o == m))
    };
    keys.into_iter()
        .map(|key| {
            let members: Vec<&Restriction> = all.iter().copied().filter(|r| member(r, key)).collect();
            group(&members, key.1, window, at_risk)
        })
        .collect()
}

fn group(members: &[&Restriction], material: Option<&str>, window: &Window, at_risk: AtRisk) -> Group {
    let mut countries = Vec::new();
    let mut materials: Vec<String> = Vec::new();
    for r in members {
        if !countries.contains(&r.country) {
            countries.push(r.country.clone());
        }
        for m in r.materials.iter().filter(|m| material.is_none_or(|only| only == *m)) {
            if !materials.contains(m) {
                materials.push(m.clone());
            }
        }
    }
    let spells = members.iter().map(|r| spell(r, window)).collect();
    let count = onsets(members, window, at_risk);
    let about = members.iter().filter(|r| r.about).count();
    Group { countries, materials, spells, about, ..count }
}

fn spell(r: &Restriction, window: &Window) -> Spell {
    let ended = r.end.filter(|end| *end <= window.until);
    Spell {
        entry: days(r.start, window.from).max(0.0),
        length: days(r.start, ended.unwrap_or(window.until)),
        ended: ended.is_some(),
    }
}

/// Days from one date to another.
fn days(from: Date, to: Date) -> f64 {
    f64::from((to - from).get_days())
}

/// Walks the members in the order of their starts; between them lie the open times.
fn onsets(members: &[&Restriction], window: &Window, at_risk: AtRisk) -> Group {
    let mut sorted: Vec<&Restriction> = members.to_vec();
    sorted.sort_by_key(|r| r.start);
    let (mut onsets, mut on_top, mut open) = (0, 0, 0.0);
    // Until when the group is in force, and since when without a break.
    let mut covered: Option<(Date, Date)> = None;
    for r in sorted {
        let end = r.end.filter(|end| *end <= window.until).unwrap_or(window.until);
        let under_way = covered.is_some_and(|(_, until)| r.start <= until);
        // A start that opens the observation, or lies before it, did not come out of an observed open time.
        let counts = if window.from_first_start { r.start > window.from } else { r.start >= window.from };
        match (counts, under_way && at_risk == AtRisk::Open) {
            (true, false) => onsets += 1,
            (true, true) => on_top += 1,
            (false, _) => {}
        }
        if under_way {
            covered = covered.map(|(since, until)| (since, until.max(end)));
        } else {
            open += days(covered.map_or(window.from, |(_, until)| until), r.start).max(0.0);
            covered = Some((r.start, end));
        }
    }
    let until = covered.map_or(window.from, |(_, until)| until.max(window.from));
    open += days(until, window.until);
    let still = members.iter().any(|r| r.end.is_none_or(|end| end > window.until));
    let since = covered.filter(|_| still).map(|(since, _)| since);
    let at_risk = match at_risk {
        AtRisk::Open => open,
        AtRisk::Always => days(window.from, window.until),
    };
    Group {
        countries: Vec::new(),
        materials: Vec::new(),
        spells: Vec::new(),
        onsets,
        on_top,
        at_risk,
        since,
        about: 0,
    }
}
