/* SPDX-License-Identifier: MIT
 *
 * The store against a plain array: imports, edits, marks, tags, bounces, undo and erase at random over
 * many contacts; then everybody in order, every count, queries and each index and state are compared.
 * MODEL_CONTACTS, MODEL_STEPS and MODEL_SEED say how many of what.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "action/change.h"
#include "action/import.h"
#include "base/alloc.h"
#include "config.h"
#include "place.h"
#include "store/contacts.h"
#include "store/counts.h"
#include "store/erase.h"
#include "store/search.h"

#ifdef WITH_ASAN
enum { CONTACTS = 10000, STEPS = 50 };
#else
enum { CONTACTS = 200000, STEPS = 60 };
#endif
enum { TARGETS = 1000, DOMAINS = 40, TAGS = 5 };

/* An address, and the contact at it, if there is one. Behind the first `n` stand those that addresses are
 * corrected to. */
struct row {
    bool there, erased;
    uint8_t state, tags;
    uint16_t name, company; /* numbers; 0: none */
    uint32_t moved;         /* corrected to this one */
};

struct model {
    uint32_t n, all, targets; /* targets used */
    struct row *rows, *before;
    bool undoable;
    char file[128];
};

static uint64_t random_state;

static uint32_t pick(uint32_t n)
{
    random_state = random_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((random_state >> 33) % n);
}

static uint32_t number_from(const char *name, uint32_t otherwise)
{
    const char *text = getenv(name);
    return text ? (uint32_t)strtoul(text, NULL, 10) : otherwise;
}

static uint32_t domain_of(uint32_t i)
{
    return i % 3 ? i % 4 : i % DOMAINS;
}

static void address_of(const struct model *model, uint32_t i, char out[64])
{
    if (i < model->n)
        snprintf(out, 64, "u%06u@d%u.example", i, domain_of(i));
    else
        snprintf(out, 64, "c%u@fix.example", i);
}

/* ---- steps, in the store and in the model */

static void keep(struct model *model)
{
    memcpy(model->before, model->rows, model->all * sizeof *model->rows);
}

static void take_row(struct model *model, uint32_t i, uint16_t name, uint16_t company, uint8_t tags)
{
    struct row *row = &model->rows[i];
    if (row->erased && !row->there)
        return;
    while (!row->there && row->moved)
        row = &model->rows[row->moved];
    row->there = true;
    row->name = name ? name : row->name;
    row->company = company ? company : row->company;
    row->tags = tags ? tags : row->tags;
}

static void write_row(FILE *file, const struct model *model, uint32_t i, uint16_t name, uint16_t company, uint8_t tags)
{
    char address[64];
    address_of(model, i, address);
    fprintf(file, "%s,", address);
    if (name)
        fprintf(file, "Jan Nowak%u", name);
    fputc(',', file);
    if (company)
        fprintf(file, "Firma Ż%u", company);
    fputc(',', file);
    for (int tag = 0, more = 0; tag < TAGS; tag++)
        if (tags & 1 << tag)
            fprintf(file, "%st%d", more++ ? ";" : "", tag);
    fputc('\n', file);
}

static void on_problem(void *arg, const char *file, uint64_t line, const char *text)
{
    (void)arg;
    (void)file;
    (void)line;
    (void)text;
}

static bool on_progress(void *arg, unsigned percent)
{
    (void)arg;
    (void)percent;
    return false;
}

static uint32_t import(struct place *place, struct model *model, uint32_t part)
{
    FILE *file = fopen(model->file, "w");
    const char *name = model->file;
    struct import_options options = {.one_by_one = false};
    struct import_events events = {on_problem, on_progress, NULL};
    struct import_sums sums;
    struct error error = {""};
    uint32_t step = 0;
    assert_non_null(file);
    fputs("address,name,company,tags\n", file);
    for (uint32_t i = 0; i < model->n; i++) {
        if (pick(100) >= part)
            continue;
        uint16_t who = (uint16_t)(pick(4) ? i % 5000 + 1 : pick(2) * (1 + pick(5000)));
        uint16_t company = (uint16_t)(pick(3) * (1 + pick(300)));
        uint8_t tags = (uint8_t)(pick(2) * pick(1 << TAGS));
        write_row(file, model, i, who, company, tags);
        take_row(model, i, who, company, tags);
    }
    fclose(file);
    enum result result = import_files(place->store, &place->actor, &name, 1, &options, &events, &sums, &step, &error);
    if (result && result != RESULT_DATA)
        fail_msg("%s", error.text);
    return step;
}

static struct query *query_of(struct place *place, const char *text)
{
    struct query *query;
    struct error error = {""};
    if (query_parse(span_of(text), place->actor.now, &query, &error))
        fail_msg("%s", error.text);
    return query;
}

static uint32_t mark(struct place *place, struct model *model)
{
    static const enum state states[] = {STATE_ACTIVE, STATE_INVALID, STATE_BLOCKED};
    char text[64];
    uint32_t domain = pick(DOMAINS);
    enum state state = states[pick(3)];
    struct outcome outcome = {0};
    snprintf(text, sizeof text, "domain:d%u.example", domain);
    struct target target = {.query = query_of(place, text)};
    action_mark(place->store, &place->actor, state, &target, &outcome, NULL);
    for (uint32_t i = 0; i < model->n; i++)
        if (model->rows[i].there && domain_of(i) == domain)
            model->rows[i].state = state;
    outcome_free(&outcome);
    return outcome.step;
}

static uint32_t tag(struct place *place, struct model *model)
{
    char text[64], change[32];
    uint32_t domain = pick(DOMAINS), in = pick(TAGS), out = (in + 1 + pick(TAGS - 1)) % TAGS;
    struct outcome outcome = {0};
    snprintf(text, sizeof text, "domain:d%u.example", domain);
    snprintf(change, sizeof change, "+t%u,-t%u", in, out);
    struct target target = {.query = query_of(place, text)};
    action_tag(place->store, &place->actor, span_of(change), &target, &outcome, NULL);
    for (uint32_t i = 0; i < model->n; i++)
        if (model->rows[i].there && domain_of(i) == domain)
            model->rows[i].tags = (uint8_t)((model->rows[i].tags | 1 << in) & ~(1 << out));
    outcome_free(&outcome);
    return outcome.step;
}

static uint32_t id_of(struct place *place, const char *address)
{
    struct txn *txn;
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    uint32_t id = action_find(txn, span_of(address));
    txn_end(txn);
    return id;
}

static bool pick_contact(const struct model *model, uint32_t *i)
{
    for (int tries = 0; tries < 1000; tries++) {
        *i = pick(model->n + model->targets);
        if (model->rows[*i].there)
            return true;
    }
    return false;
}

static uint32_t edit(struct place *place, struct model *model)
{
    char address[64], new_address[64], name[32];
    struct outcome outcome = {0};
    uint32_t i;
    if (!pick_contact(model, &i))
        return 0;
    uint16_t number = (uint16_t)(1 + pick(5000));
    bool moves = i < model->n && pick(2) && model->targets < TARGETS;
    uint32_t target = model->n + model->targets;
    address_of(model, i, address);
    address_of(model, target, new_address);
    snprintf(name, sizeof name, "Jan Nowak%u", number);
    struct contact_edit change = {.name = span_of(name)};
    if (moves)
        change.address = span_of(new_address);
    assert_int_equal(action_edit(place->store, &place->actor, id_of(place, address), &change, 0, false, &outcome,
                                 NULL), RESULT_OK);
    model->rows[i].name = number;
    if (moves) {
        model->targets++;
        struct row *to = &model->rows[target];
        uint8_t state = to->state;
        *to = model->rows[i];
        to->state = state;
        model->rows[i] = (struct row){.state = model->rows[i].state, .moved = target};
    }
    outcome_free(&outcome);
    return outcome.step;
}

static uint32_t bounce(struct place *place, struct model *model)
{
    struct change change;
    struct outcome outcome = {.changed = 1};
    char address[64];
    assert_int_equal(change_begin(&change, place->store, &place->actor, STEP_SCAN, &outcome, NULL), RESULT_OK);
    for (uint32_t k = 0; k < model->n / 100 + 1; k++) {
        uint32_t i = pick(model->n);
        struct evidence evidence = {.time = place->actor.now, .event = EVENT_HARD, .verdict = VERDICT_HARD,
                                    .reason = REASON_userunknown};
        address_of(model, i, address);
        evidence.address = span_of(address);
        entries_put_evidence(change.txn, change.step, span_of(address), &evidence);
        judgements_came_in(change.txn, span_of(address), &evidence);
        if (model->rows[i].state == STATE_ACTIVE)
            model->rows[i].state = STATE_INVALID;
    }
    assert_int_equal(change_end(&change, RESULT_OK, NULL), RESULT_OK);
    return change.step;
}

static void erase(struct place *place, struct model *model)
{
    char address[64];
    struct erasing_sums sums;
    struct outcome outcome = {0};
    struct error error = {""};
    uint32_t i;
    if (!pick_contact(model, &i))
        return;
    address_of(model, i, address);
    if (action_erase(place->store, &place->actor, span_of(address), &sums, &outcome, &error))
        fail_msg("%s", error.text);
    for (uint32_t k = 0; k < model->all; k++)
        if (k == i || model->rows[k].moved == i)
            model->rows[k] = (struct row){.erased = true};
    outcome_free(&outcome);
}

static void undo(struct place *place, struct model *model)
{
    struct outcome outcome = {0};
    struct error error = {""};
    if (action_undo(place->store, &place->actor, 0, &outcome, &error))
        fail_msg("%s", error.text);
    outcome_free(&outcome);
    memcpy(model->rows, model->before, model->all * sizeof *model->rows);
}

/* ---- comparing */

static bool has_tag(const struct row *row, int tag)
{
    return row->tags >> tag & 1;
}

static void compare_row(const struct row *row, const struct contact *contact, enum state state)
{
    char name[32] = "", company[32] = "", tags[64] = "";
    if (row->name)
        snprintf(name, sizeof name, "Jan Nowak%u", row->name);
    if (row->company)
        snprintf(company, sizeof company, "Firma Ż%u", row->company);
    for (int tag = 0; tag < TAGS; tag++)
        if (has_tag(row, tag))
            snprintf(tags + strlen(tags), 8, "%st%d", tags[0] ? ";" : "", tag);
    struct span others[] = {span_of(name), span_of(company), span_of(tags)},
                own[] = {contact->name, contact_field(contact, SPAN("company")), contact->tags};
    for (int i = 0; i < 3; i++)
        if (!span_equal(others[i], own[i]))
            fail_msg("%.*s: is %.*s, should be %.*s", SPAN_ARGS(contact->address), SPAN_ARGS(own[i]),
                     SPAN_ARGS(others[i]));
    if (state != (enum state)row->state)
        fail_msg("%.*s: is %s, should be %s", SPAN_ARGS(contact->address), state_name(state),
                 state_name((enum state)row->state));
}

/* By the number in it: the order of addresses is that of the numbers. */
static uint32_t number_of(struct span folded)
{
    return (uint32_t)strtoul(folded.at + 1, NULL, 10);
}

static void compare_contacts(struct txn *txn, const struct model *model)
{
    struct contacts_walk walk = {0};
    struct contact contact = {0};
    uint32_t n = 0, there = 0;
    for (uint32_t i = 0; i < model->all; i++)
        there += model->rows[i].there;
    while (contacts_next(txn, &walk)) {
        uint32_t i = number_of(walk.folded);
        if (i >= model->all || !model->rows[i].there || !contacts_get(txn, walk.id, &contact))
            fail_msg("%.*s should not be there", SPAN_ARGS(walk.folded));
        compare_row(&model->rows[i], &contact, contacts_state(txn, walk.id));
        n++;
    }
    contacts_walk_end(&walk);
    contact_free(&contact);
    assert_int_equal(n, there);
}

static void compare_counts(struct txn *txn, const struct model *model)
{
    uint64_t states[STATE_COUNT] = {0}, tags[TAGS][STATE_COUNT] = {{0}}, domains[DOMAINS][STATE_COUNT] = {{0}},
             suppressed = 0, judged = 0;
    char name[32];
    for (uint32_t i = 0; i < model->all; i++) {
        const struct row *row = &model->rows[i];
        suppressed += row->state != STATE_ACTIVE;
        states[row->state] += row->there;
        for (int tag = 0; tag < TAGS; tag++)
            tags[tag][row->state] += row->there && has_tag(row, tag);
        if (i < model->n)
            domains[domain_of(i)][row->state] += row->there;
    }
    for (int state = 0; state < STATE_COUNT; state++) {
        assert_int_equal(counts_get(txn, COUNT_STATE, (enum state)state, SPAN_NONE), states[state]);
        for (int tag = 0; tag < TAGS; tag++) {
            snprintf(name, sizeof name, "t%d", tag);
            assert_int_equal(counts_get(txn, COUNT_TAG, (enum state)state, span_of(name)), tags[tag][state]);
        }
        for (int domain = 0; domain < DOMAINS; domain++) {
            snprintf(name, sizeof name, "d%d.example", domain);
            assert_int_equal(counts_get(txn, COUNT_DOMAIN, (enum state)state, span_of(name)),
                             domains[domain][state]);
        }
    }
    struct judgements_walk walk = {0};
    while (judgements_next(txn, &walk))
        judged += walk.standing.state != STATE_ACTIVE;
    judgements_walk_end(&walk);
    assert_int_equal(judged, suppressed);
}

/* What each query should find; `number` is in all of them. */
static bool is_hit(const struct model *model, int query, uint32_t i, uint32_t number)
{
    const struct row *row = &model->rows[i];
    bool in_domain = i < model->n && domain_of(i) == number % DOMAINS;
    switch (query) {
    case 0:
        return row->state == STATE_INVALID;
    case 1:
        return has_tag(row, (int)(number % TAGS));
    case 2:
        return in_domain && row->state != STATE_BLOCKED && !has_tag(row, (int)(number % TAGS));
    case 3:
        return row->name == number;
    default:
        return row->company == number % 300 + 1 && row->state == STATE_ACTIVE;
    }
}

static void compare_queries(struct place *place, struct txn *txn, const struct model *model)
{
    uint8_t *hit = alloc_zero(model->all, 1);
    struct contact contact = {0};
    for (int query = 0; query < 5; query++) {
        uint32_t number = 1000 + pick(4000), *ids = NULL; /* a name of four digits is in no other */
        size_t n = 0, expected = 0;
        char text[128];
        struct error error = {""};
        const char *const forms[] = {"state:invalid", "tag:t%u", "domain:d%u.example -state:blocked -tag:t%u",
                                     "name:nowak%u", "\"firma z%u\" state:active"};
        uint32_t first = query == 1 ? number % TAGS : query == 2 ? number % DOMAINS : query == 3 ? number
                                                                                      : number % 300 + 1;
        snprintf(text, sizeof text, forms[query], first, number % TAGS);
        if (search_all(txn, query_of(place, text), place->actor.now, &ids, &n, &error))
            fail_msg("%s: %s", text, error.text);
        memset(hit, 0, model->all);
        for (size_t i = 0; i < n; i++) {
            assert_true(contacts_get(txn, ids[i], &contact));
            hit[number_of(contact.folded)]++;
        }
        for (uint32_t i = 0; i < model->all; i++) {
            bool wanted = model->rows[i].there && is_hit(model, query, i, number);
            bool longer = query == 4; /* "firma z1" is in "firma z12" as well */
            expected += wanted;
            if (hit[i] > 1 || (wanted && !hit[i]) || (!longer && hit[i] && !wanted))
                fail_msg("%s: number %u is found %d times, should be %d", text, i, hit[i], wanted);
        }
        assert_true(n >= expected);
        free(ids);
    }
    contact_free(&contact);
    free(hit);
}

static void compare(struct place *place, const struct model *model)
{
    struct txn *txn;
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    compare_contacts(txn, model);
    compare_counts(txn, model);
    compare_queries(place, txn, model);
    txn_end(txn);
    place_verify(place);
}

/* ---- the walk */

static uint32_t step(struct place *place, struct model *model, uint32_t what)
{
    keep(model);
    switch (what) {
    case 0:
        return import(place, model, 1 + pick(30));
    case 1:
        return mark(place, model);
    case 2:
        return tag(place, model);
    case 3:
        return bounce(place, model);
    default:
        return edit(place, model);
    }
}

static void walk(uint32_t contacts, uint32_t steps)
{
    struct place place;
    struct model model = {.n = contacts};
    random_state = number_from("MODEL_SEED", 4711);
    place_make(&place);
    model.all = model.n + TARGETS;
    model.rows = alloc_zero(model.all, sizeof *model.rows);
    model.before = alloc_zero(model.all, sizeof *model.rows);
    snprintf(model.file, sizeof model.file, "%s.csv", place.directory);
    import(&place, &model, 90);
    compare(&place, &model);
    for (uint32_t i = 1; i <= steps; i++) {
        uint32_t what = pick(9);
        place.actor.now += 1000;
        if (what < 6) {
            model.undoable = step(&place, &model, what) != 0;
        } else if (what < 8 && model.undoable) {
            undo(&place, &model);
            model.undoable = false;
        } else {
            erase(&place, &model);
            model.undoable = false;
        }
        if (i % 12 == 0 || i == steps)
            compare(&place, &model);
    }
    unlink(model.file);
    place_remove(&place);
    free(model.rows);
    free(model.before);
}

static void as_a_plain_array(void **state)
{
    (void)state;
    walk(number_from("MODEL_CONTACTS", CONTACTS), number_from("MODEL_STEPS", STEPS));
}

static void in_small_blocks(void **state)
{
    (void)state;
    setenv("ZWROTKA_BLOCK", "64", 1);
    walk(1500, 80);
    unsetenv("ZWROTKA_BLOCK");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_a_plain_array), cmocka_unit_test(in_small_blocks)};
    setenv("ZWROTKA_MAP_SIZE", "4294967296", 0);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
