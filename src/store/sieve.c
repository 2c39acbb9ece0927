/* SPDX-License-Identifier: MIT */
#include "store/sieve.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "store/contacts.h"
#include "store/evidence.h"
#include "store/judgements.h"
#include "store/tags.h"

struct sieve {
    const struct query *query;
    int64_t now;
    unsigned needs, states;
    bool tagged;         /* it asks something of tags, */
    bool quick;          /* and of nothing but them and of states */
    unsigned char *sets; /* by number of the set: what it says of it */
    uint32_t n;          /* numbers known in `sets` */
    struct contact contact; /* memory kept between contacts */
    uint64_t records;
};

enum verdict_on_set { UNKNOWN, PASSES, FAILS };

struct sieve *sieve_new(const struct query *query, int64_t now)
{
    struct sieve *sieve = alloc_zero(1, sizeof *sieve);
    sieve->query = query;
    sieve->now = now;
    sieve->needs = query_needs(query);
    sieve->states = query_states(query);
    sieve->tagged = query_kinds(query) & QUERY_OF_TAGS;
    sieve->quick = !(query_kinds(query) & ~(unsigned)(QUERY_OF_STATES | QUERY_OF_TAGS));
    return sieve;
}

void sieve_free(struct sieve *sieve)
{
    if (!sieve)
        return;
    free(sieve->sets);
    contact_free(&sieve->contact);
    free(sieve);
}

uint64_t sieve_records(const struct sieve *sieve)
{
    return sieve->records;
}

/* ---- evidence */

struct witness {
    struct txn *txn;
    struct span folded;
};

static bool has_evidence(void *arg, uint32_t scan, const char *mta)
{
    struct witness *witness = arg;
    struct evidence_walk walk = {0};
    bool found = false;
    while (!found && evidence_next(witness->txn, witness->folded, &walk))
        found = (!scan || walk.evidence.scan == scan) &&
                (!mta || span_find_nocase(walk.evidence.mta, span_of(mta)) >= 0);
    evidence_walk_end(&walk);
    return found;
}

/* ---- what is known without the record */

/* By the cache alone: may the state still be one that is wanted? A suspect's 30 days may be over. */
static bool state_allows(const struct sieve *sieve, struct txn *txn, uint32_t id, enum state *state)
{
    *state = contacts_state(txn, id);
    return *state == STATE_SUSPECT || sieve->states & 1u << *state;
}

static bool tags_allow(struct sieve *sieve, struct txn *txn, uint32_t id)
{
    uint32_t number = tags_number(txn, id);
    if (number >= sieve->n) { /* a set may be made between two pieces of a search */
        uint32_t n = tags_sets(txn) + 1;
        n = n > number ? n : number + 1;
        sieve->sets = alloc_again(sieve->sets, n, 1);
        memset(sieve->sets + sieve->n, UNKNOWN, n - sieve->n);
        sieve->n = n;
    }
    if (sieve->sets[number] == UNKNOWN)
        sieve->sets[number] = query_tags(sieve->query, tags_set(txn, number)) ? PASSES : FAILS;
    return sieve->sets[number] == PASSES;
}

/* Neither state nor tags speak against it. */
static bool may_pass(struct sieve *sieve, struct txn *txn, uint32_t id, enum state *state)
{
    *state = STATE_ACTIVE;
    return (!(sieve->needs & (QUERY_STATE | QUERY_STANDING)) || state_allows(sieve, txn, id, state)) &&
           (!sieve->tagged || tags_allow(sieve, txn, id));
}

/* ---- all of it */

static bool look(struct sieve *sieve, struct txn *txn, uint32_t id, struct span folded, enum state state)
{
    struct contact *contact = &sieve->contact;
    struct query_row row = {.contact = contact, .standing.state = state, .evidence = has_evidence};
    bool stated = sieve->needs & QUERY_STATE;
    if (!folded.n || sieve->needs & (QUERY_RECORD | QUERY_STANDING)) {
        sieve->records++;
        if (!contacts_get(txn, id, contact))
            return false;
        folded = contact->folded;
        row.corrected = contact->corrected;
    } else {
        contact_clear(contact);
        contact->id = id;
        contact->address = contact->folded = folded;
        if (sieve->tagged)
            contact->tags = tags_get(txn, id);
    }
    if (sieve->needs & QUERY_STANDING || (stated && row.standing.state == STATE_SUSPECT))
        row.standing = judgements_standing(txn, folded, sieve->now);
    struct witness witness = {txn, folded};
    row.evidence_arg = &witness;
    return query_matches(sieve->query, &row);
}

bool sieve_passes(struct sieve *sieve, struct txn *txn, uint32_t id, struct span folded)
{
    enum state state;
    if (!may_pass(sieve, txn, id, &state))
        return false;
    return (sieve->quick && folded.n && state != STATE_SUSPECT) || look(sieve, txn, id, folded, state);
}

bool sieve_passes_quickly(struct sieve *sieve, struct txn *txn, uint32_t id)
{
    enum state state;
    return may_pass(sieve, txn, id, &state) &&
           (state != STATE_SUSPECT || look(sieve, txn, id, SPAN_NONE, state));
}
