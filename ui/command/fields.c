/* SPDX-License-Identifier: MIT */
#include "command/fields.h"

#include "base/text.h"

enum result fields_read(const struct command_line *line, struct contact_field *fields, size_t *n,
                        struct error *error)
{
    const char *values[FIELDS_MAX];
    *n = command_options(line, "field", values, FIELDS_MAX);
    for (size_t i = 0; i < *n; i++) {
        struct span rest = span_of(values[i]), name;
        span_next(&rest, '=', &name);
        name = span_trim(name);
        if (!rest.at || name.n == 0)
            return error_set(error, RESULT_USAGE, _("--field=%s is not like NAME=VALUE"),
                             values[i]);
        fields[i] = (struct contact_field){name, rest};
    }
    return RESULT_OK;
}

struct span fields_option(const struct command_line *line, const char *name)
{
    return span_of(command_option(line, name));
}
