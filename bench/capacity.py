# SPDX-License-Identifier: GPL-2.0-or-later
"""How much probetop counts when one process makes as much of something as it can: the highest rate at which all
has a name, and, at ten times what the maps hold, that what has none is counted to the last one. The process has
a control group of its own, which alone is counted, so everything that is shown is what it made."""
import contextlib
import json
import os
import re
import subprocess
import tempfile
import time

import tracers

SECONDS = 4
LONG = 10  # seconds, and the interval
ENTRIES = 1000  # of small maps, so that ten times as much comes on any machine
STEP = 0.8  # from one rate that is tried to the next
TRIES = 8
LOSS = ("map_full", "ring", "missed")
KINDS = {  # kind: (panel, column whose sum is compared, what is made, how many of that are one of load_churn)
    "calls": ("syscount", "count", "system calls", 1),
    "switches": ("runq", "vol_switches", "switches between two processes", 4),
    "processes": ("syscount", "count", "calls of processes that end at once, 9 each", 9),
    "files": ("filetop", "writes", "new files of one byte", 1),
    "connections": ("tcptop", "tx_calls", "TCP connections, a byte each", 1),
}


@contextlib.contextmanager
def group():
    """A control group of its own."""
    with open("/proc/self/mounts") as f:
        where = re.search(r"^\S+ (\S+) cgroup2 ", f.read(), re.M)
    path = os.path.join(where[1], f"probetop-bench-{os.getpid()}")
    os.mkdir(path)
    try:
        yield path
    finally:
        os.rmdir(path)


def lines_wait(path, n):
    """All that is written whole, when there are n."""
    while True:
        with open(path) as f:
            lines = [line for line in f if line.endswith("\n")]
        if len(lines) >= n:
            return lines
        time.sleep(0.05)


def intervals_wait(path, n):
    return [json.loads(line) for line in lines_wait(path, n)]


def measure(probetop, binary, work, kind, interval=1, seconds=SECONDS, rate=0, entries=0):
    panel, column, *_ = KINDS[kind]
    with group() as path, tempfile.NamedTemporaryFile(dir=work) as out, tempfile.NamedTemporaryFile(dir=work) as told:
        sized = ["--max-entries", str(entries)] if entries else []
        mine = [] if kind == "switches" else ["-c", path]
        argv = [probetop, "-b", "-f", "json", "-d", str(interval), "--budget", "0", "-o", out.name, "-P", panel, "-g", "comm", *sized, *mine]
        with tracers.Tracer(argv, None):
            intervals_wait(out.name, 1)
            since = time.monotonic()
            load = subprocess.Popen([binary, kind, str(seconds), str(rate), *mine[1:]], cwd=work, stdin=subprocess.PIPE,
                                    stdout=told)  # a file, as files are counted
            made = int(lines_wait(told.name, 1)[0])
            took = time.monotonic() - since
            intervals = intervals_wait(out.name, len(intervals_wait(out.name, 1)) + 2)
            load.communicate()

    def total(comm):
        return sum(row[column] or 0 for i in intervals for row in i["rows"] if row["comm"] == comm)

    return {"kind": kind, "interval": interval, "seconds": took, "made": made, "named": total("load_churn"),
            "other": total("(other)") if mine else 0} | {what: sum(i["loss"].get(what) or 0 for i in intervals) for what in LOSS}


def highest(probetop, binary, work, kind):
    """As fast as it can, or as fast as all of it has a name."""
    run = measure(probetop, binary, work, kind)
    for tries in range(TRIES):
        if not run["map_full"]:
            return run | {"limited": tries > 0}
        run = measure(probetop, binary, work, kind, rate=STEP * run["made"] / run["seconds"] / KINDS[kind][3])
    return run | {"limited": True}


def whole(probetop, binary, work):
    return [{"rate": highest(probetop, binary, work, kind),
             "ten": measure(probetop, binary, work, kind, interval=LONG, seconds=LONG, entries=ENTRIES)} for kind in KINDS]
