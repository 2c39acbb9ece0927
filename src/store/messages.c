/* SPDX-License-Identifier: MIT
 *
 * Table messages: digest → time stored (8 bytes, as in keys), then the original as a zstd frame.
 */
#include <stdlib.h>

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
