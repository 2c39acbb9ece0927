/* SPDX-License-Identifier: MIT
 *
 * Lines of styled text, wrapped to a width, with a place scrolled to. Used by every page that shows
 * prose: contact, help, output, original.
 */
#ifndef SCREEN_TEXTVIEW_H
#define SCREEN_TEXTVIEW_H

#include "base/str.h"
#include "screen/draw.h"
#include "screen/keys.h"

enum { TEXTVIEW_BYTES = 4 * 1024 * 1024 }; /* what comes after that is left out, and says so */

struct textview_line {
    enum style style;
    int indent;    /* columns */
    int hanging;   /* further columns for wrapped parts */
    size_t at, n;  /* in bytes */
};
struct textview_row { /* after wrapping */
    size_t line;
    size_t at, n;
    bool first;
};

struct textview {
    struct str bytes;
    struct textview_line *lines;
    size_t n, room;
    struct textview_row *rows; /* for `width` */
    size_t row_n, row_room;
    int width;
    size_t top; /* row */
    bool full;
};

void textview_clear(struct textview *view); /* keeps the place */
void textview_free(struct textview *view);
/* One line (line ends in the text begin new ones; tabs become blanks). */
void textview_add(struct textview *view, enum style style, int indent, struct span text);
void textview_words(struct textview *view, enum style style, int indent, const char *text);
void textview_format(struct textview *view, enum style style, int indent, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* "label   text", the text hanging at `column`. */
void textview_pair(struct textview *view, int indent, int column, const char *label,
                   struct span text);

/* The row below the area says how much more there is, if there is. */
void textview_draw(struct textview *view, struct area area);
/* Scrolls; false for an act that is no move. `rows` is the height shown. */
bool textview_act(struct textview *view, enum act act, int rows);
size_t textview_height(struct textview *view, int width); /* rows it would take */
/* Words of the program's own, wrapped, in at most so many rows as area has; returns how many. */
int textview_paragraph(struct area area, enum style style, const char *text);

#endif
