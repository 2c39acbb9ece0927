/* SPDX-License-Identifier: MIT
 *
 * SMTP dialogues within a notice: sendmail's, InterScan's, MDaemon's, activehunter's.
 *     >>> RCPT To:<user@example.com>        Sent <<< RCPT TO:<user@example.com>
 *     <<< 550 5.1.1 the reason              Received >>> 550 the reason
 *     550 5.1.1 <user@example.com>... the reason
 */
#ifndef BOUNCE_TRANSCRIPT_H
#define BOUNCE_TRANSCRIPT_H

#include "bounce/reading.h"

/* A line that one side said: its recipient or reason goes to the findings. False: it is none. */
bool transcript_line(struct reading *r, struct span line);
/* sendmail's own line, with the address before the dots. False: it is none. */
bool transcript_verdict(struct reading *r, struct span line);

#endif
