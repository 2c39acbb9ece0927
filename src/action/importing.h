/* SPDX-License-Identifier: MIT
 *
 * Inside action/: an import in progress. The way of its rows:
 *   import_list.c  every file is read once; what is no contact is rejected; of each other row no more
 *                  is kept than where it stands and the first bytes of its folded address
 *   radix sort     by folded address, rows of one address in the order of the files
 *   import_bulk.c  each address with its rows is held against the store: a thread of its own reads,
 *                  this one puts
 *   import_row.c   what is not plain goes the long way, a row at a time
 */
#ifndef ACTION_IMPORTING_H
#define ACTION_IMPORTING_H

#include "action/change.h"
#include "action/import.h"
#include "action/mistyped.h"
#include "base/file.h"
#include "base/radix.h"
#include "store/erased.h"

/* ---- the rows of all files */

struct import_source {
    struct file file;
    struct reader *reader;
    const char *name; /* for people */
    uint64_t base;    /* of its rows' places among those of all files */
};

struct import_list {
    struct import_source *sources;
    size_t sources_n;
    struct radix_item *items; /* in the order of the files, until they are sorted */
    size_t n, room;
    struct str folded;   /* of addresses that are not plain; see import_list.c */
    /* --key external_id: a bit each for hashes seen once, and more than once */
    _Atomic uint64_t *once, *twice;
    uint64_t external_bits; /* how many, a power of two; 0: not asked for */
    struct span *fields; /* the names that have values, in order of first use; owned */
    size_t fields_n, fields_room, near;
};

struct import {
    struct change change;
    const struct import_options *options;
    const struct import_events *events;
    struct import_sums *sums;
    struct import_list list;
    struct mistyped mistyped;
    struct erasures *erasures; /* who is not to come back; NULL: nobody */
    uint32_t first, added; /* ids given in this import */
    struct late {
        uint64_t place;
        char *text;
    } *late; /* rejected on the long way: told at the end, when their lines are counted */
    size_t late_n, late_room;
    struct str spelled, target, bytes; /* of the row in hand */
    struct str row_folded;
    struct contact stored, contact;
};

/* import_list.c: opens and reads a file; its rows are added. RESULT_CANCELLED and what the file has. */
enum result import_list_file(struct import *import, const char *name, struct error *error);
void import_list_sort(struct import_list *list);
void import_list_free(struct import_list *list);
/* The folded address of an item; it may be written into `room`. */
enum { IMPORT_FOLDED_MAX = 256 };
struct span import_list_folded(const struct import_list *list, uint64_t data,
                               char room[IMPORT_FOLDED_MAX]);
bool import_list_plain(const struct radix_item *item); /* is it spelled as it stands in its row? */
void import_list_prefetch(const struct import_list *list, uint64_t data);
/* Where its row stands, counted over the bytes of all files. */
uint64_t import_list_place(const struct import_list *list, uint64_t data);
/* Reads the item's row again by one of `readers`, one a source: the sources' own, or twins of a thread. */
struct reader **import_list_readers(const struct import_list *list, bool twins);
void import_list_readers_free(const struct import_list *list, struct reader **readers, bool twins);
void import_list_row(const struct import_list *list, struct reader *const *readers, uint64_t data,
                     struct reader_row *row);
/* May another row have this external id? Seldom wrongly so. */
bool import_list_repeats(const struct import_list *list, struct span external_id);
/* Tells import->late, with file and line. */
void import_list_tell_late(struct import *import);

/* import_row.c: the long way of one row, in the order in which rows have to take effect. */
void import_row(struct import *import, const struct reader_row *row, uint64_t place);
/* What --with-state brings; NULL, or why it is nonsense. EVENT_NONE in *event: an active one. */
struct import_brought {
    enum state state;
    enum event_kind event;
    enum reason reason;
    int64_t since; /* 0: not said */
};
const char *import_brought_read(const struct reader_row *row, struct import_brought *brought);
/* A value replaces, an empty one keeps. True if anything differs (or would). */
bool import_blend(const struct contact *row, struct contact *contact);
bool import_differs(const struct contact *row, const struct contact *stored);

/* import_bulk.c: all rows of the sorted list. */
enum result import_bulk(struct import *import, struct store *store, struct error *error);

/* import.c: percent of the whole, told to those who wait and watch; CANCELLED if they had enough. */
enum result import_progress(struct import *import, double percent, struct error *error);
void import_reject(struct import *import, const char *file, uint64_t line, const char *text);

#endif
