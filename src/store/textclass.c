/* SPDX-License-Identifier: MIT */
#include "store/textclass.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { CODE_LETTERS = 3 };

struct tally {
    unsigned letters, digits;
};

#ifdef __SSE2__
/* How many bytes have their highest bit set. A population count is a call on machines of 2003. */
static unsigned bytes_set(__m128i bytes)
{
    __m128i ones = _mm_and_si128(_mm_srli_epi16(bytes, 7), _mm_set1_epi8(1));
    __m128i sums = _mm_sad_epu8(ones, _mm_setzero_si128());
    return (unsigned)(_mm_cvtsi128_si32(sums) + _mm_extract_epi16(sums, 4));
}

/* Of an import each text goes through here: sixteen bytes at a time. */
static struct tally tally_of(struct span text)
{
    struct tally tally = {0, 0};
    while (text.n) {
        char bytes[16] = {0};
        size_t n = text.n < 16 ? text.n : 16;
        if (n < 16)
            memcpy(bytes, text.at, n);
        __m128i all = _mm_loadu_si128((const __m128i *)(const void *)(n < 16 ? bytes : text.at));
        text.at += n;
        text.n -= n;
        /* Shifted so that the first of them is the least there is. */
        __m128i from_a = _mm_sub_epi8(all, _mm_set1_epi8((char)('a' - 128)));
        __m128i from_0 = _mm_sub_epi8(all, _mm_set1_epi8((char)('0' - 128)));
        __m128i letters = _mm_or_si128(all, _mm_cmplt_epi8(from_a, _mm_set1_epi8(-128 + 26)));
        __m128i digits = _mm_cmplt_epi8(from_0, _mm_set1_epi8(-128 + 10));
        tally.letters += bytes_set(letters);
        tally.digits += bytes_set(digits);
    }
    return tally;
}
#else
static struct tally tally_of(struct span text)
{
    struct tally tally = {0, 0};
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.at[i];
        tally.letters += (unsigned)((unsigned char)(c - 'a') < 26) | c >> 7;
        tally.digits += (unsigned char)(c - '0') < 10;
    }
    return tally;
}
#endif

enum text_class text_class_of(struct span text)
{
    struct tally tally = tally_of(text);
    if (!tally.letters)
        return TEXT_NUMBERS;
    if (!tally.digits)
        return TEXT_LETTERS;
    return tally.letters <= CODE_LETTERS ? TEXT_CODES : TEXT_MIXED;
}

unsigned text_class_having(struct span literal)
{
    struct tally tally = tally_of(literal);
    unsigned classes = 1u << TEXT_MIXED;
    if (!tally.letters)
        classes |= 1u << TEXT_NUMBERS;
    if (!tally.digits)
        classes |= 1u << TEXT_LETTERS;
    if (tally.letters <= CODE_LETTERS)
        classes |= 1u << TEXT_CODES;
    return classes;
}

enum table text_class_table(enum text_class class)
{
    static const enum table tables[TEXT_CLASSES] = {
        [TEXT_LETTERS] = TABLE_text_letters,
        [TEXT_MIXED] = TABLE_text_mixed,
        [TEXT_CODES] = TABLE_text_codes,
        [TEXT_NUMBERS] = TABLE_text_numbers,
    };
    return tables[class];
}
