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

/* The bytes of the three numbers, written if `at` is not NULL. */
static size_t put_head(char *at, size_t shared, size_t rest, size_t size)
{
    const size_t numbers[] = {shared, rest, size};
    size_t n = 0;
    for (int i = 0; i < 3; i++) {
        size_t left = numbers[i];
        for (; left >= 0x80; left >>= 7, n++)
            if (at)
                at[n] = (char)(left | 0x80);
        if (at)
            at[n] = (char)left;
        n++;
    }
    return n;
}

static char *put_bytes(char *at, struct span bytes)
{
    memcpy(at, bytes.n ? bytes.at : "", bytes.n);
    return at + bytes.n;
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

/* Where a look for a key ended: at the very entry, or at the first that is greater; without one, at the
 * end. */
struct spot {
    size_t from, rest_at; /* where the entry begins, where the rest of its key does */
    struct head head;     /* of that entry; zeros at the end */
    size_t match;         /* bytes that the key has in common with the one before it */
    size_t more;          /* and that the rest of the entry's key has in common with what follows them */
};

/* The very entry that was put or found last. */
static enum block_found seek_again(struct span block, const struct block_place *place, struct spot *spot)
{
    struct span in = span_cut(block, place->from, block.n);
    struct head head;
    if (!take_head(&in, &head) || head.shared + head.rest != place->n)
        return BLOCK_DAMAGED;
    *spot = (struct spot){place->from, (size_t)(in.at - block.at), head, head.shared, head.rest};
    return BLOCK_FOUND;
}

/* The keys are not built: as long as an entry has more in common with the one before than that one
 * with what is looked for, it lies on the same side of it. */
static enum block_found seek(struct span low, struct span block, const struct block_place *place,
                             struct span key, struct spot *spot)
{
    struct span before = low, known = {place->key, place->n};
    struct span in = block;
    int order = known.n ? span_compare(known, key) : 1;
    if (order == 0 && place->from < place->at)
        return seek_again(block, place, spot);
    if (order < 0) {
        before = known;
        in = span_cut(block, place->at, block.n);
    }
    size_t match = common(before, key), n = before.n;
    while (in.n) {
        size_t from = (size_t)(in.at - block.at);
        struct head head;
        if (!take_head(&in, &head) || head.shared > n || head.shared + head.rest > BLOCK_KEY_MAX)
            return BLOCK_DAMAGED;
        *spot = (struct spot){from, (size_t)(in.at - block.at), head, match, 0};
        n = head.shared + head.rest;
        if (head.shared < match)
            return BLOCK_BEFORE;
        if (head.shared == match) {
            struct span rest = {in.at, head.rest}, want = span_cut(key, match, key.n);
            spot->more = common(rest, want);
            bool whole = spot->more == want.n;
            if (whole && spot->more == rest.n)
                return BLOCK_FOUND;
            if (whole || (spot->more < rest.n &&
                          (unsigned char)rest.at[spot->more] > (unsigned char)want.at[spot->more]))
                return BLOCK_BEFORE;
            match += spot->more;
        }
        in.at += head.rest + head.size;
        in.n -= head.rest + head.size;
    }
    *spot = (struct spot){block.n, block.n, {0}, match, 0};
    return BLOCK_BEYOND;
}

static size_t end_of(const struct spot *spot)
{
    return spot->rest_at + spot->head.rest + spot->head.size;
}

static void remember(struct block_place *place, size_t from, size_t at, struct span key)
{
    place->from = from;
    place->at = at;
    if (place->n == key.n && memcmp(place->key, key.at, key.n) == 0)
        return;
    place->n = key.n;
    memcpy(place->key, key.at, key.n);
}

enum block_found block_find(struct span low, struct span block, struct block_place *place,
                            struct span key, struct span *value)
{
    struct spot spot;
    if (span_compare(key, low) < 0)
        return BLOCK_BEFORE;
    enum block_found found = seek(low, block, place, key, &spot);
    if (found == BLOCK_FOUND) {
        *value = (struct span){block.at + spot.rest_at + spot.head.rest, spot.head.size};
        remember(place, spot.from, end_of(&spot), key);
    }
    return found;
}

/* ---- changing */

void block_append(struct str *block, struct span last, struct span key, struct span value)
{
    size_t shared = common(last, key);
    struct span rest = span_cut(key, shared, key.n);
    str_reserve(block, rest.n + value.n + 30);
    char *at = block->at + block->n;
    at = put_bytes(put_bytes(at + put_head(at, shared, rest.n, value.n), rest), value);
    *at = '\0';
    block->n = (size_t)(at - block->at);
}

/* Makes room of n bytes in place of what stands between two places of the block. */
static char *gap(struct str *block, size_t from, size_t to, size_t n)
{
    size_t tail = block->n - to;
    str_reserve(block, n);
    memmove(block->at + from + n, block->at + to, tail);
    block->n = from + n + tail;
    block->at[block->n] = '\0';
    return block->at + from;
}

/* A key under low, which becomes low. */
static bool put_under(struct str *low, struct str *block, struct span key, struct span value)
{
    struct block_reader first;
    struct str bytes = {0};
    block_open(&first, span_of_str(low), span_of_str(block));
    block_append(&bytes, key, key, value);
    if (block_next(&first))
        block_append(&bytes, key, first.key, first.value);
    if (!first.damaged) {
        put_bytes(gap(block, 0, first.next, bytes.n), span_of_str(&bytes));
        str_clear(low);
        str_add(low, key);
    }
    str_free(&bytes);
    return !first.damaged;
}

bool block_put(struct str *low, struct str *block, struct block_place *place, struct span key,
               struct span value)
{
    struct spot spot;
    if (span_compare(key, span_of_str(low)) < 0) {
        place->n = 0;
        return put_under(low, block, key, value);
    }
    enum block_found found = seek(span_of_str(low), span_of_str(block), place, key, &spot);
    if (found == BLOCK_DAMAGED)
        return false;
    size_t shared = found == BLOCK_FOUND ? spot.head.shared : spot.match, to = spot.from, next_head = 0;
    struct span rest = span_cut(key, shared, key.n);
    struct head next = spot.head;
    if (found == BLOCK_FOUND) {
        to = end_of(&spot);
    } else if (spot.more) { /* the entry behind has more in common with this one than with the last */
        to = spot.rest_at + spot.more;
        next.shared += spot.more;
        next.rest -= spot.more;
        next_head = put_head(NULL, next.shared, next.rest, next.size);
    }
    size_t own = put_head(NULL, shared, rest.n, value.n) + rest.n + value.n;
    char *at = gap(block, spot.from, to, own + next_head);
    at = put_bytes(put_bytes(at + put_head(at, shared, rest.n, value.n), rest), value);
    if (next_head)
        put_head(at, next.shared, next.rest, next.size);
    remember(place, spot.from, spot.from + own, key);
    return true;
}

/* The entry behind has what it had in common with this one from the one before, or it gets it of its own. */
bool block_remove(struct span low, struct str *block, struct block_place *place, struct span key,
                  bool *there)
{
    struct spot spot;
    enum block_found found = BLOCK_BEFORE;
    if (span_compare(key, low) >= 0)
        found = seek(low, span_of_str(block), place, key, &spot);
    place->n = 0;
    *there = found == BLOCK_FOUND;
    if (!*there)
        return found != BLOCK_DAMAGED;
    struct span in = span_cut(span_of_str(block), end_of(&spot), block->n);
    struct head next = {0};
    size_t to = end_of(&spot), head_bytes = 0, more = 0;
    char bytes[BLOCK_KEY_MAX];
    if (in.n) {
        if (!take_head(&in, &next) || next.shared > spot.head.shared + spot.head.rest)
            return false;
        if (next.shared > spot.head.shared) {
            more = next.shared - spot.head.shared;
            memcpy(bytes, block->at + spot.rest_at, more);
            to = (size_t)(in.at - block->at);
            head_bytes = put_head(NULL, spot.head.shared, next.rest + more, next.size);
        }
    }
    char *at = gap(block, spot.from, to, head_bytes + more);
    if (more)
        put_bytes(at + put_head(at, spot.head.shared, next.rest + more, next.size),
                  (struct span){bytes, more});
    return true;
}

void block_raise(struct str *low, struct str *block)
{
    struct block_reader first;
    struct str bytes = {0};
    block_open(&first, span_of_str(low), span_of_str(block));
    if (block_next(&first)) {
        block_append(&bytes, first.key, first.key, first.value);
        put_bytes(gap(block, 0, first.next, bytes.n), span_of_str(&bytes));
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
