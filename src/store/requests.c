/* SPDX-License-Identifier: MIT
 *
 * Layout:
 *   requests   number → time, who
 */
#include "store/requests.h"

#include "store/table.h"

enum { REQUESTS_KEPT = 100 };

uint32_t requests_put(struct txn *txn, struct span who, int64_t now)
{
    uint32_t number = (uint32_t)meta_next(txn, "requests") + 1;
    struct key key = key_of_u32(number);
    struct str value = {0};
    put_signed(&value, now);
    put_span(&value, who);
    table_put(txn, TABLE_requests, key_span(&key), span_of_str(&value));
    str_free(&value);
    if (number > REQUESTS_KEPT) {
        key = key_of_u32(number - REQUESTS_KEPT);
        table_remove(txn, TABLE_requests, key_span(&key));
    }
    return number;
}

uint32_t requests_last(struct txn *txn, struct span *who)
{
    struct cursor *cursor = cursor_open(txn, TABLE_requests);
    struct span key, value, name = SPAN_NONE;
    int64_t time;
    uint32_t number = 0;
    if (cursor_last(cursor, &key, &value)) {
        if (key.n == sizeof number && take_signed(&value, &time) && take_span(&value, &name))
            number = read_u32(key.at);
        else
            txn_damaged(txn, TABLE_requests, key);
    }
    cursor_close(cursor);
    if (who)
        *who = name;
    return number;
}
