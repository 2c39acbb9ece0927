/* SPDX-License-Identifier: MIT
 *
 * CSV (RFC 4180 and what spreadsheets make of it), over mapped bytes: cells are spans into them;
 * only a quoted cell with quotes inside is copied.
 */
#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "base/text.h"
#include "exchange/column.h"
#include "exchange/format.h"

#define COLUMNS_MAX 4096
#define BLOCK 64

struct cell {
    struct span text;  /* .at NULL with n > 0: in the arena, at `offset` */
    size_t offset;
};

struct heading {
    enum column column;
    struct span name;
    char *renamed; /* the heading's own copy, numbered where it stood twice */
};

struct csv {
    struct source *source;
    const char *at, *end;
    char separator;
    size_t begin; /* of the row in hand, as an offset */
    size_t block; /* whose mask is held; SIZE_MAX: none */
    uint64_t mask;
    struct cell *cells;
    size_t n, room;
    size_t surplus; /* cells beyond the headings that are not blank */
    struct str arena;
    struct heading *headings;
    size_t columns;
    size_t address;  /* the column */
    /* Of the first 64 columns: those of fields that are not known to have values, and those that have one in
     * the row read last. */
    uint64_t unseen, present;
    struct str tags;
};

/* Which of 64 bytes end a plain cell: separator, LF, CR. */
static uint64_t stops_in(const char *at, char separator)
{
    uint64_t mask = 0;
#ifdef __SSE2__
    const __m128i sep = _mm_set1_epi8(separator), lf = _mm_set1_epi8('\n'),
                  cr = _mm_set1_epi8('\r');
    for (int i = 0; i < BLOCK / 16; i++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + i * 16));
        __m128i hit = _mm_or_si128(_mm_cmpeq_epi8(bytes, sep),
                                   _mm_or_si128(_mm_cmpeq_epi8(bytes, lf),
                                                _mm_cmpeq_epi8(bytes, cr)));
        mask |= (uint64_t)(unsigned)_mm_movemask_epi8(hit) << (i * 16);
    }
#else
    for (int i = 0; i < BLOCK; i++)
        if (at[i] == separator || at[i] == '\n' || at[i] == '\r')
            mask |= UINT64_C(1) << i;
#endif
    return mask;
}

static void load_block(struct csv *csv, size_t block)
{
    const char *at = csv->source->bytes.at + block * BLOCK;
    size_t left = (size_t)(csv->end - at);
    char padded[BLOCK] = {0};
    if (left < BLOCK) {
        memcpy(padded, at, left);
        at = padded;
    }
    csv->block = block;
    csv->mask = stops_in(at, csv->separator);
    if (left < BLOCK)
        csv->mask &= (UINT64_C(1) << left) - 1;
}

/* The first stop at or behind csv->at, or the end. */
static const char *next_stop(struct csv *csv)
{
    const char *base = csv->source->bytes.at;
    size_t offset = (size_t)(csv->at - base), block = offset / BLOCK;
    if (csv->at == csv->end)
        return csv->end;
    if (csv->block != block)
        load_block(csv, block);
    uint64_t mask = csv->mask & (~UINT64_C(0) << (offset % BLOCK));
    while (mask == 0) {
        block++;
        if (block * BLOCK >= csv->source->bytes.n)
            return csv->end;
        load_block(csv, block);
        mask = csv->mask;
    }
    return base + block * BLOCK + __builtin_ctzll(mask);
}

static struct span trimmed(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (at < end && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return (struct span){at, (size_t)(end - at)};
}

static void add_cell(struct csv *csv, struct cell cell)
{
    if (csv->headings && csv->n >= csv->columns) {
        csv->surplus += cell.text.n > 0;
        return;
    }
    if (csv->n >= COLUMNS_MAX)
        return;
    ALLOC_GROW(csv->cells, csv->n, csv->room);
    csv->cells[csv->n++] = cell;
}

/* The quote that closes the cell opened before csv->at, or NULL. *inner: quotes stand inside. */
static const char *closing_quote(const struct csv *csv, bool *inner)
{
    const char *end = csv->end;
    if (csv->begin > csv->source->unclosed) {
        size_t left = (size_t)(end - csv->at);
        const char *stop = memchr(csv->at, '\n', left);
        end = stop ? stop : end;
    }
    *inner = false;
    for (const char *at = csv->at; at < end; at += 2) {
        at = memchr(at, '"', (size_t)(end - at));
        if (!at)
            return NULL;
        if (at + 1 == csv->end || at[1] != '"')
            return at;
        *inner = true;
    }
    return NULL;
}

static void count_lines(struct csv *csv, const char *from, const char *to)
{
    for (const char *at = from; at < to; at++)
        if (*at == '\n' || (*at == '\r' && (at + 1 == csv->end || at[1] != '\n')))
            csv->source->line++;
}

/* csv->at stands on the opening quote; it is left on the stop behind the cell. */
static bool quoted_cell(struct csv *csv)
{
    bool inner;
    const char *open = ++csv->at, *close = closing_quote(csv, &inner);
    if (!close)
        return false;
    count_lines(csv, open, close);
    csv->at = close + 1;
    const char *stop = next_stop(csv);
    struct span tail = trimmed(close + 1, stop);
    struct cell cell = {{open, (size_t)(close - open)}, 0};
    csv->at = stop;
    if (inner || tail.n) {
        cell.offset = csv->arena.n;
        for (const char *at = open; at < close;) {
            const char *quote = memchr(at, '"', (size_t)(close - at));
            const char *to = quote ? quote + 1 : close;
            str_add(&csv->arena, (struct span){at, (size_t)(to - at)});
            at = quote ? quote + 2 : close;
        }
        str_add(&csv->arena, tail);
        cell.text = (struct span){NULL, csv->arena.n - cell.offset};
    }
    add_cell(csv, cell);
    return true;
}

static void end_line(struct csv *csv)
{
    if (csv->at < csv->end && *csv->at == '\r')
        csv->at++;
    if (csv->at < csv->end && *csv->at == '\n')
        csv->at++;
    csv->source->line++;
}

/* One row into csv->cells. NO at the end, DATA for a quote that nothing closes: then the rest of
 * its first line is passed over. */
static enum result read_row(struct csv *csv)
{
    uint64_t line = csv->source->line;
    csv->begin = (size_t)(csv->at - csv->source->bytes.at);
    csv->n = csv->surplus = 0;
    str_clear(&csv->arena);
    if (csv->at == csv->end)
        return RESULT_NO;
    for (;;) {
        if (csv->at < csv->end && *csv->at == '"') {
            if (!quoted_cell(csv)) {
                if (csv->begin < csv->source->unclosed)
                    csv->source->unclosed = csv->begin;
                csv->source->line = line;
                csv->at = csv->source->bytes.at + csv->begin;
                while ((csv->at = next_stop(csv)) < csv->end && *csv->at == csv->separator)
                    csv->at++;
                end_line(csv);
                return RESULT_DATA;
            }
        } else {
            const char *stop = next_stop(csv);
            add_cell(csv, (struct cell){trimmed(csv->at, stop), 0});
            csv->at = stop;
        }
        if (csv->at == csv->end)
            return RESULT_OK;
        if (*csv->at != csv->separator)
            break;
        csv->at++;
    }
    end_line(csv);
    return RESULT_OK;
}

static struct span cell_text(const struct csv *csv, size_t i)
{
    const struct cell *cell = &csv->cells[i];
    if (cell->text.n && !cell->text.at)
        return (struct span){csv->arena.at + cell->offset, cell->text.n};
    return cell->text;
}

static bool is_blank_row(const struct csv *csv)
{
    for (size_t i = 0; i < csv->n; i++)
        if (csv->cells[i].text.n)
            return false;
    return csv->surplus == 0;
}

/* The separator that stands most often outside quotes in the first line that is not blank; a tie is
 * the comma's. Excel's own "sep=;" line says it outright. */
static char find_separator(struct csv *csv)
{
    static const char candidates[] = ",;\t";
    size_t counts[3] = {0};
    struct span text = csv->source->bytes;
    if (span_starts_nocase(text, SPAN("sep=")) && text.n > 5 &&
        (text.at[5] == '\n' || text.at[5] == '\r')) {
        csv->at += 5;
        end_line(csv);
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
    struct heading *heading = &csv->headings[i];
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
    if (n > 1 && read_row(csv) == RESULT_OK)
        for (size_t i = n; i-- > 0;)
            if (found[i] < csv->n && span_find_char(cell_text(csv, found[i]), '@') >= 0)
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
        struct heading *heading = &csv->headings[i];
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

static enum result read_headings(struct csv *csv, struct error *error)
{
    size_t found[8], n = 0, unclosed;
    const char *at;
    uint64_t line;
    do {
        at = csv->at;
        line = csv->source->line;
        unclosed = csv->source->unclosed;
        enum result result = read_row(csv);
        if (result == RESULT_NO)
            return error_set(error, RESULT_DATA, _("there is nothing in it"));
        if (result == RESULT_DATA)
            return error_set(error, RESULT_DATA, _("the first line has a quote that never closes"));
    } while (is_blank_row(csv));
    size_t columns = csv->n;
    if (columns >= COLUMNS_MAX)
        return error_set(error, RESULT_DATA, _("more than %d columns"), COLUMNS_MAX - 1);
    csv->headings = alloc_zero(columns, sizeof *csv->headings);
    csv->columns = columns;
    for (size_t i = 0; i < columns; i++) {
        struct heading *heading = &csv->headings[i];
        heading->renamed = span_copy(cell_text(csv, i)); /* the arena is used again */
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

static bool csv_looks(struct span bytes)
{
    (void)bytes;
    return true;
}

static void csv_close(void *state)
{
    struct csv *csv = state;
    for (size_t i = 0; i < csv->columns; i++)
        free(csv->headings[i].renamed);
    free(csv->headings);
    free(csv->cells);
    str_free(&csv->arena);
    str_free(&csv->tags);
    free(csv);
}

static enum result csv_open(struct source *source, void **state, struct error *error)
{
    struct csv *csv = alloc_zero(1, sizeof *csv);
    csv->source = source;
    csv->at = source->bytes.at;
    csv->end = csv->at + source->bytes.n;
    csv->block = SIZE_MAX;
    csv->separator = find_separator(csv);
    enum result result = read_headings(csv, error);
    for (size_t i = 0; i < csv->columns && i < 64; i++) {
        if (csv->headings[i].column == COLUMN_FIELD)
            csv->unseen |= UINT64_C(1) << i;
        if (csv->headings[i].column == COLUMN_ADDRESS)
            csv->address = i;
    }
    source->at = (size_t)(csv->at - source->bytes.at);
    *state = csv;
    return result;
}

/* ---- rows as nearly all are: a line with a cell a column, none quoted */

/* The stops of one row, one after the other. */
struct stops {
    struct csv *csv;
    uint64_t mask; /* those of csv->block that are left */
};

static struct stops stops_from(struct csv *csv)
{
    size_t offset = (size_t)(csv->at - csv->source->bytes.at), block = offset / BLOCK;
    if (csv->block != block)
        load_block(csv, block);
    return (struct stops){csv, csv->mask & (~UINT64_C(0) << (offset % BLOCK))};
}

/* NULL where the file ends. */
static inline const char *take_stop(struct stops *stops)
{
    struct csv *csv = stops->csv;
    while (stops->mask == 0) {
        if ((csv->block + 1) * BLOCK >= csv->source->bytes.n)
            return NULL;
        load_block(csv, csv->block + 1);
        stops->mask = csv->mask;
    }
    const char *stop = csv->source->bytes.at + csv->block * BLOCK + __builtin_ctzll(stops->mask);
    stops->mask &= stops->mask - 1;
    return stop;
}

/* The cell number i, which begins at *at; *at goes behind its end. False: it is none as nearly all are. */
static inline bool take_cell(struct stops *stops, size_t i, const char **at, struct span *cell)
{
    const struct csv *csv = stops->csv;
    const char *stop = take_stop(stops);
    if (!stop || **at == '"' || (*stop == csv->separator) != (i + 1 < csv->columns))
        return false;
    *cell = trimmed(*at, stop);
    *at = stop + 1;
    return true;
}

static inline void put_cell(struct csv *csv, struct reader_row *row, size_t i, struct span cell)
{
    const struct heading *heading = &csv->headings[i];
    if (cell.n && i < 64)
        csv->present |= UINT64_C(1) << i;
    column_put(row, heading->column, heading->name, cell, &csv->tags);
}

static size_t behind_line(const struct csv *csv, const char *at)
{
    if (at[-1] == '\r' && at < csv->end && *at == '\n')
        at++;
    return (size_t)(at - csv->source->bytes.at);
}

/* False: nothing is read, and *row as it was. */
static bool read_plain(struct csv *csv, struct reader_row *row)
{
    struct source *source = csv->source;
    const char *at = csv->at;
    struct span cell;
    bool any = false;
    if (at == csv->end)
        return false;
    struct stops stops = stops_from(csv);
    for (size_t i = 0; i < csv->columns; i++) {
        if (!take_cell(&stops, i, &at, &cell)) {
            csv->present = 0;
            contact_clear(&row->contact);
            row->state = row->reason = row->since = SPAN("");
            return false;
        }
        any = any || cell.n;
        put_cell(csv, row, i, cell);
    }
    if (any) {
        row->line = source->line++;
        source->at = behind_line(csv, at);
    }
    return any; /* a blank row is none, and put nothing */
}

static bool csv_skim(struct source *source, void *state, struct span *address)
{
    struct csv *csv = state;
    const char *at = csv->at = source->bytes.at + source->at;
    struct span cell;
    if (at == csv->end || csv->columns > 64)
        return false;
    struct stops stops = stops_from(csv);
    for (size_t i = 0; i < csv->columns; i++) {
        if (!take_cell(&stops, i, &at, &cell) || (cell.n && csv->unseen >> i & 1))
            return false;
        if (i == csv->address)
            *address = cell;
    }
    if (!address->n)
        return false;
    source->at = behind_line(csv, at);
    return true;
}

static void csv_seen(void *state)
{
    struct csv *csv = state;
    csv->unseen &= ~csv->present;
}

static enum result csv_next(struct source *source, void *state, struct reader_row *row)
{
    struct csv *csv = state;
    enum result result;
    csv->at = source->bytes.at + source->at;
    csv->present = 0;
    if (read_plain(csv, row))
        return RESULT_OK;
    do {
        row->line = source->line;
        result = read_row(csv);
        source->at = (size_t)(csv->at - source->bytes.at);
        if (result == RESULT_NO)
            return RESULT_NO;
    } while (result == RESULT_OK && is_blank_row(csv));
    if (result == RESULT_DATA)
        row->problem = _("a quote that never closes");
    else if (csv->surplus)
        row->problem = _("more cells than columns; does a separator need quotes round its cell?");
    if (row->problem)
        return RESULT_OK;
    for (size_t i = 0; i < csv->n; i++)
        put_cell(csv, row, i, cell_text(csv, i));
    return RESULT_OK;
}

static void csv_move(struct source *source, void *state)
{
    struct csv *csv = state;
    csv->at = source->bytes.at;
    csv->end = csv->at + source->bytes.n;
    csv->block = SIZE_MAX;
}

const struct format format_csv = {"csv",     csv_looks, csv_open, csv_next,
                                  csv_close, csv_skim,  csv_seen, csv_move};
