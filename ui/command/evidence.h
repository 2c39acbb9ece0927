/* SPDX-License-Identifier: MIT
 *
 * Bounces and decisions about an address, as show and why tell them.
 */
#ifndef COMMAND_EVIDENCE_H
#define COMMAND_EVIDENCE_H

#include "command/json.h"
#include "store/evidence.h"
#include "store/judgements.h"

/* Everything about one address (or several, loaded one after the other) in order of time; spans are
 * good until the transaction ends. */
struct chain {
    struct link {
        int64_t time;
        uint64_t order;
        bool decided;
        struct evidence evidence; /* unless decided */
        struct decision decision; /* if decided */
    } *links;
    size_t n, room;
};
void chain_load(struct txn *txn, struct span folded, struct chain *chain); /* zero it first */
void chain_free(struct chain *chain);

/* "21 Nov 12:04  mx.wp.pl said: 550 5.1.1 no such user" and what follows from it, or "… marked
 * invalid by anna, step 5": lines with newlines, indented by `indent`. */
void chain_words(struct txn *txn, const struct link *link, const char *indent, struct str *out);
/* One object: {"kind":"bounce",…} or {"kind":"decision",…}. */
void chain_json(struct txn *txn, const struct link *link, struct str *out);

#endif
