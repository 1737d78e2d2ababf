# SPDX-License-Identifier: GPL-2.0-or-later
# A CPU is switched off and on, the clock is set, a module goes: on a machine that is there for tests alone.
. "$(dirname "$0")/lib.sh"

[ -n "${EMULATED:-}" ] || { skip 'a CPU goes, the clock is set, a module goes' 'on machines of ./dev vm only'; exit 0; }

calls=$PROGS/sys_calls
getppid='.syscall=="getppid"'
cpu=/sys/devices/system/cpu/cpu1/online
INTERVAL=0.5

# --- a CPU goes and comes ---
if [ -w $cpu ]; then
    probe_start plug -P syscount -F comm=sys_calls
    probe_start cpus -P cpus,runq
    "$calls" getppid 1000
    sleep 1
    echo 0 >$cpu
    "$calls" getppid 2000
    sleep 1.5
    echo 1 >$cpu
    "$calls" getppid 4000
    sleep 1.5
    probe_stop plug
    probe_stop cpus 2
    expect 'calls count before, while and after a CPU is off' \
        "$(sum plug "$getppid" count) $(loss plug map_full)" '7000 0'
    rows=$(jq -r 'select(.panel == "cpus") | [.rows[].cpu] | sort | map(tostring) | join(",")' "$TMP/cpus.json" | uniq | paste -sd' ')
    expect 'it is no row then, and one again' "$rows" '0,1 0 0,1'
else
    skip 'a CPU goes and comes' 'there is one that cannot'
fi

# --- the clock is set ---
probe_start clock -P syscount -F comm=sys_calls -w "$TMP/clock.rec"
"$calls" getppid 1000
sleep 1
date -s "@$(($(date +%s) + 3600))" >/dev/null
"$calls" getppid 2000
sleep 1
date -s "@$(($(date +%s) - 7200))" >/dev/null
"$calls" getppid 4000
probe_stop clock
expect 'calls count when the clock is set forth and back' "$(sum clock "$getppid" count)" 7000
expect 'no interval is longer for it' "$(jq -s '[.[] | select(.interval_s > 60 or .interval_s <= 0)] | length' "$TMP/clock.json")" 0
"$PROBETOP" -r "$TMP/clock.rec" -b -f json -P syscount -F comm=sys_calls >"$TMP/again.json" 2>"$TMP/again.err"
expect 'the recording says the same' "$(cat "$TMP/again.err"; cmp "$TMP/again.json" "$TMP/clock.json" && echo same)" same

# --- a module goes ---
loop=$(ls /vm/loop.ko 2>/dev/null)
if [ -n "$loop" ] && command -v losetup >/dev/null; then
    truncate -s 4M "$TMP/disk"
    probe_start module -P biotop,disks
    dev=$(losetup -f --show "$TMP/disk")
    dd if=/dev/zero of="$dev" bs=4096 count=10 oflag=direct 2>/dev/null
    probe_wait module $(($(probe_lines module) + 4))
    losetup -d "$dev"
    sleep 0.5
    rmmod loop
    expect 'the module is gone' "$(grep -c '^loop ' /proc/modules)" 0
    probe_wait module $(($(probe_lines module) + 4))
    insmod "$loop"
    probe_stop module 2
    expect 'what its disk did is there' "$(sum module ".disk==\"${dev##*/}\" and .dir==\"W\"" ios)" 10
else
    skip 'a module goes' 'there is none that can'
fi
