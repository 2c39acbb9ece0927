/* SPDX-License-Identifier: MIT
 *
 * Imports of random files into two stores: one takes each row the long way, in the order of the file;
 * the other sorts and takes many at once, in blocks of 64 bytes. Corrections, marks and undos come
 * between. What can be seen of the two has to be the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "action/import.h"
#include "place.h"
#include "store/contacts.h"
#include "store/judgements.h"

static unsigned seed;

static unsigned pick(unsigned below)
{
    seed = seed * 1103515245 + 12345;
    return (seed >> 8) % below;
}

/* ---- what can be seen of a store, but for its ids */

static void dump_contact(struct txn *txn, uint32_t id, struct span folded, int64_t now, struct str *out)
{
    struct contact contact = {0};
    assert_true(contacts_get(txn, id, &contact));
    struct standing standing = judgements_standing(txn, folded, now);
    str_addf(out, "%.*s|%.*s|%.*s|%.*s|%.*s|%s,%s,%lld|%lld", SPAN_ARGS(folded),
             SPAN_ARGS(contact.address), SPAN_ARGS(contact.name), SPAN_ARGS(contact.external_id),
             SPAN_ARGS(contact.tags), state_name(standing.state), reason_name(standing.reason),
             (long long)standing.since, (long long)contact.corrected);
    for (size_t i = 0; i < contact.n; i++) /* the order of columns may differ */
        if (contact.fields[i].name.at[0] == 'C')
            str_addf(out, "|%.*s", SPAN_ARGS(contact.fields[i].value));
    for (size_t i = 0; i < contact.n; i++)
        if (contact.fields[i].name.at[0] == 'P')
            str_addf(out, "|P%.*s", SPAN_ARGS(contact.fields[i].value));
    str_add_char(out, '\n');
    contact_free(&contact);
}

static int by_line(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Contacts that share an address are sorted by their texts, since ids are no order to rely on. */
static void sort_lines(struct str *text)
{
    char *lines[4096];
    size_t n = 0;
    struct str sorted = {0};
    struct span rest = span_of_str(text), line;
    while (span_line(&rest, &line))
        lines[n++] = span_copy(line);
    qsort(lines, n, sizeof *lines, by_line);
    for (size_t i = 0; i < n; i++) {
        str_addf(&sorted, "%s\n", lines[i]);
        free(lines[i]);
    }
    str_free(text);
    *text = sorted;
}

static void dump(struct place *place, struct str *out)
{
    struct contacts_walk walk = {0};
    struct judgements_walk judged = {0};
    struct txn *txn;
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    str_clear(out);
    while (contacts_next(txn, &walk)) {
        struct str folded = {0};
        str_add(&folded, walk.folded);
        dump_contact(txn, walk.id, span_of_str(&folded), place->actor.now, out);
        str_free(&folded);
    }
    contacts_walk_end(&walk);
    while (judgements_next(txn, &judged))
        str_addf(out, "judged %.*s %s %.*s\n", SPAN_ARGS(judged.folded),
                 state_name(judged.standing.state), SPAN_ARGS(judged.corrected_to));
    judgements_walk_end(&judged);
    str_addf(out, "%llu contacts\n", (unsigned long long)contacts_count(txn));
    txn_end(txn);
    sort_lines(out);
}

static void assert_alike(struct place *places)
{
    struct str a = {0}, b = {0};
    dump(&places[0], &a);
    dump(&places[1], &b);
    if (strcmp(str_text(&a), str_text(&b)) != 0)
        fail_msg("one by one:\n%s\nmany at once:\n%s", str_text(&a), str_text(&b));
    str_free(&a);
    str_free(&b);
}

/* ---- random files */

static void make_address(struct str *out)
{
    static const char *const forms[] = {"user%u@a.example", "User%u@A.example", "user%u@b.example",
                                        "\"user%u\"@a.example", "user%u@\xc5\xbc\xc3\xb3\xc5\x82w.example",
                                        "user%u@gmial.com", "<user%u@b.example>", "user%u@a.example."};
    unsigned form = pick(12), number = pick(40);
    if (form >= 8)
        form = form % 2 * 2;
    char text[100];
    snprintf(text, sizeof text, pick(40) ? forms[form] : "no address %u", number);
    for (const char *at = text; *at; at++) {
        if (*at == '"')
            str_add_char(out, '"');
        str_add_char(out, *at);
    }
}

static void make_cell(struct str *out, const char *what, bool plain)
{
    unsigned kind = pick(plain ? 4 : 6), number = pick(4);
    if (kind < 2)
        return;
    if (kind < 4)
        str_addf(out, "%s%u", what, number);
    else
        str_addf(out, kind == 4 ? "\"%s, %u\"" : "\"%s\n\"\"%u\"\"\"", what, number);
}

struct form {
    bool external, key, state;
};

static void make_file(const char *path, struct form form)
{
    static const char *const states[] = {"active", "invalid", "blocked", "", "nonsense", "active"};
    struct str out = {0};
    unsigned rows = pick(60) + 1;
    str_addf(&out, "Name,email,Company,tags,Phone%s%s\n", form.external ? ",external_id" : "",
             form.state ? ",state,since" : "");
    for (unsigned i = 0; i < rows; i++) {
        make_cell(&out, "name", false);
        str_add_text(&out, ",\"");
        make_address(&out);
        str_add_text(&out, "\",");
        make_cell(&out, "company", false);
        str_add_char(&out, ',');
        make_cell(&out, "tag", true);
        str_add_char(&out, ',');
        make_cell(&out, "0048", true);
        if (form.external)
            str_addf(&out, ",%.0u", form.key ? pick(150) + 1 : pick(3) ? pick(12) : 0);
        if (form.state)
            str_addf(&out, ",%s,%s", states[pick(6)], pick(2) ? "2023-01-02T03:04:05Z" : "");
        if (pick(30) == 0)
            str_add_text(&out, ",more,cells");
        if (pick(200) == 0)
            str_add_text(&out, "\n\"never closed");
        str_add_text(&out, pick(10) ? "\n" : "\r\n\n");
    }
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fwrite(out.at, 1, out.n, file);
    fclose(file);
    str_free(&out);
}

static void note_problem(void *arg, const char *file, uint64_t line, const char *text)
{
    (void)file;
    str_addf(arg, "%llu %s\n", (unsigned long long)line, text);
}

static void import_both(struct place *places, const char *const *files, size_t n, struct form form,
                        bool suppressed)
{
    struct import_sums sums[2];
    struct str problems[2] = {{0}, {0}};
    for (size_t i = 0; i < 2; i++) {
        struct import_options options = {.reader = {.with_state = form.state},
                                         .by_external_id = form.key,
                                         .suppressed = suppressed,
                                         .one_by_one = i == 0,
                                         .halves_from = i == 0 ? SIZE_MAX : 1};
        struct import_events events = {note_problem, NULL, &problems[i]};
        struct error error = {""};
        uint32_t step;
        enum result result = import_files(places[i].store, &places[i].actor, files, n, &options, &events,
                                          &sums[i], &step, &error);
        if (result != RESULT_OK && result != RESULT_DATA)
            fail_msg("%s", error.text);
        sort_lines(&problems[i]);
    }
    assert_string_equal(str_text(&problems[0]), str_text(&problems[1]));
    assert_memory_equal(&sums[0], &sums[1], sizeof *sums);
    str_free(&problems[0]);
    str_free(&problems[1]);
}

/* ---- what happens between imports, to both alike */

static void address_of(char *out)
{
    sprintf(out, "user%u@%s.example", pick(40), pick(2) ? "a" : "b");
}

static void correct(struct place *place, const char *from, const char *to)
{
    struct outcome outcome = {0};
    struct contact_edit edit = {.address = span_of(to)};
    struct txn *txn;
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    uint32_t id = action_find(txn, span_of(from));
    txn_end(txn);
    if (id)
        action_edit(place->store, &place->actor, id, &edit, 0, true, &outcome, NULL);
    outcome_free(&outcome);
}

static void mark(struct place *place, const char *address)
{
    struct outcome outcome = {0};
    struct span span = span_of(address);
    struct target target = {.addresses = &span, .n = 1};
    action_mark(place->store, &place->actor, STATE_INVALID, &target, &outcome, NULL);
    outcome_free(&outcome);
}

/* With external ids contacts may come to share an address, and then the lower id is the first. */
static void meddle(struct place *places, bool corrections)
{
    char from[64], to[64];
    unsigned what = corrections ? pick(4) : 2 + pick(2);
    address_of(from);
    address_of(to);
    for (size_t i = 0; i < 2; i++) {
        places[i].actor.now += 60;
        if (what < 2)
            correct(&places[i], from, to);
        else if (what == 2)
            mark(&places[i], from);
    }
}

static void undo_both(struct place *places)
{
    enum result results[2];
    for (size_t i = 0; i < 2; i++) {
        struct outcome outcome = {0};
        results[i] = action_undo(places[i].store, &places[i].actor, 0, &outcome, NULL);
        outcome_free(&outcome);
    }
    assert_int_equal(results[0], results[1]);
}

static void alike(void **state)
{
    char paths[2][100];
    const char *const files[] = {paths[0], paths[1]};
    (void)state;
    for (unsigned round = 0; round < 30; round++) {
        struct place places[2];
        seed = round;
        place_make(&places[0]);
        place_make(&places[1]);
        for (size_t i = 0; i < 2; i++)
            snprintf(paths[i], sizeof paths[i], "%s/file%zu", places[0].directory, i);
        for (unsigned i = 0; i < 6; i++) {
            struct form form = {round % 3 == 1, round % 6 == 1, pick(3) == 0};
            size_t n = 1 + pick(2);
            for (size_t k = 0; k < n; k++)
                make_file(paths[k], form);
            import_both(places, files, n, form, pick(6) == 0);
            assert_alike(places);
            for (unsigned k = pick(5); k > 0; k--)
                meddle(places, round % 3 != 1);
            if (pick(4) == 0)
                undo_both(places);
            assert_alike(places);
        }
        for (size_t i = 0; i < 2; i++) {
            unlink(paths[i]);
            place_verify(&places[i]);
        }
        place_remove(&places[0]);
        place_remove(&places[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(alike)};
    setenv("ZWROTKA_BLOCK", "64", 1);
    setenv("ZWROTKA_MAP_SIZE", "268435456", 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
