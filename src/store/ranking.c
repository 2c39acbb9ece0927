/* SPDX-License-Identifier: MIT
 *
 * Two ways: few different values (states, domains) are counted, and each hit goes to its place; names
 * and times are sorted by keys.
 */
#include "store/ranking.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "store/contacts.h"
#include "store/idlists.h"
#include "store/judgements.h"
#include "store/sorter.h"

enum { IDS_A_ROW = 16 }; /* so many ids pass in the time of looking at one contact */

typedef void ranked_t(void *arg, uint32_t id);

struct ranking {
    const struct way *way;
    int64_t now;
    uint32_t *hits;
    size_t n;
    size_t at;       /* how far the stage is */
    unsigned stage;
    uint32_t *values; /* DOMAIN: of each id, STATE: of each hit; then where the next of each goes */
    uint32_t *starts;    /* of each value: where its next hit goes */
    size_t starts_n;
    uint32_t *sorted;
    size_t values_n;
    uint32_t value, id;  /* DOMAIN: the last one numbered, and the id to go on at */
    struct str from;     /* BOUNCE: the address to go on at; DOMAIN: the name */
    unsigned char *left; /* BOUNCE: a bit for each id that is to be told yet */
    struct sorter *sorter;
};

/* A stage does the work of up to `rows` rows; true when it is done. */
typedef bool stage_t(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg);

struct way {
    stage_t *stages[5]; /* one after the other, NULL behind the last */
};

/* How far a piece may go. */
static size_t until(const struct ranking *ranking, size_t rows)
{
    return rows && ranking->n - ranking->at > rows ? ranking->at + rows : ranking->n;
}

/* ---- names: a key each */

static void fold_key(struct span text, struct str *out)
{
    str_clear(out);
    str_add_char(out, text.n ? '0' : '1'); /* those without a name behind the others */
    utf8_fold(text, out);
}

static bool key_names(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg)
{
    struct contact contact = {0};
    struct str key = {0};
    (void)ranked;
    (void)arg;
    if (!ranking->sorter)
        ranking->sorter = sorter_new();
    for (size_t end = until(ranking, rows); ranking->at < end; ranking->at++) {
        bool there = contacts_get(txn, ranking->hits[ranking->at], &contact);
        fold_key(there ? contact.name : SPAN_NONE, &key);
        sorter_add(ranking->sorter, span_of_str(&key), ranking->hits[ranking->at]);
    }
    str_free(&key);
    contact_free(&contact);
    return ranking->at == ranking->n;
}

static bool tell_sorted(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg)
{
    uint32_t id;
    (void)txn;
    for (size_t seen = 0; !rows || seen < rows; seen++) {
        if (!sorter_next(ranking->sorter, &id))
            return true;
        ranked(arg, id);
    }
    return false;
}

/* ---- the newest bounce: few have one, and the others follow as they are */

static bool is_left(const struct ranking *ranking, uint32_t id)
{
    return id < 8 * ranking->values_n && ranking->left[id / 8] >> id % 8 & 1;
}

static void choose_all(struct ranking *ranking, struct txn *txn)
{
    ranking->values_n = (size_t)contacts_last_id(txn) / 8 + 1;
    ranking->left = alloc_zero(ranking->values_n, 1);
    for (size_t i = 0; i < ranking->n; i++)
        if (ranking->hits[i] / 8 < ranking->values_n)
            ranking->left[ranking->hits[i] / 8] |= (unsigned char)(1u << ranking->hits[i] % 8);
}

static void key_bounce(struct ranking *ranking, struct txn *txn, const struct judgements_walk *walk)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    struct key key = {.n = 0};
    size_t n = walk->standing.bounced ? contacts_at(txn, walk->folded, ids, CONTACTS_SHARE_MAX) : 0;
    key_i64(&key, -walk->standing.bounced);
    for (size_t i = 0; i < n; i++) {
        if (!is_left(ranking, ids[i]))
            continue;
        sorter_add(ranking->sorter, key_span(&key), ids[i]);
        ranking->left[ids[i] / 8] &= (unsigned char)~(1u << ids[i] % 8);
    }
}

static bool key_bounces(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg)
{
    struct judgements_walk walk = {.from = span_of_str(&ranking->from)};
    size_t seen = 0;
    bool paused = false;
    (void)ranked;
    (void)arg;
    if (!ranking->sorter) {
        ranking->sorter = sorter_new();
        choose_all(ranking, txn);
    }
    while (!paused && judgements_next(txn, &walk)) {
        paused = rows && seen++ >= rows;
        if (!paused) {
            key_bounce(ranking, txn, &walk);
            continue;
        }
        struct str from = {0};
        str_add(&from, walk.folded);
        str_free(&ranking->from);
        ranking->from = from;
    }
    judgements_walk_end(&walk);
    return !paused;
}

static bool tell_left(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg)
{
    (void)txn;
    for (size_t end = until(ranking, rows); ranking->at < end; ranking->at++)
        if (is_left(ranking, ranking->hits[ranking->at]))
            ranked(arg, ranking->hits[ranking->at]);
    return ranking->at == ranking->n;
}

/* ---- few values: counted */

static void values_make(struct ranking *ranking, struct txn *txn)
{
    if (ranking->values)
        return;
    ranking->values_n = (size_t)contacts_last_id(txn) + 1;
    ranking->values = alloc_zero(ranking->values_n, sizeof *ranking->values);
}

static bool value_domains(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg)
{
    struct idlists_walk walk = {.all = true, .name = span_of_str(&ranking->from), .id = ranking->id};
    struct str last = {0};
    size_t seen = 0;
    bool paused = false;
    (void)ranked;
    (void)arg;
    values_make(ranking, txn);
    str_add(&last, span_of_str(&ranking->from));
    while (!paused && idlists_next(txn, &walk)) {
        if (!ranking->value || !span_equal(walk.name, span_of_str(&last))) {
            str_clear(&last);
            str_add(&last, walk.name);
            ranking->value++;
        }
        paused = rows && seen++ >= IDS_A_ROW * rows;
        if (paused)
            ranking->id = walk.id;
        else if (walk.id < ranking->values_n)
            ranking->values[walk.id] = ranking->value;
    }
    idlists_walk_end(&walk);
    str_free(&ranking->from);
    ranking->from = last;
    return !paused;
}

static bool value_states(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg)
{
    struct contact contact = {0};
    (void)ranked;
    (void)arg;
    values_make(ranking, txn);
    for (size_t end = until(ranking, rows); ranking->at < end; ranking->at++) {
        uint32_t id = ranking->hits[ranking->at];
        enum state state = contacts_state(txn, id);
        if (state == STATE_SUSPECT && contacts_get(txn, id, &contact)) /* its 30 days may be over */
            state = judgements_standing(txn, contact.folded, ranking->now).state;
        if (id < ranking->values_n)
            ranking->values[id] = state;
    }
    contact_free(&contact);
    return ranking->at == ranking->n;
}

static uint32_t value_of(const struct ranking *ranking, size_t i)
{
    return ranking->hits[i] < ranking->values_n ? ranking->values[ranking->hits[i]] : 0;
}

static bool count_values(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg)
{
    (void)txn;
    (void)ranked;
    (void)arg;
    for (size_t end = until(ranking, IDS_A_ROW * rows); ranking->at < end; ranking->at++) {
        uint32_t value = value_of(ranking, ranking->at);
        if (value >= ranking->starts_n) {
            size_t n = 2 * (size_t)value + 8;
            ranking->starts = alloc_again(ranking->starts, n, sizeof *ranking->starts);
            memset(ranking->starts + ranking->starts_n, 0, (n - ranking->starts_n) * sizeof *ranking->starts);
            ranking->starts_n = n;
        }
        ranking->starts[value]++;
    }
    return ranking->at == ranking->n;
}

static bool place_values(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg)
{
    (void)txn;
    (void)ranked;
    (void)arg;
    if (!ranking->sorted) {
        uint32_t sum = 0;
        for (size_t value = 0; value < ranking->starts_n; value++) {
            uint32_t n = ranking->starts[value];
            ranking->starts[value] = sum;
            sum += n;
        }
        ranking->sorted = alloc_zero(ranking->n + 1, sizeof *ranking->sorted);
    }
    for (size_t end = until(ranking, IDS_A_ROW * rows); ranking->at < end; ranking->at++)
        ranking->sorted[ranking->starts[value_of(ranking, ranking->at)]++] = ranking->hits[ranking->at];
    return ranking->at == ranking->n;
}

static bool tell_placed(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg)
{
    (void)txn;
    for (size_t end = until(ranking, IDS_A_ROW * rows); ranking->at < end; ranking->at++)
        ranked(arg, ranking->sorted[ranking->at]);
    return ranking->at == ranking->n;
}

/* ---- all of it */

static const struct way ways[] = {
    [ORDER_NAME] = {{key_names, tell_sorted}},
    [ORDER_DOMAIN] = {{value_domains, count_values, place_values, tell_placed}},
    [ORDER_STATE] = {{value_states, count_values, place_values, tell_placed}},
    [ORDER_BOUNCE] = {{key_bounces, tell_sorted, tell_left}},
};

struct ranking *ranking_new(enum search_order order, uint32_t *hits, size_t n, int64_t now)
{
    struct ranking *ranking = alloc_zero(1, sizeof *ranking);
    ranking->way = &ways[order];
    ranking->hits = hits;
    ranking->n = n;
    ranking->now = now;
    return ranking;
}

void ranking_free(struct ranking *ranking)
{
    if (!ranking)
        return;
    sorter_free(ranking->sorter);
    str_free(&ranking->from);
    free(ranking->hits);
    free(ranking->values);
    free(ranking->starts);
    free(ranking->sorted);
    free(ranking->left);
    free(ranking);
}

bool ranking_run(struct ranking *ranking, struct txn *txn, size_t rows, ranked_t *ranked, void *arg)
{
    stage_t *const *stages = ranking->way->stages;
    do {
        if (stages[ranking->stage](ranking, txn, rows, ranked, arg)) {
            ranking->stage++;
            ranking->at = 0;
        }
    } while (!rows && stages[ranking->stage]);
    return !stages[ranking->stage];
}
