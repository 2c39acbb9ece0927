/* SPDX-License-Identifier: MIT */
#include "store/textclass.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { CODE_LETTERS = 3 };

/* Any digit, and letters as far as they matter: up to one more than a code has. */
struct tally {
    unsigned letters;
    bool digits;
};

#ifdef __SSE2__
static void add_bits(struct tally *tally, unsigned letters, unsigned digits)
{
    tally->digits = tally->digits || digits;
    for (; letters && tally->letters <= CODE_LETTERS; letters &= letters - 1)
        tally->letters++;
}

/* Of an import each text goes through here: sixteen bytes at a time, up to 15 of them behind its end. */
static struct tally tally_padded(const char *at, size_t n)
{
    struct tally tally = {0, false};
    for (size_t i = 0; i < n; i += 16) {
        __m128i all = _mm_loadu_si128((const __m128i *)(const void *)(at + i));
        /* Shifted so that the first of them is the least there is. */
        __m128i from_a = _mm_sub_epi8(all, _mm_set1_epi8((char)('a' - 128)));
        __m128i from_0 = _mm_sub_epi8(all, _mm_set1_epi8((char)('0' - 128)));
        __m128i letters = _mm_or_si128(all, _mm_cmplt_epi8(from_a, _mm_set1_epi8(-128 + 26)));
        __m128i digits = _mm_cmplt_epi8(from_0, _mm_set1_epi8(-128 + 10));
        unsigned in = n - i < 16 ? (1u << (n - i)) - 1 : 0xffff;
        add_bits(&tally, (unsigned)_mm_movemask_epi8(letters) & in, (unsigned)_mm_movemask_epi8(digits) & in);
    }
    return tally;
}
#else
static struct tally tally_padded(const char *at, size_t n)
{
    struct tally tally = {0, false};
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)at[i];
        if (tally.letters <= CODE_LETTERS)
            tally.letters += (unsigned)((unsigned char)(c - 'a') < 26) | c >> 7;
        tally.digits = tally.digits || (unsigned char)(c - '0') < 10;
    }
    return tally;
}
#endif

static struct tally tally_of(struct span text)
{
    struct tally tally = {0, false};
    while (text.n) {
        char bytes[64] = {0};
        size_t n = text.n < sizeof bytes ? text.n : sizeof bytes;
        memcpy(bytes, text.at, n);
        struct tally more = tally_padded(bytes, n);
        tally.letters += more.letters;
        tally.digits = tally.digits || more.digits;
        text = span_cut(text, n, text.n);
    }
    return tally;
}

static enum text_class class_of(struct tally tally)
{
    if (!tally.letters)
        return TEXT_NUMBERS;
    if (!tally.digits)
        return TEXT_LETTERS;
    return tally.letters <= CODE_LETTERS ? TEXT_CODES : TEXT_MIXED;
}

enum text_class text_class_of(struct span text)
{
    return class_of(tally_of(text));
}

enum text_class text_class_padded(const char *at, size_t n)
{
    return class_of(tally_padded(at, n));
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
