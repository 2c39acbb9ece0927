/* SPDX-License-Identifier: MIT
 *
 * The keys of the query language: one table, for parsing, matching and help. Inside src/query only,
 * save query_is_key().
 */
#ifndef QUERY_KEY_H
#define QUERY_KEY_H

#include "base/pattern.h"
#include "query/query.h"

/* One value of a term, as its key reads it. */
struct value {
    struct pattern *pattern;
    struct str text;
    int64_t number; /* a count, an id, a date, a state, a reason */
    enum { VALUE_NUMBER, VALUE_YES, VALUE_NO } kind;
};

struct term {
    const struct key *key;
    bool negated;
    struct str field; /* of field.X */
    struct value *values;
    size_t n;
};

struct key {
    const char *name;
    unsigned needs; /* enum query_need */
    bool (*read)(struct span text, int64_t now, struct value *out);
    bool (*match)(const struct term *term, const struct value *value, const struct query_row *row);
    const char *expects; /* to be translated: what a value looks like */
};

extern const struct key key_word; /* the term without a key */

/* The row of a key's name, any case; NULL if there is none. "field.X" gives field.'s. */
const struct key *key_find(struct span name);
/* The i-th row, for help and for "did you mean"; NULL behind the last. */
const struct key *key_at(size_t i);

#endif
