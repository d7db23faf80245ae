//! From the tree of a document to the model: names first, then the frame everything else needs, then part by part.

use super::controls::{self, state_names};
use super::economy;
use super::fields::Fields;
use super::options::User;
use super::reader::{Provenance, Reader};
use super::{Model, Written, materials, options, sectors, verify};
use super::{correlations, expectations};
use crate::scenario::{Node, Place, Table, entry_name, is_remark, nearest};
use jiff::civil::Date;

/// The names that a scenario defines, known before anything refers to them.
pub struct Names {
    pub materials: Vec<String>,
    pub sectors: Vec<String>,
    pub crises: Vec<String>,
    /// Controls, each with the names of its states.
    pub controls: Vec<(String, Vec<String>)>,
    /// Sources of each material.
    pub sources: Vec<Vec<String>>,
    pub provenance: SectionProvenance,
}

/// What `source` and `note` on a whole section hold for.
#[derive(Default)]
pub struct SectionProvenance {
    pub materials: Provenance,
    pub sectors: Provenance,
    pub crises: Provenance,
    pub controls: Provenance,
    pub options: Provenance,
}

impl Names {
    fn collect(reader: &mut Reader, root: &Table) -> Self {
        let section = |key: &str| root.get(key).and_then(Node::table);
        let keys = |key: &str| -> Vec<String> {
            let keys = section(key).into_iter().flat_map(|t| t.entries.keys());
            keys.filter(|k| !is_remark(k)).cloned().collect()
        };
        let sorted = |mut names: Vec<String>| {
            names.sort();
            names
        };
        let entries = |node: &Node, key: &str| -> Vec<String> {
            match node.table().and_then(|t| t.get(key)).map(|n| &n.value) {
                Some(crate::scenario::Value::Array(items)) => {
                    items.iter().map(|item| entry_name(item).unwrap_or_default()).collect()
                }
                _ => Vec::new(),
            }
        };
        let node = |section_key: &str, name: &str| section(section_key).and_then(|t| t.get(name));
        let materials = sorted(keys("materials"));
        let sources = materials
            .iter()
            .map(|m| node("materials", m).map_or(Vec::new(), |n| sorted(entries(n, "sources"))))
            .collect();
        let controls = keys("controls").into_iter().map(|name| {
            let states = node("controls", &name).map_or_else(|| vec!["open".to_owned()], state_names);
            (name, states)
        });
        let mut of = |key: &str| {
            root.get(key).map_or_else(Provenance::default, |n| reader.provenance(n, &Provenance::default()))
        };
        Names {
            sources,
            controls: controls.collect(),
            sectors: sorted(keys("sectors")),
            crises: sorted(keys("crises")),
            provenance: SectionProvenance {
                materials: of("materials"),
                sectors: of("sectors"),
                crises: of("crises"),
                controls: of("controls"),
                options: of("options"),
            },
            materials,
        }
    }

    /// The index of a material.
    pub fn material(&self, reader: &mut Reader, name: &str, place: Place) -> Option<usize> {
        // A scenario without materials is told of once.
        if self.materials.is_empty() {
            return None;
        }
        reader.find(name, place, "material", self.materials.iter().map(String::as_str))
    }

    /// The names of a control's states; `open` alone for one that does not exist.
    pub fn states(&self, control: &str) -> Vec<String> {
        let found = self.controls.iter().find(|(name, _)| name == control);
        found.map_or_else(|| vec!["open".to_owned()], |(_, states)| states.clone())
    }

    /// A sector (`sectors.automotive`) or a process (`materials.magnets.sources.japan`).
    pub fn user(&self, reader: &mut Reader, path: &str, place: Place) -> Option<User> {
        let sectors = self.sectors.iter().map(|s| format!("sectors.{s}"));
        if let Some(i) = sectors.clone().position(|s| s == path) {
            return Some(User::Sector(i));
        }
        let mut known: Vec<String> = sectors.collect();
        for (m, material) in self.materials.iter().enumerate() {
            for (s, source) in self.sources[m].iter().enumerate() {
                let process = format!("materials.{material}.sources.{source}");
                if process == path {
                    return Some(User::Process(m, s));
                }
                known.push(process);
            }
        }
        if self.materials.is_empty() {
            return None;
        }
        let help = match nearest(path, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => {
                "name a sector (\"sectors.automotive\") or a process (\"materials.magnets.sources.japan\")"
                    .to_owned()
            }
        };
        reader.error(place, format!("there is no sector or process `{path}`"), help);
        None
    }
}

/// Reads the whole model; none where not even its frame could be read.
pub fn model(reader: &mut Reader) -> Option<Model> {
    let root = &reader.document.root;
    let mut fields = Fields::open(reader, root, "", &Provenance::default())?;
    fields.path = String::new();
    let Some(node) = fields.get("scenario") else {
        no_scenario(reader, fields);
        return None;
    };
    let mut scenario = Fields::open(reader, node, "scenario", &Provenance::default())?;
    economy::calendar(reader, &mut scenario);
    let economy = fields.get("economy");
    let mut economy = economy.and_then(|n| Fields::open(reader, n, "economy", &Provenance::default()));
    economy.iter_mut().for_each(|fields| economy::exchange_rates(reader, fields));
    if let Some(node) = fields.get("parameters") {
        reader.read_parameters(node);
    }
    let frame = economy::frame(reader, scenario);
    let economy = economy::economy(reader, economy);
    let names = Names::collect(reader, fields.table);
    let mut model = Model {
        name: frame.name,
        start: reader.start.unwrap_or(Date::ZERO),
        horizon: frame.horizon,
        step: frame.step,
        currency: reader.currency.clone(),
        rates: reader.rates.iter().map(|(code, rate)| (code.clone(), *rate)).collect(),
        trials: frame.trials,
        seed: frame.seed,
        economy,
        factors: Vec::new(),
        correlations: Vec::new(),
        written: Written::default(),
        materials: Vec::new(),
        order: Vec::new(),
        sectors: Vec::new(),
        crises: Vec::new(),
        controls: Vec::new(),
        options: Vec::new(),
        expectations: Vec::new(),
        assumptions: Vec::new(),
    };
    let whole = parts(reader, &mut fields, &names, &mut model);
    let correlations = fields.list(reader, "correlations");
    model.correlations = correlations::correlations(reader, &correlations);
    let expectations = fields.list(reader, "expectations");
    model.expectations = expectations::expectations(reader, &expectations);
    fields.finish_top(reader);
    reader.unused_parameters();
    model.factors = reader.factors.clone();
    model.assumptions = std::mem::take(&mut reader.assumptions);
    // Indices only mean something where every part was read.
    if !whole || reader.shapeless {
        if !reader.shapeless {
            verify::parts(reader, &model);
        }
        return None;
    }
    let all_options = std::mem::take(&mut model.options);
    verify::model(reader, &mut model, &all_options);
    Some(model)
}

fn no_scenario(reader: &mut Reader, mut fields: Fields) {
    const SECTIONS: [&str; 9] = [
        "economy",
        "parameters",
        "materials",
        "sectors",
        "crises",
        "controls",
        "options",
        "correlations",
        "expectations",
    ];
    fields.allow(&SECTIONS);
    let near = |key: &String| nearest(key, SECTIONS.into_iter().chain(["scenario"])) == Some("scenario");
    if !fields.table.entries.keys().any(near) {
        let top = Place { start: fields.place.start, end: fields.place.start, ..fields.place };
        let help = "start with:\n[scenario]\nstart = 2026-01-01\nhorizon = \"5 years\"\ncurrency = \"JPY\"";
        reader.error(top, "there is no [scenario]", help);
    }
    fields.finish_top(reader);
}

/// A share in per cent, with as many digits as it takes up to six.
pub fn per_cent(share: f64) -> String {
    let text = format!("{:.6}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

type Named<'n> = (&'n str, &'n Node, Place);

/// Entries by name, so that no sum depends on the order of the file; `written` gets the new index of each in that order.
fn by_name<'n>(entries: Vec<Named<'n>>, written: &mut Vec<usize>) -> Vec<Named<'n>> {
    let mut sorted = entries.clone();
    sorted.sort_by_key(|(name, ..)| *name);
    let place = |entry: &Named| sorted.iter().position(|(name, ..)| *name == entry.0);
    *written = entries.iter().filter_map(place).collect();
    sorted
}

/// Reads materials to options; false where one of them could not be read at all.
fn parts(reader: &mut Reader, fields: &mut Fields, names: &Names, model: &mut Model) -> bool {
    let mut whole = true;
    for (name, node, key) in by_name(fields.named(reader, "materials"), &mut model.written.materials) {
        match materials::material(reader, name, node, key, names) {
            Some(material) => model.materials.push(material),
            None => whole = false,
        }
    }
    if model.materials.is_empty() && whole {
        let known = ["materials"].into_iter();
        let misspelt = fields.table.entries.keys().any(|key| nearest(key, known.clone()).is_some());
        if !misspelt {
            let place = reader.locate(&["scenario"]);
            reader.error(place, "the scenario has no materials", "write [materials.NAME] with its sources");
        }
        whole = false;
    }
    for (name, node, key) in by_name(fields.named(reader, "sectors"), &mut model.written.sectors) {
        match sectors::sector(reader, name, node, key, names) {
            Some(sector) => model.sectors.push(sector),
            None => whole = false,
        }
    }
    for (name, node, _) in by_name(fields.named(reader, "crises"), &mut Vec::new()) {
        match controls::crisis(reader, name, node, names) {
            Some(crisis) => model.crises.push(crisis),
            None => whole = false,
        }
    }
    for (name, node, key) in fields.named(reader, "controls") {
        match controls::control(reader, name, node, key, names) {
            Some(control) => model.controls.push(control),
            None => whole = false,
        }
    }
    for (name, node, key) in fields.named(reader, "options") {
        match options::option(reader, name, node, key, names) {
            Some((option, true)) => model.options.push(option),
            Some((_, false)) => {}
            None => whole = false,
        }
    }
    whole
}

impl Fields<'_> {
    fn finish_top(self, reader: &mut Reader) {
        const INSIDE: [&str; 7] = ["name", "start", "horizon", "step", "currency", "trials", "seed"];
        self.finish_with(reader, |key| {
            INSIDE
                .contains(&key)
                .then(|| format!("`{key}` belongs into [scenario]: put it under that header"))
        });
    }
}
