/* SPDX-License-Identifier: MIT */
#include "action/import.h"

#include <stdlib.h>
#include <string.h>

#include "action/change.h"
#include "action/suggest.h"
#include "base/alloc.h"
#include "base/date.h"
#include "base/file.h"
#include "base/text.h"
#include "contact/address.h"
#include "contact/typo.h"
#include "store/contacts.h"

enum { PROGRESS_ROWS = 4096, SUSPICIOUS_MAX = 200 };

/* A domain that looks mistyped, and how many rows have it. */
struct suspicion {
    char *domain, *meant;
    uint64_t n;
};

struct import {
    struct change change;
    const struct import_options *options;
    const struct import_events *events;
    struct import_sums *sums;
    const char *file;
    uint32_t first, added; /* ids given in this import */
    bool decided;          /* some address was decided about */
    struct suspicion *suspicions;
    size_t n, room;
    struct str folded, spelled, target, tags, bytes;
    struct contact stored, contact;
};

/* ---- suspicious domains */

static void suspect_domain(struct import *import, struct span domain)
{
    for (size_t i = 0; i < import->n; i++)
        if (span_equal(span_of(import->suspicions[i].domain), domain)) {
            import->suspicions[i].n++;
            import->sums->suspicious++;
            return;
        }
    struct span meant = typo_suggest(domain, NULL, NULL);
    if (!meant.n)
        return;
    import->sums->suspicious++;
    if (import->n < SUSPICIOUS_MAX) {
        ALLOC_GROW(import->suspicions, import->n, import->room);
        import->suspicions[import->n++] =
            (struct suspicion){span_copy(domain), span_copy(meant), 1};
    }
}

static int by_number(const void *a, const void *b)
{
    const struct suspicion *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return strcmp(x->domain, y->domain);
}

static void tell_suspicions(struct import *import)
{
    if (import->n)
        qsort(import->suspicions, import->n, sizeof *import->suspicions, by_number);
    for (size_t i = 0; i < import->n; i++) {
        struct suspicion *s = &import->suspicions[i];
        struct str text = {0};
        if (suggest_takes_mail(import->change.txn, span_of(s->domain)))
            str_addf(&text, _("%s looks like %s (%llu contacts); many have it: is it right?"),
                     s->domain, s->meant, (unsigned long long)s->n);
        else
            str_addf(&text, ngettext("%s looks like %s (%llu contact)",
                                     "%s looks like %s (%llu contacts)", s->n),
                     s->domain, s->meant, (unsigned long long)s->n);
        import->events->problem(import->events->arg, NULL, 0, str_text(&text));
        str_free(&text);
    }
}

/* ---- whom a row means */

static uint32_t pick_external(struct import *import, const uint32_t *ids, size_t n,
                              struct span external_id)
{
    for (size_t i = 0; i < n; i++)
        if (contacts_get(import->change.txn, ids[i], &import->stored) &&
            span_equal(import->stored.external_id, external_id))
            return ids[i];
    return 0;
}

static uint32_t at_address(struct import *import, struct span folded, struct span external_id)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    size_t n = contacts_at(import->change.txn, folded, ids, CONTACTS_SHARE_MAX);
    uint32_t known = contacts_external(import->change.txn, external_id);
    uint32_t same = known ? pick_external(import, &known, 1, external_id) : 0;
    if (same && !span_equal(import->stored.folded, folded))
        same = 0;
    if (!same && external_id.n)
        same = pick_external(import, ids, n, external_id);
    if (same || !n || !import->options->by_external_id || !external_id.n)
        return same ? same : n ? ids[0] : 0;
    return pick_external(import, ids, n, SPAN_NONE); /* one that has no id yet takes this one */
}

/* The contact of a row, 0 for a new one; *corrected when the row has an address that was mended. */
static uint32_t match(struct import *import, const struct contact *row, bool *corrected)
{
    struct txn *txn = import->change.txn;
    struct span folded = span_of_str(&import->folded);
    *corrected = false;
    if (import->options->by_external_id && row->external_id.n) {
        uint32_t id = contacts_external(txn, row->external_id);
        if (id) {
            *corrected = judgements_corrected_to(txn, folded, &import->target) &&
                         contacts_get(txn, id, &import->stored) &&
                         span_equal(import->stored.folded, span_of_str(&import->target));
            return id;
        }
    }
    uint32_t id = at_address(import, folded, row->external_id);
    if (!id && judgements_corrected_to(txn, folded, &import->target)) {
        id = at_address(import, span_of_str(&import->target), row->external_id);
        *corrected = id != 0;
    }
    return id;
}

/* ---- one row */

static void reject(struct import *import, uint64_t line, const char *text)
{
    import->sums->rejected++;
    import->events->problem(import->events->arg, import->file, line, text);
}

/* A value replaces, an empty one keeps. True if anything differs. */
static bool blend(const struct contact *row, struct contact *contact)
{
    bool differs = false;
    const struct {
        const struct span *from;
        struct span *to;
    } plain[] = {
        {&row->name, &contact->name},
        {&row->external_id, &contact->external_id},
        {&row->tags, &contact->tags},
    };
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (plain[i].from->n && !span_equal(*plain[i].from, *plain[i].to)) {
            *plain[i].to = *plain[i].from;
            differs = true;
        }
    for (size_t i = 0, near = 0; i < row->n; i++) {
        const struct contact_field *field = &row->fields[i];
        if (field->value.n && !span_equal(contact_field_near(contact, field->name, &near), field->value)) {
            contact_set_field(contact, field->name, field->value);
            differs = true;
        }
    }
    return differs;
}

static void put_changed(struct import *import, struct contact *contact)
{
    struct change *change = &import->change;
    if (contact->born == change->step) {
        contact->step = change->step; /* undone with the range it was added in */
        contacts_put(change->txn, contact);
    } else {
        entries_put_contact(change->txn, change->step, contact);
    }
    change->outcome->changed++;
}

static void add_contact(struct import *import, uint64_t line, const struct contact *row)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    if (row->external_id.n && contacts_at(import->change.txn, span_of_str(&import->folded), ids,
                                          CONTACTS_SHARE_MAX) == CONTACTS_SHARE_MAX) {
        reject(import, line, _("too many contacts share this address already"));
        return;
    }
    struct contact fresh = *row; /* borrows the row's fields; not freed */
    fresh.id = 0;
    fresh.address = span_of_str(&import->spelled);
    fresh.folded = span_of_str(&import->folded);
    fresh.born = fresh.step = import->change.step;
    uint32_t id = contacts_put(import->change.txn, &fresh);
    if (!import->added++)
        import->first = id;
    import->sums->added++;
    import->change.outcome->changed++;
}

static void update_contact(struct import *import, uint64_t line, uint32_t id,
                           const struct contact *row, bool corrected)
{
    struct change *change = &import->change;
    struct contact *contact = &import->contact;
    if (!contacts_get(change->txn, id, &import->stored))
        return;
    contact_copy(&import->stored, contact, &import->bytes);
    struct str spelled = {0}, folded = {0};
    bool moved = import->options->by_external_id && !corrected &&
                 !span_equal(contact->folded, span_of_str(&import->folded));
    if (moved) {
        struct error why;
        if (change_check_address(change->txn, row->address, id, contact->external_id, false,
                                 &spelled, &folded, &why) != RESULT_OK) {
            reject(import, line, why.text);
            goto out;
        }
        change_correct(change, contact, span_of_str(&spelled), span_of_str(&folded));
    }
    bool differs = blend(row, contact) || moved;
    if (differs)
        put_changed(import, contact);
    if (corrected)
        import->sums->corrected++;
    else if (differs)
        import->sums->changed++;
    else
        import->sums->unchanged++;
out:
    str_free(&spelled);
    str_free(&folded);
}

static bool has_decision(const struct judgement *judgement, const struct decision *decision)
{
    for (size_t i = 0; i < judgement->n; i++) {
        const struct decision *d = &judgement->decisions[i];
        if (d->time == decision->time && d->kind == decision->kind && d->reason == decision->reason)
            return true;
    }
    return false;
}

/* --with-state: a state brought along is a decision as old as its `since`. Nothing brought along
 * makes a dead address living. */
static const char *bring_state(struct import *import, const struct reader_row *row)
{
    static const enum event_kind events[STATE_COUNT] = {
        [STATE_ACTIVE] = EVENT_NONE,
        [STATE_SUSPECT] = EVENT_SUSPECT,
        [STATE_INVALID] = EVENT_INVALID,
        [STATE_COMPLAINED] = EVENT_COMPLAINED,
        [STATE_BLOCKED] = EVENT_BLOCKED,
    };
    struct change *change = &import->change;
    enum state state;
    enum reason reason = REASON_imported;
    int64_t since = 0;
    if (!row->state.n)
        return NULL;
    if (!state_from_name(row->state, &state))
        return _("unknown state");
    if (row->reason.n && !reason_from_name(row->reason, &reason))
        return _("unknown reason");
    if (row->since.n && !date_from_iso(row->since, &since))
        return _("`since` is no date");
    struct judgement judgement = {0};
    judgements_get(change->txn, span_of_str(&import->folded), &judgement);
    enum state current = judgement.standing.state;
    bool dated = since > 0 && since <= change->actor->now;
    struct decision decision = {.time = dated ? since : change->actor->now,
                                .step = change->step,
                                .kind = events[state],
                                .reason = reason};
    bool revives = state_sendable(state, false) && !state_sendable(current, false);
    if (events[state] != EVENT_NONE && current != state && !revives &&
        !has_decision(&judgement, &decision)) { /* the same file every night decides once */
        judgement_decide(&judgement, decision);
        entries_put_judgement(change->txn, change->step, span_of_str(&import->folded), &judgement,
                            change->actor->now);
        change->outcome->changed++;
    }
    judgement_free(&judgement);
    return NULL;
}

/* `before`: how it stood before the row; its own state, where it brought one, is in force by now. */
static void suppress(struct import *import, const struct standing *before)
{
    struct change *change = &import->change;
    struct standing standing =
        judgements_standing(change->txn, span_of_str(&import->folded), change->actor->now);
    if (!state_sendable(before->state, false)) {
        import->sums->unchanged++;
        return;
    }
    if (state_sendable(standing.state, false)) {
        change_decide(change, span_of_str(&import->folded), EVENT_INVALID, REASON_imported);
        change->outcome->changed++;
    }
    import->sums->changed++;
    import->sums->suppressed++;
}

static void take_row(struct import *import, const struct reader_row *row)
{
    struct error why;
    bool corrected;
    import->sums->rows++;
    if (row->problem) {
        reject(import, row->line, row->problem);
        return;
    }
    if (address_fold(row->contact.address, &import->spelled, &import->folded, &why) != RESULT_OK) {
        reject(import, row->line, why.text);
        return;
    }
    bool dead = import->options->suppressed, stated = import->options->reader.with_state;
    struct standing before =
        judgements_standing(import->change.txn, span_of_str(&import->folded), import->change.actor->now);
    const char *problem = stated ? bring_state(import, row) : NULL;
    if (problem) {
        reject(import, row->line, problem);
        return;
    }
    if (dead) {
        suppress(import, &before);
        return;
    }
    uint32_t id = match(import, &row->contact, &corrected);
    if (id)
        update_contact(import, row->line, id, &row->contact, corrected);
    else
        add_contact(import, row->line, &row->contact);
    if (!corrected)
        suspect_domain(import, address_domain(span_of_str(&import->folded)));
}

/* ---- a file, all files */

static enum result take_file(struct import *import, size_t i, size_t n, struct error *error)
{
    struct file file;
    struct reader *reader;
    struct reader_row row;
    enum result result = file_open(import->file, &file, error);
    if (result)
        return result;
    const char *name = strcmp(import->file, "-") == 0 ? _("standard input") : import->file;
    result = reader_open(file.bytes, name, &import->options->reader, &reader, error);
    if (result) {
        file_close(&file);
        return result;
    }
    for (uint64_t rows = 1; result == RESULT_OK; rows++) {
        if (reader_next(reader, &row) != RESULT_OK)
            break;
        take_row(import, &row);
        if (rows % PROGRESS_ROWS)
            continue;
        unsigned percent = (unsigned)(100 * (i + (double)reader_position(reader) /
                                                     (double)(file.bytes.n + 1)) / (double)n);
        store_progress(import->change.txn, percent);
        if (import->events->progress &&
            import->events->progress(import->events->arg, percent))
            result = error_set(error, RESULT_CANCELLED, _("cancelled; nothing was imported"));
        if (txn_failed(import->change.txn))
            result = txn_result(import->change.txn, error);
    }
    reader_close(reader);
    file_close(&file);
    return result;
}

static void import_free(struct import *import)
{
    for (size_t i = 0; i < import->n; i++) {
        free(import->suspicions[i].domain);
        free(import->suspicions[i].meant);
    }
    free(import->suspicions);
    contact_free(&import->stored);
    contact_free(&import->contact);
    str_free(&import->folded);
    str_free(&import->spelled);
    str_free(&import->target);
    str_free(&import->tags);
    str_free(&import->bytes);
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
    for (size_t i = 0; i < n && result == RESULT_OK; i++) {
        import.file = files[i];
        result = take_file(&import, i, n, error);
    }
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
