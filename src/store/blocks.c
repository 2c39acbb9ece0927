/* SPDX-License-Identifier: MIT */
#include "store/blocks.h"

#include <string.h>

#include "store/codec.h"

struct head {
    size_t shared, rest, size;
};

/* The three numbers off the front; nearly always they are a byte each. */
static bool take_head(struct span *in, struct head *head)
{
    const unsigned char *at = (const unsigned char *)in->at;
    if (in->n >= 3 && !((at[0] | at[1] | at[2]) & 0x80)) {
        *head = (struct head){at[0], at[1], at[2]};
        in->at += 3;
        in->n -= 3;
    } else {
        uint64_t shared, rest, size;
        if (!take_number(in, &shared) || !take_number(in, &rest) || !take_number(in, &size) ||
            shared > BLOCK_KEY_MAX || rest > BLOCK_KEY_MAX || size > in->n)
            return false;
        *head = (struct head){shared, rest, size};
    }
    return head->rest + head->size <= in->n;
}

static void add_entry(struct str *out, size_t shared, struct span rest, struct span value)
{
    str_reserve(out, rest.n + value.n + 15);
    if (shared < 0x80 && rest.n < 0x80 && value.n < 0x80) {
        out->at[out->n++] = (char)shared;
        out->at[out->n++] = (char)rest.n;
        out->at[out->n++] = (char)value.n;
    } else {
        put_number(out, shared);
        put_number(out, rest.n);
        put_number(out, value.n);
    }
    memcpy(out->at + out->n, rest.n ? rest.at : "", rest.n);
    out->n += rest.n;
    memcpy(out->at + out->n, value.n ? value.at : "", value.n);
    out->n += value.n;
    out->at[out->n] = '\0';
}

static size_t common(struct span a, struct span b)
{
    size_t n = a.n < b.n ? a.n : b.n, i = 0;
    while (i < n && a.at[i] == b.at[i])
        i++;
    return i;
}

/* ---- reading */

void block_open(struct block_reader *reader, struct span low, struct span block)
{
    reader->block_ = block;
    reader->at = reader->next = 0;
    reader->damaged = low.n > BLOCK_KEY_MAX;
    reader->value = SPAN_NONE;
    reader->key = (struct span){reader->bytes_, reader->damaged ? 0 : low.n};
    memcpy(reader->bytes_, low.n ? low.at : "", reader->key.n);
}

bool block_next(struct block_reader *reader)
{
    struct span in = span_cut(reader->block_, reader->next, reader->block_.n);
    struct head head;
    if (reader->damaged || in.n == 0)
        return false;
    if (!take_head(&in, &head) || head.shared > reader->key.n ||
        head.shared + head.rest > BLOCK_KEY_MAX || head.shared + head.rest == 0) {
        reader->damaged = true;
        return false;
    }
    memcpy(reader->bytes_ + head.shared, in.at, head.rest);
    reader->key.n = head.shared + head.rest;
    reader->value = span_cut(in, head.rest, head.rest + head.size);
    reader->at = reader->next;
    reader->next = (size_t)(in.at - reader->block_.at) + head.rest + head.size;
    return true;
}

/* The keys are not built: as long as an entry has more in common with the one before than that one
 * with what is looked for, it lies on the same side of it. */
enum block_found block_find(struct span low, struct span block, struct span key, struct span *value)
{
    size_t match = common(low, key), n = low.n;
    struct span in = block;
    struct head head;
    if (span_compare(key, low) < 0)
        return BLOCK_BEFORE;
    while (in.n) {
        if (!take_head(&in, &head) || head.shared > n)
            return BLOCK_DAMAGED;
        n = head.shared + head.rest;
        if (head.shared < match)
            return BLOCK_BEFORE;
        if (head.shared == match) {
            struct span rest = {in.at, head.rest}, want = span_cut(key, match, key.n);
            size_t more = common(rest, want);
            bool whole = more == want.n;
            if (whole && more == rest.n) {
                *value = span_cut(in, head.rest, head.rest + head.size);
                return BLOCK_FOUND;
            }
            if (whole || (more < rest.n && (unsigned char)rest.at[more] > (unsigned char)want.at[more]))
                return BLOCK_BEFORE;
            match += more;
        }
        in.at += head.rest + head.size;
        in.n -= head.rest + head.size;
    }
    return BLOCK_BEYOND;
}

/* ---- changing */

void block_append(struct str *block, struct span last, struct span key, struct span value)
{
    size_t shared = common(last, key);
    add_entry(block, shared, span_cut(key, shared, key.n), value);
}

/* Where a key stands or would stand. */
struct place {
    struct block_reader reader; /* on the first entry that is not below; its `at` and `next` */
    struct str before;          /* the key before it, or low */
    bool there, end;            /* the very key; nothing from here on */
};

static bool find_place(struct span low, struct span block, struct span key, struct place *place)
{
    struct block_reader *reader = &place->reader;
    block_open(reader, low, block);
    str_clear(&place->before);
    str_add(&place->before, low);
    place->there = false;
    place->end = true;
    while (block_next(reader)) {
        int order = span_compare(reader->key, key);
        if (order >= 0) {
            place->end = false;
            place->there = order == 0;
            break;
        }
        str_clear(&place->before);
        str_add(&place->before, reader->key);
    }
    if (place->end)
        reader->at = block.n;
    return !reader->damaged;
}

/* Replaces what stands between two places of the block. */
static void splice(struct str *block, size_t from, size_t to, struct span bytes)
{
    size_t tail = block->n - to;
    str_reserve(block, bytes.n);
    memmove(block->at + from + bytes.n, block->at + to, tail);
    memcpy(block->at + from, bytes.n ? bytes.at : "", bytes.n);
    block->n = from + bytes.n + tail;
    block->at[block->n] = '\0';
}

bool block_put(struct str *low, struct str *block, struct span key, struct span value)
{
    struct place place = {.before = {0}};
    struct str bytes = {0};
    bool under = span_compare(key, span_of_str(low)) < 0;
    bool sound = find_place(span_of_str(low), span_of_str(block), key, &place);
    struct block_reader *reader = &place.reader;
    if (sound) {
        size_t from = reader->at, to = from;
        block_append(&bytes, under ? key : span_of_str(&place.before), key, value);
        if (place.there) {
            to = reader->next;
        } else if (!place.end) { /* the entry behind has another one before it now */
            block_append(&bytes, key, reader->key, reader->value);
            to = reader->next;
        }
        splice(block, from, to, span_of_str(&bytes));
        if (under) {
            str_clear(low);
            str_add(low, key);
        }
    }
    str_free(&bytes);
    str_free(&place.before);
    return sound;
}

bool block_remove(struct span low, struct str *block, struct span key, bool *there)
{
    struct place place = {.before = {0}};
    struct str bytes = {0};
    bool sound = find_place(low, span_of_str(block), key, &place);
    *there = sound && place.there;
    if (*there) {
        size_t from = place.reader.at;
        if (block_next(&place.reader))
            block_append(&bytes, span_of_str(&place.before), place.reader.key, place.reader.value);
        sound = !place.reader.damaged;
        if (sound)
            splice(block, from, place.reader.next, span_of_str(&bytes));
    }
    str_free(&bytes);
    str_free(&place.before);
    return sound;
}

void block_raise(struct str *low, struct str *block)
{
    struct block_reader first;
    struct str bytes = {0};
    block_open(&first, span_of_str(low), span_of_str(block));
    if (block_next(&first)) {
        block_append(&bytes, first.key, first.key, first.value);
        splice(block, 0, first.next, span_of_str(&bytes));
        str_clear(low);
        str_add(low, first.key);
    }
    str_free(&bytes);
}

bool block_split(struct span low, struct str *block, struct str *high_low, struct str *high)
{
    struct block_reader reader;
    block_open(&reader, low, span_of_str(block));
    str_clear(high_low);
    str_clear(high);
    bool more = block_next(&reader) && block_next(&reader);
    while (more && reader.at < block->n / 2 && reader.next < block->n)
        more = block_next(&reader);
    if (more) {
        str_add(high_low, reader.key);
        block_append(high, reader.key, reader.key, reader.value);
        str_add(high, span_cut(span_of_str(block), reader.next, block->n));
        block->n = reader.at;
    }
    return !reader.damaged;
}

bool block_join(struct span low, struct str *block, struct span high_low, struct span high)
{
    struct block_reader reader, first;
    block_open(&reader, low, span_of_str(block));
    while (block_next(&reader))
        ;
    block_open(&first, high_low, high);
    if (block_next(&first)) {
        block_append(block, reader.key, first.key, first.value);
        str_add(block, span_cut(high, first.next, high.n));
    }
    return !reader.damaged && !first.damaged;
}
