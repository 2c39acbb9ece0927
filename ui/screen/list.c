/* SPDX-License-Identifier: MIT */
#include "screen/list.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "screen/bulk.h"
#include "screen/contact_page.h"
#include "screen/form.h"
#include "screen/mend.h"
#include "screen/review_page.h"
#include "screen/rows.h"

const struct list_view list_views[] = {
    {N_("All"), ""},
    {N_("Invalid"), "state:invalid"},
    {N_("New since yesterday"), "state:invalid since:1d"},
    {N_("Review"), NULL},
    {N_("Suspect"), "state:suspect"},
    {N_("Corrected"), "corrected:yes"},
};
const size_t list_view_count = sizeof list_views / sizeof *list_views;

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

static struct span query_of(const struct list *list)
{
    return lineedit_text(&list->query);
}

static void ask_without(struct list *list)
{
    hits_free(&list->without.hits);
    list->without.known = false;
    str_clear(&list->without_text);
    if (!query_of(list).n || list->hits.wrong)
        return;
    query_drop_last(query_of(list), &list->without_text);
    counter_ask(&list->without, span_of_str(&list->without_text));
}

/* Runs the query line. */
static void ask(struct list *list)
{
    hits_ask(&list->hits, query_of(list), list->order, list->descending, date_now());
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
    ask(list);
    session->dirty = true;
}

void list_again(struct session *session, struct list *list)
{
    list->hits.want = list->cursor + 200;
    if (list->hits.shown || list->hits.next)
        hits_again(&list->hits, date_now());
    else
        ask(list);
    /* Until it is complete, what is shown is the best there is. */
    if (list->hits.next && list->hits.want < list->cursor + 200)
        list->hits.want = list->cursor + 200;
    list->facets_due = true;
    counter_ask(&list->recent, span_of(list_views[2].query));
    session->dirty = true;
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

/* Keys typed ahead of the search mean what it is about to show: a moment's wait for that. */
static void settle(struct list *list, struct session *session)
{
    struct txn *txn = list->hits.next && session_store(session) ? session_read(session) : NULL;

    for (int i = 0; txn && i < 20 && list->hits.next && hits_run(&list->hits, txn, date_now()); i++)
        ;
    txn_end(txn);
    follow(list);
    list->id = hits_at(&list->hits, list->cursor);
}

static void select_all(struct list *list, struct session *session)
{
    size_t n = hits_count(&list->hits);
    size_t before = session->selection.n;

    list->select_all = false;
    for (size_t i = 0; i < n; i++)
        selection_put(&session->selection, hits_at(&list->hits, i), true);
    if (session->selection.n == before) {
        selection_clear(&session->selection);
        session_say(session, "%s", _("nobody selected"));
        return;
    }
    session_say(session, ngettext("%zu selected: M marks, t tags; Esc ends it",
                                  "%zu selected: M marks, t tags; Esc ends it",
                                  session->selection.n),
                session->selection.n);
}

static bool list_work(struct page *page, struct session *session)
{
    struct list *list = (struct list *)page;
    struct txn *txn = session_store(session) ? session_read(session) : NULL;
    bool more = false;

    if (!txn)
        return false;
    int64_t now = date_now();
    if (list->facets_due) {
        struct layout layout = layout_of(draw_rows(), draw_columns());
        facets_ask(&list->facets, query_of(list), txn, now, layout.facets.rows - 2);
        list->facets_due = false;
        session->dirty = true;
    }
    uint64_t swaps = list->hits.swaps;
    size_t count = hits_count(&list->hits);
    more = hits_run(&list->hits, txn, now);
    if (swaps != list->hits.swaps || count != hits_count(&list->hits) || !more)
        session->dirty |= swaps != list->hits.swaps || !more != hits_complete(&list->hits) ||
                          count != hits_count(&list->hits);
    follow(list);
    if (!more && list->select_all && hits_complete(&list->hits))
        select_all(list, session);
    if (!more && hits_complete(&list->hits) && hits_count(&list->hits) == 0 &&
        !list->without.known && !list->without.hits.next && !list->without.hits.shown &&
        query_of(list).n) {
        ask_without(list);
        more = true;
    } else if (!more && (list->without.hits.next || list->without.hits.shown)) {
        more = counter_run(&list->without, txn);
        session->dirty |= list->without.known;
    } else if (!more && facets_run(&list->facets, txn, now)) {
        more = session->dirty = true;
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

static void go_to(struct list *list, size_t cursor)
{
    size_t n = hits_count(&list->hits);

    list->cursor = n == 0 ? 0 : cursor < n ? cursor : n - 1;
    list->id = hits_at(&list->hits, list->cursor);
}

static bool moves(struct list *list, enum act act)
{
    struct layout layout = layout_of(draw_rows(), draw_columns());
    size_t page = layout.list.rows > 2 ? (size_t)layout.list.rows - 1 : 1;
    size_t at = list->cursor;

    switch (act) {
    case ACT_UP:
        go_to(list, at ? at - 1 : 0);
        return true;
    case ACT_DOWN:
        go_to(list, at + 1);
        return true;
    case ACT_PAGE_UP:
        list->top -= list->top > page ? page : list->top;
        go_to(list, at > page ? at - page : 0);
        return true;
    case ACT_PAGE_DOWN:
        list->top += page;
        go_to(list, at + page);
        return true;
    case ACT_TOP:
        go_to(list, 0);
        return true;
    case ACT_BOTTOM:
        go_to(list, hits_count(&list->hits));
        return true;
    default:
        return false;
    }
}

static void select_range(struct list *list, struct session *session)
{
    ptrdiff_t from = list->range_from ? hits_find(&list->hits, list->range_from) : -1;

    if (from < 0) {
        list->range_from = list->id;
        session_say(session, "%s", _("range from here: go to its other end and press V again"));
        return;
    }
    size_t a = (size_t)from, b = list->cursor;
    if (a > b) {
        a = b;
        b = (size_t)from;
    }
    for (size_t i = a; i <= b; i++)
        selection_put(&session->selection, hits_at(&list->hits, i), true);
    list->range_from = 0;
    session_say(session, ngettext("%zu selected: M marks, t tags; Esc ends it",
                                  "%zu selected: M marks, t tags; Esc ends it",
                                  session->selection.n),
                session->selection.n);
}

static void cancel(struct list *list, struct session *session)
{
    if (list->range_from) {
        list->range_from = 0;
        session_say(session, "%s", _("range ended"));
    } else if (session->selection.n) {
        selection_clear(&session->selection);
        session_say(session, "%s", _("nobody selected"));
    } else if (query_of(list).n) {
        list_ask(session, list, SPAN(""));
    } else {
        session_say(session, "%s", _("q leaves"));
    }
}

static void show_view(struct list *list, struct session *session, key_code key)
{
    size_t view = key - '1';

    if (view >= list_view_count)
        return;
    if (list_views[view].query)
        list_ask(session, list, span_of(list_views[view].query));
    else
        review_open(session);
}

static void order(struct list *list, struct session *session, bool next)
{
    static const char *const names[] = {
        [ORDER_ADDRESS] = N_("address"), [ORDER_NAME] = N_("name"), [ORDER_DOMAIN] = N_("domain"),
        [ORDER_STATE] = N_("state"),     [ORDER_BOUNCE] = N_("newest bounce"),
    };
    if (next) {
        list->order = list->order == ORDER_BOUNCE ? ORDER_ADDRESS : list->order + 1;
        list->descending = list->order == ORDER_BOUNCE; /* the newest first */
    } else {
        list->descending = !list->descending;
    }
    session_say(session, list->descending ? _("by %s, from the end") : _("by %s"),
                _(names[list->order]));
    ask(list);
}

static void to_search(struct list *list)
{
    free(list->query_before);
    list->query_before = span_copy(query_of(list));
    list->focus = FOCUS_SEARCH;
    lineedit_act(&list->query, ACT_LINE_END);
}

static void drop(struct list *list, struct session *session)
{
    struct str text = {0};

    if (query_of(list).n) {
        query_drop_last(query_of(list), &text);
        lineedit_set(&list->query, span_of_str(&text));
        ask(list);
    } else {
        session_say(session, "%s", _("the query is empty"));
    }
    str_free(&text);
}

static void copy(struct list *list, struct session *session, bool whole)
{
    struct txn *txn = list->id ? session_read(session) : NULL;
    struct row row = {0};
    struct str text = {0};

    if (txn && row_load(&row, txn, list->id, date_now())) {
        if (whole)
            row_text(&row, date_now(), &text);
        else
            str_add(&text, row.contact.address);
        session_copy(session, span_of_str(&text));
    }
    row_free(&row);
    str_free(&text);
    txn_end(txn);
}

/* What needs a contact under the cursor. False: it is something else. */
static bool contact_acts(struct list *list, struct session *session, enum act act)
{
    uint32_t *ids = NULL;

    switch (act) {
    case ACT_OPEN:
    case ACT_EDIT:
    case ACT_SELECT:
    case ACT_RANGE:
    case ACT_MARK:
    case ACT_TAG:
    case ACT_DOMAIN:
    case ACT_COPY:
    case ACT_COPY_ROW:
        break;
    default:
        return false;
    }
    if (!list->id && !(session->selection.n && (act == ACT_MARK || act == ACT_TAG))) {
        session_say(session, "%s", _("there is no contact here"));
        return true;
    }
    size_t n = session->selection.n ? session->selection.n : 1;
    const uint32_t *target = session->selection.n ? (ids = selection_ids(&session->selection))
                                                  : &list->id;
    if (act == ACT_OPEN)
        contact_open(session, list->id);
    else if (act == ACT_EDIT)
        form_open(session, list->id);
    else if (act == ACT_RANGE)
        select_range(list, session);
    else if (act == ACT_MARK)
        bulk_mark(session, target, n);
    else if (act == ACT_TAG)
        bulk_tag(session, target, n);
    else if (act == ACT_DOMAIN)
        bulk_domain(session, list->id);
    else if (act == ACT_COPY || act == ACT_COPY_ROW)
        copy(list, session, act == ACT_COPY_ROW);
    if (act == ACT_SELECT) {
        selection_put(&session->selection, list->id,
                      !selection_has(&session->selection, list->id));
        go_to(list, list->cursor + 1);
    }
    free(ids);
    return true;
}

static bool rows_act(struct list *list, struct session *session, enum act act, key_code key)
{
    if (moves(list, act) || contact_acts(list, session, act))
        return true;
    switch (act) {
    case ACT_NEW:
        form_open(session, 0);
        return true;
    case ACT_MEND:
        mend_open(session, list);
        return true;
    case ACT_ALL:
        list->select_all = true;
        return true;
    case ACT_SEARCH:
        to_search(list);
        return true;
    case ACT_FACETS:
        list->focus = FOCUS_FACETS;
        return true;
    case ACT_DROP:
        drop(list, session);
        return true;
    case ACT_ORDER:
    case ACT_REVERSE:
        order(list, session, act == ACT_ORDER);
        return true;
    case ACT_VIEW:
        show_view(list, session, key);
        return true;
    case ACT_CANCEL:
        cancel(list, session);
        return true;
    case ACT_CLOSE:
        session->quit = true;
        return true;
    default:
        return false;
    }
}

static bool facets_acts(struct list *list, struct session *session, enum act act)
{
    struct str text = {0};

    if (facets_act(&list->facets, act))
        return true;
    switch (act) {
    case ACT_CLOSE:
        list->focus = FOCUS_ROWS;
        return true;
    case ACT_SEARCH:
        to_search(list);
        return true;
    case ACT_DROP:
        drop(list, session);
        return true;
    case ACT_SELECT:
        if (facets_switch(&list->facets, query_of(list), &text)) {
            lineedit_set(&list->query, span_of_str(&text));
            ask(list);
        }
        str_free(&text);
        return true;
    default:
        return false;
    }
}

static bool search_acts(struct list *list, enum act act)
{
    switch (act) {
    case ACT_CLOSE:
        list->focus = FOCUS_ROWS;
        return true;
    case ACT_FACETS:
        list->focus = FOCUS_FACETS;
        return true;
    case ACT_CANCEL:
        lineedit_set(&list->query, span_of(list->query_before));
        list->focus = FOCUS_ROWS;
        ask(list);
        return true;
    case ACT_HELP:
        return false;
    default:
        if (lineedit_act(&list->query, act))
            ask(list);
        return true;
    }
}

static bool list_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct list *list = (struct list *)page;

    if (list->focus == FOCUS_SEARCH)
        return search_acts(list, act);
    if (list->focus == FOCUS_FACETS)
        return facets_acts(list, session, act);
    settle(list, session);
    return rows_act(list, session, act, key);
}

static void list_type(struct page *page, struct session *session, key_code code,
                      struct span pasted)
{
    struct list *list = (struct list *)page;

    (void)session;
    bool changed = code == K_PASTE ? lineedit_paste(&list->query, pasted)
                                   : lineedit_type(&list->query, code);
    if (changed)
        ask(list);
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
