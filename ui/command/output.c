/* SPDX-License-Identifier: MIT */
#include "command/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "base/utf8.h"

#define BUFFER_BYTES 65536

/* Standard output is one for the whole program, and so is its buffer. */
static struct {
    struct str buffer;
    int failed; /* errno of the first write that failed */
    int tty;    /* 0: not asked yet, 1: yes, -1: no */
} standard;

static bool progress_shown;

struct str *output_buffer(void)
{
    return &standard.buffer;
}

static bool to_terminal(void)
{
    if (standard.tty == 0)
        standard.tty = isatty(STDOUT_FILENO) ? 1 : -1;
    return standard.tty > 0;
}

/* What writers of files put into the buffer as it is (a CSV, a vCard) may end on a terminal, too. */
static void make_visible(void)
{
    struct str shown = {0};
    struct span rest = span_of_str(&standard.buffer);
    while (rest.n) {
        size_t n = 0;
        while (n < rest.n && rest.at[n] != '\n' && rest.at[n] != '\t')
            n++;
        utf8_visible(span_cut(rest, 0, n), &shown);
        if (n < rest.n)
            str_add_char(&shown, rest.at[n++]);
        rest = span_cut(rest, n, rest.n);
    }
    str_free(&standard.buffer);
    standard.buffer = shown;
}

void output_flush(void)
{
    if (standard.buffer.n && to_terminal())
        make_visible();
    const char *at = standard.buffer.at;
    size_t left = standard.buffer.n;
    progress_clear();
    while (left > 0 && !standard.failed) {
        ssize_t n = write(STDOUT_FILENO, at, left);
        if (n < 0 && errno != EINTR)
            standard.failed = errno;
        if (n > 0) {
            at += n;
            left -= (size_t)n;
        }
    }
    str_clear(&standard.buffer);
}

void output_more(void)
{
    if (standard.buffer.n >= BUFFER_BYTES)
        output_flush();
}

void outputf(const char *format, ...)
{
    char few[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(few, sizeof few, format, args);
    va_end(args);
    if (n > 0) {
        struct str *out = &standard.buffer;
        str_reserve(out, (size_t)n);
        vsnprintf(out->at + out->n, (size_t)n + 1, format, again);
        out->n += (size_t)n;
    }
    va_end(again);
    output_more();
}

void output_data(struct span text)
{
    if (to_terminal()) {
        utf8_visible(text, &standard.buffer);
        return;
    }
    size_t from = standard.buffer.n;
    str_add(&standard.buffer, text);
    for (size_t i = from; i < standard.buffer.n; i++)
        if ((unsigned char)standard.buffer.at[i] < 0x20)
            standard.buffer.at[i] = ' ';
}

void output_cell(struct span text, bool last)
{
    output_data(text);
    str_add_char(&standard.buffer, last ? '\n' : '\t');
    output_more();
}

void output_time(int64_t time, bool last)
{
    char text[21] = "";
    if (time)
        date_to_iso(time, text);
    output_cell(span_of(text), last);
}

enum result output_finish(struct error *error)
{
    output_flush();
    str_free(&standard.buffer);
    if (!standard.failed)
        return RESULT_OK;
    if (standard.failed == EPIPE) {
        if (error)
            error->text[0] = '\0';
        return RESULT_IO;
    }
    errno = standard.failed;
    error_system(error, _("standard output"));
    return RESULT_IO;
}

void complain(const char *format, ...)
{
    struct str shown = {0};
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0)
        return;
    output_flush();
    struct span rest = span_of(text), line;
    while (span_line(&rest, &line)) {
        str_add_text(&shown, "zwrotka: ");
        utf8_visible(line, &shown);
        str_add_char(&shown, '\n');
    }
    fputs(str_text(&shown), stderr);
    str_free(&shown);
    free(text);
}

void progress_show(const char *what, uint64_t done, uint64_t total)
{
    if (!isatty(STDERR_FILENO))
        return;
    struct str line = {0};
    utf8_visible(span_of(what), &line);
    if (total)
        str_addf(&line, _("  %'llu of %'llu  %u %%"), (unsigned long long)done,
                 (unsigned long long)total, (unsigned)((double)done * 100 / (double)total));
    else
        str_addf(&line, "  %'llu", (unsigned long long)done);
    fprintf(stderr, "\r\033[K%.*s", (int)utf8_fit(span_of_str(&line), 78, NULL), str_text(&line));
    fflush(stderr);
    progress_shown = true;
    str_free(&line);
}

void progress_clear(void)
{
    if (progress_shown)
        fputs("\r\033[K", stderr);
    progress_shown = false;
}

const char ask_unasked[] = N_("There is no terminal to ask on; say --yes to do it unasked.");

enum result ask_yes(const char *question, struct error *error)
{
    char answer[64] = "";
    output_flush();
    FILE *terminal = isatty(STDERR_FILENO) ? fopen("/dev/tty", "r+e") : NULL;
    if (!terminal)
        return error_set(error, RESULT_USAGE, "%s %s", question, _(ask_unasked));
    fprintf(terminal, "%s [y/N] ", question);
    fflush(terminal);
    bool any = fgets(answer, sizeof answer, terminal) != NULL;
    fclose(terminal);
    /* yes, tak */
    if (any && strchr("yYtT", answer[0]) && answer[0])
        return RESULT_OK;
    return error_set(error, RESULT_NO, _("nothing was changed"));
}
