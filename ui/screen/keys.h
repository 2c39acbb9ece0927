/* SPDX-License-Identifier: MIT
 *
 * The table of keys: in which place a key does what, and the words for it. The main loop looks keys
 * up here, the bottom line's hints and the `?` page are made of the same rows, so they cannot
 * disagree. Pure: knows no curses.
 */
#ifndef SCREEN_KEYS_H
#define SCREEN_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* A key: a Unicode code point (control characters as they come: 1 is Ctrl-A), or one of these. */
typedef uint32_t key_code;
enum {
    K_NONE = 0,
    K_ENTER = '\r', /* and LF */
    K_TAB = '\t',
    K_ESC = 27,
    K_SPECIAL = 0x110000, /* what follows is no character */
    K_UP,
    K_DOWN,
    K_LEFT,
    K_RIGHT,
    K_HOME,
    K_END,
    K_PAGE_UP,
    K_PAGE_DOWN,
    K_BACKSPACE,
    K_DELETE,
    K_BACKTAB,
    K_F1,
    K_F2,
    K_RESIZE, /* the window changed */
    K_PASTE,  /* text was pasted: input_pasted() */
};
#define K_CTRL(letter) ((key_code)(letter)&0x1f)

enum place {
    PLACE_EVERYWHERE,
    PLACE_LIST,
    PLACE_FACETS,
    PLACE_SEARCH,
    PLACE_CONTACT,
    PLACE_FORM,
    PLACE_MEND,
    PLACE_TYPOS,
    PLACE_SCAN,
    PLACE_REVIEW,
    PLACE_HISTORY,
    PLACE_TEXT,
    PLACE_WELCOME,
    PLACE_SETUP,
    PLACE_CHOICE,
    PLACE_TRYING,
    PLACE_ASK,
    PLACE_PROMPT,
    PLACE_LINE, /* any line that is typed into: after the place's own */
    PLACE_COUNT
};

enum act {
    ACT_NONE,
    /* moving */
    ACT_UP,
    ACT_DOWN,
    ACT_LEFT,
    ACT_RIGHT,
    ACT_PAGE_UP,
    ACT_PAGE_DOWN,
    ACT_TOP,
    ACT_BOTTOM,
    ACT_NEXT,
    ACT_PREVIOUS,
    /* everywhere */
    ACT_CLOSE,
    ACT_QUIT,
    ACT_HELP,
    ACT_REDRAW,
    ACT_COMMAND,
    ACT_UNDO,
    ACT_HISTORY,
    ACT_REVIEW,
    ACT_SCAN,
    ACT_COPY,
    ACT_COPY_ROW,
    /* the list and the contact */
    ACT_OPEN,
    ACT_EDIT,
    ACT_NEW,
    ACT_MEND,
    ACT_DOMAIN,
    ACT_MARK,
    ACT_TAG,
    ACT_SELECT,
    ACT_RANGE,
    ACT_ALL,
    ACT_SEARCH,
    ACT_FACETS,
    ACT_DROP,
    ACT_ORDER,
    ACT_REVERSE,
    ACT_VIEW,
    ACT_SAVE_VIEW,
    ACT_PANEL,
    ACT_JUMP,
    ACT_EXPORT,
    ACT_MERGE,
    ACT_TYPOS,
    ACT_DNS,
    ACT_ORIGINAL,
    /* forms and lines */
    ACT_SAVE,
    ACT_SAVE_NEXT,
    ACT_CANCEL,
    ACT_TAKE,
    ACT_EMPTY,
    /* mending and review */
    ACT_YES,
    ACT_NO,
    ACT_KEEP,
    ACT_ACCEPT,
    ACT_DISMISS,
    ACT_HARD,
    ACT_SOFT,
    ACT_IGNORE,
    /* welcome */
    ACT_IMPORT,
    ACT_SETUP,
    /* editing a line: lineedit.h does them */
    ACT_LINE_LEFT,
    ACT_LINE_RIGHT,
    ACT_LINE_WORD_LEFT,
    ACT_LINE_WORD_RIGHT,
    ACT_LINE_HOME,
    ACT_LINE_END,
    ACT_LINE_BACKSPACE,
    ACT_LINE_DELETE,
    ACT_LINE_WORD_BACK,
    ACT_LINE_KILL,
    ACT_LINE_KILL_ALL,
};

struct key_row {
    enum place place;
    key_code key;
    enum act act;
    int hint;         /* place in the bottom line, 1 first; 0: not there */
    const char *word; /* N_() for the bottom line: "open" */
    const char *help; /* N_() for the help page; NULL: another key for the row above */
};

extern const struct key_row key_rows[];
extern const size_t key_row_count;

/* What `key` does at `place`: the place's own rows, then (for places that take no typing) those of
 * everywhere. ACT_NONE: nothing. A place that takes typing has only rows of control and function
 * keys, so letters fall through to the line. */
enum act keys_find(enum place place, key_code key);
bool keys_typing(enum place place); /* does the place take letters as text? */

/* "Enter", "Ctrl-N", "PgDn", "m"; adds to out. */
void keys_name(key_code key, struct str *out);

/* The bottom line: the hints of the place in order, as many as fit into `width` columns, the way to
 * the help page last and always there. Adds to out; pieces are "key word" with two blanks between. */
void keys_hints(enum place place, size_t width, struct str *out);

/* Lines of the help page of a place, "keys<TAB>text" each; adds to out. */
void keys_help(enum place place, struct str *out);
const char *keys_place(enum place place); /* translated title: "The list" */

#endif
