/* SPDX-License-Identifier: MIT */
#include "command/sums.h"

#include <stddef.h>

#include "base/text.h"

enum part { PART_HEAD, PART_MESSAGES, PART_AFTER, PART_RECIPIENTS, PART_HIDDEN };

/* X(sum, part, of one and of many) */
#define SUM_TABLE(X)                                                                               \
    X(read, PART_HEAD, "", "")                                                                     \
    X(bounces, PART_MESSAGES, NN_("bounce", "bounces"))                                            \
    X(complaints, PART_MESSAGES, NN_("complaint", "complaints"))                                   \
    X(autoreplies, PART_MESSAGES, NN_("autoreply", "autoreplies"))                                 \
    X(receipts, PART_MESSAGES, NN_("receipt", "receipts"))                                         \
    X(other, PART_MESSAGES, NN_("other", "others"))                                                \
    X(duplicates, PART_MESSAGES, NN_("duplicate", "duplicates"))                                   \
    X(undecodable, PART_MESSAGES, NN_("undecodable", "undecodable"))                               \
    X(skipped, PART_AFTER, NN_("known or left alone", "known or left alone"))                          \
    X(deleted, PART_AFTER, NN_("removed there", "removed there"))                                              \
    X(marked, PART_AFTER, NN_("marked", "marked"))                                                 \
    X(recipients, PART_HIDDEN, "", "")                                                             \
    X(invalidated, PART_RECIPIENTS, NN_("newly invalid", "newly invalid"))                         \
    X(known, PART_RECIPIENTS, NN_("dead already", "dead already"))                                 \
    X(soft, PART_RECIPIENTS, NN_("soft", "soft"))                                                  \
    X(complained, PART_RECIPIENTS, NN_("complained", "complained"))                                \
    X(corrected, PART_RECIPIENTS, NN_("corrected before", "corrected before"))                     \
    X(old, PART_RECIPIENTS, NN_("old", "old"))                                                     \
    X(unmatched, PART_RECIPIENTS, NN_("nobody's", "nobody's"))                                     \
    X(held, PART_RECIPIENTS, NN_("to review", "to review"))

static const struct {
    const char *key, *one, *many;
    enum part part;
    size_t offset;
} table[] = {
#define X(name, part, ...) {#name, __VA_ARGS__, part, offsetof(struct scan_sums, name)},
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
