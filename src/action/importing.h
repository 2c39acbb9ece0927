/* SPDX-License-Identifier: MIT
 *
 * Inside action/: an import in progress. The way of its rows:
 *   import_list.c     every file is read once; what is no contact is rejected; of each other row no more is kept
 *                     than where it stands and the first bytes of its folded address (import_item.h)
 *   import_stretch.c  divides them by how their addresses begin; copies the rows of such a stretch, sorts them by
 *                     address, those of one address in the order of the files, and reads them again
 *   import_make.c     holds each address with its rows against the store as it was
 *   import_bulk.c     two threads do that, this one puts what they made
 *   import_row.c      what is not plain goes the long way, a row at a time
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

/* Rows whose folded addresses begin alike, not the same beginnings as any other stretch's: they can be dealt with
 * by themselves, and the stretches come in the order of addresses. */
struct import_stretch {
    struct radix_item *items; /* in the order of the files, by address once it is prepared */
    size_t n;
    struct span bytes; /* .at NULL: the rows are read where they stand, else from these copies */
};

/* Where the copies of a stretch lie; for one after the other. */
struct import_ground {
    char *bytes;
    size_t room;
};

struct import_list {
    struct import_source *sources;
    size_t sources_n;
    struct radix_item *items; /* in the order of the files, until they are divided; see import_item.h */
    size_t n, room;
    struct str folded; /* of addresses that are not plain */
    struct import_stretch *stretches;
    size_t stretches_n;
    bool movable; /* rows can be read from copies */
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
void import_list_free(struct import_list *list);
/* May another row have this external id? Seldom wrongly so. */
bool import_list_repeats(const struct import_list *list, struct span external_id);
/* Tells import->late, with file and line. */
void import_list_tell_late(struct import *import);

/* Where the row of an item stands, counted over the bytes of all files, as long as they are not divided. */
uint64_t import_list_place(const struct import_list *list, size_t i);
/* import_stretch.c. Divides the items into stretches, */
void import_list_divide(struct import_list *list);
/* copies a stretch's rows together and sorts its items. Stretches may be prepared by several threads at once, each
 * on a ground of its own. */
void import_stretch_prepare(const struct import_list *list, struct import_stretch *stretch,
                            struct import_ground *ground);
/* The folded address of its item i; it may be written into `room`. */
enum { IMPORT_FOLDED_MAX = 256 };
struct span import_stretch_folded(const struct import_list *list, const struct import_stretch *stretch, size_t i,
                                  char room[IMPORT_FOLDED_MAX]);
bool import_stretch_plain(const struct import_stretch *stretch, size_t i); /* is it spelled as in its row? */
/* Where its row stands, counted over the bytes of all files. */
uint64_t import_stretch_place(const struct import_list *list, const struct import_stretch *stretch, size_t i);
void import_stretch_fetch(const struct import_list *list, const struct import_stretch *stretch, size_t i);
/* Readers of all sources: the sources' own, or twins of a thread. */
struct reader **import_list_readers(const struct import_list *list, bool twins);
void import_list_readers_free(const struct import_list *list, struct reader **readers, bool twins);
/* Reads the row at a place again; readers that entered no stretch. */
void import_list_row(const struct import_list *list, struct reader *const *readers, uint64_t place,
                     struct reader_row *row);
/* Reads the row of item i again; twins that entered this stretch last. */
void import_stretch_enter(const struct import_list *list, const struct import_stretch *stretch,
                          struct reader *const *twins);
void import_stretch_row(const struct import_list *list, const struct import_stretch *stretch, size_t i,
                        struct reader *const *twins, struct reader_row *row);
const struct import_source *import_list_source(const struct import_list *list, uint64_t place);

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
