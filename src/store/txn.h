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
    enum result result; /* the first failure */
    struct error error;
    char what[128]; /* "import by anna" */
    struct {
        void *data;
        void (*drop)(void *);
        void (*flush)(struct txn *);
    } slots[SLOT_COUNT];
};

/* An LMDB or errno code as a failure of the transaction. */
void txn_fail_mdb(struct txn *txn, int rc);

#endif
