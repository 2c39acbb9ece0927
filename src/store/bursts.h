/* SPDX-License-Identifier: MIT
 *
 * Table bursts: what comes in heaps, by the time of the bounces. Hard bounces that took effect, by the
 * domain they are about and by the server that sent them back, so that a wave of them can be seen
 * across scans (scan/wave.h); and refusals of our own servers, by hour, server and wording.
 */
#ifndef STORE_BURSTS_H
#define STORE_BURSTS_H

#include "store/store.h"

enum burst_kind { BURST_DOMAIN = 'd', BURST_SERVER = 's' }; /* stored */

struct burst {
    int64_t time;       /* of the bounce */
    uint32_t number;    /* of its evidence */
    struct span folded; /* whom that is about */
    bool held;          /* it was held once as part of a wave */
};
void bursts_put(struct txn *txn, enum burst_kind kind, struct span name, const struct burst *burst);

/* Those of one name in order of time, from `from` on. Start with a zeroed walk but for that. */
struct bursts_walk {
    int64_t from;
    struct burst burst; /* out; good until the next step or write */
    void *state_;
};
bool bursts_next(struct txn *txn, enum burst_kind kind, struct span name, struct bursts_walk *walk);
void bursts_walk_end(struct bursts_walk *walk);

/* For erase: takes away all that names that address; looks through the whole table. */
void bursts_forget(struct txn *txn, struct span folded);

/* One more refusal of that wording by that server at that time. */
void bursts_add_refusal(struct txn *txn, int64_t time, struct span server, struct span wording);
/* All of them, a row for each hour, server and wording, from the hour of `from` on. */
struct bursts_refusal {
    int64_t since, last; /* the first and last of them in that hour */
    uint64_t n;
    struct span server, wording;
};
struct bursts_refusals {
    int64_t from;
    struct bursts_refusal found; /* out; as burst */
    void *state_;
};
bool bursts_next_refusal(struct txn *txn, struct bursts_refusals *walk);
void bursts_refusals_end(struct bursts_refusals *walk);

#endif
