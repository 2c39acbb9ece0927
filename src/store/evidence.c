/* SPDX-License-Identifier: MIT
 *
 * Layouts:
 *   evidence  folded address, 0, time, number → the rest of struct evidence
 *   review    number → struct review_item
 */
#include "store/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "store/table.h"

static const struct {
    const char *name, *words;
    bool review;
} holds[] = {
    [HOLD_NONE] = {"none", N_("it counts"), false},
    [HOLD_OLD] = {"old", N_("older than max_age: evidence only"), false},
    [HOLD_ALIAS] = {"alias", N_("other members of this alias were reached"), true},
    [HOLD_WAVE] = {"wave", N_("one of a wave of refusals, far more than usual"), true},
    [HOLD_FORGED] = {"forged", N_("could be forged: no trace of our own mail"), true},
    [HOLD_WITHDRAWN] = {"withdrawn", N_("taken back"), false},
    [HOLD_DISMISSED] = {"dismissed", N_("dismissed in review"), false},
    [HOLD_UNDECODABLE] = {"undecodable", N_("could not be decoded"), true},
    [HOLD_NOBODY] = {"nobody", N_("a bounce that names nobody"), true},
    [HOLD_OWN] = {"own", N_("refused by our own side: no evidence"), false},
    [HOLD_REPEATED] = {"repeated", N_("said of the same mail before: counts once"), false},
};
#define HOLD_COUNT (HOLD_REPEATED + 1)

bool hold_in_review(enum hold hold)
{
    return hold < HOLD_COUNT && holds[hold].review;
}

const char *hold_name(enum hold hold)
{
    return hold < HOLD_COUNT ? holds[hold].name : "?";
}

const char *hold_words(enum hold hold)
{
    return hold < HOLD_COUNT ? _(holds[hold].words) : "?";
}

enum event_kind evidence_effect(const struct evidence *evidence)
{
    return evidence->hold == HOLD_NONE ? evidence->event : EVENT_NONE;
}

static struct key evidence_prefix(struct span folded)
{
    struct key key = {.n = 0};
    key_text(&key, folded);
    key_byte(&key, 0);
    return key;
}

static struct key evidence_key(struct span folded, int64_t time, uint32_t number)
{
    struct key key = evidence_prefix(folded);
    key_i64(&key, time);
    key_u32(&key, number);
    return key;
}

void evidence_write(const struct evidence *e, struct str *out)
{
    put_number(out, e->event);
    put_number(out, e->hold);
    put_number(out, e->scan);
    put_number(out, e->verdict);
    put_number(out, e->reason);
    put_number(out, e->action);
    str_add(out, (struct span){(const char *)e->digest, DIGEST_BYTES});
    put_span(out, span_of(e->status));
    put_span(out, span_of(e->reply));
    put_span(out, e->address);
    put_span(out, e->original);
    put_span(out, e->diagnostic);
    put_span(out, e->mta);
    put_span(out, e->rule);
    put_span(out, e->place);
}

static bool take_short(struct span *in, char *out, size_t room)
{
    struct span text;
    if (!take_span(in, &text) || text.n >= room)
        return false;
    memcpy(out, text.at, text.n);
    out[text.n] = '\0';
    return true;
}

static bool take_digest(struct span *in, unsigned char *digest)
{
    if (in->n < DIGEST_BYTES)
        return false;
    memcpy(digest, in->at, DIGEST_BYTES);
    *in = span_cut(*in, DIGEST_BYTES, in->n);
    return true;
}

bool evidence_read(struct span in, struct evidence *e)
{
    unsigned event, hold, verdict, reason, action;
    if (!take_u8(&in, &event, EVENT_COMPLAINED + 1) || !take_u8(&in, &hold, HOLD_COUNT) ||
        !take_u32(&in, &e->scan) || !take_u8(&in, &verdict, VERDICT_COMPLAINT + 1) ||
        !take_u8(&in, &reason, REASON_COUNT) || !take_u8(&in, &action, 256) ||
        !take_digest(&in, e->digest) || !take_short(&in, e->status, sizeof e->status) ||
        !take_short(&in, e->reply, sizeof e->reply) || !take_span(&in, &e->address) ||
        !take_span(&in, &e->original) || !take_span(&in, &e->diagnostic) ||
        !take_span(&in, &e->mta) || !take_span(&in, &e->rule) || !take_span(&in, &e->place))
        return false;
    e->event = (enum event_kind)event;
    e->hold = (enum hold)hold;
    e->verdict = (enum verdict)verdict;
    e->reason = (enum reason)reason;
    e->action = (uint8_t)action;
    return true;
}

static uint32_t next_number(struct txn *txn)
{
    return (uint32_t)meta_next(txn, "evidence") + 1;
}

uint32_t evidence_put(struct txn *txn, struct span folded, const struct evidence *evidence)
{
    uint32_t number = evidence->number ? evidence->number : next_number(txn);
    struct key key = evidence_key(folded, evidence->time, number);
    struct str value = {0};
    evidence_write(evidence, &value);
    table_put(txn, TABLE_evidence, key_span(&key), span_of_str(&value));
    str_free(&value);
    return number;
}

bool evidence_get(struct txn *txn, struct span folded, int64_t time, uint32_t number,
                  struct evidence *evidence)
{
    struct key key = evidence_key(folded, time, number);
    struct span value;
    if (!table_get(txn, TABLE_evidence, key_span(&key), &value))
        return false;
    if (!evidence_read(value, evidence)) {
        txn_damaged(txn, TABLE_evidence, key_span(&key));
        return false;
    }
    evidence->time = time;
    evidence->number = number;
    return true;
}

/* Where nothing was found: no evidence lies from there to the key behind it, so those who ask for many
 * addresses in order look once for all that have none. */
struct gap {
    uint64_t at; /* as txn_changes was */
    struct str from, until; /* until empty: to the end */
};

static void gap_drop(void *data)
{
    struct gap *gap = data;
    str_free(&gap->from);
    str_free(&gap->until);
    free(gap);
}

static bool in_gap(struct txn *txn, const struct gap *gap, struct span prefix)
{
    return gap && (gap->at == txn_changes(txn) || !txn_changed(txn, TABLE_evidence)) &&
           span_compare(prefix, span_of_str(&gap->from)) >= 0 &&
           (!gap->until.n || (span_compare(prefix, span_of_str(&gap->until)) < 0 &&
                              !span_starts(span_of_str(&gap->until), prefix)));
}

bool evidence_any(struct txn *txn, struct span folded)
{
    struct key prefix = evidence_prefix(folded);
    struct gap *gap = txn_slot(txn, SLOT_EVIDENCE);
    struct span key = SPAN_NONE, value;
    if (in_gap(txn, gap, key_span(&prefix)))
        return false;
    struct cursor *cursor = cursor_open(txn, TABLE_evidence);
    bool more = cursor_seek(cursor, key_span(&prefix), &key, &value);
    cursor_close(cursor);
    if (txn_failed(txn) || (more && span_starts(key, key_span(&prefix))))
        return true; /* who walks them sees */
    if (!gap) {
        gap = alloc_zero(1, sizeof *gap);
        txn_set_slot(txn, SLOT_EVIDENCE, gap, gap_drop, NULL);
    }
    gap->at = txn_changes(txn);
    str_clear(&gap->from);
    str_add(&gap->from, key_span(&prefix));
    str_clear(&gap->until);
    str_add(&gap->until, key);
    return false;
}

bool evidence_next(struct txn *txn, struct span folded, struct evidence_walk *walk)
{
    struct key prefix = evidence_prefix(folded);
    struct span key, value;
    bool more;
    if (!walk->state_) {
        struct key first = walk->from ? evidence_key(folded, walk->from, 0) : prefix;
        walk->state_ = cursor_open(txn, TABLE_evidence);
        more = cursor_seek(walk->state_, key_span(&first), &key, &value);
    } else {
        more = cursor_next(walk->state_, &key, &value);
    }
    if (!more || !span_starts(key, key_span(&prefix)) || key.n != prefix.n + 12)
        return false;
    walk->evidence.time = read_i64(key.at + prefix.n);
    walk->evidence.number = read_u32(key.at + prefix.n + 8);
    if (!evidence_read(value, &walk->evidence)) {
        txn_damaged(txn, TABLE_evidence, key);
        return false;
    }
    return true;
}

void evidence_walk_end(struct evidence_walk *walk)
{
    cursor_close(walk->state_);
    walk->state_ = NULL;
}

/* ---- review */

void review_write(const struct review_item *item, struct str *out)
{
    put_number(out, item->number);
    put_number(out, item->hold);
    put_signed(out, item->time);
    put_number(out, item->scan);
    put_number(out, item->evidence);
    str_add(out, (struct span){(const char *)item->digest, DIGEST_BYTES});
    put_span(out, item->folded);
    put_span(out, item->text);
}

bool review_read(struct span in, struct review_item *item)
{
    unsigned hold;
    if (!take_u32(&in, &item->number) || !take_u8(&in, &hold, HOLD_COUNT) ||
        !take_signed(&in, &item->time) || !take_u32(&in, &item->scan) ||
        !take_u32(&in, &item->evidence) || !take_digest(&in, item->digest) ||
        !take_span(&in, &item->folded) || !take_span(&in, &item->text))
        return false;
    item->hold = (enum hold)hold;
    return true;
}

static bool review_found(struct txn *txn, struct span key, struct span value,
                         struct review_item *item)
{
    bool fine = review_read(value, item);
    if (!fine)
        txn_damaged(txn, TABLE_review, key);
    return fine;
}

uint32_t review_add(struct txn *txn, const struct review_item *item)
{
    struct review_item numbered = *item;
    struct str value = {0};
    if (!numbered.number)
        numbered.number = next_number(txn);
    review_write(&numbered, &value);
    struct key key = key_of_u32(numbered.number);
    table_put(txn, TABLE_review, key_span(&key), span_of_str(&value));
    str_free(&value);
    return numbered.number;
}

bool review_get(struct txn *txn, uint32_t number, struct review_item *item)
{
    struct key key = key_of_u32(number);
    struct span value;
    return table_get(txn, TABLE_review, key_span(&key), &value) &&
           review_found(txn, key_span(&key), value, item);
}

void review_remove(struct txn *txn, uint32_t number)
{
    struct key key = key_of_u32(number);
    table_remove(txn, TABLE_review, key_span(&key));
}

bool review_from(struct txn *txn, uint32_t from, struct review_item *item)
{
    struct key first = key_of_u32(from);
    struct cursor *cursor = cursor_open(txn, TABLE_review);
    struct span key, value;
    bool found = cursor_seek(cursor, key_span(&first), &key, &value) &&
                 review_found(txn, key, value, item);
    cursor_close(cursor);
    return found;
}

uint64_t review_count(struct txn *txn)
{
    return table_rows(txn, TABLE_review);
}
