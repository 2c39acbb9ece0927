/* SPDX-License-Identifier: MIT */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"

enum result file_read(int fd, const char *path, size_t max, struct file *file,
                      struct error *error)
{
    struct str all = {0};
    ssize_t n;
    do {
        str_reserve(&all, 1 << 16);
        n = read(fd, all.at + all.n, all.capacity - all.n - 1);
        all.n += n > 0 ? (size_t)n : 0;
        if (all.n > max) {
            errno = EFBIG;
            n = -1;
        }
    } while (n > 0 || (n < 0 && errno == EINTR));
    if (n < 0) {
        int code = errno;
        str_free(&all);
        errno = code;
        enum result result = error_system(error, path);
        errno = code;
        return result;
    }
    size_t length = all.n;
    *file = (struct file){{str_take(&all), length}, false};
    return RESULT_OK;
}

enum result file_open(const char *path, struct file *file, struct error *error)
{
    struct stat st;
    if (strcmp(path, "-") == 0)
        return file_read(STDIN_FILENO, _("standard input"), SIZE_MAX, file, error);
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
        result = file_read(fd, path, SIZE_MAX, file, error);
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

void file_make_way(const char *path)
{
    char *copy = alloc_text(path);

    for (char *slash = strchr(copy + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(copy, 0700);
        *slash = '/';
    }
    free(copy);
}
