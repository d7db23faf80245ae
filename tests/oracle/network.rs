//! Who consumes what: materials in topological order, edges, priorities, alerts.

use crate::draws::Draws;
use crate::events::History;
use crate::world::{Input, World};
use std::collections::{BTreeMap, BTreeSet};

/// A consumer of materials.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Consumer {
    /// A group of a sector's firms, from 0; a sector without firms is one group.
    Group(String, usize),
    /// The domestic process (material, source).
    Process(String, String),
    /// An option with inputs.
    Option(String),
}

/// A consumer's use of one material.
pub type Edge = (String, Consumer);

/// Half-open spans of time [start, end).
pub type Spans = Vec<(f64, f64)>;

/// How many groups of firms a sector has.
pub fn groups(world: &World, sector: &str) -> usize {
    let sector = world.sectors.iter().find(|other| other.name == sector).expect("a sector of the world");
    sector.firms.as_ref().map_or(1, |firms| firms.groups)
}

/// The inputs of a process or an option.
pub fn inputs<'w>(world: &'w World, consumer: &Consumer) -> &'w BTreeMap<String, Input> {
    match consumer {
        Consumer::Group(..) => unreachable!("sectors have uses"),
        Consumer::Process(material, source) => {
            let sources = &world.material(material).sources;
            &sources.iter().find(|other| other.name == *source).expect("a source of the world").inputs
        }
        Consumer::Option(name) => {
            let option =
                world.options.iter().find(|other| other.name == *name).expect("an option of the world");
            &option.supplier().expect("a supplier").inputs
        }
    }
}

/// Whoever makes `material` out of others: its processes, then its options with inputs.
pub fn makers(world: &World, material: &str) -> Vec<Consumer> {
    let sources = world.material(material).sources.iter().filter(|source| !source.inputs.is_empty());
    let processes = sources.map(|source| Consumer::Process(material.to_string(), source.name.clone()));
    let suppliers = world.enabled().filter(|option| {
        option.supplier().is_some_and(|supplier| supplier.material == material && !supplier.inputs.is_empty())
    });
    processes.chain(suppliers.map(|option| Consumer::Option(option.name.clone()))).collect()
}

/// All edges of a material.
pub fn edges_of(world: &World, material: &str) -> Vec<Edge> {
    let mut edges = Vec::new();
    for sector in world.sectors.iter().filter(|sector| sector.uses.contains_key(material)) {
        for group in 0..groups(world, &sector.name) {
            edges.push((material.to_string(), Consumer::Group(sector.name.clone(), group)));
        }
    }
    for product in &world.materials {
        for maker in makers(world, &product.name) {
            if inputs(world, &maker).contains_key(material) {
                edges.push((material.to_string(), maker));
            }
        }
    }
    edges
}

/// The materials from raw ones up to products: each after everything it is made of.
pub fn raw_to_products(world: &World) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    while done.len() < world.materials.len() {
        let before = done.len();
        for material in &world.materials {
            let made_of: BTreeSet<&String> =
                makers(world, &material.name).iter().flat_map(|maker| inputs(world, maker).keys()).collect();
            if !done.contains(&material.name) && made_of.iter().all(|input| done.contains(*input)) {
                done.push(material.name.clone());
            }
        }
        assert!(done.len() > before, "the graph of materials is acyclic");
    }
    done
}

/// The priority of an edge: the sector's own; a process or option takes the best of what it feeds.
pub fn priority(world: &World, edge: &Edge) -> i64 {
    let fed = match &edge.1 {
        Consumer::Group(name, _) => {
            let sector = world.sectors.iter().find(|sector| sector.name == *name).expect("a sector");
            return sector.priority.unwrap_or(1);
        }
        Consumer::Process(material, _) => material.clone(),
        Consumer::Option(name) => {
            let option = world.options.iter().find(|option| option.name == *name).expect("an option");
            option.material().to_string()
        }
    };
    edges_of(world, &fed).iter().map(|edge| priority(world, edge)).min().unwrap_or(i64::MAX)
}

/// The factor of a source's transit.
fn transit(draws: &Draws, material: &str, source: &crate::world::Source) -> f64 {
    draws.amount_or(&source.transit, &format!("materials.{material}.sources.{}.transit", source.name), 0.0)
}

/// When each material is on alert: joined spans in ascending order.
pub fn alerts(
    world: &World,
    draws: &Draws,
    histories: &BTreeMap<String, History>,
) -> BTreeMap<String, Spans> {
    let mut alerts: BTreeMap<String, Spans> = BTreeMap::new();
    for name in raw_to_products(world) {
        let mut spans = Spans::new();
        for control in &world.controls {
            let sources = &world.material(&name).sources;
            let hit: Vec<_> = sources.iter().filter(|source| control.hits(&name, &source.route)).collect();
            let standing = world.enabled().filter(|option| option.standing).any(|option| {
                let supplier = option.supplier();
                supplier.is_some_and(|s| s.material == name && control.hits(&name, &s.route))
            });
            if hit.is_empty() && !standing {
                continue;
            }
            let longest = hit.iter().map(|source| transit(draws, &name, source)).fold(0.0, f64::max);
            for interval in
                histories[&control.name].intervals.iter().filter(|interval| interval.blocked > 0.0)
            {
                spans.push((interval.start.max(0.0), interval.end + longest));
            }
        }
        for maker in makers(world, &name) {
            for input in inputs(world, &maker).keys() {
                spans.extend(alerts[input].iter().copied());
            }
        }
        spans.retain(|span| span.1 > span.0);
        alerts.insert(name, joined(spans));
    }
    alerts
}

/// Spans that overlap or touch, joined.
fn joined(mut spans: Spans) -> Spans {
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut joined = Spans::new();
    for (start, end) in spans {
        match joined.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => joined.push((start, end)),
        }
    }
    joined
}

/// The first alert that overlaps [from, to) by more than nothing.
pub fn touching(alerts: &Spans, from: f64, to: f64) -> Option<(f64, f64)> {
    alerts.iter().copied().find(|(start, end)| start.max(from) < end.min(to))
}

#[test]
fn spans_that_touch_are_joined() {
    assert_eq!(joined(vec![(5.0, 7.0), (0.0, 3.0), (3.0, 4.0), (6.0, 9.0)]), vec![(0.0, 4.0), (5.0, 9.0)]);
    assert_eq!(touching(&vec![(0.0, 4.0), (5.0, 9.0)], 4.0, 5.0), None);
    assert_eq!(touching(&vec![(0.0, 4.0), (5.0, 9.0)], 4.0, 6.0), Some((5.0, 9.0)));
}
