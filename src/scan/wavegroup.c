/* SPDX-License-Identifier: MIT */
#include "scan/wavegroup.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "contact/address.h"

struct item {
    uint32_t number;
    int64_t time;
    char *domain, *server;
    bool taken; /* by its domain's group */
};

static char *lower(struct span text)
{
    struct str copy = {0};
    str_add_lower(&copy, text);
    return str_take(&copy);
}

static struct item *load(struct txn *txn, size_t *n)
{
    struct item *items = NULL;
    size_t room = 0;
    struct review_item review;
    for (uint32_t from = 0; review_from(txn, from, &review); from = review.number + 1) {
        struct evidence evidence;
        if (review.hold != HOLD_WAVE ||
            !evidence_get(txn, review.folded, review.time, review.evidence, &evidence))
            continue;
        ALLOC_GROW(items, *n, room);
        items[(*n)++] =
            (struct item){review.number, review.time, span_copy(address_domain(review.folded)),
                          lower(evidence.mta), false};
    }
    return items;
}

static int by_domain(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    int order = strcmp(a->domain, b->domain);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

/* Those that are left first. */
static int by_server(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    if (a->taken != b->taken)
        return a->taken ? 1 : -1;
    int order = strcmp(a->server, b->server);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

static void add_group(struct wavegroups *out, enum burst_kind kind, const char *name,
                      const struct item *items, size_t n)
{
    ALLOC_GROW(out->groups, out->n, out->room);
    struct wavegroup *group = &out->groups[out->n++];
    *group = (struct wavegroup){.kind = kind, .name = alloc_text(name), .since = items->time};
    for (size_t i = 0; i < n; i++) {
        ALLOC_GROW(group->numbers, group->n, group->room);
        group->numbers[group->n++] = items[i].number;
        if (items[i].time < group->since)
            group->since = items[i].time;
    }
}

static void by_domains(struct wavegroups *out, struct item *items, size_t n, size_t more_than)
{
    if (n)
        qsort(items, n, sizeof *items, by_domain);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && strcmp(items[i].domain, items[end].domain) == 0;)
            end++;
        if (end - i <= more_than)
            continue;
        add_group(out, BURST_DOMAIN, items[i].domain, &items[i], end - i);
        for (size_t k = i; k < end; k++)
            items[k].taken = true;
    }
}

static void by_servers(struct wavegroups *out, struct item *items, size_t n)
{
    if (n)
        qsort(items, n, sizeof *items, by_server);
    for (size_t i = 0, end; i < n && !items[i].taken; i = end) {
        for (end = i + 1;
             end < n && !items[end].taken && strcmp(items[i].server, items[end].server) == 0;)
            end++;
        add_group(out, BURST_SERVER, items[i].server, &items[i], end - i);
    }
}

static int by_age(const void *left, const void *right)
{
    const struct wavegroup *a = left, *b = right;
    return (a->since > b->since) - (a->since < b->since);
}

void wavegroups_load(struct txn *txn, const struct config *config, struct wavegroups *out)
{
    size_t n = 0;
    struct item *items = load(txn, &n);
    *out = (struct wavegroups){0};
    by_domains(out, items, n, config->wave);
    by_servers(out, items, n);
    for (size_t i = 0; i < n; i++) {
        free(items[i].domain);
        free(items[i].server);
    }
    free(items);
    for (size_t i = 0; i < out->n; i++) {
        struct wavegroup *group = &out->groups[i];
        struct str words = {0};
        wave_words(txn, group->kind, span_of(group->name), group->n, group->since, &words);
        group->words = str_take(&words);
    }
    if (out->n)
        qsort(out->groups, out->n, sizeof *out->groups, by_age);
}

void wavegroups_free(struct wavegroups *groups)
{
    for (size_t i = 0; i < groups->n; i++) {
        free(groups->groups[i].name);
        free(groups->groups[i].numbers);
        free(groups->groups[i].words);
    }
    free(groups->groups);
    *groups = (struct wavegroups){0};
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

const struct wavegroup *wavegroups_of(const struct wavegroups *groups, uint32_t number)
{
    for (size_t i = 0; i < groups->n; i++) {
        const struct wavegroup *group = &groups->groups[i];
        if (bsearch(&number, group->numbers, group->n, sizeof number, by_number))
            return group;
    }
    return NULL;
}
