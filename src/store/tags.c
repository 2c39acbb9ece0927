/* SPDX-License-Identifier: MIT
 *
 * Layouts:
 *   tags     dense.h: the number of a contact's set
 *   tagsets  'n', number (big-endian) → the set "a;b;c"; 't', set → number
 */
#include "store/tags.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "store/dense.h"

/* Everybody asks for the same few sets again and again. */
enum { RECENT = 64 };
struct recent_sets {
    struct recent_set { /* found by their tags */
        uint32_t number; /* 0: free */
        struct str tags;
    } sets[RECENT];
    struct {        /* and by number: as long as nothing is put into the table */
        uint32_t number;
        struct span tags;
    } seen[RECENT];
};

static void recent_drop(void *data)
{
    struct recent_sets *recent = data;
    for (size_t i = 0; i < RECENT; i++)
        str_free(&recent->sets[i].tags);
    free(recent);
}

/* The set itself, or the place to keep it in. */
static struct recent_set *find_recent(struct recent_sets *recent, struct span tags)
{
    enum { TRIES = 8 };
    size_t first = hash_quick(tags, 0) % RECENT;
    for (size_t i = 0; i < TRIES; i++) {
        struct recent_set *set = &recent->sets[(first + i) % RECENT];
        if (!set->number || span_equal(span_of_str(&set->tags), tags))
            return set;
    }
    return &recent->sets[first];
}

static struct recent_sets *recent_of(struct txn *txn)
{
    struct recent_sets *recent = txn_slot(txn, SLOT_TAGSET);
    if (!recent) {
        recent = alloc_zero(1, sizeof *recent);
        txn_set_slot(txn, SLOT_TAGSET, recent, recent_drop, NULL);
    }
    return recent;
}

static struct key number_key(uint32_t number)
{
    struct key key;
    key.n = 0;
    key_byte(&key, 'n');
    key_u32(&key, number);
    return key;
}

struct span tags_set(struct txn *txn, uint32_t number)
{
    if (!number)
        return SPAN_NONE;
    struct recent_sets *recent = recent_of(txn);
    bool still = !txn_changed(txn, TABLE_tagsets);
    if (still && recent->seen[number % RECENT].number == number)
        return recent->seen[number % RECENT].tags;
    struct key key = number_key(number);
    struct span tags = SPAN_NONE;
    if (!table_get(txn, TABLE_tagsets, key_span(&key), &tags))
        txn_damaged(txn, TABLE_tagsets, key_span(&key));
    recent->seen[number % RECENT].number = number;
    recent->seen[number % RECENT].tags = tags;
    return tags;
}

uint32_t tags_sets(struct txn *txn)
{
    return (uint32_t)meta_get(txn, "tagsets");
}

/* A long set is known by its hash; if another has it, the new one is just not found again. */
static uint32_t find_set(struct txn *txn, struct span key, struct span tags)
{
    struct span value;
    uint32_t number;
    if (!table_get(txn, TABLE_tagsets, key, &value) || !take_u32(&value, &number))
        return 0;
    return span_equal(tags_set(txn, number), tags) ? number : 0;
}

static uint32_t make_set(struct txn *txn, struct span key, struct span tags)
{
    struct str value = {0};
    uint32_t number = tags_sets(txn) + 1;
    struct key by_number = number_key(number);
    put_number(&value, number);
    table_put(txn, TABLE_tagsets, key_span(&by_number), tags);
    table_put(txn, TABLE_tagsets, key, span_of_str(&value));
    meta_put(txn, "tagsets", number);
    str_free(&value);
    return number;
}

uint32_t tags_set_number(struct txn *txn, struct span tags)
{
    if (!tags.n)
        return 0;
    struct recent_sets *recent = recent_of(txn);
    struct recent_set *set = find_recent(recent, tags);
    if (set->number && span_equal(span_of_str(&set->tags), tags))
        return set->number;
    str_clear(&set->tags);
    str_add(&set->tags, tags); /* it may borrow from the map */
    struct key key = {.n = 0};
    key_byte(&key, 't');
    key_text(&key, span_of_str(&set->tags));
    set->number = find_set(txn, key_span(&key), span_of_str(&set->tags));
    if (!set->number)
        set->number = make_set(txn, key_span(&key), span_of_str(&set->tags));
    return set->number;
}

uint32_t tags_number(struct txn *txn, uint32_t id)
{
    return dense_get(txn, DENSE_TAGS, id);
}

void tags_put_number(struct txn *txn, uint32_t id, uint32_t number)
{
    dense_put(txn, DENSE_TAGS, id, number);
}

struct span tags_get(struct txn *txn, uint32_t id)
{
    return tags_set(txn, tags_number(txn, id));
}

void tags_put(struct txn *txn, uint32_t id, struct span tags)
{
    tags_put_number(txn, id, tags_set_number(txn, tags));
}

uint32_t tags_find(struct txn *txn, struct span tags)
{
    struct key key = {.n = 0};
    key_byte(&key, 't');
    key_text(&key, tags);
    return find_set(txn, key_span(&key), tags);
}

void tags_forget(struct txn *txn, uint32_t number)
{
    struct key by_number = number_key(number), key = {.n = 0};
    struct str tags = {0};
    str_add(&tags, tags_set(txn, number));
    key_byte(&key, 't');
    key_text(&key, span_of_str(&tags));
    if (number && tags.n) {
        table_remove(txn, TABLE_tagsets, key_span(&key));
        table_put(txn, TABLE_tagsets, key_span(&by_number), SPAN_NONE);
        txn_set_slot(txn, SLOT_TAGSET, NULL, NULL, NULL);
    }
    str_free(&tags);
}
