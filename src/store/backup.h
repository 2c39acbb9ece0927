/* SPDX-License-Identifier: MIT
 *
 * A store as one file, and back.
 */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include "store/store.h"

/* Writes the store as of now to an open file or pipe, compactly: only what is in use. Others go on reading
 * and writing. `name` is for the sentence. DATA if the store is damaged (looked at first: a backup of
 * damage would only take the place of a good one), IO. */
enum result backup_write(struct store *store, int fd, const char *name, const struct store_check *check,
                         struct error *error);

/* Opens such a file to read, every page of it looked at. DATA: no store, or damaged; CONFIG: of another
 * version; MISSING, IO, DENIED. Closed by store_close. */
enum result backup_open(const char *file, const struct store_check *check, struct store **out,
                        struct error *error);

/* In place of all that the transaction's store holds comes all that `from` (a transaction of another
 * store) holds. Those who read go on with what they have, and until the commit nothing happened.
 * `progress` gets percents. */
void backup_take(struct txn *txn, struct txn *from, const struct store_check *progress);

/* For a damaged store, which cannot be written: makes another one in the directory "restoring" within
 * it, to be filled... */
enum result backup_prepare(const char *directory, struct store **out, struct error *error);
/* ... and puts its data file in the place of the damaged one, which is kept as "damaged.mdb". Closes
 * the store. Programs that have the damaged one open are told when they write (BUSY). */
enum result backup_replace(const char *directory, struct store *store, struct error *error);

/* A table written anew from end to end, so that no page between its root and its rows keeps keys of rows
 * that are gone: `from` is a read transaction of the same store, and nothing was changed since it began. */
void backup_rewrite(struct txn *txn, struct txn *from, const char *table);

#endif
