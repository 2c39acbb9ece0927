/* SPDX-License-Identifier: MIT
 *
 * What scans say while they run, for `scan` and `watch`: one JSON object a line, or words.
 */
#ifndef COMMAND_REPORT_H
#define COMMAND_REPORT_H

#include "command/command.h"
#include "scan/scan.h"

struct report {
    const struct command_line *line;
    const char *name; /* of the source at work, NULL for none */
    int64_t began, told; /* ms, of a clock that only goes on */
};

/* {"event":"start"}; the seconds of the end count from here. */
void report_start(struct report *report);
/* Callbacks that say progress, recipients and trouble; cancelled by Ctrl-C and SIGTERM. Borrows. */
struct scan_events report_events(struct report *report);
/* How one source came out: its failure as an event, or its sums in words. */
void report_source(struct report *report, const struct scan_sums *sums, enum result result,
                   const struct error *error);
/* Says so where [senders] are likely to be wrong: many bounces, and none of them of our own mail. */
void report_strangers(const struct report *report, const struct config *config,
                      const struct scan_sums *sums);
/* A step of `scan --test`: {"event":"test","step":…,"ok":…,"text":…}, or its words. */
void report_step(void *report, const char *name, bool ok, const char *words);
/* {"event":"end",…} with the sums of everything since the start, and flushes. */
void report_end(struct report *report, const struct scan_sums *sums, enum result result);
/* It took so long; for report_end, where report_start was long ago. */
void report_took(struct report *report, int64_t ms);
void report_add(struct scan_sums *all, const struct scan_sums *one);

#endif
