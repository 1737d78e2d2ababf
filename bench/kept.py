# SPDX-License-Identifier: GPL-2.0-or-later
"""What was measured, part by part, each with when and where: in results.json, from which docs/COST.md is made."""
import datetime
import json
import os
import platform
import re

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "results.json")


def facts(args, seconds, others):
    with open("/proc/cpuinfo") as f:
        model = re.search(r"^model name\s*:\s*(.*)", f.read(), re.M)
    with open("/proc/meminfo") as f:
        memory = int(re.search(r"MemTotal:\s+(\d+)", f.read())[1]) >> 10
    return {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d"),
            "cpu": model[1] if model else platform.machine(), "cpus": os.cpu_count(), "memory_mib": memory,
            "kernel": re.match(r"[\d.]*", platform.release())[0], "rounds": args.rounds, "milliseconds": args.milliseconds,
            "seconds": round(seconds), "load_5min": round(os.getloadavg()[1], 2), "other_links": others}


def read():
    try:
        with open(FILE) as f:
            return json.load(f)
    except FileNotFoundError:
        return {}


def write(parts):
    with open(FILE, "w") as f:
        json.dump(parts, f, indent=1)
        f.write("\n")
