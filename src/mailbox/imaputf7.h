/* SPDX-License-Identifier: MIT
 *
 * Folder names on the wire: modified UTF-7 (RFC 3501 5.1.3).
 */
#ifndef MAILBOX_IMAPUTF7_H
#define MAILBOX_IMAPUTF7_H

#include "base/str.h"

void imaputf7_encode(struct span utf8, struct str *out); /* adds */

#endif
