//! The tables of a run: every trial with its figures and draws, and the bands over time.

use super::metric::Metric;
use super::provenance::Provenance;
use super::table::{Column, Kind, Table, Values};
use super::timeline::Timeline;
use super::trials::{Trials, again};
use crate::model::{Factor, Model};
use crate::parallel::Pool;
use crate::plan::{Columns, Plan};
use crate::quantity::{Dimension, words};
use crate::statistics::{BAND_LEVELS, Band};

/// Trials whose draws a thread makes at a time. It decides nothing but how work is dealt out.
const BLOCK: usize = 2048;

/// Where the rows of a table of trials come from.
#[derive(Clone, Copy, Debug)]
pub enum Rows<'t> {
    /// They are held.
    Held(&'t Trials),
    /// They were walked and are walked again, some at a time.
    Walked {
        /// How many there are.
        count: usize,
        /// How many were asked for.
        asked: u64,
    },
}

impl<'t> From<&'t Trials> for Rows<'t> {
    fn from(trials: &'t Trials) -> Rows<'t> {
        Rows::Held(trials)
    }
}

/// `trials`: a row a trial, in trial order.
///
/// The columns are the trial's number, whether any control acted, every metric (a censored one followed by its flag), and
/// `draw.PATH` for everything that is drawn once a trial. The draws are made again from the trials' numbers.
pub fn trials_table<'a>(
    model: &'a Model,
    plan: &'a Plan,
    metrics: &'a [Metric],
    rows: impl Into<Rows<'a>>,
    provenance: &Provenance,
    pool: &'a Pool,
) -> Table<'a> {
    let source = rows.into();
    let (count, asked, weights) = match source {
        Rows::Held(trials) => (trials.count, trials.asked, trials.weights.as_deref()),
        Rows::Walked { count, asked } => (count, asked, None),
    };
    let mut columns = vec![
        column("trial", Kind::Whole, None, "number of the trial, from 0"),
        column("any_control", Kind::Flag, None, "whether any control blocked anything"),
    ];
    if weights.is_some() {
        columns.push(column("weight", Kind::Number, None, "how much the trial counts"));
    }
    for metric in metrics {
        columns.push(column(
            &metric.name,
            Kind::Number,
            Some(words::unit(&metric.unit).to_owned()),
            metric.what,
        ));
        if metric.censored.is_some() {
            let name = format!("{}.censored", metric.name);
            columns.push(column(&name, Kind::Flag, None, "whether it had not ended at the horizon"));
        }
    }
    let drawn = model.factors.iter().filter(|factor| factor.once);
    columns.extend(drawn.map(|factor| {
        let written = model.assumptions.iter().find(|a| a.path == factor.path).map(|a| a.written.as_str());
        let name = format!("draw.{}", factor.path);
        column(&name, Kind::Number, Some(dimension(factor, &model.currency)), written.unwrap_or_default())
    }));
    let mut facts = provenance.facts(count);
    if (count as u64) < asked {
        facts.push(("asked".to_owned(), asked.to_string()));
    }
    Table::new(columns, count, facts, move |rows| {
        let walked = match source {
            Rows::Held(_) => Vec::new(),
            Rows::Walked { .. } => again(plan, rows.clone(), pool),
        };
        let figures = |c: usize| match source {
            Rows::Held(trials) => trials.columns[c].range(rows.clone()),
            Rows::Walked { .. } => walked[c].iter(),
        };
        let mut values = vec![
            Values::Wholes(rows.clone().map(|row| row as i64).collect()),
            Values::Flags(flags(figures(Columns::ANY_CONTROL))),
        ];
        values.extend(weights.iter().map(|own| Values::Numbers(own[rows.clone()].to_vec())));
        for metric in metrics {
            values.push(Values::Numbers(figures(metric.column).collect()));
            values.extend(metric.censored.map(|c| Values::Flags(flags(figures(c)))));
        }
        values.extend(draws(plan, rows.len(), |i| rows.start + i, pool).into_iter().map(Values::Numbers));
        values
    })
}

/// `timeline`: a row a step of a series, series by series.
///
/// The probability of being in a regime is the mean of its series, which has no quantiles.
pub fn timeline_table<'a>(
    model: &'a Model,
    plan: &'a Plan,
    timeline: &'a Timeline,
    provenance: &Provenance,
) -> Table<'a> {
    let mut columns = vec![
        column("series", Kind::Text, None, "what is shown"),
        column("unit", Kind::Text, None, "unit of the mean and the quantiles; flows are per step"),
        column("step", Kind::Whole, None, "number of the step, from 0"),
        column("date", Kind::Date, None, "day on which the step begins"),
        column("mean", Kind::Number, None, "mean over the trials"),
    ];
    columns.extend(BAND_LEVELS.iter().map(|level| {
        let percent = (level * 100.0).round();
        column(&format!("p{percent}"), Kind::Number, None, &format!("{percent} % quantile over the trials"))
    }));
    let mut series: Vec<(String, String, Vec<Band>)> = Vec::new();
    for s in &timeline.series {
        series.push((s.name.clone(), words::unit(&s.unit).to_owned(), s.bands.clone()));
    }
    for (control, regimes) in model.controls.iter().zip(&timeline.regimes) {
        for (regime, probabilities) in control.regimes.iter().zip(regimes) {
            let band = |&mean: &f64| Band { mean, quantiles: [f64::NAN; BAND_LEVELS.len()] };
            let name = format!("regime.{}.{}", control.name, regime.name);
            series.push((
                name,
                words::unit(&words::Unit::Share).to_owned(),
                probabilities.iter().map(band).collect(),
            ));
        }
    }
    let steps = plan.steps;
    let facts = provenance.facts(timeline.trials);
    Table::new(columns, series.len() * steps, facts, move |rows| {
        let text = |of: &dyn Fn(usize) -> String| Values::Texts(rows.clone().map(of).collect());
        let number = |of: &dyn Fn(&Band) -> f64| {
            Values::Numbers(rows.clone().map(|r| of(&series[r / steps].2[r % steps])).collect())
        };
        let day = |row: usize| words::epoch_day(model.start, (row % steps) as f64 * plan.step);
        let mut values = vec![
            text(&|row| series[row / steps].0.clone()),
            text(&|row| series[row / steps].1.clone()),
            Values::Wholes(rows.clone().map(|row| (row % steps) as i64).collect()),
            Values::Dates(rows.clone().map(day).collect()),
            number(&|band| band.mean),
        ];
        values.extend((0..BAND_LEVELS.len()).map(|i| number(&|band| band.quantiles[i])));
        values
    })
}

fn column(name: &str, kind: Kind, unit: Option<String>, description: &str) -> Column {
    Column { name: name.to_owned(), kind, unit, description: description.to_owned() }
}

fn flags(figures: impl Iterator<Item = f64>) -> Vec<Option<bool>> {
    figures.map(|x| (!x.is_nan()).then_some(x > 0.0)).collect()
}

/// What `count` trials drew once each: by draw of the plan (the once-a-trial factors of its model, in their order), in the
/// order of the trials, of which `trial` gives the numbers. Made again from these.
pub fn draws(plan: &Plan, count: usize, trial: impl Fn(usize) -> usize + Sync, pool: &Pool) -> Vec<Vec<f64>> {
    let width = plan.scalars.draws.len();
    let blocks = pool.indices(count.div_ceil(BLOCK), |b| {
        let own = b * BLOCK..count.min((b + 1) * BLOCK);
        let mut columns = vec![Vec::with_capacity(own.len()); width];
        let (mut row, mut scores) = (vec![0.0; width], Vec::new());
        for i in own {
            plan.draw(trial(i) as u64, &mut row, &mut scores);
            columns.iter_mut().zip(&row).for_each(|(column, x)| column.push(*x));
        }
        columns
    });
    let mut columns = vec![Vec::with_capacity(count); width];
    for block in blocks {
        columns.iter_mut().zip(block).for_each(|(column, own)| column.extend(own));
    }
    columns
}

/// The unit in which a factor is drawn.
fn dimension(factor: &Factor, currency: &str) -> String {
    match factor.dimension {
        None => "days from the start".to_owned(),
        Some(Dimension::TIME) => "days".to_owned(),
        Some(Dimension::MASS) => "t".to_owned(),
        Some(Dimension::MONEY) => currency.to_owned(),
        Some(Dimension::MASS_RATE) => "t/day".to_owned(),
        Some(Dimension::MONEY_RATE) => format!("{currency}/day"),
        Some(Dimension::PRICE) => format!("{currency}/t"),
        Some(_) => "number".to_owned(),
    }
}
