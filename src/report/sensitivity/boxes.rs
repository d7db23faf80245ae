//! Boxes of inputs in which something happens, told.

use super::{About, told};
use crate::quantity::words::{Language, Unit};
use crate::report::sheet::Sheet;
use crate::report::told::{Told, trials};
use crate::statistics::Limits;
use crate::study::sensitivity::{Boxed, Discovery, Input};

impl About<'_> {
    /// "at least 0.3", "between 1 and 2 months".
    fn limited(&self, input: &Input, limits: &Limits) -> String {
        let say = |x: f64| match input.factor {
            Some(factor) => self.model.say_factor(&self.model.factors[factor], x),
            None => self.language.count(x),
        };
        let (low, high) = (limits.low, limits.high);
        let japanese = self.language == Language::Japanese;
        match (low.is_finite(), high.is_finite()) {
            (true, true) if low == high && japanese => say(low),
            (true, true) if low == high => format!("is {}", say(low)),
            (true, true) if japanese => format!("{}〜{}", say(low), say(high)),
            (true, true) => format!("between {} and {}", say(low), say(high)),
            (true, false) if japanese => format!("{}以上", say(low)),
            (true, false) => format!("at least {}", say(low)),
            _ if japanese => format!("{}以下", say(high)),
            _ => format!("at most {}", say(high)),
        }
    }

    pub(super) fn discover(&self, found: &Discovery, inputs: &[Input], cases: &str) -> Told {
        let language = self.language;
        let header = [
            self.pick("box", "領域"),
            self.pick("inputs", "入力数"),
            self.pick("coverage", "被覆率"),
            self.pick("density", "密度"),
            self.pick("of all trials", "全試行に占める割合"),
        ];
        let mut summary = Sheet::new(&header, 1);
        let header = [
            self.pick("input", "入力"),
            self.pick("box", "領域"),
            self.pick("in", "範囲"),
            self.pick("quasi-p", "準p値"),
        ];
        let mut limits = Sheet::new(&header, 1);
        for (b, own) in found.boxes.iter().enumerate() {
            let number = (b + 1).to_string();
            summary.add(vec![
                number.clone(),
                own.restricts.len().to_string(),
                self.interval(&own.coverage, &Unit::Share),
                self.interval(&own.density, &Unit::Share),
                language.share(own.mass.value),
            ]);
            for (i, l, p) in &own.restricts {
                let small = || self.pick("below 0.001", "0.001未満").to_owned();
                let p = if *p < 0.001 { small() } else { format!("{p:.3}") };
                limits.add(vec![inputs[*i].name.clone(), number.clone(), self.limited(&inputs[*i], l), p]);
            }
        }
        let covered = self.figure(&found.covered, &Unit::Share);
        let notes = vec![match language {
            Language::English => format!(
                "Boxes are looked for in one half of the trials and judged in the other (PRIM). Coverage: the share of all such \
                 trials that lie in the box; density: the share of the box's trials that are such. The boxes together cover \
                 {covered}. A box lies among the trials outside the ones before it. Quasi-p: how often chance alone would \
                 make the restriction. Of what is drawn at events the first draw is looked at.",
            ),
            Language::Japanese => format!(
                "領域は試行の半分で探し、残る半分で評価する（PRIM）。被覆率は該当する試行のうち領域に入る割合、密度は領域の試行のうち該当する割合。全領域を合わせた被覆率は{covered}。各領域は前の領域に入らない試行の中にある。準p値は、偶然だけでその限定が生じる確率。出来事のたびに引かれる数量は最初の値を見る。",
            ),
        }];
        let named = |english, japanese| self.pick(english, japanese).to_owned();
        let sheets =
            vec![(named("boxes", "領域"), summary), (named("what restricts them", "領域の範囲"), limits)];
        told(self.found(found, inputs, cases), sheets, notes, trials(found.trials as u64, language))
    }

    /// How frequent the cases are, and where most of them lie.
    fn found(&self, found: &Discovery, inputs: &[Input], cases: &str) -> Vec<String> {
        let language = self.language;
        let share = self.figure(&found.cases, &Unit::Share);
        let mut answer = vec![match language {
            Language::English => format!("{cases} in {share} of the trials."),
            Language::Japanese => format!("{share}の試行で{cases}となる。"),
        }];
        let restricted = |b: &Boxed| {
            let parts = b.restricts.iter().map(|(i, l, _)| {
                let (name, limits) = (&inputs[*i].name, self.limited(&inputs[*i], l));
                format!("`{name}`{}{limits}", self.pick(" ", "が"))
            });
            parts.collect::<Vec<_>>().join(self.pick(", ", "、"))
        };
        answer.push(match (found.boxes.first(), language) {
            (Some(first), Language::English) => format!(
                "Where {}: in {} of those trials, {} of all such trials.",
                restricted(first),
                language.share(first.density.value),
                language.share(first.coverage.value)
            ),
            (Some(first), Language::Japanese) => format!(
                "{}である試行の{}が該当し、これは該当する試行全体の{}にあたる。",
                restricted(first),
                language.share(first.density.value),
                language.share(first.coverage.value)
            ),
            (None, Language::English) => {
                "No combination of inputs makes it clearly more frequent.".to_owned()
            }
            (None, Language::Japanese) => "これを明らかに起きやすくする入力の組合せはない。".to_owned(),
        });
        answer
    }
}
