//! How probable it is that a result is worse than some value: the exceedance curve, its probability on a log axis.

use crate::quantity::words::{Language, Unit};

use super::font;
use super::frame::{self, EDGE, Flag, Header, LINE, NOTE, Patch, SMALL, WIDTH};
use super::paper::{DARK, GRID, INK, ORANGE, PALE, Paper, Pen, Side, Type, readable, svg};
use super::ticks::{Map, Ticks, widen};

/// One point of the curve.
#[derive(Clone, Copy, Debug)]
pub struct ExceedancePoint {
    /// The value, in base units.
    pub value: f64,
    /// The probability that the result is more than this value.
    pub probability: f64,
    /// The lower end of its confidence interval.
    pub low: f64,
    /// The upper end of its confidence interval.
    pub high: f64,
}

/// What an exceedance curve shows.
#[derive(Clone, Debug)]
pub struct ExceedanceData {
    /// The language of all words that the chart adds.
    pub language: Language,
    /// In bold above the chart.
    pub title: String,
    /// Below it: number of trials, seed, what the band is.
    pub subtitle: String,
    /// What is measured, for the horizontal axis: "total cost". May be empty.
    pub axis: String,
    /// The unit of the values.
    pub unit: Unit,
    /// The curve in ascending order of values. The last point may have the probability 0 (the greatest value seen):
    /// the curve then drops to the axis there.
    pub points: Vec<ExceedancePoint>,
    /// Probabilities and the values that are exceeded with them, as they are told elsewhere; between its points the curve
    /// is drawn straight, and would read a little otherwise.
    pub quantiles: Vec<(f64, f64)>,
    /// Figures to compare with, by name: ("published mean", 6.6e11). A line with a flag each.
    pub published: Vec<(String, f64)>,
}

/// The probabilities at which an exceedance curve is read off.
pub const LEVELS: [f64; 3] = [0.1, 0.01, 0.001];
/// The height of the plot in pixels.
const PLOT: f64 = 250.0;

/// Draws an exceedance curve as SVG.
pub fn exceedance(data: &ExceedanceData) -> String {
    let language = data.language;
    let header = Header::new(&data.title, &data.subtitle);
    let Some(curve) = Curve::new(&data.points) else {
        let size = (WIDTH, header.bottom() + 2.0 * LINE + EDGE);
        return svg(size, language, &data.title, &data.subtitle, |paper| {
            header.draw(paper);
            if data.points.is_empty() {
                return frame::nothing(paper, header.bottom());
            }
            let text = language.pick("no trial is above zero", "ゼロを超える試行はありません");
            paper.text(EDGE, header.bottom() + LINE, text, NOTE);
        });
    };
    let vertical = curve.decades(language);
    let left = EDGE + frame::label_room(&vertical, SMALL) + 8.0;
    let published: Vec<&(String, f64)> = data.published.iter().filter(|(_, v)| v.is_finite()).collect();
    let hi = published.iter().map(|(_, value)| *value).fold(curve.hi, f64::max);
    let lo = published.iter().map(|(_, value)| *value).fold(curve.lo, f64::min);
    let x = Map { lo, hi, from: left, to: WIDTH - 24.0 };
    let flag = |(name, value): &&(String, f64)| {
        let value_text = language.short_beside(*value, lo.abs().max(hi.abs()), &data.unit);
        let text = format!("{name}{}{value_text}", language.pick(" ", "："));
        Flag::new(x.at(*value), font::cut(&text, WIDTH - 2.0 * EDGE, SMALL, false))
    };
    let mut flags: Vec<Flag> = published.iter().map(flag).collect();
    let flown = frame::hoist(&mut flags, WIDTH - 6.0) as f64 * LINE;
    let top = header.bottom() + LINE + 22.0 + flown + if flown > 0.0 { 8.0 } else { 0.0 };
    let bottom = top + PLOT;
    let y = Map { lo: curve.floor, hi: curve.ceiling, from: bottom, to: top };
    let readings = curve.readings(&data.quantiles, &data.unit, language);
    let facts: Vec<String> = readings.iter().map(|reading| reading.text.clone()).collect();
    let description =
        frame::describe(language.pick("Exceedance curve", "超過確率曲線"), &data.subtitle, &facts, language);
    let picture = svg((WIDTH, bottom + 48.0), language, &data.title, &description, |paper| {
        header.draw(paper);
        paper.text(
            EDGE,
            header.bottom() + SMALL,
            language.pick("probability of a greater value", "これを超える確率"),
            NOTE,
        );
        let ticks = frame::fitting_ticks(&x, &data.unit, SMALL, language);
        frame::horizontal_grid(paper, &vertical, &y, left, x.to, SMALL);
        for flag in &flags {
            let height = top - 24.0 - flag.row as f64 * LINE;
            paper.line(&[(flag.x, bottom), (flag.x, height)], Pen(ORANGE, 1.3, true));
            paper.text(flag.left, height - 3.0, &flag.text, Type::new(SMALL, ORANGE));
        }
        curve.draw(paper, &x, &y);
        frame::horizontal_axis(paper, &ticks.marks, &x, bottom, SMALL);
        label(paper, &readings, &x, &y);
        let title = frame::axis_title(&data.axis, &ticks.title, language);
        frame::horizontal_title(paper, &title, x.to, bottom + 40.0);
    });
    readable(&picture, &x, top, bottom)
}

/// The curve with probabilities as decimal logarithms.
struct Curve {
    /// Value, probability, low, high.
    points: Vec<[f64; 4]>,
    /// The least probability above zero.
    least: f64,
    lo: f64,
    hi: f64,
    /// The decades that the vertical axis spans.
    floor: f64,
    ceiling: f64,
}

/// A place on the curve that is named.
struct Reading {
    value: f64,
    /// The ends of the band at this height.
    band: (f64, f64),
    height: f64,
    text: String,
}

impl Curve {
    /// None if no probability is above zero.
    fn new(points: &[ExceedancePoint]) -> Option<Curve> {
        let valid =
            |point: &&ExceedancePoint| point.value.is_finite() && (0.0..=1.0).contains(&point.probability);
        let points: Vec<&ExceedancePoint> = points.iter().filter(valid).collect();
        let least = points.iter().map(|p| p.probability).filter(|p| *p > 0.0).fold(f64::INFINITY, f64::min);
        let most = points.iter().map(|p| p.probability.max(p.high.min(1.0))).fold(0.0, f64::max);
        if least > 1.0 {
            return None;
        }
        // A tenth of a tick below a decade is on it: logarithms of round probabilities are not round.
        let ceiling = libm::ceil(libm::log10(most) - 1e-9).min(0.0);
        let floor = libm::floor(libm::log10(least) + 1e-9).min(ceiling - 2.0).max(ceiling - 7.0);
        let height = |p: f64| if p > 0.0 { libm::log10(p).clamp(floor, ceiling) } else { floor };
        let mut out: Vec<[f64; 4]> = Vec::new();
        for point in points {
            let (low, high) = (point.low.min(point.probability), point.high.max(point.probability));
            let next = [point.value, height(point.probability), height(low), height(high)];
            // What ends in zero ends at its last value: across, then down.
            if let Some(last) = out.last().copied()
                && point.probability <= 0.0
            {
                out.push([point.value, last[1], last[2], last[3]]);
            }
            out.push(next);
            if point.probability <= 0.0 {
                break;
            }
        }
        let (first, last) = (out.first()?[0], out.last()?[0]);
        // An axis that begins at zero, unless that would waste most of it.
        let first = if first > 0.0 && first < 0.5 * last { 0.0 } else { first };
        let (lo, hi) = widen(first, last);
        Some(Curve { points: out, least, lo, hi, floor, ceiling })
    }

    /// Ticks at 100 %, 10 %, 1 %, …
    fn decades(&self, language: Language) -> Ticks {
        let mut marks = Vec::new();
        let mut power = self.ceiling;
        while power >= self.floor {
            let percent = libm::pow(10.0, power + 2.0);
            let places = usize::try_from(-(power as i32) - 2).unwrap_or(0);
            marks.push((power, format!("{percent:.places$}{}", language.pick(" %", "％"))));
            power -= 1.0;
        }
        Ticks { marks, title: String::new() }
    }

    fn draw(&self, paper: &Paper<'_>, x: &Map, y: &Map) {
        let line = |column: usize| -> Vec<(f64, f64)> {
            self.points.iter().map(|point| (x.at(point[0]), y.at(point[column]))).collect()
        };
        let (low, high) = (line(2), line(3));
        paper.band(&high, &low, PALE);
        // The grid again, faintly over the band.
        let mut power = self.ceiling;
        while power >= self.floor {
            let ends = [(x.from, y.at(power)), (x.to, y.at(power))];
            paper.line(&ends, Pen(GRID, 0.4, false));
            power -= 1.0;
        }
        let mut curve = line(1);
        // What is certain up to the first value is drawn so.
        if let Some(first) = self.points.first()
            && first[1] >= 0.0
            && first[0] > self.lo
        {
            curve.insert(0, (x.from, y.at(0.0)));
        }
        paper.line(&curve, Pen(DARK, 2.4, false));
    }

    /// Where one of the columns comes down to `height`.
    fn crossing(&self, column: usize, height: f64) -> Option<f64> {
        self.points.windows(2).find_map(|pair| {
            let (from, to) = (pair[0][column], pair[1][column]);
            (from >= height && to < height || to == height).then(|| {
                let share = if from > to { (from - height) / (from - to) } else { 1.0 };
                pair[0][0] + share * (pair[1][0] - pair[0][0])
            })
        })
    }

    /// The named places: the probability of more than zero, and the values at the levels.
    fn readings(&self, quantiles: &[(f64, f64)], unit: &Unit, language: Language) -> Vec<Reading> {
        let mut out = Vec::new();
        let greatest = self.lo.abs().max(self.hi.abs());
        let ends = [self.points.first(), self.points.last()].map(|end| end.map(|point| point[0]));
        if let [Some(first), Some(last)] = ends
            && first == last
        {
            let text = format!(
                "{}{}",
                language.pick("all trials: ", "全試行："),
                language.short_beside(first, greatest, unit)
            );
            return vec![Reading { value: first, band: (first, first), height: self.ceiling, text }];
        }
        if let Some([value, height, ..]) = self.points.first().copied()
            && value == 0.0
            && height < 0.0
        {
            let text = format!(
                "{}{}",
                language.pick("more than zero: ", "ゼロ超："),
                language.share(libm::pow(10.0, height))
            );
            out.push(Reading { value, band: (value, value), height, text });
        }
        for level in LEVELS.into_iter().filter(|level| *level >= self.least) {
            let height = libm::round(libm::log10(level));
            let told =
                quantiles.iter().find(|(probability, _)| *probability == level).map(|(_, value)| *value);
            if let Some(value) = self.crossing(1, height).map(|read| told.unwrap_or(read)) {
                let low = self.crossing(2, height).unwrap_or(self.lo);
                let high = self.crossing(3, height).unwrap_or(self.hi);
                let text = format!(
                    "{}{}{}",
                    language.share(level),
                    language.pick(": ", "："),
                    language.short_beside(value, greatest, unit)
                );
                out.push(Reading { value, band: (low.min(value), high.max(value)), height, text });
            }
        }
        out
    }
}

/// Dots and labels at the readings: right of the band above the level, else left of it below, where nothing is drawn
/// because the curve falls; else higher up. A label that meets another everywhere is left out.
fn label(paper: &Paper<'_>, readings: &[Reading], x: &Map, y: &Map) {
    let mut taken: Vec<Patch> = Vec::new();
    for reading in readings.iter().rev() {
        let (px, py) = (x.at(reading.value), y.at(reading.height));
        let (low, high) = (x.at(reading.band.0), x.at(reading.band.1));
        let width = font::width(&reading.text, SMALL, false);
        let patch =
            |left: f64, base: f64| Patch { left, right: left + width, top: base - SMALL, bottom: base + 4.0 };
        let places = [
            patch(high.max(px) + 8.0, py - 5.0),
            patch(px + 8.0, py - 5.0),
            patch(low.min(px) - 8.0 - width, py + 17.0),
            patch(px + 8.0, py - 5.0 - LINE),
        ];
        let free = |place: &&Patch| {
            let inside = place.left > x.from && place.right < WIDTH - 4.0 && place.top > y.to - 20.0;
            inside && !taken.iter().any(|other| other.meets(place))
        };
        let place = places.iter().find(free).copied();
        paper.dot(px, py, 4.0, DARK);
        if let Some(place) = place {
            paper.text(place.left, place.bottom - 4.0, &reading.text, Type::new(SMALL, INK).at(Side::Start));
            taken.push(place);
        }
    }
}
