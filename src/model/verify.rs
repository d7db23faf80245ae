//! What only the whole model can tell: shares that do not sum, circles, controls that hit nothing.

use super::controls::{Control, Lasts, State, Trigger};
use super::economy::implied_mean;
use super::materials::Source;
use super::options::{Measure, Mode, Opt, User};
use super::reader::{Factor, Reader};
use super::structure::per_cent;
use super::{Model, Quantity, surprises};
use crate::scenario::{Diagnostic, Place};

/// Checks what can be told although some part could not be read at all.
pub fn parts(reader: &mut Reader, model: &Model) {
    shares(reader, model);
    for control in &model.controls {
        entered(reader, control);
    }
}

/// Checks the model as a whole and completes it: the order of its materials, its options.
pub fn model(reader: &mut Reader, model: &mut Model, options: &[Opt]) {
    model.options = options.to_vec();
    shares(reader, model);
    order(reader, model);
    uses(reader, model);
    hits(reader, model);
    for control in &model.controls {
        entered(reader, control);
        elapsed(reader, control);
    }
    circles(reader, model);
    caps(reader, model);
    calendar(reader, model);
    // What is wrong may well be what surprises; and indices of it mean nothing.
    if reader.right() {
        surprises::all(reader, model);
    }
}

fn shares(reader: &mut Reader, model: &Model) {
    for material in &model.materials {
        let days: Vec<f64> =
            material.sources.iter().flat_map(|s| s.share.knots.iter().map(|k| k.0)).collect();
        let uncertain =
            material.sources.iter().any(|s| s.share.knots.iter().any(|k| k.1.certain().is_none()));
        let tolerance = if uncertain { 0.05 } else { 1e-9 };
        for day in days {
            let sum: f64 =
                material.sources.iter().map(|s| s.share.at(day, |q| implied_mean(q, &reader.factors))).sum();
            if (sum - 1.0).abs() > tolerance {
                let date = model.start.saturating_add(jiff::Span::new().days(day as i64));
                let share = |s: &Source| per_cent(s.share.at(day, |q| implied_mean(q, &reader.factors)));
                let each: Vec<_> =
                    material.sources.iter().map(|s| format!("{} {}", s.name, share(s))).collect();
                let message = format!(
                    "the shares of `{}` sum to {} on {date}, not to 100 %",
                    material.name,
                    per_cent(sum)
                );
                let mut mistake = Diagnostic::error(material.place, message)
                    .help(format!("on that date: {}", each.join(", ")));
                mistake.others = material.sources.iter().map(|s| (s.share_place, share(s))).collect();
                reader.diagnostics.push(mistake);
                break;
            }
        }
    }
}

/// Orders the materials from raw to finished (Kahn's algorithm, ties in the order of the file).
fn order(reader: &mut Reader, model: &mut Model) {
    let n = model.materials.len();
    let mut needs: Vec<Vec<(usize, Place)>> = vec![Vec::new(); n];
    for (m, material) in model.materials.iter().enumerate() {
        needs[m].extend(material.sources.iter().flat_map(|s| s.inputs.iter().map(|i| (i.material, i.place))));
    }
    for option in &model.options {
        if let Measure::Supplier(supply) = &option.measure {
            needs[supply.material].extend(supply.inputs.iter().map(|i| (i.material, i.place)));
        }
    }
    let mut order: Vec<usize> = Vec::with_capacity(n);
    while let Some(next) =
        (0..n).find(|m| !order.contains(m) && needs[*m].iter().all(|(need, _)| order.contains(need)))
    {
        order.push(next);
    }
    if order.len() < n {
        let mut at = (0..n).find(|m| !order.contains(m)).unwrap_or(0);
        // Each material on the way, with the place where it needs the next.
        let mut cycle: Vec<(usize, Place)> = Vec::new();
        while let Some(&(next, input)) = needs[at].iter().find(|(need, _)| !order.contains(need)) {
            cycle.push((at, input));
            at = next;
            if let Some(first) = cycle.iter().position(|&(m, _)| m == at) {
                cycle.drain(..first);
                break;
            }
        }
        let name = |m: usize| format!("`{}`", model.materials[m].name);
        let names: Vec<_> = cycle.iter().map(|&(m, _)| m).chain([at]).map(name).collect();
        let message = format!("materials are made of each other in a circle: {}", names.join(" of "));
        if let Some(((last, place), before)) = cycle.split_last() {
            let label = |m: usize| format!("{} is made of it", name(m));
            let mut mistake = Diagnostic::error(*place, message).label(label(*last));
            mistake.others = before.iter().map(|&(m, place)| (place, label(m))).collect();
            reader.diagnostics.push(mistake.help("take one of these inputs out"));
        }
        order = (0..n).collect();
    }
    model.order = order;
}

fn uses(reader: &mut Reader, model: &Model) {
    for option in &model.options {
        let Measure::Saving(saving) = &option.measure else { continue };
        let (used, who): (Vec<usize>, String) = match saving.user {
            User::Sector(j) => {
                let sector = &model.sectors[j];
                (sector.uses.iter().map(|u| u.material).collect(), format!("sectors.{}", sector.name))
            }
            User::Process(m, s) => {
                let source: &Source = &model.materials[m].sources[s];
                let who = format!("materials.{}.sources.{}", model.materials[m].name, source.name);
                (source.inputs.iter().map(|i| i.material).collect(), who)
            }
        };
        let from = if saving.to.is_some() { "from" } else { "material" };
        let wanted = [Some((from, saving.from)), saving.to.map(|(to, _)| ("to", to))];
        for (key, material) in wanted.into_iter().flatten().filter(|(_, m)| !used.contains(m)) {
            let known: Vec<_> = used.iter().map(|&m| model.materials[m].name.as_str()).collect();
            let place = |key: &str| reader.locate(&["options", &option.name, key]);
            let known = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
            let message = format!("{who} uses no `{}`", model.materials[material].name);
            let mistake = Diagnostic::error(place(key), message).other(place("in"), "the user is named here");
            reader.diagnostics.push(mistake.help(format!("it uses: {known}")));
        }
    }
    for material in &model.materials {
        let index = model.materials.iter().position(|m| m.name == material.name);
        let by_sector = model.sectors.iter().flat_map(|s| &s.uses).any(|u| Some(u.material) == index);
        let sources = model.materials.iter().flat_map(|m| &m.sources).flat_map(|s| &s.inputs);
        let supplies = model.options.iter().filter_map(|o| match &o.measure {
            Measure::Supplier(supply) => Some(&supply.inputs),
            _ => None,
        });
        let by_process = sources.chain(supplies.flatten()).any(|i| Some(i.material) == index);
        if !by_sector && !by_process {
            reader.caution(
                "unused-material",
                format!("materials.{}", material.name),
                material.place,
                format!("nobody uses the material `{}`", material.name),
                "a sector uses it with [sectors.NAME.uses.MATERIAL], a process with `inputs`",
            );
        }
    }
}

/// Whether a control hits something that takes `route`.
pub fn passes(control: &Control, route: &[(String, String)]) -> bool {
    route.iter().any(|(stage, country)| {
        *country == control.country
            && control.stages.as_ref().is_none_or(|stages| stages.iter().any(|(s, _)| s == stage))
    })
}

fn hits(reader: &mut Reader, model: &Model) {
    let supplies = || {
        model.options.iter().filter_map(|o| match &o.measure {
            Measure::Supplier(supply) => Some(supply),
            _ => None,
        })
    };
    let routes = model.materials.iter().flat_map(|m| m.sources.iter().map(|s| &s.route));
    let mut known: Vec<&str> =
        routes.chain(supplies().map(|s| &s.route)).flatten().map(|(stage, _)| stage.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    for control in &model.controls {
        for (stage, place) in control.stages.iter().flatten() {
            let message = format!("no route has a stage `{stage}`");
            reader.find_or(stage, *place, &message, known.iter().copied());
        }
        let sources =
            control.materials.iter().flat_map(|&m| model.materials[m].sources.iter().map(|s| &s.route));
        let options = supplies().filter(|s| control.materials.contains(&s.material)).map(|s| &s.route);
        if !sources.clone().chain(options.clone()).any(|route| passes(control, route)) {
            let routes = || sources.clone().chain(options.clone()).flatten();
            let mut countries: Vec<&str> = routes().map(|(_, country)| country.as_str()).collect();
            countries.sort_unstable();
            countries.dedup();
            let through = if countries.is_empty() { "no country".to_owned() } else { countries.join(", ") };
            reader.caution(
                "hits-nothing",
                format!("controls.{}.country", control.name),
                reader.locate(&["controls", &control.name, "country"]),
                format!("the control `{}` hits nothing", control.name),
                format!("the routes of its materials pass through {through}"),
            );
        }
    }
}

/// A regime that nothing can lead to is a mistake.
fn entered(reader: &mut Reader, control: &Control) {
    let initial = reader.locate(&["controls", &control.name, "initial"]);
    if reader.diagnostics.iter().any(|d| d.place == Some(initial)) {
        return;
    }
    let mut reached = vec![false; control.regimes.len() + 1];
    reached[control.initial.min(control.regimes.len())] = true;
    let targets = control.onsets.iter().flat_map(|o| &o.enters.states);
    let then = control.regimes.iter().flat_map(|r| &r.then.states);
    for (state, probability) in targets.chain(then) {
        reached[*state] |= !probability.is_zero();
    }
    for (r, regime) in control.regimes.iter().enumerate() {
        // One that cannot have its name is told of already.
        let named =
            regime.name != "open" && control.regimes[..r].iter().all(|other| other.name != regime.name);
        if named && !reached[r + 1] {
            reader.error(
                regime.place,
                format!("nothing leads to the regime `{}` of `{}`", regime.name, control.name),
                "let an onset enter it, a regime lead to it (`then`), or start in it (`initial`)",
            );
        }
    }
}

fn elapsed(reader: &mut Reader, control: &Control) {
    let Some(regime) = control.initial.checked_sub(1).and_then(|r| control.regimes.get(r)) else { return };
    let ended = match (regime.lasts, control.elapsed) {
        (Lasts::For(Quantity::Certain(lasts)), Quantity::Certain(elapsed)) => lasts <= elapsed,
        (Lasts::Until(Quantity::Certain(day)), _) => reader.start.is_some() && day <= 0.0,
        (Lasts::For(Quantity::Uncertain { factor, .. }), Quantity::Certain(elapsed)) => {
            let factor = &reader.factors[factor];
            !factor.once && factor.law.sf(elapsed) <= 0.0
        }
        _ => false,
    };
    if ended {
        let key = if control.elapsed.is_zero() { "initial" } else { "elapsed" };
        reader.error(
            reader.locate(&["controls", &control.name, key]),
            format!("the initial regime `{}` has ended already at the start", regime.name),
            "let it last longer, shorten `elapsed`, or start in what came after it",
        );
    }
}

fn can_be_zero(quantity: Quantity, factors: &[Factor]) -> bool {
    match quantity {
        Quantity::Certain(value) => value <= 0.0,
        Quantity::Uncertain { factor, scale, .. } => scale == 0.0 || factors[factor].law.cdf(0.0) > 0.0,
    }
}

/// Immediate transitions that lead round, at least one of them to something milder, would never end.
fn circles(reader: &mut Reader, model: &Model) {
    let offsets: Vec<usize> = model
        .controls
        .iter()
        .scan(0, |next, c| {
            let own = *next;
            *next += c.regimes.len() + 1;
            Some(own)
        })
        .collect();
    let total = model.controls.iter().map(|c| c.regimes.len() + 1).sum();
    let mut edges: Vec<Vec<(usize, bool)>> = vec![Vec::new(); total];
    for (c, control) in model.controls.iter().enumerate() {
        for (r, regime) in control.regimes.iter().enumerate() {
            let zero = match regime.lasts {
                Lasts::Forever => false,
                Lasts::For(q) => can_be_zero(q, &reader.factors),
                Lasts::Until(_) => true,
            };
            if zero {
                let next = regime.then.states.iter().filter(|(_, p)| !p.is_zero());
                edges[offsets[c] + r + 1].extend(next.map(|(s, _)| (offsets[c] + s, true)));
            }
        }
        for onset in &control.onsets {
            let Trigger::Follows { control: cause, state, delay, .. } = &onset.trigger else { continue };
            if !can_be_zero(*delay, &reader.factors) {
                continue;
            }
            let causes: Vec<State> = match state {
                Some(state) => vec![*state],
                None => (1..=model.controls[*cause].regimes.len()).collect(),
            };
            let certain: f64 = onset.enters.states.iter().map(|s| s.1.certain().unwrap_or(0.0)).sum();
            let open = (onset.milder && certain < 1.0 - 1e-9).then_some(0);
            for from in causes {
                for to in onset.enters.states.iter().map(|s| s.0).chain(open) {
                    edges[offsets[*cause] + from].push((offsets[c] + to, onset.milder));
                }
            }
        }
    }
    let reaches = |from: usize, to: usize| {
        let mut seen = vec![false; total];
        let mut stack = vec![from];
        while let Some(node) = stack.pop() {
            if node == to {
                return true;
            }
            if !std::mem::replace(&mut seen[node], true) {
                stack.extend(edges[node].iter().map(|e| e.0));
            }
        }
        false
    };
    let circle = (0..total).find(|&from| edges[from].iter().any(|&(to, falls)| falls && reaches(to, from)));
    if let Some(node) = circle {
        let c = offsets.iter().rposition(|&offset| offset <= node).unwrap_or(0);
        let control = &model.controls[c];
        let name = (node - offsets[c]).checked_sub(1).map_or("open", |r| control.regimes[r].name.as_str());
        let place = (node - offsets[c]).checked_sub(1).map_or(control.place, |r| control.regimes[r].place);
        reader.error(
            place,
            format!("`{}` can run through `{name}` in a circle without any time passing", control.name),
            "give a regime on the way a sojourn that cannot be 0, or an onset a delay",
        );
    }
}

/// The greatest multiple of a price without a cap: beyond anything real, and finite whatever the elasticity.
const GREATEST_MULTIPLE: f64 = 1e9;

/// Where all inflow of a material can stop, its price needs a cap.
fn caps(reader: &mut Reader, model: &mut Model) {
    let can_stop = |route: &[(String, String)], m: usize| {
        let full = |q: Quantity| match q {
            Quantity::Certain(v) => v >= 1.0,
            Quantity::Uncertain { factor, scale, .. } => {
                reader.factors[factor].law.support().1 * scale >= 1.0
            }
        };
        model.controls.iter().any(|c| {
            c.materials.contains(&m)
                && passes(c, route)
                && c.regimes.iter().any(|r| !r.approval_delay.is_zero() || r.blocks.iter().any(|b| full(b.1)))
        })
    };
    let mut stops = vec![false; model.materials.len()];
    for &m in &model.order {
        let sources = &model.materials[m].sources;
        stops[m] = !sources.is_empty()
            && sources.iter().all(|s| can_stop(&s.route, m) || s.inputs.iter().any(|i| stops[i.material]));
    }
    for (m, material) in model.materials.iter_mut().enumerate() {
        if stops[m] && material.price_response.is_some_and(|p| p.cap.is_none()) {
            reader.error(
                reader.locate(&["materials", &material.name, "price_response"]),
                format!("all inflow of `{}` can stop, which leaves its price without a limit", material.name),
                "add `cap` to its price_response, the greatest multiple of the price, such as cap = 10",
            );
        }
        if let Some(response) = &mut material.price_response {
            response.cap.get_or_insert(Quantity::Certain(GREATEST_MULTIPLE));
        }
    }
}

fn calendar(reader: &mut Reader, model: &Model) {
    let end = model.horizon;
    for option in &model.options {
        if option.mode == Mode::Contingent
            && let Quantity::Certain(day) = option.available_from
            && day >= end
        {
            reader.caution(
                "after-horizon",
                format!("options.{}.available_from", option.name),
                reader.locate(&["options", &option.name, "available_from"]),
                format!("the option `{}` is available only after the horizon", option.name),
                "lengthen the horizon, or leave the option out",
            );
        }
    }
}
