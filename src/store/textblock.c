/* SPDX-License-Identifier: MIT */
#include "store/textblock.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

bool text_block_open(struct text_block *block, uint32_t first, struct span bytes)
{
    if (!take_span(&bytes, &block->text))
        return false;
    block->at = 0;
    block->gaps = bytes;
    block->id = first - 1; /* the first record steps to it */
    block->record = SPAN_NONE;
    return true;
}

/* Past one record more; the first one has no gap. */
static void step(struct text_block *block)
{
    uint64_t gap = 0;
    if (block->record.at && block->gaps.n)
        take_number(&block->gaps, &gap);
    block->id += 1 + (uint32_t)gap;
}

bool text_block_next(struct text_block *block)
{
    const char *from = block->text.at + block->at;
    const char *end = block->at < block->text.n
                          ? memchr(from, TEXT_RECORD_END, block->text.n - block->at) : NULL;
    if (!end)
        return false;
    step(block);
    block->record = (struct span){from, (size_t)(end - from) + 1};
    block->at += block->record.n;
    return true;
}

/* How many records end in these bytes, and where the last of them does (an offset behind it). */
static size_t ends_in(struct span text, size_t from, size_t to, size_t *last)
{
    size_t n = 0;
#ifdef __SSE2__
    const __m128i end = _mm_set1_epi8(TEXT_RECORD_END);
    for (; from + 16 <= to; from += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(text.at + from));
        unsigned found = (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, end));
        if (found) {
            n += (size_t)__builtin_popcount(found);
            *last = from + 32 - (size_t)__builtin_clz(found);
        }
    }
#endif
    for (; from < to; from++)
        if (text.at[from] == TEXT_RECORD_END) {
            n++;
            *last = from + 1;
        }
    return n;
}

bool text_block_seek(struct text_block *block, size_t offset)
{
    size_t begin = block->at;
    size_t passed = ends_in(block->text, block->at, offset, &begin);
    if (!block->gaps.n) {
        block->id += (uint32_t)passed;
    } else {
        for (; passed; passed--) {
            step(block);
            block->record.at = block->text.at; /* no longer the first */
        }
    }
    block->at = begin;
    return text_block_next(block);
}
