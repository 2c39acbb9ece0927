/* SPDX-License-Identifier: MIT
 *
 * The radix sort against qsort, with keys that share much, end early and repeat.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/names.h"
#include "base/radix.h"
#include "base/str.h"

enum { KEY = 80 };

struct keys {
    char (*at)[KEY];
    size_t n;
};

static uint64_t more(const void *arg, uint64_t data, size_t at)
{
    const struct keys *keys = arg;
    const char *key = keys->at[data];
    uint64_t head = 0;
    size_t n = strlen(key);
    for (size_t i = at; i < at + 8; i++)
        head = head << 8 | (i < n ? (unsigned char)key[i] : 0);
    return head;
}

static const struct keys *sorted_keys;

static int by_key(const void *a, const void *b)
{
    const struct radix_item *x = a, *y = b;
    int order = strcmp(sorted_keys->at[x->data], sorted_keys->at[y->data]);
    return order ? order : (x->data > y->data) - (x->data < y->data);
}

static void check(size_t n, unsigned kind)
{
    struct keys keys = {calloc(n, KEY), n};
    struct radix_item *items = calloc(n, sizeof *items), *model = calloc(n, sizeof *model);
    unsigned seed = kind + 1;
    for (size_t i = 0; i < n; i++) {
        static const char *const heads[] = {"", "anna.kowalska", "\xc5\xbb", "a"};
        seed = seed * 1103515245 + 12345;
        unsigned r = seed >> 8;
        snprintf(keys.at[i], KEY, "%s%u%s", kind ? heads[r % 4] : "", r % (kind == 2 ? 50 : 100000),
                 r % 7 ? "" : "@a-rather-long-domain-of-a-company.example");
        items[i] = model[i] = (struct radix_item){more(&keys, i, 0), i};
    }
    radix_sort(items, n, more, &keys);
    sorted_keys = &keys;
    qsort(model, n, sizeof *model, by_key);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(items[i].data, model[i].data);
    free(keys.at);
    free(items);
    free(model);
}

static void as_qsort(void **state)
{
    static const size_t sizes[] = {1, 2, 24, 25, 1000, 30000, 150000};
    (void)state;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (unsigned kind = 0; kind < 3; kind++)
            check(sizes[i], kind);
}

/* Numbers by names, and names in order. */
static void names(void **state)
{
    struct names names = {0};
    uint32_t number;
    char text[32];
    (void)state;
    for (int round = 0; round < 2; round++)
        for (unsigned i = 0; i < 3000; i++) {
            snprintf(text, sizeof text, "%s%u", i % 3 ? "" : "longer-than-eight-", i * 7919 % 3000);
            assert_int_equal(names_find(&names, span_of(text), &number), round);
            assert_int_equal(names_number(&names, span_of(text)), i);
            assert_true(span_equal(names_at(&names, i), span_of(text)));
        }
    assert_int_equal(names.n, 3000);
    assert_int_equal(names_number(&names, SPAN("")), 3000);
    uint32_t *order = names_sorted(&names);
    for (uint32_t i = 1; i < names.n; i++)
        assert_true(span_compare(names_at(&names, order[i - 1]), names_at(&names, order[i])) < 0);
    free(order);
    names_free(&names);
    assert_false(names_find(&names, SPAN("0"), &number));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_qsort), cmocka_unit_test(names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
