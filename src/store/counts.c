/* SPDX-License-Identifier: MIT
 *
 * Table counts: kind byte, state byte, name → number. Within a transaction the differences are
 * gathered and written once, at commit or before the first look.
 */
#include "store/counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/names.h"
#include "base/text.h"
#include "store/facts.h"
#include "store/table.h"

enum { KINDS = COUNT_TAG + 1 };

/* Of a name by state: whoever changes state leaves one and enters another. */
struct delta {
    int64_t change[STATE_COUNT];
};

struct deltas {
    struct names names; /* kind byte, name */
    struct delta *of;   /* by number */
    size_t room;
    uint32_t last[KINDS]; /* number of the name counted last, plus 1: nearly always it is the next as well */
};

static void deltas_drop(void *data)
{
    struct deltas *deltas = data;
    names_free(&deltas->names);
    free(deltas->of);
    free(deltas);
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

static struct key count_key(enum count_kind kind, enum state state, struct span name)
{
    struct key key;
    key.n = 0;
    key_byte(&key, (unsigned char)kind);
    key_byte(&key, (unsigned char)state);
    key_text(&key, name);
    return key;
}

static struct span name_of(const struct deltas *deltas, uint32_t number)
{
    struct span name = names_at(&deltas->names, number);
    return span_cut(name, 1, name.n);
}

static struct delta *delta_of(struct txn *txn, struct deltas *deltas, enum count_kind kind, struct span name)
{
    struct key key;
    if (deltas->last[kind] && span_equal(name_of(deltas, deltas->last[kind] - 1), name))
        return &deltas->of[deltas->last[kind] - 1];
    key.n = 0;
    key_byte(&key, (unsigned char)kind);
    key_text(&key, name);
    uint32_t n = deltas->names.n, number = names_number(&deltas->names, key_span(&key));
    if (number == UINT32_MAX) {
        txn_fail(txn, RESULT_DATA, _("too many new contacts at once: divide the file"));
        return NULL;
    }
    if (number == n) {
        ALLOC_GROW(deltas->of, number, deltas->room);
        deltas->of[number] = (struct delta){{0}};
    }
    deltas->last[kind] = number + 1;
    return &deltas->of[number];
}

void counts_add(struct txn *txn, enum count_kind kind, enum state state, struct span name,
                int64_t change)
{
    struct delta *delta = delta_of(txn, deltas_of(txn), kind, name);
    if (delta)
        delta->change[state] += change;
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
    for (uint32_t i = 0; i < deltas->names.n; i++)
        for (int state = 0; state < STATE_COUNT; state++) {
            int64_t *change = &deltas->of[i].change[state];
            if (!*change)
                continue;
            *out = (struct count_difference){(enum state)state, name_of(deltas, i), -*change};
            *change = 0;
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

/* In the order of keys, for an import brings a million: kind, state, name. */
static void counts_flush(struct txn *txn)
{
    struct deltas *deltas = txn_slot(txn, SLOT_COUNTS);
    if (!deltas)
        return;
    uint32_t *sorted = names_sorted(&deltas->names), n = deltas->names.n;
    struct str value = {0};
    for (uint32_t from = 0, to = 0; from < n; from = to) {
        char kind = names_at(&deltas->names, sorted[from]).at[0];
        while (to < n && names_at(&deltas->names, sorted[to]).at[0] == kind)
            to++;
        for (int state = 0; state < STATE_COUNT; state++)
            for (uint32_t i = from; i < to; i++) {
                int64_t change = deltas->of[sorted[i]].change[state];
                struct key key;
                if (!change)
                    continue;
                key = count_key((enum count_kind)kind, (enum state)state, name_of(deltas, sorted[i]));
                apply(txn, key_span(&key), change, &value);
            }
    }
    str_free(&value);
    free(sorted);
    txn_set_slot(txn, SLOT_COUNTS, NULL, NULL, NULL); /* drops it */
}

uint64_t counts_get(struct txn *txn, enum count_kind kind, enum state state, struct span name)
{
    if (txn_writes(txn))
        counts_flush(txn);
    struct key key = count_key(kind, state, name);
    return stored(txn, key_span(&key));
}

/* ---- the largest names: gathered over the states, then picked */

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
    struct names names;
    uint64_t *sums; /* by number */
    size_t room;
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
    names_free(&sum->names);
    free(sum->sums);
    str_free(&sum->from);
    free(sum);
}

static void gather_name(struct counts_sum *sum, struct span name, uint64_t n)
{
    uint32_t known = sum->names.n, number = names_number(&sum->names, name);
    if (number == UINT32_MAX)
        return; /* beyond 4 GiB of names */
    if (number == known) {
        ALLOC_GROW(sum->sums, number, sum->room);
        sum->sums[number] = 0;
    }
    sum->sums[number] += n;
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
        gather_name(sum, span_cut(key, 2, key.n), n);
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
static size_t pick(const struct counts_sum *sum, struct count_row *all, size_t max)
{
    size_t n = 0, known = sum->names.n;
    for (uint32_t i = 0; i < known; i++) {
        struct count_row row = {names_at(&sum->names, i), sum->sums[i]};
        if (max < known)
            n = keep_largest(all, n, max, row);
        else
            all[n++] = row;
    }
    if (max >= known)
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
    struct count_row *all = alloc_zero((size_t)sum->names.n + 1, sizeof *all);
    size_t n = pick(sum, all, max);
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
