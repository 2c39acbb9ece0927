/* SPDX-License-Identifier: MIT
 *
 * Erase a person; restore a backup.
 */
#include "store/erase.h"

#include "action/change.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/backup.h"
#include "store/contacts.h"
#include "store/erased.h"
#include "store/keys.h"
#include "store/unpublished.h"

/* An address, or the number of a contact. */
static enum result find(struct txn *txn, struct span text, struct erasing *who, struct error *error)
{
    struct contact contact = {0};
    struct str folded = {0};
    uint64_t number;
    enum result result = RESULT_OK;
    if (span_number(text, &number) && number <= UINT32_MAX && contacts_get(txn, (uint32_t)number, &contact))
        str_add(&folded, contact.folded);
    else
        result = address_fold(text, NULL, &folded, error);
    if (result == RESULT_OK && !erasing_find(txn, span_of_str(&folded), who))
        result = erased_has(txn, span_of_str(&folded))
                     ? error_set(error, RESULT_MISSING, _("%.*s was erased already"), SPAN_ARGS(text))
                     : error_set(error, RESULT_MISSING, _("nothing is known of %.*s"), SPAN_ARGS(text));
    contact_free(&contact);
    str_free(&folded);
    return result;
}

enum result action_erase_look(struct txn *txn, struct span address, struct erasing_sums *sums,
                              struct error *error)
{
    struct erasing who = {0};
    enum result result = find(txn, address, &who, error);
    if (result == RESULT_OK)
        erasing_count(txn, &who, sums);
    erasing_free(&who);
    return result ? result : txn_result(txn, error);
}

enum result action_erase(struct store *store, const struct actor *actor, struct span address,
                         struct erasing_sums *sums, struct outcome *outcome, struct error *error)
{
    struct change change;
    struct erasing who = {0};
    struct actor silent = *actor;
    bool pending = erasing_pending(store);
    silent.command = "zwrotka erase"; /* of whom stands nowhere */
    enum result result = change_begin(&change, store, &silent, STEP_ERASE, outcome, error);
    if (result)
        return result;
    result = find(change.txn, address, &who, error);
    if (result == RESULT_OK) {
        erasing_carry_out(change.txn, &who, actor->now, sums);
        outcome->changed = sums->contacts > sums->addresses ? sums->contacts : sums->addresses;
    }
    result = change_end(&change, result, error);
    if (result == RESULT_OK || pending) {
        struct error trouble;
        enum result scrubbed = erasing_scrub(store, &who, &trouble);
        if (scrubbed && error)
            *error = trouble;
        if (scrubbed || result == RESULT_MISSING)
            result = scrubbed; /* one that was killed is finished */
    }
    erasing_free(&who);
    return result;
}

/* ---- restore */

/* Whichever pair of keys is newer signs on, or return paths given out since would not be known. */
static void keep_keys(struct txn *txn, struct txn *kept)
{
    struct keys now, then;
    if (keys_get(kept, &now) && (!keys_get(txn, &then) || then.made < now.made))
        keys_put(txn, &now);
}

enum result action_restore(struct store *store, const struct actor *actor, struct txn *backup,
                           struct txn **held, const struct store_check *progress, struct outcome *outcome,
                           struct error *error)
{
    struct txn *txn, *kept = *held;
    struct erasing who = {0};
    enum result result = store_write(store, actor->who, "restore", &txn, error);
    if (result)
        return result;
    bool published = unpublished_settings(backup) || (kept && unpublished_settings(kept));
    backup_take(txn, backup, progress);
    uint32_t step = steps_begin(txn, STEP_RESTORE, span_of(actor->who), span_of(actor->command), actor->now);
    if (kept) {
        keep_keys(txn, kept);
        outcome->refused = erasing_replay(txn, kept, actor->now, &who);
    }
    unpublished_clear(txn);
    if (published)
        unpublished_set_settings(txn, UINT64_MAX); /* no map was made by that: all of it is compared */
    outcome->changed = contacts_count(txn);
    steps_set_contacts(txn, step, (uint32_t)outcome->changed);
    result = txn_commit(txn, error);
    txn_end(kept); /* or what it can see could not be overwritten */
    *held = NULL;
    if (result == RESULT_OK)
        outcome->step = step;
    if (result == RESULT_OK && who.names_n)
        result = erasing_scrub(store, &who, error);
    erasing_free(&who);
    return result;
}

void action_restore_look(struct txn *backup, struct txn *kept, int64_t now,
                         void (*sendable)(void *arg, struct span folded, const struct standing *standing),
                         void *arg)
{
    struct judgements_walk walk = {0};
    while (judgements_next(kept, &walk)) {
        if (state_sendable(walk.standing.state, false))
            continue;
        struct standing then = judgements_standing(backup, walk.folded, now);
        if (state_sendable(then.state, false))
            sendable(arg, walk.folded, &walk.standing);
    }
    judgements_walk_end(&walk);
}
