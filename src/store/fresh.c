/* SPDX-License-Identifier: MIT */
#include "store/fresh.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "store/added.h"
#include "store/packed.h"

struct fresh {
    struct added *added;
    size_t node; /* bytes of key and value that a packed block should not exceed */
};

struct fresh *fresh_new(void)
{
    struct fresh *fresh = alloc_zero(1, sizeof *fresh);
    fresh->added = added_new();
    fresh->node = packed_block_bytes();
    return fresh;
}

void fresh_free(struct fresh *fresh)
{
    if (fresh)
        added_free(fresh->added);
    free(fresh);
}

struct added *fresh_added(struct fresh *fresh)
{
    return fresh->added;
}

/* ---- batches */

void fresh_blocks_join(struct fresh_blocks *to, const struct fresh_blocks *more)
{
    uint32_t shift = (uint32_t)to->bytes.n;
    str_add(&to->bytes, span_of_str(&more->bytes));
    for (size_t i = 0; i < more->n; i++) {
        struct fresh_block block = more->at[i];
        block.value += shift;
        block.end += shift;
        ALLOC_GROW(to->at, to->n, to->room);
        to->at[to->n++] = block;
    }
}

void fresh_blocks_clear(struct fresh_blocks *blocks)
{
    str_clear(&blocks->bytes);
    blocks->n = 0;
}

void fresh_blocks_free(struct fresh_blocks *blocks)
{
    str_free(&blocks->bytes);
    free(blocks->at);
}

void fresh_batch_clear(struct fresh_batch *batch)
{
    batch->n = 0;
    fresh_blocks_clear(&batch->contacts.blocks);
    fresh_blocks_clear(&batch->addresses.blocks);
    for (int class = 0; class < TEXT_CLASSES; class++)
        fresh_blocks_clear(&batch->texts[class]);
    names_free(&batch->sets);
}

void fresh_batch_free(struct fresh_batch *batch)
{
    fresh_blocks_free(&batch->contacts.blocks);
    fresh_blocks_free(&batch->addresses.blocks);
    for (int class = 0; class < TEXT_CLASSES; class++) {
        fresh_blocks_free(&batch->texts[class]);
        text_pack_free(&batch->packs[class]);
    }
    names_free(&batch->sets);
    free(batch->set_of);
    str_free(&batch->first_folded);
}

static void end_block(struct fresh_blocks *blocks, size_t key, size_t value)
{
    struct span bytes = span_of_str(&blocks->bytes);
    ALLOC_GROW(blocks->at, blocks->n, blocks->room);
    blocks->at[blocks->n++] = (struct fresh_block){
        (uint32_t)value, (uint32_t)bytes.n, table_seal(span_cut(bytes, key, value), span_cut(bytes, value, bytes.n))};
}

/* ---- contacts and addresses */

static void end_packed(struct fresh_packed *packed)
{
    if (packed->open)
        end_block(&packed->blocks, packed->low, packed->value);
    packed->open = false;
}

static void add_packed(struct fresh_packed *packed, size_t node, struct span key, struct span value)
{
    struct str *bytes = &packed->blocks.bytes;
    if (packed->open && bytes->n - packed->low + packed_entry_most(key, value) > node)
        end_packed(packed);
    if (!packed->open) {
        packed->low = bytes->n;
        str_add(bytes, key);
        packed->value = bytes->n;
        packed->open = true;
        block_append(bytes, key, key, value);
    } else {
        block_append(bytes, (struct span){packed->last, packed->last_n}, key, value);
    }
    memcpy(packed->last, key.at, key.n);
    packed->last_n = key.n;
}

/* ---- texts */

static void end_text(struct fresh_blocks *blocks, struct text_pack *pack)
{
    if (!pack->text.n)
        return;
    struct key key = key_of_u32(pack->first);
    size_t at = blocks->bytes.n;
    str_add(&blocks->bytes, key_span(&key));
    size_t value = blocks->bytes.n;
    text_pack_write(pack, &blocks->bytes);
    end_block(blocks, at, value);
    text_pack_clear(pack);
}

static void add_texts(struct fresh_batch *batch, uint32_t id, struct span record)
{
    size_t sizes[TEXT_CLASSES] = {0}; /* of the parts, with their ends */
    enum text_class class;
    struct span rest = record, text;
    while (text_record_next(&rest, &class, &text))
        sizes[class] += text.n + 1;
    for (int i = 0; i < TEXT_CLASSES; i++)
        if (sizes[i] && !text_pack_begin(&batch->packs[i], id, sizes[i])) {
            end_text(&batch->texts[i], &batch->packs[i]);
            text_pack_begin(&batch->packs[i], id, sizes[i]);
        }
    for (rest = record; text_record_next(&rest, &class, &text);)
        text_pack_more(&batch->packs[class], text);
    for (int i = 0; i < TEXT_CLASSES; i++)
        if (sizes[i])
            text_pack_end(&batch->packs[i]);
}

/* ---- all of it */

void fresh_fetch(const struct fresh *fresh, uint64_t hash, bool near)
{
    added_fetch(fresh->added, hash, near);
}

void fresh_add(struct fresh *fresh, struct fresh_batch *batch, uint32_t id, const struct fresh_contact *contact)
{
    struct key key = key_of_u32(id);
    if (!batch->n) {
        batch->first = id;
        str_clear(&batch->first_folded);
        str_add(&batch->first_folded, contact->folded);
    }
    add_packed(&batch->contacts, fresh->node, key_span(&key), contact->record);
    add_packed(&batch->addresses, fresh->node, contact->folded, (struct span){(const char *)&id, sizeof id});
    add_texts(batch, id, contact->text);
    ALLOC_GROW(batch->set_of, batch->n, batch->set_room);
    batch->set_of[batch->n++] = contact->tags.n ? names_number(&batch->sets, contact->tags) + 1 : 0;
    added_contact(fresh->added, id, contact->domain, contact->hash, true);
    if (contact->external_id.n)
        added_external(fresh->added, id, contact->external_id);
}

void fresh_end(struct fresh_batch *batch)
{
    end_packed(&batch->contacts);
    end_packed(&batch->addresses);
    for (int class = 0; class < TEXT_CLASSES; class++)
        end_text(&batch->texts[class], &batch->packs[class]);
}

void fresh_sort(struct fresh *fresh)
{
    added_sort(fresh->added);
}

void fresh_tell(const struct fresh *fresh, void (*told)(void *arg, struct span domain, uint64_t n), void *arg)
{
    added_tell(fresh->added, told, arg);
}
