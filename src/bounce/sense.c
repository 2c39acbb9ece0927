/* SPDX-License-Identifier: MIT */
#include "bounce/sense.h"

#include <ctype.h>
#include <string.h>

#define NEAR 60
#define BESIDE 12
#define HITS_MAX 80

enum sense {
    SENSE_WHOM,
    SENSE_THEM, /* the same, by the address */
    SENSE_WHERE,
    SENSE_GONE,
    SENSE_SHUT,
    SENSE_BARRED, /* the same of messages: said of an address alone it says nothing */
    SENSE_MOVED,
    SENSE_BARE,
    SENSE_NOTHING, /* its words do not count */
    SENSE_GUARD,
    SENSE_STEM, /* the same, by the beginning of a word */
};

static const struct {
    enum sense sense;
    const char *text;
} rows[] = {
#include "bounce/sense_rows.h"
};

const char *sense_text(size_t i)
{
    return i < sizeof rows / sizeof *rows ? rows[i].text : NULL;
}

struct hit {
    enum sense sense;
    size_t from, to;
};

static bool whole(struct span folded, size_t to)
{
    unsigned char next = to < folded.n ? (unsigned char)folded.at[to] : ' ';
    /* nor do East Asia and Thailand put blanks between words */
    unsigned char last = to > 2 ? (unsigned char)folded.at[to - 3] : 0;
    if (last >= 0xE3 || last == 0xE0)
        return true;
    return folded.at[to - 1] == '@' || (!isalnum(next) && next < 0x80);
}

static size_t hits_of(struct span folded, struct hit *hits)
{
    struct phrase_hit found[HITS_MAX];
    size_t n = phrases_find(&sense_phrases, folded, found, HITS_MAX), kept = 0;
    if (n == HITS_MAX)
        return n;
    for (size_t i = 0; i < n; i++)
        if (rows[found[i].phrase].sense == SENSE_STEM || whole(folded, found[i].to))
            hits[kept++] = (struct hit){rows[found[i].phrase].sense, found[i].from, found[i].to};
    return kept;
}

/* Within a sentence of each other? */
static bool near(struct span folded, const struct hit *a, const struct hit *b)
{
    size_t from = a->to < b->to ? a->to : b->to;
    size_t to = a->from > b->from ? a->from : b->from;
    if (to <= from)
        return true;
    struct span between = span_cut(folded, from, to);
    if (between.n > NEAR)
        return false;
    for (size_t i = 0; i + 1 < between.n; i++)
        if (strchr(".;!?", between.at[i]) && between.at[i + 1] == ' ')
            return false;
    return span_find(between, SPAN("\xE3\x80\x82")) < 0; /* the full stop of East Asia */
}

/* Words within such as do not count. */
static size_t drop_nothing(struct hit *hits, size_t n)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++) {
        bool within = false;
        for (size_t k = 0; k < n && !within && hits[i].sense != SENSE_NOTHING; k++)
            within = hits[k].sense == SENSE_NOTHING && hits[i].from >= hits[k].from &&
                     hits[i].to <= hits[k].to;
        if (!within)
            hits[kept++] = hits[i];
    }
    return kept;
}

static struct span without_reply(struct span folded)
{
    if (folded.n > 4 && isdigit((unsigned char)folded.at[0]) &&
        isdigit((unsigned char)folded.at[2]) && strchr(" -", folded.at[3]))
        return span_trim(span_cut(folded, 4, folded.n));
    return folded;
}

enum reason sense_find(struct span folded, struct span *met)
{
    struct hit hits[HITS_MAX];
    enum reason reason = REASON_none;
    folded = without_reply(folded);
    size_t n = hits_of(folded, hits);
    if (n == HITS_MAX)
        return REASON_none;
    n = drop_nothing(hits, n);
    for (size_t i = 0; i < n; i++) {
        const struct hit *a = &hits[i];
        if (a->sense >= SENSE_GUARD)
            return REASON_none;
        if (a->sense == SENSE_BARE && a->from == 0 && a->to + 2 > folded.n) {
            *met = folded;
            return REASON_suspend;
        }
        for (size_t k = 0; k < n && !reason && a->sense <= SENSE_WHERE; k++) {
            const struct hit *b = &hits[k];
            if (b->sense < SENSE_GONE || b->sense > SENSE_MOVED || !near(folded, a, b))
                continue;
            if (a->sense == SENSE_THEM &&
                (b->sense == SENSE_BARRED || (b->sense == SENSE_SHUT && b->from > a->to + BESIDE)))
                continue;
            reason = a->sense == SENSE_WHERE   ? REASON_hostunknown
                     : b->sense == SENSE_GONE  ? REASON_userunknown
                     : b->sense == SENSE_MOVED ? REASON_hasmoved
                                               : REASON_suspend;
            *met = span_cut(folded, a->from < b->from ? a->from : b->from,
                            a->to > b->to ? a->to : b->to);
        }
    }
    return reason;
}
