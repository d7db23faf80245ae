//! Crises and controls: what may happen.

use super::economy::implied_mean;
use super::fields::Fields;
use super::kind::Kind;
use super::reader::{Drawn, Reader};
use super::structure::{Names, per_cent};
use super::{Curve, Quantity};
use crate::quantity::Measure;
use crate::scenario::{Node, Place, Value, entry_name, is_remark, nearest};

/// A political crisis: a Poisson process that sets off controls.
#[derive(Clone, Debug)]
pub struct Crisis {
    /// Its name.
    pub name: String,
    /// Of at least one in a year.
    pub annual_probability: Curve,
}

/// 0 is open; r + 1 is the control's r-th regime, from mild to harsh.
pub type State = usize;

/// An export control.
#[derive(Clone, Debug)]
pub struct Control {
    /// Its name.
    pub name: String,
    /// Whose.
    pub country: String,
    /// Indices of the materials that it names.
    pub materials: Vec<usize>,
    /// The stages at which it hits; none for every stage.
    pub stages: Option<Vec<(String, Place)>>,
    /// The state at the start.
    pub initial: State,
    /// Days for which the initial regime has lasted already.
    pub elapsed: Quantity,
    /// What sets it off, in the order of the file.
    pub onsets: Vec<Onset>,
    /// From mild to harsh.
    pub regimes: Vec<Regime>,
    /// Where it stands in the file.
    pub place: Place,
}

/// Something that sets a control off.
#[derive(Clone, Debug)]
pub struct Onset {
    /// Its name.
    pub name: String,
    /// When.
    pub trigger: Trigger,
    /// Where to: states above open with their probabilities; the rest is open.
    pub enters: Enters,
    /// Whether it takes effect also where it leads to something milder.
    pub milder: bool,
    /// Where it stands in the file.
    pub place: Place,
}

/// When an onset fires.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// By a clock that runs while the control is in one of some states.
    Annual {
        /// Of at least one firing in a year on the clock.
        probability: Curve,
        /// The states in which the clock runs.
        during: Vec<State>,
    },
    /// On a day (counted from the start).
    At {
        /// The day.
        day: Quantity,
        /// That it fires.
        probability: Quantity,
    },
    /// After a crisis.
    Crisis {
        /// Index of the crisis.
        crisis: usize,
        /// That it follows.
        probability: Quantity,
        /// Days after.
        delay: Quantity,
    },
    /// After an entry of another control.
    Follows {
        /// Index of the control.
        control: usize,
        /// Into this state; none for any regime.
        state: Option<State>,
        /// That it follows.
        probability: Quantity,
        /// Days after.
        delay: Quantity,
    },
}

/// A distribution over the states of a control, in ascending order of the state, open left out: the rest is open.
#[derive(Clone, Debug, Default)]
pub struct Enters {
    /// State and probability.
    pub states: Vec<(State, Quantity)>,
}

/// A regime of a control.
#[derive(Clone, Debug)]
pub struct Regime {
    /// Its name.
    pub name: String,
    /// The share of the flow stopped, each from its days since entry (after the approval delay) on.
    pub blocks: Vec<(f64, Quantity)>,
    /// Days from entry in which everything is stopped.
    pub approval_delay: Quantity,
    /// How long it lasts.
    pub lasts: Lasts,
    /// Where it leads.
    pub then: Enters,
    /// Where it stands in the file.
    pub place: Place,
}

/// How long a regime lasts.
#[derive(Clone, Copy, Debug)]
pub enum Lasts {
    /// Until something else happens.
    Forever,
    /// Days.
    For(Quantity),
    /// To a day (counted from the start).
    Until(Quantity),
}

/// Reads `[crises.NAME]`.
pub fn crisis(reader: &mut Reader, name: &str, node: &Node, names: &Names) -> Option<Crisis> {
    let mut fields = Fields::open(reader, node, &format!("crises.{name}"), &names.provenance.crises)?;
    let annual_probability = fields.required_curve(reader, "annual_probability", Kind::AnnualProbability);
    fields.finish(reader);
    Some(Crisis { name: name.to_owned(), annual_probability })
}

/// Reads `[controls.NAME]`.
pub fn control(reader: &mut Reader, name: &str, node: &Node, key: Place, names: &Names) -> Option<Control> {
    let path = format!("controls.{name}");
    let mut fields = Fields::open(reader, node, &path, &names.provenance.controls)?;
    let country = match fields.text(reader, "country") {
        Some((country, _)) => country.to_owned(),
        None => {
            fields.missing(reader, "country", "whose control it is, such as \"CN\"");
            String::new()
        }
    };
    fields.missing(reader, "materials", "a list such as [\"dysprosium\"]");
    let before = reader.diagnostics.len();
    let listed = fields.texts(reader, "materials").unwrap_or_default();
    let mut materials: Vec<usize> = Vec::new();
    if let (true, Some(node)) =
        (listed.is_empty() && before == reader.diagnostics.len(), fields.get("materials"))
    {
        reader.error(node.place, "a control of no material", "write a list such as [\"dysprosium\"]");
    }
    for (material, place) in listed {
        materials.extend(names.material(reader, material, place));
    }
    materials.sort_unstable();
    materials.dedup();
    let stages = fields
        .texts(reader, "stages")
        .map(|stages| stages.into_iter().map(|(stage, place)| (stage.to_owned(), place)).collect());
    let states = names.states(name);
    let regimes = regimes(reader, &mut fields, &path, &states);
    let onsets = onsets(reader, &mut fields, &path, &states, names);
    let initial = match fields.text(reader, "initial") {
        None if fields.has("initial") => None,
        None => Some(0),
        Some((name, place)) => state(reader, name, place, &states),
    };
    let elapsed = fields.quantity_or(reader, "elapsed", Kind::Duration, 0.0);
    if let (Some(0), Some(node)) = (initial, fields.table.get("elapsed")) {
        reader.error(
            node.place,
            "`elapsed` says how long the initial regime has lasted, and the control starts open",
            "name the regime: initial = \"…\"",
        );
    }
    fields.finish(reader);
    let (name, initial) = (name.to_owned(), initial.unwrap_or(0));
    Some(Control { name, country, materials, stages, initial, elapsed, onsets, regimes, place: key })
}

fn state(reader: &mut Reader, name: &str, place: Place, states: &[String]) -> Option<State> {
    reader.find(name, place, "regime", states.iter().map(String::as_str))
}

fn regimes(reader: &mut Reader, fields: &mut Fields, control: &str, states: &[String]) -> Vec<Regime> {
    let mut regimes: Vec<Regime> = Vec::new();
    for (i, node) in fields.list(reader, "regimes").into_iter().enumerate() {
        let path = format!("{control}.regimes.{}", states.get(i + 1).map_or("", String::as_str));
        let Some(mut inner) = Fields::open(reader, node, &path, &fields.provenance) else { continue };
        let name = inner.name(reader, "ban");
        let place = inner.table.get("name").map_or(node.place, |n| n.place);
        if name == "open" {
            let help = "`open` is the absence of every regime";
            reader.error(place, "a regime cannot be named `open`", help);
        } else if let Some(first) = regimes.iter().find(|r| r.name == name && !name.is_empty()) {
            let help = "give each regime of a control its own name";
            reader.second(place, first.place, format!("a second regime named `{name}`"), help);
        }
        let blocks = blocks(reader, &mut inner);
        let approval_delay = inner
            .one_of(reader, "approval_delay", &[Kind::Duration], Drawn::Afresh)
            .map_or(Quantity::ZERO, |q| q.1);
        let lasts = match inner.one_of(reader, "lasts", &[Kind::Duration, Kind::Day], Drawn::Afresh) {
            Some((Kind::Day, day)) => Lasts::Until(day),
            Some((_, days)) => Lasts::For(days),
            None => Lasts::Forever,
        };
        if let (Lasts::Until(day), Some(node)) = (lasts, inner.table.get("lasts"))
            && fields.table.get("initial").and_then(Node::text) != Some(name.as_str())
            && reader.start.is_some()
            && span(reader, day).1 <= 0.0
        {
            let help =
                "write a later date, or how long the regime lasts from its entry, such as \"3 months\"";
            reader.error(
                node.place,
                "this date has passed at the start: the regime would end as it begins",
                help,
            );
        }
        let then = enters(reader, &mut inner, "then", states, 0);
        inner.finish(reader);
        regimes.push(Regime { name, blocks, approval_delay, lasts, then, place });
    }
    let wanted = format!("write [[{control}.regimes]] with name, blocks and lasts");
    fields.missing(reader, "regimes", &wanted);
    if let Some(Node { value: Value::Array(items), place }) = fields.table.get("regimes")
        && items.is_empty()
    {
        reader.error(*place, "a control without a regime blocks nothing", wanted);
    }
    regimes
}

fn blocks(reader: &mut Reader, fields: &mut Fields) -> Vec<(f64, Quantity)> {
    let path = fields.at("blocks");
    let Some(node) = fields.get("blocks") else { return vec![(0.0, Quantity::ONE)] };
    let Some((inner, provenance)) = reader.unwrap(node, &path, &fields.provenance) else { return Vec::new() };
    let timed = |key: &str| key.starts_with(|c: char| c.is_ascii_digit());
    let Some(table) = inner.table().filter(|t| t.entries.keys().any(|k| timed(k))) else {
        let quantity = reader.quantity(inner, &path, &[Kind::Share], Drawn::Afresh, &provenance);
        return vec![(0.0, quantity.map_or(Quantity::WRONG, |q| q.1))];
    };
    let mut profile = Vec::new();
    for (key, entry) in &table.entries {
        if is_remark(key) {
            continue;
        }
        let from = match Measure::parse(key) {
            Ok(Measure { value, dimension: crate::quantity::Dimension::TIME, .. }) if value >= 0.0 => value,
            _ => {
                reader.error(
                    entry.key,
                    format!("`{key}` is not a time since entry"),
                    "write every key of a profile as a length of time: \"3 months\"",
                );
                continue;
            }
        };
        let path = format!("{path}.{key}");
        let share = reader.quantity(&entry.node, &path, &[Kind::Share], Drawn::Afresh, &provenance);
        if profile.iter().any(|(other, _)| *other == from) {
            reader.error(entry.key, "the profile states this time twice", "leave one of the two");
        }
        profile.push((from, share.map_or(Quantity::WRONG, |(_, share)| share)));
    }
    profile.sort_by(|a, b| a.0.total_cmp(&b.0));
    profile
}

/// Reads a state, or a table state -> probability; `default` where the key is missing.
fn enters(
    reader: &mut Reader,
    fields: &mut Fields,
    key: &'static str,
    states: &[String],
    default: State,
) -> Enters {
    let path = fields.at(key);
    let certainly =
        |state: State| Enters { states: if state == 0 { Vec::new() } else { vec![(state, Quantity::ONE)] } };
    // Where one is wrong, every state counts as one that it may lead to.
    let wrong = || Enters { states: (1..states.len()).map(|state| (state, Quantity::WRONG)).collect() };
    let Some(node) = fields.get(key) else { return certainly(default) };
    if let Some(name) = node.text() {
        return state(reader, name, node.place, states).map_or_else(wrong, certainly);
    }
    if node.table().is_none() {
        let message = format!("`{key}` is a regime, or a table regime -> probability, not {}", node.kind());
        reader.error(node.place, message, format!("write {key} = \"ban\" or {key} = {{ ban = \"70%\" }}"));
        return wrong();
    }
    let Some(inner) = Fields::open(reader, node, &path, &fields.provenance) else { return wrong() };
    let mut out: Vec<(State, Quantity)> = Vec::new();
    let (mut sum, mut certain) = (0.0, true);
    for (name, entry) in &inner.table.entries {
        if is_remark(name) {
            continue;
        }
        let Some(state) = state(reader, name, entry.key, states) else { return wrong() };
        let path = format!("{path}.{name}");
        let read = reader.quantity(&entry.node, &path, &[Kind::Probability], Drawn::Once, &inner.provenance);
        let probability = read.map_or(Quantity::WRONG, |(_, probability)| probability);
        sum += implied_mean(probability, &reader.factors);
        certain &= probability.certain().is_some();
        if state != 0 {
            out.push((state, probability));
        }
    }
    // Shares that are drawn may overlap a little; the engine cuts them.
    let tolerance = if certain { 1e-9 } else { 0.05 };
    if sum > 1.0 + tolerance {
        reader.error(
            node.place,
            format!("these probabilities sum to {}, which is above 100 %", per_cent(sum)),
            "lower them; what they leave is `open`",
        );
    } else if let (Some(open), true) = (inner.table.get("open"), sum < 1.0 - tolerance) {
        reader.error(
            open.place,
            format!("with `open` these probabilities must sum to 100 %; they sum to {}", per_cent(sum)),
            "leave `open` out: it takes what the others leave",
        );
    }
    out.sort_by_key(|(state, _)| *state);
    Enters { states: out }
}

fn onsets(
    reader: &mut Reader,
    fields: &mut Fields,
    control: &str,
    states: &[String],
    names: &Names,
) -> Vec<Onset> {
    let mut onsets: Vec<Onset> = Vec::new();
    for (i, node) in fields.list(reader, "onsets").into_iter().enumerate() {
        let name = entry_name(node).unwrap_or_else(|| (i + 1).to_string());
        let path = format!("{control}.onsets.{name}");
        let Some(mut inner) = Fields::open(reader, node, &path, &fields.provenance) else { continue };
        if let Some((name, place)) = inner.text(reader, "name") {
            reader.name(name, place);
        }
        let trigger = trigger(reader, &mut inner, states, names);
        let enters = enters(reader, &mut inner, "enters", states, 1.min(states.len() - 1));
        let milder = inner.flag(reader, "milder", false);
        let is_annual = matches!(trigger, Some(Trigger::Annual { .. }));
        let is_at = matches!(trigger, Some(Trigger::At { .. }));
        inner.finish_with(reader, |key| match key {
            "probability" | "delay" if is_annual => Some(
                "an onset with `annual_probability` has a clock of its own: put it all into that".to_owned(),
            ),
            "delay" if is_at => Some("move the date instead".to_owned()),
            "while" => Some("only the clock of `annual_probability` runs while something holds".to_owned()),
            "regime" => Some("`regime` goes with `follows`".to_owned()),
            _ => None,
        });
        let place = inner_place(node, &["name", "annual_probability", "at", "crisis", "follows"]);
        if let Some(first) = onsets.iter().find(|o| o.name == name) {
            let help = "give each onset of a control its own `name`; without one it is `annual`, the date, the crisis or `after-CONTROL`";
            reader.second(place, first.place, format!("a second onset named `{name}`"), help);
        }
        // One whose trigger is wrong still tells where it leads.
        let never = Trigger::At { day: Quantity::WRONG, probability: Quantity::WRONG };
        onsets.push(Onset { name, trigger: trigger.unwrap_or(never), enters, milder, place });
    }
    onsets
}

fn trigger(reader: &mut Reader, fields: &mut Fields, states: &[String], names: &Names) -> Option<Trigger> {
    const KINDS: [&str; 4] = ["annual_probability", "at", "crisis", "follows"];
    let stated: Vec<_> = KINDS.into_iter().filter(|k| fields.table.get(k).is_some()).collect();
    for key in KINDS {
        fields.has(key);
    }
    if stated.len() != 1 {
        let what = if stated.is_empty() { "nothing".to_owned() } else { stated.join(" and ") };
        let place =
            stated.get(1).and_then(|key| fields.table.entries.get(*key)).map_or(fields.place, |e| e.key);
        // A trigger that is misspelt is told of as such.
        const BESIDE: [&str; 7] = ["name", "enters", "milder", "probability", "delay", "while", "regime"];
        let unknown = fields.table.entries.keys().filter(|k| !is_remark(k) && !BESIDE.contains(&k.as_str()));
        let mut unknown = unknown.map(|key| nearest(key, KINDS.into_iter().chain(BESIDE)));
        let misspelt =
            stated.is_empty() && unknown.any(|near| near.is_some_and(|near| KINDS.contains(&near)));
        if !misspelt {
            reader.error(
                place,
                format!("an onset has one trigger; this one has {what}"),
                "state one of annual_probability, at, crisis, follows",
            );
        }
        fields.allow(&["probability", "delay", "while", "regime"]);
        return None;
    }
    match stated[0] {
        "annual_probability" => {
            let probability = fields.required_curve(reader, "annual_probability", Kind::AnnualProbability);
            let during = match fields.texts(reader, "while") {
                None => vec![0],
                Some(listed) => listed.into_iter().filter_map(|(s, p)| state(reader, s, p, states)).collect(),
            };
            Some(Trigger::Annual { probability, during })
        }
        "at" => {
            let place = fields.table.get("at").map_or(fields.place, |n| n.place);
            let day = fields.required(reader, "at", Kind::Day);
            within_horizon(reader, day, place);
            let probability = fields.quantity_or(reader, "probability", Kind::Probability, 1.0);
            Some(Trigger::At { day, probability })
        }
        "crisis" => {
            let (name, place) = fields.text(reader, "crisis")?;
            let crisis = reader.find(name, place, "crisis", names.crises.iter().map(String::as_str));
            let (probability, delay) = response(reader, fields);
            Some(Trigger::Crisis { crisis: crisis?, probability, delay })
        }
        _ => {
            let (name, place) = fields.text(reader, "follows")?;
            let control = reader.find(name, place, "control", names.controls.iter().map(|c| c.0.as_str()));
            let regime = fields.text(reader, "regime");
            let (probability, delay) = response(reader, fields);
            let control = control?;
            let own = fields.path.starts_with(&format!("controls.{name}.onsets."));
            if own {
                reader.error(place, "a control cannot follow itself", "use `then` in its regimes");
                return None;
            }
            let state = match regime {
                Some((regime, place)) => Some(state(reader, regime, place, &names.states(name))?),
                None => None,
            };
            Some(Trigger::Follows { control, state, probability, delay })
        }
    }
}

/// The earliest and the latest that a date can be.
fn span(reader: &Reader, day: Quantity) -> (f64, f64) {
    match day {
        Quantity::Certain(day) => (day, day),
        Quantity::Uncertain { factor, .. } => reader.factors[factor].law.support(),
    }
}

/// Holds the date of an onset to the time that is simulated: also the latest, or earliest, of an uncertain one.
fn within_horizon(reader: &mut Reader, day: Quantity, place: Place) {
    let (earliest, latest) = span(reader, day);
    if reader.start.is_some() && latest < 0.0 {
        let help = "what happened before the start is `initial` with `elapsed`";
        reader.error(place, "this date lies before the start", help);
    } else if reader.start.is_some() && earliest >= reader.horizon {
        let help = "lengthen the horizon, or take the onset out";
        reader.error(place, "this date lies after the horizon", help);
    }
}

/// The place of the first of these keys that an entry has.
fn inner_place(node: &Node, keys: &[&str]) -> Place {
    let found = keys.iter().find_map(|key| node.table().and_then(|t| t.get(key)));
    found.map_or(node.place, |node| node.place)
}

fn response(reader: &mut Reader, fields: &mut Fields) -> (Quantity, Quantity) {
    let probability = fields.quantity_or(reader, "probability", Kind::Probability, 1.0);
    let delay = fields
        .one_of(reader, "delay", &[Kind::Duration], Drawn::Afresh)
        .map_or(Quantity::ZERO, |(_, delay)| delay);
    (probability, delay)
}

/// The names of a control's states, from its table: `open`, then the regimes in order.
pub fn state_names(node: &Node) -> Vec<String> {
    let mut states = vec!["open".to_owned()];
    if let Some(Node { value: Value::Array(items), .. }) = node.table().and_then(|t| t.get("regimes")) {
        states.extend(items.iter().map(|item| entry_name(item).unwrap_or_default()));
    }
    states
}
