/* SPDX-License-Identifier: MIT
 *
 * The parts of a message (RFC 2046), by one pass over its raw bytes that looks at lines beginning
 * with "--" only. Broken mail is the rule: boundaries that are missing, not announced or spelled
 * otherwise, headers cut short, parts that do not end.
 */
#ifndef MAIL_MIME_H
#define MAIL_MIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"
#include "mail/arena.h"
#include "mail/header.h"
#include "mail/transfer.h"

#define MIME_DEPTH_MAX 100
#define MIME_PARTS_MAX 1000 /* what comes behind belongs to the last */

enum part_type {
    PART_OTHER,
    PART_PLAIN,       /* text/plain, or nothing said */
    PART_HTML,        /* text/html */
    PART_MULTIPART,   /* its body is what stands before the first boundary */
    PART_MESSAGE,     /* message/rfc822, message/global: its own header is in the part that follows */
    PART_HEADERS,     /* text/rfc822-headers, message/partial …: the body begins with a header */
    PART_STATUS,      /* message/delivery-status (RFC 3464), global-delivery-status (RFC 6533) */
    PART_FEEDBACK,    /* message/feedback-report (RFC 5965) */
    PART_DISPOSITION, /* message/disposition-notification (RFC 8098) */
    PART_TYPES
};

struct part {
    enum part_type type;
    enum transfer transfer;
    bool nested;          /* within a message/rfc822 part */
    bool attached;        /* Content-Disposition: attachment */
    uint8_t depth;
    uint16_t parent;      /* index; its own for the first */
    struct header header; /* empty for a part without */
    struct span type_value; /* Content-Type, unfolded */
    struct span body;     /* raw; of a message: to its end */
};

struct mime {
    struct part *parts; /* in order; the first is the message itself */
    size_t n;
    bool closed; /* the outermost multipart came to its closing boundary, or there is none */
};

/* `message` has LF line endings (mail_lines). */
void mime_read(struct arena *arena, struct span message, struct mime *out);

/* The part's bytes, transfer encoding undone, LF line endings. */
struct span mime_body(struct arena *arena, const struct part *part);
/* The same as valid UTF-8, at most `max` raw bytes of it. */
struct span mime_text(struct arena *arena, const struct part *part, size_t max);

/* A parameter of a structured field such as Content-Type: quoted or not, RFC 2231 continuations and
 * percent encoding undone (the character set is left to the caller); at NULL if it is not there. */
struct span mime_parameter(struct arena *arena, struct span value, const char *name);

#endif
