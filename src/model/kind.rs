//! What a quantity may be: its dimension, its range, and an example for whoever wrote something else.

use crate::quantity::Dimension;

/// The kinds of quantity that a scenario's keys ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A share of a whole, 0 to 100 %.
    Share,
    /// A probability, 0 to 100 %.
    Probability,
    /// A probability a year, 0 to below 100 %.
    AnnualProbability,
    /// A pure number, at least 0.
    Ratio,
    /// A pure number, at least 1.
    Multiplier,
    /// A pure number above 0.
    Positive,
    /// A pure number below 0.
    Elasticity,
    /// A length of time.
    Duration,
    /// A day of the calendar.
    Day,
    /// Tonnes.
    Mass,
    /// Tonnes per day.
    MassRate,
    /// Money.
    Money,
    /// Money per day.
    MoneyRate,
    /// Money per tonne.
    Price,
}

impl Kind {
    /// The dimension; none for a day of the calendar.
    pub fn dimension(self) -> Option<Dimension> {
        Some(match self {
            Kind::Share
            | Kind::Probability
            | Kind::AnnualProbability
            | Kind::Ratio
            | Kind::Multiplier
            | Kind::Positive
            | Kind::Elasticity => Dimension::PURE,
            Kind::Duration => Dimension::TIME,
            Kind::Day => return None,
            Kind::Mass => Dimension::MASS,
            Kind::MassRate => Dimension::MASS_RATE,
            Kind::Money => Dimension::MONEY,
            Kind::MoneyRate => Dimension::MONEY_RATE,
            Kind::Price => Dimension::PRICE,
        })
    }

    /// The least and the most it may be; draws beyond are cut there.
    pub fn range(self) -> (f64, f64) {
        match self {
            Kind::Share | Kind::Probability => (0.0, 1.0),
            Kind::AnnualProbability => (0.0, 1.0 - 1e-9),
            Kind::Multiplier => (1.0, f64::INFINITY),
            Kind::Positive => (1e-12, f64::INFINITY),
            Kind::Elasticity => (f64::NEG_INFINITY, -1e-12),
            Kind::Day => (f64::NEG_INFINITY, f64::INFINITY),
            _ => (0.0, f64::INFINITY),
        }
    }

    /// What is wanted, with an example.
    pub fn wanted(self) -> &'static str {
        match self {
            Kind::Share => "a share from 0 to 100 %, such as \"40%\"",
            Kind::Probability => "a probability from 0 to 100 %, such as \"70%\"",
            Kind::AnnualProbability => "a probability a year, from 0 to below 100 %, such as \"6%\"",
            Kind::Ratio => "a number of at least 0, such as \"25%\" or 1.2",
            Kind::Multiplier => "a number of at least 1, such as 1.6",
            Kind::Positive => "a number above 0, such as 1.5",
            Kind::Elasticity => "a number below 0, such as -0.3",
            Kind::Duration => "a length of time, such as \"45 days\" or \"3 months\"",
            Kind::Day => "a date, such as 2026-11-10",
            Kind::Mass => "a mass, such as \"400 t\"",
            Kind::MassRate => "a mass per time, such as \"400 t/year\"",
            Kind::Money => "a sum of money, such as \"8 billion JPY\"",
            Kind::MoneyRate => "a sum of money per time, such as \"11 trillion JPY/year\"",
            Kind::Price => "a price, such as \"260 USD/kg\"",
        }
    }
}
