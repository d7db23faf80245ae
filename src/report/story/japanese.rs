//! A trial in Japanese: why this one, what came of it, what it cost and why. The English sentences stand in `words`.

use super::Sentences;
use super::words::{MOST_DRAWS, components, peak};
use crate::model::Model;
use crate::quantity::words::{Language, Unit};
use crate::report::charts::step_name;
use crate::story::{Costs, Draw, MaterialStory, OptionStory, SectorStory, Story, What, Why};

const JA: Language = Language::Japanese;

/// Puts a story into sentences.
pub fn sentences(model: &Model, story: &Story) -> Sentences {
    Sentences {
        reason: reason(story),
        headline: headline(model, story),
        happened: super::japanese_events::happened(model, story),
        sectors: sectors(model, story),
        materials: materials(model, story),
        options: options(model, story),
        draws: draws(model, story),
    }
}

/// 「2026-01-06」 as 「2026年1月6日」; what is no such date as it is.
pub fn day(date: &str) -> String {
    let parts: Vec<&str> = date.rsplitn(3, '-').collect();
    match parts[..] {
        [day, month, year] => {
            format!("{year}年{}月{}日", month.trim_start_matches('0'), day.trim_start_matches('0'))
        }
        _ => date.to_owned(),
    }
}

/// 「a」「b」: several names, each in its quotation marks.
pub fn quoted<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| format!("「{}」", name.as_ref())).collect()
}

/// Several names with a comma between them.
pub fn list<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("、")
}

fn reason(story: &Story) -> String {
    let trial = story.pick.trial;
    let Some(among) = &story.pick.among else { return format!("これは試行{trial}である。") };
    let given = among.given.as_ref().map_or(String::new(), |g| format!("「{g}」を満たす"));
    let of = format!("{given}{}回の試行", JA.count(among.trials as f64));
    if among.trials == 1 {
        return format!("試行{trial}は{given}ただ1回の試行である。");
    }
    let as_much = match among.cost_as_much {
        1 => "これに並ぶ費用の試行はほかにない。".to_owned(),
        n => format!("これを含む{}回の費用がこれ以上である。", JA.count(n as f64)),
    };
    match &story.pick.why {
        Why::Trial => format!("これは試行{trial}である。"),
        Why::At { metric, level, value, unit } => {
            let percentile = format!("{:.3}", level * 100.0);
            let percentile = percentile.trim_end_matches('0').trim_end_matches('.');
            let value = JA.figure(*value, unit);
            format!("試行{trial}は、{of}のうち`{metric}`がP{percentile}にあり、{value}である。{as_much}")
        }
        Why::Worst { metric, value, unit } => {
            let value = JA.figure(*value, unit);
            format!("試行{trial}は、{of}のうち`{metric}`が最悪で、{value}である。{as_much}")
        }
        Why::Typical => {
            let quiet = 1.0 - among.short as f64 / among.trials as f64;
            let usual = match (story.short, quiet) {
                (_, 0.0) => String::new(),
                (false, 1.0) => "どの試行でも不足は生じない。".to_owned(),
                (false, _) => format!("うち{}では不足が生じない。", JA.share(quiet)),
                (true, _) => format!("うち{}で何らかの不足が生じる。", JA.share(1.0 - quiet)),
            };
            format!("試行{trial}は、{of}のうち中央値に最も近い典型的なものである。{usual}")
        }
    }
}

fn headline(model: &Model, story: &Story) -> String {
    let crises = story.events.iter().filter_map(|e| match &e.what {
        What::Crisis { crisis } => Some(crisis.as_str()),
        _ => None,
    });
    let crises = once(crises.collect());
    let short: Vec<&MaterialStory> = story.materials.iter().filter(|m| m.worst.is_some()).collect();
    let what = match (story.acted, short.is_empty()) {
        (false, true) if crises.is_empty() => {
            "この試行では何も起こらない。どの輸出規制も何も止めず、不足も生じない。".to_owned()
        }
        (false, true) => {
            format!(
                "この試行では危機{}が起こるが、どの輸出規制も何も止めず、不足は生じない。",
                quoted(&crises)
            )
        }
        (true, true) => format!("この試行では{}が発動するが、不足は生じない。", acting(story)),
        (acted, false) => {
            let who = if acted { format!("{}が発動し、", acting(story)) } else { String::new() };
            let names: Vec<&str> = short.iter().map(|m| m.material.as_str()).collect();
            let worst = short.iter().max_by(|a, b| peak(a).total_cmp(&peak(b)));
            let worst = worst.map_or(String::new(), |m| {
                let of = if short.len() > 1 { format!("{}の", m.material) } else { String::new() };
                let step = step_name(model, JA);
                format!("最悪の{step}には{of}必要量の{}が不足する。", JA.share(peak(m)))
            });
            format!("この試行では{who}{}が足りなくなる。{worst}", list(&names))
        }
    };
    let costs = &story.costs;
    let alone = (costs.total - costs.lost_output - costs.indirect).abs() <= 1e-9 * costs.total.abs();
    let gdp = match costs.gdp_share {
        Some(share) if share > 0.0 && alone => format!("（1年分のGDPの{}）", JA.share(share)),
        Some(share) if share > 0.0 => format!("（うち生産の減少は1年分のGDPの{}）", JA.share(share)),
        _ => String::new(),
    };
    let cost = if costs.total == 0.0 {
        "費用は生じない。".to_owned()
    } else {
        let all_the_same = if short.is_empty() && costs.lost_output == 0.0 { "それでも" } else { "" };
        let total = JA.figure(costs.total, &Unit::Money(model.currency.clone()));
        format!("{all_the_same}費用は{total}{gdp}{}。", made_of(costs))
    };
    what + &cost
}

fn once(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names.dedup();
    names
}

/// 「輸出規制「x」」
fn acting(story: &Story) -> String {
    let controls = story.events.iter().filter_map(|e| match &e.what {
        What::Enters { control, blocks, .. } | What::Blocks { control, blocks, .. } if *blocks > 0.0 => {
            Some(control.as_str())
        }
        _ => None,
    });
    format!("輸出規制{}", quoted(&once(controls.collect())))
}

fn made_of(costs: &Costs) -> String {
    let components = components(costs);
    let Some((_, name, cost)) = components.iter().max_by(|a, b| a.2.total_cmp(&b.2)) else {
        return "である".to_owned();
    };
    let name = name.split('（').next().unwrap_or(name);
    let share = JA.share(cost / costs.total);
    match components.len() {
        1 => format!("で、すべて{name}による"),
        _ if cost / costs.total > 0.5 => format!("で、大半は{name}による（{share}）"),
        _ => format!("で、最も大きいのは{name}である（{share}）"),
    }
}

fn sectors(model: &Model, story: &Story) -> Vec<String> {
    let mut losers: Vec<&SectorStory> = story.sectors.iter().filter(|s| s.worst.is_some()).collect();
    losers.sort_by(|a, b| b.lost.total_cmp(&a.lost));
    let mut out: Vec<String> = losers.iter().map(|s| sector(model, s)).collect();
    let spared: Vec<&str> =
        story.sectors.iter().filter(|s| s.worst.is_none()).map(|s| s.sector.as_str()).collect();
    match (losers.is_empty(), spared.is_empty()) {
        (_, true) => {}
        (true, _) => out.push("生産を失う部門はない。".to_owned()),
        (false, _) => out.push(format!("{}は生産を失わない。", list(&spared))),
    }
    if !losers.is_empty() && story.costs.discount_rate > 0.0 {
        let rate = JA.share(story.costs.discount_rate);
        out.push(format!("費用は年{rate}で割り引いている。部門ごとの金額は割り引いていない。"));
    }
    out
}

fn sector(model: &Model, s: &SectorStory) -> String {
    let money = |x: f64| JA.money(x, &model.currency);
    let gross: f64 = s.for_want_of.iter().map(|m| m.lost).sum();
    let want = match s.for_want_of.as_slice() {
        [] => String::new(),
        [only] => format!("{}の不足により", only.material),
        several => {
            let part = |m: &crate::story::ByMaterial| format!("{}（{}）", m.material, money(m.lost));
            format!("{}の不足により", list(&several.iter().map(part).collect::<Vec<_>>()))
        }
    };
    let mut text = if s.made_up > 0.0 {
        format!(
            "{}は{want}{}の付加価値を失い、後に{}を挽回して、差し引き{}を失う。",
            s.sector,
            money(gross),
            money(s.made_up),
            money(s.lost)
        )
    } else {
        format!("{}は{want}{}の付加価値を失う。", s.sector, money(s.lost))
    };
    let step = step_name(model, JA);
    if let (Some((activity, worst)), Some(first)) = (&s.worst, &s.first_loss) {
        let worst = day(worst);
        let lowest = if *activity == 0.0 {
            format!("最悪の{step}（{worst}から）には完全に止まる")
        } else {
            format!("最悪の{step}（{worst}から）の操業度は平時の{}である", JA.share(*activity))
        };
        let until = match (&s.last_loss, s.unrecovered) {
            (Some(last), false) => format!("最後の損失は{}に終わる", day(last)),
            _ => "対象期間の終わりにも損失が続いている".to_owned(),
        };
        text.push_str(&format!("{lowest}。最初の損失は{}からの{step}に生じ、{until}。", day(first)));
    }
    let (groups, hit) = s.groups;
    if hit < groups {
        text.push_str(&format!("{groups}の企業群のうち{hit}が損失を被る。"));
    }
    text
}

fn materials(model: &Model, story: &Story) -> Vec<String> {
    let told = story.materials.iter().filter(|m| m.alerted || m.worst.is_some());
    told.map(|m| material(model, m)).collect()
}

fn material(model: &Model, m: &MaterialStory) -> String {
    let (name, step) = (&m.material, step_name(model, JA));
    let mut text = match &m.worst {
        Some((peak, date)) => format!(
            "{name}は{}不足する。全期間の平時使用量の{}にあたり、最悪の{step}（{}から）には必要量の{}に達する。",
            JA.tonnes(m.short_tonnes),
            JA.share(m.short_share),
            day(date),
            JA.share(*peak)
        ),
        None => format!("{name}の必要量は終始満たされる。"),
    };
    match m.recovery {
        _ if m.unrecovered => text.push_str(&format!("対象期間の終わりに{name}は回復していない。")),
        Some(days) if days > 0.0 => {
            let until = if m.balance.stock_before > 0.0 {
                "不足がなくなり在庫が元に戻る"
            } else {
                "不足がなくなる"
            };
            text.push_str(&format!("最初の警報から{until}までの期間は{}である。", JA.days(days)));
        }
        _ => {}
    }
    if let Some((multiple, date)) = &m.price_peak {
        text.push_str(&format!(
            "スポット価格は{}からの{step}に最高となり、平時の{}に達する。",
            day(date),
            JA.multiple(*multiple)
        ));
    }
    text
}

fn options(model: &Model, story: &Story) -> Vec<String> {
    let mut out: Vec<String> = story.options.iter().filter_map(|o| option(model, o)).collect();
    let idle = story.options.iter().filter(|o| o.due.is_none() && o.delivered == 0.0 && o.cost == 0.0);
    let idle: Vec<&str> = idle.map(|o| o.option.as_str()).collect();
    if !idle.is_empty() {
        out.push(format!("{}は発動されない。", quoted(&idle)));
    }
    out
}

fn option(model: &Model, o: &OptionStory) -> Option<String> {
    let (name, material) = (&o.option, &o.material);
    let cost = JA.money(o.cost, &model.currency);
    let costs = if o.cost > 0.0 { format!("費用は{cost}である。") } else { String::new() };
    Some(match (&o.due, &o.started) {
        (None, _) if o.cost > 0.0 && o.delivered == 0.0 => {
            format!("「{name}」は発動されないが、維持に{cost}を要する。")
        }
        (None, _) if o.delivered == 0.0 => return None,
        (_, Some(date)) if o.delivered > 0.0 => {
            let does = match o.kind.as_str() {
                "supplier" => "供給する",
                "stockpile" => "放出する",
                "substitution" => "代替する",
                _ => "節約する",
            };
            let tonnes = JA.tonnes(o.delivered);
            format!("「{name}」は{}から利用可能となり、{material}{tonnes}を{does}。{costs}", day(date))
        }
        (_, Some(date)) => {
            format!("「{name}」は{}から利用可能となるが、求められない。{costs}", day(date))
        }
        (Some(due), None) if o.failed.is_some() => {
            format!("「{name}」は{}から利用可能となるはずだったが、この試行では働かない。{costs}", day(due))
        }
        (Some(due), None) if o.due_too_late => {
            format!("「{name}」が利用可能となるのは{}で、対象期間の後である。{costs}", day(due))
        }
        (Some(due), None) => {
            format!("「{name}」は{}から利用可能となるはずだったが、その時には必要がない。{costs}", day(due))
        }
        (None, None) => return None,
    })
}

fn draws(model: &Model, story: &Story) -> Vec<String> {
    let draws = &story.draws;
    let n = draws.unusual.len();
    let made = JA.count(draws.made as f64);
    let all = match (draws.made, n) {
        (0, _) => return vec!["この試行で引かれた不確かな数量はない。".to_owned()],
        (_, 0) => format!("この試行で引かれた{made}個の値に、その分布の下位・上位5％に入るものはない。"),
        (_, n) => format!(
            "この試行で引かれた{made}個の値のうち、{}個がその分布の下位・上位5％に入る。偶然だけでも10個に1個、ここでは{}個がそうなる。",
            JA.count(n as f64),
            JA.count(draws.made as f64 / 10.0)
        ),
    };
    let mut out = vec![all];
    out.extend(draws.unusual.iter().take(MOST_DRAWS).map(|draw| unusual(model, draw)));
    if n > MOST_DRAWS {
        out.push(format!("ほか{}個は--format jsonにある。", n - MOST_DRAWS));
    }
    out
}

fn unusual(model: &Model, draw: &Draw) -> String {
    let value = model.say_factor(&model.factors[draw.factor], draw.value);
    let which = match draw.occurrence {
        0 => String::new(),
        n => format!("（{}回目）", n + 1),
    };
    let (share, side) =
        if draw.as_high < draw.as_low { (draw.as_high, "以上") } else { (draw.as_low, "以下") };
    let given = if draw.given_elapsed { "開始時点までの経過を条件として、" } else { "" };
    format!(
        "`{}`{which}は{value}である。{given}これ{side}となる確率は{}にすぎない。",
        draw.path,
        JA.share(share)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_they_are_said() {
        assert_eq!(day("2026-01-06"), "2026年1月6日");
        assert_eq!(day("2026-11-10"), "2026年11月10日");
        assert_eq!(day("soon"), "soon");
        assert_eq!(quoted(&["a", "b"]), "「a」「b」");
    }
}
