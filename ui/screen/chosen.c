/* SPDX-License-Identifier: MIT */
#include "screen/chosen.h"

enum {
    PIECE = 1 << 18,
    FEW = 1 << 16, /* counted while drawing */
};

void chosen_all(struct chosen *chosen, const struct selection *selection)
{
    chosen->all = true;
    chosen->put = 0;
    chosen->before = selection->n;
}

bool chosen_put(struct chosen *chosen, const struct hits *hits, struct selection *selection,
                bool *changed)
{
    size_t n = hits_count(hits);

    if (!hits_complete(hits))
        return true;
    if (chosen->put_swaps != hits->swaps) {
        chosen->put_swaps = hits->swaps;
        chosen->put = 0;
    }
    size_t to = n - chosen->put > PIECE ? chosen->put + PIECE : n;
    for (; chosen->put < to; chosen->put++)
        selection_put(selection, hits_at(hits, chosen->put), true);
    if (to < n)
        return true;
    *changed = selection->n != chosen->before;
    /* No need to count what has just been done. */
    *chosen = (struct chosen){
        .swaps = hits->swaps, .changes = selection->changes, .n = n, .selected = n};
    return false;
}

/* Up to `most` more of them; false if some are left. */
static bool count(struct chosen *chosen, const struct hits *hits, const struct selection *selection,
                  size_t most)
{
    size_t n = hits_count(hits);

    if (chosen->swaps != hits->swaps || chosen->changes != selection->changes || chosen->n > n) {
        chosen->swaps = hits->swaps;
        chosen->changes = selection->changes;
        chosen->n = chosen->selected = 0;
    }
    if (!selection->n)
        chosen->n = n;
    size_t to = n - chosen->n > most ? chosen->n + most : n;
    for (; chosen->n < to; chosen->n++)
        chosen->selected += selection_has(selection, hits_at(hits, chosen->n));
    return to == n;
}

bool chosen_count(struct chosen *chosen, const struct hits *hits, const struct selection *selection)
{
    return !count(chosen, hits, selection, PIECE);
}

bool chosen_known(struct chosen *chosen, const struct hits *hits, const struct selection *selection,
                  size_t *n)
{
    if (!count(chosen, hits, selection, hits_count(hits) <= FEW ? FEW : 0))
        return false;
    *n = chosen->selected;
    return true;
}
