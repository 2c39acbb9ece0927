/* SPDX-License-Identifier: MIT
 *
 * Adding the mailbox where bounces come back: what `zwrotka setup` asks, as a form. The command itself
 * tries it (connection, certificate, log-in, folder, a look at what is in there) and saves what
 * worked; here its stages are shown as they come, and what was typed stays until they did.
 */
#ifndef SCREEN_SETUP_PAGE_H
#define SCREEN_SETUP_PAGE_H

#include "screen/session.h"

void setup_page_open(struct session *session);

#endif
