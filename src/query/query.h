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

/* USAGE with a sentence that quotes the query and points at the place. `now` is for relative dates.
 * The empty query parses and matches all. */
enum result query_parse(struct span text, int64_t now, struct query **out, struct error *error);
void query_free(struct query *query);
unsigned query_needs(const struct query *query);
bool query_matches(const struct query *query, const struct query_row *row);
bool query_is_empty(const struct query *query);

/* For planning. The set of states it allows as bits (1 << STATE_x); all if it does not say. */
unsigned query_states(const struct query *query);
/* True if its state terms are the whole query, so that kept counts answer it. */
bool query_only_states(const struct query *query);
/* id:N alone or with others → that id, else 0. */
uint32_t query_id(const struct query *query);

/* Editing for the filter panel: adds, removes or toggles a value of a key ("state", "invalid") in
 * the text, keeping the rest as typed, quoting as needed; writes the new text to out (cleared). */
void query_toggle(struct span text, struct span key, struct span value, struct str *out);
/* Does the text hold key:value (also within a comma list), not negated? */
bool query_has(struct span text, struct span key, struct span value);
/* Drops the last term. */
void query_drop_last(struct span text, struct str *out);

#endif
