/* SPDX-License-Identifier: MIT */
#include "store/sorter.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

enum { RUN_ROWS = 1 << 14 };

struct row {
    char key[SORTER_KEY]; /* filled up with zeros */
    uint32_t number;      /* how many were added before */
    uint32_t row;
};

struct run {
    struct row *rows;
    size_t at, n;
};

struct sorter {
    struct run *runs;
    size_t n, room;
    size_t added;
    struct run **heap; /* the run with the least row at the top; NULL until the first is taken */
    size_t heap_n;
};

struct sorter *sorter_new(void)
{
    return alloc_zero(1, sizeof(struct sorter));
}

void sorter_free(struct sorter *sorter)
{
    if (!sorter)
        return;
    for (size_t i = 0; i < sorter->n; i++)
        free(sorter->runs[i].rows);
    free(sorter->runs);
    free(sorter->heap);
    free(sorter);
}

static int compare(const void *a, const void *b)
{
    const struct row *x = a, *y = b;
    int order = memcmp(x->key, y->key, SORTER_KEY);
    return order ? order : (x->number > y->number) - (x->number < y->number);
}

static void sort_last(struct sorter *sorter)
{
    struct run *run = sorter->n ? &sorter->runs[sorter->n - 1] : NULL;
    if (run)
        qsort(run->rows, run->n, sizeof *run->rows, compare);
}

void sorter_add(struct sorter *sorter, struct span key, uint32_t number)
{
    if (sorter->added % RUN_ROWS == 0) {
        sort_last(sorter);
        ALLOC_GROW(sorter->runs, sorter->n, sorter->room);
        sorter->runs[sorter->n++] = (struct run){.rows = alloc(RUN_ROWS * sizeof(struct row))};
    }
    struct run *run = &sorter->runs[sorter->n - 1];
    struct row *row = &run->rows[run->n++];
    size_t n = key.n < SORTER_KEY ? key.n : SORTER_KEY;
    memset(row->key, 0, SORTER_KEY);
    if (n)
        memcpy(row->key, key.at, n);
    row->number = (uint32_t)sorter->added++;
    row->row = number;
}

static bool before(const struct run *a, const struct run *b)
{
    return compare(&a->rows[a->at], &b->rows[b->at]) < 0;
}

static void sink(struct sorter *sorter, size_t i)
{
    for (;;) {
        size_t least = i, left = 2 * i + 1, right = left + 1;
        if (left < sorter->heap_n && before(sorter->heap[left], sorter->heap[least]))
            least = left;
        if (right < sorter->heap_n && before(sorter->heap[right], sorter->heap[least]))
            least = right;
        if (least == i)
            return;
        struct run *other = sorter->heap[i];
        sorter->heap[i] = sorter->heap[least];
        sorter->heap[least] = other;
        i = least;
    }
}

static void begin(struct sorter *sorter)
{
    sort_last(sorter);
    sorter->heap = alloc_zero(sorter->n + 1, sizeof *sorter->heap);
    for (size_t i = 0; i < sorter->n; i++)
        sorter->heap[sorter->heap_n++] = &sorter->runs[i];
    for (size_t i = sorter->heap_n; i-- > 0;)
        sink(sorter, i);
}

bool sorter_next(struct sorter *sorter, uint32_t *row)
{
    if (!sorter->heap)
        begin(sorter);
    if (!sorter->heap_n)
        return false;
    struct run *run = sorter->heap[0];
    *row = run->rows[run->at++].row;
    if (run->at == run->n) {
        free(run->rows);
        run->rows = NULL;
        sorter->heap[0] = sorter->heap[--sorter->heap_n];
    }
    sink(sorter, 0);
    return true;
}
