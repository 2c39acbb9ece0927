# SPDX-License-Identifier: MIT
# data/providers.txt and data/typos.tsv → the tables of src/contact/typo.c, each sorted for bsearch.

/^#/ || /^[ \t]*$/ { next }
FILENAME ~ /providers\.txt$/ && $1 == "[known]" { known = 1; next }
FILENAME ~ /providers\.txt$/ { add(providers, ++n, $1, known ? "false" : "true"); next }
{ add(typos, ++m, $1, $2) }

function add(list, count, name, value,   i) {
    for (i = count; i > 1 && list[i - 1] "" > name ""; i--)
        list[i] = list[i - 1]
    list[i] = name
    values[name] = value
}

END {
    print "/* SPDX-License-Identifier: MIT */"
    print "static const struct provider providers[] = {"
    for (i = 1; i <= n; i++)
        printf "    {{\"%s\", %d}, %s},\n", providers[i], length(providers[i]), values[providers[i]]
    print "};\nstatic const struct mistyped mistyped[] = {"
    for (i = 1; i <= m; i++)
        printf "    {{\"%s\", %d}, {\"%s\", %d}},\n", typos[i], length(typos[i]), values[typos[i]],
            length(values[typos[i]])
    print "};"
}
