/* SPDX-License-Identifier: MIT */
#include "action/change.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/erased.h"
#include "store/evidence.h"

const char *actor_login(void)
{
    static char name[128];
    if (name[0])
        return name;
    const struct passwd *user = getpwuid(geteuid());
    char fallback[32];
    snprintf(fallback, sizeof fallback, "uid %u", (unsigned)geteuid());
    const char *login = user ? user->pw_name : fallback;
    const char *caller = getenv("SUDO_USER");
    if (caller && caller[0] && strcmp(caller, login) != 0)
        snprintf(name, sizeof name, "%.60s as %.60s", caller, login);
    else
        snprintf(name, sizeof name, "%.120s", login);
    return name;
}

void outcome_free(struct outcome *outcome)
{
    str_free(&outcome->notes);
}

enum result change_begin(struct change *change, struct store *store, const struct actor *actor,
                         enum step_kind kind, struct outcome *outcome, struct error *error)
{
    *change = (struct change){.actor = actor, .outcome = outcome};
    enum result result = store_write(store, actor->who, step_kind_name(kind), &change->txn, error);
    if (result == RESULT_OK)
        change->step = steps_begin(change->txn, kind, span_of(actor->who),
                                   span_of(actor->command), actor->now);
    return result;
}

enum result change_end(struct change *change, enum result result, struct error *error)
{
    bool keep = (result == RESULT_OK || result == RESULT_BUSY) && change->outcome->changed > 0;
    if (!keep) {
        enum result failure = txn_result(change->txn, error);
        txn_end(change->txn);
        return failure ? failure : result;
    }
    steps_set_contacts(change->txn, change->step, (uint32_t)change->outcome->changed);
    struct error failure;
    enum result commit = txn_commit(change->txn, &failure);
    if (commit) {
        if (error)
            *error = failure;
        return commit;
    }
    change->outcome->step = change->step;
    return result;
}

void change_note(struct change *change, const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    struct str *notes = &change->outcome->notes;
    if (notes->n)
        str_add_char(notes, '\n');
    str_add_text(notes, line);
}

void change_decide(struct change *change, struct span folded, enum event_kind kind,
                   enum reason reason)
{
    struct judgement judgement = {0};
    struct str name = {0};
    str_add(&name, folded);
    judgements_get(change->txn, span_of_str(&name), &judgement);
    change_decide_known(change, span_of_str(&name), &judgement, kind, reason);
    judgement_free(&judgement);
    str_free(&name);
}

void change_decide_known(struct change *change, struct span folded, struct judgement *judgement,
                         enum event_kind kind, enum reason reason)
{
    struct decision decision = {change->actor->now, change->step, kind, reason};
    entries_decide(change->txn, change->step, folded, judgement, &decision);
}

/* "jan@wp.example is invalid since 21 Nov: user unknown (550 5.1.1 no such user)" */
static enum result known_dead(struct txn *txn, struct span folded, const struct standing *standing,
                              struct error *error)
{
    char since[16] = "?", evidence[300] = "";
    if (standing->since)
        date_short(standing->since, date_now(), since);
    struct evidence_walk walk = {0};
    while (evidence_next(txn, folded, &walk))
        if (evidence_effect(&walk.evidence) == EVENT_HARD && walk.evidence.diagnostic.n)
            snprintf(evidence, sizeof evidence, " (%.*s)", SPAN_ARGS(walk.evidence.diagnostic));
    evidence_walk_end(&walk);
    return error_set(error, RESULT_DATA,
                     _("%.*s is known as %s since %s: %s%s; --force takes it all the same"),
                     SPAN_ARGS(folded), state_words(standing->state), since,
                     reason_words(standing->reason), evidence);
}

enum result change_check_address(struct txn *txn, struct span text, uint32_t id,
                                 struct span external_id, bool force, struct str *spelled,
                                 struct str *folded, struct error *error)
{
    enum result result = address_fold(text, spelled, folded, error);
    if (result)
        return result;
    uint32_t ids[CONTACTS_SHARE_MAX];
    size_t n = contacts_at(txn, span_of_str(folded), ids, CONTACTS_SHARE_MAX);
    struct contact other = {0};
    if (n == CONTACTS_SHARE_MAX)
        result = error_set(error, RESULT_DATA, _("%s: %d contacts share this address already"),
                           str_text(folded), CONTACTS_SHARE_MAX);
    for (size_t i = 0; i < n && result == RESULT_OK; i++) {
        if (ids[i] == id || !contacts_get(txn, ids[i], &other))
            continue;
        bool differ = external_id.n && other.external_id.n &&
                      !span_equal(external_id, other.external_id);
        if (!differ)
            result = error_set(error, RESULT_DATA,
                               id ? _("%.*s belongs to contact %u%s%.*s%s already; `zwrotka merge` "
                                      "joins the two")
                                  : _("%.*s belongs to contact %u%s%.*s%s already; `zwrotka edit` "
                                      "changes it"),
                               SPAN_ARGS(other.address), other.id, other.name.n ? " (" : "",
                               SPAN_ARGS(other.name), other.name.n ? ")" : "");
    }
    contact_free(&other);
    if (result || force)
        return result;
    if (erased_has(txn, span_of_str(folded)))
        return error_set(error, RESULT_DATA, _("%s was erased; --force takes the address all the same"),
                         str_text(folded));
    struct standing standing = judgements_standing(txn, span_of_str(folded), date_now());
    if (!state_sendable(standing.state, false))
        return known_dead(txn, span_of_str(folded), &standing, error);
    struct str target = {0};
    if (!id && judgements_corrected_to(txn, span_of_str(folded), &target))
        result = error_set(error, RESULT_DATA,
                           _("%s was corrected to %s; --force adds it all the same"),
                           str_text(folded), str_text(&target));
    str_free(&target);
    return result;
}

void change_own(struct change *change, struct span folded)
{
    struct judgement judgement = {0};
    struct str copy = {0};
    str_add(&copy, folded);
    if (erased_count(change->txn))
        erased_forget(change->txn, span_of_str(&copy));
    folded = span_of_str(&copy);
    if (judgements_get(change->txn, folded, &judgement) && judgement.corrected_to.n) {
        judgement.corrected_to = SPAN_NONE;
        judgement.corrected = 0;
        entries_put_judgement(change->txn, change->step, folded, &judgement, change->actor->now);
    }
    judgement_free(&judgement);
    str_free(&copy);
}

void change_correct(struct change *change, struct contact *contact, struct span spelled,
                    struct span folded)
{
    struct judgement judgement = {0};
    judgements_get(change->txn, contact->folded, &judgement);
    judgement.corrected_to = folded;
    judgement.corrected = change->actor->now;
    entries_put_judgement(change->txn, change->step, contact->folded, &judgement,
                        change->actor->now);
    judgement_free(&judgement);
    change_own(change, folded);
    contact->address = spelled;
    contact->folded = folded;
    contact->corrected = change->actor->now;
}

uint32_t change_successor(struct txn *txn, struct span folded, struct str *target)
{
    uint32_t ids[CONTACTS_SHARE_MAX], found = 0;
    struct contact contact = {0};
    int64_t time;
    if (!judgements_correction(txn, folded, target, &time))
        return 0;
    size_t n = contacts_at(txn, span_of_str(target), ids, CONTACTS_SHARE_MAX);
    for (size_t i = 0; n > 1 && i < n && !found; i++)
        if (contacts_get(txn, ids[i], &contact) && contact.corrected == time)
            found = ids[i];
    contact_free(&contact);
    return found ? found : n ? ids[0] : 0;
}

uint32_t action_find(struct txn *txn, struct span text)
{
    struct str folded = {0}, target = {0};
    struct contact contact = {0};
    uint64_t number;
    uint32_t id = 0;
    if (span_number(text, &number) && number <= UINT32_MAX &&
        contacts_get(txn, (uint32_t)number, &contact)) {
        id = (uint32_t)number;
    } else if (address_fold(text, NULL, &folded, NULL) == RESULT_OK) {
        if (!contacts_at(txn, span_of_str(&folded), &id, 1))
            id = change_successor(txn, span_of_str(&folded), &target);
    }
    contact_free(&contact);
    str_free(&folded);
    str_free(&target);
    return id;
}
