/* SPDX-License-Identifier: MIT
 *
 * Layout:
 *   touched  'c', id, step or 'a', folded address, 0, step → nothing; packed
 */
#include "store/touched.h"

#include "store/packed.h"

struct key touched_contact(uint32_t id)
{
    struct key key = {.n = 0};
    key_byte(&key, 'c');
    key_u32(&key, id);
    return key;
}

struct key touched_address(struct span folded)
{
    struct key key = {.n = 0};
    key_byte(&key, 'a');
    key_text(&key, folded);
    key_byte(&key, 0);
    return key;
}

void touched_put(struct txn *txn, struct key whom, uint32_t step)
{
    key_u32(&whom, step);
    packed_put(txn, TABLE_touched, key_span(&whom), SPAN_NONE);
}

size_t touched_steps(struct txn *txn, struct key whom, uint32_t *steps, size_t max)
{
    struct packed_cursor *cursor = packed_open(txn, TABLE_touched);
    struct span key, value;
    size_t n = 0;
    bool more = packed_seek(cursor, key_span(&whom), &key, &value);
    for (; more && span_starts(key, key_span(&whom)) && n < max; more = packed_next(cursor, &key, &value))
        if (key.n == whom.n + 4)
            steps[n++] = read_u32(key.at + whom.n);
    packed_close(cursor);
    return n;
}

uint32_t touched_after(struct txn *txn, struct key whom, uint32_t after)
{
    struct key from = whom;
    struct str found = {0};
    struct span value;
    uint32_t step = 0;
    key_u32(&from, after + 1);
    if (packed_after(txn, TABLE_touched, key_span(&from), &found, &value) &&
        span_starts(span_of_str(&found), key_span(&whom)) && found.n == whom.n + 4)
        step = read_u32(found.at + whom.n);
    str_free(&found);
    return step;
}

void touched_forget(struct txn *txn, struct key whom)
{
    uint32_t steps[64];
    size_t n;
    while ((n = touched_steps(txn, whom, steps, sizeof steps / sizeof *steps)) > 0 && !txn_failed(txn))
        for (size_t i = 0; i < n; i++) {
            struct key key = whom;
            key_u32(&key, steps[i]);
            packed_remove(txn, TABLE_touched, key_span(&key));
        }
}
