/* SPDX-License-Identifier: MIT
 *
 * What commands say. Standard output goes through one buffer, and a write that fails is remembered
 * until output_finish; sentences for people go to standard error. Nothing that came from data
 * reaches a terminal unescaped.
 */
#ifndef COMMAND_OUTPUT_H
#define COMMAND_OUTPUT_H

#include <stdbool.h>

#include "base/result.h"
#include "base/str.h"

/* The buffer, for writers that add to a str; call output_more() after each row. */
struct str *output_buffer(void);
void output_more(void);  /* writes it out if there is much of it */
void output_flush(void); /* writes it out */
void outputf(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Data: made visible on a terminal; elsewhere as it is, but for the controls (tab, newline …) that
 * would break a row, which become blanks. */
void output_data(struct span text);
/* A cell of a row: its data, then a tab, or a newline behind the last. */
void output_cell(struct span text, bool last);
void output_time(int64_t time, bool last); /* a cell: ISO 8601 in UTC, empty for 0 */

/* Writes out the rest. IO if anything could not be written; without a sentence if the reader simply
 * went away (EPIPE). */
enum result output_finish(struct error *error);

/* A sentence on standard error, "zwrotka: …"; each line made visible. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A progress line on standard error, if that is a terminal: "scan main  744 of 1,204  62 %". */
void progress_show(const char *what, uint64_t done, uint64_t total);
void progress_clear(void);

/* Asks "… [y/N]" on the terminal. NO if the answer is not yes; USAGE without a terminal: the sentence
 * is the question then, and ask_unasked (to be translated) behind it. */
enum result ask_yes(const char *question, struct error *error);
extern const char ask_unasked[];

#endif
