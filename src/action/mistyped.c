/* SPDX-License-Identifier: MIT */
#include "action/mistyped.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "contact/typo.h"

struct mistyped_row {
    uint64_t hash; /* 0: free */
    size_t at;     /* of the name in `names` */
    uint32_t length;
    struct span meant;
    uint64_t n;
};

void mistyped_free(struct mistyped *mistyped)
{
    free(mistyped->fine);
    free(mistyped->rows);
    str_free(&mistyped->names);
    *mistyped = (struct mistyped){0};
}

static struct span name_of(const struct mistyped *mistyped, const struct mistyped_row *row)
{
    return (struct span){mistyped->names.at + row->at, row->length};
}

static struct mistyped_row *find(const struct mistyped *mistyped, uint64_t hash, struct span name)
{
    for (size_t i = hash & (mistyped->room - 1);; i = (i + 1) & (mistyped->room - 1)) {
        struct mistyped_row *row = &mistyped->rows[i];
        if (!row->hash || (row->hash == hash && span_equal(name_of(mistyped, row), name)))
            return row;
    }
}

static void grow(struct mistyped *mistyped)
{
    struct mistyped_row *old = mistyped->rows;
    size_t room = mistyped->room;
    mistyped->room = room ? room * 2 : 256;
    mistyped->rows = alloc_zero(mistyped->room, sizeof *mistyped->rows);
    for (size_t i = 0; i < room; i++)
        if (old[i].hash)
            *find(mistyped, old[i].hash, name_of(mistyped, &old[i])) = old[i];
    free(old);
}

/* Nearly all domains are fine, and there may be a million: of those the hash is kept, no more. */
static size_t fine_place(const struct mistyped *mistyped, uint64_t hash)
{
    size_t i = hash & (mistyped->fine_room - 1);
    while (mistyped->fine[i] && mistyped->fine[i] != hash)
        i = (i + 1) & (mistyped->fine_room - 1);
    return i;
}

static bool is_fine(const struct mistyped *mistyped, uint64_t hash)
{
    return mistyped->fine_room && mistyped->fine[fine_place(mistyped, hash)];
}

static void note_fine(struct mistyped *mistyped, uint64_t hash)
{
    if (mistyped->fine_n * 2 >= mistyped->fine_room) {
        uint64_t *old = mistyped->fine;
        size_t room = mistyped->fine_room;
        mistyped->fine_room = room ? room * 2 : 1024;
        mistyped->fine = alloc_zero(mistyped->fine_room, sizeof *mistyped->fine);
        for (size_t i = 0; i < room; i++)
            if (old[i])
                mistyped->fine[fine_place(mistyped, old[i])] = old[i];
        free(old);
    }
    mistyped->fine[fine_place(mistyped, hash)] = hash;
    mistyped->fine_n++;
}

void mistyped_see(struct mistyped *mistyped, struct span domain, uint64_t n)
{
    if (!typo_may(domain))
        return;
    uint64_t hash = hash_quick(domain, 3) | 1;
    if (is_fine(mistyped, hash))
        return;
    if (mistyped->used * 2 >= mistyped->room)
        grow(mistyped);
    struct mistyped_row *row = find(mistyped, hash, domain);
    if (!row->hash) {
        struct span meant = typo_suggest(domain, NULL, NULL);
        if (!meant.n) {
            note_fine(mistyped, hash);
            return;
        }
        *row = (struct mistyped_row){hash, mistyped->names.n, (uint32_t)domain.n, meant, 0};
        str_add(&mistyped->names, domain);
        mistyped->used++;
    }
    row->n += n;
    mistyped->suspicious += n;
}

void mistyped_join(struct mistyped *mistyped, const struct mistyped *other)
{
    for (size_t i = 0; i < other->room; i++)
        if (other->rows[i].hash)
            mistyped_see(mistyped, name_of(other, &other->rows[i]), other->rows[i].n);
}

static int by_number(const void *a, const void *b)
{
    const struct suspicion *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return span_compare(x->domain, y->domain);
}

size_t mistyped_list(const struct mistyped *mistyped, struct suspicion *list, size_t max)
{
    size_t n = 0;
    struct suspicion *all = alloc_zero(mistyped->used, sizeof *all);
    for (size_t i = 0; i < mistyped->room; i++) {
        const struct mistyped_row *row = &mistyped->rows[i];
        if (row->hash)
            all[n++] = (struct suspicion){name_of(mistyped, row), row->meant, row->n};
    }
    if (n)
        qsort(all, n, sizeof *all, by_number);
    if (n > max)
        n = max;
    memcpy(list, all, n * sizeof *list);
    free(all);
    return n;
}
