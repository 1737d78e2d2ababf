# SPDX-License-Identifier: GPL-2.0-or-later
"""What was expected, what was reached, and where it was not, what the least is that any program adds."""
import report
from capacity import KINDS as capacity_kinds
from rounds import STEPS

# (operation, against): added time at most so many times that of the other.
ADDED = {("getppid", "empty"): 2.0, ("getppid", "syscount -L"): 0.6, ("read", "syscount -L"): 0.75,
         ("pipe", "empty"): 1.6, ("pipe", "runqlat"): 1.0, ("futex", "empty"): 1.6, ("futex", "runqlat"): 1.0}
# Of the whole operation: at most so many times the untraced one.
WHOLE = {"tcp-64k": 1 / 0.97, "disk": 1 / 0.97}
THROUGHPUT = 0.97
TOGETHER = 0.4
IDLE_PERCENT, TICK_MS, TICK_KEYS = 0.5, 25, 10000
FIRST_S, DETACH_S = 0.4, 0.2
MEMORY_MIB, MEMORY_MIB_256 = 48, 160


def verdict(got, limit):
    if got["low"] <= limit <= got["high"] and got["low"] < got["high"]:
        return "within the spread"
    return "reached" if got["median"] <= limit else "**missed**"


def one(value):
    return {"median": value, "low": value, "high": value}


def at_most(what, limit, got, digits=2, unit=""):
    shown = report.number(got, digits) if got["low"] < got["high"] else f"{got['median']:.{digits}f}"
    return [what, f"at most {limit:.{digits}f}{unit}", shown + unit, verdict(got, limit)]


def hooks(rounds):
    for (load, over), limit in ADDED.items():
        got = report.ratio(rounds, load, over)
        if got:
            yield at_most(f"{load}: added / {over}", limit, got)
    for load, limit in WHOLE.items():
        yield at_most(f"{load}: whole operation", limit, report.whole_ratio(rounds, load, "probetop"))


def throughputs(data):
    """What, kind, which of the two, with probetop, verdict."""
    for kind in data:
        for which, how in ((0, ""), (1, ", by CPU time")):
            got = report.streams_ratio(data, kind, which)
            reached = verdict({"median": -got["median"], "low": -got["high"], "high": -got["low"]}, -THROUGHPUT)
            yield f"{kind}: throughput / untraced{how}", kind, which, got, reached


def throughput(data):
    for what, _, _, got, reached in throughputs(data):
        yield [what, f"at least {THROUGHPUT}", report.number(got, 3), reached]


def together(rounds):
    for load in rounds[0]["untraced"]:
        got = report.ratio(rounds, load, "five")
        if got:
            yield at_most(f"{load}: added / the five together (instructions, emulated)", TOGETHER, got)


def user(data):
    rows = {r["keys"]: report.tick_ms(r) for r in data["ticks"]}
    idle = rows[0]
    yield at_most("idle: of one CPU", IDLE_PERCENT, {k: v / 10 for k, v in idle.items()}, 2, " %")
    if TICK_KEYS in rows:
        yield at_most(f"a tick with {TICK_KEYS:,} keys", TICK_MS, rows[TICK_KEYS], 1, " ms")
    yield at_most("exec to the first rows", FIRST_S, report.spread([r["first_frame_s"] for r in data["life"]]), 2, " s")
    yield at_most("SIGINT to the end, all detached", DETACH_S, report.spread([r["detach_s"] for r in data["life"]]), 3, " s")
    here = data["ticks"][0]["rss_bytes"] + data["ticks"][0]["map_bytes"]
    yield at_most("memory with that of maps, idle, here", MEMORY_MIB, one(here / (1 << 20)), 1, " MiB")


def memory(machines, parts):
    if "user" not in parts:
        return
    idle = parts["user"]["data"]["ticks"][0]
    each = report.cpu_bytes(machines, "kernel_bytes") + report.cpu_bytes(machines, "rss_bytes")
    many = idle["rss_bytes"] + idle["map_bytes"] + each * (256 - idle["cpus"])
    yield at_most("the same at 256 CPUs, by the model", MEMORY_MIB_256, one(many / (1 << 20)), 1, " MiB")


def capacity(rows):
    for run in (r["ten"] for r in rows if r["ten"]["other"]):
        rest = report.left_over(run)
        exact = "reached" if 0 <= rest <= run["missed"] else "**missed**"
        what = capacity_kinds[run["kind"]][2]
        yield [f"more than maps hold, {what}: neither shown nor reported", "0", f"{max(0, rest - run['missed']):,}", exact]


def table(parts):
    yield ["", "expected", "reached", ""]
    for name, rows in (("hooks", hooks), ("streams", throughput), ("together", together), ("user", user),
                       ("memory", lambda data: memory(data, parts)), ("capacity", capacity)):
        if name in parts:
            yield from rows(parts[name]["data"])


def floor_of(hooks, steps, load, step, over):
    """What programs up to that part add, divided by what the other one adds, or (None) the whole operation by untraced;
    by medians, where the two were not in the same rounds."""
    if load not in steps[0]["untraced"]:
        return report.whole_ratio(hooks, load, step) if step in hooks[0] and not over else None
    if not over:
        return report.whole_ratio(steps, load, step)
    if over in steps[0]:
        return report.ratio(steps, load, over, step)
    return one(report.added(steps, load, step)["median"] / report.added(hooks, load, over)["median"])


def floor_cells(spreads, limit):
    """What is above the limit in bold."""
    for s in spreads:
        yield "-" if not s else f"**{s['median']:.2f}**" if s["median"] > limit else f"{s['median']:.2f}"


def floor_hooks(parts):
    hooks, steps = parts["hooks"]["data"], parts["steps"]["data"]
    wanted = [(load, over, limit) for (load, over), limit in ADDED.items()] + [(load, None, x) for load, x in WHOLE.items()]
    for load, over, limit in wanted:
        got = report.ratio(hooks, load, over) if over else report.whole_ratio(hooks, load, "probetop")
        if not got or verdict(got, limit) != "**missed**":
            continue
        cells = floor_cells([floor_of(hooks, steps, load, name, over) for name in STEPS], limit)
        what = f"{load}: " + (f"added / {over}" if over else "whole operation")
        yield [what, f"at most {limit:.2f}", *cells, f"{got['median']:.2f}"]


def floor_streams(parts):
    for what, kind, which, got, reached in throughputs(parts["streams"]["data"]):
        if reached != "**missed**":
            continue
        ratios = [report.streams_ratio(parts["floor"]["data"], kind, which, name)["median"] for name in STEPS]
        cells = [f"**{r:.3f}**" if r < THROUGHPUT else f"{r:.3f}" for r in ratios]
        yield [what, f"at least {THROUGHPUT}", *cells, f"{got['median']:.3f}"]


def floor_table(parts):
    """Of each expectation that is not met: parts one after the other, until what they add is too much already."""
    yield ["", "expected", *STEPS, "probetop"]
    yield from floor_hooks(parts)
    if {"streams", "floor"} <= set(parts):
        yield from floor_streams(parts)


def together_floor_table(rounds):
    """The same of what is measured together."""
    names = report.states_of(rounds, "five")
    yield ["added / the five together", "at most", *names]
    for load in rounds[0][names[0]]:
        yield [load, f"{TOGETHER:.2f}", *floor_cells([report.ratio(rounds, load, "five", name) for name in names], TOGETHER)]
