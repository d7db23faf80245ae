"""The job for Kubernetes, held against Kubernetes' own schemas (`pip install kubernetes-validate`), and run as its container would
be: with the files of its ConfigMap and the index in JOB_COMPLETION_INDEX. There is no cluster here.

python tests/engines/with_kubernetes.py target/release/shortfall
"""

import copy
import os
import re
import subprocess
import sys
import tempfile

import kubernetes_validate
import yaml

from common import SHARDS, Study, run

VERSIONS = ["1.33", "1.34"]


def refused(document, version):
    try:
        kubernetes_validate.validate(document, version, strict=True)
    except kubernetes_validate.ValidationError as error:
        return error.message
    return None


def main(shortfall):
    with tempfile.TemporaryDirectory() as place:
        study = Study(shortfall, place, seconds=0.1)
        shown = study.submit("kubernetes", "parts", "--dry-run", "--image", "registry.example/shortfall:1").stdout
        text = re.search(r"# .*/job\.yaml\n(.*?)\n# what starts it\n", shown, re.S).group(1)
        documents = list(yaml.safe_load_all(text))
        settings, job = documents
        for version in VERSIONS:
            for document in documents:
                assert not (why := refused(document, version)), f"{version}: {why}"
            # That the schemas notice what is wrong.
            for change in (
                lambda spec: spec.update(backoffLimitPerIndex="three"),
                lambda spec: spec.update(completionsMode="Indexed"),
                lambda spec: spec["podFailurePolicy"]["rules"][1]["onExitCodes"].update(values=["two"]),
            ):
                wrong = copy.deepcopy(job)
                change(wrong["spec"])
                assert refused(wrong, version), f"{version} takes {wrong['spec']}"
            print(f"the ConfigMap and the job are as the schemas of Kubernetes {version} want them")

        # What the container would find, and do.
        mounted = study.folder("study")
        mounted.mkdir()
        for name, content in settings["data"].items():
            (mounted / name).write_text(content)
        container = job["spec"]["template"]["spec"]["containers"][0]
        volumes = {"/study": str(mounted), "/parts": str(study.folder("volume"))}
        words = [study.shortfall]
        for word in container["command"][1:]:
            for inside, outside in volumes.items():
                word = re.sub(rf"(^|=){inside}", rf"\1{outside}", word)
            words.append(word)
        for index in reversed(range(job["spec"]["completions"])):
            subprocess.run(words, check=True, env={**os.environ, "JOB_COMPLETION_INDEX": str(index)})
        out = next(word for word in words if word.startswith("--out=")).removeprefix("--out=")
        study.same(os.path.relpath(out, study.place))
        beyond = subprocess.run(words, env={**os.environ, "JOB_COMPLETION_INDEX": str(SHARDS)}, capture_output=True)
        assert beyond.returncode in job["spec"]["podFailurePolicy"]["rules"][1]["onExitCodes"]["values"]


if __name__ == "__main__":
    main(*sys.argv[1:])
