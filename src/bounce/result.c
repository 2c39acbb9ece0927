/* SPDX-License-Identifier: MIT */
#include "bounce/result.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "bounce/judge.h"
#include "mail/addrspec.h"
#include "mail/charset.h"
#include "mail/token.h"
#include "mail/wrapper.h"

enum { DELIVERED_MAX = 10000 };

struct seen {
    uint32_t *slots; /* 1 + index */
    size_t mask;
};

/* The recipient that stands for the same address already, or -1 and it is noted as `index`. */
static ptrdiff_t repeated(struct seen *seen, const struct bounce *bounce, const char *address,
                          size_t index)
{
    size_t length = strlen(address);
    uint64_t hash = 0;
    for (size_t i = 0; i < length; i++)
        hash = hash * 31 + (unsigned char)(address[i] | 32);
    for (size_t at = hash * 0x9E3779B97F4A7C15u >> 20;; at++) {
        uint32_t *slot = &seen->slots[at & seen->mask];
        if (!*slot) {
            *slot = (uint32_t)index + 1;
            return -1;
        }
        if (strcasecmp(bounce->recipients[*slot - 1].address, address) == 0)
            return *slot - 1;
    }
}

static const char *text(struct work *work, struct span s)
{
    struct span clean = charset_repair(work->arena, header_unfold(work->arena, span_trim(s)));
    char *out = arena_text(work->arena, clean);
    for (char *at = out; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7F)
            *at = ' ';
    return out;
}

static void fill(struct judge *judge, const struct finding *finding, struct bounce_recipient *out,
                 enum bounce_kind kind)
{
    struct work *work = judge->work;
    *out = (struct bounce_recipient){.address = text(work, finding->address), .original = ""};
    if (finding->original.n && !span_equal_nocase(finding->original, finding->address))
        out->original = text(work, finding->original);
    out->action = finding->action;
    struct span mta = finding->mta.n ? finding->mta : work->reporting_mta;
    out->mta = text(work, span_cut(mta, 0, 255));
    if (kind == BOUNCE_COMPLAINT) {
        out->reason = work->auth_failure ? REASON_authfailure : REASON_feedback;
        out->verdict = VERDICT_COMPLAINT;
        out->diagnostic = "";
        out->rule = work->auth_failure ? "Feedback-Type: auth-failure" : "Feedback-Type";
        return;
    }
    judge_finding(judge, finding, out);
}

static bool stronger(const struct bounce_recipient *a, const struct bounce_recipient *b)
{
    return a->action == ACTION_FAILED && b->action == ACTION_DELAYED;
}

static int by_name_nocase(const void *a, const void *b)
{
    return strcasecmp(*(const char *const *)a, *(const char *const *)b);
}

/* Marks the members of an alias others of which were reached: same original, another fate. */
static void mark_members(struct bounce *bounce, const char **passive, size_t n)
{
    if (n == 0)
        return;
    qsort(passive, n, sizeof *passive, by_name_nocase);
    for (size_t i = 0; i < bounce->n; i++) {
        struct bounce_recipient *recipient = &bounce->recipients[i];
        const char *name = *recipient->original ? recipient->original : recipient->address;
        recipient->alias_member = bsearch(&name, passive, n, sizeof *passive, by_name_nocase);
    }
}

static void explain(struct str *out, const struct bounce_recipient *recipient, const char *reader)
{
    str_add_text(out, recipient->address);
    str_add_text(out, ": ");
    str_add_text(out, verdict_name(recipient->verdict));
    str_add_text(out, ", ");
    str_add_text(out, reason_name(recipient->reason));
    str_add_text(out, " by \"");
    str_add_text(out, recipient->rule);
    str_add_text(out, "\", read by ");
    str_add_text(out, reader);
    str_add_char(out, '\n');
}

void result_gather(struct work *work, struct bounce *bounce)
{
    bounce->recipients = arena_get(work->arena, (work->n + 1) * sizeof *bounce->recipients);
    const char **passive = arena_get(work->arena, (work->passive + 1) * sizeof *passive);
    bounce->delivered = arena_get(work->arena, (work->passive + 1) * sizeof *bounce->delivered);
    size_t n_passive = 0;
    size_t room = 16;
    while (room < work->n * 2)
        room *= 2;
    struct seen seen = {arena_zero(work->arena, room * sizeof(uint32_t)), room - 1};
    struct judge judge = {.work = work};
    for (size_t i = 0; i < work->n; i++) {
        const struct finding *finding = &work->findings[i];
        if (finding->action >= ACTION_DELIVERED) {
            passive[n_passive++] = arena_text(
                work->arena, finding->original.n ? finding->original : finding->address);
            if (finding->action == ACTION_DELIVERED && bounce->delivered_n < DELIVERED_MAX)
                bounce->delivered[bounce->delivered_n++] = passive[n_passive - 1];
            continue;
        }
        if (bounce->kind == BOUNCE_RECEIPT)
            continue; /* nothing to act on */
        struct bounce_recipient *recipient = &bounce->recipients[bounce->n];
        fill(&judge, finding, recipient, bounce->kind);
        ptrdiff_t before = repeated(&seen, bounce, recipient->address, bounce->n);
        if (before < 0) {
            bounce->n++;
            explain(&work->explain, recipient, finding->reader);
        } else if (stronger(recipient, &bounce->recipients[before])) {
            bounce->recipients[before] = *recipient;
        }
        if (work->explain.n > 100000)
            str_clear(&work->explain);
    }
    mark_members(bounce, passive, n_passive);
}

static const char *address_in(struct work *work, const struct header *header,
                              const char *const *names)
{
    for (; *names; names++) {
        struct span found =
            addrspec_first(work->arena, header_get(work->arena, header, *names));
        if (found.at)
            return found.at;
    }
    return "";
}

/* One of our return paths that stands in any field of that name. */
static void find_token(struct work *work, const struct header *header, const char *name,
                       struct bounce *bounce)
{
    for (size_t i = 0; i < header->n && !*bounce->token_to; i++) {
        struct token token;
        if (!span_is_text(header->fields[i].name, name))
            continue;
        struct span found =
            addrspec_first(work->arena, header_unfold(work->arena, header->fields[i].value));
        ptrdiff_t at = span_find_last(found, '@');
        if (at > 0 && token_read(span_cut(found, 0, (size_t)at), NULL, &token))
            bounce->token_to = found.at;
    }
}

static int64_t time_of(struct work *work)
{
    struct span received = header_get(work->arena, work->header, "Received");
    ptrdiff_t semicolon = span_find_last(received, ';');
    int64_t time =
        semicolon < 0 ? 0 : date_from_mail(span_cut(received, (size_t)semicolon + 1, received.n));
    return time ? time : date_from_mail(header_get(work->arena, work->header, "Date"));
}

void result_envelope(struct work *work, struct bounce *bounce)
{
    static const char *const to[] = {"Delivered-To", "X-Original-To", "Envelope-To",
                                     "X-Envelope-To", "To", NULL};
    static const char *const from[] = {"From", NULL};
    static const char *const path[] = {"Return-Path", NULL};
    static const char *const sender[] = {"Return-Path", "Sender", "From", NULL};
    const struct header *back = &work->returned.header;
    bounce->time = time_of(work);
    bounce->reporting_mta = text(work, work->reporting_mta);
    bounce->envelope_to = address_in(work, work->header, to);
    bounce->token_to = "";
    for (size_t i = 0; to[i]; i++)
        find_token(work, work->header, to[i], bounce);
    find_token(work, back, "Return-Path", bounce);
    bounce->return_path = address_in(work, work->header, path);
    bounce->from = work->from.at ? work->from.at : "";
    bounce->subject = text(work, work->subject);
    bounce->sender = address_in(work, back, sender);
    struct span bare = wrapper_tagged(work->arena, span_of(bounce->sender));
    if (bare.at)
        bounce->sender = bare.at;
    bounce->returned_from = address_in(work, back, from);
    struct span id = span_trim(header_get(work->arena, back, "Message-ID"));
    ptrdiff_t open = span_find_char(id, '<'), close = span_find_last(id, '>');
    if (open >= 0 && close > open)
        id = span_cut(id, (size_t)open + 1, (size_t)close);
    bounce->message_id = text(work, id);
}
