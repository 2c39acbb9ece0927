/* SPDX-License-Identifier: MIT
 *
 * Maildir with its Maildir++ folders. A message's id is its base name, which stays the same while
 * flags come and go and while it travels from new to cur and between folders.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/deliver.h"
#include "mailbox/kind.h"
#include "mailbox/mdlist.h"
#include "mailbox/mdwatch.h"

struct maildir {
    struct mailbox base;
    char *path;
    int dir;
    char *target; /* ".Folder" of AFTER_MOVE: its messages were decided, so it is not read */
    struct mdlist list;
    size_t at;
    struct str id, name, bytes;
    struct mdwatch watch;
    struct str missed; /* id that was not where the list said, already looked for once */
};

static void maildir_close(struct mailbox *mailbox)
{
    struct maildir *maildir = (struct maildir *)mailbox;
    mdwatch_end(&maildir->watch);
    mdlist_free(&maildir->list);
    if (maildir->dir >= 0)
        close(maildir->dir);
    free(maildir->path);
    free(maildir->target);
    str_free(&maildir->id);
    str_free(&maildir->name);
    str_free(&maildir->bytes);
    str_free(&maildir->missed);
    str_free(&mailbox->place);
    free(maildir);
}

/* "Done/2026" → ".Done.2026" (Maildir++). NULL for what would leave the Maildir. */
static char *folder_name(const char *folder)
{
    struct str name = {0};
    if (*folder != '.')
        str_add_char(&name, '.');
    str_add_text(&name, folder);
    for (char *c = name.at; *c; c++)
        if (*c == '/')
            *c = '.';
    if (name.n < 2 || strstr(name.at, "..") || name.n > 250) {
        str_free(&name);
        return NULL;
    }
    return str_take(&name);
}

static enum result list(struct maildir *maildir, struct error *error)
{
    return mdlist_read(&maildir->list, maildir->dir, maildir->path, maildir->target, error);
}

static enum result maildir_open(const struct mailbox_source *source, struct mailbox **out,
                                struct error *error)
{
    bool named = strncasecmp(source->url, "maildir:", 8) == 0;
    const char *given = named ? source->url + 8 : source->url;
    char *path = realpath(given, NULL);
    if (!path)
        return error_system(error, given);
    struct maildir *maildir = alloc_zero(1, sizeof *maildir);
    maildir->base = (struct mailbox){.ops = &kind_maildir, .source = source};
    maildir->path = path;
    str_addf(&maildir->base.place, "maildir:%s", path);
    enum result result = RESULT_OK;
    maildir->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (maildir->dir < 0)
        result = error_system(error, path);
    if (!result && source->after == AFTER_MOVE && !(maildir->target = folder_name(source->move_to)))
        result = error_set(error, RESULT_USAGE, _("move:%s is no folder name for a Maildir"),
                           source->move_to);
    if (!result)
        result = list(maildir, error);
    if (!result && maildir->list.leaves_n == 0)
        result = error_set(error, RESULT_MISSING, _("%s is no Maildir: it has neither cur nor new"),
                           path);
    maildir->base.total = maildir->list.n;
    if (result)
        maildir_close(&maildir->base);
    else
        *out = &maildir->base;
    return result;
}

static enum result read_entry(struct maildir *maildir, const struct mdlist_entry *entry,
                              bool *whole, struct error *error)
{
    int fd = openat(maildir->list.leaves[entry->leaf].fd, entry->name,
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat about;
    if (fd < 0)
        return error_system(error, entry->name);
    enum result result;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
        result = error_set(error, RESULT_DATA, _("%s is not a regular file"), entry->name);
    else
        result = kind_read(fd, entry->name, maildir->base.source, &maildir->bytes, whole, error);
    close(fd);
    return result;
}

/* The second of delivery, with which the name begins (a convention older than Maildir++); 0: it does
 * not. */
static int64_t delivered(const struct mdlist_entry *entry)
{
    uint64_t when;
    struct span base = mdlist_base(entry);
    ptrdiff_t dot = span_find_char(base, '.');
    bool tells = dot > 8 && span_number(span_cut(base, 0, (size_t)dot), &when);
    return tells ? (int64_t)when : 0;
}

static void name_for_people(struct maildir *maildir, const struct mdlist_entry *entry)
{
    const struct mdlist_leaf *leaf = &maildir->list.leaves[entry->leaf];
    str_clear(&maildir->name);
    if (leaf->folder_n)
        str_addf(&maildir->name, "%.*s/", (int)leaf->folder_n - 1, leaf->name + 1);
    str_add(&maildir->name, mdlist_base(entry));
}

/* The entry just taken is not where the list says: another program gave it a flag, took it from new
 * to cur, or deleted it, and likely others with it. So all is listed anew, which a crowd of changes
 * costs once, and reading goes on at the same name. */
static enum result list_again(struct maildir *maildir, struct error *error)
{
    struct span id = span_of_str(&maildir->id);
    bool twice = span_equal(id, span_of_str(&maildir->missed));
    str_clear(&maildir->missed);
    str_add(&maildir->missed, id);
    if (twice)
        return RESULT_OK;
    enum result result = list(maildir, error);
    maildir->at = mdlist_find(&maildir->list, id);
    return result;
}

static enum result maildir_next(struct mailbox *mailbox, mailbox_known known, void *arg,
                                struct mailbox_message *message, struct error *error)
{
    struct maildir *maildir = (struct maildir *)mailbox;
    enum result result;
    while (maildir->at < maildir->list.n) {
        const struct mdlist_entry *entry = &maildir->list.entries[maildir->at++];
        struct span base = mdlist_base(entry);
        if (maildir->at > 1 && span_equal(base, mdlist_base(entry - 1)))
            continue; /* a copy by hand into another folder */
        str_clear(&maildir->id);
        str_add(&maildir->id, base);
        if (known && known(arg, str_text(&maildir->id))) {
            mailbox->skipped++;
            continue;
        }
        int64_t since = mailbox->source->since, when = since ? delivered(entry) : 0;
        if (when && when < since)
            continue;
        bool whole = false;
        result = read_entry(maildir, entry, &whole, error);
        if (result == RESULT_MISSING && (result = list_again(maildir, error)) == RESULT_OK)
            continue;
        if (!result && !when && kind_too_old(mailbox->source, span_of_str(&maildir->bytes)))
            continue;
        name_for_people(maildir, entry);
        *message = (struct mailbox_message){.id = str_text(&maildir->id),
                                            .name = str_text(&maildir->name),
                                            .whole = whole && !result};
        if (!result)
            message->bytes = span_of_str(&maildir->bytes);
        return result && result != RESULT_CANCELLED ? RESULT_DATA : result;
    }
    return RESULT_NO;
}

/* The same name with flag S, which stand in ASCII order behind ":2,". */
static void add_name_seen(struct str *name, const struct mdlist_entry *entry)
{
    const char *flags = entry->name[entry->base_n] ? entry->name + entry->base_n + 3 : "";
    bool put = strchr(flags, 'S') != NULL;
    str_add(name, mdlist_base(entry));
    str_add_text(name, ":2,");
    for (; *flags; flags++) {
        if (!put && *flags > 'S') {
            str_add_char(name, 'S');
            put = true;
        }
        str_add_char(name, *flags);
    }
    if (!put)
        str_add_char(name, 'S');
}

static int apply_seen(struct maildir *maildir, const struct mdlist_entry *entry)
{
    const struct mdlist_leaf *leaf = &maildir->list.leaves[entry->leaf];
    struct str now = {0}, cur = {0};
    str_addf(&now, "%s/%s", leaf->name, entry->name);
    str_addf(&cur, "%.*s%scur/", (int)leaf->folder_n, leaf->name, leaf->folder_n ? "/" : "");
    add_name_seen(&cur, entry);
    int failed = 0;
    if (!span_equal(span_of_str(&now), span_of_str(&cur)))
        failed = kind_rename(maildir->dir, str_text(&now), maildir->dir, str_text(&cur));
    str_free(&now);
    str_free(&cur);
    return failed;
}

static int apply_move(struct maildir *maildir, const struct mdlist_entry *entry)
{
    const struct mdlist_leaf *leaf = &maildir->list.leaves[entry->leaf];
    const char *sub = leaf->name + leaf->folder_n + (leaf->folder_n ? 1 : 0);
    struct str to = {0};
    str_addf(&to, "%s/%s/%s", maildir->target, sub, entry->name);
    int failed = kind_rename(leaf->fd, entry->name, maildir->dir, str_text(&to));
    str_free(&to);
    return failed;
}

static int apply_delete(struct maildir *maildir, const struct mdlist_entry *entry)
{
    return unlinkat(maildir->list.leaves[entry->leaf].fd, entry->name, 0);
}

static int (*const actions[])(struct maildir *, const struct mdlist_entry *) = {
    [AFTER_SEEN] = apply_seen, [AFTER_DELETE] = apply_delete, [AFTER_MOVE] = apply_move};

/* Makes the folder that messages are moved to, its owner and mode the Maildir's. */
static enum result make_target(struct maildir *maildir, struct error *error)
{
    static const char *const parts[] = {"", "/tmp", "/new", "/cur", ("/" MDLIST_DECIDED)};
    struct stat about;
    struct str path = {0};
    bool ok = fstat(maildir->dir, &about) == 0;
    for (size_t i = 0; ok && i < sizeof parts / sizeof *parts; i++) {
        str_clear(&path);
        str_addf(&path, "%s%s", maildir->target, parts[i]);
        if (mkdirat(maildir->dir, str_text(&path), about.st_mode & 07777) != 0)
            ok = errno == EEXIST;
        else if (geteuid() == 0)
            ok = fchownat(maildir->dir, str_text(&path), about.st_uid, about.st_gid, 0) == 0;
    }
    enum result result = RESULT_OK;
    if (!ok) {
        result = error_system(error, str_text(&path));
        error_prefix(error, "%s", maildir->path);
    }
    str_free(&path);
    return result;
}

/* Of copies in several folders only the first, which is the one that was read. False with errno. */
static bool apply_one(struct maildir *maildir, struct span id)
{
    size_t at = mdlist_find(&maildir->list, id);
    if (at == maildir->list.n)
        return true;
    const struct mdlist_entry *entry = &maildir->list.entries[at];
    if (!span_equal(mdlist_base(entry), id))
        return true;
    return actions[maildir->base.source->after](maildir, entry) == 0;
}

static enum result maildir_apply(struct mailbox *mailbox, const char *const *ids, size_t n,
                                 bool *done, struct error *error)
{
    struct maildir *maildir = (struct maildir *)mailbox;
    enum result result = RESULT_OK;
    if (mailbox->source->after == AFTER_MOVE)
        result = make_target(maildir, error);
    for (size_t i = 0; !result && i < n; i++) {
        struct span id = span_of(ids[i]);
        result = kind_cancelled(mailbox->source, error);
        if (result)
            break;
        done[i] = apply_one(maildir, id);
        if (!done[i] && errno == ENOENT) { /* renamed or deleted under us, as in list_again */
            result = list(maildir, error);
            done[i] = !result && apply_one(maildir, id);
        }
        if (!result && !done[i]) {
            result = error_system(error, ids[i]);
            error_prefix(error, "%s", maildir->path);
        }
    }
    return result;
}

/* The listing that next goes through is made after the watches, so that nothing falls between. */
static enum result maildir_wait(struct mailbox *mailbox, unsigned ms, unsigned poll_ms,
                                struct error *error)
{
    struct maildir *maildir = (struct maildir *)mailbox;
    enum result told = RESULT_OK;
    if (maildir->watch.begun)
        told = mdwatch_wait(&maildir->watch, mailbox->source, ms, poll_ms, error);
    if (told && told != RESULT_NO)
        return told;
    enum result result = RESULT_OK;
    if (!maildir->watch.begun || maildir->watch.stale) {
        result = list(maildir, error);
        if (!result)
            mdwatch_set(&maildir->watch, maildir->path, &maildir->list);
    }
    if (!result)
        result = list(maildir, error);
    if (!result && maildir->list.leaves_n == 0)
        result = error_set(error, RESULT_MISSING, _("%s is no Maildir: it has neither cur nor new"),
                           maildir->path);
    maildir->at = 0;
    mailbox->total = maildir->list.n;
    return result ? result : told;
}

static enum result maildir_put(struct mailbox *mailbox, struct span bytes, struct error *error)
{
    struct maildir *maildir = (struct maildir *)mailbox;
    return deliver_maildir(maildir->dir, maildir->path, bytes, error);
}

const struct mailbox_ops kind_maildir = {"maildir",     maildir_open,  maildir_next,
                                         maildir_apply, maildir_close, maildir_wait,
                                         maildir_put};
