//! Alternatives side by side: what differs, what measures are worth, and the two charts of them.

use super::sheet::Sheet;
use super::table::interval;
use super::told::{Told, trials};
use crate::chart::{Axis, Bar, BarRow, BarsData, ScatterData, ScatterPoint, bars, scatter};
use crate::model::Model;
use crate::outcome::Provenance;
use crate::quantity::words::{self, Language, Unit};
use crate::statistics::{Estimate, Paired};
use crate::study::{Comparison, Side, Worth};

/// Up to so many figures are all shown.
const FEW: usize = 12;

/// Whether a reader wants to see a metric first.
fn foremost(metric: &str) -> bool {
    let ends = |start: &str, end: &str| metric.starts_with(start) && metric.ends_with(end);
    ["cost.", "gdp."].iter().any(|start| metric.starts_with(start))
        || ends("shortfall.", ".share")
        || ends("sectors.", ".lost")
}

/// In words: what each is worth, and of up to three alternatives the foremost figures that differ.
pub fn comparison(model: &Model, found: &Comparison) -> Told {
    let unit = Unit::Money(model.currency.clone());
    let mut notes = Vec::new();
    let mut sheets = Vec::new();
    if found.sides.len() > 1 {
        sheets.push((
            format!("what each is worth against {}, in {}", found.sides[0].name, model.currency),
            worths(found, &unit),
        ));
        notes.push(
            "Loss is the total cost without what options cost: that is the price of a measure. Tail: the mean of the worst \
             5 % of trials (CVaR95). Differences are paired trial by trial on the same random numbers, with 95 % \
             intervals; the ratio's interval is Fieller's. Pays: the share of trials in which the loss avoided exceeds \
             the cost."
                .to_owned(),
        );
        notes.push(pairing(found));
    }
    if found.sides.len() > 2 {
        notes.push(
            "e: efficient; no other alternative costs as little and leaves as little tail (by the estimates alone)."
                .to_owned(),
        );
    }
    let (mut hidden, mut further) = (0, 0);
    for side in &found.sides[1..] {
        let mut sheet = Sheet::new(&["figure", "base", "here", "difference", "variance saved"], 1);
        for (f, asked) in found.figures.iter().enumerate() {
            let (Some(base), here) = (found.sides[0].figures[f].0, side.figures[f].0) else { continue };
            let Some(apart) = side.figures[f].1 else { continue };
            if !foremost(&asked.metric) && found.figures.len() > FEW {
                further += 1;
                continue;
            }
            if apart.difference.value == 0.0 && apart.difference.se == 0.0 {
                hidden += 1;
                continue;
            }
            let short = |e: Estimate| {
                words::short_estimate(e.value, Some(e.se).filter(|se| !se.is_nan()), &asked.unit)
            };
            sheet.add(vec![
                asked.text.clone(),
                short(base),
                here.map_or(String::new(), short),
                signed(&apart.difference, &asked.unit),
                saved(&apart),
            ]);
        }
        if found.sides.len() <= 4 {
            sheets.push((side.name.clone(), sheet));
        }
    }
    if found.sides.len() > 4 {
        notes.push("Figure by figure: comparison.md and summary.json have all alternatives.".to_owned());
    } else if hidden + further > 0 {
        notes.push(
            "Left out: figures that are the same in every trial, and details; comparison.md has all."
                .to_owned(),
        );
    }
    Told {
        title: format!("{}: {} alternatives", model.name, found.sides.len()),
        answer: answer(found, &unit),
        sheets,
        notes,
        run: format!("{} of each", trials(found.trials, Language::English)),
    }
}

/// `comparison.md` has every figure of every alternative, whatever their number.
pub fn comparison_page(model: &Model, found: &Comparison, provenance: &Provenance) -> String {
    let mut told = comparison(model, found);
    told.sheets.truncate(1);
    for side in &found.sides {
        let mut sheet = Sheet::new(&["figure", "value", "difference to the base", "variance saved"], 1);
        for (asked, (value, apart)) in found.figures.iter().zip(&side.figures) {
            let Some(value) = value else { continue };
            sheet.add(vec![
                asked.text.clone(),
                interval(Some(*value), &asked.unit, Language::English),
                apart.map_or(String::new(), |a| signed(&a.difference, &asked.unit)),
                apart.map_or(String::new(), |a| saved(&a)),
            ]);
        }
        told.sheets.push((side.name.clone(), sheet));
    }
    told.notes.retain(|note| !note.contains("comparison.md"));
    told.markdown(provenance)
}

fn signed(estimate: &Estimate, unit: &Unit) -> String {
    let plus = if estimate.value > 0.0 { "+" } else { "" };
    format!("{plus}{}", interval(Some(*estimate), unit, Language::English))
}

/// "14×": how many times the trials would be needed without pairs.
fn saved(apart: &Paired) -> String {
    match apart.variance_ratio {
        ratio if ratio.is_nan() => String::new(),
        ratio if ratio.is_infinite() => "all of it".to_owned(),
        ratio => words::multiple(ratio),
    }
}

fn answer(found: &Comparison, unit: &Unit) -> Vec<String> {
    let money = |e: &Estimate| words::estimate(e.value, Some(e.se).filter(|se| !se.is_nan()), unit);
    let change = |p: &Paired| {
        let d = p.difference;
        let size = money(&Estimate { value: d.value.abs(), ..d });
        match d.value {
            v if v > 0.0 => format!("lower by {size}"),
            v if v < 0.0 => format!("higher by {size}"),
            _ => "the same".to_owned(),
        }
    };
    let sentence = |side: &Side, worth: &Worth| {
        let cost = match &worth.cost.difference {
            c if c.value == 0.0 && c.se == 0.0 => "Options cost as much".to_owned(),
            c if c.value < 0.0 => format!("Options cost {} less", money(&Estimate { value: -c.value, ..*c })),
            c => format!("It costs {}", money(c)),
        };
        format!(
            "{}: the expected loss is {}, that of the worst 5 % of cases {}. {cost}; it pays in {} of the trials.",
            side.name,
            change(&worth.avoided),
            change(&worth.tail),
            words::share(worth.pays.value)
        )
    };
    let told = found.sides.iter().filter_map(|side| Some(sentence(side, side.worth.as_ref()?)));
    // Of many, the table tells more.
    told.take(if found.sides.len() > 4 { 0 } else { 3 }).collect()
}

fn worths(found: &Comparison, unit: &Unit) -> Sheet {
    let header = [
        "alternative",
        "loss",
        "avoided",
        "tail avoided",
        "cost",
        "avoided per cost",
        "pays",
        "tail left",
        "",
    ];
    let mut sheet = Sheet::new(&header, 1);
    for side in &found.sides {
        let loss = words::short_estimate(side.loss.value, Some(side.loss.se).filter(|se| !se.is_nan()), unit);
        let tail = words::short(side.tail.value, unit);
        let efficient = if side.efficient && found.sides.len() > 2 { "e" } else { "" };
        let mut row = vec![side.name.clone(), loss];
        match &side.worth {
            None => row.extend(["", "", "", "", ""].map(str::to_owned)),
            Some(worth) => row.extend([
                interval(Some(worth.avoided.difference), unit, Language::English),
                interval(Some(worth.tail.difference), unit, Language::English),
                interval(Some(worth.cost.difference), unit, Language::English),
                ratio(worth),
                words::share(worth.pays.value),
            ]),
        }
        row.extend([tail, efficient.to_owned()]);
        sheet.add(row);
    }
    sheet
}

fn ratio(worth: &Worth) -> String {
    match &worth.ratio {
        _ if worth.cost.difference.value <= 0.0 => "no cost".to_owned(),
        _ if worth.avoided.difference.value <= 0.0 => "nothing avoided".to_owned(),
        None => "no cost".to_owned(),
        Some(r) if r.low.is_nan() => format!("{} (unknown: the cost may be zero)", words::number(r.value)),
        Some(r) => {
            format!("{} ({} to {})", words::number(r.value), words::number(r.low), words::number(r.high))
        }
    }
}

/// What the common random numbers save, for the total cost.
fn pairing(found: &Comparison) -> String {
    let total = found.figures.iter().position(|f| f.text == "cost.total.mean");
    let told = found.sides[1..].iter().filter_map(|side| {
        let worth = side.worth.as_ref()?;
        let apart = total.and_then(|f| side.figures[f].1).unwrap_or(worth.net);
        Some(format!("{} {}", side.name, saved(&apart)))
    });
    let told: Vec<String> = told.filter(|t| !t.ends_with(' ')).collect();
    if told.is_empty() {
        return "No total cost differs in any trial.".to_owned();
    }
    format!(
        "Without pairs as many times more trials would be needed for the same interval of the total cost: {}.",
        told.join(", ")
    )
}

/// File name (without folder) and SVG text of each chart.
pub fn comparison_charts(
    model: &Model,
    found: &Comparison,
    provenance: &Provenance,
    language: Language,
) -> Vec<(&'static str, String)> {
    let (n, seed) = (trials(found.trials, language), provenance.seed);
    let run = match language {
        Language::English => format!("{n} of each, seed {seed}; lines: 95 % intervals"),
        Language::Japanese => format!("それぞれ{n}、シード{seed}。線：95％信頼区間"),
    };
    let about = About { model, found, run, language };
    let mut charts = vec![("measures.svg", about.measures())];
    if found.sides.len() > 2 {
        charts.extend([("worth.svg", about.worth()), ("frontier.svg", about.frontier())]);
    }
    charts
}

/// What the charts of a comparison show.
struct About<'a> {
    model: &'a Model,
    found: &'a Comparison,
    run: String,
    language: Language,
}

impl About<'_> {
    fn unit(&self) -> Unit {
        Unit::Money(self.model.currency.clone())
    }

    fn title(&self, english: &str, japanese: &str) -> String {
        let (title, point) = self.language.pick((english, ": "), (japanese, "："));
        format!("{title}{point}{}", self.model.name)
    }

    fn axis(&self, english: &str, japanese: &str) -> Axis {
        Axis::new(self.language.pick(english, japanese), self.unit())
    }

    /// What each avoids, and what it costs.
    fn measures(&self) -> String {
        let unit = self.unit();
        let bar = |p: &Paired, kind: usize| Bar {
            from: 0.0,
            to: p.difference.value,
            interval: Some((p.difference.low, p.difference.high)).filter(|(low, _)| low.is_finite()),
            kind,
            label: self.language.short(p.difference.value, &unit),
        };
        let row = |side: &Side| {
            let worth = side.worth.as_ref()?;
            let bars = vec![bar(&worth.avoided, 0), bar(&worth.tail, 1), bar(&worth.cost, 2)];
            Some(BarRow { name: side.name.clone(), bars })
        };
        let rows = self.found.sides.iter().filter_map(row).collect();
        let base = &self.found.sides[0].name;
        let kinds = [
            ("expected loss avoided", "期待損失の減少"),
            ("tail (CVaR95) avoided", "最悪の5％での損失（CVaR95）の減少"),
            ("cost", "費用"),
        ];
        bars(&BarsData {
            language: self.language,
            title: self.title("What it avoids", "対策の効果"),
            subtitle: self.run.clone(),
            axis: match self.language {
                Language::English => format!("against {base}"),
                Language::Japanese => format!("{base}との差"),
            },
            unit,
            rows,
            kinds: kinds.map(|(english, japanese)| self.language.pick(english, japanese).to_owned()).into(),
            base: None,
            in_line: false,
            joined: false,
        })
    }

    /// What each avoids against what it costs; above the line it avoids more.
    fn worth(&self) -> String {
        let point = |side: &Side| {
            let worth = side.worth.as_ref()?;
            let (cost, avoided) = (worth.cost.difference, worth.avoided.difference);
            Some(ScatterPoint {
                name: side.name.clone(),
                x: cost.value,
                y: avoided.value,
                x_interval: Some((cost.low, cost.high)),
                y_interval: Some((avoided.low, avoided.high)),
                efficient: worth.net.difference.low > 0.0,
            })
        };
        scatter(&ScatterData {
            language: self.language,
            title: self.title("What it avoids against what it costs", "対策の効果と費用"),
            subtitle: self.run.clone(),
            x: self.axis("cost of options", "対策の費用"),
            y: self.axis("expected loss avoided", "期待損失の減少"),
            points: self.found.sides.iter().filter_map(point).collect(),
            even: Some(self.language.pick("avoids what it costs", "効果＝費用").to_owned()),
            frontier: None,
        })
    }

    /// What the tail is left at, against what all options cost.
    fn frontier(&self) -> String {
        let point = |side: &Side| ScatterPoint {
            name: side.name.clone(),
            x: side.cost.value,
            y: side.tail.value,
            x_interval: Some((side.cost.low, side.cost.high)),
            y_interval: Some((side.tail.low, side.tail.high)),
            efficient: side.efficient,
        };
        scatter(&ScatterData {
            language: self.language,
            title: self.title("Cost against tail", "費用と裾の損失"),
            subtitle: self.run.clone(),
            x: self.axis("cost of options", "対策の費用"),
            y: self.axis("loss in the worst 5 % of cases", "最悪の5％での損失"),
            points: self.found.sides.iter().map(point).collect(),
            even: None,
            frontier: Some(self.language.pick("efficient", "効率的").to_owned()),
        })
    }
}
