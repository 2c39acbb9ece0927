/* SPDX-License-Identifier: MIT
 *
 * Whom a change in bulk means: a QUERY of the command line, or addresses on standard input.
 */
#ifndef COMMAND_BULK_H
#define COMMAND_BULK_H

#include "base/file.h"
#include "command/command.h"

struct bulk {
    struct target target;  /* its query is the action's to free, once handed over */
    size_t n;              /* how many it means now */
    struct file text;      /* standard input */
    struct span *addresses;
};

/* Reads whom words[first] and following, or --stdin, mean. USAGE for an empty query without --all;
 * NO if nobody matches. bulk_free in any case. */
enum result bulk_open(const struct command_line *line, size_t first, struct context *context,
                      struct bulk *bulk, struct error *error);
void bulk_free(struct bulk *bulk);

#endif
