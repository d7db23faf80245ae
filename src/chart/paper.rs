//! The sheet that charts are drawn on: shapes and text in pixels, SVG by plotters.
//!
//! plotters rounds coordinates to whole units, so the sheet is finer than its pixels.

use plotters::coord::Shift;
use plotters::prelude::{
    Circle, DrawingArea, IntoDrawingArea, PathElement, Polygon, RGBColor, Rectangle, SVGBackend,
};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, IntoTextStyle, ShapeStyle};

use super::font;
use super::ticks::Map;
use crate::quantity::words::Language;

/// Units of the sheet to a pixel: 25 x 1.24 is whole, so that no font size is rounded.
const FINE: f64 = 25.0;

pub(super) type Colour = RGBColor;

/// Text, lines that matter.
pub(super) const INK: RGBColor = RGBColor(0x1f, 0x29, 0x33);
/// Axes and what accompanies.
pub(super) const GREY: RGBColor = RGBColor(0x5a, 0x62, 0x6c);
/// Grid lines.
pub(super) const GRID: RGBColor = RGBColor(0xdf, 0xe3, 0xe8);
/// Bars: light enough for dark lines across them to be seen.
pub(super) const BLUE: RGBColor = RGBColor(0x5b, 0x93, 0xcc);
/// The wide band of a fan, the band of a curve: light, also in grey.
pub(super) const PALE: RGBColor = RGBColor(0xcf, 0xe0, 0xf2);
/// The narrow band of a fan.
pub(super) const MIDDLE: RGBColor = RGBColor(0x8f, 0xb8, 0xdf);
/// The median's line.
pub(super) const DARK: RGBColor = RGBColor(0x0b, 0x38, 0x6b);
/// What stands beside the blues: vermilion, told apart from blue in every common colour blindness.
pub(super) const ORANGE: RGBColor = RGBColor(0xc8, 0x4c, 0x09);
/// The band of an orange line, bars of a second kind.
pub(super) const SAND: RGBColor = RGBColor(0xf4, 0xc3, 0x96);
/// What is there to no use.
pub(super) const CREAM: RGBColor = RGBColor(0xf7, 0xef, 0xdf);
/// Bars that stand apart.
pub(super) const ASH: RGBColor = RGBColor(0x9a, 0xa3, 0xad);
pub(super) const WHITE: RGBColor = RGBColor(0xff, 0xff, 0xff);

/// How a line is drawn: colour, width in pixels, dashed or not.
#[derive(Clone, Copy)]
pub(super) struct Pen(pub RGBColor, pub f64, pub bool);

/// plotters has no dashes in SVG other than as one element per dash. Dashed lines are given odd widths, plain
/// ones even ones, and the attribute is added to the finished text.
const DASHES: [(u32, &str); 2] = [(33, "125 100"), (53, "200 125")];

/// How text is set.
#[derive(Clone, Copy)]
pub(super) struct Type {
    pub size: f64,
    pub bold: bool,
    pub colour: RGBColor,
    pub side: Side,
}

/// Which part of a text stands at its position.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Side {
    Start,
    Middle,
    End,
}

impl Type {
    pub(super) const fn new(size: f64, colour: RGBColor) -> Type {
        Type { size, bold: false, colour, side: Side::Start }
    }

    pub(super) const fn bold(self) -> Type {
        Type { bold: true, ..self }
    }

    pub(super) const fn at(self, side: Side) -> Type {
        Type { side, ..self }
    }
}

pub(super) struct Paper<'a> {
    /// Of all text that the paper's own helpers put on it.
    pub(super) language: Language,
    area: DrawingArea<SVGBackend<'a>, Shift>,
}

/// A picture of `width` by `height` pixels with what `draw` puts on it. `title` and `description` are for those who
/// cannot see it.
pub(super) fn svg(
    (width, height): (f64, f64),
    language: Language,
    title: &str,
    description: &str,
    draw: impl FnOnce(&Paper<'_>),
) -> String {
    font::register();
    let size = (units(width).unsigned_abs(), units(height).unsigned_abs());
    let mut body = String::new();
    {
        let paper = Paper { language, area: SVGBackend::with_string(&mut body, size).into_drawing_area() };
        sure(paper.area.fill(&WHITE));
        draw(&paper);
        sure(paper.area.present());
    }
    finish(&body, size, language, title, description)
}

/// A picture that says where its plot lies, so that a page can read it off: left, right, top and bottom in units of its
/// view box, then the values at its left and right ends.
pub(super) fn readable(svg: &str, x: &Map, top: f64, bottom: f64) -> String {
    let [left, right, top, bottom] = [x.from, x.to, top, bottom].map(units);
    let place = format!("<svg data-plot=\"{left} {right} {top} {bottom} {} {}\" ", x.lo, x.hi);
    svg.replacen("<svg ", &place, 1)
}

/// Own header instead of plotters', and what its elements have in common said once.
fn finish(
    body: &str,
    (width, height): (u32, u32),
    language: Language,
    title: &str,
    description: &str,
) -> String {
    let body = body.split_once('>').map_or("", |(_, rest)| rest);
    let mut body = body
        .replace(&format!(" font-family=\"{}\"", font::FAMILY), "")
        .replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\"", "")
        .replace(" dy=\"0.5ex\"", "")
        .replace(" text-anchor=\"start\"", "")
        .replace(" \"/>", "\"/>");
    for (width, dashes) in DASHES {
        let plain = format!(" stroke-width=\"{width}\"");
        body = body.replace(&plain, &format!("{plain} stroke-dasharray=\"{dashes}\""));
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" lang=\"{}\" font-family=\"{}\" stroke-linejoin=\"round\">\n\
         <title>{}</title>\n<desc>{}</desc>{body}",
        f64::from(width) / FINE,
        f64::from(height) / FINE,
        language.code(),
        font::FAMILIES,
        escape(title),
        escape(description),
    )
}

/// XML text: markup escaped, characters that XML has no place for left out.
fn escape(text: &str) -> String {
    printable(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c })
        .collect()
}

fn units(pixels: f64) -> i32 {
    (pixels * FINE).round() as i32
}

/// Writing into a string cannot fail, and the font is known (a test holds it).
fn sure<T, E>(result: Result<T, E>) {
    debug_assert!(result.is_ok(), "drawing into a string failed");
}

impl Paper<'_> {
    /// `text` with its baseline at `y`.
    pub(super) fn text(&self, x: f64, y: f64, text: &str, kind: Type) {
        let horizontal = match kind.side {
            Side::Start => HPos::Left,
            Side::Middle => HPos::Center,
            Side::End => HPos::Right,
        };
        let size = kind.size * FINE * font::PLOTTERS_SIZE;
        // The vertical shift that plotters writes for `Center` is taken out again in `finish`.
        let style = (FontFamily::Name(font::FAMILY), size, font::style(kind.bold), &kind.colour)
            .into_text_style(&self.area)
            .pos(Pos::new(horizontal, VPos::Center));
        sure(self.area.draw_text(&printable(text), &style, (units(x), units(y))));
    }

    /// A line through `points`; those that add nothing to its shape are left out.
    pub(super) fn line(&self, points: &[(f64, f64)], pen: Pen) {
        if points.len() >= 2 {
            sure(self.area.draw(&PathElement::new(simplify(points), stroke(pen))));
        }
    }

    /// The area between two lines that run in the same direction.
    pub(super) fn band(&self, upper: &[(f64, f64)], lower: &[(f64, f64)], colour: RGBColor) {
        let mut outline = simplify(upper);
        outline.extend(simplify(lower).into_iter().rev());
        if outline.len() >= 3 {
            sure(self.area.draw(&Polygon::new(outline, colour)));
        }
    }

    /// A filled rectangle between two corners.
    pub(super) fn block(&self, (x0, y0): (f64, f64), (x1, y1): (f64, f64), colour: RGBColor) {
        let corners = [(units(x0), units(y0)), (units(x1), units(y1))];
        sure(self.area.draw(&Rectangle::new(corners, colour.filled())));
    }

    pub(super) fn dot(&self, x: f64, y: f64, radius: f64, colour: RGBColor) {
        sure(self.area.draw(&Circle::new((units(x), units(y)), units(radius), colour.filled())));
    }
}

fn stroke(Pen(colour, width, dashed): Pen) -> ShapeStyle {
    let even = (width * FINE / 2.0).round() as u32 * 2;
    let [(thin, _), (thick, _)] = DASHES;
    let width = match (dashed, even > 40) {
        (false, _) => even,
        (true, false) => thin,
        (true, true) => thick,
    };
    colour.stroke_width(width)
}

/// The points in units, without those closer than a fifth of a pixel to the line that stays: the algorithm of
/// Ramer (1972), Computer Graphics and Image Processing 1:244, and Douglas and Peucker (1973).
fn simplify(points: &[(f64, f64)]) -> Vec<(i32, i32)> {
    const NEAR: f64 = 0.2;
    let Some(last) = points.len().checked_sub(1) else { return Vec::new() };
    let mut keep = vec![false; points.len()];
    (keep[0], keep[last]) = (true, true);
    let mut open = vec![(0, last)];
    while let Some((from, to)) = open.pop() {
        let farthest = (from + 1..to)
            .map(|i| (i, distance(points[i], points[from], points[to])))
            .fold((from, NEAR), |best, next| if next.1 > best.1 { next } else { best });
        if farthest.0 > from {
            keep[farthest.0] = true;
            open.push((from, farthest.0));
            open.push((farthest.0, to));
        }
    }
    let kept = points.iter().zip(keep).filter(|(_, keep)| *keep);
    kept.map(|((x, y), _)| (units(*x), units(*y))).collect()
}

/// The distance of a point from the segment between `a` and `b`.
fn distance((x, y): (f64, f64), a: (f64, f64), b: (f64, f64)) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { (((x - a.0) * dx + (y - a.1) * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
    let (ex, ey) = (x - a.0 - along * dx, y - a.1 - along * dy);
    (ex * ex + ey * ey).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_straight_line_needs_two_points() {
        let straight: Vec<_> = (0..100).map(|i| (f64::from(i), 2.0 * f64::from(i))).collect();
        assert_eq!(simplify(&straight), [(0, 0), (2475, 4950)]);
        let mut bent = straight;
        bent[50].1 = 0.0;
        assert!(simplify(&bent).contains(&(1250, 0)));
        assert_eq!(simplify(&[]), []);
        assert_eq!(simplify(&[(1.0, 1.0)]), [(25, 25)]);
    }

    #[test]
    fn dashes_are_only_on_dashed_lines() {
        let points = [(0.0, 0.0), (50.0, 50.0)];
        let draw = |dashed| {
            svg((60.0, 60.0), Language::English, "", "", |paper| paper.line(&points, Pen(INK, 1.3, dashed)))
        };
        assert!(draw(true).contains("stroke-width=\"33\" stroke-dasharray"));
        assert!(!draw(false).contains("dasharray"));
    }

    #[test]
    fn markup_in_text_is_text() {
        let nasty = "<b>\u{1}\"R&D\" stroke-width=\"33\" ]]>";
        let picture = svg((60.0, 60.0), Language::English, nasty, nasty, |paper| {
            paper.text(1.0, 9.0, nasty, Type::new(9.0, INK))
        });
        assert!(!picture.contains("<b>") && !picture.contains('\u{1}') && !picture.contains("dasharray"));
        assert_eq!(picture.matches("&lt;b&gt;").count(), 3);
    }
}
