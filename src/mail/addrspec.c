/* SPDX-License-Identifier: MIT */
#include "mail/addrspec.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

#define ADDRESS_MAX_BYTES 320

/* Bits of the ASCII characters that an atom and a domain may hold, 32 a word. */
static const uint32_t atom_bits[4] = {0, 0xA3FFECFA, 0xC7FFFFFE, 0x7FFFFFFF};
static const uint32_t domain_bits[4] = {0, 0x03FF6000, 0x87FFFFFE, 0x07FFFFFE};

static bool atom_char(unsigned char c)
{
    return c >= 0x80 || (atom_bits[c / 32] >> c % 32 & 1);
}

static bool domain_char(unsigned char c)
{
    return c >= 0x80 || (domain_bits[c / 32] >> c % 32 & 1);
}

/* Length of the local part at the front, in front of its "@"; 0 if it is none. */
static size_t local_length(struct span s)
{
    size_t i = 0;
    if (s.n && s.at[0] == '"') {
        for (i = 1; i < s.n && s.at[i] != '"'; i++) {
            i += s.at[i] == '\\' && i + 1 < s.n;
            if ((unsigned char)s.at[i] < ' ' || s.at[i] == 0x7F)
                return 0;
        }
        i++;
        if (i >= s.n || i == 2)
            return 0;
        /* obsolete "a".b@c */
    }
    while (i < s.n && atom_char((unsigned char)s.at[i]))
        i++;
    return i < s.n && s.at[i] == '@' ? i : 0;
}

static size_t domain_length(struct span s)
{
    if (s.n && s.at[0] == '[') {
        ptrdiff_t close = span_find_char(s, ']');
        return close > 1 && close < 80 ? (size_t)close + 1 : 0;
    }
    size_t i = 0;
    while (i < s.n && domain_char((unsigned char)s.at[i]))
        i++;
    while (i && (s.at[i - 1] == '.' || s.at[i - 1] == '-' || s.at[i - 1] == '_'))
        i--;
    return i && s.at[0] != '.' && s.at[0] != '-' ? i : 0;
}

bool addrspec_valid(struct span s)
{
    if (s.n < 3 || s.n > ADDRESS_MAX_BYTES)
        return false;
    size_t local = local_length(s);
    if (!local)
        return false;
    struct span domain = span_cut(s, local + 1, s.n);
    if (domain.n > 1 && domain.at[domain.n - 1] == '.')
        domain.n--;
    size_t length = domain_length(domain);
    /* U+FFFD stands for what could not be read */
    return length && length == domain.n && utf8_valid(s) && span_find(s, SPAN("\xEF\xBF\xBD")) < 0;
}

struct span addrspec_clean(struct arena *arena, struct span s)
{
    struct span out = arena_copy(arena, s);
    ptrdiff_t at = span_find_last(out, '@');
    char *bytes = (char *)out.at;
    for (size_t i = (size_t)(at + 1); at >= 0 && i < out.n; i++)
        if (bytes[i] >= 'A' && bytes[i] <= 'Z')
            bytes[i] |= 32;
    if (out.n && bytes[out.n - 1] == '.')
        bytes[--out.n] = '\0';
    return out;
}

/* ---- lists */

struct list {
    struct arena *arena;
    void (*found)(void *arg, struct span address);
    void *arg;
};

static void offer(const struct list *list, struct span s)
{
    s = span_trim(s);
    if (s.n && s.at[0] == '@') { /* source route: <@a,@b:c@d> */
        ptrdiff_t colon = span_find_char(s, ':');
        s = colon < 0 ? s : span_cut(s, (size_t)colon + 1, s.n);
    }
    if (addrspec_valid(s))
        list->found(list->arg, addrspec_clean(list->arena, s));
}

static size_t skip_comment(struct span s, size_t i)
{
    size_t depth = 0;
    for (; i < s.n; i++) {
        if (s.at[i] == '\\')
            i++;
        else if (s.at[i] == '(')
            depth++;
        else if (s.at[i] == ')' && --depth == 0)
            return i + 1;
    }
    return s.n;
}

static size_t skip_quoted(struct span s, size_t i)
{
    for (i++; i < s.n && s.at[i] != '"'; i++)
        i += s.at[i] == '\\';
    return i < s.n ? i + 1 : s.n;
}

void addrspec_list(struct arena *arena, struct span value,
                   void (*found)(void *arg, struct span address), void *arg)
{
    struct list list = {arena, found, arg};
    char *bare = arena_open(arena, value.n); /* what stands outside of <> and comments */
    bare = (char *)arena_keep(arena, bare, value.n).at;
    size_t n = 0;
    bool angle = false;
    for (size_t i = 0; i <= value.n;) {
        char c = i < value.n ? value.at[i] : ',';
        if (c == ',' || c == ';' || (c == ':' && !(n && memchr(bare, '@', n)))) {
            if (!angle && c != ':')
                offer(&list, (struct span){bare, n});
            n = 0;
            angle = false;
            i++;
        } else if (c == '(') {
            i = skip_comment(value, i);
        } else if (c == '"') {
            size_t end = skip_quoted(value, i);
            memcpy(bare + n, value.at + i, end - i);
            n += end - i;
            i = end;
        } else if (c == '<') {
            struct span in = span_cut(value, i + 1, value.n);
            size_t close = 0;
            while (close < in.n && in.at[close] != '>' && in.at[close] != '<')
                close = in.at[close] == '"' ? skip_quoted(in, close) : close + 1;
            offer(&list, span_cut(in, 0, close));
            angle = true;
            i += 1 + close + (close < in.n && in.at[close] == '>');
        } else {
            bare[n++] = c;
            i++;
        }
    }
}

static void keep_first(void *arg, struct span address)
{
    struct span *first = arg;
    if (!first->at)
        *first = address;
}

struct span addrspec_first(struct arena *arena, struct span value)
{
    struct span first = SPAN_NONE;
    addrspec_list(arena, span_cut(value, 0, 2000), keep_first, &first);
    return first;
}

/* ---- reports */

/* xtext "+40" (RFC 3461 4) and RFC 6533's \x{2F} */
static struct span decode_xtext(struct arena *arena, struct span s, bool utf8)
{
    char *out = arena_open(arena, s.n * 2);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned code;
        char hex[3] = {0};
        int used = 0;
        if (utf8 && s.at[i] == '\\' && i + 3 < s.n && s.at[i + 1] == 'x' && s.at[i + 2] == '{') {
            char digits[8] = {0};
            memcpy(digits, s.at + i + 3, s.n - i - 3 < 7 ? s.n - i - 3 : 7);
            if (sscanf(digits, "%6x%n", &code, &used) == 1 && digits[used] == '}') {
                n += utf8_write(code, out + n);
                i += 3 + (size_t)used;
                continue;
            }
        }
        if (!utf8 && s.at[i] == '+' && i + 2 < s.n && isxdigit((unsigned char)s.at[i + 1]) &&
            isxdigit((unsigned char)s.at[i + 2])) {
            memcpy(hex, s.at + i + 1, 2);
            sscanf(hex, "%2x", &code);
            if (code > ' ' && code < 0x7F) {
                out[n++] = (char)code;
                i += 2;
                continue;
            }
        }
        out[n++] = s.at[i];
    }
    return arena_keep(arena, out, n);
}

struct span addrspec_report(struct arena *arena, struct span value)
{
    value = span_trim(value);
    ptrdiff_t semicolon = span_find_char(value, ';');
    struct span type = SPAN_NONE;
    if (semicolon >= 0 && semicolon < 20) {
        type = span_trim(span_cut(value, 0, (size_t)semicolon));
        value = span_trim(span_cut(value, (size_t)semicolon + 1, value.n));
    }
    bool utf8 = span_equal_nocase(type, SPAN("utf-8"));
    struct span rest, found = addrspec_lead(arena, value, &rest);
    if (!found.at && value.n && value.at[0] != '|' && value.at[0] != '/')
        found = addrspec_first(arena, value);
    if (utf8) {
        struct span decoded = decode_xtext(arena, found.at ? found : value, true);
        return addrspec_valid(decoded) ? addrspec_clean(arena, decoded) : found;
    }
    /* "user+40example.com": the whole was put in xtext; else a plus is a plus */
    if (!found.at && span_find(value, SPAN("+40")) > 0 && span_find_char(value, '@') < 0) {
        struct span decoded = decode_xtext(arena, value, false);
        return addrspec_valid(decoded) ? addrspec_clean(arena, decoded) : SPAN_NONE;
    }
    return found;
}

/* ---- prose */

/* Scripts that write no blanks, and wide punctuation: U+2000 and beyond. */
static bool wide(char c)
{
    return (unsigned char)c >= 0xE2 && (unsigned char)c < 0xF0;
}

/* "jan@wp.example宛": prose may go on right behind a Latin domain. */
static size_t domain_in_prose(struct span s)
{
    size_t n = domain_length(s), i = 0;
    bool dot = false;
    for (; i < n && (unsigned char)s.at[i] < 0x80; i++)
        dot |= s.at[i] == '.';
    return dot && i < n && wide(s.at[i]) ? domain_length(span_cut(s, 0, i)) : n;
}

/* "宛先：jan": where the local part before a Latin domain begins, for prose may go on before it. */
static size_t local_in_prose(struct span local, struct span domain)
{
    size_t begin = 0;
    for (size_t i = 0; i < domain.n; i++)
        if ((unsigned char)domain.at[i] >= 0x80)
            return 0;
    for (size_t i = 0; i + 3 < local.n && local.at[0] != '"'; i++)
        if (wide(local.at[i]))
            begin = i + 3;
    return begin;
}

static struct span take(struct arena *arena, struct span line, size_t start, bool within,
                        struct span *rest)
{
    struct span s = span_cut(line, start, line.n);
    size_t local = local_length(span_cut(s, 0, ADDRESS_MAX_BYTES));
    if (!local)
        return SPAN_NONE;
    size_t domain = domain_in_prose(span_cut(s, local + 1, ADDRESS_MAX_BYTES + 2));
    size_t from = local_in_prose(span_cut(s, 0, local), span_cut(s, local + 1, local + 1 + domain));
    struct span address = span_cut(s, from, local + 1 + domain);
    if (!domain || (from && !within) || !addrspec_valid(address))
        return SPAN_NONE;
    *rest = span_cut(s, local + 1 + domain, s.n);
    return addrspec_clean(arena, address);
}

/* Length of the blanks, bullets and numbers that lists have in front. */
static size_t bullets(struct span s)
{
    size_t i = 0, k;
    while (i < s.n && i < 100 && s.at[i]) {
        if (strchr(" \t*-", s.at[i])) {
            i++;
        } else if (span_starts(span_cut(s, i, s.n), SPAN("\xE2\x80\xA2")) || /* • ・ */
                   span_starts(span_cut(s, i, s.n), SPAN("\xE3\x83\xBB"))) {
            i += 3;
        } else if (span_starts(span_cut(s, i, s.n), SPAN("\xC2\xB7"))) { /* · */
            i += 2;
        } else {
            for (k = i; k < s.n && k < i + 4 && isdigit((unsigned char)s.at[k]); k++)
                ;
            if (k == i || k + 1 >= s.n || !strchr(".)", s.at[k]) || s.at[k + 1] != ' ')
                break;
            i = k + 2;
        }
    }
    return i;
}

struct span addrspec_lead(struct arena *arena, struct span line, struct span *rest)
{
    size_t i = bullets(line);
    char open = i < line.n ? line.at[i] : 0;
    char close = open == '<' ? '>' : open == '"' || open == '\'' ? open : open == '(' ? ')' : 0;
    if (close && !(open == '"' && local_length(span_cut(line, i, line.n))))
        i++;
    else
        close = 0;
    if (span_starts_nocase(span_cut(line, i, line.n), SPAN("mailto:")))
        i += 7;
    if (span_starts_nocase(span_cut(line, i, line.n), SPAN("smtp:")))
        i += 5;
    struct span found = take(arena, line, i, false, rest);
    if (!found.at && close == '>') { /* <"john doe"@a>, <@route:a@b> */
        ptrdiff_t end = span_find_char(line, '>');
        if (end > (ptrdiff_t)i) {
            found = addrspec_first(arena, span_cut(line, i - 1, (size_t)end + 1));
            *rest = span_cut(line, (size_t)end, line.n);
        }
    }
    if (found.at && close && rest->n && rest->at[0] == close)
        *rest = span_cut(*rest, 1, rest->n);
    return found;
}

struct span addrspec_next(struct arena *arena, struct span *text)
{
    struct span s = *text;
    for (size_t i = 0; i < s.n; i++) {
        if (s.at[i] != '@')
            continue;
        size_t start = i;
        if (start && s.at[start - 1] == '"') {
            start--;
            while (start && s.at[start - 1] != '"')
                start--;
            start -= start > 0;
        }
        while (start && atom_char((unsigned char)s.at[start - 1]) &&
               !strchr("'`", s.at[start - 1]))
            start--;
        struct span found = take(arena, s, start, true, text);
        if (found.at)
            return found;
    }
    *text = span_cut(s, s.n, s.n);
    return SPAN_NONE;
}

struct span addrspec_find(struct arena *arena, struct span s)
{
    s = span_cut(s, 0, 4000);
    return addrspec_next(arena, &s);
}
