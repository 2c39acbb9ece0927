/* SPDX-License-Identifier: MIT */
#include "mailbox/mboxlock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/kind.h"

#define WAIT_MS 15000u
#define STEP_MS 50u
#define STALE_SECONDS 600 /* a dot lock that old was left behind by a program that died */

struct waiting {
    const char *path;
    const struct mailbox_source *source;
    unsigned left_ms;
};

static struct waiting waiting_for(const char *path, const struct mailbox_source *source)
{
    unsigned ms = source->timeout_ms && source->timeout_ms < WAIT_MS ? source->timeout_ms : WAIT_MS;
    return (struct waiting){path, source, ms};
}

static enum result wait_a_little(struct waiting *waiting, struct error *error)
{
    enum result result = kind_cancelled(waiting->source, error);
    if (result)
        return result;
    if (waiting->left_ms < STEP_MS)
        return error_set(error, RESULT_BUSY,
                         _("%s is locked by another mail program; try again in a moment (a lock "
                           "left behind by a crash is the file %s.lock)"),
                         waiting->path, waiting->path);
    waiting->left_ms -= STEP_MS;
    nanosleep(&(struct timespec){.tv_nsec = STEP_MS * 1000000L}, NULL);
    return RESULT_OK;
}

/* Open file description locks: unlike the older ones they are not lost when some other descriptor
 * of the file is closed, and they exclude those all the same. */
static int set_lock(int fd, short type, int command)
{
    struct flock lock = {.l_type = type, .l_whence = SEEK_SET};
    return fcntl(fd, command, &lock);
}

static enum result lock_fd(int fd, short type, struct waiting *waiting, struct error *error)
{
    while (set_lock(fd, type, F_OFD_SETLK) != 0) {
        if (errno != EAGAIN && errno != EACCES && errno != EINTR)
            return error_system(error, waiting->path);
        enum result result = wait_a_little(waiting, error);
        if (result)
            return result;
    }
    return RESULT_OK;
}

/* "PID:HOST", as we write it, and Dovecot: a process of this machine that is no more. */
static bool owner_died(const char *dot)
{
    char text[300] = "", host[256] = "";
    int fd = open(dot, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);
    if (fd >= 0)
        close(fd);
    gethostname(host, sizeof host - 1);
    struct span line = span_trim((struct span){text, n > 0 ? (size_t)n : 0}), pid;
    uint64_t number;
    return span_next(&line, ':', &pid) && line.at && span_number(pid, &number) && number > 1 &&
           number < INT_MAX && span_equal(line, span_of(host)) && kill((pid_t)number, 0) != 0 &&
           errno == ESRCH;
}

static bool is_stale(const char *dot)
{
    struct stat about;
    return lstat(dot, &about) == 0 &&
           (time(NULL) - about.st_mtime > STALE_SECONDS || owner_died(dot));
}

enum result mboxlock_shared(int fd, const char *path, const struct mailbox_source *source,
                            struct error *error)
{
    struct waiting waiting = waiting_for(path, source);
    struct str dot = {0};
    str_addf(&dot, "%s.lock", path);
    enum result result = RESULT_OK;
    while (!result && access(str_text(&dot), F_OK) == 0 && !is_stale(str_text(&dot)))
        result = wait_a_little(&waiting, error);
    str_free(&dot);
    return result ? result : lock_fd(fd, F_RDLCK, &waiting, error);
}

static void sign(int fd)
{
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    dprintf(fd, "%ld:%s\n", (long)getpid(), host);
}

/* Makes the dot lock with our name in it, at once: were we killed between making and signing it,
 * it would stand for ten minutes. Where the file system cannot, one after the other. */
static bool make_dot(const char *dot)
{
    struct str folder = {0}, made = {0};
    ptrdiff_t slash = span_find_last(span_of(dot), '/');
    str_add(&folder, slash < 0 ? SPAN(".") : span_cut(span_of(dot), 0, (size_t)slash + 1));
    int fd = open(str_text(&folder), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0644);
    bool ok = false;
    if (fd >= 0) {
        sign(fd);
        str_addf(&made, "/proc/self/fd/%d", fd);
        ok = linkat(AT_FDCWD, str_text(&made), AT_FDCWD, dot, AT_SYMLINK_FOLLOW) == 0;
    }
    if (fd < 0 || (!ok && errno != EEXIST)) {
        if (fd >= 0)
            close(fd);
        fd = open(dot, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        ok = fd >= 0;
        if (ok)
            sign(fd);
    }
    int number = errno;
    if (fd >= 0)
        close(fd);
    str_free(&folder);
    str_free(&made);
    errno = number;
    return ok;
}

static enum result take_dot(const char *dot, struct waiting *waiting, struct error *error)
{
    while (!make_dot(dot)) {
        if (errno != EEXIST)
            return error_system(error, dot);
        if (is_stale(dot) && unlink(dot) == 0)
            continue;
        enum result result = wait_a_little(waiting, error);
        if (result)
            return result;
    }
    return RESULT_OK;
}

/* Is fd still what lies at path? Another program may have renamed a new file over it while we
 * waited for the lock. */
static bool is_current(int fd, const char *path)
{
    struct stat ours, there;
    return fstat(fd, &ours) == 0 && stat(path, &there) == 0 && ours.st_ino == there.st_ino &&
           ours.st_dev == there.st_dev;
}

enum result mboxlock_take(struct mboxlock *lock, const char *path,
                          const struct mailbox_source *source, struct error *error)
{
    struct waiting waiting = waiting_for(path, source);
    struct str dot = {0};
    str_addf(&dot, "%s.lock", path);
    enum result result = take_dot(str_text(&dot), &waiting, error);
    if (result)
        goto no_dot;
    int fd;
    for (;;) {
        fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC);
        if (fd < 0) {
            result = error_system(error, path);
            goto no_file;
        }
        if ((result = lock_fd(fd, F_WRLCK, &waiting, error)) != RESULT_OK)
            goto no_lock;
        if (is_current(fd, path))
            break;
        close(fd);
    }
    *lock = (struct mboxlock){.fd = fd, .dot = str_take(&dot)};
    return RESULT_OK;
no_lock:
    close(fd);
no_file:
    unlink(str_text(&dot));
no_dot:
    str_free(&dot);
    return result;
}

void mboxlock_release(struct mboxlock *lock)
{
    close(lock->fd);
    unlink(lock->dot);
    free(lock->dot);
}

void mboxlock_fd(int fd, bool lock)
{
    while (set_lock(fd, lock ? F_WRLCK : F_UNLCK, F_OFD_SETLKW) != 0 && errno == EINTR)
        continue;
}

/* "7: -> POSIX  ADVISORY  WRITE 4711 fd:01:1234 0 EOF" */
bool mboxlock_awaited(const struct stat *about)
{
    char line[256], inode[32];
    FILE *locks = fopen("/proc/locks", "re");
    bool awaited = false;
    snprintf(inode, sizeof inode, ":%llu ", (unsigned long long)about->st_ino);
    while (locks && !awaited && fgets(line, sizeof line, locks))
        awaited = strstr(line, "-> ") && strstr(line, inode);
    if (locks)
        fclose(locks);
    return awaited;
}
