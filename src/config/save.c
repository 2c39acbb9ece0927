/* SPDX-License-Identifier: MIT */
#include "config/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/date.h"
#include "base/file.h"
#include "base/text.h"
#include "config/inifile.h"

/* A file on its way to the place of another. */
struct draft {
    char *target; /* links followed */
    char *folder, *path;
    int lock, fd;
};

char *config_save_path(const struct config *config, const char *option)
{
    if (option)
        return alloc_text(option);
    return *config->file ? alloc_text(config->file) : config_own_path();
}

/* mkdir -p */
static enum result make_folders(const char *folder, struct error *error)
{
    char *path = alloc_text(folder);
    enum result result = RESULT_OK;
    for (char *slash = strchr(path + 1, '/'); !result; slash = strchr(slash + 1, '/')) {
        if (slash)
            *slash = '\0';
        if (*path && mkdir(path, 0700) != 0 && errno != EEXIST)
            result = error_system(error, path);
        if (!slash)
            break;
        *slash = '/';
    }
    free(path);
    return result;
}

static void draft_end(struct draft *draft)
{
    if (draft->fd >= 0) {
        close(draft->fd);
        unlink(draft->path);
    }
    if (draft->lock >= 0)
        close(draft->lock);
    free(draft->target);
    free(draft->folder);
    free(draft->path);
}

/* Locks the folder, so that of two at once none undoes the other's, and opens a file beside the
 * target, of its owner and mode. draft_end in any case. */
static enum result draft_begin(const char *target, bool private, struct draft *draft,
                               struct error *error)
{
    *draft = (struct draft){.lock = -1, .fd = -1};
    struct str path = {0};
    struct stat about;
    draft->target = realpath(target, NULL);
    if (!draft->target)
        draft->target = alloc_text(target);
    const char *slash = strrchr(draft->target, '/');
    draft->folder = !slash ? alloc_text(".")
                    : slash == draft->target
                        ? alloc_text("/")
                        : span_copy((struct span){draft->target, (size_t)(slash - draft->target)});
    enum result result = make_folders(draft->folder, error);
    if (result)
        return result;
    draft->lock = open(draft->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (draft->lock < 0 || flock(draft->lock, LOCK_EX) != 0)
        return error_system(error, draft->folder);
    str_addf(&path, "%s.XXXXXX", draft->target);
    draft->path = str_take(&path);
    draft->fd = mkostemp(draft->path, O_CLOEXEC); /* 0600 */
    if (draft->fd < 0)
        return error_system(error, draft->path);
    if (!private && stat(draft->target, &about) == 0) {
        if ((about.st_uid != geteuid() || about.st_gid != getegid()) &&
            fchown(draft->fd, about.st_uid, about.st_gid) != 0)
            return error_system(error, draft->target);
        if (fchmod(draft->fd, about.st_mode & 0755) != 0)
            return error_system(error, draft->path);
    }
    return RESULT_OK;
}

static enum result draft_write(struct draft *draft, struct span text, struct error *error)
{
    while (text.n) {
        ssize_t n = write(draft->fd, text.at, text.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return error_system(error, draft->path);
        text = span_cut(text, (size_t)n, text.n);
    }
    return fsync(draft->fd) == 0 ? RESULT_OK : error_system(error, draft->path);
}

static enum result draft_commit(struct draft *draft, struct error *error)
{
    if (rename(draft->path, draft->target) != 0)
        return error_system(error, draft->target);
    close(draft->fd);
    draft->fd = -1;
    return fsync(draft->lock) == 0 ? RESULT_OK : error_system(error, draft->folder);
}

/* What would end the line, or begin a comment in it. */
static enum result check_value(const struct config_change *change, struct error *error)
{
    struct span value = span_of(change->value);
    bool bad = !value.n || span_trim(value).n != value.n ||
               span_find(value, SPAN(" ;")) >= 0 || span_find(value, SPAN("\t;")) >= 0;
    for (size_t i = 0; i < value.n; i++)
        bad = bad || (unsigned char)value.at[i] < ' ';
    if (bad)
        return error_set(error, RESULT_DATA,
                         _("%s cannot be written to the configuration: it is empty, begins or ends "
                           "with a blank, or holds a control character or a blank and a semicolon"),
                         change->key);
    return RESULT_OK;
}

static enum result change_text(struct str *text, const struct config_change *changes, size_t n,
                               struct error *error)
{
    for (size_t i = 0; i < n; i++) {
        if (changes[i].value && check_value(&changes[i], error) != RESULT_OK)
            return RESULT_DATA;
        inifile_set(text, span_of(changes[i].section), span_of(changes[i].key),
                    changes[i].value ? span_of(changes[i].value) : SPAN_NONE);
    }
    return RESULT_OK;
}

/* The file as it is; nothing where there is none. */
static enum result read_old(const char *path, struct str *text, struct error *error)
{
    struct config *config;
    struct file file;
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return RESULT_OK;
    enum result result = config_load(path, &config, error);
    if (result)
        return result;
    config_free(config);
    result = file_open(path, &file, error);
    if (result)
        return result;
    str_add(text, file.bytes);
    file_close(&file);
    return RESULT_OK;
}

enum result config_save(const char *path, const struct config_change *changes, size_t n,
                        struct error *error)
{
    struct draft draft;
    struct str text = {0};
    struct config *config;
    enum result result = draft_begin(path, false, &draft, error);
    if (!result)
        result = read_old(draft.target, &text, error);
    if (!result)
        result = change_text(&text, changes, n, error);
    if (!result)
        result = draft_write(&draft, span_of_str(&text), error);
    if (!result && (result = config_load(draft.path, &config, error)) == RESULT_OK)
        config_free(config);
    if (!result)
        result = draft_commit(&draft, error);
    draft_end(&draft);
    str_free(&text);
    return result;
}

enum result config_save_account(const char *path, const struct config_account *account,
                                struct error *error)
{
    struct str section = {0};
    bool keeps = !account->after || strcmp(account->after, "keep") == 0;
    str_addf(&section, "account %s", account->name);
    const char *in = str_text(&section);
    char since[21];
    int64_t begun;
    date_day(account->since, since);
    if (!date_from_iso(span_of(since), &begun) || begun != account->since)
        date_to_iso(account->since, since);
    const struct config_change changes[] = {
        {in, "source", account->source},
        {in, "password_command", account->password_command},
        {in, "password_file", account->password_file},
        {in, "token_command", account->token_command},
        {in, "ca_file", account->ca_file},
        {in, "pin", account->pin},
        {in, "after", keeps ? NULL : account->after},
        {in, "since", account->since ? since : NULL},
        {in, "marking", account->observe ? "observe" : NULL},
    };
    enum result result = config_save(path, changes, sizeof changes / sizeof *changes, error);
    str_free(&section);
    return result;
}

enum result config_save_password(const char *path, const char *name, const char *password,
                                 char **file, struct error *error)
{
    struct draft draft;
    struct str target = {0};
    const char *slash = strrchr(path, '/');
    str_add(&target, (struct span){path, slash ? (size_t)(slash + 1 - path) : 0});
    for (; *name; name++)
        str_add_char(&target, strchr("/ ;", *name) ? '_' : *name);
    str_add_text(&target, ".password");
    enum result result = draft_begin(str_text(&target), true, &draft, error);
    if (!result)
        result = draft_write(&draft, span_of(password), error);
    if (!result)
        result = draft_write(&draft, SPAN("\n"), error);
    if (!result)
        result = draft_commit(&draft, error);
    if (!result) /* absolute, for scans begin anywhere */
        *file = realpath(str_text(&target), NULL);
    if (!result && !*file)
        result = error_system(error, str_text(&target));
    draft_end(&draft);
    str_free(&target);
    return result;
}

char *config_free_name(const struct config *config, const char *wish)
{
    struct str base = {0}, name = {0};
    for (; *wish; wish++)
        if ((unsigned char)*wish >= ' ' && !strchr("[];/", *wish) && base.n < 40)
            str_add_char(&base, *wish);
    if (!span_trim(span_of_str(&base)).n)
        str_add_text(&base, "main");
    str_add(&name, span_trim(span_of_str(&base)));
    for (unsigned i = 2; config_account(config, span_of_str(&name)); i++) {
        str_clear(&name);
        str_addf(&name, "%s-%u", str_text(&base), i);
    }
    str_free(&base);
    return str_take(&name);
}
