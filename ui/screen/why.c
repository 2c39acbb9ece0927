/* SPDX-License-Identifier: MIT */
#include "screen/why.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"

void why_evidence(const struct evidence *evidence, struct str *out)
{
    if (evidence->mta.n)
        str_addf(out, _("%.*s said: "), SPAN_ARGS(evidence->mta));
    if (evidence->diagnostic.n) {
        str_addf(out, "%.*s", SPAN_ARGS(evidence->diagnostic));
    } else {
        str_addf(out, "%s%s%s", evidence->reply, evidence->reply[0] ? " " : "", evidence->status);
        str_addf(out, " (%s)", _("no words"));
    }
    str_addf(out, "; %s", verdict_words(evidence->verdict));
    if (evidence->rule.n)
        str_addf(out, _(", by rule \"%.*s\""), SPAN_ARGS(evidence->rule));
    if (evidence->hold != HOLD_NONE)
        str_addf(out, ". %s", hold_words(evidence->hold));
}

void why_standing(const struct standing *standing, int64_t now, struct str *out)
{
    char date[24];

    str_add_text(out, state_words(standing->state));
    if (standing->since) {
        date_long(standing->since, now, date);
        str_addf(out, _(" since %s"), date);
    }
    if (standing->reason != REASON_none)
        str_addf(out, ": %s", reason_words(standing->reason));
    if (standing->soft)
        str_addf(out, ngettext(", %u soft bounce", ", %u soft bounces", standing->soft),
                 standing->soft);
    if (standing->expires) {
        date_long(standing->expires, now, date);
        str_addf(out, _(", active again on %s if nothing comes"), date);
    }
}

static struct span keep(struct str *bytes, struct span text)
{
    struct span at = {(const char *)(uintptr_t)bytes->n, text.n};

    str_add(bytes, text);
    return at;
}

static struct span placed(const struct str *bytes, struct span offset)
{
    return (struct span){str_text(bytes) + (uintptr_t)offset.at, offset.n};
}

bool why_deciding(struct txn *txn, struct span folded, const struct standing *standing,
                  struct evidence *out, struct str *bytes)
{
    struct evidence_walk walk = {0};
    bool found = false;

    str_clear(bytes);
    while (evidence_next(txn, folded, &walk)) {
        const struct evidence *evidence = &walk.evidence;
        bool fits = evidence->reason == standing->reason && evidence->time == standing->since;
        /* For the active and the suspect the newest says most. */
        if (!fits && standing->state != STATE_ACTIVE && standing->state != STATE_SUSPECT)
            continue;
        str_clear(bytes);
        *out = *evidence;
        out->diagnostic = keep(bytes, evidence->diagnostic);
        out->mta = keep(bytes, evidence->mta);
        out->rule = keep(bytes, evidence->rule);
        out->address = out->original = out->place = SPAN_NONE;
        found = true;
        if (fits)
            break;
    }
    evidence_walk_end(&walk);
    if (found) {
        out->diagnostic = placed(bytes, out->diagnostic);
        out->mta = placed(bytes, out->mta);
        out->rule = placed(bytes, out->rule);
    }
    return found;
}
