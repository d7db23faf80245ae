//! An indexed job of Kubernetes: what is run stands in a ConfigMap, what comes out in a volume, and exit codes say what is tried
//! again. The container is this program alone; no shell is needed in it.

use super::{Job, Written};
use crate::cli::Failure;
use crate::cli::manifest::MANIFEST;

/// More than this a ConfigMap does not hold.
const MOST: usize = 1_000_000;

/// The job.
pub fn job(job: &Job) -> Result<Written, Failure> {
    let (manifest, scenario) = (job.division.manifest.text(), &job.division.scenario);
    if manifest.len() + scenario.len() > MOST {
        let why = "the scenario is larger than a ConfigMap can be (1 MB); lay it into the volume by hand: docs/scale.md";
        return Err(Failure::Usage(why.to_owned()));
    }
    // A text of JSON is one of YAML too.
    let text = |text: &str| serde_json::Value::from(text).to_string();
    let name = job.name();
    let words: Vec<String> =
        job.division.manifest.study.words().iter().map(|word| format!("            - {word}\n")).collect();
    let yaml = format!(
        r#"# Shards 1 to {of} are the indices 0 to {last}; those that are there already end at once.
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
data:
  {MANIFEST}: {manifest}
  scenario.toml: {scenario}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
spec:
  completionMode: Indexed
  completions: {of}
  parallelism: {at_once}
  # A shard that is killed, out of memory or at odds with its volume (4) is tried so often again.
  backoffLimitPerIndex: 3
  podFailurePolicy:
    rules:
      # A node that goes away is no fault of the shard.
      - action: Ignore
        onPodConditions:
          - type: DisruptionTarget
            status: "True"
      # 2 and 3: what is asked for makes no sense, for any shard.
      - action: FailJob
        onExitCodes:
          containerName: shard
          operator: In
          values: [2, 3]
      # 1: a fault of the program itself, which would come again.
      - action: FailIndex
        onExitCodes:
          containerName: shard
          operator: In
          values: [1]
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: shard
          image: {image}
          command:
            - /shortfall
{command}            - /study
            - --shard=auto/{of}
            - --threads={threads}
            - --out=/parts/{name}
            - --quiet
          resources:
            requests:
              cpu: "{threads}"
              memory: {memory}M
            limits:
              memory: {limit}M
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
          volumeMounts:
            - name: study
              mountPath: /study
              readOnly: true
            - name: parts
              mountPath: /parts
      volumes:
        - name: study
          configMap:
            name: {name}
        - name: parts
          persistentVolumeClaim:
            claimName: {claim}
"#,
        of = job.of,
        last = job.of - 1,
        manifest = text(&manifest),
        scenario = text(scenario),
        at_once = job.at_once.unwrap_or(job.of),
        image = text(&job.image),
        command = words.concat(),
        threads = job.threads,
        memory = job.memory.div_ceil(1_000_000),
        limit = 2 * job.memory.div_ceil(1_000_000),
        claim = text(&job.claim),
    );
    let word = |word: &str| word.to_owned();
    let file = job.file("job.yaml").display().to_string();
    let delete = ["kubectl", "delete", "job", &name, "--ignore-not-found"].map(word).to_vec();
    let mut apply = ["kubectl", "apply", "-f", &file].map(word).to_vec();
    apply.extend(job.options.iter().cloned());
    Ok(Written { files: vec![("job.yaml", yaml)], commands: vec![delete, apply] })
}
