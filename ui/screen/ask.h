/* SPDX-License-Identifier: MIT
 *
 * A question over the page below: a title, some lines, and answers, each a key. Esc is always "no,
 * go back", and nothing else than the keys shown does anything.
 */
#ifndef SCREEN_ASK_H
#define SCREEN_ASK_H

#include "base/str.h"
#include "screen/session.h"

struct ask_answer {
    key_code key;
    const char *word; /* N_() */
    int value;        /* handed to done(); never 0 */
};

/* done() is called once, when the question is gone from the screen: with the answer's value, or 0
 * for Esc. `text` is copied. `arg` is done's; free_arg (may be NULL) is called after it. */
void ask_open(struct session *session, const char *title, struct span text,
              const struct ask_answer *answers, size_t n,
              void (*done)(struct session *session, void *arg, int value), void *arg,
              void (*free_arg)(void *arg));

#endif
