/* SPDX-License-Identifier: MIT */
#include "action/import.h"

#include <stdlib.h>
#include <string.h>

#include "action/importing.h"
#include "action/suggest.h"
#include "base/text.h"

enum { SUSPICIOUS_MAX = 200, PROGRESS_ROWS = 4096 };

void import_reject(struct import *import, const char *file, uint64_t line, const char *text)
{
    import->sums->rejected++;
    import->events->problem(import->events->arg, file, line, text);
}

enum result import_progress(struct import *import, double percent, struct error *error)
{
    const struct import_events *events = import->events;
    store_progress(import->change.txn, (unsigned)percent);
    if (events->progress && events->progress(events->arg, (unsigned)percent))
        return error_set(error, RESULT_CANCELLED, _("cancelled; nothing was imported"));
    return txn_result(import->change.txn, error);
}

static void tell_suspicions(struct import *import)
{
    struct suspicion list[SUSPICIOUS_MAX];
    size_t n = mistyped_list(&import->mistyped, list, SUSPICIOUS_MAX);
    import->sums->suspicious = import->mistyped.suspicious;
    for (size_t i = 0; i < n; i++) {
        struct suspicion *s = &list[i];
        struct str text = {0};
        char *domain = span_copy(s->domain), *meant = span_copy(s->meant);
        if (suggest_takes_mail(import->change.txn, s->domain))
            str_addf(&text, _("%s looks like %s (%llu rows); many have it: is it right?"),
                     domain, meant, (unsigned long long)s->n);
        else
            str_addf(&text, ngettext("%s looks like %s (%llu row)",
                                     "%s looks like %s (%llu rows)", s->n),
                     domain, meant, (unsigned long long)s->n);
        import->events->problem(import->events->arg, NULL, 0, str_text(&text));
        str_free(&text);
        free(domain);
        free(meant);
    }
}

/* The row at a place the long way, the i-th of all. */
static enum result take_row(struct import *import, struct reader **readers, uint64_t place, size_t i,
                            struct error *error)
{
    struct reader_row row;
    import_list_row(&import->list, readers, place, &row);
    import_row(import, &row, place);
    if (i % PROGRESS_ROWS)
        return RESULT_OK;
    return import_progress(import, 25 + 70 * (double)i / (double)import->list.n, error);
}

/* Every row the long way, one after the other, in the order of the files or in that of addresses. */
static enum result each_row(struct import *import, bool sorted, struct error *error)
{
    struct import_list *list = &import->list;
    struct reader **readers = import_list_readers(list, false);
    struct import_ground ground = {0};
    enum result result = RESULT_OK;
    if (sorted)
        import_list_divide(list);
    for (size_t s = 0, n = 0; s < list->stretches_n; s++) {
        const struct import_stretch *stretch = &list->stretches[s];
        import_stretch_prepare(list, &list->stretches[s], &ground);
        for (size_t i = 0; i < stretch->n && result == RESULT_OK; i++, n++)
            result = take_row(import, readers, import_stretch_place(list, stretch, i), n, error);
    }
    for (size_t i = 0; !sorted && i < list->n && result == RESULT_OK; i++)
        result = take_row(import, readers, import_list_place(list, i), i, error);
    import_list_readers_free(list, readers, false);
    free(ground.bytes);
    return result;
}

static enum result take_files(struct import *import, struct store *store, const char *const *files,
                              size_t n, struct error *error)
{
    enum result result = RESULT_OK;
    for (size_t i = 0; i < n && result == RESULT_OK; i++)
        result = import_list_file(import, files[i], error);
    if (result)
        return result;
    /* What is said of dead addresses touches nothing but the address. */
    if (import->options->one_by_one || import->options->suppressed)
        result = each_row(import, !import->options->one_by_one, error);
    else
        result = import_bulk(import, store, error);
    if (result == RESULT_OK)
        import_list_tell_late(import);
    return result;
}

static void import_free(struct import *import)
{
    struct str *const texts[] = {&import->spelled, &import->target, &import->bytes,
                                 &import->row_folded};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        str_free(texts[i]);
    for (size_t i = 0; i < import->late_n; i++)
        free(import->late[i].text);
    free(import->late);
    contact_free(&import->stored);
    contact_free(&import->contact);
    mistyped_free(&import->mistyped);
    erasures_free(import->erasures);
    import_list_free(&import->list);
}

enum result import_files(struct store *store, const struct actor *actor, const char *const *files,
                         size_t n, const struct import_options *options,
                         const struct import_events *events, struct import_sums *sums,
                         uint32_t *step, struct error *error)
{
    struct outcome outcome = {0};
    struct import import = {.options = options, .events = events, .sums = sums};
    memset(sums, 0, sizeof *sums);
    enum result result =
        change_begin(&import.change, store, actor, STEP_IMPORT, &outcome, error);
    if (result)
        return result;
    import.erasures = erasures_load(import.change.txn);
    result = take_files(&import, store, files, n, error);
    if (result == RESULT_OK) {
        tell_suspicions(&import);
        if (import.added)
            entries_added(import.change.txn, import.change.step, import.first, import.added);
        if (options->dry_run)
            outcome.changed = 0; /* dropped by change_end */
    }
    result = change_end(&import.change, result, error);
    if (result == RESULT_OK && sums->rejected)
        result = error_set(error, RESULT_DATA,
                           options->dry_run
                               ? ngettext("%llu row would be rejected, the others taken in",
                                          "%llu rows would be rejected, the others taken in",
                                          sums->rejected)
                               : ngettext("%llu row was rejected; the others are in",
                                          "%llu rows were rejected; the others are in",
                                          sums->rejected),
                           (unsigned long long)sums->rejected);
    *step = outcome.step;
    import_free(&import);
    outcome_free(&outcome);
    return result;
}
