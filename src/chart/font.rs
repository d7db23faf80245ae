//! The bundled font: its registration with plotters and the width of text set in it.

use std::sync::OnceLock;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// The font's own name, by which renderers find it.
pub(super) const FAMILY: &str = "Inter";

/// What viewers of the SVG may use: Inter where there is one, and for Japanese what their system has.
pub(super) const FAMILIES: &str = "Inter, Helvetica, Arial, 'Noto Sans JP', 'Noto Sans CJK JP', 'Hiragino Sans', \
     'Yu Gothic', Meiryo, sans-serif";

/// plotters states font sizes in a unit of its own, 1.24 times the SVG's.
pub(super) const PLOTTERS_SIZE: f64 = 1.24;

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/Inter-Regular.otf");
const BOLD: &[u8] = include_bytes!("../../assets/fonts/Inter-Bold.otf");
const KANJI: &[u8] = include_bytes!("../../assets/fonts/NotoSansJP-Regular.ttf");
const BOLD_KANJI: &[u8] = include_bytes!("../../assets/fonts/NotoSansJP-Bold.ttf");

/// All fonts of the package: Latin, bold Latin, Japanese, bold Japanese.
pub(super) const BUNDLED: [&[u8]; 4] = [REGULAR, BOLD, KANJI, BOLD_KANJI];

/// Makes the font known to plotters; true if that went well (it depends on the bundled files alone).
pub(super) fn register() -> bool {
    static DONE: OnceLock<bool> = OnceLock::new();
    *DONE.get_or_init(|| {
        let regular = register_font(FAMILY, FontStyle::Normal, REGULAR).is_ok();
        regular && register_font(FAMILY, FontStyle::Bold, BOLD).is_ok()
    })
}

pub(super) fn style(bold: bool) -> FontStyle {
    if bold { FontStyle::Bold } else { FontStyle::Normal }
}

/// The width of `text` at `size`, in the unit of `size`; rather a few per cent too wide than too narrow.
///
/// Characters the font lacks (Japanese, for example) will come from another one: they count as one em.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    register();
    let known: String = text.chars().filter(|c| covered(*c)).collect();
    let foreign = text.chars().count() - known.chars().count();
    // plotters rounds down to whole units: measure 100 times larger.
    let font = FontDesc::new(FontFamily::Name(FAMILY), 100.0 * size * PLOTTERS_SIZE, style(bold));
    let own = font.layout_box(&known).map_or(0.0, |(_, (right, _))| f64::from(right) / 100.0);
    own + foreign as f64 * size
}

/// Whether the subset holds `c`: see `assets/fonts/README.md`.
fn covered(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{17f}' | '\u{2010}'..='\u{2015}' | '\u{2018}'..='\u{201e}')
        || "•…‰′″€→−≈≤≥".contains(c)
}

/// `text` in at most `most` lines of `room`, broken between words (within one only where it is longer than a line, after
/// one of its parts where there are lines enough). What does not fit ends in "…".
pub(super) fn wrap(text: &str, room: f64, size: f64, bold: bool, most: usize) -> Vec<String> {
    let fits = |line: &str| width(line, size, bold) <= room;
    let by_parts = broken(text, fits, true);
    let mut lines = if by_parts.len() <= most { by_parts } else { broken(text, fits, false) };
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = cut(&format!("{last}…"), room, size, bold);
        }
    }
    lines
}

/// What begins no line in Japanese.
const CLOSING: &str = "、。）」：・％";

/// `text` in as many lines as it needs; with `by_parts` a long word is broken after its last point or hyphen in the second
/// half of a line.
fn broken(text: &str, fits: impl Fn(&str) -> bool, by_parts: bool) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if fits(&longer) {
            line = longer;
            continue;
        }
        if !line.is_empty() && fits(word) {
            lines.push(std::mem::replace(&mut line, word.to_owned()));
            continue;
        }
        // Longer than a line by itself, or a script without blanks.
        if !line.is_empty() {
            line.push(' ');
        }
        for c in word.chars() {
            line.push(c);
            if !fits(&line) && line.chars().count() > 1 {
                line.pop();
                let part = line.rfind(['.', '-', '_']).map(|at| at + 1).filter(|at| 2 * at > line.len());
                let mut at = part.filter(|_| by_parts).unwrap_or(line.len());
                while CLOSING.contains(line[at..].chars().next().unwrap_or(c)) {
                    let before = line[..at].char_indices().next_back().map_or(0, |(before, _)| before);
                    if before == 0 {
                        break;
                    }
                    at = before;
                }
                let mut rest = line.split_off(at);
                rest.push(c);
                lines.push(std::mem::replace(&mut line, rest));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// `text`, shortened to end in "…" if it is wider than `room`.
pub(super) fn cut(text: &str, room: f64, size: f64, bold: bool) -> String {
    if width(text, size, bold) <= room {
        return text.to_owned();
    }
    let mut short: Vec<char> = text.trim_end_matches('…').chars().collect();
    while short.pop().is_some() {
        let shorter = format!("{}…", short.iter().collect::<String>().trim_end());
        if width(&shorter, size, bold) <= room {
            return shorter;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_weights_are_there() {
        assert!(register());
        let (regular, bold) = (width("Shortfall", 14.0, false), width("Shortfall", 14.0, true));
        assert!(regular > 50.0 && regular < 70.0, "{regular}");
        assert!(bold > regular * 1.02, "{bold}");
    }

    #[test]
    fn the_subset_covers_what_we_say() {
        register();
        // A character that is missing is measured as the box that stands for it.
        let font = FontDesc::new(FontFamily::Name(FAMILY), 1e5, FontStyle::Normal);
        let has = |c: char| font.layout_box(&c.to_string()).unwrap() != font.layout_box("重").unwrap();
        for c in (' '..='~').chain("−×±…–’“”äöüßéŁ€•‰′″→≈≤≥ ".chars()) {
            assert!(covered(c), "{c:?}");
            assert!(has(c), "{c:?} is not in the font");
        }
        assert!(!covered('重'));
        assert!((width("重希土", 10.0, false) - 30.0).abs() < 1e-9);
    }

    #[test]
    fn lines_break_between_words() {
        let text = "dysprosium and terbium from the south";
        let lines = wrap(text, 120.0, 14.0, false, 9);
        assert!(lines.len() > 1);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|line| width(line, 14.0, false) <= 120.0), "{lines:?}");
    }

    #[test]
    fn names_break_after_their_parts() {
        let name = "controls.heavy-rare-earths.regimes.ban.lasts";
        let lines = wrap(name, 190.0, 12.0, false, 2);
        assert_eq!(lines, ["controls.heavy-rare-earths.", "regimes.ban.lasts"]);
        // Where that would take a line too many, they break anywhere.
        let lines = wrap("controls.heavy-rare-earths.regimes.licensing.blocks", 160.0, 12.0, false, 2);
        assert_eq!((lines.len(), lines[1].ends_with('…')), (2, false), "{lines:?}");
    }

    #[test]
    fn no_line_begins_with_a_closing_mark() {
        for room in 60..160 {
            let text = "小さな点（限定する入力は四個）、十字は信頼区間。".repeat(2);
            let lines = wrap(&text, f64::from(room), 14.0, false, 99);
            assert_eq!(lines.concat(), text);
            assert!(lines.iter().all(|line| !line.starts_with(|c| CLOSING.contains(c))), "{lines:?}");
            assert!(lines.iter().all(|line| width(line, 14.0, false) <= f64::from(room)), "{lines:?}");
        }
    }

    #[test]
    fn what_does_not_fit_is_cut() {
        let lines = wrap(&"供給途絶".repeat(30), 100.0, 14.0, false, 2);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].ends_with('…'));
        assert!(lines.iter().all(|line| width(line, 14.0, false) <= 100.0));
        assert_eq!(cut("neodymium", 500.0, 14.0, true), "neodymium");
        assert_eq!(cut("neodymium", 0.0, 14.0, true), "");
        assert!(wrap("  ", 10.0, 14.0, false, 3).is_empty());
    }
}
