/* SPDX-License-Identifier: MIT */
#include "screen/list_empty.h"

#include "base/date.h"
#include "base/text.h"
#include "screen/textview.h"
#include "screen/words.h"
#include "store/seen.h"

/* "3 accounts fine": scanned well, and not too long ago. Nothing without accounts. */
static void accounts_words(const struct config *config, struct txn *txn, int64_t now, struct str *out)
{
    struct scan_record record;
    size_t fine = 0;

    for (size_t i = 0; i < config->n; i++)
        if (scans_of_account(txn, span_of(config->accounts[i].name), false, &record) && record.good)
            fine += config->max_silence <= 0 || now - record.ended <= config->max_silence;
    if (!config->n)
        return;
    str_add_text(out, ", ");
    if (fine == config->n)
        words_counted(ngettext("%s account fine", "%s accounts fine", fine), fine, out);
    else
        str_addf(out, ngettext("%zu of %zu account fine (:status says more)",
                               "%zu of %zu accounts fine (:status says more)", config->n),
                 fine, config->n);
}

/* "Last scan 12:04, nothing new, 3 accounts fine." */
static void scan_words(struct session *session, struct txn *txn, struct str *out)
{
    const struct config *config = session->context->config;
    struct scan_record record;
    int64_t now = date_now();
    char when[24];

    if (!scans_get(txn, 0, &record)) {
        str_add_text(out, config->n ? _("There was no scan yet: s starts one.")
                                    : _("There is no mailbox yet: :setup adds one."));
        return;
    }
    date_since(record.ended, now, when);
    str_addf(out, _("Last scan %s, "), when);
    if (!record.good)
        str_addf(out, _("failed: %.*s"), SPAN_ARGS(record.trouble));
    else if (record.sums.invalidated)
        words_counted(ngettext("%s newly invalid", "%s newly invalid", record.sums.invalidated),
                      record.sums.invalidated, out);
    else
        str_add_text(out, _("nothing new"));
    accounts_words(config, txn, now, out);
    str_add_char(out, '.');
}

/* The whole of what the search line has room for a piece of. */
static void wrong_query(const struct list *list, struct area area)
{
    textview_paragraph((struct area){area.y + 1, area.x + 2, area.rows > 3 ? area.rows - 3 : 1,
                                     area.columns - 4},
                       STYLE_BAD, list->hits.error.text);
}

static void nothing_matches(struct list *list, struct area area)
{
    struct str text = {0};
    struct span query = lineedit_text(&list->query);
    int y = area.y + 1, x = area.x + 2, width = area.columns - 4;

    draw_words(y, x, width, STYLE_NORMAL, _("Nothing matches."));
    if (list->without.known && list->without.n) {
        struct span dropped = query;
        struct str number = {0};
        if (list->without_text.n && span_starts(query, span_of_str(&list->without_text)))
            dropped = span_trim(span_cut(query, list->without_text.n, query.n));
        words_number(list->without.n, &number);
        str_addf(&text,
                 ngettext("Without \"%.*s\" %s would; x drops it.",
                          "Without \"%.*s\" %s would; x drops it.", list->without.n),
                 SPAN_ARGS(dropped), str_text(&number));
        str_free(&number);
        draw_text(y + 2, x, width, STYLE_NORMAL, span_of_str(&text));
    } else if (list->without.known) {
        draw_words(y + 2, x, width, STYLE_NORMAL, _("x drops the last term, 1 shows everybody."));
    }
    str_free(&text);
}

void list_empty_draw(struct list *list, struct session *session, struct txn *txn, struct area area)
{
    struct span query = lineedit_text(&list->query);
    bool invalid = span_equal(query, span_of(list_views[VIEW_INVALID].query));
    int y = area.y + 1, x = area.x + 2, width = area.columns - 4;

    if (list->hits.next || !hits_complete(&list->hits)) {
        draw_words(y, x, width, STYLE_DIM, _("searching…"));
    } else if (list->hits.wrong) {
        wrong_query(list, area);
    } else if (!query.n) {
        draw_words(y, x, width, STYLE_NORMAL, _("No contacts yet."));
        draw_words(y + 2, x, width, STYLE_NORMAL,
                   _(":import FILE brings them in, n types one in."));
    } else if (invalid || span_equal(query, span_of(list_views[VIEW_NEW].query))) {
        struct textview view = {0};
        struct str text = {0};
        scan_words(session, txn, &text);
        draw_words(y, x, width, STYLE_NORMAL,
                   invalid ? _("Nobody is invalid.") : _("Nobody became invalid since yesterday."));
        textview_add(&view, STYLE_NORMAL, 0, span_of_str(&text));
        textview_draw(&view, (struct area){y + 2, x, area.rows > 4 ? area.rows - 4 : 1, width});
        textview_free(&view);
        str_free(&text);
    } else {
        nothing_matches(list, area);
    }
}
