/* SPDX-License-Identifier: MIT */
#include "mailbox/mailbox.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/kind.h"
#include "mailbox/remote.h"

static const struct {
    const char *name, *words;
} stages[] = {
    [STAGE_CONNECTED] = {"connected", N_("connected")},
    [STAGE_SECURED] = {"secured", N_("encrypted, and the certificate is good")},
    [STAGE_LOGGED_IN] = {"logged in", N_("logged in")},
    [STAGE_OPENED] = {"opened", N_("the mailbox opens")},
};

const char *mailbox_stage_name(enum mailbox_stage stage)
{
    return stages[stage].name;
}

const char *mailbox_stage_words(enum mailbox_stage stage)
{
    return _(stages[stage].words);
}

static const struct kind_row {
    const char *scheme;
    const struct mailbox_ops *ops;
} kinds[] = {
    {"imaps", &kind_imap},      {"imap", &kind_imap}, {"pop3s", &kind_pop3}, {"pop3", &kind_pop3},
    {"maildir", &kind_maildir}, {"mbox", &kind_mbox}, {"-", &kind_stream},
};

static bool has_folder(const char *path, const char *name)
{
    struct str sub = {0};
    struct stat about;
    str_addf(&sub, "%s/%s", path, name);
    bool has = stat(str_text(&sub), &about) == 0 && S_ISDIR(about.st_mode);
    str_free(&sub);
    return has;
}

/* An empty file is an mbox too: one that was emptied. */
static bool begins_as_mbox(const char *path)
{
    char start[5];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false; /* the kind's own open says why */
    ssize_t n = read(fd, start, sizeof start);
    close(fd);
    return n == 0 || (n == (ssize_t)sizeof start && memcmp(start, "From ", sizeof start) == 0);
}

static enum result kind_of_path(const char *path, const struct mailbox_ops **ops,
                                struct error *error)
{
    struct stat about;
    if (stat(path, &about) != 0)
        return error_system(error, path);
    if (S_ISDIR(about.st_mode)) {
        *ops = has_folder(path, "cur") && has_folder(path, "new") ? &kind_maildir : &kind_file;
        return RESULT_OK;
    }
    if (!S_ISREG(about.st_mode))
        return error_set(error, RESULT_USAGE,
                         _("%s is neither a file nor a directory; a message from a pipe goes to "
                           "standard input, with - as the source"),
                         path);
    /* An .eml is one message, even if a "From " line of an mbox came along. */
    bool one = span_ends(span_of(path), SPAN(".eml"));
    *ops = !one && begins_as_mbox(path) ? &kind_mbox : &kind_file;
    return RESULT_OK;
}

static enum result find_kind(const struct mailbox_source *source, const struct mailbox_ops **ops,
                             struct error *error)
{
    struct mailbox_url url;
    enum result result = mailbox_url_parse(source->url, &url, error);
    if (result)
        return result;
    *ops = NULL;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].scheme, url.scheme) == 0)
            *ops = kinds[i].ops;
    if (!*ops)
        result = kind_of_path(url.path, ops, error);
    mailbox_url_free(&url);
    if (!result && source->after == AFTER_MOVE && !(source->move_to && *source->move_to))
        result = error_set(error, RESULT_USAGE, _("move needs the name of a folder: move:FOLDER"));
    return result;
}

/* Reached is told by whoever has the mailbox itself. */
static enum result open_kind(const struct mailbox_ops *ops, const struct mailbox_source *source,
                             struct mailbox **out, struct error *error)
{
    enum result result = ops->open(source, out, error);
    if (!result)
        kind_reached(source, STAGE_OPENED);
    return result;
}

enum result mailbox_open(const struct mailbox_source *source, struct mailbox **out,
                         struct error *error)
{
    const struct mailbox_ops *ops;
    enum result result = find_kind(source, &ops, error);
    if (result)
        return result;
    bool server = ops == &kind_imap || ops == &kind_pop3;
    return server ? remote_open(source, out, error) : open_kind(ops, source, out, error);
}

enum result mailbox_open_here(const struct mailbox_source *source, struct mailbox **out,
                              struct error *error)
{
    const struct mailbox_ops *ops;
    enum result result = find_kind(source, &ops, error);
    return result ? result : open_kind(ops, source, out, error);
}

enum result mailbox_next(struct mailbox *mailbox, mailbox_known known, void *arg,
                         struct mailbox_message *message, struct error *error)
{
    enum result result = kind_cancelled(mailbox->source, error);
    return result ? result : mailbox->ops->next(mailbox, known, arg, message, error);
}

enum result mailbox_apply(struct mailbox *mailbox, const char *const *ids, size_t n, bool *done,
                          struct error *error)
{
    for (size_t i = 0; i < n; i++)
        done[i] = mailbox->source->after == AFTER_KEEP;
    if (n == 0 || mailbox->source->after == AFTER_KEEP)
        return RESULT_OK;
    return mailbox->ops->apply(mailbox, ids, n, done, error);
}

enum result mailbox_put(struct mailbox *mailbox, struct span bytes, struct error *error)
{
    enum result result = kind_cancelled(mailbox->source, error);
    if (!result && !mailbox->ops->put)
        result = error_set(error, RESULT_USAGE, _("%s: no message can be put there"),
                           mailbox->source->url);
    return result ? result : mailbox->ops->put(mailbox, bytes, error);
}

bool mailbox_can_wait(const struct mailbox *mailbox)
{
    return mailbox->ops->wait != NULL;
}

enum result mailbox_wait(struct mailbox *mailbox, unsigned ms, unsigned poll_ms,
                         struct error *error)
{
    enum result result = kind_cancelled(mailbox->source, error);
    return result ? result : mailbox->ops->wait(mailbox, ms, poll_ms, error);
}

enum result mailbox_sleep(const struct mailbox_source *source, unsigned ms, struct error *error)
{
    enum result result = kind_sleep(source, ms, error);
    return result == RESULT_NO ? RESULT_OK : result;
}

void mailbox_signature(const struct mailbox_source *source, struct str *out)
{
    struct mailbox_url url;
    struct stat about;
    str_clear(out);
    if (mailbox_url_parse(source->url, &url, NULL) != RESULT_OK)
        return;
    bool local = !*url.host && strcmp(url.scheme, "-") != 0;
    if (local && stat(url.path, &about) == 0)
        str_addf(out, "%llu.%llu.%lld.%lld.%09ld", (unsigned long long)about.st_dev,
                 (unsigned long long)about.st_ino, (long long)about.st_size,
                 (long long)about.st_mtim.tv_sec, about.st_mtim.tv_nsec);
    mailbox_url_free(&url);
}

void mailbox_close(struct mailbox *mailbox)
{
    if (mailbox)
        mailbox->ops->close(mailbox);
}
