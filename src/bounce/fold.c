/* SPDX-License-Identifier: MIT */
#include "bounce/fold.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

static bool digit(struct span s, size_t i)
{
    return i < s.n && s.at[i] >= '0' && s.at[i] <= '9';
}

/* Length of "5.1.1" at i, 0 if it is none. */
static size_t enhanced(struct span s, size_t i)
{
    if (i + 4 >= s.n || !strchr("245", s.at[i]) || s.at[i + 1] != '.')
        return 0;
    size_t j = i + 2, from = j;
    while (digit(s, j) && j - from < 3)
        j++;
    if (j == from || j >= s.n || s.at[j] != '.')
        return 0;
    from = ++j;
    while (digit(s, j) && j - from < 3)
        j++;
    if (j == from || (j < s.n && (isalnum((unsigned char)s.at[j]) ||
                                  (s.at[j] == '.' && digit(s, j + 1)))))
        return 0;
    return j - i;
}

/* Length of the codes at the beginning of a word that say nothing by themselves: those that begin
 * continued lines ("550-", then "550 " again), and "550 5.1.1". */
static size_t codes(struct span s, size_t i, char continued[3])
{
    size_t n = enhanced(s, i + (s.at[i] == '#'));
    if (n)
        return n + (s.at[i] == '#');
    if (i + 3 >= s.n || !strchr("245", s.at[i]) || !digit(s, i + 1) || !digit(s, i + 2))
        return 0;
    if (s.at[i + 3] == '-') {
        memcpy(continued, s.at + i, 3);
        n = enhanced(s, i + 4);
        return 4 + n;
    }
    if (s.at[i + 3] != ' ' && s.at[i + 3] != '\n')
        return 0;
    if (memcmp(continued, s.at + i, 3) == 0)
        return 4;
    n = enhanced(s, i + 4);
    return n ? 4 + n : 0;
}

static size_t ip_length(struct span s, size_t i)
{
    size_t j = i, groups = 0;
    while (groups < 4) {
        size_t from = j;
        while (digit(s, j) && j - from < 3)
            j++;
        if (j == from)
            return 0;
        if (++groups < 4 && (j >= s.n || s.at[j++] != '.'))
            return 0;
    }
    return j < s.n && (isalnum((unsigned char)s.at[j]) || (s.at[j] == '.' && digit(s, j + 1)))
               ? 0
               : j - i;
}

static bool domain_byte(struct span s, size_t i)
{
    return i < s.n && (isalnum((unsigned char)s.at[i]) || s.at[i] == '-' || s.at[i] == '_' ||
                       (s.at[i] == '.' && i + 1 < s.n && isalnum((unsigned char)s.at[i + 1])) ||
                       (unsigned char)s.at[i] >= 0x80);
}

/* At "@": takes the local part back from out and passes over the domain. */
static size_t address(struct span s, size_t i, char *out, size_t *n)
{
    if (!domain_byte(s, i + 1) || !*n || strchr(" <>()[],;:", out[*n - 1]))
        return 0;
    /* a Latin local part ends where a script begins that writes no blanks: "宛先jan@wp.example" */
    bool latin = (unsigned char)out[*n - 1] < 0x80;
    while (*n && !strchr(" <>()[],;:", out[*n - 1]) && !(latin && (unsigned char)out[*n - 1] >= 0x80))
        --*n;
    bool angle = *n && out[*n - 1] == '<';
    *n -= angle;
    size_t j = i + 1;
    bool dot = false; /* … and so does a Latin domain */
    for (; domain_byte(s, j) && !(dot && (unsigned char)s.at[j] >= 0xE2); j++)
        dot |= s.at[j] == '.';
    if (j < s.n && ((angle && s.at[j] == '>') || s.at[j] == '"' || s.at[j] == '\''))
        j++;
    out[(*n)++] = '@';
    return j - i;
}

static size_t wide(struct span s, size_t i, char *out, size_t *n)
{
    size_t length;
    uint32_t code = utf8_read(span_cut(s, i, s.n), &length), plain[4];
    if (code == 0x2019 || code == 0x2018 || code == 0xB4) {
        out[(*n)++] = '\'';
    } else if (code == 0xA0 || code == 0x3000 || code == 0x202F) {
        if (*n && out[*n - 1] != ' ')
            out[(*n)++] = ' ';
    } else if (code == 0x201C || code == 0x201D || code == 0xAB || code == 0xBB || code == 0x201E ||
               code == 0xAD || (code >= 0x200B && code <= 0x200F) || code == 0xFEFF) {
        /* dropped */
    } else if (code > 0xFF00 && code < 0xFF5F) { /* wide ASCII */
        out[(*n)++] = (char)tolower((int)(code - 0xFEE0));
    } else {
        size_t got = utf8_fold_plain(code, plain);
        for (size_t k = 0; k < got && k < 2; k++)
            *n += utf8_write(plain[k], out + *n);
    }
    return length;
}

/* What each byte of ASCII becomes that asks for no more thought; NUL: it does. */
static const char simple[129] =
    "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
    "\0!\0\0$%&\0()*+,-./\0\0\0\0\0\0\0\0\0\0:;<=>?"
    "\0abcdefghijklmnopqrstuvwxyz[\\]^_"
    "\0abcdefghijklmnopqrstuvwxyz{|}~";

size_t fold_write(struct span s, char *out)
{
    char continued[3] = {0};
    size_t n = 0, skip;
    for (size_t i = 0;; i += skip) {
        unsigned char c = 0;
        for (; i < s.n && (c = (unsigned char)s.at[i]) < 128 && simple[c]; i++)
            out[n++] = simple[c];
        if (i >= s.n)
            break;
        bool begins = !n || out[n - 1] == ' ' || out[n - 1] == '(';
        skip = 1;
        if (c <= ' ' || c == 0x7F) {
            if (n && out[n - 1] != ' ')
                out[n++] = ' ';
        } else if (c >= '0' && c <= '9') {
            bool boundary = begins || out[n - 1] == '[' || out[n - 1] == '\'' || out[n - 1] == '=';
            size_t k = boundary ? ip_length(s, i) : 0;
            if (k) {
                n -= n && out[n - 1] == '[';
                out[n++] = '#';
                skip = k + (i + k < s.n && s.at[i + k] == ']');
            } else if (begins && (k = codes(s, i, continued))) {
                skip = k;
                if (i + skip < s.n && s.at[i + skip] == ' ')
                    skip++;
            } else {
                out[n++] = (char)c;
            }
        } else if (c == '@') {
            size_t k = address(s, i, out, &n);
            if (!k)
                out[n++] = '@';
            else
                skip = k;
        } else if (c == '"' || c == '`') {
            /* dropped, unless it opens a quoted local part, which address() takes back */
        } else if (c == '\'') {
            if (n && isalpha((unsigned char)out[n - 1]) && i + 1 < s.n &&
                isalpha((unsigned char)s.at[i + 1]))
                out[n++] = '\'';
        } else if (c == '#' && begins && (skip = codes(s, i, continued))) {
            /* "(#5.1.1)" */
        } else if (c < 0x80) {
            skip = 1;
            out[n++] = (char)c;
        } else {
            skip = wide(s, i, out, &n);
        }
        skip += !skip;
    }
    while (n && out[n - 1] == ' ')
        n--;
    return n;
}

struct span fold_words(struct arena *arena, struct span text)
{
    char *out = arena_open(arena, FOLD_ROOM(text.n));
    return arena_keep(arena, out, fold_write(text, out));
}

size_t fold_bare(struct span s, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.at[i], close = c == '<' ? '>' : c == '(' ? ')' : c == '[' ? ']' : 0;
        ptrdiff_t end = close ? span_find_char(span_cut(s, i, i + 80), close) : -1;
        if (end > 0)
            i += (size_t)end;
        else if (c != '@' && !(c == ' ' && n && out[n - 1] == ' '))
            out[n++] = c;
    }
    return n;
}
