/* SPDX-License-Identifier: MIT
 *
 * Table steps: every change is a step: who, when, by which command. What it changed is in entries.h.
 */
#ifndef STORE_STEPS_H
#define STORE_STEPS_H

#include "store/store.h"

/* Stored: add at the end only. */
enum step_kind {
    STEP_IMPORT,
    STEP_ADD,
    STEP_EDIT,
    STEP_TAG,
    STEP_MARK,
    STEP_SCAN,
    STEP_UNDO,
    STEP_MERGE,
    STEP_RELEASE,
    STEP_ERASE,
    STEP_REVIEW,
    STEP_REJUDGE,
    STEP_RESTORE,
    STEP_KINDS
};
const char *step_kind_name(enum step_kind kind); /* "import" */

struct step {
    uint32_t number;
    enum step_kind kind;
    int64_t time;
    struct span who;
    struct span command;  /* the command line that does the same */
    uint32_t contacts;    /* how many contacts or addresses it touched */
    uint32_t undoes;      /* for an undo */
    uint32_t undone_by;   /* 0: in force */
};

/* Begins a step in a write transaction; its number goes into all that it writes. */
uint32_t steps_begin(struct txn *txn, enum step_kind kind, struct span who, struct span command,
                     int64_t now);
void steps_set_contacts(struct txn *txn, uint32_t step, uint32_t contacts);
void steps_set_undone(struct txn *txn, uint32_t step, uint32_t by);
void steps_set_undoes(struct txn *txn, uint32_t step, uint32_t undoes);

/* For erase: another text in place of the command line. It may borrow from the map. */
void steps_set_command(struct txn *txn, uint32_t step, struct span command);

bool steps_get(struct txn *txn, uint32_t number, struct step *step);
uint32_t steps_last(struct txn *txn);

/* Goes on with a step in a further transaction (a scan commits in batches). */
void steps_continue(struct txn *txn, uint32_t step);

#endif
