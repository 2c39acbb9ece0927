/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <uniwidth.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/alloc.h"
#include "base/fold_table.h"
#include "base/lower.h"

#define REPLACEMENT 0xFFFD

/* Every code point below this is its own NFC, and no mark. */
#define FIRST_MARK 0x300

#define FOLD_ODDS (sizeof fold_odd / sizeof *fold_odd)

static uint32_t read_long(const unsigned char *at, size_t n, size_t *length)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t need = at[0] >= 0xF0 ? 4 : at[0] >= 0xE0 ? 3 : 2;
    *length = 1;
    if (at[0] < 0xC2 || at[0] > 0xF4 || n < need)
        return REPLACEMENT;
    uint32_t code = at[0] & (0x7Fu >> need);
    for (size_t i = 1; i < need; i++) {
        if ((at[i] & 0xC0) != 0x80)
            return REPLACEMENT;
        code = code << 6 | (at[i] & 0x3Fu);
    }
    if (code < least[need] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        return REPLACEMENT;
    *length = need;
    return code;
}

uint32_t utf8_read(struct span s, size_t *length)
{
    const unsigned char *at = (const unsigned char *)s.at;
    if (at[0] < 0x80) {
        *length = 1;
        return at[0];
    }
    return read_long(at, s.n, length);
}

size_t utf8_write(uint32_t code, char out[4])
{
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
        code = REPLACEMENT;
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    if (code < 0x800) {
        out[0] = (char)(0xC0 | code >> 6);
        out[1] = (char)(0x80 | (code & 0x3F));
        return 2;
    }
    if (code < 0x10000) {
        out[0] = (char)(0xE0 | code >> 12);
        out[1] = (char)(0x80 | (code >> 6 & 0x3F));
        out[2] = (char)(0x80 | (code & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | code >> 18);
    out[1] = (char)(0x80 | (code >> 12 & 0x3F));
    out[2] = (char)(0x80 | (code >> 6 & 0x3F));
    out[3] = (char)(0x80 | (code & 0x3F));
    return 4;
}

static void add_code(struct str *out, uint32_t code)
{
    char bytes[4];
    str_add(out, (struct span){bytes, utf8_write(code, bytes)});
}

/* Takes one code point off the front; *bad says that its byte was not UTF-8. */
static uint32_t next(struct span *s, bool *bad)
{
    size_t length;
    uint32_t code = utf8_read(*s, &length);
    *bad = length == 1 && (unsigned char)s->at[0] >= 0x80;
    s->at += length;
    s->n -= length;
    return code;
}

/* Bytes of ASCII at the front. */
static size_t ascii_run(struct span s)
{
    size_t i = 0;
#ifdef __SSE2__
    for (; i + 16 <= s.n; i += 16) {
        unsigned high = (unsigned)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)(const void *)(s.at + i)));
        if (high)
            return i + (size_t)__builtin_ctz(high);
    }
#endif
    for (; i + 8 <= s.n; i += 8) {
        uint64_t word;
        memcpy(&word, s.at + i, 8);
        if (word & 0x8080808080808080u)
            break;
    }
    while (i < s.n && (unsigned char)s.at[i] < 0x80)
        i++;
    return i;
}

bool utf8_ascii(struct span s)
{
    return ascii_run(s) == s.n;
}

bool utf8_valid(struct span s)
{
    for (;;) {
        size_t run = ascii_run(s);
        if (run == s.n)
            return true;
        s = span_cut(s, run, s.n);
        while (s.n >= 2 && (unsigned char)s.at[0] >= 0xC2 && (unsigned char)s.at[0] < 0xE0 &&
               ((unsigned char)s.at[1] & 0xC0) == 0x80) /* most of Europe's letters */
            s = (struct span){s.at + 2, s.n - 2};
        if (!s.n || (unsigned char)s.at[0] < 0x80)
            continue;
        bool bad;
        next(&s, &bad);
        if (bad)
            return false;
    }
}

void utf8_repair(struct span s, struct str *out)
{
    while (s.n) {
        size_t run = ascii_run(s);
        str_add(out, span_cut(s, 0, run));
        s = span_cut(s, run, s.n);
        bool bad;
        if (s.n)
            add_code(out, next(&s, &bad));
    }
    str_add(out, SPAN(""));
}

bool utf8_is_harmful(uint32_t code)
{
    static const uint32_t ranges[][2] = {
        {0x80, 0x9F},     {0x61C, 0x61C},   {0x200B, 0x200B}, {0x200E, 0x200F},   {0x2028, 0x202E},
        {0x2060, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
    };
    if (code < 0xA0)
        return code >= 0x80;
    for (size_t i = 1; i < sizeof ranges / sizeof *ranges; i++)
        if (code >= ranges[i][0] && code <= ranges[i][1])
            return true;
    return false;
}

static bool is_control(uint32_t code)
{
    return code < 0x20 || code == 0x7F;
}

void utf8_visible(struct span s, struct str *out)
{
    while (s.n) {
        bool bad;
        uint32_t code = next(&s, &bad);
        if (is_control(code)) {
            str_add_char(out, '^');
            str_add_char(out, (char)(code ^ 0x40));
        } else if (utf8_is_harmful(code)) {
            str_addf(out, "<U+%04X>", (unsigned)code);
        } else {
            add_code(out, code);
        }
    }
    str_add(out, SPAN(""));
}

/* Columns of one code point as utf8_visible shows it. */
static size_t columns_of(uint32_t code)
{
    if (code >= 0x20 && code < 0x7F)
        return 1;
    if (is_control(code))
        return 2;
    if (utf8_is_harmful(code))
        return code > 0xFFFF ? 9 : 8;
    int width = uc_width(code, "UTF-8");
    return width < 0 ? 1 : (size_t)width;
}

size_t utf8_width(struct span s)
{
    size_t width = 0;
    bool bad;
    while (s.n)
        width += columns_of(next(&s, &bad));
    return width;
}

size_t utf8_fit(struct span s, size_t columns, size_t *used)
{
    struct span rest = s;
    size_t width = 0, taken = 0;
    while (rest.n) {
        bool bad;
        size_t more = columns_of(next(&rest, &bad));
        if (width + more > columns)
            break;
        width += more;
        taken = s.n - rest.n;
    }
    if (used)
        *used = width;
    return taken;
}

static bool all_below(struct span s, uint32_t limit)
{
    bool bad;
    while (s.n) {
        size_t run = ascii_run(s);
        s = span_cut(s, run, s.n);
        if (s.n && next(&s, &bad) >= limit)
            return false;
    }
    return true;
}

/* libunistring's result, which the caller's str takes over; NULL means no memory or bytes that are
 * not UTF-8, and those were mended before. */
static void add_owned(struct str *out, uint8_t *bytes, size_t n)
{
    if (!bytes && n)
        abort();
    str_add(out, (struct span){(char *)bytes, n});
    free(bytes);
}

void utf8_nfc(struct span s, struct str *out)
{
    struct str mended = {0};
    if (!utf8_valid(s)) {
        utf8_repair(s, &mended);
        s = span_of_str(&mended);
    }
    if (all_below(s, FIRST_MARK)) {
        str_add(out, s);
    } else {
        size_t n = 0;
        uint8_t *normal = u8_normalize(UNINORM_NFC, (const uint8_t *)s.at, s.n, NULL, &n);
        add_owned(out, normal, n);
    }
    str_free(&mended);
}

/* ASCII only. */
static void add_lower(struct str *out, struct span s)
{
    str_reserve(out, s.n);
    if (s.n)
        lower_copy(out->at + out->n, s.at, s.n);
    out->n += s.n;
    out->at[out->n] = '\0';
}

void utf8_lower(struct span s, struct str *out)
{
    if (utf8_ascii(s)) {
        add_lower(out, s);
        return;
    }
    struct str mended = {0};
    utf8_repair(s, &mended);
    size_t n = 0;
    uint8_t *lower = u8_tolower((const uint8_t *)mended.at, mended.n, NULL, NULL, NULL, &n);
    add_owned(out, lower, n);
    str_free(&mended);
}

bool utf8_is_mark(uint32_t code)
{
    return code >= FIRST_MARK && uc_combining_class(code) != 0;
}

/* The table's row for a code point, NULL outside the alphabets that it knows. */
static const uint16_t *fold_row(uint32_t code)
{
    unsigned block = code < 0x10000 ? fold_index[code >> 6] : 0;
    return block ? fold_rows[block - 1][code & 63] : NULL;
}

uint32_t utf8_fold_case(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code | 0x20 : code;
    const uint16_t *row = fold_row(code);
    return row ? row[0] : uc_tolower(code);
}

size_t utf8_fold_plain(uint32_t code, uint32_t out[4])
{
    if (code >= 0x80) {
        if (utf8_is_mark(code))
            return 0;
        const uint16_t *row = fold_row(code);
        if (row && row[1] >= FOLD_ODD && row[1] < FOLD_ODD + FOLD_ODDS) {
            const char *letters = fold_odd[row[1] - FOLD_ODD];
            size_t n = 0;
            for (; letters[n]; n++)
                out[n] = (unsigned char)letters[n];
            return n;
        }
        if (row) {
            out[0] = row[1];
            return 1;
        }
    }
    out[0] = utf8_fold_case(code);
    return 1;
}

bool utf8_is_composed(struct span s)
{
    bool bad;
    while (s.n) {
        s = span_cut(s, ascii_run(s), s.n);
        uint32_t code = s.n ? next(&s, &bad) : 0;
        if (utf8_is_mark(code) || (code >= 0x1100 && code < 0x1200))
            return false;
    }
    return true;
}

/* Letters of two bytes among which there are no marks, 0x80 to 0x2FF and 0x380 to 0x47F; save for 0xC0 and
 * 0xC1, which are not UTF-8. */
static bool leads_letter(unsigned char c)
{
    return c >= 0xC2 && c <= 0xD1 && c != 0xCC && c != 0xCD;
}

/* Folds what has nothing but ASCII and such letters of the table into `to`, which never takes more than they
 * do; NULL: it has. */
static char *fold_letters(struct span s, char *to)
{
    const unsigned char *at = (const unsigned char *)s.at, *end = at + s.n;
    while (at < end) {
        if (*at < 0x80) {
            *to++ = (char)(*at >= 'A' && *at <= 'Z' ? *at | 0x20 : *at);
            at++;
            continue;
        }
        if (!leads_letter(*at) || at + 1 == end || (at[1] & 0xC0) != 0x80)
            return NULL;
        const uint16_t *row = fold_row((*at & 0x1Fu) << 6 | (at[1] & 0x3Fu));
        if (!row)
            return NULL;
        if (row[1] < 0x80) {
            *to++ = (char)row[1];
        } else if (row[1] < 0x800) {
            *to++ = (char)(0xC0 | row[1] >> 6);
            *to++ = (char)(0x80 | (row[1] & 0x3F));
        } else {
            const char *odd = row[1] >= FOLD_ODD && row[1] < FOLD_ODD + FOLD_ODDS ? fold_odd[row[1] - FOLD_ODD] : "";
            if (strlen(odd) != 2)
                return NULL;
            *to++ = odd[0];
            *to++ = odd[1];
        }
        at += 2;
    }
    return to;
}

char *utf8_fold_quick(struct span s, char *to)
{
    return lower_copy(to, s.at, s.n) ? to + s.n : fold_letters(s, to);
}

void utf8_fold(struct span s, struct str *out)
{
    struct str normal = {0};
    bool bad;
    str_reserve(out, s.n);
    const char *end = s.n ? utf8_fold_quick(s, out->at + out->n) : NULL;
    if (end) {
        out->n = (size_t)(end - out->at);
        out->at[out->n] = '\0';
        return;
    }
    while (s.n) {
        size_t run = ascii_run(s);
        add_lower(out, span_cut(s, 0, run));
        s = span_cut(s, run, s.n);
        if (s.n && !normal.at && !utf8_is_composed(s)) {
            /* A mark may belong to the letter before: take the whole of it again. */
            out->n -= run;
            s = (struct span){s.at - run, s.n + run};
            utf8_nfc(s, &normal);
            s = span_of_str(&normal);
            continue;
        }
        while (s.n && (unsigned char)s.at[0] >= 0x80) {
            uint32_t letters[4];
            size_t n = utf8_fold_plain(next(&s, &bad), letters);
            for (size_t i = 0; i < n; i++)
                add_code(out, letters[i]);
        }
    }
    str_add(out, SPAN(""));
    str_free(&normal);
}
