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
# Of kernels.list, and the peers from the Debian that has it: biotop of Debian 12 attaches to a function that compilers
# inline from 5.17 on, so it runs neither on Debian 12's own kernel nor on newer ones.
KERNEL, TOOLS = "6.12", "trixie"
CPUS = [1, 2, 4, 16]
ROUNDS, MILLISECONDS, MIB = 2, 60, 1536  # instructions are nearly the same in every round


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


def tools_fetch(where):
    """libbpf-tools, unpacked with their libraries."""
    tools = os.path.abspath(os.path.join(where, f"tools-{TOOLS}"))
    subprocess.run([f"{TESTS}/fetch", tools, "tools", TOOLS], check=True)
    return tools


def image_make(args, where, work, tools):
    """The kernel's folder, and a root filesystem with the peers."""
    with open(f"{TESTS}/kernels.list") as f:
        source = dict(line.split("\t")[:2] for line in f if not line.startswith("#"))[KERNEL].strip()
    kernel, image = os.path.join(where, KERNEL), os.path.join(work, f"{KERNEL}.image")
    subprocess.run([f"{TESTS}/fetch", kernel, "kernel", source], check=True)
    subprocess.run([f"{TESTS}/root", args.build, kernel, image, tracers.BPFTOOL, tools], check=True)
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


def part(args, release, cpus, rounds, measure):
    since = time.time()
    data = measure()
    facts = kept.facts(args, time.time() - since, 0)
    facts |= {"kernel": release, "cpus": cpus, "cpu": "emulated", "memory_mib": MIB, "milliseconds": MILLISECONDS,
              "rounds": rounds}
    return {"facts": facts, "data": data}


def measure(args, work):
    where = cache()
    qemu_choose(where)
    tools = tools_fetch(where)
    machine = image_make(args, where, work, tools)
    release = inside(machine, 1, "release")[0]
    found = {}
    for name, cpus, count, how in (
            ("memory", "1 to 16", 1, lambda: [inside(machine, n, "memory") for n in CPUS]),
            ("together", 1, ROUNDS, lambda: inside(machine, 1, f"together {tools} {ROUNDS} {MILLISECONDS}", True))):
        if name in args.vm_parts:
            print(name, file=sys.stderr)
            found[name] = part(args, release, cpus, count, how)
    return found
