/* SPDX-License-Identifier: MIT
 *
 * --help, out of the tables: commands, options, configuration.
 */
#ifndef COMMAND_HELP_H
#define COMMAND_HELP_H

#include "base/str.h"
#include "command/command.h"

void help_program(struct str *out);
void help_command(const struct command *command, struct str *out);
void help_config(struct str *out);

#endif
