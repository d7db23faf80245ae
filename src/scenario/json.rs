//! Diagnostics for editors and scripts.

use serde_json::{Value, json};

use super::diagnostic::{Diagnostic, Place, Sources};

impl Sources {
    /// The diagnostics as an array of objects, whose keys docs/checking.md promises.
    pub fn to_json(&self, diagnostics: &[Diagnostic]) -> Value {
        diagnostics.iter().map(|diagnostic| self.entry(diagnostic)).collect()
    }

    fn entry(&self, diagnostic: &Diagnostic) -> Value {
        let labelled = |place: Place, label: &str| {
            let mut entry = self.range(Some(place));
            entry["label"] = json!(label);
            entry
        };
        let others = diagnostic.others.iter().map(|(place, label)| labelled(*place, label));
        let mut entry = json!({
            "severity": diagnostic.severity,
            "code": diagnostic.code,
            "message": diagnostic.message,
            "help": diagnostic.help,
            "path": diagnostic.path,
        });
        if let (Value::Object(entry), Value::Object(range)) = (&mut entry, self.range(diagnostic.place)) {
            entry.extend(range);
        }
        entry["label"] = json!(diagnostic.label);
        entry["labels"] = others.collect();
        entry
    }

    /// Where a place begins and, one character on, where it has ended; lines and columns from 1.
    fn range(&self, place: Option<Place>) -> Value {
        let begin = place.map(|p| self.line_column(p));
        let end = place.map(|p| self.line_column(Place { start: p.end, ..p }));
        json!({
            "file": place.map(|p| self.name(p.source)),
            "line": begin.map(|b| b.0),
            "column": begin.map(|b| b.1),
            "end_line": end.map(|e| e.0),
            "end_column": end.map(|e| e.1),
            "text": place.map(|p| self.at(p)),
        })
    }
}
