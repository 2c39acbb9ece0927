/* SPDX-License-Identifier: MIT */
#include "mail/mime.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "mail/charset.h"

struct frame {
    struct span boundary; /* at NULL: announced without a name */
    uint64_t hash;
    uint16_t part; /* the multipart it belongs to */
};

struct walker {
    struct arena *arena;
    struct span text;
    struct part *parts;
    size_t n, capacity;
    struct frame frames[MIME_DEPTH_MAX];
    size_t depth; /* frames in use */
    bool closed;
};

static const struct {
    const char *prefix;
    enum part_type type;
} types[] = {
    {"text/plain", PART_PLAIN},
    {"text/html", PART_HTML},
    {"text/rfc822", PART_HEADERS},
    {"multipart/", PART_MULTIPART},
    {"message/rfc822-headers", PART_HEADERS},
    {"message/global-headers", PART_HEADERS},
    {"message/rfc822", PART_MESSAGE},
    {"message/delivery-status", PART_STATUS},
    {"message/global-delivery-status", PART_STATUS},
    {"message/global-disposition-notification", PART_DISPOSITION},
    {"message/global", PART_MESSAGE},
    {"message/feedback-report", PART_FEEDBACK},
    {"message/disposition-notification", PART_DISPOSITION},
    {"message/", PART_HEADERS},
    {"text/", PART_PLAIN},
    {"text", PART_PLAIN},
};

static enum part_type type_of(struct span value)
{
    if (!value.n)
        return PART_PLAIN;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_starts_text(value, types[i].prefix))
            return types[i].type;
    return PART_OTHER;
}

/* ---- parameters */

static struct span value_read(struct arena *arena, struct span *rest)
{
    *rest = span_trim(*rest);
    if (!rest->n || rest->at[0] != '"') {
        size_t n = 0;
        while (n < rest->n && rest->at[n] != ';' && rest->at[n] != '\n')
            n++;
        struct span value = span_trim(span_cut(*rest, 0, n));
        *rest = span_cut(*rest, n, rest->n);
        return value;
    }
    size_t close = 1;
    bool escapes = false;
    while (close < rest->n && rest->at[close] != '"') {
        escapes |= rest->at[close] == '\\';
        close += rest->at[close] == '\\' ? 2 : 1;
    }
    struct span value = span_cut(*rest, 1, close);
    *rest = span_cut(*rest, close + 1, rest->n);
    if (!escapes)
        return value;
    char *out = arena_open(arena, value.n);
    size_t n = 0;
    for (size_t i = 0; i < value.n; i++) {
        i += value.at[i] == '\\' && i + 1 < value.n;
        out[n++] = value.at[i];
    }
    return arena_keep(arena, out, n);
}

static struct span percent(struct arena *arena, struct span s)
{
    char *out = arena_open(arena, s.n);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned code;
        char hex[3] = {0};
        if (s.at[i] == '%' && i + 2 < s.n) {
            memcpy(hex, s.at + i + 1, 2);
            if (sscanf(hex, "%2x", &code) == 1) {
                out[n++] = (char)code;
                i += 2;
                continue;
            }
        }
        out[n++] = s.at[i];
    }
    return arena_keep(arena, out, n);
}

/* Is `key` the name, or one of its RFC 2231 pieces ("name*", "name*0", "name*0*")? */
static bool key_is(struct span key, const char *name, bool *piece, bool *encoded)
{
    size_t n = strlen(name);
    if (key.n < n || strncasecmp(key.at, name, n) != 0)
        return false;
    *piece = *encoded = false;
    if (key.n == n)
        return true;
    *piece = key.at[n] == '*';
    *encoded = key.at[key.n - 1] == '*';
    return *piece;
}

struct span mime_parameter(struct arena *arena, struct span value, const char *name)
{
    struct str joined = {0};
    size_t pieces = 0;
    ptrdiff_t at = span_find_char(value, ';');
    struct span rest = at < 0 ? SPAN_NONE : span_cut(value, (size_t)at, value.n);
    while (rest.n) {
        ptrdiff_t equal = span_find_char(rest, '=');
        if (equal < 0)
            break;
        struct span key = span_cut(rest, 0, (size_t)equal);
        ptrdiff_t last = span_find_last(key, ';');
        key = span_trim(span_cut(key, (size_t)(last + 1), key.n));
        rest = span_cut(rest, (size_t)equal + 1, rest.n);
        struct span v = value_read(arena, &rest);
        bool piece, encoded;
        if (!key_is(key, name, &piece, &encoded))
            continue;
        if (!piece) {
            str_free(&joined);
            return v;
        }
        if (encoded && pieces == 0) {
            ptrdiff_t quote = span_find_char(v, '\'');
            struct span behind = quote < 0 ? v : span_cut(v, (size_t)quote + 1, v.n);
            quote = quote < 0 ? -1 : span_find_char(behind, '\'');
            v = quote < 0 ? v : span_cut(behind, (size_t)quote + 1, behind.n);
        }
        if (pieces++ < 100)
            str_add(&joined, encoded ? percent(arena, v) : v);
    }
    struct span out = pieces ? arena_copy(arena, span_of_str(&joined)) : SPAN_NONE;
    str_free(&joined);
    return out;
}

/* ---- walking */

static struct part *add_part(struct walker *w, size_t parent, size_t depth)
{
    w->parts = arena_grow(w->arena, w->parts, w->n, &w->capacity, sizeof *w->parts);
    struct part *part = &w->parts[w->n];
    *part = (struct part){.parent = (uint16_t)parent, .depth = (uint8_t)depth};
    if (w->n && parent < w->n)
        part->nested = w->parts[parent].nested || w->parts[parent].type == PART_MESSAGE;
    w->n++;
    return part;
}

static void push(struct walker *w, struct span boundary, size_t part)
{
    struct frame *frame = &w->frames[w->depth++];
    *frame = (struct frame){.boundary = boundary, .part = (uint16_t)part};
    frame->hash = hash_bytes(boundary.at, boundary.n, 0);
}

/* Reads the header at *at and what follows from it: a message opens the message in it. */
static void open_part(struct walker *w, size_t parent, size_t *at)
{
    size_t depth = w->n ? w->parts[parent].depth + 1u : 0;
    for (;;) {
        struct part *part = add_part(w, parent, depth);
        size_t index = w->n - 1;
        *at += header_read(w->arena, span_cut(w->text, *at, w->text.n), &part->header);
        part->body = span_cut(w->text, *at, w->text.n);
        part->type_value = header_get(w->arena, &part->header, "Content-Type");
        part->type = type_of(part->type_value);
        part->transfer = transfer_from_name(
            header_get(w->arena, &part->header, "Content-Transfer-Encoding"));
        part->attached = span_starts_nocase(
            header_get(w->arena, &part->header, "Content-Disposition"), SPAN("attachment"));
        if (part->type == PART_MULTIPART && w->depth < MIME_DEPTH_MAX) {
            push(w, mime_parameter(w->arena, part->type_value, "boundary"), index);
            return;
        }
        if (part->type != PART_MESSAGE || part->transfer != TRANSFER_NONE ||
            depth + 1 >= MIME_DEPTH_MAX || w->n >= MIME_PARTS_MAX || !part->body.n)
            return;
        while (*at < w->text.n && w->text.at[*at] == '\n')
            ++*at;
        parent = index;
        depth++;
    }
}

/* Ends at `end` what is still open below the multipart, and what stands before its first part. */
static void close_above(struct walker *w, size_t part, size_t end)
{
    const char *stop = w->text.at + end, *last = w->text.at + w->text.n;
    for (size_t i = part; i < w->n; i++) {
        struct span *body = &w->parts[i].body;
        if (body->at + body->n == last)
            body->n = body->at < stop ? (size_t)(stop - body->at) : 0;
    }
}

/* Which open multipart does the line "--…" belong to? -1: none. */
static ptrdiff_t match(const struct walker *w, struct span line, bool *closing)
{
    struct span name = span_cut(line, 2, line.n);
    while (name.n && (name.at[name.n - 1] == ' ' || name.at[name.n - 1] == '\t'))
        name.n--;
    struct span shorter = span_ends(name, SPAN("--")) ? span_cut(name, 0, name.n - 2) : SPAN_NONE;
    if (name.n > 250 || !name.n)
        return -1;
    uint64_t whole = hash_bytes(name.at, name.n, 0), cut = hash_bytes(shorter.at, shorter.n, 0);
    for (size_t i = w->depth; i-- > 0;) {
        const struct frame *frame = &w->frames[i];
        if (!frame->boundary.n)
            continue;
        *closing = false;
        if (frame->hash == whole && span_equal(frame->boundary, name))
            return (ptrdiff_t)i;
        *closing = true;
        if (shorter.n && frame->hash == cut && span_equal(frame->boundary, shorter))
            return (ptrdiff_t)i;
    }
    return -1;
}

/* A line "--…" that no header announced, with the header of a part behind it. */
static bool looks_like_boundary(const struct walker *w, struct span line, size_t next)
{
    struct span after = span_cut(w->text, next, next + 30);
    return w->depth && line.n > 6 && line.n < 250 && span_find_char(line, ' ') < 0 &&
           span_starts_nocase(after, SPAN("Content-")) && span_find_char(after, ':') > 0;
}

/* Where the next line begins that begins with "--", from the line at `at` on. */
static size_t next_dashes(struct span text, size_t at)
{
    if (at == 0 && span_starts(text, SPAN("--")))
        return 0;
    at -= at > 0;
    ptrdiff_t found = span_find(span_cut(text, at, text.n), SPAN("\n--"));
    return found < 0 ? text.n : at + (size_t)found + 1;
}

static void walk(struct walker *w)
{
    size_t at = 0;
    open_part(w, 0, &at);
    while (w->n < MIME_PARTS_MAX && w->depth) {
        at = next_dashes(w->text, at);
        if (at >= w->text.n)
            break;
        struct span rest = span_cut(w->text, at, w->text.n);
        ptrdiff_t lf = span_find_char(rest, '\n');
        struct span line = lf < 0 ? rest : span_cut(rest, 0, (size_t)lf);
        size_t start = at;
        at += line.n + (lf >= 0);
        bool closing = false;
        ptrdiff_t frame = match(w, line, &closing);
        if (frame < 0 && looks_like_boundary(w, line, at)) {
            frame = (ptrdiff_t)w->depth - 1;
            closing = false;
        }
        if (frame < 0)
            continue;
        size_t part = w->frames[frame].part;
        close_above(w, part, start ? start - 1 : 0);
        w->depth = (size_t)frame + !closing;
        w->closed |= frame == 0 && closing;
        if (!closing)
            open_part(w, part, &at);
    }
}

/* A multipart in another whose boundary is nowhere is the text that it looks like. */
static void childless(struct walker *w)
{
    for (size_t i = 1; i < w->n; i++)
        if (w->parts[i].type == PART_MULTIPART &&
            (i + 1 == w->n || w->parts[i + 1].parent != i))
            w->parts[i].type = PART_PLAIN;
}

void mime_read(struct arena *arena, struct span message, struct mime *out)
{
    struct walker w = {.arena = arena, .text = message};
    walk(&w);
    childless(&w);
    bool whole = w.closed || w.parts[0].type != PART_MULTIPART;
    *out = (struct mime){.parts = w.parts, .n = w.n, .closed = whole};
}

struct span mime_body(struct arena *arena, const struct part *part)
{
    if (part->transfer == TRANSFER_NONE)
        return part->body;
    return mail_lines(arena, transfer_decode(arena, part->transfer, part->body));
}

struct span mime_text(struct arena *arena, const struct part *part, size_t max)
{
    struct part cut = *part;
    cut.body = span_cut(part->body, 0, max);
    return charset_utf8(arena, mime_body(arena, &cut),
                        mime_parameter(arena, part->type_value, "charset"));
}
