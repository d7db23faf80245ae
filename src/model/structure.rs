//! From the tree of a document to the model: names first, then the frame everything else needs, then part by part.

use super::controls::{self, state_names};
use super::economy;
use super::fields::Fields;
use super::options::User;
use super::reader::{Provenance, Reader};
use super::{Model, materials, options, sectors, verify};
use crate::scenario::{Node, Place, Table, entry_name, nearest};

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
            keys.filter(|k| !matches!(k.as_str(), "source" | "note" | "judgement")).cloned().collect()
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
        let materials = keys("materials");
        let sources = materials
            .iter()
            .map(|m| node("materials", m).map_or(Vec::new(), |n| entries(n, "sources")))
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
            sectors: keys("sectors"),
            crises: keys("crises"),
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
        reader.error(
            Place { start: root.place.start, end: root.place.start, ..root.place },
            "there is no [scenario]",
            "start with:\n[scenario]\nstart = 2026-01-01\nhorizon = \"5 years\"\ncurrency = \"JPY\"",
        );
        return None;
    };
    let frame = economy::frame(reader, node)?;
    economy::rates(reader, fields.get("economy"));
    if let Some(node) = fields.get("parameters") {
        reader.read_parameters(node);
    }
    let economy = economy::economy(reader, fields.get("economy"));
    let names = Names::collect(reader, fields.table);
    let mut model = Model {
        name: frame.name,
        start: reader.start,
        horizon: frame.horizon,
        step: frame.step,
        currency: reader.currency.clone(),
        rates: reader.rates.iter().map(|(code, rate)| (code.clone(), *rate)).collect(),
        trials: frame.trials,
        seed: frame.seed,
        economy,
        factors: Vec::new(),
        correlations: Vec::new(),
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
    let correlations = fields.top_list(reader, "correlations");
    model.correlations = economy::correlations(reader, &correlations);
    let expectations = fields.top_list(reader, "expectations");
    model.expectations = economy::expectations(reader, &expectations);
    fields.finish_top(reader);
    reader.unused_parameters();
    model.factors = reader.factors.clone();
    model.assumptions = std::mem::take(&mut reader.assumptions);
    // Indices only mean something where every part was read.
    if !whole {
        return None;
    }
    let all_options = std::mem::take(&mut model.options);
    verify::model(reader, &mut model, &all_options);
    Some(model)
}

/// Reads materials to options; false where one of them could not be read at all.
fn parts(reader: &mut Reader, fields: &mut Fields, names: &Names, model: &mut Model) -> bool {
    let mut whole = true;
    for (name, node, key) in fields.named(reader, "materials") {
        match materials::material(reader, name, node, key, names) {
            Some(material) => model.materials.push(material),
            None => whole = false,
        }
    }
    if model.materials.is_empty() && whole {
        reader.error(
            fields.place,
            "the scenario has no materials",
            "write [materials.NAME] with its sources",
        );
        whole = false;
    }
    for (name, node, key) in fields.named(reader, "sectors") {
        match sectors::sector(reader, name, node, key, names) {
            Some(sector) => model.sectors.push(sector),
            None => whole = false,
        }
    }
    for (name, node, _) in fields.named(reader, "crises") {
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

impl<'n> Fields<'n> {
    fn top_list(&mut self, reader: &mut Reader, key: &'static str) -> Vec<&'n Node> {
        self.list(reader, key)
    }

    fn finish_top(mut self, reader: &mut Reader) {
        self.path = "the scenario".to_owned();
        self.finish(reader);
    }
}
