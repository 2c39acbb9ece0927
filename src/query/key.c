/* SPDX-License-Identifier: MIT */
#include "query/key.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "contact/address.h"

static bool read_pattern(struct span text, int64_t now, struct value *out)
{
    (void)now;
    out->pattern = pattern_new(text);
    str_add(&out->text, text);
    return true;
}

static bool read_state(struct span text, int64_t now, struct value *out)
{
    enum state state;
    (void)now;
    if (!state_from_name(text, &state))
        return false;
    out->number = state;
    return true;
}

static bool read_reason(struct span text, int64_t now, struct value *out)
{
    enum reason reason;
    (void)now;
    if (!reason_from_name(text, &reason))
        return false;
    out->number = reason;
    str_add_text(&out->text, reason_name(reason));
    return true;
}

static bool read_domain(struct span text, int64_t now, struct value *out)
{
    struct str folded = {0};
    bool below = text.n > 1 && text.at[0] == '.';
    bool sound =
        address_fold_domain(span_cut(text, below, text.n), true, &folded, NULL) == RESULT_OK;
    (void)now;
    if (sound) {
        str_add(&out->text, below ? SPAN(".") : SPAN(""));
        str_add(&out->text, span_of_str(&folded));
    }
    str_free(&folded);
    return sound;
}

static bool read_date(struct span text, int64_t now, struct value *out)
{
    return date_from_query(text, now, &out->number);
}

static bool read_date_or_whether(struct span text, int64_t now, struct value *out)
{
    if (span_equal_nocase(text, SPAN("yes")))
        out->kind = VALUE_YES;
    else if (span_equal_nocase(text, SPAN("no")))
        out->kind = VALUE_NO;
    else
        return read_date(text, now, out);
    return true;
}

static bool read_number(struct span text, int64_t now, struct value *out)
{
    uint64_t number;
    (void)now;
    if (!span_number(text, &number) || number > UINT32_MAX)
        return false;
    out->number = (int64_t)number;
    return true;
}

static bool read_serial(struct span text, int64_t now, struct value *out)
{
    return read_number(text, now, out) && out->number > 0;
}

static bool read_lower(struct span text, int64_t now, struct value *out)
{
    (void)now;
    if (memchr(text.at, '\0', text.n))
        return false;
    utf8_lower(text, &out->text);
    return true;
}

/* A pattern of nothing but `*` asks whether there is anything. */
static bool occurs(const struct value *value, struct span text)
{
    return text.n > 0 && pattern_in(value->pattern, text);
}

static bool match_word(const struct term *term, const struct value *value,
                       const struct query_row *row)
{
    const struct contact *contact = row->contact;
    (void)term;
    if (occurs(value, contact->address) || occurs(value, contact->name) ||
        occurs(value, contact->external_id))
        return true;
    for (size_t i = 0; i < contact->n; i++)
        if (occurs(value, contact->fields[i].value))
            return true;
    return false;
}

static bool match_state(const struct term *term, const struct value *value,
                        const struct query_row *row)
{
    (void)term;
    return value->number == (int64_t)row->standing.state;
}

static bool match_reason(const struct term *term, const struct value *value,
                         const struct query_row *row)
{
    (void)term;
    return value->number == (int64_t)row->standing.reason;
}

static bool match_domain(const struct term *term, const struct value *value,
                         const struct query_row *row)
{
    struct span domain = address_domain(row->contact->folded), want = span_of_str(&value->text);
    (void)term;
    if (want.at[0] != '.')
        return span_equal(domain, want);
    return span_ends(domain, want) || span_equal(domain, span_cut(want, 1, want.n));
}

static bool match_tag(const struct term *term, const struct value *value,
                      const struct query_row *row)
{
    struct span tags = row->contact->tags, tag;
    (void)term;
    while (span_next(&tags, ';', &tag))
        if (tag.n && pattern_is(value->pattern, tag))
            return true;
    return false;
}

static bool match_name(const struct term *term, const struct value *value,
                       const struct query_row *row)
{
    (void)term;
    return occurs(value, row->contact->name);
}

static bool match_field(const struct term *term, const struct value *value,
                        const struct query_row *row)
{
    return occurs(value, contact_field(row->contact, span_of_str(&term->field)));
}

static bool match_since(const struct term *term, const struct value *value,
                        const struct query_row *row)
{
    (void)term;
    return row->standing.since >= value->number;
}

static bool match_before(const struct term *term, const struct value *value,
                         const struct query_row *row)
{
    (void)term;
    return row->standing.since < value->number;
}

/* A time that may be none against a date, yes or no. */
static bool match_time(const struct value *value, int64_t time)
{
    if (value->kind != VALUE_NUMBER)
        return (time != 0) == (value->kind == VALUE_YES);
    return time != 0 && time >= value->number;
}

static bool match_bounced(const struct term *term, const struct value *value,
                          const struct query_row *row)
{
    (void)term;
    return match_time(value, row->standing.bounced);
}

static bool match_corrected(const struct term *term, const struct value *value,
                            const struct query_row *row)
{
    (void)term;
    return match_time(value, row->corrected);
}

static bool match_scan(const struct term *term, const struct value *value,
                       const struct query_row *row)
{
    (void)term;
    return row->evidence && row->evidence(row->evidence_arg, (uint32_t)value->number, NULL);
}

static bool match_mta(const struct term *term, const struct value *value,
                      const struct query_row *row)
{
    (void)term;
    return row->evidence && row->evidence(row->evidence_arg, 0, str_text(&value->text));
}

static bool match_soft(const struct term *term, const struct value *value,
                       const struct query_row *row)
{
    (void)term;
    return row->standing.soft >= value->number;
}

static bool match_id(const struct term *term, const struct value *value,
                     const struct query_row *row)
{
    (void)term;
    return row->contact->id == value->number;
}

const struct key key_word = {"", QUERY_RECORD, read_pattern, match_word, N_("a word")};

static const struct key keys[] = {
    {"state", QUERY_STATE, read_state, match_state,
     N_("active, suspect, invalid, complained or blocked")},
    {"reason", QUERY_STANDING, read_reason, match_reason,
     N_("a reason such as userunknown or hostunknown")},
    {"domain", 0, read_domain, match_domain, N_("a domain, or .x.pl with all below it")},
    {"tag", QUERY_TAGS, read_pattern, match_tag, N_("a tag")},
    {"name", QUERY_RECORD, read_pattern, match_name, N_("a part of a name")},
    {"field.", QUERY_RECORD, read_pattern, match_field, N_("a part of that field")},
    {"since", QUERY_STANDING, read_date, match_since, N_("a date such as 2026-11-21, 7d or 3w")},
    {"before", QUERY_STANDING, read_date, match_before, N_("a date such as 2026-11-21, 7d or 3w")},
    {"bounced", QUERY_STANDING, read_date_or_whether, match_bounced,
     N_("yes, no, or a date such as 2026-11-21, 7d or 3w")},
    {"corrected", QUERY_STANDING, read_date_or_whether, match_corrected,
     N_("yes, no, or a date such as 2026-11-21, 7d or 3w")},
    {"scan", QUERY_EVIDENCE, read_serial, match_scan, N_("the number of a scan")},
    {"mta", QUERY_EVIDENCE, read_lower, match_mta, N_("a part of a mail server's name")},
    {"soft", QUERY_STANDING, read_number, match_soft, N_("a number of soft bounces")},
    {"id", 0, read_serial, match_id, N_("the number of a contact")},
};

const struct key *key_at(size_t i)
{
    return i < sizeof keys / sizeof *keys ? &keys[i] : NULL;
}

const struct key *key_find(struct span name)
{
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct span known = span_of(keys[i].name);
        bool open = known.at[known.n - 1] == '.';
        if (open ? name.n > known.n && span_starts_nocase(name, known)
                 : span_equal_nocase(name, known))
            return &keys[i];
    }
    return NULL;
}

bool query_is_key(struct span name)
{
    return key_find(name) != NULL;
}
