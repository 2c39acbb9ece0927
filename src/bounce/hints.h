/* SPDX-License-Identifier: MIT
 *
 * Words of senders, subjects and texts that tell what kind of message it is; autoreply.c asks for
 * them.
 */
#ifndef BOUNCE_HINTS_H
#define BOUNCE_HINTS_H

#include <stddef.h>

#include "bounce/phrases.h"

enum word {
    WORD_FAILURE,   /* subject of a bounce */
    WORD_AWAY,      /* subject of an automatic answer */
    WORD_AWAY_TEXT, /* its text */
    WORD_CHALLENGE,
    WORD_READ,   /* receipt */
    WORD_DAEMON, /* sender's name or local part */
    WORD_QUOTE,  /* text: somebody quotes what follows */
};

enum word hints_word(size_t i);

/* The text of each row, NULL behind the last; and their automaton, which data/phrases_make.c makes
 * of them. */
const char *hints_text(size_t i);
extern const struct phrases hints_phrases;

#endif
