# SPDX-License-Identifier: GPL-2.0-or-later
"""What takes other machines, emulated ones: memory with more CPUs than there are here, and peers that need kprobes.
tests/vm has what makes and boots them; inside.py is what runs there."""
import json
import os
import subprocess
import sys
import time

import kept
import tracers

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(HERE, "..", "tests", "vm")
# Of kernels.list; biotop of Debian 12 attaches to functions that there were up to 6.4.
KERNELS = {"memory": "6.12", "together": "6.1"}
CPUS = [1, 2, 4, 16]
FIVE = ["syscount", "runqlat", "filetop", "biotop", "tcptop"]
ROUNDS, MILLISECONDS, MIB = 1, 20, 1536  # instructions are the same in every round


def cache():
    path = os.path.join(HERE, "..", "build-vm")
    os.makedirs(path, exist_ok=True)
    return path


def qemu_choose(where):
    """One that may emulate several CPUs, when it can be had."""
    tree = os.path.join(where, "qemu")
    if "QEMU" in os.environ or subprocess.run([f"{TESTS}/fetch", tree, "qemu", "bookworm-backports"]).returncode:
        return
    os.environ["QEMU"] = f"{tree}/usr/bin/qemu-system-x86_64 -L {tree}/usr/share/qemu -L {tree}/usr/share/seabios"


def image_make(args, where, work, name):
    """A kernel's folder, and a root filesystem with the peers."""
    with open(f"{TESTS}/kernels.list") as f:
        source = dict(line.split("\t")[:2] for line in f if not line.startswith("#"))[name].strip()
    kernel, image = os.path.join(where, name), os.path.join(work, f"{name}.image")
    subprocess.run([f"{TESTS}/fetch", kernel, "kernel", source], check=True)
    peers = [p for p in map(tracers.path_of, FIVE) if p]
    if len(peers) < len(FIVE):
        sys.exit("bench: --vm needs libbpf-tools")
    subprocess.run([f"{TESTS}/root", args.build, kernel, image, tracers.BPFTOOL, *peers], check=True)
    return kernel, image


def inside(machine, cpus, what, icount=False):
    """What inside.py tells there."""
    command = f"cd /opt/probetop; exec python3 bench/inside.py build {what}"
    boot = [f"{TESTS}/boot", "-c", str(cpus), "-m", str(MIB), "-t", "1800", *(["-i"] if icount else []), *machine, command]
    for _ in range(2):
        done = subprocess.run(boot, stdout=subprocess.PIPE, text=True)
        if done.returncode != 125:  # the machine died, which emulation is known for
            break
    lines = [line for line in done.stdout.splitlines() if line.startswith("{") or line.startswith("[")]
    if done.returncode or not lines:
        sys.exit(f"bench: {what} with {cpus} CPUs: status {done.returncode}: {done.stdout[-2000:]}")
    return json.loads(lines[-1])


def part(args, release, cpus, measure):
    since = time.time()
    data = measure()
    facts = kept.facts(args, time.time() - since, 0)
    facts |= {"kernel": release, "cpus": cpus, "cpu": "emulated", "memory_mib": MIB, "milliseconds": MILLISECONDS,
              "rounds": 1 if cpus != 1 else ROUNDS}
    return {"facts": facts, "data": data}


def measure(args, work):
    where = cache()
    qemu_choose(where)
    found = {}
    for name, cpus, how in (("memory", "1 to 16", lambda m: [inside(m, n, "memory") for n in CPUS]),
                            ("together", 1, lambda m: inside(m, 1, f"together {ROUNDS} {MILLISECONDS}", True))):
        if name in args.vm_parts:
            print(name, file=sys.stderr)
            machine = image_make(args, where, work, KERNELS[name])
            found[name] = part(args, inside(machine, 1, "release")[0], cpus, lambda: how(machine))
    return found
