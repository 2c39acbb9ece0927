/* SPDX-License-Identifier: MIT */
#include "contact/address.h"

#include <idn2.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"

#define LOCAL_MAX 64   /* RFC 5321 4.5.3.1.1 */
#define DOMAIN_MAX 253 /* RFC 5321 4.5.3.1.2, without the root's dot and length */
#define LABEL_MAX 63
#define KEY_LOOK 65536 /* bytes of what is no address that tell it from another */
#define GIVEN_MAX 1024 /* more bytes than that are no address, whatever cleaning takes off */

/* atext of RFC 5322 3.2.3 beside letters and digits */
static const char atext[] = "!#$%&'*+-/=?^_`{|}~";

static bool is_alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_hex(unsigned char c)
{
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Makes the sentence; the text in it is shortened and harmless. */
static enum result refuse(struct error *error, const char *format, struct span text)
{
    if (!error)
        return RESULT_DATA;
    struct str shown = {0};
    size_t fits = utf8_fit(text, 80, NULL);
    utf8_visible(span_cut(text, 0, fits), &shown);
    if (fits < text.n)
        str_add_text(&shown, "...");
    error_set(error, RESULT_DATA, format, str_text(&shown));
    str_free(&shown);
    return RESULT_DATA;
}

/* Bytes of an invisible sign that web pages and word processors leave beside an address; at the
 * front, or with `behind` at the end. */
static size_t litter(struct span s, bool behind)
{
    static const struct span signs[] = {
        {"\xC2\xA0", 2},     {"\xEF\xBB\xBF", 3}, {"\xE2\x80\x8B", 3}, {"\xE2\x80\x8C", 3},
        {"\xE2\x80\x8D", 3}, {"\xE2\x80\x8E", 3}, {"\xE2\x80\x8F", 3}, {"\xE2\x81\xA0", 3},
        {"\xE2\x80\xAA", 3}, {"\xE2\x80\xAC", 3}, {"\xE2\x80\xAF", 3}, {"\xE3\x80\x80", 3},
    };
    if (s.n == 0 || (unsigned char)s.at[behind ? s.n - 1 : 0] < 0x80)
        return 0;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (behind ? span_ends(s, signs[i]) : span_starts(s, signs[i]))
            return signs[i].n;
    return 0;
}

static struct span trim(struct span s)
{
    for (;;) {
        s = span_trim(s);
        size_t front = litter(s, false);
        s = span_cut(s, front, s.n);
        size_t back = litter(s, true);
        s = span_cut(s, 0, s.n - back);
        if (front + back == 0)
            return s;
    }
}

static struct span clean(struct span s)
{
    s = trim(s);
    if (span_starts_nocase(s, SPAN("mailto:")))
        s = trim(span_cut(s, 7, s.n));
    if (s.n >= 2 && s.at[0] == '<' && s.at[s.n - 1] == '>')
        s = trim(span_cut(s, 1, s.n - 1));
    if (span_starts_nocase(s, SPAN("mailto:")))
        s = trim(span_cut(s, 7, s.n));
    return s;
}

/* A letter of a local part that needs no quotes; beyond ASCII all are (RFC 6531 3.3). */
static bool is_atom(unsigned char c)
{
    return is_alnum(c) || c >= 0x80 || (c && strchr(atext, c));
}

static bool is_dot_atom(struct span s)
{
    if (s.n == 0 || s.at[0] == '.' || s.at[s.n - 1] == '.')
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (!is_atom((unsigned char)s.at[i]) && !(s.at[i] == '.' && s.at[i - 1] != '.'))
            return false;
    return true;
}

/* What quotes and backslashes stand for; at most LOCAL_MAX * 2 + 2 bytes come in. */
static struct span unquote(struct span local, char out[LOCAL_MAX * 2])
{
    size_t n = 0;
    for (size_t i = 1; i + 1 < local.n; i++) {
        if (local.at[i] == '\\' && i + 2 < local.n)
            i++;
        out[n++] = local.at[i];
    }
    return (struct span){out, n};
}

/* BATV: prvs=TAG=user, and user last or first as some have it. */
static bool is_tag(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_hex((unsigned char)s.at[i]))
            return false;
    return s.n >= 6 && s.n <= 14;
}

static struct span without_prvs(struct span local)
{
    while (span_starts_nocase(local, SPAN("prvs="))) {
        struct span rest = span_cut(local, 5, local.n), user = SPAN_NONE;
        ptrdiff_t first = span_find_char(rest, '='), last = span_find_last(rest, '=');
        if (first > 0 && is_tag(span_cut(rest, 0, (size_t)first)))
            user = span_cut(rest, (size_t)first + 1, rest.n);
        else if (last > 0 && is_tag(span_cut(rest, (size_t)last + 1, rest.n)))
            user = span_cut(rest, 0, (size_t)last);
        if (!is_dot_atom(user))
            break;
        local = user;
    }
    return local;
}

static void add_quoted(struct str *out, struct span local)
{
    str_add_char(out, '"');
    for (size_t i = 0; i < local.n; i++) {
        if (local.at[i] == '"' || local.at[i] == '\\')
            str_add_char(out, '\\');
        str_add_char(out, lower(local.at[i]));
    }
    str_add_char(out, '"');
}

/* Adds the folded local part of NFC text. */
static enum result fold_local(struct span local, struct str *out, struct span whole,
                              struct error *error)
{
    char plain[LOCAL_MAX * 2];
    if (local.n == 0)
        return refuse(error, _("\"%s\" has nothing before the @"), whole);
    if (local.at[0] == '"') {
        if (local.n > LOCAL_MAX * 2 + 2)
            return refuse(error, _("\"%s\" has more than 64 bytes before the @"), whole);
        local = unquote(local, plain);
    } else if (!is_dot_atom(local)) {
        return refuse(error, _("\"%s\" has a sign before the @ that may not stand there"), whole);
    }
    local = without_prvs(local);
    if (local.n == 0)
        return refuse(error, _("\"%s\" has nothing before the @"), whole);
    if (local.n > LOCAL_MAX)
        return refuse(error, _("\"%s\" has more than 64 bytes before the @"), whole);
    if (!is_dot_atom(local)) {
        add_quoted(out, local);
        return RESULT_OK;
    }
    str_reserve(out, local.n);
    for (size_t i = 0; i < local.n; i++)
        out->at[out->n++] = lower(local.at[i]);
    out->at[out->n] = '\0';
    return RESULT_OK;
}

/* The letters, digits and hyphens of RFC 5321's Domain, ASCII by now. */
static enum result check_labels(struct span domain, bool single, struct span whole,
                                struct error *error)
{
    size_t start = 0;
    bool dot = false, digits = true;
    if (domain.n == 0)
        return refuse(error, _("\"%s\" has no domain behind the @"), whole);
    if (domain.n > DOMAIN_MAX)
        return refuse(error, _("\"%s\" has too long a domain"), whole);
    for (size_t i = 0; i <= domain.n; i++) {
        unsigned char c = i < domain.n ? (unsigned char)domain.at[i] : '.';
        if (c != '.') {
            if (!is_alnum(c) && c != '-')
                return refuse(error, _("\"%s\" has a sign in its domain that may not stand there"),
                              whole);
            digits = digits && c >= '0' && c <= '9';
            continue;
        }
        if (i == start)
            return refuse(error, _("\"%s\" has two dots, or a dot too many, in its domain"), whole);
        if (i - start > LABEL_MAX)
            return refuse(error, _("\"%s\" has a part over 63 bytes in its domain"), whole);
        if (domain.at[start] == '-' || domain.at[i - 1] == '-')
            return refuse(error, _("\"%s\" has a hyphen at the edge of a part of its domain"),
                          whole);
        if (i == domain.n)
            break;
        dot = true;
        digits = true;
        start = i + 1;
    }
    if (!dot && !single)
        return refuse(error, _("\"%s\" has no dot in its domain"), whole);
    if (digits)
        return refuse(error, _("\"%s\" has a number where its domain should end"), whole);
    return RESULT_OK;
}

/* Does an ASCII domain hold A-labels? */
static bool has_alabel(struct span domain)
{
    return span_starts_nocase(domain, SPAN("xn--")) || span_find_nocase(domain, SPAN(".xn--")) >= 0;
}

/* Adds the A-label of a domain with letters beyond ASCII, or with A-labels, which must be sound.
 * What IDNA2008 disallows but the net has (emoji) passes as an A-label only. */
static enum result fold_idn(struct span domain, struct str *out, struct span whole,
                            struct error *error)
{
    char name[GIVEN_MAX + 1];
    uint8_t *ascii = NULL;
    if (domain.n > GIVEN_MAX || memchr(domain.at, '\0', domain.n))
        return refuse(error, _("\"%s\" has too long a domain"), whole);
    memcpy(name, domain.at, domain.n);
    name[domain.n] = '\0';
    int flags = IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT;
    int failed = idn2_lookup_u8((const uint8_t *)name, &ascii, flags);
    if (failed == IDN2_OK) {
        for (const char *c = (const char *)ascii; *c; c++)
            str_add_char(out, lower(*c));
        idn2_free(ascii);
        return RESULT_OK;
    }
    if (!utf8_ascii(domain) || failed == IDN2_PUNYCODE_BAD_INPUT ||
        failed == IDN2_PUNYCODE_OVERFLOW || failed == IDN2_ENCODING_ERROR)
        return refuse(error, _("\"%s\" has a domain that international names do not allow"), whole);
    utf8_lower(domain, out);
    return RESULT_OK;
}

static enum result fold_domain(struct span domain, bool single, struct str *out, struct span whole,
                               struct error *error)
{
    size_t start = out->n;
    enum result result = RESULT_OK;
    if (domain.n && domain.at[domain.n - 1] == '.')
        domain.n--;
    if (domain.n > 1 && domain.at[0] == '[')
        return refuse(error, _("\"%s\" has a number of a host instead of a domain"), whole);
    if (domain.n && (!utf8_ascii(domain) || has_alabel(domain))) {
        result = fold_idn(domain, out, whole, error);
        /* Other alphabets have dots of their own. */
        if (!result && out->n > start && out->at[out->n - 1] == '.')
            out->at[--out->n] = '\0';
    } else {
        str_reserve(out, domain.n);
        for (size_t i = 0; i < domain.n; i++)
            out->at[out->n++] = lower(domain.at[i]);
        out->at[out->n] = '\0';
    }
    if (!result)
        result = check_labels(span_cut(span_of_str(out), start, out->n), single, whole, error);
    return result;
}

/* Where the local part ends: at the @ behind closing quotes, or at the last one. */
static ptrdiff_t find_at(struct span s)
{
    if (s.n == 0 || s.at[0] != '"')
        return span_find_last(s, '@');
    for (size_t i = 1; i + 1 < s.n; i++) {
        if (s.at[i] == '\\')
            i++;
        else if (s.at[i] == '"')
            return s.at[i + 1] == '@' ? (ptrdiff_t)i + 1 : -1;
    }
    return -1;
}

static bool has_hidden(struct span s)
{
    size_t length;
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.at[i] < 0x20 || s.at[i] == 0x7F)
            return true;
    if (utf8_ascii(s))
        return false;
    for (; s.n; s = span_cut(s, length, s.n)) {
        uint32_t code = utf8_read(s, &length);
        if (code >= 0x80 && utf8_is_harmful(code))
            return true;
        if (code == 0xA0 || code == 0x3000 || (code >= 0x2000 && code <= 0x200F))
            return true;
    }
    return false;
}

/* Folds cleaned NFC text. */
static enum result fold(struct span s, struct str *spelled, struct str *folded, struct error *error)
{
    if (s.n == 0)
        return error_set(error, RESULT_DATA, _("there is no address"));
    if (has_hidden(s))
        return refuse(error, _("\"%s\" has a control or invisible character in it"), s);
    ptrdiff_t at = find_at(s);
    if (at < 0)
        return refuse(error, _("\"%s\" has no @"), s);
    struct span local = span_cut(s, 0, (size_t)at);
    struct span domain = span_cut(s, (size_t)at + 1, s.n);
    enum result result = fold_local(local, folded, s, error);
    if (!result) {
        str_add_char(folded, '@');
        result = fold_domain(domain, false, folded, s, error);
    }
    local = without_prvs(local);
    if (!result && (folded->n > ADDRESS_MAX || local.n + 1 + domain.n > ADDRESS_MAX + 1))
        result = refuse(error, _("\"%s\" is over 254 bytes long"), s);
    if (!result && spelled) {
        str_add(spelled, local);
        str_add_char(spelled, '@');
        str_add(spelled, span_cut(domain, 0, domain.n - (domain.at[domain.n - 1] == '.')));
    }
    return result;
}

/* Beyond ASCII the two come each from a text of its own; lower case may need NFC again. */
static enum result fold_unicode(struct span s, struct str *spelled, struct str *folded,
                                struct error *error)
{
    if (!utf8_valid(s))
        return refuse(error, _("\"%s\" is not in UTF-8"), s);
    struct str normal = {0}, small = {0}, key = {0};
    utf8_nfc(s, &normal);
    utf8_lower(span_of_str(&normal), &small);
    utf8_nfc(span_of_str(&small), &key);
    str_clear(&small);
    enum result result = fold(span_of_str(&key), NULL, &small, error);
    /* Backslashes that went may have kept a mark from its letter. */
    utf8_nfc(span_of_str(&small), folded);
    if (!result && spelled) {
        str_clear(&small);
        result = fold(span_of_str(&normal), spelled, &small, error);
    }
    str_free(&normal);
    str_free(&small);
    str_free(&key);
    return result;
}

/* Nine addresses in ten are letters, digits, dots and hyphens; an import of millions wants them in
 * one pass. False: look again, with more care. */
static bool fold_simple(struct span s, struct str *folded)
{
    size_t start = 0, at = 0;
    bool dot = false, letter = false;
    if (s.n == 0 || s.n > ADDRESS_MAX)
        return false;
    str_reserve(folded, s.n);
    char *out = folded->at;
    for (size_t i = 0; i < s.n; i++) {
        char c = lower(s.at[i]);
        out[i] = c;
        if (c >= 'a' && c <= 'z') {
            letter = true;
            continue;
        }
        if ((c >= '0' && c <= '9') || (!at && (c == '_' || c == '+')))
            continue;
        if (i == start)
            return false;
        if (c == '-' && (!at || s.at[i - 1] != '-'))
            continue;
        if (at && s.at[i - 1] == '-')
            return false;
        if (c == '@' && !at && i <= LOCAL_MAX)
            at = i;
        else if (c != '.' || (at && i - start > LABEL_MAX))
            return false;
        else
            dot = at != 0;
        letter = false;
        start = i + 1;
    }
    if (!dot || !letter || start == s.n || s.at[s.n - 1] == '-' || s.n - start > LABEL_MAX ||
        s.n - at - 1 > DOMAIN_MAX)
        return false;
    folded->n = s.n;
    out[s.n] = '\0';
    return true;
}

enum result address_fold(struct span text, struct str *spelled, struct str *folded,
                         struct error *error)
{
    enum result result;
    if (spelled)
        str_clear(spelled);
    str_clear(folded);
    if (fold_simple(text, folded)) {
        if (spelled)
            str_add(spelled, text);
        return RESULT_OK;
    }
    struct span s = clean(text);
    if (s.n > GIVEN_MAX)
        return refuse(error, _("\"%s\" is over 254 bytes long"), s);
    if (utf8_ascii(s))
        result = fold(s, spelled, folded, error);
    else
        result = fold_unicode(s, spelled, folded, error);
    if (result) {
        str_clear(folded);
        if (spelled)
            str_clear(spelled);
    }
    return result;
}

enum result address_fold_domain(struct span text, bool single, struct str *out, struct error *error)
{
    struct str normal = {0};
    struct span s = trim(text);
    str_clear(out);
    if (s.n > GIVEN_MAX || !utf8_valid(s) || has_hidden(s))
        return refuse(error, _("\"%s\" is no domain"), s);
    if (!utf8_ascii(s)) {
        utf8_nfc(s, &normal);
        s = span_of_str(&normal);
    }
    enum result result = fold_domain(s, single, out, s, error);
    if (result)
        str_clear(out);
    str_free(&normal);
    return result;
}

void address_key(struct span text, struct str *folded)
{
    if (address_fold(text, NULL, folded, NULL) == RESULT_OK)
        return;
    struct str small = {0};
    struct span s = clean(span_cut(text, 0, KEY_LOOK));
    size_t limit = ADDRESS_MAX * 2, tail = 17;
    utf8_lower(s, &small);
    utf8_nfc(span_of_str(&small), folded);
    if (folded->n > limit) {
        uint64_t hash = hash_bytes(folded->at, folded->n, text.n);
        size_t end = limit - tail;
        while (end > 0 && ((unsigned char)folded->at[end] & 0xC0) == 0x80)
            end--;
        folded->n = end;
        str_addf(folded, "#%016llx", (unsigned long long)hash);
    }
    str_free(&small);
}

struct span address_domain(struct span folded)
{
    ptrdiff_t at = span_find_last(folded, '@');
    return at < 0 ? span_cut(folded, folded.n, folded.n)
                  : span_cut(folded, (size_t)at + 1, folded.n);
}

void address_domain_unicode(struct span domain, struct str *out)
{
    char name[DOMAIN_MAX + 1], *shown = NULL;
    if (domain.n <= DOMAIN_MAX && domain.n && has_alabel(domain) &&
        !memchr(domain.at, '\0', domain.n)) {
        memcpy(name, domain.at, domain.n);
        name[domain.n] = '\0';
        if (idn2_to_unicode_8z8z(name, &shown, 0) == IDN2_OK) {
            str_add_text(out, shown);
            idn2_free(shown);
            return;
        }
    }
    str_add(out, domain);
}
