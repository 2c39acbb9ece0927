/* SPDX-License-Identifier: MIT */
#include "mailbox/mdlist.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"

struct span mdlist_base(const struct mdlist_entry *entry)
{
    return (struct span){entry->name, entry->base_n};
}

/* Copies of one message in the order of their folders, the Maildir's own first. */
static int by_base(const void *a, const void *b)
{
    const struct mdlist_entry *one = a, *two = b;
    int order = span_compare(mdlist_base(one), mdlist_base(two));
    return order ? order : (one->leaf > two->leaf) - (one->leaf < two->leaf);
}

static size_t base_length(const char *name)
{
    const char *info = strstr(name, ":2,");
    return info ? (size_t)(info - name) : strlen(name);
}

static void forget(struct mdlist *list)
{
    for (size_t i = 0; i < list->n; i++)
        free(list->entries[i].name);
    for (size_t i = 0; i < list->leaves_n; i++) {
        free(list->leaves[i].name);
        close(list->leaves[i].fd);
    }
    list->n = list->leaves_n = 0;
}

void mdlist_free(struct mdlist *list)
{
    forget(list);
    free(list->entries);
    free(list->leaves);
    *list = (struct mdlist){0};
}

static enum result open_dir(int at, const char *name, const char *path, DIR **out,
                            struct error *error)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *out = fd < 0 ? NULL : fdopendir(fd);
    if (*out)
        return RESULT_OK;
    enum result result = error_system(error, name);
    if (fd >= 0)
        close(fd);
    error_prefix(error, "%s", path);
    return result;
}

static enum result add_leaf(struct mdlist *list, int dir, const char *path, const char *folder,
                            const char *sub, struct error *error)
{
    struct str name = {0};
    str_addf(&name, "%s%s%s", folder, *folder ? "/" : "", sub);
    int fd = openat(dir, str_text(&name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        enum result result = RESULT_OK;
        if (errno != ENOENT && errno != ENOTDIR) { /* a folder half made, or not a folder */
            result = error_system(error, str_text(&name));
            error_prefix(error, "%s", path);
        }
        str_free(&name);
        return result;
    }
    ALLOC_GROW(list->leaves, list->leaves_n, list->leaves_capacity);
    list->leaves[list->leaves_n++] =
        (struct mdlist_leaf){.name = str_take(&name), .folder_n = strlen(folder), .fd = fd};
    return RESULT_OK;
}

static enum result add_folder(struct mdlist *list, int dir, const char *path, const char *folder,
                              struct error *error)
{
    enum result result = add_leaf(list, dir, path, folder, "new", error);
    return result ? result : add_leaf(list, dir, path, folder, "cur", error);
}

static bool is_archive(int dir, const char *folder)
{
    struct str mark = {0};
    str_addf(&mark, "%s/%s", folder, MDLIST_DECIDED);
    bool is = faccessat(dir, str_text(&mark), F_OK, 0) == 0;
    str_free(&mark);
    return is;
}

static enum result find_leaves(struct mdlist *list, int fd, const char *path, const char *except,
                               struct error *error)
{
    DIR *dir;
    enum result result = add_folder(list, fd, path, "", error);
    if (!result)
        result = open_dir(fd, ".", path, &dir, error);
    if (result)
        return result;
    struct dirent *entry;
    while (!result && (entry = readdir(dir)) != NULL) {
        const char *name = entry->d_name;
        bool folder = name[0] == '.' && name[1] && strcmp(name, "..") != 0 &&
                      (entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN);
        if (folder && !(except && strcmp(name, except) == 0) && !is_archive(fd, name))
            result = add_folder(list, fd, path, name, error);
    }
    closedir(dir);
    return result;
}

static enum result list_leaf(struct mdlist *list, unsigned leaf, const char *path,
                             struct error *error)
{
    DIR *dir;
    enum result result = open_dir(list->leaves[leaf].fd, ".", path, &dir, error);
    if (result)
        return result;
    struct dirent *entry;
    errno = 0;
    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.' || (entry->d_type != DT_REG && entry->d_type != DT_UNKNOWN))
            continue;
        ALLOC_GROW(list->entries, list->n, list->capacity);
        list->entries[list->n++] = (struct mdlist_entry){
            .name = alloc_text(entry->d_name), .base_n = base_length(entry->d_name), .leaf = leaf};
        errno = 0;
    }
    if (errno)
        result = error_system(error, path);
    closedir(dir);
    return result;
}

enum result mdlist_read(struct mdlist *list, int dir, const char *path, const char *except,
                        struct error *error)
{
    forget(list);
    enum result result = find_leaves(list, dir, path, except, error);
    for (unsigned i = 0; !result && i < list->leaves_n; i++)
        result = list_leaf(list, i, path, error);
    if (list->n)
        qsort(list->entries, list->n, sizeof *list->entries, by_base);
    return result;
}

size_t mdlist_find(const struct mdlist *list, struct span base)
{
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (span_compare(mdlist_base(&list->entries[middle]), base) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
