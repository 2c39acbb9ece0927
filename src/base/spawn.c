/* SPDX-License-Identifier: MIT */
#include "base/spawn.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

/* A dup2 onto the same number would keep close-on-exec, and one number may be another's: so all are
 * lifted out of the way first, above any of them. */
static void place_fds(const struct spawn *what, posix_spawn_file_actions_t *files)
{
    int above = STDERR_FILENO + 1;
    for (size_t i = 0; i < what->n; i++) {
        above = what->fds[i].ours >= above ? what->fds[i].ours + 1 : above;
        above = what->fds[i].its >= above ? what->fds[i].its + 1 : above;
    }
    if (what->no_input)
        posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    for (int i = 0; i < (int)what->n; i++)
        posix_spawn_file_actions_adddup2(files, what->fds[i].ours, above + i);
    for (int i = 0; i < (int)what->n; i++) {
        posix_spawn_file_actions_adddup2(files, above + i, what->fds[i].its);
        posix_spawn_file_actions_addclose(files, above + i);
    }
}

int spawn(const struct spawn *what, pid_t *pid)
{
    extern char **environ;
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t all, none;
    int rc = posix_spawn_file_actions_init(&files);
    if (rc)
        return rc;
    rc = posix_spawnattr_init(&how);
    if (!rc) {
        sigfillset(&all);
        sigemptyset(&none);
        int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
        posix_spawnattr_setflags(&how, (short)(flags | (what->own_session ? POSIX_SPAWN_SETSID : 0)));
        posix_spawnattr_setsigdefault(&how, &all);
        posix_spawnattr_setsigmask(&how, what->block_signals ? &all : &none);
        place_fds(what, &files);
        rc = posix_spawn(pid, what->program, &files, &how, what->words,
                         what->environment ? what->environment : environ);
        posix_spawnattr_destroy(&how);
    }
    posix_spawn_file_actions_destroy(&files);
    return rc;
}
