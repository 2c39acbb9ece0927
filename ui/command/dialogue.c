/* SPDX-License-Identifier: MIT */
#include "command/dialogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/str.h"
#include "base/text.h"
#include "base/utf8.h"
#include "command/interrupt.h"
#include "command/output.h"

bool dialogue_is_live(void)
{
    return isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
}

/* One byte at a time, for what follows may be a secret that nobody's buffer is to hold. False at the
 * end of the input. */
static bool read_line(struct str *line)
{
    char c;
    ssize_t n;
    str_clear(line);
    str_reserve(line, 4096);
    while ((n = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n')
        if (line->n < 4000)
            str_add_char(line, c);
    return n == 1 || line->n > 0;
}

static void show(const char *question, const char *initial)
{
    struct str text = {0}, shown = {0};
    str_add_text(&text, question);
    if (initial && *initial)
        str_addf(&text, " [%s]", initial);
    str_add_text(&text, ": ");
    utf8_visible(span_of_str(&text), &shown);
    output_flush();
    fputs(str_text(&shown), stderr);
    str_free(&text);
    str_free(&shown);
}

static enum result no_answer(const char *question, struct error *error)
{
    if (interrupt_asked(NULL))
        return error_set(error, RESULT_CANCELLED, _("cancelled; nothing was saved"));
    return error_set(error, RESULT_USAGE, _("the input ended where an answer was due: %s"),
                     question);
}

enum result dialogue_ask(const char *question, const char *initial, char **answer,
                         struct error *error)
{
    struct str line = {0};
    enum result result = RESULT_OK;
    bool more = true;
    do {
        if (dialogue_is_live())
            show(question, initial);
        more = !interrupt_asked(NULL) && read_line(&line);
    } while (more && !initial && !span_trim(span_of_str(&line)).n && dialogue_is_live());
    struct span typed = span_trim(span_of_str(&line));
    if (interrupt_asked(NULL) || (!typed.n && !initial))
        result = no_answer(question, error);
    else
        *answer = typed.n ? span_copy(typed) : alloc_text(initial);
    str_free(&line);
    return result;
}

char *dialogue_unseen(const char *prompt)
{
    char typed[1024] = "";
    struct termios before, silent;
    FILE *terminal = isatty(STDERR_FILENO) ? fopen("/dev/tty", "r+e") : NULL;
    if (!terminal || tcgetattr(fileno(terminal), &before) != 0) {
        if (terminal)
            fclose(terminal);
        return NULL;
    }
    setvbuf(terminal, NULL, _IONBF, 0); /* or the password would stay in its buffer */
    silent = before;
    silent.c_lflag &= (tcflag_t) ~(ECHO | ECHONL);
    /* Silent before the question: who answers at once must not see it either. */
    tcsetattr(fileno(terminal), TCSAFLUSH, &silent);
    fputs(prompt, terminal);
    fflush(terminal);
    bool any = fgets(typed, sizeof typed, terminal) != NULL;
    tcsetattr(fileno(terminal), TCSAFLUSH, &before);
    fputc('\n', terminal);
    fclose(terminal);
    char *secret = any ? span_copy(span_trim(span_of(typed))) : NULL;
    explicit_bzero(typed, sizeof typed);
    return secret;
}

enum result dialogue_secret(const char *question, char **answer, struct error *error)
{
    char *secret = NULL;
    if (dialogue_is_live()) {
        struct str text = {0}, prompt = {0};
        str_addf(&text, "%s: ", question);
        utf8_visible(span_of_str(&text), &prompt);
        output_flush();
        secret = dialogue_unseen(str_text(&prompt));
        str_free(&text);
        str_free(&prompt);
    } else {
        struct str line = {0};
        if (read_line(&line))
            secret = span_copy(span_trim(span_of_str(&line)));
        if (line.at)
            explicit_bzero(line.at, line.capacity);
        str_free(&line);
    }
    if (secret && *secret && !interrupt_asked(NULL)) {
        *answer = secret;
        return RESULT_OK;
    }
    free(secret);
    return no_answer(question, error);
}
