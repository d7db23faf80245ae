//! The draws of one trial: uniforms by address, once-a-trial quantities with their correlations, and quantities drawn
//! afresh, counted by factor.

use crate::laws::{Law, phi, score};
use crate::quantity::{LawText, Path, Quantity};
use crate::world::World;
use shortfall::random::Factor;
use std::cell::RefCell;
use std::collections::BTreeMap;

pub struct Draws<'w> {
    pub world: &'w World,
    trial: u64,
    /// How often each factor that is drawn afresh has been used.
    uses: RefCell<BTreeMap<String, u32>>,
    /// Values of what is drawn once a trial, so that it need not be hashed in every step.
    known: RefCell<BTreeMap<String, f64>>,
    /// The uniforms of the correlated factors.
    correlated: BTreeMap<String, f64>,
}

impl<'w> Draws<'w> {
    pub fn new(world: &'w World, trial: u64) -> Self {
        let mut draws = Draws {
            world,
            trial,
            uses: RefCell::default(),
            known: RefCell::default(),
            correlated: BTreeMap::new(),
        };
        draws.correlated = draws.copula();
        draws
    }

    /// The uniform of a factor at an occurrence.
    pub fn uniform(&self, factor: &str, occurrence: u32) -> f64 {
        Factor::new(self.world.seed, factor).uniform(self.trial, occurrence)
    }

    /// The uniform of the next use of a factor.
    pub fn next(&self, factor: &str) -> f64 {
        let mut uses = self.uses.borrow_mut();
        let count = uses.entry(factor.to_string()).or_insert(0);
        *count += 1;
        self.uniform(factor, *count - 1)
    }

    /// The uniform of a factor that is drawn once a trial.
    pub fn single(&self, factor: &str) -> f64 {
        self.correlated.get(factor).copied().unwrap_or_else(|| self.uniform(factor, 0))
    }

    /// The Gaussian copula: each correlated factor's score is its Cholesky row times the scores of the uniforms.
    fn copula(&self) -> BTreeMap<String, f64> {
        let mut names: Vec<&String> = Vec::new();
        for (a, b, _) in &self.world.correlations {
            for name in [a, b] {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        let n = names.len();
        let mut matrix = vec![vec![0.0; n]; n];
        for (i, row) in matrix.iter_mut().enumerate() {
            row[i] = 1.0;
        }
        for (a, b, rho) in &self.world.correlations {
            let place = |name| names.iter().position(|other| *other == name).expect("a correlated factor");
            let r = 2.0 * libm::sin(std::f64::consts::PI * rho / 6.0);
            matrix[place(a)][place(b)] = r;
            matrix[place(b)][place(a)] = r;
        }
        let mut lower = vec![vec![0.0; n]; n];
        for i in 0..n {
            for j in 0..=i {
                let sum: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
                lower[i][j] =
                    if i == j { f64::sqrt(matrix[i][i] - sum) } else { (matrix[i][j] - sum) / lower[j][j] };
            }
        }
        let scores: Vec<f64> = names.iter().map(|name| score(self.uniform(name, 0))).collect();
        let mixed = |i: usize| (0..=i).map(|j| lower[i][j] * scores[j]).sum::<f64>();
        names.iter().enumerate().map(|(i, name)| ((*name).clone(), phi(mixed(i)))).collect()
    }

    /// A law with its parameters in base units.
    pub fn law(&self, text: &LawText) -> Law {
        let base = |value: &crate::quantity::Num| value.base(&self.world.money, self.world.start);
        let args =
            text.args.iter().map(|(name, values)| (*name, values.iter().map(base).collect())).collect();
        Law::new(text.kind, &args)
    }

    /// A quantity that is drawn once a trial; `path` is its factor where it is uncertain.
    pub fn once(&self, quantity: &Quantity, path: &str) -> f64 {
        if let Quantity::Law(text) = quantity {
            if let Some(value) = self.known.borrow().get(path) {
                return *value;
            }
            let value = self.law(text).quantile(self.single(path));
            self.known.borrow_mut().insert(path.to_string(), value);
            return value;
        }
        self.certain(quantity)
    }

    /// A quantity that is drawn afresh each time it is used.
    pub fn afresh(&self, quantity: &Quantity, path: &str) -> f64 {
        match quantity {
            Quantity::Law(text) => self.law(text).quantile(self.next(path)),
            other => self.certain(other),
        }
    }

    /// A number, or a parameter, which is drawn once a trial wherever it stands.
    fn certain(&self, quantity: &Quantity) -> f64 {
        let parameter = |name: &String| {
            let found = self.world.parameters.iter().find(|(other, _)| other == name);
            self.once(&found.expect("a parameter of the world").1, &format!("parameters.{name}"))
        };
        match quantity {
            Quantity::Plain(number) => number.base(&self.world.money, self.world.start),
            Quantity::Parameter(name) => parameter(name),
            Quantity::Scaled(scale, name) => {
                scale.base(&self.world.money, self.world.start) * parameter(name)
            }
            Quantity::Law(_) => unreachable!("a law is drawn"),
        }
    }

    /// A share, drawn once a trial and cut to [0, 1].
    pub fn share(&self, quantity: &Quantity, path: &str) -> f64 {
        self.once(quantity, path).clamp(0.0, 1.0)
    }

    /// A share that need not be stated.
    pub fn share_or(&self, quantity: &Option<Quantity>, path: &str, default: f64) -> f64 {
        quantity.as_ref().map_or(default, |quantity| self.share(quantity, path))
    }

    /// A duration, mass, price or cost, drawn once a trial and not below 0.
    pub fn amount(&self, quantity: &Quantity, path: &str) -> f64 {
        self.once(quantity, path).max(0.0)
    }

    /// An amount that need not be stated.
    pub fn amount_or(&self, quantity: &Option<Quantity>, path: &str, default: f64) -> f64 {
        quantity.as_ref().map_or(default, |quantity| self.amount(quantity, path))
    }

    /// The points (day, value) of a path, each value cut to the range; a flat one has a single point.
    pub fn points(&self, path: &Path, name: &str, least: f64, most: f64) -> Vec<(f64, f64)> {
        match path {
            Path::Flat(quantity) => vec![(0.0, self.once(quantity, name).clamp(least, most))],
            Path::Dated(entries) => {
                let value = |date: i64, quantity: &Quantity| {
                    let dotted = format!("{name}.{}", crate::quantity::date_text(date));
                    self.once(quantity, &dotted).clamp(least, most)
                };
                let day = |date: i64| (date - self.world.start) as f64;
                entries.iter().map(|(date, quantity)| (day(*date), value(*date, quantity))).collect()
            }
        }
    }

    /// A path's value on a day: linear between its dates, constant outside.
    pub fn on_day(&self, path: &Path, name: &str, least: f64, most: f64, day: f64) -> f64 {
        let points = self.points(path, name, least, most);
        let after = points.iter().position(|point| point.0 > day).unwrap_or(points.len());
        if after == 0 {
            return points[0].1;
        }
        if after == points.len() {
            return points[after - 1].1;
        }
        let ((from, low), (to, high)) = (points[after - 1], points[after]);
        low + (high - low) * (day - from) / (to - from)
    }

    /// When the integral of the rate -ln(1 - p(t)) a year, from the day `since` on, reaches `amount`: infinite if never.
    pub fn hazard_reaches(&self, path: &Path, name: &str, since: f64, amount: f64) -> f64 {
        let most = 1.0 - 1e-9;
        let points = self.points(path, name, 0.0, most);
        let rate_of = |p: f64| -libm::log1p(-p) / crate::quantity::YEAR;
        let mut from = since;
        let mut left = amount;
        for to in points.iter().map(|point| point.0).filter(|day| *day > since) {
            let (p, q) = (self.on_day(path, name, 0.0, most, from), self.on_day(path, name, 0.0, most, to));
            let hazard = (to - from) * mean_hazard(p, q) / crate::quantity::YEAR;
            if hazard >= left {
                let reached = |part: f64| {
                    (to - from) * part * mean_hazard(p, p + (q - p) * part) / crate::quantity::YEAR >= left
                };
                return from + (to - from) * bisect_unit(reached);
            }
            left -= hazard;
            from = to;
        }
        let rate = rate_of(points.last().expect("a path has points").1.max(0.0));
        if points.len() == 1 || from >= points.last().expect("a path has points").0 {
            return if rate > 0.0 { from + left / rate } else { f64::INFINITY };
        }
        unreachable!("the last date of a path has been passed")
    }
}

/// The mean of -ln(1 - x) for x uniform from p to q.
fn mean_hazard(p: f64, q: f64) -> f64 {
    let (left, right) = (1.0 - p, 1.0 - q);
    if (right - left).abs() < 1e-3 * left.max(right) {
        // Gauss-Legendre with three points: the closed form would cancel.
        let (middle, half) = (0.5 * (p + q), 0.5 * (q - p));
        let f = |x: f64| -libm::log1p(-x);
        let node = half * 0.6_f64.sqrt();
        return (8.0 * f(middle) + 5.0 * (f(middle - node) + f(middle + node))) / 18.0;
    }
    let integral = |y: f64| y * libm::log(y) - y;
    (integral(left) - integral(right)) / (right - left)
}

/// The least x in [0, 1] at which `reached` holds.
fn bisect_unit(reached: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if reached(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

#[test]
fn the_mean_hazard_is_an_integral() {
    for (p, q) in [(0.1, 0.6), (0.3, 0.3005), (0.2, 0.2), (0.9, 0.1), (0.999, 0.9995)] {
        let n = 20_000;
        let at = |i: i32| p + (q - p) * (f64::from(i) + 0.5) / f64::from(n);
        let sum: f64 = (0..n).map(|i| -libm::log1p(-at(i))).sum();
        assert!((mean_hazard(p, q) - sum / f64::from(n)).abs() < 1e-8);
    }
}
