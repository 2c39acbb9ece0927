/* SPDX-License-Identifier: MIT
 *
 * Ctrl-C and SIGTERM for commands that end in good order: the first asks, the second ends.
 */
#ifndef COMMAND_INTERRUPT_H
#define COMMAND_INTERRUPT_H

#include <stdbool.h>

void interrupt_watch(void);          /* from now on signals are noted; once is enough */
bool interrupt_asked(void *unused);  /* fits the callbacks of src/ */
int interrupt_signal(void);          /* which came, 0 for none */

#endif
