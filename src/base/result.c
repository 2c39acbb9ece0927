/* SPDX-License-Identifier: MIT */
#include "base/result.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum result error_set(struct error *error, enum result result, const char *format, ...)
{
    if (error) {
        va_list args;
        va_start(args, format);
        vsnprintf(error->text, sizeof error->text, format, args);
        va_end(args);
    }
    return result;
}

void error_prefix(struct error *error, const char *format, ...)
{
    if (!error)
        return;
    char all[sizeof error->text];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(all, sizeof all, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof all)
        return;
    snprintf(all + n, sizeof all - (size_t)n, ": %s", error->text);
    memcpy(error->text, all, sizeof all);
}

enum result result_worse(enum result a, enum result b)
{
    return a > b ? a : b;
}

enum result error_system(struct error *error, const char *path)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return error_set(error, RESULT_MISSING, _("%s: there is no such file or directory"), path);
    case EACCES:
    case EPERM:
    case EROFS:
        return error_set(error, RESULT_DENIED, _("%s: no permission (%s)"), path, strerror(errno));
    case ENOSPC:
    case EDQUOT:
        return error_set(error, RESULT_IO,
                         _("%s: the disk is full; free some space and run the same again"), path);
    default:
        return error_set(error, RESULT_IO, "%s: %s", path, strerror(errno));
    }
}
