/* SPDX-License-Identifier: MIT
 *
 * Inside action/: what the rows of an address are to do, told by the store as it was before the import. For a
 * thread of its own, which writes nothing. What it sees cannot be stale, for the rows of an address touch nothing
 * but that address and its contacts; where corrections tie two addresses together, the rows wait until the end.
 */
#ifndef ACTION_IMPORT_MAKE_H
#define ACTION_IMPORT_MAKE_H

#include "action/importing.h"
#include "store/fresh.h"

/* What is to be done about one address. */
enum import_made_kind {
    MADE_NEW,  /* put the contact */
    MADE_ROWS, /* the long way with `rows` of the batch's rows */
    MADE_LATER /* the same, at the end */
};
struct import_made {
    enum import_made_kind kind;
    uint32_t folded, record, text, tags, external; /* NEW, in the batch's bytes from `at` on */
    uint32_t domain; /* where it begins in folded */
    size_t at;
    uint64_t hash; /* of the domain: names_hash */
    struct standing standing; /* NEW */
    size_t rows;
};

/* What is to be done about the addresses that begin in one chunk of a stretch's items, in their order. */
struct import_batch {
    bool ready; /* to be put */
    struct import_made *made;
    size_t n, room;
    struct str bytes;
    uint64_t *rows; /* their places, in the order of MADE_ROWS and MADE_LATER */
    size_t rows_n, rows_room;
    uint64_t changed, unchanged; /* rows that need nothing more */
    struct fresh_batch fresh;    /* all of NEW, if `known` says fresh */
};
struct fresh_contact import_batch_new(const struct import_batch *batch, const struct import_made *made);
void import_batch_clear(struct import_batch *batch);
void import_batch_free(struct import_batch *batch);

/* What all makers know. */
struct import_known {
    bool empty, judged; /* no contact in the store; some judgements */
    bool fresh;         /* nothing but MADE_NEW can come, and all of it active */
    struct names ties;  /* addresses that corrections tie to others */
};
void import_known_read(struct import_known *known, const struct import *import, struct txn *txn);
void import_known_free(struct import_known *known);

struct maker;
/* Begins a read transaction, which is the thread's: what the store answers if it cannot. */
enum result maker_new(struct import *import, const struct import_known *known, struct store *store,
                      struct maker **out, struct error *error);
struct txn *maker_txn(struct maker *maker);
/* The addresses that begin among the items from .. end - 1 of a stretch, which is prepared. */
void maker_make(struct maker *maker, const struct import_stretch *stretch, size_t from, size_t end,
                struct import_batch *batch);
/* If known->fresh: gives the new contacts their ids, from `first` on, and makes blocks of them. */
void maker_number(struct maker *maker, struct import_batch *batch, uint32_t first);
/* After the last batch, by the same thread: what is to be settled, NULL if it is not known->fresh; */
struct fresh *maker_sort(struct maker *maker);
/* and a look at its domains, meanwhile. */
void maker_tell(struct maker *maker);
/* What it saw of domains that look mistyped goes to the import; NULL is fine. */
void maker_free(struct maker *maker);

#endif
