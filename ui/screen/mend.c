/* SPDX-License-Identifier: MIT */
#include "screen/mend.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "screen/bulk.h"
#include "screen/contact_page.h"
#include "screen/form.h"
#include "screen/mend_list.h"
#include "screen/rows.h"
#include "screen/textview.h"
#include "screen/why.h"
#include "screen/words.h"

enum { LOOK_BACK = 200 }; /* so far back an undo is noticed */

enum done { DONE_NOT, DONE_MENDED, DONE_KEPT, DONE_SKIPPED, DONE_COUNT };

struct mend {
    struct page page;
    uint32_t *ids; /* of mend_list; looked at again before each is shown */
    size_t n, at;
    size_t shown;  /* whose address and reason these are; n: nobody's */
    uint8_t *done; /* an enum done for each, */
    uint64_t *was; /* and the address it had then, as a hash */
    size_t sums[DONE_COUNT];
    bool stale;
    bool others; /* made it so */
    bool wait; /* looked back at: stays though it is not invalid any more */
    struct str address, folded, suggestion;
    enum state state;
    struct textview view;
};

static enum place mend_place(const struct page *page)
{
    (void)page;
    return PLACE_MEND;
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

static void set_done(struct mend *mend, size_t at, enum done done)
{
    mend->sums[mend->done[at]]--;
    mend->sums[done]++;
    mend->done[at] = (uint8_t)done;
}

static uint64_t hash_of(struct span folded)
{
    return hash_bytes(folded.at, folded.n, 0);
}

/* What is shown was done. */
static void set_done_now(struct mend *mend, enum done done)
{
    set_done(mend, mend->at, done);
    mend->was[mend->at] = hash_of(span_of_str(&mend->folded));
}

/* Back to what was done and has been taken back since: it has its old address again. */
static void find_undone(struct mend *mend, struct txn *txn, int64_t now)
{
    struct row row = {0};
    size_t least = mend->at > LOOK_BACK ? mend->at - LOOK_BACK : 0;

    for (size_t i = mend->at; i-- > least;)
        if ((mend->done[i] == DONE_MENDED || mend->done[i] == DONE_KEPT) &&
            row_load(&row, txn, mend->ids[i], now) && mend_is_due(txn, &row) &&
            hash_of(row.contact.folded) == mend->was[i]) {
            set_done(mend, i, DONE_NOT);
            mend->at = i;
        }
    row_free(&row);
}

/* Finds the next that is due; at the end of the list `at` is n. Whoever mended those passed over, in
 * the form, with their whole domain, or a colleague: they are mended. */
static void refresh(struct mend *mend, struct session *session)
{
    struct row row = {0};
    int64_t now = date_now();
    struct txn *txn = session_read(session);

    mend->stale = false;
    if (!txn)
        return;
    find_undone(mend, txn, now);
    for (; mend->at < mend->n; mend->at++) {
        bool there = row_load(&row, txn, mend->ids[mend->at], now);
        if (there && (mend->wait || mend_is_due(txn, &row)))
            break;
        if (there && row.standing.state != STATE_INVALID && mend->at == mend->shown)
            set_done_now(mend, DONE_MENDED);
        else if (there && row.standing.state != STATE_INVALID)
            set_done(mend, mend->at, DONE_MENDED);
        mend->wait = false;
    }
    if (mend->at < mend->n)
        show(mend, txn, &row, now);
    mend->shown = mend->at;
    mend->others = false;
    row_free(&row);
    txn_end(txn);
}

static void sums(const struct mend *mend, struct str *out)
{
    size_t left = mend->n - mend->at;
    const size_t *n = mend->sums;

    words_counted(ngettext("%s mended, ", "%s mended, ", n[DONE_MENDED]), n[DONE_MENDED], out);
    if (n[DONE_KEPT])
        words_counted(ngettext("%s stays invalid, ", "%s stay invalid, ", n[DONE_KEPT]),
                      n[DONE_KEPT], out);
    if (n[DONE_SKIPPED])
        words_counted(ngettext("%s skipped, ", "%s skipped, ", n[DONE_SKIPPED]), n[DONE_SKIPPED],
                      out);
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
        set_done_now(mend, DONE_MENDED);
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

    if (mend->state != STATE_INVALID) {
        session_complain(session, "%s", _("it is not invalid any more: n goes on"));
        return;
    }
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
        set_done_now(mend, DONE_KEPT);
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
    if (mend->stale) { /* keys may be typed ahead of what is drawn */
        size_t shown = mend->at;
        bool others = mend->others;
        refresh(mend, session);
        if (others && mend->at != shown)
            return true; /* but are not meant for what somebody else brought up */
    }
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
        if (mend->done[mend->at] == DONE_NOT)
            set_done(mend, mend->at, DONE_SKIPPED);
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
    case ACT_COPY_ROW:
        list_copy(session, mend->ids[mend->at], act == ACT_COPY_ROW);
        return true;
    default:
        return textview_act(&mend->view, act, draw_rows() - 7);
    }
}

static void mend_changed(struct page *page, struct session *session)
{
    struct mend *mend = (struct mend *)page;

    mend->others = !mend->stale;
    mend->stale = true;
    session->dirty = true;
}

static void mend_free(struct page *page)
{
    struct mend *mend = (struct mend *)page;

    free(mend->ids);
    free(mend->done);
    free(mend->was);
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

void mend_open(struct session *session, struct list *list)
{
    struct mend *mend = alloc_zero(1, sizeof *mend);

    mend->page.ops = &mend_ops;
    mend->ids = mend_list(session, list, &mend->n);
    if (mend->n) {
        mend->done = alloc_zero(mend->n, sizeof *mend->done);
        mend->was = alloc_zero(mend->n, sizeof *mend->was);
        mend->sums[DONE_NOT] = mend->n;
        mend->shown = mend->n;
        mend->stale = true;
        session_push(session, &mend->page);
    } else {
        session_say(session, "%s", _("none of these is invalid: nothing to mend"));
        mend_free(&mend->page);
    }
}
