/* SPDX-License-Identifier: MIT */
#include "store/erase.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "store/backup.h"
#include "store/bursts.h"
#include "store/contacts.h"
#include "store/dense.h"
#include "store/entries.h"
#include "store/erased.h"
#include "store/seen.h"
#include "store/steps.h"
#include "store/table.h"
#include "store/tags.h"
#include "store/text.h"

/* ---- who */

static bool has_id(const struct erasing *who, uint32_t id)
{
    for (size_t i = 0; i < who->ids_n; i++)
        if (who->ids[i] == id)
            return true;
    return false;
}

static bool has_name(const struct erasing *who, struct span folded)
{
    for (size_t i = 0; i < who->names_n; i++)
        if (span_equal(span_of(who->names[i]), folded))
            return true;
    return false;
}

static bool add_id(struct erasing *who, uint32_t id)
{
    if (has_id(who, id))
        return false;
    ALLOC_GROW(who->ids, who->ids_n, who->ids_room);
    who->ids[who->ids_n++] = id;
    return true;
}

static void add_text(struct erasing *who, struct span text)
{
    enum { LEAST = 3 };
    for (size_t i = 0; i < who->texts_n; i++)
        if (span_equal(span_of(who->texts[i]), text))
            return;
    if (text.n < LEAST)
        return;
    ALLOC_GROW(who->texts, who->texts_n, who->texts_room);
    who->texts[who->texts_n++] = span_copy(text);
}

static bool add_name(struct erasing *who, struct span folded)
{
    if (!folded.n || has_name(who, folded))
        return false;
    ALLOC_GROW(who->names, who->names_n, who->names_room);
    who->names[who->names_n++] = span_copy(folded);
    add_text(who, folded);
    return true;
}

/* Is nobody else at that address? */
static bool is_theirs(struct txn *txn, const struct erasing *who, struct span folded)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    size_t n = contacts_at(txn, folded, ids, CONTACTS_SHARE_MAX);
    for (size_t i = 0; i < n; i++)
        if (!has_id(who, ids[i]))
            return false;
    return true;
}

static bool add_contacts(struct txn *txn, struct erasing *who, struct span folded)
{
    uint32_t ids[CONTACTS_SHARE_MAX];
    size_t n = contacts_at(txn, folded, ids, CONTACTS_SHARE_MAX);
    struct contact contact = {0};
    for (size_t i = 0; i < n; i++) {
        add_id(who, ids[i]);
        if (contacts_get(txn, ids[i], &contact)) {
            add_text(who, contact.address);
            add_text(who, contact.name);
        }
    }
    contact_free(&contact);
    return n > 0;
}

/* Addresses from which corrections lead to theirs; true if there were any new ones. */
static bool add_corrected(struct txn *txn, struct erasing *who)
{
    struct judgements_walk walk = {0};
    struct erasing found = {0};
    bool more = false;
    while (judgements_next(txn, &walk))
        if (walk.corrected_to.n && has_name(who, walk.corrected_to))
            add_name(&found, walk.folded);
    judgements_walk_end(&walk);
    for (size_t i = 0; i < found.names_n; i++)
        if (is_theirs(txn, who, span_of(found.names[i])))
            more = add_name(who, span_of(found.names[i])) || more;
    erasing_free(&found);
    return more;
}

/* What history knows of them: addresses that they had, contacts that were joined into theirs. */
static bool add_from_history(struct txn *txn, struct erasing *who)
{
    struct entries_all all = {0};
    struct erasing found = {0};
    bool more = false;
    while (entries_all_next(txn, &all)) {
        const struct contact *before = &all.entry.before;
        if (all.entry.kind != ENTRY_CONTACT || all.entry.absent)
            continue;
        bool own = has_id(who, all.entry.id);
        if (!own && !has_name(who, before->folded))
            continue;
        if (own)
            add_name(&found, before->folded);
        else
            add_id(&found, all.entry.id);
        add_text(who, before->address);
        add_text(who, before->name);
    }
    entries_all_end(&all);
    struct contact contact = {0};
    for (size_t i = 0; i < found.names_n; i++)
        if (is_theirs(txn, who, span_of(found.names[i])))
            more = add_name(who, span_of(found.names[i])) || more;
    for (size_t i = 0; i < found.ids_n; i++)
        if (!contacts_get(txn, found.ids[i], &contact))
            more = add_id(who, found.ids[i]) || more;
    contact_free(&contact);
    erasing_free(&found);
    return more;
}

static bool any_evidence(struct txn *txn, struct span folded)
{
    struct evidence_walk walk = {0};
    bool any = evidence_next(txn, folded, &walk);
    evidence_walk_end(&walk);
    return any;
}

bool erasing_find(struct txn *txn, struct span folded, struct erasing *who)
{
    struct str target = {0};
    struct judgement judgement = {0};
    bool known = judgements_get(txn, folded, &judgement) || any_evidence(txn, folded);
    judgement_free(&judgement);
    add_name(who, folded);
    if (!add_contacts(txn, who, folded) && judgements_corrected_to(txn, folded, &target)) {
        add_name(who, span_of_str(&target));
        add_contacts(txn, who, span_of_str(&target));
    }
    str_free(&target);
    bool more = true;
    while (more) {
        more = add_from_history(txn, who);
        more = add_corrected(txn, who) || more;
    }
    return known || who->ids_n > 0;
}

void erasing_free(struct erasing *who)
{
    for (size_t i = 0; i < who->names_n; i++)
        free(who->names[i]);
    for (size_t i = 0; i < who->texts_n; i++)
        free(who->texts[i]);
    free(who->names);
    free(who->texts);
    free(who->ids);
    *who = (struct erasing){0};
}

/* ---- texts that name them */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("._+-@", c)) || (unsigned char)c >= 0x80;
}

/* Where the first of their texts stands as a word of its own; -1: nowhere. */
static ptrdiff_t find_text(const struct erasing *who, struct span text, size_t from, size_t *n)
{
    ptrdiff_t first = -1;
    for (size_t i = 0; i < who->texts_n; i++) {
        struct span own = span_of(who->texts[i]);
        for (size_t at = from; at < text.n;) {
            ptrdiff_t found = span_find_nocase(span_cut(text, at, text.n), own);
            if (found < 0)
                break;
            size_t begin = at + (size_t)found, end = begin + own.n;
            bool whole = (begin == 0 || !is_word(text.at[begin - 1])) &&
                         (end >= text.n || !is_word(text.at[end]) || text.at[end] == '.');
            if (whole && (first < 0 || begin < (size_t)first)) {
                first = (ptrdiff_t)begin;
                *n = own.n;
            }
            if (whole)
                break;
            at = begin + 1;
        }
    }
    return first;
}

static bool names_them(const struct erasing *who, struct span text)
{
    size_t n;
    return find_text(who, text, 0, &n) >= 0;
}

/* The text without them. */
static void blot(const struct erasing *who, struct span text, struct str *out)
{
    size_t at = 0, n = 0;
    ptrdiff_t found;
    while ((found = find_text(who, text, at, &n)) >= 0) {
        str_add(out, span_cut(text, at, (size_t)found));
        str_add_text(out, "(erased)");
        at = (size_t)found + n;
    }
    str_add(out, span_cut(text, at, text.n));
}

/* Might any of the bytes be about them? Cheap, and never wrongly no. */
static bool may_name(const struct erasing *who, struct span bytes)
{
    for (size_t i = 0; i < who->texts_n; i++)
        if (span_find_nocase(bytes, span_of(who->texts[i])) >= 0)
            return true;
    return false;
}

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
        if (may_name(who, value))
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
            blot(who, *fields[i], &texts[i]);
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
    blot(who, item.text, &text);
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
        bool own = item.folded.n && has_name(who, item.folded);
        if (!own && !names_them(who, item.text))
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
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value))
        if (may_name(who, value))
            rows_add(&rows, key);
    cursor_close(cursor);
    rows_remove(txn, TABLE_bursts, &rows);
}

/* ---- history */

static bool is_about(const struct erasing *who, const struct entry *entry)
{
    switch (entry->kind) {
    case ENTRY_CONTACT:
        return has_id(who, entry->id) || (!entry->absent && has_name(who, entry->before.folded));
    case ENTRY_TAGS:
        return has_id(who, entry->id);
    case ENTRY_ADDED:
        return false;
    case ENTRY_ADDRESS:
        return has_name(who, entry->folded) ||
               (entry->was.corrected_to.n && has_name(who, entry->was.corrected_to));
    case ENTRY_EVIDENCE:
        return has_name(who, entry->folded) ||
               (!entry->absent &&
                (names_them(who, entry->evidence.address) || names_them(who, entry->evidence.original) ||
                 names_them(who, entry->evidence.diagnostic)));
    case ENTRY_REVIEW:
        return !entry->absent &&
               (has_name(who, entry->review.folded) || names_them(who, entry->review.text));
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
        else if (names_them(who, step.command))
            blot(who, step.command, &text);
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

/* ---- the file */

static void pending_file(const struct store *store, struct str *path)
{
    str_addf(path, "%s/erasing", store_path(store));
}

bool erasing_pending(const struct store *store)
{
    struct str path = {0};
    pending_file(store, &path);
    bool there = access(str_text(&path), F_OK) == 0;
    str_free(&path);
    return there;
}

/* Said by a file beside the store: a commit that says it would write pages anew with what lies about in
 * this process's memory. */
static enum result say_pending(const struct store *store, bool pending, struct error *error)
{
    struct str path = {0};
    enum result result = RESULT_OK;
    pending_file(store, &path);
    int fd = pending ? open(str_text(&path), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660) : -1;
    if (pending ? fd < 0 : unlink(str_text(&path)) != 0 && errno != ENOENT)
        result = error_system(error, str_text(&path));
    if (fd >= 0)
        close(fd);
    str_free(&path);
    return result;
}

/* Tables in whose upper pages a key of theirs goes on, a bit each by name. */
struct stale {
    const struct erasing *who;
    char *tables[TABLE_COUNT];
    size_t n;
};

static void on_key(void *arg, struct span table, struct span key)
{
    struct stale *stale = arg;
    bool theirs = may_name(stale->who, key);
    for (size_t i = 0; i < stale->n; i++)
        if (span_equal(span_of(stale->tables[i]), table))
            return;
    if (theirs && stale->n < TABLE_COUNT)
        stale->tables[stale->n++] = span_copy(table);
}

/* A commit that changes next to nothing: those before it are out of reach then. */
static enum result turn_over(struct store *store, const struct stale *stale, struct error *error)
{
    struct txn *txn, *from = NULL;
    enum result result = store_write(store, "zwrotka", "erase", &txn, error);
    if (result)
        return result;
    if (stale)
        result = store_read(store, &from, error);
    for (size_t i = 0; stale && result == RESULT_OK && i < stale->n; i++)
        backup_rewrite(txn, from, stale->tables[i]);
    txn_end(from);
    if (result) {
        txn_end(txn);
        return result;
    }
    meta_put(txn, "turned", meta_get(txn, "turned") + 1);
    return txn_commit(txn, error);
}

enum { TRIES = 100 };

enum result erasing_scrub(struct store *store, const struct erasing *who, struct error *error)
{
    struct pages_scrub scrub = {.key = on_key};
    enum result result = say_pending(store, true, error);
    bool again = true;
    for (int round = 0; again && result == RESULT_OK && round < 3; round++) {
        struct stale stale = {.who = who};
        scrub.arg = &stale;
        result = turn_over(store, NULL, error);
        if (result == RESULT_OK)
            result = store_scrub(store, &scrub, error);
        again = stale.n > 0;
        if (result == RESULT_OK && again)
            result = turn_over(store, &stale, error);
        for (size_t i = 0; i < stale.n; i++)
            free(stale.tables[i]);
    }
    for (int tries = 0; result == RESULT_OK && scrub.left > 0 && tries < TRIES; tries++) {
        usleep(100 * 1000); /* somebody still reads what was before */
        scrub.key = NULL;
        result = store_scrub(store, &scrub, error);
    }
    if (result == RESULT_OK && scrub.left > 0)
        return error_set(error, RESULT_BUSY,
                         _("%s: old copies are still read by another program; `zwrotka erase` once more "
                           "overwrites them"),
                         store_path(store));
    return result == RESULT_OK ? say_pending(store, false, error) : result;
}

/* ---- after restore */

static void add_if_erased(struct txn *txn, const struct erasures *erasures, struct span folded,
                          struct erasing *who)
{
    if (erasures_have(erasures, folded) && !erased_has(txn, folded))
        add_name(who, folded);
}

uint64_t erasing_replay(struct txn *txn, struct txn *from, int64_t now, struct erasing *who)
{
    struct erasures *erasures = erasures_load(from);
    struct contacts_walk contacts = {0};
    struct judgements_walk judgements = {0};
    struct erasing_sums sums = {0};
    while (erasures && contacts_next(txn, &contacts))
        add_if_erased(txn, erasures, contacts.folded, who);
    contacts_walk_end(&contacts);
    while (erasures && judgements_next(txn, &judgements))
        add_if_erased(txn, erasures, judgements.folded, who);
    judgements_walk_end(&judgements);
    erasures_free(erasures);
    size_t n = who->names_n;
    for (size_t i = 0; i < n; i++)
        erasing_find(txn, span_of(who->names[i]), who);
    if (n)
        erasing_carry_out(txn, who, now, &sums);
    erased_join(txn, from);
    return n;
}
