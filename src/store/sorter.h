/* SPDX-License-Identifier: MIT
 *
 * Sorting in pieces, so that nobody waits: runs of some thousand rows are sorted while they are
 * gathered, then merged as they are taken. Pure.
 */
#ifndef STORE_SORTER_H
#define STORE_SORTER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

enum { SORTER_KEY = 24 }; /* bytes of a key that count */

struct sorter;

struct sorter *sorter_new(void);
void sorter_free(struct sorter *sorter); /* NULL is fine */
/* Adds a row with a key; rows with the same keep the order in which they were added. */
void sorter_add(struct sorter *sorter, struct span key, uint32_t row);
/* The next row in the order of keys; false at the end. Nothing may be added after the first. */
bool sorter_next(struct sorter *sorter, uint32_t *row);

#endif
