/* SPDX-License-Identifier: MIT */
#include "mailbox/mboxedit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/kind.h"
#include "mailbox/mboxlock.h"
#include "mailbox/mboxreader.h"

/* An id asked for, taken apart. */
struct wanted {
    struct span digest;
    unsigned occurrence;
    unsigned present; /* occurrences in the file; counted in the first of its digest only */
    bool kept_aside;  /* lies in the mbox moved to already, of a run that was killed */
};

struct edit {
    const char *path;
    const struct mailbox_source *source;
    struct wanted *wanted; /* sorted by digest, then occurrence */
    size_t n;
    int from;  /* the mbox */
    int reading; /* the caller's descriptor of it */
    int to;    /* the new file */
    int aside; /* the mbox moved to, or -1 */
    char *new_path;
    bool changed;  /* there is something to do */
    bool replaced; /* and it is done: the new file stands in place of the old */
};

static struct wanted wanted_of(const char *id)
{
    return (struct wanted){.digest = {id, mboxreader_digest_n(id)},
                           .occurrence = mboxreader_occurrence(id)};
}

static int by_id(const void *a, const void *b)
{
    const struct wanted *one = a, *two = b;
    int order = span_compare(one->digest, two->digest);
    return order ? order
                 : (one->occurrence > two->occurrence) - (one->occurrence < two->occurrence);
}

/* The first wanted that is not before this one, or the end. */
static struct wanted *lower_bound(const struct edit *edit, struct wanted key)
{
    size_t low = 0, high = edit->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_id(&edit->wanted[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return edit->wanted + low;
}

static struct wanted *find_digest(const struct edit *edit, const char *id)
{
    struct wanted key = wanted_of(id);
    key.occurrence = 0;
    struct wanted *hit = lower_bound(edit, key);
    return hit < edit->wanted + edit->n && span_equal(hit->digest, key.digest) ? hit : NULL;
}

static struct wanted *find_wanted(const struct edit *edit, const char *id)
{
    struct wanted key = wanted_of(id);
    struct wanted *hit = lower_bound(edit, key);
    return hit < edit->wanted + edit->n && by_id(hit, &key) == 0 ? hit : NULL;
}

/* Calls what for every message of a file that has a wanted digest. */
static enum result each_wanted(struct edit *edit, int fd, const char *path,
                               void (*what)(struct wanted *), struct error *error)
{
    struct stat about;
    if (fstat(fd, &about) != 0)
        return error_system(error, path);
    struct mboxreader *reader = mboxreader_new(fd, path, about.st_size);
    struct mboxreader_message message;
    enum result result;
    while ((result = mboxreader_next(reader, &message, error)) == RESULT_OK) {
        struct wanted *first = find_digest(edit, message.id);
        if (first)
            what(first);
        if ((result = kind_cancelled(edit->source, error)) != RESULT_OK)
            break;
    }
    mboxreader_free(reader);
    return result == RESULT_NO ? RESULT_OK : result;
}

static void count_present(struct wanted *first)
{
    first->present++;
}

static void note_aside(struct wanted *first)
{
    first->kept_aside = true;
}

/* One group of the same digest, `n` long. Occurrences that are no more take the highest that is
 * left and not asked for itself. */
static void renumber_group(struct wanted *group, size_t n)
{
    size_t inside = 0;
    unsigned slot = group->present;
    while (inside < n && group[inside].occurrence <= slot)
        inside++;
    size_t taken = inside;
    for (size_t i = inside; i < n; i++) {
        while (slot && taken && group[taken - 1].occurrence == slot)
            taken--, slot--;
        group[i].occurrence = slot ? slot-- : UINT_MAX;
    }
}

/* When earlier copies of a message were deleted, the later ones moved up: "….2" is now "….1". So
 * where a second copy is asked for, the copies are counted first. */
static enum result renumber(struct edit *edit, struct error *error)
{
    bool copies = false;
    for (size_t i = 0; i < edit->n; i++)
        copies |= edit->wanted[i].occurrence > 1;
    if (!copies)
        return RESULT_OK;
    enum result result = each_wanted(edit, edit->from, edit->path, count_present, error);
    for (size_t i = 0, n; !result && i < edit->n; i += n) {
        for (n = 1; i + n < edit->n; n++)
            if (!span_equal(edit->wanted[i].digest, edit->wanted[i + n].digest))
                break;
        renumber_group(&edit->wanted[i], n);
    }
    qsort(edit->wanted, edit->n, sizeof *edit->wanted, by_id);
    return result;
}

static enum result write_all(int fd, const char *bytes, size_t n, const char *path,
                             struct error *error)
{
    while (n) {
        ssize_t wrote = write(fd, bytes, n);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote < 0)
            return error_system(error, path);
        bytes += wrote;
        n -= (size_t)wrote;
    }
    return RESULT_OK;
}

static enum result copy(const struct edit *edit, int to, off_t from, off_t end, struct error *error)
{
    static const size_t piece = 256 << 10;
    char *buffer = alloc(piece);
    enum result result = RESULT_OK;
    while (!result && from < end) {
        size_t n = end - from < (off_t)piece ? (size_t)(end - from) : piece;
        ssize_t got = pread(edit->from, buffer, n, from);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            result = got ? error_system(error, edit->path)
                         : error_set(error, RESULT_BUSY, _("%s changed while it was locked"),
                                     edit->path);
            break;
        }
        result = write_all(to, buffer, (size_t)got, edit->path, error);
        from += got;
    }
    free(buffer);
    return result;
}

/* Copies a message with "Status: R…" in its header. */
static enum result copy_seen(struct edit *edit, const struct mboxreader_message *message,
                             struct error *error)
{
    struct span rest = message->bytes, line = SPAN_NONE, before;
    struct span status = SPAN_NONE;
    size_t header = 0, next = 0; /* where the new line goes, where the old text goes on */
    while (before = rest, span_line(&rest, &line) && line.n) {
        header = next = message->bytes.n - rest.n;
        if (span_starts_nocase(line, SPAN("Status:"))) {
            status = span_trim(span_cut(line, 7, line.n));
            header = message->bytes.n - before.n;
            break;
        }
    }
    if (span_find_char(status, 'R') >= 0)
        return copy(edit, edit->to, message->start, message->end, error);
    edit->changed = true;
    bool crlf = span_find(span_cut(message->bytes, 0, 1000), SPAN("\r\n")) >= 0;
    struct str field = {0};
    str_addf(&field, "Status: R%.*s%s", SPAN_ARGS(status.n ? status : SPAN("O")),
             crlf ? "\r\n" : "\n");
    off_t body = message->body;
    enum result result = copy(edit, edit->to, message->start, body + (off_t)header, error);
    if (!result)
        result = write_all(edit->to, field.at, field.n, edit->path, error);
    if (!result)
        result = copy(edit, edit->to, body + (off_t)next, message->end, error);
    str_free(&field);
    return result;
}

/* What must stand before the next "From " line in the mbox moved to; the last message of a file may
 * lack it, and so may one whose writing was cut short. */
static enum result end_with_empty_line(const struct edit *edit, struct error *error)
{
    struct stat about;
    char end[3] = "";
    if (fstat(edit->aside, &about) != 0)
        return error_system(error, edit->source->move_to);
    if (about.st_size == 0)
        return RESULT_OK;
    size_t n = about.st_size < 3 ? (size_t)about.st_size : 3;
    if (pread(edit->aside, end + 3 - n, n, about.st_size - (off_t)n) != (ssize_t)n)
        return error_system(error, edit->source->move_to);
    if (end[2] == '\n' && (end[1] == '\n' || (end[1] == '\r' && end[0] == '\n')))
        return RESULT_OK;
    return write_all(edit->aside, "\n\n", end[2] == '\n' ? 1 : 2, edit->source->move_to, error);
}

static enum result edit_message(struct edit *edit, const struct mboxreader_message *message,
                                struct error *error)
{
    if (!find_wanted(edit, message->id))
        return copy(edit, edit->to, message->start, message->end, error);
    if (edit->source->after == AFTER_SEEN)
        return copy_seen(edit, message, error);
    edit->changed = true;
    if (edit->aside < 0 || find_digest(edit, message->id)->kept_aside)
        return RESULT_OK;
    enum result result = copy(edit, edit->aside, message->start, message->end, error);
    return result ? result : end_with_empty_line(edit, error);
}

/* Owner, mode and times of the old file; mail that others may not read stays so. */
static enum result dress(const struct edit *edit, const struct stat *about, struct error *error)
{
    struct stat now;
    if (fstat(edit->to, &now) != 0)
        return error_system(error, edit->new_path);
    if ((now.st_uid != about->st_uid || now.st_gid != about->st_gid) &&
        fchown(edit->to, about->st_uid, about->st_gid) != 0)
        return error_set(error, RESULT_DENIED,
                         _("%s belongs to somebody else, and a new file cannot be given to them: "
                           "run as its owner"),
                         edit->path);
    struct timespec times[2] = {about->st_atim, about->st_mtim};
    if (fchmod(edit->to, about->st_mode & 07777) != 0 || futimens(edit->to, times) != 0)
        return error_system(error, edit->new_path);
    return RESULT_OK;
}

static enum result rewrite(struct edit *edit, off_t size, struct error *error)
{
    struct mboxreader *reader = mboxreader_new(edit->from, edit->path, size);
    struct mboxreader_message message;
    enum result result;
    off_t end = 0;
    while ((result = mboxreader_next(reader, &message, error)) == RESULT_OK) {
        if (message.start > end) /* empty lines in between */
            result = copy(edit, edit->to, end, message.start, error);
        if (!result)
            result = edit_message(edit, &message, error);
        if (!result)
            result = kind_cancelled(edit->source, error);
        if (result)
            break;
        end = message.end;
    }
    mboxreader_free(reader);
    return result == RESULT_NO ? RESULT_OK : result;
}

/* Does nobody else have the file open? Then the kernel gives a lease. False, too, where it gives none. */
static bool is_alone(int fd)
{
    return fcntl(fd, F_SETLEASE, F_WRLCK) == 0 && fcntl(fd, F_SETLEASE, F_UNLCK) == 0;
}

/* Lets those who wait for the old file's lock write, and brings along what they wrote, until nobody has
 * it open any more, or for a while nobody wrote or waits; or, as a reader may keep it open, for two
 * seconds at most. */
static enum result bring_late(const struct edit *edit, off_t size, struct error *error)
{
    enum { MOST = 1000, QUIET = 100 };
    enum result result = RESULT_OK;
    struct stat about;
    for (int quiet = 0, i = 0; quiet < QUIET && i < MOST && !result; i++) {
        mboxlock_fd(edit->from, true);
        if (fstat(edit->from, &about) != 0)
            break;
        quiet = about.st_size > size || mboxlock_awaited(&about) ? 0 : quiet + 1;
        if (about.st_size > size)
            result = copy(edit, edit->to, size, about.st_size, error);
        size = about.st_size;
        if (is_alone(edit->from))
            break;
        mboxlock_fd(edit->from, false);
        nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return result;
}

/* Deliverers that know only the fcntl lock may have opened the old file before the rename, and not yet
 * asked for the lock. Our own second descriptor would hide them. */
static enum result rescue(const struct edit *edit, off_t size, struct error *error)
{
    char own[64];
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    mboxlock_fd(edit->to, true);
    mboxlock_fd(edit->from, false);
    if (nothing >= 0)
        dup3(nothing, edit->reading, O_CLOEXEC);
    enum result result = bring_late(edit, size, error);
    snprintf(own, sizeof own, "/proc/self/fd/%d", edit->from);
    int again = nothing < 0 ? -1 : open(own, O_RDONLY | O_CLOEXEC);
    if (again >= 0) {
        dup3(again, edit->reading, O_CLOEXEC);
        close(again);
    }
    if (nothing >= 0)
        close(nothing);
    return result;
}

static enum result replace(struct edit *edit, const struct stat *before, struct error *error)
{
    struct stat now;
    if (fstat(edit->from, &now) != 0)
        return error_system(error, edit->path);
    if (now.st_size != before->st_size || now.st_mtim.tv_sec != before->st_mtim.tv_sec ||
        now.st_mtim.tv_nsec != before->st_mtim.tv_nsec)
        return error_set(error, RESULT_BUSY,
                         _("%s changed although it was locked: another program writes to it "
                           "without a lock; nothing was changed by us"),
                         edit->path);
    if (fsync(edit->to) != 0 || rename(edit->new_path, edit->path) != 0)
        return error_system(error, edit->path);
    edit->replaced = true;
    return rescue(edit, before->st_size, error);
}

static enum result edit_locked(struct edit *edit, struct error *error)
{
    struct stat about;
    if (fstat(edit->from, &about) != 0)
        return error_system(error, edit->path);
    unlink(edit->new_path); /* of a run that was killed: we hold the lock */
    edit->to = open(edit->new_path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (edit->to < 0)
        return error_system(error, edit->new_path);
    enum result result = rewrite(edit, about.st_size, error);
    if (!result && edit->changed) {
        result = dress(edit, &about, error);
        if (!result && edit->aside >= 0 && fsync(edit->aside) != 0)
            result = error_system(error, edit->source->move_to);
        if (!result)
            result = replace(edit, &about, error);
    }
    if (result || !edit->changed)
        unlink(edit->new_path);
    close(edit->to);
    return result;
}

/* "move:Done" names an mbox beside this one. */
static char *target_path(const struct edit *edit)
{
    struct str path = {0};
    const char *slash = strrchr(edit->path, '/');
    if (edit->source->move_to[0] != '/' && slash)
        str_add(&path, (struct span){edit->path, (size_t)(slash + 1 - edit->path)});
    str_add_text(&path, edit->source->move_to);
    return str_take(&path);
}

/* Locks the mbox moved to. What fails after some messages were added there takes them off again. */
static enum result edit_with_target(struct edit *edit, struct error *error)
{
    char *path = target_path(edit);
    struct mboxlock lock;
    struct stat about, source;
    int made = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (made >= 0)
        close(made);
    enum result result = mboxlock_take(&lock, path, edit->source, error);
    if (result)
        goto no_lock;
    if (fstat(lock.fd, &about) != 0 || fstat(edit->from, &source) != 0) {
        result = error_system(error, path);
    } else if (about.st_ino == source.st_ino && about.st_dev == source.st_dev) {
        result = error_set(error, RESULT_USAGE, _("move:%s is the mailbox itself"),
                           edit->source->move_to);
    } else {
        edit->aside = lock.fd;
        result = each_wanted(edit, lock.fd, path, note_aside, error);
        if (!result)
            result = end_with_empty_line(edit, error);
        if (!result)
            result = edit_locked(edit, error);
        if (result && !edit->replaced && ftruncate(lock.fd, about.st_size) != 0)
            error_system(error, path);
    }
    mboxlock_release(&lock);
no_lock:
    free(path);
    return result;
}

enum result mboxedit_apply(const char *path, const struct mailbox_source *source,
                           const char *const *ids, size_t n, int reading, struct error *error)
{
    struct mboxlock lock;
    enum result result = mboxlock_take(&lock, path, source, error);
    if (result == RESULT_MISSING)
        return RESULT_OK; /* the whole mbox is gone */
    if (result)
        return result;
    struct str new_path = {0};
    str_addf(&new_path, "%s.zwrotka-new", path);
    struct edit edit = {.path = path,
                        .source = source,
                        .wanted = alloc_zero(n, sizeof *edit.wanted),
                        .n = n,
                        .from = lock.fd,
                        .reading = reading,
                        .to = -1,
                        .aside = -1,
                        .new_path = str_take(&new_path)};
    for (size_t i = 0; i < n; i++)
        edit.wanted[i] = wanted_of(ids[i]);
    qsort(edit.wanted, n, sizeof *edit.wanted, by_id);
    result = renumber(&edit, error);
    if (!result)
        result = source->after == AFTER_MOVE ? edit_with_target(&edit, error)
                                             : edit_locked(&edit, error);
    free(edit.wanted);
    free(edit.new_path);
    mboxlock_release(&lock);
    return result;
}
