/* SPDX-License-Identifier: MIT
 *
 * Several sources watched at once: a process of its own for each, this program again. One that
 * crashes is started anew, later and later; what they say comes out line by line.
 */
#ifndef COMMAND_FAMILY_H
#define COMMAND_FAMILY_H

#include "command/command.h"

/* Runs `watch NAME` for each until `stop` says so; then they are ended, within a second. IO if none
 * could be started. */
enum result family_run(const struct command_line *line, const char *const *names, size_t n,
                       bool (*stop)(void *unused), struct error *error);

/* In such a process: ends with its parent, if it is one. True then. */
bool family_is_member(void);

#endif
