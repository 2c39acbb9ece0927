/* SPDX-License-Identifier: MIT
 *
 * Recipients and reasons from the text of a notice: one reader for all servers. It goes line by line,
 * led by the sentences of marks.c, and knows these shapes:
 *     <user@example.com>: the reason              user@example.com: the reason
 *       user@example.com                          * user@example.com
 *         the reason, indented                    user@example.com on Thu, 29 Apr …
 *     Label: user@example.com                     Your message to user@example.com couldn't …
 *     (reason: …) (expanded from: <user@…>)       SMTP dialogues: transcript.h
 * and, as a last resort in the notice of a mail system that names nobody so, the only address of a
 * sentence that says what failed, or the only one that has a line to itself. An address that stands
 * anywhere else names nobody, and neither does ours, the server's own or a desk's.
 */
#ifndef BOUNCE_TEXT_H
#define BOUNCE_TEXT_H

#include "bounce/work.h"

struct text_result {
    bool bounce;    /* a sentence was there that servers use for failures */
    bool server;    /* … that one server uses: marks.c knows its name */
    bool delayed;   /* … for delays */
    bool delivered; /* … for success */
    bool expected;  /* … that recipients stand behind */
    bool locals;    /* … and it may call them by the local part */
    size_t named;   /* findings added, or given their reason */
    struct span other; /* the first recipient that was not known, if only_fill */
    size_t end;     /* where the returned message begins, or the text ends */
};

/* Reads the text, adds to work->findings, and takes what is quoted at its end as the returned
 * message. Findings that are there already get what they lack, and none is added, if `only_fill`. */
struct text_result text_read(struct work *work, struct span text, bool only_fill);

#endif
