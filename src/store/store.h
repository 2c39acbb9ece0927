/* SPDX-License-Identifier: MIT
 *
 * The store: one LMDB environment in a directory, several processes, one writer at a time. The
 * tables have a header each; this one opens, begins, commits.
 *
 * Failing: a transaction remembers its first failure (disk full, damage). After it, reads find
 * nothing, writes do nothing, and txn_commit says what happened. So table functions return what they
 * found, and one look at the commit is enough; a long loop asks txn_failed() now and then.
 *
 * Borrowing: spans that a table function returns point into the map. They are good until the next
 * write in the same transaction or its end, whichever comes first.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/result.h"
#include "base/str.h"

struct store;
struct txn;

/* Opens the store in `directory`. With `create` it is made (0700; an existing directory keeps its
 * mode) if it is not there. MISSING without a store there, DATA for a directory or file that is no
 * store, CONFIG for one of a newer version, DENIED, IO. Only one struct store per process and
 * directory; never carry it over fork(). */
enum result store_open(const char *directory, bool create, struct store **out, struct error *error);
/* The same after every page of it was looked at, so that a damaged one is told in a sentence (DATA)
 * instead of ending the program. */
struct store_check {
    void (*progress)(void *arg, unsigned percent); /* NULL is fine */
    void *arg;
};
enum result store_open_checked(const char *directory, bool create, const struct store_check *check,
                               struct store **out, struct error *error);
void store_close(struct store *store); /* NULL is fine */
/* The same, for a command that failed: a store that its own store_open made, and into which nothing
 * was committed since, goes again. */
void store_close_unused(struct store *store);
const char *store_path(const struct store *store);

/* A read transaction: a snapshot. Keep it short. */
enum result store_read(struct store *store, struct txn **out, struct error *error);
/* A write transaction. Waits up to 15 seconds for another writer, then BUSY naming who does what
 * ("import by anna, 63 %"). `what` is shown to others meanwhile. */
enum result store_write(struct store *store, const char *who, const char *what, struct txn **out,
                        struct error *error);
void store_progress(struct txn *txn, unsigned percent); /* for those who wait */
/* In the middle of a large transaction: the pages that it had no room for any more begin their way to the disk, so
 * that the commit waits for fewer. */
void store_write_back(struct txn *txn);

/* Ends it either way. Commit is synced to disk; on failure nothing of it is there. */
enum result txn_commit(struct txn *txn, struct error *error);
/* The same for what may be lost if the machine dies in the next second, since it can be done again:
 * half the waiting for the disk. */
enum result txn_commit_lazily(struct txn *txn, struct error *error);
void txn_end(struct txn *txn); /* ends a read, drops a write; NULL is fine */
bool txn_failed(const struct txn *txn);
/* The failure so far, RESULT_OK for none. */
enum result txn_result(const struct txn *txn, struct error *error);

/* A number of the snapshot that a read transaction sees: the same while nothing is committed. */
uint64_t txn_snapshot(const struct txn *txn);

/* Calls `then` after every commit of this process that wrote, once its lock is given back; commits
 * that `then` makes itself are not told. */
void store_after_commit(struct store *store, void (*then)(void *arg), void *arg);

/* A number that grows with every commit of any process: the screen redraws when it moves. */
uint64_t store_version(struct store *store);

#endif
