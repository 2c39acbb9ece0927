/* SPDX-License-Identifier: MIT
 *
 * Today's rules over the originals that are kept: who would change, and, as one step, does.
 */
#ifndef SCAN_REJUDGE_H
#define SCAN_REJUDGE_H

#include "action/action.h"
#include "config/config.h"
#include "store/evidence.h"

struct rejudge_events {
    /* A bounce that reads otherwise today, and what that makes of its address. `was` is NULL for a
     * message that named nobody before. */
    void (*change)(void *arg, const char *address, const struct evidence *was,
                   const struct evidence *now, enum state before, enum state after);
    void (*progress)(void *arg, uint64_t done, uint64_t total);
    void *arg;
};

/* Without `apply` nothing changes; outcome->changed counts bounces either way. `wording`: only those
 * that this wording decides today; NULL: all. `program` as for cage_new. */
enum result rejudge(struct store *store, const struct config *config, const struct actor *actor,
                    bool apply, const char *wording, const char *program, const struct rejudge_events *events,
                    struct outcome *outcome, struct error *error);

#endif
