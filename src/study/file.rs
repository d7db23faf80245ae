//! A study as a file: which scenario, what varies, what is asked.
//!
//! ```toml
//! scenario  = "../scenarios/x.toml"       # beside this file
//! overlays  = []                          # further files laid on top
//! set       = ["scenario.step=week"]      # PATH=VALUE
//! trials    = 10_000
//! seed      = 1
//! design    = "grid"                      # or "lhs:200", "sobol:256"
//! metrics   = ["cost.total.mean"]
//! threshold = "cost.total.mean > 500 billion JPY"
//! [vary]
//! options.stock.size = "0..180 days:7"    # or a list: ["0 days", "60 days"]
//! ```

use crate::scenario::{self, Diagnostic, Node, Sources, Value, inline, nearest};

/// What a study file says; what it does not say is left to whoever runs it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StudyFile {
    /// The scenario, relative to the folder of the file.
    pub scenario: String,
    /// Files to be laid on top, likewise.
    pub overlays: Vec<String>,
    /// `PATH=VALUE`.
    pub set: Vec<String>,
    /// How many trials each point has.
    pub trials: Option<u64>,
    /// Of all randomness.
    pub seed: Option<u64>,
    /// `grid`, `lhs:200`, `sobol:256`.
    pub design: Option<String>,
    /// `METRIC.STATISTIC`.
    pub metrics: Vec<String>,
    /// `METRIC.STATISTIC > VALUE`, to be drawn where it is crossed.
    pub threshold: Option<String>,
    /// `PATH=VALUES`.
    pub vary: Vec<String>,
}

const KEYS: [&str; 10] =
    ["scenario", "question", "overlays", "set", "trials", "seed", "design", "metrics", "threshold", "vary"];

impl StudyFile {
    /// Reads a text by the name of `name`; none where it is no study but a scenario, which varies nothing.
    ///
    /// # Errors
    /// All mistakes, with the text they point into.
    pub fn read(name: &str, text: &str) -> Option<Result<StudyFile, (Sources, Vec<Diagnostic>)>> {
        let mut sources = Sources::default();
        let source = sources.add(name, text);
        let root = scenario::parse(&sources, source).ok()?;
        root.table().filter(|table| table.get("vary").is_some())?;
        let mut reader = Reader::default();
        let file = reader.file(&root);
        Some(if reader.mistakes.is_empty() { Ok(file) } else { Err((sources, reader.mistakes)) })
    }
}

#[derive(Default)]
struct Reader {
    mistakes: Vec<Diagnostic>,
}

impl Reader {
    fn file(&mut self, root: &Node) -> StudyFile {
        let mut file = StudyFile::default();
        let Some(table) = root.table() else { return file };
        for (key, entry) in &table.entries {
            let node = &entry.node;
            match key.as_str() {
                "scenario" => file.scenario = self.text(node).unwrap_or_default(),
                "question" => drop(self.text(node)),
                "overlays" => file.overlays = self.texts(node),
                "set" => file.set = self.texts(node),
                "trials" => file.trials = self.whole(node),
                "seed" => file.seed = self.whole(node),
                "design" => file.design = self.text(node),
                "metrics" => file.metrics = self.texts(node),
                "threshold" => file.threshold = self.text(node),
                "vary" => self.vary(node, "", &mut file.vary),
                _ => {
                    let help = match nearest(key, KEYS.into_iter()) {
                        Some(near) => format!("did you mean `{near}`?"),
                        None => format!("a study has {}", KEYS.join(", ")),
                    };
                    let error = Diagnostic::error(entry.key, format!("a study has no `{key}`"));
                    self.mistakes.push(error.help(help));
                }
            }
        }
        if table.get("scenario").is_none() {
            let help = "say what is varied: scenario = \"../scenarios/x.toml\"";
            self.mistakes.push(Diagnostic::error(root.place, "a study needs a scenario").help(help));
        }
        file
    }

    /// The entries that vary: a path is one key in quotes, or keys within keys.
    fn vary(&mut self, node: &Node, path: &str, out: &mut Vec<String>) {
        let Some(table) = node.table() else {
            self.wrong(node, "a table of paths", "write [vary] and below it PATH = \"A..B:N\"");
            return;
        };
        for (key, entry) in &table.entries {
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            match &entry.node.value {
                Value::Table(_) => self.vary(&entry.node, &path, out),
                Value::Array(items) => {
                    let values: Vec<String> = items.iter().map(value).collect();
                    out.push(format!("{path}={}", values.join(",")));
                }
                Value::String(text) => out.push(format!("{path}={text}")),
                _ => out.push(format!("{path}={}", inline(&entry.node))),
            }
        }
    }

    fn wrong(&mut self, node: &Node, wanted: &str, help: &str) {
        let error = Diagnostic::error(node.place, format!("{wanted} is wanted here, not {}", node.kind()));
        self.mistakes.push(error.help(help));
    }

    fn text(&mut self, node: &Node) -> Option<String> {
        if node.text().is_none() {
            self.wrong(node, "a text", "put it in quotes");
        }
        node.text().map(str::to_owned)
    }

    fn texts(&mut self, node: &Node) -> Vec<String> {
        match &node.value {
            Value::Array(items) => items.iter().filter_map(|item| self.text(item)).collect(),
            _ => {
                self.wrong(node, "a list of texts", "write [\"…\", \"…\"]");
                Vec::new()
            }
        }
    }

    fn whole(&mut self, node: &Node) -> Option<u64> {
        match node.value {
            Value::Integer(number) if number >= 0 => Some(number as u64),
            _ => {
                self.wrong(node, "a whole number", "such as 10_000");
                None
            }
        }
    }
}

/// A value of a list as `--vary` takes it.
fn value(node: &Node) -> String {
    match node.text() {
        Some(text) if !text.contains(',') => text.to_owned(),
        _ => inline(node),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_study_says_what_flags_say() {
        let text = "scenario = \"x.toml\"\ntrials = 1_000\n[vary]\n\"a.b\" = \"1..2:3\"\na.c = [\"1 t\", \"2 t\"]\nd = 3\n";
        let file = StudyFile::read("s.toml", text).unwrap().unwrap();
        assert_eq!((file.scenario.as_str(), file.trials), ("x.toml", Some(1_000)));
        assert_eq!(file.vary, ["a.b=1..2:3", "a.c=1 t,2 t", "d=3"]);
        assert!(StudyFile::read("s.toml", "[scenario]\nname = \"x\"\n").is_none());
    }

    #[test]
    fn every_mistake_is_told() {
        let text = "trial = 5\nseed = \"x\"\nmetrics = \"m\"\nvary = 3\n";
        let (sources, mistakes) = StudyFile::read("s.toml", text).unwrap().unwrap_err();
        assert_eq!(mistakes.len(), 5, "{}", sources.render(&mistakes, false));
        assert!(sources.render(&mistakes, false).contains("did you mean `trials`?"));
    }
}
