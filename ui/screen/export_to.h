/* SPDX-License-Identifier: MIT
 *
 * What the list shows, written to a file by `zwrotka export` beside the screen.
 */
#ifndef SCREEN_EXPORT_TO_H
#define SCREEN_EXPORT_TO_H

#include "screen/session.h"

/* Asks for the file's name; its ending says the format (.vcf, .jsonl or .json, .txt, else CSV). A file
 * that is there is never replaced. `n` is how many there are. */
void export_to_open(struct session *session, struct span query, size_t n);

#endif
