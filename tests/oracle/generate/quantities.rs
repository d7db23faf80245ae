//! Random quantities around a value: plain, by every law and parametrisation, by parameter, over the calendar.

use super::Generator;
use crate::quantity::{LawText, MONTH, Num, Path, Quantity, WEEK, YEAR, num};

/// What a quantity may become when it is made uncertain.
#[derive(Clone, Copy)]
pub struct Nature {
    /// Lies in [0, 1], so that bounded laws are taken more often (but not only: cuts happen).
    pub share: bool,
    /// Must be more than 0 in every draw.
    pub positive: bool,
    /// Only narrow bounded laws.
    pub mild: bool,
    /// Drawn afresh at each occurrence.
    pub afresh: bool,
}

pub const ANY: Nature = Nature { share: false, positive: false, mild: false, afresh: false };
pub const SHARE: Nature = Nature { share: true, ..ANY };
pub const MILD: Nature = Nature { positive: true, mild: true, ..ANY };

/// A value with three significant digits.
pub fn round(value: f64) -> f64 {
    format!("{value:.2e}").parse().expect("a number")
}

impl Generator {
    /// A duration of about `days`, in some unit.
    pub fn time(&mut self, days: f64) -> Num {
        if self.whole {
            let step = self.world.step_days();
            let (unit, length) = [("days", 1.0), ("weeks", WEEK), ("months", MONTH)]
                .into_iter()
                .find(|(_, length)| *length == step)
                .expect("a step");
            return num((days / length).round().max(1.0), unit);
        }
        let mut units = vec![("days", 1.0)];
        for (unit, length) in [("weeks", WEEK), ("months", MONTH), ("years", YEAR)] {
            if days > 0.7 * length {
                units.push((unit, length));
            }
        }
        let (unit, length) = self.pick(&units);
        num(round(days / length), unit)
    }

    /// A flow of about `tonnes` a year, in some unit.
    pub fn flow(&mut self, tonnes: f64) -> Num {
        let units =
            [("t/year", 1.0), ("kg/day", 1000.0 / YEAR), ("t/month", MONTH / YEAR), ("t/week", WEEK / YEAR)];
        let (unit, factor) = self.pick(&units);
        num(round(tonnes * factor), unit)
    }

    pub fn mass(&mut self, tonnes: f64) -> Num {
        if self.chance(0.3) { num(round(tonnes * 1000.0), "kg") } else { num(round(tonnes), "t") }
    }

    /// A price of about `dollars` a kilogram.
    pub fn price(&mut self, dollars: f64) -> Num {
        match self.count(0, 2) {
            0 => num(round(dollars), "USD/kg"),
            1 => num(round(dollars * 0.157), "million JPY/t"),
            _ => num(round(dollars * 157.0), "JPY/kg"),
        }
    }

    /// Money of about `billions` of yen, `per` a time or nothing.
    pub fn money(&mut self, billions: f64, per: &str) -> Num {
        match self.count(0, 2) {
            0 => num(round(billions), &format!("billion JPY{per}")),
            1 => num(round(billions / 1000.0), &format!("trillion JPY{per}")),
            _ => num(round(billions / 0.157), &format!("million USD{per}")),
        }
    }

    pub fn percent(&mut self, low: f64, high: f64) -> Num {
        let value = match self.count(0, 39) {
            0 => 0.0,
            1 => 100.0,
            _ => self.between(low, high).round(),
        };
        if self.chance(0.2) { num(value / 100.0, "") } else { num(value, "%") }
    }

    /// A quantity about a number: as it is, by a law, by a parameter.
    pub fn quantity(&mut self, number: Num, path: &str, nature: Nature) -> Quantity {
        let certain = self.whole && ["days", "weeks", "months"].contains(&number.unit.as_str());
        match self.count(0, 99) {
            _ if number.value == 0.0 || certain => Quantity::Plain(number),
            0..20 => {
                if !nature.afresh {
                    self.factors.push(path.to_string());
                }
                Quantity::Law(self.law(&number, nature))
            }
            20..28 => self.parameter(number, nature),
            _ => Quantity::Plain(number),
        }
    }

    /// A quantity that need not be stated, and is with a probability.
    pub fn maybe(&mut self, probability: f64, number: Num, path: &str, nature: Nature) -> Option<Quantity> {
        self.chance(probability).then(|| self.quantity(number, path, nature))
    }

    /// A parameter that stands for a number, scaled or not; one that exists already is used again where it fits.
    pub fn parameter(&mut self, number: Num, nature: Nature) -> Quantity {
        let top = if number.unit == "%" { 100.0 } else { 1.0 };
        if number.value == 0.0 || nature.share && number.value > 0.97 * top {
            return Quantity::Plain(number);
        }
        let fits =
            |other: &&(String, Num, bool)| other.1.unit == number.unit && (other.2 || !nature.positive);
        if let Some((name, about, _)) = self.about.iter().find(fits) {
            return Quantity::Scaled(num(number.value / about.value, ""), name.clone());
        }
        let name = format!("p{}", self.world.parameters.len() + 1);
        let scale = if self.chance(0.5) { Some(self.between(0.2, 1.5)) } else { None };
        let scale = scale.map(round);
        let own = num(round(number.value / scale.unwrap_or(1.0)), &number.unit);
        // A parameter is not cut, so that one which is scaled down to a share need be none.
        let nature = Nature { share: nature.share && own.value <= number.value, ..nature };
        let value = if self.chance(0.75) {
            self.factors.push(format!("parameters.{name}"));
            Quantity::Law(self.law(&own, nature))
        } else {
            Quantity::Plain(own.clone())
        };
        self.about.push((name.clone(), own, nature.positive));
        self.world.parameters.push((name.clone(), value));
        if scale.is_none() && self.chance(0.2) {
            // A parameter that is a multiple of another.
            let double = format!("{name}-twice");
            self.world.parameters.push((double.clone(), Quantity::Scaled(num(2.0, ""), name)));
            return Quantity::Scaled(num(50.0, "%"), double);
        }
        match scale {
            None => Quantity::Parameter(name),
            Some(scale) if self.chance(0.5) => Quantity::Scaled(num(round(scale * 100.0), "%"), name),
            Some(scale) => Quantity::Scaled(num(scale, ""), name),
        }
    }

    /// A quantity over the calendar: flat, or with two or three dates about the horizon.
    pub fn path(&mut self, number: Num, path: &str, nature: Nature) -> Path {
        if self.chance(0.7) {
            return Path::Flat(self.quantity(number, path, nature));
        }
        let entries = self.count(2, 3);
        let dates = self.dates(entries);
        let mut points = Vec::new();
        for date in dates {
            let factor = self.between(0.5, 1.4);
            let value = round(number.value * factor);
            let value =
                if nature.share { value.min(if number.unit == "%" { 95.0 } else { 0.95 }) } else { value };
            let dotted = format!("{path}.{}", crate::quantity::date_text(date));
            points.push((date, self.quantity(num(value, &number.unit), &dotted, nature)));
        }
        Path::Dated(points)
    }

    /// Dates in ascending order, from somewhat before the start to somewhat after the end.
    pub fn dates(&mut self, count: usize) -> Vec<i64> {
        if self.whole {
            // Dates of whole steps, where a step is a whole number of days.
            let step = self.world.step_days().floor() as i64;
            let dates = (0..count as i64).map(|i| self.world.start + step * 9 * (i * i + i - 1));
            return dates.collect();
        }
        let width = (1.6 * self.span / count as f64).max(2.0);
        let first = self.world.start as f64 - 0.3 * self.span;
        let date = |generator: &mut Self, i: usize| {
            let within = generator.between(0.1, 0.9);
            (first + width * (i as f64 + within)) as i64 + i as i64
        };
        let mut dates: Vec<i64> = (0..count).map(|i| date(self, i)).collect();
        for i in 1..count {
            dates[i] = dates[i].max(dates[i - 1] + 1);
        }
        dates
    }

    /// The day a share of the horizon after the start. In a world of whole steps it is one of few, so that dates meet.
    pub fn day(&mut self, part: f64) -> i64 {
        if !self.whole {
            return self.world.start + (part * self.span).floor() as i64;
        }
        let step = self.world.step_days().floor();
        self.world.start + ((part * 5.0).floor() * (self.span / 5.0 / step).floor() * step) as i64
    }

    /// A date about a share of the horizon after the start, certain or not.
    pub fn date(&mut self, part: f64, path: &str) -> Quantity {
        let day = self.day(part) as f64;
        let span = self.span;
        let date = |offset: f64| vec![num((day + offset * span.max(30.0)).round(), "date")];
        let args = match self.count(0, 9) {
            0 => ("uniform", vec![("min", date(-0.1)), ("max", date(0.3))]),
            1 => ("triangular", vec![("min", date(-0.1)), ("mode", date(0.05)), ("max", date(0.3))]),
            2 => ("pert", vec![("min", date(-0.2)), ("mode", date(0.0)), ("max", date(0.3))]),
            3 => {
                let weights = vec![num(0.5, ""), num(0.5, "")];
                ("discrete", vec![("values", [date(0.0), date(0.2)].concat()), ("weights", weights)])
            }
            _ => return Quantity::Plain(num(day, "date")),
        };
        self.factors.push(path.to_string());
        Quantity::Law(LawText { kind: args.0, args: args.1 })
    }

    /// A law about a number, in the number's unit.
    pub fn law(&mut self, number: &Num, nature: Nature) -> LawText {
        let value = number.value;
        let top = match (nature.share, number.unit.as_str()) {
            (true, "%") => 100.0,
            (true, _) => 1.0,
            _ => f64::INFINITY,
        };
        let one = |x: f64| vec![num(round(x), &number.unit)];
        let many = |xs: &[f64]| xs.iter().map(|x| num(round(x.min(top)), &number.unit)).collect::<Vec<_>>();
        let pure = |x: f64| vec![num(round(x), "")];
        let capped = |x: f64| one(x.min(top));
        let mode = value.min(0.9 * top);
        let jitter = self.between(0.9, 1.1);
        let shape = self.between(0.8, 3.0);
        let kinds = if nature.mild { 4 } else { 20 };
        let (kind, mut args) = match self.count(0, kinds) {
            0 => ("uniform", vec![("min", one(0.6 * value * jitter)), ("max", capped(1.4 * value * jitter))]),
            1 => (
                "triangular",
                vec![("min", one(0.5 * mode)), ("mode", one(mode)), ("max", capped(1.7 * value))],
            ),
            2 => ("pert", vec![("min", one(0.5 * mode)), ("mode", one(mode)), ("max", capped(1.8 * value))]),
            3 => (
                "discrete",
                vec![
                    ("values", many(&[1.3 * value, 0.6 * value, value])),
                    ("weights", [pure(0.3), pure(0.2), pure(0.5)].concat()),
                ],
            ),
            4 => (
                "empirical",
                vec![("values", many(&[0.7 * value, 1.3 * value, 0.9 * value, value * jitter]))],
            ),
            5 => ("normal", vec![("mean", one(value)), ("sd", one(0.3 * value * jitter))]),
            6 => ("normal", vec![("p5", one(0.5 * value)), ("p95", one(1.4 * value * jitter))]),
            7 => ("normal", vec![("median", one(value)), ("p90", one(1.4 * value * jitter))]),
            8 => ("lognormal", vec![("median", one(value)), ("p90", one(1.7 * value * jitter))]),
            9 => ("lognormal", vec![("median", one(value)), ("sigma", pure(0.2 * shape))]),
            10 => ("lognormal", vec![("p5", one(0.5 * value)), ("p95", one(1.9 * value * jitter))]),
            11 => ("lognormal", vec![("mean", one(value)), ("sd", one(0.4 * value * jitter))]),
            12 => ("gamma", vec![("shape", pure(shape)), ("scale", one(value / shape))]),
            13 => ("gamma", vec![("mean", one(value)), ("sd", one(0.5 * value * jitter))]),
            14 | 15 => ("weibull", vec![("shape", pure(shape)), ("scale", one(value))]),
            16 => ("exponential", vec![("mean", one(value))]),
            17 if nature.share => {
                ("beta", vec![("mean", one(mode)), ("sd", one(0.3 * mode.min(top - mode)))])
            }
            18 if nature.share => ("beta", vec![("shape1", pure(shape)), ("shape2", pure(2.0))]),
            17 | 18 => {
                let ends = [("low", one(0.3 * value)), ("high", one(2.0 * value))];
                let mut args = vec![("mean", one(value * jitter)), ("sd", one(0.25 * value))];
                args.extend(ends);
                ("beta", args)
            }
            _ => {
                let ends = [("low", one(0.4 * value)), ("high", capped(1.9 * value))];
                let mut args = vec![("shape1", pure(shape)), ("shape2", pure(2.0 * jitter))];
                args.extend(ends);
                ("beta", args)
            }
        };
        let may_cut = !["uniform", "triangular", "pert", "discrete", "empirical"].contains(&kind);
        let must_cut = kind == "normal" && nature.positive;
        if must_cut || may_cut && self.chance(0.3) {
            if must_cut || self.chance(0.6) {
                args.push(("min", one(0.45 * value)));
            }
            if self.chance(0.5) {
                args.push(("max", one(1.6 * value)));
            }
        }
        LawText { kind, args }
    }
}
