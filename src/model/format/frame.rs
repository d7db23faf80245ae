//! The tables that frame a scenario: calendar, economy, parameters, correlations, expectations.

use super::Absent::{Is, Means, Mistake, OneOf};
use super::Form::{
    Any, Band, Certain, Choice, Correlation, Currency, Date, Figure, List, Named, Name, Quantity, Rate, Text,
    Texts, Whole,
};
use super::{Form, Key, Table, key};
use crate::model::kind::Kind;

const EXTENDS: Key = key(
    "extends",
    Texts("paths of scenario files, relative to this one"),
    Means("the file stands alone"),
    "[]",
    "What this file is laid over: tables merge, lists of named entries merge by name, anything else replaces. Several are applied in order. Expectations are not inherited.",
);
const REMOVE: Key = key(
    "remove",
    Texts("dotted paths of entries"),
    Means("nothing is taken out"),
    "[]",
    "What is taken out of what `extends` brings, such as [\"options.state-stockpile\"].",
);

pub const TABLES: &[Table] = &[
    Table {
        path: "",
        written: "",
        what: "The top level of a scenario file.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            EXTENDS,
            REMOVE,
            key("scenario", Form::Table, Mistake, "", "Calendar, grid, currency, trials and seed."),
            key("economy", Form::Table, Means("no gdp, one currency, no discounting"), "", "GDP, exchange rates, discounting."),
            key("parameters", Form::Table, Means("there are none"), "", "Quantities with a name, used elsewhere as \"$name\"."),
            key("correlations", List, Means("all draws are independent"), "", "Rank correlations between uncertain entries."),
            key("materials", Named, Mistake, "", "What is needed, raw or made, and where it comes from."),
            key("sectors", Named, Means("nobody needs anything"), "", "The industries that stop without the materials."),
            key("crises", Named, Means("there are none"), "", "Political crises that set off controls."),
            key("controls", Named, Means("nothing happens"), "", "Export controls: what sets them off, how hard they hit, how long."),
            key("options", Named, Means("nothing is done about it"), "", "What can be done about it: suppliers, recycling, stockpiles, savings."),
            key("expectations", List, Means("there are none"), "", "Published figures against which the scenario is held."),
        ],
    },
    Table {
        path: "scenario",
        written: "[scenario]",
        what: "Calendar, grid, currency, trials and seed.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key("name", Text, Is("\"scenario\""), "\"Japan: rare earths\"", "What the scenario is called in reports."),
            key("start", Date, Mistake, "2026-01-01", "Day 0, from 1900 to 2199."),
            key("horizon", Certain(Kind::Duration), Mistake, "\"5 years\"", "How long the world is watched: at most 200 years and 100,000 steps."),
            key("step", Choice(&["day", "week", "month"]), Is("\"week\""), "\"week\"", "The grid on which flows are accounted. Events are never rounded to it."),
            key("currency", Currency, Mistake, "\"JPY\"", "The currency of every result; sums in others convert through `economy.exchange_rates`."),
            key("trials", Whole(1, 1_000_000_000_000), Is("10_000"), "100_000", "How many trials are run: more trials, smaller errors."),
            key("seed", Whole(0, i64::MAX), Is("1"), "20260106", "The same seed gives the same draws, on any machine."),
            EXTENDS,
            REMOVE,
        ],
    },
    Table {
        path: "economy",
        written: "[economy]",
        what: "The economy around the scenario.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key("gdp", Quantity(&[Kind::MoneyRate]), Means("costs are not told as a share of it"), "\"609 trillion JPY/year\"", "One year's gross domestic product; above 0."),
            key("exchange_rates", Form::Table, Means("there is one currency"), "{ USD = \"157 JPY\" }", "What one unit of another currency is worth."),
            key("discount_rate", Quantity(&[Kind::Ratio]), Is("\"0%\""), "\"2%\"", "By how much a cost weighs less for each year that it lies in the future."),
        ],
    },
    Table {
        path: "economy.exchange_rates",
        written: "exchange_rates = { CODE = … }",
        what: "Currencies, as three capital letters, and what one unit of each is worth.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[key("*", Rate, Means("sums in that currency are an error"), "\"157 JPY\"", "What one unit of this currency is worth.")],
    },
    Table {
        path: "parameters",
        written: "[parameters]",
        what: "Quantities with names of their own. \"$name\" uses one anywhere, \"25% * $name\" a multiple of it. Drawn once a trial.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[key("*", Any, Means("`$` with that name is an error"), "{ pert = { min = \"20%\", mode = \"40%\", max = \"80%\" } }", "A quantity, certain or uncertain; it may be a multiple of another parameter.")],
    },
    Table {
        path: "correlations.*",
        written: "[[correlations]]",
        what: "A rank correlation between two uncertain entries that are drawn once a trial.",
        kinds: &[],
        one_of: &[],
        remarks: true,
        keys: &[
            key("between", Texts("two paths of uncertain entries"), Mistake, "[\"parameters.accessible_stock\", \"parameters.passthrough\"]", "The two entries."),
            key("rho", Correlation, Mistake, "-0.3", "Spearman's rank correlation: above 0, high draws of both come together."),
        ],
    },
    Table {
        path: "expectations.*",
        written: "[[expectations]]",
        what: "A published figure against which the scenario is held: a band, or a value with its tolerance.",
        kinds: &[],
        one_of: &["between", "value"],
        remarks: true,
        keys: &[
            key("metric", Name("a metric with its statistic"), Mistake, "\"shortfall.dysprosium.share.mean\"", "What is compared; `shortfall show` lists the metrics."),
            key("between", Band, OneOf, "[\"0.1%\", \"20%\"]", "The least and the most that agree with the figure.").beside(&["between"]),
            key("value", Figure, OneOf, "\"660 billion JPY\"", "The figure.").beside(&["value"]),
            key("tolerance", Figure, Mistake, "\"10%\"", "How far off on either side still agrees: in the unit of the value, or a share of it.").beside(&["value"]),
            key("role", Choice(&["calibrated", "check"]), Mistake, "\"check\"", "Whether the inputs were fitted to the figure, or not."),
            key("source", Text, Mistake, "\"Cabinet Office, white paper, March 2026\"", "Where the figure was published."),
        ],
    },
];
