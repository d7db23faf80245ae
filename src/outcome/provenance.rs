//! Where a run's figures come from: enough to make them again, and to tell two runs apart.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Choice, Scheme};

/// What was run.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Provenance {
    /// The scenario's name.
    pub scenario: String,
    /// SHA-256, in hex, of the resolved scenario, the settings and the program's version.
    pub fingerprint: String,
    /// Of the program.
    pub version: String,
    /// Of the uniforms.
    pub seed: u64,
    /// Asked for.
    pub trials: u64,
    /// How the uniforms were chosen.
    pub sampling: String,
    /// The command that makes it again.
    pub command: String,
}

impl Provenance {
    /// Of a run of `resolved` (the text of the scenario that was really run) under `settings` that change results.
    pub fn new(
        scenario: &str,
        resolved: &str,
        seed: u64,
        trials: u64,
        settings: &[String],
        command: String,
    ) -> Self {
        let version = env!("CARGO_PKG_VERSION");
        let mut hash = Sha256::new();
        for part in [version, resolved, &seed.to_string(), &trials.to_string()] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        for setting in settings {
            hash.update(setting.as_bytes());
            hash.update([0]);
        }
        let fingerprint = hex(hash);
        Provenance {
            scenario: scenario.to_owned(),
            fingerprint,
            version: version.to_owned(),
            seed,
            trials,
            sampling: Scheme::Random.to_string(),
            command,
        }
    }

    /// The same with trials chosen otherwise than at random.
    pub fn sampled(mut self, choice: Choice) -> Self {
        if choice != Choice::default() {
            self.sampling = choice.to_string();
            self.fingerprint =
                hex(Sha256::new_with_prefix(format!("{} sampling {choice}", self.fingerprint)));
        }
        self
    }

    /// What a table of `trials` trials says of where it comes from, each fact with its name.
    pub fn facts(&self, trials: usize) -> Vec<(String, String)> {
        let Provenance { scenario, fingerprint, version, seed, trials: _, sampling, command } = self;
        let facts = [
            ("scenario", scenario),
            ("fingerprint", fingerprint),
            ("version", version),
            ("seed", &seed.to_string()),
            ("sampling", sampling),
            ("command", command),
            ("trials", &trials.to_string()),
        ];
        facts.map(|(name, fact)| (name.to_owned(), fact.clone())).into()
    }
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
