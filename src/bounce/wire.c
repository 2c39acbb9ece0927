/* SPDX-License-Identifier: MIT
 *
 * Numbers are four bytes, the time is eight, in the machine's own order; a text is its length and
 * its bytes and a NUL.
 */
#include "bounce/wire.h"

#include <string.h>

#include "base/alloc.h"
#include "base/utf8.h"
#include "bounce/decoded.h"

enum { RECIPIENT_LEAST = 4 * 11 + 7, TEXT_MAX = 1 << 20 };

/* ---- writing */

static void put_u32(struct str *out, size_t number)
{
    uint32_t bytes = (uint32_t)number;
    str_add(out, (struct span){(const char *)&bytes, sizeof bytes});
}

static void put_text(struct str *out, const char *text)
{
    struct span s = span_of(text ? text : "");
    put_u32(out, s.n);
    str_add(out, (struct span){s.at, s.n + 1});
}

void wire_write(const struct bounce *bounce, struct str *out)
{
    put_u32(out, bounce->kind);
    str_add(out, (struct span){(const char *)&bounce->time, sizeof bounce->time});
    put_text(out, bounce->reporting_mta);
    put_text(out, bounce->envelope_to);
    put_text(out, bounce->token_to);
    put_text(out, bounce->return_path);
    put_text(out, bounce->from);
    put_text(out, bounce->subject);
    put_text(out, bounce->sender);
    put_text(out, bounce->returned_from);
    put_text(out, bounce->message_id);
    put_text(out, bounce->explain);
    put_u32(out, bounce->delivered_n);
    for (size_t i = 0; i < bounce->delivered_n; i++)
        put_text(out, bounce->delivered[i]);
    put_u32(out, bounce->n);
    for (size_t i = 0; i < bounce->n; i++) {
        const struct bounce_recipient *r = &bounce->recipients[i];
        put_u32(out, r->verdict);
        put_u32(out, r->reason);
        put_u32(out, r->action);
        put_u32(out, r->alias_member);
        put_text(out, r->address);
        put_text(out, r->original);
        put_text(out, r->status);
        put_text(out, r->reply);
        put_text(out, r->diagnostic);
        put_text(out, r->mta);
        put_text(out, r->rule);
    }
}

/* ---- reading */

struct wire {
    struct span in;
    struct arena *arena;
    bool bad;
};

static struct span take(struct wire *wire, size_t n)
{
    if (wire->bad || n > wire->in.n) {
        wire->bad = true;
        return SPAN_NONE;
    }
    struct span taken = span_cut(wire->in, 0, n);
    wire->in = span_cut(wire->in, n, wire->in.n);
    return taken;
}

/* Below limit. */
static uint32_t take_u32(struct wire *wire, uint32_t limit)
{
    uint32_t number = 0;
    struct span bytes = take(wire, sizeof number);
    if (bytes.n)
        memcpy(&number, bytes.at, sizeof number);
    if (number >= limit)
        wire->bad = true;
    return wire->bad ? 0 : number;
}

static bool clean(struct span s, bool lines)
{
    size_t plain = 0;
    while (plain < s.n && s.at[plain] >= ' ' && s.at[plain] < 0x7F)
        plain++;
    for (size_t i = plain; i < s.n; i++) {
        unsigned char c = (unsigned char)s.at[i];
        if ((c < ' ' && !(lines && c == '\n')) || c == 0x7f)
            return false;
    }
    return utf8_valid(span_cut(s, plain, s.n));
}

static const char *take_text(struct wire *wire, bool lines)
{
    uint32_t n = take_u32(wire, TEXT_MAX);
    struct span s = take(wire, (size_t)n + 1);
    if (wire->bad || s.at[n] != '\0' || !clean(span_cut(s, 0, n), lines)) {
        wire->bad = true;
        return "";
    }
    return s.at;
}

static void take_short(struct wire *wire, char *out, size_t room)
{
    const char *text = take_text(wire, false);
    size_t n = strlen(text);
    if (n >= room)
        wire->bad = true;
    else
        memcpy(out, text, n + 1);
}

static void take_recipient(struct wire *wire, struct bounce_recipient *r)
{
    *r = (struct bounce_recipient){.verdict = (enum verdict)take_u32(wire, VERDICT_COMPLAINT + 1)};
    r->reason = (enum reason)take_u32(wire, REASON_COUNT);
    r->action = (enum bounce_action)take_u32(wire, ACTION_EXPANDED + 1);
    r->alias_member = take_u32(wire, 2);
    r->address = take_text(wire, false);
    r->original = take_text(wire, false);
    take_short(wire, r->status, sizeof r->status);
    take_short(wire, r->reply, sizeof r->reply);
    r->diagnostic = take_text(wire, false);
    r->mta = take_text(wire, false);
    r->rule = take_text(wire, false);
}

static void take_delivered(struct wire *wire, struct bounce *bounce)
{
    size_t n = take_u32(wire, UINT32_MAX);
    if (n > wire->in.n / sizeof(uint32_t))
        wire->bad = true;
    if (!wire->bad)
        bounce->delivered = arena_get(wire->arena, (n + 1) * sizeof *bounce->delivered);
    while (!wire->bad && bounce->delivered_n < n)
        bounce->delivered[bounce->delivered_n++] = take_text(wire, false);
}

bool wire_read(struct span bytes, struct bounce **out)
{
    struct decoded *decoded = alloc_zero(1, sizeof *decoded);
    struct bounce *bounce = &decoded->bounce;
    /* Bounded for what is kept in thousands; the texts stay where they are in this copy, which nobody
     * changes any more. */
    if (bytes.n < 65536)
        arena_small(&decoded->arena, bytes.n + 2 * sizeof *bounce->recipients + 256);
    struct wire wire = {.in = arena_copy(&decoded->arena, bytes), .arena = &decoded->arena};
    bounce->kind = (enum bounce_kind)take_u32(&wire, BOUNCE_RECEIPT + 1);
    struct span time = take(&wire, sizeof bounce->time);
    if (time.n)
        memcpy(&bounce->time, time.at, sizeof bounce->time);
    bounce->reporting_mta = take_text(&wire, false);
    bounce->envelope_to = take_text(&wire, false);
    bounce->token_to = take_text(&wire, false);
    bounce->return_path = take_text(&wire, false);
    bounce->from = take_text(&wire, false);
    bounce->subject = take_text(&wire, false);
    bounce->sender = take_text(&wire, false);
    bounce->returned_from = take_text(&wire, false);
    bounce->message_id = take_text(&wire, false);
    bounce->explain = take_text(&wire, true);
    take_delivered(&wire, bounce);
    size_t n = take_u32(&wire, UINT32_MAX);
    if (n > wire.in.n / RECIPIENT_LEAST)
        wire.bad = true;
    if (!wire.bad)
        bounce->recipients = arena_get(wire.arena, (n + 1) * sizeof *bounce->recipients);
    while (!wire.bad && bounce->n < n)
        take_recipient(&wire, &bounce->recipients[bounce->n++]);
    if (wire.bad || wire.in.n) {
        bounce_free(bounce);
        return false;
    }
    *out = bounce;
    return true;
}
