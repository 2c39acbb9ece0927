/* SPDX-License-Identifier: MIT */
#include "exchange/csv.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

/* The separator that stands most often outside quotes in the first line that is not blank; a tie is
 * the comma's. Excel's own "sep=;" line says it outright. */
char csv_separator(struct csv *csv)
{
    static const char candidates[] = ",;\t";
    size_t counts[3] = {0};
    struct span text = csv->source->bytes;
    if (span_starts_nocase(text, SPAN("sep=")) && text.n > 5 &&
        (text.at[5] == '\n' || text.at[5] == '\r')) {
        csv->at += 5;
        csv_end_line(csv);
        return text.at[4];
    }
    bool quoted = false, any = false;
    for (const char *at = csv->at; at < csv->end; at++) {
        const char *hit = *at ? strchr(candidates, *at) : NULL;
        if (*at == '"')
            quoted = !quoted;
        else if (!quoted && (*at == '\n' || *at == '\r') && any)
            break;
        else if (hit && !quoted)
            counts[hit - candidates]++;
        any = any || (*at != '\n' && *at != '\r');
    }
    size_t best = 0;
    for (size_t i = 1; i < 3; i++)
        if (counts[i] > counts[best])
            best = i;
    return candidates[best];
}

/* A heading that stands twice gets a number, so that neither value is lost. */
static void rename_twin(struct csv *csv, size_t i)
{
    struct csv_heading *heading = &csv->headings[i];
    unsigned twins = 1;
    for (size_t k = 0; k < i; k++)
        twins += csv->headings[k].column == COLUMN_FIELD &&
                 span_equal_nocase(csv->headings[k].name, heading->name);
    if (twins == 1)
        return;
    struct str name = {0};
    str_addf(&name, "%.*s (%u)", SPAN_ARGS(heading->name), twins);
    free(heading->renamed);
    heading->renamed = str_take(&name);
    heading->name = span_of(heading->renamed);
}

/* Of several columns that may be the address ("adres", "e-mail"), the first in which the first row
 * has an @; the others are fields. */
static void settle_address(struct csv *csv, const size_t *found, size_t n)
{
    size_t chosen = found[0];
    const char *at = csv->at;
    uint64_t line = csv->source->line;
    size_t unclosed = csv->source->unclosed;
    if (n > 1 && csv_row(csv) == RESULT_OK)
        for (size_t i = n; i-- > 0;)
            if (found[i] < csv->n && span_find_char(csv_cell(csv, found[i]), '@') >= 0)
                chosen = found[i];
    csv->at = at;
    csv->source->line = line;
    csv->source->unclosed = unclosed;
    for (size_t i = 0; i < n; i++)
        if (found[i] != chosen)
            csv->headings[found[i]].column = COLUMN_FIELD;
}

/* A list without headings: the cell with an @ is the address. True if the first row has one. */
static bool without_headings(struct csv *csv)
{
    bool found = false;
    for (size_t i = 0; i < csv->columns; i++) {
        struct csv_heading *heading = &csv->headings[i];
        bool address = !found && span_find_char(span_of(heading->renamed), '@') > 0;
        heading->column = address ? COLUMN_ADDRESS : COLUMN_NONE;
        found = found || address;
    }
    return found;
}

static bool has_heading(const void *arg, struct span column)
{
    const struct csv *csv = arg;
    for (size_t i = 0; i < csv->columns; i++)
        if (span_equal_nocase(span_trim(span_of(csv->headings[i].renamed)), column))
            return true;
    return false;
}

enum result csv_headings(struct csv *csv, struct error *error)
{
    size_t found[8], n = 0, unclosed;
    const char *at;
    uint64_t line;
    do {
        at = csv->at;
        line = csv->source->line;
        unclosed = csv->source->unclosed;
        enum result result = csv_row(csv);
        if (result == RESULT_NO)
            return error_set(error, RESULT_DATA, _("there is nothing in it"));
        if (result == RESULT_DATA)
            return error_set(error, RESULT_DATA, _("the first line has a quote that never closes"));
    } while (csv_is_blank(csv));
    size_t columns = csv->n;
    if (columns >= CSV_COLUMNS_MAX)
        return error_set(error, RESULT_DATA, _("more than %d columns"), CSV_COLUMNS_MAX - 1);
    csv->headings = alloc_zero(columns, sizeof *csv->headings);
    csv->columns = columns;
    for (size_t i = 0; i < columns; i++) {
        struct csv_heading *heading = &csv->headings[i];
        heading->renamed = span_copy(csv_cell(csv, i)); /* the arena is used again */
        heading->column =
            column_of(span_of(heading->renamed), csv->source->options, &heading->name);
        if (heading->column == COLUMN_ADDRESS && n < sizeof found / sizeof *found)
            found[n++] = i;
    }
    struct span mapped = column_map_missing(csv->source->options, has_heading, csv);
    if (mapped.at)
        return error_set(error, RESULT_DATA, _("there is no column %.*s"), SPAN_ARGS(mapped));
    if (n == 0 && csv->source->options->dead && without_headings(csv)) {
        csv->at = at;
        csv->source->line = line;
        csv->source->unclosed = unclosed;
        return RESULT_OK;
    }
    if (n == 0)
        return error_set(error, RESULT_DATA,
                         _("no column of addresses (address, email, e-mail, mail, adres, "
                           "\"adres e-mail\"); name it with --map email=COLUMN"));
    settle_address(csv, found, n);
    for (size_t i = 0; i < columns; i++)
        if (csv->headings[i].column == COLUMN_FIELD)
            rename_twin(csv, i);
    return RESULT_OK;
}
