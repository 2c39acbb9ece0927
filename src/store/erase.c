/* SPDX-License-Identifier: MIT */
#include "store/erase.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "store/bursts.h"
#include "store/contacts.h"
#include "store/dense.h"
#include "store/entries.h"
#include "store/erased.h"
#include "store/erasing.h"
#include "store/seen.h"
#include "store/steps.h"
#include "store/table.h"
#include "store/tags.h"
#include "store/text.h"

/* ---- a list of rows, gathered before anything is written */

struct rows {
    struct str bytes; /* length of 2 bytes, key */
};

static void rows_add(struct rows *rows, struct span key)
{
    uint16_t n = (uint16_t)key.n;
    str_add(&rows->bytes, (struct span){(const char *)&n, sizeof n});
    str_add(&rows->bytes, key);
}

static bool rows_take(struct span *rest, struct span *key)
{
    uint16_t n;
    if (rest->n < sizeof n)
        return false;
    memcpy(&n, rest->at, sizeof n);
    *key = span_cut(*rest, sizeof n, sizeof n + n);
    *rest = span_cut(*rest, sizeof n + n, rest->n);
    return true;
}

static void rows_remove(struct txn *txn, enum table table, struct rows *rows)
{
    struct span rest = span_of_str(&rows->bytes), key;
    while (rows_take(&rest, &key))
        table_remove(txn, table, key);
    str_free(&rows->bytes);
}

/* ---- evidence and originals */

struct digests {
    unsigned char (*at)[DIGEST_BYTES];
    size_t n, room;
};

static void digests_add(struct digests *digests, const unsigned char digest[DIGEST_BYTES])
{
    ALLOC_GROW(digests->at, digests->n, digests->room);
    memcpy(digests->at[digests->n++], digest, DIGEST_BYTES);
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, DIGEST_BYTES);
}

static unsigned char *digests_find(const struct digests *digests, const unsigned char *digest)
{
    return digests->n ? bsearch(digest, digests->at, digests->n, DIGEST_BYTES, by_bytes) : NULL;
}

static struct span address_of(struct span key) /* of an evidence row */
{
    return span_cut(key, 0, key.n > 13 ? key.n - 13 : 0);
}

struct found {
    struct rows own;      /* their evidence */
    struct rows others;   /* evidence of others that names them */
    uint64_t own_n;
    struct digests of_them; /* messages; sorted */
    bool *shared;           /* the message is about others, too */
};

static bool is_own_row(const struct erasing *who, struct span key)
{
    struct span folded = address_of(key);
    for (size_t i = 0; i < who->names_n; i++) {
        struct key name = key_of_text(span_of(who->names[i]));
        if (span_equal(key_span(&name), folded))
            return true;
    }
    return false;
}

static void find_own(struct txn *txn, const struct erasing *who, struct found *found)
{
    for (size_t i = 0; i < who->names_n; i++) {
        struct evidence_walk walk = {0};
        while (evidence_next(txn, span_of(who->names[i]), &walk)) {
            struct key key = key_of_text(span_of(who->names[i]));
            key_byte(&key, 0);
            key_i64(&key, walk.evidence.time);
            key_u32(&key, walk.evidence.number);
            rows_add(&found->own, key_span(&key));
            digests_add(&found->of_them, walk.evidence.digest);
            found->own_n++;
        }
        evidence_walk_end(&walk);
    }
    if (found->of_them.n)
        qsort(found->of_them.at, found->of_them.n, DIGEST_BYTES, by_bytes);
    found->shared = alloc_zero(found->of_them.n + 1, sizeof *found->shared);
}

static void find_others(struct txn *txn, const struct erasing *who, struct found *found)
{
    struct cursor *cursor = cursor_open(txn, TABLE_evidence);
    struct span key, value;
    struct evidence evidence;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value)) {
        if (is_own_row(who, key) || !evidence_read(value, &evidence))
            continue;
        unsigned char *same = digests_find(&found->of_them, evidence.digest);
        if (same) /* equal ones lie side by side */
            for (size_t i = 0; i < found->of_them.n; i++)
                if (memcmp(found->of_them.at[i], evidence.digest, DIGEST_BYTES) == 0)
                    found->shared[i] = true;
        if (erasing_may_name(who, value))
            rows_add(&found->others, key);
    }
    cursor_close(cursor);
}

static void found_free(struct found *found)
{
    str_free(&found->own.bytes);
    str_free(&found->others.bytes);
    free(found->of_them.at);
    free(found->shared);
}

static void blot_evidence(struct txn *txn, const struct erasing *who, struct rows *rows)
{
    struct span rest = span_of_str(&rows->bytes), key, value;
    struct evidence evidence;
    while (rows_take(&rest, &key)) {
        if (!table_get(txn, TABLE_evidence, key, &value) || !evidence_read(value, &evidence))
            continue;
        struct span *const fields[] = {&evidence.address, &evidence.original, &evidence.diagnostic};
        struct str texts[3] = {{0}}, bytes = {0};
        for (int i = 0; i < 3; i++) {
            erasing_blot(who, *fields[i], &texts[i]);
            *fields[i] = span_of_str(&texts[i]);
        }
        evidence_write(&evidence, &bytes);
        table_put(txn, TABLE_evidence, key, span_of_str(&bytes));
        str_free(&bytes);
        for (int i = 0; i < 3; i++)
            str_free(&texts[i]);
    }
}

static bool drop_original(struct txn *txn, const unsigned char digest[DIGEST_BYTES])
{
    unsigned flags;
    uint32_t number = seen_original(txn, digest);
    struct key key = key_of_u32(number);
    if (!number || !seen_digest(txn, digest, &flags))
        return false;
    seen_digest_put(txn, digest, flags, 0);
    return table_remove(txn, TABLE_messages, key_span(&key));
}

static uint64_t drop_originals(struct txn *txn, const struct found *found)
{
    uint64_t n = 0;
    for (size_t i = 0; i < found->of_them.n; i++)
        n += !found->shared[i] && drop_original(txn, found->of_them.at[i]);
    return n;
}

/* ---- review, and heaps of bounces */

static void blot_review(struct txn *txn, const struct erasing *who, struct review_item item)
{
    struct str folded = {0}, text = {0};
    str_add(&folded, item.folded);
    erasing_blot(who, item.text, &text);
    item.folded = span_of_str(&folded);
    item.text = span_of_str(&text);
    review_add(txn, &item);
    str_free(&folded);
    str_free(&text);
}

static void drop_review(struct txn *txn, const struct erasing *who)
{
    struct review_item item;
    for (uint32_t from = 1; review_from(txn, from, &item); from++) {
        from = item.number;
        bool own = item.folded.n && erasing_has_name(who, item.folded);
        if (!own && !erasing_named(who, item.text))
            continue;
        if (!own && item.folded.n) {
            blot_review(txn, who, item);
            continue;
        }
        if (!own) /* a message that names nobody but, in its subject, them */
            drop_original(txn, item.digest);
        review_remove(txn, from);
    }
}

static void drop_bursts(struct txn *txn, const struct erasing *who)
{
    struct cursor *cursor = cursor_open(txn, TABLE_bursts);
    struct rows rows = {{0}};
    struct span key, value;
    bool more = cursor_seek(cursor, SPAN("r"), &key, &value); /* a wording may name them */
    for (; more; more = cursor_next(cursor, &key, &value))
        if (key.at[0] == 'r' && erasing_may_name(who, value))
            rows_add(&rows, key);
    cursor_close(cursor);
    rows_remove(txn, TABLE_bursts, &rows);
    for (size_t i = 0; i < who->names_n; i++)
        bursts_forget(txn, span_of(who->names[i]));
}

/* ---- history */

static bool is_about(const struct erasing *who, const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_CONTACT:
        return erasing_has_id(who, entry->id) || (!entry->absent && erasing_has_name(who, entry->before.folded));
    case ENTRY_TAGS:
        return erasing_has_id(who, entry->id);
    case ENTRY_ADDED:
        return false;
    case ENTRY_ADDRESS:
        return erasing_has_name(who, entry->folded) ||
               (entry->was.corrected_to.n && erasing_has_name(who, entry->was.corrected_to));
    case ENTRY_EVIDENCE:
        return erasing_has_name(who, entry->folded) ||
               (!entry->absent &&
                (erasing_named(who, entry->evidence.address) || erasing_named(who, entry->evidence.original) ||
                 erasing_named(who, entry->evidence.diagnostic)));
    case ENTRY_REVIEW:
        return !entry->absent &&
               (erasing_has_name(who, entry->review.folded) || erasing_named(who, entry->review.text));
    }
    return false;
}

struct history {
    uint32_t (*at)[2]; /* step, number */
    size_t n, room;
    bool *about;       /* by step: did it touch them? */
    uint32_t steps;
    uint32_t *sets;    /* sets of tags that were theirs */
    bool *kept;        /* others' history has the set, too */
    size_t sets_n;
};

static void keep_sets(struct txn *txn, struct history *history, const struct entry *entry)
{
    for (size_t i = 0; i < history->sets_n; i++) {
        struct span set = tags_set(txn, history->sets[i]);
        if (entry->kind == ENTRY_TAGS &&
            (span_equal(set, entry->tags_before) || span_equal(set, entry->tags_after)))
            history->kept[i] = true;
    }
}

static void find_history(struct txn *txn, const struct erasing *who, struct history *history)
{
    struct entries_all all = {0};
    history->steps = steps_last(txn);
    history->about = alloc_zero((size_t)history->steps + 1, sizeof *history->about);
    while (entries_all_next(txn, &all)) {
        if (!is_about(who, &all.entry)) {
            keep_sets(txn, history, &all.entry);
            continue;
        }
        ALLOC_GROW(history->at, history->n, history->room);
        history->at[history->n][0] = all.step;
        history->at[history->n++][1] = all.n;
        if (all.step <= history->steps)
            history->about[all.step] = true;
    }
    entries_all_end(&all);
}

static void drop_history(struct txn *txn, const struct erasing *who, const struct history *history)
{
    for (size_t i = 0; i < history->n; i++)
        entries_drop(txn, history->at[i][0], history->at[i][1]);
    for (size_t i = 0; i < who->ids_n; i++)
        entries_untouch_contact(txn, who->ids[i]);
    for (size_t i = 0; i < who->names_n; i++)
        entries_untouch_address(txn, span_of(who->names[i]));
}

/* A step that was about them alone says no more than its kind. */
static void blot_steps(struct txn *txn, const struct erasing *who, const struct history *history)
{
    struct step step;
    struct str text = {0};
    for (uint32_t number = 1; number <= history->steps; number++) {
        if (!steps_get(txn, number, &step))
            continue;
        str_clear(&text);
        if (history->about[number] && step.contacts <= 2 && step.kind != STEP_SCAN)
            str_addf(&text, "zwrotka %s (erased)", step_kind_name(step.kind));
        else if (erasing_named(who, step.command))
            erasing_blot(who, step.command, &text);
        if (text.n)
            steps_set_command(txn, number, span_of_str(&text));
    }
    str_free(&text);
}

/* ---- tags that were only theirs */

static void find_sets(struct txn *txn, const struct erasing *who, struct history *history)
{
    history->sets = alloc_zero(who->ids_n + 1, sizeof *history->sets);
    history->kept = alloc_zero(who->ids_n + 1, sizeof *history->kept);
    for (size_t i = 0; i < who->ids_n; i++) {
        uint32_t number = tags_number(txn, who->ids[i]);
        if (number)
            history->sets[history->sets_n++] = number;
    }
}

/* One pass over the numbers of all contacts. */
static void drop_sets(struct txn *txn, struct history *history)
{
    for (struct dense_walk walk = {0}; history->sets_n;) {
        if (!dense_next(txn, DENSE_TAGS, &walk)) {
            dense_walk_end(&walk);
            break;
        }
        for (uint32_t i = 0; i < walk.n; i++) {
            uint32_t number = dense_at(&walk, i);
            for (size_t k = 0; number && k < history->sets_n; k++)
                history->kept[k] = history->kept[k] || history->sets[k] == number;
        }
        walk.id += walk.n;
    }
    for (size_t k = 0; k < history->sets_n; k++)
        if (!history->kept[k])
            tags_forget(txn, history->sets[k]);
}

static void history_free(struct history *history)
{
    free(history->at);
    free(history->about);
    free(history->sets);
    free(history->kept);
}

/* ---- all of it */

void erasing_count(struct txn *txn, const struct erasing *who, struct erasing_sums *sums)
{
    struct found found = {.own_n = 0};
    struct contact contact = {0};
    *sums = (struct erasing_sums){.addresses = who->names_n};
    for (size_t i = 0; i < who->ids_n; i++)
        sums->contacts += contacts_get(txn, who->ids[i], &contact);
    contact_free(&contact);
    find_own(txn, who, &found);
    find_others(txn, who, &found);
    sums->evidence = found.own_n;
    for (size_t i = 0; i < found.of_them.n; i++)
        sums->originals += !found.shared[i] && seen_original(txn, found.of_them.at[i]);
    found_free(&found);
}

static void drop_names(struct txn *txn, const struct erasing *who, int64_t now)
{
    for (size_t i = 0; i < who->names_n; i++) {
        struct judgement nothing = {0};
        judgements_put(txn, span_of(who->names[i]), &nothing, now);
        contacts_forget_order(txn, span_of(who->names[i]));
        erased_put(txn, span_of(who->names[i]), now);
    }
}

void erasing_carry_out(struct txn *txn, const struct erasing *who, int64_t now, struct erasing_sums *sums)
{
    struct found found = {.own_n = 0};
    struct history history = {.n = 0};
    struct contact contact = {0};
    *sums = (struct erasing_sums){.addresses = who->names_n};
    find_own(txn, who, &found);
    find_others(txn, who, &found);
    find_sets(txn, who, &history);
    find_history(txn, who, &history);
    sums->evidence = found.own_n;
    sums->entries = history.n;
    sums->originals = drop_originals(txn, &found);
    drop_review(txn, who);
    drop_bursts(txn, who);
    for (size_t i = 0; i < who->ids_n; i++) {
        sums->contacts += contacts_get(txn, who->ids[i], &contact);
        contacts_remove(txn, who->ids[i]);
    }
    contact_free(&contact);
    text_merge(txn);
    rows_remove(txn, TABLE_evidence, &found.own);
    blot_evidence(txn, who, &found.others);
    drop_names(txn, who, now);
    drop_history(txn, who, &history);
    blot_steps(txn, who, &history);
    drop_sets(txn, &history);
    found_free(&found);
    history_free(&history);
}
