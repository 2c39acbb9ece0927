/* SPDX-License-Identifier: MIT
 *
 * Layout:
 *   meta  "keys" → made, until, both keys
 */
#include "store/keys.h"

#include <string.h>

#include "store/table.h"

#define NAME SPAN("keys")

bool keys_get(struct txn *txn, struct keys *keys)
{
    struct span in;
    if (!table_get(txn, TABLE_meta, NAME, &in))
        return false;
    if (!take_signed(&in, &keys->made) || !take_signed(&in, &keys->old_until) ||
        in.n != sizeof keys->now + sizeof keys->old) {
        txn_damaged(txn, TABLE_meta, NAME);
        return false;
    }
    memcpy(keys->now, in.at, sizeof keys->now);
    memcpy(keys->old, in.at + sizeof keys->now, sizeof keys->old);
    return true;
}

void keys_put(struct txn *txn, const struct keys *keys)
{
    struct str value = {0};
    put_signed(&value, keys->made);
    put_signed(&value, keys->old_until);
    str_add(&value, (struct span){(const char *)keys->now, sizeof keys->now});
    str_add(&value, (struct span){(const char *)keys->old, sizeof keys->old});
    table_put(txn, TABLE_meta, NAME, span_of_str(&value));
    str_free(&value);
}
