/* SPDX-License-Identifier: MIT */
#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "store/pages.h"
#include "store/txn.h"

enum result backup_write(struct store *store, int fd, const char *name, const struct store_check *check,
                         struct error *error)
{
    enum result result = store_check_pages(store, check, error);
    if (result)
        return result;
    int rc = mdb_env_copyfd2(store->env, fd, MDB_CP_COMPACT);
    return rc ? store_fail_mdb(error, rc > 0 ? name : store->path, rc) : RESULT_OK;
}

enum result backup_open(const char *file, const struct store_check *check, struct store **out,
                        struct error *error)
{
    uint64_t version = 0;
    struct stat about;
    enum result result = pages_look(file, error);
    if (result)
        return result;
    if (stat(file, &about) == 0 && about.st_size == 0)
        return error_set(error, RESULT_DATA, _("%s: this is no store of zwrotka"), file);
    struct store *store = alloc_zero(1, sizeof *store);
    store->path = alloc_text(file);
    store->writer = -1;
    int rc = mdb_env_create(&store->env);
    if (!rc)
        rc = mdb_env_set_mapsize(store->env, store_map_size());
    if (!rc)
        rc = mdb_env_set_maxdbs(store->env, TABLE_COUNT + 4);
    if (!rc)
        rc = mdb_env_open(store->env, file, MDB_NOSUBDIR | MDB_RDONLY | MDB_NOLOCK | MDB_NOTLS, 0600);
    if (rc)
        result = store_fail_mdb(error, file, rc);
    else
        result = store_check_pages(store, check, error);
    if (result == RESULT_OK) {
        rc = store_open_tables(store, false, &version);
        if (rc)
            result = error_set(error, RESULT_DATA, _("%s: this is no store of zwrotka"), file);
        else
            result = store_version_result(version, file, error);
    }
    if (result) {
        store_close(store);
        return result;
    }
    *out = store;
    return RESULT_OK;
}

/* ---- rows from another transaction */

struct copying {
    const struct store_check *progress;
    uint64_t rows, all, told;
};

static void tell(struct copying *copying, struct txn *txn)
{
    if (++copying->rows - copying->told < 8192)
        return;
    unsigned percent = (unsigned)(copying->all ? copying->rows * 100 / copying->all : 0);
    copying->told = copying->rows;
    store_progress(txn, percent);
    if (copying->progress && copying->progress->progress)
        copying->progress->progress(copying->progress->arg, percent);
}

static int copy_table(struct txn *txn, struct txn *from, enum table table, struct copying *copying)
{
    MDB_dbi dbi = txn->store->dbi[table];
    MDB_cursor *cursor;
    MDB_val key, value;
    int rc = mdb_drop(txn->mdb, dbi, 0);
    if (!from->store->dbi[table]) /* one that came after the backup */
        return rc;
    if (!rc)
        rc = mdb_cursor_open(from->mdb, from->store->dbi[table], &cursor);
    if (rc)
        return rc;
    for (rc = mdb_cursor_get(cursor, &key, &value, MDB_FIRST); !rc;
         rc = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) {
        rc = mdb_put(txn->mdb, dbi, &key, &value, MDB_APPEND);
        if (rc)
            break;
        tell(copying, txn);
    }
    mdb_cursor_close(cursor);
    return rc == MDB_NOTFOUND ? 0 : rc;
}

static void copy(struct txn *txn, struct txn *from, enum table table, struct copying *copying)
{
    if (txn->result || from->result)
        return;
    txn->changes++;
    txn->changed[table] = true;
    int rc = copy_table(txn, from, table, copying);
    if (rc)
        txn_fail_mdb(txn, rc);
}

void backup_take(struct txn *txn, struct txn *from, const struct store_check *progress)
{
    struct copying copying = {.progress = progress};
    for (int i = 0; i < TABLE_COUNT; i++)
        copying.all += from->store->dbi[i] ? table_rows(from, (enum table)i) : 0;
    for (int i = 0; i < TABLE_COUNT; i++)
        copy(txn, from, (enum table)i, &copying);
}

void backup_rewrite(struct txn *txn, struct txn *from, const char *table)
{
    struct copying copying = {0};
    for (int i = 0; i < TABLE_COUNT; i++)
        if (strcmp(table_name((enum table)i), table) == 0)
            copy(txn, from, (enum table)i, &copying);
}

/* ---- in place of a damaged store */

static const char *const parts[] = {"data.mdb", "lock.mdb", "writer", "board"};

static void name_in(char room[4096], const char *directory, const char *name)
{
    struct str path = {0};
    str_addf(&path, "%s/%s", directory, name);
    memcpy(room, str_text(&path), path.n < 4096 ? path.n + 1 : 1);
    str_free(&path);
}

enum result backup_prepare(const char *directory, struct store **out, struct error *error)
{
    char own[4096], path[4096];
    name_in(own, directory, "restoring");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) { /* of one that was killed */
        name_in(path, own, parts[i]);
        unlink(path);
    }
    return store_open(own, true, out, error);
}

static int sync_directory(const char *directory)
{
    int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int rc = fd < 0 ? -1 : fsync(fd);
    if (fd >= 0)
        close(fd);
    return rc;
}

enum result backup_replace(const char *directory, struct store *store, struct error *error)
{
    char made[4096], data[4096], kept[4096], lock[4096], own[4096], path[4096];
    struct stat about;
    name_in(made, store->path, "data.mdb");
    name_in(data, directory, "data.mdb");
    name_in(lock, directory, "lock.mdb");
    name_in(kept, directory, "damaged.mdb");
    store_close(store);
    unlink(kept);
    /* Readers of the old file keep the old lock file: the numbers in it are not those of the new one. */
    if (stat(data, &about) != 0 || chmod(made, about.st_mode & 0777) != 0 || link(data, kept) != 0 ||
        (unlink(lock) != 0 && errno != ENOENT) || rename(made, data) != 0 || sync_directory(directory) != 0)
        return error_system(error, directory);
    name_in(own, directory, "restoring");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        name_in(path, own, parts[i]);
        unlink(path);
    }
    rmdir(own);
    return RESULT_OK;
}
