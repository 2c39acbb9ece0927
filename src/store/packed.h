/* SPDX-License-Identifier: MIT
 *
 * Inside the store: a table whose entries are packed in blocks (blocks.h), read and written as if
 * each had a row of its own. Use these alone on such a table, never table_put and the like.
 *
 * A write transaction holds the block that it changed last, and writes it when another one is wanted,
 * so changes in ascending order write each block once. Spans are good until the next write in the
 * transaction, as those of table.h; what packed_get gave last may be put. Damage fails the transaction.
 *
 * A block fills half a page of LMDB; ZWROTKA_BLOCK=BYTES makes them smaller, for tests.
 */
#ifndef STORE_PACKED_H
#define STORE_PACKED_H

#include "store/table.h"

/* Keys from 1 to 511 bytes; longer ones are not found. Asking in ascending order is quickest. */
bool packed_get(struct txn *txn, enum table table, struct span key, struct span *value);
void packed_put(struct txn *txn, enum table table, struct span key, struct span value);
bool packed_remove(struct txn *txn, enum table table, struct span key);
/* Writes the blocks in hand, of all tables; a commit and packed_open do it. */
void packed_flush(struct txn *txn);

/* For blocks that are made elsewhere and come behind all there is: so many bytes a block and its key should not
 * exceed, so many an entry takes at most, and the seal is table_seal's. */
size_t packed_block_bytes(void);
static inline size_t packed_entry_most(struct span key, struct span value)
{
    return key.n + value.n + 15;
}
void packed_append_block(struct txn *txn, enum table table, struct span low, struct span block, uint32_t seal);

/* The entry with the least key that is not below `key`, copied into *found. Writes nothing, so it suits
 * those who ask between two puts. */
bool packed_after(struct txn *txn, enum table table, struct span key, struct str *found,
                  struct span *value);

/* Cursors, as those of table.h; nothing may be written while one is open. The key is good until the
 * cursor's next step. */
struct packed_cursor;
struct packed_cursor *packed_open(struct txn *txn, enum table table);
bool packed_seek(struct packed_cursor *cursor, struct span key, struct span *found,
                 struct span *value);
bool packed_next(struct packed_cursor *cursor, struct span *found, struct span *value);
bool packed_last(struct packed_cursor *cursor, struct span *found, struct span *value);
bool packed_previous(struct packed_cursor *cursor, struct span *found, struct span *value);
/* The first entry of the block before which that part (0 to 1) of all blocks lies: steps over rows of
 * the table, so a hundred thousand take some milliseconds. */
bool packed_part(struct packed_cursor *cursor, double part, struct span *found,
                 struct span *value);
void packed_close(struct packed_cursor *cursor);

#endif
