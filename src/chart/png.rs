//! Charts as PNG, for slides and word processors that take no SVG: twice the size in pixels, text from the bundled fonts
//! alone, so that the bytes are the same on any machine.

use std::sync::{Arc, OnceLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::fontdb::{Database, ID, Source};
use resvg::usvg::{FontResolver, Options, Tree};

use super::font;

/// Pixels of the picture to a pixel of the chart.
const SCALE: f32 = 2.0;

/// The bundled fonts: two families in two weights, and the numbers by which the database knows them.
struct Fonts {
    database: Arc<Database>,
    /// The faces of each weight in the order in which a character is looked for: regular, then bold.
    order: [Vec<ID>; 2],
}

fn fonts() -> &'static Fonts {
    static FONTS: OnceLock<Fonts> = OnceLock::new();
    FONTS.get_or_init(|| {
        let mut database = Database::new();
        let mut load = |bytes: &'static [u8]| database.load_font_source(Source::Binary(Arc::new(bytes)));
        let [regular, bold, kanji, bold_kanji] = font::BUNDLED.map(&mut load);
        // What has no bold form is set in the regular one.
        let join = |parts: [&[ID]; 4]| parts.concat();
        let order = [join([&regular, &kanji, &[], &[]]), join([&bold, &bold_kanji, &regular, &kanji])];
        Fonts { database: Arc::new(database), order }
    })
}

/// The chart `svg` as a PNG, twice its size in pixels. Text is set in the bundled fonts: Latin letters, kana, and the kanji
/// of JIS X 0208.
///
/// Every chart of this module can be drawn; what is no SVG gives no bytes.
pub fn png(svg: &str) -> Vec<u8> {
    let picture = draw(svg);
    debug_assert!(picture.is_some(), "a chart cannot be drawn");
    picture.unwrap_or_default()
}

fn draw(svg: &str) -> Option<Vec<u8>> {
    let fonts = fonts();
    let order = |bold: bool| &fonts.order[usize::from(bold)];
    let resolver = FontResolver {
        select_font: Box::new(move |wanted, _| order(wanted.weight() >= 600).first().copied()),
        select_fallback: Box::new(move |_, used, _| {
            let bold = used.first() == order(true).first();
            order(bold).iter().find(|face| !used.contains(face)).copied()
        }),
    };
    let options = Options { fontdb: fonts.database.clone(), font_resolver: resolver, ..Options::default() };
    let tree = Tree::from_str(svg, &options).ok()?;
    let size = tree.size().to_int_size().scale_by(SCALE)?;
    let mut sheet = Pixmap::new(size.width(), size.height())?;
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut sheet.as_mut());
    sheet.encode_png().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture of one text of the given weight.
    fn text(text: &str, weight: &str) -> Vec<u8> {
        png(&format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"90\" height=\"30\" font-family=\"{}\">\
             <text x=\"5\" y=\"20\" font-size=\"16\" font-weight=\"{weight}\">{text}</text></svg>",
            font::FAMILIES
        ))
    }

    #[test]
    fn every_script_is_drawn_in_both_weights() {
        let blank = text("", "normal");
        assert_eq!(blank[..4], [0x89, b'P', b'N', b'G']);
        // Width and height in the header: twice those of the chart.
        assert_eq!((blank[16..20].to_vec(), blank[20..24].to_vec()), (vec![0, 0, 0, 180], vec![0, 0, 0, 60]));
        let mut seen = vec![blank];
        for letters in ["cost", "カナ", "かな", "重希土", "６０％", "±−…", "彌"] {
            for weight in ["normal", "bold"] {
                let picture = text(letters, weight);
                // A level-2 kanji has no bold form.
                let shared = letters == "彌" && weight == "bold";
                assert!(shared || !seen.contains(&picture), "{letters} in {weight} is not drawn");
                seen.push(picture);
            }
        }
        let missing = text("\u{a9f8}", "normal");
        assert_ne!(text("鯨", "normal"), missing);
    }

    #[test]
    fn the_same_chart_is_the_same_picture() {
        assert_eq!(text("供給途絶 2026", "bold"), text("供給途絶 2026", "bold"));
        assert!(draw("no picture").is_none());
    }
}
