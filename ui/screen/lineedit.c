/* SPDX-License-Identifier: MIT */
#include "screen/lineedit.h"

#include <string.h>

#include "base/utf8.h"

enum { LINE_MAX_BYTES = 4096 };

struct span lineedit_text(const struct lineedit *line)
{
    return (struct span){str_text(&line->text), line->text.n};
}

void lineedit_free(struct lineedit *line)
{
    str_free(&line->text);
    *line = (struct lineedit){0};
}

static size_t limit(const struct lineedit *line)
{
    return line->max ? line->max : LINE_MAX_BYTES;
}

/* Where the character at `at` ends: the next place the cursor may stand. */
static size_t next(const struct lineedit *line, size_t at)
{
    struct span text = lineedit_text(line);
    bool first = true;

    while (at < text.n) {
        size_t length;
        uint32_t code = utf8_read(span_cut(text, at, text.n), &length);
        if (!first && !utf8_is_mark(code))
            break;
        first = false;
        at += length;
    }
    return at;
}

static size_t previous(const struct lineedit *line, size_t at)
{
    struct span text = lineedit_text(line);

    while (at > 0) {
        at--;
        while (at > 0 && ((unsigned char)text.at[at] & 0xc0) == 0x80)
            at--;
        size_t length;
        if (at == 0 || !utf8_is_mark(utf8_read(span_cut(text, at, text.n), &length)))
            break;
    }
    return at;
}

static bool is_word(char c)
{
    return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

static size_t word_left(const struct lineedit *line)
{
    const char *text = str_text(&line->text);
    size_t at = line->at;

    while (at > 0 && !is_word(text[at - 1]))
        at--;
    while (at > 0 && is_word(text[at - 1]))
        at--;
    return at;
}

static size_t word_right(const struct lineedit *line)
{
    const char *text = str_text(&line->text);
    size_t at = line->at;

    while (at < line->text.n && !is_word(text[at]))
        at++;
    while (at < line->text.n && is_word(text[at]))
        at++;
    return at;
}

static bool cut(struct lineedit *line, size_t from, size_t to)
{
    if (from >= to)
        return false;
    memmove(line->text.at + from, line->text.at + to, line->text.n - to + 1);
    line->text.n -= to - from;
    line->at = from;
    return true;
}

static bool insert(struct lineedit *line, struct span bytes)
{
    if (!bytes.n || line->text.n + bytes.n > limit(line))
        return false;
    str_reserve(&line->text, bytes.n);
    char *at = line->text.at + line->at;
    memmove(at + bytes.n, at, line->text.n - line->at);
    memcpy(at, bytes.at, bytes.n);
    line->text.n += bytes.n;
    line->text.at[line->text.n] = 0;
    line->at += bytes.n;
    return true;
}

void lineedit_set(struct lineedit *line, struct span text)
{
    str_clear(&line->text);
    utf8_repair(text, &line->text);
    line->at = line->text.n;
    line->from = 0;
}

bool lineedit_act(struct lineedit *line, enum act act)
{
    size_t n = line->text.n;

    switch (act) {
    case ACT_LINE_LEFT:
        line->at = previous(line, line->at);
        return false;
    case ACT_LINE_RIGHT:
        line->at = next(line, line->at);
        return false;
    case ACT_LINE_WORD_LEFT:
        line->at = word_left(line);
        return false;
    case ACT_LINE_WORD_RIGHT:
        line->at = word_right(line);
        return false;
    case ACT_LINE_HOME:
        line->at = 0;
        return false;
    case ACT_LINE_END:
        line->at = n;
        return false;
    case ACT_LINE_BACKSPACE:
        return cut(line, previous(line, line->at), line->at);
    case ACT_LINE_DELETE:
        return cut(line, line->at, next(line, line->at));
    case ACT_LINE_WORD_BACK:
        return cut(line, word_left(line), line->at);
    case ACT_LINE_KILL:
        return cut(line, line->at, n);
    case ACT_LINE_KILL_ALL:
        return cut(line, 0, n);
    default:
        return false;
    }
}

bool lineedit_type(struct lineedit *line, uint32_t code)
{
    char bytes[4];

    if (code < ' ' || (code >= 0x7f && code < 0xa0) || code >= K_SPECIAL)
        return false;
    return insert(line, (struct span){bytes, utf8_write(code, bytes)});
}

bool lineedit_paste(struct lineedit *line, struct span text)
{
    struct str clean = {0};

    text = span_trim(text);
    for (size_t at = 0, length; at < text.n; at += length) {
        char bytes[4];
        uint32_t code = utf8_read(span_cut(text, at, text.n), &length);
        if (code == '\n' || code == '\t')
            code = ' ';
        if (code < ' ' || (code >= 0x7f && code < 0xa0))
            continue;
        str_add(&clean, (struct span){bytes, utf8_write(code, bytes)});
    }
    bool changed = insert(line, span_of_str(&clean));
    str_free(&clean);
    return changed;
}

bool lineedit_at_end(const struct lineedit *line)
{
    return line->at == line->text.n;
}

void lineedit_view(struct lineedit *line, size_t width, struct span *shown, size_t *cursor)
{
    struct span text = lineedit_text(line);

    if (width == 0)
        width = 1;
    if (line->from > line->at)
        line->from = line->at;
    /* One column stays free for the cursor behind the last character. */
    while (line->from < line->at &&
           utf8_width(span_cut(text, line->from, line->at)) > width - 1)
        line->from = next(line, line->from);
    while (line->from > 0) {
        size_t before = previous(line, line->from);
        if (utf8_width(span_cut(text, before, text.n)) > width - 1)
            break;
        line->from = before;
    }
    struct span rest = span_cut(text, line->from, text.n);
    *shown = span_cut(rest, 0, utf8_fit(rest, width, NULL));
    *cursor = utf8_width(span_cut(text, line->from, line->at));
}
