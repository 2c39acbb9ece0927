/* SPDX-License-Identifier: MIT
 *
 * --field X=V, as often as given.
 */
#ifndef COMMAND_FIELDS_H
#define COMMAND_FIELDS_H

#include "command/command.h"
#include "contact/contact.h"

#define FIELDS_MAX 64

/* Fills up to FIELDS_MAX fields, borrowing the command line. USAGE for one without a name. */
enum result fields_read(const struct command_line *line, struct contact_field *fields, size_t *n,
                        struct error *error);

/* The option's value, .at NULL where it is not given. */
struct span fields_option(const struct command_line *line, const char *name);

#endif
