/* SPDX-License-Identifier: MIT */
#include "mail/header.h"

#include <string.h>

#include "mail/charset.h"
#include "mail/transfer.h"

/* An encoded word has 75 bytes by rights; many programs write longer ones. */
#define WORD_MAX 4000

/* Bytes before the first CR or, where there are any, NUL. */
static size_t plain_run(struct span s, bool nul)
{
    size_t n = 0;
    const char *cr = nul ? NULL : memchr(s.at, '\r', s.n);
    if (!nul)
        return cr ? (size_t)(cr - s.at) : s.n;
    while (n < s.n && s.at[n] != '\r' && s.at[n] != '\0')
        n++;
    return n;
}

struct span mail_lines(struct arena *arena, struct span text)
{
    if (!text.n || (!memchr(text.at, '\r', text.n) && !memchr(text.at, '\0', text.n)))
        return text;
    char *out = arena_open(arena, text.n);
    size_t n = 0;
    bool nul = memchr(text.at, '\0', text.n) != NULL;
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        i += plain_run(span_cut(text, i, text.n), nul);
        memcpy(out + n, text.at + from, i - from);
        n += i - from;
        if (i == text.n)
            break;
        if (text.at[i] == '\0') {
            i++;
            continue;
        }
        /* Programs that open mail as text on Windows make CR CR LF of CR LF. */
        while (i < text.n && text.at[i] == '\r' && i + 1 < text.n && text.at[i + 1] == '\r' &&
               i + 2 < text.n && (text.at[i + 2] == '\n' || text.at[i + 2] == '\r'))
            i++;
        i += i + 1 < text.n && text.at[i + 1] == '\n' ? 2 : 1;
        out[n++] = '\n';
    }
    return arena_keep(arena, out, n);
}

static size_t line_end(struct span s, size_t at)
{
    const char *lf = at < s.n ? memchr(s.at + at, '\n', s.n - at) : NULL;
    return lf ? (size_t)(lf - s.at) : s.n;
}

/* Length of the field name at `at`, 0 if no field begins there. */
static size_t name_length(struct span s, size_t at, size_t end)
{
    size_t i = at;
    while (i < end && (unsigned char)s.at[i] > ' ' && s.at[i] != ':' && i - at < 100)
        i++;
    size_t n = i - at;
    while (i < end && (s.at[i] == ' ' || s.at[i] == '\t'))
        i++;
    return i < end && s.at[i] == ':' ? n : 0;
}

static bool blank_line(struct span s, size_t at, size_t end)
{
    while (at < end && (s.at[at] == ' ' || s.at[at] == '\t'))
        at++;
    return at == end;
}

/* Does the line behind `end` show that we are still within the header? */
static bool goes_on(struct span s, size_t end)
{
    if (end + 1 >= s.n)
        return false;
    size_t at = end + 1, next = line_end(s, at);
    return s.at[at] != '-' && (name_length(s, at, next) > 0 || (s.at[at] == '\t'));
}

static void set_value(struct field *field, struct span s, size_t from, size_t to)
{
    field->value = span_trim(span_cut(s, from, to));
}

size_t header_read(struct arena *arena, struct span text, struct header *out)
{
    struct field fields[HEADER_FIELDS_MAX + 1];
    size_t n = 0, at = 0, value = 0, odd = 0;
    while (at < text.n) {
        size_t end = line_end(text, at);
        bool folded = text.at[at] == ' ' || text.at[at] == '\t';
        if (end == at || (folded && blank_line(text, at, end) && !goes_on(text, end))) {
            at = end + (end < text.n);
            break;
        }
        size_t name = folded ? 0 : name_length(text, at, end);
        if (name) {
            struct span colon = span_cut(text, at, end);
            value = at + (size_t)span_find_char(colon, ':') + 1;
            fields[n].name = span_cut(text, at, at + name);
            set_value(&fields[n], text, value, end);
            n += n < HEADER_FIELDS_MAX;
            odd = 0;
        } else if (!folded && (text.n - at > 1 && text.at[at] == '-' && text.at[at + 1] == '-')) {
            break;
        } else if (folded || (n && odd < 50 && goes_on(text, end)) ||
                   (n && odd < 50 && fields[n - 1].value.n &&
                    fields[n - 1].value.at[fields[n - 1].value.n - 1] == ';')) {
            odd += !folded;
            if (n && n < HEADER_FIELDS_MAX)
                set_value(&fields[n - 1], text, value, end);
        } else if (n || !goes_on(text, end)) {
            break;
        }
        at = end + (end < text.n);
    }
    out->n = n;
    out->fields = arena_get(arena, n * sizeof *fields);
    memcpy(out->fields, fields, n * sizeof *fields);
    return at;
}

static const struct field *find(const struct header *header, const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < header->n; i++) {
        const struct field *field = &header->fields[i];
        if (field->name.n == n && span_is_text(field->name, name))
            return field;
    }
    return NULL;
}

bool header_has(const struct header *header, const char *name)
{
    return find(header, name) != NULL;
}

struct span header_get(struct arena *arena, const struct header *header, const char *name)
{
    const struct field *field = find(header, name);
    return field ? header_unfold(arena, field->value) : SPAN_NONE;
}

struct span header_unfold(struct arena *arena, struct span value)
{
    if (!value.n || !memchr(value.at, '\n', value.n))
        return value;
    char *out = arena_open(arena, value.n);
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        if (value.at[i] != '\n') {
            out[n++] = value.at[i];
            continue;
        }
        while (n && (out[n - 1] == ' ' || out[n - 1] == '\t'))
            n--;
        while (i + 1 < value.n && strchr(" \t\n", value.at[i + 1]) && value.at[i + 1])
            i++;
        out[n++] = ' ';
    }
    return arena_keep(arena, out, n);
}

/* One encoded word "=?charset?B?text?=" at the front of s (RFC 2047 2); its length or 0. */
static size_t word_read(struct span s, struct span *charset, char *encoding, struct span *text)
{
    if (s.n < 8 || s.at[0] != '=' || s.at[1] != '?')
        return 0;
    struct span rest = span_cut(s, 2, s.n);
    ptrdiff_t q = span_find_char(span_cut(rest, 0, 80), '?');
    if (q < 1 || (size_t)q + 2 >= rest.n || rest.at[q + 2] != '?')
        return 0;
    *encoding = (char)(rest.at[q + 1] | 32);
    if (*encoding != 'b' && *encoding != 'q')
        return 0;
    *charset = span_cut(rest, 0, (size_t)q);
    ptrdiff_t star = span_find_char(*charset, '*'); /* RFC 2231 5: language behind it */
    if (star > 0)
        *charset = span_cut(*charset, 0, (size_t)star);
    struct span body = span_cut(rest, (size_t)q + 3, rest.n);
    ptrdiff_t end = span_find(span_cut(body, 0, WORD_MAX), SPAN("?="));
    if (end < 0)
        return 0;
    *text = span_cut(body, 0, (size_t)end);
    return 2 + (size_t)q + 3 + (size_t)end + 2;
}

static struct span word_bytes(struct arena *arena, char encoding, struct span text)
{
    return encoding == 'b' ? transfer_base64(arena, text) : transfer_q(arena, text);
}

struct span header_text(struct arena *arena, struct span value)
{
    value = header_unfold(arena, span_trim(value));
    if (span_find(value, SPAN("=?")) < 0)
        return charset_repair(arena, value);
    struct str out = {0};
    bool after_word = false;
    for (size_t i = 0; i < value.n;) {
        struct span charset, text;
        char encoding;
        size_t n = word_read(span_cut(value, i, value.n), &charset, &encoding, &text);
        if (!n) {
            /* blanks between two encoded words are not shown */
            size_t j = i;
            while (after_word && j < value.n && (value.at[j] == ' ' || value.at[j] == '\t'))
                j++;
            if (j > i && word_read(span_cut(value, j, value.n), &charset, &encoding, &text)) {
                i = j;
                continue;
            }
            str_add_char(&out, value.at[i++]);
            after_word = false;
            continue;
        }
        /* A character may be cut in two by the words: join those of one charset and encoding. */
        struct str joined = {0};
        struct span first = charset;
        for (;;) {
            str_add(&joined, word_bytes(arena, encoding, text));
            i += n;
            size_t j = i;
            while (j < value.n && (value.at[j] == ' ' || value.at[j] == '\t'))
                j++;
            n = word_read(span_cut(value, j, value.n), &charset, &encoding, &text);
            if (!n || !span_equal_nocase(first, charset))
                break;
            i = j;
        }
        str_add(&out, charset_utf8(arena, span_of_str(&joined), first));
        str_free(&joined);
        after_word = true;
    }
    struct span whole = charset_repair(arena, arena_copy(arena, span_of_str(&out)));
    str_free(&out);
    return whole;
}
