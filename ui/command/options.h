/* SPDX-License-Identifier: MIT
 *
 * The command line, taken apart by the tables (interface.md "Commands"): long options only,
 * anywhere; a word with a single '-' is a word; "--" ends the options.
 */
#ifndef COMMAND_OPTIONS_H
#define COMMAND_OPTIONS_H

#include "command/command.h"

/* What every command takes: --store, --config, --json, --quiet, --help, --version. */
extern const struct option shared_options[];

/* Fills *line (borrowing argv); the command is NULL where none is named. USAGE with a sentence for
 * an unknown command or option, a missing or needless value, too few or too many words (not with
 * --help). options_free in any case. */
enum result options_parse(int argc, char **argv, const struct command *const *table,
                          struct command_line *line, struct error *error);
void options_free(struct command_line *line);

/* All words joined by blanks, as a query is; the caller frees. From word `first`. */
char *options_query(const struct command_line *line, size_t first);

#endif
