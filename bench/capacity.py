# SPDX-License-Identifier: GPL-2.0-or-later
"""How much probetop counts when one process makes as much of something as it can: made, shown under the
process's name, counted without a name because a map was full, and what was neither."""
import json
import subprocess
import tempfile
import time

import tracers

SECONDS = 4
# kind: (panel, which rows, column whose sum is compared, what is made)
KINDS = {
    "calls": ("syscount", 'syscall=getppid', "count", "system calls"),
    "switches": ("runq", "pid>0", "vol_switches", "switches between two processes"),
    "processes": ("syscount", "syscall=exit_group", "count", "processes that exit at once"),
    "files": ("filetop", "writes>0", "writes", "new files of one byte"),
    "connections": ("tcptop", "pid>0", "tx_calls", "TCP connections, a byte each"),
}


def lines_wait(path, n):
    while True:
        with open(path) as f:
            lines = f.read().splitlines()
        if len(lines) >= n:
            return lines
        time.sleep(0.1)


def measure(probetop, binary, work, kind):
    panel, rows, column, _ = KINDS[kind]
    with tempfile.NamedTemporaryFile(dir=work, suffix=".json") as out:
        argv = [probetop, "-b", "-f", "json", "--budget", "0", "-o", out.name, "-P", panel, "-g", "comm", "-F", f"comm=load_churn and {rows}"]
        with tracers.Tracer(argv, None) as t:
            lines_wait(out.name, 1)
            since = time.monotonic()
            made = int(subprocess.run([binary, kind, str(SECONDS)], cwd=work, capture_output=True, text=True, check=True).stdout)
            seconds = time.monotonic() - since
            lines = lines_wait(out.name, len(lines_wait(out.name, 1)) + 2)
            del t
    intervals = [json.loads(line) for line in lines]
    return {"kind": kind, "seconds": seconds, "made": made,
            "shown": sum(row[column] or 0 for i in intervals for row in i["rows"]),
            "nameless": sum(i["loss"].get("map_full") or 0 for i in intervals),
            "ring": sum(i["loss"].get("ring") or 0 for i in intervals)}


def whole(probetop, binary, work):
    return [measure(probetop, binary, work, kind) for kind in KINDS]
