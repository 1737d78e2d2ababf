# SPDX-License-Identifier: GPL-2.0-or-later
# What happens on production machines: probetop is killed, stopped, run twice, short of memory; processes, control
# groups and connections come and go by the thousand; somebody else traces the same hooks.  Numbers stay exact.
. "$(dirname "$0")/lib.sh"

# under names of their own: other tests use these programs, too
calls=$TMP/rcalls-$$
churn=$TMP/churn-$$
cp "$PROGS/sys_calls" "$calls"
cp "$PROGS/churn" "$churn"
getppid='.syscall=="getppid"'
many=${EMULATED:+300}
many=${many:-10000}
tracing=$TMP/tracing/instances/probetop-$$
v2=/sys/fs/cgroup/unified
[ -d "$v2" ] || v2=/sys/fs/cgroup
group=$v2/probetop-robust-$$

on_end() {
    rmdir "$tracing" "$group" 2>/dev/null
    umount "$TMP/tracing" 2>/dev/null
}
memory_kb() {
    awk '$1 == "VmRSS:" { print $2 }' "/proc/$1/status"
}
# in_kernel PID: programs, maps and links that the process holds, as "prog_id:123"
in_kernel() {
    cat /proc/"$1"/fdinfo/* 2>/dev/null | awk '/^(prog|map|link)_id:/ { print $1 $2 }' | sort -u
}
# left OBJECTS: those of them that are there
left() {
    local o kind
    while read -r o; do
        kind=${o%%_*}
        bpftool "$kind" show id "${o#*:}" >/dev/null 2>&1 && echo "$o"
    done <<<"$1"
}

# --- killed: nothing stays attached ---
if command -v bpftool >/dev/null; then
    probe_start killed
    objects=$(in_kernel "${probe_pid[killed]}")
    expect_true 'there are programs, maps and links' "$(wc -l <<<"$objects")" -gt 50
    expect_true "all of which are in the kernel" "$(left "$objects" | wc -l)" -gt 50
    kill -KILL "${probe_pid[killed]}"
    wait "${probe_pid[killed]}" 2>/dev/null
    unset 'probe_pid[killed]'
    for ((tries = 0; tries < 100; tries++)); do
        remains=$(left "$objects")
        [ -n "$remains" ] || break
        sleep 0.1
    done
    expect 'killed, it leaves nothing in the kernel' "$remains" ''
else
    skip 'killed, it leaves nothing in the kernel' 'there is no bpftool'
fi

# --- stopped: one long interval with all that happened ---
probe_start stopped -P syscount -F "comm=${calls##*/}"
kill -STOP "${probe_pid[stopped]}"
"$calls" getppid 50000
sleep 3
kill -CONT "${probe_pid[stopped]}"
probe_stop stopped
expect 'while it was stopped nothing was lost' "$(sum stopped "$getppid" count) $(loss stopped map_full)" '50000 0'
expect 'in one interval, as long as it was' \
    "$(jq -s "[.[] | select(any(.rows[]; $getppid)) | .interval_s > 3] | unique" -c "$TMP/stopped.json")" '[true]'

# --- stopped while more happens than there is room for ---
if mkdir "$group" 2>/dev/null && [ -e "$group/cgroup.procs" ]; then
    probe_start wide -P syscount -g pid,syscall -c "$group"
    probe_start narrow -P syscount -g pid,syscall -c "$group" --max-entries 256
    kill -STOP "${probe_pid[wide]}" "${probe_pid[narrow]}"
    began=$SECONDS
    sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$churn" processes $((many * 6 / 10)) >/dev/null
    while [ $((SECONDS - began)) -lt 6 ]; do sleep 0.2; done
    kill -CONT "${probe_pid[wide]}" "${probe_pid[narrow]}"
    probe_stop wide
    probe_stop narrow
    rmdir "$group"
    expect_same 'stopped for long, with little room: the sum is that of one with more' "$(sum narrow true count)" \
        "$(sum wide true count)"
    rest=$(sum narrow '.comm == "(other)"' count)
    expect_true "what is (other) is told as lost (here: $rest)" "$rest" = 0 -o "$(loss narrow map_full)" -gt 0
    expect 'and the one interval is as long as it was stopped' \
        "$(jq -s '[.[] | select(.interval_s > 5)] | length' "$TMP/narrow.json")" 1
else
    skip 'stopped while more happens than there is room for' 'no cgroup2 can be made'
fi

# --- other clocks than the kernel's ---
if unshare -T --monotonic 100000 --boottime 200000 true 2>/dev/null; then
    unshare -T --monotonic 100000 --boottime 200000 "$PROBETOP" -b -n 2 -d 0.5 -f json -P runq >"$TMP/clocks.json" 2>"$TMP/clocks.err"
    expect 'in a time namespace it says nothing else' "$(cat "$TMP/clocks.err")" ''
    expect 'and no thread runs or waits for longer than there was time' \
        "$(jq -s 'length == 2 and all(.[]; .interval_s as $i | all(.rows[]; .cpu_ns < 60e9 and .wait_max_ns < 60e9))' \
            "$TMP/clocks.json")" true
else
    skip 'in a time namespace' 'none can be made'
fi

# --- two at once, and somebody else on the same hooks ---
mkdir "$TMP/tracing"
if mount -t tracefs none "$TMP/tracing" 2>/dev/null && mkdir "$tracing" 2>/dev/null; then
    for event in raw_syscalls/sys_enter raw_syscalls/sys_exit sched/sched_switch; do
        echo 1 >"$tracing/events/$event/enable"
    done
else
    skip 'another tracer on the same hooks' 'no instance of tracefs can be made'
fi
probe_start first -P syscount -F "comm=${calls##*/}"
probe_start second -P syscount -p $$ -F "comm=${calls##*/}"
probe_start third -P syscount -F "comm=${calls##*/}" -g pid,syscall
"$calls" getppid 30000
probe_stop second
probe_stop first
"$calls" getppid 20000
probe_stop third
if [ -d "$tracing" ]; then
    # reading it would be traced, too
    echo 0 >"$tracing/tracing_on"
    expect 'the other tracer traces' "$(grep -c sys_enter <(head -n 1000 "$tracing/trace") | grep -cv '^0$')" 1
fi
rmdir "$tracing" 2>/dev/null
expect 'each of two has all calls' "$(sum first "$getppid" count)" 30000
expect 'and one that outlives the others' "$(sum third "$getppid" count)" 50000
expect 'and one that looks at somebody else has none' "$(sum second "$getppid" count)" 0

# --- processes that come and go ---
probe_start churn -P syscount -F "comm=${churn##*/}"
before=$(memory_kb "${probe_pid[churn]}")
took=$("$churn" processes "$many" | sed -n 's/took //p')
sleep 1
grown=$(($(memory_kb "${probe_pid[churn]}") - before))
probe_stop churn
expect "$many processes in $took ms: every call counts" "$(sum churn "$getppid" count)" $((3 * many))
expect 'and nothing is lost' "$(loss churn map_full) $(loss churn ring) $(loss churn missed)" '0 0 0'
[ -n "${SANITIZED:-}" ] || expect_true "memory stays within bounds (here: $grown KiB more)" "$grown" -lt 65536

# --- control groups that come and go ---
if mkdir "$group" 2>/dev/null && [ -e "$group/cgroup.procs" ]; then
    few=$((many / 5))
    probe_start groups -P syscount -g cgroup,syscall -F "cgroup^=/${group##*/}/ or comm=${churn##*/}"
    took=$("$churn" groups "$group" "$few" | sed -n 's/took //p')
    probe_stop groups
    expect "$few control groups in $took ms: every call counts" "$(sum groups "$getppid" count)" $((3 * few))
    expect_true 'most under the name of the group' \
        "$(sum groups "$getppid and ((.cgroup // \"\") | startswith(\"/${group##*/}/churn-\"))" count)" -gt $((2 * few))
    rmdir "$group"
else
    skip 'control groups that come and go' 'no cgroup2 can be made'
fi

# --- connections ---
n=$((10 * many))
probe_start conns -P tcptop -F "comm=${churn##*/} or comm=\"(other)\"" -g pid
before=$(memory_kb "${probe_pid[conns]}")
held_start connections "$churn" connections "$n" 10
for ((tries = 0; tries < 1200; tries++)); do
    grep -q ready "$TMP/connections.out" && break
    kill -0 "$connections" 2>/dev/null || break
    sleep 0.1
done
sleep 0.5
grown=$(($(memory_kb "${probe_pid[conns]}") - before))
if grep -q ready "$TMP/connections.out"; then
    held_go connections
    probe_stop conns
    for column in tx_bytes rx_bytes; do
        # what found no room is in a row of its own, in which others may be, too
        found=$(sum conns true $column) rest=$(sum conns '.comm == "(other)"' $column)
        expect_true "$n connections at the same time, $column: every byte counts ($rest of $found as (other))" \
            "$found" -ge $((10 * n)) -a $((found - 10 * n)) -le "$rest"
        expect_true 'what is (other) is told as lost' "$rest" = 0 -o "$(loss conns map_full)" -gt 0
    done
    [ -n "${SANITIZED:-}" ] || expect_true "memory stays within bounds (here: $grown KiB more)" "$grown" -lt 262144
else
    skip "$n connections" "$(tail -n 1 "$TMP/connections.out")"
    probe_stop conns
fi

# --- short of memory: one line, and nothing stays ---
for kb in 60000 90000 120000; do
    (ulimit -v $kb && exec "$PROBETOP" -b -n 1 -d 0.2 -o /dev/null) 2>"$TMP/short.err"
    status=$?
    [ -n "${SANITIZED:-}" ] && break
    expect_true "within $kb KiB it works or says in a line why not ($status: $(head -c 200 "$TMP/short.err"))" \
        $status = 0 -o \( $status = 1 -a "$(wc -l <"$TMP/short.err")" = 1 \)
done
