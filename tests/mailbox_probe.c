/* SPDX-License-Identifier: MIT
 *
 * Drives the mailbox room for tests/mailbox_test.py: opens a source, reads it, applies, and prints
 * what happened as JSON lines. The password comes from the environment (PROBE_PASSWORD).
 *
 *   --after keep|seen|delete|move:FOLDER   --ca FILE  --pin PIN  --since SECONDS  --timeout MS
 *   --known FILE    ids, one a line, that next is to skip
 *   --apply FILE    ids to apply after reading; "all": every one read whole; "unread": without
 *                   reading first, from standard input
 *   --each          applies after every id by itself
 *   --pause N       before message N (from 0) waits for a line on standard input
 *   --cancel N      says "cancelled" from message N on; --cancel-ms MS: after so much time
 *   --quit N        stops reading at message N and goes on with apply
 *   --gap MARK      what the last scan noted (source->gap_from)
 *   --token         the password is an OAuth 2 token
 *   --folders       lists the server's folders instead
 *   --count         no line for each message
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "mailbox/folders.h"
#include "mailbox/kind.h"
#include "mailbox/mailbox.h"
#include "mailbox/remote.h"

struct ids {
    char **at;
    size_t n, capacity;
};

struct probe {
    struct mailbox_source source;
    struct ids known, chosen;
    const char *apply;
    long pause, cancel, cancel_ms, quit;
    bool each, count, folders;
    long messages;
    struct timespec start;
};

static long since_ms(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (now.tv_sec - start->tv_sec) * 1000 + (now.tv_nsec - start->tv_nsec) / 1000000;
}

static bool cancelled(void *arg)
{
    struct probe *probe = arg;
    return (probe->cancel >= 0 && probe->messages >= probe->cancel) ||
           (probe->cancel_ms >= 0 && since_ms(&probe->start) >= probe->cancel_ms);
}

static void print_text(const char *text)
{
    putchar('"');
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c < ' ' || *c == '"' || *c == '\\' || *c > 126)
            printf("\\u%04x", *c);
        else
            putchar(*c);
    }
    putchar('"');
}

static void print_pair(const char *key, const char *text)
{
    printf(",\"%s\":", key);
    print_text(text ? text : "");
}

static void add_id(struct ids *ids, const char *id)
{
    ALLOC_GROW(ids->at, ids->n, ids->capacity);
    ids->at[ids->n++] = alloc_text(id);
}

static void read_ids(struct ids *ids, FILE *file)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t n;
    while ((n = getline(&line, &size, file)) > 0) {
        if (line[n - 1] == '\n')
            line[n - 1] = '\0';
        add_id(ids, line);
    }
    free(line);
}

static void read_file(struct ids *ids, const char *path)
{
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        exit(2);
    }
    read_ids(ids, file);
    fclose(file);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_known(void *arg, const char *id)
{
    struct probe *probe = arg;
    return probe->known.n && bsearch(&id, probe->known.at, probe->known.n, sizeof id, by_text);
}

static void print_message(const struct mailbox_message *message, const char *trouble)
{
    char digest[33];
    kind_digest(message->bytes, digest);
    printf("{\"event\":\"%s\",\"n\":%zu,\"whole\":%s", trouble ? "bad" : "message",
           message->bytes.n, message->whole ? "true" : "false");
    print_pair("id", message->id);
    print_pair("name", message->name);
    print_pair("digest", digest);
    if (trouble)
        print_pair("error", trouble);
    printf("}\n");
    fflush(stdout);
}

static enum result read_all(struct probe *probe, struct mailbox *mailbox)
{
    struct mailbox_message message;
    struct error error = {""};
    enum result result;
    for (;; probe->messages++) {
        if (probe->messages == probe->pause)
            getchar();
        if (probe->messages == probe->quit) {
            result = RESULT_NO;
            break;
        }
        message = (struct mailbox_message){0};
        error.text[0] = '\0';
        result = mailbox_next(mailbox, is_known, probe, &message, &error);
        if (result != RESULT_OK && result != RESULT_DATA)
            break;
        if (!probe->count)
            print_message(&message, result ? error.text : NULL);
        if (!result && message.whole && probe->apply && strcmp(probe->apply, "all") == 0)
            add_id(&probe->chosen, message.id);
    }
    printf("{\"event\":\"end\",\"result\":%d,\"messages\":%ld,\"total\":%llu,\"skipped\":%llu,"
           "\"lost\":%llu,\"ms\":%ld",
           result, probe->messages, (unsigned long long)mailbox->total,
           (unsigned long long)mailbox->skipped, (unsigned long long)mailbox->lost,
           since_ms(&probe->start));
    print_pair("error", error.text);
    printf("}\n");
    fflush(stdout);
    return result;
}

static void apply_some(struct mailbox *mailbox, char **ids, size_t n)
{
    struct error error = {""};
    bool *done = alloc_zero(n, sizeof *done);
    enum result result = mailbox_apply(mailbox, (const char *const *)ids, n, done, &error);
    size_t sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += done[i];
    printf("{\"event\":\"apply\",\"result\":%d,\"asked\":%zu,\"done\":%zu", result, n, sum);
    print_pair("error", error.text);
    printf("}\n");
    fflush(stdout);
    free(done);
}

static void apply(struct probe *probe, struct mailbox *mailbox)
{
    if (probe->each)
        for (size_t i = 0; i < probe->chosen.n; i++)
            apply_some(mailbox, probe->chosen.at + i, 1);
    else
        apply_some(mailbox, probe->chosen.at, probe->chosen.n);
}

static void free_ids(struct ids *ids)
{
    for (size_t i = 0; i < ids->n; i++)
        free(ids->at[i]);
    free(ids->at);
}

static void set_after(struct mailbox_source *source, const char *after)
{
    static const char *const names[] = {"keep", "seen", "delete"};
    for (size_t i = 0; i < 3; i++)
        if (strcmp(after, names[i]) == 0)
            source->after = (enum mailbox_after)i;
    if (strncmp(after, "move:", 5) == 0) {
        source->after = AFTER_MOVE;
        source->move_to = after + 5;
    }
}

static const struct option options[] = {
    {"after", 1, 0, 'a'},   {"ca", 1, 0, 'c'},     {"pin", 1, 0, 'p'},       {"since", 1, 0, 's'},
    {"timeout", 1, 0, 't'}, {"known", 1, 0, 'k'},  {"apply", 1, 0, 'y'},     {"each", 0, 0, 'e'},
    {"pause", 1, 0, 'w'},   {"cancel", 1, 0, 'x'}, {"cancel-ms", 1, 0, 'm'}, {"quit", 1, 0, 'q'},
    {"folders", 0, 0, 'f'}, {"count", 0, 0, 'n'},   {"gap", 1, 0, 'g'},    {"token", 0, 0, 'o'},     {0},
};

static void set_option(struct probe *probe, int option)
{
    switch (option) {
    case 'a':
        set_after(&probe->source, optarg);
        break;
    case 'c':
        probe->source.ca_file = optarg;
        break;
    case 'p':
        probe->source.pin = optarg;
        break;
    case 's':
        probe->source.since = atoll(optarg);
        break;
    case 't':
        probe->source.timeout_ms = (unsigned)atoi(optarg);
        break;
    case 'k':
        read_file(&probe->known, optarg);
        break;
    case 'y':
        probe->apply = optarg;
        break;
    case 'e':
        probe->each = true;
        break;
    case 'w':
        probe->pause = atol(optarg);
        break;
    case 'x':
        probe->cancel = atol(optarg);
        break;
    case 'm':
        probe->cancel_ms = atol(optarg);
        break;
    case 'q':
        probe->quit = atol(optarg);
        break;
    case 'n':
        probe->count = true;
        break;
    case 'f':
        probe->folders = true;
        break;
    case 'g':
        probe->source.gap_from = optarg;
        break;
    case 'o':
        probe->source.token = true;
        break;
    default:
        exit(2);
    }
}

static int list_folders(const struct probe *probe)
{
    struct mailbox_folder *folders = NULL;
    struct error error = {""};
    size_t n = 0;
    enum result result = mailbox_folders(&probe->source, &folders, &n, &error);
    for (size_t i = 0; i < n; i++) {
        printf("{\"event\":\"folder\",\"messages\":%llu,\"junk\":%s",
               (unsigned long long)folders[i].messages, folders[i].junk ? "true" : "false");
        print_pair("name", folders[i].name);
        printf("}\n");
    }
    printf("{\"event\":\"end\",\"result\":%d", result);
    print_pair("error", error.text);
    printf("}\n");
    mailbox_folders_free(folders, n);
    return 0;
}

int main(int argc, char **argv)
{
    struct probe probe = {.pause = -1, .cancel = -1, .cancel_ms = -1, .quit = -1};
    struct error error = {""};
    struct mailbox *mailbox;
    int option;
    if (argc == 2 && strcmp(argv[1], REMOTE_ARGUMENT) == 0)
        return remote_child();
    probe.source = (struct mailbox_source){.account = "",
                                           .password = getenv("PROBE_PASSWORD"),
                                           .cancelled = cancelled,
                                           .cancelled_arg = &probe};
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1)
        set_option(&probe, option);
    if (optind + 1 != argc)
        return 2;
    probe.source.url = argv[optind];
    if (probe.folders)
        return list_folders(&probe);
    if (probe.known.n)
        qsort(probe.known.at, probe.known.n, sizeof *probe.known.at, by_text);
    clock_gettime(CLOCK_MONOTONIC, &probe.start);
    enum result result = mailbox_open(&probe.source, &mailbox, &error);
    printf("{\"event\":\"open\",\"result\":%d", result);
    print_pair("error", error.text);
    if (!result) {
        printf(",\"total\":%llu", (unsigned long long)mailbox->total);
        print_pair("kind", mailbox->ops->name);
        print_pair("place", str_text(&mailbox->place));
    }
    printf(",\"ms\":%ld}\n", since_ms(&probe.start));
    fflush(stdout);
    if (!result) {
        if (probe.apply && strcmp(probe.apply, "unread") == 0)
            read_ids(&probe.chosen, stdin);
        else
            read_all(&probe, mailbox);
        if (probe.apply && strcmp(probe.apply, "all") != 0 && strcmp(probe.apply, "unread") != 0)
            read_file(&probe.chosen, probe.apply);
        probe.cancel = -1;
        if (probe.apply)
            apply(&probe, mailbox);
        mailbox_close(mailbox);
    }
    free_ids(&probe.known);
    free_ids(&probe.chosen);
    return 0;
}
