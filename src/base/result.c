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
    struct error before = *error;
    va_list args;
    va_start(args, format);
    int n = vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    size_t at = n < 0 ? 0 : (size_t)n;
    if (at + 3 > sizeof error->text) {
        *error = before; /* no room for both: the sentence matters more */
        return;
    }
    size_t room = sizeof error->text - at - 3, length = strlen(before.text);
    memcpy(error->text + at, ": ", 2);
    memcpy(error->text + at + 2, before.text, length < room ? length : room);
    error->text[at + 2 + (length < room ? length : room)] = '\0';
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
