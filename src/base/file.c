/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

static enum result read_stream(int fd, const char *path, struct file *file, struct error *error)
{
    struct str all = {0};
    for (;;) {
        str_reserve(&all, 1 << 16);
        ssize_t n = read(fd, all.at + all.n, 1 << 16);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            str_free(&all);
            return error_system(error, path);
        }
        if (n == 0)
            break;
        all.n += (size_t)n;
    }
    size_t n = all.n;
    *file = (struct file){{str_take(&all), n}, false};
    return RESULT_OK;
}

enum result file_open(const char *path, struct file *file, struct error *error)
{
    struct stat st;
    if (strcmp(path, "-") == 0)
        return read_stream(STDIN_FILENO, _("standard input"), file, error);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        enum result result = error_system(error, path);
        if (fd >= 0)
            close(fd);
        return result;
    }
    enum result result = RESULT_OK;
    if (S_ISDIR(st.st_mode)) {
        result = error_set(error, RESULT_DATA, _("%s: this is a directory"), path);
    } else if (!S_ISREG(st.st_mode) || st.st_size == 0) {
        result = read_stream(fd, path, file, error);
    } else {
        void *map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (map == MAP_FAILED)
            result = error_system(error, path);
        else
            *file = (struct file){{map, (size_t)st.st_size}, true};
    }
    close(fd);
    return result;
}

void file_close(struct file *file)
{
    if (file->mapped)
        munmap((void *)file->bytes.at, file->bytes.n);
    else
        free((void *)file->bytes.at);
}
