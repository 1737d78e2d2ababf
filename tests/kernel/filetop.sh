# SPDX-License-Identifier: GPL-2.0-or-later
# filetop: N calls and N bytes of every call that moves bytes of files, as transferred, not as asked for;
# full paths of any file; short lives; filters; maps too small.
. "$(dirname "$0")/lib.sh"

on_end() {
    [ -z "${far:-}" ] || rm -rf "$far"
}

# counts NAME SELECT: reads writes syncs read_bytes write_bytes errors
counts() {
    jq -rs "[.[].rows[] | select($2)] | [([.[].reads]|add), ([.[].writes]|add), ([.[].syncs]|add),
        ([.[].read_bytes]|add), ([.[].write_bytes]|add), ([.[].errors]|add)] | map(. // 0) | join(\" \")" \
        "$TMP/$1.json"
}

# --- every call, exactly ---
dir=$TMP/calls
mkdir "$dir"
probe_start each -P filetop -F 'comm=file_calls'
"$PROGS/file_calls" "$dir" 50 >said
probe_stop each
while read -r name want; do
    select=$(file_select "$name" "$dir") || continue
    expect "calls and bytes of $name are exact" "$(counts each "$select")" "$want"
done <said
expect_true 'the calls were many' "$(counts each true | cut -d' ' -f1)" -ge 900
expect 'a file is R' "$(texts each ".file==\"$dir/source\"" type)" R
expect 'a directory is D' "$(texts each ".file==\"$dir\"" type)" D
expect 'a character device is C' "$(texts each '.file=="/dev/full"' type)" C
expect 'inode' "$(texts each ".file==\"$dir/source\"" inode)" "$(stat -c %i "$dir/source")"
expect 'filesystem' "$(texts each ".file==\"$dir/source\"" fs)" "$(findmnt -n -o FSTYPE -T "$dir")"
expect 'device' "$(texts each ".file==\"$dir/source\"" dev)" "$(stat -c '%Hd:%Ld' "$dir/source")"
expect 'pipes are hidden' "$(texts each '.type=="P" or .type=="S" or .type=="O"' file)" ''
expect 'nothing was lost' "$(loss each map_full) $(loss each ring) $(loss each unattributed)" '0 0 0'

# --- paths ---
dir=$TMP/paths
mkdir "$dir"
write=$PROGS/file_write
deep=$dir$(printf '/d%.0s' $(seq 200))
long=$dir$(printf '/directory-%.0s' $(seq 200))
mkdir -p "$deep" "$long"
# JSON replaces what is no UTF-8 by U+FFFD
odd=$(printf '%s/bad\377\376\n\ttab "quoted" \\ \033[31m' "$dir")
held_start before "$write" hold "$dir/before" 111
held_start gone "$write" hold "$dir/gone" 222
rm "$dir/gone"
probe_start paths -P filetop -F 'comm=file_write'
held_go before
held_go gone
"$write" "$dir/with blanks  in it" 333
"$write" "$odd" 444
"$write" "$deep/file" 555
"$write" "$long/file" 666
"$write" threads "$dir/threads" 777
"$write" unnamed "$dir" 888
"$write" memfd 'mem fd' 999
"$write" "$dir/$(printf 'ü%.0s' $(seq 127))" 1010
"$write" "$dir/again" 11
rm "$dir/again"
"$write" "$dir/again" 22
mkdir "$dir/mnt"
mount -t tmpfs none "$dir/mnt" && "$write" "$dir/mnt/below" 1111
umount "$dir/mnt" 2>/dev/null
probe_stop paths
path_of() {
    texts paths ".write_bytes==$1" file
}
expect 'a file opened before the start has its path' "$(path_of 111)" "$dir/before"
expect 'a deleted file is marked' "$(path_of 222)" "$dir/gone (deleted)"
expect 'blanks in names' "$(path_of 333)" "$dir/with blanks  in it"
expect 'invalid UTF-8, newline, quotes, escapes' "$(path_of 444)" \
    "$(printf '%s/bad\357\277\275\357\277\275\n\ttab "quoted" \\ \033[31m' "$dir")"
expect 'JSON is valid UTF-8' "$(iconv -f UTF-8 -t UTF-8 "$TMP/paths.json" >/dev/null 2>&1; echo $?)" 0
expect '200 levels of directories' "$(path_of 555)" "$deep/file"
cut=$(path_of 666)
expect_true 'too long: cut in front' "${#cut}" -ge 900 -a "${#cut}" -le 1003
expect 'and marked, the end is whole' "${cut:0:4} ${cut: -27}" ".../ /directory-/directory-/file"
case $long/file in *"${cut:3}") same=yes ;; *) same=no ;; esac
expect 'what is left of it is its end' "$same" yes
expect 'threads of a process are one row' "$(counts paths ".file==\"$dir/threads\"")" '0 4 0 0 3108 0'
case $(path_of 888) in "$dir/#"*" (deleted)") named=yes ;; *) named=$(path_of 888) ;; esac
expect 'a file that never had a name' "$named" yes
expect 'memory files as /proc/PID/fd shows them' "$(path_of 999)" '/memfd:mem fd (deleted)'
expect 'long names of wide letters' "$(path_of 1010)" "$dir/$(printf 'ü%.0s' $(seq 127))"
expect 'a file made again under the same name is another one' \
    "$(jq -rs "[.[].rows[] | select(.file==\"$dir/again\" or .file==\"$dir/again (deleted)\") | .write_bytes] | sort | join(\" \")" "$TMP/paths.json")" '11 22'
expect 'a file on another mount' "$(path_of 1111) $(texts paths '.write_bytes==1111' fs)" "$dir/mnt/below tmpfs"

# --- grouped by file: the same path, two inodes ---
probe_start again -P filetop -g file -F "file^=$dir/twice" -d 1
held_start one "$write" hold "$dir/twice" 100
rm "$dir/twice"
held_start two "$write" hold "$dir/twice" 200
held_go one
held_go two
probe_stop again
expect 'by file, two inodes are two rows' "$(texts again true write_bytes | tr '\n' ' ')" '100 200 '

# --- 1,000 short lives ---
probe_start lives -P filetop -g pid,comm,cgroup,file -F 'comm=mayfly'
"$PROGS/sys_calls" mayflies 1000
probe_stop lives
expect '1,000 lives of 2 ms read all they read' "$(counts lives '.file=="/dev/zero"')" '1000 0 0 100000 0 0'
expect 'as 1,000 processes' "$(texts lives '.file=="/dev/zero"' pid | wc -l)" 1000
expect 'and nothing was lost' "$(loss lives map_full) $(loss lives ring) $(loss lives unattributed)" '0 0 0'

# --- a filter in the kernel and the same one on the rows ---
rows_of() {
    jq -rs '[.[].rows[]] | group_by([.tid, .dev, .inode]) | .[] |
        "\(.[0].pid) \(.[0].tid) \(.[0].comm) \(.[0].file) \([.[].reads] | add) \([.[].writes] | add) " +
        "\([.[].write_bytes] | add) \([.[].errors] | add)"' "$TMP/$1.json" | sort
}
held_start same "$write" hold threads "$dir/same" 5000
probe_start pushed -P filetop -g tid,file -p "$same"
probe_start kept -P filetop -g tid,file -F "pid=$same"
held_go same
probe_stop pushed
probe_stop kept
expect_same '-p gives the rows of -F pid' "$(rows_of pushed)" "$(rows_of kept)"
expect 'which are not empty' "$(counts pushed ".file==\"$dir/same\"")" '0 4 0 0 20000 0'

# --- maps too small: the totals stay, and it is said ---
cat >many.sh <<'END'
echo ready
read -r line
for i in $(seq 100); do
    printf '%*s' $i '' >"$1/many-$i"
done
END
held_start many bash many.sh "$dir"
probe_start small -P filetop -p "$many" --max-entries 8
probe_start large -P filetop -p "$many"
held_go many
probe_stop small
probe_stop large
expect 'a large map has all of it' "$(counts large '.file | test("/many-[0-9]+$")')" '0 100 0 0 5050 0'
some=$([ -z "${EMULATED:-}" ] && echo 80 || echo 40) # where some of all may be missed
expect_true 'a small one has a surplus' "$(sum small '.file=="(other)"' writes)" -gt "$some"
small=$(($(sum small '.file | test("/many-[0-9]+$")' write_bytes) + $(sum small '.file=="(other)"' write_bytes)))
expect 'with it no written byte is missing' $((small < 5050 ? small : 5050)) 5050
expect_true 'the loss is said' "$(loss small map_full)" -gt "$some"
expect 'not where there was none' "$(loss large map_full)" 0

# --- what has no path, when asked for ---
probe_start all -P filetop --all -F 'comm=file_write or comm=file_calls'
"$write" eventfd x 8
"$write" socket x 99
rm -rf "$TMP/more" && mkdir "$TMP/more"
"$PROGS/file_calls" "$TMP/more" 10 >said
probe_stop all
expect 'a socket' "$(jq -rs '[.[].rows[] | select(.type=="S" and .write_bytes==99) | .file] | .[0]' "$TMP/all.json" |
    sed 's/[0-9]\+/N/')" 'socket:[N]'
expect 'an event counter' "$(texts all '.write_bytes==8' file)" 'anon_inode:[eventfd]'
want=$(awk '$1=="pipe" { for (i = 2; i < 8; i++) s[i] += $i }
    END { print s[2], s[3], s[4], s[5], s[6], s[7] }' said)
expect 'both ends of a pipe are exact' \
    "$(counts all '.type=="P" and .comm=="file_calls" and .read_bytes+.write_bytes>1000')" "$want"
