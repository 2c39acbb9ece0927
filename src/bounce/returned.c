/* SPDX-License-Identifier: MIT */
#include "bounce/returned.h"

#include "mail/addrspec.h"
#include "mail/wrapper.h"

static void take(struct work *work, struct span text)
{
    struct span line, rest = text;
    while (span_line(&rest, &line) && (!span_trim(line).n || line.at[0] == '-'))
        text = rest; /* blank lines, and one separator more */
    struct header header;
    size_t body = header_read(work->arena, text, &header);
    if (header.n < 2)
        return;
    work->returned.header = header;
    work->returned.asked = false;
    work->returned.body = span_cut(text, body, text.n);
}

void returned_find(struct work *work)
{
    for (size_t i = 1; i < work->mime.n && !work->returned.header.n; i++) {
        const struct part *part = &work->mime.parts[i];
        if (part->nested)
            continue;
        if (part->type == PART_MESSAGE && i + 1 < work->mime.n &&
            work->mime.parts[i + 1].parent == i) {
            work->returned.header = work->mime.parts[i + 1].header;
            work->returned.body = work->mime.parts[i + 1].body;
        } else if (part->type == PART_MESSAGE || part->type == PART_HEADERS) {
            take(work, mime_body(work->arena, part));
        }
    }
}

void returned_text(struct work *work, struct span text)
{
    if (!work->returned.header.n)
        take(work, text);
}

struct single {
    struct span address;
    size_t n;
};

static void count(void *arg, struct span address)
{
    struct single *single = arg;
    if (single->n && span_equal_nocase(single->address, address))
        return;
    single->address = address;
    single->n++;
}

/* Is the field there to its end? A message cut short within it would give half an address. */
static bool whole(const struct work *work, const char *name)
{
    const char *end = work->message.at + work->message.n;
    for (size_t i = 0; i < work->returned.header.n; i++) {
        struct span value = work->returned.header.fields[i].value;
        if (span_equal_nocase(work->returned.header.fields[i].name, span_of(name)) &&
            value.at + value.n == end)
            return false;
    }
    return true;
}

void returned_list(struct work *work, void (*each)(void *arg, struct span address), void *arg)
{
    const struct header *header = &work->returned.header;
    if (!whole(work, "To") || !whole(work, "Cc"))
        return;
    addrspec_list(work->arena, header_get(work->arena, header, "To"), each, arg);
    addrspec_list(work->arena, header_get(work->arena, header, "Cc"), each, arg);
}

static struct span single_recipient(struct work *work)
{
    static const char *const exact[] = {"X-Envelope-To", "Envelope-To", "X-Original-To",
                                        "X-Actual-Recipient"};
    const struct header *header = &work->returned.header;
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        struct single single = {0};
        addrspec_list(work->arena, header_get(work->arena, header, exact[i]), count, &single);
        if (single.n == 1)
            return single.address;
    }
    struct single single = {0};
    returned_list(work, count, &single);
    return single.n == 1 ? single.address : SPAN_NONE;
}

struct span returned_recipient(struct work *work)
{
    struct returned *returned = &work->returned;
    /* a report may ask for each of 100,000 groups */
    if (!returned->asked)
        returned->only = single_recipient(work);
    returned->asked = true;
    return returned->only;
}

/* The first field among `names` that holds a VERP address. */
static struct span verp_of(struct work *work, const struct header *header, const char *const *names)
{
    for (size_t i = 0; i < header->n; i++) {
        const struct field *field = &header->fields[i];
        const char *const *name = names;
        while (*name && !span_is_text(field->name, *name))
            name++;
        if (!*name || span_find_char(field->value, '=') < 0)
            continue;
        struct span found =
            wrapper_verp(work->arena, addrspec_first(work->arena, field->value));
        if (found.at)
            return found;
    }
    return SPAN_NONE;
}

struct span returned_verp(struct work *work)
{
    static const char *const to[] = {"Delivered-To",  "X-Original-To", "Envelope-To",
                                     "X-Envelope-To", "X-Delivered-To", "To", NULL};
    static const char *const from[] = {"Return-Path", "X-Envelope-From", "Envelope-From",
                                       "X-Return-Path", "Sender", "Errors-To", NULL};
    struct span found = verp_of(work, work->header, to);
    return found.at ? found : verp_of(work, &work->returned.header, from);
}

struct span returned_from(struct work *work)
{
    return addrspec_first(work->arena, header_get(work->arena, &work->returned.header, "From"));
}
