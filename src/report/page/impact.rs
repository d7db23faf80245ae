//! When it happens, who is hit and how, and where the cost comes from.

use super::super::charts::step_name;
use super::super::text::estimate;
use super::Report;
use super::block::{Block, Cell, Grid, Section, interval};
use super::labels::COMPONENTS;
use super::pictures::{fans, files};
use crate::quantity::words::{Language, Unit};
use crate::statistics::{Estimate, Sample};

pub fn timeline(report: &Report) -> Section {
    let mut blocks: Vec<Block> = worst_step(report).map(Block::Text).into_iter().collect();
    let figures = fans(report, step_name(report.model, report.language));
    if !figures.is_empty() {
        blocks.push(Block::Figures(report.pick("Show", "表示").to_owned(), figures));
    }
    Section { id: "timeline", title: report.pick("When", "時間的な推移").to_owned(), blocks }
}

/// When the mean shortfall is greatest, of the material that is short most.
fn worst_step(report: &Report) -> Option<String> {
    let (model, language) = (report.model, report.language);
    let share =
        |name: &str| report.outcome.sample(&format!("shortfall.{name}.share"))?.mean().map(|m| m.value);
    let materials = model.written.materials.iter().map(|&m| model.materials[m].name.as_str());
    let (name, worst) = materials.filter_map(|name| Some((name, share(name)?))).fold(
        None,
        |best: Option<(&str, f64)>, own| match best {
            Some(best) if best.1 >= own.1 => Some(best),
            _ => Some(own),
        },
    )?;
    let series = report.timeline.bands(&format!("shortfall.{name}"))?;
    let means = series.bands.iter().map(|b| b.mean);
    let (k, most) = means.enumerate().fold((0, 0.0), |best, own| if own.1 > best.1 { own } else { best });
    if !(worst > 0.0 && most > 0.0) {
        return None;
    }
    let date = language.date(model.start, k as f64 * model.step.days());
    let (mass, step) = (language.figure(most, &series.unit), step_name(report.model, report.language));
    Some(match language {
        Language::Japanese => format!(
            "最も不足する物資は{name}である。不足の平均は{date}からの{step}に最大となり、{mass}に達する。"
        ),
        _ => format!(
            "{name} is short most; its mean shortfall is greatest in the {step} from {date}, with {mass} missing."
        ),
    })
}

pub fn hit(report: &Report) -> Section {
    let mut blocks = Vec::new();
    let model = report.model;
    let materials = materials(report);
    if !materials.rows.is_empty() {
        blocks.push(Block::Grid(materials));
    }
    let caption = report.pick(
        "Where the need is met from over time: sources, options, stocks, and what is not met; means over the trials.",
        "必要量の充足元（供給元・対策・在庫・不足）の推移。試行の平均。",
    );
    let met = files(
        report,
        "met",
        report.timeline.trials,
        |_| report.pick("What was met by whom", "充足元").to_owned(),
        caption,
    );
    if !met.is_empty() {
        blocks.push(Block::Figures(report.pick("Material", "物資").to_owned(), met));
    }
    if !model.sectors.is_empty() {
        blocks.push(Block::Grid(sectors(report)));
    }
    if !model.options.is_empty() {
        blocks.push(Block::Grid(options(report)));
    }
    Section { id: "hit", title: report.pick("Who is hit, and how", "影響の所在").to_owned(), blocks }
}

/// The cells of a metric: its mean with its error, its P95 with its interval.
fn cells(report: &Report, name: &str, tail: f64) -> [Cell; 2] {
    let language = report.language;
    let found = report.outcome.metrics.iter().position(|m| m.name == name);
    let Some(i) = found else { return [Cell::default(), Cell::default()] };
    let (unit, sample) = (&report.outcome.metrics[i].unit, &report.outcome.samples[i]);
    let say = |x: f64| language.figure(x, unit);
    let mean =
        sample.mean().map_or(Cell::text("–"), |m| Cell::figure(estimate(&m, unit, language), m.value));
    let varies = sample.min() < sample.max();
    let tail = sample
        .quantile(tail)
        .map_or(Cell::text("–"), |q| Cell::figure(say(q.value), q.value).weak(varies && !q.reliable));
    [mean, tail]
}

fn chance(report: &Report, name: &str) -> Cell {
    let positive = report.outcome.sample(name).and_then(Sample::positive);
    positive.map_or(Cell::text("–"), |p| Cell::figure(estimate(&p, &Unit::Share, report.language), p.value))
}

fn materials(report: &Report) -> Grid {
    let header = [
        report.pick("material", "物資"),
        report.pick("probability of a shortfall", "不足の確率"),
        report.pick("shortfall, mean", "不足率（平均）"),
        report.pick("shortfall, P95", "不足率（P95）"),
        report.pick("worst step, P95", "最悪の期（P95）"),
        report.pick("time short, mean", "不足期間（平均）"),
        report.pick("recovery, mean", "回復まで（平均）"),
    ];
    let caption = report.pick(
        "Materials: unmet need as a share of baseline use over the horizon, and in the worst step",
        "物資：対象期間の平時使用量に対する不足率と、最悪の期の不足率",
    );
    let mut grid = Grid::new(caption, &header, 1..7);
    grid.long = report.model.materials.len() > 6;
    for material in report.model.written.materials.iter().map(|&m| &report.model.materials[m].name) {
        let name = |what: &str| format!("shortfall.{material}.{what}");
        let [mean, tail] = cells(report, &name("share"), 0.95);
        let [_, peak] = cells(report, &name("peak"), 0.95);
        let [time, _] = cells(report, &name("time_short"), 0.95);
        let [recovery, _] = cells(report, &name("recovery"), 0.95);
        grid.add(vec![
            Cell::text(material),
            chance(report, &name("share")),
            mean,
            tail,
            peak,
            time,
            recovery,
        ]);
    }
    grid
}

fn sectors(report: &Report) -> Grid {
    let header = [
        report.pick("sector", "産業部門"),
        report.pick("probability of a loss", "損失の確率"),
        report.pick("loss, mean", "損失（平均）"),
        report.pick("loss, P95", "損失（P95）"),
        report.pick("least activity, P5", "最低操業度（P5）"),
        report.pick("first loss, mean day", "最初の損失（平均日数）"),
    ];
    let caption = report.pick(
        "Sectors: net lost value added and least activity",
        "産業部門：失われた付加価値（純額）と最低の操業度",
    );
    let mut grid = Grid::new(caption, &header, 1..6);
    grid.long = report.model.sectors.len() > 6;
    for sector in report.model.written.sectors.iter().map(|&j| &report.model.sectors[j].name) {
        let name = |what: &str| format!("sectors.{sector}.{what}");
        let [mean, tail] = cells(report, &name("lost"), 0.95);
        let [_, activity] = cells(report, &name("worst_activity"), 0.05);
        let [first, _] = cells(report, &name("first_loss"), 0.95);
        grid.add(vec![Cell::text(sector), chance(report, &name("lost")), mean, tail, activity, first]);
    }
    grid
}

fn options(report: &Report) -> Grid {
    let header = [
        report.pick("option", "対策"),
        report.pick("available in", "利用可能な試行"),
        report.pick("delivered, mean", "供給量（平均）"),
        report.pick("delivered, P95", "供給量（P95）"),
        report.pick("cost, mean", "費用（平均）"),
    ];
    let caption = report.pick(
        "Options: what they delivered, released or saved, and what they cost",
        "対策：供給・放出・節約した量と費用",
    );
    let mut grid = Grid::new(caption, &header, 1..5);
    grid.long = report.model.options.len() > 6;
    for option in &report.model.options {
        let name = |what: &str| format!("options.{}.{what}", option.name);
        let [mean, tail] = cells(report, &name("delivered"), 0.95);
        let [cost, _] = cells(report, &name("cost"), 0.95);
        let started = report.outcome.sample(&name("started")).map(Sample::defined_share);
        let started =
            started.map_or(Cell::default(), |s| Cell::figure(report.language.share(s.value), s.value));
        grid.add(vec![Cell::text(&option.name), started, mean, tail, cost]);
    }
    grid
}

pub fn cost(report: &Report) -> Section {
    let (outcome, language) = (report.outcome, report.language);
    let money = Unit::Money(report.model.currency.clone());
    let mean = |name: &str| outcome.sample(name).and_then(Sample::mean);
    let total = mean("cost.total").filter(|m| m.value != 0.0);
    let mut blocks = Vec::new();
    if let Some(total) = total {
        let header = [
            report.pick("component", "内訳"),
            report.pick("mean ± std. error", "平均±標準誤差"),
            report.pick("95 % interval", "95％信頼区間"),
            report.pick("share", "構成比"),
        ];
        let caption = report.pick("The mean cost by component", "費用の平均の内訳");
        let mut grid = Grid::new(caption, &header, 1..4);
        let mut row = |name: &str, e: Estimate| {
            let part = e.value / total.value;
            grid.add(vec![
                Cell::text(name),
                Cell::figure(estimate(&e, &money, language), e.value),
                interval(&e, &|x| language.resolved(x, e.high - e.low, &money), language),
                Cell::figure(language.share(part), part),
            ]);
        };
        for (name, english, japanese) in COMPONENTS {
            if let Some(e) = mean(name).filter(|e| e.value != 0.0) {
                row(report.pick(english, japanese), e);
            }
        }
        row(report.pick("in all", "合計"), total);
        blocks.push(Block::Grid(grid));
        let caption = report.pick("Means over the trials.", "試行の平均。");
        let name = |rest: &str| match rest {
            "sectors" => report.pick("Sector", "産業部門").to_owned(),
            _ => report.pick("Component", "内訳").to_owned(),
        };
        let figures = files(report, "cost", outcome.trials.1, name, caption);
        if !figures.is_empty() {
            blocks.push(Block::Figures(report.pick("By", "区分").to_owned(), figures));
        }
    }
    Section {
        id: "cost", title: report.pick("Where the cost comes from", "費用の内訳").to_owned(), blocks
    }
}
