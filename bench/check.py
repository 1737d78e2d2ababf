# SPDX-License-Identifier: GPL-2.0-or-later
"""Counts that a noisy machine does not change, against those in the tree (budget.txt): instructions that
user-space paths take, by callgrind; instructions of the BPF programs, in their object files; and what the
verifier had to look at, on the kernel that budget.txt was made on."""
import ctypes
import json
import os
import re
import subprocess
import sys
import tempfile

import tracers

BUDGET = os.path.join(os.path.dirname(os.path.abspath(__file__)), "budget.txt")
TOLERANCE = {"user": 0.03, "bpf": 0, "verified": 0.1}
HEAD = """# What `./dev bench --check` compares with, and `./dev bench --check --update` writes.
# user: instructions by callgrind; bpf: instructions in an object file's section;
# verified: instructions that the verifier of this kernel looked at.
"""
BPF_PROG_GET_FD_BY_ID, BPF_OBJ_GET_INFO_BY_FD = 13, 15
INFO_BYTES, VERIFIED_AT = 232, 216  # struct bpf_prog_info, its verified_insns


def callgrind(argv, work):
    """Instructions that a program takes."""
    out = os.path.join(work, "callgrind.out")
    done = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *argv], cwd=work,
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"bench: {' '.join(argv)}: {done.stderr.strip()[-500:]}")
    with open(out) as f:
        return int(re.search(r"^(?:totals|summary): (\d+)", f.read(), re.M)[1])


def user_counts(build, work):
    recording = os.path.join(work, "check.ptrec")
    subprocess.run([os.path.join(build, "tests/screen/make_recording"), recording], check=True)
    probetop = os.path.join(build, "probetop")
    yield "replay to JSON", callgrind([probetop, "-r", recording, "-b", "-f", "json", "-o", "/dev/null"], work)
    for panel in ("runq", "filetop"):
        yield f"replay to the screen, {panel}", callgrind(
            [probetop, "-r", recording, "-P", panel, "--no-config", "--size", "200x50", "--snapshot", f"{panel}.txt"], work)
    yield "keys on 5,000 rows", callgrind([os.path.join(build, "bench/bench-keys"), "5000"], work)


def bpf_counts(build):
    """Instructions of each section with programs, 8 bytes each."""
    folder = os.path.join(build, "bpf")
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".linked.o"):
            continue
        out = subprocess.run(["readelf", "-SW", os.path.join(folder, name)], capture_output=True, text=True, check=True).stdout
        for m in re.finditer(r"\] (\S+)\s+PROGBITS\s+\S+ \S+ (\S+) \S+\s+AX", out):
            if int(m[2], 16):
                yield f"{name.removesuffix('.linked.o')} {m[1]}", int(m[2], 16) // 8


def bpf_call(command, attributes):
    libc = ctypes.CDLL(None, use_errno=True)
    r = libc.syscall(321 if os.uname().machine == "x86_64" else 280, command, attributes, len(attributes))
    if r < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return r


def verified(program_id):
    """verified_insns of a program."""
    info = ctypes.create_string_buffer(INFO_BYTES)
    fd = bpf_call(BPF_PROG_GET_FD_BY_ID, ctypes.create_string_buffer(program_id.to_bytes(4, "little"), 16))
    try:
        bpf_call(BPF_OBJ_GET_INFO_BY_FD, ctypes.create_string_buffer(
            fd.to_bytes(4, "little") + INFO_BYTES.to_bytes(4, "little") + ctypes.addressof(info).to_bytes(8, "little"), 16))
    finally:
        os.close(fd)
    return int.from_bytes(info.raw[VERIFIED_AT:VERIFIED_AT + 4], "little")


def verified_counts(build):
    """Of all programs that probetop has attached here."""
    probetop = os.path.join(build, "probetop")
    with tracers.Tracer([probetop, "-b", "-f", "json", "-o", "/dev/null"], len(tracers.hooks_of(probetop))) as t:
        out = subprocess.run([tracers.BPFTOOL, "-j", "link", "show"], capture_output=True, text=True, check=True).stdout
        ids = {link["prog_id"] for link in json.loads(out) if link["id"] in t.links}
        out = subprocess.run([tracers.BPFTOOL, "-j", "prog", "show"], capture_output=True, text=True, check=True).stdout
        yield from sorted((p["name"], verified(p["id"])) for p in json.loads(out) if p["id"] in ids)


def kernel():
    return re.match(r"\d+\.\d+", os.uname().release)[0]


def counts(build):
    """(kind, name) -> number"""
    with tempfile.TemporaryDirectory(dir=build, prefix="bench-") as work:
        result = {("user", name): n for name, n in user_counts(build, work)}
    result |= {("bpf", name): n for name, n in bpf_counts(build)}
    if not os.geteuid():
        result |= {("verified", f"{kernel()} {name}"): n for name, n in verified_counts(build)}
    return result


def budget_read():
    with open(BUDGET) as f:
        rows = [line.rstrip("\n").split("\t") for line in f if line.strip() and line[0] != "#"]
    return {(kind, name): int(n) for kind, name, n in rows}


def budget_write(now):
    with open(BUDGET, "w") as f:
        f.write(HEAD)
        f.writelines(f"{kind}\t{name}\t{n}\n" for (kind, name), n in now.items())


def compare(now, budget):
    """Lines that say what is dearer, cheaper or new; how many of them are faults."""
    faults = 0
    for key in list(budget) + [k for k in now if k not in budget]:
        kind, name = key
        was, has = budget.get(key), now.get(key)
        if has is None:
            # of another kernel, or not root
            if kind != "verified":
                faults += 1
                yield f"gone     {kind:9} {name}", faults
        elif was is None:
            if kind != "verified" or any(k[0] == kind and k[1].split()[0] == name.split()[0] for k in budget):
                faults += 1
                yield f"new      {kind:9} {name}: {has:,}", faults
        elif abs(has - was) > TOLERANCE[kind] * was:
            dearer = has > was
            faults += dearer
            yield f"{'dearer' if dearer else 'cheaper':8} {kind:9} {name}: {was:,} -> {has:,} ({(has - was) / was:+.1%})", faults


def main(build, update):
    now = counts(build)
    if update:
        budget_write(now)
        return 0
    faults = 0
    for line, faults in compare(now, budget_read()):
        print(line)
    print(f"{len(now)} counts, {faults} not as bench/budget.txt has them" if faults else
          f"{len(now)} counts, none dearer than in bench/budget.txt")
    if faults:
        print("if that is meant: ./dev bench --check --update, and say why in the commit")
    return 1 if faults else 0
