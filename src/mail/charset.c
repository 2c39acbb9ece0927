/* SPDX-License-Identifier: MIT */
#include "mail/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "base/utf8.h"
#include "mail/charset_table.h"

#define CONVERT_MAX (256 * 1024)

/* The names mail uses → iconv's. Supersets where the narrow set is mislabelled as a rule. */
static const struct {
    const char *name, *iconv;
} charsets[] = {
    {"iso-8859-1", "WINDOWS-1252"},
    {"latin1", "WINDOWS-1252"},
    {"windows-1252", "WINDOWS-1252"},
    {"cp1252", "WINDOWS-1252"},
    {"iso-8859-2", "ISO-8859-2"},
    {"windows-1250", "WINDOWS-1250"},
    {"cp1250", "WINDOWS-1250"},
    {"iso-8859-15", "ISO-8859-15"},
    {"iso-8859-3", "ISO-8859-3"},
    {"iso-8859-4", "ISO-8859-4"},
    {"iso-8859-5", "ISO-8859-5"},
    {"iso-8859-7", "ISO-8859-7"},
    {"iso-8859-8", "ISO-8859-8"},
    {"iso-8859-9", "ISO-8859-9"},
    {"iso-8859-13", "ISO-8859-13"},
    {"iso-8859-16", "ISO-8859-16"},
    {"windows-1251", "WINDOWS-1251"},
    {"cp1251", "WINDOWS-1251"},
    {"windows-1253", "WINDOWS-1253"},
    {"windows-1254", "WINDOWS-1254"},
    {"windows-1255", "WINDOWS-1255"},
    {"windows-1256", "WINDOWS-1256"},
    {"windows-1257", "WINDOWS-1257"},
    {"windows-1258", "WINDOWS-1258"},
    {"koi8-r", "KOI8-R"},
    {"koi8-u", "KOI8-U"},
    {"ibm852", "IBM852"},
    {"iso-2022-jp", "ISO-2022-JP-2"},
    {"shift_jis", "CP932"},
    {"shift-jis", "CP932"},
    {"x-sjis", "CP932"},
    {"cp932", "CP932"},
    {"windows-31j", "CP932"},
    {"euc-jp", "EUC-JP"},
    {"iso-2022-kr", "ISO-2022-KR"},
    {"euc-kr", "CP949"},
    {"ks_c_5601-1987", "CP949"},
    {"gb2312", "GB18030"},
    {"gbk", "GB18030"},
    {"gb18030", "GB18030"},
    {"hz-gb-2312", "HZ"},
    {"big5", "BIG5-HKSCS"},
    {"tis-620", "TIS-620"},
    {"utf-7", "UTF-7"},
    {"unicode-1-1-utf-7", "UTF-7"},
    {"utf-16", "UTF-16"},
    {"utf-16le", "UTF-16LE"},
    {"utf-16be", "UTF-16BE"},
};

#define CHARSETS (sizeof charsets / sizeof *charsets)

static _Thread_local iconv_t handles[CHARSETS];
static _Thread_local bool opened[CHARSETS];

static iconv_t handle(size_t i)
{
    if (!opened[i]) {
        handles[i] = iconv_open("UTF-8", charsets[i].iconv);
        opened[i] = true;
    }
    return handles[i];
}

/* The upper half of a set with a byte a letter; NULL: iconv has to do it. */
static const uint16_t *upper_half(size_t i)
{
    for (size_t k = 0; k < sizeof charset_tables / sizeof *charset_tables; k++)
        if (strcmp(charset_tables[k].iconv, charsets[i].iconv) == 0)
            return charset_tables[k].upper;
    return NULL;
}

void charset_open(void)
{
    for (size_t i = 0; i < CHARSETS; i++)
        if (!upper_half(i))
            handle(i);
}

static ptrdiff_t find(struct span name)
{
    for (size_t i = 0; i < CHARSETS; i++)
        if (span_is_text(name, charsets[i].name))
            return (ptrdiff_t)i;
    return -1;
}

static struct span convert_bytes(struct arena *arena, struct span text, const uint16_t *upper,
                                 size_t *bad)
{
    char *out = arena_open(arena, text.n * 3), *at = out;
    *bad = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.at[i];
        uint32_t code = c < 0x80 ? c : upper[c - 0x80];
        bool odd = c >= 0x80 && !code;
        *bad += odd;
        at += utf8_write(odd ? 0xFFFD : code, at);
    }
    return arena_keep(arena, out, (size_t)(at - out));
}

/* Converts; how many input bytes made no sense comes in *bad. */
static struct span convert(struct arena *arena, struct span text, size_t which, size_t *bad)
{
    const uint16_t *upper = upper_half(which);
    if (upper)
        return convert_bytes(arena, text, upper, bad);
    iconv_t cd = handle(which);
    *bad = text.n;
    if (cd == (iconv_t)-1)
        return charset_repair(arena, text);
    iconv(cd, NULL, NULL, NULL, NULL);
    char *in = (char *)text.at, *out = arena_open(arena, text.n * 4 + 16), *at = out;
    size_t in_left = text.n, out_left = text.n * 4 + 16;
    *bad = 0;
    while (in_left) {
        if (iconv(cd, &in, &in_left, &at, &out_left) != (size_t)-1)
            break;
        if (errno == E2BIG || out_left < 4)
            break;
        memcpy(at, "\xEF\xBF\xBD", 3);
        at += 3;
        out_left -= 3;
        in++;
        in_left--;
        ++*bad;
    }
    return arena_keep(arena, out, (size_t)(at - out));
}

struct span charset_repair(struct arena *arena, struct span text)
{
    if (utf8_valid(text))
        return text;
    struct str out = {0};
    utf8_repair(text, &out);
    struct span whole = arena_copy(arena, span_of_str(&out));
    str_free(&out);
    return whole;
}

static bool has_escapes(struct span text)
{
    return span_find(text, SPAN("\033$B")) >= 0 || span_find(text, SPAN("\033$@")) >= 0;
}

static struct span guess(struct arena *arena, struct span text)
{
    if (has_escapes(text)) {
        size_t bad;
        return convert(arena, text, (size_t)find(SPAN("iso-2022-jp")), &bad);
    }
    size_t bad;
    return utf8_valid(text) ? text : convert(arena, text, 0, &bad);
}

/* Japanese mail is often not in the set it names. */
static struct span japanese(struct arena *arena, struct span text)
{
    static const char *const sets[] = {"euc-jp", "shift_jis"};
    struct span best = SPAN_NONE;
    size_t least = text.n + 1;
    for (size_t i = 0; i < 2; i++) {
        size_t bad;
        struct span out = convert(arena, text, (size_t)find(span_of(sets[i])), &bad);
        if (bad < least) {
            least = bad;
            best = out;
        }
    }
    return best;
}

struct span charset_utf8(struct arena *arena, struct span text, struct span name)
{
    if (text.n > CONVERT_MAX)
        return charset_repair(arena, text);
    name = span_trim(name);
    ptrdiff_t which = name.n ? find(name) : -1;
    bool ascii = utf8_ascii(text);
    bool wide = span_starts_nocase(name, SPAN("utf-16")) || span_starts_nocase(name, SPAN("utf-7")) ||
                span_starts_nocase(name, SPAN("unicode-")) || span_starts_nocase(name, SPAN("hz-"));
    if (ascii && !wide)
        return memchr(text.at ? text.at : "", '\033', text.n) ? guess(arena, text) : text;
    if (which < 0)
        return guess(arena, text);
    /* What is valid UTF-8 with letters beyond ASCII is nearly never anything else. */
    if (!wide && utf8_valid(text))
        return text;
    bool japan = span_starts_nocase(name, SPAN("iso-2022-jp"));
    if (japan && !has_escapes(text))
        return japanese(arena, text);
    size_t bad;
    return convert(arena, text, (size_t)which, &bad);
}
