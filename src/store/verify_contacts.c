/* SPDX-License-Identifier: MIT
 *
 * Contacts in the order of ids, with their text; then addresses in their order, with judgements; then the
 * other indexes, each against the hashes that the first walk left.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/contacts.h"
#include "store/dense.h"
#include "store/facts.h"
#include "store/idlists.h"
#include "store/judgements.h"
#include "store/packed.h"
#include "store/tags.h"
#include "store/text.h"
#include "store/verifying.h"

enum { MET_ADDRESS = 1, MET_DOMAIN = 2, MET_EXTERNAL = 4, MET_STRAY = 8 };

static uint64_t hash_of(struct span text)
{
    return hash_quick(text, 11) | 1;
}

static uint32_t hash_of_key(struct span text)
{
    struct key key = key_of_text(text);
    return (uint32_t)(hash_quick(key_span(&key), 13) >> 16) | 1;
}

/* ---- contacts by id */

static void check_fold(struct verify *verify, const struct contact *contact, struct str *folded)
{
    struct error error;
    str_clear(folded);
    if (address_fold(contact->address, NULL, folded, &error) != RESULT_OK)
        verify_complain(verify, _("contact %u: %s"), contact->id, error.text);
    else if (!span_equal(span_of_str(folded), contact->folded))
        verify_complain(verify, _("contact %u: %.*s is not folded as %.*s"), contact->id,
                        SPAN_ARGS(contact->address), SPAN_ARGS(contact->folded));
}

/* A text that belongs to no contact is said as well. */
static void check_text(struct verify *verify, struct text_walk *texts, bool *more, const struct contact *contact,
                       struct str *should)
{
    while (*more && texts->id < contact->id) {
        verify_complain(verify, _("there is text of contact %u, which is not there"), texts->id);
        *more = text_walk_next(verify->txn, texts);
    }
    str_clear(should);
    text_of(contact, should);
    if (!*more || texts->id != contact->id || !text_walk_is(texts, span_of_str(should)))
        verify_complain(verify, _("contact %u: the text for searching is not that of the contact"), contact->id);
    if (*more && texts->id == contact->id)
        *more = text_walk_next(verify->txn, texts);
}

static void remember(struct verify_contacts *all, const struct contact *contact)
{
    all->folded[contact->id] = hash_of(contact->folded);
    all->domain[contact->id] = hash_of_key(address_domain(contact->folded));
    all->external[contact->id] = contact->external_id.n ? hash_of_key(contact->external_id) : 0;
}

static void check_records(struct verify *verify)
{
    struct verify_contacts *all = &verify->contacts;
    struct contacts_each each = {0};
    struct text_walk texts = {0};
    struct str folded = {0}, text = {0};
    bool more = text_walk_next(verify->txn, &texts);
    uint32_t before = 0;
    while (contacts_each(verify->txn, &each)) {
        uint32_t id = each.contact.id;
        if (id <= before || id > all->last) {
            verify_complain(verify, _("contact %u lies beyond the last id"), id);
            continue;
        }
        if (id % 65536 < id - before)
            verify_progress(verify, (unsigned)(60.0 * id / all->last));
        before = id;
        verify->sums->contacts++;
        remember(all, &each.contact);
        check_fold(verify, &each.contact, &folded);
        check_text(verify, &texts, &more, &each.contact, &text);
    }
    for (; more; more = text_walk_next(verify->txn, &texts))
        verify_complain(verify, _("there is text of contact %u, which is not there"), texts.id);
    contacts_each_end(&each);
    text_walk_end(&texts);
    str_free(&folded);
    str_free(&text);
    if (verify->sums->contacts != contacts_count(verify->txn))
        verify_complain(verify, _("%llu contacts can be reached, %llu are there"),
                        (unsigned long long)verify->sums->contacts,
                        (unsigned long long)contacts_count(verify->txn));
}

/* ---- numbers by id */

static bool is_there(const struct verify_contacts *all, uint32_t id)
{
    return id <= all->last && all->folded[id];
}

static void check_numbers(struct verify *verify)
{
    struct verify_contacts *all = &verify->contacts;
    uint32_t sets = tags_sets(verify->txn);
    for (int dense = 0; dense < DENSE_COUNT; dense++) {
        struct dense_walk walk = {0};
        while (dense_next(verify->txn, (enum dense)dense, &walk))
            for (uint32_t i = 0; i < walk.n; i++) {
                uint32_t id = walk.id + i, number = dense_at(&walk, i);
                if (number && !is_there(all, id))
                    verify_complain(verify, _("there is a state or tag of contact %u, which is not there"), id);
                else if (number >= (dense == DENSE_STATE ? (uint32_t)STATE_COUNT : sets + 1))
                    verify_complain(verify, _("contact %u has state or tags number %u, which there is not"), id,
                                    number);
                else if (number && dense == DENSE_STATE)
                    all->state[id] = (uint8_t)number;
                else if (number)
                    all->set[id] = number;
            }
        dense_walk_end(&walk);
    }
}

static void check_strays(struct verify *verify)
{
    struct cursor *cursor = cursor_open(verify->txn, TABLE_strays);
    struct span key, value;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value))
        if (key.n == 4 && read_u32(key.at) <= verify->contacts.last)
            verify->contacts.met[read_u32(key.at)] |= MET_STRAY;
        else
            verify_complain(verify, _("a stray lies beyond the last id"));
    cursor_close(cursor);
}

/* ---- addresses, with the judgement of each; counts are gathered on the way */

struct standings {
    struct judgements_walk walk;
    bool more, begun;
};

static struct standing standing_of(struct verify *verify, struct standings *standings, struct span folded)
{
    struct key key = key_of_text(folded);
    if (!standings->begun)
        standings->more = judgements_next(verify->txn, &standings->walk);
    standings->begun = true;
    while (standings->more && span_compare(standings->walk.folded, key_span(&key)) < 0)
        standings->more = judgements_next(verify->txn, &standings->walk);
    return standings->more && span_equal(standings->walk.folded, key_span(&key)) ? standings->walk.standing
                                                                                 : (struct standing){0};
}

struct gathered {
    uint64_t *by_set; /* number of set × STATE_COUNT + state */
    uint32_t sets;
};

static void gather(struct verify *verify, struct gathered *gathered, struct span folded, uint32_t id,
                   const struct standing *standing)
{
    enum state state = standing->state;
    counts_add(verify->txn, COUNT_DOMAIN, state, address_domain(folded), 1);
    if (standing->reason != REASON_none)
        counts_add(verify->txn, COUNT_REASON, state, span_of(reason_name(standing->reason)), 1);
    gathered->by_set[verify->contacts.set[id] * STATE_COUNT + state]++;
}

static void settle(struct verify *verify, const struct gathered *gathered)
{
    for (uint32_t set = 0; set <= gathered->sets; set++)
        for (int state = 0; state < STATE_COUNT; state++) {
            int64_t n = (int64_t)gathered->by_set[set * STATE_COUNT + (uint32_t)state];
            struct span tags = n ? tags_set(verify->txn, set) : SPAN_NONE, tag;
            if (n)
                counts_add(verify->txn, COUNT_STATE, (enum state)state, SPAN_NONE, n);
            while (tags.n && span_next(&tags, ';', &tag))
                counts_add(verify->txn, COUNT_TAG, (enum state)state, tag, n);
        }
}

static void check_address(struct verify *verify, struct gathered *gathered, struct span folded, uint32_t id,
                          const struct standing *standing)
{
    struct verify_contacts *all = &verify->contacts;
    if (!is_there(all, id)) {
        verify_complain(verify, _("%.*s leads to contact %u, which is not there"), SPAN_ARGS(folded), id);
        return;
    }
    if (all->folded[id] != hash_of(folded))
        verify_complain(verify, _("%.*s leads to contact %u, whose address is another"), SPAN_ARGS(folded), id);
    if (all->met[id] & MET_ADDRESS)
        verify_complain(verify, _("%.*s leads to contact %u, which has another place"), SPAN_ARGS(folded), id);
    all->met[id] |= MET_ADDRESS;
    if (all->state[id] != standing->state)
        verify_complain(verify, _("contact %u: %.*s is %s, but cached as %s"), id, SPAN_ARGS(folded),
                        state_name(standing->state), state_name((enum state)all->state[id]));
    gather(verify, gathered, folded, id, standing);
}

static void check_addresses(struct verify *verify)
{
    struct verify_contacts *all = &verify->contacts;
    struct gathered gathered = {.sets = tags_sets(verify->txn)};
    struct contacts_walk walk = {0};
    struct standings standings = {.more = false};
    struct standing standing = {0};
    struct str before = {0};
    uint32_t from, to, ordered = 0;
    gathered.by_set = alloc_zero(((size_t)gathered.sets + 1) * STATE_COUNT, sizeof *gathered.by_set);
    contacts_ordered(verify->txn, &from, &to);
    while (contacts_next(verify->txn, &walk)) {
        int order = span_compare(walk.folded, span_of_str(&before));
        verify->sums->addresses++;
        if (order < 0)
            verify_complain(verify, _("%.*s is out of order"), SPAN_ARGS(walk.folded));
        if (order != 0 || !before.n) {
            str_clear(&before);
            str_add(&before, walk.folded);
            standing = standing_of(verify, &standings, walk.folded);
        }
        check_address(verify, &gathered, walk.folded, walk.id, &standing);
        if (walk.id < from || walk.id > to || walk.id > all->last || all->met[walk.id] & MET_STRAY)
            continue;
        if (walk.id < ordered)
            verify_complain(verify, _("contact %u does not stand where its number says"), walk.id);
        ordered = walk.id;
    }
    settle(verify, &gathered);
    contacts_walk_end(&walk);
    judgements_walk_end(&standings.walk);
    str_free(&before);
    free(gathered.by_set);
}

/* ---- domains and external ids */

static void check_domains(struct verify *verify)
{
    struct verify_contacts *all = &verify->contacts;
    struct idlists_walk walk = {.all = true};
    struct str name = {0};
    uint32_t hash = 0;
    while (idlists_next(verify->txn, &walk)) {
        if (!hash || !span_equal(walk.name, span_of_str(&name))) {
            str_clear(&name);
            str_add(&name, walk.name);
            hash = hash_of_key(walk.name);
        }
        if (!is_there(all, walk.id) || all->domain[walk.id] != hash || all->met[walk.id] & MET_DOMAIN)
            verify_complain(verify, _("the list of %.*s has contact %u, which is elsewhere"),
                            SPAN_ARGS(walk.name), walk.id);
        else
            all->met[walk.id] |= MET_DOMAIN;
    }
    idlists_walk_end(&walk);
    str_free(&name);
}

/* Ids beyond what a row holds are left out; they may be missing. */
static void check_externals(struct verify *verify, bool *full)
{
    struct verify_contacts *all = &verify->contacts;
    struct packed_cursor *cursor = packed_open(verify->txn, TABLE_externals);
    struct span key, ids;
    bool more = packed_seek(cursor, SPAN_NONE, &key, &ids);
    for (; more; more = packed_next(cursor, &key, &ids)) {
        uint32_t hash = (uint32_t)(hash_quick(key, 13) >> 16) | 1, id;
        *full = *full || ids.n / 4 >= CONTACTS_SHARE_MAX;
        for (size_t at = 0; at + 4 <= ids.n; at += 4) {
            memcpy(&id, ids.at + at, 4);
            if (!is_there(all, id) || all->external[id] != hash)
                verify_complain(verify, _("external id %.*s leads to contact %u, which has another"),
                                SPAN_ARGS(key), id);
            else
                all->met[id] |= MET_EXTERNAL;
        }
    }
    packed_close(cursor);
}

static void check_met(struct verify *verify, bool full)
{
    const struct verify_contacts *all = &verify->contacts;
    for (uint32_t id = 0; id <= all->last; id++) {
        if (!all->folded[id])
            continue;
        if (!(all->met[id] & MET_ADDRESS))
            verify_complain(verify, _("contact %u is not in the index of addresses"), id);
        if (!(all->met[id] & MET_DOMAIN))
            verify_complain(verify, _("contact %u is not in the list of its domain"), id);
        if (all->external[id] && !full && !(all->met[id] & MET_EXTERNAL))
            verify_complain(verify, _("contact %u: its external id is not indexed"), id);
    }
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
        verify_complain(verify, _("count of %.*s in state %s is wrong by %lld"), SPAN_ARGS(difference.name),
                        state_name(difference.state), (long long)difference.wrong);
}

void verify_contacts(struct verify *verify)
{
    struct verify_contacts *all = &verify->contacts;
    bool full = false;
    all->last = contacts_last_id(verify->txn);
    size_t n = (size_t)all->last + 1;
    all->folded = alloc_zero(n, sizeof *all->folded);
    all->domain = alloc_zero(n, sizeof *all->domain);
    all->external = alloc_zero(n, sizeof *all->external);
    all->set = alloc_zero(n, sizeof *all->set);
    all->state = alloc_zero(n, sizeof *all->state);
    all->met = alloc_zero(n, sizeof *all->met);
    check_records(verify);
    check_numbers(verify);
    check_strays(verify);
    check_addresses(verify);
    verify_progress(verify, 85);
    check_domains(verify);
    check_externals(verify, &full);
    check_met(verify, full);
    check_counts(verify);
    verify_progress(verify, 90);
    free(all->folded);
    free(all->domain);
    free(all->external);
    free(all->set);
    free(all->state);
    free(all->met);
}
