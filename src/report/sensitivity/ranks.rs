//! What goes with what in the trials of one run, told.

use super::{About, ROWS, told};
use crate::quantity::words::Language;
use crate::report::sheet::Sheet;
use crate::report::told::{Told, trials};
use crate::statistics::DUMMIES;
use crate::study::sensitivity::Ranking;

impl About<'_> {
    pub(super) fn rank(&self, found: &Ranking) -> Told {
        let language = self.language;
        let header = [
            self.pick("input", "入力"),
            "PAWN",
            self.pick("rank correlation", "順位相関"),
            self.pick("with the others known", "他の入力を固定した偏順位相関"),
            self.pick("explains", "説明する割合"),
        ];
        let mut sheet = Sheet::new(&header, 1);
        for input in found.inputs.iter().take(ROWS) {
            let told = input.above_noise();
            let noise = if told { "" } else { self.pick(" noise", "（誤差の範囲）") };
            let determined = || self.pick("determined", "他から決まる").to_owned();
            sheet.add(vec![
                input.name.clone(),
                format!("{}{noise}", self.index(&input.pawn.median)),
                self.index(&input.spearman),
                input.partial.as_ref().map_or_else(determined, |e| self.index(e)),
                language.share(input.share.value.max(0.0)),
            ]);
        }
        let (metric, threshold) = (&self.target.metric.name, found.threshold);
        let mut notes = vec![match language {
            Language::English => format!(
                "PAWN: how far the distribution of {metric} moves when the input is known (0 to 1), whatever the shape; up to \
                 {threshold:.3} it may be noise, of an input with a value of few trials up to more, as {DUMMIES} inputs without \
                 any influence show, which one in 40 such inputs exceeds all the same. Rank correlation: Spearman's, then the partial one, with all other inputs known. Explains: the share of the variance that \
                 goes with the mean at each value. Of what is drawn at events the first draw is looked at. 95 % intervals."
            ),
            Language::Japanese => format!(
                "PAWN：入力がわかると{metric}の分布がどれほど動くか（0〜1、形を問わない）。影響のない{DUMMIES}個の入力が示すとおり、{threshold:.3}まで（試行の少ない値をもつ入力ではそれ以上）は誤差の範囲であり、影響のない入力でも40個に1個はこれを超える。順位相関はスピアマンのもの、次いで他の入力をすべて固定した偏順位相関。説明する割合は、各値での平均に帰せられる分散の割合。出来事のたびに引かれる数量は最初の値を見る。括弧内は95％信頼区間。"
            ),
        }];
        if !found.still.is_empty() {
            let still = found.still.join(self.pick(", ", "、"));
            notes.push(match language {
                Language::English => format!("The same in all of these trials: {still}."),
                Language::Japanese => format!("これらの試行で変わらないもの：{still}。"),
            });
        }
        notes.extend(self.rest(found.inputs.len()));
        let (n, of) = (language.count(found.trials as f64), trials(found.of as u64, language));
        let run = match language {
            Language::English => format!("{n} of {of}"),
            Language::Japanese => format!("{of}のうち{n}回"),
        };
        told(vec![self.foremost(found)], vec![(String::new(), sheet)], notes, run)
    }

    /// Which inputs can be told from noise.
    fn foremost(&self, found: &Ranking) -> String {
        let above: Vec<_> = found.inputs.iter().filter(|i| i.above_noise()).collect();
        let names: Vec<String> = above.iter().take(3).map(|i| format!("`{}`", i.name)).collect();
        let (above, all) = (above.len(), found.inputs.len());
        match (self.language, names.is_empty()) {
            (Language::English, true) => format!("None of {all} inputs can be told from noise."),
            (Language::Japanese, true) => format!("{all}個の入力のどれも誤差と区別できない。"),
            (Language::English, false) => {
                format!("{above} of {all} inputs can be told from noise; foremost {}.", names.join(", "))
            }
            (Language::Japanese, false) => {
                format!("{all}個の入力のうち{above}個が誤差と区別できる。上位は{}。", names.join("、"))
            }
        }
    }
}
