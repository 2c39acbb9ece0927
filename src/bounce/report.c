/* SPDX-License-Identifier: MIT */
#include "bounce/report.h"

#include <ctype.h>
#include <string.h>

#include "bounce/returned.h"
#include "mail/addrspec.h"

enum field_kind {
    FIELD_OTHER,
    FIELD_FINAL,
    FIELD_ORIGINAL,
    FIELD_ACTUAL,
    FIELD_ACTION,
    FIELD_STATUS,
    FIELD_REMOTE,
    FIELD_DIAGNOSTIC,
    FIELD_REPORTING,
    FIELD_COUNT
};

static const struct {
    const char *name;
    enum field_kind kind;
} names[] = {
    {"Final-Recipient", FIELD_FINAL},
    {"Original-Recipient", FIELD_ORIGINAL},
    {"X-Actual-Recipient", FIELD_ACTUAL},
    {"Action", FIELD_ACTION},
    {"Status", FIELD_STATUS},
    {"Remote-MTA", FIELD_REMOTE},
    {"Diagnostic-Code", FIELD_DIAGNOSTIC},
    {"X-Supplementary-Info", FIELD_DIAGNOSTIC},
    {"Reporting-MTA", FIELD_REPORTING},
    {"Localized-Final-Recipient", FIELD_OTHER},
};

static const struct {
    const char *word;
    enum bounce_action action;
} actions[] = {
    {"fail", ACTION_FAILED},       {"delayed", ACTION_DELAYED},   {"delivered", ACTION_DELIVERED},
    {"relayed", ACTION_RELAYED},   {"expanded", ACTION_EXPANDED}, {"deferred", ACTION_DELAYED},
    {"expired", ACTION_FAILED},    {"error", ACTION_FAILED},      {"bounced", ACTION_FAILED},
    {"deliverable", ACTION_DELIVERED},
};

/* The group being read. */
struct group {
    struct span fields[FIELD_COUNT]; /* from the value's first byte to the end of its last line */
    enum field_kind last;            /* that a continuation belongs to */
};

static enum field_kind field_of(struct span line, size_t *value)
{
    size_t n = 0;
    while (n < line.n && n < 60 && (isalnum((unsigned char)line.at[n]) || line.at[n] == '-'))
        n++;
    size_t colon = n;
    while (colon < line.n && (line.at[colon] == ' ' || line.at[colon] == '\t'))
        colon++;
    if (!n || !isalpha((unsigned char)line.at[0]) || colon >= line.n || line.at[colon] != ':')
        return FIELD_COUNT;
    *value = colon + 1;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (span_is_text(span_cut(line, 0, n), names[i].name))
            return names[i].kind;
    return FIELD_OTHER;
}

static enum bounce_action action_of(struct span value)
{
    value = span_trim(value);
    for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
        if (span_starts_text(value, actions[i].word))
            return actions[i].action;
    return ACTION_NONE;
}

/* "smtp; 550 …" without its type. */
static struct span typed(struct span value)
{
    value = span_trim(value);
    size_t n = 0;
    while (n < value.n && n < 24 && (isalnum((unsigned char)value.at[n]) || value.at[n] == '-'))
        n++;
    size_t at = n;
    while (at < value.n && value.at[at] == ' ')
        at++;
    if (at < value.n && value.at[at] == ';' && n && isalpha((unsigned char)value.at[0]))
        return span_trim(span_cut(value, at + 1, value.n));
    return value;
}

static struct span comment(struct span value)
{
    ptrdiff_t open = span_find_char(value, '('), close = span_find_last(value, ')');
    return open >= 0 && close > open ? span_cut(value, (size_t)open + 1, (size_t)close) : SPAN_NONE;
}

static bool has_recipient(const struct group *group)
{
    return group->fields[FIELD_FINAL].at || group->fields[FIELD_ORIGINAL].at ||
           group->fields[FIELD_ACTUAL].at;
}

static bool has_fate(const struct group *group)
{
    return group->fields[FIELD_ACTION].at || group->fields[FIELD_STATUS].at;
}

/* Fields enough for a group that lost its recipient: they must not go to the next one. */
static bool complete(const struct group *group)
{
    return (group->fields[FIELD_ACTION].at != NULL) + (group->fields[FIELD_STATUS].at != NULL) +
               (group->fields[FIELD_DIAGNOSTIC].at != NULL) >
           1;
}

static struct span address_of(struct work *work, const struct group *group, enum field_kind kind)
{
    if (!group->fields[kind].at)
        return SPAN_NONE;
    return addrspec_report(work->arena, header_unfold(work->arena, group->fields[kind]));
}

/* "rfc822; jan" of a server that names its own users without a domain: the one whom the returned
 * message was for, if that is a jan. */
static struct span domainless(struct work *work, const struct group *group)
{
    struct span local = span_trim(typed(group->fields[FIELD_FINAL]));
    struct span to = local.n && local.n < 65 ? returned_recipient(work) : SPAN_NONE;
    ptrdiff_t at = to.at ? span_find_last(to, '@') : -1;
    return at > 0 && span_equal_nocase(span_cut(to, 0, (size_t)at), local) ? to : SPAN_NONE;
}

/* Ends a group: a finding, if it names somebody. */
static size_t flush(struct work *work, struct group *group, const char *reader)
{
    struct group done = *group;
    *group = (struct group){.last = FIELD_OTHER};
    if (!has_recipient(&done))
        return 0;
    struct span final = address_of(work, &done, FIELD_FINAL);
    struct span original = address_of(work, &done, FIELD_ORIGINAL);
    struct span actual = address_of(work, &done, FIELD_ACTUAL);
    struct span address = actual.at ? actual : final.at ? final : original;
    bool original_said = original.at;
    if (!original.at)
        original = final;
    if (!address.at)
        address = domainless(work, &done);
    if (!address.at)
        return 0;
    if (!has_fate(&done) && !done.fields[FIELD_DIAGNOSTIC].at)
        return 0;
    struct finding *finding = work_add(work, address, reader);
    finding->original_said = original_said;
    if (original.at && !span_equal_nocase(original, address))
        work_original(work, finding, original);
    finding->action = action_of(done.fields[FIELD_ACTION]);
    finding->status = span_trim(done.fields[FIELD_STATUS]);
    finding->more = comment(finding->status);
    finding->words = typed(done.fields[FIELD_DIAGNOSTIC]);
    finding->mta = header_unfold(work->arena, typed(done.fields[FIELD_REMOTE]));
    if (finding->action == ACTION_NONE && span_starts(finding->status, SPAN("2")))
        finding->action = ACTION_DELIVERED;
    if (finding->action >= ACTION_DELIVERED)
        work->passive++;
    return 1;
}

size_t report_read(struct work *work, struct span text, bool open, const char *reader)
{
    struct group group = {.last = FIELD_OTHER};
    struct span rest = text, line;
    size_t named = 0;
    while (span_line(&rest, &line)) {
        const char *end = line.at + line.n;
        if (!span_trim(line).n) {
            if (has_recipient(&group) && has_fate(&group))
                named += flush(work, &group, reader);
            else if (!has_recipient(&group) && complete(&group))
                group = (struct group){0};
            group.last = FIELD_OTHER;
            continue;
        }
        size_t value;
        bool folded = line.at[0] == ' ' || line.at[0] == '\t';
        enum field_kind kind = folded ? FIELD_COUNT : field_of(line, &value);
        if (kind == FIELD_COUNT) {
            struct span *last = &group.fields[group.last];
            if (group.last != FIELD_OTHER && last->at && last->n < 8000)
                last->n = (size_t)(end - last->at);
            continue;
        }
        /* a field again: the next group, without a blank line before it */
        if (kind != FIELD_OTHER && kind != FIELD_DIAGNOSTIC && group.fields[kind].at &&
            has_recipient(&group) && (kind <= FIELD_ACTUAL || has_fate(&group)))
            named += flush(work, &group, reader);
        if (kind == FIELD_DIAGNOSTIC && group.fields[kind].at) {
            group.last = FIELD_OTHER;
            continue;
        }
        group.last = kind;
        if (kind == FIELD_OTHER)
            continue;
        group.fields[kind] = span_cut(line, value, line.n);
        if (kind == FIELD_REPORTING && !work->reporting_mta.at)
            work->reporting_mta = typed(group.fields[kind]);
    }
    size_t last = flush(work, &group, reader);
    if (last && open)
        work->findings[work->n - 1].cut = true;
    return named + last;
}

bool report_within(struct span text)
{
    static const char *const marks[] = {"inal-Recipient:", "inal-recipient:", "INAL-RECIPIENT:"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (span_find(text, span_of(marks[i])) >= 0)
            return true;
    return false;
}
