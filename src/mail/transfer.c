/* SPDX-License-Identifier: MIT */
#include "mail/transfer.h"

#include <stdint.h>
#include <string.h>

enum transfer transfer_from_name(struct span name)
{
    name = span_trim(name);
    if (span_starts_nocase(name, SPAN("base64")))
        return TRANSFER_BASE64;
    if (span_starts_nocase(name, SPAN("quoted-printable")))
        return TRANSFER_QUOTED;
    return TRANSFER_NONE;
}

struct span transfer_decode(struct arena *arena, enum transfer transfer, struct span text)
{
    switch (transfer) {
    case TRANSFER_BASE64:
        return transfer_base64(arena, text);
    case TRANSFER_QUOTED:
        return transfer_quoted(arena, text);
    default:
        return text;
    }
}

static int base64_value(unsigned char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

struct span transfer_base64(struct arena *arena, struct span text)
{
    char *out = arena_open(arena, text.n / 4 * 3 + 4);
    size_t n = 0;
    uint32_t bits = 0;
    int have = 0;
    for (size_t i = 0; i < text.n; i++) {
        int value = base64_value((unsigned char)text.at[i]);
        if (value < 0) {
            /* padding ends a run; pieces may be glued together */
            if (text.at[i] == '=')
                have = 0, bits = 0;
            else if (text.at[i] == '-' && i + 1 < text.n && text.at[i + 1] == '-')
                break;
            continue;
        }
        bits = bits << 6 | (uint32_t)value;
        if ((have += 6) >= 8) {
            have -= 8;
            out[n++] = (char)(bits >> have);
        }
    }
    return arena_keep(arena, out, n);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct span quoted(struct arena *arena, struct span text, bool header)
{
    char *out = arena_open(arena, text.n);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.at[i];
        if (c == '_' && header)
            c = ' ';
        if (c != '=') {
            out[n++] = c;
            continue;
        }
        if (i + 2 < text.n && hex_value(text.at[i + 1]) >= 0 && hex_value(text.at[i + 2]) >= 0) {
            out[n++] = (char)(hex_value(text.at[i + 1]) << 4 | hex_value(text.at[i + 2]));
            i += 2;
            continue;
        }
        /* soft line break, blanks allowed before its end */
        size_t j = i + 1;
        while (j < text.n && (text.at[j] == ' ' || text.at[j] == '\t'))
            j++;
        if (j < text.n && text.at[j] == '\n')
            i = j;
        else if (j < text.n)
            out[n++] = c;
    }
    return arena_keep(arena, out, n);
}

struct span transfer_quoted(struct arena *arena, struct span text)
{
    return text.n && memchr(text.at, '=', text.n) ? quoted(arena, text, false) : text;
}

struct span transfer_q(struct arena *arena, struct span text)
{
    return quoted(arena, text, true);
}
