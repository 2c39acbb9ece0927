/* SPDX-License-Identifier: MIT
 *
 * A zwrotka command in a process and session of its own: this same binary, this store and
 * configuration. What it prints goes through a file in memory, so that it never waits for us and
 * never fails when the screen goes away: it just goes on.
 */
#ifndef SCREEN_CHILD_H
#define SCREEN_CHILD_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/result.h"
#include "base/str.h"

struct child {
    pid_t pid;     /* 0: none */
    int out;       /* the file in memory */
    off_t read_at;
    struct str rest; /* an unfinished line */
    bool ended;
    int code;      /* exit code, 128 + signal */
};

/* argv[0] is put in front by the call; `words` ends with NULL. */
enum result child_start(struct child *child, const char *const *words, struct error *error);
/* Has it ended? Reaps it. Lines may still be there to read. */
bool child_ended(struct child *child);
/* The next whole line (and at the end what is left), cleared into line; false: none now. */
bool child_line(struct child *child, struct str *line);
/* The same with its standard output into `out`, which stays the caller's; what it complains of are the
 * lines. */
enum result child_start_into(struct child *child, const char *const *words, int out,
                             struct error *error);
/* The same with `input` on its standard input, which is held in memory alone. */
enum result child_start_with(struct child *child, const char *const *words, struct span input,
                             struct error *error);
void child_cancel(struct child *child); /* SIGINT: it ends cleanly by itself */
/* Lets it go: it goes on alone if it still runs. */
void child_free(struct child *child);

/* Runs it on the terminal, which curses must have left, and waits. Returns its exit code. */
int child_foreground(const char *const *words);

#endif
