# SPDX-License-Identifier: GPL-2.0-or-later
# tcptop: N bytes and calls at both ends as the ends themselves counted them, by IPv4, IPv6 and v4-mapped,
# with sendfile, splice and peeking; connections of one interval and from before the start; the process that
# owns the socket; retransmits and resets as the kernel counts them; filters; maps too small.
. "$(dirname "$0")/lib.sh"

ends=$PROGS/tcp_ends
odd=$PROGS/tcp_odd

# counts NAME SELECT: tx_bytes rx_bytes tx_calls rx_calls
counts() {
    jq -rs "[.[].rows[] | select($2)] | [([.[].tx_bytes]|add), ([.[].rx_bytes]|add), ([.[].tx_calls]|add),
        ([.[].rx_calls]|add)] | map(. // 0) | join(\" \")" "$TMP/$1.json"
}

# address NAME SELECT: family laddr lport raddr rport (who is about to connect may have no port yet)
address() {
    jq -rs "[.[].rows[] | select(($2) and .state != \"SYN_SENT\") | \"\(.family) \(.laddr) \(.lport) \(.raddr) \(.rport)\"] | unique | join(\"; \")" \
        "$TMP/$1.json"
}

# said FILE: takes NAME=NUMBER lines
said() {
    eval "$(grep -E '^[a-z_]+=[0-9]+$' "$1")"
}

mib() { # counter of /proc/net/snmp
    awk -v want="$1" '$1 == "Tcp:" && !n { for (i = 2; i <= NF; i++) if ($i == want) n = i; next }
        $1 == "Tcp:" { print $n; exit }' /proc/net/snmp
}

# both_ends NAME WHAT HOST FAMILY: compares with what tcp_ends said
both_ends() {
    local name=$1 what=$2 host=$3 family=$4
    expect "$what: the server's bytes and calls" "$(counts "$name" ".pid==$server_pid")" \
        "$server_tx $server_rx $server_tx_calls $server_rx_calls"
    expect "$what: the client's bytes and calls" "$(counts "$name" ".pid==$client_pid")" \
        "$client_tx $client_rx $client_tx_calls $client_rx_calls"
    expect "$what: the server's addresses" "$(address "$name" ".pid==$server_pid")" \
        "$family $host $server_port $host $client_port"
    expect "$what: the client's addresses" "$(address "$name" ".pid==$client_pid")" \
        "$family $host $client_port $host $server_port"
    # before it is accepted it is nobody's, and nothing is read from it
    expect "$what: nobody else had it" \
        "$(texts "$name" "(.lport==$server_port or .rport==$server_port) and (.pid != 0 or .rx_bytes > 0)" pid | sort -n | tr '\n' ' ')" \
        "$(printf '%s\n' "$server_pid" "$client_pid" | sort -n | tr '\n' ' ')"
}

# --- every way to send and receive, every family ---
for kind in 'move 4 127.0.0.1 4' 'move 6 ::1 6' 'move m 127.0.0.1 4' 'sendfile 4 127.0.0.1 4' 'sendfile 6 ::1 6' \
    'peek 4 127.0.0.1 4' 'splice 4 127.0.0.1 4' 'splice 6 ::1 6'; do
    read -r mode family host shown <<<"$kind"
    probe_start each -P tcptop
    "$ends" "$mode" "$family" 3000001 >out || expect "tcp_ends $mode $family runs" failed done
    probe_stop each
    said out
    both_ends each "$mode $family" "$host" "$shown"
    expect "$mode $family: it moved" "$client_tx $server_tx" '3000001 1000000'
    expect "$mode $family: who connected" \
        "$(texts each ".pid==$client_pid" dir) $(texts each ".pid==$server_pid" dir)" 'out in'
    expect "$mode $family: nothing was lost" "$(loss each map_full) $(loss each ring)" '0 0'
done

# --- opened, used and closed within one interval ---
saved=$INTERVAL
INTERVAL=2
probe_start short -P tcptop
"$ends" move 4 100000 >out
probe_stop short
INTERVAL=$saved
said out
both_ends short 'a short connection' 127.0.0.1 4
for pid in "$server_pid" "$client_pid"; do
    expect 'a short connection is one row, closed' "$(jq -rs "[.[].rows[] | select(.pid==$pid) | .state] | join(\" \")" \
        "$TMP/short.json")" CLOSE
    expect 'its age is less than the interval' "$(jq -s "[.[] | .interval_s as \$i | .rows[] | select(.pid==$pid) |
        .age_s >= 0 and .age_s < \$i + 0.5] | unique[]" "$TMP/short.json")" true
done

# --- there before the start ---
for family in 4 6 m; do
    held_start before "$ends" move "$family" 200000 wait
    probe_start old -P tcptop
    held_go before
    probe_stop old
    said "$TMP/before.out"
    case $family in 6) host=::1 shown=6 ;; *) host=127.0.0.1 shown=4 ;; esac
    both_ends old "open before the start, $family" "$host" "$shown"
    expect "open before the start, $family: who connected" \
        "$(texts old ".pid==$client_pid" dir) $(texts old ".pid==$server_pid" dir)" 'out in'
    expect "open before the start, $family: its age is not known" \
        "$(texts old ".pid==$client_pid or .pid==$server_pid" age_s)" null
done

# --- idle, and asked for ---
if "$PROBETOP" --help | grep -q -- --all; then
    held_start idle "$ends" move 4 3000 wait
    said "$TMP/idle.out"
    probe_start all -P tcptop --all
    probe_stop all
    expect 'an idle connection is shown when asked for' "$(address all ".pid==$client_pid")" \
        "4 127.0.0.1 $client_port 127.0.0.1 $server_port"
    expect 'its owner was found' "$(texts all ".lport==$server_port and .state==\"ESTABLISHED\"" pid)" "$server_pid"
    expect 'and the listening socket' "$(texts all ".lport==$server_port and .state==\"LISTEN\"" pid)" "$server_pid"
    held_go idle
fi

# --- whose socket it is ---
probe_start owner -P tcptop
"$odd" accept >accept.out
"$odd" pending >pending.out
"$odd" child >child.out
"$odd" again >again.out
probe_stop owner
said accept.out
expect 'accepted and closed without a byte: rows of both ends' \
    "$(texts owner ".lport==$port or .rport==$port" pid | sort -n | tr '\n' ' ')" \
    "$(printf '%s\n' "$pid" "$reader" | sort -n | tr '\n' ' ')"
expect 'and no bytes' "$(counts owner ".pid==$pid or .pid==$reader")" '0 0 0 0'
said pending.out
expect 'not accepted: nobody'\''s, not that of whose packet made it' "$(texts owner ".lport==$port" pid)" 0
expect 'the other end is of who connected' "$(texts owner ".rport==$port" pid)" "$reader"
said child.out
expect 'who sends owns it, not who accepted' "$(counts owner ".pid==$child") $(counts owner ".pid==$pid")" \
    '5000 0 1 0 0 0 0 0'
expect 'its end is told of the one who sent' \
    "$(texts owner ".lport==$port and .state==\"CLOSE\"" pid)" "$child"
said again.out
expect 'the same addresses again are another connection' \
    "$(jq -rs "[.[].rows[] | select(.pid==$pid and .lport==$from)] | group_by(.cookie) |
        map(map(.tx_bytes) | add) | sort | map(tostring) | join(\" \")" "$TMP/owner.json")" '100 200'

# --- resets ---
probe_start resets -P tcptop
outs=$(mib OutRsts)
"$odd" reset >out
outs=$(($(mib OutRsts) - outs))
probe_stop resets
said out
expect 'resets sent and received by the server' \
    "$(sum resets ".pid==$pid" resets_out) $(sum resets ".pid==$pid" resets_in)" '1 2'
expect 'resets of the client' \
    "$(sum resets ".pid==$reader" resets_out) $(sum resets ".pid==$reader" resets_in)" '0 1'
unknown=$(jq -rs '[.[].note // "" | scan("resets for closed ports.*")] | first // ""' "$TMP/resets.json")
if [ -z "$unknown" ]; then
    expect_true 'the resets of closed ports are in the total' "$(sum resets true resets_out)" -ge "$outs"
    expect 'and are nobody'\''s' "$(texts resets '.comm=="(kernel)"' pid)" 0
else
    skip 'resets of closed ports' "it says that $unknown"
fi

# --- retransmits ---
probe_start retrans -P tcptop
before=$(mib RetransSegs)
"$odd" queue >out
after=$(mib RetransSegs)
probe_stop retrans
said out
got=$(sum retrans true retrans)
expect_true 'some segments were sent again' "$got" -ge 3
expect 'as many as the kernel says' "$got" $((after - before))
expect 'by the owner of the sockets' "$(sum retrans ".pid==$pid" retrans)" "$got"
expect 'they waited for an answer' "$(texts retrans ".pid==$pid and .rport==$port and .retrans>0" state)" SYN_SENT

# --- a filter in the kernel and the same one on the rows; who is about to connect has no port yet ---
rows_of() {
    jq -rs '[.[].rows[]] | group_by([.pid, .cookie]) | .[] |
        "\(.[0].pid) \(.[0].comm) \(first(.[].lport // empty)) \(.[0].rport) \(.[0].dir) \([.[].tx_bytes] | add) " +
        "\([.[].rx_bytes] | add) \([.[].tx_calls] | add) \([.[].rx_calls] | add) \([.[].retrans] | add) " +
        "\(.[-1].state)"' "$TMP/$1.json" | sort
}
held_start same "$ends" move 4 700000 wait
said "$TMP/same.out"
probe_start pushed -P tcptop -p "$client_pid"
probe_start kept -P tcptop -F "pid=$client_pid"
"$ends" move 4 5000 >/dev/null
"$odd" reset >/dev/null
held_go same
probe_stop pushed
probe_stop kept
said "$TMP/same.out"
expect_same '-p gives the rows of -F pid' "$(rows_of pushed)" "$(rows_of kept)"
expect 'which are not empty' "$(counts pushed true)" "$client_tx $client_rx $client_tx_calls $client_rx_calls"

dir=/sys/fs/cgroup/unified/probetop-test-$$
[ -d /sys/fs/cgroup/unified ] || dir=/sys/fs/cgroup/probetop-test-$$
on_end() {
    [ ! -d "$dir" ] || rmdir "$dir"
}
if mkdir "$dir" 2>/dev/null && [ -e "$dir/cgroup.procs" ]; then
    probe_start pushed -P tcptop -c "$dir"
    probe_start kept -P tcptop -F "cgroup^=/probetop-test-$$"
    (echo $BASHPID >"$dir/cgroup.procs" && exec "$ends" move 6 60000) >out
    "$ends" move 4 5000 >/dev/null
    probe_stop pushed
    probe_stop kept
    said out
    expect_same '-c gives the rows of -F cgroup' "$(rows_of pushed)" "$(rows_of kept)"
    expect '-c gives both ends' "$(counts pushed true)" \
        "80000 80000 $((server_tx_calls + client_tx_calls)) $((server_rx_calls + client_rx_calls))"
else
    skip '-c' 'no cgroup2 can be made'
fi

# --- maps too small: the totals stay, and it is said ---
cat >many.sh <<'END'
echo ready
read -r line
exec "$1" many 60
END
held_start many bash many.sh "$odd"
probe_start small -P tcptop -p "$many" --max-entries 8
probe_start large -P tcptop -p "$many"
held_go many
probe_stop small
probe_stop large
expect 'a large map has all of it' "$(counts large ".pid==$many")" '60000 60000 60 60'
expect 'a small one has all of it with the surplus' "$(counts small true)" '60000 60000 60 60'
expect_true 'the surplus is visible' "$(sum small '.comm=="(other)"' bytes)" -gt 0
expect_true 'and the loss is said' "$(loss small map_full)" -gt 0
expect 'not where there was none' "$(loss large map_full)" 0
expect 'grouped by process the sums are the same' "$(jq -rs '[.[].rows[].bytes] | add' "$TMP/large.json")" 120000

# --- closed connections make room ---
probe_start room -P tcptop --max-entries 256
for i in 1 2 3 4 5; do
    "$odd" many 60 >out
    said out
    sleep "$(awk "BEGIN { print 3 * $INTERVAL }")"
    expect "connections in a small map, turn $i" "$(sum room ".pid==$pid" tx_bytes)" 60000
done
probe_stop room
expect 'all of them had room' "$(loss room map_full)" 0
