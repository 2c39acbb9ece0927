/* SPDX-License-Identifier: MIT
 *
 * Layout:
 *   steps  number → kind, time, contacts, undoes, undone_by, who, command
 */
#include "store/steps.h"

#include "store/entries.h"
#include "store/judgements.h"
#include "store/table.h"

const char *step_kind_name(enum step_kind kind)
{
    static const char *const names[] = {
        [STEP_IMPORT] = "import",   [STEP_ADD] = "add",       [STEP_EDIT] = "edit",
        [STEP_TAG] = "tag",         [STEP_MARK] = "mark",     [STEP_SCAN] = "scan",
        [STEP_UNDO] = "undo",       [STEP_MERGE] = "merge",   [STEP_RELEASE] = "release",
        [STEP_ERASE] = "erase",     [STEP_REVIEW] = "review", [STEP_REJUDGE] = "rejudge",
        [STEP_RESTORE] = "restore",
    };
    return kind < STEP_KINDS ? names[kind] : "?";
}

/* ---- the step itself */

static void step_write(struct txn *txn, const struct step *step)
{
    struct key key = key_of_u32(step->number);
    struct str value = {0};
    put_number(&value, step->kind);
    put_signed(&value, step->time);
    put_number(&value, step->contacts);
    put_number(&value, step->undoes);
    put_number(&value, step->undone_by);
    put_span(&value, step->who);
    put_span(&value, step->command);
    table_put(txn, TABLE_steps, key_span(&key), span_of_str(&value));
    str_free(&value);
}

bool steps_get(struct txn *txn, uint32_t number, struct step *step)
{
    struct key key = key_of_u32(number);
    struct span in;
    unsigned kind;
    if (!table_get(txn, TABLE_steps, key_span(&key), &in))
        return false;
    if (!take_u8(&in, &kind, STEP_KINDS) || !take_signed(&in, &step->time) ||
        !take_u32(&in, &step->contacts) || !take_u32(&in, &step->undoes) ||
        !take_u32(&in, &step->undone_by) || !take_span(&in, &step->who) ||
        !take_span(&in, &step->command)) {
        txn_damaged(txn, TABLE_steps, key_span(&key));
        return false;
    }
    step->number = number;
    step->kind = (enum step_kind)kind;
    return true;
}

uint32_t steps_last(struct txn *txn)
{
    return (uint32_t)meta_get(txn, "steps");
}

uint32_t steps_begin(struct txn *txn, enum step_kind kind, struct span who, struct span command,
                     int64_t now)
{
    expiry_sweep(txn, now);
    struct step step = {
        .number = (uint32_t)meta_next(txn, "steps") + 1,
        .kind = kind,
        .time = now,
        .who = who,
        .command = command,
    };
    step_write(txn, &step);
    entries_begin(txn, step.number);
    return step.number;
}

void steps_continue(struct txn *txn, uint32_t step)
{
    entries_begin(txn, step);
}

static void rewrite(struct txn *txn, uint32_t number, void (*set)(struct step *, uint32_t),
                   uint32_t value)
{
    struct step step;
    struct str who = {0}, command = {0};
    if (!steps_get(txn, number, &step))
        return;
    str_add(&who, step.who);
    str_add(&command, step.command);
    step.who = span_of_str(&who);
    step.command = span_of_str(&command);
    set(&step, value);
    step_write(txn, &step);
    str_free(&who);
    str_free(&command);
}

static void set_contacts(struct step *step, uint32_t value)
{
    step->contacts = value;
}

static void set_undone(struct step *step, uint32_t value)
{
    step->undone_by = value;
}

static void set_undoes(struct step *step, uint32_t value)
{
    step->undoes = value;
}

void steps_set_contacts(struct txn *txn, uint32_t step, uint32_t contacts)
{
    rewrite(txn, step, set_contacts, contacts);
}

void steps_set_undone(struct txn *txn, uint32_t step, uint32_t by)
{
    rewrite(txn, step, set_undone, by);
}

void steps_set_undoes(struct txn *txn, uint32_t step, uint32_t undoes)
{
    rewrite(txn, step, set_undoes, undoes);
}


void steps_set_command(struct txn *txn, uint32_t number, struct span command)
{
    struct step step;
    struct str who = {0}, text = {0};
    if (!steps_get(txn, number, &step))
        return;
    str_add(&who, step.who);
    str_add(&text, command);
    step.who = span_of_str(&who);
    step.command = span_of_str(&text);
    step_write(txn, &step);
    str_free(&who);
    str_free(&text);
}
