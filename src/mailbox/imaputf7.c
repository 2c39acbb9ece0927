/* SPDX-License-Identifier: MIT */
#include "mailbox/imaputf7.h"

#include <string.h>

#include "base/utf8.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

struct bits {
    struct str *out;
    uint32_t held;
    unsigned n;
};

static void add_unit(struct bits *bits, uint32_t unit)
{
    bits->held = bits->held << 16 | unit;
    bits->n += 16;
    while (bits->n >= 6) {
        bits->n -= 6;
        str_add_char(bits->out, digits[bits->held >> bits->n & 63]);
    }
}

static void end_shift(struct bits *bits)
{
    if (bits->n)
        str_add_char(bits->out, digits[bits->held << (6 - bits->n) & 63]);
    str_add_char(bits->out, '-');
    bits->n = 0;
}

void imaputf7_encode(struct span utf8, struct str *out)
{
    struct bits bits = {.out = out};
    bool shifted = false;
    while (utf8.n) {
        size_t length;
        uint32_t code = utf8_read(utf8, &length);
        utf8 = span_cut(utf8, length, utf8.n);
        bool plain = code >= ' ' && code < 127;
        if (plain == shifted) {
            if (plain)
                end_shift(&bits);
            else
                str_add_char(out, '&');
            shifted = !plain;
        }
        if (plain) {
            str_add_char(out, (char)code);
            if (code == '&')
                str_add_char(out, '-');
        } else if (code < 0x10000) {
            add_unit(&bits, code);
        } else {
            add_unit(&bits, 0xD800 + ((code - 0x10000) >> 10));
            add_unit(&bits, 0xDC00 + ((code - 0x10000) & 0x3FF));
        }
    }
    if (shifted)
        end_shift(&bits);
}

/* One shifted run, without its & and -: UTF-16 in base64. */
static void add_shifted(struct span run, struct str *out)
{
    uint32_t held = 0, high = 0;
    unsigned n = 0;
    char utf8[4];
    for (size_t i = 0; i < run.n; i++) {
        const char *digit = run.at[i] ? strchr(digits, run.at[i]) : NULL;
        held = held << 6 | (digit ? (uint32_t)(digit - digits) : 0);
        n += 6;
        if (n < 16)
            continue;
        n -= 16;
        uint32_t unit = held >> n & 0xFFFF;
        held &= (1u << n) - 1;
        if (unit >= 0xD800 && unit < 0xDC00) {
            high = unit;
            continue;
        }
        if (unit >= 0xDC00 && unit < 0xE000)
            unit = high ? 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00) : 0xFFFD;
        high = 0;
        str_add(out, (struct span){utf8, utf8_write(unit, utf8)});
    }
}

void imaputf7_decode(struct span wire, struct str *out)
{
    while (wire.n) {
        ptrdiff_t shift = span_find_char(wire, '&');
        utf8_repair(span_cut(wire, 0, shift < 0 ? wire.n : (size_t)shift), out);
        if (shift < 0)
            return;
        wire = span_cut(wire, (size_t)shift + 1, wire.n);
        ptrdiff_t end = span_find_char(wire, '-');
        struct span run = span_cut(wire, 0, end < 0 ? wire.n : (size_t)end);
        if (run.n)
            add_shifted(run, out);
        else
            str_add_char(out, '&');
        wire = span_cut(wire, end < 0 ? wire.n : (size_t)end + 1, wire.n);
    }
}
