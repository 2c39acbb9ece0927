/* SPDX-License-Identifier: MIT */
#include "screen/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"

void words_number(uint64_t n, struct str *out)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%" PRIu64, n);

    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0)
            str_add_text(out, _(","));
        str_add_char(out, digits[i]);
    }
}

void words_counted(const char *format, uint64_t n, struct str *out)
{
    struct span rest = span_of(format);
    ptrdiff_t at = span_find(rest, SPAN("%s"));

    str_add(out, span_cut(rest, 0, at < 0 ? rest.n : (size_t)at));
    if (at < 0)
        return;
    words_number(n, out);
    str_add(out, span_cut(rest, (size_t)at + 2, rest.n));
}

void words_more(uint64_t n, struct str *out)
{
    words_counted(ngettext("  and %s more", "  and %s more", n), n, out);
}

void words_ago(int64_t time, int64_t now, struct str *out)
{
    int64_t age = now > time ? now - time : 0;

    if (age < 60)
        str_add_text(out, _("just now"));
    else if (age < 90 * 60)
        str_addf(out, _("%d min ago"), (int)(age / 60));
    else if (age < 48 * 3600)
        str_addf(out, _("%d h ago"), (int)(age / 3600));
    else
        str_addf(out, _("%d days ago"), (int)(age / 86400));
}

void words_since(int64_t time, int64_t now, int width, struct str *out)
{
    char date[16];

    if (!time)
        return;
    date_short(time, now, date);
    if ((int)strlen(date) > width && strlen(date) == 10) {
        str_addf(out, "%.4s", date); /* "2024-11-21" does not fit: the year */
        return;
    }
    str_add_text(out, date);
}

void words_quote(struct span word, struct str *out)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "@%+=:,./_-";
    bool quote = word.n == 0;

    for (size_t i = 0; i < word.n && !quote; i++)
        quote = !(word.at[i] && strchr(plain, word.at[i])) && (unsigned char)word.at[i] < 0x80;
    if (!quote) {
        str_add(out, word);
        return;
    }
    str_add_char(out, '\'');
    for (size_t i = 0; i < word.n; i++) {
        if (word.at[i] == '\'')
            str_add_text(out, "'\\''");
        else
            str_add_char(out, word.at[i]);
    }
    str_add_char(out, '\'');
}

void words_free(char **words)
{
    for (size_t i = 0; words && words[i]; i++)
        free(words[i]);
    free(words);
}

void words_home(struct span typed, struct str *out)
{
    const char *home = getenv("HOME");

    if (home && span_starts(typed, SPAN("~/"))) {
        str_add_text(out, home);
        typed = span_cut(typed, 1, typed.n);
    }
    str_add(out, typed);
}

char **words_split(struct span line, size_t *n)
{
    char **words = NULL;
    size_t count = 0, room = 0;
    struct str word = {0};
    bool in = false;
    char quote = 0;

    for (size_t i = 0; i <= line.n; i++) {
        char c = i < line.n ? line.at[i] : ' ';
        if (quote && i < line.n) {
            if (c == quote)
                quote = 0;
            else if (c == '\\' && quote == '"' && i + 1 < line.n)
                str_add_char(&word, line.at[++i]);
            else
                str_add_char(&word, c);
        } else if (c == '\'' || c == '"') {
            quote = c;
            in = true;
        } else if (c == '\\' && i + 1 < line.n) {
            str_add_char(&word, line.at[++i]);
            in = true;
        } else if (c == ' ' || c == '\t') {
            if (in) {
                ALLOC_GROW(words, count + 1, room);
                words[count++] = str_take(&word);
            }
            in = false;
        } else {
            str_add_char(&word, c);
            in = true;
        }
    }
    str_free(&word);
    ALLOC_GROW(words, count, room);
    words[count] = NULL;
    if (quote) {
        words_free(words);
        return NULL;
    }
    *n = count;
    return words;
}

static bool is_place(const char *word)
{
    return strncmp(word, "--store", 7) == 0 || strncmp(word, "--config", 8) == 0;
}

void words_command(struct span command, struct str *out)
{
    size_t n = 0;
    char **words = words_split(command, &n);
    bool first = true;

    if (!words) {
        str_add(out, command);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (i == 0 && strcmp(words[i], "zwrotka") == 0)
            continue;
        if (is_place(words[i])) {
            i += !strchr(words[i], '=');
            continue;
        }
        if (!first)
            str_add_char(out, ' ');
        first = false;
        words_quote(span_of(words[i]), out);
    }
    words_free(words);
}
