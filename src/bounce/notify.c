/* SPDX-License-Identifier: MIT */
#include "bounce/notify.h"

#include <string.h>

#include "mail/addrspec.h"

#define NOTIFY_MAX (256 * 1024)

/* SNS puts the event into a string of its own, and mail folds long lines with "!": one level of
 * backslashes and the folds go. */
static struct span plain(struct arena *arena, struct span text)
{
    char *out = arena_open(arena, text.n);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.at[i] == '\\' && i + 1 < text.n && text.at[i + 1] == '"')
            continue;
        if (text.at[i] == '!' && i + 2 < text.n && text.at[i + 1] == '\n' && text.at[i + 2] == ' ') {
            i += 2;
            continue;
        }
        out[n++] = text.at[i] == '\n' ? ' ' : text.at[i];
    }
    return arena_keep(arena, out, n);
}

/* The string behind "key": in s; at NULL if it is not there. */
static struct span value(struct span s, const char *key)
{
    char quoted[48] = "\"";
    strcat(strncat(quoted, key, 40), "\"");
    ptrdiff_t at = span_find(s, span_of(quoted));
    if (at < 0)
        return SPAN_NONE;
    s = span_trim(span_cut(s, (size_t)at + strlen(quoted), s.n));
    if (!s.n || s.at[0] != ':')
        return SPAN_NONE;
    s = span_trim(span_cut(s, 1, s.n));
    if (!s.n || s.at[0] != '"')
        return SPAN_NONE;
    s = span_cut(s, 1, s.n);
    ptrdiff_t end = span_find_char(s, '"');
    return end < 0 ? s : span_cut(s, 0, (size_t)end);
}

static void recipient(struct work *work, struct span item, struct span kind, struct span detail)
{
    struct span address = addrspec_first(work->arena, value(item, "emailAddress"));
    if (!address.at)
        return;
    struct finding *finding = work_add(work, address, "Amazon SNS");
    struct span action = value(item, "action");
    finding->action = span_equal(action, SPAN("delayed")) ? ACTION_DELAYED : ACTION_FAILED;
    finding->status = value(item, "status");
    struct span words = value(item, "diagnosticCode");
    ptrdiff_t semicolon = span_find_char(span_cut(words, 0, 20), ';');
    finding->words = span_trim(span_cut(words, (size_t)(semicolon + 1), words.n));
    if (span_find_nocase(detail, SPAN("Suppress")) >= 0)
        finding->words = SPAN("on the suppression list");
    else if (!finding->words.n && span_equal(detail, SPAN("NoEmail")))
        finding->words = SPAN("no such email address");
    else if (!finding->words.n && span_equal(detail, SPAN("MailboxFull")))
        finding->words = SPAN("mailbox full");
    else if (span_equal_nocase(kind, SPAN("Transient")) && !finding->status.n)
        finding->status = SPAN("4.0.0");
}

bool notify_read(struct work *work, struct span text, enum bounce_kind *kind)
{
    text = span_cut(text, 0, NOTIFY_MAX);
    if (span_find(text, SPAN("notificationType")) < 0 && span_find(text, SPAN("eventType")) < 0)
        return false;
    text = plain(work->arena, text);
    struct span event = value(text, "notificationType");
    if (!event.at)
        event = value(text, "eventType");
    bool bounce = span_equal(event, SPAN("Bounce"));
    if (!bounce && !span_equal(event, SPAN("Complaint"))) {
        *kind = BOUNCE_RECEIPT;
        return span_equal(event, SPAN("Delivery"));
    }
    *kind = bounce ? BOUNCE_BOUNCE : BOUNCE_COMPLAINT;
    ptrdiff_t at = span_find(text, bounce ? SPAN("\"bouncedRecipients\"")
                                          : SPAN("\"complainedRecipients\""));
    if (at < 0)
        return true;
    struct span rest = span_cut(text, (size_t)at, text.n), item;
    ptrdiff_t end = span_find_char(rest, ']');
    rest = span_cut(rest, 0, end < 0 ? rest.n : (size_t)end);
    while (span_next(&rest, '}', &item))
        recipient(work, item, value(text, "bounceType"), value(text, "bounceSubType"));
    return true;
}
