/* SPDX-License-Identifier: MIT */
#include "mail/reason.h"

#include "base/text.h"

static const struct {
    const char *name;
    enum verdict verdict;
    const char *words;
} reasons[REASON_COUNT] = {
#define X(name, verdict, words) {#name, verdict, words},
    REASON_TABLE(X)
#undef X
};

const char *reason_name(enum reason reason)
{
    return reason < REASON_COUNT ? reasons[reason].name : "undefined";
}

const char *reason_words(enum reason reason)
{
    return reason < REASON_COUNT ? _(reasons[reason].words) : "?";
}

bool reason_from_name(struct span name, enum reason *out)
{
    for (int i = 0; i < REASON_COUNT; i++)
        if (span_equal_nocase(name, span_of(reasons[i].name))) {
            *out = (enum reason)i;
            return true;
        }
    return false;
}

enum verdict reason_verdict(enum reason reason, bool temporary)
{
    enum verdict verdict = reason < REASON_COUNT ? reasons[reason].verdict : VERDICT_SOFT;
    return verdict == VERDICT_HARD && temporary ? VERDICT_SOFT : verdict;
}

const char *verdict_name(enum verdict verdict)
{
    static const char *const names[] = {"none", "soft", "hard", "complaint"};
    return names[verdict];
}

const char *verdict_words(enum verdict verdict)
{
    static const char *const words[] = {N_("no bounce"), N_("soft"), N_("hard"), N_("a complaint")};
    return _(words[verdict]);
}
