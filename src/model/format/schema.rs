//! The format as a JSON Schema, by which editors complete and check a scenario while it is written.
//!
//! It is of draft 7: that is what TOML editors understand (taplo validates by draft 7 at most), and they read what a
//! schema says of a key only where it stands itself, not beside a `$ref`. What a file lacks is a mistake only where it
//! extends nothing; what may not stand is one everywhere.

use serde_json::{Map, Value, json};

use super::{Absent, Form, Key, LAWS, REMARKS, Table, law_forms, pattern, table};
use crate::model::kind::Kind;
use crate::model::laws::PURE;
use crate::quantity::Dimension;

/// The schema.
pub fn schema() -> Value {
    let mut definitions = Map::new();
    for (law, what) in LAWS {
        definitions.insert(law.to_owned(), self::law(law, what));
    }
    for (key, what) in REMARKS {
        definitions.insert(key.to_owned(), json!({ "description": what, "type": "string" }));
    }
    definitions.insert("one".to_owned(), one_statement());
    definitions.insert("uncertain".to_owned(), Value::Object(uncertain(json!({}))));
    let mut schema = table("").map(object).unwrap_or_default();
    let extends = json!({ "required": ["extends"] });
    schema.insert(
        "if".into(),
        json!({ "anyOf": [
        extends,
        { "required": ["scenario"], "properties": { "scenario": extends } },
    ] }),
    );
    schema.insert("then".into(), json!(true));
    schema.insert("else".into(), table("").map_or(json!(true), demands));
    let mut whole = Map::new();
    whole.insert("$schema".into(), json!("http://json-schema.org/draft-07/schema#"));
    whole.insert("title".into(), json!("shortfall: a scenario of supply disruptions"));
    whole.extend(schema);
    whole.insert("definitions".into(), Value::Object(definitions));
    Value::Object(whole)
}

/// What may stand in a table.
fn object(table: &Table) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut schema = Map::new();
    schema.insert("description".into(), json!(table.what));
    schema.insert("type".into(), json!("object"));
    let mut others = json!(false);
    for key in table.keys {
        let value = Value::Object(value(table, key));
        match key.name {
            "*" => {
                others = value;
                schema.insert("propertyNames".into(), json!({ "pattern": NAME }));
            }
            name => _ = properties.insert(name.to_owned(), value),
        }
    }
    // Last, since editors offer keys in this order; a key of that name is the table's own.
    for (key, remark) in remarks(table.remarks) {
        properties.entry(key).or_insert(remark);
    }
    schema.insert("properties".into(), Value::Object(properties));
    schema.insert("additionalProperties".into(), others);
    let exclusions = exclusions(table);
    if !exclusions.is_empty() {
        schema.insert("allOf".into(), Value::Array(exclusions));
    }
    schema
}

/// What can be part of a dotted path.
const NAME: &str = r#"^[^\s."]([^."]*[^\s."])?$"#;

fn remarks(wanted: bool) -> Map<String, Value> {
    let remarks = REMARKS.iter().filter(|_| wanted);
    remarks.map(|(key, _)| ((*key).to_owned(), json!({ "$ref": format!("#/definitions/{key}") }))).collect()
}

/// Keys that cannot stand where another kind is stated, or beside another of `one_of`.
fn exclusions(table: &Table) -> Vec<Value> {
    let never = |keys: Vec<&Key>| -> Map<String, Value> {
        keys.into_iter().map(|key| (key.name.to_owned(), json!(false))).collect()
    };
    let kinds = table.kinds.iter().filter_map(|kind| {
        let others = table.keys.iter().filter(|k| !k.kinds.is_empty() && !k.kinds.contains(kind));
        let others = never(others.collect());
        let condition = json!({ "required": ["kind"], "properties": { "kind": { "const": kind } } });
        (!others.is_empty()).then(|| json!({ "if": condition, "then": { "properties": others } }))
    });
    let ways = table.one_of.iter().filter_map(|way| {
        let others = table.keys.iter().filter(|k| !k.with.is_empty() && !k.with.contains(way));
        let others = never(others.collect());
        (!others.is_empty()).then(|| json!({ "if": { "required": [way] }, "then": { "properties": others } }))
    });
    kinds.chain(ways).collect()
}

/// What may be written for a key.
fn value(of: &Table, key: &Key) -> Map<String, Value> {
    let path = [of.path, key.name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    let below = |path: &str| table(path).map(object).unwrap_or_default();
    let texts = |texts: &[&str]| json!({ "type": "string", "enum": texts });
    let mut schema = match key.form {
        Form::Quantity(kinds) | Form::Afresh(kinds) => quantity(kinds, json!({})),
        Form::Path(kind) => varying(kind, format!("^{}$", pattern::DATE)),
        Form::Profile(kind) => varying(kind, pattern::time()),
        Form::Any => {
            let mut schema = uncertain(json!({}));
            schema.insert("type".into(), json!(["number", "string", "object"]));
            schema.insert("pattern".into(), json!(pattern::any()));
            schema
        }
        Form::Spread(kind) | Form::Certain(kind) => {
            let mut schema = quantity(&[kind], json!({}));
            schema.insert("pattern".into(), json!(pattern::certain(&[kind])));
            schema
        }
        Form::Rate => {
            let mut schema = quantity(&[Kind::Money], json!({}));
            schema.insert("pattern".into(), json!(pattern::certain(&[Kind::Money])));
            schema
        }
        Form::Figure => just(json!({ "type": ["number", "string"] })),
        Form::Band => {
            let figure = json!({ "type": ["number", "string"] });
            just(json!({ "type": "array", "items": figure, "minItems": 2, "maxItems": 2 }))
        }
        Form::Correlation => {
            just(json!({ "type": ["number", "string"], "exclusiveMinimum": -1, "exclusiveMaximum": 1 }))
        }
        Form::Whole(low, i64::MAX) => just(json!({ "type": "integer", "minimum": low })),
        Form::Whole(low, high) => just(json!({ "type": "integer", "minimum": low, "maximum": high })),
        Form::Flag => just(json!({ "type": "boolean" })),
        Form::Date => just(json!({ "type": "string", "pattern": format!("^{}$", pattern::DATE) })),
        Form::Currency => just(json!({ "type": "string", "pattern": "^[A-Z]{3}$" })),
        Form::Text | Form::Name(_) => just(json!({ "type": "string" })),
        Form::Choice(choices) => just(texts(choices)),
        Form::Texts(_) => just(json!({ "type": ["array", "string"], "items": { "type": "string" } })),
        Form::Table => below(&path),
        Form::Named => {
            let entry = Value::Object(below(&format!("{path}.*")));
            just(json!({
                "type": "object",
                "properties": remarks(true),
                "additionalProperties": entry,
                "propertyNames": { "pattern": NAME },
            }))
        }
        Form::List => just(json!({ "type": "array", "items": Value::Object(below(&format!("{path}.*"))) })),
        Form::NameOrTable(_) => either("string", below(&path)),
        Form::ChoiceOrTable(choices) => {
            let mut schema = either("string", below(&path));
            schema.insert("pattern".into(), json!(format!("^({})$", choices.join("|"))));
            schema
        }
        Form::QuantityOrTable(kind) => quantity(&[kind], json!(below(&path).get("properties"))),
    };
    schema.insert("description".into(), json!(describe(key)));
    let as_json = |text: &str| text_to_json(text).map(|v| json!([v]));
    if let Absent::Is(text) = key.absent
        && let Some(value) = text_to_json(text)
    {
        schema.insert("default".into(), value);
    }
    if let Some(examples) = as_json(key.example) {
        schema.insert("examples".into(), examples);
    }
    schema
}

fn just(schema: Value) -> Map<String, Value> {
    match schema {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// A table, or something plain.
fn either(plain: &str, mut table: Map<String, Value>) -> Map<String, Value> {
    table.insert("type".into(), json!([plain, "object"]));
    table
}

/// What a reader of the schema is told of a key: what it is, its type and unit, its default.
fn describe(key: &Key) -> String {
    let kinds = match key.kinds {
        [] => String::new(),
        kinds => format!("For kind {}: ", kinds.join(", ")),
    };
    let absent = match key.absent {
        Absent::Mistake => "Required.".to_owned(),
        Absent::OneOf => "One such key is required.".to_owned(),
        Absent::Is(text) => format!("Default: {text}."),
        Absent::Means(words) => format!("Without it: {words}."),
    };
    let form = key.type_in_words();
    let mut letters = form.chars();
    let form: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    format!("{kinds}{} {form}. {absent}", key.what)
}

/// A quantity of one of `kinds`: a text with its unit, a pure number, or a table with a law or a value and its source;
/// `more` are keys that such a table may have besides.
fn quantity(kinds: &[Kind], more: Value) -> Map<String, Value> {
    let mut schema = uncertain(more);
    let pure = kinds.iter().find(|kind| kind.dimension() == Some(Dimension::PURE));
    let mut types = vec!["string", "object"];
    if let Some(kind) = pure {
        types.insert(0, "number");
        let (low, high) = kind.range();
        schema.insert("minimum".into(), json!(low));
        schema.insert("maximum".into(), json!(high));
    }
    schema.insert("type".into(), json!(types));
    schema.insert("pattern".into(), json!(pattern::quantity(kinds)));
    if let Some(Value::Object(value)) = schema.get_mut("properties").and_then(|p| p.get_mut("value")) {
        value.insert("type".into(), json!(types));
        value.insert("pattern".into(), json!(pattern::quantity(kinds)));
    }
    schema
}

/// A quantity that may also be a table of quantities by date or by time.
fn varying(kind: Kind, keys: String) -> Map<String, Value> {
    let mut schema = quantity(&[kind], json!({}));
    let mut at = just(json!({ "type": schema["type"], "pattern": schema["pattern"] }));
    if let (Some(low), Some(high)) = (schema.get("minimum"), schema.get("maximum")) {
        at.insert("minimum".into(), low.clone());
        at.insert("maximum".into(), high.clone());
    }
    at.insert("if".into(), json!({ "type": "object" }));
    at.insert("then".into(), json!({ "$ref": "#/definitions/uncertain" }));
    if let Some(Value::Object(by_key)) = schema.get_mut("patternProperties") {
        by_key.insert(keys, Value::Object(at));
    }
    schema
}

/// A table that states one quantity: a law, or a value, with what says where it comes from.
fn uncertain(more: Value) -> Map<String, Value> {
    let mut properties = Map::new();
    let value = "The quantity, beside its source, note or judgement.";
    properties.insert("value".into(), json!({ "description": value }));
    // By name for whoever offers keys, by pattern for what is in them: an editor that follows the properties would offer
    // every parameter of every law for every quantity.
    let mut laws = Map::new();
    for (law, _) in LAWS {
        properties.insert(law.to_owned(), json!({}));
        laws.insert(format!("^{law}$"), json!({ "$ref": format!("#/definitions/{law}") }));
    }
    properties.extend(just(more));
    properties.extend(remarks(true));
    just(json!({
        "type": "object",
        "properties": properties,
        "patternProperties": laws,
        "additionalProperties": false,
        "if": { "type": "object" },
        "then": { "$ref": "#/definitions/one" },
    }))
}

/// At most one of the laws and `value`.
fn one_statement() -> Value {
    let names = ["value"].into_iter().chain(LAWS.iter().map(|(law, _)| *law));
    let each: Vec<Value> = names.map(|name| json!({ "required": [name] })).collect();
    let mut ways = each.clone();
    ways.push(json!({ "not": { "anyOf": each } }));
    json!({ "description": "One law, or a value.", "oneOf": ways })
}

/// The parameters of a law.
fn law(law: &str, what: &str) -> Value {
    let (forms, beside) = law_forms(law);
    let number = json!({ "type": ["number", "string"], "pattern": r"^[^$]*$" });
    let mut properties = remarks(true);
    for name in forms.iter().flat_map(|form| form.iter()).chain(beside) {
        let schema = match *name {
            "values" => json!({ "type": "array", "items": number, "minItems": 1 }),
            "weights" => json!({ "type": "array", "items": { "type": ["number", "string"] }, "minItems": 1 }),
            "file" => {
                json!({ "type": "string", "description": "A CSV file with a header line; its path starts at the folder of this file." })
            }
            "column" => {
                json!({ "type": "string", "description": "Which column; may be left out where there is one." })
            }
            name if PURE.contains(&name) => json!({ "type": ["number", "string"] }),
            _ => number.clone(),
        };
        properties.insert((*name).to_owned(), schema);
    }
    let needed = |form: &&[&str]| -> Value {
        let names: Vec<&str> = form.iter().copied().filter(|name| *name != "column").collect();
        json!({ "required": names })
    };
    let ways: Vec<Value> = forms.iter().map(needed).collect();
    let words: Vec<String> = forms.iter().map(|form| form.join(", ")).collect();
    let besides = match beside {
        [] => String::new(),
        keys => format!("; and {}, if you like", keys.join(", ")),
    };
    json!({
        "description": format!("{what} It takes {}{besides}.", words.join("; or ")),
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "if": true,
        "then": { "anyOf": ways },
    })
}

/// What must stand in a table, and in those below it.
fn demands(of: &Table) -> Value {
    let names = |keys: Vec<&Key>| keys.into_iter().map(|k| k.name).collect::<Vec<_>>();
    let must = |kind: Option<&str>, way: Option<&str>| {
        let wanted = of.keys.iter().filter(|k| k.absent == Absent::Mistake);
        let of_kind = |k: &&Key| kind.map_or(k.kinds.is_empty(), |kind| k.kinds.contains(&kind));
        let of_way = |k: &&Key| way.map_or(k.with.is_empty(), |way| k.with.contains(&way));
        names(wanted.filter(of_kind).filter(of_way).collect())
    };
    let mut parts = Vec::new();
    let ways = |kind: Option<&str>| {
        let knows = |way: &&&str| {
            of.keys.iter().any(|k| k.name == **way && kind.is_none_or(|kind| k.kinds.contains(&kind)))
        };
        let ways: Vec<Value> =
            of.one_of.iter().filter(knows).map(|way| json!({ "required": [way] })).collect();
        (!ways.is_empty()).then(|| json!({ "oneOf": ways }))
    };
    for kind in of.kinds {
        let is = json!({ "required": ["kind"], "properties": { "kind": { "const": kind } } });
        let mut then = just(json!({ "required": must(Some(kind), None) }));
        then.extend(ways(Some(kind)).map(just).unwrap_or_default());
        parts.push(json!({ "if": is, "then": then }));
    }
    if of.kinds.is_empty() {
        parts.extend(ways(None));
        for way in of.one_of {
            let keys = must(None, Some(way));
            if !keys.is_empty() {
                parts.push(json!({ "if": { "required": [way] }, "then": { "required": keys } }));
            }
        }
    }
    let mut schema = Map::new();
    let required = must(None, None);
    if !required.is_empty() {
        schema.insert("required".into(), json!(required));
    }
    if !parts.is_empty() {
        schema.insert("allOf".into(), Value::Array(parts));
    }
    let below: Map<String, Value> = of.keys.iter().filter_map(|key| demanded_below(of, key)).collect();
    if let Some(entries) = below.get("*") {
        schema.insert("additionalProperties".into(), entries.clone());
    } else if !below.is_empty() {
        schema.insert("properties".into(), Value::Object(below));
    }
    if schema.is_empty() {
        return json!(true);
    }
    // What is no table, such as a source beside named tables, has nothing that it must hold.
    schema.insert("description".into(), json!("What a file that extends nothing must state."));
    Value::Object(schema)
}

/// The demands on what stands under a key, if it is a table that has any.
fn demanded_below(of: &Table, key: &Key) -> Option<(String, Value)> {
    let path = [of.path, key.name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(".");
    let listed = matches!(key.form, Form::Named | Form::List);
    let below = table(&if listed { format!("{path}.*") } else { path })?;
    let demands = match key.form {
        // A plain quantity that is written as a table has no `amount`.
        Form::QuantityOrTable(_) => return None,
        Form::NameOrTable(_) | Form::ChoiceOrTable(_) => {
            json!({ "if": { "type": "object" }, "then": demands(below) })
        }
        Form::Named => json!({
            "additionalProperties": { "if": { "type": "object" }, "then": demands(below) },
        }),
        Form::List => json!({ "items": demands(below) }),
        _ => demands(below),
    };
    Some((key.name.to_owned(), demands))
}

/// A value of TOML as JSON, dates as text.
fn text_to_json(text: &str) -> Option<Value> {
    let document: toml::Table = toml::from_str(&format!("x = {text}")).ok()?;
    document.get("x").map(to_json)
}

fn to_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => json!(text),
        toml::Value::Integer(number) => json!(number),
        toml::Value::Float(number) => json!(number),
        toml::Value::Boolean(flag) => json!(flag),
        toml::Value::Datetime(date) => json!(date.to_string()),
        toml::Value::Array(items) => items.iter().map(to_json).collect(),
        toml::Value::Table(table) => table.iter().map(|(k, v)| (k.clone(), to_json(v))).collect(),
    }
}
