/* SPDX-License-Identifier: MIT */
#include "bounce/bounce.h"
#include "bounce/wire.h"
#include "fuzz.h"

/* As the cage does: decode, write for the parent, and read as the parent does. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str wire = {0};
    struct bounce *bounce = bounce_decode(fuzz_span(data, size), NULL), *read;
    wire_write(bounce, &wire);
    PROMISE(wire_read(span_of_str(&wire), &read));
    PROMISE(read->n == bounce->n && read->kind == bounce->kind);
    bounce_free(read);
    bounce_free(bounce);
    /* What a child gone mad may say. */
    if (wire_read(fuzz_span(data, size), &read))
        bounce_free(read);
    str_free(&wire);
    return 0;
}
