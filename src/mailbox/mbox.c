/* SPDX-License-Identifier: MIT
 *
 * An mbox as a source: read up to where it ended when nobody was writing, then on if it grew.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/deliver.h"
#include "mailbox/kind.h"
#include "mailbox/mboxedit.h"
#include "mailbox/mboxlock.h"
#include "mailbox/mboxreader.h"

struct mbox {
    struct mailbox base;
    char *path;
    int fd;
    off_t end;
    struct mboxreader *reader;
    struct mboxreader_message message;
    struct str name;
};

static void mbox_close(struct mailbox *mailbox)
{
    struct mbox *mbox = (struct mbox *)mailbox;
    mboxreader_free(mbox->reader);
    if (mbox->fd >= 0)
        close(mbox->fd);
    free(mbox->path);
    str_free(&mbox->name);
    str_free(&mailbox->place);
    free(mbox);
}

/* The size at a moment when nobody writes, so that it ends with a whole message. */
static enum result settled_size(struct mbox *mbox, off_t *size, struct error *error)
{
    struct stat about;
    enum result result = mboxlock_shared(mbox->fd, mbox->path, mbox->base.source, error);
    if (result)
        return result;
    if (fstat(mbox->fd, &about) != 0)
        result = error_system(error, mbox->path);
    else if (!S_ISREG(about.st_mode))
        result = error_set(error, RESULT_DATA, _("%s is not a regular file"), mbox->path);
    else
        *size = about.st_size;
    mboxlock_fd(mbox->fd, false);
    return result;
}

static bool begins_well(int fd)
{
    char start[64];
    ssize_t n = pread(fd, start, sizeof start, 0);
    struct span s = n > 0 ? (struct span){start, (size_t)n} : SPAN_NONE;
    while (s.n && (s.at[0] == '\n' || s.at[0] == '\r'))
        s = span_cut(s, 1, s.n);
    return s.n == 0 || span_starts(s, SPAN("From "));
}

static enum result mbox_open(const struct mailbox_source *source, struct mailbox **out,
                             struct error *error)
{
    const char *given = strncasecmp(source->url, "mbox:", 5) == 0 ? source->url + 5 : source->url;
    char *path = realpath(given, NULL);
    if (!path)
        return error_system(error, given);
    struct mbox *mbox = alloc_zero(1, sizeof *mbox);
    mbox->base = (struct mailbox){.ops = &kind_mbox, .source = source};
    mbox->path = path;
    str_addf(&mbox->base.place, "mbox:%s", path);
    mbox->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    enum result result = mbox->fd < 0 ? error_system(error, path) : RESULT_OK;
    if (!result)
        result = settled_size(mbox, &mbox->end, error);
    if (!result && mbox->end && !begins_well(mbox->fd))
        result =
            error_set(error, RESULT_DATA, _("%s is no mbox: it does not begin with “From ”"), path);
    if (result) {
        mbox_close(&mbox->base);
        return result;
    }
    mbox->reader = mboxreader_new(mbox->fd, mbox->path, mbox->end);
    *out = &mbox->base;
    return RESULT_OK;
}

/* At the end: has more been delivered? If it is locked, the next scan will see. */
static bool grew(struct mbox *mbox)
{
    struct stat about;
    off_t size;
    if (fstat(mbox->fd, &about) != 0 || about.st_size <= mbox->end ||
        settled_size(mbox, &size, NULL) != RESULT_OK || size <= mbox->end)
        return false;
    mbox->end = size;
    mboxreader_extend(mbox->reader, size);
    return true;
}

static enum result mbox_next(struct mailbox *mailbox, mailbox_known known, void *arg,
                             struct mailbox_message *message, struct error *error)
{
    struct mbox *mbox = (struct mbox *)mailbox;
    struct mboxreader_message *at = &mbox->message;
    for (;;) {
        enum result result = mboxreader_next(mbox->reader, at, error);
        if (result == RESULT_NO && grew(mbox))
            continue;
        if (!result)
            result = kind_cancelled(mailbox->source, error);
        if (result)
            return result == RESULT_DATA ? RESULT_IO : result; /* the whole file, not one message */
        mailbox->total++;
        if (known && known(arg, at->id)) {
            mailbox->skipped++;
            continue;
        }
        if (kind_too_old(mailbox->source, at->bytes))
            continue;
        const char *base = strrchr(mbox->path, '/');
        str_clear(&mbox->name);
        str_addf(&mbox->name, _("%s, message %llu"), base ? base + 1 : mbox->path,
                 (unsigned long long)mailbox->total);
        *message = (struct mailbox_message){
            .id = at->id, .bytes = at->bytes, .name = str_text(&mbox->name), .whole = at->whole};
        return RESULT_OK;
    }
}

static enum result mbox_apply(struct mailbox *mailbox, const char *const *ids, size_t n, bool *done,
                              struct error *error)
{
    struct mbox *mbox = (struct mbox *)mailbox;
    enum result result = mboxedit_apply(mbox->path, mailbox->source, ids, n, mbox->fd, error);
    for (size_t i = 0; !result && i < n; i++)
        done[i] = true;
    return result;
}

static enum result mbox_put(struct mailbox *mailbox, struct span bytes, struct error *error)
{
    struct mbox *mbox = (struct mbox *)mailbox;
    return deliver_mbox(mbox->path, mailbox->source, bytes, error);
}

const struct mailbox_ops kind_mbox = {"mbox",       mbox_open,  mbox_next,
                                      mbox_apply, mbox_close, NULL,
                                      mbox_put};
