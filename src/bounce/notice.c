/* SPDX-License-Identifier: MIT */
#include "bounce/notice.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

static const struct {
    const char *name, *text;
} entities[] = {
    {"lt", "<"},      {"gt", ">"},       {"amp", "&"},   {"quot", "\""}, {"nbsp", " "},
    {"apos", "'"},    {"rsquo", "'"},    {"lsquo", "'"}, {"copy", "(c)"},
    {"eacute", "\xC3\xA9"}, {"egrave", "\xC3\xA8"}, {"agrave", "\xC3\xA0"}, {"uuml", "\xC3\xBC"},
    {"auml", "\xC3\xA4"},   {"ouml", "\xC3\xB6"},   {"szlig", "\xC3\x9F"},  {"ccedil", "\xC3\xA7"},
    {"oacute", "\xC3\xB3"}, {"aacute", "\xC3\xA1"}, {"iacute", "\xC3\xAD"}, {"ntilde", "\xC3\xB1"},
};

static size_t entity(struct span s, char *out, size_t *n)
{
    ptrdiff_t end = span_find_char(span_cut(s, 0, 12), ';');
    if (end < 2)
        return 0;
    struct span name = span_cut(s, 1, (size_t)end);
    if (name.at[0] == '#') {
        uint32_t code = 0;
        bool hex = name.n > 1 && (name.at[1] | 32) == 'x';
        for (size_t i = hex ? 2 : 1; i < name.n; i++) {
            char c = (char)(name.at[i] | 32);
            if (!isxdigit((unsigned char)c))
                return 0;
            code = code * (hex ? 16 : 10) + (uint32_t)(c >= 'a' ? c - 'a' + 10 : c - '0');
        }
        if (code < 32 || code > 0x10FFFF || (code >= 0xD800 && code < 0xE000))
            code = ' ';
        /* the reference is never shorter than its character */
        *n += utf8_write(code, out + *n);
        return (size_t)end + 1;
    }
    for (size_t i = 0; i < sizeof entities / sizeof *entities; i++)
        if (span_equal(name, span_of(entities[i].name))) {
            size_t length = strlen(entities[i].text);
            memcpy(out + *n, entities[i].text, length);
            *n += length;
            return (size_t)end + 1;
        }
    return 0;
}

static bool tag_is(struct span tag, const char *const *names)
{
    size_t from = tag.n && tag.at[0] == '/', to = from;
    while (to < tag.n && isalnum((unsigned char)tag.at[to]))
        to++;
    for (; *names; names++)
        if (span_equal_nocase(span_cut(tag, from, to), span_of(*names)))
            return true;
    return false;
}

struct span notice_html(struct arena *arena, struct span s)
{
    static const char *const blocks[] = {"p",  "br", "div", "tr", "li", "h1", "h2", "h3",
                                         "td", "ul", "ol",  "hr", "pre", "table", "blockquote", NULL};
    static const char *const hidden[] = {"style", "script", "head", "title", NULL};
    char *out = arena_open(arena, s.n);
    size_t n = 0;
    bool hide = false;
    for (size_t i = 0; i < s.n;) {
        if (s.at[i] == '<' && i + 1 < s.n &&
            (isalpha((unsigned char)s.at[i + 1]) || s.at[i + 1] == '/' || s.at[i + 1] == '!')) {
            ptrdiff_t close = span_find_char(span_cut(s, i, i + 4000), '>');
            struct span tag = close > 0 ? span_cut(s, i + 1, i + (size_t)close) : SPAN_NONE;
            /* <user@example.com> is no tag */
            if (tag.at && !(span_find_char(tag, '@') > 0 && span_find_char(tag, ' ') < 0)) {
                if (tag_is(tag, hidden))
                    hide = tag.at[0] != '/';
                else if (tag_is(tag, blocks) && n && out[n - 1] != '\n')
                    out[n++] = '\n';
                i += tag.n + 2;
                continue;
            }
        }
        size_t step = s.at[i] == '&' && !hide ? entity(span_cut(s, i, s.n), out, &n) : 0;
        if (!step) {
            step = 1;
            /* in HTML a line break is a blank */
            if (!hide)
                out[n++] = s.at[i] == '\n' ? ' ' : s.at[i];
        }
        i += step;
    }
    return arena_keep(arena, out, n);
}

static bool ends_notice(const struct part *part)
{
    return part->type == PART_STATUS || part->type == PART_MESSAGE || part->type == PART_HEADERS ||
           part->type == PART_FEEDBACK || part->type == PART_DISPOSITION;
}

static struct span join(struct work *work, enum part_type type)
{
    struct span only = SPAN_NONE;
    struct str all = {0};
    for (size_t i = 0; i < work->mime.n; i++) {
        const struct part *part = &work->mime.parts[i];
        if (ends_notice(part))
            break;
        if (part->type != type || (part->attached && only.at) || part->nested)
            continue;
        struct span text = mime_text(work->arena, part, NOTICE_MAX);
        if (!span_trim(text).n)
            continue;
        work->notice_open = work_open(work, part);
        if (type == PART_HTML)
            text = notice_html(work->arena, text);
        if (only.at) {
            if (!all.n)
                str_add(&all, only);
            str_add_char(&all, '\n');
            str_add(&all, text);
        }
        only = text;
        if (all.n > NOTICE_MAX)
            break;
    }
    if (all.n)
        only = arena_copy(work->arena, span_of_str(&all));
    str_free(&all);
    return only;
}

/* Is HTML the first text there is, and not the other half of a plain one? What comes behind it then is
 * a disclaimer or the like. */
static bool html_leads(const struct work *work)
{
    for (size_t i = 0; i < work->mime.n; i++) {
        const struct part *part = &work->mime.parts[i];
        if (ends_notice(part) || part->type == PART_PLAIN)
            return false;
        if (part->type == PART_HTML)
            return i > 0 && !span_starts_nocase(work->mime.parts[part->parent].type_value,
                                                SPAN("multipart/alternative"));
    }
    return false;
}

void notice_read(struct work *work)
{
    if (work->notice.at)
        return;
    enum part_type first = html_leads(work) ? PART_HTML : PART_PLAIN;
    work->notice = join(work, first);
    if (!work->notice.at)
        work->notice = join(work, first == PART_HTML ? PART_PLAIN : PART_HTML);
    if (!work->notice.at && work->mime.parts[0].type == PART_MULTIPART)
        work->notice = mime_text(work->arena, &work->mime.parts[0], NOTICE_MAX);
    if (work->mime.n == 1)
        work->notice_open = true;
    if (!work->notice.at)
        work->notice = SPAN("");
}
