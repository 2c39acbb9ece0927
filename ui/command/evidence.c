/* SPDX-License-Identifier: MIT */
#include "command/evidence.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"
#include "bounce/bounce.h"
#include "store/steps.h"

static int by_time(const void *a, const void *b)
{
    const struct link *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

static void add_link(struct chain *chain, struct link link)
{
    ALLOC_GROW(chain->links, chain->n, chain->room);
    chain->links[chain->n++] = link;
}

void chain_load(struct txn *txn, struct span folded, struct chain *chain)
{
    struct evidence_walk walk = {0};
    struct judgement judgement = {0};
    while (evidence_next(txn, folded, &walk))
        add_link(chain, (struct link){.time = walk.evidence.time,
                                      .order = walk.evidence.scan,
                                      .evidence = walk.evidence});
    evidence_walk_end(&walk);
    judgements_get(txn, folded, &judgement);
    for (size_t i = 0; i < judgement.n; i++)
        add_link(chain, (struct link){.time = judgement.decisions[i].time,
                                      .order = judgement.decisions[i].step,
                                      .decided = true,
                                      .decision = judgement.decisions[i]});
    judgement_free(&judgement);
    if (chain->n)
        qsort(chain->links, chain->n, sizeof *chain->links, by_time);
}

void chain_free(struct chain *chain)
{
    free(chain->links);
    *chain = (struct chain){0};
}

static const struct {
    enum event_kind event;
    const char *name, *words;
} events[] = {
    {EVENT_NONE, "none", N_("no effect")},
    {EVENT_HARD, "hard", N_("hard")},
    {EVENT_SOFT, "soft", N_("soft: changes nothing by itself")},
    {EVENT_LIMIT, "limit", N_("soft, and beyond soft_limit: suspect")},
    {EVENT_COMPLAINT, "complaint", N_("a complaint")},
    {EVENT_DELIVERED, "delivered", N_("delivered")},
    {EVENT_ACTIVE, "active", N_("active")},
    {EVENT_INVALID, "invalid", N_("invalid")},
    {EVENT_BLOCKED, "blocked", N_("blocked")},
    {EVENT_SUSPECT, "suspect", N_("suspect")},
    {EVENT_COMPLAINED, "complained", N_("complained")},
};

static size_t event_row(enum event_kind event)
{
    size_t i = sizeof events / sizeof *events;
    while (--i > 0 && events[i].event != event)
        ;
    return i;
}

static void decision_words(struct txn *txn, const struct link *link, struct str *out)
{
    struct step step = {0};
    bool known = steps_get(txn, link->decision.step, &step);
    str_addf(out, _("%s, by "), _(events[event_row(link->decision.kind)].words));
    utf8_visible(known ? step.who : SPAN("?"), out);
    str_addf(out, _(" (%s, step %u)"), known ? step_kind_name(step.kind) : "?",
             link->decision.step);
    str_add_char(out, '\n');
}

/* What the bounce says, and what follows from it. */
static void evidence_words(const struct evidence *evidence, const char *indent, struct str *out)
{
    utf8_visible(evidence->mta.n ? evidence->mta : span_of(_("a server")), out);
    str_add_text(out, _(" said: "));
    utf8_visible(evidence->diagnostic.n ? evidence->diagnostic : span_of(_("nothing")), out);
    str_addf(out, "\n%s  ", indent);
    if (evidence->hold != HOLD_NONE)
        str_addf(out, _("no effect: %s; it would be "), hold_words(evidence->hold));
    str_addf(out, "%s: %s", verdict_words(evidence->verdict), reason_words(evidence->reason));
    if (evidence->rule.n) {
        str_add_text(out, _(", by rule \""));
        utf8_visible(evidence->rule, out);
        str_add_char(out, '"');
    }
    if (evidence->event == EVENT_LIMIT)
        str_addf(out, "; %s", _(events[event_row(EVENT_LIMIT)].words));
    if (evidence->place.n) {
        str_addf(out, _("\n%s  read from "), indent);
        utf8_visible(evidence->place, out);
        str_addf(out, _(", scan %u, about "), evidence->scan);
        utf8_visible(evidence->address, out);
    }
    str_add_char(out, '\n');
}

void chain_words(struct txn *txn, const struct link *link, const char *indent, struct str *out)
{
    char when[24];
    date_long(link->time, date_now(), when);
    str_addf(out, "%s%s  ", indent, when);
    if (link->decided)
        decision_words(txn, link, out);
    else
        evidence_words(&link->evidence, indent, out);
}

static void decision_json(struct txn *txn, const struct link *link, struct json *json)
{
    struct step step = {0};
    steps_get(txn, link->decision.step, &step);
    json_text(json, "decision", span_of(events[event_row(link->decision.kind)].name));
    if (link->decision.reason != REASON_none)
        json_text(json, "reason", span_of(reason_name(link->decision.reason)));
    json_number(json, "step", link->decision.step);
    json_text(json, "who", step.who);
}

static void evidence_json(const struct evidence *evidence, struct json *json)
{
    char digest[DIGEST_BYTES * 2 + 1];
    for (size_t i = 0; i < DIGEST_BYTES; i++) {
        digest[i * 2] = "0123456789abcdef"[evidence->digest[i] >> 4];
        digest[i * 2 + 1] = "0123456789abcdef"[evidence->digest[i] & 15];
    }
    json_text(json, "address", evidence->address);
    json_some(json, "original", evidence->original);
    json_text(json, "verdict", span_of(verdict_name(evidence->verdict)));
    json_text(json, "reason", span_of(reason_name(evidence->reason)));
    json_some(json, "status", span_of(evidence->status));
    json_some(json, "reply", span_of(evidence->reply));
    json_some(json, "action", span_of(bounce_action_name((enum bounce_action)evidence->action)));
    json_some(json, "diagnostic", evidence->diagnostic);
    json_some(json, "mta", evidence->mta);
    json_some(json, "rule", evidence->rule);
    json_text(json, "effect", span_of(events[event_row(evidence_effect(evidence))].name));
    if (evidence->hold != HOLD_NONE)
        json_text(json, "hold", span_of(hold_name(evidence->hold)));
    json_number(json, "scan", evidence->scan);
    json_some(json, "place", evidence->place);
    json_text(json, "digest", (struct span){digest, DIGEST_BYTES * 2});
}

void chain_json(struct txn *txn, const struct link *link, struct str *out)
{
    struct json json = json_open(out);
    json_text(&json, "kind", link->decided ? SPAN("decision") : SPAN("bounce"));
    json_time(&json, "time", link->time);
    if (link->decided)
        decision_json(txn, link, &json);
    else
        evidence_json(&link->evidence, &json);
    json_close(&json);
}
