/* SPDX-License-Identifier: MIT
 *
 * One scan of one source: read → decode → match → commit → mark. The order of effects is design.md's
 * promise: effects, evidence and "seen, marking pending" in one synced transaction, then the mark on
 * the server, then "marked". Killed anywhere, the next scan first carries out what is pending.
 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "action/action.h"
#include "config/config.h"
#include "mailbox/mailbox.h"
#include "store/seen.h"

/* Outcomes of a recipient, in the order in which they are tried. */
#define OUTCOME_TABLE(X) X(held) X(old) X(complained) X(soft) X(corrected) X(known) X(unmatched) X(invalidated)
enum scan_outcome {
#define X(name) OUTCOME_##name,
    OUTCOME_TABLE(X)
#undef X
        OUTCOME_COUNT
};
const char *scan_outcome_name(enum scan_outcome outcome);

struct scan_events {
    void (*progress)(void *arg, uint64_t read, uint64_t total);
    void (*recipient)(void *arg, const char *address, enum scan_outcome outcome);
    void (*trouble)(void *arg, const char *message, const char *text); /* one message could not be read */
    void (*reply)(void *arg, const char *from, const char *subject);   /* an autoreply or challenge; may be NULL */
    bool (*cancelled)(void *arg);
    void *arg;
};

struct scan_options {
    bool dry_run;
    bool observe; /* change nobody and mark nothing, but keep that the account was scanned */
    bool once;    /* with observe: what was reported once is not read again */
    const char *program; /* this program's path, for the cage's children; NULL: /proc/self/exe */
};

/* Keeps for `status` that an account could not even be opened: its password was not to be had. */
void scan_not_begun(struct store *store, const struct actor *actor, const char *account,
                    const struct error *why);

/* Scans one source; adds to *sums. On failure what was committed stays and sums hold. BUSY when
 * another scan of the same place runs. */
enum result scan_source(struct store *store, const struct config *config, const struct actor *actor,
                        const struct mailbox_source *source, const struct scan_options *options,
                        const struct scan_events *events, struct scan_sums *sums,
                        struct error *error);

#endif
