#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""contains.py GOT WANT: is all of WANT (JSON, an object a line) in GOT? GOT may have more members and lines."""
import json
import sys


def difference(got, want, where):
    """What of want is not in got, or None."""
    if isinstance(want, dict) and isinstance(got, dict):
        parts = [(key, got.get(key, 'nothing'), value) for key, value in want.items()]
    elif isinstance(want, list) and isinstance(got, list) and len(got) == len(want):
        parts = list(zip(range(len(want)), got, want))
    else:
        return None if got == want else f'{where}: {str(got)[:200]}, not {str(want)[:200]}'
    return next((d for d in (difference(g, w, f'{where}.{key}') for key, g, w in parts) if d), None)


def lines(path):
    with open(path) as f:
        return {(line['panel'], line['time']): line for line in map(json.loads, f)}


def main():
    got, want = lines(sys.argv[1]), lines(sys.argv[2])
    if not want:
        return 'there is nothing to compare with'
    wrong = [d for key, line in want.items() if (d := difference(got.get(key), line, ' '.join(key)))]
    return '\n'.join(wrong[:5]) or 0


sys.exit(main())
