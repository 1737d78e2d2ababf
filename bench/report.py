# SPDX-License-Identifier: GPL-2.0-or-later
"""Figures from what was measured, as tables: rows of text, the first one the heading."""
import statistics

import capacity
import streams


def spread(values):
    """Median and quartiles."""
    if len(values) < 2:
        return {"median": values[0], "low": values[0], "high": values[0]}
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return {"median": middle, "low": low, "high": high}


def ratio(rounds, load, over, what="probetop"):
    """Added by one, divided by what the other one adds in the same round; None where that is lost in the noise."""
    added = [(r[what][load] - r["untraced"][load], r[over][load] - r["untraced"][load]) for r in rounds]
    other = spread([b for _, b in added])
    if other["low"] <= 0 or other["median"] < 0.02 * statistics.median(r["untraced"][load] for r in rounds):
        return None
    return spread([a / b for a, b in added if b > 0])


def whole_ratio(rounds, load, what):
    return spread([r[what][load] / r["untraced"][load] for r in rounds])


def added(rounds, load, state):
    return spread([r[state][load] - r["untraced"][load] for r in rounds])


def states_of(rounds, *without):
    return [s for s in rounds[0] if s not in ("untraced", *without)]


def number(s, digits=2):
    """median [low .. high]"""
    if s is None:
        return "-"
    return f"{s['median']:.{digits}f} [{s['low']:.{digits}f} .. {s['high']:.{digits}f}]"


def nanoseconds(s):
    digits = 0 if abs(s["median"]) < 10000 else -2
    median, low, high = (int(round(s[k], digits)) for k in ("median", "low", "high"))
    return f"{median} [{low} .. {high}]"


def mib(n):
    return f"{n / (1 << 20):.1f} MiB"


def added_table(rounds):
    states = states_of(rounds)
    yield ["", "untraced"] + [f"{s} adds" for s in states]
    for load in rounds[0]["untraced"]:
        yield [load, nanoseconds(spread([r["untraced"][load] for r in rounds]))] + [
            nanoseconds(added(rounds, load, s)) for s in states]


def ratio_table(rounds):
    states = states_of(rounds, "probetop")
    yield ["", "whole operation"] + [f"added / {s}" for s in states]
    for load in rounds[0]["untraced"]:
        yield [load, number(whole_ratio(rounds, load, "probetop"))] + [number(ratio(rounds, load, s)) for s in states]


def steps_table(rounds):
    states = states_of(rounds, "runqlat")
    yield ["adds, ns"] + states
    for load in rounds[0]["untraced"]:
        yield [load] + [nanoseconds(added(rounds, load, s)) for s in states]


def scale_table(rounds):
    """Times as long as untraced; strace by the clock on the wall."""
    states = states_of(rounds, "untraced, wall", "strace")
    wall = "strace" in rounds[0]
    yield ["times as long", *states] + (["strace -f -c (wall time)"] if wall else [])
    for load in rounds[0]["untraced"]:
        row = [load] + [number(whole_ratio(rounds, load, s)) for s in states]
        if wall:
            row.append(number(spread([r["strace"][load] / r["untraced, wall"][load] for r in rounds]), 0))
        yield row


def streams_ratio(data, kind, which, what="probetop"):
    """With that divided by untraced, of each round; which: 0 what went through, 1 by CPU time."""
    one = data[kind]
    return spread([a[which] / b[which] for a, b in zip(one[what], one["untraced"])])


def streams_table(data):
    yield ["", "untraced", "with probetop / untraced", "the same by CPU time"]
    for kind, one in data.items():
        rate = statistics.median(a[0] for a in one["untraced"])
        text = f"{rate / 1e9:.2f} GB/s" if kind == "iperf3" else f"{rate:,.0f} reads/s"
        yield [streams.KINDS[kind], text, number(streams_ratio(data, kind, 0), 3), number(streams_ratio(data, kind, 1), 3)]


def streams_floor_table(data):
    """Programs with one part after the other, divided by untraced."""
    states = [s for s in next(iter(data.values())) if s != "untraced"]
    yield ["with them / untraced", *states]
    for kind in data:
        for which, how in ((0, ""), (1, ", by CPU time")):
            yield [kind + how] + [number(streams_ratio(data, kind, which, s), 3) for s in states]


def tick_ms(row):
    return spread([ns / 1e6 for ns in row["tick_ns"]])


def user_table(rows):
    yield ["keys each of calls and files", "CPU a tick", "of one CPU at 1 s", "more than idle, for 1,000 keys", "RSS",
           "kernel memory of maps"]
    idle = tick_ms(rows[0])["median"]
    for r in rows:
        ms = tick_ms(r)
        each = f"{(ms['median'] - idle) / r['keys'] * 1000:.1f} ms" if r["keys"] >= 1000 else ""
        yield [f"{r['keys']:,}" if r["keys"] else "idle", number(ms, 1) + " ms", f"{ms['median'] / 10:.2f} %", each,
               mib(r["rss_bytes"]), mib(r["map_bytes"])]


def life_table(rows):
    yield ["", "seconds"]
    yield ["exec to the first rows on the screen", number(spread([r["first_frame_s"] for r in rows]))]
    yield ["SIGINT to the end, all detached", number(spread([r["detach_s"] for r in rows]), 3)]


def cpu_bytes(machines, what):
    """What each CPU more takes: between the smallest and the largest of the emulated machines."""
    few, many = machines[0], machines[-1]
    return (many[what] - few[what]) / (many["cpus"] - few["cpus"])


def memory_table(rows, machines):
    """Here, and what would be at 256 CPUs: so much more for each CPU as in the emulated machines."""
    many = 256
    yield ["keys each of calls and files", "RSS", "maps", "of them by CPU", "all, here"] + (
        [f"all, at {many} CPUs"] if machines else [])
    for r in rows:
        here = r["rss_bytes"] + r["map_bytes"]
        more = (cpu_bytes(machines, "kernel_bytes") + cpu_bytes(machines, "rss_bytes")) * (many - r["cpus"]) if machines else 0
        yield [f"{r['keys']:,}" if r["keys"] else "idle", mib(r["rss_bytes"]), mib(r["map_bytes"]),
               f"{r['per_cpu_bytes'] / 1024:.0f} KiB", mib(here)] + ([mib(here + more)] if machines else [])


def machines_table(machines):
    """Measured, and what the model says of those in between: of the smallest, and so much for each CPU more."""
    yield ["CPUs", "maps (fdinfo)", "of them by CPU", "kernel memory, all that is charged", "by the model", "RSS"]
    each = cpu_bytes(machines, "kernel_bytes")
    for m in machines:
        model = machines[0]["kernel_bytes"] + each * (m["cpus"] - machines[0]["cpus"])
        yield [str(m["cpus"]), mib(m["map_bytes"]), f"{m['per_cpu_bytes'] / 1024:.1f} KiB", mib(m["kernel_bytes"]),
               f"{mib(model)} ({100 * (m['kernel_bytes'] / model - 1):+.1f} %)", mib(m["rss_bytes"])]


def together_table(rounds):
    yield ["", "untraced", "probetop adds", "the five add", "added / the five"]
    for load in rounds[0]["untraced"]:
        yield [load, nanoseconds(spread([r["untraced"][load] for r in rounds])), nanoseconds(added(rounds, load, "probetop")),
               nanoseconds(added(rounds, load, "five")), number(ratio(rounds, load, "five"))]


def recordings_table(rows):
    yield ["", "a minute", "CPU", "what is in it"]
    for r in rows:
        yield [r["name"], mib(r["bytes"]), f"{r['cpu_ns'] / 60e7:.2f} %", r["what"]]


def beside_table(rows):
    processes = list(next(iter(rows.values())))
    yield [""] + [c for n in processes for c in (f"CPU, {int(n):,} more processes" if int(n) else "CPU", "RSS")]
    for name, by in rows.items():
        yield [name] + [c for n in processes
                        for c in (f"{by[n]['ns_per_second'] / 1e7:.2f} %", mib(by[n]["rss_bytes"]))]


def left_over(run):
    """Made, and in no row, named or not."""
    return run["made"] - run["named"] - run["other"]


def capacity_table(rows):
    yield ["", "highest rate a second without loss", "made", "under its name", "left over", "missed"]
    for r in rows:
        run = r["rate"]
        limit = "" if run["limited"] else " (as fast as one process can)"
        yield [capacity.KINDS[run["kind"]][2], f"{run['made'] / run['seconds']:,.0f}{limit}", f"{run['made']:,}",
               f"{run['named']:,}", f"{left_over(run):,}", f"{run['missed']:,}"]


def ten_table(rows):
    yield ["", "made", "under its name", "as (other)", "left over", "missed", "updates told as lost", "events lost: ring full"]
    for r in rows:
        run = r["ten"]
        yield [capacity.KINDS[run["kind"]][2], f"{run['made']:,}", f"{run['named']:,}", f"{run['other']:,}",
               f"{left_over(run):,}", f"{run['missed']:,}", f"{run['map_full']:,}", f"{run['ring']:,}"]


TABLES = {  # part: its tables, name -> rows of what was measured
    "hooks": {"ns an operation": added_table, "probetop against": ratio_table},
    "steps": {"parts": steps_table},
    "scale": {"for scale": scale_table},
    "streams": {"throughput": streams_table},
    "floor": {"throughput by parts": streams_floor_table},
    "user": {"user space": lambda d: user_table(d["ticks"]), "beginning and end": lambda d: life_table(d["life"])},
    "memory": {"memory of emulated machines": machines_table},
    "together": {"all together": together_table},
    "recordings": {"recordings": recordings_table},
    "beside": {"beside others": beside_table},
    "capacity": {"capacity": capacity_table, "ten times as much": ten_table},
}


def columns(rows, markdown):
    rows = list(rows)
    widths = [max(len(r[i]) for r in rows) for i in range(len(rows[0]))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(r, widths)).rstrip() for r in rows]
    if markdown:
        lines = ["| " + " | ".join(r) + " |" for r in rows]
        lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def where(facts):
    text = (f"{facts['date']}: {facts['cpus']} CPUs ({facts['cpu']}), {facts['memory_mib']:,} MiB, Linux {facts['kernel']}; "
            f"{facts['rounds']} round{'s' * (facts['rounds'] > 1)}; {facts['seconds']} s in all; load average {facts['load_5min']}")
    if facts["other_links"]:
        text += f"; beside {facts['other_links']} BPF links of others, which are in all figures alike"
    return text + "."


def text(parts):
    out = []
    for name, part in parts.items():
        out.append(where(part["facts"]))
        for title, table in TABLES.get(name, {}).items():
            out.append(f"{title}: median [quartiles]\n{columns(table(part['data']), False)}")
        if name == "screen":
            out += [part["data"]["bytes"], part["data"]["keys"]]
    return "\n\n".join(out)
