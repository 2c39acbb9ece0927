/* SPDX-License-Identifier: MIT */
#include "bounce/work.h"

#include <string.h>

#include "mail/addrspec.h"
#include "mail/wrapper.h"

static uint64_t hash_of(struct span address)
{
    uint64_t hash = 0;
    for (size_t i = 0; i < address.n; i++)
        hash = (hash ^ (unsigned char)(address.at[i] | 32)) * 1099511628211u;
    return hash ^ hash >> 29;
}

static bool is(const struct finding *finding, struct span address)
{
    return span_equal_nocase(finding->address, address) ||
           span_equal_nocase(finding->original, address);
}

static void insert(struct work *work, struct span address, size_t index)
{
    for (size_t at = hash_of(address) & work->slots_mask;; at = (at + 1) & work->slots_mask) {
        if (!work->slots[at])
            work->slots[at] = (uint32_t)index + 1;
        else if (!is(&work->findings[work->slots[at] - 1], address))
            continue;
        return; /* the first of that name stays */
    }
}

/* Twice as many slots as names (address and original of each), or more. */
static void make_room(struct work *work)
{
    if (work->slots && work->n * 4 < work->slots_mask)
        return;
    size_t room = work->slots ? (work->slots_mask + 1) * 4 : 64;
    work->slots = arena_zero(work->arena, room * sizeof *work->slots);
    work->slots_mask = room - 1;
    for (size_t i = 0; i < work->n; i++) {
        insert(work, work->findings[i].address, i);
        if (work->findings[i].original.n)
            insert(work, work->findings[i].original, i);
    }
}

struct finding *work_add(struct work *work, struct span address, const char *reader)
{
    work->findings = arena_grow(work->arena, work->findings, work->n, &work->capacity,
                                sizeof *work->findings);
    make_room(work);
    struct finding *finding = &work->findings[work->n];
    *finding = (struct finding){.address = address, .reader = reader};
    insert(work, address, work->n++);
    return finding;
}

void work_original(struct work *work, struct finding *finding, struct span original)
{
    finding->original = original;
    insert(work, original, (size_t)(finding - work->findings));
}

struct finding *work_find(struct work *work, struct span address)
{
    if (!work->slots)
        return NULL;
    for (size_t at = hash_of(address) & work->slots_mask; work->slots[at];
         at = (at + 1) & work->slots_mask) {
        size_t index = work->slots[at] - 1;
        if (index < work->n && is(&work->findings[index], address))
            return &work->findings[index];
    }
    return NULL;
}

void work_clear(struct work *work)
{
    work->n = 0;
    work->slots = NULL;
}

bool work_own(struct work *work, struct span address)
{
    static const char *const names[] = {"To", "Delivered-To", "X-Original-To", "Envelope-To"};
    for (size_t i = 0; i < sizeof names / sizeof *names && !work->own_known; i++) {
        struct span value = header_get(work->arena, work->header, names[i]);
        struct span first = addrspec_first(work->arena, value);
        struct span bare = wrapper_tagged(work->arena, first);
        work->own[i] = bare.at ? bare : first;
    }
    work->own_known = true;
    struct span bare = wrapper_tagged(work->arena, address);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (address.n && span_equal_nocase(work->own[i], bare.at ? bare : address))
            return true;
    return false;
}

bool work_desk(struct work *work, struct span address)
{
    static const char *const desks[] = {"postmaster@", "mailer-daemon@", "abuse@",   "support@",
                                        "helpdesk@",   "help@",          "noreply@", "no-reply@"};
    for (size_t i = 0; i < sizeof desks / sizeof *desks; i++)
        if (span_starts_nocase(address, span_of(desks[i])))
            return true;
    return span_equal_nocase(address, work->from) || work_own(work, address);
}

bool work_open(const struct work *work, const struct part *part)
{
    return part->body.at + part->body.n == work->message.at + work->message.n;
}

const struct part *work_part(const struct work *work, enum part_type type, bool nested)
{
    for (size_t i = 0; i < work->mime.n; i++)
        if (work->mime.parts[i].type == type && work->mime.parts[i].nested == nested)
            return &work->mime.parts[i];
    return NULL;
}
