/* SPDX-License-Identifier: MIT
 *
 * Layouts:
 *   places   place (capped) → number
 *   seen     place number, id (capped) → flags
 *   pending  place number, id (capped) → id
 *   marks    URL (capped) → mark; 0, place (capped) → trial
 *   digests  digest → flags, number of the original
 *   scans    0xffffffff - n → struct scan_record, so that the newest comes first
 */
#include "store/seen.h"

#include "base/alloc.h"
#include "store/table.h"

static uint32_t place_number(struct txn *txn, struct span place, bool make)
{
    struct key key = key_of_text(place);
    struct span value;
    uint32_t number = 0;
    if (table_get(txn, TABLE_places, key_span(&key), &value)) {
        if (!take_u32(&value, &number))
            txn_damaged(txn, TABLE_places, key_span(&key));
    } else if (make) {
        struct str bytes = {0};
        number = (uint32_t)meta_next(txn, "places") + 1;
        put_number(&bytes, number);
        table_put(txn, TABLE_places, key_span(&key), span_of_str(&bytes));
        str_free(&bytes);
    }
    return number;
}

static struct key seen_key(uint32_t place, struct span id)
{
    struct key key = key_of_u32(place);
    key_text(&key, id);
    return key;
}

static bool flags_get(struct txn *txn, enum table table, struct span key, unsigned *flags)
{
    struct span value;
    if (!table_get(txn, table, key, &value))
        return false;
    if (!take_u8(&value, flags, 256))
        txn_damaged(txn, table, key);
    return true;
}

unsigned seen_get(struct txn *txn, struct span place, struct span id, bool *found)
{
    uint32_t number = place_number(txn, place, false);
    struct key key = seen_key(number, id);
    unsigned flags = 0;
    *found = number && flags_get(txn, TABLE_seen, key_span(&key), &flags);
    return flags;
}

void seen_put(struct txn *txn, struct span place, struct span id, unsigned flags)
{
    struct key key = seen_key(place_number(txn, place, true), id);
    char byte = (char)flags;
    table_put(txn, TABLE_seen, key_span(&key), (struct span){&byte, 1});
    if (flags & SEEN_PENDING)
        table_put(txn, TABLE_pending, key_span(&key), id);
    else
        table_remove(txn, TABLE_pending, key_span(&key));
}

size_t seen_pending(struct txn *txn, struct span place, char **ids, size_t max)
{
    uint32_t number = place_number(txn, place, false);
    struct key prefix = key_of_u32(number);
    struct cursor *cursor = cursor_open(txn, TABLE_pending);
    struct span key, value;
    size_t n = 0;
    bool more = number && cursor_seek(cursor, key_span(&prefix), &key, &value);
    for (; more && span_starts(key, key_span(&prefix)) && n < max;
         more = cursor_next(cursor, &key, &value))
        ids[n++] = span_copy(value);
    cursor_close(cursor);
    return n;
}

static bool get_mark(struct txn *txn, const struct key *key, struct str *out)
{
    struct span value;
    bool found = table_get(txn, TABLE_marks, key_span(key), &value);
    str_clear(out);
    if (found)
        str_add(out, value);
    return found;
}

bool seen_mark(struct txn *txn, struct span url, struct str *out)
{
    struct key key = key_of_text(url);
    return get_mark(txn, &key, out);
}

void seen_mark_put(struct txn *txn, struct span url, struct span mark)
{
    struct key key = key_of_text(url);
    table_put(txn, TABLE_marks, key_span(&key), mark);
}

static struct key trial_key(struct span place)
{
    struct key key = {.n = 0};
    key_byte(&key, 0); /* no URL begins so */
    key_text(&key, place);
    return key;
}

bool seen_trial(struct txn *txn, struct span place, struct str *out)
{
    struct key key = trial_key(place);
    return get_mark(txn, &key, out);
}

void seen_trial_put(struct txn *txn, struct span place, struct span trial)
{
    struct key key = trial_key(place);
    if (trial.n)
        table_put(txn, TABLE_marks, key_span(&key), trial);
    else
        table_remove(txn, TABLE_marks, key_span(&key));
}

bool seen_digest(struct txn *txn, const unsigned char digest[DIGEST_BYTES], unsigned *flags)
{
    return flags_get(txn, TABLE_digests, (struct span){(const char *)digest, DIGEST_BYTES}, flags);
}

void seen_digest_put(struct txn *txn, const unsigned char digest[DIGEST_BYTES], unsigned flags,
                     uint32_t original)
{
    struct str value = {0};
    put_number(&value, flags);
    put_number(&value, original);
    table_put(txn, TABLE_digests, (struct span){(const char *)digest, DIGEST_BYTES},
              span_of_str(&value));
    str_free(&value);
}

uint32_t seen_original(struct txn *txn, const unsigned char digest[DIGEST_BYTES])
{
    struct span key = {(const char *)digest, DIGEST_BYTES}, value;
    unsigned flags;
    uint32_t original = 0;
    if (table_get(txn, TABLE_digests, key, &value) &&
        (!take_u8(&value, &flags, 256) || !take_u32(&value, &original)))
        txn_damaged(txn, TABLE_digests, key);
    return original;
}

/* ---- scans */

/* Records kept, and how far one looks for an account's last. */
enum { SCANS_KEPT = 20000, LOOK_BACK = 200 };

/* The sums are numbers alone, in the order of the struct. */
enum { SUMS = sizeof(struct scan_sums) / sizeof(uint64_t) };
_Static_assert(SUMS * sizeof(uint64_t) == sizeof(struct scan_sums), "scan_sums holds numbers alone");

static bool scan_read(struct txn *txn, struct span key, struct span in, struct scan_record *record);

/* Scans that say the same and found nothing, as a watch has by the hundred a day. */
static bool repeats(const struct scan_record *old, const struct scan_record *record)
{
    uint64_t any = old->step | record->step;
    const uint64_t *a = (const uint64_t *)&old->sums, *b = (const uint64_t *)&record->sums;
    for (int i = 0; i < SUMS; i++)
        any |= &a[i] == &old->sums.skipped ? 0 : a[i] | b[i];
    return !any && old->good == record->good && span_equal(old->trouble, record->trouble);
}

/* The account's last record, if the new one only says it again. */
static void drop_repeated(struct txn *txn, const struct scan_record *record)
{
    struct cursor *cursor = cursor_open(txn, TABLE_scans);
    struct span key, value;
    struct scan_record old;
    struct key same = {0};
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (int i = 0; more && i < LOOK_BACK; i++, more = cursor_next(cursor, &key, &value)) {
        if (!scan_read(txn, key, value, &old))
            break;
        if (!span_equal(old.account, record->account))
            continue;
        if (repeats(&old, record) && key.n == sizeof(uint32_t))
            same = key_of_u32(read_u32(key.at));
        break;
    }
    cursor_close(cursor);
    if (same.n)
        table_remove(txn, TABLE_scans, key_span(&same));
}

/* Old ones go, but for the last good one of an account. */
static void drop_oldest(struct txn *txn)
{
    struct span key, value;
    struct scan_record old, good;
    struct key one[4];
    int n = 0;
    if (table_rows(txn, TABLE_scans) <= SCANS_KEPT)
        return;
    struct cursor *cursor = cursor_open(txn, TABLE_scans);
    bool more = cursor_last(cursor, &key, &value);
    for (int i = 0; more && i < LOOK_BACK && n < 4; i++, more = cursor_previous(cursor, &key, &value)) {
        if (key.n != sizeof(uint32_t) || !scan_read(txn, key, value, &old))
            break;
        if (!old.good || (scans_of_account(txn, old.account, true, &good) && good.ended > old.ended))
            one[n++] = key_of_u32(read_u32(key.at));
    }
    cursor_close(cursor);
    while (n > 0)
        table_remove(txn, TABLE_scans, key_span(&one[--n]));
}

void scans_put(struct txn *txn, const struct scan_record *record)
{
    drop_repeated(txn, record);
    drop_oldest(txn);
    struct key key = key_of_u32(UINT32_MAX - (uint32_t)meta_next(txn, "scans"));
    struct str value = {0};
    const uint64_t *sums = (const uint64_t *)&record->sums;
    put_number(&value, record->step);
    put_signed(&value, record->begun);
    put_signed(&value, record->ended);
    put_number(&value, record->good);
    put_span(&value, record->account);
    put_span(&value, record->trouble);
    for (int i = 0; i < SUMS; i++)
        put_number(&value, sums[i]);
    table_put(txn, TABLE_scans, key_span(&key), span_of_str(&value));
    str_free(&value);
}

uint64_t scans_made(struct txn *txn)
{
    return meta_get(txn, "scans");
}

static bool scan_read(struct txn *txn, struct span key, struct span in, struct scan_record *record)
{
    uint64_t *sums = (uint64_t *)&record->sums;
    unsigned good;
    bool fine = take_u32(&in, &record->step) && take_signed(&in, &record->begun) &&
                take_signed(&in, &record->ended) && take_u8(&in, &good, 2) &&
                take_span(&in, &record->account) && take_span(&in, &record->trouble);
    for (int i = 0; fine && i < SUMS; i++)
        fine = take_number(&in, &sums[i]);
    if (fine)
        record->good = good;
    else
        txn_damaged(txn, TABLE_scans, key);
    return fine;
}

/* Walks the records, newest first, until `wanted` says so. */
static bool scans_find(struct txn *txn, bool (*wanted)(const struct scan_record *, void *), void *arg,
                       struct scan_record *record)
{
    struct cursor *cursor = cursor_open(txn, TABLE_scans);
    struct span key, value;
    bool found = false;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more && !found; more = cursor_next(cursor, &key, &value)) {
        if (!scan_read(txn, key, value, record))
            break;
        found = wanted(record, arg);
    }
    cursor_close(cursor);
    return found;
}

static bool is_nth(const struct scan_record *record, void *arg)
{
    (void)record;
    return (*(size_t *)arg)-- == 0;
}

bool scans_get(struct txn *txn, size_t i, struct scan_record *record)
{
    return scans_find(txn, is_nth, &i, record);
}

struct wanted {
    struct span account;
    bool good;
};

static bool is_of_account(const struct scan_record *record, void *arg)
{
    const struct wanted *wanted = arg;
    return span_equal(record->account, wanted->account) && (record->good || !wanted->good);
}

bool scans_of_account(struct txn *txn, struct span account, bool good, struct scan_record *record)
{
    struct wanted wanted = {account, good};
    return scans_find(txn, is_of_account, &wanted, record);
}
