//! Stories read back from the JSON that was made of them.

use serde_json::{Map, Value};

use super::{Story, Why};
use crate::model::Model;
use crate::outcome::Metric;

/// The stories of `stories.json`, of a run of this scenario, by what they stand for.
///
/// # Errors
/// In words, where it is no such file.
pub fn read(text: &str, model: &Model, metrics: &[Metric]) -> Result<Vec<(String, Story)>, String> {
    let mut page: Map<String, Value> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Some(Value::Object(stories)) = page.remove("stories") else {
        return Err("it has no `stories`".to_owned());
    };
    let story = |(name, value): (String, Value)| {
        let mut story: Story = serde_json::from_value(value).map_err(|error| format!("`{name}`: {error}"))?;
        // What a story takes from its scenario does not stand in the file.
        if let Why::At { metric, unit, .. } | Why::Worst { metric, unit, .. } = &mut story.pick.why {
            let found = metrics.iter().find(|m| m.name == *metric);
            *unit = found.ok_or_else(|| format!("`{metric}` is no metric"))?.unit.clone();
        }
        for draw in &mut story.draws.unusual {
            let found = model.factors.iter().position(|f| f.path == draw.path);
            draw.factor = found.ok_or_else(|| format!("`{}` is no uncertain entry", draw.path))?;
        }
        Ok((name, story))
    };
    stories.into_iter().map(story).collect()
}
