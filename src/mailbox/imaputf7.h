/* SPDX-License-Identifier: MIT
 *
 * Folder names on the wire: modified UTF-7 (RFC 3501 5.1.3).
 */
#ifndef MAILBOX_IMAPUTF7_H
#define MAILBOX_IMAPUTF7_H

#include "base/str.h"

/* Both add to out. What is no modified UTF-7 decodes to something readable, at least. */
void imaputf7_encode(struct span utf8, struct str *out);
void imaputf7_decode(struct span wire, struct str *out);

#endif
