/* SPDX-License-Identifier: MIT
 *
 * Actions over a real store: what each does, what undo takes back, and a random walk after which
 * everything is computed again and compared.
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

static int setup(void **state)
{
    struct place *place = calloc(1, sizeof *place);
    place_make(place);
    *state = place;
    return 0;
}

static int teardown(void **state)
{
    place_verify(*state);
    place_remove(*state);
    free(*state);
    return 0;
}

static enum result edit_address(struct place *place, uint32_t id, const char *address, bool force)
{
    struct outcome outcome = {0};
    struct contact_edit edit = {.address = span_of(address)};
    enum result result =
        action_edit(place->store, &place->actor, id, &edit, 0, force, &outcome, NULL);
    outcome_free(&outcome);
    return result;
}

/* How many it changed; *result may be NULL. */
static size_t mark_counted(struct place *place, enum state state, const char *address,
                           enum result *result)
{
    struct outcome outcome = {0};
    struct span span = span_of(address);
    struct target target = {.addresses = &span, .n = 1};
    enum result got = action_mark(place->store, &place->actor, state, &target, &outcome, NULL);
    size_t changed = outcome.changed;
    outcome_free(&outcome);
    if (result)
        *result = got;
    return changed;
}

static enum result mark(struct place *place, enum state state, const char *address)
{
    enum result result;
    mark_counted(place, state, address, &result);
    return result;
}

static enum result undo(struct place *place, uint32_t step)
{
    struct outcome outcome = {0};
    enum result result = action_undo(place->store, &place->actor, step, &outcome, NULL);
    outcome_free(&outcome);
    return result;
}

static void bounce(struct place *place, const char *address, enum event_kind kind)
{
    struct change change;
    struct outcome outcome = {.changed = 1};
    struct evidence evidence = {.time = place->actor.now, .event = kind, .reason = REASON_userunknown,
                                .verdict = VERDICT_HARD};
    assert_int_equal(change_begin(&change, place->store, &place->actor, STEP_SCAN, &outcome, NULL),
                     RESULT_OK);
    entries_put_evidence(change.txn, change.step, span_of(address), &evidence);
    judgements_refresh(change.txn, span_of(address), place->actor.now);
    assert_int_equal(change_end(&change, RESULT_OK, NULL), RESULT_OK);
}

static uint32_t found(struct place *place, const char *address)
{
    struct txn *txn;
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    uint32_t id = action_find(txn, span_of(address));
    txn_end(txn);
    return id;
}

static void adding(void **state)
{
    struct place *place = *state;
    uint32_t id = place_add(place, "Jan@GMIAL.example", "Jan");
    assert_int_equal(found(place, "jan@gmial.example"), id);
    struct outcome outcome = {0};
    struct contact again = {.address = SPAN("jan@gmial.example")};
    assert_int_equal(
        action_add(place->store, &place->actor, &again, false, &outcome, NULL), RESULT_DATA);
    struct contact none = {.address = SPAN("jan")};
    assert_int_equal(action_add(place->store, &place->actor, &none, false, &outcome, NULL),
                     RESULT_DATA);
    assert_int_equal(place_count(place, STATE_ACTIVE), 1);
    outcome_free(&outcome);
}

static void correcting(void **state)
{
    struct place *place = *state;
    uint32_t id = place_add(place, "jan@gmial.example", "Jan");
    bounce(place, "jan@gmial.example", EVENT_HARD);
    assert_int_equal(place_count(place, STATE_INVALID), 1);
    place->actor.now += 60;
    assert_int_equal(edit_address(place, id, "jan@gmail.example", false), RESULT_OK);
    assert_int_equal(place_state(place, "jan@gmail.example"), STATE_ACTIVE);
    assert_int_equal(place_state(place, "jan@gmial.example"), STATE_INVALID);
    assert_int_equal(place_count(place, STATE_INVALID), 0);
    assert_int_equal(found(place, "jan@gmial.example"), id);
    place->actor.now += 60;
    bounce(place, "jan@gmial.example", EVENT_HARD); /* a late one */
    assert_int_equal(place_state(place, "jan@gmail.example"), STATE_ACTIVE);
    /* back to the dead one is refused, forced it is taken and makes no ring */
    assert_int_equal(edit_address(place, id, "jan@gmial.example", false), RESULT_DATA);
    assert_int_equal(edit_address(place, id, "jan@gmial.example", true), RESULT_OK);
    assert_int_equal(found(place, "jan@gmail.example"), id);
    assert_int_equal(place_count(place, STATE_INVALID), 1);
}

static void letter_case_is_no_correction(void **state)
{
    struct place *place = *state;
    uint32_t id = place_add(place, "jan@wp.example", "");
    bounce(place, "jan@wp.example", EVENT_HARD);
    assert_int_equal(edit_address(place, id, "Jan@WP.example", false), RESULT_OK);
    assert_int_equal(place_state(place, "jan@wp.example"), STATE_INVALID);
    assert_int_equal(place_count(place, STATE_INVALID), 1);
}

static struct standing standing_of(struct place *place, const char *address, bool *by_hand)
{
    struct txn *txn;
    struct judgement judgement = {0};
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    judgements_get(txn, span_of(address), &judgement);
    *by_hand = judgement_is_dead_by_hand(&judgement);
    judgement_free(&judgement);
    txn_end(txn);
    return judgement.standing;
}

/* A person says so of one that bounced: the decision is kept, the bounce's reason and time stay. */
static void invalid_by_hand_over_a_bounce(void **state)
{
    struct place *place = *state;
    const char *jan = "jan@wp.example";
    bool by_hand;
    place_add(place, jan, "");
    bounce(place, jan, EVENT_HARD);
    struct standing bounced = standing_of(place, jan, &by_hand);
    assert_false(by_hand);
    for (size_t turn = 0; turn < 2; turn++) { /* the second after an undo */
        place->actor.now += 60;
        assert_int_equal(mark_counted(place, STATE_INVALID, jan, NULL), 1);
        place->actor.now += 60;
        assert_int_equal(mark_counted(place, STATE_INVALID, jan, NULL), 0);
        struct standing kept = standing_of(place, jan, &by_hand);
        assert_true(by_hand);
        assert_int_equal(kept.reason, REASON_userunknown);
        assert_int_equal(kept.since, bounced.since);
        if (turn == 0) {
            assert_int_equal(undo(place, 0), RESULT_OK);
            kept = standing_of(place, jan, &by_hand);
            assert_false(by_hand);
            assert_int_equal(kept.since, bounced.since);
        }
    }
    bounce(place, jan, EVENT_HARD); /* one more says nothing new */
    standing_of(place, jan, &by_hand);
    assert_true(by_hand);
    place->actor.now += 60;
    assert_int_equal(mark_counted(place, STATE_ACTIVE, jan, NULL), 1);
    place->actor.now += 60;
    bounce(place, jan, EVENT_HARD);
    assert_int_equal(standing_of(place, jan, &by_hand).state, STATE_INVALID);
    assert_false(by_hand);
}

static void undoing(void **state)
{
    struct place *place = *state;
    uint32_t id = place_add(place, "jan@gmial.example", "Jan");       /* step 1 */
    assert_int_equal(edit_address(place, id, "jan@gmail.example", false), RESULT_OK); /* 2 */
    assert_int_equal(mark(place, STATE_BLOCKED, "jan@gmail.example"), RESULT_OK);     /* 3 */
    assert_int_equal(place_state(place, "jan@gmail.example"), STATE_BLOCKED);
    assert_int_equal(undo(place, 0), RESULT_OK); /* 4 undoes 3 */
    assert_int_equal(place_state(place, "jan@gmail.example"), STATE_ACTIVE);
    assert_int_equal(undo(place, 4), RESULT_OK); /* 5 undoes 4: blocked again */
    assert_int_equal(place_state(place, "jan@gmail.example"), STATE_BLOCKED);
    assert_int_equal(undo(place, 5), RESULT_OK);
    assert_int_equal(undo(place, 0), RESULT_OK); /* the correction */
    assert_int_equal(found(place, "jan@gmail.example"), 0);
    assert_int_equal(found(place, "jan@gmial.example"), id);
    assert_int_equal(undo(place, 0), RESULT_OK); /* the contact itself */
    assert_int_equal(found(place, "jan@gmial.example"), 0);
    assert_int_equal(undo(place, 0), RESULT_NO);
    assert_int_equal(undo(place, 99), RESULT_MISSING);
}

/* Of a contact there are several entries; the log says how many contacts there were. */
static void an_undo_counts_contacts(void **state)
{
    struct place *place = *state;
    struct outcome outcome = {0};
    struct step step;
    struct txn *txn;
    uint32_t id = place_add(place, "jan@gmial.example", "Jan");
    place->actor.now += 60;
    assert_int_equal(edit_address(place, id, "jan@gmail.example", false), RESULT_OK);
    assert_int_equal(action_undo(place->store, &place->actor, 0, &outcome, NULL), RESULT_OK);
    assert_int_equal(outcome.changed, 1);
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    assert_true(steps_get(txn, outcome.step, &step));
    assert_int_equal(step.contacts, 1);
    txn_end(txn);
    outcome_free(&outcome);
}

static void undo_leaves_what_changed_since(void **state)
{
    struct place *place = *state;
    uint32_t id = place_add(place, "jan@wp.example", "Jan");
    struct contact_edit edit = {.name = SPAN("Janek")};
    struct outcome outcome = {0};
    assert_int_equal(action_edit(place->store, &place->actor, id, &edit, 0, false, &outcome, NULL),
                     RESULT_OK);
    uint32_t step = outcome.step;
    place->actor.who = "ola";
    edit.name = SPAN("Jasiu");
    assert_int_equal(action_edit(place->store, &place->actor, id, &edit, 0, false, &outcome, NULL),
                     RESULT_OK);
    place->actor.who = "anna";
    outcome_free(&outcome);
    assert_int_equal(undo(place, step), RESULT_BUSY);
    struct txn *txn;
    struct contact contact = {0};
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    assert_true(contacts_get(txn, id, &contact));
    assert_true(span_equal(contact.name, SPAN("Jasiu")));
    txn_end(txn);
    contact_free(&contact);
}

static void a_conflict_is_said(void **state)
{
    struct place *place = *state;
    uint32_t id = place_add(place, "jan@wp.example", "Jan"); /* step 1 */
    struct contact_edit edit = {.name = SPAN("Janek")};
    struct outcome outcome = {0};
    assert_int_equal(action_edit(place->store, &place->actor, id, &edit, 1, false, &outcome, NULL),
                     RESULT_OK);
    edit.name = SPAN("Jan II");
    assert_int_equal(action_edit(place->store, &place->actor, id, &edit, 1, false, &outcome, NULL),
                     RESULT_BUSY);
    outcome_free(&outcome);
}

static void undo_of_a_scan(void **state)
{
    struct place *place = *state;
    place_add(place, "jan@wp.example", "Jan");
    bounce(place, "jan@wp.example", EVENT_HARD); /* step 2 */
    assert_int_equal(undo(place, 2), RESULT_OK);
    assert_int_equal(place_state(place, "jan@wp.example"), STATE_ACTIVE);
    assert_int_equal(place_count(place, STATE_INVALID), 0);
    assert_int_equal(undo(place, 3), RESULT_OK); /* and forward again */
    assert_int_equal(place_state(place, "jan@wp.example"), STATE_INVALID);
}

/* A soft bounce never makes a contact invalid, whatever else happens. */
static void soft_bounces(void **state)
{
    struct place *place = *state;
    place_add(place, "jan@wp.example", "Jan");
    for (int i = 0; i < 50; i++) {
        place->actor.now += 3600;
        bounce(place, "jan@wp.example", i % 7 == 6 ? EVENT_LIMIT : EVENT_SOFT);
        assert_true(place_state(place, "jan@wp.example") == STATE_ACTIVE ||
                    place_state(place, "jan@wp.example") == STATE_SUSPECT);
    }
    place->actor.now += 31 * 86400;
    place_add(place, "ola@wp.example", "");
    assert_int_equal(place_count(place, STATE_SUSPECT), 0); /* 30 quiet days: any write sees to it */
}

static void random_walk(void **state)
{
    struct place *place = *state;
    enum { ADDRESSES = 12, ROUNDS = 1500 };
    srand(7);
    for (int i = 0; i < ROUNDS; i++) {
        char one[64], two[64];
        snprintf(one, sizeof one, "p%d@d%d.example", rand() % ADDRESSES, rand() % 2);
        snprintf(two, sizeof two, "p%d@d%d.example", rand() % ADDRESSES, rand() % 2);
        place->actor.now += rand() % 5000;
        uint32_t id = found(place, one), other = found(place, two);
        struct outcome outcome = {0};
        struct contact contact = {.address = span_of(one), .tags = SPAN("x;y")};
        struct target target = {.ids = &id, .n = 1};
        switch (rand() % 9) {
        case 0:
        case 1:
            action_add(place->store, &place->actor, &contact, rand() % 2, &outcome, NULL);
            break;
        case 2:
            if (id)
                edit_address(place, id, two, rand() % 2);
            break;
        case 3:
            mark(place, rand() % 2 ? STATE_ACTIVE : rand() % 2 ? STATE_INVALID : STATE_BLOCKED, one);
            break;
        case 4:
            bounce(place, one, rand() % 3 ? EVENT_HARD : EVENT_SOFT);
            break;
        case 5:
            if (id)
                action_tag(place->store, &place->actor, rand() % 2 ? SPAN("+z,-x") : SPAN("+x"),
                           &target, &outcome, NULL);
            break;
        case 6:
            if (id && other && id != other)
                action_merge(place->store, &place->actor, id, other, &outcome, NULL);
            break;
        case 7:
            action_release(place->store, &place->actor, span_of(one), &outcome, NULL);
            break;
        default:
            undo(place, rand() % 3 ? 0 : (uint32_t)(rand() % (i + 1)));
        }
        outcome_free(&outcome);
        if (i % 100 == 0)
            place_verify(place);
    }
    place_reopen(place);
}

int main(void)
{
    setenv("ZWROTKA_MAP_SIZE", "268435456", 0);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(adding, setup, teardown),
        cmocka_unit_test_setup_teardown(correcting, setup, teardown),
        cmocka_unit_test_setup_teardown(letter_case_is_no_correction, setup, teardown),
        cmocka_unit_test_setup_teardown(invalid_by_hand_over_a_bounce, setup, teardown),
        cmocka_unit_test_setup_teardown(undoing, setup, teardown),
        cmocka_unit_test_setup_teardown(an_undo_counts_contacts, setup, teardown),
        cmocka_unit_test_setup_teardown(undo_leaves_what_changed_since, setup, teardown),
        cmocka_unit_test_setup_teardown(a_conflict_is_said, setup, teardown),
        cmocka_unit_test_setup_teardown(undo_of_a_scan, setup, teardown),
        cmocka_unit_test_setup_teardown(soft_bounces, setup, teardown),
        cmocka_unit_test_setup_teardown(random_walk, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
