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

doctor() {
    refused 2 csv ./probetop --doctor -f csv
    diagnosed "without rights" 1 setpriv --bounding-set=-all --inh-caps=-all ${nobody#setpriv} ./probetop --doctor
    found rights CAP_BPF fails setcap
    found rights CAP_PERFMON fails 'cap_bpf,cap_perfmon,cap_dac_read_search=p'
    found rights CAP_DAC_READ_SEARCH less setcap
    found probes all fails ''
    [ -n "$nobody" ] || return
    timeout 60 ./probetop --doctor >out 2>err
    holds "text is one screen" test "$(wc -l <out)" -lt 50
    holds "and ends with a verdict" sh -c 'tail -1 out | grep -qE "^(everything works|[0-9]+ of [0-9]+ have a shortfall)"'
    diagnosed "without names of control groups" 1 setpriv --bounding-set=-dac_read_search \
        --inh-caps=-dac_read_search ./probetop --doctor
    found rights CAP_BPF ok ''
    found rights CAP_DAC_READ_SEARCH less setcap
    holds "all families of probes are in it" jq -e \
        '[.checks[] | select(.area == "probes" and .state == "ok") | .name] | unique | length >= 5' out
    if ! unshare -m true 2>/dev/null; then
        skip "what doctor says of a machine without BTF" "no mount namespace can be made here"
        return
    fi
    diagnosed "without BTF" 1 unshare -m sh -c 'mount -t tmpfs t /sys/kernel/btf && exec "$@"' - ./probetop --doctor
    found kernel BTF fails CONFIG_DEBUG_INFO_BTF
    printf '# a kernel\nCONFIG_BPF_SYSCALL=y\n# CONFIG_BPF_JIT is not set\n' | gzip >config.gz
    if [ -e /proc/config.gz ]; then
        diagnosed "with a poor kernel" 1 unshare -m sh -c 'mount --bind config.gz /proc/config.gz && exec "$@"' - \
            ./probetop --doctor
        found kernel config less kernel
        holds "it names what is not set" jq -e \
            '.checks[] | select(.name == "config") | .value | contains("CONFIG_BPF_JIT") and (contains("BPF_SYSCALL") | not)' out
    fi
    diagnosed "with a broken theme" 1 ./probetop --doctor -t nosuchtheme
    found terminal theme less '--theme dark'
}
