/* SPDX-License-Identifier: MIT
 *
 * Searching. A pattern finds its letters in any case; a plain letter also finds its accented forms
 * (precomposed or not; 'ss' finds 'ß'), an accented one only itself; `*` spans any characters.
 */
#ifndef BASE_PATTERN_H
#define BASE_PATTERN_H

#include <stdbool.h>

#include "base/str.h"

struct pattern;

struct pattern *pattern_new(struct span text); /* the caller frees */
void pattern_free(struct pattern *pattern);

/* Does it occur anywhere in s? Pure, no allocation for ASCII patterns over ASCII text. At most
 * (bytes of s) × (bytes of the pattern) steps, however many `*`. */
bool pattern_in(const struct pattern *pattern, struct span s);

/* Is s, from its first letter to its last, the pattern? */
bool pattern_is(const struct pattern *pattern, struct span s);

/* For an index over folded text: every text the pattern occurs in holds these bytes once folded by
 * utf8_fold(). The longest piece between `*`; empty if there is none. Lives as long as the pattern. */
struct span pattern_literal(const struct pattern *pattern);
/* Does finding that literal in the folded text say it all (no `*`, no accented letter)? */
bool pattern_is_literal(const struct pattern *pattern);

#endif
