/* SPDX-License-Identifier: MIT
 *
 * Inside the store only: tables of LMDB as keys and values, and what a transaction keeps for their
 * owners. store.c and table.c are the only files that know LMDB.
 */
#ifndef STORE_TABLE_H
#define STORE_TABLE_H

#include "store/codec.h"
#include "store/store.h"

/* X(name): one named database each; layouts stand in the file that owns the table. */
#define TABLES(X)                                                                                  \
    X(meta)                                                                                        \
    X(columns)                                                                                     \
    X(contacts)                                                                                    \
    X(addresses)                                                                                   \
    X(externals)                                                                                   \
    X(state)                                                                                       \
    X(tags)                                                                                        \
    X(tagsets)                                                                                     \
    X(text_letters)                                                                                \
    X(text_mixed)                                                                                  \
    X(text_codes)                                                                                  \
    X(text_numbers)                                                                                \
    X(text_changed)                                                                                \
    X(strays)                                                                                      \
    X(domains)                                                                                     \
    X(judgements)                                                                                  \
    X(expiry)                                                                                      \
    X(evidence)                                                                                    \
    X(messages)                                                                                    \
    X(review)                                                                                      \
    X(places)                                                                                      \
    X(seen)                                                                                        \
    X(pending)                                                                                     \
    X(marks)                                                                                       \
    X(digests)                                                                                     \
    X(scans)                                                                                       \
    X(requests)                                                                                    \
    X(steps)                                                                                       \
    X(entries)                                                                                     \
    X(touched)                                                                                     \
    X(unpublished)                                                                                 \
    X(bursts)                                                                                      \
    X(erased)                                                                                      \
    X(counts)

enum table {
#define X(name) TABLE_##name,
    TABLES(X)
#undef X
        TABLE_COUNT
};

/* ---- keys and values */

bool table_get(struct txn *txn, enum table table, struct span key, struct span *value);
void table_put(struct txn *txn, enum table table, struct span key, struct span value);
/* As put, for keys in growing order at the end of the table: packs pages full. */
void table_append(struct txn *txn, enum table table, struct span key, struct span value);
/* The same with the sum that seals it, computed before, by any thread. */
void table_append_sealed(struct txn *txn, enum table table, struct span key, struct span value, uint32_t seal);
uint32_t table_seal(struct span key, struct span value);
bool table_remove(struct txn *txn, enum table table, struct span key);
uint64_t table_rows(struct txn *txn, enum table table);
const char *table_name(enum table table);
/* For verify: every row against the sum it was sealed with; `broken` gets the keys of those that differ.
 * False when reading failed. */
bool table_check(struct txn *txn, enum table table, void (*broken)(void *arg, struct span key), void *arg);

/* Cursors: seek to the first key >= `key` (an empty key: the first of all), then next or previous.
 * NULL cursor means none; close before the transaction ends. */
struct cursor;
struct cursor *cursor_open(struct txn *txn, enum table table);
bool cursor_seek(struct cursor *cursor, struct span key, struct span *found, struct span *value);
bool cursor_next(struct cursor *cursor, struct span *found, struct span *value);
bool cursor_last(struct cursor *cursor, struct span *found, struct span *value);
bool cursor_previous(struct cursor *cursor, struct span *found, struct span *value);
/* The last row whose key is not above `key`. */
bool cursor_at_or_below(struct cursor *cursor, struct span key, struct span *found, struct span *value);
void cursor_close(struct cursor *cursor);

/* ---- the transaction's own state, for other files of the store */

void txn_fail(struct txn *txn, enum result result, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A value that cannot be read: DATA, naming table and key. */
void txn_damaged(struct txn *txn, enum table table, struct span key);
bool txn_writes(const struct txn *txn);
uint64_t txn_changes(const struct txn *txn); /* puts and removes so far: borrowed spans end with one */
/* Was anything put there or removed? As long as not, spans borrowed from that table outlive other puts. */
bool txn_changed(const struct txn *txn, enum table table);
struct store *txn_store(struct txn *txn);
/* One slot a module for what it keeps during a transaction; `drop` is called at its end, and when
 * something else is set; `flush` (may be NULL) before a commit, in this order, so PACKED stays last. */
enum txn_slot {
    SLOT_COUNTS,
    SLOT_COLUMNS,
    SLOT_STEPS,
    SLOT_STATES,
    SLOT_TAGS,
    SLOT_TAGSET,
    SLOT_TEXT,
    SLOT_DOMAINS,
    SLOT_TOTALS,
    SLOT_EVIDENCE,
    SLOT_UNPUBLISHED,
    SLOT_PACKED,
    SLOT_COUNT
};
void *txn_slot(struct txn *txn, enum txn_slot slot);
void txn_set_slot(struct txn *txn, enum txn_slot slot, void *data, void (*drop)(void *),
                  void (*flush)(struct txn *));
/* Counters in meta: the number before, then one more is stored. */
uint64_t meta_next(struct txn *txn, const char *name);
uint64_t meta_get(struct txn *txn, const char *name);
void meta_put(struct txn *txn, const char *name, uint64_t number);

#endif
