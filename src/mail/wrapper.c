/* SPDX-License-Identifier: MIT */
#include "mail/wrapper.h"

#include <ctype.h>
#include <string.h>

#include "mail/addrspec.h"

/* local@domain as a clean address of its own, if it is one with a dotted domain. */
static struct span joined(struct arena *arena, struct span local, struct span domain)
{
    if (!local.n || span_find_char(domain, '.') < 1)
        return SPAN_NONE;
    char *out = arena_open(arena, local.n + domain.n + 1);
    memcpy(out, local.at, local.n);
    out[local.n] = '@';
    memcpy(out + local.n + 1, domain.at, domain.n);
    struct span address = arena_keep(arena, out, local.n + domain.n + 1);
    return addrspec_valid(address) ? addrspec_clean(arena, address) : SPAN_NONE;
}

static bool split(struct span address, struct span *local, struct span *domain)
{
    ptrdiff_t at = span_find_last(address, '@');
    if (at < 1)
        return false;
    *local = span_cut(address, 0, (size_t)at);
    *domain = span_cut(address, (size_t)at + 1, address.n);
    return true;
}

/* What stands behind the first `n` marks, at NULL if there are fewer. */
static struct span behind(struct span s, struct span mark, size_t n)
{
    while (n-- && s.at) {
        ptrdiff_t at = span_find(s, mark);
        s = at < 0 ? SPAN_NONE : span_cut(s, (size_t)at + mark.n, s.n);
    }
    return s;
}

/* HASH=DAY=domain=local, or HASH=FORWARDER==HASH=DAY=domain=local */
static struct span srs(struct arena *arena, struct span local)
{
    struct span rest = span_cut(local, 5, local.n);
    if (local.at[3] == '1')
        rest = behind(rest, SPAN("=="), 1);
    rest = behind(rest, SPAN("="), 2);
    ptrdiff_t at = rest.at ? span_find_char(rest, '=') : -1;
    if (at < 1)
        return SPAN_NONE;
    return joined(arena, span_cut(rest, (size_t)at + 1, rest.n), span_cut(rest, 0, (size_t)at));
}

struct span wrapper_tagged(struct arena *arena, struct span address)
{
    static const struct {
        const char *begin, *mark;
        size_t marks; /* before the address */
    } tags[] = {{"prvs=", "=", 2}, {"btv1==", "==", 2}, {"msprvs1=", "=", 2}};
    struct span local, domain;
    if (!split(address, &local, &domain))
        return SPAN_NONE;
    if (local.n > 6 &&
        (span_starts_nocase(local, SPAN("SRS0")) || span_starts_nocase(local, SPAN("SRS1"))) &&
        strchr("=+-", local.at[4]))
        return srs(arena, local);
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
        if (span_starts_nocase(local, span_of(tags[i].begin)))
            return joined(arena, behind(local, span_of(tags[i].mark), tags[i].marks), domain);
    return SPAN_NONE;
}

/* A number or a hash before the recipient: "123-", "ab4f-". */
static size_t token(struct span s)
{
    size_t n = 0, digits = 0;
    for (; n < s.n && isxdigit((unsigned char)s.at[n]); n++)
        digits += isdigit((unsigned char)s.at[n]) != 0;
    bool ends = n < s.n && strchr("-.+_", s.at[n]);
    return ends && n && (digits == n || (digits && n >= 4)) ? n + 1 : 0;
}

static struct span without_tokens(struct span s)
{
    for (size_t n; (n = token(s)) > 0;)
        s = span_cut(s, n, s.n);
    return s;
}

/* Where the recipient begins: behind a plus, or a word that says what the address is for, or the
 * only dash there is. */
static struct span recipient(struct span local)
{
    static const char *const words[] = {"bounces", "bounce",   "return",      "returns", "verp",
                                        "errors",  "error",    "zwrotka",     "zwroty",  "zwrot",
                                        "owner",   "nobounce", "undelivered", "delivery"};
    ptrdiff_t plus = span_find_char(local, '+');
    ptrdiff_t equals = span_find_last(local, '=');
    if (plus > 0 && plus < equals)
        return without_tokens(span_cut(local, (size_t)plus + 1, local.n));
    for (size_t i = 0; i < (size_t)equals; i++) {
        if (i && isalnum((unsigned char)local.at[i - 1]))
            continue;
        for (size_t k = 0; k < sizeof words / sizeof *words; k++) {
            struct span word = span_of(words[k]), rest = span_cut(local, i, local.n);
            if (span_starts_nocase(rest, word) && rest.n > word.n && strchr("-_.", rest.at[word.n]))
                return without_tokens(span_cut(rest, word.n + 1, rest.n));
        }
    }
    ptrdiff_t dash = span_find_char(span_cut(local, 0, (size_t)equals), '-');
    struct span rest = dash > 0 ? span_cut(local, (size_t)dash + 1, local.n) : SPAN_NONE;
    return dash > 0 && dash == span_find_last(span_cut(local, 0, (size_t)equals), '-') ? rest
                                                                                       : SPAN_NONE;
}

struct span wrapper_verp(struct arena *arena, struct span address)
{
    struct span local, domain, inner = wrapper_tagged(arena, address);
    if (!split(inner.at ? inner : address, &local, &domain) || span_find_last(local, '=') < 1 ||
        span_starts_nocase(local, SPAN("SRS")))
        return SPAN_NONE;
    struct span rest = recipient(local);
    ptrdiff_t equals = rest.at ? span_find_last(rest, '=') : -1;
    if (equals < 1)
        return SPAN_NONE;
    return joined(arena, span_cut(rest, 0, (size_t)equals),
                  span_cut(rest, (size_t)equals + 1, rest.n));
}
