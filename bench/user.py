# SPDX-License-Identifier: GPL-2.0-or-later
"""What the process takes: CPU time of a tick, memory, the time until the first frame and until it is gone."""
import os
import pty
import select
import signal
import subprocess
import sys
import time

import tracers

KEYS = [0, 10, 100, 1000, 3000, 10000]  # threads, each with ten calls and ten files


def ticks(pid, n):
    time.sleep(5.5)  # the first ticks meet all names and paths
    cpu = []
    for _ in range(n):
        before = tracers.cpu_ns(pid)
        time.sleep(1)
        cpu.append(tracers.cpu_ns(pid) - before)
    maps, per_cpu = tracers.map_bytes(pid)
    return {"tick_ns": cpu, "rss_bytes": tracers.rss_bytes(pid), "map_bytes": maps, "per_cpu_bytes": per_cpu,
            "cpus": tracers.possible_cpus()}


def with_keys(bench, threads):
    """CPU per tick, RSS and map memory while so many threads have ten calls and ten files each."""
    keys = None
    if threads:
        keys = subprocess.Popen([os.path.join(bench.bin, "load_keys"), str(threads)], cwd=bench.work,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        keys.stdout.readline()
    try:
        with tracers.Tracer(bench.batch(1), bench.hooks) as t:
            return {"keys": threads * 10} | ticks(t.process.pid, bench.args.rounds)
    finally:
        if keys:
            keys.communicate()


def first_frame(bench):
    """Seconds from exec to the first drawn rows, and from SIGINT to the end, on a terminal."""
    since = time.monotonic()
    pid, fd = pty.fork()
    if not pid:
        os.environ["TERM"] = "xterm-256color"
        os.execv(bench.probetop, [bench.probetop, "--no-color"])
    seen = b""
    while b"COMM" not in seen and select.select([fd], [], [], 10)[0]:
        seen += os.read(fd, 65536)
    first = time.monotonic() - since
    time.sleep(0.5)
    since = time.monotonic()
    os.kill(pid, signal.SIGINT)
    while select.select([fd], [], [], 10)[0]:
        try:
            if not os.read(fd, 65536):
                break
        except OSError:  # the terminal's other end is gone
            break
    status = os.waitpid(pid, 0)[1]
    detach = time.monotonic() - since
    os.close(fd)
    if b"COMM" not in seen:
        sys.exit(f"bench: probetop drew no frame (status {status})")
    return {"first_frame_s": first, "detach_s": detach}


def whole(bench):
    return {"ticks": [bench.undisturbed(with_keys, bench, n) for n in KEYS],
            "life": [bench.undisturbed(first_frame, bench) for _ in range(bench.args.rounds)]}
