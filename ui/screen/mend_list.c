/* SPDX-License-Identifier: MIT */
#include "screen/mend_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "store/contacts.h"
#include "store/judgements.h"
#include "store/search.h"

enum { LONG_LIST = 5000 }; /* looking at each would take longer than a frame */

bool mend_is_due(struct txn *txn, const struct row *row)
{
    struct judgement judgement = {0};

    if (row->standing.state != STATE_INVALID || row->standing.reason == REASON_manual)
        return false;
    judgements_get(txn, row->contact.folded, &judgement);
    bool due = !judgement_is_dead_by_hand(&judgement);
    judgement_free(&judgement);
    return due;
}

/* Those of ids that are due, to the front. */
static size_t only_due(struct session *session, uint32_t *ids, size_t n)
{
    struct row row = {0};
    int64_t now = date_now();
    struct txn *txn = session_read(session);
    size_t due = 0;

    for (size_t i = 0; txn && i < n; i++)
        if (contacts_state(txn, ids[i]) == STATE_INVALID && row_load(&row, txn, ids[i], now) &&
            mend_is_due(txn, &row))
            ids[due++] = ids[i];
    row_free(&row);
    txn_end(txn);
    return due;
}

/* Those the list shows, from the cursor on, and those above it after them. */
static uint32_t *from_cursor(const struct list *list, size_t *n)
{
    size_t count = hits_count(&list->hits);
    uint32_t *ids = alloc((count ? count : 1) * sizeof *ids);

    *n = count;
    for (size_t i = 0; i < count; i++)
        ids[i] = hits_at(&list->hits, (list->cursor + i) % count);
    return ids;
}

/* The invalid ones of a long list in its order, by a search for them alone; NULL if it cannot be
 * asked so. */
static uint32_t *search_invalid(struct session *session, struct list *list, size_t *n)
{
    struct txn *txn = session_read(session);
    struct query *query;
    struct search *search = NULL;
    struct str text = {0};
    uint32_t *ids = NULL;

    str_add(&text, list_query(list));
    str_add_text(&text, " state:invalid");
    if (txn && query_parse(span_of_str(&text), date_now(), &query, NULL) == RESULT_OK)
        search = search_new(query, list->hits.order, list->hits.descending, date_now());
    if (search && search_run(search, txn, 0, NULL) == RESULT_OK) {
        *n = search_count(search);
        ids = alloc((*n ? *n : 1) * sizeof *ids);
        for (size_t i = 0; i < *n; i++)
            ids[i] = search_hit(search, i);
    }
    search_free(search);
    str_free(&text);
    txn_end(txn);
    return ids;
}

/* The first at or below the list's cursor comes first, those above it last. */
static void begin_at_cursor(const struct list *list, uint32_t *ids, size_t n)
{
    struct selection wanted = {0};
    size_t count = hits_count(&list->hits), first = 0;
    uint32_t id = 0;

    for (size_t i = 0; i < n; i++)
        selection_put(&wanted, ids[i], true);
    for (size_t i = list->cursor; i < count && !id; i++)
        if (selection_has(&wanted, hits_at(&list->hits, i)))
            id = hits_at(&list->hits, i);
    selection_free(&wanted);
    while (first < n && ids[first] != id)
        first++;
    if (first == 0 || first >= n)
        return;
    uint32_t *turned = alloc(n * sizeof *turned);
    for (size_t i = 0; i < n; i++)
        turned[i] = ids[(first + i) % n];
    memcpy(ids, turned, n * sizeof *ids);
    free(turned);
}

uint32_t *mend_list(struct session *session, struct list *list, size_t *n)
{
    uint32_t *ids = selection_ids(&session->selection);

    *n = session->selection.n;
    if (!ids && hits_count(&list->hits) > LONG_LIST &&
        (ids = search_invalid(session, list, n)) != NULL) {
        begin_at_cursor(list, ids, *n);
        return ids;
    }
    if (!ids)
        ids = from_cursor(list, n);
    *n = only_due(session, ids, *n);
    return ids;
}
