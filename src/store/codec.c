/* SPDX-License-Identifier: MIT */
#include "store/codec.h"

#include <stdio.h>
#include <string.h>

/* ---- values */

void put_number(struct str *out, uint64_t number)
{
    if (number < 0x80 && out->n + 1 < out->capacity) { /* most are */
        out->at[out->n++] = (char)number;
        out->at[out->n] = '\0';
        return;
    }
    str_reserve(out, NUMBER_BYTES);
    out->n = (size_t)(write_number(out->at + out->n, number) - out->at);
    out->at[out->n] = '\0';
}

void put_signed(struct str *out, int64_t number)
{
    put_number(out, signed_number(number));
}

void put_span(struct str *out, struct span bytes)
{
    put_number(out, bytes.n);
    str_add(out, bytes);
}

bool take_long_number(struct span *in, uint64_t *number)
{
    uint64_t result = 0;
    for (unsigned i = 0; i < in->n && i < 10; i++) {
        unsigned char byte = (unsigned char)in->at[i];
        result |= (uint64_t)(byte & 0x7f) << (7 * i);
        if (!(byte & 0x80)) {
            *in = span_cut(*in, i + 1, in->n);
            *number = result;
            return true;
        }
    }
    return false;
}

bool take_signed(struct span *in, int64_t *number)
{
    uint64_t raw;
    if (!take_number(in, &raw))
        return false;
    *number = (int64_t)(raw >> 1) ^ -(int64_t)(raw & 1);
    return true;
}

bool take_u32(struct span *in, uint32_t *number)
{
    uint64_t raw;
    if (!take_number(in, &raw) || raw > UINT32_MAX)
        return false;
    *number = (uint32_t)raw;
    return true;
}

bool take_u8(struct span *in, unsigned *number, unsigned limit)
{
    uint64_t raw;
    if (!take_number(in, &raw) || raw >= limit)
        return false;
    *number = (unsigned)raw;
    return true;
}

/* ---- keys */

struct span key_span(const struct key *key)
{
    return (struct span){key->at, key->n};
}

void key_byte(struct key *key, unsigned char byte)
{
    if (key->n < sizeof key->at)
        key->at[key->n++] = (char)byte;
}

void key_u32(struct key *key, uint32_t number)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        key_byte(key, (unsigned char)(number >> shift));
}

void key_i64(struct key *key, int64_t number)
{
    uint64_t raw = (uint64_t)number ^ (1ull << 63);
    for (int shift = 56; shift >= 0; shift -= 8)
        key_byte(key, (unsigned char)(raw >> shift));
}

void key_text(struct key *key, struct span text)
{
    enum { HASH_CHARS = 17, KEPT = KEY_TEXT_MAX - HASH_CHARS };
    if (text.n <= KEY_TEXT_MAX) {
        memcpy(key->at + key->n, text.n ? text.at : "", text.n);
        key->n += text.n;
        return;
    }
    char hash[HASH_CHARS + 1];
    snprintf(hash, sizeof hash, "#%016llx", (unsigned long long)hash_bytes(text.at, text.n, 0));
    memcpy(key->at + key->n, text.at, KEPT);
    memcpy(key->at + key->n + KEPT, hash, HASH_CHARS);
    key->n += KEY_TEXT_MAX;
}

struct key key_of_u32(uint32_t number)
{
    struct key key; /* not cleared: half a kilobyte each time shows */
    key.at[0] = (char)(number >> 24);
    key.at[1] = (char)(number >> 16);
    key.at[2] = (char)(number >> 8);
    key.at[3] = (char)number;
    key.n = 4;
    return key;
}

struct key key_of_text(struct span text)
{
    struct key key;
    key.n = 0;
    key_text(&key, text);
    return key;
}

struct span key_for_text(struct span text, struct key *room)
{
    if (text.n <= KEY_TEXT_MAX)
        return text;
    room->n = 0;
    key_text(room, text);
    return key_span(room);
}

void key_show(struct span key, struct str *out)
{
    for (size_t i = 0; i < key.n && i < 64; i++) {
        unsigned char c = (unsigned char)key.at[i];
        if (c > ' ' && c < 127)
            str_add_char(out, (char)c);
        else
            str_addf(out, "\\%02x", c);
    }
}

uint32_t read_u32(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

int64_t read_i64(const char *at)
{
    uint64_t raw = (uint64_t)read_u32(at) << 32 | read_u32(at + 4);
    return (int64_t)(raw ^ (1ull << 63));
}
