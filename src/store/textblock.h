/* SPDX-License-Identifier: MIT
 *
 * Inside the store: a contact's folded texts as bytes, and the blocks of many contacts' texts of one
 * class. Pure. Layouts:
 *   record  each text with a head before it: 4 bytes, its length * 4 + its class. The texts of a contact
 *           as they are handed about and kept until their blocks are written anew
 *   part    those of one class, TEXT_FIELD_END between them: bytes that UTF-8 never has, so that no
 *           literal matches across them
 *   block   length of the parts, the parts, each ending in TEXT_RECORD_END, and, if ids are missing in
 *           between, for each part but the first its id less that before it less 1
 */
#ifndef STORE_TEXTBLOCK_H
#define STORE_TEXTBLOCK_H

#include "store/codec.h"
#include "store/textclass.h"

#define TEXT_FIELD_END '\xff'
#define TEXT_RECORD_END '\xfe'

/* ---- records */

/* Folds it, and adds it to a record. */
void text_record_add(struct str *record, struct span text);

/* A record by classes; the memory is kept from one to the next. Start zeroed. */
struct text_parts {
    struct str of[TEXT_CLASSES];
};
void text_parts_read(struct text_parts *parts, struct span record);
/* Takes the next text off the front of a record; false at its end. */
enum { TEXT_HEAD = 4 };
static inline bool text_record_next(struct span *record, enum text_class *class, struct span *text)
{
    uint32_t head;
    if (record->n < TEXT_HEAD)
        return false;
    memcpy(&head, record->at, TEXT_HEAD);
    size_t end = TEXT_HEAD + (size_t)(head >> 2);
    *class = (enum text_class)(head & 3);
    *text = span_cut(*record, TEXT_HEAD, end);
    *record = span_cut(*record, end, record->n);
    return true;
}
void text_parts_free(struct text_parts *parts);

/* ---- reading a block */

struct text_block {
    struct span text; /* all parts */
    size_t at;        /* where the next begins */
    struct span gaps;
    uint32_t id;      /* out: of this part */
    struct span part; /* out: without its end */
};

/* False for damage. */
bool text_block_open(struct text_block *block, uint32_t first, struct span bytes);
/* The next part; false at the end. */
bool text_block_next(struct text_block *block);
/* The part that holds the byte at `offset`, which is not before block->at. */
bool text_block_seek(struct text_block *block, size_t offset);

/* ---- making blocks */

/* ZWROTKA_BLOCK=BYTES makes them smaller, for tests. */
size_t text_block_bytes(void);

/* A block being made, start zeroed; parts come with growing ids. */
struct text_pack {
    size_t most; /* bytes */
    uint32_t first, last; /* ids in it; `last` stays when it is cleared */
    struct str text, gaps;
    bool gapped; /* some gap is not 0 */
};
/* False: the block is full. */
bool text_pack_add(struct text_pack *pack, uint32_t id, struct span part);
/* The same for a part that comes in texts: `size` bytes with an end behind each, first begin, then each text, then
 * end. */
bool text_pack_begin(struct text_pack *pack, uint32_t id, size_t size);
void text_pack_more(struct text_pack *pack, struct span text);
void text_pack_end(struct text_pack *pack);
void text_pack_write(const struct text_pack *pack, struct str *out); /* adds the block */
void text_pack_clear(struct text_pack *pack);
void text_pack_free(struct text_pack *pack);

/* Finished blocks that wait, for those put together lie together in the file: a search then reads it
 * from one end to the other. Start zeroed. */
enum { TEXT_RUN = 128 }; /* so many should not wait longer */
struct text_run {
    struct str bytes;
    struct {
        uint32_t first;
        size_t end; /* in `bytes` */
    } *blocks;
    size_t n, room;
};
/* Adds the pack's block, if there is anything in it. */
void text_run_add(struct text_run *run, const struct text_pack *pack);
struct span text_run_block(const struct text_run *run, size_t i);
void text_run_cut(struct text_run *run, size_t n); /* keeps the first n */
void text_run_free(struct text_run *run);

#endif
