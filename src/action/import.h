/* SPDX-License-Identifier: MIT
 *
 * Import: files of contacts become one step (interface.md "import").
 */
#ifndef ACTION_IMPORT_H
#define ACTION_IMPORT_H

#include "action/action.h"
#include "exchange/reader.h"

struct import_options {
    struct reader_options reader;
    bool by_external_id;  /* --key external_id */
    bool suppressed;      /* a list of dead addresses, contacts or not */
    bool dry_run;
    /* For tests: the long way with every row, to be compared with the other one; the size in bytes
     * from which a file is read in two halves at once, 0 for the usual one. */
    bool one_by_one;
    size_t halves_from;
};

struct import_sums {
    uint64_t rows, added, changed, unchanged, corrected, rejected, suspicious, suppressed;
};

struct import_events {
    /* A rejected row, or a domain that looks mistyped at the end; line 0 for the latter. */
    void (*problem)(void *arg, const char *file, uint64_t line, const char *text);
    /* Progress in percent; returns true to cancel (nothing is changed then). */
    bool (*progress)(void *arg, unsigned percent);
    void *arg;
};

/* Imports the files as one step. "-" is standard input. OK, or DATA if rows were rejected (the good
 * ones are in), CANCELLED, or what failed (then nothing is in). */
enum result import_files(struct store *store, const struct actor *actor, const char *const *files,
                         size_t n, const struct import_options *options,
                         const struct import_events *events, struct import_sums *sums,
                         uint32_t *step, struct error *error);

#endif
