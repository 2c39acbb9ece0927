/* SPDX-License-Identifier: MIT
 *
 * Memory that ends the program with a message when there is none. Where the input chose the size,
 * bound it first, or use malloc() and look.
 */
#ifndef BASE_ALLOC_H
#define BASE_ALLOC_H

#include <stddef.h>

void *alloc(size_t bytes);                               /* not cleared */
void *alloc_zero(size_t count, size_t bytes);            /* cleared */
/* For tens of megabytes that are touched here and there: on large pages, where the system has them. */
void *alloc_large(size_t bytes);
void *alloc_again(void *old, size_t count, size_t bytes); /* as reallocarray */
char *alloc_text(const char *text);                      /* as strdup */
char *alloc_bytes(const void *bytes, size_t n);          /* a copy with a NUL behind it */

/* Ends the program as if there were none: for what counts its bytes in 32 bits. */
_Noreturn void alloc_failed(void);

/* Makes room for one more element in a growing array; `*capacity` counts elements. */
#define ALLOC_GROW(array, n, capacity)                                                             \
    do {                                                                                           \
        if ((n) >= (capacity)) {                                                                   \
            (capacity) = (capacity) ? (capacity)*2 : 8;                                            \
            (array) = alloc_again((array), (capacity), sizeof *(array));                           \
        }                                                                                          \
    } while (0)

#endif
