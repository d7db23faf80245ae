//! The tables of who needs what, and where it comes from.

use super::Absent::{Is, Means, Mistake, OneOf};
use super::Form::{ChoiceOrTable, List, Named, Path, Quantity, QuantityOrTable, Spread, Text, Whole};
use super::{Form, Key, Table, key};
use crate::model::kind::Kind;

/// Stage and country; of sources and of suppliers.
pub const fn route(path: &'static str) -> Table {
    Table {
        path,
        written: "route = { STAGE = … }",
        what: "The stages through which the material goes, in order, and the country of each. A control hits what passes its country at one of its stages.",
        kinds: &[],
        one_of: &[],
        remarks: false,
        keys: STAGES,
    }
}

const STAGES: &[Key] = &[key(
    "*",
    Form::Name("a country"),
    Means("no control of its country hits it there"),
    "\"CN\"",
    "The country of this stage, by any name that the controls use.",
)];

pub const ROUTE: Key = key(
    "route",
    Form::Table,
    Means("no control can hit it"),
    "{ mining = \"AU\", separation = \"MY\" }",
    "The stages it goes through, in order, and the country of each.",
);

const AMOUNT: &str = "Mass of this material per mass of what is made.";

pub const TABLES: &[Table] = &[
    Table {
        path: "materials.*",
        written: "[materials.NAME]",
        what: "A material, raw or made of others.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key(
                "price",
                Quantity(&[Kind::Price]),
                Is("\"0 JPY/t\""),
                "\"260 USD/kg\"",
                "What it costs in normal times.",
            ),
            key(
                "inventory",
                Quantity(&[Kind::Duration]),
                Is("\"0 days\""),
                "\"90 days\"",
                "What each of its users holds, as time of the user's baseline use. A user may state its own.",
            ),
            key(
                "accessible",
                Quantity(&[Kind::Share]),
                Is("\"100%\""),
                "\"40%\"",
                "The share of that inventory that can really be used.",
            ),
            key(
                "headroom",
                Quantity(&[Kind::Ratio]),
                Is("\"10%\""),
                "\"25%\"",
                "How far a source that is not blocked can go beyond its baseline flow. A source may state its own.",
            ),
            key(
                "spot_share",
                Quantity(&[Kind::Share]),
                Is("\"100%\""),
                "\"4%\"",
                "The share of the sources' inflow that is bought at the spot price.",
            ),
            key(
                "price_response",
                Form::Table,
                Means("prices do not move"),
                "",
                "How the spot price answers to scarcity.",
            ),
            key("sources", List, Mistake, "", "Where it comes from; the shares sum to 100 % at every date."),
        ],
    },
    Table {
        path: "materials.*.price_response",
        written: "price_response = { … }",
        what: "The spot price as a multiple of the price: min(cap, filled share of the orders ^ (1 / elasticity)).",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key(
                "elasticity",
                Quantity(&[Kind::Elasticity]),
                Mistake,
                "-0.3",
                "Of demand with respect to price: the closer to 0, the wilder the price.",
            ),
            key(
                "cap",
                Quantity(&[Kind::Multiplier]),
                Means("none; required where all inflow can be stopped"),
                "10",
                "The greatest multiple.",
            ),
            key(
                "half_life",
                Quantity(&[Kind::Duration]),
                Means("the price falls at once"),
                "\"1.3 years\"",
                "The time in which what the multiple has above 1 halves at the fastest.",
            ),
        ],
    },
    Table {
        path: "materials.*.sources.*",
        written: "[[materials.NAME.sources]]",
        what: "A source: imports, or a domestic process that consumes other materials.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key("name", Text, Mistake, "\"china\"", "Its name, unique among the material's sources."),
            key(
                "share",
                Path(Kind::Share),
                Mistake,
                "{ 2026-01-01 = \"8%\", 2030-01-01 = \"30%\" }",
                "Its share of the material's supply in normal times.",
            ),
            ROUTE,
            key(
                "transit",
                Quantity(&[Kind::Duration]),
                Is("\"0 days\""),
                "\"20 days\"",
                "Shipping time: what left before a control still arrives.",
            ),
            key(
                "headroom",
                Quantity(&[Kind::Ratio]),
                Means("the material's"),
                "\"25%\"",
                "How far it can go beyond its baseline flow.",
            ),
            key(
                "inputs",
                Form::Table,
                Means("it is made of nothing in the scenario"),
                "{ neodymium = 0.3, dysprosium = 0.02 }",
                "What it is made of: material -> mass per mass.",
            ),
        ],
    },
    route("materials.*.sources.*.route"),
    Table {
        path: "materials.*.sources.*.inputs",
        written: "inputs = { MATERIAL = … }",
        what: "What the process consumes.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[key(
            "*",
            QuantityOrTable(Kind::Ratio),
            Means("it consumes none of that material"),
            "0.3",
            AMOUNT,
        )],
    },
    Table {
        path: "materials.*.sources.*.inputs.*",
        written: "MATERIAL = { … }",
        what: "An input of which the process holds a stock of its own.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key("amount", Quantity(&[Kind::Ratio]), Mistake, "0.3", AMOUNT),
            key(
                "inventory",
                Quantity(&[Kind::Duration]),
                Means("the material's"),
                "\"60 days\"",
                "What the process holds of it, as time of its baseline use.",
            ),
        ],
    },
    Table {
        path: "sectors.*",
        written: "[sectors.NAME]",
        what: "An industry that stops without the materials.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key(
                "value_added",
                Path(Kind::MoneyRate),
                Mistake,
                "\"11 trillion JPY/year\"",
                "Its value added in normal times.",
            ),
            key("uses", Named, Mistake, "", "What it needs, by material."),
            key(
                "priority",
                Whole(1, 1000),
                Is("1"),
                "2",
                "Who is served first when something is short: 1 before 2.",
            ),
            key(
                "multiplier",
                Quantity(&[Kind::Multiplier]),
                Is("1"),
                "1.6",
                "Total lost value added per value added lost in the sector itself.",
            ),
            key(
                "recapture",
                Form::Table,
                Means("what is lost stays lost"),
                "{ share = \"80%\", extra_capacity = \"10%\", within = \"9 months\" }",
                "How lost output is made up afterwards.",
            ),
            key(
                "firms",
                Form::Table,
                Means("the sector is one firm"),
                "{ groups = 5, inventory = \"40 days\" }",
                "Equal groups of firms that hold different stocks: some stop early, some never.",
            ),
        ],
    },
    Table {
        path: "sectors.*.uses.*",
        written: "[sectors.NAME.uses.MATERIAL]",
        what: "What a sector needs of a material.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key("amount", Path(Kind::MassRate), Mistake, "\"9000 t/year\"", "What it uses in normal times."),
            key(
                "exposed",
                Quantity(&[Kind::Share]),
                Mistake,
                "\"25%\"",
                "The share of the sector's value added that stops without this material at all.",
            ),
            key(
                "inventory",
                Quantity(&[Kind::Duration]),
                Means("the material's"),
                "\"45 days\"",
                "What the sector holds of it, as time of its baseline use.",
            ),
            key(
                "response",
                ChoiceOrTable(&["proportional"]),
                Is("\"proportional\""),
                "{ power = 1.5 }",
                "How activity falls as the material is missing.",
            ),
        ],
    },
    Table {
        path: "sectors.*.uses.*.response",
        written: "response = { … }",
        what: "A response other than proportional: activity as a function of the filled share f of the use.",
        kinds: &[],
        one_of: &["power", "ces"],
        remarks: true,
        keys: &[
            key(
                "power",
                Quantity(&[Kind::Positive]),
                OneOf,
                "1.5",
                "1 - exposed (1 - f)^power: above 1, a small gap does little harm.",
            )
            .beside(&["power"]),
            key(
                "ces",
                Form::Table,
                OneOf,
                "{ share = 0.001, sigma = 0.05 }",
                "Constant elasticity of substitution.",
            )
            .beside(&["ces"]),
        ],
    },
    Table {
        path: "sectors.*.uses.*.response.ces",
        written: "ces = { … }",
        what: "A constant elasticity of substitution that rises with time.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key("share", Quantity(&[Kind::Share]), Mistake, "0.001", "The material's share of the cost."),
            key("sigma", Quantity(&[Kind::Positive]), Mistake, "0.05", "The elasticity at first."),
            key(
                "sigma_long",
                Quantity(&[Kind::Positive]),
                Means("`sigma`"),
                "0.8",
                "The elasticity in the long run.",
            ),
            key(
                "tau",
                Quantity(&[Kind::Duration]),
                Is("\"0 days\""),
                "\"24 months\"",
                "The time in which it moves there.",
            ),
        ],
    },
    Table {
        path: "sectors.*.recapture",
        written: "recapture = { … }",
        what: "How lost output is made up afterwards.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key(
                "share",
                Quantity(&[Kind::Share]),
                Is("\"100%\""),
                "\"80%\"",
                "The share of what is lost that can be made up.",
            ),
            key(
                "extra_capacity",
                Quantity(&[Kind::Ratio]),
                Mistake,
                "\"10%\"",
                "How far activity can go beyond normal.",
            ),
            key(
                "within",
                Quantity(&[Kind::Duration]),
                Mistake,
                "\"9 months\"",
                "The time in which what is not made up yet fades (by a factor e).",
            ),
        ],
    },
    Table {
        path: "sectors.*.firms",
        written: "firms = { … }",
        what: "Equal groups of firms, the i-th holding the (i - 1/2)/groups quantile of the law of inventories.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key("groups", Whole(1, 1000), Mistake, "5", "How many groups."),
            key(
                "inventory",
                Spread(Kind::Duration),
                Mistake,
                "{ lognormal = { median = \"40 days\", sigma = 0.6 } }",
                "What they hold of every material, in place of any other `inventory`.",
            ),
        ],
    },
];
