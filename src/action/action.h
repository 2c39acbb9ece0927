/* SPDX-License-Identifier: MIT
 *
 * Each change once. Commands and the screen ask and print, and change things by these alone. Every
 * call is one write transaction and one step (store/steps.h), and says what it did.
 */
#ifndef ACTION_ACTION_H
#define ACTION_ACTION_H

#include "base/result.h"
#include "contact/contact.h"
#include "contact/state.h"
#include "query/query.h"
#include "store/store.h"

/* Who does it and how to say it again. */
struct actor {
    const char *who;     /* actor_login() */
    const char *command; /* the command line that does the same */
    int64_t now;
};
/* The login name, sudo's caller remembered: "anna", "anna as root". Static. */
const char *actor_login(void);

/* What a change did. Zero it first; texts grow, one line each, without newline at the very end. */
struct outcome {
    uint32_t step;      /* 0: nothing changed */
    uint32_t id;        /* of the one contact, where there is one */
    uint64_t changed, unchanged;
    uint64_t refused;   /* contacts left as they were, named in `notes` */
    struct str notes;   /* lines for a person */
};
void outcome_free(struct outcome *outcome);

/* New contact. contact->address is as typed. DATA: not an address, or known dead (unless force) with
 * its evidence, or another contact has it. */
enum result action_add(struct store *store, const struct actor *actor, const struct contact *contact,
                       bool force, struct outcome *outcome, struct error *error);

/* Changes one contact. Only what is set is changed; a changed address is a correction (interface.md
 * "Correcting"). BUSY if the contact's last step (entries_last_of_contact) is not `expected` (0: do not look): a colleague was
 * faster. */
struct contact_edit {
    struct span address;           /* .at NULL: keep */
    struct span name;              /* .at NULL: keep; "" empties */
    struct span external_id;
    struct span tags;              /* "+a,-b" changes, or a list that replaces; .at NULL: keep */
    const struct contact_field *fields; /* value "" takes away */
    size_t n;
};
enum result action_edit(struct store *store, const struct actor *actor, uint32_t id,
                        const struct contact_edit *edit, uint32_t expected, bool force,
                        struct outcome *outcome, struct error *error);

/* Corrects the domain of many, one step; an empty `domain` is the one that each looks meant for
 * (suggest.h), and whoever has none such is left. With `preview` nothing changes and notes has a line
 * "old<TAB>new" each; contacts whose new address is taken or dead are refused and named. */
enum result action_edit_domain(struct store *store, const struct actor *actor, struct query *query,
                               struct span domain, bool preview, struct outcome *outcome,
                               struct error *error);

/* Whom a bulk change means: a query (taken), or addresses, or ids. */
struct target {
    struct query *query;
    const struct span *addresses; /* as given; unknown ones are marked all the same */
    const uint32_t *ids;
    size_t n;
};
/* mark: state is INVALID, ACTIVE or BLOCKED. NO when nothing matched. */
enum result action_mark(struct store *store, const struct actor *actor, enum state state,
                        const struct target *target, struct outcome *outcome, struct error *error);
enum result action_tag(struct store *store, const struct actor *actor, struct span change,
                       const struct target *target, struct outcome *outcome, struct error *error);

/* Takes back a step (0: this login's latest that is in force and is not an undo). MISSING: no such
 * step; NO: nothing to undo; BUSY: some were changed since, left and named in notes (the rest is
 * undone). */
enum result action_undo(struct store *store, const struct actor *actor, uint32_t step,
                        struct outcome *outcome, struct error *error);
/* What `action_undo` with step 0 would take: its number, 0 for none. */
uint32_t action_undo_next(struct txn *txn, const char *who);

/* Joins `from` into `into`: fields that `into` lacks come from `from`; tags are united; `from` is
 * removed (by the person who says so), its address is corrected to `into`'s. */
enum result action_merge(struct store *store, const struct actor *actor, uint32_t into, uint32_t from,
                         struct outcome *outcome, struct error *error);
/* Forgets that `address` was corrected. NO if it was not. */
enum result action_release(struct store *store, const struct actor *actor, struct span address,
                           struct outcome *outcome, struct error *error);

/* Erases a person for good: see store/erase.h. `look` counts what there is of them, in a read transaction.
 * MISSING: nothing is known of the address. DATA: it is none. The file is overwritten where they were;
 * BUSY when others still read that, though the person is gone: erase once more. */
struct erasing_sums;
enum result action_erase_look(struct txn *txn, struct span address, struct erasing_sums *sums,
                              struct error *error);
enum result action_erase(struct store *store, const struct actor *actor, struct span address,
                         struct erasing_sums *sums, struct outcome *outcome, struct error *error);

/* Puts back what `backup` (a transaction of another store) holds in place of everything; those who were
 * erased since are erased again. `store` is the one to be filled, `kept` a transaction of the one that was
 * there (*kept NULL: none that could be read), whose erasures and signing keys go on; it is ended. Cannot be
 * undone. */
enum result action_restore(struct store *store, const struct actor *actor, struct txn *backup,
                           struct txn **kept, const struct store_check *progress, struct outcome *outcome,
                           struct error *error);
/* Whom a restore would make sendable: told one after the other, with how they stand now. */
void action_restore_look(struct txn *backup, struct txn *kept, int64_t now,
                         void (*sendable)(void *arg, struct span folded, const struct standing *standing),
                         void *arg);

/* Review: accept gives the held evidence its effect (for an item that names nobody, `address` says
 * about whom), dismiss says it is nothing. */
enum result action_review(struct store *store, const struct actor *actor, const uint32_t *numbers,
                          size_t n, bool accept, struct span address, struct outcome *outcome,
                          struct error *error);

/* The contact that ADDRESS|ID on a command line means: an id, an address, or the old address of a
 * corrected contact. 0 for none. */
uint32_t action_find(struct txn *txn, struct span text);

#endif
