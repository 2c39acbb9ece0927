/* SPDX-License-Identifier: MIT */
#include "store/idsource.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "store/contacts.h"
#include "store/counts.h"
#include "store/dense.h"
#include "store/idlists.h"
#include "store/tags.h"
#include "store/text.h"

enum {
    LITERALS_MAX = 64,
    TEXTS_A_ROW = 4,    /* looking at a contact costs as much as searching the text of some, */
    NUMBERS_A_ROW = 64, /* or as so many numbers */
};

typedef void found_t(void *arg, uint32_t id);

/* What an index is asked for, and how. */
struct idsource {
    uint32_t (*run)(struct idsource *source, struct txn *txn, uint32_t from, uint32_t to, size_t rows,
                    found_t *found, void *arg);
    unsigned tells;
    struct text_search *text;
    enum dense dense;
    unsigned char *wanted; /* by number in `dense`: not 0 */
    uint32_t numbers;
    struct span domain; /* of the query */
};

void idsource_free(struct idsource *source)
{
    if (!source)
        return;
    text_search_free(source->text);
    free(source->wanted);
    free(source);
}

unsigned idsource_tells(const struct idsource *source)
{
    return source->tells;
}

uint64_t idsource_bytes(const struct idsource *source)
{
    return source->text ? text_search_bytes(source->text) : 0;
}

/* ---- words */

static uint32_t run_text(struct idsource *source, struct txn *txn, uint32_t from, uint32_t to,
                         size_t rows, found_t *found, void *arg)
{
    return text_search_run(source->text, txn, from, to, rows * TEXTS_A_ROW, found, arg);
}

static bool take_words(struct idsource *source, const struct query *query)
{
    struct span literals[LITERALS_MAX];
    size_t n = 0;
    while (n < LITERALS_MAX && (literals[n] = query_literal(query, n)).n)
        n++;
    if (!n)
        return false;
    source->text = text_search_new(literals, n);
    source->tells = n < LITERALS_MAX ? QUERY_OF_LITERALS : 0;
    source->run = run_text;
    return true;
}

/* ---- states and tags: numbers of all contacts, one after the other */

static uint32_t run_dense(struct idsource *source, struct txn *txn, uint32_t from, uint32_t to,
                          size_t rows, found_t *found, void *arg)
{
    struct dense_walk walk = {.id = from};
    uint32_t places[DENSE_PIECE_MOST], next = 0;
    size_t most = rows ? rows * NUMBERS_A_ROW : SIZE_MAX, seen = 0;
    while (!next && dense_next(txn, source->dense, &walk) && walk.id <= to) {
        uint32_t n = to - walk.id < walk.n ? to - walk.id + 1 : walk.n;
        size_t picked = dense_pick(&walk, n, source->wanted, source->numbers, places);
        for (size_t i = 0; i < picked; i++)
            found(arg, walk.id + places[i]);
        seen += n;
        if (seen >= most && to - walk.id >= n)
            next = walk.id + n;
    }
    dense_walk_end(&walk);
    return next;
}

/* What has number 0 is not told: nobody may be there. */
static void take_dense(struct idsource *source, enum dense dense, uint32_t numbers)
{
    source->run = run_dense;
    source->dense = dense;
    source->numbers = numbers;
    source->wanted = alloc_zero(numbers, 1);
}

static void take_states(struct idsource *source, const struct query *query)
{
    take_dense(source, DENSE_STATE, STATE_COUNT);
    for (unsigned state = STATE_ACTIVE + 1; state < STATE_COUNT; state++)
        source->wanted[state] = query_states(query) >> state & 1;
}

static void take_tags(struct idsource *source, struct txn *txn, const struct query *query)
{
    uint32_t sets = tags_sets(txn);
    source->tells = QUERY_OF_TAGS;
    take_dense(source, DENSE_TAGS, sets + 1);
    for (uint32_t i = 1; i <= sets; i++)
        source->wanted[i] = query_tags(query, tags_set(txn, i));
}

/* ---- a domain */

static uint32_t run_domain(struct idsource *source, struct txn *txn, uint32_t from, uint32_t to,
                           size_t rows, found_t *found, void *arg)
{
    struct idlists_walk walk = {.name = source->domain, .id = from};
    size_t seen = 0;
    uint32_t next = 0;
    while (idlists_next(txn, &walk) && walk.id <= to) {
        if (rows && seen++ >= rows) {
            next = walk.id;
            break;
        }
        found(arg, walk.id);
    }
    idlists_walk_end(&walk);
    return next;
}

/* ---- which of them */

static uint64_t in_states(struct txn *txn, enum count_kind kind, unsigned states, struct span name)
{
    uint64_t n = 0;
    for (unsigned state = 0; state < STATE_COUNT; state++)
        if (states >> state & 1)
            n += counts_get(txn, kind, (enum state)state, name);
    return n;
}

struct idsource *idsource_new(struct txn *txn, const struct query *query)
{
    struct idsource *source = alloc_zero(1, sizeof *source);
    struct span domain = query_domain(query);
    unsigned states = query_states(query), all = (1u << STATE_COUNT) - 1;
    uint64_t here = domain.n ? in_states(txn, COUNT_DOMAIN, all, domain) : UINT64_MAX;
    uint64_t there = states >> STATE_ACTIVE & 1 ? UINT64_MAX
                                                : in_states(txn, COUNT_STATE, states, SPAN_NONE);
    bool words = query_literal(query, 0).n > 0;
    /* Looking a contact up costs as much as searching the text of some thirty. */
    uint64_t worth = words ? contacts_count(txn) / 32 : UINT64_MAX - 1;
    if (here <= there && here <= worth) {
        source->domain = domain;
        source->tells = QUERY_OF_DOMAIN;
        source->run = run_domain;
    } else if (there <= worth) {
        take_states(source, query);
    } else if (words) {
        take_words(source, query);
    } else if (query_kinds(query) & QUERY_OF_TAGS && !query_tags(query, SPAN_NONE)) {
        take_tags(source, txn, query);
    } else {
        idsource_free(source);
        return NULL;
    }
    return source;
}

uint32_t idsource_run(struct idsource *source, struct txn *txn, uint32_t from, uint32_t to,
                      size_t rows, found_t *found, void *arg)
{
    return source->run(source, txn, from, to, rows, found, arg);
}
