//! The tables of what may happen: crises and controls.

use super::Absent::{Is, Means, Mistake, OneOf};
use super::Form::{Afresh, Flag, List, Name, NameOrTable, Path, Profile, Quantity, Text, Texts};
use super::{Table, key};
use crate::model::kind::Kind;

const STATES: &str = "Regimes (or `open`) and the probability of each. What they leave is `open`.";

pub const TABLES: &[Table] = &[
    Table {
        path: "crises.*",
        written: "[crises.NAME]",
        what: "A political crisis. It blocks nothing by itself: the onsets of controls name it.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[key("annual_probability", Path(Kind::AnnualProbability), Mistake, "\"6%\"", "Of at least one such crisis in a year: a Poisson process.")],
    },
    Table {
        path: "controls.*",
        written: "[controls.NAME]",
        what: "An export control: it hits each source or option whose route passes its country.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key("country", Name("a country, as routes name it"), Mistake, "\"CN\"", "Whose control it is."),
            key("materials", Texts("names of materials"), Mistake, "[\"dysprosium\"]", "What it hits."),
            key("stages", Texts("stages, as routes name them"), Means("every stage"), "[\"separation\"]", "At which stages in that country."),
            key("initial", Name("a regime, or `open`"), Is("\"open\""), "\"licensing\"", "The regime that is in force at the start."),
            key("elapsed", Quantity(&[Kind::Duration]), Is("\"0 days\""), "\"9 months\"", "How long that regime has lasted already."),
            key("onsets", List, Means("nothing sets it off"), "", "What sets it off."),
            key("regimes", List, Mistake, "", "What it does, from mild to harsh."),
        ],
    },
    Table {
        path: "controls.*.onsets.*",
        written: "[[controls.NAME.onsets]]",
        what: "Something that sets a control off: a clock, a date, a crisis, or another control.",
        kinds: &[],
        one_of: &["annual_probability", "at", "crisis", "follows"],
        remarks: true,
        keys: &[
            key("name", Text, Means("`annual`, the date, the crisis, or `after-CONTROL`"), "\"calm\"", "Its name, unique among the control's onsets."),
            key("annual_probability", Path(Kind::AnnualProbability), OneOf, "\"20%\"", "Of at least one onset in a year, by a clock that runs while the control is in one of the regimes of `while`.").beside(&["annual_probability"]),
            key("while", Texts("regimes, or `open`"), Is("[\"open\"]"), "[\"licensing\"]", "The regimes in which the clock runs.").beside(&["annual_probability"]),
            key("at", Quantity(&[Kind::Day]), OneOf, "2026-11-10", "The date of the onset, within the horizon.").beside(&["at"]),
            key("crisis", Name("a crisis"), OneOf, "\"taiwan-strait\"", "The crisis that sets it off.").beside(&["crisis"]),
            key("follows", Name("another control"), OneOf, "\"heavy-rare-earths\"", "The control whose every entry sets it off.").beside(&["follows"]),
            key("regime", Name("a regime of that control, or `open`"), Means("an entry into any regime"), "\"ban\"", "Into which the other control must enter.").beside(&["follows"]),
            key("probability", Quantity(&[Kind::Probability]), Is("\"100%\""), "\"70%\"", "That the trigger is followed by the onset.").beside(&["at", "crisis", "follows"]),
            key("delay", Afresh(&[Kind::Duration]), Is("\"0 days\""), "{ lognormal = { median = \"30 days\", sigma = 0.7 } }", "From the trigger to the onset.").beside(&["crisis", "follows"]),
            key("enters", NameOrTable("a regime, or `open`"), Means("the first regime"), "{ licensing = 0.8, ban = 0.2 }", "Where the onset leads to."),
            key("milder", Flag, Is("false"), "true", "Whether it takes effect also where it leads to something milder (a truce)."),
        ],
    },
    Table {
        path: "controls.*.onsets.*.enters",
        written: "enters = { REGIME = … }",
        what: STATES,
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[key("*", Quantity(&[Kind::Probability]), Means("0 %; for `open`, what the others leave"), "0.2", "That the onset leads there.")],
    },
    Table {
        path: "controls.*.regimes.*",
        written: "[[controls.NAME.regimes]]",
        what: "A regime of a control; the list goes from mild to harsh.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key("name", Text, Mistake, "\"ban\"", "Its name, unique among the control's regimes; not `open`."),
            key("blocks", Profile(Kind::Share), Is("\"100%\""), "{ \"0 days\" = \"75%\", \"3 months\" = \"50%\" }", "The share of the flow stopped, or a profile over the time since entry, each from its time on."),
            key("approval_delay", Afresh(&[Kind::Duration]), Is("\"0 days\""), "\"45 days\"", "From entry, everything is stopped until this has passed; then `blocks` begins."),
            key("lasts", Afresh(&[Kind::Duration, Kind::Day]), Means("for ever"), "{ weibull = { shape = 1.24, scale = \"44 months\" } }", "How long it lasts, or to which date."),
            key("then", NameOrTable("a regime, or `open`"), Is("\"open\""), "{ open = 0.6, ban = 0.4 }", "Where it leads when it ends."),
        ],
    },
    Table {
        path: "controls.*.regimes.*.then",
        written: "then = { REGIME = … }",
        what: STATES,
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[key("*", Quantity(&[Kind::Probability]), Means("0 %; for `open`, what the others leave"), "0.4", "That the regime leads there.")],
    },
];
