# SPDX-License-Identifier: GPL-2.0-or-later
# What probetop says of itself, and that it stays below its budget: over it, calls are sampled, with
# numbers that are marked and right but for chance, then the dearest probes are detached, and all of it
# comes back.
. "$(dirname "$0")/lib.sh"

# load_start HOW-MANY MODE NUMBER: each until it is killed or done
load_start() {
    local i n=$1
    shift
    load=()
    for ((i = 0; i < n; i++)); do
        "$PROGS/sys_calls" "$@" >/dev/null 2>&1 &
        load+=($!)
        lib_pids+=($!)
    done
}
load_stop() {
    kill "${load[@]}" 2>/dev/null
    wait "${load[@]}" 2>/dev/null
}
# until_line NAME JQ: waits for a line for which it is true; false after two minutes
until_line() {
    local end=$((SECONDS + 120))
    while [ $SECONDS -lt $end ]; do
        [ -n "$(jq "select($2) | 1" "$TMP/$1.json" 2>/dev/null)" ] && return 0
        sleep 0.2
    done
    return 1
}
# until_last NAME JQ: the same of the last whole line of a panel
until_last() {
    local end=$((SECONDS + 120))
    while [ $SECONDS -lt $end ]; do
        [ "$(grep '"panel":"syscount"' "$TMP/$1.json" | tail -n 1 | jq "$2" 2>/dev/null)" = true ] && return 0
        sleep 0.2
    done
    return 1
}

# --- runs, against calls that were counted one by one ---
INTERVAL=1 probe_start runs -P self,syscount
if [ "$(jq -s 'any(.[]; .note // "" | test("not measured"))' "$TMP/runs.json")" = true ]; then
    skip 'what the programs take' 'not measured here'
    exit 0
fi
load_start "$(nproc)" paced 4000000
probe_wait runs $(($(probe_lines runs) + 12))
load_stop
probe_stop runs 2
# intervals with a window alone: a loaded machine may be late for one
both() {
    jq -s "[group_by(.time)[] | {runs: ([.[].rows[] | select(.program==\"on_sys_exit\") | .runs][0]),
        calls: ([.[].rows[] | .count // 0] | add)} | select(.runs)] | [.[].$1] | add // 0" "$TMP/runs.json"
}
calls=$(both calls)
exits=$(both runs)
expect_true 'runs are scaled to about the calls that there were' "$exits" -gt $((calls / 3)) -a "$exits" -lt $((calls * 3))
expect 'a run takes time' "$(jq -s 'any(.[].rows[]; .program=="on_sys_exit" and .run_ns > 0 and .cpu_pct > 0)' \
    "$TMP/runs.json")" true
expect 'the objects that the other panels need, and the process' "$(texts runs '.object' object | paste -sd' ')" \
    'probetop sys task'
expect 'maps take memory' "$(jq -s '[.[].rows[] | select(.program=="(maps)" and .map_bytes == 0)] | length' \
    "$TMP/runs.json")" 0
expect 'nobody else keeps measuring' "$(cat /proc/sys/kernel/bpf_stats_enabled)" 0
expect 'without a budget all is counted' "$(jq -s 'any(.[]; .sampled)' "$TMP/runs.json")" false

# --- without CAP_SYS_ADMIN programs measure themselves: every run is counted, a call is two of them ---
cat >"$TMP/lesser" <<END
#!/bin/sh
exec setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin "$PROBETOP" "\$@"
END
chmod +x "$TMP/lesser"
INTERVAL=0.5 PROBETOP=$TMP/lesser probe_start own -P self,syscount
load_start "$(nproc)" paced 300
wait "${load[@]}"
probe_stop own 2
expect 'without CAP_SYS_ADMIN it says that this is an estimate' \
    "$(jq -s 'any(.[]; .note // "" | test("^estimated: .*CAP_SYS_ADMIN"))' "$TMP/own.json")" true
expect 'a row for each object' "$(texts own '.program=="(all, estimated)"' object | paste -sd' ')" 'sys task'
calls=$(sum own true count)
runs=$(sum own '.object=="sys"' runs)
expect_true "two runs for each call ($runs, $calls)" "$runs" -gt $((calls * 19 / 10)) -a "$runs" -lt $((calls * 22 / 10))
expect 'that take time' "$(jq -s 'any(.[].rows[]; .object=="sys" and .run_ns > 0 and .cpu_pct > 0)' "$TMP/own.json")" true
PROBETOP=$TMP/lesser probe_start lesser -P syscount --budget 1%
load_start $((3 * $(nproc))) getppid 4000000000
until_line lesser '.sampled == 16'
expect 'and over the budget calls are sampled' $? 0
until_line lesser '.note // "" | test("^off")'
expect 'and then not counted' $? 0
load_stop
probe_stop lesser

# --- alone ---
probe_start alone -P self
probe_stop alone
expect 'alone it tells of all objects' "$(texts alone '.object' object | paste -sd' ')" \
    'block probetop sched sys task tcp'

# --- sampled: three quarters of what this load takes whole, more than it takes sampled ---
took=$(jq -s '[.[] | select(.panel=="self") | [.rows[] | .cpu_pct // 0 | select(. > 0)] | add // 0] | sort | .[length / 2 | floor]' \
    "$TMP/runs.json")
INTERVAL=0.5 probe_start sampled -P syscount -F 'comm=sys_calls' -w "$TMP/sampled.rec" \
    --budget "$(awk -v t="$took" 'BEGIN { printf "%.4f%%", t * 0.75 }')"
load_start "$(nproc)" paced 300
sleep 5
# some calls are exact however much is sampled
"$PROGS/sys_calls" hold getppid 7 </dev/null >/dev/null
wait "${load[@]}"
probe_stop sampled
if [ "$(jq -s 'any(.[]; .note // "" | test("^off"))' "$TMP/sampled.json")" = true ]; then
    skip 'sampled numbers' 'sampling was not enough here'
elif [ "$(jq -s 'any(.[]; .sampled)' "$TMP/sampled.json")" = false ]; then
    skip 'sampled numbers' 'the load took less than before'
else
    made=$((300 * 5000 * $(nproc) + 7))
    shown=$(sum sampled '.syscall=="getppid"' count)
    expect_true "estimates are near the calls made ($shown, $made)" "$shown" -gt $((made * 95 / 100)) \
        -a "$shown" -lt $((made * 105 / 100))
    expect 'intervals that were sampled say so' "$(jq -s '[.[] | .sampled // 1] | unique | map(tostring) | join(" ")' \
        "$TMP/sampled.json")" '"1 16"'
    expect 'and why' "$(jq -rs '[.[] | .note // empty][0]' "$TMP/sampled.json" |
        grep -cE '^~ 1 in 16 calls counted since ..:..:..: sys took [0-9.e-]+% of all CPUs \(budget [0-9.]+%\)')" 1
    expect 'a recording has it, too' "$("$PROBETOP" -r "$TMP/sampled.rec" -b -f json -P syscount |
        jq -s '[.[] | .sampled // 1] | unique | map(tostring) | join(" ")')" '"1 16"'
fi

# --- far over the budget: sampled first, then off; back when all is quiet ---
INTERVAL=1 probe_start budget -P self,syscount,cpus,runq -w "$TMP/budget.rec" --budget 1%
load_start $((3 * $(nproc))) getppid 4000000000 # of a busy machine, too, they get most
until_line budget '.panel=="syscount" and .sampled == 16'
expect 'over the budget, calls are sampled' $? 0
until_line budget '.panel=="syscount" and (.note // "" | test("^off"))'
expect 'then they are not counted' $? 0
expect 'in this order' "$(jq -rs '[.[] | select(.panel=="syscount") | if .note // "" | test("^off") then "off" elif
    .sampled then "sampled" else "all" end] | map(select(. != "all"))[0]' "$TMP/budget.json")" sampled
expect 'it is said which and why' "$(jq -rs '[.[] | select(.panel=="syscount") | .note // empty | select(test("^off"))][0]' \
    "$TMP/budget.json" | grep -cE '^off since ..:..:..: sys took [0-9.]+% of all CPUs \(budget 1%\)')" 1
probe_wait budget $(($(probe_lines budget) + 8))
expect 'the object is off' "$(texts budget '.state=="off"' object | grep -cx sys)" 1
expect 'its programs are gone' "$(jq -s '[.[] | select(.panel=="self")][-1].rows |
    map(select(.object=="sys" and .program!="(maps)")) | length' "$TMP/budget.json")" 0
expect 'nothing is left on its hooks' "$(jq -s '[.[] | select(.panel=="syscount")][-1].rows | length' "$TMP/budget.json")" 0
load_stop
until_last budget '.note == null and .sampled == null and (.rows | length) > 0'
back=$?
if [ $back != 0 ]; then
    skip 'it comes back' 'the machine was not quiet'
    probe_stop budget 4
else
    "$PROGS/sys_calls" getppid 1000
    probe_stop budget 4
    expect 'then it counts as before' "$(jq -s '[.[] | select(.panel=="syscount" and .sampled == null) | .rows[] |
        select(.syscall=="getppid" and .count>=1000)] | length > 0' "$TMP/budget.json")" true
    expect 'nothing was lost over it' "$(loss budget map_full) $(loss budget ring)" '0 0'
    expect 'no call seems to have lasted as long as they were off' "$(jq -s '[.[] | select(.panel=="syscount") | .rows[] |
        select(.syscall=="getppid") | .max_ns] | max < 1000000000' "$TMP/budget.json")" true
fi
expect 'a recording has it, too' "$("$PROBETOP" -r "$TMP/budget.rec" -b -f json -P self,syscount |
    jq -s 'any(.[]; .note // "" | test("^off since")) and any(.[].rows[]; .state == "off")')" true

# --- those that cannot be sampled are detached at once: nothing of before comes up when they are back ---
INTERVAL=0.5 probe_start switches -P runq,cpus --budget 0.001%
until_line switches '.panel=="runq" and (.note // "" | test("^off"))'
expect 'the scheduler probes are detached' $? 0
probe_wait switches $(($(probe_lines switches) + 6))
probe_stop switches 2
expect 'nobody seems to run or wait meanwhile' "$(jq -s '[.[] | select(.panel=="runq" and (.note // "" | test("^off"))) | .rows |
    length] | .[1:] | max' "$TMP/switches.json")" 0
expect 'of CPUs what /proc tells is known' "$(jq -s '[.[] | select(.panel=="cpus" and (.note // "" | test("^off")))][1:][] |
    .rows[] | (.busy_pct != null) and .switches == null and .runq_len_avg == null' "$TMP/switches.json" | sort -u)" true
