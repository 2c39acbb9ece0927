/* SPDX-License-Identifier: MIT
 *
 * The scan that this screen started: a `zwrotka scan --json` of its own, its events read without
 * waiting, and its sums.
 */
#ifndef SCREEN_SCAN_RUN_H
#define SCREEN_SCAN_RUN_H

#include "scan/scan.h"
#include "screen/child.h"

enum { SCAN_NAMES_MAX = 20000 }; /* addresses kept for each outcome */

struct scan_names {
    char **names;
    size_t n, room;
};

struct scan_run {
    struct child child;
    bool running, cancelling;
    bool known;              /* there was one in this session */
    bool dry;                /* it changes nothing; set by whoever started it */
    int64_t begun, ended;
    uint64_t read, total;
    uint64_t counts[OUTCOME_COUNT]; /* as the events come */
    struct scan_names names[OUTCOME_COUNT];
    struct scan_names replies; /* "from TAB subject" of autoreplies */
    bool has_sums;
    struct scan_sums sums;   /* of the event "end" */
    double seconds;
    int code;                /* exit code */
    struct str trouble;      /* what it said besides, lines */
};

/* `words` as child_start has them. BUSY if one runs. */
enum result scan_run_start(struct scan_run *run, const char *const *words, int64_t now,
                           struct error *error);
/* Reads the events that are there; true if anything changed. */
bool scan_run_poll(struct scan_run *run, int64_t now);
void scan_run_cancel(struct scan_run *run);
void scan_run_free(struct scan_run *run); /* a running scan goes on alone */

/* One line on how it stands: "read 744 of 1,204, 31 newly invalid". Adds to out. */
void scan_run_line(const struct scan_run *run, struct str *out);
/* The same of a finished scan; `full`: with what kinds of messages they were. */
void scan_sums_line(const struct scan_sums *sums, bool full, struct str *out);
const char *scan_outcome_words(enum scan_outcome outcome, uint64_t n); /* without the number */

/* The rows of the sums, for reading JSON and for showing. */
struct scan_sum_row {
    const char *name;       /* in JSON */
    const char *one, *many; /* NN_() */
    size_t offset;          /* in struct scan_sums */
};
extern const struct scan_sum_row scan_message_rows[]; /* the parts of `read`; ends with a NULL name */
extern const struct scan_sum_row scan_other_rows[];   /* read, recipients, skipped … */
uint64_t scan_sum(const struct scan_sums *sums, size_t offset);

#endif
