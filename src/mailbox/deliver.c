/* SPDX-License-Identifier: MIT */
#include "mailbox/deliver.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "mailbox/kind.h"
#include "mailbox/mboxlock.h"

static bool write_all(int fd, struct span bytes)
{
    while (bytes.n) {
        ssize_t n = write(fd, bytes.at, bytes.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes = span_cut(bytes, (size_t)n, bytes.n);
    }
    return true;
}

static void name_of(struct str *out)
{
    struct timespec now;
    char host[65] = "localhost";
    clock_gettime(CLOCK_REALTIME, &now);
    gethostname(host, sizeof host - 1);
    str_addf(out, "%lld.M%ldP%ld.", (long long)now.tv_sec, now.tv_nsec / 1000, (long)getpid());
    for (const char *c = host; *c; c++) /* as the Maildir convention has it */
        str_addf(out, *c == '/' ? "\\057" : *c == ':' ? "\\072" : "%c", *c);
}

enum result deliver_maildir(int dir, const char *path, struct span bytes, struct error *error)
{
    struct str name = {0}, from = {0}, to = {0};
    struct stat about;
    enum result result = RESULT_OK;
    name_of(&name);
    str_addf(&from, "tmp/%s", str_text(&name));
    str_addf(&to, "new/%s", str_text(&name));
    int fd = openat(dir, str_text(&from), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool fine = fd >= 0 && fstat(dir, &about) == 0 && write_all(fd, bytes);
    if (fine && geteuid() == 0) /* whoever reads it must be able to */
        fine = fchown(fd, about.st_uid, about.st_gid) == 0;
    fine = fine && fsync(fd) == 0 &&
           kind_rename(dir, str_text(&from), dir, str_text(&to)) == 0;
    if (!fine) {
        result = error_system(error, path);
        if (fd >= 0)
            unlinkat(dir, str_text(&from), 0);
    }
    if (fd >= 0)
        close(fd);
    str_free(&name);
    str_free(&from);
    str_free(&to);
    return result;
}

enum result deliver_mbox(const char *path, const struct mailbox_source *source, struct span bytes,
                         struct error *error)
{
    struct mboxlock lock;
    struct stat about;
    struct str text = {0};
    char last[2] = "\n\n", date[32];
    time_t now = time(NULL);
    struct tm tm;
    enum result result = mboxlock_take(&lock, path, source, error);
    if (result)
        return result;
    gmtime_r(&now, &tm);
    strftime(date, sizeof date, "%a %b %e %H:%M:%S %Y", &tm);
    bool fine = fstat(lock.fd, &about) == 0;
    if (fine && about.st_size >= 2)
        fine = pread(lock.fd, last, sizeof last, about.st_size - 2) == 2;
    if (last[1] != '\n')
        str_add_char(&text, '\n');
    if (last[0] != '\n' || last[1] != '\n')
        str_add_char(&text, '\n');
    str_addf(&text, "From MAILER-DAEMON %s\n", date);
    str_add(&text, bytes);
    str_add_char(&text, '\n');
    if (!fine || !write_all(lock.fd, span_of_str(&text)) || fsync(lock.fd) != 0) {
        result = error_system(error, path);
        if (fine && ftruncate(lock.fd, about.st_size) != 0)
            error_system(error, path);
    }
    mboxlock_release(&lock);
    str_free(&text);
    return result;
}
