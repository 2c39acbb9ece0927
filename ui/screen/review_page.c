/* SPDX-License-Identifier: MIT
 *
 * Items that say the same by the same server are a row; Enter shows them one by one.
 */
#include "screen/review_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "contact/address.h"
#include "screen/contact_page.h"
#include "screen/review_acts.h"
#include "scan/wavegroup.h"
#include "screen/words.h"
#include "screen/wording.h"
#include "store/evidence.h"

enum { ITEMS_MOST = 100000 };

struct item {
    uint32_t number;
    size_t group;
};

struct group {
    enum hold hold;
    char *server, *wording;
    size_t n, first; /* item */
    bool wave;       /* the wording is ours: what the wave is */
};

struct review {
    struct page page;
    struct item *items;
    size_t n, room;
    struct group *groups;
    size_t group_n, group_room;
    size_t *shown; /* items of the rows: the first of each group, or all of one */
    size_t shown_n;
    bool in;       /* in one group … */
    char *server, *wording; /* … this one */
    enum hold hold;
    size_t cursor, top;
    bool stale;
    struct wavegroups waves; /* what of it are parts of waves */
};

static enum place review_place(const struct page *page)
{
    (void)page;
    return PLACE_REVIEW;
}

/* ---- grouping */

static void forget(struct review *review)
{
    for (size_t i = 0; i < review->group_n; i++) {
        free(review->groups[i].server);
        free(review->groups[i].wording);
    }
    review->group_n = review->n = review->shown_n = 0;
    free(review->shown);
    review->shown = NULL;
}

static size_t group_of(struct review *review, enum hold hold, struct span server,
                       struct span wording)
{
    /* Reports of one wave come together, so the newest groups are looked at first. */
    for (size_t i = review->group_n; i-- > 0;) {
        const struct group *group = &review->groups[i];
        if (group->hold == hold && span_equal_nocase(span_of(group->server), server) &&
            span_equal_nocase(span_of(group->wording), wording))
            return i;
    }
    ALLOC_GROW(review->groups, review->group_n, review->group_room);
    review->groups[review->group_n] =
        (struct group){hold, span_copy(server), span_copy(wording), 0, review->n, false};
    return review->group_n++;
}

static void add_item(struct review *review, struct txn *txn, const struct review_item *item)
{
    struct evidence evidence;
    struct str server = {0}, wording = {0};

    const struct wavegroup *wave = wavegroups_of(&review->waves, item->number);
    if (wave)
        str_add_text(&server, wave->name);
    else if (item->evidence &&
             evidence_get(txn, item->folded, item->time, item->evidence, &evidence))
        str_add(&server, evidence.mta);
    if (wave)
        str_add_text(&wording, wave->words);
    else
        wording_of(item->text, &wording);
    size_t group = group_of(review, item->hold, span_of_str(&server), span_of_str(&wording));
    review->groups[group].n++;
    review->groups[group].wave = wave != NULL;
    ALLOC_GROW(review->items, review->n, review->room);
    review->items[review->n++] = (struct item){item->number, group};
    str_free(&server);
    str_free(&wording);
}

static bool is_in(const struct review *review, const struct group *group)
{
    return group->hold == review->hold && strcmp(group->server, review->server) == 0 &&
           strcmp(group->wording, review->wording) == 0;
}

static void show(struct review *review)
{
    review->shown = alloc_zero(review->n + 1, sizeof *review->shown);
    review->shown_n = 0;
    for (size_t i = 0; i < review->n; i++) {
        const struct group *group = &review->groups[review->items[i].group];
        if (review->in ? is_in(review, group) : group->first == i)
            review->shown[review->shown_n++] = i;
    }
    if (review->in && !review->shown_n) { /* all of them are decided */
        review->in = false;
        free(review->shown);
        show(review);
    }
    if (review->cursor >= review->shown_n)
        review->cursor = review->shown_n ? review->shown_n - 1 : 0;
}

static void load(struct review *review, struct session *session)
{
    struct txn *txn = session_read(session);
    struct review_item item;
    uint32_t from = 0;

    review->stale = false;
    if (!txn)
        return;
    forget(review);
    wavegroups_free(&review->waves);
    wavegroups_load(txn, session->context->config, &review->waves);
    while (review->n < ITEMS_MOST && review_from(txn, from, &item)) {
        from = item.number + 1;
        add_item(review, txn, &item);
    }
    txn_end(txn);
    show(review);
}

/* ---- drawing */

static void draw_address(struct span folded, int y, int x, int width, enum style style)
{
    struct str text = {0};
    struct span domain = address_domain(folded);

    str_add(&text, span_cut(folded, 0, folded.n - domain.n));
    address_domain_unicode(domain, &text);
    draw_text(y, x, width, style, span_of_str(&text));
    str_free(&text);
}

static void draw_item(const struct review *review, const struct review_item *item,
                      const struct group *group, int y, int width, enum style style)
{
    struct str text = {0};
    int who = width / 3 < 40 ? width / 3 : 40;

    draw_blank(y, 0, width, style);
    if (review->in || group->n == 1) {
        char date[16];
        date_short(item->time, date_now(), date);
        draw_words(y, 1, 10, style, date);
    } else {
        str_add_text(&text, "× ");
        words_number(group->n, &text);
        draw_text(y, 1, 10, style, span_of_str(&text));
    }
    draw_words(y, 12, 11, style, hold_name(item->hold));
    if (!review->in && group->n > 1)
        draw_words(y, 24, who, style, group->server[0] ? group->server : "");
    else if (item->folded.n)
        draw_address(item->folded, y, 24, who, style);
    else
        draw_words(y, 24, who, style, _("(names nobody)"));
    draw_text(y, 25 + who, width - 26 - who, style,
              !review->in && group->n > 1 && group->wording[0] ? span_of(group->wording)
                                                                : item->text);
    str_free(&text);
}

static void draw_head(const struct review *review)
{
    struct str text = {0};
    int columns = draw_columns();

    words_number(review->in ? review->shown_n : review->n, &text);
    draw_blank(0, 0, columns, STYLE_BAR);
    if (review->in && review->hold == HOLD_WAVE)
        draw_format(0, 1, columns - 2, STYLE_BAR, _("Review: %s"), review->wording);
    else if (review->in)
        draw_format(0, 1, columns - 2, STYLE_BAR, _("Review: %s with this wording: %s"),
                    str_text(&text), review->wording);
    else
        draw_format(0, 1, columns - 2, STYLE_BAR,
                    _("Review: %s that the scan would not decide alone"), str_text(&text));
    str_free(&text);
}

static void draw_foot(const struct review_item *item, const struct group *group, bool in, int y)
{
    int columns = draw_columns();
    struct str text = {0};

    draw_words(y, 1, columns - 2, STYLE_BOLD,
               group->wave ? group->wording : hold_words(item->hold));
    draw_text(y + 1, 1, columns - 2, STYLE_NORMAL, item->text);
    if (!in && group->n > 1) {
        words_number(group->n, &text);
        draw_format(y + 2, 1, columns - 2, STYLE_NORMAL,
                    group->wave ? _("Enter shows these %s, a believes them, d drops them")
                                : _("%s with this wording: Enter shows them, h s i teach a rule"),
                    str_text(&text));
    }
    str_free(&text);
}

static void review_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct review *review = (struct review *)page;
    struct review_item item;
    int columns = draw_columns(), rows = draw_rows() - 7;

    if (review->stale)
        load(review, session);
    draw_head(review);
    *y = 2;
    *x = 0;
    if (!review->n) {
        draw_words(2, 1, columns - 2, STYLE_NORMAL, _("Nothing to review."));
        return;
    }
    if (review->cursor < review->top)
        review->top = review->cursor;
    if (review->cursor >= review->top + (size_t)rows)
        review->top = review->cursor - (size_t)rows + 1;
    struct txn *txn = session_read(session);
    for (int i = 0; txn && i < rows && review->top + (size_t)i < review->shown_n; i++) {
        size_t at = review->top + (size_t)i;
        const struct item *row = &review->items[review->shown[at]];
        const struct group *group = &review->groups[row->group];
        bool cursor = at == review->cursor;
        if (!review_get(txn, row->number, &item))
            continue;
        draw_item(review, &item, group, 2 + i, columns, cursor ? STYLE_CURSOR : STYLE_NORMAL);
        if (cursor) {
            *y = 2 + i;
            draw_foot(&item, group, review->in, rows + 3);
        }
    }
    txn_end(txn);
}

/* ---- acting */

static void enter(struct review *review, const struct group *group)
{
    free(review->server);
    free(review->wording);
    review->in = true;
    review->hold = group->hold;
    review->server = alloc_text(group->server);
    review->wording = alloc_text(group->wording);
    review->cursor = review->top = 0;
    review->stale = true;
}

/* Those that the row under the cursor stands for. */
static struct review_some some_of(const struct review *review, bool group)
{
    const struct item *item = &review->items[review->shown[review->cursor]];
    const struct group *of = &review->groups[item->group];
    struct review_some some = {.wording = of->wave ? "" : of->wording, .wave = of->wave && group};

    some.numbers = alloc_zero(review->n, sizeof *some.numbers);
    for (size_t i = 0; i < review->n; i++)
        if (group ? review->items[i].group == item->group : &review->items[i] == item)
            some.numbers[some.n++] = review->items[i].number;
    return some;
}

static void act_on(struct review *review, struct session *session, enum act act)
{
    struct review_item item;
    unsigned char digest[DIGEST_BYTES];
    const struct item *row = &review->items[review->shown[review->cursor]];
    const struct group *group = &review->groups[row->group];
    bool many = !review->in && group->n > 1;
    struct txn *txn = session_read(session);

    if (!txn)
        return;
    bool found = review_get(txn, row->number, &item);
    bool named = found && item.folded.n;
    if (found)
        memcpy(digest, item.digest, sizeof digest);
    txn_end(txn);
    if (!found) {
        session_say(session, "%s", _("somebody has decided it"));
        review->stale = true;
    } else if (act == ACT_OPEN && many) {
        enter(review, group);
    } else if (act == ACT_ORIGINAL || act == ACT_OPEN) {
        original_open_digest(session, digest);
    } else if (act == ACT_ACCEPT && !named && many) {
        enter(review, group);
        session_say(session, "%s", _("these name nobody: a asks about each whom it means"));
    } else {
        bool teaches = act == ACT_HARD || act == ACT_SOFT || act == ACT_IGNORE;
        struct review_some some = some_of(review, many || teaches);
        if (teaches)
            review_teach(session, &some, act, named);
        else
            review_decide(session, &some, act == ACT_ACCEPT, named);
        free(some.numbers);
        review->stale = true;
    }
}

static void copy(struct review *review, struct session *session, bool whole)
{
    struct txn *txn = session_read(session);
    struct review_item item;
    struct str text = {0};

    if (txn && review_get(txn, review->items[review->shown[review->cursor]].number, &item)) {
        str_add(&text, item.folded);
        if (whole)
            str_addf(&text, "\t%s\t%.*s", hold_name(item.hold), SPAN_ARGS(item.text));
    }
    txn_end(txn);
    if (text.n)
        session_copy(session, span_of_str(&text));
    else
        session_say(session, "%s", _("it names nobody"));
    str_free(&text);
}

static bool moves(struct review *review, enum act act)
{
    size_t rows = draw_rows() > 9 ? (size_t)draw_rows() - 8 : 1;
    size_t last = review->shown_n ? review->shown_n - 1 : 0, at = review->cursor;

    if (act == ACT_UP)
        at -= at > 0;
    else if (act == ACT_DOWN)
        at++;
    else if (act == ACT_PAGE_UP)
        at -= at > rows ? rows : at;
    else if (act == ACT_PAGE_DOWN)
        at += rows;
    else if (act == ACT_TOP)
        at = 0;
    else if (act == ACT_BOTTOM)
        at = last;
    else
        return false;
    review->cursor = at < last ? at : last;
    return true;
}

static bool review_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct review *review = (struct review *)page;

    (void)key;
    if (review->stale) /* keys may be typed ahead of what is drawn */
        load(review, session);
    if (moves(review, act))
        return true;
    switch (act) {
    case ACT_ACCEPT:
    case ACT_DISMISS:
    case ACT_ORIGINAL:
    case ACT_OPEN:
    case ACT_HARD:
    case ACT_SOFT:
    case ACT_IGNORE:
        if (review->shown_n)
            act_on(review, session, act);
        return true;
    case ACT_COPY:
    case ACT_COPY_ROW:
        if (review->shown_n)
            copy(review, session, act == ACT_COPY_ROW);
        return true;
    case ACT_REVIEW:
        return true; /* we are there */
    case ACT_CLOSE:
        if (!review->in)
            return false;
        review->in = false;
        review->cursor = review->top = 0;
        review->stale = true;
        return true;
    default:
        return false;
    }
}

static void review_changed(struct page *page, struct session *session)
{
    ((struct review *)page)->stale = true;
    session->dirty = true;
}

static void review_free(struct page *page)
{
    struct review *review = (struct review *)page;

    forget(review);
    wavegroups_free(&review->waves);
    free(review->items);
    free(review->groups);
    free(review->server);
    free(review->wording);
    free(review);
}

static const struct page_ops review_ops = {
    .place = review_place,
    .draw = review_draw,
    .act = review_act,
    .changed = review_changed,
    .free = review_free,
};

void review_open(struct session *session)
{
    struct review *review = alloc_zero(1, sizeof *review);

    review->page.ops = &review_ops;
    review->stale = true;
    session_push(session, &review->page);
}
