/* SPDX-License-Identifier: MIT
 *
 * The operators' screen: the only room that knows curses. It changes things by action/ alone, and
 * never waits: searches run in pieces between two looks at the keyboard, scans in a process of their
 * own.
 */
#ifndef SCREEN_SCREEN_H
#define SCREEN_SCREEN_H

#include "command/command.h"

/* Runs until the operator leaves. context->store is NULL when there is no store yet; a store opened
 * or made meanwhile is left there for the caller to close. USAGE for a terminal that can show
 * nothing, CANCELLED after a signal. Needs setlocale(LC_ALL, "") to have been called. */
enum result screen_run(struct context *context, const struct command_line *line,
                       struct error *error);

#endif
