/* SPDX-License-Identifier: MIT */
#include "store/table.h"

#include <stdlib.h>
#include <string.h>

#include <lmdb.h>

#include "base/alloc.h"
#include "base/text.h"
#include "store/txn.h"

static MDB_val val_of(struct span s)
{
    return (MDB_val){.mv_size = s.n, .mv_data = (void *)(s.at ? s.at : "")};
}

static struct span span_of_val(MDB_val val)
{
    return (struct span){val.mv_data, val.mv_size};
}

/* ---- seals: behind each value stands a sum over its key and itself, so that `verify` finds whatever
 * byte changed on the disk. */

enum { SEAL_BYTES = 4 };

static uint64_t seal_more(uint64_t sum, struct span bytes)
{
    const uint64_t odd = 0x9E3779B97F4A7C15u;
    uint64_t word;
    sum = (sum + bytes.n + 1) * odd;
    for (; bytes.n >= 8; bytes.at += 8, bytes.n -= 8) {
        memcpy(&word, bytes.at, 8);
        sum = (sum ^ word) * odd;
        sum ^= sum >> 32;
    }
    word = 0;
    memcpy(&word, bytes.n ? bytes.at : "", bytes.n);
    sum = (sum ^ word) * odd;
    return sum ^ sum >> 29;
}

uint32_t table_seal(struct span key, struct span value)
{
    return (uint32_t)(seal_more(seal_more(0, key), value) >> 16);
}

static struct span unsealed(MDB_val val)
{
    return (struct span){val.mv_data, val.mv_size > SEAL_BYTES ? val.mv_size - SEAL_BYTES : 0};
}

static int put_with(MDB_txn *txn, MDB_dbi dbi, struct span key, struct span value, uint32_t seal, unsigned flags)
{
    MDB_val k = val_of(key), v = {.mv_size = value.n + SEAL_BYTES};
    int rc = mdb_put(txn, dbi, &k, &v, flags | MDB_RESERVE);
    if (rc)
        return rc;
    memcpy(v.mv_data, value.n ? value.at : "", value.n);
    memcpy((char *)v.mv_data + value.n, &seal, SEAL_BYTES);
    return 0;
}

int table_put_sealed(MDB_txn *txn, MDB_dbi dbi, struct span key, struct span value, unsigned flags)
{
    return put_with(txn, dbi, key, value, table_seal(key, value), flags);
}

int table_get_sealed(MDB_txn *txn, MDB_dbi dbi, struct span key, struct span *value)
{
    MDB_val k = val_of(key), v;
    int rc = mdb_get(txn, dbi, &k, &v);
    if (!rc)
        *value = unsealed(v);
    return rc;
}

static bool is_sealed(MDB_val k, MDB_val v)
{
    uint32_t seal;
    if (v.mv_size < SEAL_BYTES)
        return false;
    memcpy(&seal, (const char *)v.mv_data + v.mv_size - SEAL_BYTES, SEAL_BYTES);
    return seal == table_seal(span_of_val(k), unsealed(v));
}

bool table_get(struct txn *txn, enum table table, struct span key, struct span *value)
{
    if (txn->result || key.n == 0)
        return false;
    int rc = table_get_sealed(txn->mdb, txn->store->dbi[table], key, value);
    if (rc && rc != MDB_NOTFOUND)
        txn_fail_mdb(txn, rc);
    return rc == MDB_SUCCESS;
}

static void put(struct txn *txn, enum table table, struct span key, struct span value, uint32_t seal,
                unsigned flags)
{
    if (txn->result)
        return;
    txn->changes++;
    txn->changed[table] = true;
    int rc = put_with(txn->mdb, txn->store->dbi[table], key, value, seal, flags);
    if (rc)
        txn_fail_mdb(txn, rc);
}

void table_put(struct txn *txn, enum table table, struct span key, struct span value)
{
    put(txn, table, key, value, table_seal(key, value), 0);
}

void table_append(struct txn *txn, enum table table, struct span key, struct span value)
{
    put(txn, table, key, value, table_seal(key, value), MDB_APPEND);
}

void table_append_sealed(struct txn *txn, enum table table, struct span key, struct span value, uint32_t seal)
{
    put(txn, table, key, value, seal, MDB_APPEND);
}

bool table_remove(struct txn *txn, enum table table, struct span key)
{
    if (txn->result)
        return false;
    txn->changes++;
    txn->changed[table] = true;
    MDB_val k = val_of(key);
    int rc = mdb_del(txn->mdb, txn->store->dbi[table], &k, NULL);
    if (rc && rc != MDB_NOTFOUND)
        txn_fail_mdb(txn, rc);
    return rc == MDB_SUCCESS;
}

uint64_t table_rows(struct txn *txn, enum table table)
{
    MDB_stat stat;
    if (txn->result)
        return 0;
    int rc = mdb_stat(txn->mdb, txn->store->dbi[table], &stat);
    if (rc)
        txn_fail_mdb(txn, rc);
    return rc ? 0 : stat.ms_entries;
}

struct cursor {
    struct txn *txn;
    MDB_cursor *mdb;
};

struct cursor *cursor_open(struct txn *txn, enum table table)
{
    if (txn->result)
        return NULL;
    MDB_cursor *mdb;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbi[table], &mdb);
    if (rc) {
        txn_fail_mdb(txn, rc);
        return NULL;
    }
    struct cursor *cursor = alloc(sizeof *cursor);
    *cursor = (struct cursor){txn, mdb};
    return cursor;
}

static bool cursor_go(struct cursor *cursor, MDB_val k, MDB_cursor_op op, struct span *found,
                      struct span *value)
{
    if (!cursor || cursor->txn->result)
        return false;
    MDB_val v;
    int rc = mdb_cursor_get(cursor->mdb, &k, &v, op);
    if (rc == MDB_SUCCESS) {
        *found = span_of_val(k);
        *value = unsealed(v);
    } else if (rc != MDB_NOTFOUND) {
        txn_fail_mdb(cursor->txn, rc);
    }
    return rc == MDB_SUCCESS;
}

bool cursor_seek(struct cursor *cursor, struct span key, struct span *found, struct span *value)
{
    return cursor_go(cursor, val_of(key), key.n ? MDB_SET_RANGE : MDB_FIRST, found, value);
}

bool cursor_next(struct cursor *cursor, struct span *found, struct span *value)
{
    return cursor_go(cursor, (MDB_val){0}, MDB_NEXT, found, value);
}

bool cursor_last(struct cursor *cursor, struct span *found, struct span *value)
{
    return cursor_go(cursor, (MDB_val){0}, MDB_LAST, found, value);
}

bool cursor_previous(struct cursor *cursor, struct span *found, struct span *value)
{
    return cursor_go(cursor, (MDB_val){0}, MDB_PREV, found, value);
}

bool cursor_at_or_below(struct cursor *cursor, struct span key, struct span *found, struct span *value)
{
    if (!cursor_seek(cursor, key, found, value))
        return cursor_last(cursor, found, value);
    return span_equal(*found, key) || cursor_previous(cursor, found, value);
}

void cursor_close(struct cursor *cursor)
{
    if (cursor) {
        mdb_cursor_close(cursor->mdb);
        free(cursor);
    }
}

static const char *const names[] = {
#define X(name) #name,
    TABLES(X)
#undef X
};

const char *table_name(enum table table)
{
    return names[table];
}

bool table_check(struct txn *txn, enum table table, void (*broken)(void *arg, struct span key), void *arg)
{
    MDB_cursor *cursor;
    MDB_val k, v;
    if (txn->result)
        return false;
    int rc = mdb_cursor_open(txn->mdb, txn->store->dbi[table], &cursor);
    if (!rc) {
        for (rc = mdb_cursor_get(cursor, &k, &v, MDB_FIRST); !rc;
             rc = mdb_cursor_get(cursor, &k, &v, MDB_NEXT))
            if (!is_sealed(k, v))
                broken(arg, span_of_val(k));
        mdb_cursor_close(cursor);
    }
    if (rc != MDB_NOTFOUND)
        txn_fail_mdb(txn, rc);
    return rc == MDB_NOTFOUND;
}

void txn_damaged(struct txn *txn, enum table table, struct span key)
{
    struct str shown = {0};
    key_show(key, &shown);
    txn_fail(txn, RESULT_DATA,
             _("the store is damaged: table %s, key %s; restore the last backup, or run `zwrotka "
               "verify` to see how far it goes"),
             names[table], str_text(&shown));
    str_free(&shown);
}

/* ---- counters */

uint64_t meta_get(struct txn *txn, const char *name)
{
    struct span value;
    uint64_t number = 0;
    if (table_get(txn, TABLE_meta, span_of(name), &value) && !take_number(&value, &number))
        txn_damaged(txn, TABLE_meta, span_of(name));
    return number;
}

void meta_put(struct txn *txn, const char *name, uint64_t number)
{
    struct str value = {0};
    put_number(&value, number);
    table_put(txn, TABLE_meta, span_of(name), span_of_str(&value));
    str_free(&value);
}

uint64_t meta_next(struct txn *txn, const char *name)
{
    uint64_t number = meta_get(txn, name);
    meta_put(txn, name, number + 1);
    return number;
}
