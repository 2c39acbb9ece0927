# SPDX-License-Identifier: MIT
# data/servers.tsv → the table of src/mailbox/guess.c, sorted for bsearch.

BEGIN { FS = "\t" }
/^#/ || /^[ \t]*$/ { next }
NF != 4 || $3 !~ /^(address|local)$/ || $4 !~ /^(password|app|token)$/ {
    print FILENAME ":" FNR ": domain, server, address|local, password|app|token" >"/dev/stderr"
    failed = 1
    exit
}
{
    for (i = ++n; i > 1 && rows[i - 1] "" > $1 ""; i--)
        rows[i] = rows[i - 1]
    rows[i] = $1
    server[$1] = $2
    user[$1] = $3
    key[$1] = toupper($4)
}

END {
    if (failed)
        exit 1
    print "/* SPDX-License-Identifier: MIT */"
    print "static const struct known known[] = {"
    for (i = 1; i <= n; i++)
        printf "    {\"%s\", \"%s\", %s, GUESS_%s},\n", rows[i], server[rows[i]],
            user[rows[i]] == "local" ? "true" : "false", key[rows[i]]
    print "};"
}
