/* SPDX-License-Identifier: MIT
 *
 * libFuzzer's door. Each program of this folder feeds one reader of hostile input; run.sh runs them.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the program, as a finding, where a promise of a header does not hold. */
#define PROMISE(holds) ((holds) ? (void)0 : __builtin_trap())

static inline struct span fuzz_span(const uint8_t *data, size_t size)
{
    return (struct span){(const char *)data, size};
}

#endif
