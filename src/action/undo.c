/* SPDX-License-Identifier: MIT
 *
 * Undo: a step's entries backwards, each put back unless somebody changed it since. It is a step
 * itself, noted like any other, so that it can be undone.
 */
#include <stdlib.h>
#include <string.h>

#include "action/change.h"
#include "base/alloc.h"
#include "base/text.h"
#include "store/contacts.h"

struct undo {
    struct change change;
    uint32_t of;
    int64_t now;
    bool later; /* some step behind it is in force */
    struct str tags;
    char **stale; /* addresses whose evidence changed: judged anew once, at the end */
    size_t n, room;
};

/* Was it last changed by the step that is undone or before, or by this very undo? */
static bool untouched(const struct undo *undo, uint32_t step)
{
    return step <= undo->of || step == undo->change.step;
}

/* What a step changes in the end: an undo, what it undoes changed. */
static enum step_kind root_kind(struct txn *txn, struct step step)
{
    while (step.kind == STEP_UNDO && step.undoes && steps_get(txn, step.undoes, &step))
        ;
    return step.kind;
}

/* Is a later step in force, so that what it found must not be put back beneath it? One that was
 * undone, and the undo of it, are as if they had not been. */
static bool in_force(const struct undo *undo, uint32_t number, struct step *step)
{
    return number != undo->change.step && steps_get(undo->change.txn, number, step) &&
           !step->undone_by && (step->kind != STEP_UNDO || step->undoes <= undo->of);
}

/* Nearly always it is the last step that is undone; then no contact has to be asked about. */
static bool any_later(const struct undo *undo)
{
    struct step step;
    for (uint32_t number = undo->of + 1; number < undo->change.step; number++)
        if (in_force(undo, number, &step))
            return true;
    return false;
}

static bool contact_changed_since(const struct undo *undo, uint32_t id)
{
    struct txn *txn = undo->change.txn;
    struct step step;
    for (uint32_t at = undo->of; undo->later && (at = entries_next_of_contact(txn, id, at));)
        if (in_force(undo, at, &step))
            return true;
    return false;
}

/* Scans change nothing but evidence, and only add to it. */
static bool address_changed_since(const struct undo *undo, struct span folded, bool evidence)
{
    struct txn *txn = undo->change.txn;
    struct step step;
    for (uint32_t at = undo->of; undo->later && (at = entries_next_of_address(txn, folded, at));)
        if (in_force(undo, at, &step)) {
            enum step_kind kind = root_kind(txn, step);
            bool judges = kind == STEP_REVIEW || kind == STEP_REJUDGE;
            if (evidence ? judges : !judges && kind != STEP_SCAN)
                return true;
        }
    return false;
}

static void leave(struct undo *undo, struct span who)
{
    undo->change.outcome->refused++;
    change_note(&undo->change, _("%.*s was changed since and is left as it is"), SPAN_ARGS(who));
}

/* Does another contact have that address by now, so that it can't be given back? */
static bool taken(struct undo *undo, const struct contact *before)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    struct contact other = {0};
    bool found = false;
    size_t n = contacts_at(undo->change.txn, before->folded, ids, CONTACTS_SHARE_MAX);
    for (size_t i = 0; i < n && !found; i++)
        found = ids[i] != before->id && contacts_get(undo->change.txn, ids[i], &other) &&
                (other.external_id.n == 0 || span_equal(other.external_id, before->external_id));
    contact_free(&other);
    return found;
}

static void undo_contact(struct undo *undo, const struct entry *entry)
{
    struct txn *txn = undo->change.txn;
    struct contact now = {0}, before = {0};
    struct str bytes = {0};
    bool there = contacts_get(txn, entry->id, &now);
    if (!entry->absent)
        contact_copy(&entry->before, &before, &bytes);
    if (!there && entry->absent) {
        /* gone already */
    } else if ((there && !untouched(undo, now.step)) || contact_changed_since(undo, entry->id)) {
        leave(undo, there ? now.address : before.address);
    } else if (entry->absent) {
        if (there) {
            entries_remove_contact(txn, undo->change.step, entry->id);
            undo->change.outcome->changed++;
        }
    } else if (taken(undo, &before)) {
        leave(undo, before.address);
    } else {
        entries_restore_contact(txn, undo->change.step, &before);
        undo->change.outcome->changed++;
    }
    contact_free(&now);
    contact_free(&before);
    str_free(&bytes);
}

static void undo_tags(struct undo *undo, const struct entry *entry)
{
    struct txn *txn = undo->change.txn;
    struct contact now = {0};
    if (!contacts_get(txn, entry->id, &now)) {
        /* gone already */
    } else if (!untouched(undo, now.step) || !span_equal(now.tags, entry->tags_after) ||
               contact_changed_since(undo, entry->id)) {
        leave(undo, now.address);
    } else {
        str_clear(&undo->tags);
        str_add(&undo->tags, entry->tags_before);
        entries_put_tags(txn, undo->change.step, &now, span_of_str(&undo->tags));
        undo->change.outcome->changed++;
    }
    contact_free(&now);
}

/* Contacts that an import added go, unless a person touched one or its address since. */
static void undo_added(struct undo *undo, uint32_t first, uint32_t count)
{
    struct txn *txn = undo->change.txn;
    struct contact contact = {0};
    struct judgement judgement = {0};
    for (uint32_t id = first; id - first < count && !txn_failed(txn); id++) {
        if (!contacts_get(txn, id, &contact))
            continue;
        judgements_get(txn, contact.folded, &judgement);
        if (!untouched(undo, contact.step) || !untouched(undo, judgement.step) ||
            contact_changed_since(undo, id)) {
            leave(undo, contact.address);
        } else {
            entries_remove_contact(txn, undo->change.step, id);
            undo->change.outcome->changed++;
        }
    }
    judgement_free(&judgement);
    contact_free(&contact);
}

static void undo_address(struct undo *undo, const struct entry *entry)
{
    struct txn *txn = undo->change.txn;
    struct judgement now = {0}, before = entry->was;
    struct str folded = {0}, target = {0};
    str_add(&folded, entry->folded);
    str_add(&target, before.corrected_to);
    judgements_get(txn, span_of_str(&folded), &now);
    if (!untouched(undo, now.step) || address_changed_since(undo, span_of_str(&folded), false)) {
        leave(undo, span_of_str(&folded));
    } else {
        before.corrected_to = span_of_str(&target);
        entries_restore_judgement(txn, undo->change.step, span_of_str(&folded), &before, undo->now);
        undo->change.outcome->changed++;
    }
    judgement_free(&now);
    str_free(&folded);
    str_free(&target);
}

static void undo_evidence(struct undo *undo, const struct entry *entry)
{
    struct txn *txn = undo->change.txn;
    struct judgement judgement = {0};
    struct evidence evidence = entry->evidence;
    struct str folded = {0};
    str_add(&folded, entry->folded);
    judgements_get(txn, span_of_str(&folded), &judgement);
    struct evidence now;
    struct step of;
    bool there = evidence_get(txn, span_of_str(&folded), entry->time, entry->number, &now);
    bool judged = steps_get(txn, undo->of, &of) && of.kind != STEP_UNDO && !entry->absent;
    bool withdrawn = there && judged && now.hold == HOLD_WITHDRAWN; /* with its scan */
    if (there && entry->absent)
        evidence = now;
    if (!untouched(undo, judgement.step) || withdrawn ||
        address_changed_since(undo, span_of_str(&folded), true)) {
        leave(undo, span_of_str(&folded));
    } else if (there) {
        if (entry->absent)
            evidence.hold = HOLD_WITHDRAWN; /* it stays to be seen */
        entries_put_evidence(txn, undo->change.step, span_of_str(&folded), &evidence);
        ALLOC_GROW(undo->stale, undo->n, undo->room);
        undo->stale[undo->n++] = span_copy(span_of_str(&folded));
        undo->change.outcome->changed++;
    }
    judgement_free(&judgement);
    str_free(&folded);
}

static void undo_review(struct undo *undo, const struct entry *entry)
{
    if (entry->absent) {
        entries_remove_review(undo->change.txn, undo->change.step, entry->number);
    } else {
        struct review_item item = entry->review;
        struct str folded = {0}, text = {0};
        str_add(&folded, item.folded);
        str_add(&text, item.text);
        item.folded = span_of_str(&folded);
        item.text = span_of_str(&text);
        entries_add_review(undo->change.txn, undo->change.step, &item);
        str_free(&folded);
        str_free(&text);
    }
    undo->change.outcome->changed++;
}

static void undo_entry(struct undo *undo, const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_CONTACT:
        undo_contact(undo, entry);
        break;
    case ENTRY_ADDED:
        undo_added(undo, entry->id, entry->count);
        break;
    case ENTRY_ADDRESS:
        undo_address(undo, entry);
        break;
    case ENTRY_EVIDENCE:
        undo_evidence(undo, entry);
        break;
    case ENTRY_REVIEW:
        undo_review(undo, entry);
        break;
    case ENTRY_TAGS:
        undo_tags(undo, entry);
        break;
    }
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

static void judge_stale(struct undo *undo)
{
    if (undo->n)
        qsort(undo->stale, undo->n, sizeof *undo->stale, by_name);
    for (size_t i = 0; i < undo->n; i++) {
        if (i == 0 || strcmp(undo->stale[i], undo->stale[i - 1]) != 0)
            judgements_refresh(undo->change.txn, span_of(undo->stale[i]), undo->now);
    }
    for (size_t i = 0; i < undo->n; i++)
        free(undo->stale[i]);
    free(undo->stale);
}

uint32_t action_undo_next(struct txn *txn, const char *who)
{
    struct step step;
    for (uint32_t number = steps_last(txn); number > 0; number--)
        if (steps_get(txn, number, &step) && step.kind != STEP_UNDO && step.kind != STEP_ERASE &&
            step.kind != STEP_RESTORE && !step.undone_by && span_equal(step.who, span_of(who)))
            return number;
    return 0;
}

static enum result choose(struct undo *undo, uint32_t wanted, struct error *error)
{
    struct txn *txn = undo->change.txn;
    struct step step;
    undo->of = wanted ? wanted : action_undo_next(txn, undo->change.actor->who);
    if (!undo->of)
        return error_set(error, RESULT_NO, _("%s has nothing to undo"), undo->change.actor->who);
    if (undo->of == undo->change.step || !steps_get(txn, undo->of, &step))
        return error_set(error, RESULT_MISSING, _("there is no step %u"), undo->of);
    if (step.kind == STEP_ERASE)
        return error_set(error, RESULT_NO, _("step %u erased a person; that cannot be undone"),
                         undo->of);
    if (step.kind == STEP_RESTORE)
        return error_set(error, RESULT_NO, _("step %u put a backup back; that cannot be undone"), undo->of);
    if (step.undone_by)
        return error_set(error, RESULT_NO, _("step %u was undone by step %u already"), undo->of,
                         step.undone_by);
    return RESULT_OK;
}

/* `step` is undone by `by`. If it was an undo itself, what it undid is in force again, and so on down
 * the chain. */
static void settle(struct txn *txn, uint32_t step, uint32_t by)
{
    struct step at;
    for (bool undone = true; step && steps_get(txn, step, &at); undone = !undone) {
        uint32_t next = at.undoes;
        steps_set_undone(txn, step, undone ? by : 0);
        by = step;
        step = next;
    }
}

/* Of a contact there may be several entries: an undo touches as many as its step did, but for those left. */
static uint64_t contacts_of(const struct undo *undo)
{
    const struct outcome *outcome = undo->change.outcome;
    struct step of;
    bool fewer = steps_get(undo->change.txn, undo->of, &of) && of.contacts &&
                 of.contacts < outcome->changed + outcome->refused;
    if (!fewer)
        return outcome->changed;
    return of.contacts > outcome->refused ? of.contacts - outcome->refused : 1;
}

enum result action_undo(struct store *store, const struct actor *actor, uint32_t number,
                        struct outcome *outcome, struct error *error)
{
    struct undo undo = {.now = actor->now};
    enum result result = change_begin(&undo.change, store, actor, STEP_UNDO, outcome, error);
    if (result)
        return result;
    result = choose(&undo, number, error);
    if (result == RESULT_OK) {
        struct entries_walk walk = {0};
        undo.later = any_later(&undo);
        while (entries_next(undo.change.txn, undo.of, &walk))
            undo_entry(&undo, &walk.entry);
        entries_walk_end(&walk);
        str_free(&undo.tags);
        judge_stale(&undo);
        if (outcome->changed) {
            outcome->changed = contacts_of(&undo);
            steps_set_undoes(undo.change.txn, undo.change.step, undo.of);
            settle(undo.change.txn, undo.of, undo.change.step);
        }
        if (outcome->refused)
            result = error_set(error, RESULT_BUSY,
                               _("%llu changed since step %u and are left as they are"),
                               (unsigned long long)outcome->refused, undo.of);
    }
    return change_end(&undo.change, result, error);
}
