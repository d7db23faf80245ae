//! Entries held at their ends, told.

use super::{About, ROWS, told};
use crate::outcome::Statistic;
use crate::quantity::words::{Language, Unit};
use crate::report::sheet::Sheet;
use crate::report::told::{Told, trials};
use crate::study::sensitivity::{Bar, Tornado};

impl About<'_> {
    fn ends(&self, bar: &Bar) -> [String; 2] {
        [bar.ends[0].say(self.model), bar.ends[1].say(self.model)]
    }

    pub(super) fn tornado(&self, found: &Tornado) -> Told {
        let (target, language) = (self.target, self.language);
        let header = [
            self.pick("entry", "項目"),
            self.pick("low", "下端"),
            self.pick("high", "上端"),
            self.pick("with low", "下端での差"),
            self.pick("with high", "上端での差"),
            self.pick("explains", "説明する割合"),
        ];
        let mut sheet = Sheet::new(&header, 3);
        for bar in found.bars.iter().take(ROWS) {
            let [low, high] = self.ends(bar);
            let mark = if bar.extremes { "*" } else { "" };
            sheet.add(vec![
                bar.path.clone(),
                low + mark,
                high + mark,
                self.signed(&bar.moves[0].difference, &target.unit),
                self.signed(&bar.moves[1].difference, &target.unit),
                bar.share.map_or(String::new(), |s| language.share(s.value.max(0.0))),
            ]);
        }
        let mut notes = vec![
            self.pick(
                "Each entry is held at its 10 % and at its 90 % point in every trial, all else as it is drawn; differences to \
                 the scenario as it is are paired trial by trial, with 95 % intervals. An entry that is correlated with \
                 others is held alone.",
                "各項目をすべての試行で10％点と90％点に固定し、他は引かれたままとする。現状との差は試行ごとに対にして求め、95％信頼区間を添える。他と相関する項目は単独で固定する。",
            )
            .to_owned(),
        ];
        if found.bars.iter().any(|b| b.extremes) {
            notes.push(
                self.pick(
                    "* its 10 % and 90 % points are the same: held at its least and its greatest value",
                    "*　10％点と90％点が同じため、最小値と最大値に固定した。",
                )
                .to_owned(),
            );
        }
        notes.extend(self.rest(found.bars.len()));
        let (n, points) = (trials(found.trials, language), 2 * found.bars.len() + 1);
        let run = match language {
            Language::English => format!("{n} at each of {points} points"),
            Language::Japanese => format!("{points}点それぞれで{n}"),
        };
        told(self.moved(found), vec![(String::new(), sheet)], notes, run)
    }

    /// What moves it most, and how much chance there is besides.
    fn moved(&self, found: &Tornado) -> Vec<String> {
        let (target, language) = (self.target, self.language);
        let base = self.figure(&found.base, &target.unit);
        let mut answer = vec![match language {
            Language::English => format!("As the scenario is, {} is {base}.", target.text),
            Language::Japanese => format!("現状の{}は{base}である。", target.text),
        }];
        if let Some(bar) = found.bars.first() {
            let [low, high] = self.ends(bar);
            let swing = self.figure(&bar.swing.difference, &target.unit);
            answer[0].push_str(&match language {
                Language::English => {
                    format!(" Most moves it `{}`: from {low} to {high} by {swing}.", bar.path)
                }
                Language::Japanese => {
                    format!(
                        "最も大きく動かすのは`{}`で、{low}から{high}への変化により{swing}動く。",
                        bar.path
                    )
                }
            });
        }
        let explained = &found.explained;
        if explained.value.is_finite() {
            let left = language.share((1.0 - explained.value).clamp(0.0, 1.0));
            let share = self.figure(explained, &Unit::Share);
            answer.push(match language {
                Language::English => format!(
                    "These entries, each alone, explain {share} of the variance between trials{}; {left} they do not: that is \
                     chance (when events come, and which) and what entries do together. --method sobol tells the two apart.",
                    self.of_response(),
                ),
                Language::Japanese => format!(
                    "これらの項目は単独では試行間の{}分散の{share}を説明する。残る{left}は偶然（出来事の時期と種類）と項目の組合せによる。両者は--method sobolで区別できる。",
                    self.of_response(),
                ),
            });
        }
        answer
    }

    /// What of a metric is explained, where it is not the metric itself.
    fn of_response(&self) -> String {
        let name = &self.target.metric.name;
        match (self.target.query.statistic, self.language) {
            (Statistic::Mean, _) => String::new(),
            (Statistic::Cvar(_), Language::English) => {
                format!(" of what {name} is beyond the tail's threshold")
            }
            (Statistic::Cvar(_), Language::Japanese) => format!("、{name}が裾のしきい値を超える額の"),
            (_, Language::English) => format!(" of whether {name} is above the value"),
            (_, Language::Japanese) => format!("、{name}がその値を超えるか否かの"),
        }
    }
}
