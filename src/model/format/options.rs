//! The tables of what can be done about it.

use super::Absent::{Is, Means, Mistake, OneOf};
use super::Form::{Afresh, Choice, Flag, Name, Path, Quantity, QuantityOrTable};
use super::supply::{ROUTE, route};
use super::{Form, Table, key};
use crate::model::kind::Kind;

const SUPPLIER: &[&str] = &["supplier"];
const STOCKPILE: &[&str] = &["stockpile"];
const SAVING: &[&str] = &["thrifting", "substitution"];
const SUBSTITUTION: &[&str] = &["substitution"];
const KINDS: &[&str] = &["supplier", "stockpile", "thrifting", "substitution"];

pub const TABLES: &[Table] = &[
    Table {
        path: "options.*",
        written: "[options.NAME]",
        what: "What can be done about it: another supplier or recycling, a stockpile, thrifting, substitution.",
        kinds: KINDS,
        one_of: &["capacity", "feed"],
        remarks: true,
        keys: &[
            key("kind", Choice(KINDS), Mistake, "\"stockpile\"", "What it does."),
            key(
                "mode",
                Choice(&["contingent", "standing"]),
                Is("\"contingent\""),
                "\"standing\"",
                "Whether it starts with an alert, or runs from `available_from` + `lead_time` whatever happens. A stockpile is always contingent.",
            ),
            key(
                "available_from",
                Quantity(&[Kind::Day]),
                Means("the start"),
                "2027-01-01",
                "The day from which it may run.",
            ),
            key(
                "lead_time",
                Afresh(&[Kind::Duration]),
                Is("\"0 days\""),
                "\"4 months\"",
                "From the alert (from `available_from`, if standing) until it is available.",
            ),
            key(
                "ramp",
                Quantity(&[Kind::Duration]),
                Is("\"0 days\""),
                "\"18 months\"",
                "From zero to full, in a straight line.",
            ),
            key(
                "success",
                Quantity(&[Kind::Probability]),
                Is("\"100%\""),
                "\"70%\"",
                "That it works at all; drawn once a trial.",
            ),
            key(
                "capex",
                Quantity(&[Kind::Money]),
                Is("\"0 JPY\""),
                "\"8 billion JPY\"",
                "Paid once, when it first becomes available.",
            ),
            key(
                "fixed_cost",
                Quantity(&[Kind::MoneyRate]),
                Is("\"0 JPY/year\""),
                "\"0.5 billion JPY/year\"",
                "From `available_from` on, used or not.",
            ),
            key("permanent", Flag, Is("false"), "true", "Whether, once started by an alert, it never stops."),
            key("enabled", Flag, Is("true"), "true", "Whether it is there at all."),
            key(
                "material",
                Name("a material"),
                Mistake,
                "\"dysprosium\"",
                "What it delivers, holds or saves.",
            )
            .of(&["supplier", "stockpile", "thrifting"]),
            key("capacity", Path(Kind::MassRate), OneOf, "\"60 t/year\"", "What it delivers at most.")
                .of(SUPPLIER)
                .beside(&["capacity"]),
            key(
                "feed",
                Path(Kind::MassRate),
                OneOf,
                "\"150 t/year\"",
                "Of recycling: what there is to collect. Capacity is feed x collection x recovery.",
            )
            .of(SUPPLIER)
            .beside(&["feed"]),
            key(
                "collection",
                Quantity(&[Kind::Share]),
                Is("\"100%\""),
                "\"30%\"",
                "The share of the feed that is collected.",
            )
            .of(SUPPLIER)
            .beside(&["feed"]),
            key(
                "recovery",
                Quantity(&[Kind::Share]),
                Is("\"100%\""),
                "\"91%\"",
                "The share of what is collected that becomes material again.",
            )
            .of(SUPPLIER)
            .beside(&["feed"]),
            ROUTE.of(SUPPLIER),
            key(
                "premium",
                Quantity(&[Kind::Ratio]),
                Is("\"0%\""),
                "\"60%\"",
                "What it costs above the material's price, as a share of that.",
            )
            .of(SUPPLIER),
            key(
                "inputs",
                Form::Table,
                Means("it is made of nothing in the scenario"),
                "{ neodymium = 0.3 }",
                "What it is made of: material -> mass per mass.",
            )
            .of(SUPPLIER),
            key(
                "size",
                Quantity(&[Kind::Duration, Kind::Mass]),
                Mistake,
                "\"60 days\"",
                "What it holds when full, as it is at the start: time of baseline use, or mass.",
            )
            .of(STOCKPILE),
            key(
                "max_release",
                Quantity(&[Kind::Ratio, Kind::MassRate]),
                Is("\"100%\""),
                "\"60%\"",
                "How fast it can be drawn down: a share of baseline use, or mass per time.",
            )
            .of(STOCKPILE),
            key(
                "refill",
                Quantity(&[Kind::Ratio, Kind::MassRate]),
                Is("\"10%\""),
                "\"5%\"",
                "How fast it is filled again: likewise.",
            )
            .of(STOCKPILE),
            key(
                "holding_cost",
                Quantity(&[Kind::Ratio]),
                Is("\"0%\""),
                "\"3%\"",
                "Share of the value of what it holds, a year.",
            )
            .of(STOCKPILE),
            key(
                "in",
                Name("a sector or a process, as a path"),
                Mistake,
                "\"sectors.medical\"",
                "Whose use is saved on: \"sectors.NAME\", or \"materials.NAME.sources.NAME\".",
            )
            .of(SAVING),
            key("from", Name("a material"), Mistake, "\"dysprosium\"", "What is replaced.").of(SUBSTITUTION),
            key("to", Name("a material"), Mistake, "\"magnets\"", "What takes its place.").of(SUBSTITUTION),
            key("ratio", Quantity(&[Kind::Ratio]), Mistake, "1.2", "Mass of `to` per mass of `from`.")
                .of(SUBSTITUTION),
            key(
                "max_share",
                Quantity(&[Kind::Share]),
                Mistake,
                "\"30%\"",
                "The share of the use that can be saved or replaced.",
            )
            .of(SAVING),
            key(
                "cost",
                Quantity(&[Kind::Price]),
                Is("\"0 JPY/t\""),
                "\"20 USD/kg\"",
                "Per mass saved or replaced.",
            )
            .of(SAVING),
        ],
    },
    route("options.*.route"),
    Table {
        path: "options.*.inputs",
        written: "inputs = { MATERIAL = … }",
        what: "What the supplier consumes. An option holds no stock of its inputs.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[key(
            "*",
            QuantityOrTable(Kind::Ratio),
            Means("it consumes none of that material"),
            "0.3",
            "Mass of this material per mass of what is made.",
        )],
    },
    Table {
        path: "options.*.inputs.*",
        written: "MATERIAL = { … }",
        what: "An input with its source.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[key(
            "amount",
            Quantity(&[Kind::Ratio]),
            Mistake,
            "0.3",
            "Mass of this material per mass of what is made.",
        )],
    },
];
