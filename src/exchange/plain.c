/* SPDX-License-Identifier: MIT
 *
 * One address a line; blank lines and those that begin with # are passed over.
 */
#include <string.h>

#include "exchange/format.h"

static bool is_address_line(struct span line)
{
    line = span_trim(line);
    return line.n > 0 && line.at[0] != '#';
}

static bool plain_looks(struct span bytes)
{
    struct span line;
    while (span_line(&bytes, &line))
        if (is_address_line(line))
            return span_find_char(line, '@') > 0 && span_find_char(line, ',') < 0 &&
                   span_find_char(line, ';') < 0 && span_find_char(line, '\t') < 0;
    return false;
}

static enum result plain_open(struct source *source, void **state, struct error *error)
{
    (void)source;
    (void)error;
    *state = NULL;
    return RESULT_OK;
}

static enum result plain_next(struct source *source, void *state, struct reader_row *row)
{
    struct span line;
    (void)state;
    do {
        row->line = source->line;
        if (!source_line(source, &line))
            return RESULT_NO;
    } while (!is_address_line(line));
    row->contact.address = span_trim(line);
    return RESULT_OK;
}

static void plain_close(void *state)
{
    (void)state;
}

const struct format format_plain = {"plain", plain_looks, plain_open, plain_next, plain_close, NULL, NULL, NULL};
