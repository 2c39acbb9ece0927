/* SPDX-License-Identifier: MIT
 *
 * Numbers for names: each byte string that comes up gets the next one, from 0.
 */
#ifndef BASE_NAMES_H
#define BASE_NAMES_H

#include "base/str.h"

/* Zeroed to begin with. */
struct names {
    uint32_t n; /* how many there are */
    struct names_slot *slots_;
    size_t room_;    /* of slots_, a power of two */
    uint32_t *at_;   /* of each name, where it is in bytes_ */
    size_t at_room_;
    struct str bytes_; /* number and length, 4 bytes each, and the name */
};

/* names_number in steps for those who have more to do in between, so that the cache is not waited for: the hash; the
 * way to the name, then the name fetched by it; its number. */
uint64_t names_hash(struct span name);
void names_fetch(const struct names *names, uint64_t hash);
void names_fetch_name(const struct names *names, uint64_t hash);
uint32_t names_number_of(struct names *names, struct span name, uint64_t hash);
/* The number of a name; a new one is copied and gets n, which is one more thereafter. Names of more than 4 GiB in
 * all, 8 bytes more each, end the program. */
uint32_t names_number(struct names *names, struct span name);
bool names_find(const struct names *names, struct span name, uint32_t *number);
/* Good until the next new name. */
struct span names_at(const struct names *names, uint32_t number);
/* All numbers in the order of their names; to be freed. Names that differ in nothing but NULs come in any order. */
uint32_t *names_sorted(const struct names *names);
void names_free(struct names *names); /* is zeroed again */

#endif
