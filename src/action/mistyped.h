/* SPDX-License-Identifier: MIT
 *
 * Inside action/: the domains of an import, each looked at once, and those that look mistyped.
 */
#ifndef ACTION_MISTYPED_H
#define ACTION_MISTYPED_H

#include "base/str.h"

/* Start with a zeroed struct. */
struct mistyped {
    struct mistyped_row *rows; /* of those that look mistyped: a hash table */
    size_t room, used;
    uint64_t *fine; /* hashes of the others, a hash table too */
    size_t fine_room, fine_n;
    struct str names;
    uint64_t suspicious; /* out: rows at domains that look mistyped */
};
void mistyped_free(struct mistyped *mistyped);

/* Counts `n` rows at a folded domain. */
void mistyped_see(struct mistyped *mistyped, struct span domain, uint64_t n);
/* Adds what another one saw. */
void mistyped_join(struct mistyped *mistyped, const struct mistyped *other);

/* The suspicious ones, most rows first, at most `max`; spans are the struct's own or static. */
struct suspicion {
    struct span domain, meant;
    uint64_t n;
};
size_t mistyped_list(const struct mistyped *mistyped, struct suspicion *list, size_t max);

#endif
