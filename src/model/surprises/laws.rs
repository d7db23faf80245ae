//! Laws that imply something else than their parameters seem to say.

use super::super::implied::Implied;
use super::super::reader::Reader;
use super::super::{Assumption, Model};
use crate::quantity::words;
use crate::random::Law;
use crate::scenario::Place;

/// From this many times its median on, a mean surprises: a lognormal law whose 90 % point is 4.5 times its median.
const FAR: f64 = 2.0;
/// From this share of the draws on, it matters what is cut from them.
const MUCH: f64 = 0.05;

pub fn cautions(reader: &mut Reader, model: &Model) {
    for factor in &model.factors {
        let say = |value: f64| model.say_factor(factor, value);
        shape(reader, &factor.path, factor.place, &factor.law, &say);
    }
    for assumption in super::stated(model) {
        if let Some(law) = &assumption.spread {
            shape(reader, &assumption.path, assumption.place, law, &|value| model.say(assumption, value));
        }
        if let Some(implied) = model.implied(assumption) {
            cut(reader, model, assumption, &implied);
        }
    }
}

/// What a law alone tells, whatever it stands for.
fn shape(reader: &mut Reader, path: &str, place: Place, law: &Law, say: &dyn Fn(f64) -> String) {
    let (mean, median) = (law.mean(), law.quantile(0.5));
    let skew = matches!(law.name(), "lognormal" | "gamma" | "weibull" | "exponential");
    let p90 = law.quantile(0.9);
    // Where it has an upper end, its mean is bounded too.
    let unbounded = law.support().1.is_infinite();
    if skew && median > 0.0 && mean > FAR * median && (unbounded || mean > p90) {
        let above =
            if mean > p90 { format!(", and above its 90 % point of {}", say(p90)) } else { String::new() };
        let message = format!(
            "the mean of `{path}` is {}, {} times its median of {}{above}",
            say(mean),
            words::count(mean / median),
            say(median)
        );
        let help = format!(
            "rare long draws carry the mean (one in 100 is above {}): {} `max`, or bring the upper point nearer to \
             the median, if that is not meant",
            say(law.quantile(0.99)),
            if unbounded { "add a" } else { "lower its" }
        );
        reader.caution("mean-far-above-median", path, place, message, help);
    }
    if law.kept() < 0.5 {
        let message = format!(
            "only {} of the {} law of `{path}` lies within its `min` and `max`",
            words::share(law.kept()),
            law.name()
        );
        let help = format!(
            "what is left has a median of {} and a mean of {}: state the law that is meant within the range",
            say(median),
            say(mean)
        );
        reader.caution("mostly-truncated", path, place, message, help);
    }
    if law.name() == "beta" {
        let (low, high) = law.support();
        let near = 0.01 * (high - low);
        let share = law.cdf(low + near) + law.sf(high - near);
        if share > 0.5 {
            let message = format!(
                "{} of the draws of `{path}` lie within 1 % of its range from {} or {}",
                words::share(share),
                say(low),
                say(high)
            );
            let help = "its `sd` is large for its mean: lower it; or say all or nothing with a discrete law";
            reader.caution("mass-at-ends", path, place, message, help);
        }
    }
}

/// What the range of the quantity takes from the law.
fn cut(reader: &mut Reader, model: &Model, assumption: &Assumption, implied: &Implied) {
    if implied.below + implied.above < MUCH {
        return;
    }
    let (law, scale) = match (&assumption.spread, assumption.quantity) {
        (Some(law), _) => (law, 1.0),
        (None, super::super::Quantity::Uncertain { factor, scale, .. }) => {
            (&model.factors[factor].law, scale)
        }
        (None, super::super::Quantity::Certain(_)) => return,
    };
    let (low, high) = assumption.kind.map_or((f64::NEG_INFINITY, f64::INFINITY), |kind| kind.range());
    let say = |value: f64| model.say(assumption, value);
    let sides = [(implied.below, "below", low), (implied.above, "above", high)];
    let sides: Vec<String> = sides
        .iter()
        .filter(|(share, ..)| *share >= MUCH / 2.0)
        .map(|(share, side, end)| format!("{} lie {side} {}", words::share(*share), say(*end)))
        .collect();
    let message =
        format!("of the draws of `{}`, {}, and are cut there", assumption.path, sides.join(" and "));
    let help = format!(
        "that makes its mean {} instead of {}: take a law that stays within the range, such as pert or beta, or a \
         narrower one",
        say(implied.mean),
        say(law.mean() * scale)
    );
    reader.caution("cut-at-range", &assumption.path, assumption.place, message, help);
}
