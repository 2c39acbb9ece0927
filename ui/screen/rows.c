/* SPDX-License-Identifier: MIT */
#include "screen/rows.h"

#include "base/date.h"
#include "base/utf8.h"
#include "screen/words.h"
#include "store/contacts.h"
#include "store/judgements.h"

bool row_load(struct row *row, struct txn *txn, uint32_t id, int64_t now)
{
    contact_clear(&row->contact);
    if (!id || !contacts_get(txn, id, &row->contact))
        return false;
    row->standing = judgements_standing(txn, row->contact.folded, now);
    return true;
}

void row_free(struct row *row)
{
    contact_free(&row->contact);
}

static void cell(const struct row *row, enum column column, int width, int64_t now, struct str *out)
{
    const struct standing *standing = &row->standing;
    char date[24];

    switch (column) {
    case COLUMN_ADDRESS:
        str_add(out, row->contact.address);
        break;
    case COLUMN_NAME:
        str_add(out, row->contact.name);
        break;
    case COLUMN_COMPANY:
        str_add(out, contact_field(&row->contact, SPAN("company")));
        break;
    case COLUMN_STATE:
        str_add_text(out, state_words(standing->state));
        break;
    case COLUMN_SINCE:
        words_since(standing->since, now, width, out);
        break;
    case COLUMN_REASON:
        if (standing->reason != REASON_none)
            str_add_text(out, reason_words(standing->reason));
        break;
    case COLUMN_BOUNCE:
        if (standing->bounced) {
            date_long(standing->bounced, now, date);
            str_add_text(out, date);
        }
        break;
    case COLUMN_TAGS:
        str_add(out, row->contact.tags);
        break;
    case COLUMN_COUNT:
        break;
    }
}

/* How far text reaches. */
static int reach(const struct row *row, const int widths[COLUMN_COUNT], int64_t now)
{
    struct str text = {0};
    int at = 1, end = 1;

    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (!widths[i])
            continue;
        str_clear(&text);
        cell(row, (enum column)i, widths[i], now, &text);
        int used = (int)utf8_width(span_of_str(&text));
        if (used)
            end = at + (used < widths[i] ? used : widths[i]);
        at += widths[i] + 1;
    }
    str_free(&text);
    return end;
}

void row_draw(const struct row *row, int y, int x, const int widths[COLUMN_COUNT], int columns,
              enum style style, bool selected, int64_t now)
{
    struct str text = {0};

    if (draw_is_slow()) { /* a bar is no longer than need be */
        draw_blank(y, x, columns, STYLE_NORMAL);
        columns = reach(row, widths, now);
    }
    draw_blank(y, x, columns, style);
    draw_words(y, x, 1, style, selected ? "*" : "");
    int at = x + 1;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        if (!widths[i])
            continue;
        str_clear(&text);
        cell(row, (enum column)i, widths[i], now, &text);
        enum style own = style;
        if (i == COLUMN_STATE && style == STYLE_NORMAL)
            own = draw_state_style(row->standing.state);
        draw_text(y, at, widths[i], own, span_of_str(&text));
        at += widths[i] + 1;
    }
    str_free(&text);
}

void row_text(const struct row *row, int64_t now, struct str *out)
{
    static const enum column columns[] = {COLUMN_ADDRESS, COLUMN_NAME, COLUMN_STATE, COLUMN_SINCE,
                                          COLUMN_REASON};
    struct str text = {0};

    for (unsigned i = 0; i < sizeof columns / sizeof *columns; i++) {
        str_clear(&text);
        cell(row, columns[i], 10, now, &text);
        if (i)
            str_add_char(out, '\t');
        utf8_visible(span_of_str(&text), out);
    }
    str_free(&text);
}
