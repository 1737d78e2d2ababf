# SPDX-License-Identifier: GPL-2.0-or-later
"""Throughput, by the programs that everybody measures it with: iperf3 on loopback, fio on a file, untraced and with
probetop in turn.  Beside what went through: what a second of CPU time got through, which other work on the machine
changes less."""
import json
import os
import subprocess
import sys
import time

import tracers

PORT = "5999"
SECONDS = "2"
KINDS = {"iperf3": "TCP on loopback, writes of 128 KiB (`iperf3`)",
         "fio": "random reads of 4 KiB past the page cache, 16 at a time (`fio --ioengine=libaio`)"}


def iperf3(_):
    """Bytes a second, and a second of CPU time."""
    with subprocess.Popen(["iperf3", "-s", "-p", PORT, "-B", "127.0.0.1"], stdout=subprocess.DEVNULL,
                          stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(50):
                done = subprocess.run(["iperf3", "-c", "127.0.0.1", "-p", PORT, "-t", SECONDS, "-J"], stdout=subprocess.PIPE,
                                      text=True, timeout=60)
                told = json.loads(done.stdout)  # its status is 0 when it failed, too
                if "error" not in told:
                    break
                time.sleep(0.2)  # it does not listen yet
        finally:
            server.terminate()
    if "error" in told:
        sys.exit(f"bench: iperf3: {told['error']}")
    end = told["end"]
    rate = end["sum_received"]["bits_per_second"] / 8
    used = end["cpu_utilization_percent"]
    return rate, rate / ((used["host_total"] + used["remote_total"]) / 100)


def fio(work):
    """Reads a second, and a second of CPU time."""
    name = os.path.join(work, "fio.data")
    done = subprocess.run(["fio", "--name=read", f"--filename={name}", "--size=64M", "--rw=randread", "--bs=4k", "--direct=1",
                           "--ioengine=libaio", "--iodepth=16", "--time_based", f"--runtime={SECONDS}", "--output-format=json"],
                          capture_output=True, text=True, check=True)
    job = json.loads(done.stdout[done.stdout.index("{"):])["jobs"][0]
    rate = job["read"]["iops"]
    return rate, rate / ((job["usr_cpu"] + job["sys_cpu"]) / 100)


def whole(bench):
    return in_turn(bench, {name: bench.own[name] for name in ("untraced", "probetop")})


def floor(bench):
    """With programs of one part after the other, instead of probetop's."""
    return in_turn(bench, {"untraced": bench.own["untraced"]} | bench.step_states())


def in_turn(bench, states):
    """kind -> state -> a pair for each round; each round begins with another state."""
    result = {}
    for kind, measure in (("iperf3", iperf3), ("fio", fio)):
        if not tracers.path_of(kind):
            continue
        for i in range(bench.args.rounds):
            turn = i % len(states)
            for name in [*states][turn:] + [*states][:turn]:
                with tracers.Tracer(*states[name]) as t:
                    if not bench.args.noisy:
                        bench.others_settle(t.links)
                    result.setdefault(kind, {}).setdefault(name, []).append(measure(bench.work))
    return result
