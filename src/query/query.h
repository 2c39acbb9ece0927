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
    QUERY_TAGS = 1 << 1,     /* row.contact->tags */
    QUERY_STANDING = 1 << 2, /* the rest of the standing, and corrected */
    QUERY_RECORD = 1 << 3,   /* row.contact */
    QUERY_EVIDENCE = 1 << 4, /* row.evidence() */
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

/* What there is in it, bits: an index of each of these tells hits without looking at the contact. */
enum query_kind {
    QUERY_OF_STATES = 1 << 0,   /* a hit has one of query_states(), */
    QUERY_OF_TAGS = 1 << 1,     /* tags for which query_tags() is true, */
    QUERY_OF_LITERALS = 1 << 2, /* each query_literal() within one of its texts, folded; no more to it */
    QUERY_OF_DOMAIN = 1 << 3,   /* query_domain() */
    QUERY_OF_OTHERS = 1 << 4,   /* anything else */
};
unsigned query_kinds(const struct query *query);
/* The domain, as A-label, that each hit has; SPAN_NONE if it does not say. Lives as long as the query. */
struct span query_domain(const struct query *query);
/* Are these tags (normal form) what it asks of tags? True where it asks nothing. */
bool query_tags(const struct query *query, struct span tags);
/* For an index over folded text (utf8_fold): the i-th literal that stands within one text of each
 * hit; SPAN_NONE behind the last. Never empty. */
struct span query_literal(const struct query *query, size_t i);
/* Is every hit of this query surely one of `wider` in the same store, too, at any later time? So it is when a letter
 * was added to a word, or a term. */
bool query_narrows(const struct query *query, const struct query *wider);

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
