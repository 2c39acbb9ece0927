/* SPDX-License-Identifier: MIT */
#include "screen/mend.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "screen/bulk.h"
#include "screen/contact_page.h"
#include "screen/form.h"
#include "screen/rows.h"
#include "screen/textview.h"
#include "screen/why.h"
#include "screen/words.h"
#include "store/contacts.h"
#include "store/search.h"

enum { LONG_LIST = 50000 }; /* looking at each would take longer than a frame */

struct mend {
    struct page page;
    uint32_t *ids; /* invalid when mending began; looked at again before each is shown */
    size_t n, at;
    size_t mended, kept, skipped;
    size_t last;   /* the newest mended by y, counted from 1; 0: none */
    bool stale;
    bool wait;     /* looked back at: stays though it is not invalid any more */
    struct str address, folded, suggestion;
    enum state state;
    struct textview view;
};

static enum place mend_place(const struct page *page)
{
    (void)page;
    return PLACE_MEND;
}

/* Who is still to be mended: invalid, and not because a person said so. */
static bool is_due(const struct row *row)
{
    return row->standing.state == STATE_INVALID && row->standing.reason != REASON_manual;
}

static void show(struct mend *mend, struct txn *txn, const struct row *row, int64_t now)
{
    struct str text = {0}, bytes = {0}, domain = {0};
    struct evidence evidence;
    struct textview *view = &mend->view;

    str_clear(&mend->address);
    str_add(&mend->address, row->contact.address);
    str_clear(&mend->folded);
    str_add(&mend->folded, row->contact.folded);
    str_clear(&mend->suggestion);
    mend->state = row->standing.state;
    textview_clear(view);
    view->top = 0;
    struct span company = contact_field(&row->contact, SPAN("company"));
    textview_add(view, STYLE_NORMAL, 0, row->contact.name);
    if (company.n)
        textview_add(view, STYLE_NORMAL, 0, company);
    textview_words(view, STYLE_NORMAL, 0, "");
    why_standing(&row->standing, now, &text);
    textview_add(view, draw_state_style(row->standing.state), 0, span_of_str(&text));
    if (why_deciding(txn, row->contact.folded, &row->standing, &evidence, &bytes)) {
        str_clear(&text);
        why_evidence(&evidence, &text);
        textview_add(view, STYLE_NORMAL, 0, span_of_str(&text));
    }
    if (row->standing.state == STATE_INVALID && bulk_suggest(txn, row->contact.folded, &domain)) {
        ptrdiff_t at = span_find_last(row->contact.address, '@');
        str_add(&mend->suggestion, span_cut(row->contact.address, 0, (size_t)at + 1));
        str_add(&mend->suggestion, span_of_str(&domain));
    }
    str_free(&text);
    str_free(&bytes);
    str_free(&domain);
}

/* Finds the next that is due; at the end of the list `at` is n. */
static void refresh(struct mend *mend, struct session *session)
{
    struct row row = {0};
    int64_t now = date_now();
    struct txn *txn = session_read(session);

    mend->stale = false;
    if (!txn)
        return;
    if (mend->last && row_load(&row, txn, mend->ids[mend->last - 1], now) && is_due(&row)) {
        mend->at = mend->last - 1; /* taken back: here it is again */
        mend->mended--;
        mend->last = 0;
    }
    for (; mend->at < mend->n; mend->at++) {
        if (row_load(&row, txn, mend->ids[mend->at], now) && (mend->wait || is_due(&row)))
            break;
        mend->wait = false;
    }
    if (mend->at < mend->n)
        show(mend, txn, &row, now);
    row_free(&row);
    txn_end(txn);
}

static void sums(const struct mend *mend, struct str *out)
{
    size_t left = mend->n - mend->at;

    words_counted(ngettext("%s mended, ", "%s mended, ", mend->mended), mend->mended, out);
    if (mend->kept)
        words_counted(ngettext("%s stays invalid, ", "%s stay invalid, ", mend->kept), mend->kept,
                      out);
    if (mend->skipped)
        words_counted(ngettext("%s skipped, ", "%s skipped, ", mend->skipped), mend->skipped, out);
    words_counted(ngettext("%s left", "%s left", left), left, out);
}

static void mend_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct mend *mend = (struct mend *)page;
    struct str text = {0};
    int columns = draw_columns(), row = 5;

    if (mend->stale)
        refresh(mend, session);
    sums(mend, &text);
    draw_blank(0, 0, columns, STYLE_BAR);
    int used = draw_words(0, 1, columns - 2, STYLE_BAR, _("Mending"));
    draw_text(0, used + 4, columns - used - 5, STYLE_BAR, span_of_str(&text));
    str_free(&text);
    *y = 2;
    *x = 2;
    if (mend->at >= mend->n) {
        draw_words(2, 2, columns - 4, STYLE_BOLD, _("That is all of them."));
        draw_words(4, 2, columns - 4, STYLE_NORMAL,
                   _("q goes back to the list. u takes back the last step."));
        return;
    }
    draw_text(2, 2, columns - 4, STYLE_BOLD, span_of_str(&mend->address));
    if (mend->suggestion.n) {
        used = draw_words(3, 2, columns - 4, STYLE_GOOD, "→ ");
        draw_text(3, 2 + used, columns - 4 - used, STYLE_GOOD, span_of_str(&mend->suggestion));
    } else {
        draw_words(3, 2, columns - 4, STYLE_DIM,
                   mend->state == STATE_INVALID ? _("(no suggestion: e edits, i says it is dead)")
                                                : _("(not invalid any more)"));
    }
    textview_draw(&mend->view, (struct area){row, 2, draw_rows() - row - 2, columns - 4});
}

static void next(struct mend *mend)
{
    mend->at += mend->at < mend->n;
    mend->wait = false;
    mend->stale = true;
}

static void take(struct mend *mend, struct session *session)
{
    struct outcome outcome = {0};
    struct error error = {0};
    struct str command = {0};
    struct contact_edit edit = {.address = span_of_str(&mend->suggestion)};

    if (!mend->suggestion.n) {
        session_complain(session, "%s", _("there is no suggestion: e edits"));
        return;
    }
    str_add_text(&command, "zwrotka edit ");
    words_quote(span_of_str(&mend->address), &command);
    str_add_text(&command, " --address ");
    words_quote(span_of_str(&mend->suggestion), &command);
    struct actor actor = session_actor(session, str_text(&command));
    session_busy(session, _("saving…"));
    enum result result = action_edit(session_store(session), &actor, mend->ids[mend->at], &edit, 0,
                                     false, &outcome, &error);
    if (result == RESULT_OK) {
        session_remember(session, str_text(&command));
        session_say(session, _("Now %s. u takes it back.   (%s)"), str_text(&mend->suggestion),
                    str_text(&command));
        mend->mended++;
        mend->last = mend->at + 1;
        next(mend);
    } else {
        session_complain(session, "%s", error.text);
    }
    outcome_free(&outcome);
    str_free(&command);
}

static void keep(struct mend *mend, struct session *session)
{
    struct outcome outcome = {0};
    struct error error = {0};
    struct str command = {0};
    struct target target = {.ids = &mend->ids[mend->at], .n = 1};

    str_add_text(&command, "zwrotka mark invalid id:");
    str_addf(&command, "%u", mend->ids[mend->at]);
    struct actor actor = session_actor(session, str_text(&command));
    session_busy(session, _("saving…"));
    enum result result =
        action_mark(session_store(session), &actor, STATE_INVALID, &target, &outcome, &error);
    if (result == RESULT_OK || result == RESULT_NO) {
        if (outcome.changed)
            session_remember(session, str_text(&command));
        session_say(session, _("%s stays invalid.   (%s)"), str_text(&mend->address),
                    str_text(&command));
        mend->kept++;
        next(mend);
    } else {
        session_complain(session, "%s", error.text);
    }
    outcome_free(&outcome);
    str_free(&command);
}

static void back(struct mend *mend, struct session *session)
{
    if (!mend->at) {
        session_say(session, "%s", _("that is the first"));
        return;
    }
    mend->at--;
    mend->wait = true;
    mend->stale = true;
}

static bool mend_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct mend *mend = (struct mend *)page;

    (void)key;
    if (mend->stale) /* keys may be typed ahead of what is drawn */
        refresh(mend, session);
    if (act == ACT_PREVIOUS) {
        back(mend, session);
        return true;
    }
    if (mend->at >= mend->n)
        return textview_act(&mend->view, act, 1);
    switch (act) {
    case ACT_YES:
        take(mend, session);
        return true;
    case ACT_NO:
        mend->skipped++;
        next(mend);
        return true;
    case ACT_KEEP:
        keep(mend, session);
        return true;
    case ACT_EDIT:
        form_open(session, mend->ids[mend->at]);
        return true;
    case ACT_OPEN:
        contact_open(session, mend->ids[mend->at]);
        return true;
    case ACT_DOMAIN:
        bulk_domain(session, mend->ids[mend->at]);
        return true;
    case ACT_DNS:
        bulk_dns(session, mend->ids[mend->at]);
        return true;
    case ACT_ORIGINAL:
        original_open(session, span_of_str(&mend->folded));
        return true;
    case ACT_COPY:
        session_copy(session, span_of_str(&mend->address));
        return true;
    default:
        return textview_act(&mend->view, act, draw_rows() - 7);
    }
}

static void mend_changed(struct page *page, struct session *session)
{
    struct mend *mend = (struct mend *)page;
    struct row row = {0};
    struct txn *txn = session_read(session);

    /* Edited in the form, or with its whole domain: mended, if it is another address now. */
    if (txn && mend->at < mend->n && !mend->wait && !mend->stale &&
        row_load(&row, txn, mend->ids[mend->at], date_now()) && !is_due(&row) &&
        !span_equal(row.contact.folded, span_of_str(&mend->folded)))
        mend->mended++;
    row_free(&row);
    txn_end(txn);
    mend->stale = true;
    session->dirty = true;
}

static void mend_free(struct page *page)
{
    struct mend *mend = (struct mend *)page;

    free(mend->ids);
    str_free(&mend->address);
    str_free(&mend->folded);
    str_free(&mend->suggestion);
    textview_free(&mend->view);
    free(mend);
}

static const struct page_ops mend_ops = {
    .place = mend_place,
    .draw = mend_draw,
    .act = mend_act,
    .changed = mend_changed,
    .free = mend_free,
};

static size_t collect(struct mend *mend, struct txn *txn, const uint32_t *ids, size_t n)
{
    struct row row = {0};
    int64_t now = date_now();

    mend->ids = alloc((n ? n : 1) * sizeof *ids);
    for (size_t i = 0; i < n; i++)
        if (contacts_state(txn, ids[i]) == STATE_INVALID && row_load(&row, txn, ids[i], now) &&
            is_due(&row))
            mend->ids[mend->n++] = ids[i];
    row_free(&row);
    return mend->n;
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

/* The invalid ones of a long list, by a search for them alone; NULL if it cannot be asked so. */
static uint32_t *search_invalid(struct session *session, struct list *list, size_t *n)
{
    struct txn *txn = session_read(session);
    struct query *query;
    struct str text = {0};
    uint32_t *ids = NULL;

    str_add(&text, list_query(list));
    str_add_text(&text, " state:invalid");
    if (txn && query_parse(span_of_str(&text), date_now(), &query, NULL) == RESULT_OK)
        search_all(txn, query, date_now(), &ids, n, NULL);
    str_free(&text);
    txn_end(txn);
    return ids;
}

void mend_open(struct session *session, struct list *list)
{
    struct mend *mend = alloc_zero(1, sizeof *mend);
    size_t n = session->selection.n;
    uint32_t *ids = selection_ids(&session->selection);

    mend->page.ops = &mend_ops;
    bool found = !ids && hits_count(&list->hits) > LONG_LIST &&
                 (ids = search_invalid(session, list, &n)) != NULL;
    if (!ids)
        ids = from_cursor(list, &n);
    struct txn *txn = session_read(session);
    if (found) { /* who is not due is passed over when it comes to it */
        mend->ids = ids;
        mend->n = n;
        ids = NULL;
    }
    if (txn && (found ? n > 0 : collect(mend, txn, ids, n) > 0)) {
        mend->stale = true;
        session_push(session, &mend->page);
    } else {
        session_say(session, "%s", _("none of these is invalid: nothing to mend"));
        mend_free(&mend->page);
    }
    txn_end(txn);
    free(ids);
}
