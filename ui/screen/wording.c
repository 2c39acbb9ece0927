/* SPDX-License-Identifier: MIT */
#include "screen/wording.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "base/utf8.h"

enum { WORDING_LEAST = 3, WORDING_MOST = 120 };

/* Codes, addresses, queue numbers: no two reports have the same. */
static bool is_own(struct span word)
{
    for (size_t i = 0; i < word.n; i++)
        if ((word.at[i] >= '0' && word.at[i] <= '9') || strchr("@<>[]{}=\"", word.at[i]))
            return true;
    return false;
}

void wording_of(struct span diagnostic, struct str *out)
{
    struct span best = SPAN_NONE;
    size_t from = 0, to = 0, at = 0;

    while (at <= diagnostic.n) {
        size_t end = at;
        while (end < diagnostic.n && diagnostic.at[end] != ' ' && diagnostic.at[end] != '\n')
            end++;
        if (is_own(span_cut(diagnostic, at, end)))
            from = to = end + 1;
        else
            to = end;
        if (to > from && to - from > best.n)
            best = span_cut(diagnostic, from, to);
        at = end + 1;
    }
    best = span_trim(best);
    while (best.n && strchr(".:;,- (", best.at[best.n - 1]))
        best.n--;
    while (best.n && strchr(".:;,- )(", best.at[0]))
        best = span_cut(best, 1, best.n);
    if (best.n > WORDING_MOST) {
        best.n = WORDING_MOST;
        while (best.n && best.at[best.n] != ' ')
            best.n--;
    }
    if (best.n >= WORDING_LEAST)
        str_add(out, best);
}

enum result wording_teach(const struct config *config, enum reason reason, struct span wording,
                          char **path, struct error *error)
{
    struct str line = {0};
    enum result result = RESULT_OK;
    char *file = config_rules_path(config);

    wording = span_trim(wording);
    if (wording.n < WORDING_LEAST || !utf8_valid(wording) || memchr(wording.at, '\t', wording.n) ||
        memchr(wording.at, '\n', wording.n)) {
        free(file);
        return error_set(error, RESULT_DATA, "%s", _("a wording has three letters and more"));
    }
    file_make_way(file);
    str_addf(&line, "%s\t%.*s\n", reason_name(reason), SPAN_ARGS(wording));
    int out = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (out < 0 || write(out, line.at, line.n) != (ssize_t)line.n)
        result = error_system(error, file);
    if (out >= 0)
        close(out);
    str_free(&line);
    if (result == RESULT_OK)
        *path = file;
    else
        free(file);
    return result;
}
