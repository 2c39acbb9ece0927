/* SPDX-License-Identifier: MIT
 *
 * Inside the store: a check in progress. Everything is walked in its own order and compared with what was
 * gathered of the rest, a few bytes a contact; nothing is looked up here and there, or ten million
 * contacts would take many minutes.
 */
#ifndef STORE_VERIFYING_H
#define STORE_VERIFYING_H

#include "contact/contact.h"
#include "store/table.h"
#include "store/verify.h"

/* What is remembered of each contact, by id. */
struct verify_contacts {
    uint32_t last;     /* the highest id; the arrays have one more */
    uint64_t *folded;  /* hashes; 0: there is no such contact */
    uint32_t *domain, *external; /* hashes; external 0: none */
    uint32_t *set;     /* of tags */
    uint8_t *state;    /* as cached */
    uint8_t *met;      /* bits: in the addresses, in a domain, in the externals, a stray */
};

struct verify {
    struct txn *txn;
    const struct verify_call *call;
    struct verify_sums *sums;
    struct verify_contacts contacts;
    uint64_t told;
};

/* Says what is wrong; only the first of very many. */
void verify_complain(struct verify *verify, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void verify_progress(struct verify *verify, unsigned percent);

/* verify_contacts.c: contacts with addresses, external ids, domains, tags, states, text, strays, counts. */
void verify_contacts(struct verify *verify);
/* verify_rest.c: judgements with evidence, quiet days, review; originals, seen mail, history. */
void verify_judgements(struct verify *verify);
void verify_mail(struct verify *verify);
void verify_history(struct verify *verify);
void verify_tagsets(struct verify *verify);

#endif
