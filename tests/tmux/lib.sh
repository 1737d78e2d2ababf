# SPDX-License-Identifier: GPL-2.0-or-later
# A terminal (tmux with a server of its own) to press keys in and to read: for tests that source this.
# They set probetop, work (a directory of theirs) and socket, and end the server.
export LC_ALL=C.UTF-8
unset NO_COLOR TMUX COLORTERM
export XDG_CONFIG_HOME=$work/settings

# $probetop without a budget: on a busy machine that would switch off what is looked at
unbounded() {
    printf '#!/bin/sh\nexec %q --budget 0 "$@"\n' "$probetop" >"$work/unbounded"
    chmod +x "$work/unbounded"
    probetop=$work/unbounded
}
tm() { tmux -L "$socket" -f /dev/null "$@"; }
failed=0
report() { # report STATUS NAME: with what is on the screen where it failed
    if [ "$1" = 0 ]; then
        echo "ok - $2"
    else
        echo "not ok - $2"
        tm capture-pane -p 2>&1 | sed 's/^/# |/; s/ *$//' | head -30
        failed=1
    fi
}
screen() { tm capture-pane -p; }
keys() { tm send-keys "$@"; }
ask() { tm display-message -p "$1"; }
# see PATTERN [SECONDS]: is it on the screen by then?
see() {
    local i
    for ((i = 0; i < ${2:-30} * 10; i++)); do
        screen | grep -qE -- "$1" && return 0
        sleep 0.1
    done
    return 1
}
gone() { # gone PATTERN: is it off the screen soon?
    local i
    for ((i = 0; i < 300; i++)); do
        screen | grep -qE -- "$1" || return 0
        sleep 0.1
    done
    return 1
}
resize() { tm resize-window -x "$1" -y "$2"; }

# Every run is wrapped: modes of the terminal before and after, and the exit status.
cat >"$work/once" <<END
modes() { stty -a | sed 's/rows [0-9]*; columns [0-9]*//'; }
modes >$work/before
"\$@" 2>$work/stderr
status=\$?
modes >$work/after
echo \$status >$work/status
END
start() { # start COMMAND...: in the pane's shell
    rm -f "$work/status" "$work/before" "$work/after"
    keys "clear; . $work/once $*" Enter
}
pid() { pgrep -n -P "$(ask '#{pane_pid}')" -f "$PROBETOP"; }
ended() { # ended STATUS
    local i
    for ((i = 0; i < 300; i++)); do
        [ -s "$work/status" ] && break
        sleep 0.1
    done
    [ "$(cat "$work/status" 2>/dev/null)" = "$1" ] && return 0
    echo "# exit status $(cat "$work/status" 2>/dev/null || echo none), not $1"
    sed 's/^/# stderr: /' "$work/stderr" | head -5
    return 1
}
sane() {
    local flags i
    for ((i = 0; i < 20; i++)); do
        flags=$(ask '#{alternate_on} #{cursor_flag} #{mouse_any_flag}#{mouse_button_flag}#{mouse_standard_flag} #{keypad_flag}')
        [ "$flags" = '0 1 000 0' ] && cmp -s "$work/before" "$work/after" && return 0
        sleep 0.1
    done
    echo "# alternate screen, cursor, mouse, keypad: $flags"
    diff "$work/before" "$work/after" | sed 's/^/# /'
    return 1
}
