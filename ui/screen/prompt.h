/* SPDX-License-Identifier: MIT
 *
 * One line to type at the bottom, over the page below.
 */
#ifndef SCREEN_PROMPT_H
#define SCREEN_PROMPT_H

#include "screen/session.h"

/* done() gets what was typed, once Enter was pressed and the prompt is gone; Esc never calls it.
 * free_arg may be NULL. With `history` Up brings back earlier commands. */
void prompt_open(struct session *session, const char *label, struct span text, bool history,
                 void (*done)(struct session *session, void *arg, struct span text), void *arg,
                 void (*free_arg)(void *arg));

#endif
