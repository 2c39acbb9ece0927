/* SPDX-License-Identifier: MIT
 *
 * Layouts:
 *   erased  hash → time, number of its key, sieve
 *   meta    "erased_keys" → the keys, KEY_BYTES each; there are several only where stores were joined
 */
#include "store/erased.h"

#include <stdlib.h>
#include <string.h>

#include <gnutls/crypto.h>

#include "base/alloc.h"
#include "store/table.h"

enum { KEY_BYTES = 32, HASH_BYTES = 32, KEYS_MAX = 16, SIEVE = 65536 };
#define NAME SPAN("erased_keys")

struct erasures {
    size_t keys, n;
    unsigned char key[KEYS_MAX][KEY_BYTES];
    unsigned char sieve[KEYS_MAX][SIEVE / 8];
    unsigned char (*hashes)[HASH_BYTES]; /* sorted */
};

static void hash(const unsigned char key[KEY_BYTES], struct span folded, unsigned char out[HASH_BYTES])
{
    if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, KEY_BYTES, folded.at, folded.n, out) != 0)
        abort(); /* out of memory */
}

static uint32_t sieve_of(const unsigned char key[KEY_BYTES], struct span folded)
{
    uint64_t seed;
    memcpy(&seed, key, sizeof seed);
    uint64_t sum = hash_bytes(folded.at, folded.n, seed);
    return (uint32_t)((sum ^ sum >> 32) % SIEVE);
}

static size_t keys_get(struct txn *txn, unsigned char keys[KEYS_MAX][KEY_BYTES])
{
    struct span value;
    if (!table_get(txn, TABLE_meta, NAME, &value))
        return 0;
    size_t n = value.n / KEY_BYTES < KEYS_MAX ? value.n / KEY_BYTES : KEYS_MAX;
    memcpy(keys, value.at, n * KEY_BYTES);
    return n;
}

static void keys_put(struct txn *txn, unsigned char keys[KEYS_MAX][KEY_BYTES], size_t n)
{
    table_put(txn, TABLE_meta, NAME, (struct span){(const char *)keys, n * KEY_BYTES});
}

static struct span hash_span(const unsigned char bytes[HASH_BYTES])
{
    return (struct span){(const char *)bytes, HASH_BYTES};
}

static void put(struct txn *txn, struct span key, int64_t time, uint64_t number, uint32_t sieve)
{
    struct str value = {0};
    put_signed(&value, time);
    put_number(&value, number);
    put_number(&value, sieve);
    table_put(txn, TABLE_erased, key, span_of_str(&value));
    str_free(&value);
}

static bool read(struct txn *txn, struct span key, struct span in, int64_t *time, unsigned *number, uint32_t *sieve)
{
    bool fine = key.n == HASH_BYTES && take_signed(&in, time) && take_u8(&in, number, KEYS_MAX) &&
                take_u32(&in, sieve) && *sieve < SIEVE;
    if (!fine)
        txn_damaged(txn, TABLE_erased, key);
    return fine;
}

void erased_put(struct txn *txn, struct span folded, int64_t now)
{
    unsigned char keys[KEYS_MAX][KEY_BYTES], bytes[HASH_BYTES];
    size_t n = keys_get(txn, keys);
    if (!n) {
        if (gnutls_rnd(GNUTLS_RND_KEY, keys[0], KEY_BYTES) != 0)
            abort(); /* no random numbers to be had */
        keys_put(txn, keys, 1);
    }
    hash(keys[0], folded, bytes);
    put(txn, hash_span(bytes), now, 0, sieve_of(keys[0], folded));
}

static bool find(struct txn *txn, struct span folded, unsigned char bytes[HASH_BYTES])
{
    unsigned char keys[KEYS_MAX][KEY_BYTES];
    struct span value;
    size_t n = table_rows(txn, TABLE_erased) ? keys_get(txn, keys) : 0;
    for (size_t i = 0; i < n; i++) {
        hash(keys[i], folded, bytes);
        if (table_get(txn, TABLE_erased, hash_span(bytes), &value))
            return true;
    }
    return false;
}

bool erased_has(struct txn *txn, struct span folded)
{
    unsigned char bytes[HASH_BYTES];
    return find(txn, folded, bytes);
}

bool erased_forget(struct txn *txn, struct span folded)
{
    unsigned char bytes[HASH_BYTES];
    return find(txn, folded, bytes) && table_remove(txn, TABLE_erased, hash_span(bytes));
}

uint64_t erased_count(struct txn *txn)
{
    return table_rows(txn, TABLE_erased);
}

/* The number under which `txn` knows each key of the other. */
static size_t join_keys(struct txn *txn, struct txn *from, unsigned to[KEYS_MAX])
{
    unsigned char keys[KEYS_MAX][KEY_BYTES], others[KEYS_MAX][KEY_BYTES];
    size_t n = keys_get(txn, keys), before = n, m = keys_get(from, others);
    for (size_t i = 0; i < m; i++) {
        size_t k = 0;
        while (k < n && memcmp(keys[k], others[i], KEY_BYTES) != 0)
            k++;
        if (k == n && n < KEYS_MAX)
            memcpy(keys[n++], others[i], KEY_BYTES);
        to[i] = (unsigned)k;
    }
    if (n != before)
        keys_put(txn, keys, n);
    return m;
}

void erased_join(struct txn *txn, struct txn *from)
{
    unsigned to[KEYS_MAX], number;
    size_t m = join_keys(txn, from, to);
    struct cursor *cursor = cursor_open(from, TABLE_erased);
    struct span key, value, there;
    int64_t time;
    uint32_t sieve;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more; more = cursor_next(cursor, &key, &value))
        if (read(from, key, value, &time, &number, &sieve) && number < m && to[number] < KEYS_MAX &&
            !table_get(txn, TABLE_erased, key, &there))
            put(txn, key, time, to[number], sieve);
    cursor_close(cursor);
}

/* ---- in memory */

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, HASH_BYTES);
}

struct erasures *erasures_load(struct txn *txn)
{
    uint64_t rows = table_rows(txn, TABLE_erased);
    if (!rows)
        return NULL;
    struct erasures *erasures = alloc_zero(1, sizeof *erasures);
    erasures->keys = keys_get(txn, erasures->key);
    erasures->hashes = alloc_zero(rows, sizeof *erasures->hashes);
    struct cursor *cursor = cursor_open(txn, TABLE_erased);
    struct span key, value;
    int64_t time;
    unsigned number;
    uint32_t sieve;
    bool more = cursor_seek(cursor, SPAN_NONE, &key, &value);
    for (; more && erasures->n < rows; more = cursor_next(cursor, &key, &value))
        if (read(txn, key, value, &time, &number, &sieve)) {
            erasures->sieve[number][sieve / 8] |= (unsigned char)(1 << sieve % 8);
            memcpy(erasures->hashes[erasures->n++], key.at, HASH_BYTES);
        }
    cursor_close(cursor);
    return erasures;
}

void erasures_free(struct erasures *erasures)
{
    if (erasures)
        free(erasures->hashes);
    free(erasures);
}

bool erasures_have(const struct erasures *erasures, struct span folded)
{
    unsigned char bytes[HASH_BYTES];
    for (size_t i = 0; erasures && i < erasures->keys; i++) {
        uint32_t sieve = sieve_of(erasures->key[i], folded);
        if (!(erasures->sieve[i][sieve / 8] & 1 << sieve % 8))
            continue;
        hash(erasures->key[i], folded, bytes);
        if (bsearch(bytes, erasures->hashes, erasures->n, HASH_BYTES, by_bytes))
            return true;
    }
    return false;
}
