/* SPDX-License-Identifier: MIT */
#include "command/throwaway.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char path[4096]; /* of the one there is */

enum result throwaway_store(struct store **out, struct error *error)
{
    const char *base = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/zwrotka-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(path)) {
        enum result result = error_system(error, path);
        path[0] = '\0';
        return result;
    }
    return store_open(path, true, out, error);
}

void throwaway_end(void)
{
    DIR *dir = path[0] ? opendir(path) : NULL;
    if (!dir)
        return;
    struct dirent *entry;
    while ((entry = readdir(dir)) != NULL)
        if (entry->d_name[0] != '.')
            unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    rmdir(path);
    path[0] = '\0';
}
