/* SPDX-License-Identifier: MIT
 *
 * Questions and answers, one line each. On a terminal the question is shown; from a pipe the answers
 * are read as they come, and nothing is asked twice.
 */
#ifndef COMMAND_DIALOGUE_H
#define COMMAND_DIALOGUE_H

#include <stdbool.h>

#include "base/result.h"

/* Is there a person who can be asked again? */
bool dialogue_is_live(void);

/* "QUESTION [INITIAL]: " on standard error. *answer is what was typed, blanks off its ends, or
 * `initial` (NULL: there is none, and an empty line is asked again) for an empty line or at the end
 * of the input. USAGE naming the question where there is no answer, CANCELLED by a signal. The
 * caller frees. */
enum result dialogue_ask(const char *question, const char *initial, char **answer,
                         struct error *error);

/* The same for a secret, typed unseen on the terminal. *answer is to be wiped. */
enum result dialogue_secret(const char *question, char **answer, struct error *error);

/* A line typed unseen on the terminal, `prompt` as it is before it; NULL without a terminal or an
 * answer. To be wiped and freed. */
char *dialogue_unseen(const char *prompt);

#endif
