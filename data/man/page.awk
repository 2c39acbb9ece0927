# SPDX-License-Identifier: MIT
# Fills a page: awk -v version=V -f page.awk help.txt src/query/key.c PAGE.in
# Lines of PAGE.in: @COMMANDS@ @OPTIONS@ @CONFIG@ @KEYS@, and @VERSION@ anywhere.

function roff(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    gsub(/'/, "\\(aq", text)
    gsub(/`/, "\\(ga", text)
    if (text ~ /^[.]/) text = "\\&" text
    return text
}

function line(text) { made = made text "\n" }

# The rows of a table in a help text: "  left   right", the right part going on below.
function row(text,    left, right) {
    if (text ~ /^  [^ ]/) {
        left = substr(text, 3)
        right = ""
        if (match(left, /  +/)) {
            right = substr(left, RSTART + RLENGTH)
            left = substr(left, 1, RSTART - 1)
        }
        line(".TP")
        line(".B " roff(left))
        if (right != "") line(roff(right))
    } else {
        sub(/^ +/, "", text)
        line(roff(text))
    }
}

function finish() { if (part != "") page[part] = page[part] made; made = "" }

FILENAME ~ /help[.]txt$/ && /^@ / {
    finish()
    command = substr($0, 3)
    part = command == "" ? "OPTIONS" : command == "config" ? "CONFIG" : "COMMANDS"
    rows = command == "config"
    on = 0
    next
}
FILENAME ~ /help[.]txt$/ {
    if (part == "CONFIG") {
        if (/^\[/) { on = 1; line(".SS " roff($0)) }
        else if (on && NF) row($0)
    } else if (part == "OPTIONS") {
        if (/^Options of all/) on = 1
        else if (/^$/) on = 0
        else if (on) row($0)
    } else if (/^usage: /) {
        sub(/^usage: /, "")
        line(".SS " roff($0))
        on = 1
    } else if (/^Options of all/) {
        on = 0
    } else if (on && /^Options:/) {
        blank = 0
    } else if (on && /^$/) {
        blank = 1
    } else if (on && /^  /) {
        row($0)
    } else if (on) {
        if (blank) line(".PP")
        blank = 0
        line(roff($0))
    }
    next
}

# {"state", QUERY_STATE, read, match, N_("…")}, over one line or two
FILENAME ~ /key[.]c$/ {
    finish()
    part = "KEYS"
    if (match($0, /^    [{]"[a-z.]+"/)) {
        key = substr($0, 6, RLENGTH - 5)
        gsub(/"/, "", key)
        if (key ~ /[.]$/) key = key "X"
    }
    if (key != "" && match($0, /N_\(".*"\)/)) {
        line(".TP")
        line(".B " roff(key ":"))
        line(roff(substr($0, RSTART + 4, RLENGTH - 6)))
        key = ""
    }
    next
}

{
    finish()
    part = ""
    gsub(/@VERSION@/, version)
    if (match($0, /^@[A-Z]+@$/)) {
        name = substr($0, 2, length($0) - 2)
        if (page[name] == "") {
            print "page.awk: nothing found for " $0 >"/dev/stderr"
            exit 1
        }
        printf "%s", page[name]
    } else {
        print
    }
}
