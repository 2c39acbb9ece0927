/* SPDX-License-Identifier: MIT
 *
 * Inside src/exchange: between csv.c, which reads rows, and csv_headings.c, which finds out what is in them.
 */
#ifndef EXCHANGE_CSV_H
#define EXCHANGE_CSV_H

#include "exchange/column.h"
#include "exchange/format.h"

enum { CSV_COLUMNS_MAX = 4096 };

struct csv_cell {
    struct span text;  /* .at NULL with n > 0: in the arena, at `offset` */
    size_t offset;
};

struct csv_heading {
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
    struct csv_cell *cells;
    size_t n, room;
    size_t surplus; /* cells beyond the headings that are not blank */
    struct str arena;
    struct csv_heading *headings;
    size_t columns;
    size_t address;  /* the column */
    /* Of the first 64 columns: those of fields that are not known to have values, and those that have one in
     * the row read last. */
    uint64_t unseen, present;
    struct str tags;
};

/* Reads the row at csv->at into csv->cells. NO at the end, DATA for a quote that nothing closes: then the rest of its
 * first line is passed over. */
enum result csv_row(struct csv *csv);
struct span csv_cell(const struct csv *csv, size_t i); /* of that row, until the next one */
bool csv_is_blank(const struct csv *csv);
void csv_end_line(struct csv *csv); /* over a line's end */

/* What the file begins with: the separator, and then the row of headings. */
char csv_separator(struct csv *csv);
enum result csv_headings(struct csv *csv, struct error *error);

#endif
