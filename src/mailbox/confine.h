/* SPDX-License-Identifier: MIT
 *
 * The rights of the process that speaks to a server: to look up names, to connect, to read what the
 * system has to read for that (Landlock: /etc, /usr, /lib, /run and the CA file; older kernels: any
 * file), and nothing else (seccomp): no file is written, no program run, no other process touched.
 * Builds with sanitizers leave it out.
 */
#ifndef MAILBOX_CONFINE_H
#define MAILBOX_CONFINE_H

#include <stdbool.h>

/* For ever. `ca_file` may be NULL. False: it could not be done, and nothing may be risked. */
bool confine(const char *ca_file);

#endif
