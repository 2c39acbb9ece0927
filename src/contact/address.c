/* SPDX-License-Identifier: MIT */
#include "contact/address.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/lower.h"
#include "base/text.h"
#include "base/utf8.h"
#include "contact/domain.h"
#include "mail/token.h"

#define LOCAL_MAX 64   /* RFC 5321 4.5.3.1.1 */
#define KEY_LOOK 65536 /* bytes of what is no address that tell it from another */

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
    for (size_t before = s.n + 1; s.n < before;) {
        before = s.n;
        s = trim(s);
        if (span_starts_nocase(s, SPAN("mailto:")))
            s = span_cut(s, 7, s.n);
        else if (s.n >= 2 && s.at[0] == '<' && s.at[s.n - 1] == '>')
            s = span_cut(s, 1, s.n - 1);
    }
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

/* Off with what was put on for one mail's way back. */
static struct span without_tags(struct span local)
{
    struct token token;
    do
        local = without_prvs(local);
    while (token_read(local, &local, &token));
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

/* What keeps an unquoted local part from being one; has a %s for the whole. */
static const char *wrong_with(struct span local)
{
    if (span_find_char(local, '@') >= 0)
        return _("\"%s\" has more than one @");
    for (size_t i = 0; i < local.n; i++) {
        if (local.at[i] == ' ' || local.at[i] == '\t')
            return _("\"%s\" has a space before the @");
        if (local.at[i] != '.' && !is_atom((unsigned char)local.at[i]))
            return _("\"%s\" has a sign before the @ that may not stand there");
    }
    return _("\"%s\" has two dots, or a dot too many, before the @");
}

/* Adds the folded local part of NFC text. */
static enum result fold_local(struct span local, struct str *out, struct span whole,
                              struct error *error)
{
    char plain[LOCAL_MAX * 2];
    if (local.n == 0)
        return domain_refuse(error, _("\"%s\" has nothing before the @"), whole);
    if (local.at[0] == '"') {
        if (local.n > LOCAL_MAX * 2 + 2)
            return domain_refuse(error, _("\"%s\" has more than 64 bytes before the @"), whole);
        local = unquote(local, plain);
    } else if (!is_dot_atom(local)) {
        return domain_refuse(error, wrong_with(local), whole);
    }
    local = without_tags(local);
    if (local.n == 0)
        return domain_refuse(error, _("\"%s\" has nothing before the @"), whole);
    if (local.n > LOCAL_MAX)
        return domain_refuse(error, _("\"%s\" has more than 64 bytes before the @"), whole);
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

/* Folds cleaned NFC text. */
static enum result fold(struct span s, struct str *spelled, struct str *folded, struct error *error)
{
    if (s.n == 0)
        return error_set(error, RESULT_DATA, _("there is no address"));
    if (domain_has_hidden(s))
        return domain_refuse(error, _("\"%s\" has a control or invisible character in it"), s);
    ptrdiff_t at = find_at(s);
    if (at < 0)
        return domain_refuse(error, _("\"%s\" has no @"), s);
    struct span local = span_cut(s, 0, (size_t)at);
    struct span domain = span_cut(s, (size_t)at + 1, s.n);
    enum result result = fold_local(local, folded, s, error);
    if (!result) {
        str_add_char(folded, '@');
        result = domain_fold(domain, false, folded, s, error);
    }
    local = without_tags(local);
    if (!result && (folded->n > ADDRESS_MAX || local.n + 1 + domain.n > ADDRESS_MAX + 1))
        result = domain_refuse(error, _("\"%s\" is over 254 bytes long"), s);
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
        return domain_refuse(error, _("\"%s\" is not in UTF-8"), s);
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

enum sign { SIGN_OTHER, SIGN_LETTER, SIGN_DIGIT, SIGN_LOCAL, SIGN_HYPHEN, SIGN_DOT, SIGN_AT };

#define LETTERS_4(c) [c] = SIGN_LETTER, [c + 1] = SIGN_LETTER, [c + 2] = SIGN_LETTER, [c + 3] = SIGN_LETTER
#define LETTERS(a) \
    LETTERS_4(a), LETTERS_4(a + 4), LETTERS_4(a + 8), LETTERS_4(a + 12), LETTERS_4(a + 16), \
        LETTERS_4(a + 20), [a + 24] = SIGN_LETTER, [a + 25] = SIGN_LETTER

static const unsigned char signs[256] = {
    LETTERS('a'),       LETTERS('A'),       ['0'] = SIGN_DIGIT, ['1'] = SIGN_DIGIT,
    ['2'] = SIGN_DIGIT, ['3'] = SIGN_DIGIT, ['4'] = SIGN_DIGIT, ['5'] = SIGN_DIGIT,
    ['6'] = SIGN_DIGIT, ['7'] = SIGN_DIGIT, ['8'] = SIGN_DIGIT, ['9'] = SIGN_DIGIT,
    ['_'] = SIGN_LOCAL, ['+'] = SIGN_LOCAL, ['-'] = SIGN_HYPHEN, ['.'] = SIGN_DOT,
    ['@'] = SIGN_AT,
};

static bool is_plain_bytes(struct span s)
{
    size_t start = 0, at = 0;
    bool dot = false, letter = false;
    if (s.n == 0 || s.n > ADDRESS_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        enum sign sign = (enum sign)signs[(unsigned char)s.at[i]];
        if (sign == SIGN_LETTER) {
            letter = true;
            continue;
        }
        if (s.at[i] == '+' && !at && i + TOKEN_CHARS + 1 < s.n && s.at[i + TOKEN_CHARS + 1] == '@')
            return false; /* it may be a token of ours */
        if (sign == SIGN_DIGIT || (!at && sign == SIGN_LOCAL))
            continue;
        if (i == start)
            return false;
        if (sign == SIGN_HYPHEN && (!at || s.at[i - 1] != '-'))
            continue;
        if (at && s.at[i - 1] == '-')
            return false;
        if (sign == SIGN_AT && !at && i <= LOCAL_MAX)
            at = i;
        else if (sign != SIGN_DOT || (at && i - start > DOMAIN_LABEL_MAX))
            return false;
        else
            dot = at != 0;
        letter = false;
        start = i + 1;
    }
    return dot && letter && start < s.n && s.at[s.n - 1] != '-' && s.n - start <= DOMAIN_LABEL_MAX &&
           s.n - at - 1 <= DOMAIN_MAX;
}

#ifdef __SSE2__
enum { SHORT = 64 };

/* Where in an address of at most 64 bytes its signs stand: a bit each. */
struct signs_at {
    uint64_t letters, digits, dots, hyphens, ats, underscores, pluses;
};

static uint64_t bits_of(__m128i found, unsigned from)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(found) << from;
}

static struct signs_at signs_of(struct span s)
{
    struct signs_at is = {0};
    char bytes[SHORT] = {0};
    copy_short(bytes, s.at, s.n);
    for (unsigned i = 0; i < s.n; i += 16) {
        __m128i all = _mm_loadu_si128((const __m128i *)(const void *)(bytes + i));
        /* Shifted so that the first of them is the least there is. */
        __m128i from_a = _mm_sub_epi8(_mm_or_si128(all, _mm_set1_epi8(0x20)), _mm_set1_epi8((char)('a' - 128)));
        __m128i from_0 = _mm_sub_epi8(all, _mm_set1_epi8((char)('0' - 128)));
        is.letters |= bits_of(_mm_cmplt_epi8(from_a, _mm_set1_epi8(-128 + 26)), i);
        is.digits |= bits_of(_mm_cmplt_epi8(from_0, _mm_set1_epi8(-128 + 10)), i);
        is.dots |= bits_of(_mm_cmpeq_epi8(all, _mm_set1_epi8('.')), i);
        is.hyphens |= bits_of(_mm_cmpeq_epi8(all, _mm_set1_epi8('-')), i);
        is.ats |= bits_of(_mm_cmpeq_epi8(all, _mm_set1_epi8('@')), i);
        is.underscores |= bits_of(_mm_cmpeq_epi8(all, _mm_set1_epi8('_')), i);
        is.pluses |= bits_of(_mm_cmpeq_epi8(all, _mm_set1_epi8('+')), i);
    }
    return is;
}

/* is_plain_bytes, all bytes at once. */
static bool is_plain_short(struct span s)
{
    struct signs_at is = signs_of(s);
    uint64_t local = (is.ats & -is.ats) - 1, domain = ~local & ~is.ats; /* before and behind the first @ */
    uint64_t last = UINT64_C(1) << (s.n - 1), ends = is.dots | is.ats, domain_dots = is.dots & domain;
    if (!is.ats || is.ats & (is.ats - 1) || !domain_dots)
        return false;
    uint64_t known = is.letters | is.digits | is.hyphens | ends | ((is.underscores | is.pluses) & local);
    uint64_t label = ~UINT64_C(0) << (63 - (unsigned)__builtin_clzll(domain_dots)); /* from the last dot on */
    return known == (last | (last - 1)) && !(is.pluses << (TOKEN_CHARS + 1) & is.ats) && /* a token of ours? */
           !((is.hyphens | ends) & (ends << 1 | 1)) && !((is.hyphens | is.dots) & is.hyphens << 1 & domain) &&
           !((ends | is.hyphens) & last) && is.letters & label;
}
#else
enum { SHORT = 0 };
#define is_plain_short is_plain_bytes
#endif

/* Nine addresses in ten are letters, digits, dots and hyphens; an import of millions wants them in
 * one pass. False: look again, with more care. */
bool address_is_plain(struct span s)
{
    return s.n && s.n <= SHORT ? is_plain_short(s) : is_plain_bytes(s);
}

static void fold_plain(struct span s, struct str *folded)
{
    str_reserve(folded, s.n);
    for (size_t i = 0; i < s.n; i++)
        folded->at[i] = lower(s.at[i]);
    folded->n = s.n;
    folded->at[s.n] = '\0';
}

enum result address_fold(struct span text, struct str *spelled, struct str *folded,
                         struct error *error)
{
    enum result result;
    if (spelled)
        str_clear(spelled);
    str_clear(folded);
    if (address_is_plain(text)) {
        fold_plain(text, folded);
        if (spelled)
            str_add(spelled, text);
        return RESULT_OK;
    }
    struct span s = clean(text);
    if (s.n > DOMAIN_GIVEN_MAX)
        return domain_refuse(error, _("\"%s\" is over 254 bytes long"), s);
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

/* Shortened to what a key may have; the hash keeps two apart. */
static void cap_key(struct str *folded, uint64_t seed)
{
    size_t limit = ADDRESS_MAX * 2, tail = 17, end = limit - tail;
    if (folded->n <= limit)
        return;
    uint64_t hash = hash_bytes(folded->at, folded->n, seed);
    while (end > 0 && ((unsigned char)folded->at[end] & 0xC0) == 0x80)
        end--;
    folded->n = end;
    str_addf(folded, "#%016llx", (unsigned long long)hash);
}

void address_key(struct span text, struct str *folded)
{
    struct str small = {0}, normal = {0};
    if (address_fold(text, NULL, folded, NULL) == RESULT_OK)
        return;
    utf8_lower(clean(span_cut(text, 0, KEY_LOOK)), &small);
    utf8_nfc(span_of_str(&small), &normal);
    /* Mended bytes and lower case may have made an address of it. */
    struct span s = clean(span_of_str(&normal));
    if (address_fold(s, NULL, folded, NULL) != RESULT_OK) {
        str_add(folded, s);
        cap_key(folded, text.n);
    }
    str_free(&small);
    str_free(&normal);
}

struct span address_domain(struct span folded)
{
    ptrdiff_t at = span_find_last(folded, '@');
    return at < 0 ? span_cut(folded, folded.n, folded.n)
                  : span_cut(folded, (size_t)at + 1, folded.n);
}
