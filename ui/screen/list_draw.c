/* SPDX-License-Identifier: MIT */
#include <inttypes.h>

#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "screen/list.h"
#include "screen/list_empty.h"
#include "screen/rows.h"
#include "screen/scan_page.h"
#include "screen/tabs.h"
#include "screen/words.h"
#include "send/publish.h"
#include "store/contacts.h"
#include "store/counts.h"
#include "store/evidence.h"
#include "store/seen.h"

/* The record that the head line speaks of: of the accounts' last ones the first that failed, else the
 * oldest; without accounts the newest of all. */
static bool telling_record(struct session *session, struct txn *txn, struct scan_record *record)
{
    const struct config *config = session->context->config;
    struct scan_record one;
    bool any = false;

    for (size_t i = 0; i < config->n; i++) {
        if (!scans_of_account(txn, span_of(config->accounts[i].name), false, &one))
            continue;
        if (!any || !one.good || one.ended < record->ended)
            *record = one;
        any = true;
        if (!one.good)
            break;
    }
    return any || scans_get(txn, 0, record);
}

/* "last good scan 12 min ago", or what is wrong, in words. True if all is well. */
static bool scans_words(struct session *session, struct txn *txn, int64_t now, struct str *out)
{
    struct scan_record record;
    bool any = telling_record(session, txn, &record);

    if (!any) {
        str_add_text(out, _("never scanned"));
        return session->context->config->n == 0;
    }
    if (!record.good) {
        str_addf(out, _("last scan failed: %.*s"), SPAN_ARGS(record.trouble));
        return false;
    }
    str_add_text(out, _("last good scan "));
    words_ago(record.ended, now, out);
    int64_t silence = session->context->config->max_silence;
    return silence <= 0 || now - record.ended <= silence;
}

static void head(struct session *session, struct txn *txn, int row, int64_t now)
{
    struct str left = {0}, right = {0};
    int columns = draw_columns();

    uint64_t contacts = contacts_count(txn), review = review_count(txn);
    if (columns >= 80)
        str_add_text(&left, "zwrotka  ");
    words_number(contacts, &left);
    str_addf(&left, " %s", ngettext("contact", "contacts", contacts));
    str_add_text(&left, "  ");
    uint64_t invalid = counts_get(txn, COUNT_STATE, STATE_INVALID, SPAN(""));
    words_counted(ngettext("%s invalid", "%s invalid", invalid), invalid, &left);
    if (review) {
        str_add_text(&left, "  ");
        words_counted(ngettext("%s to review", "%s to review", review), review, &left);
    }
    send_pending(txn, session->context->config, &right);
    bool published = right.n == 0;
    if (!published)
        str_add_text(&right, "  ");
    bool well = scans_words(session, txn, now, &right) && published;
    draw_blank(row, 0, columns, STYLE_BAR);
    int used = draw_text(row, 1, columns - 2, STYLE_BAR, span_of_str(&left));
    int room = columns - used - 4;
    int width = (int)utf8_width(span_of_str(&right));
    if (width > room)
        width = room;
    draw_text(row, columns - 1 - width, width, STYLE_BAR, span_of_str(&right));
    if (!well && columns - width - 4 > used)
        draw_words(row, columns - 3 - width, 1, STYLE_BAR, "!");
    str_free(&left);
    str_free(&right);
}

static void titles(const struct list *list, struct area area, const int widths[COLUMN_COUNT])
{
    int x = area.x + 1;

    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (!widths[i])
            continue;
        bool sorted = column_rows[i].order == (int)list->order ||
                      (i == COLUMN_ADDRESS && list->order == ORDER_DOMAIN);
        int used = draw_words(area.y - 1, x, widths[i], STYLE_BOLD, _(column_rows[i].title));
        if (i == COLUMN_ADDRESS && list->order == ORDER_DOMAIN)
            used += draw_words(area.y - 1, x + used, widths[i] - used, STYLE_BOLD, _(", domain"));
        if (sorted)
            draw_words(area.y - 1, x + used + 1, widths[i] - used - 1, STYLE_BOLD,
                       list->descending ? "▼" : "▲");
        x += widths[i] + 1;
    }
}

static void rows(struct list *list, struct session *session, struct txn *txn, struct area area,
                 const int widths[COLUMN_COUNT], int *y, int *x)
{
    struct row row = {0};
    size_t n = hits_count(&list->hits);
    int64_t now = date_now();

    /* Beside the panel no terminal scrolls: on a slow line a page at a time is less to send. */
    size_t page = draw_is_slow() && area.x > 0 ? (size_t)area.rows - 1 : 0;
    if (list->cursor < list->top)
        list->top = list->cursor > page ? list->cursor - page : 0;
    if (list->cursor >= list->top + (size_t)area.rows)
        list->top = list->cursor - (size_t)area.rows + 1 + page;
    if (list->top + (size_t)area.rows > n)
        list->top = n > (size_t)area.rows ? n - (size_t)area.rows : 0;
    if (!list->hits.next) /* a contact that is to come keeps the cursor */
        list->id = hits_at(&list->hits, list->cursor);
    for (int i = 0; i < area.rows && list->top + (size_t)i < n; i++) {
        size_t at = list->top + (size_t)i;
        uint32_t id = hits_at(&list->hits, at);
        bool cursor = at == list->cursor;
        enum style style = !cursor ? STYLE_NORMAL
                                   : list->focus == FOCUS_ROWS ? STYLE_CURSOR : STYLE_ROW;
        if (row_load(&row, txn, id, now))
            row_draw(&row, area.y + i, area.x, widths, area.columns, style,
                     selection_has(&session->selection, id), now);
        else
            draw_words(area.y + i, area.x + 1, area.columns - 1, STYLE_DIM, _("(gone)"));
        if (cursor && list->focus == FOCUS_ROWS) {
            *y = area.y + i;
            *x = area.x;
        }
    }
    row_free(&row);
}

static void position(struct list *list, struct session *session, const struct layout *layout)
{
    struct str left = {0}, right = {0};
    size_t n = hits_count(&list->hits);
    size_t last = list->top + (size_t)layout->list.rows;
    int x = layout->list.x + 1, width = layout->list.columns - 2;

    if (n) {
        words_number(list->top + 1, &left);
        str_add_text(&left, "–");
        words_number(last < n ? last : n, &left);
        str_add_text(&left, _(" of "));
        words_number(n, &left);
        if (!hits_complete(&list->hits))
            str_add_text(&left, "…");
    }
    if (list->range_from)
        str_addf(&right, "%s  ", _("range"));
    if (session->selection.n) {
        words_counted(ngettext("%s selected", "%s selected", session->selection.n),
                      session->selection.n, &right);
        size_t shown;
        bool known = chosen_known(&list->chosen, &list->hits, &session->selection, &shown);
        size_t hidden = known ? session->selection.n - shown : 0;
        if (hidden && !list->chosen.all) {
            str_add_text(&right, ", ");
            words_counted(ngettext("%s not shown", "%s not shown", hidden), hidden, &right);
        }
    }
    draw_text(layout->position, x, width, STYLE_DIM, span_of_str(&left));
    int columns = (int)utf8_width(span_of_str(&right));
    draw_text(layout->position, x + width - columns, columns, STYLE_BOLD, span_of_str(&right));
    str_free(&left);
    str_free(&right);
}

/* What is wrong with the query, which stands beside it and is not said again. */
static struct span query_error(const struct list *list)
{
    struct span text = span_of(list->hits.error.text);
    struct str before = {0};

    str_addf(&before, "\"%.*s\": ", SPAN_ARGS(lineedit_text(&list->query)));
    if (span_starts(text, span_of_str(&before)))
        text = span_cut(text, before.n, text.n);
    str_free(&before);
    return text;
}

static void search_line(struct list *list, int row, int *y, int *x)
{
    int columns = draw_columns(), error = 0;
    struct span shown, wrong = query_error(list);
    size_t cursor;

    if (list->hits.wrong) {
        error = (int)utf8_width(wrong) + 2;
        int most = columns - 5 - (int)utf8_width(lineedit_text(&list->query));
        if (most < columns * 2 / 3)
            most = columns * 2 / 3;
        if (error > most)
            error = most;
    }
    int width = columns - 3 - error;
    draw_words(row, 1, 1, STYLE_BOLD, "/");
    lineedit_view(&list->query, (size_t)width, &shown, &cursor);
    draw_cell(row, 3, width, list->focus == FOCUS_SEARCH ? STYLE_INPUT : STYLE_NORMAL, shown);
    if (!shown.n && list->focus != FOCUS_SEARCH)
        draw_words(row, 3, width, STYLE_DIM, _("everybody; / searches"));
    if (error)
        draw_text(row, columns - error + 1, error - 1, STYLE_BAD, wrong);
    if (list->focus == FOCUS_SEARCH) {
        *y = row;
        *x = 3 + (int)cursor;
    }
}

void list_draw(struct page *page, struct session *session, int *y, int *x)
{
    struct list *list = (struct list *)page;
    struct layout layout = list_layout(list);
    struct txn *txn = session_store(session) ? session_read(session) : NULL;
    int widths[COLUMN_COUNT];

    if (!txn)
        return;
    layout_columns(layout.list.columns - 1, widths);
    head(session, txn, layout.head, date_now());
    tabs_draw(list, session, txn, layout.views);
    titles(list, layout.list, widths);
    if (hits_count(&list->hits))
        rows(list, session, txn, layout.list, widths, y, x);
    else
        list_empty_draw(list, session, txn, layout.list);
    position(list, session, &layout);
    if (list->facets.height != layout.facets.rows - 2)
        list->facets_due = true;
    if (!layout.overlay || list->focus == FOCUS_FACETS)
        facets_draw(&list->facets, layout.facets, list->focus == FOCUS_FACETS, y, x);
    if (*y < 0 && list->focus == FOCUS_ROWS) {
        *y = layout.list.y;
        *x = layout.list.x;
    }
    search_line(list, layout.query, y, x);
    scan_strip_draw(session, txn, layout.scans);
    txn_end(txn);
}
