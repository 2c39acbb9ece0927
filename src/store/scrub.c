/* SPDX-License-Identifier: MIT
 *
 * The pages of an open store: looked at under a snapshot of its own, wiped under the write lock, let go
 * before it is closed.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>

#include "base/beside.h"
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

struct letting {
    char *map;
    size_t bytes;
    atomic_size_t next;
};

static void *let_go(void *arg)
{
    enum { PIECE = 8 << 20 };
    struct letting *letting = arg;
    for (size_t at; (at = atomic_fetch_add(&letting->next, PIECE)) < letting->bytes;) {
        size_t left = letting->bytes - at;
        madvise(letting->map + at, left < PIECE ? left : PIECE, MADV_DONTNEED);
    }
    return NULL;
}

/* To unmap a gigabyte that was read takes one thread as long as to look for three words in it. */
void store_let_go(struct store *store)
{
    enum { MANY = 32 << 20 };
    MDB_envinfo info;
    MDB_stat stat;
    if (mdb_env_info(store->env, &info) || mdb_env_stat(store->env, &stat) || !info.me_mapaddr)
        return;
    struct letting letting = {.map = info.me_mapaddr, .bytes = (info.me_last_pgno + 1) * stat.ms_psize};
    if (letting.bytes < MANY || letting.bytes > info.me_mapsize)
        return;
    struct beside beside;
    beside_start(&beside, let_go, &letting);
    let_go(&letting);
    beside_join(&beside);
}
