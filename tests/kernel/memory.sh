# SPDX-License-Identifier: GPL-2.0-or-later
# Memory runs out: at the start, while it records, by a limit of its control group or of its own.  It says so in a
# line, or is killed; nothing stays attached, nobody stays behind, and what was recorded can be read.
. "$(dirname "$0")/lib.sh"

[ -z "${SANITIZED:-}" ] || { skip 'memory runs out' 'a sanitizer takes too much of it'; exit 0; }

churn=$TMP/mchurn-$$
cp "$PROGS/churn" "$churn"

# where groups have limits of memory, and the name of that limit
mount=$(awk '$3 == "cgroup" && $4 ~ /(^|,)memory(,|$)/ { print $2; exit }' /proc/mounts)
limit=memory.limit_in_bytes
if [ -z "$mount" ]; then
    mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
    limit=memory.max
    { echo +memory >"$mount/cgroup.subtree_control"; } 2>/dev/null
fi
group=$mount/probetop-memory-$$
on_end() {
    umount "$TMP/memory" 2>/dev/null
    group_end
}

# group_begin MB
group_begin() {
    mkdir "$group" 2>/dev/null && [ -e "$group/$limit" ] && echo "${1}M" >"$group/$limit"
}
# who is in it ends; "" when it is gone
group_end() {
    local tries
    [ -d "$group" ] || return
    for ((tries = 0; tries < 100; tries++)); do
        [ -n "$(cat "$group/cgroup.procs")" ] || break
        sleep 0.1
    done
    rmdir "$group" 2>/dev/null || { sleep 0.5; rmdir "$group"; }
}
# in_group COMMAND...: a shell goes into it and becomes that
in_group() {
    exec sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
}
# ends_well WHAT STATUS: done, one line that says why not, or killed
ends_well() {
    expect_true "$1: it works, says in a line why not, or is killed ($2: $(head -c 200 "$TMP/err"))" \
        "$2" = 0 -o "$2" = 137 -o \( "$2" = 1 -a "$(wc -l <"$TMP/err")" = 1 \)
}
# replayed FILE WHAT: intervals in it are whole
replayed() {
    "$PROBETOP" -r "$1" -b -f json -P runq >"$TMP/again.json" 2>"$TMP/again.err"
    expect_true "$2 ($(wc -l <"$TMP/again.json") intervals; $(head -c 200 "$TMP/again.err"))" \
        "$(jq -s length "$TMP/again.json" 2>/dev/null || echo 0)" -gt 2
}

# --- at the start ---
if group_begin 4; then
    for mb in 4 8 12 16 24 32 48 64; do
        echo ${mb}M >"$group/$limit"
        { (in_group timeout -k 5 60 "$PROBETOP" -b -n 1 -d 0.2 -o /dev/null 2>"$TMP/err"); } 2>/dev/null
        ends_well "a control group of $mb MiB" $?
    done
    group_end
    expect 'and nobody is left in it' "$([ -d "$group" ] && cat "$group/cgroup.procs")" ''
else
    skip 'a control group with little memory' 'none can be made'
fi

# ended NAME: waits for probe NAME, its status is in $status; one that does not end is killed
ended() {
    local pid=${probe_pid[$1]} tries
    for ((tries = 0; tries < 300; tries++)); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 0.1
    done
    kill -KILL "$pid" 2>/dev/null && echo "# probetop ($1) had to be ended"
    wait "$pid" 2>/dev/null
    status=$?
    unset "probe_pid[$1]"
}

# --- killed while it records: memory goes to a file, so the largest process is probetop ---
mkdir "$TMP/memory"
if [ "$(cat /proc/$$/oom_score_adj)" -ge 0 ] && mount -t tmpfs -o size=500m t "$TMP/memory" 2>/dev/null &&
    group_begin 200; then
    : >"$TMP/killed.json"
    (in_group "$PROBETOP" -b -f json -d 0.2 --budget 0 -P runq,syscount -w "$TMP/killed.rec" \
        >"$TMP/killed.json" 2>"$TMP/killed.err") &
    probe_pid[killed]=$!
    probe_wait killed 8
    want=$(cat /proc/$$/oom_score_adj)
    [ "$want" != 0 ] || want=200
    expect 'it goes before what takes less than a fifth of all memory, or as it was told' \
        "$(cat /proc/"${probe_pid[killed]}"/oom_score_adj)" "$want"
    # what is charged for it stays charged
    { (in_group head -c 400M /dev/zero >"$TMP/memory/file"); ended killed; } 2>/dev/null
    expect 'when memory runs out it is killed' $status 137
    umount "$TMP/memory"
    replayed "$TMP/killed.rec" 'what it had recorded is there'
    group_end
    expect 'its children are gone, too' "$([ -d "$group" ] && cat "$group/cgroup.procs")" ''
else
    skip 'killed by the kernel while it records' 'no control group or no tmpfs can be made'
fi

# --- its own limit, all at once ---
probe_start limited -P runq,syscount -g tid -w "$TMP/limited.rec"
probe_wait limited 8
prlimit --pid "${probe_pid[limited]}" --as=1
"$churn" processes 4000 >/dev/null
ended limited
expect 'no room for what comes: status 1, and a line' "$status $(cat "$TMP/limited.err")" '1 probetop: out of memory'
expect 'all lines before are whole' "$(jq -s 'length > 4' "$TMP/limited.json")" true
replayed "$TMP/limited.rec" 'what was recorded before is there'
