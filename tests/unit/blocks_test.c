/* SPDX-License-Identifier: MIT
 *
 * Blocks of 64 bytes, by themselves and in a table, under random puts and removes against a plain
 * sorted array.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "place.h"
#include "store/blocks.h"
#include "store/packed.h"

enum { ENTRIES = 400, TEXT = 160 };

struct model {
    struct {
        char key[TEXT], value[TEXT];
    } rows[ENTRIES];
    size_t n;
    unsigned seed;
};

static unsigned pick(struct model *model, unsigned below)
{
    model->seed = model->seed * 1103515245 + 12345;
    return (model->seed >> 8) % below;
}

/* Few distinct keys, so that puts replace and removes hit; some share much, a few are long. */
static void make_key(struct model *model, char *key)
{
    static const char *const heads[] = {"", "anna.", "anna.nowak", "jan@", "z\xff", "zz"};
    size_t n = (size_t)sprintf(key, "%s%u", heads[pick(model, 6)], pick(model, 60));
    if (pick(model, 20) == 0) {
        memset(key + n, 'x', 130 - n);
        key[130] = '\0';
    }
}

static void make_value(struct model *model, char *value)
{
    size_t n = pick(model, 12) ? pick(model, 12) : pick(model, TEXT - 1);
    memset(value, 'a' + (int)pick(model, 26), n);
    value[n] = '\0';
}

static size_t model_find(const struct model *model, const char *key, bool *there)
{
    size_t i = 0;
    while (i < model->n && span_compare(span_of(model->rows[i].key), span_of(key)) < 0)
        i++;
    *there = i < model->n && strcmp(model->rows[i].key, key) == 0;
    return i;
}

static bool model_put(struct model *model, const char *key, const char *value)
{
    bool there;
    size_t i = model_find(model, key, &there);
    if (!there && model->n == ENTRIES)
        return false;
    if (!there) {
        memmove(&model->rows[i + 1], &model->rows[i], (model->n - i) * sizeof *model->rows);
        model->n++;
    }
    strcpy(model->rows[i].key, key);
    strcpy(model->rows[i].value, value);
    return true;
}

static bool model_remove(struct model *model, const char *key)
{
    bool there;
    size_t i = model_find(model, key, &there);
    if (there) {
        model->n--;
        memmove(&model->rows[i], &model->rows[i + 1], (model->n - i) * sizeof *model->rows);
    }
    return there;
}

/* ---- one block */

static void assert_block(const struct model *model, const struct str *low, const struct str *block)
{
    struct block_reader reader;
    struct block_place place = {0};
    struct str anew = {0};
    struct span last = span_of_str(low);
    block_open(&reader, span_of_str(low), span_of_str(block));
    for (size_t i = 0; i < model->n; i++) {
        struct span value = SPAN_NONE;
        if (i % 3 == 0)
            place.n = 0;
        block_append(&anew, last, span_of(model->rows[i].key), span_of(model->rows[i].value));
        last = span_of(model->rows[i].key);
        assert_true(block_next(&reader));
        assert_true(span_equal(reader.key, span_of(model->rows[i].key)));
        assert_true(span_equal(reader.value, span_of(model->rows[i].value)));
        assert_int_equal(block_find(span_of_str(low), span_of_str(block), &place, reader.key, &value),
                         BLOCK_FOUND);
        assert_true(span_equal(value, reader.value));
    }
    assert_false(block_next(&reader));
    assert_false(reader.damaged);
    assert_true(span_equal(span_of_str(&anew), span_of_str(block))); /* there is one way to write it */
    str_free(&anew);
}

static void put_and_remove(void **state)
{
    struct model *model = calloc(1, sizeof *model);
    struct str low = {0}, block = {0};
    char key[TEXT], value[TEXT];
    (void)state;
    struct block_place place = {0};
    str_add_text(&low, "jan");
    for (int i = 0; i < 4000; i++) {
        bool there = false, had;
        struct span found;
        make_key(model, key);
        make_value(model, value);
        model_find(model, key, &had);
        assert_int_equal(block_find(span_of_str(&low), span_of_str(&block), &place, span_of(key), &found) ==
                             BLOCK_FOUND, had);
        if (pick(model, 3)) {
            assert_true(block_put(&low, &block, &place, span_of(key), span_of(value)));
            model_put(model, key, value);
        } else {
            assert_true(block_remove(span_of_str(&low), &block, &place, span_of(key), &there));
            assert_int_equal(there, model_remove(model, key));
        }
        if (i % 50 == 0)
            assert_block(model, &low, &block);
    }
    str_free(&low);
    str_free(&block);
    free(model);
}

static void split_and_join(void **state)
{
    struct model *model = calloc(1, sizeof *model);
    struct str low = {0}, block = {0}, high_low = {0}, high = {0};
    char key[TEXT], value[TEXT];
    (void)state;
    for (int i = 0; i < 200; i++) {
        make_key(model, key);
        make_value(model, value);
        struct block_place place = {0};
        if (i == 0)
            str_add_text(&low, key);
        assert_true(block_put(&low, &block, &place, span_of(key), span_of(value)));
        model_put(model, key, value);
        size_t whole = block.n;
        assert_true(block_split(span_of_str(&low), &block, &high_low, &high));
        place.n = 0;
        assert_int_equal(high.n == 0, model->n < 2);
        if (model->n > 1)
            assert_true(block.n > 0 && block.n < whole);
        struct span found;
        enum block_found beyond = block_find(span_of_str(&low), span_of_str(&block), &place,
                                             span_of(model->rows[model->n - 1].key), &found);
        assert_int_equal(beyond, model->n > 1 ? BLOCK_BEYOND : BLOCK_FOUND);
        assert_true(block_join(span_of_str(&low), &block, span_of_str(&high_low), span_of_str(&high)));
        assert_block(model, &low, &block);
    }
    str_free(&low);
    str_free(&block);
    str_free(&high_low);
    str_free(&high);
    free(model);
}

/* Whatever the bytes are, nothing is read outside them. */
static void damage(void **state)
{
    struct model *model = calloc(1, sizeof *model);
    struct str low = {0}, block = {0};
    struct block_place place = {0};
    char key[TEXT], value[TEXT];
    (void)state;
    for (int i = 0; i < 60; i++) {
        make_key(model, key);
        make_value(model, value);
        assert_true(block_put(&low, &block, &place, span_of(key), span_of(value)));
    }
    for (int i = 0; i < 20000; i++) {
        struct block_reader reader;
        struct span found;
        size_t n = pick(model, (unsigned)block.n) + 1;
        char *copy = malloc(n); /* its own, so that a sanitizer sees a step outside */
        memcpy(copy, block.at, n);
        copy[pick(model, (unsigned)n)] = (char)pick(model, 256);
        make_key(model, key);
        block_open(&reader, span_of_str(&low), (struct span){copy, n});
        while (block_next(&reader))
            ;
        struct str spoilt = {0}, its_low = {0};
        bool there;
        str_add(&spoilt, (struct span){copy, n});
        str_add(&its_low, span_of_str(&low));
        place.n = 0;
        block_find(span_of_str(&low), (struct span){copy, n}, &place, span_of(key), &found);
        place.n = 0;
        if (block_put(&its_low, &spoilt, &place, span_of(key), span_of("v")))
            block_remove(span_of_str(&its_low), &spoilt, &place, span_of(key), &there);
        str_free(&spoilt);
        str_free(&its_low);
        free(copy);
    }
    str_free(&low);
    str_free(&block);
    free(model);
}

/* ---- a table of them */

static struct txn *writing(struct place *place)
{
    struct txn *txn;
    assert_int_equal(store_write(place->store, "anna", "test", &txn, NULL), RESULT_OK);
    return txn;
}

static void assert_table(const struct model *model, struct txn *txn)
{
    struct packed_cursor *cursor = packed_open(txn, TABLE_externals);
    struct span key, value;
    bool more = packed_seek(cursor, SPAN_NONE, &key, &value);
    for (size_t i = 0; i < model->n; i++, more = packed_next(cursor, &key, &value)) {
        assert_true(more);
        assert_true(span_equal(key, span_of(model->rows[i].key)));
        assert_true(span_equal(value, span_of(model->rows[i].value)));
    }
    assert_false(more);
    more = packed_last(cursor, &key, &value);
    for (size_t i = model->n; i-- > 0; more = packed_previous(cursor, &key, &value)) {
        assert_true(more);
        assert_true(span_equal(key, span_of(model->rows[i].key)));
    }
    assert_false(more);
    packed_close(cursor);
}

static void assert_seeks(struct model *model, struct txn *txn)
{
    struct packed_cursor *cursor = packed_open(txn, TABLE_externals);
    struct span found, value;
    char key[TEXT];
    for (int i = 0; i < 40; i++) {
        bool there;
        make_key(model, key);
        size_t at = model_find(model, key, &there);
        assert_int_equal(packed_seek(cursor, span_of(key), &found, &value), at < model->n);
        if (at < model->n)
            assert_true(span_equal(found, span_of(model->rows[at].key)));
        if (at < model->n && at > 0) {
            assert_true(packed_previous(cursor, &found, &value));
            assert_true(span_equal(found, span_of(model->rows[at - 1].key)));
        }
        assert_int_equal(packed_part(cursor, i / 40.0, &found, &value), model->n > 0);
    }
    packed_close(cursor);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Asked for in ascending order, most of them not there: gaps are remembered, and end in time. */
static void assert_asked(struct model *model, struct txn *txn)
{
    char keys[100][TEXT];
    for (size_t i = 0; i < 100; i++)
        make_key(model, keys[i]);
    qsort(keys, 100, sizeof *keys, by_text);
    for (size_t i = 0; i < 100; i++) {
        struct span found = SPAN_NONE;
        bool there;
        size_t at = model_find(model, keys[i], &there);
        assert_int_equal(packed_get(txn, TABLE_externals, span_of(keys[i]), &found), there);
        if (there)
            assert_true(span_equal(found, span_of(model->rows[at].value)));
    }
}

static void in_a_table(void **state)
{
    struct place *place = *state;
    struct model *model = calloc(1, sizeof *model);
    struct str after = {0};
    char key[TEXT], value[TEXT];
    for (int round = 0; round < 60; round++) {
        struct txn *txn = writing(place);
        unsigned puts = round % 20 < 12 ? 3 : 1; /* it grows, then shrinks to nothing */
        for (int i = 0; i < 100; i++) {
            struct span found = SPAN_NONE;
            bool there;
            make_key(model, key);
            make_value(model, value);
            if (pick(model, 4) < puts) {
                if (model_put(model, key, value))
                    packed_put(txn, TABLE_externals, span_of(key), span_of(value));
            } else {
                if (puts == 1 && model->n)
                    strcpy(key, model->rows[pick(model, (unsigned)model->n)].key);
                assert_int_equal(packed_remove(txn, TABLE_externals, span_of(key)),
                                 model_remove(model, key));
            }
            make_key(model, key);
            size_t at = model_find(model, key, &there);
            assert_int_equal(packed_get(txn, TABLE_externals, span_of(key), &found), there);
            if (there)
                assert_true(span_equal(found, span_of(model->rows[at].value)));
            bool any = packed_after(txn, TABLE_externals, span_of(key), &after, &found);
            assert_int_equal(any, at < model->n);
            if (any) {
                assert_true(span_equal(span_of_str(&after), span_of(model->rows[at].key)));
                assert_true(span_equal(found, span_of(model->rows[at].value)));
            }
        }
        assert_asked(model, txn);
        if (round % 2)
            assert_table(model, txn);
        assert_int_equal(txn_commit(txn, NULL), RESULT_OK);
        assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
        assert_asked(model, txn);
        assert_table(model, txn);
        assert_seeks(model, txn);
        txn_end(txn);
    }
    str_free(&after);
    free(model);
}

/* Each value goes under a key far from its own, as it was read: into the block in hand, out of it, and out of one
 * that is about to be written. */
static void borrowed(void **state)
{
    struct place *place = *state;
    struct model *model = calloc(1, sizeof *model);
    char key[TEXT], value[TEXT];
    struct txn *txn = writing(place);
    for (int i = 0; i < 3000; i++) {
        struct span found = SPAN_NONE;
        size_t from = pick(model, (unsigned)model->n + 1);
        make_key(model, key);
        make_value(model, value);
        if (from < model->n) {
            assert_true(packed_get(txn, TABLE_externals, span_of(model->rows[from].key), &found));
            strcpy(value, model->rows[from].value);
        } else {
            found = span_of(value);
        }
        if (model_put(model, key, value))
            packed_put(txn, TABLE_externals, span_of(key), found);
        if (i % 100 == 0)
            assert_table(model, txn);
    }
    txn_end(txn);
    free(model);
}

/* Rows come in order nearly always: then blocks are full. */
static void in_order(void **state)
{
    struct place *place = *state;
    struct txn *txn = writing(place);
    for (uint32_t i = 1; i <= 2000; i++) {
        struct key key = key_of_u32(i);
        packed_put(txn, TABLE_externals, key_span(&key), SPAN("value"));
    }
    assert_int_equal(txn_commit(txn, NULL), RESULT_OK);
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    assert_in_range(table_rows(txn, TABLE_externals), 300, 450);
    for (uint32_t i = 1; i <= 2000; i++) {
        struct key key = key_of_u32(i);
        struct span value;
        assert_true(packed_get(txn, TABLE_externals, key_span(&key), &value));
    }
    txn_end(txn);
}

static int setup(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    setenv("ZWROTKA_BLOCK", "64", 1);
    place_make(place);
    *state = place;
    return 0;
}

static int teardown(void **state)
{
    place_remove(*state);
    free(*state);
    unsetenv("ZWROTKA_BLOCK");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(put_and_remove),
        cmocka_unit_test(split_and_join),
        cmocka_unit_test(damage),
        cmocka_unit_test_setup_teardown(in_a_table, setup, teardown),
        cmocka_unit_test_setup_teardown(borrowed, setup, teardown),
        cmocka_unit_test_setup_teardown(in_order, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
