/* SPDX-License-Identifier: MIT */
#include "store/textblock.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/lower.h"
#include "base/needle.h"
#include "base/utf8.h"

/* One page of LMDB, with its head, the length, and the seal. */
enum { BLOCK_BYTES = 4064, HEAD = TEXT_HEAD };

/* ---- records */

void text_record_add(struct str *record, struct span text)
{
    size_t at = record->n;
    if (!text.n)
        return;
    str_reserve(record, HEAD + text.n + TEXT_PADDING);
    record->n += HEAD;
    char *end = utf8_fold_quick(text, record->at + record->n);
    if (end)
        record->n = (size_t)(end - record->at);
    else
        utf8_fold(text, record);
    str_reserve(record, TEXT_PADDING);
    size_t n = record->n - at - HEAD;
    uint32_t head = (uint32_t)n << 2 | text_class_padded(record->at + at + HEAD, n);
    if (n)
        memcpy(record->at + at, &head, HEAD);
    else
        record->n = at;
}

void text_parts_read(struct text_parts *parts, struct span record)
{
    enum text_class class;
    struct span text;
    for (int i = 0; i < TEXT_CLASSES; i++)
        str_clear(&parts->of[i]);
    while (text_record_next(&record, &class, &text)) {
        struct str *part = &parts->of[class];
        if (part->n)
            str_add_char(part, TEXT_FIELD_END);
        str_add(part, text);
    }
}

void text_parts_free(struct text_parts *parts)
{
    for (int class = 0; class < TEXT_CLASSES; class++)
        str_free(&parts->of[class]);
}

/* ---- reading a block */

bool text_block_open(struct text_block *block, uint32_t first, struct span bytes)
{
    if (!take_span(&bytes, &block->text))
        return false;
    block->at = 0;
    block->gaps = bytes;
    block->id = first - 1; /* the first part steps to it */
    block->part = SPAN_NONE;
    return true;
}

/* Past one part more; the first one has no gap. */
static void step(struct text_block *block)
{
    uint64_t gap = 0;
    if (block->part.at && block->gaps.n)
        take_number(&block->gaps, &gap);
    block->id += 1 + (uint32_t)gap;
}

bool text_block_next(struct text_block *block)
{
    if (block->at >= block->text.n)
        return false;
    const char *from = block->text.at + block->at;
    const char *end = memchr(from, TEXT_RECORD_END, block->text.n - block->at);
    if (!end)
        return false;
    step(block);
    block->part = (struct span){from, (size_t)(end - from)};
    block->at += block->part.n + 1;
    return true;
}

bool text_block_seek(struct text_block *block, size_t offset)
{
    size_t begin = block->at;
    size_t passed = needle_count(TEXT_RECORD_END, block->text, block->at, offset, &begin);
    if (!block->gaps.n) {
        block->id += (uint32_t)passed;
    } else {
        for (; passed; passed--) {
            step(block);
            block->part.at = block->text.at; /* no longer the first */
        }
    }
    block->at = begin;
    return text_block_next(block);
}

/* ---- making blocks */

size_t text_block_bytes(void)
{
    const char *own = getenv("ZWROTKA_BLOCK");
    uint64_t bytes;
    return own && span_number(span_of(own), &bytes) && bytes > 0 && bytes < BLOCK_BYTES ? bytes : BLOCK_BYTES;
}

bool text_pack_begin(struct text_pack *pack, uint32_t id, size_t size)
{
    if (!pack->most)
        pack->most = text_block_bytes();
    if (pack->text.n && pack->text.n + size + pack->gaps.n + 15 > pack->most)
        return false;
    if (!pack->text.n) {
        pack->first = id;
    } else {
        put_number(&pack->gaps, id - pack->last - 1);
        pack->gapped = pack->gapped || id - pack->last > 1;
    }
    pack->last = id;
    str_reserve(&pack->text, size);
    return true;
}

void text_pack_more(struct text_pack *pack, struct span text)
{
    copy_short(pack->text.at + pack->text.n, text.at, text.n);
    pack->text.n += text.n;
    pack->text.at[pack->text.n++] = TEXT_FIELD_END;
}

void text_pack_end(struct text_pack *pack)
{
    pack->text.at[pack->text.n - 1] = TEXT_RECORD_END;
    pack->text.at[pack->text.n] = '\0';
}

bool text_pack_add(struct text_pack *pack, uint32_t id, struct span part)
{
    if (!text_pack_begin(pack, id, part.n + 1))
        return false;
    text_pack_more(pack, part);
    text_pack_end(pack);
    return true;
}

void text_pack_clear(struct text_pack *pack)
{
    str_clear(&pack->text);
    str_clear(&pack->gaps);
    pack->gapped = false;
}

void text_pack_free(struct text_pack *pack)
{
    str_free(&pack->text);
    str_free(&pack->gaps);
}

void text_pack_write(const struct text_pack *pack, struct str *out)
{
    put_number(out, pack->text.n);
    str_add(out, span_of_str(&pack->text));
    if (pack->gapped)
        str_add(out, span_of_str(&pack->gaps));
}

void text_run_add(struct text_run *run, const struct text_pack *pack)
{
    if (!pack->text.n)
        return;
    text_pack_write(pack, &run->bytes);
    ALLOC_GROW(run->blocks, run->n, run->room);
    run->blocks[run->n].first = pack->first;
    run->blocks[run->n++].end = run->bytes.n;
}

struct span text_run_block(const struct text_run *run, size_t i)
{
    return span_cut(span_of_str(&run->bytes), i ? run->blocks[i - 1].end : 0, run->blocks[i].end);
}

void text_run_cut(struct text_run *run, size_t n)
{
    run->n = n;
    run->bytes.n = n ? run->blocks[n - 1].end : 0;
}

void text_run_free(struct text_run *run)
{
    str_free(&run->bytes);
    free(run->blocks);
}
