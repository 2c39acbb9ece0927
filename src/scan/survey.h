/* SPDX-License-Identifier: MIT
 *
 * A look at a mailbox before anything is set up: how much mail there is, since when, and how much of
 * it looks like bounces. Reads a sample, marks nothing, needs no store.
 */
#ifndef SCAN_SURVEY_H
#define SCAN_SURVEY_H

#include "mailbox/mailbox.h"

struct survey {
    uint64_t messages;
    int64_t oldest;   /* of the first message; 0 where it does not say */
    uint64_t bounces; /* complaints too; */
    bool exact;       /* all were looked at; else it is an estimate from a sample */
};

/* Opens source (told of each stage by source->reached), reads about SURVEY_SAMPLE messages spread
 * over all of it, and decodes them in the cage. `program` as for cage_new. Fails as mailbox_open. */
enum { SURVEY_SAMPLE = 200 };
enum result survey(const struct mailbox_source *source, const char *program, struct survey *out,
                   struct error *error);

/* "48,211 messages since 2019, about 1,900 look like bounces". Adds to out. */
void survey_words(const struct survey *survey, struct str *out);

#endif
