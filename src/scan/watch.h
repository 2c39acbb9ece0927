/* SPDX-License-Identifier: MIT
 *
 * Keeps scanning one source for years: reads what is there, waits for more (IDLE, inotify, else now
 * and then), reads that. A line that drops is taken up again, later and later as long as it fails,
 * with the password asked for anew. A scan request in the store is taken up within a second.
 */
#ifndef SCAN_WATCH_H
#define SCAN_WATCH_H

#include "scan/scan.h"

struct watch_source {
    /* Makes the source ready, with its password; before each new connection. */
    enum result (*open)(void *arg, struct mailbox_source *source, struct error *error);
    void (*close)(void *arg); /* after each open, whatever came of it */
    void *arg;
    const char *name;  /* for the records, where open fails */
    bool observe;      /* read and report, change nobody */
    unsigned poll_ms;  /* where nothing tells of new mail */
    unsigned renew_ms; /* waiting is broken off after so long, to see that the line lives */
};

struct watch_events {
    struct scan_events scan; /* of every scan; `cancelled` ends the watch */
    /* A scan that read or marked anything is over. */
    void (*passed)(void *arg, const struct scan_sums *sums, int64_t ms);
    /* New trouble: once, however often it is tried again; and that it is over. */
    void (*trouble)(void *arg, enum result result, const struct error *why);
    void (*fine)(void *arg);
    /* At the beginning, and within a second after anybody committed anything to the store. */
    void (*committed)(void *arg);
    void *arg;
};

/* Returns when cancelled (CANCELLED); nothing else ends it. */
enum result watch_run(struct store *store, const struct config *config, const struct actor *actor,
                      const struct watch_source *source, const struct watch_events *events,
                      struct error *error);

#endif
