/* SPDX-License-Identifier: MIT
 *
 * Who scans and who watches right now, for the others at the same store: a file "board" beside it,
 * with a row for each. A row is true as long as its lock is held, and that dies with its process.
 * Nothing here is needed for a scan to be right: where it fails, nobody sees the scan, and that is
 * all.
 */
#ifndef STORE_BOARD_H
#define STORE_BOARD_H

#include <sys/types.h>

#include "store/store.h"

enum board_kind { BOARD_SCAN, BOARD_WATCH };

struct board_row {
    int64_t begun;        /* of the scan at work */
    uint64_t read, total; /* messages; total 0 where not known */
    uint64_t invalidated;
    pid_t pid;
    uint8_t kind;    /* enum board_kind */
    uint8_t working; /* a watch: does it scan now, or wait? */
    char who[64];    /* login */
    char account[160];
};

struct seat;

/* Takes a row; NULL if there is none to be had. */
struct seat *seat_take(struct store *store, const struct board_row *row);
void seat_say(struct seat *seat, const struct board_row *row); /* NULL is fine */
void seat_leave(struct seat *seat);

enum { BOARD_ROWS = 64 };
/* The rows that are true now, one's own as well: at most `max`. Cheap enough for every redraw. */
size_t board_read(struct store *store, struct board_row *rows, size_t max);

#endif
