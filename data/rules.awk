# SPDX-License-Identifier: MIT
# rules.tsv and status.tsv → C tables (src/bounce/rules.h)
BEGIN {
    FS = "\t"
    print "/* made from data/rules.tsv and data/status.tsv by data/rules.awk */"
    print "#include \"bounce/rules.h\"\n"
}
function quote(s) { gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s); return "\"" s "\"" }
FNR == 1 { file++ }
/^#/ || /^$/ { next }
file == 1 {
    weak = sub(/\?$/, "", $1)
    rules = rules "    {" quote($2) ", REASON_" $1 ", " (weak ? "true" : "false") "},\n"
    next
}
{
    split($1, code, ".")
    status = status "    {" code[1] ", " code[2] ", REASON_" ($2 == "-" ? "none" : $2) "},\n"
}
END {
    printf "const struct rule rules_builtin[] = {\n%s};\n", rules
    print "const size_t rules_builtin_n = sizeof rules_builtin / sizeof *rules_builtin;\n"
    printf "const struct status_row status_table[] = {\n%s};\n", status
    print "const size_t status_table_n = sizeof status_table / sizeof *status_table;"
}
