/* SPDX-License-Identifier: MIT
 *
 * Contacts for a store that has none: several threads make them into whole blocks, batch by batch, and one puts
 * those. All are active, no address is another's, and ids follow the order of addresses.
 */
#ifndef STORE_FRESH_H
#define STORE_FRESH_H

#include "base/names.h"
#include "store/blocks.h"
#include "store/table.h"
#include "store/textblock.h"

/* Blocks of a table, one behind the other: key, value, … */
struct fresh_blocks {
    struct str bytes;
    struct fresh_block {
        uint32_t value, end; /* where they are in `bytes`; the key ends where the value begins */
        uint32_t seal;
    } *at;
    size_t n, room;
};

void fresh_blocks_join(struct fresh_blocks *to, const struct fresh_blocks *more); /* adds copies behind */
void fresh_blocks_clear(struct fresh_blocks *blocks);
void fresh_blocks_free(struct fresh_blocks *blocks);

/* Of a packed table, with the block that is being made behind the others. */
struct fresh_packed {
    struct fresh_blocks blocks;
    bool open;
    size_t low, value;         /* where its key and entries begin */
    size_t last_n;
    char last[BLOCK_KEY_MAX];  /* the key of its last entry */
};

/* Zeroed to begin with. */
struct fresh_batch {
    uint32_t first, n; /* ids */
    struct fresh_packed contacts, addresses;
    struct text_pack packs[TEXT_CLASSES];
    struct fresh_blocks texts[TEXT_CLASSES];
    struct names sets;     /* of tags */
    uint32_t *set_of;      /* of each contact: its set's number + 1, 0: none */
    size_t set_room;
    struct str first_folded;
};
void fresh_batch_clear(struct fresh_batch *batch);
void fresh_batch_free(struct fresh_batch *batch);

/* What a thread gathers beside its batches. */
struct fresh;
struct fresh *fresh_new(void);
void fresh_free(struct fresh *fresh); /* NULL is fine */

struct fresh_contact {
    struct span folded, record, text; /* record.h, without tags; text.h */
    struct span tags, external_id, domain;
    uint64_t hash; /* names_hash of the domain */
};
/* For a contact that is added some contacts later, and once more when it is `near`: fetches what that takes. */
void fresh_fetch(const struct fresh *fresh, uint64_t hash, bool near);
/* Adds contact `id` to a batch, one more than the last. Nothing is borrowed. */
void fresh_add(struct fresh *fresh, struct fresh_batch *batch, uint32_t id, const struct fresh_contact *contact);
void fresh_end(struct fresh_batch *batch); /* after the last one */
/* After the last batch: sorts for contacts_settle, and tells the domains, as that does. While they are told it may go
 * on already. */
void fresh_sort(struct fresh *fresh);
void fresh_tell(const struct fresh *fresh, void (*told)(void *arg, struct span domain, uint64_t n), void *arg);

/* In contacts.c: puts a batch, whose `first` is one more than contacts_last_id; after all of them comes
 * contacts_settle. */
void contacts_put_fresh(struct txn *txn, const struct fresh_batch *batch);
struct added *fresh_added(struct fresh *fresh);

#endif
