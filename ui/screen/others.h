/* SPDX-License-Identifier: MIT
 *
 * Scans that this screen did not start: a colleague's, and those of a running `watch`, which is
 * asked to scan instead of starting one here.
 */
#ifndef SCREEN_OTHERS_H
#define SCREEN_OTHERS_H

#include "screen/layout.h"
#include "store/board.h"

struct session;

struct others {
    struct board_row rows[BOARD_ROWS];
    size_t n;
    int64_t looked; /* ms */
    bool asked;     /* for a scan whose end was not told yet; */
    uint64_t made;  /* scans there were then */
};

/* Looks twice a second; true if anything is to be drawn. */
bool others_look(struct session *session);
/* Their scans that run now, a line each from row y on; returns the row behind. */
int others_draw(struct session *session, int y, int last, struct area area);
/* Leaves a scan request for the watches. Fills `left` with the names of accounts that none of them
 * watches, at most `max`. False, and nothing done, where there is no watch at all. */
bool others_ask(struct session *session, const char **left, size_t max);
/* Something was committed: says how the scan came out that was asked for. */
void others_changed(struct session *session);

#endif
