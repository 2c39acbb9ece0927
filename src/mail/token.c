/* SPDX-License-Identifier: MIT */
#include "mail/token.h"

#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

enum { BYTES = 2 + 4 + TOKEN_MAC_BYTES, DATA = 26, CHECK = TOKEN_CHARS - DATA };

static unsigned check_of(const unsigned char bytes[BYTES])
{
    return (unsigned)(hash_bytes(bytes, BYTES, 0x7a77) & 0x3FF);
}

static int digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c | 0x20);
    const char *at = c ? strchr(letters, c) : NULL;
    return at ? (int)(at - letters) : -1;
}

void token_write(const struct token *token, char out[TOKEN_CHARS + 1])
{
    unsigned char bytes[BYTES + 1] = {
        (unsigned char)(token->day >> 8), (unsigned char)token->day,
        (unsigned char)(token->id >> 24), (unsigned char)(token->id >> 16),
        (unsigned char)(token->id >> 8),  (unsigned char)token->id,
    };
    memcpy(bytes + 6, token->mac, TOKEN_MAC_BYTES);
    for (unsigned i = 0; i < DATA; i++) {
        unsigned at = i * 5, two = (unsigned)bytes[at / 8] << 8 | bytes[at / 8 + 1];
        out[i] = letters[two >> (11 - at % 8) & 31];
    }
    unsigned check = check_of(bytes);
    out[DATA] = letters[check >> 5];
    out[DATA + 1] = letters[check & 31];
    out[TOKEN_CHARS] = '\0';
}

bool token_read(struct span local, struct span *base, struct token *token)
{
    unsigned char bytes[BYTES + 1] = {0};
    if (local.n < TOKEN_CHARS + 2 || local.at[local.n - TOKEN_CHARS - 1] != '+')
        return false;
    const char *text = local.at + local.n - TOKEN_CHARS;
    for (unsigned i = 0; i < DATA; i++) {
        int value = digit(text[i]);
        unsigned at = i * 5, two = (unsigned)value << (11 - at % 8);
        if (value < 0)
            return false;
        bytes[at / 8] |= (unsigned char)(two >> 8);
        bytes[at / 8 + 1] |= (unsigned char)two;
    }
    int high = digit(text[DATA]), low = digit(text[DATA + 1]);
    if (high < 0 || low < 0 || bytes[BYTES] ||
        ((unsigned)high << 5 | (unsigned)low) != check_of(bytes))
        return false;
    token->day = (uint16_t)(bytes[0] << 8 | bytes[1]);
    token->id =
        (uint32_t)bytes[2] << 24 | (uint32_t)bytes[3] << 16 | (uint32_t)bytes[4] << 8 | bytes[5];
    memcpy(token->mac, bytes + 6, TOKEN_MAC_BYTES);
    if (base)
        *base = span_cut(local, 0, local.n - TOKEN_CHARS - 1);
    return true;
}
