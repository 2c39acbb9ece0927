#!/bin/sh
# SPDX-License-Identifier: MIT
# help.sh PROGRAM: all that --help says, as the pages and completions are made of it. A line "@ NAME"
# stands before each part: "@ " the program, "@ config" the configuration, else a command.
set -eu
LC_ALL=C.UTF-8 LANGUAGE= XDG_CONFIG_HOME=/nonexistent
export LC_ALL LANGUAGE XDG_CONFIG_HOME
part() { printf '@ %s\n' "$1"; shift; "$@" </dev/null; }
part '' "$1" --help
part config "$1" --help config
for command in $("$1" --help | awk '/^Commands:/ {on = 1; next} /^$/ {on = 0} on && /^  [a-z]/ {print $1}'); do
    part "$command" "$1" "$command" --help
done
