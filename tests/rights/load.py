#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Something of everything for half an hour at most: a file and a connection from before the probes, short programs,
disk I/O.  Prints a line when all is open, ends with its stdin."""
import os, select, socket, subprocess, sys, threading, time

directory = sys.argv[1]
listener = socket.create_server(("127.0.0.1", 0))
out = socket.create_connection(listener.getsockname())
back, _ = listener.accept()
old = os.open(directory + "/opened-before", os.O_RDWR | os.O_CREAT, 0o644)
disk = os.open(directory + "/on-disk", os.O_RDWR | os.O_CREAT, 0o644)
print("ready", flush=True)
end = time.time() + 1800
while time.time() < end and not select.select([0], [], [], 0.02)[0]:
    out.send(b"x" * 100)
    back.recv(100)
    os.pwrite(old, b"y", 0)
    os.pwrite(disk, os.urandom(4096), 0)
    os.fsync(disk)
    subprocess.run(["/bin/true", "marked-argument"])
