/* SPDX-License-Identifier: MIT
 *
 * Sentences that several commands say: what a change did, how an address stands.
 */
#ifndef COMMAND_SAY_H
#define COMMAND_SAY_H

#include "command/command.h"
#include "contact/state.h"

/* What a change did, in words or as {"event":"end",…}, its notes on standard error (JSON:
 * {"event":"note"}). Frees the outcome. Returns `result`, or DATA if contacts were refused. The
 * sentence in `error` (NULL: none) is emptied if the notes say it. */
enum result say_outcome(const struct command_line *line, struct outcome *outcome,
                        enum result result, struct error *error);
/* The same of an undo: which step it took back. */
enum result say_undone(const struct command_line *line, struct context *context,
                       struct outcome *outcome, enum result result, struct error *error);

/* NO, with a sentence: nobody matches, and what may have been meant. */
enum result say_nobody(const char *query, struct error *error);

/* Adds "invalid since 21 Nov 12:04: user unknown", or "active". */
void say_standing(const struct standing *standing, struct str *out);

#endif
