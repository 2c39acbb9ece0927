/* SPDX-License-Identifier: MIT */
#include "exchange/charset.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "base/utf8.h"

const char *charset_guess(struct span bytes, const char *given, size_t *mark)
{
    static const struct {
        struct span mark;
        const char *charset;
    } marks[] = {
        {{"\xEF\xBB\xBF", 3}, "UTF-8"},
        {{"\xFF\xFE", 2}, "UTF-16LE"},
        {{"\xFE\xFF", 2}, "UTF-16BE"},
    };
    *mark = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (span_starts(bytes, marks[i].mark) &&
            (!given || strncasecmp(given, marks[i].charset, 5) == 0)) {
            *mark = marks[i].mark.n;
            return marks[i].charset;
        }
    if (given)
        return given;
    return utf8_valid(bytes) ? "UTF-8" : "WINDOWS-1250";
}

static uint64_t line_of(struct span bytes, size_t at)
{
    uint64_t line = 1;
    for (const char *p = bytes.at, *end = bytes.at + at;
         (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
        line++;
    return line;
}

enum result charset_convert(struct span bytes, const char *charset, struct str *out,
                            struct error *error)
{
    /* glibc's ISO-2022-CN-EXT writes beyond its buffer (CVE-2024-2961). */
    iconv_t converter = strcasestr(charset, "2022-CN-EXT") ? (iconv_t)-1
                                                           : iconv_open("UTF-8", charset);
    if (converter == (iconv_t)-1)
        return error_set(error, RESULT_DATA,
                         _("unknown character set %s; `iconv -l` lists those there are"), charset);
    enum result result = RESULT_OK;
    char *in = (char *)bytes.at;
    size_t left = bytes.n;
    while (left > 0 && result == RESULT_OK) {
        str_reserve(out, left + left / 2 + 16);
        char *to = out->at + out->n;
        size_t room = out->capacity - out->n - 1;
        size_t done = iconv(converter, &in, &left, &to, &room);
        out->n = (size_t)(to - out->at);
        if (done == (size_t)-1 && errno != E2BIG)
            result = error_set(error, RESULT_DATA,
                               _("line %llu is not %s; say with --charset what the file is in"),
                               (unsigned long long)line_of(bytes, bytes.n - left), charset);
    }
    str_reserve(out, 0);
    out->at[out->n] = '\0';
    iconv_close(converter);
    return result;
}
