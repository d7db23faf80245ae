//! What happens when: fans over time with the probability of each regime beneath, and by whom what was needed was met.

use super::{Pictured, step_name};
use crate::chart::{FanData, FanPanel, PartKind, RegimePanel, StackData, StackPanel, StackPart, fan, stack};
use crate::outcome::{Series, Timeline};
use crate::quantity::words::Language;

/// More controls than these are not drawn beneath a fan, nor more materials below each other.
const MOST_CONTROLS: usize = 3;
const MOST_STACKED: usize = 6;
/// More options than these are drawn as one.
const MOST_OPTIONS: usize = 4;

pub(super) fn charts(of: &Pictured<'_>) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let step = step_name(of.model, of.language);
    let flow = |english: &str, japanese: &str| match of.language {
        Language::English => format!("{english}, t per {step}"),
        Language::Japanese => format!("{japanese}（トン／{step}）"),
    };
    let materials = || of.model.written.materials.iter().map(|&m| of.model.materials[m].name.as_str());
    let shortfall = flow("shortfall", "不足量");
    let short = panels(of, materials(), "shortfall", &shortfall);
    out.push(("shortfall.svg", picture(of, of.title("Shortfall over time", "不足量の推移"), short)));
    let inflow = panels(of, materials(), "inflow", &flow("inflow", "流入量"));
    let stocks = panels(of, materials(), "stock", of.pick("held by users, t", "需要家の在庫（トン）"));
    let options = of.model.options.iter().map(|option| option.name.as_str());
    let piles = panels(of, options, "stockpile", of.pick("stockpile, t", "備蓄（トン）"));
    let sectors = of.model.written.sectors.iter().map(|&j| of.model.sectors[j].name.as_str());
    let activity = panels(of, sectors, "activity", of.pick("activity, share of normal", "操業度（平常比）"));
    // What is below a billionth of what flows is rounding.
    let flows = inflow.iter().flat_map(|panel| &panel.mean).copied().fold(0.0, f64::max);
    let held: Vec<FanPanel> = stocks.into_iter().chain(piles).filter(|p| holds(p, 1e-9 * flows)).collect();
    for (name, english, japanese, panels) in [
        ("timeline-inflow.svg", "Inflow over time", "流入量の推移", inflow),
        ("timeline-stocks.svg", "Stocks over time", "在庫の推移", held),
        ("timeline-activity.svg", "Activity over time", "操業度の推移", activity),
    ] {
        if !panels.is_empty() {
            let title = of.title(english, japanese);
            out.push((name, picture(of, title, panels)));
        }
    }
    out.extend(met(of, step).map(|svg| ("met.svg", svg)));
    out
}

/// Whether there is ever more than `least`.
fn holds(panel: &FanPanel, least: f64) -> bool {
    panel.mean.iter().any(|value| *value > least)
}

fn panels<'n>(
    of: &Pictured<'_>,
    names: impl Iterator<Item = &'n str>,
    what: &str,
    axis: &str,
) -> Vec<FanPanel> {
    names.filter_map(|name| panel(of.timeline, what, name, axis)).collect()
}

/// The bands of one series; none where there is no such series.
pub(in crate::report) fn panel(timeline: &Timeline, what: &str, name: &str, axis: &str) -> Option<FanPanel> {
    let series = timeline.bands(&format!("{what}.{name}"))?;
    let level = |i: usize| series.bands.iter().map(|b| b.quantiles[i]).collect();
    Some(FanPanel {
        name: name.to_owned(),
        axis: axis.to_owned(),
        unit: series.unit.clone(),
        days: timeline.days.clone(),
        p5: level(0),
        p25: level(1),
        p50: level(2),
        p75: level(3),
        p95: level(4),
        mean: series.bands.iter().map(|b| b.mean).collect(),
        baseline: None,
    })
}

fn picture(of: &Pictured<'_>, title: String, panels: Vec<FanPanel>) -> String {
    let (regimes, left_out) = regimes(of);
    fan(&FanData {
        language: of.language,
        title,
        subtitle: format!("{}{left_out}", of.first()),
        start: of.model.start,
        panels,
        regimes,
    })
}

/// The controls that are most often in force, in the order of the file, and a word on those left out.
fn regimes(of: &Pictured<'_>) -> (Vec<RegimePanel>, String) {
    let mut all: Vec<(usize, f64)> = of
        .timeline
        .regimes
        .iter()
        .enumerate()
        .map(|(c, regimes)| (c, regimes.iter().flatten().sum::<f64>()))
        .collect();
    all.sort_by(|a, b| b.1.total_cmp(&a.1));
    let count = all.len();
    all.truncate(MOST_CONTROLS);
    all.sort_by_key(|(c, _)| *c);
    let panel = |(c, _): &(usize, f64)| {
        let control = &of.model.controls[*c];
        let shares = control.regimes.iter().zip(&of.timeline.regimes[*c]);
        RegimePanel {
            name: format!("{}{}{}", control.country, of.pick(": ", "："), control.name),
            days: of.timeline.days.clone(),
            regimes: shares.map(|(regime, shares)| (regime.name.clone(), shares.clone())).collect(),
        }
    };
    let left_out = match of.language {
        _ if count <= MOST_CONTROLS => String::new(),
        Language::English => {
            format!("; the {MOST_CONTROLS} of {count} controls that are most often in force")
        }
        Language::Japanese => format!("、発動の多い規制{MOST_CONTROLS}件（全{count}件）"),
    };
    (all.iter().map(panel).collect(), left_out)
}

/// By whom what was needed was met: the materials of which most is missing, as means over the trials.
fn met(of: &Pictured<'_>, step: &str) -> Option<String> {
    let missing = |name: &str| {
        let series = of.timeline.bands(&format!("shortfall.{name}"));
        series.map_or(0.0, |s| s.bands.iter().map(|b| b.mean).sum::<f64>())
    };
    let names = of.model.written.materials.iter().map(|&m| of.model.materials[m].name.as_str());
    let mut names: Vec<&str> = names.collect();
    let all = names.len();
    // A stable sort: what is missed alike stays in the order of the file.
    names.sort_by(|a, b| missing(b).total_cmp(&missing(a)));
    names.truncate(MOST_STACKED);
    let panel = |name: &&str| StackPanel {
        name: match of.language {
            Language::English => format!("{name}, t per {step}"),
            Language::Japanese => format!("{name}（トン／{step}）"),
        },
        unit: crate::quantity::words::Unit::Tonnes,
        days: of.timeline.days.clone(),
        parts: parts(of, name),
    };
    let panels: Vec<StackPanel> = names.iter().map(panel).filter(|panel| !panel.parts.is_empty()).collect();
    let left_out = match of.language {
        _ if all <= MOST_STACKED => String::new(),
        Language::English => format!("; the {MOST_STACKED} of {all} materials of which most is missing"),
        Language::Japanese => format!("、不足の大きい物資{MOST_STACKED}件（全{all}件）"),
    };
    (!panels.is_empty()).then(|| {
        stack(&StackData {
            language: of.language,
            title: of.title("By whom the need is met", "必要量は何によって満たされたか"),
            subtitle: format!("{}{}{left_out}", of.first(), of.pick("; means", "、平均")),
            start: of.model.start,
            panels,
        })
    })
}

/// The parts of a material's need, from the bottom up; the lesser options as one.
fn parts(of: &Pictured<'_>, material: &str) -> Vec<StackPart> {
    let prefix = format!("met.{material}.");
    let own = of.timeline.series.iter().filter_map(|s| Some((s.name.strip_prefix(&prefix)?, s)));
    let means = |series: &Series| series.bands.iter().map(|b| b.mean).collect::<Vec<f64>>();
    let part = |name: &str, kind, values| StackPart { name: name.to_owned(), kind, values };
    let (mut below, mut options, mut above) = (Vec::new(), Vec::new(), Vec::new());
    for (name, series) in own {
        let values = means(series);
        match name {
            "sources" => below.push(part(of.pick("usual sources", "通常の調達先"), PartKind::Usual, values)),
            "headroom" => {
                below.push(part(of.pick("their headroom", "余力による増産"), PartKind::More, values))
            }
            "stocks" => above.push(part(of.pick("users' stocks", "需要家の在庫"), PartKind::Stored, values)),
            "idle" => above.push(part(
                of.pick("unused for want of others", "他の不足で使えず"),
                PartKind::Idle,
                values,
            )),
            "unmet" => above.push(part(of.pick("unmet", "不足"), PartKind::Missing, values)),
            other => {
                let name = other.strip_prefix("options.").unwrap_or(other);
                options.push(part(name, PartKind::Own(0), values));
            }
        }
    }
    let sum = |part: &StackPart| part.values.iter().sum::<f64>();
    options.retain(|option| sum(option) > 0.0);
    if options.len() > MOST_OPTIONS {
        options.sort_by(|a, b| sum(b).total_cmp(&sum(a)));
        let rest = options.split_off(MOST_OPTIONS - 1);
        let n = rest.len();
        let mut values = vec![0.0; of.timeline.days.len()];
        for option in &rest {
            values.iter_mut().zip(&option.values).for_each(|(sum, value)| *sum += value);
        }
        let name = match of.language {
            Language::English => format!("{n} other options"),
            Language::Japanese => format!("その他の対策{n}件"),
        };
        options.push(part(&name, PartKind::Own(0), values));
    }
    for (i, option) in options.iter_mut().enumerate() {
        option.kind = PartKind::Own(i);
    }
    below.into_iter().chain(options).chain(above).collect()
}
