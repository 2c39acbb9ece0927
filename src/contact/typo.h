/* SPDX-License-Identifier: MIT
 *
 * Domains that look mistyped (the rule of pitfalls.md): a suggestion, never applied by itself.
 */
#ifndef CONTACT_TYPO_H
#define CONTACT_TYPO_H

#include <stdbool.h>

#include "base/str.h"

/* The domain meant, if just one of the providers (data/providers.txt, above [known]) is nearest:
 * optimal string alignment distance at most 1, at most 2 for a provider of 11 characters or more; none
 * under 7 characters save those listed with their known typos (data/typos.tsv: wp.lp → wp.pl,
 * o2.lp → o2.pl); a domain known to take mail (data/providers.txt, `known`) has none; an ending that
 * no registry has is never mended for its own sake (firma.con has none). The rule was measured
 * beforehand on 25 typos and 40 real but unusual domains (24 found, 4 wrong; mailcheck's 23 and 18);
 * these lists were not. `domain` is folded (address.h). Points into static data; SPAN_NONE for none.
 * `known` may be NULL; it is asked only about a domain that would get a suggestion. */
struct span typo_suggest(struct span domain, bool (*known)(void *arg, struct span domain), void *arg);

/* At once: may a domain of this length get a suggestion? */
bool typo_may(struct span domain);

/* The same rule over other candidates, one after the other: start with a zeroed struct, consider each,
 * then `found` is the one nearest, SPAN_NONE if there is none or two are as near. One that differs in
 * digits alone (school17, school18) is none. */
struct typo_nearest {
    struct span domain; /* in: the one that looks mistyped */
    struct span found;
    unsigned closest;   /* distance of the nearest so far, 0 at the start */
};
void typo_consider(struct typo_nearest *nearest, struct span candidate);

/* Does the domain stand in data/providers.txt? */
bool typo_is_provider(struct span domain);

/* Optimal string alignment distance (insert, delete, change, swap of neighbours count one each) of at
 * most 64 bytes each, or limit + 1 where it is more. */
unsigned typo_distance(struct span a, struct span b, unsigned limit);

#endif
