/* SPDX-License-Identifier: MIT
 *
 * The colours of words, on whatever ground the operator has: each can be read on black and on white
 * (tests/unit/screen_test.c computes it), and none says what the words do not. No ground is ever set.
 */
#ifndef SCREEN_PALETTE_H
#define SCREEN_PALETTE_H

#include <stdbool.h>
#include <stddef.h>

#include "screen/draw.h"

struct palette_row {
    enum style style;
    short of_256; /* xterm's number */
    short of_8;   /* ANSI's number, -1: none of the eight can be read on both */
    bool bold;
};
extern const struct palette_row palette_rows[];
extern const size_t palette_row_count;

#endif
