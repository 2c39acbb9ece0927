/* SPDX-License-Identifier: MIT
 *
 * One message in a file, or a directory of such files in the order of their names. Links inside a
 * directory are not followed, directories in it not entered, names with a leading dot left out.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"
#include "mailbox/kind.h"

struct files {
    struct mailbox base;
    int dir;
    char **names;
    size_t n, capacity, at;
    struct str id, bytes;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void add_name(struct files *files, const char *name)
{
    ALLOC_GROW(files->names, files->n, files->capacity);
    files->names[files->n++] = alloc_text(name);
}

static enum result list(struct files *files, const char *path, struct error *error)
{
    int fd = openat(files->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir)
        return error_system(error, path);
    struct dirent *entry;
    errno = 0;
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.' && (entry->d_type == DT_REG || entry->d_type == DT_UNKNOWN))
            add_name(files, entry->d_name);
    enum result result = errno ? error_system(error, path) : RESULT_OK;
    closedir(dir);
    if (files->n)
        qsort(files->names, files->n, sizeof *files->names, by_name);
    return result;
}

static void files_close(struct mailbox *mailbox)
{
    struct files *files = (struct files *)mailbox;
    for (size_t i = 0; i < files->n; i++)
        free(files->names[i]);
    free(files->names);
    if (files->dir >= 0)
        close(files->dir);
    str_free(&files->id);
    str_free(&files->bytes);
    str_free(&mailbox->place);
    free(files);
}

static enum result files_open(const struct mailbox_source *source, struct mailbox **out,
                              struct error *error)
{
    struct stat about;
    char *path = realpath(source->url, NULL);
    if (!path || stat(path, &about) != 0) {
        free(path);
        return error_system(error, source->url);
    }
    struct files *files = alloc_zero(1, sizeof *files);
    files->base = (struct mailbox){.ops = &kind_file, .source = source};
    enum result result = RESULT_OK;
    char *slash = S_ISDIR(about.st_mode) ? NULL : strrchr(path, '/');
    if (slash) { /* the same place and id, whether the file is named or its directory */
        add_name(files, slash + 1);
        *slash = '\0';
    }
    const char *folder = *path ? path : "/";
    str_addf(&files->base.place, "files:%s", folder);
    files->dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (files->dir < 0)
        result = error_system(error, folder);
    else if (!slash)
        result = list(files, folder, error);
    free(path);
    files->base.total = files->n;
    if (result)
        files_close(&files->base);
    else
        *out = &files->base;
    return result;
}

static void make_id(struct str *id, const char *name, const struct stat *about)
{
    str_clear(id);
    str_addf(id, "%s|%lld|%lld.%09ld", name, (long long)about->st_size,
             (long long)about->st_mtim.tv_sec, about->st_mtim.tv_nsec);
}

static enum result read_one(struct files *files, const char *name, bool *whole, struct error *error)
{
    int fd = openat(files->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0)
        return error_system(error, name);
    enum result result = kind_read(fd, name, files->base.source, &files->bytes, whole, error);
    close(fd);
    return result;
}

static enum result files_next(struct mailbox *mailbox, mailbox_known known, void *arg,
                              struct mailbox_message *message, struct error *error)
{
    struct files *files = (struct files *)mailbox;
    while (files->at < files->n) {
        const char *name = files->names[files->at++];
        struct stat about;
        if (fstatat(files->dir, name, &about, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(about.st_mode))
            continue; /* gone since the listing, or no message */
        make_id(&files->id, name, &about);
        if (known && known(arg, str_text(&files->id))) {
            mailbox->skipped++;
            continue;
        }
        bool whole = false;
        enum result result = read_one(files, name, &whole, error);
        if (result == RESULT_MISSING)
            continue;
        if (!result && kind_too_old(mailbox->source, span_of_str(&files->bytes)))
            continue;
        *message = (struct mailbox_message){
            .id = str_text(&files->id), .name = name, .whole = whole && !result};
        if (!result)
            message->bytes = span_of_str(&files->bytes);
        return result && result != RESULT_CANCELLED ? RESULT_DATA : result;
    }
    return RESULT_NO;
}

/* Opens the folder that messages are moved to, beside the messages if its name is relative. */
static enum result open_target(struct files *files, int *target, struct error *error)
{
    const char *to = files->base.source->move_to;
    if (mkdirat(files->dir, to, 0700) != 0 && errno != EEXIST)
        return error_system(error, to);
    *target = openat(files->dir, to, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return *target < 0 ? error_system(error, to) : RESULT_OK;
}

/* Is the file still the one that was read? Its id tells. */
static bool find(struct files *files, const char *id, char **name)
{
    const char *end = strrchr(id, '|');
    while (end && end > id && *--end != '|')
        continue;
    if (!end || *end != '|' || memchr(id, '/', (size_t)(end - id)))
        return false;
    *name = alloc_bytes(id, (size_t)(end - id));
    struct stat about;
    bool same = fstatat(files->dir, *name, &about, AT_SYMLINK_NOFOLLOW) == 0;
    if (same) {
        make_id(&files->id, *name, &about);
        same = strcmp(str_text(&files->id), id) == 0;
    }
    if (!same)
        free(*name);
    return same;
}

static enum result files_apply(struct mailbox *mailbox, const char *const *ids, size_t n,
                               bool *done, struct error *error)
{
    struct files *files = (struct files *)mailbox;
    enum mailbox_after after = mailbox->source->after;
    enum result worst = RESULT_OK;
    int target = -1;
    if (after == AFTER_MOVE && (worst = open_target(files, &target, error)) != RESULT_OK)
        return worst;
    for (size_t i = 0; i < n; i++) {
        char *name;
        done[i] = true; /* a plain file has no flag for "seen"; one that is gone is done */
        if (after == AFTER_SEEN || !find(files, ids[i], &name))
            continue;
        int failed = after == AFTER_DELETE ? unlinkat(files->dir, name, 0)
                                           : kind_rename(files->dir, name, target, name);
        if (failed && errno != ENOENT) {
            done[i] = false;
            worst = result_worse(worst, error_system(error, name));
        }
        free(name);
    }
    if (target >= 0)
        close(target);
    return worst;
}

const struct mailbox_ops kind_file = {"file",      files_open,  files_next,
                                      files_apply, files_close, NULL, NULL};
