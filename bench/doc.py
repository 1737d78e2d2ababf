# SPDX-License-Identifier: GPL-2.0-or-later
"""docs/COST.md, from what is kept."""
import report
import rounds
import targets


def tables(parts):
    """name -> a table as Markdown; one whose part was never measured says so."""
    out = {}
    for part, by_name in report.TABLES.items():
        for name, table in by_name.items():
            out[name] = report.columns(table(parts[part]["data"]), True) if part in parts else "(not measured)"
    return out


def wheres(parts):
    return {name: report.where(parts[name]["facts"]) if name in parts else "" for name in [*report.TABLES, "screen"]}


def memory_table(parts):
    if "user" not in parts:
        return "(not measured)"
    machines = parts["memory"]["data"] if "memory" in parts else None
    return report.columns(report.memory_table(parts["user"]["data"]["ticks"], machines), True)


def floor(parts):
    return report.columns(targets.floor_table(parts), True) if {"hooks", "steps"} <= set(parts) else "(not measured)"


def together_floor(parts):
    return report.columns(targets.together_floor_table(parts["together"]["data"]), True) if "together" in parts else "(not measured)"


def markdown(parts):
    tab, at = tables(parts), wheres(parts)
    operations = "\n".join(f"- **{n}**: {what}" for n, (_, what) in rounds.LOADS.items())
    screen = parts["screen"]["data"] if "screen" in parts else {"bytes": "(not measured)\n", "keys": "(not measured)"}
    return f"""# What it costs

Made by `./dev bench --doc docs/COST.md`; do not edit. Each part says when and where it was measured (`./dev bench PART
--doc docs/COST.md` measures one anew, `--vm` what takes other machines); the numbers behind it are in
`bench/results.json`.

## Expected and reached

What is above a limit with its whole spread is **missed**; below stands why.

{report.columns(targets.table(parts), True)}

## Added to an operation, ns

Each round runs every operation untraced, with empty programs on the hooks that probetop uses, with all of
probetop's probes (`probetop -b -f json -o /dev/null -d 1`), and with Debian's tools `syscount -i 1`,
`syscount -L -i 1` and `runqlat 1`, one after the other, and the next round begins with another one. Figures
are medians over the rounds of what was compared within a round, with quartiles in brackets. Times are CPU
time of all processes that take part, on one CPU, so that other work on the machine does not count; only
`disk` is wall time.

{operations}

{at['hooks']}

{tab['ns an operation']}

## probetop against the others

*Whole operation*: its time with probetop divided by its time untraced. *Added*: what probetop adds divided by
what the other one adds; empty programs are the floor of anything that uses these hooks, `syscount` and
`syscount -L` count calls by name for the whole machine, `runqlat` has one histogram. A dash: the other one
adds too little to compare with.

{tab['probetop against']}

### All together

All of probetop's panels, and all of `syscount -L`, `runqlat`, `filetop`, `biotop` and `tcptop` at once, where all of
them run: Debian 13's on its 6.12 (`./dev bench --vm together`; `biotop` of Debian 12 attaches to a function that is inlined
from 5.17 on), in a machine of one CPU that is emulated and whose clock is its instructions, one a nanosecond. So these are
instructions and not times: nothing disturbs them, but what a cache, a division or an interrupt costs is not in them, a look-up
counts as much as its instructions, and a byte that is copied as one. That `exec` and `tcp-64k` differ by some percent from
round to round is what else they do. `disk` is one whose requests are done when they are submitted (`null_blk`), in CPU time of
the process. The measurement fails unless each program has all its probes from the beginning to the end, and has printed what
the operations did.

{at['together']}

{tab['all together']}

With the programs of [what the parts cost](#what-the-parts-cost) instead; **bold** is above what was expected.

{together_floor(parts)}

Where they go, by the emulator's trace of instructions (qemu's `-d exec`, one a line; `getppid`, `read`, `pipe`), 2026-11-21.
Of what probetop adds, two fifths (`getppid`) to nearly three (`read`, which has a file; `pipe`) are its own programs; a third to
a seventh is what the kernel does around each of them, as around empty ones; task storage and the clock are the rest, and in
`pipe` look-ups in hashes, a tenth. Of what the five add, less than a tenth are their own programs, a third to nearly half is
hashes, and as much what perf and kprobes do around each program. So plain instructions stand here against look-ups, locks and
copies there, which a count makes alike.

### For scale

How many times as long an operation takes: with probetop, with a `bpftrace` line that makes a histogram of calls by
name, and under strace.

{at['scale']}

{tab['for scale']}

## Throughput

Untraced and with all of probetop's probes in turn. By CPU time: how much went through for each second of CPU time of those
that send and receive, or read, which other work on the machine changes less.

{at['streams']}

{tab['throughput']}

## What the parts cost

Programs on the hooks of calls, switches, sockets and block I/O that do one thing more in each column
(`bench/steps.bpf.c`): the time in each (sockets need none); the current task, and at the end of a call or a request what
was kept of its beginning; the record of thread and call, of both threads of a switch, of thread and connection, or of
thread and disk, by a look-up in a hash; a histogram. Nothing that tells latencies by thread can do without the first
three, so they are a floor. (The record of a call is dearer here than in probetop, which finds it without a hash.) A turn
of `pipe` or `futex` is four calls, two switches and two wake-ups: twelve times the time. A read of `fio` is two calls and
four programs of the block layer.

{at['steps']}

{tab['parts']}

Throughput with the same programs:

{at['floor']}

{tab['throughput by parts']}

What was missed above, with these programs instead: **bold** misses what was expected, already, so that no program that
does as much reaches it.

{floor(parts)}

## User space

Threads that make ten different calls and read ten files each, twice a second: a tenth as many threads as
there are keys of calls and of files. probetop reads and prints all of it every second, to /dev/null. Idle is
the machine as it was. Maps hold 32,768 keys each and 6,144 in slots; what comes beyond is counted as `(other)`, so with
100,000 keys no more is read than with some 36,000.

{at['user']}

{tab['user space']}

{tab['beginning and end']}

### Memory

Resident memory of the process, and kernel memory of its maps (fdinfo). What has a value for each CPU grows
with their number, and so does what the kernel keeps at hand for each map on each CPU, which fdinfo does not tell.

{memory_table(parts)}

So it is measured, too: what the kernel charges to probetop's control group besides its own memory, in emulated machines of
several CPUs (Debian's 6.12), right after the start. The model is that of the smallest machine and so much for each CPU
more as between it and the largest; those in between show whether it holds. *All, at 256 CPUs* above is what was
measured here and as much for each CPU more.

{at['memory']}

{tab['memory of emulated machines']}

### Beside others

Programs on a terminal of 200x50 that is drawn every second, one after the other, on the machine as it was and with
1,000 processes more, of 10 files and 10 TCP connections each, of which a twentieth does something in a second
(`bench/load_machine.c`). Those of `bpftrace` are one histogram of calls by name. CPU time is that of the
process, of what it started, and not of what it traces.

{at['beside']}

{tab['beside others']}

### Recordings

What a minute takes with an interval of 1 s, all at once, on the machine with 1,000 processes, 10,000 files and
10,000 connections more.

{at['recordings']}

{tab['recordings']}

### Capacity

One process makes as much as it can for some seconds, in a control group of its own, which alone is counted; where some of it
has no name, less and less, until all has one. Whatever else goes on makes that slower, above all others that trace, of whom
each adds to every call: see the load below. *Left over* is what was made and is in no row: it is 0 but for *missed*, ends
and beginnings of calls for which the kernel runs no program, as a thread has lost its CPU in the middle of one.

{at['capacity']}

{tab['capacity']}

With an interval ten times as long and maps of 1,000 keys (`--max-entries`), as fast as it can, so that many times as much
comes in an interval as they hold. What finds a map full is counted in the row `(other)`, and told as lost: every time, in
every map and of all programs, so that *updates* are more than what has no name where one thing is counted in several maps.
Made is shown under its name or as `(other)`, exactly.

{tab['ten times as much']}

## Bytes to the terminal

What a refresh sends (`bench/bytes`), on what the machine did meanwhile: the whole screen at first, then what
has changed, once a second.

{at['screen']}

{screen['bytes']}
## A key on a panel of 100,000 rows

From the key to the drawn screen, CPU time (`bench-keys`), of files by process, 200x50. Keys that move, search
or sort run no query; those that group do, and so does a new interval. Queries over many records run in slices, and keys
are answered in between: *a key waits* is the longest stretch without a look at the keyboard.

```
{screen['keys'].rstrip()}
```
"""
