/* SPDX-License-Identifier: MIT */
#include "screen/tabs.h"

#include "base/text.h"
#include "base/utf8.h"
#include "screen/draw.h"
#include "screen/words.h"
#include "store/counts.h"
#include "store/evidence.h"

/* From the fullest form to the shortest. */
enum form { FORM_LONG, FORM_SHORT, FORM_BARE, FORM_COUNT };

enum { TABS_MAX = VIEW_COUNT + VIEWS_OWN_MAX, GAP = 2 };

struct tabs {
    struct str texts[TABS_MAX];
    int widths[TABS_MAX];
    size_t n, own; /* how many are built in */
    size_t shown;  /* whose query that of the list is; n: nobody's */
};

static uint64_t count(const struct list *list, struct txn *txn, size_t view)
{
    switch (view) {
    case VIEW_REVIEW:
        return review_count(txn);
    case VIEW_INVALID:
        return counts_get(txn, COUNT_STATE, STATE_INVALID, SPAN(""));
    case VIEW_SUSPECT:
        return counts_get(txn, COUNT_STATE, STATE_SUSPECT, SPAN(""));
    case VIEW_NEW:
        return list->recent.known ? list->recent.n : 0;
    default:
        return 0;
    }
}

static void add(struct tabs *tabs, const char *title, uint64_t n)
{
    struct str *text = &tabs->texts[tabs->n];

    str_clear(text);
    str_addf(text, "%zu %s", (tabs->n + 1) % 10, title);
    if (n) {
        str_add_char(text, ' ');
        words_number(n, text);
    }
    tabs->widths[tabs->n++] = (int)utf8_width(span_of_str(text));
}

static void make(struct tabs *tabs, const struct list *list, const struct session *session,
                 struct txn *txn, enum form form)
{
    struct span query = list_query(list);
    int own = views_find(&session->views, query);

    tabs->n = 0;
    tabs->shown = TABS_MAX;
    for (size_t i = 0; i < VIEW_COUNT; i++) {
        const struct list_view *view = &list_views[i];
        add(tabs, _(form == FORM_LONG ? view->title : view->shorter),
            form == FORM_BARE ? 0 : count(list, txn, i));
        if (view->query && span_equal(query, span_of(view->query)))
            tabs->shown = i;
    }
    tabs->own = tabs->n;
    for (size_t i = 0; i < session->views.n; i++)
        add(tabs, session->views.rows[i].name, 0);
    if (own >= 0)
        tabs->shown = tabs->own + (size_t)own;
}

/* How many fit in `columns`, from the `first` on. */
static size_t fitting(const struct tabs *tabs, size_t first, int columns)
{
    size_t i = first;

    for (int used = 0; i < tabs->n && used + tabs->widths[i] <= columns; i++)
        used += tabs->widths[i] + GAP;
    return i - first;
}

/* The fullest form in which all that has to be seen fits; *first is not 0 where no form does. */
static void choose(struct tabs *tabs, const struct list *list, const struct session *session,
                   struct txn *txn, int columns, size_t *first)
{
    *first = 0;
    for (int form = FORM_LONG; form < FORM_COUNT; form++) {
        make(tabs, list, session, txn, (enum form)form);
        size_t fit = fitting(tabs, 0, columns);
        bool shown = tabs->shown >= tabs->n || fit > tabs->shown;
        if (shown && (session->views.n == 0 || fit == tabs->n))
            return;
    }
    if (tabs->shown < tabs->n)
        while (*first < tabs->shown && *first + fitting(tabs, *first, columns - (*first ? GAP : 0)) <= tabs->shown)
            ++*first;
}

void tabs_draw(struct list *list, struct session *session, struct txn *txn, int row)
{
    struct tabs tabs = {0};
    struct str help = {0};
    int columns = draw_columns();
    int right = columns - 3 - (int)utf8_width(span_of(_("help")));
    int x = 1, room = right - 1 - GAP - x; /* with one cell for what tells of more */
    size_t first;

    choose(&tabs, list, session, txn, room, &first);
    size_t last = first + fitting(&tabs, first, room - (first ? GAP : 0));
    if (first)
        x += draw_words(row, x, GAP, STYLE_DIM, "‹ ");
    for (size_t i = first; i < last; i++) {
        draw_text(row, x, tabs.widths[i], i == tabs.shown ? STYLE_BOLD : STYLE_NORMAL,
                  span_of_str(&tabs.texts[i]));
        x += tabs.widths[i] + GAP;
    }
    if (last < tabs.n && session->views.n)
        draw_words(row, x - 1, 1, STYLE_DIM, "›");
    str_addf(&help, "? %s", _("help"));
    draw_hints(row, right, columns - right - 1, span_of_str(&help));
    str_free(&help);
    for (size_t i = 0; i < TABS_MAX; i++)
        str_free(&tabs.texts[i]);
}
