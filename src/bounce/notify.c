/* SPDX-License-Identifier: MIT */
#include "bounce/notify.h"

#include <string.h>

#include "mail/addrspec.h"

#define NOTIFY_MAX (256 * 1024)

/* Mail folds long lines with "!", and SNS may put the event into a string of its own: the folds go,
 * and then one level of backslashes. */
static struct span plain(struct arena *arena, struct span text)
{
    bool wrapped = span_find(text, SPAN("\\\"notificationType")) >= 0 ||
                   span_find(text, SPAN("\\\"eventType")) >= 0;
    char *out = arena_open(arena, text.n);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.at[i] == '!' && i + 2 < text.n && text.at[i + 1] == '\n' && text.at[i + 2] == ' ') {
            i += 2;
            continue;
        }
        if (wrapped && text.at[i] == '\\' && i + 1 < text.n &&
            (text.at[i + 1] == '"' || text.at[i + 1] == '\\'))
            i++;
        out[n++] = text.at[i] == '\n' ? ' ' : text.at[i];
    }
    return arena_keep(arena, out, n);
}

/* A string of JSON up to its quote, its escapes resolved as far as mail has them. */
static struct span string(struct arena *arena, struct span s)
{
    size_t end = 0, n = 0;
    while (end < s.n && s.at[end] != '"')
        end += s.at[end] == '\\' ? 2 : 1;
    s = span_cut(s, 0, end);
    if (span_find_char(s, '\\') < 0)
        return s;
    char *out = arena_open(arena, s.n);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.at[i];
        if (c == '\\' && i + 1 < s.n) {
            c = s.at[++i];
            c = strchr("nrt", c) && c ? ' ' : c;
        }
        out[n++] = c;
    }
    return arena_keep(arena, out, n);
}

/* The string behind "key": in s; at NULL if it is not there. */
static struct span value(struct arena *arena, struct span s, const char *key)
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
    return string(arena, span_cut(s, 1, s.n));
}

static void recipient(struct work *work, struct span item, struct span kind, struct span detail)
{
    struct span address = addrspec_first(work->arena, value(work->arena, item, "emailAddress"));
    if (!address.at)
        return;
    struct finding *finding = work_add(work, address, "Amazon SNS");
    struct span action = value(work->arena, item, "action");
    finding->action = span_equal(action, SPAN("delayed")) ? ACTION_DELAYED : ACTION_FAILED;
    finding->status = value(work->arena, item, "status");
    struct span words = value(work->arena, item, "diagnosticCode");
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
    struct span event = value(work->arena, text, "notificationType");
    if (!event.at)
        event = value(work->arena, text, "eventType");
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
        recipient(work, item, value(work->arena, text, "bounceType"), value(work->arena, text, "bounceSubType"));
    return true;
}
