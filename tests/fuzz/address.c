/* SPDX-License-Identifier: MIT */
#include "contact/address.h"
#include "contact/typo.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct span text = fuzz_span(data, size);
    struct str spelled = {0}, folded = {0}, again = {0};
    struct error error = {""};
    if (address_fold(text, &spelled, &folded, &error) == RESULT_OK) {
        PROMISE(address_fold(span_of_str(&folded), NULL, &again, &error) == RESULT_OK);
        PROMISE(span_equal(span_of_str(&folded), span_of_str(&again)));
        str_clear(&again);
        address_domain_unicode(address_domain(span_of_str(&folded)), &again);
    }
    address_key(text, &folded);
    PROMISE(folded.n <= 2 * ADDRESS_MAX);
    address_fold_domain(text, true, &again, &error);
    str_free(&spelled);
    str_free(&folded);
    str_free(&again);
    return 0;
}
