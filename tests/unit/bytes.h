/* SPDX-License-Identifier: MIT
 *
 * For tests of pure readers over bytes: an arena that goes with each test, and spans compared.
 */
#ifndef TESTS_BYTES_H
#define TESTS_BYTES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "mail/arena.h"

static struct arena arena;

static inline int clean(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static inline void same(struct span got, const char *want)
{
    if (!span_equal(got, span_of(want)))
        fail_msg("\"%.*s\" is not \"%s\"", SPAN_ARGS(got), want);
}

#endif
