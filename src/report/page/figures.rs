//! The answer, the headline figures and how probable what is worse is.

use super::super::text::{self, estimate};
use super::Report;
use super::block::{Block, Cell, Figure, Grid, Section, interval};
use super::labels::{trials, what};
use super::pictures::{curves, files};
use crate::quantity::words::{Language, Unit};
use crate::statistics::{Estimate, Sample};

pub fn answer(report: &Report) -> Section {
    let mut blocks = vec![Block::Lead(text::headline(report.model, report.outcome, report.language))];
    let sourcing = report.model.sourcing();
    let run = trials(report.outcome.trials.1, report.language);
    let (all, bare) = (sourcing.all, sourcing.bare.len());
    let text = match (report.language, bare) {
        (Language::Japanese, 0) => {
            format!("この結果は{run}と{all}個の数量に基づく。数量にはすべて出典または判断の根拠がある。")
        }
        (Language::Japanese, bare) => {
            format!("この結果は{run}と{all}個の数量に基づく。うち{bare}個には出典も判断の根拠もない。")
        }
        (_, 0) => {
            format!("This rests on {run} and on {all} quantities, each with a source or a judgement.")
        }
        (_, bare) => format!(
            "This rests on {run} and on {all} quantities, {bare} of them without a source or a judgement."
        ),
    };
    blocks.push(Block::Text(text));
    Section { id: "answer", title: report.pick("The answer", "結論").to_owned(), blocks }
}

/// The figures that a board asks for first, each with its interval.
pub fn headline_rows(report: &Report) -> Grid {
    let (outcome, language) = (report.outcome, report.language);
    let header = [
        report.pick("figure", "指標"),
        report.pick("value", "値"),
        report.pick("95 % interval", "95％信頼区間"),
    ];
    let caption = report.pick("Headline figures with their 95 % intervals", "主な指標と95％信頼区間");
    let mut grid = Grid::new(caption, &header, 1..3);
    let mut row = |name: &str, e: Option<Estimate>, unit: &Unit| {
        let Some(e) = e else { return };
        let say = |x: f64| language.resolved(x, e.high - e.low, unit);
        grid.add(vec![Cell::text(name), Cell::figure(say(e.value), e.value), interval(&e, &say, language)]);
    };
    let money = Unit::Money(report.model.currency.clone());
    if let Some(total) = outcome.sample("cost.total") {
        row(report.pick("mean cost", "費用の平均"), total.mean(), &money);
        if total.min() < total.max() {
            row(report.pick("median cost (P50)", "費用の中央値（P50）"), total.quantile(0.5), &money);
            row(
                report.pick("one trial in 20 costs more (P95)", "20回に1回はこれを超える費用（P95）"),
                total.quantile(0.95),
                &money,
            );
            row(
                report.pick("mean of the worst 5 % (CVaR 95)", "最悪の5％の平均（CVaR95）"),
                total.cvar(0.95),
                &money,
            );
            row(
                report.pick("one trial in 100 costs more (P99)", "100回に1回はこれを超える費用（P99）"),
                total.quantile(0.99),
                &money,
            );
            row(
                report.pick("mean of the worst 1 % (CVaR 99)", "最悪の1％の平均（CVaR99）"),
                total.cvar(0.99),
                &money,
            );
            row(report.pick("probability of any cost", "費用が生じる確率"), total.positive(), &Unit::Share);
        }
    }
    if let Some(gdp) = outcome.sample("gdp.share") {
        row(
            report.pick("lost output over one year's GDP, mean", "生産の減少のGDP比（平均）"),
            gdp.mean(),
            &Unit::Share,
        );
        row(
            report.pick("the same, one trial in 20 is worse (P95)", "同、20回に1回はこれを超える（P95）"),
            gdp.quantile(0.95),
            &Unit::Share,
        );
    }
    let any = outcome.sample("shortfall.any").and_then(Sample::mean);
    row(report.pick("probability that anything is short", "何らかの不足が生じる確率"), any, &Unit::Share);
    row(
        report.pick("probability that any control acts", "いずれかの輸出規制が発動する確率"),
        outcome.any_control,
        &Unit::Share,
    );
    grid
}

pub fn headline_metrics(report: &Report) -> Grid {
    let (outcome, language) = (report.outcome, report.language);
    let header = [
        report.pick("metric", "指標"),
        report.pick("what it is", "内容"),
        report.pick("mean ± std. error", "平均±標準誤差"),
        "P5",
        "P50",
        "P95",
        "P99",
        report.pick("P(> 0)", "正の確率"),
    ];
    let mut grid = Grid::new(report.pick("Every metric", "全指標"), &header, 2..8);
    grid.long = true;
    for (metric, sample) in outcome.metrics.iter().zip(&outcome.samples) {
        let mut row = vec![Cell::code(&metric.name), Cell::text(what(metric, language))];
        row.push(sample.mean().map_or(Cell::text(language.undefined()), |m| {
            Cell::figure(estimate(&m, &metric.unit, language), m.value)
        }));
        for level in [0.05, 0.5, 0.95, 0.99] {
            row.push(sample.quantile(level).map_or(Cell::default(), |q| {
                Cell::figure(language.figure(q.value, &metric.unit), q.value)
                    .weak(!q.reliable && sample.min() < sample.max())
            }));
        }
        row.push(
            sample.positive().map_or(Cell::default(), |p| Cell::figure(language.share(p.value), p.value)),
        );
        grid.add(row);
    }
    grid
}

pub fn headline_section(report: &Report, figures: Vec<Figure>) -> Vec<Block> {
    let mut blocks = vec![Block::Grid(headline_rows(report))];
    if !figures.is_empty() {
        blocks.push(Block::Figures(report.pick("Picture", "図").to_owned(), figures));
    }
    let all = headline_metrics(report);
    let title = match report.language {
        Language::Japanese => format!("全{}指標", all.rows.len()),
        _ => format!("All {} metrics", all.rows.len()),
    };
    blocks.push(Block::More(title, vec![Block::Grid(all)]));
    blocks
}

pub fn headline(report: &Report) -> Section {
    let told = [
        (
            "histogram",
            report.pick("How the cost is spread", "費用の分布"),
            report.pick(
                "Share of the trials by total cost; trials without any loss are told apart. Lines: mean and quantiles.",
                "費用の合計ごとの試行の割合。損失のない試行は別に示す。縦線は平均と分位点。",
            ),
        ),
        (
            "convergence",
            report.pick("How the estimate settles", "推計の収束"),
            report.pick(
                "Mean cost by the number of trials, with its 95 % interval.",
                "試行数に対する費用の平均とその95％信頼区間。",
            ),
        ),
    ];
    let figures = told
        .iter()
        .flat_map(|(file, name, caption)| {
            files(report, file, report.outcome.trials.1, |_| (*name).to_owned(), caption)
        })
        .collect();
    Section {
        id: "figures",
        title: report.pick("Headline figures", "主な指標").to_owned(),
        blocks: headline_section(report, figures),
    }
}

pub fn exceedance(report: &Report) -> Section {
    let mut blocks: Vec<Block> = said(report).map(Block::Text).into_iter().collect();
    let figures = curves(report);
    if !figures.is_empty() {
        blocks.push(Block::Figures(report.pick("Metric", "指標").to_owned(), figures));
    }
    Section {
        id: "exceedance",
        title: report.pick("How probable a higher cost is", "費用の超過確率").to_owned(),
        blocks,
    }
}

/// The curve in a sentence.
fn said(report: &Report) -> Option<String> {
    let language = report.language;
    let total = report.outcome.sample("cost.total").filter(|t| t.min() < t.max())?;
    let money = Unit::Money(report.model.currency.clone());
    let at = |level: f64| total.quantile(level).map(|q| language.figure(q.value, &money));
    let (ten, one) = (at(0.9)?, at(0.99)?);
    let any = language.share(total.positive()?.value);
    Some(match language {
        Language::Japanese => {
            format!("費用が生じる確率は{any}である。10％の確率で{ten}を、1％の確率で{one}を超える。")
        }
        _ => format!(
            "There is a cost at all with a probability of {any}; it is above {ten} with 10 %, and above {one} with 1 %."
        ),
    })
}
