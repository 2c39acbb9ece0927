/* SPDX-License-Identifier: MIT
 *
 * Table counts: kind byte, state byte, name → number. Within a transaction the differences are
 * gathered in a hash table and written once, at commit or before the first look.
 */
#include "store/counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/names.h"
#include "store/facts.h"
#include "store/table.h"

struct deltas {
    struct names keys;
    int64_t *changes; /* by number of the key */
    size_t room;
};

static void deltas_free(struct deltas *deltas)
{
    free(deltas->changes);
    names_free(&deltas->keys);
}

static void deltas_drop(void *data)
{
    deltas_free(data);
    free(data);
}

/* Writes what was gathered. */
static void counts_flush(struct txn *txn);

static struct deltas *deltas_of(struct txn *txn)
{
    struct deltas *deltas = txn_slot(txn, SLOT_COUNTS);
    if (!deltas) {
        deltas = alloc_zero(1, sizeof *deltas);
        txn_set_slot(txn, SLOT_COUNTS, deltas, deltas_drop,
                     txn_writes(txn) ? counts_flush : NULL);
    }
    return deltas;
}

static void add_change(struct deltas *deltas, struct span key, int64_t change)
{
    uint32_t known = deltas->keys.n, number = names_number(&deltas->keys, key);
    if (deltas->keys.n > known) {
        ALLOC_GROW(deltas->changes, number, deltas->room);
        deltas->changes[number] = 0;
    }
    deltas->changes[number] += change;
}

static struct key count_key(enum count_kind kind, enum state state, struct span name)
{
    struct key key;
    key.n = 0;
    key_byte(&key, (unsigned char)kind);
    key_byte(&key, (unsigned char)state);
    key_text(&key, name);
    return key;
}

void counts_add(struct txn *txn, enum count_kind kind, enum state state, struct span name,
                int64_t change)
{
    struct key key = count_key(kind, state, name);
    add_change(deltas_of(txn), key_span(&key), change);
}

bool counts_are_none(struct txn *txn)
{
    return table_rows(txn, TABLE_counts) == 0;
}

void counts_append(struct txn *txn, enum count_kind kind, enum state state, struct span name, int64_t n)
{
    struct key key = count_key(kind, state, name);
    char number[NUMBER_BYTES];
    size_t bytes = (size_t)(write_number(number, (uint64_t)n) - number);
    table_append(txn, TABLE_counts, key_span(&key), (struct span){number, bytes});
}

bool counts_difference(struct txn *txn, struct count_difference *out)
{
    struct deltas *deltas = deltas_of(txn);
    for (uint32_t i = 0; i < deltas->keys.n; i++) {
        struct span key = names_at(&deltas->keys, i);
        int64_t change = deltas->changes[i];
        if (!change)
            continue;
        *out = (struct count_difference){(enum state)key.at[1], span_cut(key, 2, key.n), -change};
        deltas->changes[i] = 0;
        return true;
    }
    return false;
}

static uint64_t stored(struct txn *txn, struct span key)
{
    struct span value;
    uint64_t n = 0;
    if (table_get(txn, TABLE_counts, key, &value) && !take_number(&value, &n))
        txn_damaged(txn, TABLE_counts, key);
    return n;
}

static void apply(struct txn *txn, struct span key, int64_t change, struct str *value)
{
    int64_t n = (int64_t)stored(txn, key) + change;
    str_clear(value);
    put_number(value, (uint64_t)n);
    if (n < 0)
        txn_damaged(txn, TABLE_counts, key);
    else if (n == 0)
        table_remove(txn, TABLE_counts, key);
    else
        table_put(txn, TABLE_counts, key, span_of_str(value));
}

/* In the order of keys as far as a sort without NULs knows it, for an import brings a million. */
static void counts_flush(struct txn *txn)
{
    struct deltas *deltas = txn_slot(txn, SLOT_COUNTS);
    if (!deltas)
        return;
    uint32_t *order = names_sorted(&deltas->keys);
    struct str value = {0};
    for (uint32_t i = 0; i < deltas->keys.n; i++)
        if (deltas->changes[order[i]])
            apply(txn, names_at(&deltas->keys, order[i]), deltas->changes[order[i]], &value);
    str_free(&value);
    free(order);
    txn_set_slot(txn, SLOT_COUNTS, NULL, NULL, NULL); /* drops it */
}

uint64_t counts_get(struct txn *txn, enum count_kind kind, enum state state, struct span name)
{
    if (txn_writes(txn))
        counts_flush(txn);
    struct key key = count_key(kind, state, name);
    return stored(txn, key_span(&key));
}

/* ---- the largest names: gathered over the states into a hash table, then picked */

static int by_size(const void *a, const void *b)
{
    const struct count_row *x = a, *y = b;
    if (x->n != y->n)
        return x->n < y->n ? 1 : -1;
    return span_compare(x->name, y->name);
}

struct counts_sum {
    enum count_kind kind;
    unsigned states; /* that are still to be gone through, the lowest first */
    struct str from; /* the key to go on with; empty: the state's first */
    struct deltas sums;
};

struct counts_sum *counts_sum_new(enum count_kind kind, unsigned states)
{
    struct counts_sum *sum = alloc_zero(1, sizeof *sum);
    sum->kind = kind;
    sum->states = states & ((1u << STATE_COUNT) - 1);
    return sum;
}

void counts_sum_free(struct counts_sum *sum)
{
    if (!sum)
        return;
    deltas_free(&sum->sums);
    str_free(&sum->from);
    free(sum);
}

/* Up to *rows names of a state; true when these were all. */
static bool gather(struct counts_sum *sum, struct txn *txn, enum state state, size_t *rows)
{
    struct key prefix = count_key(sum->kind, state, SPAN_NONE);
    struct cursor *cursor = cursor_open(txn, TABLE_counts);
    struct span key, value, from = sum->from.n ? span_of_str(&sum->from) : key_span(&prefix);
    bool more = cursor_seek(cursor, from, &key, &value) && span_starts(key, key_span(&prefix));
    for (; more && *rows; --*rows) {
        uint64_t n = 0;
        if (!take_number(&value, &n)) {
            txn_damaged(txn, TABLE_counts, key);
            more = false;
            break;
        }
        add_change(&sum->sums, span_cut(key, 2, key.n), (int64_t)n);
        more = cursor_next(cursor, &key, &value) && span_starts(key, key_span(&prefix));
    }
    str_clear(&sum->from);
    if (more)
        str_add(&sum->from, key);
    cursor_close(cursor);
    return !more;
}

bool counts_sum_run(struct counts_sum *sum, struct txn *txn, size_t rows)
{
    if (txn_writes(txn))
        counts_flush(txn);
    while (sum->states && rows) {
        enum state state = 0;
        while (!(sum->states & 1u << state))
            state++;
        if (gather(sum, txn, state, &rows))
            sum->states &= ~(1u << state);
    }
    return !sum->states;
}

/* Keeps the `max` largest in order: a row is dropped as soon as `max` are larger. */
static size_t keep_largest(struct count_row *all, size_t n, size_t max, struct count_row row)
{
    if (n == max && (!max || by_size(&row, &all[n - 1]) > 0))
        return n;
    size_t at = n < max ? n++ : n - 1;
    for (; at && by_size(&row, &all[at - 1]) < 0; at--)
        all[at] = all[at - 1];
    all[at] = row;
    return n;
}

/* Of many only the largest are put in order. */
static size_t pick(const struct deltas *sums, struct count_row *all, size_t max)
{
    size_t n = 0;
    for (uint32_t i = 0; i < sums->keys.n; i++) {
        struct count_row row = {names_at(&sums->keys, i), (uint64_t)sums->changes[i]};
        if (max < sums->keys.n)
            n = keep_largest(all, n, max, row);
        else
            all[n++] = row;
    }
    if (max >= sums->keys.n)
        qsort(all, n, sizeof *all, by_size);
    return n;
}

/* `all` borrows its names from anywhere. */
static void copy_rows(const struct count_row *all, size_t n, struct count_row *rows, struct str *bytes)
{
    str_clear(bytes);
    for (size_t i = 0; i < n; i++)
        str_add(bytes, all[i].name);
    for (size_t i = 0, at = 0; i < n; at += all[i++].name.n)
        rows[i] = (struct count_row){{str_text(bytes) + at, all[i].name.n}, all[i].n};
}

size_t counts_sum_top(const struct counts_sum *sum, struct count_row *rows, size_t max,
                      struct str *bytes)
{
    struct count_row *all = alloc_zero(sum->sums.keys.n + 1, sizeof *all);
    size_t n = pick(&sum->sums, all, max);
    copy_rows(all, n, rows, bytes);
    free(all);
    return n;
}

/* Of one state each name has one row: nothing to add up, and the names may stay in the map meanwhile. */
static size_t top_of_state(struct txn *txn, enum count_kind kind, enum state state, struct count_row *rows,
                           size_t max, struct str *bytes)
{
    struct key prefix = count_key(kind, state, SPAN_NONE);
    struct count_row *all = alloc_zero(max + 1, sizeof *all);
    struct span key, value;
    size_t n = 0;
    if (txn_writes(txn))
        counts_flush(txn);
    struct cursor *cursor = cursor_open(txn, TABLE_counts);
    bool more = cursor_seek(cursor, key_span(&prefix), &key, &value);
    for (; more && span_starts(key, key_span(&prefix)); more = cursor_next(cursor, &key, &value)) {
        struct count_row row = {span_cut(key, 2, key.n), 0};
        if (!take_number(&value, &row.n)) {
            txn_damaged(txn, TABLE_counts, key);
            break;
        }
        n = keep_largest(all, n, max, row);
    }
    cursor_close(cursor);
    copy_rows(all, n, rows, bytes);
    free(all);
    return n;
}

size_t counts_top(struct txn *txn, enum count_kind kind, unsigned states, struct count_row *rows,
                  size_t max, struct str *bytes)
{
    if (states && !(states & (states - 1)))
        return top_of_state(txn, kind, (enum state)__builtin_ctz(states), rows, max, bytes);
    struct counts_sum *sum = counts_sum_new(kind, states);
    counts_sum_run(sum, txn, SIZE_MAX);
    size_t n = counts_sum_top(sum, rows, max, bytes);
    counts_sum_free(sum);
    return n;
}
