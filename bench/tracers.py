# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs that trace: started, waited for until their probes are attached, stopped; and who else traces."""
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import time

BPFTOOL = shutil.which("bpftool") or "/usr/sbin/bpftool"


def fdinfo(pid):
    """The text of each fdinfo of a process."""
    for path in glob.glob(f"/proc/{pid}/fdinfo/*"):
        try:
            with open(path) as f:
                yield f.read()
        except OSError:
            pass  # closed meanwhile


def links_of(pid):
    return {int(m[1]) for text in fdinfo(pid) for m in [re.search(r"^link_id:\s+(\d+)", text, re.M)] if m}


def links_all():
    out = subprocess.run([BPFTOOL, "-j", "link", "show"], capture_output=True, text=True).stdout
    # what goes away while bpftool looks has no type, and counts for nothing
    return {link["id"] for link in json.loads(out or "[]") if link.get("type", "iter") != "iter"}


PER_CPU = {5, 6, 10, 21}  # enum bpf_map_type: hash, array, LRU hash, cgroup storage with a value for each CPU
BY_CPU = {"cpus"}  # an array with an element for each


def map_bytes(pid):
    """Kernel memory of the maps that a process has open, each once: of all, and of those with a value for each CPU."""
    maps = {}
    for text in fdinfo(pid):
        found = {k: int(v) for k, v in re.findall(r"^(map_id|map_type|memlock):\s+(\d+)", text, re.M)}
        if "map_id" in found:
            maps[found["map_id"]] = found
    out = subprocess.run([BPFTOOL, "-j", "map", "show"], capture_output=True, text=True).stdout
    by_cpu = {m["id"] for m in json.loads(out or "[]") if m.get("name") in BY_CPU}
    return (sum(m["memlock"] for m in maps.values()),
            sum(m["memlock"] for i, m in maps.items() if m["map_type"] in PER_CPU or i in by_cpu))


def possible_cpus():
    with open("/sys/devices/system/cpu/possible") as f:
        return int(re.search(r"\d+$", f.read().strip())[0]) + 1


def cpu_ns(pid):
    """User and system time; the programs measured have one thread."""
    with open(f"/proc/{pid}/schedstat") as f:
        return int(f.read().split()[0])


def rss_bytes(pid):
    with open(f"/proc/{pid}/status") as f:
        return int(re.search(r"VmRSS:\s+(\d+)", f.read())[1]) * 1024


def hooks_of(probetop):
    """The tp_btf hooks that probetop attaches to here."""
    out = subprocess.run([probetop, "--list", "probes"], capture_output=True, text=True, check=True).stdout
    return re.findall(r"tp_btf/(\S+)\s+attached", out)


class Tracer:
    """argv: what to run, None: nothing; expected: how many links it makes, None: not known, 0: it attaches without.  out: a
    file for what it prints."""

    def __init__(self, argv, expected=None, out=subprocess.DEVNULL):
        self.process = None
        self.links = set()
        if not argv:
            return
        self.process = subprocess.Popen(argv, stdout=out, stderr=subprocess.PIPE, text=True)
        self.wait_attached(expected)

    def wait_attached(self, expected):
        end = time.monotonic() + 30
        while time.monotonic() < end and self.process.poll() is None:
            links = links_of(self.process.pid)
            if expected == 0:
                time.sleep(5)
                return
            if links and (len(links) == expected or (not expected and links == self.links)):
                self.links = links
                return
            self.links = links
            time.sleep(0.1 if expected else 0.6)
        self.process.kill()
        raise RuntimeError(f"{' '.join(self.process.args)}: {self.process.communicate()[1].strip()}")

    def stop(self):
        """Returns how long that took, in seconds."""
        if not self.process:
            return 0
        since = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stderr.close()
        return time.monotonic() - since

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def path_of(name):
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin:/usr/lib/sysstat")


# Debian's syscount finds its tracepoint through tracefs, which not every machine has mounted.
TRACEFS = """mount -t debugfs debugfs /sys/kernel/debug 2>/dev/null
mount -t tracefs tracefs /sys/kernel/debug/tracing 2>/dev/null
mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null
exec "$@" """

# What most bpftrace scripts do: one histogram each, printed every second.
BPFTRACE = """tracepoint:raw_syscalls:sys_enter { @s[tid] = nsecs; }
tracepoint:raw_syscalls:sys_exit /@s[tid]/ { @ns[comm] = hist(nsecs - @s[tid]); delete(@s[tid]); }
interval:s:1 { print(@ns); }"""


def installed(wanted):
    """Of name -> arguments those that there are: name -> what to run, links."""
    tracefs = ["unshare", "-m", "sh", "-c", TRACEFS, "sh"]
    return {name: (tracefs + [path_of(argv[0])] + argv[1:], None) for name, argv in wanted.items() if path_of(argv[0])}


def peers():
    """What others do part of the job with."""
    return installed({"syscount": ["syscount", "-i", "1"], "syscount -L": ["syscount", "-L", "-i", "1"],
                      "runqlat": ["runqlat", "1"]})


def for_scale():
    return {name: (argv, 0) for name, (argv, _) in installed({"bpftrace": ["bpftrace", "-e", BPFTRACE]}).items()}
