/* SPDX-License-Identifier: MIT */
#include "screen/review_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "screen/bulk.h"
#include "screen/contact_page.h"
#include "screen/prompt.h"
#include "screen/words.h"
#include "scan/wavegroup.h"
#include "store/evidence.h"

enum { ITEMS_MOST = 100000 };

struct review {
    struct page page;
    uint32_t *numbers;
    size_t n, room;
    size_t cursor, top;
    bool stale;
    struct wavegroups waves; /* what of it are parts of waves */
};

static enum place review_place(const struct page *page)
{
    (void)page;
    return PLACE_REVIEW;
}

static void load(struct review *review, struct session *session)
{
    struct txn *txn = session_read(session);
    struct review_item item;
    uint32_t from = 0;

    review->stale = false;
    if (!txn)
        return;
    review->n = 0;
    wavegroups_free(&review->waves);
    wavegroups_load(txn, session->context->config, &review->waves);
    while (review->n < ITEMS_MOST && review_from(txn, from, &item)) {
        ALLOC_GROW(review->numbers, review->n, review->room);
        review->numbers[review->n++] = item.number;
        from = item.number + 1;
    }
    txn_end(txn);
    if (review->cursor >= review->n)
        review->cursor = review->n ? review->n - 1 : 0;
}

static void draw_item(const struct review_item *item, int y, int width, enum style style,
                      int64_t now)
{
    char date[16];

    date_short(item->time, now, date);
    draw_blank(y, 0, width, style);
    int who = width / 3 < 40 ? width / 3 : 40;
    draw_words(y, 1, 10, style, date);
    draw_words(y, 12, 11, style, hold_name(item->hold));
    if (item->folded.n)
        draw_text(y, 24, who, style, item->folded);
    else
        draw_words(y, 24, who, style, _("(names nobody)"));
    draw_text(y, 25 + who, width - 26 - who, style, item->text);
}

static void review_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct review *review = (struct review *)page;
    struct review_item item;
    struct str text = {0};
    int columns = draw_columns(), rows = draw_rows() - 7;
    int64_t now = date_now();

    if (review->stale)
        load(review, session);
    draw_blank(0, 0, columns, STYLE_BAR);
    words_number(review->n, &text);
    draw_format(0, 1, columns - 2, STYLE_BAR, _("Review: %s that the scan would not decide alone"),
                str_text(&text));
    str_free(&text);
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
    for (int i = 0; txn && i < rows && review->top + (size_t)i < review->n; i++) {
        size_t at = review->top + (size_t)i;
        bool cursor = at == review->cursor;
        if (!review_get(txn, review->numbers[at], &item))
            continue;
        draw_item(&item, 2 + i, columns, cursor ? STYLE_CURSOR : STYLE_NORMAL, now);
        if (cursor) {
            *y = 2 + i;
            const struct wavegroup *wave = wavegroups_of(&review->waves, item.number);
            draw_words(rows + 3, 1, columns - 2, STYLE_BOLD,
                       wave ? wave->words : hold_words(item.hold));
            draw_text(rows + 4, 1, columns - 2, STYLE_NORMAL, item.text);
        }
    }
    txn_end(txn);
}

static void decide(struct session *session, uint32_t number, bool accept, struct span address)
{
    struct wavegroups waves = {0};
    const uint32_t *numbers = &number;
    size_t n = 1;
    struct outcome outcome = {0};
    struct error error = {0};
    struct str command = {0};

    struct txn *txn = session_read(session);
    if (txn)
        wavegroups_load(txn, session->context->config, &waves);
    txn_end(txn);
    const struct wavegroup *wave = wavegroups_of(&waves, number);
    if (wave) {
        numbers = wave->numbers;
        n = wave->n;
    }
    str_addf(&command, "zwrotka review %s%s %u", accept ? "--accept" : "--dismiss",
             wave ? " --wave" : "", number);
    if (address.n) {
        str_add_text(&command, " --address ");
        words_quote(address, &command);
    }
    struct actor actor = session_actor(session, str_text(&command));
    session_busy(session, _("saving…"));
    enum result result = action_review(session_store(session), &actor, numbers, n, accept, address,
                                       &outcome, &error);
    bulk_said(session, result, &outcome, &error, str_text(&command),
              accept ? _("accepted") : _("dismissed"));
    wavegroups_free(&waves);
    outcome_free(&outcome);
    str_free(&command);
}

static void address_typed(struct session *session, void *arg, struct span typed)
{
    if (typed.n)
        decide(session, *(uint32_t *)arg, true, typed);
}

static void act_on(struct review *review, struct session *session, enum act act)
{
    struct review_item item;
    unsigned char digest[DIGEST_BYTES];
    struct txn *txn = session_read(session);

    if (!txn)
        return;
    uint32_t number = review->numbers[review->cursor];
    bool found = review_get(txn, number, &item);
    bool named = found && item.folded.n;
    if (found)
        memcpy(digest, item.digest, sizeof digest);
    txn_end(txn);
    if (!found) {
        session_say(session, "%s", _("somebody has decided it"));
        review->stale = true;
    } else if (act == ACT_ORIGINAL) {
        original_open_digest(session, digest);
    } else if (act == ACT_ACCEPT && !named) {
        uint32_t *copy = alloc(sizeof *copy);
        *copy = number;
        prompt_open(session, _(" About which address is it? "), SPAN(""), false,
                    address_typed, copy, free);
    } else {
        decide(session, number, act == ACT_ACCEPT, SPAN_NONE);
        review->stale = true;
    }
}

static bool review_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct review *review = (struct review *)page;
    size_t rows = draw_rows() > 9 ? (size_t)draw_rows() - 8 : 1;
    size_t last = review->n ? review->n - 1 : 0;

    (void)key;
    switch (act) {
    case ACT_UP:
        review->cursor -= review->cursor > 0;
        return true;
    case ACT_DOWN:
        review->cursor += review->cursor < last;
        return true;
    case ACT_PAGE_UP:
        review->cursor -= review->cursor > rows ? rows : review->cursor;
        return true;
    case ACT_PAGE_DOWN:
        review->cursor = review->cursor + rows < last ? review->cursor + rows : last;
        return true;
    case ACT_TOP:
        review->cursor = 0;
        return true;
    case ACT_BOTTOM:
        review->cursor = last;
        return true;
    case ACT_ACCEPT:
    case ACT_DISMISS:
    case ACT_ORIGINAL:
        if (review->n)
            act_on(review, session, act);
        return true;
    case ACT_REVIEW:
        return true; /* we are there */
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

    wavegroups_free(&review->waves);
    free(review->numbers);
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
