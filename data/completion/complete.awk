# SPDX-License-Identifier: MIT
# Completion of the command line, out of --help: awk -v shell=bash|zsh -f complete.awk help.txt
# Options with a value that is a file or a folder complete to files.

/^@ / { command = substr($0, 3); on = 0; if (command != "" && command != "config") names[++n] = command; next }
command == "config" { next }
/^Commands:/ { on = 2; next }
/^Options/ { on = 1; next }
/^$/ { on = 0; next }
on == 2 && /^  [a-z]/ { name = $1; sub(/^ +[^ ]+ +/, ""); summary[name] = $0; next }
on == 2 { sub(/^ +/, " "); summary[name] = summary[name] $0; next }
on == 1 && /^  --/ {
    if (!(command in options) || index(options[command] " ", " " $1 " ") == 0)
        options[command] = options[command] " " $1
    if (NF > 1 && $2 ~ /^(DIR|FILE)$/) files[$1] = 1
}

function quoted(text) { gsub(/'/, "'\\''", text); return "'" text "'" }

END {
    takes = ""
    for (option in files) takes = takes (takes == "" ? "" : "|") option
    if (shell == "zsh") {
        print "#compdef zwrotka"
        print "local -a commands options"
        print "local command word"
        print "commands=("
        for (i = 1; i <= n; i++) print "    " quoted(names[i] ":" summary[names[i]])
        print ")"
        print "for word in ${words[2,CURRENT-1]}; do"
        print "    if (( ${commands[(I)$word:*]} )); then command=$word; break; fi"
        print "done"
        print "case $words[CURRENT-1] in " takes ") _files; return ;; esac"
        print "case $command in"
        for (i = 1; i <= n; i++) print "    " names[i] ") options=(" options[names[i]] " ) ;;"
        print "    *) options=(" options[""] " ) ;;"
        print "esac"
        print "if [[ $words[CURRENT] == -* ]]; then compadd -- $options"
        print "elif [[ -z $command ]]; then _describe command commands"
        print "else _files"
        print "fi"
    } else {
        all = ""
        for (i = 1; i <= n; i++) all = all " " names[i]
        print "# bash completion of zwrotka"
        print "_zwrotka() {"
        print "    local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= word options"
        print "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do"
        print "        case \" " substr(all, 2) " \" in *\" $word \"*) command=$word; break ;; esac"
        print "    done"
        print "    case $before in " takes ") COMPREPLY=($(compgen -f -- \"$current\")); return ;; esac"
        print "    case $command in"
        for (i = 1; i <= n; i++) print "        " names[i] ") options='" substr(options[names[i]], 2) "' ;;"
        print "        *) options='" substr(options[""], 2) "' ;;"
        print "    esac"
        print "    if [[ $current == -* ]]; then COMPREPLY=($(compgen -W \"$options\" -- \"$current\"))"
        print "    elif [[ -z $command ]]; then COMPREPLY=($(compgen -W '" substr(all, 2) "' -- \"$current\"))"
        print "    else COMPREPLY=($(compgen -f -- \"$current\"))"
        print "    fi"
        print "}"
        print "complete -o filenames -F _zwrotka zwrotka"
    }
}
