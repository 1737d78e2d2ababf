# SPDX-License-Identifier: GPL-2.0-or-later
# What is counted at all, changed on the screen while it runs: whoever is selected all the time is counted
# exactly, whoever was not has nothing of before in its numbers.  What the screen's probes deliver is
# recorded, and read from the recording.
. "$(dirname "$0")/lib.sh"

command -v tmux >/dev/null || { skip 'selections on the screen' 'no tmux'; exit 0; }

LAST=$(($(nproc) - 1))
# an emulated machine takes longer to do what is typed, and to read the counters; to the kernel's clock switches are earlier
SLOW=$([ -z "${EMULATED:-}" ] && echo 1 || echo 5)
socket=probetop-select-$$
export LC_ALL=C.UTF-8
unset TMUX
tm() { tmux -L "$socket" -f /dev/null "$@"; }
on_end() { tm kill-server 2>/dev/null; }

# screen_start NAME: with probes that record into NAME.rec
screen_start() {
    tm new-session -d -x 150 -y 30 "$PROBETOP -d 0.5 -w $TMP/$1.rec 2>$TMP/$1.err"
    screen_see 'every 0\.[45]'
}
# screen_see PATTERN: waits for it
screen_see() {
    local i
    for ((i = 0; i < 200; i++)); do
        tm capture-pane -p | grep -qE -- "$1" && return
        sleep 0.05
    done
    echo "not ok - '$1' is on the screen"
    tm capture-pane -p | sed 's/^/# |/' | head -20
    lib_failed=1
}
# screen_type LINE [PATTERN]: types it with Enter, and waits for the pattern
screen_type() {
    tm send-keys -l -- "$1"
    tm send-keys Enter
    [ $# -lt 2 ] || screen_see "$2"
}
screen_end() {
    local i
    sleep $((2 * SLOW)) # two intervals and more
    tm send-keys q
    for ((i = 0; i < 100; i++)); do
        tm has-session 2>/dev/null || return
        sleep 0.05
    done
}
# rows NAME PANEL [OPTION...]: of the recording, into NAME.json
rows() {
    "$PROBETOP" -r "$TMP/$1.rec" -b -f json -P "$2" "${@:3}" >"$TMP/$1.json" 2>"$TMP/$1.err2"
    missed=$(loss "$1" missed)
}

# --- threads: one process always selected, one now and then ---
held_start load "$PROGS/runq_load" "mix:$LAST:$((7000 * SLOW)):3" "spin:$LAST:$((7000 * SLOW))"
mapfile -t worker < <(sed -n 's/^worker //p' "$TMP/load.out")
always=${worker[0]} other=${worker[1]}
screen_start threads
screen_type ":pid $always,$other" "kernel: pid $always,$other"
before=$(awk '/^cpu / { printf "%d\n", $9 * 10000000 }' /proc/stat)
echo go >&"$load_fd"
sleep 1
screen_type ":pid $always" "kernel: pid $always( |$)"
sleep 1.3
screen_type ":pid $always,$other" "kernel: pid $always,$other"
sleep 0.7
screen_type ':pid' # all
sleep 0.7
screen_type "\\pid=$always" "kernel: pid $always( |$)" # as a filter
sleep 0.7
tm capture-pane -p >"$TMP/one.screen"
tm send-keys '\' C-u Enter # all
sleep 0.7
screen_type ":pid $always,$other" "kernel: pid $always,$other"
for ((tries = 0; tries < 400 * SLOW; tries++)); do
    grep -q done "$TMP/load.out" && break
    sleep 0.05
done
stolen=$(($(awk '/^cpu / { printf "%d\n", $9 * 10000000 }' /proc/stat) - before))
screen_end
exec {load_fd}>&-
wait "$load"
rows threads runq
stat_of() { awk -v pid="$1" -v field="$2" '$1 == pid { print $field }' "$TMP/load.out"; }
expect 'the screen shows the row of the process that the filter selects, and no other' \
    "$(sed -n '/PID COMMAND/,$p' "$TMP/one.screen" | grep -oE '^ +[0-9]+ ' | xargs)" "$always"
expect 'voluntary switches of who is selected all the time are exact' \
    "$(sum threads ".pid==$always" vol_switches)" "$(stat_of "$always" 4)"
expect 'involuntary ones are' "$(sum threads ".pid==$always" invol_switches)" "$(stat_of "$always" 5)"
for field in cpu_ns:2 wait_ns:3; do
    got=$(sum threads ".pid==$always" "${field%:*}") want=$(stat_of "$always" "${field#*:}")
    expect_true "its ${field%:*} is that of schedstat: $got, $want" \
        $((got > want ? got - want : want - got)) -le $((SLOW * want / 100 + stolen))
done
# never asleep, so an interval is full or one of those in which its selection changed; where a processor is emulated,
# the counters may be read a fifth of a second after the interval has ended, and the next one has less
late_ns=$([ -z "${EMULATED:-}" ] && echo 0 || echo 200000000)
parts=$(jq -sc "[.[] | (.interval_s * 1e9) as \$ns | .rows[] | select(.pid==$other) |
    (.cpu_ns + .wait_ns) / \$ns]" "$TMP/threads.json")
odd=$(jq -c 'map(select(. < 0.95 or . > 1.02) * 100 | round)' <<<"$parts")
expect "no interval of another has more time than it is long ($odd %)" "$(jq -s "[.[] | (.interval_s * 1e9) as \$ns | .rows[] |
    select(.pid==$other and .cpu_ns + .wait_ns > 1.02 * \$ns + $late_ns)] | length" "$TMP/threads.json")" 0
expect_true 'few have less' "$(jq 'map(select(. < 0.95)) | length' <<<"$parts")" -le $((6 + SLOW))
expect_true 'some are whole' "$(jq 'map(select(. > 0.95)) | length' <<<"$parts")" -ge 4
expect_true 'nothing of before is in its sum' "$(sum threads ".pid==$other" cpu_ns)" -lt "$(stat_of "$other" 2)"
expect 'nothing is lost' "$(loss threads map_full) $(loss threads ring)" '0 0'

# --- calls: exactly those that were made while selected ---
for i in 1 2 3 4; do
    held_start "calls$i" "$PROGS/sys_calls" hold getppid $((1000 * i))
done
screen_start calls
screen_type ":pid $calls1,$calls2" "kernel: pid $calls1,$calls2"
held_go calls1
held_go calls3
screen_type ":pid $calls4" "kernel: pid $calls4"
held_go calls2
screen_type ':pid'
held_go calls4
screen_end
rows calls syscount -g pid,syscall
count() { sum calls ".pid==$1 and .syscall==\"getppid\"" count; }
expect 'calls while selected are counted' "$(count "$calls1")" 1000
expect 'calls before and after are not' "$(count "$calls2") $(count "$calls3")" '0 0'
expect 'with all selected, all are' "$(count "$calls4")" 4000

# --- connections of before, whose owner was selected away ---
held_start ends "$PROGS/tcp_ends" move 4 300000 wait
screen_start ends
screen_type ":pid 1" "kernel: pid 1( |$)"
screen_type ':pid'
sleep 0.6
echo go >&"$ends_fd"
wait "$ends"
exec {ends_fd}>&-
screen_end
rows ends tcptop -g comm,dir
expect 'both ends of a connection of before are counted again' \
    "$(sum ends '.comm=="tcp_ends"' tx_bytes) $(sum ends '.comm=="tcp_ends"' rx_bytes)" '400000 400000'

# --- a connection that was used only while it was selected away, and ends without moving a byte ---
if command -v python3 >/dev/null; then
    held_start ends2 python3 -uc '
import socket
s = socket.create_server(("127.0.0.1", 0))
c = socket.create_connection(s.getsockname())
d = s.accept()[0]
print("ready", s.getsockname()[1])
input()
c.sendall(b"x" * 1000)
d.recv(1000)
print("moved")
input()'
    port=$(sed -n 's/^ready //p' "$TMP/ends2.out")
    screen_start quiet
    screen_type ':pid 1' 'kernel: pid 1( |$)'
    echo go >&"$ends2_fd"
    for ((tries = 0; tries < 200; tries++)); do
        grep -q moved "$TMP/ends2.out" && break
        sleep 0.02
    done
    sleep 1
    screen_type ':pid'
    sleep 0.6
    held_go ends2
    screen_end
    rows quiet tcptop
    expect 'its bytes are not counted' "$(sum quiet ".lport==$port or .rport==$port" tx_bytes)" 0
    expect 'both its ends are shown when they close' \
        "$(jq -s "[.[].rows[] | select(.lport==$port or .rport==$port) | .lport] | unique | length" "$TMP/quiet.json")" 2
else
    skip 'a connection that is selected away' 'no python3'
fi

# --- a control group ---
group=/sys/fs/cgroup/probetop-select-$$
[ -f /sys/fs/cgroup/cgroup.controllers ] || group=/sys/fs/cgroup/unified/probetop-select-$$
if mkdir "$group" 2>/dev/null; then
    held_start inside "$PROGS/sys_calls" hold getppid 1500
    held_start outside "$PROGS/sys_calls" hold getppid 2500
    echo "$inside" >"$group/cgroup.procs"
    screen_start group
    screen_type ":cgroup $group" 'kernel: cgroup /'
    held_go inside
    held_go outside
    screen_type ':cgroup /no/such/group' 'no control group'
    screen_see 'kernel: cgroup'
    screen_end
    rows group syscount -g pid,syscall
    expect 'calls in the group are counted' "$(sum group ".pid==$inside and .syscall==\"getppid\"" count)" 1500
    expect 'calls outside are not' "$(sum group ".pid==$outside" count)" 0
    rmdir "$group" 2>/dev/null || { sleep 1; rmdir "$group"; }
else
    skip 'a control group on the screen' 'none can be made'
fi
