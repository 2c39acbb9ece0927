/* SPDX-License-Identifier: MIT */
#include "bounce/reading.h"

#include <ctype.h>
#include <string.h>

#include "bounce/codes.h"
#include "mail/addrspec.h"

struct span reading_stretch(struct span words, struct span line)
{
    const char *from = words.at ? words.at : line.at;
    return (struct span){from, (size_t)(line.at + line.n - from)};
}

struct finding *reading_finding(struct reading *r, struct span address)
{
    struct work *work = r->work;
    struct finding *finding = work_find(work, address);
    if (!finding) {
        if (r->only_fill) {
            if (!r->result->other.at)
                r->result->other = address;
            return NULL;
        }
        finding = work_add(work, address, r->name ? r->name : "text");
        finding->cut = r->last;
    }
    r->result->named++;
    ptrdiff_t index = finding - work->findings;
    if (finding->words.at && index != r->current) {
        /* said again further down: in another tongue, or by the other server itself */
        if (codes_find(finding->words).reply)
            index = -1;
        else if (!finding->more.at) {
            finding->more = finding->words;
            finding->words = SPAN_NONE;
        }
    }
    r->current = index;
    return finding;
}

void reading_words(struct reading *r, struct span line)
{
    if (r->current < 0)
        return;
    struct finding *finding = &r->work->findings[r->current];
    line = span_trim(line);
    if (!line.n || finding->words.n > 8000)
        return;
    if (!finding->words.at)
        finding->words = line;
    else if (finding->words.at >= r->begin && finding->words.at < line.at && line.at < r->end)
        finding->words = reading_stretch(finding->words, line);
}

bool reading_origin(struct reading *r, struct span line)
{
    static const char *const marks[] = {"expanded from",      "generated from",
                                        "addressed to",       "ultimately generated from",
                                        "original recipient", "original address",
                                        "alias for",          "alias of",
                                        "forwarded from",     "redirected from"};
    if ((r->current < 0 && !r->program) || !memchr(line.at, '@', line.n))
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        ptrdiff_t at = span_find_nocase(line, span_of(marks[i]));
        if (at < 0)
            continue;
        struct span found = addrspec_find(r->work->arena, span_cut(line, (size_t)at, line.n));
        if (!found.at)
            return false;
        if (r->current < 0) {
            struct finding *whose = reading_finding(r, found);
            if (whose && !whose->words.at)
                whose->words = r->program_said;
            r->program = false;
            return true;
        }
        struct finding *finding = &r->work->findings[r->current];
        if (!finding->original.at && !span_equal_nocase(found, finding->address))
            work_original(r->work, finding, found);
        return true;
    }
    return false;
}

bool reading_lacks_reply(const struct finding *finding)
{
    return !finding->words.at || !codes_find(finding->words).reply;
}

void reading_reply(struct finding *finding, struct span words)
{
    if (finding->words.at && !finding->more.at)
        finding->more = finding->words;
    finding->words = words;
}

struct finding *reading_unexplained(struct reading *r)
{
    struct finding *last = r->work->n > r->first ? &r->work->findings[r->work->n - 1] : NULL;
    return last && reading_lacks_reply(last) ? last : NULL;
}

bool reading_reply_like(struct span line)
{
    return line.n > 4 && (line.at[0] == '4' || line.at[0] == '5') &&
           isdigit((unsigned char)line.at[1]) && isdigit((unsigned char)line.at[2]) &&
           (line.at[3] == ' ' || line.at[3] == '-');
}

void reading_cut(struct reading *r, struct span text)
{
    struct work *work = r->work;
    for (size_t i = r->first; i < work->n; i++) {
        struct span words = work->findings[i].words;
        if (words.at >= text.at && words.at + words.n >= r->end && words.at <= r->end)
            work->findings[i].cut = true;
    }
}

/* "… was not delivered to: A, B because: R": R is about A as well, unless it names somebody. */
static void share_reason(struct reading *r)
{
    struct finding *findings = r->work->findings;
    if (r->reason_of < 0)
        return;
    struct span words = findings[r->reason_of].words;
    if (!words.at || memchr(words.at, '@', words.n))
        return;
    for (size_t i = (size_t)r->reason_of; i-- > r->first && !findings[i].words.at;)
        findings[i].words = words;
}

/* A reason behind a list that names another user of the same domain is about that one. */
static void mark_others(struct reading *r)
{
    if (r->reason_of < 0)
        return;
    struct finding *finding = &r->work->findings[r->reason_of];
    struct span named = addrspec_find(r->work->arena, span_cut(finding->words, 0, 1000));
    ptrdiff_t mine = span_find_last(finding->address, '@');
    ptrdiff_t other = named.at ? span_find_last(named, '@') : -1;
    if (other < 0 || mine < 0)
        return;
    if (!span_equal_nocase(named, finding->address) &&
        span_equal_nocase(span_cut(named, (size_t)other, named.n),
                          span_cut(finding->address, (size_t)mine, finding->address.n)))
        finding->cut = true;
}

void reading_end(struct reading *r)
{
    struct work *work = r->work;
    share_reason(r);
    mark_others(r);
    for (size_t i = r->first; i < work->n; i++) {
        struct finding *finding = &work->findings[i];
        if (!finding->words.at && r->pending.at && !r->mixed)
            finding->words = r->pending;
        if (!finding->words.at) {
            finding->words = finding->more;
            finding->more = SPAN_NONE;
        }
    }
}
