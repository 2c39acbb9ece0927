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
/* The rest of an open file or pipe; `path` is what it is called. IO; with errno EFBIG beyond `max`
 * bytes. errno stays. */
enum result file_read(int fd, const char *path, size_t max, struct file *file,
                      struct error *error);
void file_close(struct file *file);

/* Makes each directory that lacks on the way to `path`, 0700; what cannot be made shows when the file
 * is written. */
void file_make_way(const char *path);

#endif
