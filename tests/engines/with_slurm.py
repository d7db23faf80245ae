"""Slurm runs a study in shards, on two nodes that are both this machine: with nothing wrong, with a shard's process killed, with a
node killed, and with the controller killed and started again. Everything is started in a folder of its own and stopped at the end.

As root, on Debian or Ubuntu:
    apt-get install slurm-wlm munge
    python3 tests/engines/with_slurm.py target/release/shortfall
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from common import SHARDS, Study, files, kill, kill_a_shard, run

CONFIGURATION = """
ClusterName=here
SlurmctldHost={host}
SlurmctldPort=17000
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket={place}/munge.socket
CryptoType=crypto/munge
StateSaveLocation={place}/state
SlurmdSpoolDir={place}/spool.%n
SlurmctldPidFile={place}/slurmctld.pid
SlurmdPidFile={place}/slurmd.%n.pid
SlurmctldLogFile={place}/slurmctld.log
SlurmdLogFile={place}/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=2,sched_min_interval=100000
ReturnToService=2
SlurmdTimeout=15
KillWait=2
MpiDefault=none
JobRequeue=1
NodeName=n1 NodeHostname={host} NodeAddr=127.0.0.1 Port=17001 CPUs=1 RealMemory=2000
NodeName=n2 NodeHostname={host} NodeAddr=127.0.0.1 Port=17002 CPUs=1 RealMemory=2000
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
"""


class Slurm:
    """A cluster of one controller and two nodes."""

    def __init__(self, place):
        self.place = Path(place)
        host = run("hostname", "-s").stdout.strip()
        configuration = self.place / "slurm.conf"
        configuration.write_text(CONFIGURATION.format(host=host, place=place))
        os.environ["SLURM_CONF"] = str(configuration)
        (self.place / "state").mkdir()
        self.running = {}
        key = self.place / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        socket = self.place / "munge.socket"
        self.start(
            "munged", "munged", "--foreground", f"--key-file={key}", f"--socket={socket}", "--force",
            f"--pid-file={self.place}/munged.pid", f"--log-file={self.place}/munged.log",
            f"--seed-file={self.place}/munged.seed",
        )
        while not socket.exists():
            time.sleep(0.1)
        self.controller()
        for node in ("n1", "n2"):
            self.node(node)
        limit = time.time() + 60
        while run("sinfo", "--noheader", "--format=%D %t", check=False).stdout.split() != ["2", "idle"]:
            if time.time() > limit:
                sys.exit(f"the nodes do not come up: {run('sinfo', check=False).stdout}")
            time.sleep(0.5)

    def start(self, name, *words):
        log = open(self.place / f"{name}.out", "ab")
        self.running[name] = subprocess.Popen(words, stdout=log, stderr=log, start_new_session=True)

    def controller(self):
        self.start("slurmctld", "slurmctld", "-D")

    def node(self, name):
        # A process group of its own, by which it is killed together with what it has started.
        self.start(name, "slurmd", "-D", "-N", name)

    def kill(self, name):
        process = self.running.pop(name)
        kill(process.pid)
        process.wait()

    def kill_node(self, name):
        """The node, and all that it has started."""
        own = {pid for pid, words in commands() if f"[{name}]" in words or any(f"slurmd.{name}" in w for w in words)}
        below = [pid for pid, _ in commands() if ancestors(pid) & (own | {self.running[name].pid})]
        # A step's own daemon belongs to no parent any more, but names its node in its environment.
        steps = [pid for pid, words in commands() if "slurmstepd" in words[0] and of_node(pid, name)]
        below += [pid for pid, _ in commands() if ancestors(pid) & set(steps)]
        self.kill(name)
        for pid in steps + below:
            kill(pid)

    def stop(self):
        for name in ("n1", "n2", "slurmctld", "munged"):
            if name in self.running:
                self.running[name].terminate()
                self.running[name].wait()


def commands():
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_text(errors="replace").split("\0")
            except OSError:
                continue
            found.append((int(entry.name), words))
    return found


def ancestors(pid):
    found = set()
    while pid > 1:
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except OSError:
            break
        found.add(pid)
    return found


def of_node(pid, name):
    """Whether a step's daemon has a task that runs on a node."""
    for child, _ in commands():
        if pid in ancestors(child):
            try:
                if f"SLURMD_NODENAME={name}".encode() in Path(f"/proc/{child}/environ").read_bytes().split(b"\0"):
                    return True
            except OSError:
                continue
    return False


def main(shortfall):
    place = Path(tempfile.mkdtemp(prefix="slurm-"))
    slurm = Slurm(place)
    try:
        study = Study(shortfall, place)

        begun = time.time()
        print(study.submit("slurm", "left-alone").stdout.strip())
        study.await_done("left-alone", 300)
        print(f"{time.time() - begun:.1f} s on two nodes")
        study.same("left-alone")

        study.submit("slurm", "shard-killed")
        kill_a_shard(study.folder("shard-killed"))
        study.await_done("shard-killed", 120)
        study.same("shard-killed")

        study.submit("slurm", "node-killed")
        study.await_some("node-killed", 3)
        slurm.kill_node("n2")
        begun = time.time()
        print("killed a node and all on it")
        study.await_done("node-killed", 400)
        print(f"the other node did the rest; its last shard came {time.time() - begun:.0f} s later")
        study.same("node-killed")
        slurm.node("n2")

        study.submit("slurm", "controller-killed")
        study.await_some("controller-killed", 3)
        slurm.kill("slurmctld")
        print("killed the controller")
        time.sleep(2)
        slurm.controller()
        # It has forgotten the numbers of the last seconds' jobs: nodes that still have one are drained for it. What an
        # administrator does about that; then the study is submitted again.
        time.sleep(8)
        print(run("sinfo", "--noheader", "--format=%D nodes are %t", check=False).stdout.strip())
        run("scancel", "--user=root")
        run("scontrol", "update", "nodename=n1,n2", "state=resume", check=False)
        print(f"{len(study.missing('controller-killed'))} shards are missing")
        study.submit("slurm", "controller-killed")
        study.await_done("controller-killed", 300)
        study.same("controller-killed")
    except BaseException:
        for name in ("slurmctld.log", "slurmd.n1.log", "slurmd.n2.log"):
            log = place / name
            if log.exists():
                print(f"== {name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:]))
        raise
    finally:
        slurm.stop()
        shutil.rmtree(place, ignore_errors=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
