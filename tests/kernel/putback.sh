# SPDX-License-Identifier: GPL-2.0-or-later
# Kprobes and classic tracepoints: over the budget they are taken away, and put back later, although rights have been
# given up meanwhile.  What is moved then is counted to the byte, and nothing of what was moved before.
#
# When there is room again is for the governor to say, after half a minute or more (self.sh); here all is put back
# because nobody measures any more.
. "$(dirname "$0")/lib.sh"

unset PROBE_SOURCE
ends=$PROGS/tcp_ends
load_pids=()
on_end() {
    [ ${#load_pids[@]} = 0 ] || kill "${load_pids[@]}" 2>/dev/null
    umount "$TMP/debug" 2>/dev/null
}

# said FILE: takes NAME=NUMBER lines
said() {
    eval "$(grep -E '^[a-z_]+=[0-9]+$' "$1")"
}

# moved SELECT-LINE SELECT-ROW: tx_bytes rx_bytes tx_calls rx_calls
moved() {
    jq -rs "[.[] | select($1) | .rows[] | select($2)] | [([.[].tx_bytes]|add), ([.[].rx_bytes]|add), ([.[].tx_calls]|add),
        ([.[].rx_calls]|add)] | map(. // 0) | join(\" \")" "$TMP/back.json"
}

# both_ends WHAT FILE: of all intervals
both_ends() {
    said "$2"
    expect "$1: the server's bytes and calls" "$(moved true ".pid==$server_pid")" \
        "$server_tx $server_rx $server_tx_calls $server_rx_calls"
    expect "$1: the client's bytes and calls" "$(moved true ".pid==$client_pid")" \
        "$client_tx $client_rx $client_tx_calls $client_rx_calls"
}

# until_off WANT: until the last interval is of a time when it was off (1) or was not (0)
off='(.note // "" | test("^off since ..:..:..: tcp took"))'
until_off() {
    local end=$((SECONDS + 360))
    while [ $SECONDS -lt $end ]; do
        sleep 1
        [ "$(tail -n 1 "$TMP/back.json" | grep -c '"note":"off since ..:..:..: tcp took')" = "$1" ] && return 0
    done
    return 1
}

# child NAME: of probetop
child() {
    pgrep -P "${probe_pid[back]}" -x "$1"
}

# armed SOURCE EVENT: of all that are on the machine
armed() {
    case $1 in
    kprobe) grep -c " $2+" "$TMP/debug/kprobes/list" 2>/dev/null ;;
    tracepoint) bpftool perf show 2>/dev/null | grep -cE "tracepoint +${2#*/} *$" ;;
    esac
}

# put_back SOURCE
put_back() {
    local event before with want loads first
    "$PROBETOP" --list probes -P tcptop --probe-source "$1" >probes 2>&1
    event=$(sed -nE "s/^tcp .* $1\/([a-z0-9_/]*) *attached *$/\1/p" probes | head -n 1)
    [ -n "$event" ] || { skip 'they are put back' 'here they are not used'; return; }
    expect 'what is kept for that is told' "$(grep -cE '^rights kept for perf events +(perfmon|sys_admin), in a process' probes)" 1
    before=$(armed "$1" "$event")
    INTERVAL=1 probe_start back -P tcptop --probe-source "$1" --budget 1%
    with=$(armed "$1" "$event")
    # CAP_PERFMON, where perf_event_paranoid is above 2 CAP_SYS_ADMIN; a filter
    want=0000004000000000
    [ "$(cat /proc/sys/kernel/perf_event_paranoid)" -le 2 ] || want=0000000000200000
    expect 'one process keeps what it takes, no more' \
        "$(awk '/^(CapPrm|Seccomp):/ { print $2 }' "/proc/$(child probetop-perf)/status" | paste -sd' ')" "$want 2"
    held_start early "$ends" move 4 60000 wait

    # whoever measures and looks goes first
    held_start load nice -n 19 "$ends" move 4 9000000000000000 wait 2>/dev/null
    said "$TMP/load.out"
    load_pids=("$client_pid" "$server_pid")
    echo go >&"$load_fd"
    until_off 1
    expect 'over the budget they are taken away' $? 0
    expect 'it is said which and why' "$(jq -rs '[.[] | .note // empty | select(test("tcp took"))][0]' "$TMP/back.json" |
        grep -cE '^off since ..:..:..: tcp took [0-9.]+% of all CPUs \(budget 1%\)')" 1
    if [ -n "$with" ] && [ "$with" != "$before" ]; then
        expect 'none is left in the kernel' "$(armed "$1" "$event")" "$before"
    else
        skip 'none is left in the kernel' 'the kernel does not tell here'
    fi
    "$ends" move 4 50000 >unseen.said
    loads=${load_pids[0]},${load_pids[1]}
    kill "${load_pids[@]}"
    wait "$load" 2>/dev/null
    load_pids=()
    probe_wait back $(($(probe_lines back) + 3))

    kill "$(child probetop-stat)"
    until_off 0
    expect 'they are put back' $? 0
    [ -z "$with" ] || expect 'as many as before' "$(armed "$1" "$event")" "$with"
    "$ends" move 4 300001 >late.said
    "$ends" sendfile m 200001 >sendfile.said
    held_go early
    probe_stop back
    both_ends 'put back' late.said
    both_ends 'put back, sendfile' sendfile.said
    both_ends 'a connection from before' "$TMP/early.out"
    said unseen.said
    first='(. as $all | [range(length) | select($all[.] | '$off')][-1])'
    expect 'nothing is told of what was moved meanwhile' "$(moved true ".pid==$server_pid or .pid==$client_pid")" '0 0 0 0'
    expect 'nor, once more, of what was moved before' "$(jq -s "$first as \$i | [.[\$i + 1:][].rows[] | select(.pid | IN($loads)) |
        .tx_bytes + .rx_bytes] | add // 0" "$TMP/back.json")" 0
    expect 'nothing was lost' "$(loss back map_full) $(loss back ring)" '0 0'
}

mkdir "$TMP/debug"
mount -t debugfs debugfs "$TMP/debug" 2>/dev/null
for source in kprobe tracepoint; do
    case_of="$source: "
    put_back "$source"
done
