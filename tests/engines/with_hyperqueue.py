"""HyperQueue runs a study in shards, by the LocalCluster of its Python package (`pip install hyperqueue`): with nothing wrong,
with a shard's process killed, and with the server, its workers and the driver killed together and started again.

python tests/engines/with_hyperqueue.py target/release/shortfall
"""

import subprocess
import sys
import tempfile
import time

from hyperqueue import Job, LocalCluster
from hyperqueue.cluster import WorkerConfig

from common import SHARDS, Study, kill, kill_a_shard, run, shards_at_work


def drive(shortfall, folder, rounds=1):
    """Runs the missing shards of a folder, again and again until none is missing. This is all that a driver has to do."""
    with LocalCluster() as cluster:
        for _ in range(2):
            cluster.start_worker(WorkerConfig(cores=1))
        client = cluster.client()
        for _ in range(int(rounds)):
            missing = run(shortfall, "merge", folder, "--missing").stdout.split()
            if not missing:
                return
            job = Job(max_fails=None)
            whole = len(missing) == SHARDS
            for number in missing:
                # Tasks are counted from 0: of a whole array the number is left to HQ_TASK_ID.
                shard = f"auto0/{SHARDS}" if whole else f"{number}/{SHARDS}"
                words = [shortfall, "run", folder, "--shard", shard, "--threads", "1", "--quiet"]
                job.program(words, stdout=None, stderr=None)
            client.wait_for_jobs([client.submit(job)], raise_on_error=False)


def driver(study, name, rounds):
    words = [sys.executable, __file__, "--drive", study.shortfall, str(study.folder(name)), str(rounds)]
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def signed(study, name):
    """A folder that knows its study, with no part in it."""
    folder = study.sign(name)
    for part in folder.glob("parts/*.part"):
        part.unlink()
    return folder


def main(shortfall):
    with tempfile.TemporaryDirectory() as place:
        study = Study(shortfall, place)

        signed(study, "left-alone")
        begun = time.time()
        assert driver(study, "left-alone", 1).wait() == 0
        print(f"{time.time() - begun:.1f} s with two workers")
        study.same("left-alone")

        folder = signed(study, "shard-killed")
        process = driver(study, "shard-killed", 2)
        kill_a_shard(folder)
        assert process.wait() == 0
        study.same("shard-killed")

        folder = signed(study, "driver-killed")
        process = driver(study, "driver-killed", 1)
        study.await_some("driver-killed", SHARDS // 3)
        kill(process.pid)
        process.wait()
        time.sleep(1)
        print(f"killed server, workers and driver; {len(shards_at_work(folder))} shards were still at work")
        left = study.missing("driver-killed")
        assert left, "nothing was left to do"
        assert driver(study, "driver-killed", 2).wait() == 0
        study.same("driver-killed")


if __name__ == "__main__":
    if sys.argv[1] == "--drive":
        drive(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
