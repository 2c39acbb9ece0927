/* SPDX-License-Identifier: MIT */
#include "action/mistyped.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "contact/typo.h"

struct mistyped_row {
    uint32_t domain; /* its number */
    struct span meant;
    uint64_t n;
};

void mistyped_free(struct mistyped *mistyped)
{
    free(mistyped->row_of);
    free(mistyped->rows);
    names_free(&mistyped->domains);
    *mistyped = (struct mistyped){0};
}

/* What is to be known of a domain that came up for the first time. */
static void look_at(struct mistyped *mistyped, struct span domain, uint32_t number)
{
    struct span meant = typo_suggest(domain, NULL, NULL);
    ALLOC_GROW(mistyped->row_of, number, mistyped->domains_room);
    mistyped->row_of[number] = 0;
    if (!meant.n)
        return;
    ALLOC_GROW(mistyped->rows, mistyped->n, mistyped->room);
    mistyped->rows[mistyped->n++] = (struct mistyped_row){number, meant, 0};
    mistyped->row_of[number] = (uint32_t)mistyped->n;
}

void mistyped_see(struct mistyped *mistyped, struct span domain, uint64_t n)
{
    if (!typo_may(domain))
        return;
    uint32_t known = mistyped->domains.n, number = names_number(&mistyped->domains, domain);
    if (mistyped->domains.n > known)
        look_at(mistyped, domain, number);
    if (!mistyped->row_of[number])
        return;
    mistyped->rows[mistyped->row_of[number] - 1].n += n;
    mistyped->suspicious += n;
}

static struct span name_of(const struct mistyped *mistyped, const struct mistyped_row *row)
{
    return names_at(&mistyped->domains, row->domain);
}

void mistyped_join(struct mistyped *mistyped, const struct mistyped *other)
{
    for (size_t i = 0; i < other->n; i++)
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
    size_t n = mistyped->n;
    struct suspicion *all = alloc_zero(n, sizeof *all);
    for (size_t i = 0; i < n; i++) {
        const struct mistyped_row *row = &mistyped->rows[i];
        all[i] = (struct suspicion){name_of(mistyped, row), row->meant, row->n};
    }
    if (n)
        qsort(all, n, sizeof *all, by_number);
    if (n > max)
        n = max;
    memcpy(list, all, n * sizeof *list);
    free(all);
    return n;
}
