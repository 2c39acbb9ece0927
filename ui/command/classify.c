/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "base/text.h"
#include "bounce/bounce.h"
#include "command/json.h"
#include "command/output.h"
#include "command/command.h"
#include "mailbox/mboxreader.h"
#include "scan/cage.h"

#define DEPTH_MAX 32
#define KEEP_BYTES ((size_t)1 << 20)
#define MESSAGE_MAX ((size_t)1 << 30)

struct classify {
    struct cage *cage;
    struct str text, path; /* of the file at hand; their memory serves the next */
    bool explain;
    bool failed;        /* a file could not be read */
    enum result result; /* of the cage: what ended the work */
    struct error *error;
};

/* A message that is being decoded. */
struct pending {
    long index; /* in an mbox, else -1 */
    char file[];
};

static void put_recipient(const struct bounce_recipient *recipient, bool explain, struct str *out)
{
    struct json json = json_open(out);
    json_text(&json, "address", span_of(recipient->address));
    json_some(&json, "original", span_of(recipient->original));
    json_text(&json, "verdict", span_of(verdict_name(recipient->verdict)));
    json_text(&json, "reason", span_of(reason_name(recipient->reason)));
    json_some(&json, "status", span_of(recipient->status));
    json_some(&json, "reply", span_of(recipient->reply));
    json_some(&json, "action", span_of(bounce_action_name(recipient->action)));
    json_some(&json, "diagnostic", span_of(recipient->diagnostic));
    if (explain) {
        json_some(&json, "mta", span_of(recipient->mta));
        json_some(&json, "rule", span_of(recipient->rule));
    }
    json_close(&json);
}

static void put_failure_row(struct classify *classify, const char *file, const char *text)
{
    struct json json = json_open(output_buffer());
    json_text(&json, "file", span_of(file));
    json_text(&json, "error", span_of(text));
    json_close(&json);
    outputf("\n");
    classify->failed = true;
}

static void put_decoded(const struct classify *classify, const struct pending *pending,
                        const struct bounce *bounce)
{
    struct str *out = output_buffer();
    struct json json = json_open(out);
    json_text(&json, "file", span_of(pending->file));
    if (pending->index >= 0)
        json_number(&json, "index", (uint64_t)pending->index);
    json_text(&json, "kind", span_of(bounce_kind_name(bounce->kind)));
    json_name(&json, SPAN("recipients"));
    str_add_char(out, '[');
    for (size_t i = 0; i < bounce->n; i++) {
        if (i)
            str_add_char(out, ',');
        put_recipient(&bounce->recipients[i], classify->explain, out);
    }
    str_add_char(out, ']');
    if (classify->explain)
        json_some(&json, "explain", span_trim(span_of(bounce->explain)));
    json_close(&json);
    outputf("\n");
}

/* The oldest message that is in the cage. False: none is, or the cage failed. */
static bool put_next(struct classify *classify)
{
    struct cage_result decoded;
    enum result result = cage_take(classify->cage, &decoded, classify->error);
    if (result) {
        if (result != RESULT_NO)
            classify->result = result;
        return false;
    }
    struct pending *pending = decoded.tag;
    if (decoded.bounce)
        put_decoded(classify, pending, decoded.bounce);
    else
        put_failure_row(classify, pending->file, decoded.why);
    bounce_free(decoded.bounce);
    free(pending);
    return true;
}

static void put_message(struct classify *classify, const char *file, long index,
                        struct span message)
{
    size_t length = strlen(file) + 1;
    struct pending *pending = alloc(sizeof *pending + length);
    pending->index = index;
    memcpy(pending->file, file, length);
    enum result result = RESULT_NO;
    while (!classify->result &&
           (result = cage_put(classify->cage, message, pending, classify->error)) == RESULT_NO)
        put_next(classify);
    if (result != RESULT_OK) {
        free(pending);
        classify->result = result_worse(classify->result, result);
    }
    while (!classify->result && cage_ready(classify->cage))
        put_next(classify);
}

/* In its place among the messages. */
static void put_failure(struct classify *classify, const char *file, const char *text)
{
    while (put_next(classify))
        ;
    put_failure_row(classify, file, text);
}

static void put_system_failure(struct classify *classify, const char *file)
{
    put_failure(classify, file, strerror(errno));
}

static void classify_mbox(struct classify *classify, const char *file, int fd, off_t size)
{
    struct mboxreader *reader = mboxreader_new(fd, file, size);
    struct mboxreader_message message;
    struct error error = {""};
    enum result result;
    for (long i = 0; (result = mboxreader_next(reader, &message, &error)) == RESULT_OK; i++)
        put_message(classify, file, i, message.bytes);
    if (result != RESULT_NO)
        put_failure(classify, file, error.text);
    mboxreader_free(reader);
}

/* All of an open file; where it is a pipe, too. */
static bool read_all(int fd, struct str *text)
{
    str_clear(text);
    for (;;) {
        str_reserve(text, 65536);
        ssize_t n = read(fd, text->at + text->n, text->capacity - text->n - 1);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 || text->n + (size_t)n > ((size_t)1 << 30)) {
            errno = n < 0 ? errno : EFBIG;
            return false;
        }
        text->n += (size_t)n;
        text->at[text->n] = '\0';
        if (n == 0)
            return true;
    }
}

/* Takes fd. */
static void classify_file(struct classify *classify, const char *file, int fd)
{
    struct stat about;
    bool read = read_all(fd, &classify->text);
    struct span text = span_of_str(&classify->text);
    /* An .eml is one message, even if a "From " line of an mbox came along. */
    bool mbox = span_starts(text, SPAN("From ")) && !span_ends(span_of(file), SPAN(".eml")) &&
                fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && about.st_size > 0;
    if (!read)
        put_system_failure(classify, file);
    else if (mbox)
        classify_mbox(classify, file, fd, about.st_size);
    else
        put_message(classify, file, -1, text);
    close(fd);
    if (classify->text.capacity > KEEP_BYTES)
        str_free(&classify->text);
}

/* ---- directories */

struct entry {
    char *name;
    unsigned char type; /* of struct dirent */
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static size_t entries_read(DIR *dir, struct entry **entries)
{
    size_t n = 0, room = 0;
    struct dirent *one;
    while ((one = readdir(dir)) != NULL)
        if (one->d_name[0] != '.') {
            ALLOC_GROW(*entries, n, room);
            (*entries)[n++] = (struct entry){alloc_text(one->d_name), one->d_type};
        }
    if (n)
        qsort(*entries, n, sizeof **entries, by_name);
    return n;
}

static void classify_open(struct classify *classify, const char *path, int fd, unsigned depth);

/* The entry `name` of the directory `dir`, whose path with it is classify->path. */
static void classify_entry(struct classify *classify, int dir, const struct entry *entry,
                           unsigned depth)
{
    struct stat about;
    mode_t mode = DTTOIF(entry->type);
    const char *path = classify->path.at;
    if (entry->type == DT_UNKNOWN)
        mode = fstatat(dir, entry->name, &about, AT_SYMLINK_NOFOLLOW) == 0 ? about.st_mode : S_IFREG;
    if (!S_ISREG(mode) && !S_ISDIR(mode))
        return;
    int fd = openat(dir, entry->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0)
        put_system_failure(classify, path);
    else if (S_ISREG(mode))
        classify_file(classify, path, fd);
    else
        classify_open(classify, path, fd, depth);
}

/* Takes fd; the path is classify->path, or will be. */
static void classify_directory(struct classify *classify, const char *path, int fd, unsigned depth)
{
    struct entry *entries = NULL;
    DIR *dir = fdopendir(fd);
    if (!dir || depth > DEPTH_MAX) {
        errno = dir ? ELOOP : errno;
        put_system_failure(classify, path);
        if (dir)
            closedir(dir);
        else
            close(fd);
        return;
    }
    size_t n = entries_read(dir, &entries);
    struct str *inner = &classify->path;
    if (path != inner->at) {
        str_clear(inner);
        str_add_text(inner, path);
    }
    if (inner->n && inner->at[inner->n - 1] != '/')
        str_add_char(inner, '/');
    for (size_t i = 0, begins = inner->n; i < n; i++) {
        inner->n = begins;
        str_add_text(inner, entries[i].name);
        classify_entry(classify, fd, &entries[i], depth + 1);
        free(entries[i].name);
    }
    free(entries);
    closedir(dir);
}

/* Takes fd. */
static void classify_open(struct classify *classify, const char *path, int fd, unsigned depth)
{
    struct stat about;
    if (fstat(fd, &about) != 0) {
        put_system_failure(classify, path);
        close(fd);
    } else if (S_ISDIR(about.st_mode)) {
        classify_directory(classify, path, fd, depth);
    } else {
        classify_file(classify, path, fd);
    }
}

static void classify_path(struct classify *classify, const char *path)
{
    bool input = strcmp(path, "-") == 0;
    int fd = input ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        put_system_failure(classify, path);
        return;
    }
    if (!input)
        fcntl(fd, F_SETFL, 0);
    classify_open(classify, path, fd, 0);
}

/* A file by itself needs one child. */
static enum result start_children(struct classify *classify, const struct command_line *line,
                                  struct error *error)
{
    struct stat about;
    bool one = line->n == 1 && (strcmp(line->words[0], "-") == 0 ||
                                stat(line->words[0], &about) != 0 || S_ISREG(about.st_mode));
    return cage_start(classify->cage, one ? 1 : 2, error);
}

static enum result classify_run(const struct command_line *line, struct context *context,
                                struct error *error)
{
    struct classify classify = {.explain = command_switch(line, "explain"), .error = error};
    char *rules = NULL;
    /* One named file that is not there is what 66 is for; among others it is a row of its own. */
    bool missing =
        line->n == 1 && strcmp(line->words[0], "-") != 0 && access(line->words[0], F_OK) != 0;
    if (missing)
        error_system(error, line->words[0]);
    enum result result = config_rules(context->config, &rules, error);
    if (result == RESULT_OK)
        result = cage_new(NULL, rules, &classify.cage, error);
    if (result == RESULT_OK && !missing)
        result = start_children(&classify, line, error);
    for (size_t i = 0; i < line->n && !result && !classify.result; i++)
        classify_path(&classify, line->words[i]);
    while (!result && !classify.result && put_next(&classify))
        ;
    cage_free(classify.cage);
    str_free(&classify.text);
    str_free(&classify.path);
    free(rules);
    if (result || classify.result)
        return result_worse(result, classify.result);
    return missing ? RESULT_MISSING : classify.failed ? RESULT_DATA : RESULT_OK;
}

static const struct option classify_options[] = {
    {"explain", NULL, N_("also which server said it and which rule decided"), false},
    {0},
};

const struct command command_classify = {
    .name = "classify",
    .arguments = "FILE|DIR…",
    .summary = N_("decodes messages and touches no store"),
    .help =
        N_("A JSON object a message: kind and recipients, each with verdict and reason. An mbox "
           "gives one a message, a directory its files by name. - is standard input. Exit 65 if "
           "a file could not be read."),
    .options = classify_options,
    .least = 1,
    .most = SIZE_MAX,
    .need = STORE_NONE,
    .run = classify_run,
};
