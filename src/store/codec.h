/* SPDX-License-Identifier: MIT
 *
 * Inside the store: how values and keys are written as bytes.
 */
#ifndef STORE_CODEC_H
#define STORE_CODEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* ---- values: varints (LEB128), spans with a length before them, signed numbers zig-zagged */

enum { NUMBER_BYTES = 10 }; /* at most */
/* Where there is room for it; returns the end. */
static inline char *write_number(char *to, uint64_t number)
{
    for (; number > 0x7f; number >>= 7)
        *to++ = (char)((number & 0x7f) | 0x80);
    *to++ = (char)number;
    return to;
}
void put_number(struct str *out, uint64_t number);
static inline uint64_t signed_number(int64_t number)
{
    return ((uint64_t)number << 1) ^ (uint64_t)(number >> 63);
}
void put_signed(struct str *out, int64_t number);
void put_span(struct str *out, struct span bytes);
/* Take from the front of *in; false when it is too short or too long. */
bool take_long_number(struct span *in, uint64_t *number); /* of any length */
static inline bool take_number(struct span *in, uint64_t *number)
{
    if (!in->n || in->at[0] & 0x80)
        return take_long_number(in, number);
    *number = (unsigned char)in->at[0];
    in->at++;
    in->n--;
    return true;
}
bool take_signed(struct span *in, int64_t *number);
static inline bool take_span(struct span *in, struct span *bytes)
{
    uint64_t n;
    if (!take_number(in, &n) || n > in->n)
        return false;
    *bytes = (struct span){in->at, (size_t)n};
    in->at += n;
    in->n -= (size_t)n;
    return true;
}
bool take_u32(struct span *in, uint32_t *number);
bool take_u8(struct span *in, unsigned *number, unsigned limit); /* below limit */

/* ---- keys: big-endian numbers, so that they sort; long texts capped */

#define KEY_TEXT_MAX 400

struct key {
    size_t n;
    char at[511];
};
struct span key_span(const struct key *key);
void key_u32(struct key *key, uint32_t number);
void key_i64(struct key *key, int64_t number); /* negative ones sort first */
/* At most KEY_TEXT_MAX bytes; a longer text is cut and ends in '#' and its hash. */
void key_text(struct key *key, struct span text);
void key_byte(struct key *key, unsigned char byte);
struct key key_of_u32(uint32_t number);
struct key key_of_text(struct span text);
/* The same without a copy where the text is short enough: the text itself, else a key in `room`. */
struct span key_for_text(struct span text, struct key *room);
/* For people: of the first 64 bytes, those that are no plain characters as \xx. */
void key_show(struct span key, struct str *out);
uint32_t read_u32(const char *at); /* big-endian, from a key */
int64_t read_i64(const char *at);

#endif
