# SPDX-License-Identifier: GPL-2.0-or-later
"""inside.py BUILD release | memory | together TOOLS ROUNDS MILLISECONDS: what vm.py has measured in a machine that it booted;
TOOLS is where libbpf-tools are unpacked. Prints a line of JSON."""
import contextlib
import glob
import json
import os
import platform
import re
import subprocess
import sys
import time
import types

sys.dont_write_bytecode = True
import rounds
import tracers

GROUP = "/sys/fs/cgroup/probetop"
# name: (arguments, how many links, what it prints of the operations below). More rows than by default, so that all is seen.
FIVE = {
    "syscount": (["-L", "-i", "1", "-T", "99"], 2, [r"^getppid +\d", r"^pread64 +\d", r"^futex +\d", r"^sendto +\d"]),
    "runqlat": (["1"], 3, [r"-> \d+ +: [1-9]"]),
    "filetop": (["-C", "-r", "99", "1"], 2, [r" load_call .* R "]),
    "biotop": (["-C", "-r", "99", "1"], 3, [r" load_disk +R .* nullb0 "]),
    "tcptop": (["-C", "-r", "99", "1"], 2, [r" load_pingpon "]),
}
PANELS = {"runq": "load_pingpong", "biotop": "load_disk", "filetop": "load_call", "tcptop": "load_pingpong",
          "syscount": "getppid"}  # what is in each of probetop's
DISK = "/mnt"
PRINTED_S = 2  # all print once a second


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


class Watched(tracers.Tracer):
    """One that must have shown what went on: patterns, each of which is in a line that it printed."""

    def __init__(self, name, argv, links, patterns):
        self.name, self.patterns, self.path = name, patterns, f"/run/{name}"
        with open(self.path, "w") as out:
            super().__init__(argv, links, out)

    def here(self):
        """The links, all of them still there."""
        if self.process.poll() is not None:
            sys.exit(f"inside: {self.name} ended: {self.process.stderr.read()}")
        if tracers.links_of(self.process.pid) != self.links:
            sys.exit(f"inside: {self.name} did not stay attached")
        return self.links

    def shown(self):
        """To be called when it has ended."""
        with open(self.path) as f:
            text = f.read()
        for pattern in self.patterns:
            if not re.search(pattern, text, re.M):
                sys.exit(f"{text[-1500:]}\ninside: {self.name} printed nothing like \"{pattern}\", only the above")


class Together(rounds.Rounds):
    """States are lists of what runs at once."""

    def round(self, number, states, loads):
        ns, turn, names = {}, number % len(states), list(states)
        for state in names[turn:] + names[:turn]:
            with contextlib.ExitStack() as stack:
                running = [stack.enter_context(Watched(*how)) for how in states[state]]
                time.sleep(PRINTED_S)  # until what they found at the start is behind them
                ns[state] = {load: self.load(load, None, clock="cpu" if load == "disk" else None) for load in loads}
                if tracers.links_all() != set().union(*(w.here() for w in running)):
                    sys.exit(f"inside: {state}: others are attached")
                time.sleep(PRINTED_S)
            for w in running:
                w.shown()
            print(f"{state}: {ns[state]}", file=sys.stderr, flush=True)
        return ns


def disk_make(build):
    """A disk whose requests are complete when they are submitted, so that all that is done for one is CPU time of who
    reads, and the clock of an emulated machine does not stand still or jump meanwhile."""
    options = {"configfs": [], "null_blk": ["nr_devices=1", "gb=1", "memory_backed=1", "irqmode=0", "no_sched=1"]}
    for name, parameters in options.items():
        subprocess.run(["insmod", f"{build}/bench/{name}.ko", *parameters], check=True)
    subprocess.run(["mke2fs", "-q", "-t", "ext4", "-O", "^has_journal", "/dev/nullb0"], check=True)
    subprocess.run(["mount", "/dev/nullb0", DISK], check=True)


def five(tools):
    """What to run; with the libraries that they were built for."""
    loader = glob.glob(f"{tools}/usr/lib/*/ld-linux-*")[0]
    start = [loader, "--library-path", os.path.dirname(loader)]
    return [(name, [*start, f"{tools}/usr/sbin/{name}-libbpf", *more], links, patterns)
            for name, (more, links, patterns) in FIVE.items()]


def together(build, tools, count, milliseconds):
    disk_make(build)
    args = types.SimpleNamespace(build=build, rounds=int(count), milliseconds=int(milliseconds), noisy=True, patience=0)
    b = Together(args, DISK)
    panels = [f'"panel":"{panel}".*:"{what}"' for panel, what in PANELS.items()]
    argv, links = b.own["probetop"]
    argv[argv.index("/dev/null")] = "-"
    steps = {name: [(name, *how, [])] for name, how in b.step_states().items()}
    states = {"untraced": []} | steps | {"probetop": [("probetop", argv, links, panels)], "five": five(tools)}
    return b.rounds(states, list(rounds.LOADS))


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
