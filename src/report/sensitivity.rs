//! A study of sensitivity told: what each method has found, in words and tables.

use super::sheet::Sheet;
use super::table::interval;
use super::told::{Told, trials};
use crate::model::Model;
use crate::quantity::words::{self, Language, Unit};
use crate::statistics::{DUMMIES, Estimate, Limits};
use crate::study::Response;
use crate::study::sensitivity::{
    Boxed, Discovery, Found, Input, Ranking, Screening, Share, Sobol, Target, Tornado,
};

/// Rows of a table and of a chart; all are in design.parquet and summary.json.
pub(super) const ROWS: usize = 20;

/// What a study has found, in words. `given` is the condition on the trials, if there was one; where boxes were looked for,
/// what makes a trial a case.
pub fn sensitivity(model: &Model, found: &Found, target: &Target, given: Option<&str>) -> Told {
    let about = |what: &str| format!("{}: {what} {}", model.name, target.text);
    match found {
        Found::Tornado(t) => Told { title: about("what moves"), ..tornado(model, t, target) },
        Found::Morris(m) => Told { title: about("which entries matter for"), ..morris(m, target) },
        Found::Sobol(s) => Told { title: about("what explains the variance behind"), ..sobol(s, target) },
        Found::Rank(r) => {
            let given = given.map_or(String::new(), |g| format!(", given {g}"));
            Told { title: about("what goes with") + &given, ..rank(r, target) }
        }
        Found::Discover(d, inputs) => {
            let cases = given.unwrap_or_default();
            Told { title: format!("{}: where {cases}", model.name), ..discover(model, d, inputs, cases) }
        }
    }
}

fn told(answer: Vec<String>, sheets: Vec<(String, Sheet)>, notes: Vec<String>, run: String) -> Told {
    Told { title: String::new(), answer, sheets, notes, run }
}

fn figure(estimate: &Estimate, unit: &Unit) -> String {
    let se = Some(estimate.se).filter(|se| !se.is_nan());
    words::estimate(estimate.value, se, unit)
}

fn rest(all: usize) -> Option<String> {
    (all > ROWS).then(|| format!("{} further rows are in design.parquet and summary.json.", all - ROWS))
}

/// With its sign: "+1.2 tn (0.9 to 1.4)".
fn signed(estimate: &Estimate, unit: &Unit) -> String {
    let plus = if estimate.value > 0.0 { "+" } else { "" };
    format!("{plus}{}", interval(Some(*estimate), unit, Language::English))
}

fn ends(bar: &crate::study::sensitivity::Bar, model: &Model) -> [String; 2] {
    [bar.ends[0].say(model), bar.ends[1].say(model)]
}

fn tornado(model: &Model, found: &Tornado, target: &Target) -> Told {
    let mut answer =
        vec![format!("As the scenario is, {} is {}.", target.text, figure(&found.base, &target.unit))];
    if let Some(bar) = found.bars.first() {
        let [low, high] = ends(bar, model);
        answer[0].push_str(&format!(
            " Most moves it `{}`: from {low} to {high} by {}.",
            bar.path,
            figure(&bar.swing.difference, &target.unit)
        ));
    }
    let explained = &found.explained;
    if explained.value.is_finite() {
        let left = (1.0 - explained.value).clamp(0.0, 1.0);
        answer.push(format!(
            "These entries, each alone, explain {} of the variance between trials{}; {} they do not: that is chance (when \
             events come, and which) and what entries do together. --method sobol tells the two apart.",
            figure(explained, &Unit::Share),
            of_response(target),
            words::share(left),
        ));
    }
    let header = ["entry", "low", "high", "with low", "with high", "explains"];
    let mut sheet = Sheet::new(&header, 3);
    for bar in found.bars.iter().take(ROWS) {
        let [low, high] = ends(bar, model);
        let mark = if bar.extremes { "*" } else { "" };
        sheet.add(vec![
            bar.path.clone(),
            low + mark,
            high + mark,
            signed(&bar.moves[0].difference, &target.unit),
            signed(&bar.moves[1].difference, &target.unit),
            bar.share.map_or(String::new(), |s| words::share(s.value.max(0.0))),
        ]);
    }
    let mut notes = vec![
        "Each entry is held at its 10 % and at its 90 % point in every trial, all else as it is drawn; differences to the \
         scenario as it is are paired trial by trial, with 95 % intervals. An entry that is correlated with others is \
         held alone."
            .to_owned(),
    ];
    if found.bars.iter().any(|b| b.extremes) {
        notes.push(
            "* its 10 % and 90 % points are the same: held at its least and its greatest value".to_owned(),
        );
    }
    notes.extend(rest(found.bars.len()));
    let points = 2 * found.bars.len() + 1;
    told(
        answer,
        vec![(String::new(), sheet)],
        notes,
        format!("{} at each of {points} points", trials(found.trials)),
    )
}

/// What of a metric is explained, where it is not the metric itself.
fn of_response(target: &Target) -> String {
    use crate::outcome::Statistic;
    match target.query.statistic {
        Statistic::Mean => String::new(),
        Statistic::Cvar(_) => format!(" of what {} is beyond the tail's threshold", target.metric.name),
        _ => format!(" of whether {} is above the value", target.metric.name),
    }
}

/// What of a metric was looked at, in a sentence; none for the metric itself.
fn looked_at(response: Response, target: &Target) -> Option<String> {
    let limit = |x: f64| words::figure(x, &target.metric.unit);
    match response {
        Response::Value => None,
        Response::Above(x) => {
            Some(format!("Looked at: whether {} is above {} in a trial.", target.metric.name, limit(x)))
        }
        Response::Excess(x) => {
            Some(format!("Looked at: by how much {} exceeds {} in a trial.", target.metric.name, limit(x)))
        }
    }
}

fn morris(found: &Screening, target: &Target) -> Told {
    let unit = match found.response {
        Response::Above(_) => Unit::Share,
        _ => target.metric.unit.clone(),
    };
    let mut answer = Vec::new();
    if let Some(first) = found.effects.first() {
        answer.push(format!(
            "Strongest is `{}`: half of its trials up or down, it changes a trial by {} on average.",
            first.group.name,
            figure(&first.strength, &unit)
        ));
    }
    let idle = found.effects.iter().filter(|e| e.strength.value == 0.0).count();
    if idle > 0 {
        answer.push(format!("{idle} of {} entries change not one trial.", found.effects.len()));
    }
    let mut sheet = Sheet::new(&["entry", "mu*: how much", "mu: which way", "sigma: how differently"], 1);
    for effect in found.effects.iter().take(ROWS) {
        sheet.add(vec![
            effect.group.name.clone(),
            interval(Some(effect.strength), &unit, Language::English),
            signed(&effect.mean, &unit),
            interval(Some(effect.spread), &unit, Language::English),
        ]);
    }
    let mut notes = vec![
        "Effects of moving an entry by half of its trials (between the 12.5 and the 62.5 %, or the 37.5 and the 87.5 % \
         points), with the events as they are in the trial: mean of their sizes, mean, standard deviation; 95 % \
         intervals. A sigma far above mu* says that the effect depends on other entries, or on the events. What is drawn \
         at events does not move; --method sobol has it too."
            .to_owned(),
    ];
    notes.extend(looked_at(found.response, target));
    notes.extend(rest(found.effects.len()));
    let run =
        format!("{} trajectories, {} in all", words::count(found.trajectories as f64), trials(found.walked));
    told(answer, vec![(String::new(), sheet)], notes, run)
}

/// "0.42 (0.38 to 0.45)": an index is a share, but may lie a little outside by chance.
fn index(estimate: &Estimate) -> String {
    let word = |x: f64| format!("{:.2}", x + 0.0);
    if estimate.value.is_nan() {
        return "undefined".to_owned();
    }
    format!("{} ({} to {})", word(estimate.value), word(estimate.low), word(estimate.high))
}

fn indices(shares: &[Share]) -> Sheet {
    let mut sheet = Sheet::new(&["factor", "alone", "with all others", ""], 1);
    for share in shares {
        let note = match () {
            () if share.idle() => "changes no trial",
            () if share.noisy() => "too noisy to rank",
            () => "",
        };
        let (first, total) = (index(&share.indices.first), index(&share.indices.total));
        sheet.add(vec![share.group.name.clone(), first, total, note.to_owned()]);
    }
    sheet
}

fn sobol(found: &Sobol, target: &Target) -> Told {
    let mut answer = Vec::new();
    if let [happens, bad] = found.split.as_slice() {
        let value = |e: &Estimate| words::share(e.value.clamp(0.0, 1.0));
        let (a, b) = (&happens.indices, &bad.indices);
        answer.push(format!(
            "What happens (when crises and controls come, and which) explains {} of the variance alone, how bad it is {} \
             alone; {} belongs to both together.",
            value(&a.first),
            value(&b.first),
            words::share((1.0 - a.first.value - b.first.value).clamp(0.0, 1.0)),
        ));
    }
    let ranked: Vec<&Share> = found.shares.iter().filter(|s| !s.idle()).take(3).collect();
    if !ranked.is_empty() {
        let names: Vec<String> = ranked
            .iter()
            .map(|s| match s.noisy() {
                true => format!("`{}` (too noisy to say how much)", s.group.name),
                false => {
                    format!("`{}` ({})", s.group.name, words::share(s.indices.total.value.clamp(0.0, 1.0)))
                }
            })
            .collect();
        answer.push(format!("Most depends on {}, with all its interactions.", names.join(", ")));
    }
    let shown: Vec<Share> = found.shares.iter().take(ROWS).cloned().collect();
    let sheets = vec![
        ("what happens against how bad it is".to_owned(), indices(&found.split)),
        ("factors".to_owned(), indices(&shown)),
    ];
    let mut notes = vec![
        "Alone: the first-order index, the share of the variance that goes when the factor is known. With all others: the \
         total index, the share that is left when all but the factor is known. 95 % intervals by bootstrap; they may \
         reach a little below 0 or above 1 by chance. First-order indices sum to at most 1, total ones to at least 1."
            .to_owned(),
    ];
    let noisy = found.shares.iter().filter(|s| s.noisy()).count();
    if noisy > 0 {
        let widest = found.shares.iter().map(|s| s.indices.total.high - s.indices.total.low);
        let widest = widest.filter(|w| w.is_finite()).fold(0.0, f64::max);
        let factor = widest / crate::study::sensitivity::NOISY;
        notes.push(format!(
            "{noisy} of {} factors are too noisy to rank: the interval of the total index is wider than {}. About {} \
             would do (--trials); fewer factors (--group) or a figure that is less rare help as much.",
            found.shares.len(),
            crate::study::sensitivity::NOISY,
            trials(rounded(found.trials as f64 * factor * factor)),
        ));
    }
    if found.shares.iter().any(|s| s.group.name.contains(" + ")) {
        notes.push("Entries joined by + are correlated: what is drawn together is one factor.".to_owned());
    }
    notes.extend(looked_at(found.response, target));
    notes.extend(rest(found.shares.len()));
    let run = format!("{} on each sample, {} in all", trials(found.trials), trials(found.walked));
    told(answer, sheets, notes, run)
}

/// Up to two digits.
fn rounded(n: f64) -> u64 {
    let mut step = 1.0;
    while n / step >= 100.0 {
        step *= 10.0;
    }
    ((n / step).ceil() * step) as u64
}

fn rank(found: &Ranking, target: &Target) -> Told {
    let above: Vec<_> = found.inputs.iter().filter(|i| i.above_noise()).collect();
    let names: Vec<String> = above.iter().take(3).map(|i| format!("`{}`", i.name)).collect();
    let answer = if names.is_empty() {
        format!("None of {} inputs can be told from noise.", found.inputs.len())
    } else {
        format!(
            "{} of {} inputs can be told from noise; foremost {}.",
            above.len(),
            found.inputs.len(),
            names.join(", ")
        )
    };
    let mut sheet =
        Sheet::new(&["input", "PAWN", "rank correlation", "with the others known", "explains"], 1);
    for input in found.inputs.iter().take(ROWS) {
        let noise = if input.above_noise() { "" } else { " noise" };
        sheet.add(vec![
            input.name.clone(),
            format!("{}{noise}", index(&input.pawn.median)),
            index(&input.spearman),
            input.partial.as_ref().map_or("determined".to_owned(), index),
            words::share(input.share.value.max(0.0)),
        ]);
    }
    let mut notes = vec![format!(
        "PAWN: how far the distribution of {} moves when the input is known (0 to 1), whatever the shape; up to {:.3} it \
         may be noise, of an input with a value of few trials up to more, as {DUMMIES} inputs without any influence show, which \
         one in 40 such inputs exceeds all the same. Rank correlation: Spearman's, then the partial \
         one, with all other inputs known. Explains: the share of the variance that goes with the mean at each value. Of what is drawn at events the first \
         draw is looked at. 95 % intervals.",
        target.metric.name, found.threshold
    )];
    if !found.still.is_empty() {
        notes.push(format!("The same in all of these trials: {}.", found.still.join(", ")));
    }
    notes.extend(rest(found.inputs.len()));
    let run = format!("{} of {}", words::count(found.trials as f64), trials(found.of as u64));
    told(vec![answer], vec![(String::new(), sheet)], notes, run)
}

/// "at least 0.3", "between 1 and 2 months".
fn limited(model: &Model, input: &Input, limits: &Limits) -> String {
    let say = |x: f64| match input.factor {
        Some(factor) => model.say_factor(&model.factors[factor], x),
        None => words::count(x),
    };
    match (limits.low.is_finite(), limits.high.is_finite()) {
        (true, true) if limits.low == limits.high => format!("is {}", say(limits.low)),
        (true, true) => format!("between {} and {}", say(limits.low), say(limits.high)),
        (true, false) => format!("at least {}", say(limits.low)),
        _ => format!("at most {}", say(limits.high)),
    }
}

fn discover(model: &Model, found: &Discovery, inputs: &[Input], cases: &str) -> Told {
    let share = |e: &Estimate| figure(e, &Unit::Share);
    let mut answer = vec![format!("{cases} in {} of the trials.", share(&found.cases))];
    let restricted = |b: &Boxed| {
        let parts = b
            .restricts
            .iter()
            .map(|(i, l, _)| format!("`{}` {}", inputs[*i].name, limited(model, &inputs[*i], l)));
        parts.collect::<Vec<_>>().join(", ")
    };
    match found.boxes.first() {
        Some(first) => answer.push(format!(
            "Where {}: in {} of those trials, {} of all such trials.",
            restricted(first),
            words::share(first.density.value),
            words::share(first.coverage.value)
        )),
        None => answer.push("No combination of inputs makes it clearly more frequent.".to_owned()),
    }
    let mut summary = Sheet::new(&["box", "inputs", "coverage", "density", "of all trials"], 1);
    let mut limits = Sheet::new(&["input", "box", "in", "quasi-p"], 1);
    for (b, own) in found.boxes.iter().enumerate() {
        let number = (b + 1).to_string();
        let wide = |e: &Estimate| interval(Some(*e), &Unit::Share, Language::English);
        summary.add(vec![
            number.clone(),
            own.restricts.len().to_string(),
            wide(&own.coverage),
            wide(&own.density),
            words::share(own.mass.value),
        ]);
        for (i, l, p) in &own.restricts {
            let p = if *p < 0.001 { "below 0.001".to_owned() } else { format!("{p:.3}") };
            limits.add(vec![inputs[*i].name.clone(), number.clone(), limited(model, &inputs[*i], l), p]);
        }
    }
    let notes = vec![format!(
        "Boxes are looked for in one half of the trials and judged in the other (PRIM). Coverage: the share of all such \
         trials that lie in the box; density: the share of the box's trials that are such. The boxes together cover {}. \
         A box lies among the trials outside the ones before it. Quasi-p: how often chance alone would make the \
         restriction. Of what is drawn at events the first draw is looked at.",
        share(&found.covered)
    )];
    let sheets = vec![(String::new(), summary), (String::new(), limits)];
    told(answer, sheets, notes, trials(found.trials as u64))
}
