/* SPDX-License-Identifier: MIT
 *
 * Layouts:
 *   bursts  'd' or 's', name, 0, time, number → held, folded address
 *           'r', hour, hash of server and wording → number, first and last time, server, wording
 */
#include "store/bursts.h"

#include "store/table.h"

enum { HOUR = 3600 };

static struct key prefix_of(enum burst_kind kind, struct span name)
{
    struct key key = {.n = 0};
    key_byte(&key, (unsigned char)kind);
    key_text(&key, name);
    key_byte(&key, 0);
    return key;
}

void bursts_put(struct txn *txn, enum burst_kind kind, struct span name, const struct burst *burst)
{
    struct key key = prefix_of(kind, name);
    struct str value = {0};
    key_i64(&key, burst->time);
    key_u32(&key, burst->number);
    put_number(&value, burst->held);
    put_span(&value, burst->folded);
    table_put(txn, TABLE_bursts, key_span(&key), span_of_str(&value));
    str_free(&value);
}

bool bursts_next(struct txn *txn, enum burst_kind kind, struct span name, struct bursts_walk *walk)
{
    struct key prefix = prefix_of(kind, name);
    struct span key, value;
    unsigned held;
    bool more;
    if (!walk->state_) {
        struct key from = prefix;
        key_i64(&from, walk->from);
        walk->state_ = cursor_open(txn, TABLE_bursts);
        more = cursor_seek(walk->state_, key_span(&from), &key, &value);
    } else {
        more = cursor_next(walk->state_, &key, &value);
    }
    if (!more || !span_starts(key, key_span(&prefix)) || key.n != prefix.n + 12)
        return false;
    walk->burst.time = read_i64(key.at + prefix.n);
    walk->burst.number = read_u32(key.at + prefix.n + 8);
    if (!take_u8(&value, &held, 2) || !take_span(&value, &walk->burst.folded)) {
        txn_damaged(txn, TABLE_bursts, key);
        return false;
    }
    walk->burst.held = held;
    return true;
}

void bursts_walk_end(struct bursts_walk *walk)
{
    cursor_close(walk->state_);
    walk->state_ = NULL;
}

/* The first row at or behind `from` that names the address; its key into *from. */
static bool find_naming(struct txn *txn, struct span folded, struct str *from)
{
    struct cursor *cursor = cursor_open(txn, TABLE_bursts);
    struct span key, value, named;
    bool found = false, more = cursor_seek(cursor, span_of_str(from), &key, &value);
    for (; more && !found; more = found || cursor_next(cursor, &key, &value)) {
        unsigned held;
        bool names = key.at[0] == BURST_DOMAIN || key.at[0] == BURST_SERVER;
        found = names && take_u8(&value, &held, 2) && take_span(&value, &named) &&
                span_equal(named, folded);
        if (found) {
            str_clear(from);
            str_add(from, key);
        }
    }
    cursor_close(cursor);
    return found;
}

void bursts_forget(struct txn *txn, struct span folded)
{
    struct str at = {0};
    while (find_naming(txn, folded, &at))
        table_remove(txn, TABLE_bursts, span_of_str(&at));
    str_free(&at);
}

/* ---- refusals */

static struct key refusals_from(int64_t time)
{
    struct key key = {.n = 0};
    key_byte(&key, 'r');
    key_i64(&key, time - time % HOUR);
    return key;
}

static bool refusal_read(struct txn *txn, struct span key, struct span in,
                         struct bursts_refusal *found)
{
    bool fine = take_number(&in, &found->n) && take_signed(&in, &found->since) &&
                take_signed(&in, &found->last) && take_span(&in, &found->server) &&
                take_span(&in, &found->wording);
    if (!fine)
        txn_damaged(txn, TABLE_bursts, key);
    return fine;
}

void bursts_add_refusal(struct txn *txn, int64_t time, struct span server, struct span wording)
{
    struct key key = refusals_from(time);
    uint64_t hash = hash_bytes(server.at, server.n, hash_bytes(wording.at, wording.n, 1));
    struct bursts_refusal row = {.since = time, .last = time};
    struct str value = {0};
    struct span found;
    key_u32(&key, (uint32_t)(hash >> 32));
    key_u32(&key, (uint32_t)hash);
    if (table_get(txn, TABLE_bursts, key_span(&key), &found))
        refusal_read(txn, key_span(&key), found, &row);
    put_number(&value, row.n + 1);
    put_signed(&value, time < row.since ? time : row.since);
    put_signed(&value, time > row.last ? time : row.last);
    put_span(&value, server);
    put_span(&value, wording);
    table_put(txn, TABLE_bursts, key_span(&key), span_of_str(&value));
    str_free(&value);
}

bool bursts_next_refusal(struct txn *txn, struct bursts_refusals *walk)
{
    struct span key, value;
    bool more;
    if (!walk->state_) {
        struct key from = refusals_from(walk->from);
        walk->state_ = cursor_open(txn, TABLE_bursts);
        more = cursor_seek(walk->state_, key_span(&from), &key, &value);
    } else {
        more = cursor_next(walk->state_, &key, &value);
    }
    return more && key.n == 17 && key.at[0] == 'r' && refusal_read(txn, key, value, &walk->found);
}

void bursts_refusals_end(struct bursts_refusals *walk)
{
    cursor_close(walk->state_);
    walk->state_ = NULL;
}
