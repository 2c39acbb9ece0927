/* SPDX-License-Identifier: MIT */
#include "screen/review_acts.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "screen/ask.h"
#include "screen/bulk.h"
#include "screen/prompt.h"
#include "screen/relearn.h"
#include "screen/wording.h"
#include "screen/words.h"
#include "store/evidence.h"

enum { PREVIEW_ROWS = 8 };

struct decision {
    uint32_t *numbers;
    size_t n;
    bool accept, wave;
    enum act act;  /* of a lesson */
    bool decides;  /* a lesson that also decides these */
    char *wording;
};

static void decision_free(void *arg)
{
    struct decision *decision = arg;

    free(decision->numbers);
    free(decision->wording);
    free(decision);
}

static struct decision *decision_new(const uint32_t *numbers, size_t n)
{
    struct decision *decision = alloc_zero(1, sizeof *decision);

    decision->numbers = alloc_zero(n, sizeof *numbers);
    memcpy(decision->numbers, numbers, n * sizeof *numbers);
    decision->n = n;
    return decision;
}

static void decide(struct session *session, const struct decision *decision, struct span address)
{
    struct outcome outcome = {0};
    struct error error = {0};
    struct str command = {0};

    size_t named = decision->wave ? 1 : decision->n; /* one names its wave */
    str_addf(&command, "zwrotka review %s%s", decision->accept ? "--accept" : "--dismiss",
             decision->wave ? " --wave" : "");
    for (size_t i = 0; i < named && i < 20; i++)
        str_addf(&command, " %u", decision->numbers[i]);
    if (named > 20)
        str_add_text(&command, " …");
    if (address.n) {
        str_add_text(&command, " --address ");
        words_quote(address, &command);
    }
    struct actor actor = session_actor(session, str_text(&command));
    session_busy(session, _("saving…"));
    enum result result = action_review(session_store(session), &actor, decision->numbers,
                                       decision->n, decision->accept, address, &outcome, &error);
    bulk_said(session, result, &outcome, &error, str_text(&command),
              decision->accept ? _("accepted") : _("dismissed"));
    outcome_free(&outcome);
    str_free(&command);
}

static void address_typed(struct session *session, void *arg, struct span typed)
{
    if (typed.n)
        decide(session, arg, typed);
}

static void answered(struct session *session, void *arg, int value)
{
    if (value)
        decide(session, arg, SPAN_NONE);
}

/* The first few of them, a line each. */
static void preview(struct session *session, const struct decision *decision, struct str *out)
{
    struct txn *txn = session_read(session);
    struct review_item item;

    for (size_t i = 0; txn && i < decision->n && i < PREVIEW_ROWS; i++)
        if (review_get(txn, decision->numbers[i], &item))
            str_addf(out, "  %.*s  %.*s\n", SPAN_ARGS(item.folded), SPAN_ARGS(item.text));
    if (decision->n > PREVIEW_ROWS) {
        words_more(decision->n - PREVIEW_ROWS, out);
        str_add_char(out, '\n');
    }
    txn_end(txn);
}

static const struct ask_answer go_ahead[] = {{'y', N_("do it"), 1}};

void review_decide(struct session *session, const struct review_some *some, bool accept, bool named)
{
    struct decision *decision = decision_new(some->numbers, some->n);
    struct str title = {0}, text = {0};

    decision->accept = accept;
    decision->wave = some->wave;
    if (accept && !named) {
        prompt_open(session, _(" About which address is it? "), SPAN(""), false, address_typed,
                    decision, decision_free);
        return;
    }
    if (some->n == 1) {
        decide(session, decision, SPAN_NONE);
        decision_free(decision);
        return;
    }
    str_add_text(&title, accept ? _("Accept ") : _("Dismiss "));
    words_number(some->n, &title);
    str_add_char(&title, '?');
    str_addf(&text, "%s\n\n",
             accept ? _("Each has its effect: who bounced hard becomes invalid.")
                    : _("They are no evidence any more."));
    preview(session, decision, &text);
    str_add_text(&text, _("\nOne step: u takes it back."));
    ask_open(session, str_text(&title), span_of_str(&text), go_ahead, 1, answered, decision,
             decision_free);
    str_free(&title);
    str_free(&text);
}

/* ---- teaching */

static const struct lesson {
    enum act act;
    enum reason reason;
    const char *title, *words; /* N_() */
} lessons[] = {
    {ACT_HARD, REASON_userunknown, N_("\"%s\": hard from now on?"),
     N_("Whoever gets this answer is invalid: no such user.")},
    {ACT_SOFT, REASON_onhold, N_("\"%s\": soft from now on?"),
     N_("This answer makes nobody invalid.")},
    {ACT_IGNORE, REASON_suppressed, N_("\"%s\": ignored from now on?"),
     N_("This answer is no evidence of anything.")},
};

static const struct lesson *lesson_of(enum act act)
{
    size_t i = 0;

    while (lessons[i].act != act)
        i++;
    return &lessons[i];
}

static void teach(struct session *session, void *arg, int value)
{
    struct decision *decision = arg;
    struct error error;
    char *path = NULL;

    if (!value)
        return;
    if (wording_teach(session->context->config, lesson_of(decision->act)->reason,
                      span_of(decision->wording), &path, &error) != RESULT_OK) {
        session_complain(session, "%s", error.text);
        return;
    }
    if (decision->decides)
        decide(session, decision, SPAN_NONE);
    if (!session->message_bad) {
        session_say(session, _("kept in %s"), path);
        relearn_open(session, decision->wording);
    }
    free(path);
}

static void worded(struct session *session, void *arg, struct span typed)
{
    struct decision *decision = arg;
    const struct lesson *lesson = lesson_of(decision->act);
    struct str title = {0}, text = {0}, wording = {0};

    if (!typed.n)
        return;
    struct decision *copy = decision_new(decision->numbers, decision->n);
    copy->accept = decision->accept;
    copy->act = decision->act;
    copy->decides = decision->decides;
    copy->wording = span_copy(typed);
    str_add(&wording, typed);
    str_addf(&title, _(lesson->title), str_text(&wording));
    str_addf(&text, "%s\n\n", _(lesson->words));
    preview(session, copy, &text);
    str_add_text(&text, !copy->decides ? _("\nThese stay here: each has to be told whom it means.")
                        : copy->accept ? _("\nThese are accepted as one step: u takes it back.")
                                       : _("\nThese are dismissed as one step: u takes it back."));
    str_add_text(&text, _(" The rule is a line in your own rules file."));
    ask_open(session, str_text(&title), span_of_str(&text), go_ahead, 1, teach, copy,
             decision_free);
    str_free(&title);
    str_free(&text);
    str_free(&wording);
}

void review_teach(struct session *session, const struct review_some *some, enum act act, bool named)
{
    struct decision *decision = decision_new(some->numbers, some->n);

    decision->act = act;
    decision->accept = act == ACT_HARD;
    decision->decides = named || !decision->accept;
    prompt_open(session, _(" The wording: "), span_of(some->wording), false, worded, decision,
                decision_free);
}
