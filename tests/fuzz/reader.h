/* SPDX-License-Identifier: MIT
 *
 * The readers of an import, each by its own program: FORMAT is which.
 */
#ifndef FUZZ_READER_H
#define FUZZ_READER_H

#include "exchange/reader.h"
#include "fuzz.h"

static inline int fuzz_reader(const char *format, const uint8_t *data, size_t size)
{
    const struct reader_options options = {.format = format, .with_state = true};
    struct reader *reader;
    struct reader_row row;
    struct error error = {""};
    if (reader_open(fuzz_span(data, size), "input", &options, &reader, &error) != RESULT_OK)
        return 0;
    size_t rows = 0;
    while (reader_next(reader, &row) == RESULT_OK)
        PROMISE(++rows <= size + 1);
    PROMISE(reader_position(reader) <= 4 * size + 4);
    reader_close(reader);
    return 0;
}

#endif
