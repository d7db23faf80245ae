//! Elementary effects and Sobol' indices, told.

use super::{About, ROWS, told};
use crate::quantity::words::{Language, Unit};
use crate::report::sheet::Sheet;
use crate::report::told::{Told, trials};
use crate::statistics::Estimate;
use crate::study::Response;
use crate::study::sensitivity::{NOISY, Screening, Share, Sobol};

impl About<'_> {
    /// The unit of an effect.
    pub(super) fn effect_unit(&self, found: &Screening) -> Unit {
        match found.response {
            Response::Above(_) => Unit::Share,
            _ => self.target.metric.unit.clone(),
        }
    }

    pub(super) fn morris(&self, found: &Screening) -> Told {
        let (unit, language) = (self.effect_unit(found), self.language);
        let mut answer = Vec::new();
        if let Some(first) = found.effects.first() {
            let (name, size) = (&first.group.name, self.figure(&first.strength, &unit));
            answer.push(match language {
                Language::English => format!(
                    "Strongest is `{name}`: half of its trials up or down, it changes a trial by {size} on average."
                ),
                Language::Japanese => format!(
                    "最も強く効くのは`{name}`で、分布の半分だけ上下させると試行の結果は平均で{size}変わる。"
                ),
            });
        }
        let idle = found.effects.iter().filter(|e| e.strength.value == 0.0).count();
        if idle > 0 {
            let all = found.effects.len();
            answer.push(match language {
                Language::English => format!("{idle} of {all} entries change not one trial."),
                Language::Japanese => format!("{all}項目のうち{idle}項目はどの試行も変えない。"),
            });
        }
        let header = [
            self.pick("entry", "項目"),
            self.pick("mu*: how much", "mu*：大きさ"),
            self.pick("mu: which way", "mu：向き"),
            self.pick("sigma: how differently", "sigma：ばらつき"),
        ];
        let mut sheet = Sheet::new(&header, 1);
        for effect in found.effects.iter().take(ROWS) {
            sheet.add(vec![
                effect.group.name.clone(),
                self.interval(&effect.strength, &unit),
                self.signed(&effect.mean, &unit),
                self.interval(&effect.spread, &unit),
            ]);
        }
        let mut notes = vec![
            self.pick(
                "Effects of moving an entry by half of its trials (between the 12.5 and the 62.5 %, or the 37.5 and the 87.5 % \
                 points), with the events as they are in the trial: mean of their sizes, mean, standard deviation; 95 % \
                 intervals. A sigma far above mu* says that the effect depends on other entries, or on the events. What is \
                 drawn at events does not move; --method sobol has it too.",
                "項目を分布の半分（12.5％点と62.5％点、または37.5％点と87.5％点の間）だけ動かしたときの基本効果。出来事は試行のままとする。大きさの平均、平均、標準偏差に95％信頼区間を添える。sigmaがmu*よりはるかに大きければ、効果は他の項目や出来事による。出来事のたびに引かれる数量は動かさない（--method sobolには含まれる）。",
            )
            .to_owned(),
        ];
        notes.extend(self.looked_at(found.response));
        notes.extend(self.rest(found.effects.len()));
        let (n, all) = (language.count(found.trajectories as f64), trials(found.walked, language));
        let run = match language {
            Language::English => format!("{n} trajectories, {all} in all"),
            Language::Japanese => format!("{n}本の経路、計{all}"),
        };
        told(answer, vec![(String::new(), sheet)], notes, run)
    }

    fn indices(&self, shares: &[Share]) -> Sheet {
        let header = [
            self.pick("factor", "要因"),
            self.pick("alone", "単独（一次）"),
            self.pick("with all others", "他との組合せを含む（全次）"),
            "",
        ];
        let mut sheet = Sheet::new(&header, 1);
        for share in shares {
            let note = match () {
                () if share.idle() => self.pick("changes no trial", "どの試行も変えない"),
                () if share.noisy() => self.pick("too noisy to rank", "誤差が大きく順位不明"),
                () => "",
            };
            let (first, total) = (self.index(&share.indices.first), self.index(&share.indices.total));
            sheet.add(vec![self.name(&share.group), first, total, note.to_owned()]);
        }
        sheet
    }

    pub(super) fn sobol(&self, found: &Sobol) -> Told {
        let language = self.language;
        let shown: Vec<Share> = found.shares.iter().take(ROWS).cloned().collect();
        let sheets = vec![
            (
                self.pick("what happens against how bad it is", "何が起きるかと、どれほど悪いか").to_owned(),
                self.indices(&found.split),
            ),
            (self.pick("factors", "要因").to_owned(), self.indices(&shown)),
        ];
        let mut notes = vec![
            self.pick(
                "Alone: the first-order index, the share of the variance that goes when the factor is known. With all others: \
                 the total index, the share that is left when all but the factor is known. 95 % intervals by bootstrap; they \
                 may reach a little below 0 or above 1 by chance. First-order indices sum to at most 1, total ones to at \
                 least 1.",
                "一次指標は、その要因がわかれば消える分散の割合。全次指標は、その要因以外がすべてわかっても残る分散の割合。95％信頼区間はブートストラップによる。偶然により0をわずかに下回り、または1を上回ることがある。一次指標の和は1以下、全次指標の和は1以上となる。",
            )
            .to_owned(),
        ];
        notes.extend(self.noise(found));
        if found.shares.iter().any(|s| s.group.name.contains(" + ")) {
            let joined = self.pick(
                "Entries joined by + are correlated: what is drawn together is one factor.",
                "「+」で結んだ項目は相関しており、一つの要因として扱う。",
            );
            notes.push(joined.to_owned());
        }
        notes.extend(self.looked_at(found.response));
        notes.extend(self.rest(found.shares.len()));
        let (each, all) = (trials(found.trials, language), trials(found.walked, language));
        let run = match language {
            Language::English => format!("{each} on each sample, {all} in all"),
            Language::Japanese => format!("標本ごとに{each}、計{all}"),
        };
        told(self.explained(found), sheets, notes, run)
    }

    /// What is chance, and what most depends on.
    fn explained(&self, found: &Sobol) -> Vec<String> {
        let language = self.language;
        let mut answer = Vec::new();
        if let [happens, bad] = found.split.as_slice() {
            let value = |e: &Estimate| language.share(e.value.clamp(0.0, 1.0));
            let (a, b) = (&happens.indices, &bad.indices);
            let both = language.share((1.0 - a.first.value - b.first.value).clamp(0.0, 1.0));
            let (happens, bad) = (value(&a.first), value(&b.first));
            answer.push(match language {
                Language::English => format!(
                    "What happens (when crises and controls come, and which) explains {happens} of the variance alone, how bad \
                     it is {bad} alone; {both} belongs to both together.",
                ),
                Language::Japanese => format!(
                    "分散のうち、何が起きるか（危機と輸出規制の時期と種類）だけで{happens}、どれほど悪いかだけで{bad}が説明され、{both}は両者の組合せによる。",
                ),
            });
        }
        let ranked = found.shares.iter().filter(|s| !s.idle()).take(3);
        let names: Vec<String> = ranked
            .map(|s| {
                let share = language.share(s.indices.total.value.clamp(0.0, 1.0));
                match (s.noisy(), language) {
                    (true, Language::English) => format!("`{}` (too noisy to say how much)", s.group.name),
                    (true, Language::Japanese) => {
                        format!("`{}`（誤差が大きく割合は不明）", s.group.name)
                    }
                    (false, Language::English) => format!("`{}` ({share})", s.group.name),
                    (false, Language::Japanese) => format!("`{}`（{share}）", s.group.name),
                }
            })
            .collect();
        if !names.is_empty() {
            answer.push(match language {
                Language::English => {
                    format!("Most depends on {}, with all its interactions.", names.join(", "))
                }
                Language::Japanese => {
                    format!("組合せの効果も含めて最も影響するのは{}である。", names.join("、"))
                }
            });
        }
        answer
    }

    /// How many factors cannot be ranked, and what would do.
    fn noise(&self, found: &Sobol) -> Option<String> {
        let noisy = found.shares.iter().filter(|s| s.noisy()).count();
        if noisy == 0 {
            return None;
        }
        let widest = found.shares.iter().map(|s| s.indices.total.high - s.indices.total.low);
        let widest = widest.filter(|w| w.is_finite()).fold(0.0, f64::max);
        let factor = widest / NOISY;
        let (all, enough) =
            (found.shares.len(), trials(rounded(found.trials as f64 * factor * factor), self.language));
        Some(match self.language {
            Language::English => format!(
                "{noisy} of {all} factors are too noisy to rank: the interval of the total index is wider than {NOISY}. About \
                 {enough} would do (--trials); fewer factors (--group) or a figure that is less rare help as much.",
            ),
            Language::Japanese => format!(
                "{all}要因のうち{noisy}要因は誤差が大きく順位をつけられない（全次指標の信頼区間の幅が{NOISY}を超える）。約{enough}（--trials）で足りる。要因を束ねる（--group）か、よりまれでない指標を選んでもよい。",
            ),
        })
    }
}

/// Up to two digits.
fn rounded(n: f64) -> u64 {
    let mut step = 1.0;
    while n / step >= 100.0 {
        step *= 10.0;
    }
    ((n / step).ceil() * step) as u64
}
