//! One shape for scenario files: spacing, alignment, blank lines and quotes. The order of a file, its comments and its
//! meaning stay as they are.

mod lines;

use self::lines::{Brackets, Line, Value, width};
use super::diagnostic::{Diagnostic, Place, Sources};
use super::tree::{self, Node};
use super::write::inline;

/// How wide a list may be before it is broken over several lines.
const WIDTH: usize = 120;

/// What is wider than this keeps its comment to itself: it moves no other to the right.
const WIDE: usize = 40;

/// How far what stands in brackets is set in, how far a comment stands off, and the column it starts in at the least.
const INDENT: usize = 4;
const GAP: usize = 3;
const COLUMN: usize = 31;

/// The text in its shape. A text that is not valid TOML is left alone, and its mistakes are told.
pub fn format(name: &str, text: &str) -> Result<String, (Sources, Vec<Diagnostic>)> {
    let mut sources = Sources::default();
    let source = sources.add(name, text);
    let before = match tree::parse(&sources, source) {
        Ok(before) => before,
        Err(mistakes) => return Err((sources, mistakes)),
    };
    let out = shape(text);
    if same(&before, text, &out) {
        return Ok(out);
    }
    let whole = Place { source, start: 0, end: 0 };
    let message = "this file cannot be brought into shape without changing what it means";
    Err((
        sources,
        vec![Diagnostic::error(whole, message).help("this is a fault of shortfall: please report it")],
    ))
}

/// The shape of a text that is valid TOML.
pub fn shape(text: &str) -> String {
    let windows = text.split_once('\n').is_some_and(|(first, _)| first.ends_with('\r'));
    let out = lay_out(&spaced(lines::read(text)));
    let out = if windows { out.replace('\n', "\r\n") } else { out };
    out.replace(lines::WITHIN, "\n")
}

/// Whether the text that was laid out still says the same, and keeps every comment.
fn same(before: &Node, text: &str, out: &str) -> bool {
    let mut sources = Sources::default();
    let source = sources.add("", out);
    tree::parse(&sources, source).is_ok_and(|after| inline(&after) == inline(before))
        && lines::comments(out) == lines::comments(text)
}

/// One blank line where there are several, one before each header and the comments above it, none at either end.
fn spaced(lines: Vec<Line>) -> Vec<Line> {
    let mut out: Vec<Line> = Vec::new();
    for line in lines {
        match &line {
            Line::Blank if matches!(out.last(), None | Some(Line::Blank)) => continue,
            Line::Header { .. } => {
                let above = out.iter().rev().take_while(|l| matches!(l, Line::Comment(_))).count();
                let at = out.len() - above;
                if at > 0 && !matches!(out[at - 1], Line::Blank) {
                    out.insert(at, Line::Blank);
                }
            }
            Line::Entry { .. } if matches!(out[..], [.., Line::Header { .. }, Line::Blank]) => {
                out.pop();
            }
            _ => {}
        }
        out.push(line);
    }
    if let Some(Line::Blank) = out.last() {
        out.pop();
    }
    out
}

fn lay_out(lines: &[Line]) -> String {
    let mut out = String::new();
    for (i, paragraph) in lines.split(|line| matches!(line, Line::Blank)).enumerate() {
        if i > 0 {
            out.push('\n');
        }
        lay_out_paragraph(&mut out, paragraph);
    }
    out
}

/// Lines without a blank one between them: their `=` stand beneath each other, and so do their comments.
fn lay_out_paragraph(out: &mut String, lines: &[Line]) {
    let keys = lines.iter().map(|line| if let Line::Entry { key, .. } = line { width(key) } else { 0 });
    let keys = keys.max().unwrap_or(0);
    let bodies: Vec<(String, Option<&String>)> = lines
        .iter()
        .map(|line| match line {
            Line::Header { text, comment } => (text.clone(), comment.as_ref()),
            Line::Entry { key, value, comment } => {
                let start = format!("{key}{} = ", " ".repeat(keys - width(key)));
                let value = written(value, width(&start), 0);
                (start + &value, comment.as_ref())
            }
            Line::Comment(text) => (text.clone(), None),
            Line::Continued(text) => (String::new(), Some(text)),
            Line::Blank => (String::new(), None),
        })
        .collect();
    let end = |body: &str| width(body.rsplit(['\n', lines::WITHIN]).next().unwrap_or(""));
    // A header's comment is its own affair.
    let aligned = |body: &str| !body.starts_with('[') && end(body) <= WIDE;
    let commented = bodies.iter().filter(|(body, comment)| comment.is_some() && aligned(body));
    let column = commented.map(|(body, _)| end(body) + GAP).max().unwrap_or(0).max(COLUMN);
    // A comment that goes on stands beneath its beginning.
    let mut above = column;
    for (body, comment) in &bodies {
        out.push_str(body);
        if let Some(comment) = comment {
            let at = match body.as_str() {
                "" => above,
                body if aligned(body) => column,
                body => COLUMN.max(end(body) + GAP),
            };
            out.push_str(&" ".repeat(at - end(body)));
            out.push_str(comment);
            above = at;
        }
        out.push('\n');
    }
}

/// A value that starts in a column, in lines that are set in by `indent`.
fn written(value: &Value, column: usize, indent: usize) -> String {
    match value {
        Value::Plain(text) => text.clone(),
        Value::Brackets(brackets) => {
            // An inline table is never broken here, only kept so: older readers of TOML want it on one line.
            let may_break = brackets.broken || !brackets.table;
            match flat(brackets) {
                Some(flat) if !may_break || column + width(&flat) <= WIDTH => flat,
                _ => broken(brackets, indent),
            }
        }
    }
}

/// On one line; none where a comment stands in the way.
fn flat(brackets: &Brackets) -> Option<String> {
    let item = |item: &lines::Item| {
        if !item.before.is_empty() || item.comment.is_some() {
            return None;
        }
        let value = match &item.value {
            Value::Plain(text) => text.clone(),
            Value::Brackets(inner) => flat(inner)?,
        };
        Some(item.key.as_ref().map_or_else(|| value.clone(), |key| format!("{key} = {value}")))
    };
    if !brackets.last.is_empty() {
        return None;
    }
    let items: Option<Vec<String>> = brackets.items.iter().map(item).collect();
    let items = items?.join(", ");
    Some(match (brackets.table, items.is_empty()) {
        (true, true) => "{}".to_owned(),
        (true, false) => format!("{{ {items} }}"),
        (false, _) => format!("[{items}]"),
    })
}

/// One item a line, each with its comma.
fn broken(brackets: &Brackets, indent: usize) -> String {
    let (open, close) = if brackets.table { ('{', '}') } else { ('[', ']') };
    let inner = " ".repeat(indent + INDENT);
    let mut out = format!("{open}\n");
    for item in &brackets.items {
        for comment in &item.before {
            out.push_str(&format!("{inner}{comment}\n"));
        }
        let key = item.key.as_ref().map_or(String::new(), |key| format!("{key} = "));
        let value = written(&item.value, inner.len() + width(&key) + 1, indent + INDENT);
        let comment = item.comment.as_ref().map_or(String::new(), |c| format!("{}{c}", " ".repeat(GAP)));
        out.push_str(&format!("{inner}{key}{value},{comment}\n"));
    }
    for comment in &brackets.last {
        out.push_str(&format!("{inner}{comment}\n"));
    }
    out.push_str(&format!("{}{close}", " ".repeat(indent)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shaped(text: &str) -> String {
        let once = format("x", text).unwrap();
        assert_eq!(format("x", &once).unwrap(), once, "a shape of its own");
        once
    }

    #[test]
    fn spacing_alignment_and_blank_lines() {
        let text = "\n\n[ scenario ]\n\n  name='a'   \nstart =2026-01-01# day 0\n\n\n[materials . 'oxide']\nprice=\"1\"\n";
        let wanted = "[scenario]\nname  = \"a\"\nstart = 2026-01-01             # day 0\n\n[materials.oxide]\nprice = \"1\"\n";
        assert_eq!(shaped(text), wanted);
    }

    #[test]
    fn comments_above_a_header_stay_with_it() {
        let text = "a = 1\n# of b\n[b]\nc = 1 # one\n      # and on\n# alone\n";
        let wanted = "a = 1\n\n# of b\n[b]\nc = 1                          # one\n                               # and on\n# alone\n";
        assert_eq!(shaped(text), wanted);
    }

    #[test]
    fn what_is_wide_moves_no_comment() {
        let wide = "x".repeat(70);
        let text = format!("a = \"{wide}\" # wide\nb = 1 # narrow\n");
        assert_eq!(
            shaped(&text),
            format!("a = \"{wide}\"   # wide\nb = 1                          # narrow\n")
        );
    }

    #[test]
    fn brackets_are_joined_where_they_fit_and_no_comment_is_in_them() {
        assert_eq!(
            shaped("a = [\n 1,2 ,\n]\nb = {c=1,d={ }}\ne=[ ]\n"),
            "a = [1, 2]\nb = { c = 1, d = {} }\ne = []\n"
        );
        let text = "a = [ # first\n 1, # one\n # two\n 2\n # end\n]\n";
        assert_eq!(shaped(text), "a = [\n    # first\n    1,   # one\n    # two\n    2,\n    # end\n]\n");
        let long: Vec<String> = (0..30).map(|i| format!("\"name-{i}\"")).collect();
        let list = shaped(&format!("a = [{}]\n", long.join(",")));
        assert!(
            list.starts_with("a = [\n    \"name-0\",\n") && list.ends_with("\n    \"name-29\",\n]\n"),
            "{list}"
        );
    }

    #[test]
    fn quotes_change_only_where_nothing_else_does() {
        let text = "a = 'x\"y'\nb = 'C:\\d'\n'c d' = '''e\nf'''\n\"ré\" = 1\n'日' = \"\\u0041\"\n";
        assert_eq!(
            shaped(text),
            "a     = 'x\"y'\nb     = 'C:\\d'\n\"c d\" = '''e\nf'''\n\"ré\"  = 1\n\"日\"  = \"\\u0041\"\n"
        );
    }

    #[test]
    fn ends_of_lines_are_those_of_the_first() {
        assert_eq!(shaped("a=1\r\n\r\n\r\nb=2\n"), "a = 1\r\n\r\nb = 2\r\n");
        // What stands between triple quotes keeps its own.
        assert_eq!(
            shaped("a=1\r\nb='''c\nd'''# e\r\n"),
            "a = 1\r\nb = '''c\nd'''                           # e\r\n"
        );
        assert_eq!(shaped("a=1\nb=2\r\n"), "a = 1\nb = 2\n");
        assert_eq!(shaped("a=1"), "a = 1\n");
        assert_eq!(shaped(""), "");
        assert_eq!(shaped("# only\r\n"), "# only\r\n");
    }

    #[test]
    fn a_wrong_text_is_left_alone() {
        let (sources, mistakes) = format("x.toml", "a = \n[b\n").unwrap_err();
        assert_eq!(mistakes.len(), 2, "{}", sources.render(&mistakes, false));
    }
}
