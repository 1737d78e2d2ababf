# SPDX-License-Identifier: GPL-2.0-or-later
# biotop, disks: N direct requests of known size show as N and N x size under their submitter; writeback
# shows as the worker that does it; flushes, discards, failures; sums and times agree with /proc/diskstats.
# On loop devices, which nobody else uses: one in memory, one on the disk.
. "$(dirname "$0")/lib.sh"

io=$PROGS/disk_io
loops=()

# loop_new FILE MB: a loop device over a new file; its name in $loop
loop_new() {
    truncate -s "$2M" "$1" && fallocate -l "$2M" "$1" && loop=$(losetup -f --show "$1") || return 1
    loops+=("$loop")
    loop=${loop#/dev/}
}

on_end() {
    local l
    mountpoint -q "$TMP/mnt" && umount "$TMP/mnt"
    for l in "${loops[@]}"; do
        losetup -d "$l"
    done
    rm -f "$memory"
}

# What /proc/diskstats says of a disk, its field N from 1 = reads; fields of the next are since `mark`
declare -A marked
diskstat() {
    awk -v disk="$1" -v field="$2" '$3 == disk { print $(field + 3) }' /proc/diskstats
}
mark() {
    marked[$1]=$(awk -v disk="$1" '$3 == disk' /proc/diskstats)
}
# grown DISK FIELD
grown() {
    echo $(($(diskstat "$1" "$2") - $(awk -v field="$2" '{ print $(field + 3) }' <<<"${marked[$1]}")))
}

# near GOT WANT PERCENT: a condition for expect_true
near() {
    awk -v got="$1" -v want="$2" -v percent="$3" \
        'BEGIN { d = got - want; print (want > 0 && (d < 0 ? -d : d) * 100 <= want * percent) }'
}

# Sum over all rows of a probe of one column times another
product() {
    jq -s "[.[].rows[] | select($2) | (.$3 // 0) * .$4] | add // 0 | floor" "$TMP/$1.json"
}

# Lines of one panel of a probe of several, as a probe of its own
panel_of() {
    jq -c "select(.panel==\"$2\")" "$TMP/$1.json" >"$TMP/$1.$2.json"
}

memory=$(mktemp /dev/shm/probetop-test.XXXXXX)
loop_new "$memory" 64 || { skip 'block I/O' 'no loop device can be made'; exit; }
disk=$loop
dev=/dev/$disk
# a scan of a new device for partitions is I/O of others
udevadm settle 2>/dev/null
blockdev --flushbufs "$dev"

# --- N requests of known size ---
mark "$disk"
probe_start all -P biotop,disks -F "disk=$disk"
"$io" "$dev" write 1000 4096 &
writer=$!
wait $writer
"$io" "$dev" read 300 65536 &
reader=$!
wait $reader
"$io" "$dev" back 50 8192 &
back=$!
wait $back
"$io" threads 4 "$dev" write 100 512
"$io" "$dev" flush 20 0
blkdiscard -o 0 -l 1048576 "$dev"
probe_stop all 2
panel_of all biotop
panel_of all disks
expect '1,000 writes are 1,000' "$(sum all.biotop ".pid==$writer and .dir==\"W\"" ios)" 1000
expect 'and 1,000 x 4096 bytes' "$(sum all.biotop ".pid==$writer" bytes)" 4096000
expect 'reads are not writes' "$(sum all.biotop ".pid==$writer and .dir!=\"W\"" ios)" 0
expect '300 reads are 300' "$(sum all.biotop ".pid==$reader and .dir==\"R\"" ios)" 300
expect 'and 300 x 64k bytes' "$(sum all.biotop ".pid==$reader" bytes)" 19660800
if "$PROBETOP" --list probes | grep -q 'tp_btf/block_io_start *attached'; then
    expect 'flushes belong to who asked for them' "$(sum all.biotop '.comm=="disk_io" and .dir=="F"' ios)" 20
else
    expect 'flushes are told' "$(sum all.biotop '.dir=="F"' ios)" "$(grown "$disk" 16)"
    skip 'flushes belong to who asked for them' 'this kernel has no block_io_start: they are the kernel'\''s'
fi
expect 'a discard is one' "$(sum all.biotop '.comm=="blkdiscard" and .dir=="D"' bytes)" 1048576
expect_true 'one after the other is sequential' \
    "$(product all.biotop ".pid==$writer" seq_pct ios)" -ge 99000
expect_true 'backwards is not' "$(product all.biotop ".pid==$back" seq_pct ios)" -lt 200
expect '(50 of them)' "$(sum all.biotop ".pid==$back" ios)" 50
expect 'disks: reads are those of diskstats' "$(sum all.disks true reads)" "$(grown "$disk" 1)"
expect 'disks: bytes read' "$(sum all.disks true read_bytes)" $(($(grown "$disk" 3) * 512))
expect 'disks: writes, of which diskstats counts the flushes of tasks' \
    "$(sum all.disks true 'writes')" $(($(grown "$disk" 5) - 20))
expect 'disks: bytes written' "$(sum all.disks true write_bytes)" $(($(grown "$disk" 7) * 512))
expect 'disks: discards' "$(sum all.disks true discards)" "$(grown "$disk" 12)"
expect 'disks: bytes discarded' "$(sum all.disks true discard_bytes)" $(($(grown "$disk" 14) * 512))
expect 'disks: flush commands' "$(sum all.disks true flushes)" "$(grown "$disk" 16)"
expect 'the rows of biotop sum up to the disk (requests)' "$(sum all.biotop true ios)" \
    "$(($(sum all.disks true reads) + $(sum all.disks true writes) + $(sum all.disks true discards) + \
        $(sum all.disks true flushes)))"
expect 'the rows of biotop sum up to the disk (bytes)' "$(sum all.biotop true bytes)" \
    "$(($(sum all.disks true read_bytes) + $(sum all.disks true write_bytes) + \
        $(sum all.disks true discard_bytes)))"
expect 'nothing failed' "$(sum all.disks true errors)" 0
expect 'nothing found the tables full' "$(loss all map_full)" 0

# --- threads, disks, groups ---
probe_start threads -P biotop -g tid -F "disk=$disk and comm=disk_io"
"$io" threads 4 "$dev" read 200 4096
probe_stop threads
expect 'four threads are four rows' "$(texts threads true tid | wc -l)" 4
expect 'of 200 requests each' \
    "$(jq -rs '[.[].rows[]] | group_by(.tid)[] | [.[].ios] | add' "$TMP/threads.json" | xargs)" '200 200 200 200'
probe_start bydisk -P biotop -g disk -F "disk=$disk"
"$io" threads 4 "$dev" read 100 4096
probe_stop bydisk
expect 'a disk is one row' "$(sum bydisk true ios)" 400
for hierarchy in . unified memory; do
    dir=/sys/fs/cgroup/$hierarchy/probetop-test-$$
    [ -e "${dir%/*}/cgroup.procs" ] || continue
    mkdir "$dir" 2>/dev/null || { skip "I/O by cgroup in $hierarchy" 'no cgroup can be made'; continue; }
    held_start grouped "$io" hold "$dev" read 150 4096
    echo "$grouped" >"$dir/cgroup.procs"
    probe_start bygroup -P biotop -g cgroup
    probe_start pushed -P biotop -c "$dir"
    held_go grouped
    "$io" "$dev" read 70 4096
    probe_stop bygroup
    probe_stop pushed
    rmdir "$dir"
    expect "a cgroup is one row ($hierarchy)" "$(sum bygroup ".cgroup==\"/probetop-test-$$\"" ios)" 150
    expect "-c counts this cgroup only ($hierarchy)" "$(sum pushed true ios)" 150
done

# --- a filter in the kernel, the same one on the rows, and the disks of all ---
held_start same "$io" hold threads 2 "$dev" write 123 4096 read 45 8192
probe_start pushed -P biotop,disks -p "$same"
probe_start kept -P biotop -F "pid=$same"
held_go same
"$io" "$dev" read 77 4096
probe_stop pushed 2
probe_stop kept
panel_of pushed biotop
panel_of pushed disks
rows_of() {
    jq -rs '[.[].rows[]] | group_by([.pid, .disk, .dir])[] |
        "\(.[0].pid) \(.[0].comm) \(.[0].disk) \(.[0].dir) \([.[].ios] | add) \([.[].bytes] | add)"' \
        "$TMP/$1.json"
}
expect_same '-p gives the rows of -F pid' "$(rows_of pushed.biotop)" "$(rows_of kept)"
# (a page of the program itself that had to be read again is on another disk)
expect 'which are what it did' "$(rows_of kept | awk -v disk="$disk" '$3 == disk' | cut -d' ' -f4-)" $'R 90 737280\nW 246 1007616'
expect 'disks stay whole' "$(sum pushed.disks ".disk==\"$disk\"" reads)" 167

# --- writeback ---
mkdir -p "$TMP/mnt"
if mkfs.ext4 -q -O ^has_journal -E nodiscard,lazy_itable_init=0 "$dev" 2>"$TMP/mkfs.err" && mount "$dev" "$TMP/mnt"; then
    sync
    mark "$disk"
    probe_start writeback -P biotop -F "disk=$disk"
    dd if=/dev/zero of="$TMP/mnt/file" bs=1M count=24 2>/dev/null
    sync
    probe_stop writeback
    umount "$TMP/mnt"
    worker=$(sum writeback '(.comm | startswith("kworker")) and .dir=="W"' bytes)
    expect 'who only wrote to memory wrote nothing to the disk' \
        "$(sum writeback '.comm=="dd" and .dir=="W"' bytes)" 0
    expect_true 'the kernel worker writes it back' "$worker" -ge 25165824
    expect_true 'and not much more' "$worker" -le 25690112
else
    skip 'writeback' "$(cat "$TMP/mkfs.err")"
fi

# a journal's writes ask for flushes before and after themselves, and end twice
if mkfs.ext4 -q -E nodiscard,lazy_itable_init=0,lazy_journal_init=0 "$dev" 2>"$TMP/mkfs.err" && mount "$dev" "$TMP/mnt"; then
    sync
    mark "$disk"
    probe_start journal -P biotop,disks -F "disk=$disk"
    for ((i = 0; i < 10; i++)); do
        dd if=/dev/zero of="$TMP/mnt/file$i" bs=4k count=1 conv=fsync 2>/dev/null
    done
    umount "$TMP/mnt"
    probe_stop journal 2
    panel_of journal biotop
    panel_of journal disks
    expect_true 'the journal writes' "$(sum journal.biotop '(.comm | startswith("jbd2"))' ios)" -ge 10
    expect 'a write with flushes around it is one' "$(sum journal.disks true writes)" \
        "$(sum journal.biotop '.dir=="W"' ios)"
    expect 'and its bytes are those of diskstats' "$(sum journal.biotop '.dir=="W"' bytes)" \
        $(($(grown "$disk" 7) * 512))
    expect 'the flushes are those of diskstats' "$(sum journal.biotop '.dir=="F"' ios)" "$(grown "$disk" 16)"
else
    skip 'a journal' "$(cat "$TMP/mkfs.err")"
fi
blockdev --flushbufs "$dev"

# --- many processes, maps too small ---
many() {
    local i
    for ((i = 0; i < 40; i++)); do
        "$io" "$dev" write 10 4096 read 5 4096
    done
}
probe_start large -P biotop -F "comm=disk_io and disk=$disk"
probe_start disks -P disks --max-entries 4
mark "$disk"
many
probe_stop large
probe_stop disks
expect 'forty processes that came and went' "$(texts large true pid | wc -l)" 40
expect 'all of them with their requests' "$(sum large true ios)" 600
expect 'the disk is exact' "$(sum disks ".disk==\"$disk\"" writes)" "$(grown "$disk" 5)"
# with small maps requests have one slot, and who finds it taken is in a hash
mark "$disk"
probe_start hashed -P biotop,disks --max-entries 64 -F "disk=$disk"
"$io" threads 8 "$dev" read 100 65536
probe_stop hashed 2
panel_of hashed biotop
panel_of hashed disks
expect 'eight threads at a time are exact as well' "$(sum hashed.biotop '.comm=="disk_io"' ios)" 800
expect 'and the bytes' "$(sum hashed.biotop '.comm=="disk_io"' bytes)" 52428800
expect 'the disk is exact, too' "$(sum hashed.disks true reads)" "$(grown "$disk" 1)"
expect 'and no request is left over' \
    "$(jq -s 'last | [.rows[] | .inflight + .queued] | add // 0' "$TMP/hashed.disks.json")" 0
dir=/sys/fs/cgroup/unified/probetop-test-$$
[ -e /sys/fs/cgroup/cgroup.procs ] && dir=/sys/fs/cgroup/probetop-test-$$
if mkdir "$dir" 2>/dev/null; then
    probe_start small -P biotop -c "$dir" --max-entries 4
    (echo $BASHPID >"$dir/cgroup.procs" && many)
    probe_stop small
    rmdir "$dir"
    # the slower the processes come, the more often there is room again
    expect_true 'a small map has a surplus' "$(sum small '.comm=="(other)"' ios)" -gt "$([ -z "${EMULATED:-}" ] && echo 300 || echo 0)"
    expect 'with it the requests are exact' "$(sum small true ios)" 600
    expect 'and the bytes' "$(sum small true bytes)" 2457600
    expect_true 'the loss is said' "$(loss small map_full)" -gt 0
else
    skip 'maps too small' 'no cgroup can be made'
fi

# --- requests that fail ---
truncate -s 0 "$memory"
probe_start failing -P biotop -F "disk=$disk and comm=disk_io"
if "$io" "$dev" fail 30 4096 2>/dev/null; then
    probe_stop failing
    expect 'failed reads are errors' "$(sum failing true errors)" 30
    expect 'and move nothing' "$(sum failing true bytes)" 0
else
    probe_stop failing
    skip 'failed reads' 'with this kernel none fail behind the end of a loop device'\''s file'
fi

# --- a disk that has little to do, and ends that the kernel hides from all programs ---
# Requests one at a time: the time that diskstats sums up over them is the time that the disk was busy, at
# most.  (Its own busy time goes by the clock tick, and misses most of what is shorter.)
truncate -s 64M "$memory" && fallocate -l 64M "$memory"
blockdev --flushbufs "$dev"
if type fio >/dev/null 2>&1; then
    hidden=0
    for ((round = 0; round < 4; round++)); do
        mark "$disk"
        INTERVAL=2 probe_start light -P disks -F "disk=$disk"
        fio --name=light --filename="$dev" --direct=1 --rw=randrw --bs=4k --rate_iops=100 --runtime=4 \
            --time_based --ioengine=psync --output=/dev/null
        probe_stop light
        want=$((($(grown "$disk" 4) + $(grown "$disk" 8)) * 1000000))
        got=$(jq -s '[.[] | .interval_s as $s | .rows[] | .util_pct * $s * 1e7] | add | floor' \
            "$TMP/light.json")
        hidden=$((hidden + $(loss light unmatched)))
        # 2 points of 8 s
        expect_true "little to do: busy for no longer than the requests took ($got of $want ns)" \
            "$got" -le $((want + 160000000))
        expect_true 'and for about as long' "$got" -ge $((want / 2 - 160000000))
        expect 'no busier than requests were in flight' "$(jq -s '[.[].rows[] | select(.util_pct > 100 or
            .util_pct > 100 * .inflight_avg + 0.01)] | length' "$TMP/light.json")" 0
    done
    echo "# ends that were hidden: $hidden"
else
    skip 'a disk that has little to do' 'no fio'
fi

# --- times, on a device that takes some ---
loop_new "$TMP/slow" 256 || { skip 'times' 'no loop device can be made'; exit; }
slow=$loop
udevadm settle 2>/dev/null
losetup --direct-io=on "/dev/$slow" 2>/dev/null

# a processor that is emulated takes its time between the kernel's clock and ours
percent=$([ -z "${EMULATED:-}" ] && echo 5 || echo 15)

# times_of PROBE DIR COLUMN FIELD: sum of a time of the requests, and that of diskstats, in ns
times_of() {
    got=$(product "$1" ".dir==\"$2\"" "$3" ios)
    want=$(($(grown "$slow" "$4") * 1000000))
}

# time_of PROBE DIR COLUMN FIELD WHAT: they are the same
time_of() {
    local got want
    times_of "$@"
    expect_true "$5 is that of diskstats within $percent % ($got of $want ns)" "$(near "$got" "$want" "$percent")" = 1
}

# measured NAME ARGUMENTS...: what the disk does meanwhile; again where the kernel hid the end of a request
# from all programs (loss says so), since the time of that one is not known.
measured() {
    local tries
    for ((tries = 0; tries < 10; tries++)); do
        mark "$slow"
        probe_start "$1" -P biotop,disks -F "disk=$slow"
        "$io" "${@:2}"
        busy_ms=$(grown "$slow" 10)
        all_ms=$(($(grown "$slow" 4) + $(grown "$slow" 8)))
        probe_stop "$1" 2
        panel_of "$1" biotop
        panel_of "$1" disks
        [ "$(loss "$1" unmatched)" = 0 ] && return
    done
    expect_true "few requests are hidden ($1)" "$(loss "$1" unmatched)" -lt 50
    skip "times ($1)" 'the kernel hid the end of some requests from all programs'
    exit $lib_failed
}

# of_interval NAME COLUMN: the sum of a column times the interval in ns
of_interval() {
    jq -s "[.[] | .interval_s as \$s | .rows[] | .$2 * \$s * 1e9] | add | floor" "$TMP/$1.disks.json"
}

# one at a time there is no queue, and all the time is the device's
# (but for a submitter that loses the CPU between making a request and issuing it, which diskstats
# counts: on a busy machine it is tried again)
for tries in 1 2 3 4; do
    measured alone "/dev/$slow" write 300 524288 read 450 524288 pace 100 4096
    times_of alone.biotop R dev_avg_ns 4
    reads=$(near "$got" "$want" "$percent")
    times_of alone.biotop W dev_avg_ns 8
    [ "$reads" = 1 ] && [ "$(near "$got" "$want" "$percent")" = 1 ] && break
done
time_of alone.biotop R dev_avg_ns 4 'time of reads at the device'
time_of alone.biotop W dev_avg_ns 8 'time of writes at the device'
got=$(($(of_interval alone util_pct) / 100))
want=$(product alone.biotop true dev_avg_ns ios)
expect_true "and all the time that the disk was busy ($got of $want ns)" "$(near "$got" "$want" $((percent * 3 / 5)))" = 1

measured times threads 4 "/dev/$slow" write 250 131072 read 450 131072
expect 'with a queue the count is exact as well' "$(sum times.disks true reads)" 1800
time_of times.biotop R avg_ns 4 'time of reads from queued to completed'
time_of times.biotop W avg_ns 8 'time of writes from queued to completed'
got=$(of_interval times inflight_avg)
want=$(product times.biotop true dev_avg_ns ios)
expect_true "requests in flight x time is their time at the device ($got of $want ns)" \
    "$(near "$got" "$want" 5)" = 1
expect 'four threads keep at most four in flight' \
    "$(jq -s '[.[].rows[] | .inflight_max] | max' "$TMP/times.disks.json")" 4
# where two CPUs work on a disk diskstats goes by the clock tick: it is coarse itself.  When both begin
# on an idle one, it may count the time since the last request too: then it has more than all of them took.
got=$(($(of_interval times util_pct) / 100000000))
if [ "$busy_ms" -le "$all_ms" ]; then
    expect_true "the disk was busy about as long as diskstats says ($got of $busy_ms ms)" \
        "$(near "$got" "$busy_ms" 35)" = 1
else
    skip 'the time that the disk was busy' "diskstats has $busy_ms ms for requests of $all_ms ms"
fi
expect_true "and that for no longer than its requests took ($got of $all_ms ms)" "$got" -le "$all_ms"
expect 'nothing is left in flight' \
    "$(tail -1 "$TMP/times.disks.json" | jq '.rows[0].inflight + .rows[0].queued')" 0
