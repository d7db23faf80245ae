//! Where the cost comes from: a waterfall of its components, and what each sector loses.

use super::Pictured;
use crate::chart::{Bar, BarRow, BarsData, bars};
use crate::quantity::words::Language;
use crate::statistics::Estimate;

/// The components of the total cost, in both languages.
const COMPONENTS: [(&str, &str, &str); 5] = [
    ("cost.lost_output", "lost output", "生産の減少"),
    ("cost.indirect", "lost output elsewhere", "他部門への波及"),
    ("cost.price", "higher prices", "価格の上昇"),
    ("cost.premiums", "premiums to other suppliers", "代替調達先への割増"),
    ("cost.options", "options", "対策の費用"),
];
/// More sectors than these are not drawn.
const MOST: usize = 12;

pub(super) fn charts(of: &Pictured<'_>) -> Vec<(&'static str, String)> {
    let components = components(of).map(|svg| ("cost.svg", svg));
    components.into_iter().chain(sectors(of).map(|svg| ("cost-sectors.svg", svg))).collect()
}

fn bar(of: &Pictured<'_>, from: f64, estimate: &Estimate, kind: usize) -> Bar {
    let (low, high) = (from + estimate.low, from + estimate.high);
    Bar {
        from,
        to: from + estimate.value,
        interval: (low < high).then_some((low, high)),
        kind,
        label: of.language.short_estimate(estimate.value, Some(estimate.se), &of.money()),
    }
}

fn data(of: &Pictured<'_>, title: String, left_out: &str, rows: Vec<BarRow>) -> BarsData {
    let intervals =
        of.pick("; means ± standard error; whiskers: 95 % confidence", "、平均±標準誤差、ひげ：95％信頼区間");
    BarsData {
        language: of.language,
        title,
        subtitle: format!("{}{intervals}{left_out}", of.run()),
        axis: of.pick("mean", "平均").to_owned(),
        unit: of.money(),
        rows,
        kinds: Vec::new(),
        base: None,
        in_line: false,
        joined: false,
    }
}

/// Each component on top of those before it, and their sum. Components that are zero in every trial are left out.
fn components(of: &Pictured<'_>) -> Option<String> {
    let total = of.outcome.sample("cost.total")?.mean()?;
    let mut rows = Vec::new();
    let mut sum = 0.0;
    for (metric, english, japanese) in COMPONENTS {
        let Some(sample) = of.outcome.sample(metric) else { continue };
        let Some(mean) = sample.mean() else { continue };
        if sample.min() == Some(0.0) && sample.max() == Some(0.0) {
            continue;
        }
        rows.push(BarRow { name: of.pick(english, japanese).to_owned(), bars: vec![bar(of, sum, &mean, 0)] });
        sum += mean.value;
    }
    rows.push(BarRow { name: of.pick("total", "合計").to_owned(), bars: vec![bar(of, 0.0, &total, 2)] });
    let title = of.title("Where the cost comes from", "費用の内訳");
    Some(bars(&BarsData { joined: true, ..data(of, title, "", rows) }))
}

/// What each sector loses, the most first.
fn sectors(of: &Pictured<'_>) -> Option<String> {
    let sectors = of.model.written.sectors.iter().map(|&j| of.model.sectors[j].name.as_str());
    let mut means: Vec<(&str, Estimate)> = sectors
        .filter_map(|name| Some((name, of.outcome.sample(&format!("sectors.{name}.lost"))?.mean()?)))
        .collect();
    means.sort_by(|a, b| b.1.value.total_cmp(&a.1.value));
    let all = means.len();
    means.truncate(MOST);
    let left_out = match of.language {
        _ if all <= MOST => String::new(),
        Language::English => format!("; drawn: {MOST} of {all} sectors"),
        Language::Japanese => format!("、{all}部門のうち上位{MOST}"),
    };
    let row = |(name, mean): &(&str, Estimate)| BarRow {
        name: (*name).to_owned(),
        bars: vec![bar(of, 0.0, mean, 0)],
    };
    let rows: Vec<BarRow> = means.iter().map(row).collect();
    let title =
        of.title("Output lost by each sector, net of what is made up", "部門別の生産の減少（挽回分を除く）");
    (!rows.is_empty()).then(|| bars(&data(of, title, &left_out, rows)))
}
