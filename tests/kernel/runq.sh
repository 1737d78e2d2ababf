# SPDX-License-Identifier: GPL-2.0-or-later
# runq, cpus: time on CPU, waiting time and switches of processes agree with what the kernel says of
# them in /proc (schedstat, status, stat).  The loads sleep before and after, so both are of the same work.
. "$(dirname "$0")/lib.sh"

LOAD=$PROGS/runq_load
CPUS=$(nproc)
LAST=$((CPUS - 1)) # the CPU for what is pinned; probetop has the others
SLOW=${EMULATED:+4} # what takes time takes so many times as long: probetop does, to start
SLOW=${SLOW:-1}
# The kernel's clock of a switch is that of the time when it began to look for the next thread, or of the waking that led
# to it; the switch comes later: where a processor is emulated by tens of us.  In permille of times.
NEAR=$([ -z "${EMULATED:-}" ] && echo 10 || echo 50)

# Before all others on their CPU, where the kernel lets us: shares of 1 and 2 halves need two of them.
ahead=/sys/fs/cgroup/cpu/probetop-runq-$$
mkdir "$ahead" 2>/dev/null && echo 262144 2>/dev/null >"$ahead/cpu.shares" || ahead=

# cgroup_remove DIR: the last ones in it may still be dying
cgroup_remove() {
    local tries
    for ((tries = 0; tries < 50; tries++)); do
        rmdir "$1" 2>/dev/null && return
        sleep 0.1
    done
}

on_end() {
    [ -z "$ahead" ] || cgroup_remove "$ahead"
}

# load_start WORKER...: they sleep until load_run; worker N has pid ${worker[N]}
load_start() {
    local pid
    held_start load "$LOAD" "$@"
    mapfile -t worker < <(sed -n 's/^worker //p' "$TMP/load.out")
    [ -n "$ahead" ] || return
    for pid in "${worker[@]}"; do
        echo "$pid" >"$ahead/cgroup.procs"
    done
}

# load_run: lets them work, and waits until they sleep again
load_run() {
    echo go >&"$load_fd"
    while kill -0 "$load" 2>/dev/null && ! grep -q done "$TMP/load.out"; do
        sleep 0.05
    done
}

load_end() {
    local fd=$load_fd
    exec {fd}>&-
    wait "$load"
}

# load_kill: they need not come to their end
load_kill() {
    kill "$load"
    load_end 2>/dev/null
}

# kernel PID FIELD: cpu_ns (2), wait_ns (3), voluntary (4), involuntary (5) by /proc
kernel() {
    awk -v pid="$1" -v field="$2" '$1 == pid { print $field }' "$TMP/load.out"
}

# near GOT WANT PERMILLE SLACK: do they differ by no more?
near() {
    awk -v got="$1" -v want="$2" -v permille="$3" -v slack="$4" \
        'BEGIN { d = got - want; exit !(want > 0 && (d < 0 ? -d : d) <= want * permille / 1000 + slack) }'
}

# expect_near WHAT GOT WANT PERMILLE SLACK
expect_near() {
    if near "${@:2}"; then
        echo "ok - $1 ($2 of $3)"
    else
        echo "not ok - $1"
        echo "# got $2, want $3, by $4 permille and $5"
        lib_failed=1
    fi
}

# Time that the hypervisor took, of all CPUs, in ns: the kernel leaves it out of schedstat.
stolen() {
    awk '/^cpu / { printf "%d\n", $9 * 10000000 }' /proc/stat
}

# expect_work PROBE PID WHAT: time on CPU and switches of a worker that finished its work
expect_work() {
    expect_near "$3: cpu_ns is that of schedstat" "$(sum "$1" ".pid==$2" cpu_ns)" "$(kernel "$2" 2)" $NEAR $stolen
    expect "$3: voluntary switches are exact" "$(sum "$1" ".pid==$2" vol_switches)" "$(kernel "$2" 4)"
    expect "$3: involuntary switches are exact" "$(sum "$1" ".pid==$2" invol_switches)" "$(kernel "$2" 5)"
}

lossless() {
    expect "$2: nothing is lost" "$(loss "$1" map_full) $(loss "$1" ring) $(loss "$1" missed)" '0 0 0'
}

# --- two on one CPU, and threads that sleep in between on another ---
load_start "spin:$LAST:$((6000 * SLOW))" "spin:$LAST:$((6000 * SLOW))" "mix:0:$((6000 * SLOW)):3"
INTERVAL=1 probe_start pair -P runq,cpus
before=$(stolen)
load_run
probe_stop pair 2
load_end
stolen=$(($(stolen) - before))
for i in 0 1; do
    pid=${worker[$i]}
    # whole seconds: the first and the last are not; others may have disturbed one
    shares=$(jq -s "[.[] | .interval_s as \$s | .rows[] | select(.pid==$pid and .cpu_ns > 1e8) |
        .wait_ns / \$s / 1e7] | .[1:-1]" "$TMP/pair.json")
    # on the only CPU there is a third one, probetop
    [ "$CPUS" = 1 ] ||
        expect "spinner $i of two on a CPU waits about half of each second" \
            "$(jq -c 'length >= 4, (map(select(. < 40 or . > 60)) | length <= 1)' <<<"$shares" | xargs)" 'true true'
    expect_work pair "$pid" "spinner $i"
    expect_near "spinner $i: wait_ns is that of schedstat" \
        "$(sum pair ".pid==$pid" wait_ns)" "$(kernel "$pid" 3)" $NEAR $stolen
done
by=$(jq -s "[.[].rows[] | select(.pid==${worker[0]} and .preempted_by==\"runq_load\")] | length" "$TMP/pair.json")
expect_true 'the spinners wait for each other' "$by" -ge 4
expect_work pair "${worker[2]}" 'threads that sleep'
expect_near 'threads that sleep: wait_ns is that of schedstat' \
    "$(sum pair ".pid==${worker[2]}" wait_ns)" "$(kernel "${worker[2]}" 3)" $NEAR $((stolen + 2000000))
# Little's law: two measurements, one of threads and one of the queues, that know nothing of each other
expect_near 'the lengths of the run queues are the time waited in them' \
    "$(jq -s '[.[] | .interval_s as $s | .rows[].runq_len_avg // 0 | . * $s] | add' "$TMP/pair.json")" \
    "$(jq -s '([.[].rows[].wait_ns // 0] | add) / 1e9' "$TMP/pair.json")" 30 0
lossless pair 'three workers'

# --- alone on a CPU: there from the first line on, however long it has been running ---
load_start "spin:$LAST:60000"
echo go >&"$load_fd"
sleep 0.5
INTERVAL=0.5 probe_start alone -P runq -p "${worker[0]}"
probe_stop alone
share=$(jq -sc "[.[] | .interval_s as \$s | ([.rows[].cpu_ns] | add // 0) / \$s / 1e7 | round]" "$TMP/alone.json")
always=$(jq -sc "[.[] | .interval_s as \$s | ([.rows[] | .cpu_ns + .wait_ns] | add // 0) / \$s / 1e7 | round]" \
    "$TMP/alone.json")
expect "who never sleeps runs or waits all the time ($always %)" \
    "$(jq -c 'length >= 3, all(. >= 98 and . <= 102)' <<<"$always" | xargs)" 'true true'
[ "$CPUS" = 1 ] || expect "and runs when nobody else does ($share %)" "$(jq -c 'all(. >= 85)' <<<"$share")" true
load_kill

# --- it need not switch to be seen: before all others on its CPU, which wait up to a second for it ---
ahead= load_start "spin:$LAST:60000" # the group above has no real-time share
if [ "$CPUS" -gt 1 ] && chrt -f -p 50 "${worker[0]}" 2>/dev/null; then
    echo go >&"$load_fd"
    INTERVAL=0.1 probe_start first -P runq -p "${worker[0]}"
    probe_stop first
    share=$(jq -s '.[0] | ([.rows[] | .cpu_ns + .wait_ns] | add // 0) / .interval_s / 1e7 | round' "$TMP/first.json")
    expect_true "who ran at the start does, or waits, in the first line ($share %)" "$share" -ge 97
else
    skip 'who was on a CPU at the start' 'no real-time class, or one CPU for all'
fi
load_kill

# --- kept from its CPU by one that never stops: from the first line on, and it is said by whom ---
# The kernel leaves the others about a twentieth of each second, the kernel's own threads first.
cp "$LOAD" "$TMP/hog"
held_start hog "$TMP/hog" "spin:$LAST:60000"
hog_worker=$(sed -n 's/^worker //p' "$TMP/hog.out")
ahead= load_start "spin:$LAST:60000"
if [ "$CPUS" -gt 1 ] && chrt -f -p 50 "$hog_worker" 2>/dev/null; then
    echo go >&"$hog_fd"
    sleep 0.1
    echo go >&"$load_fd"
    sleep 0.1
    INTERVAL=0.2 probe_start starved -P runq -F "pid=${worker[0]}"
    probe_wait starved 11
    probe_stop starved
    share=$(jq -s '.[0] | ([.rows[] | .cpu_ns + .wait_ns] | add // 0) / .interval_s / 1e7 | round' "$TMP/starved.json")
    expect_true "who waited at the start does, or runs, in the first line ($share %)" "$share" -ge 97
    expect_true 'and no more than that' "$share" -le 103
    by=$(jq -sc '[.[].rows[] | select(.waits == 0) | .preempted_by] | unique' "$TMP/starved.json")
    expect 'a wait that is not over is for the one that has the CPU' "$by" '["hog"]'
    INTERVAL=1 probe_start behind -P runq -F "pid=${worker[0]}"
    probe_wait behind 4
    probe_stop behind
    by=$(jq -sc '[.[].rows[] | select(.waits > 0 and .wait_ns > 5e8) | .preempted_by] |
        [length >= 3, unique[]]' "$TMP/behind.json")
    expect 'waits that ended are for the one that ran most, not last' "$by" '[true,"hog"]'
else
    skip 'who is kept from its CPU' 'no real-time class, or one CPU for all'
fi
kill "$hog_worker" "$hog"
load_kill

# --- all CPUs busy: the sum over all processes is what /proc/stat says ---
spinners=()
for ((cpu = 0; cpu < CPUS && cpu < 16; cpu++)); do
    spinners+=("spin:$cpu:60000")
done
# Ticks that were busy, and all: what is compared is the share, as a machine that is emulated misses ticks.
ticks() {
    awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9, $2 + $3 + $4 + $5 + $6 + $7 + $8 + $9 }' /proc/stat
}
ahead= load_start "${spinners[@]}"
echo go >&"$load_fd"
INTERVAL=1 probe_start total -P runq,cpus
first_ticks=$(ticks)
sleep 5
last_ticks=$(ticks)
probe_stop total 2
by_stat=$(awk -v cpus="$CPUS" '{ printf "%d\n", ($3 - $1) / ($4 - $2) * cpus * 1e9 }' <<<"$first_ticks $last_ticks")
by_rows=$(jq -s '[.[] | select(.panel == "runq")] | ([.[].rows[].cpu_ns] | add) / ([.[].interval_s] | add) | floor' \
    "$TMP/total.json")
expect_near 'cpu_ns of all processes is the busy time of /proc/stat' "$by_rows" "$by_stat" 20 0
busy=$(jq -sc '[.[] | select(.panel == "cpus") | [.rows[].busy_pct | round]][:5]' "$TMP/total.json")
expect "cpus shows every CPU busy ($busy %)" "$(jq -c 'flatten | all(. >= 98)' <<<"$busy")" true
expect 'cpus has a row for each CPU' "$(jq -sc '[.[] | select(.panel == "cpus") | .rows | length] | unique' \
    "$TMP/total.json")" "[$CPUS]"
load_kill

# --- 50,000 switches a second; where a processor is emulated as many as it makes ---
RATE=$([ -z "${EMULATED:-}" ] && echo 50000 || echo 5000)
load_start "pingpong:$LAST:150000"
probe_start rate -P runq,cpus
start=$(date +%s%N)
load_run
end=$(date +%s%N)
before=$(stolen)
probe_stop rate 2
load_end
stolen=$(($(stolen) - before))
expect_work rate "${worker[0]}" 'threads that wake each other'
top=$(jq -s "[.[] | .interval_s as \$s | .rows[] | select(.pid==${worker[0]}) |
    (.vol_switches + .invol_switches) / \$s] | max | floor" "$TMP/rate.json")
expect_true "at over $RATE switches a second (here: $top)" "$top" -ge "$RATE"
expect_true 'the CPU had at least as many' "$(sum rate ".cpu==$LAST" switches)" -ge "$(kernel "${worker[0]}" 4)"
lossless rate 'switching'

# --- a filter in the kernel and the same one on the rows ---
# rows_of NAME: what must be equal, by thread
rows_of() {
    jq -rs '[.[].rows[] | select(.tid != 0)] | group_by(.tid) | .[] |
        "\(.[0].pid) \(.[0].tid) \(.[0].comm) \(.[0].user) \([.[].vol_switches] | add) " +
        "\([.[].invol_switches] | add) \([.[].waits] | add) \([.[].migrations] | add)"' "$TMP/$1.json" | sort
}
load_start pingpong:0:5000 "mix:$LAST:500:4" many:-1:50:10
probe_start pushed -P runq -g tid -p "${worker[0]},${worker[2]}"
probe_start kept -P runq -g tid -F "pid=${worker[0]} or pid=${worker[2]}"
load_run
probe_stop pushed
probe_stop kept
load_end
expect '-p gives the rows of -F pid' "$(rows_of pushed)" "$(rows_of kept)"
expect '-p gives all threads' "$(rows_of pushed | wc -l)" 12
# the time that one probetop's program takes is in what the other one sees
expect_near 'and their time' "$(sum pushed true cpu_ns)" "$(sum kept true cpu_ns)" $((10 * SLOW)) 1000000

dir=/sys/fs/cgroup/unified/probetop-test-$$
[ -d /sys/fs/cgroup/unified ] || dir=/sys/fs/cgroup/probetop-test-$$
if mkdir "$dir" 2>/dev/null && [ -e "$dir/cgroup.procs" ]; then
    load_start pingpong:0:5000 "mix:$LAST:500:4"
    echo "${worker[1]}" >"$dir/cgroup.procs"
    probe_start pushed -P runq -g tid -c "/probetop-test-$$"
    probe_start kept -P runq -g tid -F "cgroup^=/probetop-test-$$"
    load_run
    probe_stop pushed
    probe_stop kept
    load_end
    cgroup_remove "$dir"
    expect '-c gives the rows of -F cgroup' "$(rows_of pushed)" "$(rows_of kept)"
    expect '-c gives the threads of this cgroup' "$(rows_of pushed | wc -l)" 4
else
    skip '-c' 'no cgroup2 can be made'
fi

# --- 1,000 short lives ---
probe_start lives -P runq -F comm=mayfly
"$PROGS/sys_calls" mayflies 1000
probe_stop lives
expect '1,000 lives of 2 ms are 1,000 processes' "$(texts lives true pid | wc -l)" 1000
expect 'each of which had a CPU' "$(texts lives '.cpu_ns > 0' pid | wc -l)" 1000
lossless lives 'short lives'

# --- a map too small: the totals stay, and it is said ---
load_start "many:$LAST:40:200"
probe_start small -P runq -p "${worker[0]}" --max-entries 32
before=$(stolen)
load_run
probe_stop small
load_end
stolen=$(($(stolen) - before))
expect_true 'a small map has a surplus' "$(sum small '.comm=="(other)"' cpu_ns)" -gt 0
expect_near 'with it cpu_ns is exact' "$(sum small true cpu_ns)" "$(kernel "${worker[0]}" 2)" $NEAR $stolen
expect_near 'and wait_ns' "$(sum small true wait_ns)" "$(kernel "${worker[0]}" 3)" $NEAR $stolen
expect 'and voluntary switches' "$(sum small true vol_switches)" "$(kernel "${worker[0]}" 4)"
expect 'and involuntary switches' "$(sum small true invol_switches)" "$(kernel "${worker[0]}" 5)"
expect_true 'the loss is said' "$(loss small map_full)" -gt 0
