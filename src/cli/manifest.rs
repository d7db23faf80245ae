//! What a folder of parts says of the study that they are parts of: enough for any machine to do another part, and for `merge`
//! to end as one process would have ended. It stands beside the scenario that was really run.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::args::{Changes, Divided, Run, Sensitivity};
use super::files::{Disk, Folder};
use super::input::{self, Input};
use super::{Context, Failure, json_text};
use crate::outcome::{Caution, Provenance};
use crate::scenario::Files;

/// The name of the file.
pub const MANIFEST: &str = "study.json";

/// What a study is, so that its parts know each other.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub version: String,
    /// The name of the scenario's file, and by what its results go.
    pub file: String,
    pub stem: String,
    pub seed: u64,
    pub trials: u64,
    pub sampling: String,
    #[serde(flatten)]
    pub study: Kind,
    pub fingerprint: String,
    pub command: String,
    /// Into how many parts it is divided; none for the whole.
    pub shards: Option<u64>,
}

/// What kind of study, and what only this kind has.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "study", rename_all = "lowercase")]
pub enum Kind {
    /// One run, whose trials are divided.
    Run {
        /// What is asked for, but for what no result depends on.
        arguments: Box<Run>,
        /// What there is to beware of in the scenario; its resolved text knows no lines of the user's files.
        cautions: Vec<Caution>,
    },
    /// A sweep, whose points are divided.
    Sweep {
        vary: Vec<String>,
        design: String,
        metrics: Vec<String>,
        threshold: Option<String>,
        points: usize,
    },
    /// A study of sensitivity, whose trials are divided, each at all its points.
    Sensitivity { arguments: Box<Sensitivity> },
}

impl Kind {
    /// The command that makes it.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Run { .. } => "run",
            Kind::Sweep { .. } => "sweep",
            Kind::Sensitivity { .. } => "sensitivity",
        }
    }
}

impl Kind {
    /// The words that do a part of it, before the folder that knows the rest.
    pub fn words(&self) -> Vec<String> {
        let method = match self {
            Kind::Sensitivity { arguments } => Some(format!("--method={}", arguments.method.name())),
            _ => None,
        };
        std::iter::once(self.name().to_owned()).chain(method).collect()
    }
}

impl Manifest {
    /// Of a study of `input` in so many parts.
    pub fn new(input: &Input, provenance: &Provenance, study: Kind, shards: u64) -> Manifest {
        Manifest {
            version: provenance.version.clone(),
            file: input.file.clone(),
            stem: input.stem.clone(),
            seed: provenance.seed,
            trials: provenance.trials,
            sampling: provenance.sampling.clone(),
            study,
            fingerprint: provenance.fingerprint.clone(),
            command: provenance.command.clone(),
            shards: Some(shards),
        }
    }

    /// As it stands in the file.
    pub fn text(&self) -> String {
        json_text(self)
    }

    /// In what another differs that has to be the same for parts of one study: what, and how; none where in nothing.
    fn differs(&self, other: &Manifest) -> Option<String> {
        let shared =
            |manifest: &Manifest| serde_json::to_value(Manifest { shards: None, ..manifest.clone() });
        difference("", &shared(self).ok()?, &shared(other).ok()?)
    }
}

/// The first entry in which two values differ, by its path, and what it is in either.
fn difference(path: &str, own: &Value, other: &Value) -> Option<String> {
    if let (Value::Object(own), Value::Object(other)) = (own, other) {
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let known = |(name, value): (&String, &Value)| {
            difference(&below(name), value, other.get(name).unwrap_or(&Value::Null))
        };
        return own.iter().find_map(known);
    }
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    (own != other).then(|| format!("{path} `{}` and `{}`", word(own), word(other)))
}

/// A folder with parts of a study.
pub struct Parts {
    pub path: PathBuf,
    pub manifest: Manifest,
    pub folder: Folder,
    pub scenario: String,
}

impl Parts {
    /// Reads what a folder says of itself.
    pub fn read(path: &Path) -> Result<Parts, Failure> {
        let read = |name: &str| {
            Disk.read(&path.join(name)).map_err(|why| {
                let shown = path.display();
                Failure::File(format!(
                    "`{shown}` holds no parts of a study: its {name} cannot be read: {why}"
                ))
            })
        };
        let manifest = serde_json::from_str(&read(MANIFEST)?).map_err(|error| {
            let shown = path.display();
            Failure::File(format!("`{shown}` holds no parts of a study: its {MANIFEST} is broken: {error}"))
        })?;
        let scenario = read("scenario.toml")?;
        let folder = Folder::of(path, "");
        Ok(Parts { path: path.to_owned(), manifest, folder, scenario })
    }

    /// That all are parts of one study.
    pub fn agree(all: &[Parts]) -> Result<(), Failure> {
        let Some((first, others)) = all.split_first() else { return Ok(()) };
        for other in others {
            let named = first.manifest.differs(&other.manifest);
            let scenario =
                || (first.scenario != other.scenario).then(|| "what is in their scenario".to_owned());
            if let Some(what) = named.or_else(scenario) {
                let (a, b) = (first.path.display(), other.path.display());
                return Err(Failure::Usage(format!(
                    "`{a}` and `{b}` hold parts of different studies: {what}"
                )));
            }
        }
        Ok(())
    }

    /// The fingerprint by which the folder is claimed.
    pub fn claim(&self) -> Result<String, Failure> {
        let gone = || Failure::File(format!("`{}` is no folder for parts", self.path.display()));
        Folder::claimed(&self.path).ok_or_else(gone)
    }

    /// The scenario as it was really run, by the names that it had.
    pub fn input(&self, context: &Context) -> Result<Input, Failure> {
        let scenario = self.path.join("scenario.toml");
        let mut input = input::read(&scenario.display().to_string(), &Changes::default(), context)?;
        input.file.clone_from(&self.manifest.file);
        input.stem.clone_from(&self.manifest.stem);
        Ok(input)
    }

    /// That what was read is what was signed.
    pub fn fits(&self, fingerprint: &str) -> Result<(), Failure> {
        if self.manifest.fingerprint == fingerprint {
            return Ok(());
        }
        let why =
            format!("its {MANIFEST} does not belong to its scenario.toml, or to this version of shortfall");
        Err(Failure::Usage(format!("`{}`: {why}", self.path.display())))
    }
}

/// A study that is divided, and the folder for its parts.
pub struct Division {
    pub path: PathBuf,
    /// The fingerprint by which the folder is claimed.
    pub claim: String,
    pub manifest: Manifest,
    /// As it is really run.
    pub scenario: String,
}

impl Division {
    /// Claims the folder together with all others that write into it, and says there of what they are parts.
    pub fn sign(&self) -> Result<Folder, Failure> {
        let folder = Folder::share(&self.path, &self.claim)?;
        self.fits()?;
        folder.settle("scenario.toml", &self.scenario)?;
        folder.settle(MANIFEST, &self.manifest.text())?;
        Ok(folder)
    }

    /// That a folder that is there already is divided in the same way.
    fn fits(&self) -> Result<(), Failure> {
        let text = Disk.read(&self.path.join(MANIFEST)).unwrap_or_default();
        let Ok(known) = serde_json::from_str::<Manifest>(&text) else { return Ok(()) };
        if known.shards == self.manifest.shards {
            return Ok(());
        }
        let words = |shards: Option<u64>| {
            shards.map_or("not divided".to_owned(), |n| format!("divided into {n} shards"))
        };
        Err(Failure::Usage(format!(
            "what is in `{}` is {}, and this is {}; keep to one number, or name another folder with --out",
            self.path.display(),
            words(known.shards),
            words(self.manifest.shards)
        )))
    }
}

/// The folder of parts that is named where a scenario's file might be, if that is one.
pub fn signed(file: &str, divided: &Divided) -> Result<Option<Parts>, Failure> {
    let path = Path::new(file);
    if !path.is_dir() || !divided.asked() {
        return Ok(None);
    }
    Parts::read(path).map(Some)
}
