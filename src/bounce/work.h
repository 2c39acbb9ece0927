/* SPDX-License-Identifier: MIT
 *
 * One message being decoded: what the readers of this room share. Inside of bounce/ only.
 */
#ifndef BOUNCE_WORK_H
#define BOUNCE_WORK_H

#include <stdbool.h>
#include <stddef.h>

#include "bounce/bounce.h"
#include "mail/arena.h"
#include "mail/header.h"
#include "mail/mime.h"

/* A recipient that a reader found; texts as they stand, in the arena or the message. */
struct finding {
    struct span address;
    struct span original; /* what the sender wrote to, where it differs */
    bool original_said;   /* the report has an Original-Recipient: nothing else is asked */
    struct span words;    /* what the server said; may have line breaks */
    struct span more;     /* what is said besides: a status's comment, the text round it */
    struct span status;   /* "5.1.1" or at NULL */
    struct span mta;
    enum bounce_action action;
    bool cut;            /* the message ends within what is said: it condemns nobody */
    const char *reader; /* for explain */
};

struct returned {
    struct header header; /* of the message that came back; n is 0 if none did */
    struct span body;     /* the beginning of its text, if it is there */
    struct span only;     /* its single recipient, once it is `asked` for */
    bool asked;
};

struct work {
    struct arena *arena;
    struct span message; /* LF line endings, "From " line dropped */
    struct mime mime;
    const struct header *header; /* of the message itself */
    const struct bounce_rules *rules;
    struct span subject; /* decoded */
    struct span from;    /* its From address; at NULL if there is none */
    struct span own[4];  /* whom the bounce itself went to, once it is asked */
    bool own_known;
    struct finding *findings;
    size_t n, capacity;
    uint32_t *slots; /* hash of addresses and originals → 1 + index */
    size_t slots_mask;
    struct span context; /* the notice and subject, for those that the server's words lack */
    struct returned returned;
    struct span notice; /* the text for people, UTF-8, up to the returned message; see notice.h */
    bool notice_open;   /* nothing ends it but the end of the message */
    bool auth_failure;  /* the feedback is about DMARC, SPF or DKIM */
    size_t passive;     /* groups of a report that were delivered, relayed or expanded */
    bool daemon;        /* its sender is a mail system's */
    bool trusted;       /* sender and subject are those of a failure notice */
    bool saw_report;    /* there was a machine-readable report */
    struct span reporting_mta;
    struct str explain;
};

/* Adds a recipient; `address` must be a valid address. Pointers to findings end with the next. */
struct finding *work_add(struct work *work, struct span address, const char *reader);
/* Sets its original; at most once. */
void work_original(struct work *work, struct finding *finding, struct span original);
/* The finding of that address or original (case apart), or NULL. */
struct finding *work_find(struct work *work, struct span address);
/* Forgets all findings. */
void work_clear(struct work *work);

/* Did the bounce itself go to that address (To, Delivered-To, X-Original-To, Envelope-To), BATV's tag
 * apart? */
bool work_own(struct work *work, struct span address);
/* Is it that, the server's own address, or a desk's (postmaster, support …): nobody whom we wrote to? */
bool work_desk(struct work *work, struct span address);

/* Does the part end only because the message does? */
bool work_open(const struct work *work, const struct part *part);

/* Part of that type outside of (or within) nested messages; NULL if there is none. */
const struct part *work_part(const struct work *work, enum part_type type, bool nested);

#endif
