/* SPDX-License-Identifier: MIT
 *
 * What a heading of a CSV file or a key of a JSON object means.
 */
#ifndef EXCHANGE_COLUMN_H
#define EXCHANGE_COLUMN_H

#include "exchange/reader.h"

enum column {
    COLUMN_NONE, /* passed over */
    COLUMN_FIELD,
    COLUMN_ADDRESS,
    COLUMN_NAME,
    COLUMN_EXTERNAL_ID,
    COLUMN_TAGS,
    COLUMN_ID, /* this and the following only with_state, else passed over */
    COLUMN_STATE,
    COLUMN_REASON,
    COLUMN_SINCE,
};

/* The meaning of `heading`, through options->map; *name gets the field's name (into heading or the
 * map). Case and blanks around do not count. */
enum column column_of(struct span heading, const struct reader_options *options, struct span *name);

/* The column that the map names for the address, SPAN_NONE for none. If it does, no other is one. */
struct span column_address_mapped(const struct reader_options *options);

/* The first column that the map names and `has` does not find among the headings, SPAN_NONE for none:
 * a slip, which would else lose that column in silence. */
struct span column_map_missing(const struct reader_options *options,
                               bool (*has)(const void *arg, struct span column), const void *arg);

/* Puts a value where it belongs; an empty one is left out. Tags come in normal form by `tags`. A
 * field is appended without looking for one of its name. */
void column_put(struct reader_row *row, enum column column, struct span name, struct span value,
                struct str *tags);

#endif
