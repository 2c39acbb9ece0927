/* SPDX-License-Identifier: MIT */
#include "store/verify.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/evidence.h"
#include "store/facts.h"
#include "store/idlists.h"
#include "store/judgements.h"
#include "store/packed.h"
#include "store/steps.h"
#include "store/table.h"
#include "store/text.h"

struct verify {
    struct txn *txn;
    struct verify_sums *sums;
    void (*complaint)(void *arg, const char *text);
    void *arg;
    int64_t now;
};

static void complain(struct verify *verify, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void complain(struct verify *verify, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    verify->sums->complaints++;
    verify->complaint(verify->arg, text);
}

/* ---- contacts against the indexes; counts are gathered on the way */

static bool at_address(struct verify *verify, struct span folded, uint32_t id)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    size_t n = contacts_at(verify->txn, folded, ids, CONTACTS_SHARE_MAX);
    for (size_t i = 0; i < n; i++)
        if (ids[i] == id)
            return true;
    return false;
}

static void check_text(struct verify *verify, const struct contact *contact)
{
    struct str is = {0}, should = {0};
    text_of(contact, &should);
    if (!text_get(verify->txn, contact->id, &is) || !span_equal(span_of_str(&is), span_of_str(&should)))
        complain(verify, _("contact %u: the text for searching is not that of the contact"), contact->id);
    str_free(&is);
    str_free(&should);
}

static void check_contact(struct verify *verify, const struct contact *contact)
{
    struct str folded = {0};
    struct error error;
    if (address_fold(contact->address, NULL, &folded, &error) != RESULT_OK)
        complain(verify, _("contact %u: %s"), contact->id, error.text);
    else if (!span_equal(span_of_str(&folded), contact->folded))
        complain(verify, _("contact %u: %.*s is not folded as %.*s"), contact->id,
                 SPAN_ARGS(contact->address), SPAN_ARGS(contact->folded));
    if (!at_address(verify, contact->folded, contact->id))
        complain(verify, _("contact %u: %.*s is not in the index of addresses"), contact->id,
                 SPAN_ARGS(contact->folded));
    if (contact->external_id.n && !contacts_external(verify->txn, contact->external_id))
        complain(verify, _("contact %u: external id %.*s is not indexed"), contact->id,
                 SPAN_ARGS(contact->external_id));
    struct standing standing = judgements_standing(verify->txn, contact->folded, 0);
    if (contacts_state(verify->txn, contact->id) != standing.state)
        complain(verify, _("contact %u: %.*s is %s, but cached as %s"), contact->id,
                 SPAN_ARGS(contact->folded), state_name(standing.state),
                 state_name(contacts_state(verify->txn, contact->id)));
    facts_count(verify->txn, contact, standing.state, standing.reason, 1);
    check_text(verify, contact);
    str_free(&folded);
}

static void check_contacts(struct verify *verify)
{
    struct contacts_each each = {0};
    struct contact found = {0};
    uint32_t before = 0;
    while (contacts_each(verify->txn, &each)) {
        uint32_t id = each.contact.id;
        if (id <= before || !contacts_get(verify->txn, id, &found))
            complain(verify, _("contact %u is not where it is looked for"), id);
        before = id;
        check_contact(verify, &each.contact);
        verify->sums->contacts++;
    }
    contacts_each_end(&each);
    contact_free(&found);
    if (before > contacts_last_id(verify->txn))
        complain(verify, _("contact %u lies beyond the last id"), before);
    if (verify->sums->contacts != contacts_count(verify->txn))
        complain(verify, _("%llu contacts can be reached, %llu are there"),
                 (unsigned long long)verify->sums->contacts,
                 (unsigned long long)contacts_count(verify->txn));
}

static void check_addresses(struct verify *verify)
{
    struct contacts_walk walk = {0};
    struct contact contact = {0};
    struct str before = {0};
    while (contacts_next(verify->txn, &walk)) {
        verify->sums->addresses++;
        if (span_compare(walk.folded, span_of_str(&before)) < 0)
            complain(verify, _("%.*s is out of order"), SPAN_ARGS(walk.folded));
        str_clear(&before);
        str_add(&before, walk.folded);
        if (!contacts_get(verify->txn, walk.id, &contact))
            complain(verify, _("%.*s leads to contact %u, which is not there"),
                     SPAN_ARGS(walk.folded), walk.id);
        else if (!span_equal(contact.folded, walk.folded))
            complain(verify, _("%.*s leads to contact %u, whose address is %.*s"),
                     SPAN_ARGS(walk.folded), walk.id, SPAN_ARGS(contact.folded));
    }
    contacts_walk_end(&walk);
    contact_free(&contact);
    str_free(&before);
}

/* ---- domains: each id in the list of its domain, and no other */

static void check_domains(struct verify *verify)
{
    struct idlists_walk walk = {.all = true};
    struct contact contact = {0};
    uint64_t n = 0;
    for (; idlists_next(verify->txn, &walk); n++) {
        struct key domain;
        bool there = contacts_get(verify->txn, walk.id, &contact);
        if (there)
            domain = key_of_text(address_domain(contact.folded));
        if (!there || !span_equal(walk.name, key_span(&domain)))
            complain(verify, _("the list of %.*s has contact %u, which is elsewhere"),
                     SPAN_ARGS(walk.name), walk.id);
    }
    idlists_walk_end(&walk);
    contact_free(&contact);
    if (n != contacts_count(verify->txn))
        complain(verify, _("%llu contacts are in the lists of domains, %llu are there"),
                 (unsigned long long)n, (unsigned long long)contacts_count(verify->txn));
}

/* ---- judgements against the state function */

static bool same_standing(const struct standing *a, const struct standing *b)
{
    return a->state == b->state && a->reason == b->reason && a->since == b->since &&
           a->soft == b->soft && a->bounced == b->bounced && a->expires == b->expires;
}

static void check_judgements(struct verify *verify)
{
    struct judgements_walk walk = {0};
    while (judgements_next(verify->txn, &walk)) {
        struct standing now = judgements_replay(verify->txn, walk.folded, verify->now);
        bool expired = walk.standing.expires && walk.standing.expires <= verify->now;
        if (!expired && !same_standing(&now, &walk.standing))
            complain(verify, _("%.*s is kept as %s (%s), but its evidence and decisions say %s (%s)"),
                     SPAN_ARGS(walk.folded), state_name(walk.standing.state),
                     reason_name(walk.standing.reason), state_name(now.state),
                     reason_name(now.reason));
    }
    judgements_walk_end(&walk);
}

/* Every piece of evidence belongs to an address with a judgement. */
static void check_evidence(struct verify *verify)
{
    struct cursor *cursor = cursor_open(verify->txn, TABLE_evidence);
    struct span key, value, there;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value)) {
        verify->sums->evidence++;
        struct span folded = span_cut(key, 0, key.n > 13 ? key.n - 13 : 0);
        if (!packed_get(verify->txn, TABLE_judgements, folded, &there))
            complain(verify, _("there is evidence about %.*s, but no judgement"),
                     SPAN_ARGS(folded));
    }
    cursor_close(cursor);
}

/* The gathered counts are differences against nothing; what is stored has to be the same. */
static void check_counts(struct verify *verify)
{
    struct cursor *cursor = cursor_open(verify->txn, TABLE_counts);
    struct span key, value;
    uint64_t n;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value))
        if (key.n >= 2 && take_number(&value, &n))
            counts_add(verify->txn, (enum count_kind)key.at[0], (enum state)key.at[1],
                       span_cut(key, 2, key.n), -(int64_t)n);
    cursor_close(cursor);
    struct count_difference difference;
    while (counts_difference(verify->txn, &difference))
        complain(verify, _("count of %.*s in state %s is wrong by %lld"),
                 SPAN_ARGS(difference.name), state_name(difference.state),
                 (long long)difference.wrong);
}

enum result store_verify(struct store *store, bool replay, int64_t now,
                         void (*complaint)(void *arg, const char *text), void *arg,
                         struct verify_sums *sums, struct error *error)
{
    struct verify verify = {.sums = sums, .complaint = complaint, .arg = arg, .now = now};
    memset(sums, 0, sizeof *sums);
    enum result result = store_read(store, &verify.txn, error);
    if (result)
        return result;
    check_contacts(&verify);
    check_addresses(&verify);
    check_domains(&verify);
    check_counts(&verify);
    if (replay)
        check_judgements(&verify);
    check_evidence(&verify);
    sums->steps = steps_last(verify.txn);
    result = txn_result(verify.txn, error);
    txn_end(verify.txn);
    if (!result && sums->complaints)
        result = error_set(error, RESULT_DATA, _("%llu things are wrong in the store"),
                           (unsigned long long)sums->complaints);
    return result;
}
