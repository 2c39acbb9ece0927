/* SPDX-License-Identifier: MIT */
#include "command/sums.h"

#include <stddef.h>

#include "base/text.h"

enum part { PART_HEAD, PART_MESSAGES, PART_AFTER, PART_RECIPIENTS, PART_HIDDEN };

/* X(sum, part, of one, of many) */
#define SUM_TABLE(X)                                                                               \
    X(read, PART_HEAD, "", "")                                                                     \
    X(bounces, PART_MESSAGES, N_("bounce"), N_("bounces"))                                         \
    X(complaints, PART_MESSAGES, N_("complaint"), N_("complaints"))                                \
    X(autoreplies, PART_MESSAGES, N_("autoreply"), N_("autoreplies"))                              \
    X(receipts, PART_MESSAGES, N_("receipt"), N_("receipts"))                                      \
    X(other, PART_MESSAGES, N_("other"), N_("others"))                                             \
    X(duplicates, PART_MESSAGES, N_("duplicate"), N_("duplicates"))                                \
    X(undecodable, PART_MESSAGES, N_("undecodable"), N_("undecodable"))                            \
    X(skipped, PART_AFTER, N_("known from before"), N_("known from before"))                       \
    X(deleted, PART_AFTER, N_("deleted"), N_("deleted"))                                           \
    X(marked, PART_AFTER, N_("marked"), N_("marked"))                                              \
    X(recipients, PART_HIDDEN, "", "")                                                             \
    X(invalidated, PART_RECIPIENTS, N_("newly invalid"), N_("newly invalid"))                      \
    X(known, PART_RECIPIENTS, N_("dead already"), N_("dead already"))                              \
    X(soft, PART_RECIPIENTS, N_("soft"), N_("soft"))                                               \
    X(complained, PART_RECIPIENTS, N_("complained"), N_("complained"))                             \
    X(corrected, PART_RECIPIENTS, N_("corrected before"), N_("corrected before"))                  \
    X(old, PART_RECIPIENTS, N_("old"), N_("old"))                                                  \
    X(unmatched, PART_RECIPIENTS, N_("nobody's"), N_("nobody's"))                                  \
    X(held, PART_RECIPIENTS, N_("to review"), N_("to review"))

static const struct {
    const char *key, *one, *many;
    enum part part;
    size_t offset;
} table[] = {
#define X(name, part, one, many) {#name, one, many, part, offsetof(struct scan_sums, name)},
    SUM_TABLE(X)
#undef X
};

static uint64_t value(const struct scan_sums *sums, size_t i)
{
    return *(const uint64_t *)(const void *)((const char *)sums + table[i].offset);
}

void sums_json(struct json *json, const struct scan_sums *sums)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        json_number(json, table[i].key, value(sums, i));
}

static void part_words(const struct scan_sums *sums, enum part part, const char *before,
                       struct str *out)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].part == part && value(sums, i)) {
            str_addf(out, "%s%'llu %s", before, (unsigned long long)value(sums, i),
                     ngettext(table[i].one, table[i].many, value(sums, i)));
            before = ", ";
        }
}

void sums_words(const struct scan_sums *sums, struct str *out)
{
    str_addf(out, _("read %'llu"), (unsigned long long)sums->read);
    part_words(sums, PART_MESSAGES, ": ", out);
    part_words(sums, PART_AFTER, "; ", out);
    part_words(sums, PART_RECIPIENTS, "; ", out);
}
