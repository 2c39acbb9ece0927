/* SPDX-License-Identifier: MIT */
#include "screen/merge.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "screen/ask.h"
#include "screen/bulk.h"
#include "screen/rows.h"
#include "screen/words.h"

struct pair {
    uint32_t ids[2];
};

static void answered(struct session *session, void *arg, int value)
{
    const struct pair *pair = arg;
    struct outcome outcome = {0};
    struct error error = {0};
    struct str command = {0};

    if (!value)
        return;
    uint32_t into = pair->ids[value - 1], from = pair->ids[2 - value];
    str_addf(&command, "zwrotka merge %u %u", into, from);
    struct actor actor = session_actor(session, str_text(&command));
    session_busy(session, _("saving…"));
    enum result result =
        action_merge(session_store(session), &actor, into, from, &outcome, &error);
    if (result == RESULT_OK)
        selection_clear(&session->selection);
    bulk_said(session, result, &outcome, &error, str_text(&command), _("merged"));
    outcome_free(&outcome);
    str_free(&command);
}

static void describe(const struct row *row, int number, struct str *out)
{
    str_addf(out, "%d  %.*s\n", number, SPAN_ARGS(row->contact.address));
    str_addf(out, "   %.*s  %s\n", SPAN_ARGS(row->contact.name),
             state_words(row->standing.state));
    for (size_t i = 0; i < row->contact.n; i++)
        str_addf(out, "   %.*s: %.*s\n", SPAN_ARGS(row->contact.fields[i].name),
                 SPAN_ARGS(row->contact.fields[i].value));
    if (row->contact.tags.n)
        str_addf(out, "   %s: %.*s\n", _("tags"), SPAN_ARGS(row->contact.tags));
    str_add_char(out, '\n');
}

void merge_open(struct session *session, uint32_t a, uint32_t b)
{
    static const struct ask_answer answers[] = {{'1', N_("the first stays"), 1},
                                                {'2', N_("the second stays"), 2}};
    struct txn *txn = session_read(session);
    struct row row = {0};
    struct str text = {0};
    struct pair *pair = alloc_zero(1, sizeof *pair);
    bool both = txn != NULL;

    *pair = (struct pair){{a, b}};
    for (int i = 0; both && i < 2; i++) {
        both = row_load(&row, txn, pair->ids[i], date_now());
        if (both)
            describe(&row, i + 1, &text);
    }
    row_free(&row);
    txn_end(txn);
    str_add_text(&text, _("What the one that stays lacks comes from the other; the other's address "
                          "points to it. One step: u takes it back."));
    if (both) {
        ask_open(session, _("Merge these two?"), span_of_str(&text), answers, 2, answered, pair,
                 free);
    } else {
        session_complain(session, "%s", _("the contact is gone"));
        free(pair);
    }
    str_free(&text);
}
