/* SPDX-License-Identifier: MIT */
#include "screen/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"

enum { PIECE = 64 * 1024, LINE_LONGEST = 1024 * 1024 };

static char **argv_of(const char *const *words)
{
    size_t n = 0;

    while (words[n])
        n++;
    char **argv = alloc_zero(n + 2, sizeof *argv);
    argv[0] = (char *)"zwrotka";
    for (size_t i = 0; i < n; i++)
        argv[i + 1] = (char *)words[i];
    return argv;
}

/* In the child, between fork and exec. */
static void become(char **argv, int in, int out, int said)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH, SIGPIPE};
    sigset_t none;

    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
        signal(signals[i], SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (out >= 0) {
        setsid();
        signal(SIGHUP, SIG_IGN);
        int from = in >= 0 ? in : open("/dev/null", O_RDONLY);
        if (from >= 0)
            dup2(from, STDIN_FILENO);
        dup2(out, STDOUT_FILENO);
        dup2(said, STDERR_FILENO);
    }
    execv("/proc/self/exe", argv);
    _exit(127);
}

/* `in` and `into` -1: nothing comes in; the output is what child_line() reads. */
static enum result start(struct child *child, const char *const *words, int in, int into,
                         struct error *error)
{
    int out = memfd_create("zwrotka", MFD_CLOEXEC);
    if (out < 0)
        return error_system(error, "memfd");
    /* Both ends of the file share one offset unless every write goes to its end. */
    fcntl(out, F_SETFL, O_APPEND);
    char **argv = argv_of(words);
    pid_t pid = fork();
    if (pid == 0)
        become(argv, in, into >= 0 ? into : out, out);
    free(argv);
    if (pid < 0) {
        close(out);
        return error_system(error, "fork");
    }
    *child = (struct child){.pid = pid, .out = out};
    return RESULT_OK;
}

enum result child_start(struct child *child, const char *const *words, struct error *error)
{
    return start(child, words, -1, -1, error);
}

enum result child_start_with(struct child *child, const char *const *words, struct span input,
                             struct error *error)
{
    int in = memfd_create("input", MFD_CLOEXEC);
    if (in < 0 || pwrite(in, input.at, input.n, 0) != (ssize_t)input.n) {
        enum result result = error_system(error, "memfd");
        if (in >= 0)
            close(in);
        return result;
    }
    enum result result = start(child, words, in, -1, error);
    close(in);
    return result;
}

enum result child_start_into(struct child *child, const char *const *words, int out,
                             struct error *error)
{
    return start(child, words, -1, out, error);
}

bool child_ended(struct child *child)
{
    int status;

    if (!child->pid || child->ended)
        return true;
    pid_t pid = waitpid(child->pid, &status, WNOHANG);
    if (pid == 0 || (pid < 0 && errno == EINTR))
        return false;
    child->ended = true;
    child->code = pid < 0 ? RESULT_BUG
                          : WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

static bool take_line(struct child *child, struct str *line)
{
    struct span rest = span_of_str(&child->rest);
    ptrdiff_t end = rest.n ? span_find_char(rest, '\n') : -1;

    if (end < 0)
        return false;
    str_add(line, span_cut(rest, 0, (size_t)end));
    child->rest.n -= (size_t)end + 1;
    memmove(child->rest.at, child->rest.at + end + 1, child->rest.n);
    return true;
}

bool child_line(struct child *child, struct str *line)
{
    char piece[PIECE];

    str_clear(line);
    if (!child->pid)
        return false;
    bool ended = child->ended; /* before the read: what is written after it is not lost */
    while (!take_line(child, line)) {
        ssize_t n = pread(child->out, piece, sizeof piece, child->read_at);
        if (n <= 0) {
            if (!ended || !child->rest.n)
                return false;
            str_add(line, span_of_str(&child->rest));
            str_clear(&child->rest);
            return true;
        }
        /* What was read is given back, so a long scan costs no memory while we look on. */
        fallocate(child->out, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, child->read_at, n);
        child->read_at += n;
        if (child->rest.n < LINE_LONGEST)
            str_add(&child->rest, (struct span){piece, (size_t)n});
    }
    return true;
}

void child_cancel(struct child *child)
{
    if (child->pid && !child->ended)
        kill(child->pid, SIGINT);
}

void child_free(struct child *child)
{
    if (child->pid)
        close(child->out);
    str_free(&child->rest);
    *child = (struct child){0};
}

int child_foreground(const char *const *words)
{
    char **argv = argv_of(words);
    int status = 0;

    pid_t pid = fork();
    if (pid == 0)
        become(argv, -1, -1, -1);
    free(argv);
    if (pid < 0)
        return RESULT_BUG;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
