/* SPDX-License-Identifier: MIT
 *
 * libetpan's way to the network: a low-level driver over our link, guarded by guard.h.
 */
#ifndef MAILBOX_LOW_H
#define MAILBOX_LOW_H

#include <libetpan/mailstream.h>

#include "mailbox/link.h"

/* A stream over the link, which must outlive it. mailstream_close frees it. */
mailstream *low_stream(struct link *link);

#endif
