/* SPDX-License-Identifier: MIT
 *
 * What several commands do alike: find contacts, load one with its standing, say what a change did.
 */
#ifndef COMMAND_WORK_H
#define COMMAND_WORK_H

#include "command/command.h"
#include "contact/contact.h"
#include "contact/state.h"

/* The ids of all that match, in the order of addresses; the caller frees. USAGE for a bad query. */
enum result work_hits(struct context *context, struct txn *txn, const char *query, uint32_t **ids,
                      size_t *n, struct error *error);

/* A contact and its address's standing. False: it is gone. */
bool work_load(struct context *context, struct txn *txn, uint32_t id, struct contact *contact,
               struct standing *standing);

/* action_find, MISSING with a sentence. */
enum result work_find(struct txn *txn, const char *text, uint32_t *id, struct error *error);

/* Says what a change did, in words or as {"event":"end",…}, its notes on standard error (JSON:
 * {"event":"note"}). Frees the outcome. Returns `result`, or DATA if contacts were refused. */
enum result work_report(const struct command_line *line, struct outcome *outcome,
                        enum result result);

/* Reads standard input whole (at most 1 GiB); the caller frees *text. */
enum result work_stdin(struct str *text, struct error *error);

/* "invalid since 2026-11-21T12:04:00Z: user unknown", "active", for people. */
void work_standing(const struct standing *standing, struct str *out);

#endif
