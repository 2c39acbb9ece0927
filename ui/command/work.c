/* SPDX-License-Identifier: MIT */
#include "command/work.h"

#include <errno.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "command/json.h"
#include "command/output.h"
#include "store/contacts.h"
#include "store/judgements.h"
#include "store/search.h"

#define STDIN_MAX ((size_t)1 << 30)

enum result work_hits(struct context *context, struct txn *txn, const char *query, uint32_t **ids,
                      size_t *n, struct error *error)
{
    struct query *parsed;
    enum result result = query_parse(span_of(query), context->actor.now, &parsed, error);
    if (result != RESULT_OK)
        return result;
    return search_all(txn, parsed, context->actor.now, ids, n, error);
}

bool work_load(struct context *context, struct txn *txn, uint32_t id, struct contact *contact,
               struct standing *standing)
{
    if (!contacts_get(txn, id, contact))
        return false;
    *standing = judgements_standing(txn, contact->folded, context->actor.now);
    return true;
}

enum result work_find(struct txn *txn, const char *text, uint32_t *id, struct error *error)
{
    *id = action_find(txn, span_of(text));
    if (*id == 0)
        return error_set(error, RESULT_MISSING, _("%s: there is no such contact"), text);
    return RESULT_OK;
}

static void report_json(const struct outcome *outcome)
{
    struct span rest = span_of_str(&outcome->notes), note;
    while (span_line(&rest, &note)) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("note"));
        json_text(&json, "text", note);
        json_close(&json);
        outputf("\n");
    }
    struct json json = json_open(output_buffer());
    json_text(&json, "event", SPAN("end"));
    json_number(&json, "step", outcome->step);
    if (outcome->id)
        json_number(&json, "id", outcome->id);
    json_number(&json, "changed", outcome->changed);
    json_number(&json, "unchanged", outcome->unchanged);
    json_number(&json, "refused", outcome->refused);
    json_close(&json);
    outputf("\n");
}

static void report_words(const struct outcome *outcome)
{
    if (outcome->notes.n)
        complain("%s", str_text(&outcome->notes));
    if (outcome->step == 0) {
        outputf("%s\n", _("nothing was changed"));
        return;
    }
    outputf(_("%'llu changed"), (unsigned long long)outcome->changed);
    if (outcome->unchanged)
        outputf(_(", %'llu already so"), (unsigned long long)outcome->unchanged);
    if (outcome->refused)
        outputf(_(", %'llu left as they were"), (unsigned long long)outcome->refused);
    outputf(_("; step %u, `zwrotka undo %u` takes it back\n"), outcome->step, outcome->step);
}

enum result work_report(const struct command_line *line, struct outcome *outcome,
                        enum result result)
{
    bool done = result == RESULT_OK || outcome->step || outcome->notes.n;
    if (done && line->json)
        report_json(outcome);
    else if (done && !line->quiet)
        report_words(outcome);
    else if (outcome->refused)
        complain("%s", str_text(&outcome->notes));
    if (result == RESULT_OK && outcome->refused)
        result = RESULT_DATA;
    outcome_free(outcome);
    return result;
}

enum result work_stdin(struct str *text, struct error *error)
{
    for (;;) {
        str_reserve(text, 65536);
        ssize_t n = read(STDIN_FILENO, text->at + text->n, 65536);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return error_system(error, _("standard input"));
        text->n += (size_t)n;
        text->at[text->n] = '\0';
        if (n == 0)
            return RESULT_OK;
        if (text->n > STDIN_MAX)
            return error_set(error, RESULT_DATA, _("standard input is larger than 1 GiB"));
    }
}

void work_standing(const struct standing *standing, struct str *out)
{
    str_add_text(out, state_words(standing->state));
    if (standing->since) {
        char since[24];
        date_long(standing->since, date_now(), since);
        str_addf(out, _(" since %s"), since);
    }
    if (standing->reason != REASON_none)
        str_addf(out, ": %s", reason_words(standing->reason));
}
