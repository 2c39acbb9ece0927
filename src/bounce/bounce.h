/* SPDX-License-Identifier: MIT
 *
 * A message → what it says about which recipients. Pure: bytes in, struct out; no network, clock,
 * store or locale. The heart; verdicts.md is its law.
 */
#ifndef BOUNCE_BOUNCE_H
#define BOUNCE_BOUNCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/str.h"
#include "mail/reason.h"

enum bounce_kind {
    BOUNCE_OTHER,     /* nothing of ours: people's mail, list replies, spam */
    BOUNCE_BOUNCE,    /* failures and delay notices */
    BOUNCE_COMPLAINT, /* RFC 5965 abuse report */
    BOUNCE_AUTOREPLY,
    BOUNCE_CHALLENGE,
    BOUNCE_RECEIPT, /* delivered, relayed, expanded, read */
};

enum bounce_action {
    ACTION_NONE, /* not said */
    ACTION_FAILED,
    ACTION_DELAYED,
    ACTION_DELIVERED,
    ACTION_RELAYED,
    ACTION_EXPANDED,
};

/* One recipient that something may follow for. Texts are NUL-terminated valid UTF-8 without line
 * breaks, "" when absent, owned by the struct bounce. */
struct bounce_recipient {
    const char *address;    /* as the reporting server names it; domain lower case */
    const char *original;   /* what the sender wrote to, "" when the same */
    enum verdict verdict;   /* SOFT, HARD or COMPLAINT */
    enum reason reason;
    enum bounce_action action;
    char status[12];        /* RFC 3463 "5.1.1" */
    char reply[4];          /* "550" */
    const char *diagnostic; /* what the server said, white space folded, at most 1,000 bytes */
    const char *mta;        /* the server that said it: Remote-MTA, else the reporting MTA */
    const char *rule;       /* which rule or field decided: "no such user", "status 5.1.1" */
    bool alias_member;      /* its original also stands in the report as delivered, relayed or
                               expanded: an alias, other members of which were reached */
};

struct bounce {
    enum bounce_kind kind;
    struct bounce_recipient *recipients; /* empty where there is nothing to act on */
    size_t n;
    int64_t time;             /* topmost Received, else Date, else 0; may lie in the future */
    const char *reporting_mta;
    const char *envelope_to;  /* Delivered-To, X-Original-To, Envelope-To or To of the bounce itself */
    const char *token_to;     /* the one of these, else the returned message's Return-Path, with one
                                 of our tokens (mail/token.h), "" */
    const char *return_path;  /* who sent the bounce itself: "" for nobody, as it should be */
    const char *from;         /* From address of the bounce */
    const char *subject;      /* decoded */
    const char *sender;       /* of the returned message: Return-Path, else Sender, else From; "" */
    const char *returned_from; /* From address of the returned message, "" */
    const char *message_id;   /* of the returned message, without <>, "" */
    const char **delivered;   /* who a report says was reached: originals, else addresses */
    size_t delivered_n;
    const char *explain;      /* lines for classify --explain: which reader, which rule; "" */
};

/* A user's own wordings beside the built-in ones (data/), overriding them. */
struct bounce_rules;

/* Decodes one message of any line ending, with or without a leading mbox "From " line. Never fails:
 * what cannot be read is BOUNCE_OTHER, or a bounce that names nobody. `rules` may be NULL. The
 * result owns all it points at. */
struct bounce *bounce_decode(struct span message, const struct bounce_rules *rules);
void bounce_free(struct bounce *bounce);

/* Reads rules: a line each, REASON TAB WORDING (TAB WHERE SEEN), # comments; the wording is plain
 * text, any case, white space folded. DATA with file and line on a bad one. */
enum result bounce_rules_load(const char *path, struct bounce_rules **out, struct error *error);
void bounce_rules_free(struct bounce_rules *rules);

const char *bounce_kind_name(enum bounce_kind kind);       /* "bounce", "autoreply", … */
const char *bounce_action_name(enum bounce_action action); /* "failed", …, "" for NONE */

/* The message without what differs between two deliveries of it, for its digest: trace and local
 * headers (Received, Return-Path, Delivered-To, X-Original-To, Envelope-To, Status, X-Status, X-UID,
 * X-Keywords, Content-Length, Lines, Authentication-Results, X-Spam-*, and the "From " line) dropped,
 * line endings LF, trailing blank lines dropped. Calls `sink` with pieces in order. */
void bounce_digest_feed(struct span message, void (*sink)(void *, struct span), void *arg);

#endif
