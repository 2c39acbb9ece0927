/* SPDX-License-Identifier: MIT */
#include "screen/hits.h"

#include <time.h>

enum {
    PIECE_US = 3000,
    FIRST_ROWS = 100,
    ROWS_LEAST = 64,
    ROWS_MOST = 1 << 15, /* stages differ: what is little in one is much in the next */
};

void hits_free(struct hits *hits)
{
    search_free(hits->shown);
    search_free(hits->next);
    str_free(&hits->text);
    *hits = (struct hits){0};
}

void hits_ask(struct hits *hits, struct span text, enum search_order order, bool descending,
              int64_t now)
{
    struct query *query;

    hits->wrong = query_parse(text, now, &query, &hits->error) != RESULT_OK;
    if (hits->wrong)
        return;
    struct str copy = {0}; /* text may be our own */
    str_add(&copy, text);
    str_free(&hits->text);
    hits->text = copy;
    hits->order = order;
    hits->descending = descending;
    hits->again = false;
    hits->want = FIRST_ROWS;
    hits->rows = 0; /* what another search could do in a piece says nothing of this one */
    search_free(hits->next);
    hits->next = search_new(query, order, descending, now);
    if (hits->shown)
        search_narrow(hits->next, hits->shown);
}

void hits_again(struct hits *hits, int64_t now)
{
    /* A search that never ends because the store keeps changing shows nothing at all. */
    if (hits->next)
        hits->again = true;
    else if (!hits->wrong)
        hits_ask(hits, span_of_str(&hits->text), hits->order, hits->descending, now);
}

static long long now_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void show_next(struct hits *hits)
{
    search_free(hits->shown);
    hits->shown = hits->next;
    hits->next = NULL;
    hits->swaps++;
}

bool hits_run(struct hits *hits, struct txn *txn, int64_t now)
{
    struct search *search = hits->next ? hits->next : hits->shown;

    if (!search || (!hits->next && search_complete(search)))
        return false;
    if (!hits->rows)
        hits->rows = 1024;
    long long from = now_us();
    enum result result = search_run(search, txn, hits->rows, NULL);
    long long took = now_us() - from;
    if (took > PIECE_US && hits->rows > ROWS_LEAST)
        hits->rows /= 2;
    else if (took < PIECE_US / 4 && hits->rows < ROWS_MOST)
        hits->rows *= 2;
    if (result != RESULT_OK && result != RESULT_BUSY)
        return false;
    if (hits->next && (search_complete(search) || search_count(search) >= hits->want))
        show_next(hits);
    if (search_complete(search) && hits->again) {
        hits_ask(hits, span_of_str(&hits->text), hits->order, hits->descending, now);
        return true;
    }
    return !search_complete(search);
}

size_t hits_count(const struct hits *hits)
{
    return hits->shown ? search_count(hits->shown) : 0;
}

uint32_t hits_at(const struct hits *hits, size_t i)
{
    return hits->shown ? search_hit(hits->shown, i) : 0;
}

ptrdiff_t hits_find(const struct hits *hits, uint32_t id)
{
    return hits->shown ? search_find(hits->shown, id) : -1;
}

bool hits_complete(const struct hits *hits)
{
    return hits->shown && !hits->next && search_complete(hits->shown);
}
