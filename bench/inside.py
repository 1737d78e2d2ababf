# SPDX-License-Identifier: GPL-2.0-or-later
"""inside.py BUILD release | memory | together ROUNDS MILLISECONDS: what vm.py has measured in a machine that it booted.
Prints a line of JSON."""
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
import types

sys.dont_write_bytecode = True
import rounds
import tracers

GROUP = "/sys/fs/cgroup/probetop"
FIVE = [["syscount", "-L", "-i", "1"], ["runqlat", "1"], ["filetop", "-C", "1"], ["biotop", "-C", "1"], ["tcptop", "-C", "1"]]
LOADS = ["getppid", "read", "pipe", "tcp-1", "disk"]


def charged():
    """Bytes by kind of what the group has been charged with."""
    with open(f"{GROUP}/memory.stat") as f:
        return {k: int(v) for k, v in (line.split() for line in f)}


def group_join():
    with open(f"{GROUP}/cgroup.procs", "w") as f:
        f.write("0")


def memory(build):
    """Of a probetop that has just begun, on a machine that does nothing."""
    with open("/sys/fs/cgroup/cgroup.subtree_control", "w") as f:
        f.write("+memory")
    os.mkdir(GROUP)
    argv = [f"{build}/probetop", "-b", "-f", "json", "-d", "2", "-o", "/run/out"]
    with subprocess.Popen(argv, preexec_fn=group_join) as p:
        while not os.path.exists("/run/out") or not os.path.getsize("/run/out"):
            if p.poll() is not None:
                sys.exit("inside: probetop ended")
            time.sleep(0.5)
        time.sleep(5)
        maps, per_cpu = tracers.map_bytes(p.pid)
        stat = charged()
        result = {"cpus": tracers.possible_cpus(), "map_bytes": maps, "per_cpu_bytes": per_cpu,
                  "rss_bytes": tracers.rss_bytes(p.pid), "kernel_bytes": stat["kernel"], "percpu_bytes": stat["percpu"],
                  "slab_bytes": stat["slab"]}
        p.terminate()
    return result


class Patient(tracers.Tracer):
    """Attached when as many processes as expected have links, and none came for a while."""

    def wait_attached(self, expected):
        end = time.monotonic() + 120
        while time.monotonic() < end and self.process.poll() is None:
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as f:
                each = [tracers.links_of(int(pid)) for pid in [self.process.pid, *f.read().split()]]
            links = set().union(*each)
            if sum(map(bool, each)) == expected and links == self.links:
                return
            self.links = links
            time.sleep(3)
        self.process.kill()
        raise RuntimeError(f"they do not attach: {[len(e) for e in each]}: {self.process.communicate()[1]}")


class Five(rounds.Rounds):
    def round(self, number, states, loads):
        ns = {}
        names = list(states)
        for state in names[number % len(names):] + names[:number % len(names)]:
            with Patient(*states[state]) as t:
                ns[state] = {load: self.load(load, t.links) for load in loads}
            print(f"{state}: {ns[state]}", file=sys.stderr, flush=True)
        return ns


def together(build, count, milliseconds):
    five = " ".join(f"{' '.join(argv)} >/dev/null &" for argv in FIVE)
    argv = ["bash", "-c", f"trap 'kill $(jobs -p); wait; exit' INT; {five} wait; wait"]
    args = types.SimpleNamespace(build=build, rounds=int(count), milliseconds=int(milliseconds), noisy=True, patience=0)
    with tempfile.TemporaryDirectory(dir="/root") as work:
        b = Five(args, work)
        return b.rounds({"untraced": (None, None), "probetop": (b.batch(1), 1), "five": (argv, len(FIVE))}, LOADS)


def main():
    build, what, *more = sys.argv[1:]
    build = os.path.abspath(build)
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    if what == "release":
        result = [re.match(r"[\d.]*", platform.release())[0]]
    else:
        result = {"memory": memory, "together": together}[what](build, *more)
    print(json.dumps(result))


main()
