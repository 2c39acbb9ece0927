/* SPDX-License-Identifier: MIT */
#include "screen/layout.h"

#include "base/text.h"

const struct column_row column_rows[COLUMN_COUNT] = {
    [COLUMN_ADDRESS] = {N_("Address"), ORDER_ADDRESS}, [COLUMN_NAME] = {N_("Name"), ORDER_NAME},
    [COLUMN_COMPANY] = {N_("Company"), -1},            [COLUMN_STATE] = {N_("State"), ORDER_STATE},
    [COLUMN_SINCE] = {N_("Since"), -1},                [COLUMN_REASON] = {N_("Reason"), -1},
    [COLUMN_BOUNCE] = {N_("Bounce"), ORDER_BOUNCE},    [COLUMN_TAGS] = {N_("Tags"), -1},
};

struct layout layout_of(int rows, int columns, bool panel)
{
    struct layout l = {.head = 0, .views = 1, .titles = 2};

    l.too_small = rows < LAYOUT_LEAST_ROWS || columns < LAYOUT_LEAST_COLUMNS;
    l.hints = rows - 1;
    int scans = rows >= 40 ? 6 : rows >= 24 ? 3 : 1;
    l.scans = (struct area){l.hints - scans, 0, scans, columns};
    l.query = l.scans.y - 1;
    l.position = l.query - 1;
    l.overlay = columns < 80 || !panel;
    int facets = columns >= 120 ? 26 : 20;
    l.facets = (struct area){l.titles, 0, l.position - l.titles + 1, facets};
    int x = l.overlay ? 0 : facets;
    l.list = (struct area){l.titles + 1, x, l.position - l.titles - 1, columns - x};
    return l;
}

/* Which columns there are from how many columns of the list on. The state and the reason survive
 * everything; the name goes first. */
static const struct {
    enum column column;
    int from, width, narrow;
} widths_from[] = {
    {COLUMN_STATE, 0, 10, 10},   {COLUMN_SINCE, 0, 10, 6},     {COLUMN_REASON, 0, 18, 14},
    {COLUMN_NAME, 90, 18, 0},    {COLUMN_BOUNCE, 110, 12, 0},  {COLUMN_COMPANY, 130, 18, 0},
    {COLUMN_TAGS, 150, 14, 0},
};

void layout_columns(int columns, int widths[COLUMN_COUNT])
{
    int rest = columns;

    for (int i = 0; i < COLUMN_COUNT; i++)
        widths[i] = 0;
    for (unsigned i = 0; i < sizeof widths_from / sizeof *widths_from; i++) {
        if (columns < widths_from[i].from)
            continue;
        int width = widths_from[i].width;
        if (columns < 68)
            width = widths_from[i].narrow;
        widths[widths_from[i].column] = width;
        rest -= width + 1;
    }
    /* What is left is the address's, up to a point; then the names share it. */
    widths[COLUMN_ADDRESS] = rest;
    int spare = rest - 40;
    if (spare > 0 && widths[COLUMN_NAME]) {
        int share = spare - spare / 2 > 24 ? spare - 24 : spare / 2; /* 64 columns are enough */
        widths[COLUMN_ADDRESS] -= share;
        if (widths[COLUMN_TAGS]) {
            widths[COLUMN_TAGS] += share / 3;
            widths[COLUMN_COMPANY] += share / 3;
            share -= 2 * (share / 3);
        }
        widths[COLUMN_NAME] += share;
    }
}
