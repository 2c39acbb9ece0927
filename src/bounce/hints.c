/* SPDX-License-Identifier: MIT */
#include "bounce/hints.h"

static const struct {
    enum word word;
    const char *text;
} rows[] = {
#include "bounce/hints_rows.h"
};

enum word hints_word(size_t i)
{
    return rows[i].word;
}

const char *hints_text(size_t i)
{
    return i < sizeof rows / sizeof *rows ? rows[i].text : NULL;
}
