/* SPDX-License-Identifier: MIT */
#include "send/map.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lmdb.h>

#include "base/alloc.h"
#include "base/text.h"

#define ROOM ((size_t)1 << 30) /* from the start: growth may cost a reader its retries */
enum { QUEUE_MAX = 50000, KEY_BYTES = 511 };

struct entry {
    size_t at; /* in bytes: key, NUL, value, NUL */
    uint16_t key, value;
    bool drop;
};

struct map {
    char *file;
    MDB_env *env;
    MDB_txn *reading;
    MDB_cursor *walk;
    MDB_dbi dbi;
    bool write;
    int failed; /* LMDB's or errno's code */
    struct str bytes;
    struct entry *queue;
    size_t n, room;
};

static enum result fail(const struct map *map, int rc, struct error *error)
{
    switch (rc) {
    case 0:
        return RESULT_OK;
    case MDB_INVALID:
    case MDB_VERSION_MISMATCH:
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INCOMPATIBLE:
        return error_set(error, RESULT_DATA, _("%s: this is no map of Postfix (%s)"), map->file,
                         mdb_strerror(rc));
    default:
        errno = rc > 0 ? rc : EIO;
        return error_system(error, map->file);
    }
}

/* As Postfix does it: a lock on the data file round each transaction. Closing any other descriptor
 * of that file would drop it. */
static int lock(const struct map *map, short type)
{
    struct flock whole = {.l_type = type, .l_whence = SEEK_SET};
    int fd, rc = mdb_env_get_fd(map->env, &fd);
    while (!rc && fcntl(fd, F_SETLKW, &whole) != 0)
        if (errno != EINTR)
            rc = errno;
    return rc;
}

static mode_t mode_of(const char *file)
{
    struct stat about;
    char *copy = alloc_text(file);
    bool shared = stat(dirname(copy), &about) == 0 && about.st_mode & S_IWGRP;
    free(copy);
    return shared ? 0664 : 0644;
}

static int open_env(struct map *map)
{
    mode_t mode = mode_of(map->file), before = umask(0777 & ~mode & 0022);
    unsigned flags = MDB_NOSUBDIR | (map->write ? 0 : MDB_RDONLY | MDB_NOLOCK);
    int rc = mdb_env_create(&map->env);
    if (!rc)
        rc = mdb_env_set_mapsize(map->env, ROOM);
    if (!rc)
        rc = mdb_env_open(map->env, map->file, flags, mode);
    umask(before);
    return rc;
}

static void stop_reading(struct map *map)
{
    if (map->walk)
        mdb_cursor_close(map->walk);
    if (map->reading)
        mdb_txn_abort(map->reading);
    map->walk = NULL;
    map->reading = NULL;
}

static int begin(struct map *map, unsigned flags, MDB_txn **txn)
{
    int rc = mdb_txn_begin(map->env, NULL, flags, txn);
    if (rc == MDB_MAP_RESIZED) {
        rc = mdb_env_set_mapsize(map->env, 0);
        if (!rc)
            rc = mdb_txn_begin(map->env, NULL, flags, txn);
    }
    if (!rc && (rc = mdb_dbi_open(*txn, NULL, 0, &map->dbi)) != 0)
        mdb_txn_abort(*txn);
    return rc;
}

static bool reading(struct map *map)
{
    if (!map->failed && !map->reading) {
        map->failed = begin(map, MDB_RDONLY, &map->reading);
        if (map->failed)
            map->reading = NULL;
    }
    return !map->failed;
}

enum result map_open(const char *name, bool write, struct map **out, struct error *error)
{
    struct map *map = alloc_zero(1, sizeof *map);
    struct str file = {0};
    str_addf(&file, "%s.lmdb", name);
    map->file = str_take(&file);
    map->write = write;
    int rc = open_env(map);
    if (!rc && !write)
        rc = lock(map, F_RDLCK);
    enum result result = fail(map, rc, error);
    if (result == RESULT_MISSING && write)
        result = RESULT_CREATE; /* the directory is not there */
    if (result == RESULT_OK && !reading(map))
        result = fail(map, map->failed, error);
    if (result) {
        map_close(map);
        return result;
    }
    *out = map;
    return RESULT_OK;
}

void map_close(struct map *map)
{
    if (!map)
        return;
    stop_reading(map);
    if (map->env)
        mdb_env_close(map->env);
    str_free(&map->bytes);
    free(map->queue);
    free(map->file);
    free(map);
}

/* ---- reading */

uint64_t map_rows(struct map *map)
{
    MDB_stat stat;
    if (!reading(map))
        return 0;
    map->failed = mdb_stat(map->reading, map->dbi, &stat);
    return map->failed ? 0 : stat.ms_entries;
}

static struct span without_nul(MDB_val val)
{
    bool nul = val.mv_size && ((const char *)val.mv_data)[val.mv_size - 1] == '\0';
    return (struct span){val.mv_data, val.mv_size - nul};
}

bool map_get(struct map *map, struct span key, struct span *value)
{
    char bytes[KEY_BYTES];
    if (key.n >= sizeof bytes || !reading(map))
        return false;
    memcpy(bytes, key.at, key.n);
    bytes[key.n] = '\0';
    MDB_val k = {key.n + 1, bytes}, v;
    int rc = mdb_get(map->reading, map->dbi, &k, &v);
    if (rc == 0)
        *value = without_nul(v);
    else if (rc != MDB_NOTFOUND)
        map->failed = rc;
    return rc == 0;
}

bool map_next(struct map *map, struct span *key)
{
    MDB_val k, v;
    if (!reading(map))
        return false;
    if (!key->at && map->walk) {
        mdb_cursor_close(map->walk);
        map->walk = NULL;
    }
    if (!map->walk && (map->failed = mdb_cursor_open(map->reading, map->dbi, &map->walk)) != 0)
        return false;
    int rc = mdb_cursor_get(map->walk, &k, &v, key->at ? MDB_NEXT : MDB_FIRST);
    if (rc == 0)
        *key = without_nul(k);
    else if (rc != MDB_NOTFOUND)
        map->failed = rc;
    return rc == 0;
}

/* ---- writing */

static void add(struct map *map, struct span key, struct span value, bool drop)
{
    if (key.n >= KEY_BYTES || value.n > UINT16_MAX - 1)
        return;
    ALLOC_GROW(map->queue, map->n, map->room);
    map->queue[map->n++] =
        (struct entry){map->bytes.n, (uint16_t)(key.n + 1), (uint16_t)(value.n + 1), drop};
    str_add(&map->bytes, key);
    str_add_char(&map->bytes, '\0');
    str_add(&map->bytes, value);
    str_add_char(&map->bytes, '\0');
}

void map_put(struct map *map, struct span key, struct span value)
{
    add(map, key, value, false);
}

void map_drop(struct map *map, struct span key)
{
    add(map, key, SPAN_NONE, true);
}

bool map_is_full(const struct map *map)
{
    return map->n >= QUEUE_MAX;
}

/* Keys behind the last one are appended, which fills pages and is quick: a new map is written in
 * order. */
struct tail {
    size_t n;
    char bytes[KEY_BYTES];
};

static bool is_behind(struct tail *tail, MDB_val key)
{
    size_t n = key.mv_size < tail->n ? key.mv_size : tail->n;
    int order = memcmp(key.mv_data, tail->bytes, n);
    if (order < 0 || (order == 0 && key.mv_size <= tail->n))
        return false;
    tail->n = key.mv_size;
    memcpy(tail->bytes, key.mv_data, key.mv_size);
    return true;
}

static int load_tail(MDB_txn *txn, MDB_dbi dbi, struct tail *tail)
{
    MDB_cursor *cursor;
    MDB_val k, v;
    int rc = mdb_cursor_open(txn, dbi, &cursor);
    if (rc)
        return rc;
    rc = mdb_cursor_get(cursor, &k, &v, MDB_LAST);
    if (rc == 0 && k.mv_size <= sizeof tail->bytes) {
        tail->n = k.mv_size;
        memcpy(tail->bytes, k.mv_data, k.mv_size);
    }
    mdb_cursor_close(cursor);
    return rc == MDB_NOTFOUND ? 0 : rc;
}

static int write_queue(struct map *map)
{
    MDB_txn *txn;
    struct tail tail = {0};
    int rc = begin(map, 0, &txn);
    if (rc)
        return rc;
    rc = load_tail(txn, map->dbi, &tail);
    for (size_t i = 0; i < map->n && !rc; i++) {
        const struct entry *entry = &map->queue[i];
        MDB_val key = {entry->key, map->bytes.at + entry->at},
                value = {entry->value, map->bytes.at + entry->at + entry->key};
        if (entry->drop)
            rc = mdb_del(txn, map->dbi, &key, NULL);
        else
            rc = mdb_put(txn, map->dbi, &key, &value, is_behind(&tail, key) ? MDB_APPEND : 0);
        if (rc == MDB_NOTFOUND)
            rc = 0;
    }
    if (!rc)
        return mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return rc;
}

static int grow(struct map *map)
{
    MDB_envinfo info;
    int rc = mdb_env_info(map->env, &info);
    return rc ? rc : mdb_env_set_mapsize(map->env, info.me_mapsize * 2);
}

enum result map_flush(struct map *map, struct error *error)
{
    int rc = map->failed;
    stop_reading(map);
    do {
        if (rc == MDB_MAP_FULL)
            rc = grow(map);
        if (!rc)
            rc = lock(map, F_WRLCK);
        if (!rc) {
            rc = write_queue(map);
            lock(map, F_UNLCK);
        }
    } while (rc == MDB_MAP_FULL);
    map->n = 0;
    str_clear(&map->bytes);
    map->failed = rc;
    return fail(map, rc, error);
}
