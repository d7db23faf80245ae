//! Dates as text: a day counted from the start of the simulation, and the ticks of a time axis.

use jiff::Span;
pub use jiff::civil::Date;

use super::Language;
use Language::{English, Japanese};

impl Language {
    /// The date `offset` days after `start`, as "2026-11-10" or "2026年11月10日"; "undefined" outside of the calendar's
    /// years −9999 to 9999.
    pub fn date(self, start: Date, offset: f64) -> String {
        let Some(date) = after(start, offset) else { return self.undefined().to_owned() };
        match self {
            English => date.to_string(),
            Japanese => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        }
    }

    /// The ticks of an axis from `from` to `to` days after `start`, with as many labels as fit into `columns` characters:
    /// the offset of each tick in days and its label, "2026-11-10", "Jul 2026" or "2026"; "2026/11/10", "2026年7月" or
    /// "2026年".
    ///
    /// Ticks are on round dates (the first of a month, of January, of a decade), so that charts of runs that
    /// start on different days can be laid side by side.
    pub fn date_ticks(self, start: Date, from: f64, to: f64, columns: usize) -> Vec<(f64, String)> {
        let (Some(first), Some(last)) = (after(start, from), after(start, to)) else { return Vec::new() };
        let length = to - from;
        for step in STEPS {
            let (days, width) = match step {
                Step::Days(days) => (days as f64, 10),
                Step::Months(months) if months < 12 => (months as f64 * 30.4, self.pick(8, 10)),
                Step::Months(months) => (months as f64 * 30.4, self.pick(4, 6)),
            };
            // A blank of three between labels; one label may be half over each end.
            if (length / days + 1.0) * (f64::from(width) + 3.0) <= columns as f64 + 3.0 {
                return ticks(start, first, last, step, self);
            }
        }
        Vec::new()
    }
}

/// The day `offset` days after `start` as a number of days since 1 January 1970.
pub fn epoch_day(start: Date, offset: f64) -> i32 {
    let whole = start.duration_since(EPOCH).as_hours() / 24;
    // The cast saturates, far beyond the calendar.
    (whole as f64 + offset.floor()) as i32
}

/// The date of a day that [`epoch_day`] gave; "undefined" outside of the calendar's years −9999 to 9999.
pub fn epoch_date(day: i32) -> String {
    English.date(EPOCH, f64::from(day))
}

const EPOCH: Date = Date::constant(1970, 1, 1);

fn after(start: Date, offset: f64) -> Option<Date> {
    if offset.is_nan() {
        return None;
    }
    // The cast saturates, and `try_days` refuses what is too far.
    let span = Span::new().try_days(offset.floor() as i64).ok()?;
    start.checked_add(span).ok()
}

/// Steps of a time axis.
#[derive(Clone, Copy)]
enum Step {
    Days(i64),
    Months(i64),
}

const STEPS: [Step; 15] = [
    Step::Days(1),
    Step::Days(2),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Months(12),
    Step::Months(24),
    Step::Months(60),
    Step::Months(120),
    Step::Months(240),
    Step::Months(600),
    Step::Months(1200),
];

fn ticks(start: Date, first: Date, last: Date, step: Step, language: Language) -> Vec<(f64, String)> {
    let mut out = Vec::new();
    let mut at = match step {
        Step::Days(_) => Some(first),
        Step::Months(months) => month(round_up(month_number(first), months)),
    };
    while let Some(date) = at.filter(|date| *date <= last) {
        if date >= first {
            out.push((days_between(start, date), label(date, step, language)));
        }
        at = match step {
            Step::Days(days) => after(date, days as f64),
            Step::Months(months) => month(month_number(date) + months),
        };
    }
    out
}

fn label(date: Date, step: Step, language: Language) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (year, month, day) = (date.year(), date.month(), date.day());
    match (step, language) {
        (Step::Days(_), English) => date.to_string(),
        (Step::Days(_), Japanese) => format!("{year}/{month}/{day}"),
        (Step::Months(months), _) if months < 12 => match language {
            English => format!("{} {year}", MONTHS[usize::try_from(month - 1).unwrap_or(0)]),
            Japanese => format!("{year}年{month}月"),
        },
        (Step::Months(_), English) => year.to_string(),
        (Step::Months(_), Japanese) => format!("{year}年"),
    }
}

fn days_between(start: Date, date: Date) -> f64 {
    start.until(date).map_or(f64::NAN, |span| f64::from(span.get_days()))
}

/// Months since year 0, so that multiples of 12 are Januaries and of 120 decades.
fn month_number(date: Date) -> i64 {
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

fn round_up(number: i64, step: i64) -> i64 {
    number + (-number).rem_euclid(step)
}

/// The first of the month with this number.
fn month(number: i64) -> Option<Date> {
    let year = i16::try_from(number.div_euclid(12)).ok()?;
    let month = i8::try_from(number.rem_euclid(12) + 1).ok()?;
    Date::new(year, month, 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::words::{date, date_ticks};
    use jiff::civil::date as day;

    fn labels(start: Date, to: f64, columns: usize) -> Vec<String> {
        date_ticks(start, 0.0, to, columns).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn an_offset_is_a_date() {
        let start = day(2026, 11, 10);
        assert_eq!(date(start, 0.0), "2026-11-10");
        assert_eq!(date(start, 0.99), "2026-11-10");
        assert_eq!(date(start, 52.0), "2027-01-01");
        assert_eq!(date(start, -10.0), "2026-10-31");
        assert_eq!(date(day(2028, 2, 28), 1.0), "2028-02-29");
        assert_eq!(date(start, f64::NAN), "undefined");
        assert_eq!(date(start, 1e300), "undefined");
        assert_eq!(date(start, 4e6), "undefined");
    }

    #[test]
    fn an_axis_of_years_has_years() {
        assert_eq!(labels(day(2026, 11, 10), 3.0 * 365.25, 60), ["2027", "2028", "2029"]);
        assert_eq!(
            labels(day(2026, 11, 10), 2.0 * 365.25, 60),
            ["Jan 2027", "Jul 2027", "Jan 2028", "Jul 2028"]
        );
        assert_eq!(labels(day(2026, 1, 1), 4.0 * 365.25, 40), ["2026", "2027", "2028", "2029", "2030"]);
        assert_eq!(
            labels(day(2026, 1, 1), 30.0 * 365.25, 60),
            ["2030", "2035", "2040", "2045", "2050", "2055"]
        );
        assert_eq!(labels(day(2026, 1, 1), 200.0 * 365.25, 60), ["2050", "2100", "2150", "2200"]);
    }

    #[test]
    fn a_short_axis_has_days() {
        assert_eq!(labels(day(2026, 11, 10), 30.0, 60), ["2026-11-10", "2026-11-24", "2026-12-08"]);
        assert_eq!(labels(day(2026, 11, 10), 1.0, 60), ["2026-11-10", "2026-11-11"]);
    }

    #[test]
    fn japanese_dates() {
        let start = day(2026, 11, 10);
        assert_eq!(Japanese.date(start, 52.0), "2027年1月1日");
        assert_eq!(Japanese.date(start, f64::NAN), "算出不能");
        let labels = |to: f64| -> Vec<String> {
            Japanese.date_ticks(start, 0.0, to, 60).into_iter().map(|(_, label)| label).collect()
        };
        assert_eq!(labels(30.0), ["2026/11/10", "2026/11/24", "2026/12/8"]);
        assert_eq!(labels(500.0), ["2027年1月", "2027年7月", "2028年1月"]);
        assert_eq!(labels(3.0 * 365.25), ["2027年", "2028年", "2029年"]);
    }

    #[test]
    fn ticks_are_where_their_dates_are() {
        let start = day(2026, 11, 10);
        for (offset, label) in date_ticks(start, 0.0, 400.0, 60) {
            let months = ["Jan", "Apr", "Jul", "Oct"];
            let date = date(start, offset);
            assert!(date.ends_with("-01") && date.starts_with(&label[4..]), "{date} is {label}");
            assert!(months.contains(&&label[..3]), "{label}");
        }
    }

    #[test]
    fn there_is_never_more_than_fits() {
        for columns in 8..120 {
            for to in [0.5, 1.0, 7.0, 30.0, 90.0, 400.0, 1500.0, 11_000.0, 73_050.0] {
                let all = labels(day(2026, 11, 10), to, columns);
                let used: usize = all.iter().map(|label| label.len() + 3).sum();
                assert!(used <= columns + 14, "{columns}: {all:?}");
            }
        }
    }
}
