/* SPDX-License-Identifier: MIT
 *
 * SIGHUP for what runs for years: the configuration is read anew, by starting this program again in
 * the same process, with the same arguments.
 */
#ifndef COMMAND_RELOAD_H
#define COMMAND_RELOAD_H

#include <stdbool.h>

/* From now on SIGHUP asks; that of a terminal that went away ends (as interrupt_watch has it). */
void reload_listen(const char *config_path);
/* Was it asked, and is the configuration good? A bad one is complained of, and nothing changes. */
bool reload_asked(void);
/* Begins anew; returns only if that fails. Everything is to be closed before. */
void reload_now(char **argv);

#endif
