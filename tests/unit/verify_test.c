/* SPDX-License-Identifier: MIT
 *
 * A row that is missing, in whatever table, is found by verify; nothing is, once it is back.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "action/change.h"
#include "place.h"
#include "store/contacts.h"
#include "store/seen.h"
#include "store/table.h"
#include "store/verify.h"

static void quiet(void *arg, const char *text)
{
    snprintf(arg, 256, "%s", text);
}

static enum result verify(struct place *place, char said[256])
{
    struct verify_sums sums;
    struct error error = {""};
    struct verify_call call = {.replay = true, .now = place->actor.now, .complaint = quiet, .arg = said};
    said[0] = '\0';
    enum result result = store_verify(place->store, &call, &sums, &error);
    if (result && !said[0])
        snprintf(said, 256, "%s", error.text);
    return result;
}

static struct txn *writing(struct place *place)
{
    struct txn *txn;
    assert_int_equal(store_write(place->store, "anna", "test", &txn, NULL), RESULT_OK);
    return txn;
}

/* Something in every table that is checked. */
static void fill(struct place *place)
{
    struct change change;
    struct outcome outcome = {.changed = 1};
    struct contact_edit edit = {.address = SPAN("jan@gmail.example")};
    uint32_t id = place_add(place, "jan@gmial.example", "Jan");
    place_add(place, "ewa@wp.example", "Ewa");
    for (int i = 0; i < 100; i++) {
        char address[64];
        snprintf(address, sizeof address, "a%d@many.example", i);
        struct contact_field fields[] = {{SPAN("customer"), SPAN("K-4711")}, {SPAN("phone"), SPAN("+48 501")}};
        struct contact contact = {.address = span_of(address), .tags = SPAN("vip;old"),
                                  .external_id = span_of(address), .fields = fields, .n = 2};
        struct outcome added = {0};
        assert_int_equal(action_add(place->store, &place->actor, &contact, false, &added, NULL), RESULT_OK);
        outcome_free(&added);
    }
    action_edit(place->store, &place->actor, id, &edit, 0, false, &outcome, NULL);
    edit.address = SPAN("zoe@new.example");
    action_edit(place->store, &place->actor, id + 95, &edit, 0, false, &outcome, NULL);
    outcome.changed = 1;
    assert_int_equal(change_begin(&change, place->store, &place->actor, STEP_SCAN, &outcome, NULL), RESULT_OK);
    struct evidence evidence = {.time = place->actor.now, .event = EVENT_HARD, .reason = REASON_userunknown,
                                .verdict = VERDICT_HARD};
    entries_put_evidence(change.txn, change.step, SPAN("ewa@wp.example"), &evidence);
    judgements_refresh(change.txn, SPAN("ewa@wp.example"), place->actor.now);
    evidence.hold = HOLD_WAVE;
    entries_put_evidence(change.txn, change.step, SPAN("a1@many.example"), &evidence);
    judgements_refresh(change.txn, SPAN("a1@many.example"), place->actor.now);
    seen_put(change.txn, SPAN("box"), SPAN("1"), SEEN_PENDING);
    struct packer *packer = packer_new();
    struct str packed = {0};
    packer_pack(packer, SPAN("From: x\n\nbody\n"), &packed);
    uint32_t number = messages_put(change.txn, evidence.digest, &packed, place->actor.now);
    str_free(&packed);
    seen_digest_put(change.txn, evidence.digest, SEEN_DECIDED, number);
    packer_free(packer);
    struct judgement judgement = {0};
    judgements_get(change.txn, SPAN("a2@many.example"), &judgement);
    judgement_decide(&judgement, (struct decision){place->actor.now, change.step, EVENT_SUSPECT, REASON_manual});
    entries_put_judgement(change.txn, change.step, SPAN("a2@many.example"), &judgement, place->actor.now);
    judgement_free(&judgement);
    assert_int_equal(change_end(&change, RESULT_OK, NULL), RESULT_OK);
    outcome_free(&outcome);
}

/* The row number i of a table, taken out and copied. False: there are not so many. */
static bool take_out(struct txn *txn, enum table table, size_t i, struct str *key, struct str *value)
{
    struct cursor *cursor = cursor_open(txn, table);
    struct span k, v;
    bool there = cursor_seek(cursor, SPAN_NONE, &k, &v);
    while (there && i-- > 0)
        there = cursor_next(cursor, &k, &v);
    str_clear(key);
    str_clear(value);
    if (there) {
        str_add(key, k);
        str_add(value, v);
    }
    cursor_close(cursor);
    return there && table_remove(txn, table, span_of_str(key));
}

static void a_missing_row_is_found(void **state)
{
    static const enum table tables[] = {
        TABLE_contacts, TABLE_addresses, TABLE_externals, TABLE_state, TABLE_tags, TABLE_tagsets,
        TABLE_text_letters, TABLE_text_mixed, TABLE_text_codes, TABLE_text_numbers, TABLE_domains, TABLE_judgements, TABLE_expiry, TABLE_evidence, TABLE_digests,
        TABLE_review, TABLE_seen, TABLE_pending, TABLE_steps, TABLE_entries, TABLE_touched,
        TABLE_counts, TABLE_strays,
    };
    struct place place;
    struct str key = {0}, value = {0};
    char said[256];
    (void)state;
    place_make(&place);
    fill(&place);
    assert_int_equal(verify(&place, said), RESULT_OK);
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++) {
        size_t found = 0;
        for (size_t i = 0; i < 20; i++) {
            struct txn *txn = writing(&place);
            bool there = take_out(txn, tables[t], i, &key, &value);
            assert_int_equal(txn_commit(txn, NULL), RESULT_OK);
            if (!there)
                break;
            if (verify(&place, said) == RESULT_OK)
                fail_msg("table %s: nobody misses row %zu", table_name(tables[t]), i);
            found++;
            txn = writing(&place);
            table_put(txn, tables[t], span_of_str(&key), span_of_str(&value));
            assert_int_equal(txn_commit(txn, NULL), RESULT_OK);
        }
        if (found == 0)
            fail_msg("table %s: there is nothing in it", table_name(tables[t]));
        if (verify(&place, said) != RESULT_OK)
            fail_msg("table %s is back, and %s", table_name(tables[t]), said);
    }
    place_remove(&place);
    str_free(&key);
    str_free(&value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_missing_row_is_found)};
    setenv("ZWROTKA_MAP_SIZE", "268435456", 0);
    setenv("ZWROTKA_BLOCK", "256", 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
