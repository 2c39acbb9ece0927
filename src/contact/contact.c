/* SPDX-License-Identifier: MIT */
#include "contact/contact.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"

/* Case of any alphabet counts alike. */
static bool same_name(struct span a, struct span b)
{
    if (a.at == b.at && a.n == b.n) /* both of the store's own columns */
        return true;
    unsigned char x = a.n ? (unsigned char)a.at[a.n - 1] : 0, y = b.n ? (unsigned char)b.at[b.n - 1] : 0;
    if (x < 0x80 && y < 0x80 && tolower(x) != tolower(y)) /* most names differ at the end */
        return false;
    if (span_equal_nocase(a, b))
        return true;
    while (a.n && b.n) {
        size_t left, right;
        if (utf8_fold_case(utf8_read(a, &left)) != utf8_fold_case(utf8_read(b, &right)))
            return false;
        a = span_cut(a, left, a.n);
        b = span_cut(b, right, b.n);
    }
    return a.n == b.n;
}

void contact_clear(struct contact *contact)
{
    struct contact_field *fields = contact->fields;
    size_t room = contact->room;
    *contact = (struct contact){.fields = fields, .room = room};
}

void contact_free(struct contact *contact)
{
    free(contact->fields);
    *contact = (struct contact){0};
}

static struct contact_field *find_field(const struct contact *contact, struct span name)
{
    for (size_t i = 0; i < contact->n; i++)
        if (same_name(contact->fields[i].name, name))
            return &contact->fields[i];
    return NULL;
}

void contact_set_field(struct contact *contact, struct span name, struct span value)
{
    struct contact_field *field = find_field(contact, name);
    if (field && value.n) {
        field->value = value;
    } else if (field) {
        size_t i = (size_t)(field - contact->fields);
        memmove(field, field + 1, (contact->n - i - 1) * sizeof *field);
        contact->n--;
    } else if (value.n) {
        ALLOC_GROW(contact->fields, contact->n, contact->room);
        contact->fields[contact->n++] = (struct contact_field){name, value};
    }
}

/* All spans of a contact in one order, for the copy. */
static size_t span_count(const struct contact *contact)
{
    return 5 + 2 * contact->n;
}

static struct span *span_at(struct contact *contact, size_t i)
{
    struct span *const plain[] = {&contact->address, &contact->folded, &contact->name,
                                  &contact->external_id, &contact->tags};
    if (i < 5)
        return plain[i];
    struct contact_field *field = &contact->fields[(i - 5) / 2];
    return (i - 5) % 2 ? &field->value : &field->name;
}

void contact_copy(const struct contact *contact, struct contact *out, struct str *bytes)
{
    contact_clear(out);
    str_clear(bytes);
    struct contact_field *fields = out->fields;
    size_t room = out->room;
    while (room < contact->n)
        ALLOC_GROW(fields, room, room);
    *out = *contact;
    out->fields = fields;
    out->room = room;
    if (contact->n)
        memcpy(fields, contact->fields, contact->n * sizeof *fields);
    size_t total = 0;
    for (size_t i = 0; i < span_count(out); i++)
        total += span_at(out, i)->n;
    str_reserve(bytes, total); /* so that it does not move below */
    for (size_t i = 0; i < span_count(out); i++) {
        struct span *span = span_at(out, i);
        size_t at = bytes->n;
        str_add(bytes, *span);
        span->at = bytes->at + at;
    }
}

struct span contact_field_near(const struct contact *contact, struct span name, size_t *near)
{
    for (size_t k = 0; k < contact->n; k++) {
        size_t i = (*near + k) % contact->n;
        if (same_name(contact->fields[i].name, name)) {
            *near = i + 1;
            return contact->fields[i].value;
        }
    }
    return SPAN_NONE;
}

struct span contact_field(const struct contact *contact, struct span name)
{
    const struct contact_field *field = find_field(contact, name);
    return field ? field->value : SPAN_NONE;
}

/* Between tags as they are stored and imported, and as people type them. */
#define STORED ";"
#define TYPED ";,"

/* Takes the next tag off the front, blanks off its ends; false at the end. */
static bool next_tag(struct span *rest, struct span *tag, const char *separators)
{
    while (rest->n) {
        size_t end = 0;
        while (end < rest->n && (!rest->at[end] || !strchr(separators, rest->at[end])))
            end++;
        *tag = span_trim(span_cut(*rest, 0, end));
        *rest = span_cut(*rest, end + 1, rest->n);
        if (tag->n)
            return true;
    }
    return false;
}

struct tags {
    struct span *at;
    size_t n;
    size_t capacity;
};

static void tags_add(struct tags *tags, struct span tag)
{
    ALLOC_GROW(tags->at, tags->n, tags->capacity);
    tags->at[tags->n++] = tag;
}

static int by_bytes(const void *a, const void *b)
{
    return span_compare(*(const struct span *)a, *(const struct span *)b);
}

static void tags_sort(struct tags *tags)
{
    size_t kept = 0;
    if (tags->n > 1)
        qsort(tags->at, tags->n, sizeof *tags->at, by_bytes);
    for (size_t i = 0; i < tags->n; i++)
        if (kept == 0 || !span_equal(tags->at[kept - 1], tags->at[i]))
            tags->at[kept++] = tags->at[i];
    tags->n = kept;
}

static bool tags_have(const struct tags *sorted, struct span tag)
{
    return sorted->n && bsearch(&tag, sorted->at, sorted->n, sizeof tag, by_bytes);
}

static void tags_join(const struct tags *tags, const struct tags *without, struct str *out)
{
    bool first = true;
    for (size_t i = 0; i < tags->n; i++) {
        if (without && tags_have(without, tags->at[i]))
            continue;
        if (!first)
            str_add_char(out, ';');
        str_add(out, tags->at[i]);
        first = false;
    }
    str_add(out, SPAN(""));
}

static void normal(struct span text, const char *separators, struct str *out)
{
    struct tags tags = {0};
    struct span tag;
    while (next_tag(&text, &tag, separators))
        tags_add(&tags, tag);
    tags_sort(&tags);
    tags_join(&tags, NULL, out);
    free(tags.at);
}

void contact_tags_normal(struct span text, struct str *out)
{
    normal(text, STORED, out);
}

void contact_tags_typed(struct span text, struct str *out)
{
    normal(text, TYPED, out);
}

bool contact_has_tag(struct span tags, struct span tag)
{
    struct span one;
    while (next_tag(&tags, &one, STORED))
        if (span_equal(one, tag))
            return true;
    return false;
}

void contact_tags_change(struct span text, struct span change, struct str *out)
{
    struct tags tags = {0}, minus = {0};
    struct span tag;
    while (next_tag(&text, &tag, STORED))
        tags_add(&tags, tag);
    while (next_tag(&change, &tag, TYPED)) {
        struct tags *to = tag.at[0] == '-' ? &minus : &tags;
        if (tag.at[0] == '-' || tag.at[0] == '+')
            tag = span_trim(span_cut(tag, 1, tag.n));
        if (tag.n)
            tags_add(to, tag);
    }
    tags_sort(&tags);
    tags_sort(&minus);
    tags_join(&tags, &minus, out);
    free(tags.at);
    free(minus.at);
}
