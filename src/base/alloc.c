/* SPDX-License-Identifier: MIT */
#include "base/alloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/text.h"

void alloc_failed(void)
{
    fprintf(stderr, "zwrotka: %s\n", _("out of memory"));
    abort();
}

static void *or_die(void *memory)
{
    if (!memory)
        alloc_failed();
    return memory;
}

void *alloc(size_t bytes)
{
    return or_die(malloc(bytes ? bytes : 1));
}

void *alloc_zero(size_t count, size_t bytes)
{
    return or_die(calloc(count ? count : 1, bytes ? bytes : 1));
}

void *alloc_large(size_t bytes)
{
    const size_t large = 2 << 20;
    if (bytes < large)
        return alloc(bytes);
    size_t whole = (bytes + large - 1) / large * large;
    void *memory = or_die(aligned_alloc(large, whole));
    madvise(memory, whole, MADV_HUGEPAGE); /* it works without */
    return memory;
}

void *alloc_again(void *old, size_t count, size_t bytes)
{
    return or_die(reallocarray(old, count ? count : 1, bytes));
}

char *alloc_text(const char *text)
{
    return or_die(strdup(text));
}

char *alloc_bytes(const void *bytes, size_t n)
{
    char *copy = alloc(n + 1);
    if (n)
        memcpy(copy, bytes, n);
    copy[n] = '\0';
    return copy;
}
