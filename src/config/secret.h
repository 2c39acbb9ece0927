/* SPDX-License-Identifier: MIT
 *
 * Secrets by command or from a file. Private to src/config and its tests.
 */
#ifndef CONFIG_SECRET_H
#define CONFIG_SECRET_H

#include <stdbool.h>

#include "base/result.h"

/* Runs `command` by sh in a session of its own, without a terminal, standard input empty; its first
 * line of output is the secret. CONFIG if it fails (its complaint in the sentence), says nothing,
 * or takes longer than `timeout_ms` (then it is killed with its children). The caller frees. */
enum result secret_by_command(const char *command, int timeout_ms, char **out, struct error *error);

/* The same, broken off with CANCELLED when `cancelled` (NULL: never) says so. */
enum result secret_unless(const char *command, int timeout_ms, bool (*cancelled)(void *arg),
                          void *arg, char **out, struct error *error);

/* The first line of a file that nobody else may read. CONFIG, MISSING, DENIED. The caller frees. */
enum result secret_from_file(const char *path, char **out, struct error *error);

#endif
