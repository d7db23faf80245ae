"""GNU parallel runs a study in shards: with nothing wrong, with a shard's process killed, and with itself killed and started again.

python tests/engines/with_parallel.py target/release/shortfall
"""

import subprocess
import sys
import tempfile

from common import SHARDS, Study, kill, kill_a_shard, shards_at_work


def driver(study, name):
    words = [study.shortfall, "submit", "--engine", "parallel", "--shards", str(SHARDS), "--out", name]
    words += ["--at-once", "2", "--", *map(str, study.words)]
    return subprocess.Popen(words, cwd=study.place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def children(process):
    """A process and all below it."""
    with open(f"/proc/{process}/task/{process}/children") as below:
        return [process] + [one for child in below.read().split() for one in children(int(child))]


def main(shortfall):
    with tempfile.TemporaryDirectory() as place:
        study = Study(shortfall, place)
        study.submit("parallel", "left-alone", "--at-once", "2")
        study.same("left-alone")

        process = driver(study, "shard-killed")
        kill_a_shard(study.folder("shard-killed"))
        assert process.wait() == 0, "GNU parallel did not try the killed shard again"
        study.same("shard-killed")

        process = driver(study, "driver-killed")
        study.await_some("driver-killed", SHARDS // 3)
        # `submit` and GNU parallel itself: shards that are at work have no parent any more.
        for one in children(process.pid)[:2]:
            kill(one)
        process.wait()
        alive = len(shards_at_work(study.folder("driver-killed")))
        print(f"killed the driver; {len(study.missing('driver-killed'))} shards are missing, {alive} are still at work")
        assert study.missing("driver-killed")
        study.submit("parallel", "driver-killed")
        study.same("driver-killed")


if __name__ == "__main__":
    main(*sys.argv[1:])
