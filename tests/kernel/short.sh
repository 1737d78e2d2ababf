# SPDX-License-Identifier: GPL-2.0-or-later
# Something of each panel, in one go: a short version of the other tests here, for machines that take minutes
# for what others do in seconds, and for probes that a kernel uses only when told to.  One recording has it all, and
# the panels are made from that.
#
# $SOURCES: words of --probe-source, "best" for the probes that are used anyway.  One that comes to the same probes
# as one before is left out.
. "$(dirname "$0")/lib.sh"

declare -A tried

# exact by kernel/prog: file_calls and tcp_ends say what they moved
said() {
    eval "$(grep -E '^[a-z_]+=[0-9]+$' "$1")"
}

# A newer kernel may take the CPU from a thread in the middle of a program, and until it is back leave out that
# program for all others there: it is told, as missed.  Emulated machines are slow enough for that.
# told WHAT STATUS DETAIL: one case
told() {
    if [ "$2" = 0 ]; then
        echo "ok - $case_of$1"
    elif [ -n "${EMULATED:-}" ] && [ "${missed:-0}" -gt 0 ]; then
        skip "$1" "the kernel left out programs $missed times, and it is told: $3"
    else
        echo "not ok - $case_of$1"
        echo "# $3"
        lib_failed=1
    fi
}

expect() {
    [ "$2" = "$3" ]
    told "$1" $? "got '$2', want '$3'"
}

expect_true() {
    [ "${@:2}" ]
    told "$1" $? "not so: ${*:2}"
}

# view NAME ARGUMENTS...: a panel of the recording
view() {
    "$PROBETOP" -r "$TMP/recording" -b -f json "${@:2}" >"$TMP/$1.json" || {
        echo "not ok - $case_of$1 is replayed"
        lib_failed=1
    }
    missed=$(loss "$1" missed)
}

# columns NAME SELECT COLUMN...: their sums over the rows
columns() {
    local name=$1 select=$2 list
    shift 2
    list=$(printf '([.[].%s]|add),' "$@")
    jq -rs "[.[].rows[] | select($select)] | [${list%,}] | map(. // 0) | join(\" \")" "$TMP/$name.json"
}

loop_end() {
    [ -z "${loop:-}" ] || losetup -d "$loop"
    [ -z "${memory:-}" ] || rm -f "$memory"
    loop='' memory=''
}
on_end() {
    loop_end
}

loop_begin() {
    memory=$(mktemp /dev/shm/probetop-test.XXXXXX) && truncate -s 16M "$memory" && fallocate -l 16M "$memory" &&
        loop=$(losetup -f --show "$memory") && udevadm settle 2>/dev/null
    [ -n "${loop:-}" ] && blockdev --flushbufs "$loop"
}

# reads, bytes read, writes, bytes written, discards, bytes discarded
diskstats() {
    awk -v disk="${loop#/dev/}" '$3 == disk { printf "%.0f %.0f %.0f %.0f %.0f %.0f\n", $4, $6 * 512, $8, $10 * 512, $15, $17 * 512 }' /proc/diskstats
}

# names of their own: another test may run the same programs
comm=calls$$ calls=$TMP/bin/calls$$ files=$TMP/bin/files$$ write=$TMP/bin/write$$
mkdir "$TMP/bin"
cp "$PROGS/sys_calls" "$calls"
cp "$PROGS/file_calls" "$files"
cp "$PROGS/file_write" "$write"
cp "$PROGS/mayfly" "$TMP/bin/"

# --- what is done, while everything is counted ---
load() {
    "$calls" getppid 12345 failing 100 threads 500 forks 20 unknown 200 blocking 300
    "$calls" exec 70
    "$calls" refused 31
    "$calls" mayflies 50 &
    parent=$!
    wait $parent
    "$files" "$dir" 10 >files.said
    "$write" "$dir/with blanks  in it" 333
    "$write" "$deep/file" 555
    rm "$dir/gone"
    held_go before
    for kind in 'move 4' 'move m' 'sendfile 6' 'peek 4' 'splice 4'; do
        # shellcheck disable=SC2086 # two words
        "$PROGS/tcp_ends" $kind 300001 >"tcp.$kind.said"
    done
    held_go connected
    "$PROGS/tcp_odd" reset >reset.said
    "$PROGS/tcp_odd" crowd 30 >crowd.said
    if [ -n "${loop:-}" ]; then
        "$PROGS/disk_io" "$loop" write 200 4096
        "$PROGS/disk_io" "$loop" read 100 65536
        blkdiscard -o 0 -l 1048576 "$loop"
    fi
    echo go >&"$spinner_fd"
    while ! grep -q done spinner.out; do sleep 0.1; done
}

calls_check() {
    view calls -P syscount -g comm,pid,syscall -F "comm=$comm or (comm=mayfly and ppid=$parent)"
    expect 'getppid calls are exact' "$(sum calls ".syscall==\"getppid\" and .comm==\"$comm\"" count)" 14516
    expect 'short lives make all their calls' "$(sum calls '.syscall=="getppid" and .comm=="mayfly"' count)" 350
    expect 'as many processes' "$(texts calls '.comm=="mayfly"' pid | wc -l)" 50
    expect 'failed calls' "$(sum calls ".comm==\"$comm\" and .syscall==\"openat\"" errors) $(
        sum calls '.syscall=="dup"' errors)" '100 200'
    # none in an interval that ends between a call and its error
    expect 'and their error' "$(texts calls '.syscall=="dup" and .errno!=null' errno)" EBADF
    expect 'a call refused by seccomp is a failed call' "$(sum calls '.syscall=="getppid"' errors)" 31
    expect 'a child coming out of clone is no call' \
        "$(sum calls ".comm==\"$comm\" and .syscall==\"clone\"" count)" 20
    expect 'unknown numbers share one name' "$(sum calls '.syscall=="(invalid)"' count)" 200
    expect 'exit_group is counted although it never returns' \
        "$(sum calls ".comm==\"$comm\" and .syscall==\"exit_group\"" count)" 24
    expect 'a blocking call is counted once' "$(sum calls '.syscall=="poll"' count)" 1
    local ns
    ns=$(sum calls '.syscall=="poll"' total_ns)
    expect_true "with all its time ($ns)" "$ns" -ge 300000000 -a "$ns" -lt 3000000000
}

files_check() {
    local name want select
    view files -P filetop -F "comm=files$$ or comm=write$$"
    while read -r name want; do
        select=$(file_select "$name" "$dir") || continue
        expect "calls and bytes of $name are exact" \
            "$(columns files "$select" reads writes syncs read_bytes write_bytes errors)" "$want"
    done <files.said
    expect 'blanks in names' "$(texts files '.write_bytes==333' file)" "$dir/with blanks  in it"
    expect '200 levels of directories' "$(texts files '.write_bytes==555' file)" "$deep/file"
    expect 'a file opened before the start, and deleted' "$(texts files '.write_bytes==222' file)" "$dir/gone (deleted)"
    expect 'a file on its filesystem' "$(texts files '.write_bytes==333' fs) $(texts files '.write_bytes==333' inode)" \
        "$(findmnt -n -o FSTYPE -T "$dir") $(stat -c %i "$dir/with blanks  in it")"
}

connections_check() {
    local kind
    view connections -P tcptop
    for kind in 'move 4' 'move m' 'sendfile 6' 'peek 4' 'splice 4' before; do
        case $kind in before) said connected.out ;; *) said "tcp.$kind.said" ;; esac
        expect "$kind: both ends' bytes and calls" \
            "$(columns connections ".pid==$server_pid" tx_bytes rx_bytes tx_calls rx_calls) $(
            columns connections ".pid==$client_pid" tx_bytes rx_bytes tx_calls rx_calls)" \
            "$server_tx $server_rx $server_tx_calls $server_rx_calls $client_tx $client_rx $client_tx_calls $client_rx_calls"
        expect "$kind: ports and direction" "$(texts connections ".pid==$client_pid and .lport!=null" lport) $(
            texts connections ".pid==$client_pid" rport) $(texts connections ".pid==$client_pid" dir) $(
            texts connections ".pid==$server_pid" dir)" "$client_port $server_port out in"
    done
    said reset.said
    # others may connect in vain as well
    expect_true 'closed ports: resets' "$(sum connections '.comm=="(kernel)"' resets_out)" -ge 2
    expect 'closed ports: who was told' "$(sum connections ".pid==$pid" resets_in)" 2
    said crowd.said
    expect 'thirty that wait for bytes at the same time' \
        "$(columns connections ".rport==$port" rx_bytes rx_calls) $(columns connections ".pid==$pid" tx_bytes tx_calls)" '30000 30 30000 30'
}

disks_check() {
    [ -n "${loop:-}" ] || { skip 'block I/O' 'no loop device can be made'; return; }
    view io -P biotop -F "disk=${loop#/dev/}"
    view disks -P disks -F "disk=${loop#/dev/}"
    expect 'writes, and their bytes' "$(columns io '.comm=="disk_io" and .dir=="W"' ios bytes)" '200 819200'
    expect 'reads, and their bytes' "$(columns io '.comm=="disk_io" and .dir=="R"' ios bytes)" '100 6553600'
    expect 'a discard' "$(columns io '.comm=="blkdiscard" and .dir=="D"' ios bytes)" '1 1048576'
    expect 'the disk is what diskstats says of it' \
        "$(columns disks true reads read_bytes writes write_bytes discards discard_bytes)" \
        "$(diskstats | awk -v before="$disk_before" '{ split(before, b); for (i = 1; i <= 6; i++) printf "%s%.0f", (i > 1 ? " " : ""), $i - b[i] }')"
    expect 'every request has its time' "$(jq -s '[.[].rows[] | select(.ios > 0 and (.avg_ns == null or
        .avg_ns <= 0 or .dev_avg_ns > .avg_ns + 1))] | length' "$TMP/io.json")" 0
    expect 'a disk is not busier than it can be' \
        "$(jq -s '[.[].rows[] | select(.util_pct > 100 or .util_pct > 100 * .inflight_avg + 0.01)] | length' "$TMP/disks.json")" 0
    expect 'nothing is left in flight' "$(tail -1 "$TMP/disks.json" | jq '.rows[0].inflight + .rows[0].queued')" 0
}

# worker FIELD: of what /proc said: cpu_ns (2), wait_ns (3), voluntary (4), involuntary (5)
worker() {
    awk -v pid="$worker_pid" -v field="$1" '$1 == pid { print $field }' spinner.out
}

threads_check() {
    local got want
    view threads -P runq -F "pid=$worker_pid"
    view lives -P runq -F "comm=mayfly and ppid=$parent"
    expect 'switches are exact' "$(columns threads true vol_switches invol_switches)" "$(worker 4) $(worker 5)"
    got=$(sum threads true cpu_ns) want=$(worker 2)
    expect_true "cpu_ns is that of schedstat ($got of $want ns)" $(((got - want) * (got - want))) -le $((want * want / 400))
    expect 'short lives are as many processes' "$(texts lives true pid | wc -l)" 50
    expect 'each of which had a CPU' "$(texts lives '.cpu_ns > 0' pid | wc -l)" 50
}

# All of it with one source of probes
source_check() {
    local arguments=() what
    [ "$source" = best ] || arguments=(--probe-source "$source")
    case_of="$source: all: "
    attached=$("$PROBETOP" --list probes "${arguments[@]}" 2>&1) || { echo "not ok - $case_of--list probes"; lib_failed=1; return; }
    attached=$(grep -E ' attached *$| is the [a-z]+ build: ' <<<"$attached" | sed 's/ build: .*//')
    what=${tried[$attached]:-}
    [ -z "$what" ] || { echo "# with $source here it is the same as with $what"; return; }
    tried[$attached]=$source
    dir=$TMP/$source
    deep=$dir$(printf '/d%.0s' $(seq 200))
    mkdir -p "$deep"
    cd "$dir" || exit 1
    loop_begin
    TMP=$dir
    held_start before "$write" hold "$dir/gone" 222
    held_start connected "$PROGS/tcp_ends" move 4 20000 wait
    held_start spinner "$PROGS/runq_load" mix:0:600:3
    worker_pid=$(sed -n 's/^worker //p' spinner.out)
    INTERVAL=1 probe_start all -P runq,cpus,syscount,filetop,tcptop,biotop,disks -w "$dir/recording" "${arguments[@]}"
    disk_before=$(diskstats)
    load
    probe_stop all 7
    exec {spinner_fd}>&-
    case_of="$source: syscount: " && calls_check
    case_of="$source: filetop: " && files_check
    case_of="$source: tcptop: " && connections_check
    case_of="$source: biotop: " && disks_check
    case_of="$source: runq: " && threads_check
    case_of="$source: all: "
    missed=$(loss all missed)
    expect 'nothing was lost' "$(loss all map_full) $(loss all ring) $(loss all unattributed)" '0 0 0'
    loop_end
    TMP=$here_tmp
}

# Debian's 7.x may take the CPU from a thread in a program on a typed tracepoint, those before do not
case_of='all: '
used=$("$PROBETOP" --list probes -P syscount 2>/dev/null | sed -nE 's,^sys .* ([a-z_]+/[a-z_/]*sys_exit) +attached *$,\1,p')
want=tp_btf/sys_exit
[ "$(uname -r | cut -d. -f1)" -lt 7 ] || want=tracepoint/raw_syscalls/sys_exit
expect 'system calls are counted where the CPU is kept' "$used" "$want"

here_tmp=$TMP
for source in ${SOURCES:-basic tracepoint}; do
    source_check
done
