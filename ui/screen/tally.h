/* SPDX-License-Identifier: MIT
 *
 * How many contacts of a query have which state, reason, domain or tag: counted in pieces, where
 * the store keeps no such count.
 */
#ifndef SCREEN_TALLY_H
#define SCREEN_TALLY_H

#include "screen/hits.h"

enum { TALLY_MOST = 300000 }; /* more hits are not counted: "…" stays */

struct tally_name {
    char *name; /* NULL: a free slot */
    uint64_t n;
};

struct tally_names { /* a hash table */
    struct tally_name *slots;
    size_t n, room; /* room is a power of two */
};

struct tally {
    struct str text;  /* the query */
    bool wanted;
    bool again;       /* the store has changed meanwhile: count once more */
    struct hits hits;
    size_t done;      /* hits counted */
    struct tally_names names;  /* so far */
    struct tally_names before; /* of the same query before the store changed: shown until then */
    bool has_before;
};

enum tally_kind { TALLY_STATE, TALLY_REASON, TALLY_DOMAIN, TALLY_TAG }; /* as enum facet */

void tally_free(struct tally *tally);
void tally_ask(struct tally *tally, struct span text, int64_t now);
/* True if there is more to do. */
bool tally_run(struct tally *tally, enum tally_kind kind, struct txn *txn, int64_t now);
bool tally_complete(const struct tally *tally);
/* Is there something to show: complete, or what was complete before the store changed? */
bool tally_known(const struct tally *tally);
uint64_t tally_get(const struct tally *tally, struct span name);
/* The largest, in order; returns how many. Names belong to the tally. */
size_t tally_top(const struct tally *tally, struct tally_name *out, size_t max);

#endif
