/* SPDX-License-Identifier: MIT */
#include "config/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/spawn.h"
#include "base/text.h"
#include "base/utf8.h"
#include "config/config.h"

#define SECRET_MAX 65536
#define COMMAND_TIMEOUT_MS 30000

struct pipes {
    int out[2], err[2];
};

/* How long one waits for a command. */
struct patience {
    int64_t end; /* ms */
    bool (*cancelled)(void *arg);
    void *arg;
    bool broken_off;
};

static void close_fd(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static void close_pipes(struct pipes *pipes)
{
    for (int i = 0; i < 2; i++) {
        close_fd(&pipes->out[i]);
        close_fd(&pipes->err[i]);
    }
}

static void read_some(int *fd, struct str *to)
{
    char bytes[4096];
    ssize_t n = read(*fd, bytes, sizeof bytes);
    if (n < 0 && errno == EINTR)
        return;
    if (n <= 0)
        close_fd(fd);
    else if (to->n < SECRET_MAX)
        str_add(to, (struct span){bytes, (size_t)n});
    explicit_bzero(bytes, sizeof bytes);
}

static bool is_over(struct patience *patience)
{
    patience->broken_off |= patience->cancelled && patience->cancelled(patience->arg);
    return patience->broken_off || clock_ms() >= patience->end;
}

/* Until both pipes are closed; false when the time is over. */
static bool collect(struct pipes *pipes, struct patience *patience, struct str *out,
                    struct str *err)
{
    while (pipes->out[0] >= 0 || pipes->err[0] >= 0) {
        struct pollfd polls[2] = {{pipes->out[0], POLLIN, 0}, {pipes->err[0], POLLIN, 0}};
        if (is_over(patience))
            return false;
        int64_t left = patience->end - clock_ms();
        if (poll(polls, 2, left < 100 ? (int)left : 100) <= 0)
            continue;
        if (polls[0].revents)
            read_some(&pipes->out[0], out);
        if (polls[1].revents)
            read_some(&pipes->err[0], err);
    }
    return true;
}

/* Waits for the child, and ends it with all its own when the time is over. Returns its status. */
static int reap(pid_t child, struct patience *patience, bool *in_time)
{
    int status = 0;
    while (*in_time && waitpid(child, &status, WNOHANG) == 0) {
        *in_time = !is_over(patience);
        poll(NULL, 0, 5);
    }
    if (*in_time)
        return status;
    kill(-child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

static void wipe(struct str *s)
{
    if (s->at)
        explicit_bzero(s->at, s->capacity);
    str_free(s);
}

static enum result first_line(struct str *text, const char *from, char **out, struct error *error)
{
    struct span rest = span_of_str(text), line = SPAN_NONE;
    if (!span_line(&rest, &line) || line.n == 0)
        return error_set(error, RESULT_CONFIG, _("%s gave no password in its first line"), from);
    *out = span_copy(line);
    return RESULT_OK;
}

static enum result judge(const char *command, int status, bool in_time, struct str *out,
                         struct str *err, char **secret, struct error *error)
{
    struct str complaint = {0};
    struct span said = span_trim(span_of_str(err));
    ptrdiff_t end = span_find_last(said, '\n');
    enum result result;
    utf8_visible(span_cut(said, (size_t)(end + 1), said.n), &complaint);
    if (!in_time)
        result = error_set(error, RESULT_CONFIG, _("`%s` gave no password in time"), command);
    else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        result = first_line(out, command, secret, error);
    else
        result = error_set(error, RESULT_CONFIG, _("`%s` failed: %s"), command,
                           complaint.n ? complaint.at : _("it does not say why"));
    str_free(&complaint);
    return result;
}

enum result secret_by_command(const char *command, int timeout_ms, char **secret,
                              struct error *error)
{
    return secret_unless(command, timeout_ms, NULL, NULL, secret, error);
}

enum result secret_unless(const char *command, int timeout_ms, bool (*cancelled)(void *arg),
                          void *arg, char **secret, struct error *error)
{
    struct pipes pipes = {{-1, -1}, {-1, -1}};
    struct str out = {0}, err = {0};
    pid_t child;
    enum result result;
    if (pipe2(pipes.out, O_CLOEXEC) != 0 || pipe2(pipes.err, O_CLOEXEC) != 0) {
        result = error_system(error, command);
        goto close;
    }
    char *const words[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};
    struct spawn shell = {.program = "/bin/sh", .words = words, .no_input = true, .own_session = true, .n = 2,
                          .fds = {{pipes.out[1], STDOUT_FILENO}, {pipes.err[1], STDERR_FILENO}}};
    int failed = spawn(&shell, &child);
    if (failed) {
        errno = failed;
        result = error_system(error, "/bin/sh");
        goto close;
    }
    close_fd(&pipes.out[1]);
    close_fd(&pipes.err[1]);
    struct patience patience = {clock_ms() + timeout_ms, cancelled, arg, false};
    bool in_time = collect(&pipes, &patience, &out, &err);
    int status = reap(child, &patience, &in_time);
    if (patience.broken_off)
        result = error_set(error, RESULT_CANCELLED, _("cancelled"));
    else
        result = judge(command, status, in_time, &out, &err, secret, error);
close:
    close_pipes(&pipes);
    wipe(&out);
    wipe(&err);
    return result;
}

enum result secret_from_file(const char *path, char **secret, struct error *error)
{
    struct stat about;
    char bytes[4096];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return error_system(error, path);
    enum result result;
    struct str text = {0};
    ssize_t n = read(fd, bytes, sizeof bytes);
    if (fstat(fd, &about) != 0 || n < 0) {
        result = error_system(error, path);
    } else if (about.st_mode & (S_IRWXG | S_IRWXO)) {
        result = error_set(error, RESULT_CONFIG,
                           _("%s: others may read this password; `chmod 600 %s`"), path, path);
    } else {
        str_add(&text, (struct span){bytes, (size_t)n});
        result = first_line(&text, path, secret, error);
    }
    explicit_bzero(bytes, sizeof bytes);
    wipe(&text);
    close(fd);
    return result;
}

enum result config_password(const struct config_account *account, char **out, struct error *error)
{
    return config_password_unless(account, NULL, NULL, out, error);
}

enum result config_password_unless(const struct config_account *account,
                                   bool (*cancelled)(void *arg), void *arg, char **out,
                                   struct error *error)
{
    enum result result;
    const char *command =
        account->token_command ? account->token_command : account->password_command;
    if (command)
        result = secret_unless(command, COMMAND_TIMEOUT_MS, cancelled, arg, out, error);
    else if (account->password_file)
        result = secret_from_file(account->password_file, out, error);
    else
        return error_set(error, RESULT_CONFIG,
                         _("account %s has no password_command, password_file or token_command"),
                         account->name);
    if (result != RESULT_OK)
        error_prefix(error, _("account %s"), account->name);
    return result;
}
