/* SPDX-License-Identifier: MIT
 *
 * Contacts from outside: CSV, vCard 3 and 4, JSON Lines, plain lists. Knows no store: bytes in, rows
 * out, one at a time.
 */
#ifndef EXCHANGE_READER_H
#define EXCHANGE_READER_H

#include "base/result.h"
#include "contact/contact.h"

struct reader_options {
    const char *format;        /* "csv", "vcard", "json", "plain", or NULL: told by the content */
    const char *charset;       /* NULL: UTF-8, or a UTF-16 byte order mark, else windows-1250 */
    const char *const *map;    /* "email=COLUMN" …, NULL-terminated, or NULL */
    bool with_state;           /* read the columns id, state, reason, since */
    bool dead;                 /* a list of dead addresses from another system: its headings are known
                                * as well, and a CSV may have none, if an address is in the first row */
};

/* One row. The contact's address is as it stands (unfolded, unchecked), its tags in normal form;
 * columns that are there but empty are left out, as are unnamed ones. */
struct reader_row {
    uint64_t line;             /* in the file, from 1 */
    size_t at;                 /* where reader_again finds it */
    struct contact contact;
    struct span state, reason, since; /* with_state, "" if absent */
    const char *problem;       /* why the row is none, or NULL: "unterminated quote" */
};

struct reader;

/* Borrows `bytes` (a mapped file). `name` is for errors. DATA with a sentence when no address column
 * is found, the charset is unknown or the format cannot be told. */
enum result reader_open(struct span bytes, const char *name, const struct reader_options *options,
                        struct reader **out, struct error *error);
/* RESULT_NO at the end. All of the row, its array of fields too, is the reader's and good until
 * the next call; *row need not be set before. */
enum result reader_next(struct reader *reader, struct reader_row *row);
/* The row that reader_next gave with that `at`, once more. Its line is known only if `count`:
 * that takes a pass over all that lies before it, or between it and the one counted last. */
enum result reader_again(struct reader *reader, size_t at, bool count, struct reader_row *row);
/* Passes over a row of which the address alone is wanted, much quicker: of *row, `at` and the address are set.
 * False, and nothing is passed over: the format knows no such way, or there is more to the row (it has a problem,
 * quotes, or a value in the column of a field that reader_seen was not told of). Not if the state or external
 * ids are wanted. */
bool reader_skim(struct reader *reader, struct reader_row *row);
/* It is to be read after all. */
void reader_unskim(struct reader *reader, const struct reader_row *row);
/* The names of the fields that the row read last has are noted: rows with values of them may be skimmed. */
void reader_seen(struct reader *reader);
/* Another reader of the same bytes, for a thread of its own, used while the first is open. It knows
 * what that one has learnt of them so far; reader_agree tells that one what the twin has learnt since. */
struct reader *reader_twin(const struct reader *reader);
void reader_agree(struct reader *reader, const struct reader *twin);
/* Is nothing learnt that the reading of later rows depends on? Then a row reads the same wherever one
 * began, if one came to where it begins. */
bool reader_is_plain(const struct reader *reader);
/* Can its rows be read from copies of them, by a twin? Each with its size, the bytes from its `at` to reader_at
 * behind it; one that the file's end ends needs a line's end. */
bool reader_is_movable(const struct reader *reader);
/* For such a twin: `at` counts in these bytes from now on. */
void reader_move(struct reader *twin, struct span bytes);
size_t reader_at(const struct reader *reader); /* where the next row is looked for */
struct span reader_bytes(const struct reader *reader); /* what rows point into, and `at` counts in */
size_t reader_position(const struct reader *reader); /* bytes read, for progress */
void reader_close(struct reader *reader);

#endif
