/* SPDX-License-Identifier: MIT
 *
 * Memory for processes that read what strangers send.
 */
#ifndef BASE_LIMIT_H
#define BASE_LIMIT_H

#include <stdbool.h>
#include <stddef.h>

/* From now on this process gets at most `more` bytes beyond what it has mapped. */
bool limit_memory(size_t more);

#endif
