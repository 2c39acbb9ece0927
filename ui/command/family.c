/* SPDX-License-Identifier: MIT */
#include "command/family.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/spawn.h"
#include "base/text.h"
#include "command/output.h"

#define PARENT "ZWROTKA_WATCH_PARENT"
enum { LOOK_MS = 200, END_MS = 800, AGAIN_MS = 1000, AGAIN_MOST_MS = 300000, WELL_MS = 60000 };
enum { LINE_LONGEST = 1 << 20 };

struct pipe_end {
    int fd; /* -1: closed */
    struct str rest;
};

struct member {
    const char *name;
    pid_t pid; /* 0: not running */
    struct pipe_end out, err;
    struct str last; /* its last complaint, that a new start may repeat */
    int64_t began, due;
    unsigned failures;
};

bool family_is_member(void)
{
    const char *parent = getenv(PARENT);
    if (!parent)
        return false;
    signal(SIGHUP, SIG_IGN); /* the parent reads the configuration */
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if ((pid_t)strtol(parent, NULL, 10) != getppid())
        raise(SIGTERM); /* it was gone before that took hold */
    return true;
}

/* ---- starting */

static char **make_words(const struct command_line *line, const char *name)
{
    char **words = alloc_zero(12, sizeof *words);
    size_t n = 0;
    words[n++] = (char *)"zwrotka";
    words[n++] = (char *)"watch";
    words[n++] = (char *)name;
    if (line->store_path) {
        words[n++] = (char *)"--store";
        words[n++] = (char *)line->store_path;
    }
    if (line->config_path) {
        words[n++] = (char *)"--config";
        words[n++] = (char *)line->config_path;
    }
    if (line->json)
        words[n++] = (char *)"--json";
    if (line->quiet)
        words[n++] = (char *)"--quiet";
    return words;
}

static void close_end(struct pipe_end *end)
{
    if (end->fd >= 0)
        close(end->fd);
    end->fd = -1;
    str_clear(&end->rest);
}

static bool start(struct member *member, const struct command_line *line)
{
    int out[2], err[2];
    member->began = clock_ms();
    if (pipe2(out, O_CLOEXEC) != 0)
        return false;
    if (pipe2(err, O_CLOEXEC) != 0) {
        close(out[0]);
        close(out[1]);
        return false;
    }
    char **words = make_words(line, member->name);
    struct spawn child = {.program = "/proc/self/exe", .words = words, .no_input = true, .n = 2,
                          .fds = {{out[1], STDOUT_FILENO}, {err[1], STDERR_FILENO}}};
    int failed = spawn(&child, &member->pid);
    free(words);
    close(out[1]);
    close(err[1]);
    member->out.fd = out[0];
    member->err.fd = err[0];
    if (failed) {
        member->pid = 0;
        close_end(&member->out);
        close_end(&member->err);
    }
    return !failed;
}

/* ---- hearing */

static void tell_line(struct member *member, bool complaint, struct span line)
{
    if (!complaint) {
        str_add(output_buffer(), line);
        str_add_char(output_buffer(), '\n');
        output_flush();
        return;
    }
    if (member->failures && span_equal(line, span_of_str(&member->last)))
        return; /* said before the last start */
    str_clear(&member->last);
    str_add(&member->last, line);
    output_flush();
    fprintf(stderr, "%.*s\n", SPAN_ARGS(line));
}

static void hear(struct member *member, struct pipe_end *end)
{
    char bytes[65536];
    ssize_t n = end->fd < 0 ? 0 : read(end->fd, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR)
        return;
    if (n <= 0) {
        close_end(end);
        return;
    }
    struct span rest = {bytes, (size_t)n};
    ptrdiff_t at;
    while ((at = span_find_char(rest, '\n')) >= 0) {
        str_add(&end->rest, span_cut(rest, 0, (size_t)at));
        tell_line(member, end == &member->err, span_of_str(&end->rest));
        str_clear(&end->rest);
        rest = span_cut(rest, (size_t)at + 1, rest.n);
    }
    if (end->rest.n + rest.n < LINE_LONGEST)
        str_add(&end->rest, rest);
}

static void hear_all(struct member *members, size_t n, int ms)
{
    struct pollfd *polls = alloc_zero(2 * n, sizeof *polls);
    for (size_t i = 0; i < n; i++) {
        polls[2 * i] = (struct pollfd){members[i].out.fd, POLLIN, 0};
        polls[2 * i + 1] = (struct pollfd){members[i].err.fd, POLLIN, 0};
    }
    int ready = poll(polls, 2 * n, ms);
    for (size_t i = 0; ready > 0 && i < n; i++) {
        if (polls[2 * i].revents)
            hear(&members[i], &members[i].out);
        if (polls[2 * i + 1].revents)
            hear(&members[i], &members[i].err);
    }
    free(polls);
}

/* ---- ending */

static void look_after(struct member *member, bool ending)
{
    int status;
    if (!member->pid || waitpid(member->pid, &status, WNOHANG) != member->pid)
        return;
    while (member->out.fd >= 0)
        hear(member, &member->out);
    while (member->err.fd >= 0)
        hear(member, &member->err);
    member->pid = 0;
    int64_t now = clock_ms(), wait = AGAIN_MS;
    member->failures = now - member->began > WELL_MS ? 1 : member->failures + 1;
    for (unsigned i = 1; i < member->failures && wait < AGAIN_MOST_MS; i++)
        wait *= 2;
    member->due = now + (wait < AGAIN_MOST_MS ? wait : AGAIN_MOST_MS);
    if (!ending && WIFSIGNALED(status))
        complain(_("%s: the process that watched it died (%s); it is started again"), member->name,
                 strsignal(WTERMSIG(status)));
}

static void signal_all(const struct member *members, size_t n, int number)
{
    for (size_t i = 0; i < n; i++)
        if (members[i].pid)
            kill(members[i].pid, number);
}

static bool any_runs(struct member *members, size_t n)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        look_after(&members[i], true);
        any = any || members[i].pid;
    }
    return any;
}

static void end_all(struct member *members, size_t n)
{
    int64_t most = clock_ms() + END_MS;
    signal_all(members, n, SIGTERM);
    while (any_runs(members, n) && clock_ms() < most)
        hear_all(members, n, 10);
    signal_all(members, n, SIGKILL); /* what it was at is carried out by the next scan */
    while (any_runs(members, n))
        hear_all(members, n, 10);
    for (size_t i = 0; i < n; i++) {
        str_free(&members[i].out.rest);
        str_free(&members[i].err.rest);
        str_free(&members[i].last);
    }
}

enum result family_run(const struct command_line *line, const char *const *names, size_t n,
                       bool (*stop)(void *unused), struct error *error)
{
    struct member *members = alloc_zero(n, sizeof *members);
    enum result result = RESULT_OK;
    char parent[24];
    snprintf(parent, sizeof parent, "%ld", (long)getpid());
    setenv(PARENT, parent, 1);
    for (size_t i = 0; i < n; i++)
        members[i] = (struct member){.name = names[i], .out.fd = -1, .err.fd = -1};
    while (result == RESULT_OK && !stop(NULL)) {
        for (size_t i = 0; i < n && result == RESULT_OK; i++)
            if (!members[i].pid && clock_ms() >= members[i].due && !start(&members[i], line))
                result = error_system(error, members[i].name);
        hear_all(members, n, LOOK_MS);
        for (size_t i = 0; i < n; i++)
            look_after(&members[i], false);
    }
    end_all(members, n);
    free(members);
    unsetenv(PARENT);
    return result ? result
                  : error_set(error, RESULT_CANCELLED, "%s", _("the watch has ended"));
}
