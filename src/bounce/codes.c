/* SPDX-License-Identifier: MIT */
#include "bounce/codes.h"

#include <ctype.h>
#include <string.h>

static bool digit(struct span s, size_t i)
{
    return i < s.n && s.at[i] >= '0' && s.at[i] <= '9';
}

static size_t number(struct span s, size_t i, uint16_t *out)
{
    size_t n = 0;
    unsigned value = 0;
    while (digit(s, i + n) && n < 4)
        value = value * 10 + (unsigned)(s.at[i + n++] - '0');
    *out = (uint16_t)value;
    return n && n < 4 ? n : 0;
}

/* Length of "5.1.1" at i, 0 if there is none. */
static size_t enhanced(struct span s, size_t i, struct codes *out)
{
    if (i + 4 >= s.n + 0 || !strchr("245", s.at[i]) || s.at[i + 1] != '.')
        return 0;
    uint16_t subject, detail;
    size_t n = number(s, i + 2, &subject);
    if (!n || i + 2 + n >= s.n || s.at[i + 2 + n] != '.')
        return 0;
    size_t at = i + 3 + n, m = number(s, at, &detail);
    if (!m || (at + m < s.n && (isalnum((unsigned char)s.at[at + m]) ||
                                (s.at[at + m] == '.' && digit(s, at + m + 1)))))
        return 0;
    if (subject > 9) /* an IP address's or a version's beginning */
        return 0;
    out->class = (uint16_t)(s.at[i] - '0');
    out->subject = subject;
    out->detail = detail;
    return at + m - i;
}

bool codes_status(struct span s, struct codes *out)
{
    s = span_trim(s);
    struct codes found = {0};
    for (size_t i = 0; i < s.n && i < 20; i++)
        if ((i == 0 || !isalnum((unsigned char)s.at[i - 1])) && enhanced(s, i, &found)) {
            out->class = found.class;
            out->subject = found.subject;
            out->detail = found.detail;
            return true;
        }
    return false;
}

static bool reply_ends(struct span s, size_t i)
{
    return i >= s.n || strchr(" -\t\n,:;.)]'\"/=", s.at[i]);
}

/* A number in prose is a reply only where replies stand. */
static bool reply_begins(struct span s, size_t i)
{
    if (i == 0 || s.at[i - 1] == '\n')
        return true;
    char before = s.at[i - 1];
    if (before == '\'' || before == '"' || before == '[' || before == '(' || before == ':' || before == '#')
        return true;
    return before == ' ' || before == '\t' || (unsigned char)before >= 0x80;
}

struct codes codes_find(struct span s)
{
    struct codes best = {0};
    bool specific = false;
    for (size_t i = 0; i + 2 < s.n && i < 4000; i++) {
        char c = s.at[i];
        if (c != '2' && c != '4' && c != '5')
            continue;
        if (i && (isalnum((unsigned char)s.at[i - 1]) || s.at[i - 1] == '.'))
            continue;
        struct codes one = {0};
        size_t n = enhanced(s, i, &one);
        if (n) {
            bool says = one.detail != 0;
            if (one.class != 2 && (!best.class || (!specific && says))) {
                best.class = one.class;
                best.subject = one.subject;
                best.detail = one.detail;
                specific = says;
            }
            i += n - 1;
            continue;
        }
        if (!best.reply && c != '2' && digit(s, i + 1) && s.at[i + 1] <= '7' && digit(s, i + 2) &&
            reply_ends(s, i + 3) && reply_begins(s, i) &&
            !(i + 4 < s.n && s.at[i + 3] == '.' && digit(s, i + 4)))
            best.reply = (uint16_t)((c - '0') * 100 + (s.at[i + 1] - '0') * 10 + s.at[i + 2] - '0');
    }
    return best;
}
