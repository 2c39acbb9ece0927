/* SPDX-License-Identifier: MIT */
#include "store/backup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "command/command.h"
#include "command/json.h"
#include "command/output.h"

static void on_progress(void *arg, unsigned percent)
{
    (void)arg;
    progress_show(_("backup: looking"), percent, 100);
}

/* A name that is taken is somebody's backup. */
static enum result backup_check(const struct command_line *line, struct error *error)
{
    if (strcmp(line->words[0], "-") == 0)
        return isatty(STDOUT_FILENO)
                   ? error_set(error, RESULT_USAGE, _("a backup is nothing for a terminal"))
                   : RESULT_OK;
    if (access(line->words[0], F_OK) == 0 && !command_switch(line, "force"))
        return error_set(error, RESULT_CREATE, _("%s is there already; --force overwrites it"), line->words[0]);
    return RESULT_OK;
}

static enum result finish(const char *made, const char *file, int fd, struct error *error)
{
    if (fsync(fd) != 0 || rename(made, file) != 0)
        return error_system(error, file);
    char *copy = span_copy(span_of(file)), *slash = strrchr(copy, '/');
    if (slash)
        slash[slash == copy] = '\0';
    int directory = open(slash ? copy : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory >= 0) {
        fsync(directory);
        close(directory);
    }
    free(copy);
    return RESULT_OK;
}

static enum result to_file(struct store *store, const char *file, const struct store_check *check,
                           struct error *error)
{
    struct str made = {0};
    str_addf(&made, "%s.new", file);
    unlink(str_text(&made));
    int fd = open(str_text(&made), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0) {
        bool denied = errno == EACCES || errno == EPERM;
        error_system(error, str_text(&made));
        str_free(&made);
        return denied ? RESULT_DENIED : RESULT_CREATE;
    }
    enum result result = backup_write(store, fd, file, check, error);
    if (result == RESULT_OK)
        result = finish(str_text(&made), file, fd, error);
    if (result != RESULT_OK)
        unlink(str_text(&made));
    close(fd);
    str_free(&made);
    return result;
}

static enum result backup_run(const struct command_line *line, struct context *context, struct error *error)
{
    const char *file = line->words[0];
    struct store_check check = {on_progress, NULL};
    struct stat about;
    if (strcmp(file, "-") == 0)
        return backup_write(context->store, STDOUT_FILENO, _("standard output"), &check, error);
    enum result result = to_file(context->store, file, &check, error);
    if (result != RESULT_OK || line->quiet || stat(file, &about) != 0)
        return result;
    if (line->json) {
        struct json json = json_open(output_buffer());
        json_text(&json, "event", SPAN("end"));
        json_text(&json, "file", span_of(file));
        json_number(&json, "bytes", (uint64_t)about.st_size);
        json_close(&json);
        outputf("\n");
    } else {
        outputf(_("%s: %'llu bytes\n"), file, (unsigned long long)about.st_size);
    }
    return result;
}

static const struct option backup_options[] = {
    {"force", NULL, N_("overwrite a file that is there"), false},
    {0},
};

const struct command command_backup = {
    .name = "backup",
    .arguments = "FILE",
    .summary = N_("writes the store as it is now to a file"),
    .help = N_("While others read and write. The file is the owner's alone (0600), as small as can be, and "
               "in its place only when it is whole; - is standard output. A damaged store is refused."),
    .options = backup_options,
    .least = 1,
    .most = 1,
    .need = STORE_OPEN,
    .check = backup_check,
    .run = backup_run,
};
