/* SPDX-License-Identifier: MIT
 *
 * Where things go on a screen of a given size. Pure arithmetic.
 */
#ifndef SCREEN_LAYOUT_H
#define SCREEN_LAYOUT_H

#include <stdbool.h>

#include "store/search.h"

enum { LAYOUT_LEAST_ROWS = 16, LAYOUT_LEAST_COLUMNS = 60 };

struct area {
    int y, x, rows, columns;
};

struct layout {
    bool too_small;
    int head;            /* row of the head line */
    int views;           /* row of the views */
    struct area facets;  /* the filter panel with its frame */
    bool overlay;        /* facets lie over the list, and only while they have the focus */
    int titles;          /* row of the column titles */
    struct area list;    /* the rows of contacts */
    int position;        /* row of "1-13 of 214" */
    int query;           /* row of the search line */
    struct area scans;   /* rows 0 or more; the first is a rule where there are two and more */
    int hints;           /* the last row */
};
/* Without the panel the list has its columns, and the panel is an overlay. */
struct layout layout_of(int rows, int columns, bool panel);

/* Columns of the list, in the order they are shown. */
enum column {
    COLUMN_ADDRESS,
    COLUMN_NAME,
    COLUMN_COMPANY,
    COLUMN_STATE,
    COLUMN_SINCE,
    COLUMN_REASON,
    COLUMN_BOUNCE,
    COLUMN_TAGS,
    COLUMN_COUNT
};
struct column_row {
    const char *title;       /* N_() */
    int order;               /* enum search_order it is sorted by, -1 for none */
};
extern const struct column_row column_rows[COLUMN_COUNT];

/* Widths in columns (0: not shown) that sum to `columns` with one blank between. */
void layout_columns(int columns, int widths[COLUMN_COUNT]);

#endif
