/* SPDX-License-Identifier: MIT
 *
 * CSV (RFC 4180 and what spreadsheets make of it), over mapped bytes: cells are spans into them;
 * only a quoted cell with quotes inside is copied.
 */
#include "exchange/csv.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "base/text.h"

#define BLOCK 64

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

static void add_cell(struct csv *csv, struct csv_cell cell)
{
    if (csv->headings && csv->n >= csv->columns) {
        csv->surplus += cell.text.n > 0;
        return;
    }
    if (csv->n >= CSV_COLUMNS_MAX)
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
    struct csv_cell cell = {{open, (size_t)(close - open)}, 0};
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

void csv_end_line(struct csv *csv)
{
    if (csv->at < csv->end && *csv->at == '\r')
        csv->at++;
    if (csv->at < csv->end && *csv->at == '\n')
        csv->at++;
    csv->source->line++;
}

enum result csv_row(struct csv *csv)
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
                csv_end_line(csv);
                return RESULT_DATA;
            }
        } else {
            const char *stop = next_stop(csv);
            add_cell(csv, (struct csv_cell){trimmed(csv->at, stop), 0});
            csv->at = stop;
        }
        if (csv->at == csv->end)
            return RESULT_OK;
        if (*csv->at != csv->separator)
            break;
        csv->at++;
    }
    csv_end_line(csv);
    return RESULT_OK;
}

struct span csv_cell(const struct csv *csv, size_t i)
{
    const struct csv_cell *cell = &csv->cells[i];
    if (cell->text.n && !cell->text.at)
        return (struct span){csv->arena.at + cell->offset, cell->text.n};
    return cell->text;
}

bool csv_is_blank(const struct csv *csv)
{
    for (size_t i = 0; i < csv->n; i++)
        if (csv->cells[i].text.n)
            return false;
    return csv->surplus == 0;
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
    csv->separator = csv_separator(csv);
    enum result result = csv_headings(csv, error);
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
    const struct csv_heading *heading = &csv->headings[i];
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
        result = csv_row(csv);
        source->at = (size_t)(csv->at - source->bytes.at);
        if (result == RESULT_NO)
            return RESULT_NO;
    } while (result == RESULT_OK && csv_is_blank(csv));
    if (result == RESULT_DATA)
        row->problem = _("a quote that never closes");
    else if (csv->surplus)
        row->problem = _("more cells than columns; does a separator need quotes round its cell?");
    if (row->problem)
        return RESULT_OK;
    for (size_t i = 0; i < csv->n; i++)
        put_cell(csv, row, i, csv_cell(csv, i));
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
