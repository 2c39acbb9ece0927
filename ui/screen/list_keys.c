/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "base/date.h"
#include "base/text.h"
#include "screen/bulk.h"
#include "screen/contact_page.h"
#include "screen/export_to.h"
#include "screen/form.h"
#include "screen/input.h"
#include "screen/list.h"
#include "screen/mend.h"
#include "screen/merge.h"
#include "screen/prompt.h"
#include "screen/review_page.h"
#include "screen/rows.h"
#include "screen/typos_page.h"

static void go_to(struct list *list, size_t cursor)
{
    size_t n = hits_count(&list->hits);

    list->cursor = n == 0 ? 0 : cursor < n ? cursor : n - 1;
    list->id = hits_at(&list->hits, list->cursor);
}

static bool moves(struct list *list, enum act act)
{
    struct layout layout = list_layout(list);
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
    case ACT_BOTTOM:
        go_to(list, act == ACT_TOP ? 0 : hits_count(&list->hits));
        if (list->hits.next)
            list->id = 0; /* of what comes, too */
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
    } else if (session->selection.n || list->chosen.all) {
        list->chosen.all = false;
        selection_clear(&session->selection);
        session_say(session, "%s", _("nobody selected"));
    } else if (list_query(list).n) {
        list_ask(session, list, SPAN(""));
    } else {
        session_say(session, "%s", _("q leaves"));
    }
}

static void show_view(struct list *list, struct session *session, key_code key)
{
    size_t view = key == '0' ? 9 : key - '1';

    if (view >= VIEW_COUNT) {
        view -= VIEW_COUNT;
        if (view < session->views.n)
            list_ask(session, list, span_of(session->views.rows[view].query));
        else
            session_say(session, "%s", _("no view of your own is here; v keeps the query as one"));
        return;
    }
    if (list_views[view].query)
        list_ask(session, list, span_of(list_views[view].query));
    else
        review_open(session);
}

static void view_named(struct session *session, void *arg, struct span typed)
{
    struct error error;
    struct span query = span_of(arg);

    if (views_put(&session->views, typed, query, &error) != RESULT_OK) {
        session_complain(session, "%s", error.text);
        return;
    }
    size_t key = (VIEW_COUNT + (size_t)views_find(&session->views, query) + 1) % 10;
    if (typed.n)
        session_say(session, _("kept: %zu shows it"), key);
    else
        session_say(session, "%s", _("the view is taken away"));
}

static void save_view(struct list *list, struct session *session)
{
    struct span query = list_query(list);
    int at = views_find(&session->views, query);

    if (!query.n)
        session_say(session, "%s", _("the query is empty"));
    else
        prompt_open(session,
                    at < 0 ? _(" Name of this view: ") : _(" Name of this view (empty: away): "),
                    at < 0 ? SPAN("") : span_of(session->views.rows[at].name), false, view_named,
                    span_copy(query), free);
}

static void percent_typed(struct session *session, void *arg, struct span typed)
{
    struct list *list = session->list;
    uint64_t percent;

    (void)arg;
    if (span_ends(typed, SPAN("%")))
        typed.n--;
    if (!span_number(typed, &percent) || percent > 100) {
        session_complain(session, "%s", _("a number from 0 to 100"));
        return;
    }
    go_to(list, hits_count(&list->hits) * percent / 100);
}

static void merge_two(struct session *session)
{
    uint32_t *ids = selection_ids(&session->selection);

    if (session->selection.n == 2)
        merge_open(session, ids[0], ids[1]);
    else
        session_say(session, "%s", _("select two contacts with Space; & merges them"));
    free(ids);
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
    bool due = list->facets_due;
    list_rerun(list);
    list->facets_due = due; /* the same hits in another order */
}

static void to_search(struct list *list)
{
    free(list->query_before);
    list->query_before = span_copy(list_query(list));
    list->focus = FOCUS_SEARCH;
    lineedit_act(&list->query, ACT_LINE_END);
}

static void drop(struct list *list, struct session *session)
{
    struct str text = {0};

    if (list_query(list).n) {
        query_drop_last(list_query(list), &text);
        lineedit_set(&list->query, span_of_str(&text));
        list_rerun(list);
    } else {
        session_say(session, "%s", _("the query is empty"));
    }
    str_free(&text);
}

void list_copy(struct session *session, uint32_t id, bool whole)
{
    struct txn *txn = id ? session_read(session) : NULL;
    struct row row = {0};
    struct str text = {0};

    if (txn && row_load(&row, txn, id, date_now())) {
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
    case ACT_DNS:
        break;
    default:
        return false;
    }
    if (!list->id && !(session->selection.n && (act == ACT_MARK || act == ACT_TAG))) {
        session_say(session, "%s", _("there is no contact here"));
        return true;
    }
    bool many = session->selection.n && (act == ACT_MARK || act == ACT_TAG);
    size_t n = many ? session->selection.n : 1;
    const uint32_t *target = many ? (ids = selection_ids(&session->selection)) : &list->id;
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
        list_copy(session, list->id, act == ACT_COPY_ROW);
    else if (act == ACT_DNS)
        bulk_dns(session, list->id);
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
    if (contact_acts(list, session, act))
        return true;
    switch (act) {
    case ACT_NEW:
        form_open(session, 0);
        return true;
    case ACT_MEND:
        mend_open(session, list);
        return true;
    case ACT_ALL:
        list_select_all(list, session);
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
    case ACT_SAVE_VIEW:
        save_view(list, session);
        return true;
    case ACT_PANEL:
        list->panel_hidden = !list->panel_hidden;
        return true;
    case ACT_JUMP:
        prompt_open(session, _(" Jump to how many per cent? "), SPAN(""), false, percent_typed,
                    NULL, NULL);
        return true;
    case ACT_EXPORT:
        export_to_open(session, list_query(list), hits_count(&list->hits));
        return true;
    case ACT_MERGE:
        merge_two(session);
        return true;
    case ACT_TYPOS:
        typos_open(session);
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
        if (facets_switch(&list->facets, list_query(list), &text)) {
            lineedit_set(&list->query, span_of_str(&text));
            list_rerun(list);
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
        list_rerun(list);
        return true;
    case ACT_HELP:
        return false;
    default:
        if (lineedit_act(&list->query, act))
            list_rerun(list);
        return true;
    }
}

/* Does it mean what stands under the cursor? A move that comes alone is not worth a wait. */
static bool means_rows(enum act act)
{
    static const enum act acts[] = {ACT_OPEN,   ACT_EDIT, ACT_SELECT,   ACT_RANGE, ACT_MARK,
                                    ACT_TAG,    ACT_COPY, ACT_COPY_ROW, ACT_DNS,   ACT_DOMAIN,
                                    ACT_MEND,   ACT_ALL,  ACT_JUMP,     ACT_EXPORT};
    for (unsigned i = 0; i < sizeof acts / sizeof *acts; i++)
        if (acts[i] == act)
            return true;
    return false;
}

bool list_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct list *list = (struct list *)page;

    if (list->focus == FOCUS_SEARCH)
        return search_acts(list, act);
    if (list->focus == FOCUS_FACETS)
        return facets_acts(list, session, act);
    if (means_rows(act) || input_more())
        list_settle(list, session);
    if (moves(list, act))
        return true;
    if (list->chosen.all && act != ACT_ALL && act != ACT_CANCEL)
        list_select_rest(list, session);
    return rows_act(list, session, act, key);
}
