/* SPDX-License-Identifier: MIT
 *
 * Table messages: digest → time stored (8 bytes, as in keys), then the original as a zstd frame.
 */
#include <stdlib.h>
#include <string.h>

#include <zstd.h>

#include "base/alloc.h"
#include "store/evidence.h"
#include "store/table.h"

enum { LEVEL = 3, TIME_BYTES = 8 };
#define ORIGINAL_MAX ((size_t)1 << 31) /* more is damage: a frame may claim anything */

static void drop_context(void *context)
{
    ZSTD_freeCCtx(context);
}

static ZSTD_CCtx *context_of(struct txn *txn)
{
    ZSTD_CCtx *context = txn_slot(txn, SLOT_ZSTD);
    if (!context) {
        context = ZSTD_createCCtx();
        txn_set_slot(txn, SLOT_ZSTD, context, drop_context, NULL);
    }
    return context;
}

void messages_put(struct txn *txn, const unsigned char digest[DIGEST_BYTES], struct span message,
                  int64_t now)
{
    struct span key = {(const char *)digest, DIGEST_BYTES}, there;
    if (table_get(txn, TABLE_messages, key, &there))
        return;
    size_t room = ZSTD_compressBound(message.n);
    struct key time = {.n = 0};
    key_i64(&time, now);
    struct str value = {0};
    str_add(&value, key_span(&time));
    str_reserve(&value, room);
    size_t n = ZSTD_compressCCtx(context_of(txn), value.at + value.n, room, message.at, message.n,
                                 LEVEL);
    if (ZSTD_isError(n)) {
        txn_fail(txn, RESULT_BUG, "zstd: %s", ZSTD_getErrorName(n));
    } else {
        value.n += n;
        table_put(txn, TABLE_messages, key, span_of_str(&value));
    }
    str_free(&value);
}

bool messages_get(struct txn *txn, const unsigned char digest[DIGEST_BYTES], struct str *out)
{
    struct span key = {(const char *)digest, DIGEST_BYTES}, value;
    if (!table_get(txn, TABLE_messages, key, &value))
        return false;
    struct span frame = span_cut(value, TIME_BYTES, value.n);
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

static bool waits(struct txn *txn, const unsigned char *digest)
{
    struct review_item item;
    for (uint32_t from = 1; review_from(txn, from, &item); from = item.number + 1)
        if (memcmp(item.digest, digest, DIGEST_BYTES) == 0)
            return true;
    return false;
}

size_t messages_purge(struct txn *txn, int64_t before, size_t most)
{
    enum { DAY = 86400 };
    if (before < (int64_t)meta_get(txn, "purged") + DAY)
        return 0; /* the whole table is looked at: once a day */
    unsigned char(*old)[DIGEST_BYTES] = alloc_zero(most, sizeof *old);
    struct cursor *cursor = cursor_open(txn, TABLE_messages);
    struct span key, value;
    size_t n = 0, gone = 0;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more && n < most; more = cursor_next(cursor, &key, &value))
        if (key.n == DIGEST_BYTES && value.n >= TIME_BYTES && read_i64(value.at) < before)
            memcpy(old[n++], key.at, DIGEST_BYTES);
    cursor_close(cursor);
    for (size_t i = 0; i < n; i++)
        if (!waits(txn, old[i]))
            gone += table_remove(txn, TABLE_messages,
                                 (struct span){(const char *)old[i], DIGEST_BYTES});
    if (n < most)
        meta_put(txn, "purged", (uint64_t)before);
    free(old);
    return gone;
}
