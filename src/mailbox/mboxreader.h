/* SPDX-License-Identifier: MIT
 *
 * Takes an mbox apart, streaming. A message begins behind a line "From …" that opens the file, or
 * that follows an empty line and carries a date or is followed by a header field; RFC 4155 and its
 * looser relatives. Quoted lines (">From ") stay as they lie there.
 */
#ifndef MAILBOX_MBOXREADER_H
#define MAILBOX_MBOXREADER_H

#include <sys/types.h>

#include "base/result.h"
#include "base/str.h"

struct mboxreader_message {
    struct span bytes; /* without the "From " line and the empty line at the end; until next call */
    bool whole;
    off_t start; /* of its "From " line in the file */
    off_t body;  /* of bytes.at[0] in the file */
    off_t end;   /* of the next message, or the end of what was read */
    char
        id[48]; /* digest without what mail programs rewrite (Status and its like) "." occurrence */
};

struct mboxreader;

/* Borrows fd and path; reads with pread from offset 0 to `end`. */
struct mboxreader *mboxreader_new(int fd, const char *path, off_t end);
/* More was delivered behind `end`: reading goes on there. */
void mboxreader_extend(struct mboxreader *reader, off_t end);
void mboxreader_free(struct mboxreader *reader);

/* NO at the end; DATA where the file does not begin with "From "; BUSY where it became shorter; IO.
 */
enum result mboxreader_next(struct mboxreader *reader, struct mboxreader_message *message,
                            struct error *error);

/* The parts of an id: how many bytes are the digest, and which occurrence it is (0 if malformed).
 */
size_t mboxreader_digest_n(const char *id);
unsigned mboxreader_occurrence(const char *id);

#endif
