# SPDX-License-Identifier: GPL-2.0-or-later
"""Times of operations, in rounds: each runs all of them in every state (untraced, with probetop, with others), one
state after the other, and the next round begins with another one. What is told is what a round compares."""
import os
import subprocess
import sys
import time

import tracers

LOADS = {  # name: (program, one operation)
    "getppid": ("call", "getppid(2)"),
    "read": ("call", "read(2) of 1 byte from /dev/zero"),
    "pread": ("call", "pread(2) of 4 KiB from the page cache"),
    "pipe": ("pingpong", "1 byte to another process and back through pipes, on one CPU"),
    "futex": ("pingpong", "a turn to another process and back by futex(2), on one CPU"),
    "exec": ("exec", "fork, exec of a program that returns, wait"),
    "tcp-1": ("pingpong", "1 byte there and back over TCP on loopback, on one CPU"),
    "tcp-64k": ("pingpong", "64 KiB there and back over TCP on loopback, on one CPU"),
    "disk": ("disk", "pread(2) of 4 KiB past the page cache (wall time)"),
}
STEPS = ["empty", "+ the time", "+ who", "+ a record", "+ a histogram"]  # of bench/steps.bpf.c
STEP_LOADS = ["getppid", "pipe", "futex", "tcp-64k"]
STEP_HOOKS = 10
SCALE_LOADS = ["getppid", "read", "pipe", "tcp-1"]


class Rounds:
    def __init__(self, args, work):
        self.args = args
        self.work = work
        self.probetop = os.path.join(args.build, "probetop")
        self.bin = os.path.join(args.build, "bench")
        hooks = tracers.hooks_of(self.probetop)
        if not hooks:
            sys.exit("bench: probetop attaches to nothing here")
        self.hooks = len(hooks)
        self.own = {  # name: (what to run, how many links that makes)
            "untraced": (None, None),
            "empty": ([os.path.join(self.bin, "bench-empty")] + hooks, self.hooks),
            "probetop": (self.batch(1), self.hooks),
        }
        self.others = tracers.links_all()

    def batch(self, seconds, *options):
        return [self.probetop, "-b", "-f", "json", "-o", "/dev/null", "-d", str(seconds), "--budget", "0", *options]

    def others_settle(self, own):
        """Waits until nobody traces but those who did when the benchmark began."""
        end = time.monotonic() + self.args.patience
        while tracers.links_all() - own - self.others:
            if time.monotonic() > end:
                sys.exit("bench: somebody else began to trace and does not stop")
            time.sleep(0.5)

    def load(self, name, own, wrapped=(), clock=None):
        """ns per operation, measured while nobody else came or went; of one that is wrapped, wall time.  clock: another
        one than the load's own, "wall" or "cpu"."""
        argv = [*wrapped, os.path.join(self.bin, "load_" + LOADS[name][0]), name, str(self.args.milliseconds)]
        clock = "wall" if wrapped else clock
        argv += [clock] if clock else []
        while True:
            if not self.args.noisy:
                self.others_settle(own)
            before = tracers.links_all()
            done = subprocess.run(argv, capture_output=True, text=True, cwd=self.work)
            if done.returncode:
                sys.exit(f"bench: {' '.join(argv)}: {done.stderr.strip()}")
            if self.args.noisy or tracers.links_all() == before:
                self.others &= before
                return float(done.stdout)

    def round(self, number, states, loads):
        """state -> load -> ns; each round begins with another state."""
        names = list(states)
        turn = number % len(names)
        ns = {}
        for state in names[turn:] + names[:turn]:
            with tracers.Tracer(*states[state]) as t:
                ns[state] = {load: self.load(load, t.links) for load in loads}
        return ns

    def rounds(self, states, loads):
        result = []
        for i in range(self.args.rounds):
            print(f"\rround {i + 1} of {self.args.rounds} ", end="", file=sys.stderr, flush=True)
            result.append(self.round(i, states, loads))
        print(file=sys.stderr)
        return result

    def hooks_whole(self, loads):
        return self.rounds(self.own | tracers.peers(), loads)

    def step_states(self):
        return {name: ([os.path.join(self.bin, "bench-steps"), str(i)], STEP_HOOKS) for i, name in enumerate(STEPS)}

    def steps(self):
        """Programs with one part after the other, instead of probetop's; and who has one histogram."""
        peers = {name: how for name, how in tracers.peers().items() if name == "runqlat"}
        return self.rounds({"untraced": (None, None)} | self.step_states() | peers, STEP_LOADS)

    def scale(self):
        """For scale: what people reach for first.  strace stops who is traced, so this is wall time."""
        states = {name: how for name, how in self.own.items() if name != "empty"} | tracers.for_scale()
        strace = tracers.path_of("strace")
        result = self.rounds(states, SCALE_LOADS)
        for one in result:
            if strace:
                one["strace"] = {load: self.load(load, set(), [strace, "-f", "-c", "-o", "/dev/null"]) for load in SCALE_LOADS}
                one["untraced, wall"] = {load: self.load(load, set(), ["env"]) for load in SCALE_LOADS}
        return result

    def undisturbed(self, measure, *args):
        """Again until nobody came or went meanwhile."""
        while True:
            if not self.args.noisy:
                self.others_settle(set())
            before = tracers.links_all()
            result = measure(*args)
            if self.args.noisy or tracers.links_all() == before:
                return result
