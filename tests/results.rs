//! The tables of a run, read back with the `parquet` crate: every value is the run's own, to the last bit.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::sync::atomic::AtomicBool;

use parquet::file::metadata::ParquetMetaData;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use shortfall::engine::{Nobody, Worker};
use shortfall::model::Model;
use shortfall::outcome::{
    self, Column, Driver, Given, Kind, Moves, Outcome, Pieces, Provenance, Table, Trials, Values,
};
use shortfall::parallel::Pool;
use shortfall::plan::Plan;
use shortfall::statistics::{Sample, conditional_means, rank_correlation};

/// The bytes of a table as Parquet.
fn bytes(pieces: Pieces) -> Vec<u8> {
    pieces.map(Result::unwrap).collect::<Vec<_>>().concat()
}

/// A Parquet file's columns by name, in its order, and its metadata.
fn read(bytes: &[u8]) -> (Vec<(String, Vec<Field>)>, ParquetMetaData) {
    let place = tempfile::NamedTempFile::new().unwrap();
    fs::write(place.path(), bytes).unwrap();
    let reader = SerializedFileReader::new(fs::File::open(place.path()).unwrap()).unwrap();
    let fields = reader.metadata().file_metadata().schema().get_fields().iter();
    let mut columns: Vec<(String, Vec<Field>)> = fields.map(|f| (f.name().to_owned(), Vec::new())).collect();
    for row in reader.get_row_iter(None).unwrap() {
        for (column, (name, field)) in columns.iter_mut().zip(row.unwrap().get_column_iter()) {
            assert_eq!(column.0, *name);
            column.1.push(field.clone());
        }
    }
    (columns, reader.metadata().clone())
}

/// The numbers of a column, NaN where null, bit by bit.
fn bits(column: &[Field]) -> Vec<u64> {
    let number = |field: &Field| match field {
        Field::Double(x) => x.to_bits(),
        Field::Null => f64::NAN.to_bits(),
        other => panic!("{other:?} is no number"),
    };
    column.iter().map(number).collect()
}

/// Bits of numbers as a table has them: one NaN, no negative zero.
fn own_bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| if x.is_nan() { f64::NAN.to_bits() } else { (x + 0.0).to_bits() }).collect()
}

fn flag(field: &Field) -> Option<bool> {
    match field {
        Field::Bool(flag) => Some(*flag),
        Field::Null => None,
        other => panic!("{other:?} is no flag"),
    }
}

struct Run {
    model: Model,
    plan: Plan,
    trials: Trials,
    provenance: Provenance,
    pool: Pool,
}

/// A run of the example, which has nearly everything once: correlated draws, prices, censored figures.
fn run(trials: u64, threads: usize) -> Run {
    let model = common::model_with("tests/data/example.toml", &[]);
    let plan = Plan::new(&model, 3);
    let pool = Pool::new(threads).unwrap();
    let trials = outcome::run(&plan, trials, &pool, &AtomicBool::new(false), |_| ());
    let provenance =
        Provenance::new("example", "", 3, trials.asked, &[], "shortfall run example.toml".to_owned());
    Run { model, plan, trials, provenance, pool }
}

#[test]
fn every_value_of_the_trials_is_the_runs_own() {
    let run = run(700, 2);
    let metrics = outcome::metrics(&run.model, &run.plan.columns);
    let table =
        outcome::trials_table(&run.model, &run.plan, &metrics, &run.trials, &run.provenance, &run.pool);
    let (columns, metadata) = read(&bytes(table.parquet()));
    let facts: BTreeMap<String, String> = metadata
        .file_metadata()
        .key_value_metadata()
        .unwrap()
        .iter()
        .map(|fact| (fact.key.clone(), fact.value.clone().unwrap()))
        .collect();
    let described: serde_json::Map<_, _> = serde_json::from_str(&facts["columns"]).unwrap();
    let names: Vec<&String> = columns.iter().map(|(name, _)| name).collect();
    assert_eq!(described.keys().collect::<Vec<_>>(), names);
    assert_eq!(facts["trials"], "700");
    assert_eq!(facts["fingerprint"], run.provenance.fingerprint);
    assert!(!facts.contains_key("asked"));

    let column =
        |name: &str| &columns.iter().find(|(n, _)| n == name).unwrap_or_else(|| panic!("no {name}")).1;
    let whole: Vec<Field> = (0..700).map(Field::Long).collect();
    assert_eq!(column("trial"), &whole);
    let outcome = Outcome::new(metrics.clone(), &run.trials, None, &run.pool);
    let mut undefined = 0;
    for (metric, sample) in metrics.iter().zip(&outcome.samples) {
        let own = bits(column(&metric.name));
        assert_eq!(own, own_bits(&run.trials.columns[metric.column].to_vec()), "{}", metric.name);
        let numbers: Vec<f64> = own.into_iter().map(f64::from_bits).collect();
        assert!(numbers.iter().all(|x| !x.is_infinite()), "{}", metric.name);
        undefined += numbers.iter().filter(|x| x.is_nan()).count();
        let again = Sample::new(&numbers);
        let figures = |s: &Sample| (s.mean(), s.min(), s.max(), s.quantile(0.99), s.cvar(0.95), s.defined());
        assert_eq!(format!("{:?}", figures(&again)), format!("{:?}", figures(sample)), "{}", metric.name);
        assert!(described[&metric.name]["unit"].is_string() && described[&metric.name]["description"] != "");
        if let Some(censored) = metric.censored {
            let flags: Vec<Option<bool>> =
                column(&format!("{}.censored", metric.name)).iter().map(flag).collect();
            let own: Vec<Option<bool>> =
                run.trials.columns[censored].iter().map(|x| (!x.is_nan()).then_some(x == 1.0)).collect();
            assert_eq!(flags, own);
        }
    }
    assert!(undefined > 0, "the example leaves something undefined");
    let acted = column("any_control").iter().filter(|field| flag(field) == Some(true)).count();
    assert_eq!(Some(acted as f64 / 700.0), outcome.any_control.map(|p| p.value));
}

#[test]
fn draws_are_those_the_engine_used() {
    let run = run(300, 2);
    let table = outcome::trials_table(&run.model, &run.plan, &[], &run.trials, &run.provenance, &run.pool);
    let (columns, _) = read(&bytes(table.parquet()));
    let once: Vec<_> = run.model.factors.iter().filter(|f| f.once).collect();
    assert!(once.len() > 3 && !run.model.correlations.is_empty());
    let names: Vec<String> = once.iter().map(|f| format!("draw.{}", f.path)).collect();
    assert_eq!(columns[2..].iter().map(|(name, _)| name.clone()).collect::<Vec<_>>(), names);
    let mut worker = Worker::new(&run.plan);
    let mut row = vec![0.0; run.plan.columns.len()];
    for trial in 0..300 {
        worker.trial(trial, &mut row, &mut Nobody);
        for (draw, (name, column)) in worker.seat.draws.iter().zip(&columns[2..]) {
            assert_eq!(bits(&column[trial as usize..][..1]), own_bits(&[*draw]), "{name} in trial {trial}");
        }
    }
}

#[test]
fn the_timeline_is_that_of_the_charts() {
    let run = run(200, 2);
    let timeline = outcome::timeline(&run.model, &run.plan, 200, &run.pool);
    let table = outcome::timeline_table(&run.model, &run.plan, &timeline, &run.provenance);
    let (columns, _) = read(&bytes(table.parquet()));
    let regimes: usize = run.model.controls.iter().map(|c| c.regimes.len()).sum();
    assert_eq!(columns[0].1.len(), (timeline.series.len() + regimes) * run.plan.steps);
    let text = |field: &Field| match field {
        Field::Str(text) => text.clone(),
        other => panic!("{other:?} is no text"),
    };
    for (s, series) in timeline.series.iter().enumerate() {
        let rows = s * run.plan.steps..(s + 1) * run.plan.steps;
        assert!(columns[0].1[rows.clone()].iter().all(|f| text(f) == series.name));
        assert_eq!(
            bits(&columns[4].1[rows.clone()]),
            own_bits(&series.bands.iter().map(|b| b.mean).collect::<Vec<_>>())
        );
        for i in 0..5 {
            let own: Vec<f64> = series.bands.iter().map(|b| b.quantiles[i]).collect();
            assert_eq!(bits(&columns[5 + i].1[rows.clone()]), own_bits(&own), "{}", series.name);
        }
    }
    // Probabilities have a mean and nothing else.
    let first = timeline.series.len() * run.plan.steps;
    assert!(text(&columns[0].1[first]).starts_with("regime."));
    assert_eq!(bits(&columns[4].1[first..][..run.plan.steps]), own_bits(&timeline.regimes[0][0]));
    assert!(columns[5..].iter().all(|(_, column)| column[first..].iter().all(|f| *f == Field::Null)));
    // Days since 1970 of the start and of the last step.
    let start: i32 = jiff_days(&run.model.start.to_string());
    let last = ((run.plan.steps - 1) as f64 * run.plan.step).floor() as i32;
    assert_eq!(columns[3].1[0], Field::Date(start));
    assert_eq!(columns[3].1[run.plan.steps - 1], Field::Date(start + last));
}

/// Days from 1970-01-01 to a date of this century, counted year by year.
fn jiff_days(date: &str) -> i32 {
    let parts: Vec<i32> = date.split('-').map(|p| p.parse().unwrap()).collect();
    let leap = |year: i32| i32::from(year % 4 == 0);
    let years: i32 = (1970..parts[0]).map(|year| 365 + leap(year)).sum();
    let months = [31, 28 + leap(parts[0]), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    years + months[..parts[1] as usize - 1].iter().sum::<i32>() + parts[2] - 1
}

#[test]
fn threads_change_no_byte() {
    let files = |threads| {
        let run = run(5000, threads);
        let metrics = outcome::metrics(&run.model, &run.plan.columns);
        let table =
            outcome::trials_table(&run.model, &run.plan, &metrics, &run.trials, &run.provenance, &run.pool);
        (bytes(table.parquet()), bytes(table.csv(&run.pool)))
    };
    let one = files(1);
    assert!(one == files(2) && one == files(7));
}

fn column(name: &str, kind: Kind) -> Column {
    Column { name: name.to_owned(), kind, unit: None, description: String::new() }
}

/// A table of every kind of column, longer than two row groups.
fn long(rows: usize) -> Table<'static> {
    let kinds = [Kind::Number, Kind::Flag, Kind::Whole, Kind::Date, Kind::Text];
    let columns = kinds.map(|kind| column(&format!("{kind:?}, \"so\" called"), kind)).into();
    Table::new(columns, rows, vec![("fact".to_owned(), "true".to_owned())], |rows| {
        vec![
            Values::Numbers(rows.clone().map(number).collect()),
            Values::Flags(rows.clone().map(|i| [None, Some(true), Some(false)][i % 3]).collect()),
            Values::Wholes(rows.clone().map(|i| i as i64 - 7).collect()),
            Values::Dates(rows.clone().map(|i| i as i32 - 9000).collect()),
            Values::Texts(rows.map(|i| format!("{}, \"x\"", i % 5)).collect()),
        ]
    })
}

fn number(i: usize) -> f64 {
    let awkward = [f64::NAN, -0.0, 0.1, 5e-324, f64::MAX, 1.0 / 3.0, -1e300, 1e15 + 0.5];
    *awkward.get(i % 11).unwrap_or(&(i as f64).sqrt())
}

#[test]
fn long_tables_come_back_whole() {
    for rows in [0, 1, 65_536, 140_000] {
        let file = bytes(long(rows).parquet());
        let (columns, metadata) = read(&file);
        assert_eq!(metadata.num_row_groups(), rows.div_ceil(65_536));
        assert_eq!(columns.len(), 5);
        let numbers: Vec<f64> = (0..rows).map(number).collect();
        assert_eq!(bits(&columns[0].1), own_bits(&numbers));
        for i in 0..rows {
            assert_eq!(flag(&columns[1].1[i]), [None, Some(true), Some(false)][i % 3]);
            assert_eq!(columns[2].1[i], Field::Long(i as i64 - 7));
            assert_eq!(columns[3].1[i], Field::Date(i as i32 - 9000));
            assert_eq!(columns[4].1[i], Field::Str(format!("{}, \"x\"", i % 5)));
        }
        assert_eq!(file, bytes(long(rows).parquet()));
    }
}

#[test]
fn csv_reads_back_exactly() {
    let text = bytes(long(70_000).csv(&Pool::new(2).unwrap()));
    let mut reader = csv::Reader::from_reader(&text[..]);
    assert_eq!(&reader.headers().unwrap()[4], "Text, \"so\" called");
    let mut rows = 0;
    for (i, record) in reader.records().map(Result::unwrap).enumerate() {
        let x = if record[0].is_empty() { f64::NAN } else { record[0].parse().unwrap() };
        assert_eq!(own_bits(&[x]), own_bits(&[number(i)]), "{}", &record[0]);
        assert_eq!(&record[1], ["", "true", "false"][i % 3]);
        assert_eq!(record[2].parse::<i64>().unwrap(), i as i64 - 7);
        assert_eq!(record[4], format!("{}, \"x\"", i % 5));
        rows += 1;
    }
    assert_eq!(rows, 70_000);
    // 9,000 days before 1970, and the day after a leap day.
    let dates: Vec<&str> = std::str::from_utf8(&text).unwrap().lines().collect();
    assert!(dates[1].contains(",1945-05-12,"), "{}", dates[1]);
    assert!(dates[1 + 9000 + 789].contains(",1972-02-29,"), "{}", dates[9790]);
}

/// A file of a table.
fn file(table: &Table) -> fs::File {
    let place = tempfile::NamedTempFile::new().unwrap();
    fs::write(place.path(), bytes(table.parquet())).unwrap();
    fs::File::open(place.path()).unwrap()
}

#[test]
fn a_run_is_read_back_to_the_last_bit() {
    // More than one group of rows would take 65,537 trials; the groups of the timeline are reached with less.
    let run = run(3000, 2);
    let metrics = outcome::metrics(&run.model, &run.plan.columns);
    let table =
        outcome::trials_table(&run.model, &run.plan, &metrics, &run.trials, &run.provenance, &run.pool);
    let (trials, provenance) = outcome::read_trials(file(&table), &run.plan, &metrics).unwrap();
    assert_eq!(provenance, run.provenance);
    assert_eq!((trials.count, trials.asked), (run.trials.count, run.trials.asked));
    assert_eq!(trials.columns.len(), run.trials.columns.len());
    for (column, own) in trials.columns.iter().zip(&run.trials.columns) {
        assert_eq!(own_bits(&column.to_vec()), own_bits(&own.to_vec()));
    }

    let timeline = outcome::timeline(&run.model, &run.plan, 3000, &run.pool);
    let table = outcome::timeline_table(&run.model, &run.plan, &timeline, &run.provenance);
    let (read, _) = outcome::read_timeline(file(&table), &run.model, &run.plan).unwrap();
    assert_eq!((read.trials, &read.days), (timeline.trials, &timeline.days));
    assert_eq!(read.regimes, timeline.regimes);
    assert_eq!(read.series.len(), timeline.series.len());
    for (read, own) in read.series.iter().zip(&timeline.series) {
        assert_eq!((&read.name, &read.unit), (&own.name, &own.unit));
        // What has no quantiles is not a number, which equals nothing.
        assert_eq!(format!("{:?}", read.bands), format!("{:?}", own.bands));
    }
}

#[test]
fn what_is_no_table_of_this_run_is_refused() {
    let run = run(50, 1);
    let metrics = outcome::metrics(&run.model, &run.plan.columns);
    let table =
        outcome::trials_table(&run.model, &run.plan, &metrics, &run.trials, &run.provenance, &run.pool);
    let whole = bytes(table.parquet());
    let read = |bytes: &[u8]| {
        let place = tempfile::NamedTempFile::new().unwrap();
        fs::write(place.path(), bytes).unwrap();
        outcome::read_trials(fs::File::open(place.path()).unwrap(), &run.plan, &metrics)
    };
    assert!(read(&whole).is_ok());
    for length in [0, 3, whole.len() / 2, whole.len() - 1] {
        assert!(read(&whole[..length]).is_err(), "{length} bytes");
    }
    let timeline = outcome::timeline(&run.model, &run.plan, 50, &run.pool);
    let other = outcome::timeline_table(&run.model, &run.plan, &timeline, &run.provenance);
    assert_eq!(read(&bytes(other.parquet())).unwrap_err(), "it has no column `any_control`");
}

#[test]
fn what_goes_with_the_cost_is_ranked_from_the_same_trials() {
    let run = run(2000, 2);
    let metrics = outcome::metrics(&run.model, &run.plan.columns);
    let given = Given::parse("cost.total > 1 billion JPY", &metrics, &run.model).unwrap();
    let cost = &run.trials.columns[run.plan.columns.costs].to_vec();
    for condition in [None, Some(&given)] {
        let of = condition.map(|given| ("cost", given));
        let outcome = Outcome::new(metrics.clone(), &run.trials, of, &run.pool);
        let found = outcome::drivers(&run.model, &run.plan, &run.trials, &outcome, condition, &run.pool);
        let kept = |column: &[f64]| -> Vec<f64> {
            let counts = |i: &usize| condition.is_none() || cost[*i] > 1e9;
            (0..2000).filter(counts).map(|i| column[i]).collect()
        };
        assert_eq!(found.trials, kept(cost).len());
        let once: Vec<&str> = run.model.factors.iter().filter(|f| f.once).map(|f| f.path.as_str()).collect();
        let draws = outcome::draws(&run.plan, 2000, |i| i, &run.pool);
        let entries = found.list.iter().filter(|d| matches!(d.moves, Moves::Entry(_)));
        assert_eq!(entries.count(), once.len());
        for driver in &found.list {
            let column = match &driver.moves {
                Moves::Entry(path) => draws[once.iter().position(|own| own == path).unwrap()].clone(),
                Moves::Event(name) => {
                    run.trials.columns[metrics.iter().find(|m| m.name == *name).unwrap().column].to_vec()
                }
            };
            let (column, cost) = (kept(&column), kept(cost));
            assert_eq!(Some(driver.correlation), rank_correlation(&column, &cost));
            let fifths = conditional_means(&column, &cost, 5);
            assert_eq!((Some(driver.lowest), Some(driver.highest)), (fifths[0], fifths[4]));
        }
        let strength = |d: &Driver| d.correlation.value.abs();
        assert!(found.list.windows(2).all(|pair| strength(&pair[0]) >= strength(&pair[1])));
    }
}
