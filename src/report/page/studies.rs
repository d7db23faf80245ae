//! What studies of the scenario add to the page of its run: which measures help, and which assumptions matter.

use super::super::comparison::comparison_charts;
use super::super::sensitivity::{sensitivity, sensitivity_chart};
use super::super::sheet::Sheet;
use super::super::table::interval;
use super::super::told::{Told as Words, trials};
use super::Report;
use super::block::{Block, Cell, Figure, Grid, Section};
use crate::model::Model;
use crate::quantity::words::{Language, Unit};
use crate::statistics::Estimate;
use crate::study::sensitivity::{Found, Target};
use crate::study::{Comparison, Kept, Side, Told, Worth};

/// File name (without folder) and SVG text of each chart of the studies; those of a second study of a kind are numbered.
pub fn study_charts(model: &Model, studies: &[Kept], language: Language) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for (kept, number) in numbered(studies) {
        let own = match &kept.told {
            Told::Comparison(found) => comparison_charts(model, found, &kept.provenance, language),
            Told::Sensitivity { found, target, .. } => {
                vec![sensitivity_chart(model, found, target, &kept.provenance, language)]
            }
        };
        all.extend(own.into_iter().map(|(name, svg)| (file(name.trim_end_matches(".svg"), number), svg)));
    }
    all
}

/// What a study is of its kind, from 1.
fn numbered(studies: &[Kept]) -> impl Iterator<Item = (&Kept, usize)> {
    let kind = |kept: &Kept| match &kept.told {
        Told::Comparison(_) => "compare",
        Told::Sensitivity { found, .. } => found.method(),
    };
    let number = move |i: usize| studies[..=i].iter().filter(|k| kind(k) == kind(&studies[i])).count();
    studies.iter().enumerate().map(move |(i, kept)| (kept, number(i)))
}

fn file(stem: &str, number: usize) -> String {
    if number == 1 { format!("{stem}.svg") } else { format!("{stem}-{number}.svg") }
}

/// Which measures help, of every comparison.
pub fn measures(report: &Report) -> Section {
    let mut blocks = Vec::new();
    let comparisons = numbered(report.studies).filter_map(|(kept, number)| match &kept.told {
        Told::Comparison(found) => Some((kept, number, found)),
        Told::Sensitivity { .. } => None,
    });
    let comparisons: Vec<_> = comparisons.collect();
    for (kept, number, found) in &comparisons {
        if comparisons.len() > 1 {
            let names: Vec<&str> = found.sides[1..].iter().map(|side| side.name.as_str()).collect();
            blocks.push(Block::Heading(names.join(report.pick(", ", "、"))));
        }
        blocks.extend(answer(report, found).into_iter().map(Block::Text));
        let figures = compared(report, kept, *number, found);
        blocks.push(Block::Figures(report.pick("Picture", "図").to_owned(), figures));
        blocks.push(Block::Grid(worths(report, found)));
        blocks.push(Block::Text(reading(report, found)));
        blocks.extend(again(report, kept));
    }
    let title = report.pick("Which measures help", "どの対策が有効か").to_owned();
    Section { id: "measures", title, blocks }
}

fn money(report: &Report) -> Unit {
    Unit::Money(report.model.currency.clone())
}

/// The alternative that gains most, or what is lost without what the base has; and which are better than the base.
fn answer(report: &Report, found: &Comparison) -> Vec<String> {
    let own: Vec<(&Side, &Worth)> =
        found.sides[1..].iter().filter_map(|side| Some((side, side.worth.as_ref()?))).collect();
    let net = |own: &&(&Side, &Worth)| own.1.net.difference.value;
    let order = |a: &&(&Side, &Worth), b: &&(&Side, &Worth)| net(a).total_cmp(&net(b));
    let (Some(best), Some(worst)) = (own.iter().max_by(order), own.iter().min_by(order)) else {
        return Vec::new();
    };
    let base = &found.sides[0].name;
    let told = |(side, worth): &(&Side, &Worth)| (side.name.clone(), changed(report, worth));
    let mut answer = vec![if best.1.net.difference.low > 0.0 {
        let (name, changed) = told(best);
        match report.language {
            Language::English => format!("Against `{base}`, `{name}` gains most: {changed}."),
            Language::Japanese => {
                format!("`{base}`に対して最も効果が大きいのは`{name}`である。{changed}。")
            }
        }
    } else if own.iter().all(|(_, worth)| worth.net.difference.high < 0.0) {
        let (name, changed) = told(worst);
        match report.language {
            Language::English => {
                format!("Nothing here is better than `{base}`; most is lost with `{name}`: {changed}.")
            }
            Language::Japanese => {
                format!("`{base}`より良いものはない。最も悪くなるのは`{name}`である。{changed}。")
            }
        }
    } else {
        let (name, changed) = told(best);
        match report.language {
            Language::English => {
                format!("Nothing here is clearly better than `{base}`; nearest to it is `{name}`: {changed}.")
            }
            Language::Japanese => {
                format!("`{base}`より明らかに良いものはない。最も近いのは`{name}`である。{changed}。")
            }
        }
    }];
    if own.len() > 1 {
        answer.push(sorted(report, &own));
    }
    answer
}

/// By how much loss and cost change, and what that makes together.
fn changed(report: &Report, worth: &Worth) -> String {
    let (unit, language) = (money(report), report.language);
    let say = |e: &Estimate| language.estimate(e.value, Some(e.se).filter(|se| !se.is_nan()), &unit);
    let size = |e: &Estimate| say(&Estimate { value: e.value.abs(), ..*e });
    let (avoided, cost) = (&worth.avoided.difference, &worth.cost.difference);
    let way = |rises: f64, up: &'static str, down: &'static str| if rises > 0.0 { up } else { down };
    let net = say(&worth.net.difference);
    match language {
        Language::English => {
            let loss = match avoided.value {
                0.0 => "the expected loss is the same".to_owned(),
                v => format!("the expected loss is {} by {}", way(v, "lower", "higher"), size(avoided)),
            };
            let cost = match cost.value {
                0.0 => "options cost the same".to_owned(),
                v => format!("options cost {} {}", size(cost), way(v, "more", "less")),
            };
            format!("{loss}, {cost}; the net gain is {net}")
        }
        Language::Japanese => {
            let loss = match avoided.value {
                0.0 => "期待損失は変わらず".to_owned(),
                v => format!("期待損失は{}{}", size(avoided), way(v, "減り", "増え")),
            };
            let cost = match cost.value {
                0.0 => "対策の費用は変わらない".to_owned(),
                v => format!("対策の費用は{}{}", size(cost), way(v, "増える", "減る")),
            };
            format!("{loss}、{cost}。差引きの効果は{net}である")
        }
    }
}

/// Which alternatives are better than the base, which worse, and of which it cannot be told.
fn sorted(report: &Report, own: &[(&Side, &Worth)]) -> String {
    let names = |holds: &dyn Fn(&Estimate) -> bool| {
        let own = own.iter().filter(|(_, worth)| holds(&worth.net.difference));
        own.map(|(side, _)| format!("`{}`", side.name)).collect::<Vec<_>>()
    };
    let same = |e: &Estimate| e.value == 0.0 && e.se == 0.0;
    let groups = [
        (names(&|e| e.low > 0.0), ["is", "are"], "better than the base", "基準より良い"),
        (names(&|e| e.high < 0.0), ["is", "are"], "worse than the base", "基準より悪い"),
        (names(&same), ["changes", "change"], "nothing", "何も変えない"),
        (
            names(&|e| !(e.low > 0.0 || e.high < 0.0 || same(e))),
            ["cannot", "cannot"],
            "be told from the base",
            "基準との差が誤差の範囲にある",
        ),
    ];
    let parts = groups.iter().filter(|(names, ..)| !names.is_empty());
    let parts = parts.map(|(names, verb, what, japanese)| {
        let all = names.len() == own.len();
        let list = names.join(report.pick(", ", "、"));
        let verb = verb[usize::from(names.len() > 1)];
        match report.language {
            Language::English if all => format!("all {} {verb} {what}", own.len()),
            Language::English => format!("{} of {} {verb} {what} ({list})", names.len(), own.len()),
            Language::Japanese if all => format!("全{}件とも{japanese}", own.len()),
            Language::Japanese => format!("{}件中{}件は{japanese}（{list}）", own.len(), names.len()),
        }
    });
    let parts: Vec<String> = parts.collect();
    match report.language {
        Language::English => {
            format!("By their net gain (loss avoided less cost) and its 95 % interval, {}.", parts.join("; "))
        }
        Language::Japanese => format!(
            "差引きの効果（損失の減少から費用を引いたもの）とその95％信頼区間によれば、{}。",
            parts.join("、")
        ),
    }
}

/// The pictures of a comparison.
fn compared(report: &Report, kept: &Kept, number: usize, found: &Comparison) -> Vec<Figure> {
    let told = [
        (
            "worth",
            report.pick("Loss avoided against cost", "効果と費用"),
            report.pick(
                "Expected loss avoided against cost, both with 95 % intervals. Dark: the net gain is clearly above zero.",
                "期待損失の減少と費用。いずれも95％信頼区間つき。濃い点は差引きの効果が明らかに正のもの。",
            ),
        ),
        (
            "measures",
            report.pick("What each avoids", "対策ごとの効果"),
            report.pick(
                "Expected loss avoided, loss of the worst 5 % avoided, and cost, with 95 % intervals.",
                "期待損失の減少、最悪の5％での損失の減少、費用。95％信頼区間つき。",
            ),
        ),
        (
            "frontier",
            report.pick("Cost against tail", "費用と裾の損失"),
            report.pick(
                "Loss in the worst 5 % of cases that is left, against what all options cost. Joined: no other costs as little and leaves as little.",
                "残る最悪の5％での損失と対策の費用。線で結んだ点は、より安くかつ損失の小さいものがない対策。",
            ),
        ),
    ];
    let figure = |(stem, name, caption): (&str, &str, &str)| {
        let own = file(stem, number);
        let (_, svg) = report.charts.iter().find(|(file, _)| *file == own)?;
        Some(Figure {
            name: name.to_owned(),
            svg: svg.clone(),
            caption: format!("{caption} {}", source(report, kept, found.trials)),
            data: None,
            file: Some(own),
        })
    };
    told.into_iter().filter_map(figure).collect()
}

/// "Source: shortfall 0.1.0, seed 1, 2,000 trials of each."
fn source(report: &Report, kept: &Kept, each: u64) -> String {
    let (of, n) = (&kept.provenance, trials(each, report.language));
    match report.language {
        Language::English => format!("Source: shortfall {}, seed {}, {n} of each.", of.version, of.seed),
        Language::Japanese => format!("出所：shortfall {}、シード{}、それぞれ{n}。", of.version, of.seed),
    }
}

/// What each measure is worth.
fn worths(report: &Report, found: &Comparison) -> Grid {
    let (unit, language) = (money(report), report.language);
    let header = [
        report.pick("measure", "対策"),
        report.pick("loss avoided", "期待損失の減少"),
        report.pick("tail avoided", "裾の損失の減少"),
        report.pick("cost", "費用"),
        report.pick("net gain", "差引きの効果"),
        report.pick("avoided per cost", "費用あたりの効果"),
        report.pick("pays", "見合う割合"),
    ];
    let base = &found.sides[0].name;
    let caption = match language {
        Language::English => {
            format!(
                "What each measure is worth against {base}, in {}, with 95 % intervals",
                report.model.currency
            )
        }
        Language::Japanese => format!("{base}に対する各対策の効果（95％信頼区間）"),
    };
    let mut grid = Grid::new(caption, &header, 1..7);
    grid.long = found.sides.len() > 9;
    let cell = |e: &Estimate, unit: &Unit| {
        let text = interval(Some(*e), unit, language);
        let at = text.find(['(', '（']).unwrap_or(text.len());
        let (value, range) = (text[..at].trim_end(), &text[at..]);
        let range = Some(range.to_owned()).filter(|range| !range.is_empty());
        Cell { range, ..Cell::figure(value, e.value).weak(!e.reliable) }
    };
    for side in &found.sides[1..] {
        let Some(worth) = &side.worth else { continue };
        let ratio = match &worth.ratio {
            Some(ratio) if worth.cost.difference.value > 0.0 => cell(ratio, &Unit::Multiple),
            _ => Cell::text(report.pick("no cost", "費用増なし")),
        };
        grid.add(vec![
            Cell::text(&side.name),
            cell(&worth.avoided.difference, &unit),
            cell(&worth.tail.difference, &unit),
            cell(&worth.cost.difference, &unit),
            cell(&worth.net.difference, &unit),
            ratio,
            cell(&worth.pays, &Unit::Share),
        ]);
    }
    grid
}

/// How the table is to be read.
fn reading(report: &Report, found: &Comparison) -> String {
    let n = trials(found.trials, report.language);
    let mut text = match report.language {
        Language::English => format!(
            "Loss is the total cost without what options cost, which is the cost of a measure; net gain is the one less the other. Tail: the mean of the worst 5 % of trials (CVaR 95). Differences are paired trial by trial over {n} of each on the same random numbers. Pays: the share of trials in which the loss avoided exceeds the cost."
        ),
        Language::Japanese => format!(
            "損失は費用の合計から対策の費用を除いたもので、対策の費用はその代価である。差引きの効果は前者の減少から後者を引いたもの。裾の損失は最悪の5％の試行の平均（CVaR95）。差は同じ乱数によるそれぞれ{n}を一対ずつ比べて求めた。見合う割合は、損失の減少が費用を上回る試行の割合。"
        ),
    };
    if report.outcome.given.is_some() {
        text.push_str(report.pick(
            " All trials count here, whether or not they meet the condition of this page.",
            "ここでは、このページの条件によらずすべての試行を数える。",
        ));
    }
    text
}

/// How a study is made again, for who asks.
fn again(report: &Report, kept: &Kept) -> Option<Block> {
    let title = report.pick("The same study again", "同じ分析の再現").to_owned();
    Some(Block::More(title, vec![Block::Command(kept.provenance.command.clone())]))
}

/// What the studies of sensitivity have found, one after the other.
pub fn assumptions(report: &Report) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (kept, number) in numbered(report.studies) {
        let Told::Sensitivity { found, target, given } = &kept.told else { continue };
        let told = sensitivity(report.model, found, target, given.as_deref(), report.language);
        let Words { answer, sheets, notes, run, .. } = told;
        let name = method(found.method(), report.language);
        let of =
            format!("{}{}", report.pick(": ", "："), about(found, target, given.as_deref(), report.language));
        blocks.push(Block::Heading(format!("{name}{of}")));
        blocks.extend(answer.into_iter().map(Block::Text));
        let own = file(found.method(), number);
        let drawn = report.charts.iter().find(|(file, _)| *file == own).map(|(_, svg)| Figure {
            name: name.to_owned(),
            svg: svg.clone(),
            caption: ran(report, kept, &run),
            data: None,
            file: Some(own.clone()),
        });
        blocks.extend(drawn.map(|figure| Block::Figures(String::new(), vec![figure])));
        for (heading, sheet) in sheets.iter().filter(|(_, sheet)| !sheet.is_empty()) {
            let caption = if heading.is_empty() { name } else { heading };
            let caption = format!("{caption}{of}");
            blocks.push(Block::Grid(grid(&caption, sheet)));
        }
        blocks.extend(notes.into_iter().map(Block::Text));
        blocks.extend(again(report, kept));
    }
    blocks
}

/// The figure that a study looks at and the condition on its trials; where boxes are looked for, what makes a case.
fn about(found: &Found, target: &Target, given: Option<&str>, language: Language) -> String {
    match (found, given, language) {
        (Found::Discover(..), Some(cases), _) => cases.to_owned(),
        (_, Some(given), Language::English) => format!("{}, given {given}", target.text),
        (_, Some(given), Language::Japanese) => format!("{}（条件：{given}）", target.text),
        (_, None, _) => target.text.clone(),
    }
}

/// "Source: shortfall 0.1.0, seed 1, 2,000 trials at each of 12 points."
fn ran(report: &Report, kept: &Kept, run: &str) -> String {
    let of = &kept.provenance;
    match report.language {
        Language::English => {
            format!("Lines: 95 % intervals. Source: shortfall {}, seed {}, {run}.", of.version, of.seed)
        }
        Language::Japanese => {
            format!("線は95％信頼区間。出所：shortfall {}、シード{}、{run}。", of.version, of.seed)
        }
    }
}

/// What a method does, in a few words.
fn method(name: &str, language: Language) -> &'static str {
    match name {
        "tornado" => language.pick("Each entry held low and high", "各項目を下端・上端に固定した場合"),
        "morris" => language.pick("Screening by elementary effects", "基本効果によるふるい分け"),
        "sobol" => language.pick("Shares of the variance (Sobol')", "分散の内訳（Sobol'指標）"),
        "rank" => language.pick("What goes with the figure", "結果と連動する入力"),
        _ => language.pick("Where it happens", "それが起きる領域"),
    }
}

/// A table of a study as one of the page: its first column holds names as a file has them.
fn grid(caption: &str, sheet: &Sheet) -> Grid {
    let header: Vec<&str> = sheet.header().iter().map(String::as_str).collect();
    let mut grid = Grid::new(caption, &header, sheet.numbers()..header.len());
    for row in sheet.rows() {
        let cell = |(i, text): (usize, &String)| if i == 0 { Cell::code(text) } else { Cell::text(text) };
        grid.add(row.iter().enumerate().map(cell).collect());
    }
    grid
}
