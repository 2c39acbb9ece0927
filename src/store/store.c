/* SPDX-License-Identifier: MIT */
#include "store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "store/pages.h"
#include "store/txn.h"

/* A store of GROWS_FROM or later lacks only tables that came since, and gets them when it is opened; older
 * ones are laid out otherwise. */
#define STORE_VERSION 8
#define STORE_GROWS_FROM 8
#define WAIT_SECONDS 15

/* 1 TiB of address space, sparse on disk; less for tools that shadow memory. */
size_t store_map_size(void)
{
    const char *own = getenv("ZWROTKA_MAP_SIZE");
    uint64_t bytes;
    if (own && span_number(span_of(own), &bytes) && bytes >= 1 << 20)
        return bytes;
    return (size_t)1 << 40;
}

/* LMDB says EIO for a short write; a full disk deserves its own sentence. */
static bool disk_is_full(const char *path)
{
    struct statvfs disk;
    return statvfs(path, &disk) == 0 && disk.f_bavail * disk.f_frsize < (1 << 16);
}

enum result store_fail_mdb(struct error *error, const char *path, int rc)
{
    switch (rc) {
    case MDB_INVALID:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_BAD_TXN:
        return error_set(error, RESULT_DATA,
                         _("%s: this is no store of zwrotka, or it is damaged (%s); if it is yours, "
                           "restore the last backup"),
                         path, mdb_strerror(rc));
    case MDB_VERSION_MISMATCH:
        return error_set(error, RESULT_CONFIG,
                         _("%s: the store was made by another version of LMDB"), path);
    case MDB_MAP_FULL:
        return error_set(error, RESULT_IO,
                         _("%s: the store has reached its largest size (ZWROTKA_MAP_SIZE)"), path);
    case MDB_READERS_FULL:
        return error_set(error, RESULT_BUSY, _("%s: too many programs read the store"), path);
    default:
        errno = rc == EIO && disk_is_full(path) ? ENOSPC : rc > 0 ? rc : EIO;
        return error_system(error, path);
    }
}

void txn_fail(struct txn *txn, enum result result, const char *format, ...)
{
    if (txn->result)
        return;
    va_list args;
    va_start(args, format);
    vsnprintf(txn->error.text, sizeof txn->error.text, format, args);
    va_end(args);
    txn->result = result;
}

void txn_fail_mdb(struct txn *txn, int rc)
{
    if (!txn->result)
        txn->result = store_fail_mdb(&txn->error, txn->store->path, rc);
}

/* ---- opening */

static enum result no_store(struct error *error, const char *directory)
{
    return error_set(error, RESULT_MISSING,
                     _("there is no store at %s; `zwrotka import FILE` makes one, --store names "
                       "another"),
                     directory);
}

/* mkdir -p, 0700. */
static enum result make_directory(const char *directory, struct error *error)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/", directory);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST) {
            bool denied = errno == EACCES || errno == EPERM;
            error_system(error, path);
            return denied ? RESULT_DENIED : RESULT_CREATE;
        }
        *slash = '/';
    }
    return RESULT_OK;
}

static enum result check_directory(const char *directory, bool create, mode_t *mode,
                                   struct error *error)
{
    struct stat st;
    char data[4096];
    snprintf(data, sizeof data, "%s/data.mdb", directory);
    bool there = access(data, F_OK) == 0;
    if (!there && errno != ENOENT && errno != ENOTDIR)
        return error_system(error, directory);
    if (stat(directory, &st) == 0 && !S_ISDIR(st.st_mode))
        return error_set(error, RESULT_DATA, _("%s: this is a file; a store is a directory"),
                         directory);
    if (!there && !create)
        return no_store(error, directory);
    enum result result = there ? RESULT_OK : make_directory(directory, error);
    if (result)
        return result;
    if (stat(directory, &st) != 0)
        return error_system(error, directory);
    *mode = st.st_mode & S_IWGRP ? 0660 : 0600;
    return RESULT_OK;
}

/* Is there nothing in it, no table of anybody's? So it is between its making and the first commit. */
static int is_empty(MDB_txn *txn, bool *empty)
{
    MDB_dbi main_dbi;
    MDB_stat stat;
    int rc = mdb_dbi_open(txn, NULL, 0, &main_dbi);
    if (!rc)
        rc = mdb_stat(txn, main_dbi, &stat);
    *empty = !rc && stat.ms_entries == 0;
    return rc;
}

static int put_version(MDB_txn *txn, MDB_dbi meta)
{
    char byte = STORE_VERSION;
    return table_put_sealed(txn, meta, SPAN("version"), (struct span){&byte, 1}, 0);
}

static int get_version(MDB_txn *txn, MDB_dbi meta, uint64_t *version)
{
    struct span in;
    int rc = table_get_sealed(txn, meta, SPAN("version"), &in);
    if (!rc && in.n == 0) /* before version 7 values had no seals */
        in.n = 1;
    return !rc && take_number(&in, version) ? 0 : MDB_INVALID;
}

static bool grows(uint64_t version)
{
    return version >= STORE_GROWS_FROM && version < STORE_VERSION;
}

/* MDB_NOTFOUND: nothing is in it, and it is not to be made. MDB_INVALID: somebody else's. */
int store_open_tables(struct store *store, bool create, uint64_t *version)
{
    static const char *const names[] = {
#define X(name) #name,
        TABLES(X)
#undef X
    };
    MDB_txn *txn;
    bool empty = false;
    MDB_dbi *meta = &store->dbi[TABLE_meta];
    int rc = mdb_txn_begin(store->env, NULL, create ? 0 : MDB_RDONLY, &txn);
    if (rc)
        return rc;
    rc = is_empty(txn, &empty);
    if (!rc && empty && !create)
        rc = MDB_NOTFOUND;
    if (!rc && mdb_dbi_open(txn, names[TABLE_meta], empty ? MDB_CREATE : 0, meta) != 0)
        rc = MDB_INVALID;
    if (!rc)
        rc = empty ? put_version(txn, *meta) : get_version(txn, *meta, version);
    bool upgrade = !rc && create && grows(*version);
    if (upgrade)
        rc = put_version(txn, *meta);
    if (upgrade)
        *version = STORE_VERSION;
    for (int i = 0; !rc && *version <= STORE_VERSION && *version >= STORE_GROWS_FROM && i < TABLE_COUNT; i++)
        if (mdb_dbi_open(txn, names[i], empty || upgrade ? MDB_CREATE : 0, &store->dbi[i]) != 0 &&
            *version == STORE_VERSION)
            rc = MDB_INVALID; /* of an older one that may grow, some are missing */
    if (rc) {
        mdb_txn_abort(txn);
        return rc;
    }
    rc = mdb_txn_commit(txn);
    store->made = empty && !rc;
    return rc;
}

enum result store_version_result(uint64_t version, const char *path, struct error *error)
{
    if (version < STORE_GROWS_FROM)
        return error_set(error, RESULT_CONFIG,
                         _("%s: the store has version %llu, which only the zwrotka that made it can "
                           "read (this one has %d): export its contacts with that one, and import "
                           "them into a new store"),
                         path, (unsigned long long)version, STORE_VERSION);
    if (version > STORE_VERSION)
        return error_set(error, RESULT_CONFIG,
                         _("%s: the store has version %llu, this program knows %d; use the newer "
                           "zwrotka"),
                         path, (unsigned long long)version, STORE_VERSION);
    return RESULT_OK;
}

static enum result look_first(const char *directory, struct error *error)
{
    struct str file = {0};
    str_addf(&file, "%s/data.mdb", directory);
    enum result result = pages_look(str_text(&file), error);
    str_free(&file);
    return result == RESULT_MISSING ? RESULT_OK : result;
}

enum result store_open(const char *directory, bool create, struct store **out, struct error *error)
{
    return store_open_checked(directory, create, NULL, out, error);
}

enum result store_open_checked(const char *directory, bool create, const struct store_check *check,
                               struct store **out, struct error *error)
{
    mode_t mode = 0600;
    enum result result = check_directory(directory, create, &mode, error);
    if (result == RESULT_OK && check)
        result = look_first(directory, error);
    if (result)
        return result;
    struct store *store = alloc_zero(1, sizeof *store);
    store->path = alloc_text(directory);
    mode_t umask_before = umask(mode == 0660 ? 0007 : 0077);
    char name[4096];
    snprintf(name, sizeof name, "%s/writer", directory);
    store->writer = open(name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode);
    int rc = store->writer < 0 ? errno : mdb_env_create(&store->env);
    if (!rc)
        rc = mdb_env_set_mapsize(store->env, store_map_size());
    if (!rc)
        rc = mdb_env_set_maxdbs(store->env, TABLE_COUNT + 4);
    if (!rc)
        rc = mdb_env_set_maxreaders(store->env, 512);
    if (!rc)
        rc = mdb_env_open(store->env, directory, MDB_NOTLS, mode);
    umask(umask_before);
    int dead;
    uint64_t version = STORE_VERSION;
    if (!rc)
        rc = mdb_reader_check(store->env, &dead);
    if (!rc && check)
        result = store_check_pages(store, check, error);
    if (!rc && !result) {
        rc = store_open_tables(store, false, &version);
        if ((rc == MDB_NOTFOUND && create) || (!rc && grows(version)))
            rc = store_open_tables(store, true, &version);
    }
    if (rc == MDB_NOTFOUND)
        result = no_store(error, directory);
    else if (rc)
        result = store_fail_mdb(error, directory, rc);
    else if (!result)
        result = store_version_result(version, directory, error);
    if (result) {
        store_close(store);
        return result;
    }
    store->version_made = store_version(store);
    *out = store;
    store->open = true;
    return RESULT_OK;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    if (store->open)
        store_let_go(store);
    if (store->env)
        mdb_env_close(store->env);
    if (store->writer >= 0)
        close(store->writer);
    free(store->path);
    free(store);
}

void store_close_unused(struct store *store)
{
    static const char *const files[] = {"data.mdb", "lock.mdb", "writer", "board"};
    if (store && store->made && store_version(store) <= store->version_made) {
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
            char path[4096];
            snprintf(path, sizeof path, "%s/%s", store->path, files[i]);
            unlink(path);
        }
        rmdir(store->path); /* stays if anything else lies there */
    }
    store_close(store);
}

const char *store_path(const struct store *store)
{
    return store->path;
}

uint64_t store_version(struct store *store)
{
    MDB_envinfo info;
    mdb_env_info(store->env, &info);
    return info.me_last_txnid;
}

/* ---- transactions */

/* `restore` puts another file in place of a damaged one; what this process has open is the old one. */
static bool was_replaced(const struct store *store)
{
    struct stat open, there;
    char file[4096];
    int fd;
    snprintf(file, sizeof file, "%s/data.mdb", store->path);
    return mdb_env_get_fd(store->env, &fd) == 0 && fstat(fd, &open) == 0 && stat(file, &there) == 0 &&
           (open.st_ino != there.st_ino || open.st_dev != there.st_dev);
}

static enum result begin(struct store *store, bool write, struct txn **out, struct error *error)
{
    MDB_txn *mdb;
    if (write && was_replaced(store))
        return error_set(error, RESULT_BUSY,
                         _("%s: the store was damaged and has been restored; start zwrotka again"),
                         store->path);
    int rc = mdb_txn_begin(store->env, NULL, write ? 0 : MDB_RDONLY, &mdb);
    if (rc == MDB_MAP_RESIZED) {
        rc = mdb_env_set_mapsize(store->env, 0);
        if (!rc)
            rc = mdb_txn_begin(store->env, NULL, write ? 0 : MDB_RDONLY, &mdb);
    }
    if (rc)
        return store_fail_mdb(error, store->path, rc);
    struct txn *txn = alloc_zero(1, sizeof *txn);
    txn->store = store;
    txn->mdb = mdb;
    txn->write = write;
    *out = txn;
    return RESULT_OK;
}

enum result store_read(struct store *store, struct txn **out, struct error *error)
{
    return begin(store, false, out, error);
}

static bool lock_writer(int fd, short type)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
    return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/* Who holds it: "import by anna, 63 %". */
static enum result busy(struct store *store, struct error *error)
{
    char who[128] = "";
    ssize_t n = pread(store->writer, who, sizeof who - 1, 0);
    who[n > 0 ? n : 0] = '\0';
    return error_set(error, RESULT_BUSY, _("%s: busy: %s; try again later"), store->path,
                     who[0] ? who : _("another program writes"));
}

static void announce(struct store *store, const char *text)
{
    size_t n = strlen(text);
    if (ftruncate(store->writer, 0) != 0 || pwrite(store->writer, text, n, 0) != (ssize_t)n)
        return; /* only for those who wait; a full disk shows at commit */
}

enum result store_write(struct store *store, const char *who, const char *what, struct txn **out,
                        struct error *error)
{
    struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
    time_t deadline = time(NULL) + WAIT_SECONDS;
    while (!lock_writer(store->writer, F_WRLCK)) {
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return error_system(error, store->path);
        if (time(NULL) >= deadline)
            return busy(store, error);
        nanosleep(&pause, NULL);
    }
    enum result result = begin(store, true, out, error);
    if (result) {
        lock_writer(store->writer, F_UNLCK);
        return result;
    }
    snprintf((*out)->what, sizeof (*out)->what, "%s by %s", what, who);
    announce(store, (*out)->what);
    return RESULT_OK;
}

void store_write_back(struct txn *txn)
{
    int fd;
    if (txn_writes(txn) && mdb_env_get_fd(txn->store->env, &fd) == 0)
        sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE); /* the commit finds out what went wrong */
}

void store_progress(struct txn *txn, unsigned percent)
{
    char text[160];
    snprintf(text, sizeof text, "%s, %u %%", txn->what, percent);
    announce(txn->store, text);
}

static void drop_slots(struct txn *txn)
{
    for (int i = 0; i < SLOT_COUNT; i++)
        if (txn->slots[i].data)
            txn->slots[i].drop(txn->slots[i].data);
}

enum result txn_commit(struct txn *txn, struct error *error)
{
    for (int i = 0; i < SLOT_COUNT; i++)
        if (txn->slots[i].data && txn->slots[i].flush)
            txn->slots[i].flush(txn);
    if (!txn->result) {
        int rc = mdb_txn_commit(txn->mdb);
        txn->mdb = NULL;
        if (rc)
            txn_fail_mdb(txn, rc);
    }
    enum result result = txn_result(txn, error);
    struct store *store = txn->store;
    bool tell = txn->write && result == RESULT_OK && store->after_commit && !store->after_runs;
    txn_end(txn);
    if (tell) {
        store->after_runs = true;
        store->after_commit(store->after_arg);
        store->after_runs = false;
    }
    return result;
}

enum result txn_commit_lazily(struct txn *txn, struct error *error)
{
    MDB_env *env = txn->store->env;
    mdb_env_set_flags(env, MDB_NOMETASYNC, 1); /* loses the last commit at worst */
    enum result result = txn_commit(txn, error);
    mdb_env_set_flags(env, MDB_NOMETASYNC, 0);
    return result;
}

void store_after_commit(struct store *store, void (*then)(void *arg), void *arg)
{
    store->after_commit = then;
    store->after_arg = arg;
}

void txn_end(struct txn *txn)
{
    if (!txn)
        return;
    drop_slots(txn);
    if (txn->mdb)
        mdb_txn_abort(txn->mdb);
    if (txn->write)
        lock_writer(txn->store->writer, F_UNLCK);
    free(txn);
}

uint64_t txn_snapshot(const struct txn *txn)
{
    return mdb_txn_id(txn->mdb);
}

bool txn_failed(const struct txn *txn)
{
    return txn->result != RESULT_OK;
}

enum result txn_result(const struct txn *txn, struct error *error)
{
    if (txn->result && error)
        *error = txn->error;
    return txn->result;
}

bool txn_writes(const struct txn *txn)
{
    return txn->write;
}

uint64_t txn_changes(const struct txn *txn)
{
    return txn->changes;
}

bool txn_changed(const struct txn *txn, enum table table)
{
    return txn->changed[table];
}

struct store *txn_store(struct txn *txn)
{
    return txn->store;
}

void *txn_slot(struct txn *txn, enum txn_slot slot)
{
    return txn->slots[slot].data;
}

void txn_set_slot(struct txn *txn, enum txn_slot slot, void *data, void (*drop)(void *),
                  void (*flush)(struct txn *))
{
    if (txn->slots[slot].data && txn->slots[slot].data != data)
        txn->slots[slot].drop(txn->slots[slot].data);
    txn->slots[slot].data = data;
    txn->slots[slot].drop = drop;
    txn->slots[slot].flush = flush;
}
