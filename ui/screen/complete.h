/* SPDX-License-Identifier: MIT
 *
 * Completing what is typed at `:`: commands, their options, a query's keys, states, made of the tables
 * that define them; and the address under the cursor for commands about one.
 */
#ifndef SCREEN_COMPLETE_H
#define SCREEN_COMPLETE_H

#include "screen/lineedit.h"
#include "screen/session.h"

/* Completes the word before the cursor as far as it is certain; several that fit are named in the
 * message line. */
void complete_line(struct session *session, struct lineedit *line);

#endif
