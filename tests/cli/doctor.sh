# SPDX-License-Identifier: GPL-2.0-or-later
# Contract: --doctor says what is missing and what mends it, whatever is missing; status 1 if anything is.
# Read by tests/cli/run.

# diagnosed NAME STATUS COMMAND...: JSON is left in out
diagnosed() {
    local name=$1 want=$2 got
    shift 2
    timeout 60 "$@" -f json >out 2>err </dev/null
    got=$?
    holds "$name: status $want" test $got = "$want"
    holds "$name: one object" jq -es 'length == 1 and (.[0].checks | length > 10)' out
    holds "$name: works is what the status says" jq -e ".works == ($got == 0)" out
    holds "$name: nothing else is said" test ! -s err
}

# found AREA NAME STATE MEND: what the last one said
found() {
    holds "it finds: $1, $2, $3" jq -e --arg a "$1" --arg n "$2" --arg s "$3" --arg m "$4" \
        '[.checks[] | select(.area == $a and .name == $n)] | length > 0 and all(.state == $s and (.mend // "" | contains($m)))' out
}

# mended AREA NAME: the first command that the last one gives for it
mended() {
    jq -r --arg a "$1" --arg n "$2" '[.checks[] | select(.area == $a and .name == $n) | .mend // ""][0]' out | sed 's/; .*//'
}

# what a container, a unit or a shell withholds
withheld() {
    diagnosed "withheld capabilities" 1 setpriv --bounding-set=-bpf,-perfmon,-sys_admin \
        --inh-caps=-bpf,-perfmon,-sys_admin ./probetop --doctor
    found rights CAP_BPF fails 'docker run --cap-add BPF --cap-add PERFMON (or --privileged)'
    found rights CAP_PERFMON fails 'CapabilityBoundingSet=CAP_BPF CAP_PERFMON'
    found rights CAP_DAC_READ_SEARCH ok ''
    diagnosed "no_new_privs" 1 $nobody --no-new-privs ./probetop --doctor
    found rights CAP_BPF fails 'no_new_privs is set'
    if command -v strace >/dev/null; then
        diagnosed "a refused bpf(2)" 1 env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" \
            strace -qq -o /dev/null -e trace=bpf -e inject=bpf:error=EPERM ./probetop --doctor
        found rights 'bpf(2)' fails 'security module'
    else
        skip "what doctor says of a refused bpf(2)" "there is no strace"
    fi
}

# hidden NAME PATH...: with empty directories in their place
hidden() {
    local name=$1 path mounts=
    shift
    for path; do
        mounts+="mount -t tmpfs t $path && "
    done
    diagnosed "$name" 1 unshare -m sh -c "$mounts"'exec "$@"' - ./probetop --doctor
}

without_proc() {
    hidden "without /proc" /proc
    found mounts /proc less 'mount -t proc proc /proc'
    found rights CAP_BPF ok ''
    unshare -m sh -c "mount -t tmpfs t /proc && $(mended mounts /proc)"' && exec "$@"' - \
        ./probetop --doctor -f json >out 2>err
    holds "and what mends it does" jq -e 'all(.checks[]; .name != "/proc")' out
}

namespaces() {
    hidden "without BTF" /sys/kernel/btf
    found kernel BTF fails CONFIG_DEBUG_INFO_BTF
    hidden "without /sys" /sys
    found kernel BTF fails 'mount -t sysfs sysfs /sys'
    # a sanitizer does not work without
    [ -n "${SANITIZED:-}" ] || without_proc
    diagnosed "in a pid namespace" 1 unshare -p -f ./probetop --doctor
    found rights 'pid namespace' less 'docker run --pid=host'
    if unshare -n true 2>/dev/null; then
        unshare -n ./probetop --doctor -f json >out 2>err </dev/null
        found rights 'network namespace' info ''
    fi
    if $nobody unshare -U true 2>/dev/null; then
        diagnosed "in a user namespace" 1 $nobody unshare -U -r ./probetop --doctor
        found rights 'user namespace' fails 'docker run --userns=host'
    fi
    mkdir -p nosuid
    diagnosed "from a file system without setuid" 1 unshare -m sh -c \
        'mount -t tmpfs -o nosuid,mode=755 t nosuid && cp probetop nosuid && exec "$@"' - $nobody nosuid/probetop --doctor
    found rights CAP_BPF fails 'setcap has no effect there'
    printf '# a kernel\nCONFIG_BPF_SYSCALL=y\n# CONFIG_BPF_JIT is not set\n' | gzip >config.gz
    if [ -e /proc/config.gz ]; then
        diagnosed "with a poor kernel" 1 unshare -m sh -c 'mount --bind config.gz /proc/config.gz && exec "$@"' - \
            ./probetop --doctor
        found kernel config less kernel
        holds "it names what is not set" jq -e \
            '.checks[] | select(.name == "config") | .value | contains("CONFIG_BPF_JIT") and (contains("BPF_SYSCALL") | not)' out
    fi
}

# little memory, few files
limits() {
    local mount group
    diagnosed "few files" 1 sh -c 'ulimit -n 64 && exec "$@"' - ./probetop --doctor
    found rights 'open files' fails 'ulimit -n'
    sh -c "ulimit -Sn 64; $(mended rights 'open files')"' && exec "$@"' - ./probetop --doctor -f json >out 2>err
    found rights 'open files' ok ''
    mount=$(awk '$3 == "cgroup" && $4 ~ /(^|,)memory(,|$)/ { print $2; exit }' /proc/mounts)
    group=$mount/probetop-doctor-$$
    if [ -z "$mount" ] || ! mkdir "$group" 2>/dev/null; then
        skip "what doctor says of little memory" "no control group of version 1 can be made"
        return
    fi
    echo 200M >"$group/memory.limit_in_bytes"
    diagnosed "little memory" 1 sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" ./probetop --doctor
    found memory 'control group' less "$group/memory.limit_in_bytes"
    holds "what mends it is a command" sh -c "$(mended memory 'control group')"
    sh -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" ./probetop --doctor -f json >out 2>err </dev/null
    found memory 'control group' ok ''
    rmdir "$group"
}

doctor() {
    refused 2 csv ./probetop --doctor -f csv
    diagnosed "without rights" 1 $nobody ./probetop --doctor
    found rights CAP_BPF fails setcap
    found rights CAP_PERFMON fails 'cap_bpf,cap_perfmon,cap_dac_read_search=p'
    found rights CAP_DAC_READ_SEARCH less setcap
    found probes all fails ''
    [ -n "$nobody" ] || return
    diagnosed "where nobody has any" 1 setpriv --bounding-set=-all --inh-caps=-all ${nobody#setpriv} ./probetop --doctor
    found rights CAP_BPF fails 'docker run --cap-add BPF --cap-add PERFMON --cap-add DAC_READ_SEARCH'
    timeout 60 ./probetop --doctor >out 2>err
    holds "text is one screen" test "$(wc -l <out)" -lt 50
    holds "and ends with a verdict" sh -c 'tail -1 out | grep -qE "^(everything works|[0-9]+ of [0-9]+ have a shortfall)"'
    diagnosed "without names of control groups" 1 setpriv --bounding-set=-dac_read_search \
        --inh-caps=-dac_read_search ./probetop --doctor
    found rights CAP_BPF ok ''
    found rights CAP_DAC_READ_SEARCH less '--cap-add DAC_READ_SEARCH'
    holds "all families of probes are in it" jq -e \
        '[.checks[] | select(.area == "probes" and .state == "ok") | .name] | unique | length >= 5' out
    diagnosed "with a broken theme" 1 ./probetop --doctor -t nosuchtheme
    found terminal theme less '--theme dark'
    withheld
    limits
    if unshare -m true 2>/dev/null; then
        namespaces
    else
        skip "what doctor says in namespaces" "no mount namespace can be made here"
    fi
}
