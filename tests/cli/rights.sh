# SPDX-License-Identifier: GPL-2.0-or-later
# Contract: who has few rights is told which are missing, or gets everything; what is not needed any more
# once probes are attached is given up.  Read by tests/cli/run.

operator="setpriv --reuid=65534 --regid=65534 --clear-groups"

# status_of PID NAME: a line of /proc/PID/status
status_of() {
    awk -v n="$2:" '$1 == n { print $2 }' "/proc/$1/status"
}

# held BITS: those of them that this shell has
held() {
    printf '%016x' $((0x$(status_of $$ CapPrm) & $1))
}

# started COMMAND...: runs it in the background until it has printed; its process is $pid
started() {
    rm -f out
    "$@" >out 2>err &
    pid=$!
    for _ in $(seq 200); do
        [ -s out ] && return
        sleep 0.1
    done
}

# NAME CAPABILITIES-LEFT THOSE-OF-THE-READER THOSE-OF-WHO-MEASURES, empty: nobody does
gives_up() {
    local child line want names=
    child=$(cat "/proc/$pid/task/$pid/children")
    holds "$1: capabilities that are left" test "$(status_of "$pid" CapPrm)" = "$2"
    # who is not root has no say in that; takes CAP_SETPCAP (8)
    [ -z "$4" ] || [ "$(held 256)" = 0000000000000000 ] || holds "$1: capabilities that could be got" test "$(status_of "$pid" CapBnd)" = "$2"
    for line in NoNewPrivs:1 Seccomp:2 CapInh:0000000000000000 CapAmb:0000000000000000; do
        holds "$1: ${line%:*}" test "$(status_of "$pid" "${line%:*}")" = "${line#*:}"
    done
    for line in $child; do
        want=$3
        [ "$(status_of "$line" Name)" = probetop-stat ] && want=$4
        names+=$(status_of "$line" Name)' '
        holds "$1: what $(status_of "$line" Name) has" test "$(status_of "$line" CapPrm)" = "$want"
        holds "$1: and its filter" test "$(status_of "$line" Seccomp)" = 2
    done
    holds "$1: there is a reader of command lines${4:+, and one who measures}" \
        test "$(xargs -n1 <<<"$names" | sort | xargs)" = "probetop-cmd${4:+ probetop-stat}"
    kill "$pid"
    wait "$pid"
    holds "$1: nothing is said" test ! -s err
}

# of a group: what README says
operators() {
    local keep
    mkdir bin
    cp probetop bin/probetop
    chgrp nogroup bin/probetop
    chmod 750 bin/probetop
    if ! setcap cap_bpf,cap_perfmon,cap_dac_read_search=p bin/probetop 2>err; then
        skip "a group of operators" "$(head -1 err)"
        return
    fi
    mkdir -m 777 operator
    works "an operator runs all panels" $operator bin/probetop -b -n 1 -d 0.5 -f json
    holds "with rows in those of a machine that is on" jq -es \
        'map(select(.panel == ("runq", "cpus", "syscount", "filetop"))) | length == 4 and all(.rows | length > 0)' out
    holds "and no reason in any but self" jq -es 'all(.panel == "self" or (has("note") | not))' out
    holds "which says what measuring takes" jq -es 'any(.panel == "self" and (.note | test("CAP_SYS_ADMIN")))' out
    holds "and gives an estimate for each object" jq -es '[.[] | select(.panel == "self") | .rows[] |
        select(.program == "(all, estimated)" and .runs > 0 and .run_ns > 0 and .cpu_pct > 0) | .object] | contains(["sched", "sys"])' out
    holds "names of control groups" jq -es \
        'map(select(.panel == "runq")) | any(.[].rows[]; .cgroup // "" | startswith("/"))' out
    works "an operator records" $operator bin/probetop -b -n 2 -d 0.1 -o /dev/null -w operator/rec
    cp operator/rec . && chmod 644 rec
    works "an operator saves a picture" sh -c "cd operator && exec $operator ../bin/probetop --snapshot now.txt 2>../told"
    holds "which is the operator's" test "$(stat -c %u operator/now.txt)" = 65534
    printf 'secret = theirs\n' >theirs
    chmod 600 theirs
    # with the capability in effect as well: files of others are not for operators
    for keep in p ep; do
        setcap cap_bpf,cap_perfmon,cap_dac_read_search=$keep bin/probetop
        refused 1 'Permission denied' $operator bin/probetop -b -r theirs
        refused 1 'Permission denied' $operator bin/probetop -b -t ./theirs -r rec
        refused 1 'Permission denied' $operator bin/probetop -b --config theirs -r rec
    done
    started $operator bin/probetop -b -d 0.1 -f json
    # CAP_BPF (39), CAP_DAC_READ_SEARCH (2)
    gives_up operator 0000008000000004 0000000000000000 ""
    setcap cap_bpf=p bin/probetop
    refused 1 'CAP_PERFMON missing' $operator bin/probetop -b
}

# what a program that is taken over could do
refused_calls() {
    if [ -n "${SANITIZED:-}" ] || ! ${CC:-cc} -shared -fPIC -o refused.so "$here/../rights/refused.c" 2>err; then
        skip "system calls that are refused" "no compiler, or a sanitizer that makes them"
        return
    fi
    LD_PRELOAD=$PWD/refused.so ./probetop --version >out 2>err
    holds "what is refused later is not before" test "$(grep -c 'is not refused' err)" -gt 5
    LD_PRELOAD=$PWD/refused.so timeout 30 ./probetop -b -n 1 -d 0.1 -P cpus -o /dev/null 2>err
    holds "what nobody needs any more is refused" test ! -s err
}

rights() {
    started ./probetop -b -d 0.1 -f json
    # of what there was: BPF, SYSLOG, DAC_READ_SEARCH, DAC_OVERRIDE; SYS_PTRACE; SYS_ADMIN
    gives_up root "$(held $((1 << 39 | 1 << 34 | 1 << 2 | 1 << 1)))" "$(held $((1 << 19)))" "$(held $((1 << 21)))"
    works "what is given up is listed" ./probetop --list probes
    holds "with what is left" grep -q '^rights kept  *.*bpf' out
    holds "without what loading takes" grep -q '^rights given up .* perfmon' out
    ./probetop --snapshot lock.txt --size 80x10 2>err
    holds "the screen shows a lock" grep -q '🔒' lock.txt
    ./probetop --snapshot narrow.txt --size 32x10 2>err
    holds "and none where that would crowd out more" sh -c '! grep -q 🔒 narrow.txt && grep -q every narrow.txt'
    if command -v strace >/dev/null; then
        # who is traced cannot trace itself to look for leaks
        ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 strace -qq -o /dev/null -e trace=capset -e inject=capset:error=EPERM:when=1+ ./probetop -b -n 1 -d 0.1 -P cpus -f json >out 2>err
        holds "what cannot be given up is told" grep -q '^probetop: goes on with rights.*capabilities: Operation not permitted' err
        holds "and all goes on" jq -es 'length == 1' out
    else
        skip "what cannot be given up is told" "there is no strace"
    fi
    refused_calls
    operators
}
