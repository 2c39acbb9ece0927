/* SPDX-License-Identifier: MIT
 *
 * Whom a command means: contacts by query, address or number.
 */
#ifndef COMMAND_PICK_H
#define COMMAND_PICK_H

#include "command/command.h"
#include "contact/contact.h"
#include "contact/state.h"

/* The ids of all that match, in the order of addresses; the caller frees. USAGE for a bad query. */
enum result pick_hits(struct context *context, struct txn *txn, const char *query, uint32_t **ids,
                      size_t *n, struct error *error);

/* A contact and its address's standing. False: it is gone. */
bool pick_load(struct context *context, struct txn *txn, uint32_t id, struct contact *contact,
               struct standing *standing);

/* action_find, MISSING with a sentence; DATA for an address that several contacts share. */
enum result pick_find(struct txn *txn, const char *text, uint32_t *id, struct error *error);

#endif
