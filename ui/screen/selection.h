/* SPDX-License-Identifier: MIT
 *
 * The selected contacts: a set of ids that outlives every filter. A bit an id, so ten million
 * contacts cost 1.2 MB at most.
 */
#ifndef SCREEN_SELECTION_H
#define SCREEN_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct selection {
    uint64_t *words;
    size_t room; /* words */
    size_t n;    /* how many are selected */
    uint64_t changes;
};

bool selection_has(const struct selection *selection, uint32_t id);
void selection_put(struct selection *selection, uint32_t id, bool selected);
void selection_clear(struct selection *selection); /* keeps the memory */
void selection_free(struct selection *selection);
/* All of them in order; the caller frees. NULL for none. */
uint32_t *selection_ids(const struct selection *selection);

#endif
