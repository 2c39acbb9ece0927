/* SPDX-License-Identifier: MIT
 *
 * What the readers of this room share: one small ops table a format, over bytes that are UTF-8
 * already. Private to src/exchange.
 */
#ifndef EXCHANGE_FORMAT_H
#define EXCHANGE_FORMAT_H

#include "exchange/reader.h"

struct source {
    struct span bytes; /* UTF-8, without a byte order mark */
    size_t at;         /* how far they were read */
    uint64_t line;     /* of bytes.at[at], from 1 */
    /* Where a quote was opened that nothing closes (SIZE_MAX: nowhere): behind it each has to close on
     * its own line, or a file full of them would take quadratic time. */
    size_t unclosed;
    const char *name;  /* for errors */
    const struct reader_options *options;
};

struct format {
    const char *name;
    bool (*looks)(struct span bytes); /* is it this one, by its first lines? */
    /* *state is freed by close. NULL where there is nothing to prepare. */
    enum result (*open)(struct source *source, void **state, struct error *error);
    /* The row at source->at, which may have been set back to where one began. */
    enum result (*next)(struct source *source, void *state, struct reader_row *row);
    void (*close)(void *state);
    /* reader_skim; the row has to be one line. NULL: none. */
    bool (*skim)(struct source *source, void *state, struct span *address);
    void (*seen)(void *state); /* reader_seen */
    /* source->bytes are others. NULL: the rows cannot be read elsewhere. */
    void (*move)(struct source *source, void *state);
};

extern const struct format format_csv, format_vcard, format_json, format_plain;

/* Takes a line off the source; false at the end. */
bool source_line(struct source *source, struct span *line);

#endif
