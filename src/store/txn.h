/* SPDX-License-Identifier: MIT
 *
 * Inside the store, for store.c and table.c alone: what a store and a transaction are made of.
 */
#ifndef STORE_TXN_H
#define STORE_TXN_H

#include <lmdb.h>

#include "store/table.h"

struct store {
    char *path;
    MDB_env *env;
    MDB_dbi dbi[TABLE_COUNT];
    bool open;  /* to the end, and not in vain */
    bool made;  /* by this very open; then */
    uint64_t version_made;
    void (*after_commit)(void *arg);
    void *after_arg;
    bool after_runs; /* it is being called */
    int writer; /* descriptor of the file that one writer at a time holds locked */
};

struct txn {
    struct store *store;
    MDB_txn *mdb;
    bool write;
    uint64_t changes; /* puts and removes so far */
    bool changed[TABLE_COUNT];
    enum result result; /* the first failure */
    struct error error;
    char what[128]; /* "import by anna" */
    struct {
        void *data;
        void (*drop)(void *);
        void (*flush)(struct txn *);
    } slots[SLOT_COUNT];
};

/* store.c: an LMDB or errno code as a failure; how much of the address space LMDB gets; opens the tables,
 * MDB_NOTFOUND when nothing is in it; is that a version that this program knows? */
enum result store_fail_mdb(struct error *error, const char *path, int rc);
size_t store_map_size(void);
int store_open_tables(struct store *store, bool create, uint64_t *version);
enum result store_check_pages(struct store *store, const struct store_check *check, struct error *error);
enum result store_version_result(uint64_t version, const char *path, struct error *error);
/* scrub.c: takes what was read of the map out of the page tables, by several threads. */
void store_let_go(struct store *store);
/* An LMDB or errno code as a failure of the transaction. */
void txn_fail_mdb(struct txn *txn, int rc);

/* table.c: as mdb_put and mdb_get, for values with their seals. The caller's span may not lie in what
 * this very put changes. */
int table_put_sealed(MDB_txn *txn, MDB_dbi dbi, struct span key, struct span value, unsigned flags);
int table_get_sealed(MDB_txn *txn, MDB_dbi dbi, struct span key, struct span *value);

#endif
