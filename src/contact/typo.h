/* SPDX-License-Identifier: MIT
 *
 * Domains that look mistyped (the rule of pitfalls.md): a suggestion, never applied by itself.
 */
#ifndef CONTACT_TYPO_H
#define CONTACT_TYPO_H

#include <stdbool.h>

#include "base/str.h"

/* The domain meant, if just one of the known providers (data/providers.txt, or `also`) is near:
 * optimal string alignment distance at most 1, at most 2 from 11 characters on; no target under 7
 * characters save those listed with their known typos (data/typos.tsv: wp.lp → wp.pl, o2.lp → o2.pl);
 * a domain known to take mail (data/providers.txt, `known`) has none. Points into static data or
 * `also`. Both callbacks may be NULL. */
struct span typo_suggest(struct span domain, bool (*known)(void *arg, struct span domain), void *arg);

#endif
