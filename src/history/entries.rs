//! Base rates as entries of a scenario: a control with its onset and its regime, each with where it comes from.

use super::estimate::{BaseRate, Duration};
use super::table::Table;
use crate::quantity::YEAR;
use crate::scenario::{key, quoted};
use crate::statistics::survival::Family;

/// The entries of one group, ready to be pasted into a scenario that has its materials. Whatever the table cannot tell is
/// left as a remark.
pub fn entries(base: &BaseRate, table: &Table) -> String {
    let group = &base.group;
    let name = key(&slug(&group.countries, &group.materials));
    let source = source(table);
    let mut out = String::new();
    if let [_, _, ..] = group.countries[..] {
        out.push_str(&format!(
            "# the figures are of {} together; a control is of one country: name yours\n",
            group.countries.join(", ")
        ));
    }
    let materials: Vec<String> =
        group.materials.iter().map(|m| quoted(&slug(&[], std::slice::from_ref(m)))).collect();
    let country = group.countries.first().map_or("", String::as_str);
    out.push_str(&format!("[controls.{name}]\ncountry   = {}\n", quoted(country)));
    out.push_str(&format!("materials = [{}]\n", materials.join(", ")));
    if let Some(since) = group.since {
        let until = table.window.until;
        let days = (until - since).get_days();
        out.push_str(&format!(
            "# in force on {until}, since {since}; for a scenario that starts then: initial = \"restriction\", elapsed = \
             \"{days} days\"\n"
        ));
    }
    out.push_str(&onset(base, &name, &source));
    out.push_str(&format!("\n[[controls.{name}.regimes]]\nname   = \"restriction\"\n"));
    out.push_str(&lasts(base, &source));
    out
}

fn onset(base: &BaseRate, name: &str, source: &str) -> String {
    let Some(rate) = &base.rate else {
        return "# always in force while it was observed: no onset can be estimated\n".to_owned();
    };
    let (mean, sd) = rate.probability();
    // A law that is all but certain would be rounded to one that is, and there is none.
    let (mean, sd) = (mean.min(0.99), sd.max(0.001));
    let note = format!(
        "{} in {:.1} years at risk: {} a year, 95 % {} to {} (Garwood); as one number {}. The beta law has the mean and sd \
         of 1 - exp(-rate) under Jeffreys' posterior of the rate",
        counted(rate.events, "onset"),
        rate.time,
        short(rate.value),
        short(rate.low),
        short(rate.high),
        per_cent(rate.chance()),
    );
    format!(
        "\n[[controls.{name}.onsets]]\nannual_probability = {{ beta = {{ mean = {}, sd = {} }} }}\nsource = {}\nnote   = {}\n",
        short(mean),
        short(sd),
        quoted(source),
        quoted(&note)
    )
}

fn lasts(base: &BaseRate, source: &str) -> String {
    let spells = base.group.spells.len();
    let ended = base.ended();
    let Some(best) = base.durations.first() else {
        let least = base.least_mean.map_or(String::new(), |days| {
            format!(
                ", on average more than {} with 95 % confidence under a constant chance of ending",
                length(days)
            )
        });
        return format!(
            "# none of {spells} has ended{least}; without `lasts` it stays for ever: state your own\n"
        );
    };
    let mut note = format!("{}, {ended} of them ended", counted(spells, "restriction"));
    let median = &best.fit.median;
    note.push_str(&format!(
        "; median {}, 95 % {} (profile likelihood)",
        length(median.value),
        to(&length(median.low), &length(median.high), median.high)
    ));
    if let (Some(name), Some(shape)) = (best.fit.family.shape_name(), best.fit.shape) {
        note.push_str(&format!(
            "; {name} {}, 95 % {}",
            short(shape.value),
            to(&short(shape.low), &short(shape.high), shape.high)
        ));
    }
    format!("lasts  = {{ {} }}\nsource = {}\nnote   = {}\n", law(best), quoted(source), quoted(&note))
}

/// The law as a scenario writes it, to four digits.
fn law(duration: &Duration) -> String {
    let fit = &duration.fit;
    let median = fit.median.value;
    let shape = fit.shape.map_or(1.0, |s| s.value);
    match fit.family {
        Family::Exponential => {
            format!("exponential = {{ mean = \"{} days\" }}", digits(duration.law.mean(), 4))
        }
        Family::Lognormal => {
            format!("lognormal = {{ median = \"{} days\", sigma = {} }}", digits(median, 4), digits(shape, 4))
        }
        Family::Gamma => format!(
            "gamma = {{ shape = {}, scale = \"{} days\" }}",
            digits(shape, 4),
            digits(duration.law.mean() / shape, 4)
        ),
        Family::Weibull => {
            let scale = median / libm::pow(std::f64::consts::LN_2, 1.0 / shape);
            format!("weibull = {{ shape = {}, scale = \"{} days\" }}", digits(shape, 4), digits(scale, 4))
        }
    }
}

/// The table as a source: what it is, how much is in it, which days it covers.
fn source(table: &Table) -> String {
    let window = &table.window;
    let n = counted(table.restrictions.len(), "restriction");
    format!("{}: {n}, {} to {}", table.title, window.from, window.until)
}

/// Names as names in a scenario: lower-case letters, digits and hyphens.
fn slug(countries: &[String], materials: &[String]) -> String {
    let all: Vec<&String> = countries.iter().chain(materials).collect();
    let named = if all.len() > 3 { &all[..countries.len().min(1)] } else { &all[..] };
    let text = named.iter().map(|s| s.to_lowercase()).collect::<Vec<_>>().join("-");
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    if words.is_empty() { "restrictions".to_owned() } else { words.join("-") }
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// An interval, also one without an end.
fn to(low: &str, high: &str, end: f64) -> String {
    if end.is_finite() { format!("{low} to {high}") } else { format!("{low} or more") }
}

/// Days as people say them, with a point as TOML knows it.
fn length(days: f64) -> String {
    if days >= 2.0 * YEAR { format!("{} years", short(days / YEAR)) } else { format!("{} days", short(days)) }
}

fn per_cent(share: f64) -> String {
    format!("{} %", short(100.0 * share))
}

fn short(value: f64) -> String {
    digits(value, 3)
}

/// So many significant digits, without an exponent.
fn digits(value: f64, significant: usize) -> String {
    if !value.is_finite() {
        return "infinite".to_owned();
    }
    let rounded: f64 = format!("{value:.*e}", significant - 1).parse().unwrap_or(value);
    format!("{rounded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_keys() {
        let strings = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(slug(&strings(&["CN"]), &strings(&["rare earths"])), "cn-rare-earths");
        assert_eq!(slug(&strings(&["CN"]), &strings(&["a", "b", "c"])), "cn");
        assert_eq!(slug(&[], &strings(&["日本"])), "日本");
        assert_eq!(slug(&[], &strings(&["--"])), "restrictions");
    }

    #[test]
    fn numbers_keep_their_digits_and_no_exponent() {
        assert_eq!(digits(1234.56, 3), "1230");
        assert_eq!(digits(0.000123456, 4), "0.0001235");
        assert_eq!(digits(f64::INFINITY, 3), "infinite");
    }
}
