/* SPDX-License-Identifier: MIT
 *
 * Inside the store: the data file page by page, as LMDB 0.9 lays it out on 64-bit machines, looked at
 * without LMDB. LMDB trusts what it reads, so a flipped byte in a page of its own could end the program;
 * here each is checked first. And LMDB leaves old bytes in free pages and in the gaps of pages in use;
 * here they are overwritten.
 *
 * What a page may say and still be sound: its number where it lies; keys in order, within what the page
 * above says; all of the page accounted for; each page in use once, or free once; and of each table as
 * many pages and rows as its head says. Values are not looked at: they have seals (table.c).
 */
#ifndef STORE_PAGES_H
#define STORE_PAGES_H

#include "base/result.h"
#include "base/str.h"

/* The heads of the file, before LMDB is let near it: DATA if it is no data file, or damaged; CONFIG if
 * another LMDB made it; MISSING, IO. An empty file is OK: nothing was committed yet. */
enum result pages_look(const char *file, struct error *error);

/* Everything that the snapshot `txnid` can reach, in the open file `fd`; a read transaction has to hold
 * it. `progress` (may be NULL) gets percents. DATA with the first thing that is wrong. */
enum result pages_check(int fd, const char *file, uint64_t txnid,
                        void (*progress)(void *arg, unsigned percent), void *arg, struct error *error);

/* Overwrites with zeros what no row is in: gaps, the ends of long values, and the free pages that
 * snapshots from `oldest` on cannot reach; cuts off what lies behind the last page. The write transaction
 * after `txnid` has to be open. `key` is told each key that a page between the root and the rows keeps
 * (they may be of rows long gone), with the name of its table. What the last commit freed
 * stays, too. DATA, IO. */
struct pages_scrub {
    void (*key)(void *arg, struct span table, struct span key);
    void *arg;
    uint64_t oldest;
    uint64_t left; /* out: because somebody reads a snapshot before `txnid` */
};
/* store.c: the same of an open store, under its write lock; `oldest` is found. */
struct store;
enum result store_scrub(struct store *store, struct pages_scrub *scrub, struct error *error);
enum result pages_scrub(int fd, const char *file, uint64_t txnid, struct pages_scrub *scrub,
                        struct error *error);

#endif
