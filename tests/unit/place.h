/* SPDX-License-Identifier: MIT
 *
 * For tests: a store in a directory of its own that goes with the test.
 */
#ifndef TESTS_PLACE_H
#define TESTS_PLACE_H

#include "action/action.h"
#include "store/store.h"

struct place {
    char directory[64];
    struct store *store;
    struct actor actor; /* "anna", at a fixed time that tests move */
};

void place_make(struct place *place);
void place_reopen(struct place *place);
void place_remove(struct place *place);
/* Fails the test, printing each, if the store's indexes, counts or states are not what they are
 * computed to be. */
void place_verify(struct place *place);

/* Shorthands that fail the test when the action does. */
uint32_t place_add(struct place *place, const char *address, const char *name);
enum state place_state(struct place *place, const char *address);
uint64_t place_count(struct place *place, enum state state);

#endif
