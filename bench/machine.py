# SPDX-License-Identifier: GPL-2.0-or-later
"""Beside others: what recorders write and take, and what programs that show take, on the same machine at the same time."""
import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import tempfile
import termios
import time

import tracers

PROCESSES = 1000  # with ten files and ten connections each
SETTLE = 12  # seconds until all have met what there is
WINDOW = 60  # seconds; every 60th frame of a recording is whole
SHOW = 10


@contextlib.contextmanager
def machine(binary, work, processes=PROCESSES):
    """The load; nothing for 0 processes."""
    if not processes:
        yield
        return
    load = subprocess.Popen([binary, str(processes)], cwd=work, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    load.stdout.readline()
    try:
        yield
    finally:
        load.communicate()


def tree_cpu_ns(pid):
    """Time of a process with all its threads and children that run."""
    total = 0
    with contextlib.suppress(OSError):  # what ends meanwhile
        for tid in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{tid}/schedstat") as f:
                total += int(f.read().split()[0])
            with open(f"/proc/{pid}/task/{tid}/children") as f:
                total += sum(tree_cpu_ns(int(child)) for child in f.read().split())
    return total


def recorders(probetop, work):
    """name -> (program, file, what is in it)"""
    file = {name: os.path.join(work, name + ".raw") for name in ("probetop", "atop", "sar")}
    os.mkdir(file["probetop"])
    found = {"probetop": ([probetop, "--record-dir", file["probetop"]],
                          "calls, files, connections, waits of each thread, with histograms; disks, CPUs")}
    if tracers.path_of("atop"):
        found["atop"] = (["atop", "-w", file["atop"], "1"], "totals of each process; disks, CPUs, interfaces")
    if tracers.path_of("sadc"):
        found["sar"] = ([tracers.path_of("sadc"), "1", file["sar"]], "totals of the machine; disks, CPUs, interfaces")
    return {name: (argv, file[name], what) for name, (argv, what) in found.items()}


def written_bytes(path):
    if os.path.isdir(path):
        return sum(written_bytes(entry.path) for entry in os.scandir(path))
    return os.path.getsize(path)


def recordings(probetop, binary, work):
    """Of each recorder, all at once: bytes and CPU time of a minute, interval 1 s."""
    rows = []
    with tempfile.TemporaryDirectory(dir=work) as files, machine(binary, work):
        all_ = recorders(probetop, files)
        running = {name: subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                   for name, (argv, *_) in all_.items()}
        time.sleep(SETTLE)
        before = {name: (written_bytes(file), tree_cpu_ns(running[name].pid)) for name, (_, file, _) in all_.items()}
        time.sleep(WINDOW)
        for name, (_, file, what) in all_.items():
            rows.append({"name": name, "what": what, "bytes": written_bytes(file) - before[name][0],
                         "cpu_ns": tree_cpu_ns(running[name].pid) - before[name][1]})
        for p in running.values():
            p.send_signal(signal.SIGINT)
            p.wait()
    return rows


def shows(probetop):
    """name -> what to run on a terminal, interval 1 s."""
    wanted = {"probetop": [probetop, "--no-config"], "htop": ["htop", "-d", "10"], "btop": ["btop"], "atop": ["atop", "1"],
              "top": ["top", "-d", "1"], "bpftrace": ["bpftrace", "-e", tracers.BPFTRACE]}
    tracefs = ["unshare", "-m", "sh", "-c", tracers.TRACEFS, "sh"]
    return {name: (tracefs if name == "bpftrace" else []) + [tracers.path_of(argv[0])] + argv[1:]
            for name, argv in wanted.items() if tracers.path_of(argv[0])}


def show_measure(argv, home):
    """CPU time a second and RSS of a program on a terminal of 200x50; None: it does not run here."""
    pid, fd = pty.fork()
    if not pid:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8", HOME=home, XDG_CONFIG_HOME=home)
        os.execvp(argv[0], argv)

    def drain(seconds):
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([fd], [], [], left)[0]:
                os.read(fd, 1 << 16)

    try:
        drain(SETTLE / 2)
        before, since = tree_cpu_ns(pid), time.monotonic()
        drain(SHOW)
        ns = (tree_cpu_ns(pid) - before) / (time.monotonic() - since)
        return {"ns_per_second": ns, "rss_bytes": tracers.rss_bytes(pid)}
    except OSError:  # it has gone
        return None
    finally:
        os.kill(pid, signal.SIGTERM)
        with contextlib.suppress(OSError):
            drain(0.5)
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(fd)


def beside_others(probetop, binary, work):
    """name -> processes -> what it took."""
    result = {}
    for processes in (0, PROCESSES):
        with machine(binary, work, processes):
            for name, argv in shows(probetop).items():
                result.setdefault(name, {})[processes] = show_measure(argv, work)
    return {name: by for name, by in result.items() if all(by.values())}
