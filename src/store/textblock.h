/* SPDX-License-Identifier: MIT
 *
 * Inside the store: reading a block of table text (layout in text.c), record by record.
 */
#ifndef STORE_TEXTBLOCK_H
#define STORE_TEXTBLOCK_H

#include "store/codec.h"

#define TEXT_FIELD_END '\xff'
#define TEXT_RECORD_END '\xfe'

struct text_block {
    struct span text; /* all records */
    size_t at;        /* where the next begins */
    struct span gaps;
    uint32_t id;        /* out: of this record */
    struct span record; /* out: with its end */
};

/* False for damage. */
bool text_block_open(struct text_block *block, uint32_t first, struct span bytes);
/* The next record; false at the end. */
bool text_block_next(struct text_block *block);
/* The record that holds the byte at `offset`, which is not before block->at. */
bool text_block_seek(struct text_block *block, size_t offset);

#endif
