# SPDX-License-Identifier: GPL-2.0-or-later
# The tree of control groups over real ones: each has a process that makes another number of calls, and every
# row of the tree has exactly the sum of those at and below it.
. "$(dirname "$0")/lib.sh"

calls=$PROGS/sys_calls
screen_test=$BUILD/tests/screen/screen_test
name=probetop-tree-$$
top=/sys/fs/cgroup/unified/$name
[ -d /sys/fs/cgroup/unified ] || top=/sys/fs/cgroup/$name
groups=("$top" "$top/alpha" "$top/alpha/beta" "$top/alpha/gamma" "$top/alpha/gamma/delta" "$top/omega")

if [ ! -x "$screen_test" ]; then
    skip 'sums in the tree' 'there is no screen_test'
    exit
fi
if ! mkdir "${groups[@]}" 2>/dev/null || [ ! -e "$top/cgroup.procs" ]; then
    rmdir "$top" 2>/dev/null
    skip 'sums in the tree' 'no cgroup2 can be made'
    exit
fi

on_end() {
    local i tries
    for ((i = ${#groups[@]} - 1; i >= 0; i--)); do
        for ((tries = 0; tries < 50; tries++)); do
            rmdir "${groups[i]}" 2>/dev/null && break
            sleep 0.1
        done
    done
}

# in_group DIR VARIABLE N: a program in the group that will make N calls
in_group() {
    held_start "$2" "$calls" hold getppid "$3"
    echo "${!2}" >"$1/cgroup.procs"
}

# counted KEYS ROW: calls in the rows with that name, of all intervals, as the screen shows them
counted() {
    local ticks='<Screen><Tick><Screen><Tick><Screen><Tick><Screen><Tick><Screen><Tick><Screen><Tick>'
    "$screen_test" -a -- "$TMP/recording" 120x30 \
        "5\\syscall=getppid and cgroup^=/$name<Enter>gg<Enter>$1$ticks<Screen>" |
        sed 's/^[+| -]*//' | awk -v row="$2" '$1 == row { n += $2 } END { print n + 0 }'
}

# inner groups have processes as well, where no controller forbids it; they did not exec there
in_group "$top/alpha" alpha 300 2>/dev/null
in_group "$top/alpha/beta" beta 20
in_group "$top/alpha/gamma/delta" delta 4000
in_group "$top/omega" omega 1000
INTERVAL=0.7 probe_start tree -P syscount -g cgroup,syscall -w "$TMP/recording"
for p in alpha beta delta omega; do
    held_go "$p"
done
probe_stop tree
inner=$(sum tree ".cgroup==\"/$name/alpha\" and .syscall==\"getppid\"" count)
[ "$inner" = 300 ] || skip 'a group with processes and groups' 'a controller forbids it'
inner=$([ "$inner" = 300 ] && echo 300 || echo 0)

expect 'a group without others holds its own' "$(counted '' beta) $(counted '' delta) $(counted '' omega)" '20 4000 1000'
expect 'one without processes what is below' "$(counted '' gamma)" 4000
expect 'one with both the sum' "$(counted '' alpha)" $((4020 + inner))
expect 'the root has everything once' "$(counted '' "$name") $(counted '' /)" "$((5020 + inner)) $((5020 + inner))"
expect 'folded groups hold the same, and hide what is below' \
    "$(counted X "$name") $(counted X alpha)" "$((5020 + inner)) 0"
