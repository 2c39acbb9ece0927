/* SPDX-License-Identifier: MIT
 *
 * The named steps of a scan, for the tests that kill it at each: with ZWROTKA_KILL_AT=NAME or
 * NAME:N in the environment the process kills itself (SIGKILL) at that step, the Nth time.
 *
 *   read       a message was read
 *   decode     it was decoded
 *   commit     effects are in the transaction, not committed
 *   committed  they are committed, marking is pending
 *   mark       the server is about to be told
 *   marked     it was told, "marked" is not stored
 *   done       that is stored
 *
 * and of a trial (trial.h): noted (its number is stored), put, removed.
 */
#ifndef SCAN_KILLPOINT_H
#define SCAN_KILLPOINT_H

void killpoint(const char *name);

#endif
