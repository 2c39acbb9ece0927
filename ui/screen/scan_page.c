/* SPDX-License-Identifier: MIT */
#include "screen/scan_page.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "screen/ask.h"
#include "screen/list.h"
#include "screen/review_page.h"
#include "screen/text_page.h"
#include "screen/words.h"
#include "scan/refusal.h"

/* The order in which operators want to read them. */
static const enum scan_outcome outcomes[OUTCOME_COUNT] = {
    OUTCOME_invalidated, OUTCOME_known, OUTCOME_soft, OUTCOME_complained,
    OUTCOME_corrected,   OUTCOME_old,   OUTCOME_unmatched, OUTCOME_held,
};

enum { MESSAGE_ROWS = 7 }; /* in scan_message_rows */

struct scan_page {
    struct page page;
    bool left;  /* among the messages, */
    int cursor; /* in scan_message_rows; else in outcomes */
};

static enum place scan_place(const struct page *page)
{
    (void)page;
    return PLACE_SCAN;
}

/* With the kinds of messages where there is room. */
static void strip_line(const struct scan_record *record, int64_t now, bool full, struct str *out)
{
    char date[24];

    date_since(record->ended, now, date);
    str_addf(out, "%s  %.*s  ", date, SPAN_ARGS(record->account));
    if (record->good)
        scan_sums_line(&record->sums, full, out);
    else
        str_addf(out, _("failed: %.*s"), SPAN_ARGS(record->trouble));
}

/* The worst of a day's refusals of our own servers. */
static int refusal_draw(struct txn *txn, int y, int last, struct area area, int64_t now)
{
    struct refusals refusals;
    struct str text = {0};

    refusals_load(txn, now - 86400, &refusals);
    if (refusals.n && y < last) {
        refusal_words(&refusals.rows[0], &text);
        draw_text(y++, area.x + 1, area.columns - 2, STYLE_WARN, span_of_str(&text));
    }
    refusals_free(&refusals);
    str_free(&text);
    return y;
}

void scan_strip_draw(struct session *session, struct txn *txn, struct area area)
{
    struct str text = {0};
    struct scan_record record;
    int y = area.y, last = area.y + area.rows;
    int64_t now = date_now();

    if (area.rows > 1)
        draw_rule(y++, area.x, area.columns, STYLE_NORMAL, _("Scans"));
    if (session->scan.running) {
        str_addf(&text, "%s  ", _("now"));
        scan_run_line(&session->scan, &text);
        draw_text(y++, area.x + 1, area.columns - 2, STYLE_BOLD, span_of_str(&text));
    }
    y = refusal_draw(txn, y, last, area, now);
    y = others_draw(session, y, last, area);
    for (size_t i = 0; y < last && scans_get(txn, i, &record); i++, y++) {
        str_clear(&text);
        strip_line(&record, now, true, &text);
        if (utf8_width(span_of_str(&text)) > (size_t)area.columns - 2) {
            str_clear(&text);
            strip_line(&record, now, false, &text);
        }
        draw_text(y, area.x + 1, area.columns - 2, record.good ? STYLE_NORMAL : STYLE_BAD,
                  span_of_str(&text));
    }
    if (!session->scan.running && y < last && y <= area.y + 1 && !scans_get(txn, 0, &record))
        draw_words(y, area.x + 1, area.columns - 2, STYLE_DIM,
                   session->context->config->n ? _("no scan yet: s starts one")
                                               : _("no mailbox yet: :setup adds one"));
    str_free(&text);
}

/* A number, right-aligned, and what it is. */
static void sum_row(int y, int x, int width, enum style style, uint64_t n, const char *words)
{
    struct str number = {0};

    words_number(n, &number);
    draw_blank(y, x, width, style);
    int digits = width < 36 ? 6 : 10;
    draw_right(y, x, digits, style, span_of_str(&number));
    draw_words(y, x + digits + 2, width - digits - 2, style, words);
    str_free(&number);
}

static void messages(const struct scan_page *page, const struct scan_run *run, int y, int x,
                     int width, int *cursor_y, int *cursor_x)
{
    int rule = y + 1 + OUTCOME_COUNT; /* level with the other sum */

    draw_words(y++, x, width, STYLE_BOLD, _("Messages"));
    for (int i = 0; i < MESSAGE_ROWS; i++) {
        const struct scan_sum_row *row = &scan_message_rows[i];
        uint64_t n = scan_sum(&run->sums, row->offset);
        bool cursor = page->left && i == page->cursor;
        if (cursor) {
            *cursor_y = y;
            *cursor_x = x;
        }
        sum_row(y++, x, width, cursor ? STYLE_CURSOR : STYLE_NORMAL, n,
                ngettext(row->one, row->many, n));
    }
    y = rule;
    draw_rule(y++, x + 2, width - 4, STYLE_NORMAL, NULL);
    sum_row(y++, x, width, STYLE_BOLD, run->sums.read,
            ngettext("read", "read", run->sums.read));
    for (const struct scan_sum_row *row = scan_other_rows; row->name; row++) {
        uint64_t n = scan_sum(&run->sums, row->offset);
        if (row->offset != offsetof(struct scan_sums, read) &&
            row->offset != offsetof(struct scan_sums, recipients) && n)
            sum_row(y++, x, width, STYLE_DIM, n, ngettext(row->one, row->many, n));
    }
}

static uint64_t outcome_count(const struct scan_run *run, enum scan_outcome outcome)
{
    static const size_t offsets[OUTCOME_COUNT] = {
#define X(name) [OUTCOME_##name] = offsetof(struct scan_sums, name),
        OUTCOME_TABLE(X)
#undef X
    };
    return run->has_sums ? scan_sum(&run->sums, offsets[outcome]) : run->counts[outcome];
}

static void recipients(const struct scan_page *page, const struct scan_run *run, int y, int x,
                       int width, int *cursor_y, int *cursor_x)
{
    uint64_t all = 0;

    draw_words(y++, x, width, STYLE_BOLD, _("Recipients they name"));
    for (int i = 0; i < OUTCOME_COUNT; i++) {
        uint64_t n = outcome_count(run, outcomes[i]);
        bool cursor = !page->left && i == page->cursor;
        all += n;
        sum_row(y, x, width, cursor ? STYLE_CURSOR : STYLE_NORMAL, n,
                scan_outcome_words(outcomes[i], n));
        if (cursor) {
            *cursor_y = y;
            *cursor_x = x;
        }
        y++;
    }
    draw_rule(y++, x + 2, width - 4, STYLE_NORMAL, NULL);
    sum_row(y, x, width, STYLE_BOLD, all, ngettext("recipient", "recipients", all));
}

static void dry_line(const struct scan_run *run, struct str *out, enum style *style)
{
    if (run->code == 0 || run->code == RESULT_DATA) {
        str_add_text(out, _("A dry run: nothing was changed. s scans now."));
    } else if (run->code == RESULT_CANCELLED) {
        str_add_text(out, _("Cancelled; nothing was changed."));
    } else {
        str_add_text(out, _("It failed; nothing was changed."));
        *style = STYLE_BAD;
    }
}

static void state_line(const struct scan_run *run, struct str *out, enum style *style)
{
    *style = STYLE_BOLD;
    if (run->known && run->dry && !run->running) {
        dry_line(run, out, style);
    } else if (!run->known) {
        str_add_text(out, _("No scan was started from here. s starts one."));
    } else if (run->running) {
        str_add_text(out, run->cancelling ? _("Ending… ") : _("Scanning… "));
        str_add_text(out, _("read "));
        words_number(run->read, out);
        if (run->total) {
            str_add_text(out, _(" of "));
            words_number(run->total, out);
        }
    } else if (run->code == 0 || run->code == RESULT_DATA) {
        str_addf(out, _("Ended after %.1f s."), run->seconds);
        if (run->has_sums && !run->sums.read)
            str_add_text(out, _(" Nothing new since the last scan."));
        if (run->has_sums && run->sums.invalidated)
            str_add_text(out, _(" u takes it back, as one step; m in the list mends."));
    } else if (run->code == RESULT_CANCELLED) {
        str_add_text(out, _("Cancelled. What was read until then stays; the rest comes next time."));
    } else {
        str_add_text(out, _("It failed. What was read until then stays."));
        *style = STYLE_BAD;
    }
}

static void scan_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct scan_page *scan = (struct scan_page *)page;
    const struct scan_run *run = &session->scan;
    struct str text = {0};
    enum style style;
    int columns = draw_columns(), half = (columns - 4) / 2;

    draw_blank(0, 0, columns, STYLE_BAR);
    draw_words(0, 1, columns - 2, STYLE_BAR, run->dry ? _("Scan: a dry run") : _("Scan"));
    state_line(run, &text, &style);
    draw_text(1, 1, columns - 2, style, span_of_str(&text));
    str_free(&text);
    int row = 3;
    if (run->has_sums && run->sums.unmatched && !run->trouble.n && !session_has_contacts(session))
        draw_words(2, 1, columns - 2, STYLE_WARN,
                   _("Import your contacts next: what is nobody's is kept for them."));
    if (run->trouble.n) {
        struct textview view = {0};
        textview_add(&view, STYLE_BAD, 0, span_trim(span_of_str(&run->trouble)));
        int rows = (int)textview_height(&view, columns - 2);
        int most = draw_rows() - 16 > 2 ? draw_rows() - 16 : 2;
        if (rows > most)
            rows = most;
        view.top = textview_height(&view, columns - 2) - (size_t)rows;
        textview_draw(&view, (struct area){2, 1, rows, columns - 2});
        textview_free(&view);
        row = 2 + rows;
    }
    if (!run->known)
        return;
    if (row + 11 > draw_rows() - 1)
        row = draw_rows() - 12 > 2 ? draw_rows() - 12 : 2;
    if (!run->has_sums) /* another one runs */
        scan->left = false;
    if (run->has_sums)
        messages(scan, run, row, 1, half, y, x);
    recipients(scan, run, row, half + 2, half, y, x);
}

/* "scan:5,6": the steps of this scan, one an account. False: it made none. */
static bool scan_query(struct session *session, struct str *out)
{
    struct txn *txn = session_read(session);
    struct scan_record record;

    for (size_t i = 0; txn && i < 100 && scans_get(txn, i, &record); i++)
        if (record.step > session->scan_after)
            str_addf(out, out->n ? ",%u" : "scan:%u", record.step);
    txn_end(txn);
    return out->n > 0;
}

/* Contacts in a state come up in the list, where they can be worked on. */
static bool open_list(struct session *session, const char *state)
{
    struct str query = {0};
    bool any = scan_query(session, &query);

    if (any) {
        str_addf(&query, " state:%s", state);
        session_home(session, NULL); /* the page is gone now */
        list_ask(session, session->list, span_of_str(&query));
        session_say(session, "%s", _("those of this scan: m mends them, Esc shows everybody"));
    }
    str_free(&query);
    return any;
}

static void open_outcome(struct scan_page *page, struct session *session)
{
    enum scan_outcome outcome = outcomes[page->cursor];
    const struct scan_names *names = &session->scan.names[outcome];

    if (outcome == OUTCOME_held && !session->scan.dry) {
        review_open(session);
        return;
    }
    if (!names->n) {
        session_say(session, "%s", _("nobody"));
        return;
    }
    if (!session->scan.running &&
        ((outcome == OUTCOME_invalidated && open_list(session, "invalid")) ||
         (outcome == OUTCOME_complained && open_list(session, "complained"))))
        return;
    struct textview *view = text_page_open(session, scan_outcome_words(outcome, names->n));
    for (size_t i = 0; i < names->n; i++)
        textview_words(view, STYLE_NORMAL, 0, names->names[i]);
    if (names->n < session->scan.counts[outcome])
        textview_words(view, STYLE_DIM, 0, _("… and more"));
}

static void open_messages(struct scan_page *page, struct session *session)
{
    const struct scan_run *run = &session->scan;
    const struct scan_sum_row *row = &scan_message_rows[page->cursor];
    uint64_t n = scan_sum(&run->sums, row->offset);

    if (row->offset != offsetof(struct scan_sums, autoreplies)) {
        session_say(session, "%s", _("of these no list is kept; whom they name stands on the right"));
        return;
    }
    if (!run->replies.n) {
        session_say(session, "%s", _("none"));
        return;
    }
    struct textview *view = text_page_open(session, ngettext(row->one, row->many, n));
    for (size_t i = 0; i < run->replies.n; i++) {
        struct span rest = span_of(run->replies.names[i]), from;
        span_next(&rest, '\t', &from);
        struct str name = {0};
        str_add(&name, from);
        textview_pair(view, 0, draw_columns() / 2, str_text(&name), rest);
        str_free(&name);
    }
    if (run->replies.n < n)
        textview_words(view, STYLE_DIM, 0, _("… and more"));
}

/* Left and right, as far as there is something on the left. */
static void cross(struct scan_page *page, const struct scan_run *run, bool left)
{
    page->left = left && run->has_sums;
    int last = page->left ? MESSAGE_ROWS - 1 : OUTCOME_COUNT - 1;
    if (page->cursor > last)
        page->cursor = last;
}

static void scan_now(struct session *session, void *arg, int value)
{
    (void)arg;
    if (value)
        session_scan(session);
}

/* Whoever leaves a dry run that went well is asked for the real one. */
static void leave(struct session *session)
{
    static const struct ask_answer answers[] = {{'s', N_("scan now"), 1}};
    const struct scan_run *run = &session->scan;
    struct str text = {0};

    session_pop(session);
    if (!run->known || !run->dry || run->running || (run->code && run->code != RESULT_DATA))
        return;
    scan_run_line(run, &text);
    str_addf(&text, "\n\n%s", _("That was a dry run, which changed nothing: scan now?"));
    ask_open(session, _("Scan"), span_of_str(&text), answers, 1, scan_now, NULL, NULL);
    str_free(&text);
}

static bool scan_act(struct page *page, struct session *session, enum act act, key_code key)
{
    struct scan_page *scan = (struct scan_page *)page;
    int last = scan->left ? MESSAGE_ROWS - 1 : OUTCOME_COUNT - 1;

    (void)key;
    switch (act) {
    case ACT_LEFT:
    case ACT_RIGHT:
        cross(scan, &session->scan, act == ACT_LEFT);
        return true;
    case ACT_FACETS:
        cross(scan, &session->scan, !scan->left);
        return true;
    case ACT_UP:
        scan->cursor -= scan->cursor > 0;
        return true;
    case ACT_DOWN:
        scan->cursor += scan->cursor < last;
        return true;
    case ACT_TOP:
        scan->cursor = 0;
        return true;
    case ACT_BOTTOM:
        scan->cursor = last;
        return true;
    case ACT_OPEN:
        if (scan->left)
            open_messages(scan, session);
        else
            open_outcome(scan, session);
        return true;
    case ACT_SCAN:
        if (session->scan.running)
            session_say(session, "%s", _("it is running; Esc cancels it"));
        else
            session_scan(session);
        return true;
    case ACT_CANCEL:
        if (session->scan.running) {
            scan_run_cancel(&session->scan);
            session_say(session, "%s", _("told it to end; what was read stays"));
        } else {
            leave(session);
        }
        return true;
    case ACT_CLOSE:
        leave(session);
        return true;
    default:
        return false;
    }
}

static void scan_free(struct page *page)
{
    free(page);
}

static const struct page_ops scan_ops = {
    .place = scan_place,
    .draw = scan_draw,
    .act = scan_act,
    .free = scan_free,
};

void scan_page_open(struct session *session)
{
    if (session->top->ops == &scan_ops)
        return;
    struct scan_page *scan = alloc_zero(1, sizeof *scan);
    scan->page.ops = &scan_ops;
    session_push(session, &scan->page);
}
