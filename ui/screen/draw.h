/* SPDX-License-Identifier: MIT
 *
 * Putting text into cells: cut by display width, never within a character, everything made visible
 * first (utf8_visible), in whatever character set the terminal has. Colour is never the only sign.
 */
#ifndef SCREEN_DRAW_H
#define SCREEN_DRAW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "contact/state.h"
#include "screen/layout.h"

enum style {
    STYLE_NORMAL,
    STYLE_DIM,    /* what matters less */
    STYLE_BOLD,   /* titles */
    STYLE_BAR,    /* the head line */
    STYLE_CURSOR, /* the row with the focus */
    STYLE_ROW,    /* the cursor's row while the focus is elsewhere */
    STYLE_INPUT,  /* a field that is typed into */
    STYLE_BAD,    /* invalid, errors */
    STYLE_WARN,   /* suspect, complained, troubles */
    STYLE_GOOD,   /* suggestions, what is well */
    STYLE_COUNT
};
enum style draw_state_style(enum state state);

/* Takes the terminal (initscr) and gives it back. False: the terminal is of no use (dumb). */
bool draw_start(void);
void draw_stop(void);
/* Gives the terminal to another program and takes it back. */
void draw_suspend(void);
void draw_resume(void);

int draw_rows(void);
int draw_columns(void);
/* Can this terminal copy (OSC 52) and mark pasted text (2004)? By its name. */
bool draw_is_xterm(void);

/* A frame of the film: begin empties it, end sends what changed and puts the cursor (-1, -1: hides
 * it in the corner). `anew` sends everything. */
void draw_begin(void);
void draw_end(int y, int x, bool anew);

/* On a slow line (pace.h): has what was drawn before still to arrive? Then a frame would only be late. */
bool draw_waits(void);
/* The terminal said that it has what was sent to it. */
void draw_arrived(void);
/* Is something yet to be said by it? */
bool draw_unanswered(void);
/* Does it take a while until what is sent is seen? Or is it there at once? */
bool draw_is_slow(void);
bool draw_is_quick(void);

/* Text at y, x, at most `width` columns, with "…" where it was cut; returns the columns used. */
int draw_text(int y, int x, int width, enum style style, struct span text);
int draw_words(int y, int x, int width, enum style style, const char *text);
int draw_format(int y, int x, int width, enum style style, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* The same, blanks up to `width` behind it, or before it. */
void draw_cell(int y, int x, int width, enum style style, struct span text);
void draw_right(int y, int x, int width, enum style style, struct span text);
void draw_blank(int y, int x, int width, enum style style);
void draw_area(struct area area); /* blanks all of it */
void draw_rule(int y, int x, int width, enum style style, const char *title);
/* A frame round the inside of `area`, its title in the top line. */
void draw_frame(struct area area, enum style style, const char *title);
/* "key word  key word" as keys_hints makes it: keys bold. */
void draw_hints(int y, int x, int width, struct span hints);

/* Copies text to the operator's clipboard (OSC 52), cleaned. False: the terminal cannot. */
bool draw_copy(struct span text);

#endif
