/* SPDX-License-Identifier: MIT
 *
 * scan --test: a bounce made for the purpose goes the whole way and is removed again. Nothing of it
 * stays in store or mailbox. Killed in between, the next scan knows it by its number, which the
 * store keeps as long, and removes it.
 */
#ifndef SCAN_TRIAL_H
#define SCAN_TRIAL_H

#include "scan/job.h"

struct trial_events {
    /* A step that is done: "connected", "put", … and a sentence, translated. With `ok` false it is one
     * that this kind of mailbox does not know. */
    void (*step)(void *arg, const char *name, bool ok, const char *words);
    void *arg;
};

/* `source` as for a scan; its after, reached and gap_from are the trial's own. A failure is that of
 * the step that was due. DATA when the bounce did not come out as one. */
enum result trial(struct store *store, const struct config *config, const struct actor *actor,
                  const struct mailbox_source *source, const char *program,
                  const struct trial_events *events, struct error *error);

/* ---- for a scan that comes across one (struct job: trial) */

/* Asked with each message: it is a trial's, so nothing follows from it. One that was left over is
 * noted, to be removed. */
bool trial_meets(struct job *job, const struct mailbox_message *message);
/* Removes what was noted. */
enum result trial_clean(struct job *job, struct error *error);

#endif
