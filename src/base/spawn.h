/* SPDX-License-Identifier: MIT
 *
 * Another program as a child of ours (posix_spawn): signals as at a program's start, but blocked if so
 * wanted, and no descriptor but those named and what stands without close-on-exec.
 */
#ifndef BASE_SPAWN_H
#define BASE_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { SPAWN_FDS = 8 };

struct spawn {
    const char *program;
    char *const *words;       /* from the program's name on, then NULL */
    char *const *environment; /* then NULL; NULL for our own */
    struct {
        int ours, its;
    } fds[SPAWN_FDS]; /* ours under its number there */
    size_t n;
    bool no_input;      /* standard input is /dev/null */
    bool own_session;   /* and so no terminal */
    bool block_signals; /* Ctrl-C reaches all at once; the child ends when we end it */
};

/* 0 and the child's process id, or what errno would be. */
int spawn(const struct spawn *what, pid_t *pid);

#endif
