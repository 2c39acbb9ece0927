/* SPDX-License-Identifier: MIT */
#include "store/textclass.h"

enum { CODE_LETTERS = 3 };

struct tally {
    unsigned letters, digits;
};

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
