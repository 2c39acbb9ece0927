/* SPDX-License-Identifier: MIT */
#include "screen/scan_run.h"

#include <jansson.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "screen/words.h"

#define SUM(field) offsetof(struct scan_sums, field)

const struct scan_sum_row scan_message_rows[] = {
    {"bounces", NN_("bounce", "bounces"), SUM(bounces)},
    {"complaints", NN_("complaint of spam", "complaints of spam"), SUM(complaints)},
    {"autoreplies", NN_("autoreply", "autoreplies"), SUM(autoreplies)},
    {"receipts", NN_("receipt", "receipts"), SUM(receipts)},
    {"other", NN_("other message", "other messages"), SUM(other)},
    {"duplicates", NN_("copy seen before", "copies seen before"), SUM(duplicates)},
    {"undecodable", NN_("could not be decoded", "could not be decoded"), SUM(undecodable)},
    {NULL, NULL, NULL, 0},
};
const struct scan_sum_row scan_other_rows[] = {
    {"read", NN_("read", "read"), SUM(read)},
    {"recipients", NN_("recipient", "recipients"), SUM(recipients)},
    {"skipped", NN_("known or left alone", "known or left alone"), SUM(skipped)},
    {"deleted", NN_("deleted on the server", "deleted on the server"), SUM(deleted)},
    {"marked", NN_("marked on the server", "marked on the server"), SUM(marked)},
    {NULL, NULL, NULL, 0},
};

static const size_t outcome_offsets[OUTCOME_COUNT] = {
#define X(name) [OUTCOME_##name] = SUM(name),
    OUTCOME_TABLE(X)
#undef X
};
/* On the scan page, and shorter in a line. */
static const struct {
    const char *one, *many, *counted_one, *counted_many;
} outcome_words[OUTCOME_COUNT] = {
    [OUTCOME_held] = {NN_("held for review", "held for review"), NN_("%s to review", "%s to review")},
    [OUTCOME_old] = {NN_("too old to count", "too old to count"), NN_("%s old", "%s old")},
    [OUTCOME_complained] = {NN_("complained", "complained"), NN_("%s complained", "%s complained")},
    [OUTCOME_soft] = {NN_("soft, nothing changed", "soft, nothing changed"), NN_("%s soft", "%s soft")},
    [OUTCOME_corrected] = {NN_("old address, mended", "old addresses, mended"), NN_("%s mended", "%s mended")},
    [OUTCOME_known] = {NN_("dead already", "dead already"), NN_("%s known", "%s known")},
    [OUTCOME_unmatched] = {NN_("nobody's address", "nobody's addresses"), NN_("%s nobody's", "%s nobody's")},
    [OUTCOME_invalidated] = {NN_("newly invalid", "newly invalid"), NN_("%s newly invalid", "%s newly invalid")},
};

const char *scan_outcome_words(enum scan_outcome outcome, uint64_t n)
{
    return ngettext(outcome_words[outcome].one, outcome_words[outcome].many, n);
}

uint64_t scan_sum(const struct scan_sums *sums, size_t offset)
{
    uint64_t n;

    memcpy(&n, (const char *)sums + offset, sizeof n);
    return n;
}

static void forget_names(struct scan_names *names)
{
    for (size_t i = 0; i < names->n; i++)
        free(names->names[i]);
    free(names->names);
}

/* As many as a person may look through. */
static void add_name(struct scan_names *names, const char *name)
{
    if (names->n >= SCAN_NAMES_MAX)
        return;
    ALLOC_GROW(names->names, names->n, names->room);
    names->names[names->n++] = alloc_text(name);
}

static void forget(struct scan_run *run)
{
    child_free(&run->child);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        forget_names(&run->names[i]);
    forget_names(&run->replies);
    str_free(&run->trouble);
    *run = (struct scan_run){0};
}

void scan_run_free(struct scan_run *run)
{
    forget(run);
}

enum result scan_run_start(struct scan_run *run, const char *const *words, int64_t now,
                           struct error *error)
{
    if (run->running)
        return error_set(error, RESULT_BUSY, _("a scan is running"));
    forget(run);
    enum result result = child_start(&run->child, words, error);
    if (result != RESULT_OK)
        return result;
    run->running = run->known = true;
    run->begun = now;
    return RESULT_OK;
}

void scan_run_cancel(struct scan_run *run)
{
    if (run->running) {
        run->cancelling = true;
        child_cancel(&run->child);
    }
}

static uint64_t number(json_t *event, const char *name)
{
    json_int_t n = json_integer_value(json_object_get(event, name));

    return n > 0 ? (uint64_t)n : 0;
}

static void put_sum(struct scan_sums *sums, json_t *event, const char *name, size_t offset)
{
    uint64_t n = number(event, name);

    memcpy((char *)sums + offset, &n, sizeof n);
}

static void event_end(struct scan_run *run, json_t *event)
{
    for (const struct scan_sum_row *row = scan_message_rows; row->name; row++)
        put_sum(&run->sums, event, row->name, row->offset);
    for (const struct scan_sum_row *row = scan_other_rows; row->name; row++)
        put_sum(&run->sums, event, row->name, row->offset);
    for (int i = 0; i < OUTCOME_COUNT; i++)
        put_sum(&run->sums, event, scan_outcome_name((enum scan_outcome)i), outcome_offsets[i]);
    run->seconds = json_number_value(json_object_get(event, "seconds"));
    run->has_sums = true;
}

static void event_recipient(struct scan_run *run, json_t *event)
{
    const char *outcome = json_string_value(json_object_get(event, "outcome"));
    const char *address = json_string_value(json_object_get(event, "address"));

    for (int i = 0; outcome && i < OUTCOME_COUNT; i++) {
        if (strcmp(outcome, scan_outcome_name((enum scan_outcome)i)) != 0)
            continue;
        run->counts[i]++;
        if (address)
            add_name(&run->names[i], address);
    }
}

static void event_autoreply(struct scan_run *run, json_t *event)
{
    const char *from = json_string_value(json_object_get(event, "from"));
    const char *subject = json_string_value(json_object_get(event, "subject"));
    struct str text = {0};

    str_addf(&text, "%s\t%s", from ? from : "", subject ? subject : "");
    add_name(&run->replies, str_text(&text));
    str_free(&text);
}

static void event_progress(struct scan_run *run, json_t *event)
{
    run->read = number(event, "read");
    run->total = number(event, "total");
}

static const struct {
    const char *name;
    void (*take)(struct scan_run *run, json_t *event);
} events[] = {{"progress", event_progress},
              {"recipient", event_recipient},
              {"autoreply", event_autoreply},
              {"end", event_end}};

static void take_line(struct scan_run *run, struct span line)
{
    json_t *event = NULL;

    if (span_starts(line, SPAN("{")))
        event = json_loadb(line.at, line.n, 0, NULL);
    const char *name = json_string_value(json_object_get(event, "event"));
    for (unsigned i = 0; name && i < sizeof events / sizeof *events; i++)
        if (strcmp(name, events[i].name) == 0)
            events[i].take(run, event);
    if (!event && line.n && run->trouble.n < 16 * 1024) {
        str_add(&run->trouble, line);
        str_add_char(&run->trouble, '\n');
    }
    json_decref(event);
}

bool scan_run_poll(struct scan_run *run, int64_t now)
{
    struct str line = {0};
    bool changed = false;

    if (!run->running)
        return false;
    bool ended = child_ended(&run->child);
    /* A piece at a time: a flood of events must not keep the keys waiting. */
    for (int i = 0; (ended || i < 2000) && child_line(&run->child, &line); i++) {
        take_line(run, span_of_str(&line));
        changed = true;
    }
    str_free(&line);
    if (ended) {
        run->running = run->cancelling = false;
        run->ended = now;
        run->code = run->child.code;
        child_free(&run->child);
        changed = true;
    }
    return changed;
}

static void outcomes_line(const uint64_t counts[OUTCOME_COUNT], struct str *out)
{
    static const enum scan_outcome order[] = {OUTCOME_invalidated, OUTCOME_soft,
                                              OUTCOME_complained,  OUTCOME_held,
                                              OUTCOME_known,       OUTCOME_unmatched,
                                              OUTCOME_corrected,   OUTCOME_old};
    for (unsigned i = 0; i < sizeof order / sizeof *order; i++) {
        uint64_t n = counts[order[i]];
        if (!n)
            continue;
        str_add_text(out, "  ");
        words_counted(ngettext(outcome_words[order[i]].counted_one,
                               outcome_words[order[i]].counted_many, n),
                      n, out);
    }
}

/* ": 1,190 bounces, 9 autoreplies" */
static void messages_line(const struct scan_sums *sums, struct str *out)
{
    const char *before = ": ";

    for (const struct scan_sum_row *row = scan_message_rows; row->name; row++) {
        uint64_t n = scan_sum(sums, row->offset);
        if (!n)
            continue;
        str_add_text(out, before);
        words_number(n, out);
        str_addf(out, " %s", ngettext(row->one, row->many, n));
        before = ", ";
    }
}

void scan_sums_line(const struct scan_sums *sums, bool full, struct str *out)
{
    uint64_t counts[OUTCOME_COUNT];

    for (int i = 0; i < OUTCOME_COUNT; i++)
        counts[i] = scan_sum(sums, outcome_offsets[i]);
    str_add_text(out, _("read "));
    words_number(sums->read, out);
    if (full)
        messages_line(sums, out);
    outcomes_line(counts, out);
    if (!sums->recipients && !sums->read)
        str_addf(out, "  %s", _("nothing new"));
}

void scan_run_line(const struct scan_run *run, struct str *out)
{
    if (run->has_sums) {
        scan_sums_line(&run->sums, false, out);
        return;
    }
    str_add_text(out, run->cancelling ? _("ending… ") : "");
    str_add_text(out, _("read "));
    words_number(run->read, out);
    if (run->total >= run->read && run->total) {
        str_add_text(out, _(" of "));
        words_number(run->total, out);
        str_addf(out, "  %d %%", (int)(run->read * 100 / run->total));
    }
    outcomes_line(run->counts, out);
}
