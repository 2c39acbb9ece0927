/* SPDX-License-Identifier: MIT
 *
 * A whole file as bytes: mapped where that is possible, read where it is a pipe.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>

#include "base/result.h"
#include "base/str.h"

struct file {
    struct span bytes;
    bool mapped;
};

/* "-" is standard input. MISSING, DENIED, IO; DATA for a directory. Close what was opened. */
enum result file_open(const char *path, struct file *file, struct error *error);
void file_close(struct file *file);

#endif
