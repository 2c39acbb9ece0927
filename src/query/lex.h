/* SPDX-License-Identifier: MIT
 *
 * The words of a query as they stand in its text, so that a parser can point at them and an editor
 * can change one and leave the rest as typed.
 *
 * A term ends at a blank. "-" in front negates. The first ":" ends its key, and from there on ","
 * divides values. Double quotes hold blanks, ":" and ","; within them \" and \\ are signs themselves.
 */
#ifndef QUERY_LEX_H
#define QUERY_LEX_H

#include <stdbool.h>

#include "base/str.h"

struct lex_value {
    struct str text;  /* without quotes */
    size_t from, to;  /* bytes of the query, quotes included */
};

struct lex_term {
    size_t from, to; /* bytes of the query */
    bool negated;
    bool has_key;
    struct str key;
    struct lex_value *values; /* one for a word, one or more behind a key */
    size_t n;
    size_t capacity; /* of values; those past n are kept for the next term */
    bool open;       /* a quote is not closed … */
    size_t quote;    /* … which stands here */
    bool backslash;  /* … and a lone backslash ends it */
};

/* Reads the term at or behind *at into `term` (all zero before the first) and moves *at behind it;
 * false at the end. Free `term` once, after the last. */
bool lex_next(struct span text, size_t *at, struct lex_term *term);
void lex_free(struct lex_term *term);

/* Adds `value` in quotes if it needs them. */
void lex_quote(struct span value, struct str *out);

#endif
