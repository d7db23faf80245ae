//! What a study of sensitivity has found, as a table and as JSON.

use serde_json::{Map, Value, json};

use super::{
    Bar, Boxed, Discovery, Effect, Input, NOISY, Passed, Ranked, Ranking, Screening, Share, Sobol, Source,
    Target, Tornado, Turning,
};
use crate::model::Model;
use crate::outcome::Provenance;
use crate::quantity::words;
use crate::statistics::Estimate;
use crate::study::Points;

/// What one of the methods has found.
#[derive(Clone, Debug)]
pub enum Found {
    /// Entries at their ends.
    Tornado(Tornado),
    /// Elementary effects.
    Morris(Screening),
    /// Sobol' indices.
    Sobol(Sobol),
    /// Ranks and distributions.
    Rank(Ranking),
    /// Boxes, among these inputs.
    Discover(Discovery, Vec<Input>),
}

impl Found {
    /// The name of the method.
    pub fn method(&self) -> &'static str {
        match self {
            Found::Tornado(_) => "tornado",
            Found::Morris(_) => "morris",
            Found::Sobol(_) => "sobol",
            Found::Rank(_) => "rank",
            Found::Discover(..) => "discover",
        }
    }

    /// `design.parquet`: a row a bar, an effect, a factor, an input, or a box on the way.
    pub fn points(&self, model: &Model, target: &Target, sources: &[Source]) -> Points {
        let unit = words::unit(&target.unit);
        let mut points = Points::default();
        match self {
            Found::Tornado(found) => bars(&mut points, &found.bars, unit, model),
            Found::Morris(found) => {
                effects(&mut points, &found.effects, words::unit(&target.metric.unit), sources)
            }
            Found::Sobol(found) => {
                let all: Vec<&Share> = found.split.iter().chain(&found.shares).collect();
                shares(&mut points, &all, sources);
            }
            Found::Rank(found) => ranked(&mut points, &found.inputs),
            Found::Discover(found, _) => path(&mut points, &found.boxes),
        }
        points
    }

    /// `summary.json`. `given` is the condition on the trials, or what makes a trial a case.
    pub fn summary(
        &self,
        model: &Model,
        (target, given): (&Target, Option<&str>),
        sources: &[Source],
        provenance: &Provenance,
    ) -> Value {
        let mut top = match serde_json::to_value(provenance) {
            Ok(Value::Object(map)) => map,
            _ => Map::new(),
        };
        let mut put = |key: &str, value: Value| top.insert(key.to_owned(), value);
        put("method", json!(self.method()));
        put("metric", json!(target.text));
        put("unit", json!(words::unit(&target.unit)));
        if let Some(given) = given {
            put("condition", json!(given));
        }
        match self {
            Found::Tornado(t) => {
                put("base", json!(t.base));
                put("explained", json!(t.explained));
                put("bars", t.bars.iter().map(|b| bar(b, model)).collect());
            }
            Found::Morris(m) => {
                put("trajectories", json!(m.trajectories));
                put("walked", json!(m.walked));
                put("looked_at", json!(m.response));
                put("effects", m.effects.iter().map(|e| effect(e, sources)).collect());
            }
            Found::Sobol(s) => {
                put("walked", json!(s.walked));
                put("looked_at", json!(s.response));
                put("variance", json!(s.variance));
                put("noisy_if_wider_than", json!(NOISY));
                put("split", s.split.iter().map(|x| share(x, sources)).collect());
                put("factors", s.shares.iter().map(|x| share(x, sources)).collect());
            }
            Found::Rank(r) => {
                put("trials_looked_at", json!(r.trials));
                put("threshold", json!(r.threshold));
                put("inputs", r.inputs.iter().map(one).collect());
                put("still", json!(r.still));
            }
            Found::Discover(d, inputs) => {
                put("cases", json!(d.cases));
                put("covered", json!(d.covered));
                put("boxes", d.boxes.iter().map(|b| boxed(b, inputs)).collect());
            }
        }
        Value::Object(top)
    }
}

impl Turning {
    /// In words, in the unit of the analyst.
    pub fn say(&self, model: &Model) -> String {
        match self {
            Turning::Value(value, factor) => model.say_factor(&model.factors[*factor], *value),
            Turning::Written(text) => text.clone(),
        }
    }
}

fn bar(bar: &Bar, model: &Model) -> Value {
    let end = |i: usize| {
        let value = match bar.ends[i] {
            Turning::Value(value, _) => json!(value),
            Turning::Written(_) => Value::Null,
        };
        json!({ "text": bar.ends[i].say(model), "value": value, "difference": bar.moves[i].difference })
    };
    json!({
        "path": bar.path,
        "low": end(0),
        "high": end(1),
        "extremes": bar.extremes,
        "swing": bar.swing,
        "explained": bar.share,
    })
}

fn members(group: &super::Group, sources: &[Source]) -> Vec<String> {
    group.members.iter().map(|&m| sources[m].path.clone()).collect()
}

fn effect(effect: &Effect, sources: &[Source]) -> Value {
    json!({
        "factor": effect.group.name,
        "members": members(&effect.group, sources),
        "mu_star": effect.strength,
        "mu": effect.mean,
        "sigma": effect.spread,
    })
}

fn share(share: &Share, sources: &[Source]) -> Value {
    json!({
        "factor": share.group.name,
        "members": members(&share.group, sources),
        "first": share.indices.first,
        "total": share.indices.total,
        "too_noisy_to_rank": share.noisy(),
    })
}

fn one(input: &Ranked) -> Value {
    json!({
        "input": input.name,
        "event": input.event,
        "spearman": input.spearman,
        "partial_rank_correlation": input.partial,
        "pawn": input.pawn,
        "above_noise": input.above_noise(),
        "explained": input.share,
    })
}

fn boxed(found: &Boxed, inputs: &[Input]) -> Value {
    let finite = |x: f64| if x.is_finite() { json!(x) } else { Value::Null };
    let restricts = found.restricts.iter().map(|(input, limits, p)| {
        json!({
            "input": inputs[*input].name,
            "at_least": finite(limits.low),
            "at_most": finite(limits.high),
            "quasi_p": p,
        })
    });
    json!({
        "restricts": restricts.collect::<Vec<_>>(),
        "coverage": found.coverage,
        "density": found.density,
        "mass": found.mass,
        "path": found.path,
    })
}

fn some<T>(items: &[T], of: impl Fn(&T) -> Estimate) -> Vec<Option<Estimate>> {
    items.iter().map(|item| Some(of(item))).collect()
}

fn bars(points: &mut Points, bars: &[Bar], unit: &str, model: &Model) {
    points.texts("path", "the entry", bars.iter().map(|b| b.path.clone()).collect());
    for (i, end) in ["low", "high"].into_iter().enumerate() {
        let held = bars.iter().map(|b| b.ends[i].say(model)).collect();
        points.texts(end, &format!("what it is held at, {end}"), held);
        let name = format!("{end}.difference");
        points.estimates(
            &name,
            unit,
            "paired difference to the scenario",
            &some(bars, |b| b.moves[i].difference),
        );
    }
    points.estimates("swing", unit, "paired difference, high less low", &some(bars, |b| b.swing.difference));
    let shares: Vec<Option<Estimate>> = bars.iter().map(|b| b.share).collect();
    points.estimates("explained", "share", "share of the variance between trials", &shares);
}

fn effects(points: &mut Points, effects: &[Effect], unit: &str, sources: &[Source]) {
    points.texts("factor", "the factor", effects.iter().map(|e| e.group.name.clone()).collect());
    let all = effects.iter().map(|e| members(&e.group, sources).join(", ")).collect();
    points.texts("members", "its sources", all);
    points.estimates(
        "mu_star",
        unit,
        "mean absolute effect of half of the trials",
        &some(effects, |e| e.strength),
    );
    points.estimates("mu", unit, "mean effect", &some(effects, |e| e.mean));
    points.estimates("sigma", unit, "standard deviation of the effects", &some(effects, |e| e.spread));
}

fn shares(points: &mut Points, shares: &[&Share], sources: &[Source]) {
    points.texts("factor", "the factor", shares.iter().map(|s| s.group.name.clone()).collect());
    let all = shares.iter().map(|s| members(&s.group, sources).join(", ")).collect();
    points.texts("members", "its sources", all);
    points.estimates("first", "share", "first-order index", &some(shares, |s| s.indices.first));
    points.estimates("total", "share", "total index", &some(shares, |s| s.indices.total));
    points.flags(
        "too_noisy_to_rank",
        "whether its interval is wide",
        shares.iter().map(|s| s.noisy()).collect(),
    );
}

fn ranked(points: &mut Points, inputs: &[Ranked]) {
    points.texts("input", "the input", inputs.iter().map(|i| i.name.clone()).collect());
    points.flags("event", "whether it counts events", inputs.iter().map(|i| i.event).collect());
    points.estimates("spearman", "share", "Spearman's rank correlation", &some(inputs, |i| i.spearman));
    let partial: Vec<Option<Estimate>> = inputs.iter().map(|i| i.partial).collect();
    points.estimates("partial", "share", "partial rank correlation", &partial);
    points.estimates("pawn", "share", "PAWN index, median", &some(inputs, |i| i.pawn.median));
    let maximum = inputs.iter().map(|i| i.pawn.maximum).collect();
    points.numbers("pawn.maximum", "share", "PAWN index, maximum", maximum);
    let noise = inputs.iter().map(|i| i.pawn.noise).collect();
    points.numbers(
        "pawn.noise",
        "share",
        "PAWN index that dummies with slices of the same sizes have",
        noise,
    );
    let above = inputs.iter().map(|i| i.above_noise()).collect();
    points.flags("above_noise", "whether its PAWN index is above that of dummies", above);
    points.estimates("explained", "share", "share of the variance", &some(inputs, |i| i.share));
}

fn path(points: &mut Points, boxes: &[Boxed]) {
    let rows: Vec<(usize, &Passed)> =
        boxes.iter().enumerate().flat_map(|(b, found)| found.path.iter().map(move |row| (b, row))).collect();
    let column = |of: &dyn Fn(usize, &Passed) -> f64| rows.iter().map(|(b, row)| of(*b, row)).collect();
    points.numbers("box", "count", "the box, from 1", column(&|b, _| (b + 1) as f64));
    points.numbers(
        "restricted",
        "count",
        "inputs that it restricts",
        column(&|_, row| row.restricted as f64),
    );
    points.numbers("coverage", "share", "share of the cases within", column(&|_, row| row.coverage));
    points.numbers("density", "share", "share of its trials that are cases", column(&|_, row| row.density));
    points.numbers("mass", "share", "share of the trials within", column(&|_, row| row.mass));
}
