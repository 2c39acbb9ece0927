/* SPDX-License-Identifier: MIT */
#include "base/date.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = fuzz_span(data, size);
    char out[24];
    int64_t time = date_from_mail(text), again;
    date_to_iso(time, out);
    if (time > 0 && date_from_iso(span_of(out), &again))
        PROMISE(again == time);
    if (date_from_iso(text, &time)) {
        date_to_iso(time, out);
        date_short(time, 1795000000, out);
        date_long(time, 1795000000, out);
    }
    date_from_query(text, 1795000000, &time);
    date_span(text, &time);
    return 0;
}
