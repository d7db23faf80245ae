//! The events of a trial as sentences with dates.

use super::list;
use crate::model::Model;
use crate::quantity::words;
use crate::story::{Because, Event, Story, What};

/// More sentences than this are not read; the middle is left out.
const MOST: usize = 80;
const LAST: usize = 15;

/// One sentence an event, in order; what happens to several things at the same moment is one sentence.
pub fn happened(model: &Model, story: &Story) -> Vec<String> {
    let sentences = together(story).map(|events| sentence(model, events)).collect();
    shortened(sentences, |more| {
        format!("({more} further events are left out here; --format json has all of them.)")
    })
}

/// The events that one sentence tells.
pub fn together(story: &Story) -> impl Iterator<Item = &[Event]> {
    let alike = |a: &Event, b: &Event| {
        a.day == b.day
            && a.exact == b.exact
            && group(&a.what).is_some_and(|(kind, _)| Some(kind) == group(&b.what).map(|g| g.0))
    };
    story.events.chunk_by(alike)
}

/// As many sentences as are read; `left_out` says how many are not.
pub fn shortened(mut sentences: Vec<String>, left_out: impl Fn(usize) -> String) -> Vec<String> {
    if sentences.len() > MOST {
        let more = sentences.len() - MOST + 1;
        sentences.splice(MOST - LAST - 1..sentences.len() - LAST, [left_out(more)]);
    }
    sentences
}

/// What several of can be told together, and the name of this one.
pub fn group(what: &What) -> Option<(usize, &str)> {
    match what {
        What::Alert { material } => Some((0, material)),
        What::Short { material } => Some((1, material)),
        What::Loss { sector } => Some((2, sector)),
        What::Met { material } => Some((3, material)),
        What::Normal { sector } => Some((4, sector)),
        What::Recovered { material } => Some((5, material)),
        What::Available { option, again: false } => Some((6, option)),
        _ => None,
    }
}

fn sentence(model: &Model, events: &[Event]) -> String {
    let [event, ..] = events else { return String::new() };
    let date = &event.date;
    let when =
        if event.exact { format!("On {date}") } else { format!("In the {} from {date}", model.step.name()) };
    let names: Vec<&str> = events.iter().filter_map(|e| group(&e.what).map(|g| g.1)).collect();
    let (names, several) = (list(&names), events.len() > 1);
    let verb = |one: &'static str, many: &'static str| if several { many } else { one };
    match &event.what {
        What::Crisis { crisis } => format!("{when} the crisis “{crisis}” breaks out."),
        What::Enters { .. } => enters(&when, &event.what),
        What::Blocks { control, country, regime, blocks, before } => {
            let verb = if blocks > before { "tightens" } else { "eases" };
            let stops = if *blocks == 0.0 {
                "it stops nothing any more".to_owned()
            } else {
                format!("it now {}", stops(*blocks))
            };
            format!("{when} {country}'s control “{control}”, still in “{regime}”, {verb}: {stops}.")
        }
        What::Opens { control, country, after } => {
            format!("{when} {country}'s control “{control}” is lifted after {}.", words::days(*after))
        }
        What::Alert { .. } => {
            format!("{when} {} on {names} {}.", verb("an alert", "alerts"), verb("begins", "begin"))
        }
        What::Available { again: true, option } => {
            format!("{when} the option “{option}” becomes available again.")
        }
        What::Available { .. } => {
            let (options, verb) = (verb("option", "options"), verb("becomes", "become"));
            let quoted: Vec<String> =
                events.iter().filter_map(|e| group(&e.what)).map(|g| format!("“{}”", g.1)).collect();
            format!("{when} the {options} {} {verb} available.", list(&quoted))
        }
        What::Fails { option } => {
            format!(
                "{when} the option “{option}” should become available, but in this trial it does not work."
            )
        }
        What::StocksOut { material, users, of } => match (users, of) {
            (_, 1) => format!("{when} the only user of {material} that holds stocks runs out of them."),
            (users, of) if users == of => format!("{when} all users of {material} run out of stocks."),
            (users, of) => {
                format!(
                    "{when} the first users of {material} run out of stocks ({users} of the {of} that hold any)."
                )
            }
        },
        What::LastStocksOut { material } => {
            format!("{when} the last users of {material} that hold stocks run out of them.")
        }
        What::PileEmpty { option } => format!("{when} the stockpile “{option}” runs empty."),
        What::Short { .. } => format!("{when} the need for {names} is, for the first time, not met in full."),
        What::Loss { .. } => format!("{when} {names} {} to lose output.", verb("begins", "begin")),
        What::Met { .. } => format!("From {date} on the need for {names} is met in full again."),
        What::Normal { .. } => format!("From {date} on {names} {} no more output.", verb("loses", "lose")),
        What::Recovered { .. } => format!(
            "On {date} {names} {} recovered: nothing is short, and users' stocks are back where they were meant to be.",
            verb("has", "have")
        ),
        What::InForce { control, country, regime } => {
            format!(
                "When the simulation ends, on {date}, {country}'s control “{control}” is still in “{regime}”."
            )
        }
    }
}

fn enters(when: &str, what: &What) -> String {
    let What::Enters { control, country, regime, from, harsher, blocks, awaiting_approval, because } = what
    else {
        return String::new();
    };
    let stops = stops(*blocks);
    let stops = if *awaiting_approval { format!("{stops} until approvals come") } else { stops };
    let control = format!("{country}'s control “{control}”");
    let (aside, note) = match because {
        Because::Start => {
            return format!("At the start {control} is in “{regime}” already; it {stops}.");
        }
        Because::Sequel => (String::new(), String::new()),
        // An onset without a name of its own bears its date.
        Because::Date { onset } if when.ends_with(onset.as_str()) => (String::new(), String::new()),
        Because::Clock { onset } | Because::Date { onset } => (String::new(), format!(" (onset “{onset}”)")),
        Because::Crisis { crisis } => (format!(", set off by the crisis “{crisis}”,"), String::new()),
        Because::Control { follows } => (format!(", following the control “{follows}”,"), String::new()),
    };
    let goes = match (from, harsher) {
        (None, _) => format!("enters “{regime}”"),
        (Some(from), _) if from == regime => format!("enters “{regime}” anew"),
        (Some(from), Some(true)) => format!("goes from “{from}” to the harsher “{regime}”"),
        (Some(from), _) => format!("goes from “{from}” to the milder “{regime}”"),
    };
    format!("{when} {control}{aside} {goes}{note} and {stops}.")
}

/// "stops 75 % of what it hits".
fn stops(share: f64) -> String {
    if share == 0.0 {
        "stops nothing for now".to_owned()
    } else if share == 1.0 {
        "stops all of what it hits".to_owned()
    } else {
        format!("stops {} of what it hits", words::share(share))
    }
}
