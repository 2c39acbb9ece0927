/* SPDX-License-Identifier: MIT
 *
 * The query language of interface.md: parse and match. Pure; the store runs it (store/search.h).
 */
#ifndef QUERY_QUERY_H
#define QUERY_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/str.h"
#include "contact/contact.h"
#include "contact/state.h"

struct query;

/* What a match has to look at, so that a search loads no more: bits of query_needs(). */
enum query_need {
    QUERY_STATE = 1 << 0,    /* row.standing.state alone */
    QUERY_STANDING = 1 << 1, /* the rest of the standing, and corrected */
    QUERY_RECORD = 1 << 2,   /* row.contact */
    QUERY_EVIDENCE = 1 << 3, /* row.evidence() */
};

/* One candidate. Only what query_needs() names has to be filled. */
struct query_row {
    const struct contact *contact; /* id, address and folded at least */
    struct standing standing;
    int64_t corrected; /* when its address was last corrected, 0 never */
    /* Did a bounce of this address come by scan number `scan` (0: any), or from a server whose name
     * contains `mta` (lower case, NULL: any)? */
    bool (*evidence)(void *arg, uint32_t scan, const char *mta);
    void *evidence_arg;
};

/* A word is looked for in address, name, external id and every field, each by itself, never in tags.
 * name: and field.X: find their value anywhere in that text, tag: means the whole tag, `*` spans in
 * all three and alone stands for "not empty"; domain:.x.pl has x.pl itself too; before:, like since:,
 * is of the state, and active from the beginning is before any date. Several values with "," are one
 * or the other. */

/* USAGE with a sentence that quotes the query and points at the place. `now` is for relative dates.
 * The empty query parses and matches all. */
enum result query_parse(struct span text, int64_t now, struct query **out, struct error *error);
void query_free(struct query *query);
unsigned query_needs(const struct query *query);
bool query_matches(const struct query *query, const struct query_row *row);
bool query_is_empty(const struct query *query);

/* Is that the name of a key, any case? */
bool query_is_key(struct span name);

/* For planning. The set of states it allows as bits (1 << STATE_x); all if it does not say. */
unsigned query_states(const struct query *query);
/* True if its state terms are the whole query, so that kept counts answer it. */
bool query_only_states(const struct query *query);
/* id:N alone or with others → that id, else 0. */
uint32_t query_id(const struct query *query);

/* The value of a term of that key ("domain", "tag", "reason") that is not negated and the only value
 * there, so that each hit has it: domain as A-label, the rest as typed. SPAN_NONE if there is none, or
 * for a tag with `*`. Lives as long as the query. A tag may be written in other case or with accents. */
struct span query_value(const struct query *query, struct span key);
/* True if a row is a hit just when its state is one of query_states() and it has that query_value(). */
bool query_only_value(const struct query *query, struct span key);
/* For an index over folded text (utf8_fold): the i-th literal that stands within one field of each
 * hit; SPAN_NONE behind the last. Never empty. */
struct span query_literal(const struct query *query, size_t i);
/* True if a row is a hit just when its state is one of query_states() and each query_literal() stands
 * within one of its fields' folded texts. */
bool query_only_literals(const struct query *query);

/* Editing for the filter panel: adds, removes or toggles a value of a key ("state", "invalid") in
 * the text, keeping the rest as typed, quoting as needed; writes the new text to out (cleared). A value
 * goes into the first term of its key with a comma; the same value negated goes away. Of a text without
 * that value, toggling twice gives the text again, less blanks at its end. */
void query_toggle(struct span text, struct span key, struct span value, struct str *out);
/* Does the text hold key:value (also within a comma list), not negated? */
bool query_has(struct span text, struct span key, struct span value);
/* Drops the last term and the blanks before it; out is cleared. */
void query_drop_last(struct span text, struct str *out);

#endif
