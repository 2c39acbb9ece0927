/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "contact/address.h"
#include "store/counts.h"
#include "store/judgements.h"
#include "store/verify.h"

void place_make(struct place *place)
{
    struct error error = {""};
    *place = (struct place){.actor = {.who = "anna", .command = "test", .now = 1700000000}};
    strcpy(place->directory, "/tmp/zwrotka-test.XXXXXX");
    assert_non_null(mkdtemp(place->directory));
    if (store_open(place->directory, true, &place->store, &error) != RESULT_OK)
        fail_msg("%s", error.text);
}

void place_reopen(struct place *place)
{
    struct error error = {""};
    store_close(place->store);
    if (store_open(place->directory, false, &place->store, &error) != RESULT_OK)
        fail_msg("%s", error.text);
}

void place_remove(struct place *place)
{
    static const char *const files[] = {"data.mdb", "lock.mdb", "writer", "erasing"};
    store_close(place->store);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", place->directory, files[i]);
        unlink(path);
    }
    rmdir(place->directory);
}

static void complain(void *arg, const char *text)
{
    (void)arg;
    print_error("verify: %s\n", text);
}

void place_verify(struct place *place)
{
    struct verify_sums sums;
    struct error error = {""};
    struct verify_call call = {.replay = true, .now = place->actor.now, .complaint = complain};
    if (store_verify(place->store, &call, &sums, &error))
        fail_msg("%s", error.text);
}

uint32_t place_add(struct place *place, const char *address, const char *name)
{
    struct outcome outcome = {0};
    struct error error = {""};
    struct contact contact = {.address = span_of(address), .name = span_of(name)};
    if (action_add(place->store, &place->actor, &contact, false, &outcome, &error))
        fail_msg("%s", error.text);
    outcome_free(&outcome);
    return outcome.id;
}

static struct txn *reading(struct place *place)
{
    struct txn *txn;
    assert_int_equal(store_read(place->store, &txn, NULL), RESULT_OK);
    return txn;
}

enum state place_state(struct place *place, const char *address)
{
    struct str folded = {0};
    struct txn *txn = reading(place);
    assert_int_equal(address_fold(span_of(address), NULL, &folded, NULL), RESULT_OK);
    struct standing standing = judgements_standing(txn, span_of_str(&folded), place->actor.now);
    txn_end(txn);
    str_free(&folded);
    return standing.state;
}

uint64_t place_count(struct place *place, enum state state)
{
    struct txn *txn = reading(place);
    uint64_t n = counts_get(txn, COUNT_STATE, state, SPAN_NONE);
    txn_end(txn);
    return n;
}
