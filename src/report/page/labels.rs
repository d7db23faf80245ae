//! Names of metrics and their parts as readers say them.

use crate::outcome::Metric;
use crate::quantity::words::Language;

/// The components of the total cost: the metric, and its name in both languages.
pub const COMPONENTS: [(&str, &str, &str); 5] = [
    ("cost.lost_output", "lost output, net of what is made up", "生産の減少（後の挽回分を除く）"),
    ("cost.indirect", "lost output elsewhere", "他部門への波及による生産の減少"),
    ("cost.price", "higher prices", "価格の上昇"),
    ("cost.premiums", "premiums to other suppliers", "代替調達先への割増"),
    ("cost.options", "options: capex, standby, holding, savings", "対策の費用（設備・待機・保管・節約）"),
];

/// What a metric says of its material, sector, control or option, in a few words.
pub fn what(metric: &Metric, language: Language) -> String {
    let japanese = || {
        let name = metric.name.as_str();
        let ends = |end: &str| name.ends_with(end);
        Some(match name {
            "shortfall.any" => "いずれかの物資に不足があれば1",
            "cost.total" => "費用の合計",
            "gdp.share" => "生産の減少の1年分のGDPに対する比",
            "gdp.worst_year" => "同、最悪の12か月",
            _ if name.starts_with("cost.") => {
                COMPONENTS.iter().find(|(own, ..)| *own == name).map(|(.., japanese)| *japanese)?
            }
            _ if name.starts_with("controls.") && ends(".onsets") => "発動の回数",
            _ if name.starts_with("controls.") => "その段階にあった期間",
            _ if name.starts_with("options.") && ends(".cost") => "要した費用",
            _ if ends(".tonnes") => "満たされなかった必要量",
            _ if name.starts_with("shortfall.") && ends(".share") => "対象期間の平時使用量に対する比",
            _ if name.starts_with("shortfall.") && ends(".peak") => "最悪の期の不足率",
            _ if ends(".time_short") => "1％を超える不足のあった期間",
            _ if ends(".recovery") => "最初の警報から回復まで",
            _ if name.starts_with("price.") && ends(".peak") => "最高のスポット価格",
            _ if name.starts_with("price.") => "期間平均のスポット価格",
            _ if ends(".lost") => "失われた付加価値（純額）",
            _ if ends(".worst_activity") => "最低の操業度",
            _ if ends(".first_loss") => "最初の損失の日",
            _ if ends(".delivered") => "供給・放出・節約した量",
            _ if ends(".started") => "利用可能になった日",
            _ => return None,
        })
    };
    match language {
        Language::English => metric.what.to_owned(),
        Language::Japanese => japanese().unwrap_or(metric.what).to_owned(),
    }
}

/// "1 trial", "2,000 trials".
pub fn trials(n: usize, language: Language) -> String {
    super::super::told::trials(n as u64, language)
}
