//! How files are laid over one another (docs/model.md, sections 2 and 8), and that what comes of it can be written and
//! read again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use shortfall::model::{self, Model};
use shortfall::scenario::{self, Document, Files, Request};

const EXAMPLE: &str = include_str!("../data/example.toml");
const BASE: &str = include_str!("../broken/base.toml");

struct Shelf(BTreeMap<PathBuf, String>);

impl Files for Shelf {
    fn read(&self, path: &Path) -> Result<String, String> {
        self.0.get(path).cloned().ok_or_else(|| "no such file".to_owned())
    }
}

/// Loads the first of some files, with overlays and settings.
fn load(files: &[(&str, &str)], overlays: &[&str], settings: &[&str]) -> Result<Document, String> {
    let shelf = Shelf(files.iter().map(|(name, text)| (PathBuf::from(name), (*text).to_owned())).collect());
    let request = Request {
        name: files[0].0.to_owned(),
        text: files[0].1.to_owned(),
        overlays: overlays.iter().map(PathBuf::from).collect(),
        settings: settings.iter().map(|s| (*s).to_owned()).collect(),
    };
    scenario::load(&request, &shelf).map_err(|(sources, mistakes)| sources.render(&mistakes, false))
}

fn read(document: &Document) -> Model {
    match model::read(document) {
        Ok((model, _)) => model,
        Err(mistakes) => panic!("{}", document.sources.render(&mistakes, false)),
    }
}

/// The text of the value at a path of a resolved scenario.
fn at(document: &Document, path: &str) -> String {
    let mut node = &document.root;
    for key in path.split('.') {
        node = match &node.value {
            scenario::Value::Table(table) => match table.get(key) {
                Some(node) => node,
                None => return "nothing".to_owned(),
            },
            scenario::Value::Array(items) => {
                match items.iter().find(|item| scenario::entry_name(item).as_deref() == Some(key)) {
                    Some(node) => node,
                    None => return "nothing".to_owned(),
                }
            }
            _ => return "nothing".to_owned(),
        };
    }
    scenario::inline(node)
}

/// `upper` extending the base, with no mistake in it.
fn over(upper: &str) -> Document {
    let upper = format!("extends = \"base.toml\"\n{upper}");
    let document = load(&[("upper.toml", &upper), ("base.toml", BASE)], &[], &[]).unwrap();
    read(&document);
    document
}

#[test]
fn a_quantity_replaces_a_quantity_as_a_whole() {
    let document = over("[materials.oxide]\nprice = { value = \"1 USD/kg\", source = \"s\" }\n");
    assert_eq!(at(&document, "materials.oxide.price"), "{ value = \"1 USD/kg\", source = \"s\" }");
    let document = over("[parameters]\nusable = { uniform = { min = 0, max = 1 } }\n");
    assert_eq!(at(&document, "parameters.usable"), "{ uniform = { min = 0, max = 1 } }");
    // A path replaces a path: no date of the old one is left.
    let document = over(
        "[[materials.oxide.sources]]\nname = \"china\"\nshare = { 2027-01-01 = \"90%\" }\n\
         [[materials.oxide.sources]]\nname = \"lynas\"\nshare = \"10%\"\n",
    );
    assert_eq!(at(&document, "materials.oxide.sources.china.share"), "{ 2027-01-01 = \"90%\" }");
    assert_eq!(at(&document, "materials.oxide.sources.lynas.share"), "\"10%\"");
    let document =
        over("[[controls.licences.regimes]]\nname = \"licensing\"\nblocks = { \"1 month\" = \"20%\" }\n");
    assert_eq!(at(&document, "controls.licences.regimes.licensing.blocks"), "{ \"1 month\" = \"20%\" }");
}

#[test]
fn other_tables_merge_key_by_key() {
    let document =
        over("[materials.oxide]\nheadroom = \"5%\"\n[economy.exchange_rates]\nEUR = \"170 JPY\"\n");
    assert_eq!(at(&document, "materials.oxide.headroom"), "\"5%\"");
    assert_eq!(at(&document, "materials.oxide.inventory"), "\"60 days\"");
    assert_eq!(at(&document, "economy.exchange_rates"), "{ USD = \"150 JPY\", EUR = \"170 JPY\" }");
    let document = over("[[materials.oxide.sources]]\nname = \"china\"\nroute = { smelting = \"VN\" }\n");
    let route = "{ mining = \"MM\", separation = \"CN\", smelting = \"VN\" }";
    assert_eq!(at(&document, "materials.oxide.sources.china.route"), route);
}

#[test]
fn names_that_look_like_laws_or_times_are_names() {
    // Materials called "beta" and "7 days" make no quantity of the tables that hold them.
    let base = "[scenario]\nstart = 2026-01-01\nhorizon = \"1 year\"\ncurrency = \"JPY\"\n\
                [materials.beta]\nsources = [{ name = \"a\", share = \"100%\" }]\n\
                [materials.\"7 days\"]\nsources = [{ name = \"a\", share = \"100%\" }]\n\
                [sectors.s]\nvalue_added = \"1 JPY/year\"\n\
                uses = { beta = { amount = \"1 t/year\", exposed = \"5%\" } }\n\
                [parameters]\nuniform = 0.5\n";
    let upper = "extends = \"base.toml\"\n[materials.beta]\nprice = \"3 JPY/kg\"\n\
                 [sectors.s.uses.beta]\nexposed = \"7%\"\n[parameters]\nnormal = 0.25\n";
    let document = load(&[("upper.toml", upper), ("base.toml", base)], &[], &[]).unwrap();
    let model = read(&document);
    assert_eq!(model.materials.len(), 2);
    assert_eq!(at(&document, "sectors.s.uses.beta"), "{ amount = \"1 t/year\", exposed = \"7%\" }");
    assert_eq!(at(&document, "parameters"), "{ uniform = 0.5, normal = 0.25 }");
}

#[test]
fn lists_merge_by_name() {
    let document = over("[[controls.licences.onsets]]\nname = \"annual\"\nmilder = true\n");
    // `annual` is the default name of the first onset, which keeps its probability.
    assert_eq!(at(&document, "controls.licences.onsets.annual.annual_probability"), "\"$onset\"");
    assert_eq!(at(&document, "controls.licences.onsets.annual.milder"), "true");
    let document = over("[[controls.licences.onsets]]\ncrisis = \"strait\"\nprobability = \"10%\"\n");
    assert_eq!(at(&document, "controls.licences.onsets.strait.probability"), "\"10%\"");
    assert_eq!(at(&document, "controls.licences.onsets.strait.enters"), "\"ban\"");
    let document = over("[[controls.licences.onsets]]\nat = 2027-01-01\nenters = \"ban\"\n");
    assert_eq!(read(&document).controls[0].onsets.len(), 3);
    // A list without names is replaced.
    let document =
        over("[[correlations]]\nbetween = [\"parameters.onset\", \"parameters.usable\"]\nrho = 0.1\n");
    assert_eq!(read(&document).correlations.len(), 1);
    let document = over("[controls.licences]\nmaterials = [\"magnets\"]\nstages = [\"sintering\"]\n");
    assert_eq!(at(&document, "controls.licences.materials"), "[\"magnets\"]");
}

#[test]
fn expectations_are_not_inherited() {
    let band = "[[expectations]]\nmetric = \"cost.total.mean\"\nbetween = [\"1 JPY\", \"2 JPY\"]\nrole = \"check\"\n";
    let base = format!("{BASE}\n{band}source = \"base\"\n");
    let none = load(&[("u.toml", "extends = \"b.toml\"\n"), ("b.toml", &base)], &[], &[]).unwrap();
    assert!(read(&none).expectations.is_empty());
    let upper = format!("extends = \"b.toml\"\n{band}source = \"upper\"\n");
    let own = load(&[("u.toml", &upper), ("b.toml", &base)], &[], &[]).unwrap();
    assert_eq!(read(&own).expectations.len(), 1);
    assert_eq!(read(&own).expectations[0].source, "upper");
    assert_eq!(read(&load(&[("b.toml", &base)], &[], &["scenario.seed=2"]).unwrap()).expectations.len(), 1);
}

#[test]
fn bases_are_applied_in_order_and_relative_to_the_file() {
    let files = [
        (
            "cases/u.toml",
            "extends = [\"../base.toml\", \"a.toml\", \"more/b.toml\"]\n[scenario]\nname = \"u\"\n",
        ),
        ("base.toml", BASE),
        ("cases/a.toml", "[scenario]\nname = \"a\"\ntrials = 1\nseed = 1\n"),
        ("cases/more/b.toml", "extends = \"c.toml\"\n[scenario]\nname = \"b\"\ntrials = 2\n"),
        ("cases/more/c.toml", "[scenario]\nname = \"c\"\ntrials = 3\nseed = 3\nstep = \"day\"\n"),
    ];
    let model = read(&load(&files, &[], &[]).unwrap());
    assert_eq!((model.name.as_str(), model.trials, model.seed), ("u", 2, 3));
    assert_eq!(model.step, model::Step::Day);
    // An overlay goes on top of the file, a setting on top of that.
    let mut files = files.to_vec();
    files.push(("o.toml", "[scenario]\nname = \"o\"\ntrials = 4\nseed = 4\n"));
    let model = read(&load(&files, &["o.toml"], &["scenario.seed=5"]).unwrap());
    assert_eq!((model.name.as_str(), model.trials, model.seed), ("o", 4, 5));
}

#[test]
fn remove_takes_out_of_what_lies_below() {
    let document =
        over("remove = [\"options.reserve\", \"controls.licences.onsets.strait\", \"crises.strait\"]\n");
    let model = read(&document);
    assert_eq!((model.options.len(), model.crises.len(), model.controls[0].onsets.len()), (2, 0, 1));
    // What is taken out can be stated anew, as a whole.
    let document = over(
        "remove = [\"options.thin\"]\n[options.thin]\nkind = \"stockpile\"\nmaterial = \"oxide\"\nsize = \"5 t\"\n",
    );
    assert_eq!(at(&document, "options.thin.max_share"), "nothing");
    // An overlay takes out of what it is laid on, also where it extends something itself.
    let files = [
        ("base.toml", BASE),
        ("o.toml", "extends = \"p.toml\"\nremove = [\"options.reserve\", \"economy.gdp\"]\n"),
        ("p.toml", "[scenario]\nseed = 9\n"),
    ];
    let model = read(&load(&files, &["o.toml"], &[]).unwrap());
    assert_eq!((model.options.len(), model.seed, model.economy.gdp), (2, 9, None));
    // A quantity, a date of a path.
    let document = over("remove = [\"materials.oxide.price\"]\n");
    assert_eq!(at(&document, "materials.oxide.price"), "nothing");
}

#[test]
fn settings_take_toml_or_text() {
    let set = |setting: &str| read(&load(&[("base.toml", BASE)], &[], &[setting]).unwrap());
    let amount = |model: &Model| model.sectors[0].uses[0].amount.knots[0].1.certain().unwrap() * 365.25;
    assert!((amount(&set("sectors.cars.uses.magnets.amount=5 t/year")) - 5.0).abs() < 1e-12);
    assert!((amount(&set("sectors.cars.uses.magnets.amount='6 t/year'")) - 6.0).abs() < 1e-12);
    assert!((amount(&set(" sectors . cars . uses.\"magnets\".amount = \"7 t/year\" ")) - 7.0).abs() < 1e-12);
    assert_eq!(
        set("materials.oxide.price={ uniform = { min = '1 USD/kg', max = '2 USD/kg' } }").factors.len(),
        5
    );
    assert_eq!(set("scenario.start=2026-01-02").start, jiff::civil::date(2026, 1, 2));
    assert!(!set("options.recycling.permanent=true").options.is_empty());
    assert_eq!(set("options.reserve.enabled=false").options.len(), 2);
    assert_eq!(
        set("controls.licences.regimes.licensing.blocks.\"3 months\"=10%").controls[0].regimes[0].blocks[1]
            .1
            .certain(),
        Some(0.1)
    );
    let new = "options.more={ kind = 'stockpile', material = 'oxide', size = '3 t' }";
    assert_eq!(set(new).options.len(), 4);
}

#[test]
fn parameters_are_known_everywhere() {
    let text = BASE
        .replace(
            "[parameters]",
            "[parameters]\nyears = \"2 years\"\nrich = \"7 USD/day\"\ntwice = \"2 * $rich\"",
        )
        .replace("\"3 years\"", "\"$years\"")
        .replace("\"600 trillion JPY/year\"", "\"$twice\"");
    let model = read(&load(&[("base.toml", &text)], &[], &[]).unwrap());
    assert_eq!(model.horizon, 730.5);
    assert!((model.economy.gdp.unwrap().certain().unwrap() - 14.0 * 150.0 * 365.25).abs() < 1e-6);
}

#[test]
fn the_resolved_text_is_the_same_scenario() {
    let csv = "days\n30 days\n45 days\n90 days\n";
    let cases: Vec<Document> = vec![
        load(&[("example.toml", EXAMPLE)], &[], &[]).unwrap(),
        load(&[("example.toml", EXAMPLE.replace('\n', "\r\n").as_str())], &[], &["scenario.seed=3"]).unwrap(),
        over("[materials.\"酸化 物\"]\nsources = [{ name = \"中国\", share = \"100%\", route = { \"精錬\" = \"CN\" } }]\n"),
        over("[scenario]\nname = \"quotes \\\" and \\\\ and \\n lines \\u0007\"\n"),
        load(
            &[
                ("a/u.toml", "extends = \"../base.toml\"\n[materials.oxide]\ninventory = { empirical = { file = \"d.csv\" } }\n"),
                ("base.toml", BASE),
                ("a/d.csv", csv),
            ],
            &[],
            &[],
        )
        .unwrap(),
    ];
    for document in &cases {
        let text = document.to_toml();
        let again = load(&[("resolved.toml", &text)], &[], &[]).unwrap();
        assert_eq!(again.to_toml(), text);
        let (model, same) = (read(document), read(&again));
        assert!(without_places(&model) == without_places(&same), "read again it is another model:\n{text}");
    }
}

/// A model in words, without where its parts stand.
fn without_places(model: &Model) -> String {
    let text = format!("{model:?}");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find("Place { ") {
        out.push_str(&rest[..start]);
        rest = &rest[start + rest[start..].find('}').unwrap() + 1..];
    }
    out + rest
}

#[test]
fn assumptions_are_written_as_quantities() {
    let text = BASE.replace(
        "[parameters]",
        "[parameters.spread]\nsource = \"s\"\n[parameters.spread.lognormal]\nmedian = \"5 days\"\nsigma = 0.5\n[parameters]",
    );
    let text = text.replace("\ntransit = \"20 days\"", "\ntransit = \"$spread\"");
    let text = text.replace("[parameters]\n", "");
    let text = text
        .replace("usable =", "[parameters.usable]\npert = { min = 0, mode = 0, max = 1 }\n#")
        .replace("onset  =", "[parameters.onset]\nuniform = { min = 0, max = 0.5 }\n#");
    let document = load(&[("x.toml", &text)], &[], &[]).unwrap();
    let model = read(&document);
    let written = |path: &str| model.assumptions.iter().find(|a| a.path == path).unwrap().written.clone();
    assert_eq!(written("parameters.spread"), "{ lognormal = { median = \"5 days\", sigma = 0.5 } }");
    assert_eq!(written("materials.oxide.price"), "\"260 USD/kg\"");
    assert_eq!(written("materials.oxide.accessible"), "\"$usable\"");
    let spread = model.assumptions.iter().find(|a| a.path == "parameters.spread").unwrap();
    assert_eq!(spread.provenance.source.as_deref(), Some("s"));
}
