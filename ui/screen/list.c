/* SPDX-License-Identifier: MIT */
#include "screen/list.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"

const struct list_view list_views[VIEW_COUNT] = {
    [VIEW_ALL] = {N_("All"), N_("All"), ""},
    [VIEW_INVALID] = {N_("Invalid"), N_("Invalid"), "state:invalid"},
    [VIEW_NEW] = {N_("New since yesterday"), N_("New"), "state:invalid since:1d"},
    [VIEW_REVIEW] = {N_("Review"), N_("Review"), NULL},
    [VIEW_SUSPECT] = {N_("Suspect"), N_("Suspect"), "state:suspect"},
    [VIEW_CORRECTED] = {N_("Corrected"), N_("Corrected"), "corrected:yes"},
};

static void counter_ask(struct counter *counter, struct span text)
{
    hits_ask(&counter->hits, text, ORDER_ADDRESS, false, date_now());
}

static bool counter_run(struct counter *counter, struct txn *txn)
{
    if (!counter->hits.shown && !counter->hits.next)
        return false;
    bool more = hits_run(&counter->hits, txn, date_now());
    if (!more && hits_complete(&counter->hits)) {
        counter->known = true;
        counter->n = hits_count(&counter->hits);
        hits_free(&counter->hits); /* the number is enough */
    }
    return more;
}

struct layout list_layout(const struct list *list)
{
    return layout_of(draw_rows(), draw_columns(), !list->panel_hidden);
}

struct span list_query(const struct list *list)
{
    return lineedit_text(&list->query);
}

static void ask_without(struct list *list)
{
    hits_free(&list->without.hits);
    list->without.known = false;
    str_clear(&list->without_text);
    if (!list_query(list).n || list->hits.wrong)
        return;
    query_drop_last(list_query(list), &list->without_text);
    counter_ask(&list->without, span_of_str(&list->without_text));
}

/* Runs the query line. */
void list_rerun(struct list *list)
{
    hits_ask(&list->hits, list_query(list), list->order, list->descending, date_now());
    list->facets_due = true;
    hits_free(&list->without.hits);
    list->without.known = false;
}

void list_ask(struct session *session, struct list *list, struct span query)
{
    lineedit_set(&list->query, query);
    list->focus = FOCUS_ROWS;
    list->id = 0;
    list->cursor = list->top = 0;
    list_rerun(list);
    session->dirty = true;
}

void list_again(struct session *session, struct list *list)
{
    list->hits.want = list->cursor + 200;
    if (list->hits.shown || list->hits.next)
        hits_again(&list->hits, date_now());
    else
        list_rerun(list);
    /* Until it is complete, what is shown is the best there is. */
    if (list->hits.next && list->hits.want < list->cursor + 200)
        list->hits.want = list->cursor + 200;
    facets_changed(&list->facets);
    list->facets_due = true;
    counter_ask(&list->recent, span_of(list_views[VIEW_NEW].query));
    session->dirty = true;
}

bool list_is_selected(struct list *list, const struct selection *selection, size_t n)
{
    if (!hits_complete(&list->hits) || n != selection->n || n != hits_count(&list->hits))
        return false;
    while (chosen_count(&list->chosen, &list->hits, selection))
        ;
    return list->chosen.selected == n;
}

uint32_t list_neighbour(const struct list *list, uint32_t id, int by)
{
    ptrdiff_t at = hits_find(&list->hits, id);

    if (at < 0)
        at = (ptrdiff_t)list->cursor - (by > 0);
    at += by;
    return at < 0 ? 0 : hits_at(&list->hits, (size_t)at);
}

void list_go(struct list *list, uint32_t id)
{
    ptrdiff_t at = hits_find(&list->hits, id);

    list->id = id;
    if (at >= 0)
        list->cursor = (size_t)at;
}

/* Other hits are shown: the cursor stays on its contact and the contact on its row. */
static void follow(struct list *list)
{
    size_t n = hits_count(&list->hits);

    if (list->swaps == list->hits.swaps)
        return;
    list->swaps = list->hits.swaps;
    ptrdiff_t at = list->id ? hits_find(&list->hits, list->id) : -1;
    if (at >= 0) {
        size_t row = list->cursor >= list->top ? list->cursor - list->top : 0;
        list->cursor = (size_t)at;
        list->top = list->cursor > row ? list->cursor - row : 0;
        return;
    }
    if (list->cursor >= n)
        list->cursor = n ? n - 1 : 0;
}

void list_settle(struct list *list, struct session *session)
{
    struct txn *txn = list->hits.next && session_store(session) ? session_read(session) : NULL;

    for (int i = 0; txn && i < 20 && list->hits.next && hits_run(&list->hits, txn, date_now()); i++)
        ;
    txn_end(txn);
    follow(list);
    list->id = hits_at(&list->hits, list->cursor);
}

/* A piece of selecting all; true if there is more. */
static bool select_piece(struct list *list, struct session *session)
{
    bool changed;

    if (chosen_put(&list->chosen, &list->hits, &session->selection, &changed))
        return true;
    if (!changed) {
        selection_clear(&session->selection);
        session_say(session, "%s", _("nobody selected"));
        return false;
    }
    session_say(session, ngettext("%zu selected: M marks, t tags; Esc ends it",
                                  "%zu selected: M marks, t tags; Esc ends it",
                                  session->selection.n),
                session->selection.n);
    return false;
}

void list_select_all(struct list *list, struct session *session)
{
    if (list->chosen.all) { /* still at it, and taken back */
        list->chosen.all = false;
        selection_clear(&session->selection);
        session_say(session, "%s", _("nobody selected"));
        return;
    }
    follow(list);
    chosen_all(&list->chosen, &session->selection);
    select_piece(list, session);
}

void list_select_rest(struct list *list, struct session *session)
{
    struct txn *txn = !hits_complete(&list->hits) ? session_read(session) : NULL;

    while (txn && hits_run(&list->hits, txn, date_now()))
        ;
    txn_end(txn);
    follow(list);
    while (hits_complete(&list->hits) && select_piece(list, session))
        ;
}

static bool list_work(struct page *page, struct session *session)
{
    struct list *list = (struct list *)page;
    struct txn *txn = session_store(session) ? session_read(session) : NULL;
    bool more = false;

    if (!txn)
        return false;
    int64_t now = date_now();
    /* A key's own answer first: the hits, then what the panel says of them. */
    if (list->facets_due && !list->hits.next) {
        struct layout layout = list_layout(list);
        facets_ask(&list->facets, list_query(list), txn, now, layout.facets.rows - 2);
        list->facets_due = false;
        session->dirty = true;
    }
    uint64_t swaps = list->hits.swaps;
    size_t count = hits_count(&list->hits);
    bool complete = hits_complete(&list->hits);
    more = hits_run(&list->hits, txn, now);
    session->dirty |= swaps != list->hits.swaps;
    session->stale |= count != hits_count(&list->hits) || complete != hits_complete(&list->hits);
    follow(list);
    if (!more && hits_complete(&list->hits) && list->chosen.all)
        session->stale |= more = select_piece(list, session);
    if (!more && chosen_count(&list->chosen, &list->hits, &session->selection))
        session->stale = more = true;
    if (!more && hits_complete(&list->hits) && hits_count(&list->hits) == 0 &&
        !list->without.known && !list->without.hits.next && !list->without.hits.shown &&
        list_query(list).n) {
        ask_without(list);
        more = true;
    } else if (!more && (list->without.hits.next || list->without.hits.shown)) {
        more = counter_run(&list->without, txn);
        session->dirty |= list->without.known;
    } else if (!more && facets_run(&list->facets, txn, now)) {
        more = session->stale = true;
    } else if (!more && !list->recent.known) {
        more = counter_run(&list->recent, txn);
        session->dirty |= list->recent.known;
    } else if (!more && (list->recent.hits.next || list->recent.hits.shown)) {
        more = counter_run(&list->recent, txn);
        session->dirty |= !more;
    }
    txn_end(txn);
    return more;
}

static void list_changed(struct page *page, struct session *session)
{
    list_again(session, (struct list *)page);
}

static enum place list_place(const struct page *page)
{
    static const enum place of[] = {
        [FOCUS_ROWS] = PLACE_LIST, [FOCUS_FACETS] = PLACE_FACETS, [FOCUS_SEARCH] = PLACE_SEARCH};

    return of[((const struct list *)page)->focus];
}

static void list_type(struct page *page, struct session *session, key_code code,
                      struct span pasted)
{
    struct list *list = (struct list *)page;

    (void)session;
    bool changed = code == K_PASTE ? lineedit_paste(&list->query, pasted)
                                   : lineedit_type(&list->query, code);
    if (changed)
        list_rerun(list);
}

static void list_free(struct page *page)
{
    struct list *list = (struct list *)page;

    hits_free(&list->hits);
    hits_free(&list->recent.hits);
    hits_free(&list->without.hits);
    facets_free(&list->facets);
    lineedit_free(&list->query);
    str_free(&list->without_text);
    free(list->query_before);
    free(list);
}

static const struct page_ops list_ops = {
    .place = list_place,
    .draw = list_draw,
    .act = list_act,
    .type = list_type,
    .work = list_work,
    .changed = list_changed,
    .free = list_free,
};

struct page *list_page(struct list *list)
{
    return &list->page;
}

struct list *list_new(struct session *session)
{
    struct list *list = alloc_zero(1, sizeof *list);

    list->page.ops = &list_ops;
    list_again(session, list);
    return list;
}
