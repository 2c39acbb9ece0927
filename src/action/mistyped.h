/* SPDX-License-Identifier: MIT
 *
 * Inside action/: the domains of an import, each looked at once, and those that look mistyped.
 */
#ifndef ACTION_MISTYPED_H
#define ACTION_MISTYPED_H

#include "base/names.h"

/* Start with a zeroed struct. */
struct mistyped {
    struct names domains;
    uint32_t *row_of; /* by number of the domain: 1 + that of its row, 0 for the many that are fine */
    size_t domains_room;
    struct mistyped_row *rows;
    size_t n, room;
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
