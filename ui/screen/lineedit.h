/* SPDX-License-Identifier: MIT
 *
 * A line of text being typed: UTF-8, a cursor between characters, and what part of it is to be
 * seen. Knows nothing of drawing. A character here is a base with its combining marks: the cursor
 * never stands inside one.
 */
#ifndef SCREEN_LINEEDIT_H
#define SCREEN_LINEEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "screen/keys.h"

struct lineedit {
    struct str text;
    size_t at;   /* byte offset of the cursor, 0..text.n */
    size_t from; /* byte offset of the first character shown */
    size_t max;  /* bytes it may hold; 0: 4,096 */
};

void lineedit_set(struct lineedit *line, struct span text); /* cursor at the end */
void lineedit_free(struct lineedit *line);
struct span lineedit_text(const struct lineedit *line); /* good until the next change */

/* One of ACT_LINE_*: true if the text changed. Other acts do nothing. */
bool lineedit_act(struct lineedit *line, enum act act);
/* Types a character; true if it was taken (printable, room left). */
bool lineedit_type(struct lineedit *line, uint32_t code);
/* Pasted text: line ends and tabs become a blank, other controls vanish. True if the text changed. */
bool lineedit_paste(struct lineedit *line, struct span text);
bool lineedit_at_end(const struct lineedit *line);

/* Moves the shown part so that the cursor is in it. *shown is the part that fits into `width`
 * columns, *cursor the column of the cursor in it, at most width - 1. */
void lineedit_view(struct lineedit *line, size_t width, struct span *shown, size_t *cursor);

#endif
