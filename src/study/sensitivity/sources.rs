//! What is random in a scenario, by name: uncertain entries, and the chances of its events.

use crate::model::Model;
use crate::plan::{Address, Draw, Lasts, Plan, Trigger};
use crate::scenario::nearest;

/// What a source of randomness decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decides {
    /// An uncertain entry, drawn once a trial.
    Entry,
    /// An uncertain entry, drawn afresh at each event: how long it lasts, how much it blocks, how late it comes.
    Course,
    /// Whether and when an event happens, and which.
    Event,
    /// Whether an option works at all.
    Success,
}

/// A source of randomness.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Its path, from which its uniforms are addressed.
    pub path: String,
    /// What it decides.
    pub decides: Decides,
    /// Where the plan looks its uniforms up.
    pub addresses: Vec<Address>,
}

/// All sources of randomness that have a say, in the order of the model: entries, then what is drawn at events, then
/// chances. What is certain is none.
pub fn sources(model: &Model, plan: &Plan) -> Vec<Source> {
    let mut found: Vec<Source> = Vec::new();
    let mut add = |path: String, decides: Decides, address: Address| {
        match found.iter_mut().find(|s| s.path == path) {
            // An entry whose own path also decides whether an option works has the same uniforms: it is one source.
            Some(known) => known.addresses.push(address),
            None => found.push(Source { path, decides, addresses: vec![address] }),
        }
    };
    let once = model.factors.iter().filter(|f| f.once);
    for (factor, draw) in once.zip(&plan.scalars.draws) {
        add(factor.path.clone(), Decides::Entry, draw.address);
    }
    for draw in afresh(plan) {
        if let Draw::Afresh { address, law, .. } = draw {
            let path = model.factors[plan.law_factors[law as usize]].path.clone();
            add(path, Decides::Course, address);
        }
    }
    for (crisis, own) in model.crises.iter().zip(&plan.crises) {
        add(format!("crises.{}.clock", crisis.name), Decides::Event, own.clock);
    }
    let names = model.controls.iter().flat_map(|c| c.onsets.iter().map(move |o| (&c.name, &o.name)));
    for ((control, onset), own) in names.zip(&plan.onsets) {
        let path = format!("controls.{control}.onsets.{onset}");
        if let Trigger::Annual { clock, .. } = own.trigger {
            add(format!("{path}.clock"), Decides::Event, clock);
        }
        if plan.scalars.certain(own.probability) != Some(1.0) {
            add(format!("{path}.fires"), Decides::Event, own.fires);
        }
        if own.enters.certain.is_none() {
            add(format!("{path}.enters"), Decides::Event, own.enters.address);
        }
    }
    for (control, own) in model.controls.iter().zip(&plan.controls) {
        for (regime, own) in control.regimes.iter().zip(&own.regimes) {
            if own.then.certain.is_none() {
                let path = format!("controls.{}.regimes.{}.then", control.name, regime.name);
                add(path, Decides::Event, own.then.address);
            }
        }
    }
    for (option, own) in model.options.iter().zip(&plan.options) {
        if plan.scalars.certain(own.success) != Some(1.0) {
            add(format!("options.{}.success", option.name), Decides::Success, own.works.0);
        }
    }
    found
}

/// All that may be drawn afresh at an event.
fn afresh(plan: &Plan) -> Vec<Draw> {
    let mut all = Vec::new();
    for regime in plan.controls.iter().flat_map(|c| &c.regimes) {
        all.extend(regime.blocks.iter().map(|(_, draw)| *draw));
        all.push(regime.approval_delay);
        if let Lasts::For(draw) | Lasts::Until(draw) = regime.lasts {
            all.push(draw);
        }
    }
    all.extend(plan.onsets.iter().map(|onset| onset.delay));
    all.extend(plan.options.iter().map(|option| option.lead_time));
    all
}

/// Sources that are looked at as one factor.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What it is called.
    pub name: String,
    /// Its sources, as indices.
    pub members: Vec<usize>,
}

/// Every source a factor of its own, but for those that are correlated: what is drawn together is one.
pub fn single(sources: &[Source], plan: &Plan) -> Vec<Group> {
    let together = together(sources, plan);
    let mut groups: Vec<Group> = Vec::new();
    for (s, source) in sources.iter().enumerate() {
        match together.iter().find(|t| t.contains(&s)) {
            Some(t) if t[0] == s => groups.push(Group { name: joined(sources, t), members: t.clone() }),
            Some(_) => {}
            None => groups.push(Group { name: source.path.clone(), members: vec![s] }),
        }
    }
    groups
}

/// The names of sources, after each other.
fn joined(sources: &[Source], members: &[usize]) -> String {
    members.iter().map(|&m| sources[m].path.as_str()).collect::<Vec<_>>().join(" + ")
}

/// Sources that a copula joins.
fn together(sources: &[Source], plan: &Plan) -> Vec<Vec<usize>> {
    let of_draw = |d: usize| {
        let address = plan.scalars.draws[d].address;
        sources.iter().position(|s| s.addresses.contains(&address))
    };
    plan.scalars
        .copulas
        .iter()
        .map(|copula| {
            let mut members: Vec<usize> = copula.draws.iter().filter_map(|&d| of_draw(d)).collect();
            members.sort_unstable();
            members
        })
        .collect()
}

/// The names of the two groups of [`split`].
pub const WHAT_HAPPENS: &str = "what happens";
/// The other.
pub const HOW_BAD: &str = "how bad it is";

/// What happens, against how bad it is: the chances of events in one group, all that is drawn in the other. None where
/// the scenario has only one of them.
pub fn split(sources: &[Source]) -> Option<[Group; 2]> {
    let of = |events: bool| -> Vec<usize> {
        (0..sources.len()).filter(|&s| (sources[s].decides == Decides::Event) == events).collect()
    };
    let (events, rest) = (of(true), of(false));
    if events.is_empty() || rest.is_empty() {
        return None;
    }
    Some([
        Group { name: WHAT_HAPPENS.to_owned(), members: events },
        Group { name: HOW_BAD.to_owned(), members: rest },
    ])
}

/// Groups as the user names them: `NAME=PATH,PATH…`, where a path is a source or the beginning of several.
///
/// # Errors
/// All mistakes, in words: no such source, a source in two groups, one that is correlated with another that is not in the
/// group.
pub fn named(texts: &[String], sources: &[Source], plan: &Plan) -> Result<Vec<Group>, Vec<String>> {
    let mut wrong = Vec::new();
    let mut groups: Vec<Group> = Vec::new();
    for text in texts {
        let Some((name, paths)) = text.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
            wrong.push(format!("`{text}` is not a group; write NAME=PATH,PATH"));
            continue;
        };
        let mut members = Vec::new();
        for path in paths.split(',').map(str::trim) {
            let within = |s: &Source| {
                s.path == path || s.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'))
            };
            let own: Vec<usize> = (0..sources.len()).filter(|&s| within(&sources[s])).collect();
            if own.is_empty() {
                wrong.push(match nearest(path, sources.iter().map(|s| s.path.as_str())) {
                    Some(near) => format!("nothing random is at `{path}`; did you mean `{near}`?"),
                    None => {
                        format!("nothing random is at `{path}`; --method sobol without --group lists all")
                    }
                });
            }
            members.extend(own);
        }
        members.sort_unstable();
        members.dedup();
        if let Some((other, twice)) = groups
            .iter()
            .find_map(|g| g.members.iter().find(|m| members.contains(m)).map(|m| (g.name.clone(), *m)))
        {
            wrong.push(format!(
                "`{}` is in two groups, `{other}` and `{}`",
                sources[twice].path,
                name.trim()
            ));
        }
        for joint in together(sources, plan) {
            let (inside, outside): (Vec<usize>, Vec<usize>) =
                joint.into_iter().partition(|m| members.contains(m));
            if let (Some(&a), Some(&b)) = (inside.first(), outside.first()) {
                wrong.push(format!(
                    "`{}` is correlated with `{}`: put both into `{}`",
                    sources[a].path,
                    sources[b].path,
                    name.trim()
                ));
            }
        }
        groups.push(Group { name: name.trim().to_owned(), members });
    }
    if wrong.is_empty() { Ok(groups) } else { Err(wrong) }
}
