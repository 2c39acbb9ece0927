/* SPDX-License-Identifier: MIT */
#include "screen/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

bool selection_has(const struct selection *selection, uint32_t id)
{
    size_t word = id / 64;

    return word < selection->room && (selection->words[word] >> (id % 64) & 1);
}

void selection_put(struct selection *selection, uint32_t id, bool selected)
{
    size_t word = id / 64;

    if (selection_has(selection, id) == selected)
        return;
    if (word >= selection->room) {
        size_t room = selection->room ? selection->room : 64;
        while (room <= word)
            room *= 2;
        selection->words = alloc_again(selection->words, room, sizeof *selection->words);
        memset(selection->words + selection->room, 0,
               (room - selection->room) * sizeof *selection->words);
        selection->room = room;
    }
    selection->words[word] ^= (uint64_t)1 << (id % 64);
    selection->changes++;
    selection->n += selected ? 1 : (size_t)-1;
}

void selection_clear(struct selection *selection)
{
    if (selection->words)
        memset(selection->words, 0, selection->room * sizeof *selection->words);
    selection->n = 0;
    selection->changes++;
}

void selection_free(struct selection *selection)
{
    free(selection->words);
    *selection = (struct selection){0};
}

uint32_t *selection_ids(const struct selection *selection)
{
    if (!selection->n)
        return NULL;
    uint32_t *ids = alloc(selection->n * sizeof *ids);
    size_t n = 0;
    for (size_t word = 0; word < selection->room; word++)
        for (uint64_t bits = selection->words[word]; bits; bits &= bits - 1)
            ids[n++] = (uint32_t)(word * 64) + (uint32_t)__builtin_ctzll(bits);
    return ids;
}
