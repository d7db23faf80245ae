//! The events of a trial as Japanese sentences with dates. The English ones stand in `happened`.

use super::happened::{group, shortened};
use super::japanese::{day, list, quoted};
use crate::model::Model;
use crate::quantity::words::Language;
use crate::report::charts::step_name;
use crate::story::{Because, Event, Story, What};

const JA: Language = Language::Japanese;

/// One sentence an event, in order; what happens to several things at the same moment is one sentence.
pub fn happened(model: &Model, story: &Story) -> Vec<String> {
    let sentences = super::happened::together(story).map(|events| sentence(model, events)).collect();
    shortened(sentences, |more| format!("（ほか{more}件の出来事を省いた。--format jsonにすべてある。）"))
}

fn sentence(model: &Model, events: &[Event]) -> String {
    let [event, ..] = events else { return String::new() };
    let date = day(&event.date);
    let when = match event.exact {
        true => format!("{date}、"),
        false => format!("{date}からの{}に、", step_name(model, JA)),
    };
    let names: Vec<&str> = events.iter().filter_map(|e| group(&e.what).map(|g| g.1)).collect();
    let all = list(&names);
    match &event.what {
        What::Crisis { crisis } => format!("{when}危機「{crisis}」が起こる。"),
        What::Enters { .. } => enters(&when, &event.date, &event.what),
        What::Blocks { control, country, regime, blocks, before } => {
            let turn = if blocks > before { "強まる" } else { "緩む" };
            let stops = if *blocks == 0.0 {
                "今後は何も止めない".to_owned()
            } else {
                format!("今後は{}", stops(*blocks))
            };
            format!("{when}{country}の輸出規制「{control}」は「{regime}」のまま{turn}。{stops}。")
        }
        What::Opens { control, country, after } => {
            format!("{when}{country}の輸出規制「{control}」は{}を経て解除される。", JA.days(*after))
        }
        What::Alert { .. } => format!("{when}{all}に警報が出る。"),
        What::Available { again: true, option } => format!("{when}対策「{option}」が再び利用可能となる。"),
        What::Available { .. } => format!("{when}対策{}が利用可能となる。", quoted(&names)),
        What::Fails { option } => {
            format!("{when}対策「{option}」が利用可能となるはずだったが、この試行では働かない。")
        }
        What::StocksOut { material, users, of } => match (users, of) {
            (_, 1) => format!("{when}在庫を持つ{material}の唯一の需要家で在庫が尽きる。"),
            (users, of) if users == of => format!("{when}{material}のすべての需要家で在庫が尽きる。"),
            (users, of) => {
                format!("{when}{material}の需要家で在庫が尽き始める（在庫を持つ{of}のうち{users}）。")
            }
        },
        What::LastStocksOut { material } => format!("{when}{material}の最後の需要家で在庫が尽きる。"),
        What::PileEmpty { option } => format!("{when}備蓄「{option}」が空になる。"),
        What::Short { .. } => format!("{when}{all}の必要量が初めて満たされなくなる。"),
        What::Loss { .. } => format!("{when}{all}が生産を失い始める。"),
        What::Met { .. } => format!("{date}以降、{all}の必要量は再び満たされる。"),
        What::Normal { .. } => format!("{date}以降、{all}は生産を失わない。"),
        What::Recovered { .. } => {
            format!("{date}、{all}は回復した。不足はなく、需要家の在庫も本来の水準に戻っている。")
        }
        What::InForce { control, country, regime } => {
            format!("対象期間の終わり（{date}）にも、{country}の輸出規制「{control}」は「{regime}」にある。")
        }
    }
}

fn enters(when: &str, date: &str, what: &What) -> String {
    let What::Enters { control, country, regime, from, harsher, blocks, awaiting_approval, because } = what
    else {
        return String::new();
    };
    let until = if *awaiting_approval { "許可が下りるまで" } else { "" };
    let stops = format!("{until}{}", stops(*blocks));
    let control = format!("{country}の輸出規制「{control}」");
    let cause = match because {
        Because::Start => {
            return format!("開始時点で{control}はすでに「{regime}」にある。{stops}。");
        }
        Because::Sequel => String::new(),
        // An onset without a name of its own bears its date.
        Because::Date { onset } if onset == date => String::new(),
        Because::Clock { onset } | Because::Date { onset } => format!("「{onset}」により"),
        Because::Crisis { crisis } => format!("危機「{crisis}」を受けて"),
        Because::Control { follows } => format!("輸出規制「{follows}」に続いて"),
    };
    let goes = match (from, harsher) {
        (None, _) => format!("「{regime}」に入る"),
        (Some(from), _) if from == regime => format!("改めて「{regime}」に入る"),
        (Some(from), Some(true)) => format!("「{from}」からより厳しい「{regime}」に移る"),
        (Some(from), _) => format!("「{from}」からより緩い「{regime}」に移る"),
    };
    format!("{when}{control}は{cause}{goes}。{stops}。")
}

/// 「対象の75％を止める」
fn stops(share: f64) -> String {
    if share == 0.0 {
        "当面は何も止めない".to_owned()
    } else if share == 1.0 {
        "対象のすべてを止める".to_owned()
    } else {
        format!("対象の{}を止める", JA.share(share))
    }
}
