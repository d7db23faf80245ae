//! A trial in sentences: why this one, what came of it, what it cost and why.

use super::list;
use crate::model::Model;
use crate::quantity::words::{self, Unit};
use crate::story::{Costs, Draw, MaterialStory, OptionStory, SectorStory, Story, Why};

/// No more unusual draws than this are told.
pub const MOST_DRAWS: usize = 10;

/// Why this trial.
pub fn reason(story: &Story) -> String {
    let trial = story.pick.trial;
    let Some(among) = &story.pick.among else { return format!("This is trial {trial}.") };
    let given = among.given.as_ref().map_or(String::new(), |g| format!(" with {g}"));
    let of = match among.trials {
        1 => format!("the only trial{given}"),
        n => format!("{} trials{given}", words::count(n as f64)),
    };
    let as_much = match among.cost_as_much {
        1 => "no other one costs as much.".to_owned(),
        n => format!("{} of them, with it, cost as much or more.", words::count(n as f64)),
    };
    if among.trials == 1 {
        return format!("Trial {trial} is {of}.");
    }
    match &story.pick.why {
        Why::Trial => format!("This is trial {trial}."),
        Why::At { metric, level, value, unit } => {
            let percentile = format!("{:.3}", level * 100.0);
            let percentile = percentile.trim_end_matches('0').trim_end_matches('.');
            let value = words::figure(*value, unit);
            format!("Trial {trial} stands at P{percentile} of `{metric}` among {of}, at {value}; {as_much}")
        }
        Why::Worst { metric, value, unit } => {
            let value = words::figure(*value, unit);
            format!("Trial {trial} has the worst `{metric}` of {of}: {value}; {as_much}")
        }
        Why::Typical => {
            let quiet = 1.0 - among.short as f64 / among.trials as f64;
            let usual = match (story.short, quiet) {
                (_, 0.0) => String::new(),
                (false, 1.0) => " Nothing is short in any of them.".to_owned(),
                (false, _) => format!(" Nothing is short in {} of them.", words::share(quiet)),
                (true, _) => format!(" Something is short in {} of them.", words::share(1.0 - quiet)),
            };
            format!("Trial {trial} is the typical one of {of}: the nearest to their medians.{usual}")
        }
    }
}

/// The trial in a sentence or two.
pub fn headline(model: &Model, story: &Story) -> String {
    let money = Unit::Money(model.currency.clone());
    let acting = acting(story);
    let crises: Vec<String> = story
        .events
        .iter()
        .filter_map(|e| match &e.what {
            crate::story::What::Crisis { crisis } => Some(format!("“{crisis}”")),
            _ => None,
        })
        .collect();
    let short: Vec<&MaterialStory> = story.materials.iter().filter(|m| m.worst.is_some()).collect();
    let what = match (story.acted, short.is_empty()) {
        (false, true) if crises.is_empty() => {
            "Nothing happens in this trial: no control stops anything, and nothing is short.".to_owned()
        }
        (false, true) => format!(
            "{} out in this trial ({}), but no control stops anything and nothing is short.",
            if crises.len() == 1 { "A crisis breaks" } else { "Crises break" },
            list(&once(crises))
        ),
        (true, true) => format!("In this trial {acting}, but nothing is ever short."),
        (acted, false) => {
            let who = if acted { format!("In this trial {acting}, and") } else { "In this trial".to_owned() };
            let names: Vec<&str> = short.iter().map(|m| m.material.as_str()).collect();
            let worst = short.iter().max_by(|a, b| peak(a).total_cmp(&peak(b)));
            let worst = worst.map_or(String::new(), |m| {
                let of = if short.len() > 1 { format!(" for {}", m.material) } else { String::new() };
                format!(
                    ": in the worst {}, {} of the need{of} is missing",
                    model.step.name(),
                    words::share(peak(m))
                )
            });
            format!("{who} there is not enough {}{worst}.", list(&names))
        }
    };
    let costs = &story.costs;
    let gdp = match costs.gdp_share {
        Some(share) if share > 0.0 && is_output_alone(costs) => {
            format!(", {} of one year's GDP", words::share(share))
        }
        Some(share) if share > 0.0 => {
            format!(" (of which lost output is {} of one year's GDP)", words::share(share))
        }
        _ => String::new(),
    };
    let cost = if costs.total == 0.0 {
        "It costs nothing.".to_owned()
    } else {
        let all_the_same = if short.is_empty() && costs.lost_output == 0.0 { " all the same" } else { "" };
        format!("It costs {}{gdp}{all_the_same}{}.", words::figure(costs.total, &money), made_of(costs))
    };
    format!("{what} {cost}")
}

/// The greatest share of a need that was missing.
pub fn peak(material: &MaterialStory) -> f64 {
    material.worst.as_ref().map_or(0.0, |w| w.0)
}

fn once(mut names: Vec<String>) -> Vec<String> {
    names.sort();
    names.dedup();
    names
}

/// "the control “x” acts"; "the controls “x” and “y” act".
fn acting(story: &Story) -> String {
    use crate::story::What;
    let controls = story.events.iter().filter_map(|e| match &e.what {
        What::Enters { control, blocks, .. } | What::Blocks { control, blocks, .. } if *blocks > 0.0 => {
            Some(format!("“{control}”"))
        }
        _ => None,
    });
    let controls = once(controls.collect());
    let (noun, verb) = if controls.len() == 1 { ("control", "acts") } else { ("controls", "act") };
    format!("the {noun} {} {verb}", list(&controls))
}

fn is_output_alone(costs: &Costs) -> bool {
    (costs.total - costs.lost_output - costs.indirect).abs() <= 1e-9 * costs.total.abs()
}

/// The components of the cost, by their words in English and in Japanese.
pub fn components(costs: &Costs) -> Vec<(&'static str, &'static str, f64)> {
    let all = [
        ("lost output", "生産の減少", costs.lost_output),
        ("lost output elsewhere", "他部門の生産の減少", costs.indirect),
        ("higher prices", "価格の上昇", costs.price),
        ("premiums to other suppliers", "代替調達先への割増", costs.premiums),
        ("options (capex, standby, holding, savings)", "対策（設備・待機・保管・節約）", costs.options),
    ];
    all.into_iter().filter(|(.., cost)| *cost != 0.0).collect()
}

/// ", mostly lost output (88 %)"; ", all of it lost output".
fn made_of(costs: &Costs) -> String {
    let components = components(costs);
    let Some((name, _, cost)) = components.iter().max_by(|a, b| a.2.total_cmp(&b.2)) else {
        return String::new();
    };
    let name = name.split(" (").next().unwrap_or(name);
    let name = if name == "options" { "for the options" } else { name };
    let share = cost / costs.total;
    match components.len() {
        1 => format!(", all of it {name}"),
        _ if share > 0.5 => format!(", mostly {name} ({})", words::share(share)),
        _ => format!(", most of all {name} ({})", words::share(share)),
    }
}

/// What the sectors lost, and through which material.
pub fn sectors(model: &Model, story: &Story) -> Vec<String> {
    let mut losers: Vec<&SectorStory> = story.sectors.iter().filter(|s| s.worst.is_some()).collect();
    losers.sort_by(|a, b| b.lost.total_cmp(&a.lost));
    let mut out: Vec<String> = losers.iter().map(|s| sector(model, s)).collect();
    let spared: Vec<&str> =
        story.sectors.iter().filter(|s| s.worst.is_none()).map(|s| s.sector.as_str()).collect();
    match (losers.is_empty(), spared.len()) {
        (_, 0) => {}
        (true, _) => out.push("No sector loses output.".to_owned()),
        (false, n) => {
            out.push(format!("{} {} no output.", list(&spared), if n == 1 { "loses" } else { "lose" }))
        }
    }
    if !losers.is_empty() && story.costs.discount_rate > 0.0 {
        out.push(format!(
            "The costs are discounted at {} a year; what is said of single sectors is not.",
            words::share(story.costs.discount_rate)
        ));
    }
    out
}

fn sector(model: &Model, s: &SectorStory) -> String {
    let money = |x: f64| words::money(x, &model.currency);
    let gross: f64 = s.for_want_of.iter().map(|m| m.lost).sum();
    let want = match s.for_want_of.as_slice() {
        [] => String::new(),
        [only] => format!(" for want of {}", only.material),
        several => {
            let parts: Vec<String> =
                several.iter().map(|m| format!("{} ({})", m.material, money(m.lost))).collect();
            format!(" for want of {}", list(&parts))
        }
    };
    let mut text = if s.made_up > 0.0 {
        format!(
            "{} loses {} of value added{want}, makes up {} of it later and so loses {} net.",
            s.sector,
            money(gross),
            money(s.made_up),
            money(s.lost)
        )
    } else {
        format!("{} loses {} of value added{want}.", s.sector, money(s.lost))
    };
    let step = model.step.name();
    if let (Some((activity, worst)), Some(first)) = (&s.worst, &s.first_loss) {
        let lowest = if *activity == 0.0 {
            format!("It stands still in its worst {step}, that from {worst}")
        } else {
            format!(
                "In its worst {step}, that from {worst}, it works at {} of normal",
                words::share(*activity)
            )
        };
        let until = match (&s.last_loss, s.unrecovered) {
            (Some(last), false) => format!("the last loss ends on {last}"),
            _ => "it still loses output when the simulation ends".to_owned(),
        };
        text.push_str(&format!(" {lowest}; the first loss is in the {step} from {first}, {until}."));
    }
    let (groups, hit) = s.groups;
    if hit < groups {
        let lose = if hit == 1 { "loses" } else { "lose" };
        text.push_str(&format!(" {hit} of its {groups} groups of firms {lose} anything."));
    }
    text
}

/// What became of the materials that were alerted.
pub fn materials(model: &Model, story: &Story) -> Vec<String> {
    let told = story.materials.iter().filter(|m| m.alerted || m.worst.is_some());
    told.map(|m| material(model, m)).collect()
}

fn material(model: &Model, m: &MaterialStory) -> String {
    let (name, step) = (&m.material, model.step.name());
    let mut text = match &m.worst {
        Some((peak, date)) => format!(
            "{} of the need for {name} {} missing, {} of its normal use over the whole time; in the worst {step}, that \
             from {date}, {} of the {step}'s need.",
            words::tonnes(m.short_tonnes),
            if m.short_tonnes == 1.0 { "is" } else { "are" },
            words::share(m.short_share),
            words::share(*peak)
        ),
        None => format!("The need for {name} is met throughout."),
    };
    match m.recovery {
        _ if m.unrecovered => text.push_str(&format!(" When the simulation ends, {name} has not recovered.")),
        Some(days) if days > 0.0 => text.push_str(&format!(
            " From the first alert until nothing is short{} it takes {}.",
            if m.balance.stock_before > 0.0 { " and stocks are full again" } else { " any more" },
            words::days(days)
        )),
        _ => {}
    }
    if let Some((multiple, date)) = &m.price_peak {
        text.push_str(&format!(
            " Its spot price is highest in the {step} from {date}, at {} the normal price.",
            words::multiple(*multiple)
        ));
    }
    text
}

/// What became of the options.
pub fn options(model: &Model, story: &Story) -> Vec<String> {
    let mut out: Vec<String> = story.options.iter().filter_map(|o| option(model, o)).collect();
    let idle = story.options.iter().filter(|o| o.due.is_none() && o.delivered == 0.0 && o.cost == 0.0);
    let idle: Vec<String> = idle.map(|o| format!("“{}”", o.option)).collect();
    if !idle.is_empty() {
        let is = if idle.len() == 1 { "is" } else { "are" };
        out.push(format!("{} {is} not called on.", list(&idle)));
    }
    out
}

fn option(model: &Model, o: &OptionStory) -> Option<String> {
    let (name, material) = (&o.option, &o.material);
    let cost = words::money(o.cost, &model.currency);
    let costs = if o.cost > 0.0 { format!("; it costs {cost}") } else { String::new() };
    let tonnes = words::tonnes(o.delivered);
    Some(match (&o.due, &o.started) {
        (None, _) if o.cost > 0.0 && o.delivered == 0.0 => {
            format!("“{name}” is not called on; to keep it costs {cost}.")
        }
        (None, _) if o.delivered == 0.0 => return None,
        (_, Some(date)) if o.delivered > 0.0 => {
            let does = match o.kind.as_str() {
                "supplier" => "delivers",
                "stockpile" => "releases",
                "substitution" => "replaces",
                _ => "saves",
            };
            format!("“{name}” is available from {date} and {does} {tonnes} of {material}{costs}.")
        }
        (_, Some(date)) => {
            format!("“{name}” is available from {date}, but nothing is asked of it{costs}.")
        }
        (Some(due), None) if o.failed.is_some() => {
            format!("“{name}” should be available from {due}, but in this trial it does not work{costs}.")
        }
        (Some(due), None) if o.due_too_late => {
            format!("“{name}” would be available from {due}, after the simulation ends{costs}.")
        }
        (Some(due), None) => {
            format!("“{name}” would be available from {due}; nothing calls for it any more by then{costs}.")
        }
        (None, None) => return None,
    })
}

/// The draws that were unusual.
pub fn draws(model: &Model, story: &Story) -> Vec<String> {
    let draws = &story.draws;
    let n = draws.unusual.len();
    if draws.made == 0 {
        return vec!["No uncertain entry is drawn in this trial.".to_owned()];
    }
    let of = match draws.made {
        1 => "The one draw of an uncertain entry in this trial".to_owned(),
        made => format!("Of the {} draws of uncertain entries in this trial", words::count(made as f64)),
    };
    let is = match (draws.made, n) {
        (1, 0) => " is not in the lowest or highest 5 % of its law.".to_owned(),
        (1, _) => " is in the lowest or highest 5 % of its law:".to_owned(),
        (_, 0) => ", none is in the lowest or highest 5 % of its law.".to_owned(),
        (made, _) => format!(
            ", {} {} in the lowest or highest 5 % of {}; by chance alone that is so of about one in ten, here {}:",
            words::count(n as f64),
            if n == 1 { "is" } else { "are" },
            if n == 1 { "its law" } else { "their laws" },
            words::count(made as f64 / 10.0)
        ),
    };
    let mut out = vec![format!("{of}{is}")];
    out.extend(draws.unusual.iter().take(MOST_DRAWS).map(|draw| unusual(model, draw)));
    if n > MOST_DRAWS {
        out.push(format!("{} further ones are in --format json.", n - MOST_DRAWS));
    }
    out
}

fn unusual(model: &Model, draw: &Draw) -> String {
    let value = model.say_factor(&model.factors[draw.factor], draw.value);
    let which = match draw.occurrence {
        0 => String::new(),
        n => format!(" (draw {} of it)", n + 1),
    };
    let (share, side) =
        if draw.as_high < draw.as_low { (draw.as_high, "high") } else { (draw.as_low, "low") };
    let given = if draw.given_elapsed { ", of those that have lasted as long as at the start" } else { "" };
    format!(
        "`{}`{which} is {value}; only {} of its law{given} is as {side} or {side}er.",
        draw.path,
        words::share(share)
    )
}
