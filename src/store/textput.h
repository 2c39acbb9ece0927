/* SPDX-License-Identifier: MIT
 *
 * Between text.c and textmerge.c.
 */
#ifndef STORE_TEXTPUT_H
#define STORE_TEXTPUT_H

#include "store/textblock.h"

/* The block of a class that holds an id, or would, and the first id of the one behind it (UINT32_MAX:
 * there is none). False: none before it. */
bool text_block_at(struct txn *txn, enum text_class class, uint32_t id, uint32_t *first, uint32_t *next,
                   struct span *block);
/* Writes all blocks anew that hold what waits in text_changed, and empties that. */
void text_merge_changed(struct txn *txn);

#endif
