# SPDX-License-Identifier: GPL-2.0-or-later
# syscount: N calls show as N; failed ones with the right error; a call that blocks is counted once, with
# its whole time, when it returns; short lives, threads, exec, reused pids; filters; maps too small.
. "$(dirname "$0")/lib.sh"

calls=$PROGS/sys_calls
getppid='.syscall=="getppid"' # for jq
getppid_filter='syscall=getppid' # for -F

# --- what one program does, found by its name ---
probe_start all -P syscount -g comm,pid,syscall -F 'comm=sys_calls'
"$calls" getppid 12345
"$calls" failing 100
"$calls" threads 5000
"$calls" exec 700
"$calls" refused 31
"$calls" forks 50
"$calls" unknown 2000
probe_stop all
# 12345 + 4 x 5000 + 2 x 700 + 31
expect 'getppid calls are counted exactly' "$(sum all "$getppid" count)" 33776
expect 'a call refused by seccomp is a failed call' "$(sum all "$getppid" errors)" 31
expect 'and has its error' "$(texts all "$getppid and .errors>0" errno)" EACCES
expect 'failed calls are counted exactly' "$(sum all '.syscall=="openat" and .errno=="ENOENT"' errors)" 100
expect 'the most frequent error is the one shown' \
    "$(texts all '.syscall=="dup" and .errors>0' errno)" EBADF
expect 'of all dup calls' "$(sum all '.syscall=="dup"' errors)" 200
expect 'the rare error stays with its call' "$(texts all '.syscall=="dup3"' errno)" EINVAL
expect 'a child coming out of clone is no call' "$(sum all '.syscall=="clone"' count)" 50
expect 'unknown numbers share one name' "$(sum all '.syscall=="(invalid)"' count)" 2000
expect 'exit_group is counted although it never returns' "$(sum all '.syscall=="exit_group"' count)" 57
expect 'nothing was lost' "$(loss all map_full) $(loss all ring) $(loss all missed)" '0 0 0'

# --- more keys than there are slots: what has none is in a hash ---
held_start many "$calls" hold crowd 400
probe_start crowd -P syscount -p "$many"
held_go many
probe_stop crowd
expect 'what 400 threads do is counted exactly' "$(for call in getppid umask sched_yield fcntl poll; do
    sum crowd ".syscall==\"$call\"" count
done | xargs)" '2000 2000 2000 2000 2000'
expect 'and nothing of it is lost' "$(loss crowd map_full) $(loss crowd ring) $(loss crowd missed)" '0 0 0'

# --- errors of different calls in one row ---
probe_start errors -P syscount -g pid -F 'comm=sys_calls'
"$calls" failing 100 >/dev/null
probe_stop errors
expect 'a process shows its most frequent error' "$(texts errors '.errors>0' errno)" EBADF

# --- 32-bit calls ---
if [ "$(uname -m)" = x86_64 ] && ("$calls" compat 1) 2>/dev/null; then
    probe_start compat -P syscount -F 'comm=sys_calls'
    "$calls" compat 321
    probe_stop compat
    expect 'calls through the 32-bit table have its names' "$(sum compat "$getppid" count)" 321
else
    skip '32-bit calls' 'this kernel has none'
fi

# --- blocking ---
probe_start block -P syscount -F 'comm=sys_calls'
"$calls" blocking 1100
probe_stop block
expect 'a blocking call is counted once' "$(sum block '.syscall=="poll"' count)" 1
ns=$(sum block '.syscall=="poll"' total_ns)
expect_true 'with all its time' "$ns" -ge 1100000000 -a "$ns" -lt 1300000000
max=$(sum block '.syscall=="poll"' max_ns)
expect_true 'its maximum is right within 1/8' "$max" -ge "$ns" -a "$max" -le $((ns * 9 / 8))

# --- in flight at the start ---
held_start flying "$calls" hold getppid 10
probe_start flying_probe -P syscount -g pid,syscall -p "$flying"
held_go flying
probe_stop flying_probe
expect 'a call that began before the probes is counted' "$(sum flying_probe '.syscall=="read"' count)" 1
expect 'and said to be without its beginning' "$(loss flying_probe unmatched)" 1
expect 'the calls after it are whole' "$(sum flying_probe "$getppid" count)" 10

# --- 1,000 short lives, in a cgroup of each hierarchy ---
for hierarchy in . unified memory; do
    dir=/sys/fs/cgroup/$hierarchy/probetop-test-$$
    [ -e "${dir%/*}/cgroup.procs" ] || continue
    mkdir "$dir" || { skip "short lives in $hierarchy" 'no cgroup can be made'; continue; }
    probe_start lives -P syscount -g comm,cgroup,pid,syscall -F 'comm=mayfly'
    (echo $BASHPID >"$dir/cgroup.procs" && exec "$calls" mayflies 1000)
    probe_stop lives
    rmdir "$dir"
    expect "1,000 lives of 2 ms in $hierarchy make all their calls" \
        "$(sum lives "$getppid and .cgroup==\"/probetop-test-$$\"" count)" 7000
    expect "as 1,000 processes ($hierarchy)" \
        "$(texts lives "$getppid and .cgroup==\"/probetop-test-$$\"" pid | wc -l)" 1000
    expect "and nothing was lost ($hierarchy)" "$(loss lives map_full) $(loss lives ring)" '0 0'
done

# --- a pid used twice, within one interval ---
reuse() {
    local tries first second
    for ((tries = 0; tries < 50; tries++)); do
        "$calls" getppid 11 &
        first=$!
        wait $first
        echo $((first - 1)) >/proc/sys/kernel/ns_last_pid
        "$PROGS/mayfly" &
        second=$!
        wait $second
        [ $first = $second ] && reused=$first && return 0
    done
    return 1
}
if [ -w /proc/sys/kernel/ns_last_pid ]; then
    probe_start reuse -d 1 -P syscount -g pid,syscall -F "$getppid_filter"
    if reuse; then
        probe_stop reuse
        expect 'two processes with one pid are two rows' \
            "$(jq -rs "[.[].rows[] | select(.pid==$reused) | \"\(.comm) \(.count)\"] | sort | join(\", \")" \
                "$TMP/reuse.json")" 'mayfly 7, sys_calls 11'
    else
        probe_stop reuse
        skip 'a pid used twice' 'others took the pid each time'
    fi
else
    skip 'a pid used twice' 'no ns_last_pid'
fi

# --- a filter in the kernel and the same one on the rows ---
# rows_of NAME: all that can be compared, summed over the intervals
rows_of() {
    jq -rs '[.[].rows[]] | group_by([.tid, .syscall]) | .[] |
        "\(.[0].pid) \(.[0].tid) \(.[0].comm) \(.[0].cgroup) \(.[0].syscall) " +
        "\([.[].count] | add) \([.[].errors] | add) \([.[].total_ns] | add)"' "$TMP/$1.json" | sort
}
held_start same "$calls" hold getppid 1000 failing 10 threads 500 different 3
probe_start pushed -P syscount -g tid,syscall -p "$same"
probe_start kept -P syscount -g tid,syscall -F "pid=$same"
held_go same
probe_stop pushed
probe_stop kept
expect_same '-p gives the rows of -F pid' "$(rows_of pushed | cut -d' ' -f1-7)" "$(rows_of kept | cut -d' ' -f1-7)"
expect_true 'and they are not empty' "$(rows_of pushed | wc -l)" -ge 25

for hierarchy in . unified memory; do
    dir=/sys/fs/cgroup/$hierarchy/probetop-test-$$
    [ -e "${dir%/*}/cgroup.procs" ] || continue
    mkdir "$dir" "$dir/below" 2>/dev/null || { skip "-c in $hierarchy" 'no cgroup can be made'; continue; }
    held_start upper "$calls" hold getppid 500 failing 10 mayflies 20
    echo "$upper" >"$dir/cgroup.procs"
    held_start lower "$calls" hold getppid 1000 threads 100
    echo "$lower" >"$dir/below/cgroup.procs"
    probe_start pushed -P syscount -g tid,syscall -c "$dir"
    probe_start kept -P syscount -g tid,syscall -F "cgroup^=/probetop-test-$$"
    held_go upper
    held_go lower
    "$calls" getppid 100
    probe_stop pushed
    probe_stop kept
    rmdir "$dir/below" "$dir"
    expect "-c counts this cgroup and those below ($hierarchy)" "$(sum pushed "$getppid" count)" 2040
    expect_same "-c gives the rows of -F cgroup ($hierarchy)" \
        "$(rows_of pushed | cut -d' ' -f1-7)" "$(rows_of kept | cut -d' ' -f1-7)"
done

# --- maps too small: the totals stay, and it is said ---
held_start many "$calls" hold different 50 failing 20 threads 100
probe_start small -P syscount -g pid,syscall -p "$many" --max-entries 8
probe_start large -P syscount -g pid,syscall -p "$many"
held_go many
probe_stop small
probe_stop large
expect_true 'a small map has a surplus' "$(sum small '.syscall=="(other)"' count)" -gt 0
expect_same 'with it the total of calls is exact' "$(sum small true count)" "$(sum large true count)"
expect_same 'and that of errors' "$(sum small true errors)" "$(sum large true errors)"
expect_true 'which is not nothing' "$(sum large true count)" -gt 1400
expect_true 'the loss is said' "$(loss small map_full)" -gt 0
expect 'a large map loses nothing' "$(loss large map_full)" 0

# --- maps that are retired at every tick, while threads count ---
held_start busy "$calls" hold threads 500000 different 40
probe_start retired -P syscount -g tid,syscall -p "$busy" --max-entries 7
probe_start kept -P syscount -g tid,syscall -p "$busy"
held_go busy
probe_stop retired
probe_stop kept
expect_same 'what maps counted that were retired at every tick is exact' "$(sum retired true count)" "$(sum kept true count)"
# 500,000 of four threads each, and 40 of each of the different calls
expect 'which are all calls' "$(sum kept "$getppid" count)" 2000040

# --- 200,000 calls a second; where a processor is emulated as many as it makes ---
RATE=$([ -z "${EMULATED:-}" ] && echo 200000 || echo 20000)
probe_start rate -P syscount -F 'comm=sys_calls'
"$calls" getppid 1000000 &
first=$!
"$calls" getppid 1000000
wait $first
probe_stop rate
expect 'two million calls are two million' "$(sum rate "$getppid" count)" 2000000
top=$(jq -s "[.[] | .interval_s as \$s | .rows[] | select($getppid) | .count / \$s] | max | floor" "$TMP/rate.json")
expect_true "at over $RATE a second (here: $top)" "$top" -ge "$RATE"
expect 'without loss' "$(loss rate map_full) $(loss rate ring) $(loss rate missed)" '0 0 0'
