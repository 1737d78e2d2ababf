# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures from the rounds of the benchmark, as a table on the terminal and as docs/COST.md."""
import os
import platform
import re
import statistics

import capacity

# What a pair is expected to reach: (load, against) -> added time at most so many times that of the other.
TARGETS = {("getppid", "empty"): 2.0, ("getppid", "syscount -L"): 0.6, ("read", "syscount -L"): 0.75,
           ("pipe", "empty"): 1.6, ("pipe", "runqlat"): 1.0, ("futex", "empty"): 1.6, ("futex", "runqlat"): 1.0}
# And of the whole operation: at most so many times the untraced one.
TARGETS_WHOLE = {"tcp-64k": 1 / 0.97, "disk": 1 / 0.97}


def spread(values):
    """Median and quartiles."""
    if len(values) < 2:
        return {"median": values[0], "low": values[0], "high": values[0]}
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": middle, "low": low, "high": high}


def ratio(rounds, load, over):
    """Added by probetop, divided by what the other one adds in the same round; None where that is lost in
    the noise."""
    added = [(r["probetop"][load] - r["untraced"][load], r[over][load] - r["untraced"][load]) for r in rounds]
    other = spread([b for _, b in added])
    if other["low"] <= 0 or other["median"] < 0.02 * statistics.median(r["untraced"][load] for r in rounds):
        return None
    return spread([a / b for a, b in added if b > 0])


def figures(result):
    """load -> untraced, whole (probetop / untraced), added: state -> ns, against: state -> ratio."""
    rounds = result["rounds"]
    states = list(rounds[0])
    out = {}
    for load in rounds[0]["untraced"]:
        out[load] = {
            "untraced_ns": spread([r["untraced"][load] for r in rounds]),
            "whole": spread([r["probetop"][load] / r["untraced"][load] for r in rounds]),
            "added_ns": {s: spread([r[s][load] - r["untraced"][load] for r in rounds])
                         for s in states if s != "untraced"},
            "against": {s: ratio(rounds, load, s) for s in states if s not in ("untraced", "probetop")},
        }
    return out


def facts(bench, seconds):
    with open("/proc/cpuinfo") as f:
        model = re.search(r"^model name\s*:\s*(.*)", f.read(), re.M)
    with open("/proc/meminfo") as f:
        memory = int(re.search(r"MemTotal:\s+(\d+)", f.read())[1]) >> 10
    load = os.getloadavg()[1]
    return {"cpu": model[1] if model else platform.machine(), "cpus": os.cpu_count(), "memory_mib": memory,
            "kernel": re.match(r"[\d.]*", platform.release())[0], "rounds": bench.args.rounds, "milliseconds": bench.args.milliseconds,
            "seconds": round(seconds), "load_5min": round(load, 2), "other_links": len(bench.others)}


def number(s, digits=2):
    """median [low .. high]"""
    if s is None:
        return "-"
    return f"{s['median']:.{digits}f} [{s['low']:.{digits}f} .. {s['high']:.{digits}f}]"


def nanoseconds(s):
    digits = 0 if abs(s["median"]) < 10000 else -2
    median, low, high = (int(round(s[k], digits)) for k in ("median", "low", "high"))
    return f"{median} [{low} .. {high}]"


def added_table(f):
    states = list(next(iter(f.values()))["added_ns"])
    yield ["", "untraced"] + [f"{s} adds" for s in states]
    for load, v in f.items():
        yield [load, nanoseconds(v["untraced_ns"])] + [nanoseconds(v["added_ns"][s]) for s in states]


def ratio_table(f):
    states = list(next(iter(f.values()))["against"])
    yield ["", "whole operation"] + [f"added / {s}" for s in states]
    for load, v in f.items():
        yield [load, number(v["whole"])] + [number(v["against"][s]) for s in states]


def target_table(f):
    yield ["", "expected at most", "reached", ""]
    for (load, over), limit in TARGETS.items():
        got = f.get(load, {}).get("against", {}).get(over)
        if got:
            yield [f"{load}: added / {over}", f"{limit:.2f}", number(got), verdict(got, limit)]
    for load, limit in TARGETS_WHOLE.items():
        if load in f:
            yield [f"{load}: whole operation", f"{limit:.2f}", number(f[load]["whole"]),
                   verdict(f[load]["whole"], limit)]


def verdict(got, limit):
    if got["low"] <= limit <= got["high"]:
        return "within the spread"
    return "reached" if got["median"] <= limit else "**missed**"


def mib(n):
    return f"{n / (1 << 20):.1f} MiB"


def user_table(rows):
    yield ["keys each of calls and files", "CPU a tick", "of one CPU at 1 s", "RSS", "kernel memory of maps"]
    for r in rows:
        ms = spread([ns / 1e6 for ns in r["tick_ns"]])
        yield [f"{r['keys']:,}" if r["keys"] else "idle", number(ms, 1) + " ms", f"{ms['median'] / 10:.2f} %",
               mib(r["rss_bytes"]), mib(r["map_bytes"])]


def memory_table(rows):
    """Maps with a value for each CPU grow with their number, nothing else does."""
    many = 256
    yield ["keys each of calls and files", "RSS", "maps", "of them per CPU", "all, here", f"all, at {many} CPUs"]
    for r in rows:
        here = r["rss_bytes"] + r["map_bytes"]
        more = r["per_cpu_bytes"] * (many - r["cpus"]) // r["cpus"]
        yield [f"{r['keys']:,}" if r["keys"] else "idle", mib(r["rss_bytes"]), mib(r["map_bytes"]),
               f"{r['per_cpu_bytes'] / 1024:.0f} KiB", mib(here), mib(here + more)]


def steps_table(rounds):
    states = [s for s in rounds[0] if s != "untraced"]
    yield ["adds, ns"] + states
    for load in rounds[0]["untraced"]:
        yield [load] + [nanoseconds(spread([r[s][load] - r["untraced"][load] for r in rounds])) for s in states]


def recordings_table(rows):
    yield ["", "a minute", "CPU", "what is in it"]
    for r in rows:
        yield [r["name"], mib(r["bytes"]), f"{r['cpu_ns'] / 60e7:.2f} %", r["what"]]


def beside_table(rows):
    processes = list(next(iter(rows.values())))
    yield [""] + [c for n in processes for c in (f"CPU, {n:,} more processes" if int(n) else "CPU", "RSS")]
    for name, by in rows.items():
        yield [name] + [c for n in processes
                        for c in (f"{by[n]['ns_per_second'] / 1e7:.2f} %", mib(by[n]["rss_bytes"]))]


def capacity_table(rows):
    yield ["", "made a second", "made", "shown", "nameless: map full", "made - shown - nameless", "events lost: ring full"]
    for r in rows:
        rest = r["made"] - r["shown"] - r["nameless"]
        yield [capacity.KINDS[r["kind"]][3], f"{r['made'] / r['seconds']:,.0f}", f"{r['made']:,}", f"{r['shown']:,}",
               f"{r['nameless']:,}", f"{rest:,}", f"{r['ring']:,}"]


def life_table(rows):
    yield ["", "seconds"]
    yield ["exec to the first rows on the screen", number(spread([r["first_frame_s"] for r in rows]))]
    yield ["SIGINT to the end, all detached", number(spread([r["detach_s"] for r in rows]))]


def tables(result):
    f = result["figures"]
    yield "ns an operation", added_table(f)
    yield "probetop against", ratio_table(f)
    yield "expected", target_table(f)
    if "user_space" in result:
        yield "user space", user_table(result["user_space"])
        yield "memory", memory_table(result["user_space"])
        yield "beginning and end", life_table(result["life"])
        yield "parts", steps_table(result["steps"])
        yield "recordings", recordings_table(result["recordings"])
        yield "beside others", beside_table(result["beside"])
        yield "capacity", capacity_table(result["capacity"])


def columns(rows, markdown):
    rows = list(rows)
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths)).rstrip() for r in rows]
    if markdown:
        lines = ["| " + " | ".join(r) + " |" for r in rows]
        lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def machine(facts):
    text = (f"{facts['cpus']} CPUs ({facts['cpu']}), {facts['memory_mib']:,} MiB, Linux {facts['kernel']}; "
            f"{facts['rounds']} rounds of {facts['milliseconds']} ms each, {facts['seconds']} s in all; "
            f"load average {facts['load_5min']}")
    if facts["other_links"]:
        text += f"; beside {facts['other_links']} BPF links of others, which are in all figures alike"
    return text + "."


def text(result):
    parts = [machine(result["facts"])]
    parts += [f"{title}: median [quartiles]\n{columns(rows, False)}" for title, rows in tables(result)]
    return "\n\n".join(parts).replace("**", "")


def markdown(result):
    tab = {title: columns(rows, True) for title, rows in tables(result)}
    operations = "\n".join(f"- **{n}**: {what}" for n, what in result["operations"].items())
    return f"""# What it costs

Made by `./dev bench --doc docs/COST.md`; do not edit.

{machine(result['facts'])}

Each round runs every operation untraced, with empty programs on the hooks that probetop uses, with all of
probetop's probes (`probetop -b -f json -o /dev/null -d 1`), and with Debian's tools `syscount -i 1`,
`syscount -L -i 1` and `runqlat 1`, one after the other, and the next round begins with another one. Figures
are medians over the rounds of what was compared within a round, with quartiles in brackets. Times are CPU
time of all processes that take part, on one CPU, so that other work on the machine does not count; only
`disk` is wall time.

{operations}

## Added to an operation, ns

{tab['ns an operation']}

## probetop against the others

*Whole operation*: its time with probetop divided by its time untraced. *Added*: what probetop adds divided by
what the other one adds; empty programs are the floor of anything that uses these hooks, `syscount` and
`syscount -L` count calls by name for the whole machine, `runqlat` has one histogram. A dash: the other one
adds too little to compare with.

{tab['probetop against']}

## Expected and reached

{tab['expected']}

## What the parts cost

Programs on the hooks of calls and switches that do one thing more in each column (`bench/steps.bpf.c`): the time
in each; the current task, and at the end of a call what was kept of its beginning; the record of thread and
call, or of both threads of a switch, by a look-up in a hash; a histogram. Nothing that tells latencies by thread can
do without the first three, so they are a floor, and where the third is above a target, no program reaches that. (The
record is dearer here than in probetop, which finds that of a call without a hash.) A turn of `pipe` or `futex` is
four calls, two switches and two wake-ups: twelve times the time.

{tab['parts']}

## User space

Threads that make ten different calls and read ten files each, twice a second: a tenth as many threads as
there are keys of calls and of files. probetop reads and prints all of it every second, to /dev/null. Idle is
the machine as it was.

{tab['user space']}

{tab['beginning and end']}

### Memory

Resident memory of the process, and kernel memory of its maps (fdinfo). Only what has a value for each CPU grows
with their number; for another machine it is multiplied.

{tab['memory']}

### Beside others

Programs on a terminal of 200x50 that is drawn every second, one after the other, on the machine as it was and with
1,000 processes more, of 10 files and 10 TCP connections each, of which a twentieth does something in a second
(`bench/load_machine.c`). Those of `bpftrace` are one histogram of calls by name. CPU time is that of the
process, of what it started, and not of what it traces.

{tab['beside others']}

### Recordings

What a minute takes with an interval of 1 s, all at once, on the machine with 1,000 processes, 10,000 files and
10,000 connections more.

{tab['recordings']}

### Capacity

One process makes as much as it can for some seconds, while one panel is counted. What finds a map full is counted
without its name, and said: every time, in every map and of all programs, so that is more than was made where one thing
is counted in several.

{tab['capacity']}

## Bytes to the terminal

What a refresh sends (`bench/bytes`), on what the machine did meanwhile: the whole screen at first, then what
has changed, once a second.

{result['screen']['bytes']}
## A key on a panel of 100,000 rows

From the key to the drawn screen, CPU time (`bench-keys`), of files by process, 200x50. Keys that move, search
or sort run no query; those that group do, and so does a new interval. Queries over many records run in slices, and keys
are answered in between: *a key waits* is the longest stretch without a look at the keyboard.

```
{result['screen']['keys'].rstrip()}
```
"""
