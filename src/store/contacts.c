/* SPDX-License-Identifier: MIT
 *
 * Layouts:
 *   contacts   id (big-endian) → born, step, corrected, then (column, bytes) until the end; packed
 *   addresses  folded address → ids, 4 bytes each, little-endian, ascending; packed
 *   externals  external id → ids, as addresses; packed
 *   strays     id (big-endian) that no longer stands where its number says → nothing
 * States, tags, domains and the text for words stand in tables of their own: dense.c, tags.c,
 * idlists.c, text.c.
 */
#include "store/contacts.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "contact/address.h"
#include "store/added.h"
#include "store/dense.h"
#include "store/facts.h"
#include "store/fresh.h"
#include "store/idlists.h"
#include "store/judgements.h"
#include "store/packed.h"
#include "store/record.h"
#include "store/tags.h"
#include "store/text.h"

bool contacts_get(struct txn *txn, uint32_t id, struct contact *contact)
{
    struct key key = key_of_u32(id);
    struct span record;
    if (!packed_get(txn, TABLE_contacts, key_span(&key), &record))
        return false;
    if (!record_read(txn, record, contact)) {
        txn_damaged(txn, TABLE_contacts, key_span(&key));
        return false;
    }
    contact->id = id;
    contact->tags = tags_get(txn, id);
    return true;
}

/* ---- how many there are, and the highest id: in hand during a transaction */

struct totals {
    uint64_t contacts;
    uint32_t last_id;
    /* The last run of ids that came in the order of their addresses, with the last one's address, and
     * the longest such run so far. */
    uint32_t run_from, run_to;
    struct str run_at;
    uint32_t ordered_from, ordered_to;
    struct added *added; /* by contacts_add, until contacts_settle; NULL for none */
    /* Of contacts_put_fresh: those of a class that are put together lie together in the file. */
    struct fresh_blocks texts[TEXT_CLASSES];
};

static const struct {
    const char *name;
    size_t offset;
} totals_ids[] = {
    {"last_id", offsetof(struct totals, last_id)},
    {"run_from", offsetof(struct totals, run_from)},
    {"run_to", offsetof(struct totals, run_to)},
    {"ordered_from", offsetof(struct totals, ordered_from)},
    {"ordered_to", offsetof(struct totals, ordered_to)},
};

static uint32_t *totals_id(struct totals *totals, size_t i)
{
    return (uint32_t *)(void *)((char *)totals + totals_ids[i].offset);
}

static void totals_drop(void *data)
{
    struct totals *totals = data;
    str_free(&totals->run_at);
    added_free(totals->added);
    for (int class = 0; class < TEXT_CLASSES; class++)
        fresh_blocks_free(&totals->texts[class]);
    free(totals);
}

static void totals_flush(struct txn *txn)
{
    struct totals *totals = txn_slot(txn, SLOT_TOTALS);
    if (meta_get(txn, "contacts") != totals->contacts)
        meta_put(txn, "contacts", totals->contacts);
    bool ran = meta_get(txn, "run_to") != totals->run_to;
    for (size_t i = 0; i < sizeof totals_ids / sizeof *totals_ids; i++)
        if (meta_get(txn, totals_ids[i].name) != *totals_id(totals, i))
            meta_put(txn, totals_ids[i].name, *totals_id(totals, i));
    if (ran)
        table_put(txn, TABLE_meta, SPAN("run_at"), span_of_str(&totals->run_at));
}

static struct totals *totals_of(struct txn *txn)
{
    struct totals *totals = txn_slot(txn, SLOT_TOTALS);
    struct span run_at;
    if (totals)
        return totals;
    totals = alloc_zero(1, sizeof *totals);
    totals->contacts = meta_get(txn, "contacts");
    for (size_t i = 0; i < sizeof totals_ids / sizeof *totals_ids; i++)
        *totals_id(totals, i) = (uint32_t)meta_get(txn, totals_ids[i].name);
    if (table_get(txn, TABLE_meta, SPAN("run_at"), &run_at))
        str_add(&totals->run_at, run_at);
    txn_set_slot(txn, SLOT_TOTALS, totals, totals_drop, txn_writes(txn) ? totals_flush : NULL);
    return totals;
}

uint64_t contacts_count(struct txn *txn)
{
    return totals_of(txn)->contacts;
}

uint32_t contacts_last_id(struct txn *txn)
{
    return totals_of(txn)->last_id;
}

void contacts_ordered(struct txn *txn, uint32_t *from, uint32_t *to)
{
    *from = totals_of(txn)->ordered_from;
    *to = totals_of(txn)->ordered_to;
}

/* The last run goes on to `id`, which is at this address. */
static void follow_run(struct txn *txn, uint32_t id, struct span folded)
{
    struct totals *totals = totals_of(txn);
    totals->run_to = id;
    str_clear(&totals->run_at);
    str_add(&totals->run_at, folded);
    if (totals->run_to - totals->run_from >= totals->ordered_to - totals->ordered_from) {
        totals->ordered_from = totals->run_from;
        totals->ordered_to = totals->run_to;
    }
}

/* A contact has this address from now on. A run goes on as long as each new one belongs behind the
 * last; one of a run that moves later is a stray. */
static void follow_order(struct txn *txn, uint32_t id, struct span folded)
{
    struct totals *totals = totals_of(txn);
    if ((id >= totals->run_from && id <= totals->run_to) ||
        (id >= totals->ordered_from && id <= totals->ordered_to)) {
        struct key key = key_of_u32(id);
        table_put(txn, TABLE_strays, key_span(&key), SPAN_NONE);
        return;
    }
    if (id <= totals->run_to)
        return;
    if (!totals->run_to || id != totals->run_to + 1 || span_compare(span_of_str(&totals->run_at), folded) > 0)
        totals->run_from = id;
    follow_run(txn, id, folded);
}

void contacts_forget_order(struct txn *txn, struct span folded)
{
    struct totals *totals = totals_of(txn);
    if (totals->run_to && span_equal(span_of_str(&totals->run_at), folded)) {
        totals->run_from = totals->run_to = 0;
        str_clear(&totals->run_at);
    }
}

/* ---- state cache */

enum state contacts_state(struct txn *txn, uint32_t id)
{
    uint32_t state = dense_get(txn, DENSE_STATE, id);
    if (state >= STATE_COUNT) {
        struct key key = key_of_u32(id);
        txn_damaged(txn, TABLE_state, key_span(&key));
        return STATE_ACTIVE;
    }
    return (enum state)state;
}

static void set_state(struct txn *txn, uint32_t id, enum state state)
{
    dense_put(txn, DENSE_STATE, id, state);
}

/* ---- indexes */

static size_t ids_of(struct span value, uint32_t *ids, size_t max)
{
    size_t n = value.n / 4;
    for (size_t i = 0; i < n && i < max; i++)
        memcpy(&ids[i], value.at + 4 * i, 4);
    return n < max ? n : max;
}

size_t contacts_at(struct txn *txn, struct span folded, uint32_t *ids, size_t max)
{
    struct span value;
    return packed_get(txn, TABLE_addresses, folded, &value) ? ids_of(value, ids, max) : 0;
}

uint32_t contacts_external(struct txn *txn, struct span external_id)
{
    struct key key = key_of_text(external_id);
    struct span value;
    uint32_t id = 0;
    if (external_id.n && packed_get(txn, TABLE_externals, key_span(&key), &value))
        ids_of(value, &id, 1);
    return id;
}

/* Puts an id into a row of ids, or takes it out. False where the row is full. */
static bool index_id(struct txn *txn, enum table table, struct span name, uint32_t id, bool in)
{
    uint32_t ids[CONTACTS_SHARE_MAX], kept[CONTACTS_SHARE_MAX + 1];
    struct key key = key_of_text(name);
    struct span value;
    size_t n = packed_get(txn, table, key_span(&key), &value)
                   ? ids_of(value, ids, CONTACTS_SHARE_MAX) : 0;
    size_t k = 0;
    for (size_t i = 0; i < n; i++)
        if (ids[i] < id)
            kept[k++] = ids[i];
    if (in)
        kept[k++] = id;
    for (size_t i = 0; i < n; i++)
        if (ids[i] > id)
            kept[k++] = ids[i];
    if (k > CONTACTS_SHARE_MAX)
        return false;
    if (k)
        packed_put(txn, table, key_span(&key), (struct span){(char *)kept, 4 * k});
    else
        packed_remove(txn, table, key_span(&key));
    return true;
}

static void index_address(struct txn *txn, struct span folded, uint32_t id, bool in)
{
    if (!index_id(txn, TABLE_addresses, folded, id, in))
        txn_fail(txn, RESULT_DATA, _("%.*s: more than %d contacts share this address"),
                 SPAN_ARGS(folded), CONTACTS_SHARE_MAX);
}

static void index_domain(struct txn *txn, struct span folded, uint32_t id, bool in)
{
    (in ? idlists_add : idlists_remove)(txn, address_domain(folded), id);
}

/* An id meant to be one contact's may be many's by mistake; beyond the limit they are left out. */
static void index_external(struct txn *txn, struct span external_id, uint32_t id, bool in)
{
    if (external_id.n)
        index_id(txn, TABLE_externals, external_id, id, in);
}

/* ---- facets */

void facts_count_tags(struct txn *txn, struct span tags, enum state state, int64_t change)
{
    struct span tag;
    while (tags.n && span_next(&tags, ';', &tag))
        counts_add(txn, COUNT_TAG, state, tag, change);
}

void facts_count(struct txn *txn, const struct contact *contact, enum state state,
                 enum reason reason, int64_t change)
{
    counts_add(txn, COUNT_STATE, state, SPAN_NONE, change);
    counts_add(txn, COUNT_DOMAIN, state, address_domain(contact->folded), change);
    if (reason != REASON_none)
        counts_add(txn, COUNT_REASON, state, span_of(reason_name(reason)), change);
    facts_count_tags(txn, contact->tags, state, change);
}

void facts_follow(struct txn *txn, struct span folded, const struct standing *old,
                  const struct standing *new)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    if (old->state == new->state && old->reason == new->reason)
        return;
    size_t n = contacts_at(txn, folded, ids, CONTACTS_SHARE_MAX);
    for (size_t i = 0; i < n; i++) { /* what counts of a contact is not in its record */
        const struct contact contact = {.folded = folded, .tags = tags_get(txn, ids[i])};
        facts_count(txn, &contact, old->state, old->reason, -1);
        facts_count(txn, &contact, new->state, new->reason, 1);
        set_state(txn, ids[i], new->state);
    }
}

/* ---- put and remove */

/* The standing as the store has it: counts follow what is stored, not the clock. */
static struct standing standing_at(struct txn *txn, struct span folded)
{
    return judgements_standing(txn, folded, 0);
}

static void index_out(struct txn *txn, const struct contact *old)
{
    struct standing standing = standing_at(txn, old->folded);
    facts_count(txn, old, standing.state, standing.reason, -1);
}

static void add_to(struct added *added, uint32_t id, struct span folded, bool active)
{
    struct span domain = address_domain(folded);
    added_contact(added, id, domain, names_hash(domain), active);
}

uint32_t contacts_put(struct txn *txn, const struct contact *contact)
{
    struct str record = {0}, folded = {0}, tags = {0};
    uint32_t id = contact->id ? contact->id : contacts_last_id(txn) + 1;
    struct key key = key_of_u32(id);
    struct contact bare = *contact;
    bare.tags = SPAN_NONE;
    record_write(txn, &bare, &record);
    /* The spans may borrow from the map, and every write below may move it. */
    str_add(&folded, contact->folded);
    str_add(&tags, contact->tags);
    struct contact fresh = {0}, old = {0};
    bool there = contact->id && contacts_get(txn, id, &old);
    bool same_address = there && span_equal(old.folded, contact->folded);
    bool same_external = there && span_equal(old.external_id, contact->external_id);
    struct str old_folded = {0}, old_external = {0};
    if (there) {
        str_add(&old_folded, old.folded);
        str_add(&old_external, old.external_id);
        index_out(txn, &old);
    }
    if (there && !same_address) {
        index_address(txn, span_of_str(&old_folded), id, false);
        index_domain(txn, span_of_str(&old_folded), id, false);
    }
    if (there && !same_external)
        index_external(txn, span_of_str(&old_external), id, false);
    packed_put(txn, TABLE_contacts, key_span(&key), span_of_str(&record));
    totals_of(txn)->contacts += !there;
    if (id > contacts_last_id(txn))
        totals_of(txn)->last_id = id;
    tags_put(txn, id, span_of_str(&tags));
    if (!same_address) {
        index_address(txn, span_of_str(&folded), id, true);
        if (!there && totals_of(txn)->added) /* among the many, so with them */
            add_to(totals_of(txn)->added, id, span_of_str(&folded), false);
        else
            index_domain(txn, span_of_str(&folded), id, true);
    }
    if (!same_address)
        follow_order(txn, id, span_of_str(&folded));
    if (!txn_failed(txn) && record_read(txn, span_of_str(&record), &fresh)) {
        fresh.id = id;
        fresh.tags = span_of_str(&tags);
        text_put(txn, &fresh);
        if (!same_external)
            index_external(txn, fresh.external_id, id, true);
        struct standing standing = standing_at(txn, span_of_str(&folded));
        facts_count(txn, &fresh, standing.state, standing.reason, 1);
        set_state(txn, id, standing.state);
    }
    contact_free(&fresh);
    contact_free(&old);
    str_free(&old_folded);
    str_free(&old_external);
    str_free(&folded);
    str_free(&tags);
    str_free(&record);
    return id;
}

uint32_t contacts_add(struct txn *txn, const struct contact *contact, struct span record,
                      struct span text, const struct standing *standing)
{
    struct totals *totals = totals_of(txn);
    uint32_t id = ++totals->last_id, set = tags_set_number(txn, contact->tags);
    struct key key = key_of_u32(id);
    if (!totals->added)
        totals->added = added_new();
    if (added_is_full(totals->added)) {
        txn_fail(txn, RESULT_DATA, _("too many new contacts at once: divide the file"));
        return 0;
    }
    totals->contacts++;
    packed_put(txn, TABLE_contacts, key_span(&key), record);
    packed_put(txn, TABLE_addresses, contact->folded, (struct span){(const char *)&id, 4});
    if (contact->external_id.n)
        added_external(totals->added, id, contact->external_id);
    tags_put_number(txn, id, set);
    text_put_record(txn, id, text);
    follow_order(txn, id, contact->folded);
    bool active = standing->state == STATE_ACTIVE && standing->reason == REASON_none;
    add_to(totals->added, id, contact->folded, active);
    if (active)
        added_tags(totals->added, set, 1);
    else
        facts_count(txn, contact, standing->state, standing->reason, 1);
    set_state(txn, id, standing->state);
    return id;
}

static void add_external(struct txn *txn, struct span external_id, uint32_t id)
{
    index_external(txn, external_id, id, true);
}

static void put_blocks(struct txn *txn, enum table table, bool packed, const struct fresh_blocks *blocks)
{
    struct span bytes = span_of_str(&blocks->bytes);
    size_t key = 0;
    for (size_t i = 0; i < blocks->n; i++) {
        const struct fresh_block *block = &blocks->at[i];
        (packed ? packed_append_block : table_append_sealed)(txn, table, span_cut(bytes, key, block->value),
                                                             span_cut(bytes, block->value, block->end),
                                                             block->seal);
        key = block->end;
    }
}

static void put_texts(struct txn *txn, size_t from)
{
    struct fresh_blocks *texts = totals_of(txn)->texts;
    for (int class = 0; class < TEXT_CLASSES; class++)
        if (texts[class].n >= from) {
            put_blocks(txn, text_class_table((enum text_class)class), false, &texts[class]);
            fresh_blocks_clear(&texts[class]);
        }
}

static void put_sets(struct txn *txn, const struct fresh_batch *batch)
{
    struct added *added = totals_of(txn)->added;
    uint32_t *numbers = alloc_zero(batch->sets.n + 1, sizeof *numbers);
    uint64_t *counts = alloc_zero(batch->sets.n + 1, sizeof *counts);
    for (uint32_t i = 0; i < batch->sets.n; i++)
        numbers[i + 1] = tags_set_number(txn, names_at(&batch->sets, i));
    for (uint32_t i = 0; i < batch->n; i++) {
        uint32_t set = batch->set_of[i];
        counts[set]++;
        if (set)
            tags_put_number(txn, batch->first + i, numbers[set]);
    }
    for (uint32_t i = 0; i <= batch->sets.n; i++)
        added_tags(added, numbers[i], counts[i]);
    free(numbers);
    free(counts);
}

void contacts_put_fresh(struct txn *txn, const struct fresh_batch *batch)
{
    struct totals *totals = totals_of(txn);
    struct span last = {batch->addresses.last, batch->addresses.last_n};
    if (!batch->n)
        return;
    if (!totals->added)
        totals->added = added_new();
    totals->contacts += batch->n;
    totals->last_id = batch->first + batch->n - 1;
    text_settle(txn);
    txn_set_slot(txn, SLOT_TEXT, NULL, NULL, NULL); /* it knows the last blocks */
    put_blocks(txn, TABLE_contacts, true, &batch->contacts.blocks);
    put_blocks(txn, TABLE_addresses, true, &batch->addresses.blocks);
    for (int class = 0; class < TEXT_CLASSES; class++)
        fresh_blocks_join(&totals->texts[class], &batch->texts[class]);
    put_texts(txn, TEXT_RUN);
    put_sets(txn, batch);
    follow_order(txn, batch->first, span_of_str(&batch->first_folded));
    if (batch->n > 1)
        follow_run(txn, batch->first + batch->n - 1, last);
}

void contacts_settle(struct txn *txn, struct fresh *const *fresh, size_t n,
                     void (*told)(void *arg, struct span domain, uint64_t n), void *arg)
{
    struct added *all[ADDED_MOST];
    size_t all_n = 0;
    put_texts(txn, 1);
    if (totals_of(txn)->added) {
        all[all_n++] = totals_of(txn)->added;
        added_sort(all[0]);
        added_tell(all[0], told, arg);
    }
    for (size_t i = 0; i < n && all_n < ADDED_MOST; i++)
        all[all_n++] = fresh_added(fresh[i]);
    added_settle(all, all_n, txn, add_external);
    added_free(totals_of(txn)->added);
    totals_of(txn)->added = NULL;
}

void contacts_put_tags(struct txn *txn, const struct contact *contact, struct span tags)
{
    enum state state = contacts_state(txn, contact->id);
    facts_count_tags(txn, contact->tags, state, -1);
    facts_count_tags(txn, tags, state, 1);
    tags_put(txn, contact->id, tags);
}

void contacts_remove(struct txn *txn, uint32_t id)
{
    struct contact old = {0};
    struct str folded = {0}, external_id = {0};
    if (contacts_get(txn, id, &old)) {
        str_add(&folded, old.folded);
        str_add(&external_id, old.external_id);
        index_out(txn, &old);
        index_address(txn, span_of_str(&folded), id, false);
        index_domain(txn, span_of_str(&folded), id, false);
        index_external(txn, span_of_str(&external_id), id, false);
        set_state(txn, id, STATE_ACTIVE);
        tags_put(txn, id, SPAN_NONE);
        text_remove(txn, id);
        struct key key = key_of_u32(id);
        packed_remove(txn, TABLE_contacts, key_span(&key));
        totals_of(txn)->contacts--;
    }
    str_free(&folded);
    str_free(&external_id);
    contact_free(&old);
}
