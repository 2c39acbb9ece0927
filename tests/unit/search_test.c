/* SPDX-License-Identifier: MIT
 *
 * Searches against a plain model: contacts that come, go, move and change, some of them in the order
 * that a first import gives; every query in every order, run whole and in small pieces. And the parts a
 * search is made of, each against the simplest way to do the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/alloc.h"
#include "base/needle.h"
#include "base/utf8.h"
#include "contact/address.h"
#include "place.h"
#include "store/codec.h"
#include "store/contacts.h"
#include "store/idlists.h"
#include "store/judgements.h"
#include "store/search.h"
#include "store/sorter.h"
#include "store/table.h"
#include "store/text.h"
#include "store/textclass.h"

static uint64_t seed;

static uint32_t any(uint32_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(seed >> 33) % below;
}

/* ---- parts */

static void needles(void **state)
{
    (void)state;
    char text[200], want[8];
    seed = 1;
    for (int round = 0; round < 20000; round++) {
        size_t n = any(sizeof text), k = 1 + any(5), from = any(20);
        for (size_t i = 0; i < n; i++)
            text[i] = "abn\xff"[any(4)];
        for (size_t i = 0; i < k; i++)
            want[i] = "abn"[any(3)];
        struct needle needle = needle_of((struct span){want, k});
        char *copy = malloc(n + 1); /* exact, so that a sanitizer sees what is read beyond */
        char *exact = realloc(copy, n ? n : 1);
        memcpy(exact, text, n);
        ptrdiff_t found = needle_find(&needle, (struct span){exact, n}, from);
        ptrdiff_t should = -1;
        for (size_t i = from; i + k <= n && should < 0; i++)
            if (memcmp(text + i, want, k) == 0)
                should = (ptrdiff_t)i;
        assert_int_equal(found, should);
        uint64_t bits[8] = {0}, wanted[8] = {0};
        size_t first = any(100), row = first, hits = 0, set = needle_rows(&needle, '\xff', (struct span){exact, n}, bits, first);
        for (size_t i = 0; i < n; i++) {
            if (i + k <= n && memcmp(text + i, want, k) == 0)
                wanted[row / 64] |= UINT64_C(1) << row % 64;
            row += text[i] == '\xff';
        }
        for (size_t i = 0; i < 8; i++)
            hits += (size_t)__builtin_popcountll(wanted[i]);
        assert_memory_equal(bits, wanted, sizeof bits);
        assert_int_equal(set, hits);
        free(exact);
    }
}

/* What leaves a class out may not leave out a hit. */
static void classes(void **state)
{
    static const char *const letters[] = {"a", "z", "7", "0", "-", " ", "@", "/", "`", "{", "\xc5\x82"};
    (void)state;
    seed = 7;
    for (int round = 0; round < 20000; round++) {
        struct str text = {0};
        for (uint32_t n = 1 + any(9); n > 0; n--)
            str_add_text(&text, letters[any(sizeof letters / sizeof *letters)]);
        size_t from = any((uint32_t)text.n), to = from + 1 + any((uint32_t)(text.n - from));
        unsigned having = text_class_having(span_cut(span_of_str(&text), from, to));
        assert_true(having >> text_class_of(span_of_str(&text)) & 1);
        str_free(&text);
    }
    assert_int_equal(text_class_of(SPAN("anna.nowak@wp.example")), TEXT_LETTERS);
    assert_int_equal(text_class_of(SPAN("nowak1@wp.example")), TEXT_MIXED);
    assert_int_equal(text_class_of(SPAN("k-4711")), TEXT_CODES);
    assert_int_equal(text_class_of(SPAN("+48 501 502")), TEXT_NUMBERS);
    assert_int_equal(text_class_having(SPAN("nowak")), 1 << TEXT_LETTERS | 1 << TEXT_MIXED);
    assert_int_equal(text_class_having(SPAN("k-77")), 1 << TEXT_MIXED | 1 << TEXT_CODES);
}

static void sorting(void **state)
{
    (void)state;
    enum { ROWS = 50000 };
    struct sorter *sorter = sorter_new();
    static uint32_t keys[ROWS];
    uint32_t row, n = 0, last = 0;
    seed = 2;
    for (uint32_t i = 0; i < ROWS; i++) {
        char key[16];
        keys[i] = any(500);
        snprintf(key, sizeof key, "%06u", keys[i]);
        sorter_add(sorter, span_of(key), i);
    }
    for (; sorter_next(sorter, &row); n++, last = row)
        if (n)
            assert_true(keys[last] < keys[row] || (keys[last] == keys[row] && last < row));
    assert_int_equal(n, ROWS);
    sorter_free(sorter);
}

static void lists_of_ids(void **state)
{
    enum { IDS = 6000, NAMES = 3, STEPS = 12000 };
    static const char *const names[NAMES] = {"a.example", "a.example.pl", "b.example"};
    static bool in[NAMES][IDS + 1];
    struct place *place = *state;
    struct txn *txn = NULL;
    seed = 3;
    for (int i = 0; i < STEPS; i++) {
        if (!txn)
            assert_int_equal(store_write(place->store, "anna", "test", &txn, NULL), RESULT_OK);
        uint32_t name = any(NAMES), id = 1 + (i < STEPS / 3 ? (uint32_t)i * 3 / 2 % IDS : any(IDS));
        bool put = i < STEPS / 3 || any(3) > 0;
        if (in[name][id] != put)
            (put ? idlists_add : idlists_remove)(txn, span_of(names[name]), id);
        in[name][id] = put;
        if (any(500) && i < STEPS - 1)
            continue;
        for (uint32_t k = 0; k < NAMES; k++) {
            uint32_t from = any(4) ? 0 : any(IDS), expected = from;
            struct idlists_walk walk = {.name = span_of(names[k]), .id = from};
            while (idlists_next(txn, &walk)) {
                while (expected <= IDS && !in[k][expected])
                    expected++;
                assert_int_equal(walk.id, expected);
                expected++;
            }
            idlists_walk_end(&walk);
            while (expected <= IDS && !in[k][expected])
                expected++;
            assert_int_equal(expected, IDS + 1);
        }
        assert_int_equal(txn_commit(txn, NULL), RESULT_OK);
        txn = NULL;
    }
}

/* ---- searches */

static const char *const queries[] = {
    "", "nowak", "nowak zak", "łukasz", "lukasz", "state:invalid", "-state:active", "state:active nowak",
    "state:invalid,blocked ona", "tag:vip", "tag:vip nowak", "domain:wp.example", "domain:.example",
    "domain:wp.example state:invalid", "-tag:vip domain:wp.example", "firm*1", "id:17", "bounced:no ewa",
    "x", "@", "reason:manual", "domain:nowhere.example", "tag:nobody", "field.company:7 nowak",
    "k-17", "k-", "+48", "\"8 50\" nowak", "50 k-2 anna", "7", "firma 1", "nowak1",
    "tag:vip,news", "tag:ne*", "-tag:news tag:vip", "tag:VIP state:active anna", "tag:vip domain:wp.example",
    "name:nowak", "name:nowak,ewa", "field.company:12", "name:anna field.customer:k-1 -tag:vip", "tag:vip reason:manual",
    "since:2020-01-01 nowak tag:vip domain:wp.example state:invalid",
};

struct model_row {
    uint32_t id;
    char folded[64], name[64];
    enum state state;
};

static enum search_order order_now;

static int model_compare(const void *a, const void *b)
{
    const struct model_row *x = a, *y = b;
    int order = 0;
    if (order_now == ORDER_NAME)
        order = (x->name[0] == 0) - (y->name[0] == 0) ? (x->name[0] == 0) - (y->name[0] == 0)
                                                      : strncmp(x->name, y->name, SORTER_KEY - 1);
    if (order_now == ORDER_DOMAIN)
        order = strcmp(strchr(x->folded, '@'), strchr(y->folded, '@'));
    if (order_now == ORDER_STATE)
        order = (int)x->state - (int)y->state;
    if (!order)
        order = strcmp(x->folded, y->folded);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

static size_t model_search(struct txn *txn, struct query *query, enum search_order order,
                           struct model_row *rows)
{
    struct contacts_each each = {0};
    size_t n = 0;
    while (contacts_each(txn, &each)) {
        struct query_row row = {.contact = &each.contact, .corrected = each.contact.corrected};
        row.standing = judgements_standing(txn, each.contact.folded, 1700000000);
        if (!query_matches(query, &row))
            continue;
        rows[n].id = each.contact.id;
        rows[n].state = row.standing.state;
        snprintf(rows[n].folded, sizeof rows[n].folded, "%.*s", SPAN_ARGS(each.contact.folded));
        struct str name = {0};
        utf8_fold(each.contact.name, &name);
        snprintf(rows[n].name, sizeof rows[n].name, "%s", str_text(&name));
        str_free(&name);
        n++;
    }
    contacts_each_end(&each);
    order_now = order;
    if (n)
        qsort(rows, n, sizeof *rows, model_compare);
    return n;
}

static void compare_search(struct txn *txn, const char *text, enum search_order order, bool descending,
                           size_t piece)
{
    static struct model_row rows[8192];
    struct query *query;
    assert_int_equal(query_parse(span_of(text), 1700000000, &query, NULL), RESULT_OK);
    size_t n = model_search(txn, query, order, rows);
    struct search *search = search_new(query, order, descending, 1700000000);
    size_t shown = 0;
    while (search_run(search, txn, piece, NULL) == RESULT_BUSY) {
        if (search_count(search) < shown)
            fail_msg("%s: hits that were shown went away", text);
        shown = search_count(search);
        for (size_t i = 0; i < shown; i++) /* what shows early stays where it is */
            if (search_hit(search, i) != rows[i].id)
                fail_msg("%s, order %d: row %zu shows %u too early", text, (int)order, i,
                         search_hit(search, i));
    }
    if (search_count(search) != n)
        fail_msg("%s, order %d, pieces of %zu: %zu instead of %zu", text, (int)order, piece,
                 search_count(search), n);
    for (size_t i = 0; i < n; i++)
        if (search_hit(search, i) != rows[descending ? n - 1 - i : i].id)
            fail_msg("%s, order %d, pieces of %zu: row %zu is %u, not %u", text, (int)order, piece, i,
                     search_hit(search, i), rows[descending ? n - 1 - i : i].id);
    search_free(search);
}

/* Run to its end; `wider` (NULL: none) is what it may narrow. */
static struct search *searched(struct txn *txn, const char *text, enum search_order order, size_t piece,
                               const struct search *wider)
{
    struct query *query;
    assert_int_equal(query_parse(span_of(text), 1700000000, &query, NULL), RESULT_OK);
    struct search *search = search_new(query, order, false, 1700000000);
    if (wider)
        search_narrow(search, wider);
    while (search_run(search, txn, piece, NULL) == RESULT_BUSY)
        ;
    return search;
}

/* A letter more, or a term, gives the same from the hits of before as from the whole. */
static void compare_narrowed(struct txn *txn, const char *wide, const char *text, enum search_order order, size_t piece)
{
    struct search *wider = searched(txn, wide, order, piece, NULL), *whole = searched(txn, text, order, 0, NULL),
                  *narrow = searched(txn, text, order, piece, wider);
    if (search_count(narrow) != search_count(whole))
        fail_msg("%s after %s: %zu, not %zu", text, wide, search_count(narrow), search_count(whole));
    for (size_t i = 0; i < search_count(whole); i++)
        if (search_hit(narrow, i) != search_hit(whole, i))
            fail_msg("%s after %s: row %zu differs", text, wide, i);
    search_free(wider);
    search_free(whole);
    search_free(narrow);
}

static void compare_all_narrowed(struct txn *txn)
{
    static const char *const letters[] = {"n", "no", "nowa", "nowak1", "łukas", "lukas", "lukasz", "łukasz", "k-1", "k-17"};
    enum { N = sizeof letters / sizeof *letters };
    for (int i = 0; i < 6; i++) {
        char wide[64], text[128];
        snprintf(wide, sizeof wide, "%s%s", letters[any(N)], any(2) ? " tag:vip" : "");
        snprintf(text, sizeof text, "%s%s%s", any(2) ? wide : letters[any(N)], any(2) ? " ona" : "",
                 any(2) ? " state:invalid tag:vip" : "");
        compare_narrowed(txn, wide, text, (enum search_order)(ORDER_ADDRESS + any(4)), any(2) ? 0 : 5);
    }
}

static void compare_all(struct place *place)
{
    struct txn *txn;
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
        static const size_t pieces[] = {0, 1, 7, 100, 5000};
        compare_search(txn, queries[i], ORDER_ADDRESS, false, pieces[any(5)]);
        compare_search(txn, queries[i], (enum search_order)(ORDER_ADDRESS + any(4)), any(2), pieces[any(5)]);
    }
    compare_all_narrowed(txn);
    txn_end(txn);
    place_verify(place);
}

static void make_contact(struct contact *contact, char address[64], char name[64], struct str *folded,
                         uint32_t number, bool ordered)
{
    static const char *const first[] = {"Anna", "Łukasz", "ewa", "Ilona"}, *const last[] = {"Nowak", "Żak", ""},
                             *const domains[] = {"wp.example", "onet.example", "żółw.pl", "x.wp.example"},
                             *const tags[] = {"", "vip", "news;vip", "news"};
    static char company[32], customer[32], phone[32];
    const char *given = first[any(4)];
    const char *domain = domains[any(4)];
    if (ordered)
        snprintf(address, 64, "a%06u.%u@%s", number, any(3), domain);
    else
        snprintf(address, 64, "%s%u@%s", any(2) ? "nowak" : "m", number, domain);
    snprintf(name, 64, "%s %s", any(5) ? given : "", last[any(3)]);
    snprintf(company, sizeof company, "Firma %u", any(40));
    snprintf(customer, sizeof customer, "K-%u", any(60));
    snprintf(phone, sizeof phone, "+48 50%u", any(1000));
    contact->address = span_of(address);
    str_clear(folded);
    assert_int_equal(address_fold(contact->address, NULL, folded, NULL), RESULT_OK);
    contact->folded = span_of_str(folded);
    contact->name = any(6) ? span_trim(span_of(name)) : SPAN_NONE;
    contact->tags = span_of(tags[any(4)]);
    contact_set_field(contact, SPAN("company"), any(3) ? span_of(company) : SPAN_NONE);
    contact_set_field(contact, SPAN("customer"), any(8) ? span_of(customer) : SPAN_NONE);
    contact_set_field(contact, SPAN("phone"), any(2) ? span_of(phone) : SPAN_NONE);
}

/* `ordered`: so many contacts get their ids in the order of their addresses first. */
static void searches(struct place *place, uint32_t ordered, uint32_t steps)
{
    struct contact contact = {0};
    struct str folded = {0};
    char address[64], name[64];
    struct txn *txn;
    uint32_t number = 0;
    assert_int_equal(store_write(place->store, "anna", "test", &txn, NULL), RESULT_OK);
    while (number < ordered) {
        contact_clear(&contact);
        make_contact(&contact, address, name, &folded, number++, true);
        contacts_put(txn, &contact);
    }
    uint32_t from, to;
    contacts_ordered(txn, &from, &to);
    assert_true(to - from + 1 >= ordered);
    assert_int_equal(txn_commit(txn, NULL), RESULT_OK);
    compare_all(place);
    for (uint32_t round = 0; round < 6; round++) {
        assert_int_equal(store_write(place->store, "anna", "test", &txn, NULL), RESULT_OK);
        for (uint32_t i = 0; i < steps; i++) {
            uint32_t last = contacts_last_id(txn), id = last ? 1 + any(last) : 0, what = any(10);
            contact_clear(&contact);
            if (what < 4) {
                make_contact(&contact, address, name, &folded, number++, false);
                contacts_put(txn, &contact);
            } else if (what < 6) {
                contacts_remove(txn, id);
            } else if (what < 8) {
                make_contact(&contact, address, name, &folded, number++, any(2));
                contact.id = id;
                contacts_put(txn, &contact);
            } else if (contacts_get(txn, id, &contact)) {
                struct judgement judgement = {0};
                struct str at = {0};
                str_add(&at, contact.folded);
                judgement_decide(&judgement, (struct decision){.time = 1600000000,
                                                               .kind = any(2) ? EVENT_INVALID : EVENT_BLOCKED,
                                                               .reason = REASON_manual});
                judgements_put(txn, span_of_str(&at), &judgement, 1700000000);
                judgement_free(&judgement);
                str_free(&at);
            }
        }
        assert_int_equal(txn_commit(txn, NULL), RESULT_OK);
        compare_all(place);
    }
    contact_free(&contact);
    str_free(&folded);
}

static void searches_without_order(void **state)
{
    seed = 4;
    searches(*state, 0, 200);
}

static void searches_in_order(void **state)
{
    seed = 5;
    searches(*state, 3000, 150);
}

static void count_hit(void *arg, uint32_t id)
{
    (void)id;
    ++*(size_t *)arg;
}

/* Bytes looked at to find all that have the words. */
static uint64_t looked_at(struct txn *txn, const char *one, const char *other, size_t *hits)
{
    const struct span literals[] = {span_of(one), span_of(other)};
    struct text_search *search = text_search_new(literals, other ? 2 : 1);
    *hits = 0;
    assert_int_equal(text_search_run(search, txn, 1, contacts_last_id(txn), 0, count_hit, hits), 0);
    uint64_t bytes = text_search_bytes(search);
    text_search_free(search);
    return bytes;
}

/* So many changes that the blocks of text are written anew. */
static void searches_after_merging(void **state)
{
    seed = 6;
    searches(*state, 4500, 1500);
    struct place *place = *state;
    struct txn *txn;
    struct contact contact = {0};
    struct str bytes = {0};
    assert_int_equal(store_write(place->store, "anna", "test", &txn, NULL), RESULT_OK);
    for (uint32_t id = 1; id <= contacts_last_id(txn); id++) {
        if (!contacts_get(txn, id, &contact))
            continue;
        struct contact copy = {0};
        contact_copy(&contact, &copy, &bytes);
        copy.name = id % 2 ? SPAN("Ewa Nowak") : SPAN("Łukasz");
        contacts_put(txn, &copy);
        contact_free(&copy);
    }
    assert_int_equal(txn_commit(txn, NULL), RESULT_OK);
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    assert_true(table_rows(txn, TABLE_text_changed) < 4096);
    size_t hits;
    uint64_t blocks = table_rows(txn, TABLE_text_letters) + table_rows(txn, TABLE_text_mixed);
    assert_true(looked_at(txn, "nowak", NULL, &hits) / blocks > 3400); /* they are full */
    txn_end(txn);
    contact_free(&contact);
    str_free(&bytes);
    compare_all(place);
}

/* The same, so that every boundary is met: of blocks, and of the stretches that threads share. */
static void searches_in_small_blocks(void **state)
{
    setenv("ZWROTKA_BLOCK", "100", 1);
    seed = 8;
    searches(*state, 1000, 200);
    struct place *place = *state;
    struct txn *txn;
    assert_int_equal(store_write(place->store, "anna", "test", &txn, NULL), RESULT_OK);
    assert_true(table_rows(txn, TABLE_text_changed) > 100);
    text_merge(txn);
    assert_int_equal(table_rows(txn, TABLE_text_changed), 0);
    assert_int_equal(txn_commit(txn, NULL), RESULT_OK);
    compare_all(place);
    unsetenv("ZWROTKA_BLOCK");
}

/* Run in pieces until so many hits show, or to the end. */
static struct search_work work_for(struct txn *txn, const char *text, size_t shown, size_t hits)
{
    struct query *query;
    assert_int_equal(query_parse(span_of(text), 1700000000, &query, NULL), RESULT_OK);
    struct search *search = search_new(query, ORDER_ADDRESS, false, 1700000000);
    while (search_run(search, txn, 64, NULL) == RESULT_BUSY && (!shown || search_count(search) < shown))
        ;
    if (!shown)
        assert_int_equal(search_count(search), hits);
    struct search_work work = search_work(search);
    search_free(search);
    return work;
}

static void fill_many(struct place *place, unsigned contacts)
{
    struct txn *txn;
    struct str folded = {0};
    assert_int_equal(store_write(place->store, "anna", "test", &txn, NULL), RESULT_OK);
    for (unsigned i = 0; i < contacts; i++) {
        char address[64], customer[32];
        snprintf(address, sizeof address, "%c%c%c.%s@wp.example", 'a' + i / 676 % 26, 'a' + i / 26 % 26, 'a' + i % 26,
                 i == 12345 ? "rarest" : "nowak");
        snprintf(customer, sizeof customer, "K-%u", i);
        str_clear(&folded);
        assert_int_equal(address_fold(span_of(address), NULL, &folded, NULL), RESULT_OK);
        struct contact contact = {.address = span_of(address), .folded = span_of_str(&folded),
                                  .tags = i % 10 ? SPAN("") : SPAN("vip")};
        contact_set_field(&contact, SPAN("customer"), span_of(customer));
        contact_set_field(&contact, SPAN("phone"), SPAN("+48 501 502 503"));
        contacts_put(txn, &contact);
        contact_free(&contact);
    }
    str_free(&folded);
    assert_int_equal(txn_commit(txn, NULL), RESULT_OK);
}

/* What makes a search quick: most of the text is not looked at, and records are not read. */
static void little_is_looked_at(void **state)
{
    enum { CONTACTS = 17576 };
    struct place *place = *state;
    struct txn *txn;
    size_t hits;
    fill_many(place, CONTACTS);
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    uint64_t letters = looked_at(txn, "nowak", NULL, &hits);
    assert_int_equal(hits, CONTACTS - 1);
    assert_true(letters < CONTACTS * 24);
    assert_true(looked_at(txn, "k-12345", NULL, &hits) < CONTACTS * 10);
    assert_int_equal(hits, 1);
    /* the rare one first, whichever is typed first, and the other only where that one was */
    assert_true(looked_at(txn, "wp.example", "rarest", &hits) < letters * 2);
    assert_int_equal(hits, 1);
    assert_true(looked_at(txn, "rarest", "502 503", &hits) < letters + letters / 2);
    assert_int_equal(hits, 1);
    /* the first hits show when the part is searched that they lie in */
    assert_true(work_for(txn, "nowak", 20, 0).text < letters / 20);
    assert_true(work_for(txn, "aa", 20, 0).text < letters / 20);
    assert_int_equal(work_for(txn, "nowak", 0, CONTACTS - 1).records, 0);
    /* states, tags and domains need no record, in any order; a name is looked for in the text first */
    assert_int_equal(work_for(txn, "tag:vip", 0, 1758).records, 0);
    assert_int_equal(work_for(txn, "-tag:vip state:active", 0, CONTACTS - 1758).records, 0);
    assert_int_equal(work_for(txn, "state:active nowak tag:vip", 0, 1758).records, 0);
    assert_int_equal(work_for(txn, "tag:vip domain:wp.example state:active", 0, 1758).records, 0);
    assert_true(work_for(txn, "field.customer:12345 tag:vip", 0, 0).records <= 1);
    assert_true(work_for(txn, "before:2020-01-01 k-12345", 0, 1).records <= 1);
    txn_end(txn);
}

/* A further letter looks at the hits there are, unless the store has changed since. */
static void a_letter_narrows(void **state)
{
    struct place *place = *state;
    struct txn *txn;
    fill_many(place, 17576);
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    struct search *wider = searched(txn, "k-1234", ORDER_ADDRESS, 64, NULL);
    assert_int_equal(search_count(wider), 11);
    struct search *narrow = searched(txn, "k-12345 rares", ORDER_ADDRESS, 64, wider);
    assert_int_equal(search_count(narrow), 1);
    assert_int_equal(search_work(narrow).text, 0);
    assert_true(search_work(narrow).records <= 11);
    search_free(narrow);
    narrow = searched(txn, "12345", ORDER_ADDRESS, 64, wider); /* no letter was added */
    assert_true(search_work(narrow).text > 0);
    search_free(narrow);
    txn_end(txn);
    place_add(place, "new-k-12345@wp.example", "New");
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    narrow = searched(txn, "k-12345", ORDER_ADDRESS, 64, wider);
    assert_int_equal(search_count(narrow), 2);
    search_free(narrow);
    search_free(wider);
    txn_end(txn);
}

static int make(void **state)
{
    struct place *place = alloc_zero(1, sizeof *place);
    place_make(place);
    *state = place;
    return 0;
}

static int unmake(void **state)
{
    place_remove(*state);
    free(*state);
    return 0;
}

static void put_text(struct txn *txn, uint32_t first, size_t empty, size_t full)
{
    struct str text = {0}, block = {0};
    struct key key = key_of_u32(first);
    for (size_t i = 0; i < empty; i++)
        str_add(&text, SPAN("\xfe"));
    for (size_t i = 0; i < full; i++)
        str_add(&text, SPAN("anna\xfe"));
    put_span(&block, span_of_str(&text));
    table_put(txn, text_class_table(TEXT_LETTERS), key_span(&key), span_of_str(&block));
    str_free(&text);
    str_free(&block);
}

/* Of a block with far more ends than it may have, nothing is set outside the stretch. */
static void swollen_blocks(void **state)
{
    struct place *place = *state;
    struct txn *txn;
    struct span literal = SPAN("anna");
    size_t hits = 0;
    assert_int_equal(store_write(place->store, "anna", "test", &txn, NULL), RESULT_OK);
    put_text(txn, 8000, 0, 50);
    put_text(txn, 8090, 4000, 1);
    put_text(txn, 8110, 9000, 20);
    put_text(txn, 8120, 0, 2);
    struct text_search *search = text_search_new(&literal, 1);
    assert_int_equal(text_search_run(search, txn, 1, 8122, 0, count_hit, &hits), 0);
    text_search_free(search);
    txn_end(txn);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(needles),
        cmocka_unit_test(classes),
        cmocka_unit_test(sorting),
        cmocka_unit_test_setup_teardown(lists_of_ids, make, unmake),
        cmocka_unit_test_setup_teardown(searches_without_order, make, unmake),
        cmocka_unit_test_setup_teardown(searches_in_order, make, unmake),
        cmocka_unit_test_setup_teardown(searches_after_merging, make, unmake),
        cmocka_unit_test_setup_teardown(searches_in_small_blocks, make, unmake),
        cmocka_unit_test_setup_teardown(little_is_looked_at, make, unmake),
        cmocka_unit_test_setup_teardown(swollen_blocks, make, unmake),
        cmocka_unit_test_setup_teardown(a_letter_narrows, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
