# SPDX-License-Identifier: GPL-2.0-or-later
# For the tests here: start probetop, let something happen, read the rows.
#
#	probe_start NAME ARGUMENTS...	probetop in the background; returns when its first interval is out
#	probe_stop NAME			two intervals later, so that all that happened is in them
#	sum NAME SELECT COLUMN		adds up a column of the rows that match a jq expression
#	expect WHAT GOT WANT		one case; $case_of, when set, goes in front of WHAT
#
# The lines of probe NAME are in $TMP/NAME.json, its messages in $TMP/NAME.err.  $PROBE_SOURCE, when set, is the
# --probe-source of all.

INTERVAL=${INTERVAL:-0.2}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
declare -A probe_pid
lib_failed=0
case_of=
lib_pids=()

# Kills only what was started here, whatever way the test ends.
lib_end() {
    local p
    for p in "${probe_pid[@]}" "${lib_pids[@]}"; do
        kill "$p" 2>/dev/null
    done
    wait 2>/dev/null
    type -t on_end >/dev/null && on_end
    exit $lib_failed
}
trap lib_end EXIT
trap 'exit 1' INT TERM

# Runs of programs that the kernel left out, as told by all probes since the first of them was started.  From 7.x on it
# may take the CPU from a thread in the middle of a program, which it does not run for others there until that is back;
# emulated machines are slow enough for that.
missed=0

# too_small GOT WANT [ALSO]: do they differ in numbers alone, none of which is more than wanted, but for the one of the loss?
# ALSO: what is wanted may be too small as well.
too_small() {
    awk -v got="$1" -v want="$2" -v missed="$missed" -v also="${3:-}" 'BEGIN {
        n = split(got, g); if (!missed || n != split(want, w)) exit 1
        for (i = 1; i <= n; i++)
            if (g[i] != w[i] && ((g[i] w[i]) ~ /[^0-9]/ || (!also && g[i] + 0 > w[i] + 0 && (w[i] != 0 || g[i] != missed)))) exit 1 }'
}

# expect WHAT GOT WANT [ALSO]
expect() {
    if [ "$2" = "$3" ]; then
        echo "ok - $case_of$1"
    elif [ -n "${EMULATED:-}" ] && too_small "${@:2}"; then
        skip "$1" "the kernel left out programs $missed times, and it is told: got '$2', want '$3'"
    else
        echo "not ok - $case_of$1"
        echo "# got '$2', want '$3'"
        lib_failed=1
    fi
}

# expect_same WHAT GOT WANT: what two probes counted at the same time
expect_same() {
    expect "$@" also
}

# expect_true WHAT CONDITION...: the arguments of [ ... ]
expect_true() {
    local what=$1
    shift
    if [ "$@" ]; then
        echo "ok - $case_of$what"
    else
        echo "not ok - $case_of$what"
        echo "# not so: $*"
        lib_failed=1
    fi
}

skip() {
    echo "skip - $case_of$1: $2"
}

probe_lines() {
    wc -l <"$TMP/$1.json"
}

# probe_wait NAME LINES
probe_wait() {
    local tries
    for ((tries = 0; tries < 600; tries++)); do
        [ "$(probe_lines "$1")" -ge "$2" ] && return 0
        kill -0 "${probe_pid[$1]}" 2>/dev/null || break
        sleep 0.05
    done
    echo "not ok - ${case_of}probetop ($1) delivers"
    sed 's/^/# /' "$TMP/$1.err"
    lib_failed=1
    exit 1
}

probe_start() {
    local name=$1
    shift
    [ ${#probe_pid[@]} != 0 ] || missed=0
    : >"$TMP/$name.json"
    "$PROBETOP" -b -f json -d "$INTERVAL" --budget 0 ${PROBE_SOURCE:+--probe-source "$PROBE_SOURCE"} "$@" >"$TMP/$name.json" 2>"$TMP/$name.err" &
    probe_pid[$name]=$!
    probe_wait "$name" 1
}

# The interval that is going on and the one after it; panels: lines per interval.
probe_stop() {
    local name=$1 panels=${2:-1}
    probe_wait "$name" $(($(probe_lines "$name") + 2 * panels))
    kill -INT "${probe_pid[$name]}"
    wait "${probe_pid[$name]}"
    local status=$?
    unset "probe_pid[$name]"
    missed=$((missed + $(loss "$name" missed)))
    [ $status = 0 ] && [ ! -s "$TMP/$name.err" ] && return
    echo "not ok - ${case_of}probetop ($name) ends cleanly"
    echo "# status $status"
    sed 's/^/# /' "$TMP/$name.err"
    lib_failed=1
}

# sum NAME SELECT COLUMN
sum() {
    jq -s "[.[].rows[] | select($2) | .$3] | add // 0" "$TMP/$1.json"
}

# texts NAME SELECT COLUMN: the different values, a line each
texts() {
    jq -rs "[.[].rows[] | select($2) | .$3] | unique[] | tostring" "$TMP/$1.json"
}

# file_select NAME DIR: the jq expression for what file_calls, run in DIR, calls NAME; false for what is no file
file_select() {
    case $1 in
    full) echo '.file=="/dev/full"' ;;
    .) echo ".file==\"$2\"" ;;
    pipe) return 1 ;;
    *) echo ".file==\"$2/$1\"" ;;
    esac
}

# loss NAME KIND: of all intervals
loss() {
    jq -s "[.[].loss.$2] | add // 0" "$TMP/$1.json"
}

# held_start VARIABLE PROGRAM...: starts a program that says "ready" and goes on when held_go is called;
# its pid goes into VARIABLE, its output to $TMP/VARIABLE.out
held_start() {
    local -n ref=$1
    local tries
    rm -f "$TMP/$1.fifo"
    mkfifo "$TMP/$1.fifo"
    "${@:2}" <"$TMP/$1.fifo" >"$TMP/$1.out" &
    ref=$!
    lib_pids+=($!)
    exec {held_fd}>"$TMP/$1.fifo"
    eval "$1_fd=$held_fd"
    for ((tries = 0; tries < 1500; tries++)); do
        grep -q ready "$TMP/$1.out" && return
        kill -0 "$ref" 2>/dev/null || return
        sleep 0.02
    done
}

# held_go VARIABLE: and waits for its end
held_go() {
    local -n fd="$1_fd" held=$1
    echo go >&"$fd"
    exec {fd}>&-
    wait "$held"
}
