/* SPDX-License-Identifier: MIT */
#include "mailbox/imaputf7.h"

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
