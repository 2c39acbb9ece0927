/* SPDX-License-Identifier: MIT */
#include "screen/palette.h"

const struct palette_row palette_rows[] = {
    {STYLE_BAD, 196, 1, false},
    {STYLE_WARN, 164, 5, false},
    {STYLE_GOOD, 28, -1, true},
};
const size_t palette_row_count = sizeof palette_rows / sizeof *palette_rows;
