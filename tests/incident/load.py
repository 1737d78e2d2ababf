#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""One process of an incident: load.py ROLE ARGUMENT...

sink                  takes what comes on a port of loopback; prints the port
feeder CPU PORT FILE  reads the file again and again and sends it there, behind all others on its CPU
holder CPU            takes that CPU
disk DEVICE KIB MS    writes so much past the cache, and rests so long, again and again
"""
import mmap
import os
import socket
import sys
import time


def sink():
    server = socket.create_server(('127.0.0.1', 0))
    print(server.getsockname()[1], flush=True)
    connection, _ = server.accept()
    while connection.recv(1 << 20):
        pass


def feeder(cpu, port, path):
    connection = socket.create_connection(('127.0.0.1', int(port)))
    os.sched_setaffinity(0, {int(cpu)})
    os.nice(19)
    fd = os.open(path, os.O_RDONLY)
    while True:
        connection.sendall(os.pread(fd, 1 << 16, 0))


def holder(cpu):
    os.sched_setaffinity(0, {int(cpu)})
    os.nice(-5)
    while True:
        pass


def disk(device, kib, rest_ms):
    block = mmap.mmap(-1, int(kib) << 10)
    fd = os.open(device, os.O_WRONLY | os.O_DIRECT)
    while True:
        os.pwrite(fd, block, 0)
        time.sleep(float(rest_ms) / 1e3)


with open('/proc/self/comm', 'w') as comm:
    comm.write('inc-' + sys.argv[1])
{'sink': sink, 'feeder': feeder, 'holder': holder, 'disk': disk}[sys.argv[1]](*sys.argv[2:])
