/* SPDX-License-Identifier: MIT
 *
 * Blocks: sorted entries packed into one value. Pure bytes; store/packed.h keeps them in a table.
 *
 * An entry is a key (1 to BLOCK_KEY_MAX bytes) and a value; keys ascend as span_compare has it, each
 * once. A block stands under a key of its own, `low`, which is not above its first entry's. Layout,
 * entry after entry: three varints, then bytes:
 *   shared   bytes it has in common with the key before it, the first one with `low`
 *   rest     bytes of the key behind those
 *   size     of the value
 *   the rest of the key, the value
 */
#ifndef STORE_BLOCKS_H
#define STORE_BLOCKS_H

#include <stdbool.h>

#include "base/str.h"

enum { BLOCK_KEY_MAX = 511 };

/* Reading in order. Borrows low and block; the key is the reader's own and good until the next step,
 * the value points into the block. */
struct block_reader {
    struct span key, value; /* out */
    size_t at;              /* where this entry begins in the block */
    size_t next;            /* where the one behind it does */
    bool damaged;           /* set by block_next, which is false then */
    struct span block_;
    char bytes_[BLOCK_KEY_MAX];
};
void block_open(struct block_reader *reader, struct span low, struct span block);
bool block_next(struct block_reader *reader);

/* A place in a block: behind the entry of `key`, which begins at `from`; there those who ask for it again
 * find it, and those who go in order look on. Of no bytes: none. Whoever changes the block by means
 * that do not take the place forgets it. */
struct block_place {
    size_t from, at, n;
    char key[BLOCK_KEY_MAX];
};

/* Looks for a key, from the place on if that lies below; when it is found the place is behind it. BEFORE: it
 * is not there, and one of a greater key is (or it lies under low); BEYOND: it would come behind the last. */
enum block_found { BLOCK_FOUND, BLOCK_BEFORE, BLOCK_BEYOND, BLOCK_DAMAGED };
enum block_found block_find(struct span low, struct span block, struct block_place *place,
                            struct span key, struct span *value);

/* Adds an entry behind the last, whose key is `last` (low in an empty block). */
void block_append(struct str *block, struct span last, struct span key, struct span value);

/* Puts an entry in, or in place of the one with its key; then the place is behind it. A key under low
 * becomes low. The value may not lie in the block. False for damage. */
bool block_put(struct str *low, struct str *block, struct block_place *place, struct span key,
               struct span value);
/* Takes the entry out; *there says whether there was one. False for damage. */
bool block_remove(struct span low, struct str *block, struct block_place *place, struct span key,
                  bool *there);

/* Makes the first entry's key the block's own. A damaged one stays as it is. */
void block_raise(struct str *low, struct str *block);

/* Moves the entries from the middle on into `high` (cleared first) under `high_low`; with one entry
 * everything stays. False for damage. */
bool block_split(struct span low, struct str *block, struct str *high_low, struct str *high);
/* Adds all entries of another block, which comes behind. False for damage. */
bool block_join(struct span low, struct str *block, struct span high_low, struct span high);

#endif
