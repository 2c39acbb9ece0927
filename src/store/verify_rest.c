/* SPDX-License-Identifier: MIT
 *
 * What is known of addresses, what mail was read, what was done when.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/evidence.h"
#include "store/judgements.h"
#include "store/packed.h"
#include "store/seen.h"
#include "store/steps.h"
#include "store/tags.h"
#include "store/verifying.h"

/* ---- sorted lists that have to be the same */

struct numbers {
    uint64_t *at;
    size_t n, room;
};

static void numbers_add(struct numbers *numbers, uint64_t number)
{
    ALLOC_GROW(numbers->at, numbers->n, numbers->room);
    numbers->at[numbers->n++] = number;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

/* Sorted, each once. */
static void numbers_sort(struct numbers *numbers)
{
    size_t k = 0;
    if (numbers->n)
        qsort(numbers->at, numbers->n, sizeof *numbers->at, by_number);
    for (size_t i = 0; i < numbers->n; i++)
        if (k == 0 || numbers->at[i] != numbers->at[k - 1])
            numbers->at[k++] = numbers->at[i];
    numbers->n = k;
}

/* How many are in one alone. */
static uint64_t numbers_differ(struct numbers *a, struct numbers *b)
{
    size_t i = 0, k = 0;
    uint64_t n = 0;
    numbers_sort(a);
    numbers_sort(b);
    while (i < a->n || k < b->n) {
        bool from_a = k == b->n || (i < a->n && a->at[i] < b->at[k]);
        bool from_b = i == a->n || (k < b->n && b->at[k] < a->at[i]);
        n += from_a || from_b;
        i += !from_b;
        k += !from_a;
    }
    free(a->at);
    free(b->at);
    return n;
}

static uint64_t number_of(struct span bytes)
{
    return hash_quick(bytes, 17);
}

/* ---- judgements, their evidence, the quiet days of suspects, review */

static bool same_standing(const struct standing *a, const struct standing *b)
{
    return a->state == b->state && a->reason == b->reason && a->since == b->since && a->soft == b->soft &&
           a->bounced == b->bounced && a->expires == b->expires;
}

static void replay(struct verify *verify, const struct judgements_walk *walk)
{
    struct standing now = judgements_replay(verify->txn, walk->folded, verify->call->now);
    bool expired = walk->standing.expires && walk->standing.expires <= verify->call->now;
    if (!expired && !same_standing(&now, &walk->standing))
        verify_complain(verify, _("%.*s is kept as %s (%s), but its evidence and decisions say %s (%s)"),
                        SPAN_ARGS(walk->folded), state_name(walk->standing.state),
                        reason_name(walk->standing.reason), state_name(now.state), reason_name(now.reason));
}

/* A piece of evidence in hand, in the order of addresses. */
struct pieces {
    struct cursor *cursor;
    struct span key, value;
    bool more;
};

static struct span address_of(struct span key)
{
    return span_cut(key, 0, key.n > 13 ? key.n - 13 : 0);
}

static void check_piece(struct verify *verify, const struct pieces *pieces, struct numbers *held)
{
    struct evidence evidence;
    verify->sums->evidence++;
    if (pieces->key.n <= 13 || !evidence_read(pieces->value, &evidence))
        txn_damaged(verify->txn, TABLE_evidence, pieces->key);
    else if (hold_in_review(evidence.hold))
        numbers_add(held, read_u32(pieces->key.at + pieces->key.n - 4));
}

static void take_pieces(struct verify *verify, struct pieces *pieces, struct span upto, bool inclusive,
                        struct numbers *held)
{
    for (; pieces->more; pieces->more = cursor_next(pieces->cursor, &pieces->key, &pieces->value)) {
        struct span folded = address_of(pieces->key);
        int order = upto.at ? span_compare(folded, upto) : -1;
        if (order > 0 || (order == 0 && !inclusive))
            return;
        if (order < 0)
            verify_complain(verify, _("there is evidence about %.*s, but no judgement"), SPAN_ARGS(folded));
        check_piece(verify, pieces, held);
    }
}

static void add_expiry(struct numbers *numbers, int64_t time, struct span folded)
{
    struct key key = {.n = 0};
    key_i64(&key, time);
    key_text(&key, folded);
    numbers_add(numbers, number_of(key_span(&key)));
}

static void check_expiry(struct verify *verify, struct numbers *expected)
{
    struct cursor *cursor = cursor_open(verify->txn, TABLE_expiry);
    struct span key, value;
    struct numbers there = {0};
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value))
        numbers_add(&there, number_of(key));
    cursor_close(cursor);
    uint64_t wrong = numbers_differ(expected, &there);
    if (wrong)
        verify_complain(verify, _("the ends of %llu suspects' quiet days are not where they should be"),
                        (unsigned long long)wrong);
}

static void check_review(struct verify *verify, struct numbers *held)
{
    struct review_item item;
    struct numbers there = {0};
    for (uint32_t from = 1; review_from(verify->txn, from, &item); from = item.number + 1) {
        if (item.evidence)
            numbers_add(&there, item.number);
        if (item.number == UINT32_MAX)
            break;
    }
    uint64_t wrong = numbers_differ(held, &there);
    if (wrong)
        verify_complain(verify, _("%llu pieces of evidence wait for review on one side alone"),
                        (unsigned long long)wrong);
}

void verify_judgements(struct verify *verify)
{
    struct judgements_walk walk = {0};
    struct pieces pieces = {.cursor = cursor_open(verify->txn, TABLE_evidence)};
    struct numbers held = {0}, expiries = {0};
    struct str before = {0};
    pieces.more = cursor_seek(pieces.cursor, SPAN_NONE, &pieces.key, &pieces.value);
    while (judgements_next(verify->txn, &walk)) {
        take_pieces(verify, &pieces, walk.folded, true, &held);
        if (before.n && span_compare(walk.folded, span_of_str(&before)) <= 0)
            verify_complain(verify, _("%.*s is out of order"), SPAN_ARGS(walk.folded));
        str_clear(&before);
        str_add(&before, walk.folded);
        if (walk.standing.expires)
            add_expiry(&expiries, walk.standing.expires, walk.folded);
        if (verify->call->replay)
            replay(verify, &walk);
    }
    take_pieces(verify, &pieces, SPAN_NONE, true, &held);
    judgements_walk_end(&walk);
    cursor_close(pieces.cursor);
    str_free(&before);
    check_expiry(verify, &expiries);
    check_review(verify, &held);
    verify_progress(verify, 95);
}

/* ---- mail */

static void check_pending(struct verify *verify)
{
    struct cursor *cursor = cursor_open(verify->txn, TABLE_seen);
    struct span key, value;
    struct numbers flagged = {0}, there = {0};
    unsigned flags;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value))
        if (take_u8(&value, &flags, 256) && flags & SEEN_PENDING)
            numbers_add(&flagged, number_of(key));
    cursor_close(cursor);
    cursor = cursor_open(verify->txn, TABLE_pending);
    more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value))
        numbers_add(&there, number_of(key));
    cursor_close(cursor);
    uint64_t wrong = numbers_differ(&flagged, &there);
    if (wrong)
        verify_complain(verify, _("%llu messages wait to be marked on one side alone"), (unsigned long long)wrong);
}

/* Each original is found by its digest; one that is past keep_messages may be gone. */
static void check_originals(struct verify *verify)
{
    struct cursor *cursor = cursor_open(verify->txn, TABLE_messages);
    struct span key, value;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value)) {
        uint32_t number = key.n == 4 ? read_u32(key.at) : 0;
        if (value.n < 8 + DIGEST_BYTES || !number ||
            seen_original(verify->txn, (const unsigned char *)value.at + 8) != number)
            verify_complain(verify, _("original %u is not found by its digest"), number);
    }
    cursor_close(cursor);
}

void verify_mail(struct verify *verify)
{
    check_pending(verify);
    check_originals(verify);
}

/* ---- history */

static uint64_t touch_of(char kind, struct span what, uint32_t step)
{
    struct key key = {.n = 0};
    key_byte(&key, (unsigned char)kind);
    if (kind == 'c') {
        key.n += what.n;
        memcpy(key.at + 1, what.at, what.n);
    } else {
        key_text(&key, what);
        key_byte(&key, 0);
    }
    key_u32(&key, step);
    return number_of(key_span(&key));
}

static void add_touch(struct numbers *numbers, const struct entries_all *all)
{
    struct key id = key_of_u32(all->entry.id);
    switch (all->entry.kind) {
    case ENTRY_CONTACT:
    case ENTRY_TAGS:
        numbers_add(numbers, touch_of('c', key_span(&id), all->step));
        break;
    case ENTRY_ADDRESS:
    case ENTRY_EVIDENCE:
        numbers_add(numbers, touch_of('a', all->entry.folded, all->step));
        break;
    case ENTRY_ADDED:
    case ENTRY_REVIEW:
        break;
    }
}

void verify_history(struct verify *verify)
{
    struct entries_all all = {0};
    struct numbers expected = {0}, there = {0};
    struct step step;
    uint32_t last = steps_last(verify->txn);
    for (uint32_t number = 1; number <= last; number++)
        if (!steps_get(verify->txn, number, &step))
            verify_complain(verify, _("step %u is not there"), number);
    while (entries_all_next(verify->txn, &all)) {
        if (all.step == 0 || all.step > last)
            verify_complain(verify, _("there is history of step %u, which is not there"), all.step);
        add_touch(&expected, &all);
    }
    entries_all_end(&all);
    struct packed_cursor *cursor = packed_open(verify->txn, TABLE_touched);
    struct span key, value;
    bool more = packed_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = packed_next(cursor, &key, &value))
        numbers_add(&there, number_of(key));
    packed_close(cursor);
    uint64_t wrong = numbers_differ(&expected, &there);
    if (wrong)
        verify_complain(verify, _("%llu changes cannot be found by whom they touched"), (unsigned long long)wrong);
}

/* ---- sets of tags: by number and by name */

void verify_tagsets(struct verify *verify)
{
    struct cursor *cursor = cursor_open(verify->txn, TABLE_tagsets);
    struct span key, value;
    uint32_t number;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value)) {
        if (key.n && key.at[0] == 't' && take_u32(&value, &number)) {
            struct key own = key_of_text(tags_set(verify->txn, number));
            if (!span_equal(key_span(&own), span_cut(key, 1, key.n)))
                verify_complain(verify, _("the tags %.*s have the number of others"),
                                SPAN_ARGS(span_cut(key, 1, key.n)));
        } else if (key.n == 5 && key.at[0] == 'n') {
            number = read_u32(key.at + 1);
            if (number > tags_sets(verify->txn))
                verify_complain(verify, _("the tags number %u lie beyond the last"), number);
            else if (value.n && value.n <= KEY_TEXT_MAX && tags_find(verify->txn, value) != number)
                verify_complain(verify, _("the tags %.*s have the number of others"), SPAN_ARGS(value));
        }
    }
    cursor_close(cursor);
}
