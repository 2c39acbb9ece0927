/* SPDX-License-Identifier: MIT */
#include "exchange/column.h"

#include "base/alloc.h"

static const struct {
    const char *heading;
    enum column column;
} names[] = {
    {"address", COLUMN_ADDRESS},
    {"email", COLUMN_ADDRESS},
    {"e-mail", COLUMN_ADDRESS},
    {"mail", COLUMN_ADDRESS},
    {"adres", COLUMN_ADDRESS},
    {"adres e-mail", COLUMN_ADDRESS},
    {"name", COLUMN_NAME},
    {"external_id", COLUMN_EXTERNAL_ID},
    {"tags", COLUMN_TAGS},
    {"id", COLUMN_ID},
    {"state", COLUMN_STATE},
    {"reason", COLUMN_REASON},
    {"since", COLUMN_SINCE},
};

/* What others call it in their lists of dead addresses. */
static const char *const elsewhere[] = {"emailaddress", "email address", "email_address",
                                        "e-mail address", "recipient", "subscriber email"};

static bool is_address_elsewhere(struct span heading)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof *elsewhere; i++)
        if (span_equal_nocase(heading, span_of(elsewhere[i])))
            return true;
    return false;
}

static enum column column_named(struct span heading)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_equal_nocase(heading, span_of(names[i].heading)))
            return names[i].column;
    return COLUMN_FIELD;
}

/* The target that the map has for this heading, SPAN_NONE for none. */
static struct span mapped(struct span heading, const struct reader_options *options)
{
    for (const char *const *map = options->map; map && *map; map++) {
        struct span rest = span_of(*map), target;
        span_next(&rest, '=', &target);
        if (rest.at && span_equal_nocase(span_trim(rest), heading))
            return span_trim(target);
    }
    return SPAN_NONE;
}

struct span column_address_mapped(const struct reader_options *options)
{
    for (const char *const *map = options->map; map && *map; map++) {
        struct span rest = span_of(*map), target;
        span_next(&rest, '=', &target);
        if (column_named(span_trim(target)) == COLUMN_ADDRESS)
            return span_trim(rest);
    }
    return SPAN_NONE;
}

struct span column_map_missing(const struct reader_options *options,
                               bool (*has)(const void *arg, struct span column), const void *arg)
{
    for (const char *const *map = options->map; map && *map; map++) {
        struct span rest = span_of(*map), target;
        span_next(&rest, '=', &target);
        if (!has(arg, span_trim(rest)))
            return span_trim(rest);
    }
    return SPAN_NONE;
}

enum column column_of(struct span heading, const struct reader_options *options, struct span *name)
{
    heading = span_trim(heading);
    struct span target = mapped(heading, options);
    *name = target.at ? target : heading;
    if (name->n == 0)
        return COLUMN_NONE;
    enum column column = column_named(*name);
    if (options->dead && column == COLUMN_FIELD && is_address_elsewhere(*name))
        column = COLUMN_ADDRESS;
    if (column == COLUMN_ADDRESS && !target.at && column_address_mapped(options).at)
        return COLUMN_FIELD;
    if (column >= COLUMN_ID && !options->with_state)
        return COLUMN_NONE;
    return column;
}

static void add_field(struct contact *contact, struct span name, struct span value)
{
    ALLOC_GROW(contact->fields, contact->n, contact->room);
    contact->fields[contact->n++] = (struct contact_field){name, value};
}

static bool is_plain_tag(struct span tag)
{
    for (size_t i = 0; i < tag.n; i++)
        if ((unsigned char)tag.at[i] <= ' ' || tag.at[i] == ';' || tag.at[i] == ',' ||
            (unsigned char)tag.at[i] >= 0x7F)
            return false;
    return true;
}

void column_put(struct reader_row *row, enum column column, struct span name, struct span value,
                struct str *tags)
{
    uint64_t number;
    if (value.n == 0)
        return;
    switch (column) {
    case COLUMN_NONE:
        break;
    case COLUMN_FIELD:
        add_field(&row->contact, name, value);
        break;
    case COLUMN_ADDRESS:
        row->contact.address = value;
        break;
    case COLUMN_NAME:
        row->contact.name = value;
        break;
    case COLUMN_EXTERNAL_ID:
        row->contact.external_id = value;
        break;
    case COLUMN_TAGS:
        /* One plain tag is in normal form already; most cells are that. */
        row->contact.tags = value;
        if (is_plain_tag(value))
            break;
        str_clear(tags);
        contact_tags_normal(value, tags);
        row->contact.tags = span_of_str(tags);
        break;
    case COLUMN_ID:
        if (span_number(value, &number) && number <= UINT32_MAX)
            row->contact.id = (uint32_t)number;
        break;
    case COLUMN_STATE:
        row->state = value;
        break;
    case COLUMN_REASON:
        row->reason = value;
        break;
    case COLUMN_SINCE:
        row->since = value;
        break;
    }
}
