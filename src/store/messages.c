/* SPDX-License-Identifier: MIT
 *
 * Table messages: number → time stored (8 bytes, as in keys), digest, then the original as a zstd
 * frame. The numbers rise with time, so that a scan writes at the end and the oldest come first; by
 * digest the number stands in table digests.
 */
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "base/alloc.h"
#include "store/evidence.h"
#include "store/seen.h"
#include "store/table.h"

/* Level 3 took a third longer and made small messages 1 % smaller. */
enum { LEVEL = 1, HEAD_BYTES = 8 + DIGEST_BYTES };
#define ORIGINAL_MAX ((size_t)1 << 31) /* more is damage: a frame may claim anything */

struct packer {
    ZSTD_CCtx *context;
    struct str frame; /* room for the head, and the frame */
};

struct packer *packer_new(void)
{
    struct packer *packer = alloc_zero(1, sizeof *packer);
    packer->context = ZSTD_createCCtx();
    if (!packer->context)
        abort(); /* out of memory */
    return packer;
}

void packer_free(struct packer *packer)
{
    if (!packer)
        return;
    ZSTD_freeCCtx(packer->context);
    str_free(&packer->frame);
    free(packer);
}

/* A large one gives its memory away; the many small ones are copied to their size. */
void packer_pack(struct packer *packer, struct span message, struct str *out)
{
    enum { KEEP = 1 << 20 };
    size_t room = ZSTD_compressBound(message.n);
    str_clear(&packer->frame);
    str_reserve(&packer->frame, HEAD_BYTES + room);
    size_t n = ZSTD_compressCCtx(packer->context, packer->frame.at + HEAD_BYTES, room, message.at,
                                 message.n, LEVEL);
    if (ZSTD_isError(n))
        abort(); /* there is room, and nothing else can be wrong but memory */
    packer->frame.n = HEAD_BYTES + n;
    memset(packer->frame.at, 0, HEAD_BYTES);
    if (room > KEEP) {
        *out = packer->frame;
        packer->frame = (struct str){0};
    } else {
        str_reserve(out, packer->frame.n);
        str_add(out, span_of_str(&packer->frame));
    }
}

uint32_t messages_put(struct txn *txn, const unsigned char digest[DIGEST_BYTES], struct str *packed,
                      int64_t now)
{
    uint32_t number = (uint32_t)meta_next(txn, "messages") + 1;
    struct key key = key_of_u32(number), head = {.n = 0};
    key_i64(&head, now);
    memcpy(packed->at, head.at, head.n);
    memcpy(packed->at + head.n, digest, DIGEST_BYTES);
    table_append(txn, TABLE_messages, key_span(&key), span_of_str(packed));
    return number;
}

bool messages_get(struct txn *txn, const unsigned char digest[DIGEST_BYTES], struct str *out)
{
    struct key number = key_of_u32(seen_original(txn, digest));
    struct span key = key_span(&number), value;
    if (!table_get(txn, TABLE_messages, key, &value))
        return false;
    struct span frame = span_cut(value, HEAD_BYTES, value.n);
    unsigned long long n = ZSTD_getFrameContentSize(frame.at, frame.n);
    if (n >= ORIGINAL_MAX) {
        txn_damaged(txn, TABLE_messages, key);
        return false;
    }
    str_reserve(out, n);
    size_t got = ZSTD_decompress(out->at + out->n, n, frame.at, frame.n);
    if (ZSTD_isError(got) || got != n) {
        txn_damaged(txn, TABLE_messages, key);
        return false;
    }
    out->n += n;
    out->at[out->n] = '\0';
    return true;
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, DIGEST_BYTES);
}

/* The digests of what waits in review, sorted. */
static size_t waiting(struct txn *txn, unsigned char (**out)[DIGEST_BYTES])
{
    struct review_item item;
    size_t n = 0, room = 0;
    *out = NULL;
    for (uint32_t from = 1; review_from(txn, from, &item); from = item.number + 1) {
        ALLOC_GROW(*out, n, room);
        memcpy((*out)[n++], item.digest, DIGEST_BYTES);
    }
    if (n)
        qsort(*out, n, sizeof **out, by_bytes);
    return n;
}

size_t messages_purge(struct txn *txn, int64_t before, size_t most)
{
    unsigned char(*kept)[DIGEST_BYTES] = NULL;
    struct cursor *cursor = cursor_open(txn, TABLE_messages);
    struct span key, value;
    uint32_t *old = NULL;
    size_t n = 0, room = 0, kept_n = 0;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value), asked = false;
    for (; more && n < most; more = cursor_next(cursor, &key, &value)) {
        if (key.n != 4 || value.n < HEAD_BYTES || read_i64(value.at) >= before)
            break;
        if (!asked)
            kept_n = waiting(txn, &kept);
        asked = true;
        if (kept_n && bsearch(value.at + 8, kept, kept_n, sizeof *kept, by_bytes))
            continue;
        ALLOC_GROW(old, n, room);
        old[n++] = read_u32(key.at);
    }
    cursor_close(cursor);
    for (size_t i = 0; i < n; i++) {
        struct key gone = key_of_u32(old[i]);
        table_remove(txn, TABLE_messages, key_span(&gone));
    }
    free(old);
    free(kept);
    return n;
}
