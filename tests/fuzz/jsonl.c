/* SPDX-License-Identifier: MIT */
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_reader("json", data, size);
}
