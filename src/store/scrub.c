/* SPDX-License-Identifier: MIT
 *
 * The pages of an open store: looked at under a snapshot of its own, wiped under the write lock.
 */
#include <stdio.h>

#include "store/pages.h"
#include "store/txn.h"

enum result store_check_pages(struct store *store, const struct store_check *check, struct error *error)
{
    MDB_txn *txn;
    int fd = -1, tries = 0;
    enum result result;
    do {
        int rc = mdb_txn_begin(store->env, NULL, MDB_RDONLY, &txn);
        if (!rc)
            rc = mdb_env_get_fd(store->env, &fd);
        if (rc) {
            result = store_fail_mdb(error, store->path, rc);
            break;
        }
        result = pages_check(fd, store->path, mdb_txn_id(txn), check ? check->progress : NULL,
                             check ? check->arg : NULL, error);
        mdb_txn_abort(txn);
    } while (result == RESULT_BUSY && ++tries < 100);
    return result;
}

/* Of the transactions that readers hold, as mdb_reader_list prints them: "pid thread txnid". */
static int least_reader(const char *line, void *arg)
{
    uint64_t *least = arg;
    unsigned long long txnid;
    if (sscanf(line, "%*u %*x %llu", &txnid) == 1 && txnid < *least)
        *least = txnid;
    return 0;
}

enum result store_scrub(struct store *store, struct pages_scrub *scrub, struct error *error)
{
    struct txn *txn;
    int fd, dead;
    enum result result = store_write(store, "zwrotka", "erase", &txn, error);
    if (result)
        return result;
    uint64_t last = mdb_txn_id(txn->mdb) - 1;
    scrub->oldest = last;
    mdb_reader_check(store->env, &dead);
    mdb_reader_list(store->env, least_reader, &scrub->oldest);
    mdb_env_get_fd(store->env, &fd);
    result = pages_check(fd, store->path, last, NULL, NULL, error);
    if (result == RESULT_OK)
        result = pages_scrub(fd, store->path, last, scrub, error);
    txn_end(txn);
    return result;
}
